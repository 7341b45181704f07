"""``opensti import terms FILE``: the terms of one's own by which two languages meet."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click
from defusedcsv import csv
from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _

from opensti.domains.overlaps import actions, queries
from opensti.domains.overlaps.choices import BadTerm
from opensti.kernel.access import SYSTEM
from opensti.kernel.refusals import Invalid, Refusal

SOME_BAD, UNUSABLE = 1, 2


@click.command()
@click.argument(
    "file",
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
    required=False,
)
@click.option("--reason", required=True, help="Why; it is kept in the record.")
@click.option("--remove", is_flag=True, help="Use no terms of your own any more.")
@click.option(
    "--errors",
    "errors_path",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Where rows that are no use are named [FILE.errors.csv, here].",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def terms(
    *,
    file: Path | None,
    reason: str,
    remove: bool,
    errors_path: Path | None,
    as_json: bool,
) -> None:
    """Use the terms of FILE (.csv, .xlsx with the columns vi, en, perhaps weight).

    Vietnamese and English works find each other by them from the next comparison on. A
    list put in before is replaced. Exit code 0: all rows are used; 1: some are named in
    the error file; 2: the file cannot be used.
    """
    if remove == (file is not None):
        raise click.UsageError(_("Name a file, or --remove the list in use."))
    before = queries.terms_state(SYSTEM).file
    try:
        if file is None:
            if before is None:
                raise click.UsageError(_("No list of your own is in use."))
            actions.remove_terms(
                actor=SYSTEM,
                public_id=before.public_id,
                reason=reason,
                at=timezone.now(),
            )
            _answer({"terms": 0, "left_out": 0, "errors": None}, as_json=as_json)
            return
        with file.open("rb") as content:
            row = actions.put_terms(
                actor=SYSTEM,
                file=File(content, name=file.name),
                reason=reason,
                replaces=before.public_id if before else "",
                at=timezone.now(),
            )
    except Refusal as refusal:
        _refuse(refusal)
    place = errors_path or Path(f"{file.name}.errors.csv")
    if row.bad_rows:
        _write(place, row.bad_rows)
    _answer(
        {
            "terms": row.number,
            "left_out": len(row.bad_rows),
            "errors": str(place) if row.bad_rows else None,
        },
        as_json=as_json,
    )
    if row.bad_rows:
        sys.exit(SOME_BAD)


def _write(place: Path, rows: list[list[Any]]) -> None:
    with place.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "problem", "cell"])
        for line, why, cell in rows:
            writer.writerow([line, BadTerm(why).label, cell])


def _answer(said: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(said))
        return
    click.echo(_("%(terms)s terms of your own are in use.") % said)
    if said["errors"]:
        click.echo(
            _("%(left_out)s rows were no use; they are named in %(errors)s.") % said,
            err=True,
        )


def _refuse(refusal: Refusal) -> NoReturn:
    problems = refusal.problems if isinstance(refusal, Invalid) else [refusal]
    for problem in problems:
        click.secho(f"{problem.message} {problem.mend}".strip(), fg="red", err=True)
    raise SystemExit(UNUSABLE)
