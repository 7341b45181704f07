"""``opensti erasures``: what was erased stays erased, after a restore and in copies."""

from __future__ import annotations

from pathlib import Path

import click
from django.utils.timezone import now
from django.utils.translation import gettext as _

from opensti.domains.accounts.actions import erase_account_again
from opensti.domains.registry.actions import erase_person_again
from opensti.domains.registry.queries import erasures as recorded
from opensti.kernel.erasures import (
    erasures_file,
    line_of,
    read_erasures,
    write_erasures,
)
from opensti.kernel.files.actions import purge_copies
from opensti.kernel.refusals import Refusal

REFUSED = 1
UNUSABLE = 2


@click.group()
def erasures() -> None:
    """What was erased: list it, erase it again after a restore, clean copies of files."""


@erasures.command("list")
def list_them() -> None:
    """Print every erasure that the record tells of, in numbers alone; keep it outside.

    What the file beside the database lacks is added to it.
    """
    found = recorded()
    write_erasures(found)
    for one in found:
        click.echo(line_of(one))


@erasures.command()
@click.argument(
    "file", required=False, type=click.Path(path_type=Path, dir_okay=False, exists=True)
)
def reapply(file: Path | None) -> None:
    """Erase again what FILE tells of (default: the file beside the database).

    Run it after every restore of a backup, before anybody uses the house. Accounts go
    first. Exit code 1: somebody could not be erased again, and why is said.
    """
    try:
        told = list(read_erasures(file or erasures_file()))
    except (OSError, ValueError) as error:
        click.secho(str(error), fg="red", err=True)
        raise SystemExit(UNUSABLE) from None
    done, refused = 0, 0
    again = {"account": erase_account_again, "person": erase_person_again}
    for one in sorted(told, key=lambda one: (one.kind, one.id)):
        try:
            done += again[one.kind](erasure=one, at=now())
        except Refusal as refusal:
            refused += 1
            click.secho(f"{one.kind} {one.id}: {refusal}", fg="red", err=True)
    write_erasures(told)
    click.echo(
        _("Told: %(told)s. Erased again: %(done)s. Refused: %(refused)s.")
        % {"told": len(told), "done": done, "refused": refused}
    )
    if refused:
        raise SystemExit(REFUSED)


@erasures.command("clean")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
def clean(folder: Path) -> None:
    """Delete from FOLDER, a copy of the folder ``files``, what was purged in the house."""
    gone = purge_copies(folder=folder)
    click.echo(_("Deleted from the copy: %s files.") % gone)
