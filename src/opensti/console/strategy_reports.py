"""``opensti strategy coherence`` and ``scorecard``: what plans promise, tested and rated."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opensti.domains.strategies import queries
from opensti.domains.strategies.models import Plan
from opensti.kernel.access import SYSTEM
from opensti.ui.exports import defuse, write_xlsx

if TYPE_CHECKING:
    from collections.abc import Iterable

WRITABLE = click.Path(dir_okay=False, writable=True, path_type=Path)


def _plan(code: str) -> Plan:
    """The plan by its code or public id; exit status 2 for none."""
    rows = Plan.objects.filter(code=code) | Plan.objects.filter(public_id=code)
    found = rows.first()
    if found is None:
        raise click.BadParameter(
            _("there is no plan “%(code)s”.") % {"code": code}, param_hint="PLAN"
        )
    return found


@click.command(name="coherence")
@click.argument("code", metavar="[PLAN]", required=False, default="")
@click.option("--json", "as_json", is_flag=True, help="Say the findings as JSON.")
def coherence(code: str, as_json: bool) -> None:  # noqa: FBT001 -- as click calls it
    """Test the targets, money and actions of a plan, or of all plans, against each other.

    One line a finding, the gravest first. Exit status 1: there is a conflict; 2: there is
    no such plan.
    """
    found = queries.coherence(SYSTEM, _plan(code) if code else None, as_of=now())
    if as_json:
        click.echo(
            json.dumps(
                [
                    {
                        "code": f.code,
                        "severity": f.severity,
                        "words": queries.coherence_words(f),
                        "figures": dict(f.figures),
                        "about": [f"{t.kind}:{t.code}" for t in f.about],
                    }
                    for f in found
                ],
                ensure_ascii=False,
                indent=1,
            )
        )
    else:
        for f in found:
            click.echo(f"[{queries.severity_words(f)}] {queries.coherence_words(f)}")
        click.echo(
            ngettext("%(n)s finding.", "%(n)s findings.", len(found))
            % {"n": len(found)}
        )
    if any(f.severity == "conflict" for f in found):
        raise SystemExit(1)


@click.command(name="scorecard")
@click.argument("code", metavar="PLAN")
@click.option(
    "--output",
    type=WRITABLE,
    required=True,
    help="Where it goes: .csv, .json or .xlsx.",
)
@click.option("--published", is_flag=True, help="Count published values only.")
def scorecard(code: str, output: Path, published: bool) -> None:  # noqa: FBT001
    """Write the scorecard of a plan: one row a target, nothing rounded or clipped.

    Exit status 2: no such plan, or a file of another kind; nothing is written.
    """
    kind = output.suffix.lower()
    if kind not in (".csv", ".json", ".xlsx"):
        raise click.BadParameter(
            _("the name ends in none of .csv, .json, .xlsx."), param_hint="--output"
        )
    card = queries.scorecard(SYSTEM, _plan(code), as_of=now(), published=published)
    if kind == ".json":
        text = json.dumps(queries.to_plain(card), ensure_ascii=False, indent=1)
        output.write_text(text + "\n", encoding="utf-8")
    elif kind == ".xlsx":
        with output.open("wb") as file:
            write_xlsx(
                file=file,
                title=card.plan,
                head=queries.scorecard_head(),
                rows=queries.scorecard_rows(card),
            )
    else:
        _write_csv(output, [queries.scorecard_head(), *queries.scorecard_rows(card)])
    counts = [f"{queries.light_words(k)} {n}" for k, n in card.counts.items()]
    click.echo(", ".join(counts))


def _write_csv(output: Path, rows: Iterable[list[Any]]) -> None:
    with output.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([defuse(cell) for cell in row] for row in rows)
