"""Rows of a table that was handed in: sheet, number in the file, cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.kernel.refusals import Invalid
from opensti.kernel.spreadsheets import MAX_ROWS, open_table
from opensti.kernel.workbooks import sheet_rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


def table_rows(path: Path, *, name: str) -> Iterator[tuple[str, int, Sequence[Any]]]:
    """Yield sheet (none in CSV), row number, cells; the header comes first.

    Raises ``Invalid`` as ``open_table``, and with the row for one that has more cells
    than the table has columns.
    """
    if name.lower().endswith(".xlsx"):
        yield from sheet_rows_of(path, max_rows=MAX_ROWS)
        return
    table = open_table(path, name=name)
    yield "", 1, list(table.header)
    for row in table.rows:
        if row.problems:
            raise Invalid(
                row.problems, message=f"{row.number}: {row.problems[0].message}"
            )
        yield "", row.number, [row.values.get(name) for name in table.header]
