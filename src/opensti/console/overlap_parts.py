"""Partitioned corpora of ``opensti overlap``: made from files, compared by many workers."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click
from django.utils.translation import gettext as _
from sti_methods.similarity import VERSION, Unreadable

from opensti.console.overlap_files import errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sti_methods.similarity.cluster import PartedIndex

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
JSON = click.option(
    "--json", "as_json", is_flag=True, help="Write a summary as JSON, for programs."
)


@click.command()
@click.argument("corpus", type=FILE, nargs=-1, required=True)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="The folder that is made.",
)
@click.option(
    "--rows",
    type=click.IntRange(min=1),
    default=20_000,
    show_default=True,
    help="How many records a partition has.",
)
@JSON
def partition(
    corpus: tuple[Path, ...],
    output: Path,
    rows: int,
    as_json: bool,  # noqa: FBT001
) -> None:
    """Turn CORPUS files into one folder of Parquet partitions, for very many records.

    opensti overlap rank and pairs take the folder for a corpus, and spread the work over
    the Dask workers of DASK_SCHEDULER_ADDRESS if that is set. Needs opensti[cluster].
    """
    cluster = needed()
    label = _("Writing partitions")

    def done(records: int) -> None:
        click.echo(f"{label}: {records:,}", err=True)

    with errors(output) as note:
        try:
            made = cluster.partition(corpus, output, rows=rows, problem=note, done=done)
        except Unreadable as refusal:
            raise click.ClickException(str(refusal)) from None
    if as_json:
        summary = {**about_corpus(made), "remarks": len(note.found)}
        click.echo(json.dumps({**summary, "output": str(output)}))
        return
    click.echo(
        _("%(records)s records in %(parts)s partitions: %(place)s")
        % {"records": made.records, "parts": len(made.parts), "place": output}
    )


def about_corpus(corpus: Any) -> dict[str, Any]:
    return {
        "records": corpus.records,
        "partitions": len(corpus.parts),
        "corpus": corpus.digest,
        "method": VERSION,
    }


def needed() -> Any:
    """Return the package of partitioned corpora, or say what to install."""
    try:
        from sti_methods.similarity import cluster  # noqa: PLC0415 -- an extra
    except ImportError as missing:
        raise click.ClickException(str(missing)) from None
    return cluster


@contextmanager
def parted(folder: Path, bars: TextIO | None) -> Iterator[PartedIndex]:
    """Give the index of a partitioned corpus, built or checked, and watch its tasks."""
    cluster = needed()
    with click.progressbar(length=1, label=_("Comparing"), file=bars) as bar:

        def progress(done: int, tasks: int) -> None:
            bar.length = tasks
            bar.update(done - bar.pos)

        try:
            corpus = cluster.open_corpus(folder)
            with cluster.workers(progress) as staff:
                yield cluster.PartedIndex.of(corpus, staff)
        except (Unreadable, cluster.Unreachable, cluster.Lost) as refusal:
            raise click.ClickException(str(refusal)) from None
