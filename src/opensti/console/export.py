"""``opensti export``: open data as files, the same bytes as under ``/open-data/``."""

from __future__ import annotations

import os
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click
from django.utils import timezone
from django.utils.translation import gettext as _

from opensti.domains.publications.queries import count_lives
from opensti.exports.files import FILES, chunks_of, source_now
from opensti.exports.harvest import refresh
from opensti.exports.source import Source, counted, kept
from opensti.exports.tables import TABLES
from opensti.kernel.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOTHING = 2
PROGRESS_SECONDS = 10
OUTPUT = click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="The file that is written; an older one is replaced once the new one is whole.",
)


@click.group()
def export() -> None:
    """Open data: what is public, in the forms that other people's programs read.

    The same state of the house gives the same bytes. Exit status 2: nothing is public yet
    that the file could hold, and none is written.
    """


@export.command()
@click.option("--records", is_flag=True, help="Records with what releases come to.")
@OUTPUT
def ocds(output: Path, records: bool) -> None:  # noqa: FBT001
    """Open Contracting Data Standard 1.1.5: a release for each public act."""
    _write("ocds-records.json" if records else "ocds-releases.json", output)


@export.command(name="360giving")
@OUTPUT
def giving(output: Path) -> None:
    """360Giving 1.4: a grant for each released approval with its amount."""
    _write("360giving.json", output)


@export.command()
@OUTPUT
def datacite(output: Path) -> None:
    """DataCite 4.6: a ZIP with an XML file for each award and each project."""
    _write("datacite.zip", output)


@export.command()
@OUTPUT
def iati(output: Path) -> None:
    """IATI 2.03: an activity for each task that aid pays for."""
    _write("iati.xml", output)


@export.command()
def harvest() -> None:
    """Bring what harvesters read by OAI-PMH up to date now; the worker does it by itself."""
    kept = refresh(clock=timezone.now)
    if kept is None:
        click.echo(_("Nothing happened since the last look."))
        return
    if not kept.whole:
        click.echo(_("Another look began meanwhile and goes on instead."), err=True)
        raise SystemExit(1)
    click.echo(
        _("Records written: %(written)d, deleted: %(deleted)d.")
        % {"written": kept.written, "deleted": kept.deleted}
    )


@export.command()
@OUTPUT
def dcat(output: Path) -> None:
    """DCAT-AP 3.0.1: the catalogue of all these files, as Turtle."""
    _write("catalogue.ttl", output)


@export.command()
@click.option(
    "--table",
    type=click.Choice([table.name for table in TABLES]),
    help="One table as .csv, .xlsx or .parquet, by the name of the file; else all as a ZIP of CSV.",
)
@OUTPUT
def tables(output: Path, table: str | None) -> None:
    """Tables with a dictionary of every column in both languages."""
    if table is None:
        _write("tables.zip", output)
        return
    if output.suffix not in (".csv", ".xlsx", ".parquet"):
        raise click.BadParameter(
            _("the name ends in none of .csv, .xlsx, .parquet."), param_hint="--output"
        )
    _write(f"{table}{output.suffix}", output)


@export.command(name="all")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Where the files are written, by their names; made if it is not there.",
)
def everything(folder: Path) -> None:
    """Every file of open data, all of one moment: the house is read once."""
    folder.mkdir(parents=True, exist_ok=True)
    now = source_now()
    every = count_lives()
    found = counted(now.lives, _progress(_("Reading the house"), every))
    empty = []
    with kept(found()) as lives:
        for name in FILES:
            told = counted(lives, _progress(name, every))
            output = folder / name
            try:
                size = _replace(output, chunks_of(name, source=Source(now.house, told)))
            except Refusal:
                output.unlink(missing_ok=True)  # one of an earlier state
                empty.append(name)
                continue
            click.echo(_("%(file)s: %(size)d bytes.") % {"file": output, "size": size})
    if empty:
        said = _("Nothing is public yet that these files could hold: %(files)s.")
        click.echo(said % {"files": ", ".join(empty)}, err=True)


def _write(name: str, output: Path) -> None:
    """Write beside the file and take its place: a reader never finds half of it."""
    now = source_now()
    told = counted(now.lives, _progress(name, count_lives()))
    try:
        size = _replace(output, chunks_of(name, source=Source(now.house, told)))
    except Refusal as refusal:
        click.echo(f"{refusal.message} {refusal.mend}".strip(), err=True)
        raise SystemExit(NOTHING) from refusal
    click.echo(_("%(file)s: %(size)d bytes.") % {"file": output, "size": size})


def _replace(output: Path, chunks: Iterator[bytes]) -> int:
    size, beside = 0, output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            for chunk in chunks:
                size += file.write(chunk)
        beside.replace(output)
    finally:
        beside.unlink(missing_ok=True)
    return size


def _progress(what: str, every: int) -> Callable[[int], None]:
    """Say how far it is, not oftener than every ten seconds."""
    told = monotonic()

    def tell(done: int) -> None:
        nonlocal told
        if monotonic() - told > PROGRESS_SECONDS:
            said = _("%(what)s: %(done)d of %(every)d processes.")
            click.echo(said % {"what": what, "done": done, "every": every}, err=True)
            told = monotonic()

    return tell
