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


def csv_lines(*, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Write the table line by line, with the mark by which Excel knows UTF-8."""
    writer = defused.writer(_Echo(), quoting=csv.QUOTE_MINIMAL)
    yield _BOM + writer.writerow([defuse(cell) for cell in head])
    for row in rows:
        yield writer.writerow([defuse(cell) for cell in row])


def write_xlsx(
    *, file: IO[bytes], title: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]
) -> None:
    """Write the table as a workbook with one sheet, row by row."""
    from openpyxl import Workbook  # noqa: PLC0415 -- slow, seldom needed
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "OpenSTI")
    sheet.freeze_panes = "A2"
    for index in range(1, len(head) + 1):
        sheet.column_dimensions[get_column_letter(index)].width = 24

    def cell(value: Any, *, bold: bool = False) -> Any:
        value = defuse(value)
        if isinstance(value, str):
            made = WriteOnlyCell(sheet, value=value[:_CELL_LIMIT])
            made.data_type = "s"  # never a formula, whatever it looks like
        else:
            made = WriteOnlyCell(sheet, value=value)
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(value, bold=True) for value in head])
    for row in rows:
        sheet.append([cell(value) for value in row])
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
