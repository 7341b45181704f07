"""``opensti composite rerun``: work a kept version out again, and compare."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import click
from django.utils.translation import gettext as _

from opensti.domains.strategies import actions
from opensti.kernel.refusals import NotFound, Refusal


@click.command()
@click.argument("public_id", metavar="ID")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what was worked out here, as canonical JSON.",
)
def rerun(public_id: str, output: Path | None) -> None:
    """Work the version ID of an index out again; exit code 1 where the result differs.

    ID stands on the page of the version. Nothing is changed.
    """
    try:
        content, same = actions.recompute_version(public_id=public_id)
    except NotFound:
        raise click.ClickException(
            _("There is no version %(id)s.") % {"id": public_id}
        ) from None
    except Refusal as refusal:
        raise click.ClickException(f"{refusal} {refusal.mend}".strip()) from None
    if output is not None:
        output.write_bytes(content)
    digest = sha256(content).hexdigest()
    click.echo(f"{digest}  {_('equal') if same else _('differs')}")
    if not same:
        raise SystemExit(1)
