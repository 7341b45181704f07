"""Lists as files: CSV and XLSX that no spreadsheet programme can be tricked with.

Texts that a spreadsheet would run as a formula get a leading apostrophe (the rules of
``defusedcsv``, and the same after blanks, tabs and line breaks) in both formats.
Figures and dates stay figures and dates. Rows are read in chunks, never all at once.
"""

from __future__ import annotations

import csv
import re
import tempfile
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any

from defusedcsv import csv as defused
from django.http import FileResponse, StreamingHttpResponse
from django.utils.timezone import is_aware, localtime

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.http import HttpResponseBase

_FORMULA = re.compile(r"^[\s\x00-\x20\ufeff\u200b]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]")
_PLAIN_NUMBER = re.compile(r"^-?[0-9,.]+$")
_CELL_LIMIT = 32_767
# A sheet of Excel holds no more rows, its head included.
LONGEST_SHEET = 1_048_576
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # what XML cannot hold
_BOM = "\ufeff"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def defuse(value: Any) -> Any:
    """Return the value as it may stand in a cell of a file that others will open."""
    if value is None or isinstance(value, bool | int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return (localtime(value) if is_aware(value) else value).replace(tzinfo=None)
    if isinstance(value, date):
        return value
    text = _ILLEGAL.sub("", str(value))
    if _FORMULA.match(text) and not _PLAIN_NUMBER.match(text):
        return "'" + text
    return text


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(
    *, rows: Iterable[Sequence[Any]], head: Sequence[Any] | None = None
) -> Iterator[str]:
    """Write the table line by line, with the mark by which Excel knows UTF-8.

    Without a head: lines that go on a table that was begun.
    """
    writer = defused.writer(_Echo(), quoting=csv.QUOTE_MINIMAL)
    if head is not None:
        yield _BOM + writer.writerow([defuse(cell) for cell in head])
    for row in rows:
        yield writer.writerow([defuse(cell) for cell in row])


def write_xlsx(
    *, file: IO[bytes], title: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]
) -> None:
    """Write the table as a workbook, row by row.

    More rows than a sheet holds go on in further sheets, each with the head: ``tasks``,
    ``tasks 2``, ….
    """
    from openpyxl import Workbook  # noqa: PLC0415 -- slow, seldom needed
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook(write_only=True)
    name = re.sub(r"[\[\]:*?/\\]", " ", title) or "OpenSTI"

    def begun(number: int) -> Any:
        after = f" {number}" if number > 1 else ""
        sheet = book.create_sheet(name[: 31 - len(after)] + after)
        sheet.freeze_panes = "A2"
        for index in range(1, len(head) + 1):
            sheet.column_dimensions[get_column_letter(index)].width = 24
        cells = [text(sheet, str(defuse(value))) for value in head]
        for one in cells:
            one.font = Font(bold=True)
        sheet.append(cells)
        return sheet

    def text(sheet: Any, value: str) -> Any:
        made = WriteOnlyCell(sheet, value=value[:_CELL_LIMIT])
        made.data_type = "s"  # never a formula, whatever it looks like
        return made

    left, number = iter(rows), 1
    while True:
        sheet = begun(number)
        for row in islice(left, LONGEST_SHEET - 1):
            values = [defuse(value) for value in row]
            sheet.append([text(sheet, v) if isinstance(v, str) else v for v in values])
        if (first := next(left, None)) is None:
            break
        left, number = chain([first], left), number + 1
    book.save(file)


def table_response(
    *, kind: str, name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]
) -> HttpResponseBase:
    """Answer with the table as a file: ``csv`` streamed, ``xlsx`` by way of the disk."""
    if kind == "xlsx":
        file = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it
        write_xlsx(file=file, title=name, head=head, rows=rows)
        file.seek(0)
        return FileResponse(
            file, as_attachment=True, filename=f"{name}.xlsx", content_type=_XLSX
        )
    response = StreamingHttpResponse(
        csv_lines(head=head, rows=rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
