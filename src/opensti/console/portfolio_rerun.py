"""``opensti portfolio rerun``: choose again from the frozen bytes of a scenario, and compare."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import click
from django.utils.translation import gettext as _

from opensti.domains.portfolios import actions
from opensti.kernel.access import SYSTEM
from opensti.kernel.refusals import NotFound, Refusal


@click.command()
@click.argument("public_id", metavar="ID")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what was computed here, as canonical JSON.",
)
@click.option(
    "--reasons", is_flag=True, help="The reasons of all dossiers too; takes longer."
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def rerun(public_id: str, output: Path | None, *, reasons: bool, as_json: bool) -> None:
    """Compute the scenario ID again from what was frozen; exit code 1 where bytes differ.

    ID stands in the address of the scenario's page. Nothing is changed. With --reasons
    and --output the reasons are written beside it, as FILE.reasons.json.
    """
    try:
        solution, same = actions.recompute_scenario(actor=SYSTEM, public_id=public_id)
        told = {"solution": (solution, same)}
        if reasons:
            told["reasons"] = actions.recompute_reasons(
                actor=SYSTEM, public_id=public_id
            )
    except NotFound:
        raise click.ClickException(
            _("There is no scenario %(id)s.") % {"id": public_id}
        ) from None
    except Refusal as refusal:
        raise click.ClickException(f"{refusal} {refusal.mend}".strip()) from None
    if output is not None:
        output.write_bytes(solution)
        if reasons:
            beside = output.with_name(f"{output.name}.reasons.json")
            beside.write_bytes(told["reasons"][0])
    answer = {
        name: {"sha256": sha256(content).hexdigest(), "equal": equal}
        for name, (content, equal) in told.items()
    }
    if as_json:
        click.echo(json.dumps({"scenario": public_id, **answer}))
    else:
        words = {"solution": _("solution"), "reasons": _("reasons")}
        for name, said in answer.items():
            verdict = (
                _("equal to the byte") if said["equal"] else _("NOT what was kept")
            )
            click.echo(f"{words[name]}: {verdict} (SHA-256 {said['sha256']})")
    raise SystemExit(0 if all(equal for _content, equal in told.values()) else 1)
