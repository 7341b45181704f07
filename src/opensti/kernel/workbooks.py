"""Read the sheets of an uploaded workbook, however it was built, in bounded time.

A workbook of a few kilobytes may claim a million rows, and a reader in Python spends
most of a minute on rows that hold nothing. So each sheet first passes a sieve that drops
empty rows and cells at the speed of ``re``, and counts what is left; what is beyond the
limits is refused before it is parsed.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opensti.kernel.files.sniffing import check_content
from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

LAST_ROW = 1_048_576  # no spreadsheet program has more
LAST_COLUMN = 702  # ZZ
MAX_CELLS = 5_000_000
MAX_TEXTS = 1_000_000
MAX_PART = 16 * 1024 * 1024  # styles, names, links: what is read whole
MAX_TEXT_PART = 256 * 1024 * 1024
_ROWS_ABOVE = 1000  # titles over the table are rows too
_CHUNK = 1 << 20
_LONGEST_ROW = 16 * 1024 * 1024

_SHEET = re.compile(rb"<((?:\w+:)?)worksheet\b[^<>]*>")
_TEXT = rb"<(?:\w+:)?t\b[^<>]*(?:/>|>\s*</(?:\w+:)?t>)"
_EMPTY_CELL = re.compile(
    rb"<(?:\w+:)?c\b[^<>]*(?:/>|(?<!/)>\s*(?:<(?:\w+:)?is>\s*(?:"
    + _TEXT
    + rb")?\s*</(?:\w+:)?is>\s*|<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>)"
)
_EMPTY_ROW = re.compile(
    rb'<(?:\w+:)?row\b[^<>]*\sr="\d+"[^<>]*(?:/>|(?<!/)>\s*</(?:\w+:)?row>)'
)
# A formula whose value no program worked out; an empty text is a value.
_NO_VALUE = re.compile(
    rb'<(?:\w+:)?c\b(?![^<>]*\st="str")[^<>]*\sr="([A-Z]+\d+)"[^<>]*>\s*'
    rb"<(?:\w+:)?f\b[^<>]*(?:/>|(?<!/)>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_CELL = re.compile(rb"<(?:\w+:)?c\b")
_BEYOND = re.compile(rb'\sr="(?:[A-Z]{3}\d|[A-Z]{0,2}\d{8})')
_SHARED = re.compile(rb"<(?:\w+:)?si\b")


def rows_of(path: Path, *, max_rows: int) -> Iterator[tuple[int, list[Any]]]:
    """Yield number and cells of each row of the first sheet that holds anything."""
    for _sheet, number, cells in _rows(path, max_rows=max_rows, sheets=1):
        yield number, cells


def sheet_rows_of(path: Path, *, max_rows: int) -> Iterator[tuple[str, int, list[Any]]]:
    """Yield sheet, number and cells of each row that holds anything, of all sheets."""
    return _rows(path, max_rows=max_rows, sheets=None)


def _rows(
    path: Path, *, max_rows: int, sheets: int | None
) -> Iterator[tuple[str, int, list[Any]]]:
    import openpyxl  # noqa: PLC0415 -- slow, seldom needed

    check_content(path, "xlsx")
    with tempfile.TemporaryFile() as file:
        counted = _sieve(path, file)
        file.seek(0)
        try:
            book = openpyxl.load_workbook(
                file, read_only=True, data_only=True, keep_links=False
            )
            asked: list[Any] = book.worksheets[:sheets]
            parts = [str(one._worksheet_path).lstrip("/") for one in asked]
            if not asked:
                raise broken_book()  # noqa: TRY301 -- a book of charts alone
        except Exception:  # noqa: BLE001 -- openpyxl raises whatever the broken part causes
            raise broken_book() from None
        _within(counted, parts, max_rows)
        try:
            for sheet in asked:
                for number, cells in _cells(sheet):
                    yield sheet.title, number, cells
        except (ValueError, LookupError, TypeError, OSError, zlib.error, SyntaxError):
            raise broken_book() from None
        finally:
            book.close()


@dataclass
class _Found:
    """What a sheet holds: rows, cells, and the first formula that has no value."""

    rows: int = 0
    cells: int = 0
    no_value: str = ""


def _within(counted: Mapping[str, _Found], parts: Sequence[str], max_rows: int) -> None:
    found = [counted[part] for part in parts if part in counted]
    rows = sum(sheet.rows for sheet in found)
    cells = sum(sheet.cells for sheet in found)
    if rows > max_rows + _ROWS_ABOVE:
        raise too_many_rows(max_rows)
    if cells > MAX_CELLS:
        raise refused(
            _("The table has more than %(limit)s cells.") % {"limit": MAX_CELLS},
            _("Keep the columns that the import needs, or split the table."),
        )
    for sheet in found:
        if sheet.no_value:
            raise refused(
                _("The formula in cell %(cell)s was never worked out: it has no value.")
                % {"cell": sheet.no_value},
                _(
                    "Open the file in a spreadsheet program and save it, or write the number."
                ),
            )


def _cells(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    sheet.reset_dimensions()
    blank = (None,) * LAST_COLUMN
    read = sheet.iter_rows(values_only=True, max_row=LAST_ROW, max_col=LAST_COLUMN)
    for number, row in enumerate(read, start=1):
        if row != blank:
            yield number, list(row)


def _sieve(path: Path, file: Any) -> dict[str, _Found]:
    """Copy a workbook with sifted sheets; return what each holds."""
    counted = {}
    with (
        zipfile.ZipFile(path) as source,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy,
    ):
        for entry in source.infolist():
            with source.open(entry) as part:
                head = part.read(_CHUNK)
                xml = entry.filename.lower().endswith((".xml", ".rels"))
                if xml and b"\x00" in head:
                    raise broken_book()  # UTF-16: no program writes it, and no sieve holds
                found = _SHEET.search(head)
                if found:
                    with copy.open(entry.filename, "w") as out:
                        counted[entry.filename] = _sift(head, found, part, out)
                    continue
                if not xml:
                    continue  # pictures and the like hold no table
                limit = MAX_TEXT_PART if _SHARED.search(head) else MAX_PART
                _copy(copy, entry.filename, head, part, limit)
    return counted


def _copy(copy: zipfile.ZipFile, name: str, head: bytes, part: Any, limit: int) -> None:
    """Copy a part that openpyxl reads whole, if it is of a size for that."""
    size = texts = 0
    with copy.open(name, "w") as out:
        while head:
            size += len(head)
            texts += len(_SHARED.findall(head))
            if size > limit or texts > MAX_TEXTS:
                raise refused(
                    _("The workbook holds more texts or styles than can be read."),
                    _("Save the table as CSV (UTF-8), or split it into several files."),
                )
            out.write(head)
            head = part.read(_CHUNK)


def _sift(head: bytes, found: re.Match[bytes], part: Any, out: Any) -> _Found:
    """Write a sheet without what is empty; the size it claims is not believed."""
    prefix = found[1]
    out.write(head[: found.end()] + b"<" + prefix + b'dimension ref="A1"/>')
    rest = head[found.end() :]
    sheet = _Found()
    while True:
        more = part.read(_CHUNK)
        end = len(rest)
        if more:  # up to the beginning of the last row, which may go on
            end = max((m.start() for m in _ROW.finditer(rest)), default=0)
        piece, rest = rest[:end], rest[end:] + more
        if b"<![CDATA[" not in piece:
            piece = _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", piece))
        sheet.rows += len(_ROW.findall(piece))
        sheet.cells += len(_CELL.findall(piece))
        if not sheet.no_value and (bare := _NO_VALUE.search(piece)):
            sheet.no_value = bare[1].decode()
        if _BEYOND.search(piece):
            raise refused(
                _("The table goes beyond column ZZ or row 1,048,576."),
                _("Move it to the upper left corner of the sheet."),
            )
        out.write(piece)
        if not more:
            return sheet
        if len(rest) > _LONGEST_ROW:
            raise broken_book()


def broken_book() -> Invalid:
    return refused(
        _("The workbook is broken: its first sheet cannot be read."),
        _(
            "Open it in a spreadsheet program, save it anew as XLSX and upload it again."
        ),
    )


def too_many_rows(limit: int) -> Invalid:
    return refused(
        _("The table has more than %(limit)s rows.") % {"limit": limit},
        _("Split it into several files."),
    )


def refused(message: Any, mend: Any) -> Invalid:
    """Return the refusal of a whole file."""
    return Invalid([Problem(field="file", message=message, mend=mend)])
