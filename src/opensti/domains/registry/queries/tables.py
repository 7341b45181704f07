"""The rows of a handed-in table, by its own headings and as a mapping reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opensti.kernel.files import store
from opensti.kernel.files.models import StoredFile
from opensti.kernel.refusals import NotFound
from opensti.kernel.spreadsheets import open_table
from opensti.kernel.workbooks import refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from opensti.domains.registry.models import ImportRun
    from opensti.kernel.spreadsheets import Table

Row = tuple[int, dict[str, Any]]
# Under this name a row carries the faults found in it while the file was read.
FAULTS = "\0faults"


def rows_of(path: Path, name: str) -> Iterator[Row]:
    """Each row with its number in the file and its cells by heading; empty ones left out."""
    return _rows(open_table(path, name=name))


def headings_of(path: Path, name: str) -> list[str]:
    """The headings of the columns, in order. Raises ``Invalid`` for a table without rows."""
    table = open_table(path, name=name)
    if next(table.rows, None) is None:
        raise refused(
            _("The file holds no rows."),
            _("Put the headings in the first row and the data below."),
        )
    return list(table.header)


def mapped(cells: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    """The cells by what they mean, as the mapping (target -> heading) says."""
    read = {
        target: cells[heading]
        for target, heading in mapping.items()
        if heading in cells
    }
    if FAULTS in cells:
        read[FAULTS] = cells[FAULTS]
    return read


def rows_of_run(run: ImportRun) -> Iterator[Row]:
    """The rows of a handed-in file."""
    return _rows(_table_of_run(run))


def headings_of_run(run: ImportRun) -> list[str]:
    return list(_table_of_run(run).header)


def _table_of_run(run: ImportRun) -> Table:
    file = StoredFile.objects.filter(public_id=run.file_id).first()
    if file is None or not file.is_readable:
        raise NotFound
    return open_table(store.clean_path(file.sha256), name=file.name)


def _rows(table: Table) -> Iterator[Row]:
    for row in table.rows:
        cells = dict(row.values)
        if row.problems:
            cells[FAULTS] = row.problems
        yield row.number, cells
