"""Files of ``opensti overlap``: records in, tables out, what was wrong beside them."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

import click
from django.utils.translation import ngettext
from sti_methods.similarity import Problem, Unreadable, read_records

from opensti.kernel.tables import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sti_methods.similarity import Record


class Remarks:
    """What was wrong with rows of files, in the order it was found."""

    def __init__(self) -> None:
        self.found: list[tuple[str, Problem]] = []

    def __call__(self, path: Path, problem: Problem) -> None:
        self.found.append((path.name, problem))


def read(path: Path, note: Any) -> list[Record]:
    try:
        return read_records(path, problem=lambda problem: note(path, problem))
    except Unreadable as refusal:
        raise click.ClickException(str(refusal)) from None


def watched(
    records: list[Record], label: str, *, file: TextIO | None = None
) -> Iterator[Record]:
    with click.progressbar(records, label=label, file=file) as bar:
        yield from bar


@contextmanager
def errors(output: Path) -> Iterator[Remarks]:
    """Collect what was wrong with rows; at the end write it beside the output."""
    remarks = Remarks()
    place = output.with_suffix(".errors.csv")
    place.unlink(missing_ok=True)
    yield remarks
    if found := remarks.found:
        with table(place, "file line id problem") as write:
            for name, problem in found:
                write(name, problem.line, problem.id, problem.what)
        click.echo(
            ngettext(
                "%(count)s remark on the files: %(place)s",
                "%(count)s remarks on the files: %(place)s",
                len(found),
            )
            % {"count": len(found), "place": place},
            err=True,
        )


@contextmanager
def table(place: Path, columns: str) -> Iterator[Any]:
    """Write a CSV beside its place and move it there when it is whole."""
    unfinished = place.with_name(f".{place.name}.part")
    try:
        # Half a character, as JSON may have it, is written as “?”.
        with unfinished.open(
            "w", encoding="utf-8", errors="replace", newline=""
        ) as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns.split())
            yield lambda *cells: writer.writerow(safe_text(str(c)) for c in cells)
        unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)
