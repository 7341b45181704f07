"""``opensti productivity rerun``: answer a kept question again, and compare to the byte."""

from __future__ import annotations

import json
from pathlib import Path

import click
from django.utils.translation import gettext as _

from opensti.domains.strategies import actions
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
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def rerun(public_id: str, output: Path | None, *, as_json: bool) -> None:
    """Compute the run ID again from its frozen numbers; exit code 1 where it differs.

    ID stands in the address of the run's page. Nothing is changed; what differs is named.
    """
    try:
        again = actions.recompute_account(actor=SYSTEM, public_id=public_id)
    except NotFound:
        raise click.ClickException(
            _("There is no run %(id)s.") % {"id": public_id}
        ) from None
    except Refusal as refusal:
        raise click.ClickException(f"{refusal} {refusal.mend}".strip()) from None
    if output is not None:
        output.write_bytes(again.content)
    if as_json:
        told = {"run": public_id, "sha256": again.digest, "differs": again.differs}
        click.echo(json.dumps(told))
    elif again.differs:
        click.echo(
            _("NOT what was kept (SHA-256 %(digest)s). Different:")
            % {"digest": again.digest}
        )
        for path in again.differs:
            click.echo(f"  {path}")
    else:
        click.echo(
            _("equal to the byte (SHA-256 %(digest)s)") % {"digest": again.digest}
        )
    raise SystemExit(1 if again.differs else 0)
