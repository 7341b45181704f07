"""The rows of a handed-in table, by its own headings: CSV, XLSX or JSON lines.

Read row by row, so that a file ten times the usual size costs no more memory.
"""

from __future__ import annotations

import csv
import gzip
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext_lazy as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from opensti.kernel.files import store
from opensti.kernel.files.models import StoredFile
from opensti.kernel.refusals import Invalid, NotFound, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import TextIO

    from opensti.domains.registry.models import ImportRun

Row = tuple[int, dict[str, Any]]
# Vietnamese Windows wrote cp1258 for long; what is none of these is refused.
ENCODINGS = ("utf-8-sig", "utf-16", "cp1258")
UNPACKED_LIMIT = 1024 * 1024 * 1024
COLUMN_LIMIT = 500
SAMPLE = 64 * 1024


def rows_of(path: Path, name: str) -> Iterator[Row]:
    """Each row with its number in the file and its cells by heading; empty rows left out.

    Raises ``Invalid`` for a file that is no table, has no headings or a broken encoding.
    """
    suffix = name.lower().removesuffix(".gz").rpartition(".")[2]
    if suffix == "xlsx":
        lines = _xlsx(path)
    elif suffix in {"jsonl", "ndjson"}:
        yield from _json_lines(path, name)
        return
    elif suffix in {"csv", "tsv", "txt"}:
        lines = _csv(path, name)
    else:
        raise _wrong(
            _("“%(name)s” is not a table that can be read.") % {"name": name[:100]},
            _("Save it as XLSX, CSV or JSONL and hand that in."),
        )
    yield from _by_heading(lines)


def headings_of(path: Path, name: str) -> list[str]:
    """The headings of the columns, in order, as far as the first rows tell."""
    for _number, cells in rows_of(path, name):
        return list(cells)
    raise _wrong(
        _("The file holds no rows."),
        _("Put the headings in the first row and the data below."),
    )


def mapped(cells: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    """The cells by what they mean, as the mapping (target -> heading) says."""
    return {
        target: cells[heading]
        for target, heading in mapping.items()
        if heading in cells
    }


def rows_of_run(run: ImportRun) -> Iterator[Row]:
    file = StoredFile.objects.filter(public_id=run.file_id).first()
    if file is None or not file.is_readable:
        raise NotFound
    return rows_of(store.clean_path(file.sha256), file.name)


def _by_heading(lines: Iterable[tuple[int, list[Any]]]) -> Iterator[Row]:
    headings: list[str] = []
    for number, cells in lines:
        if not any(c not in (None, "") for c in cells):
            continue
        if not headings:
            headings = _headings(cells)
            continue
        yield number, dict(zip(headings, cells, strict=False))


def _headings(cells: list[Any]) -> list[str]:
    """Named columns; one named twice gets a number, an unnamed one its letter's place."""
    if len(cells) > COLUMN_LIMIT:
        raise _wrong(
            _("The table has more than %(limit)s columns.") % {"limit": COLUMN_LIMIT},
            _("Delete the columns that are not needed."),
        )
    while cells and cells[-1] in (None, ""):
        cells = cells[:-1]
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = " ".join(str(cell or "").split())[:100] or f"#{place}"
        names.append(name if name not in names else f"{name} ({place})")
    return names


def _csv(path: Path, name: str) -> Iterator[tuple[int, list[Any]]]:
    with _text(path, name, _encoding(path, name)) as file:
        sample = file.read(SAMPLE)
        file.seek(0)
        first = sample.partition("\n")[0]
        delimiter = max(",;\t|", key=first.count)
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for cells in reader:
                yield reader.line_num, [c.replace("\x00", "").strip() for c in cells]
        except csv.Error as error:
            raise _wrong(
                _("Row %(number)s cannot be read: %(reason)s.")
                % {"number": reader.line_num, "reason": error},
                _("Look for a quotation mark that is not closed."),
            ) from error


def _encoding(path: Path, name: str) -> str:
    """The first encoding in which the whole file makes sense."""
    for encoding in ENCODINGS:
        if encoding == "utf-16" and not _starts_as_utf16(path, name):
            continue
        try:
            with _text(path, name, encoding) as file:
                while file.read(1 << 20):
                    pass
        except (UnicodeError, EOFError):
            continue
        except OSError as error:
            raise _wrong(_("The file is damaged."), _("Save it anew.")) from error
        return encoding
    raise _wrong(
        _("The file's letters cannot be read."),
        _("Save it as “CSV UTF-8” or as XLSX."),
    )


def _starts_as_utf16(path: Path, name: str) -> bool:
    with _bytes(path, name) as file:
        return file.read(2) in (b"\xff\xfe", b"\xfe\xff")


@contextmanager
def _bytes(path: Path, name: str) -> Iterator[Any]:
    with (gzip.open if name.lower().endswith(".gz") else open)(path, "rb") as file:
        yield file


@contextmanager
def _text(path: Path, name: str, encoding: str) -> Iterator[TextIO]:
    opener: Any = gzip.open if name.lower().endswith(".gz") else open
    with opener(path, "rt", encoding=encoding, newline="") as file:
        yield file


def _json_lines(path: Path, name: str) -> Iterator[Row]:
    with _text(path, name, _encoding(path, name)) as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                cells = json.loads(line)
            except json.JSONDecodeError as error:
                raise _wrong(
                    _("Row %(number)s cannot be read: %(reason)s.")
                    % {"number": number, "reason": error.msg},
                    _("Each line is one JSON object."),
                ) from error
            if not isinstance(cells, dict):
                raise _wrong(
                    _("Row %(number)s is not a JSON object.") % {"number": number},
                    _("Each line is one JSON object."),
                )
            yield number, cells


def _xlsx(path: Path) -> Iterator[tuple[int, list[Any]]]:
    try:
        with ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > UNPACKED_LIMIT:
            raise _wrong(
                _("The workbook is too large when unpacked."),
                _("Split it, or save the sheet as CSV."),
            )
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        raise _wrong(
            _("The workbook cannot be opened."),
            _("Open it in a spreadsheet program and save it again as XLSX."),
        ) from error
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, [c.strip() if isinstance(c, str) else c for c in cells]
    finally:
        book.close()


def _wrong(message: Any, mend: Any) -> Invalid:
    return Invalid([Problem(field="file", message=message, mend=mend)])
