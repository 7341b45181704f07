"""``opensti panels recompute`` and ``open``: a council's forming again, and who was who."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO

import click
from django.utils.translation import gettext as _

from opensti.console.overlap_files import table
from opensti.console.reasons import in_words
from opensti.domains.panels import actions
from opensti.kernel.access import SYSTEM
from opensti.kernel.refusals import NotFound

DIFFERS = 1
UNUSABLE = 2


@click.command()
@click.argument("bundle", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def recompute(bundle: IO[bytes], *, as_json: bool) -> None:
    """Compute the seats of BUNDLE (a ZIP from the page of a decision) again: no database.

    Exit code 0: the same bytes; 1: others; 2: this is no bundle, or it was altered.
    """
    try:
        found = actions.recompute_panel(content=bundle.read())
    except ValueError as error:
        click.secho(in_words(error), fg="red", err=True)
        raise SystemExit(UNUSABLE) from None
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        click.echo(
            _("The seats come out the same, to the byte.")
            if found["same"]
            else _("The seats do NOT come out as they were published.")
        )
        if not found["repeatable"]:
            click.echo(
                _("The clock ended this run; another machine may get further in time.")
            )
        click.echo(
            _("Of %(seats)s seats %(hand)s were changed by hand afterwards.")
            % {"seats": found["seats"], "hand": found["by_hand"]}
        )
        click.echo(_("Problem, SHA-256: %s") % found["problem"])
        click.echo(_("Solution, SHA-256: %s") % found["solution"])
    if not found["same"]:
        raise SystemExit(DIFFERS)


@click.command("open")
@click.argument("public_id", metavar="RUN")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    required=True,
    help="Where the CSV goes: number, person, name, salt, commitment.",
)
def open_numbers(public_id: str, output: Path) -> None:
    """Write who the numbers of a RUN are, with the salts that open their commitments.

    RUN stands in the address of the run's page. For auditors: the file names people.
    Exit code 0: the record committed to just these; 1: it did not.
    """
    try:
        people, holds = actions.open_run(actor=SYSTEM, run_public_id=public_id)
    except NotFound:
        raise click.ClickException(
            _("There is no run %(id)s with numbers.") % {"id": public_id}
        ) from None
    with table(output, "number person name salt commitment") as write:
        for one in people:
            write(one.number, str(one.person_id), one.name, one.salt, one.commitment)
    if holds:
        click.echo(_("The record committed to just these."))
        return
    click.secho(_("The record did NOT commit to these."), fg="red", err=True)
    raise SystemExit(DIFFERS)
