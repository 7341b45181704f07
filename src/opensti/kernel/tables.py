"""The plain side of tables: encodings and separators of CSV, and writing without formulas.

A cell that a spreadsheet program would run (=, +, -, @ …) is written as text: quoted in
CSV (OWASP, "CSV injection"), typed as text in XLSX.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opensti.kernel.refusals import Invalid, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_SEPARATORS = (";", ",", "\t", "|")
_CHUNK = 1024 * 1024
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001
MAX_CELL = 32_767
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # what openpyxl refuses
# Not allowed in XML 1.0 and not in openpyxl's list (surrogates, U+FFFE, U+FFFF).
_NO_XML = dict.fromkeys([*range(0xD800, 0xE000), 0xFFFE, 0xFFFF])
# Windows' Vietnamese code page writes tones as marks of their own after the vowel.
_TONE_AFTER_VOWEL = re.compile(
    "[aăâeêioôơuưyAĂÂEÊIOÔƠUƯY][\u0300\u0301\u0303\u0309\u0323]"
)
_TONE = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_WIDE_CHARACTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


def encoding_of(path: Path) -> tuple[str, bool]:
    """Return the encoding of a text file and whether it was guessed.

    UTF-8 (with or without mark) and UTF-16 are known for sure; otherwise Windows-1258
    (Vietnamese) or Windows-1252 is guessed by the tones. Raises ``Invalid``.
    """
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(codecs.BOM_UTF8):
        _check(path, "utf-8-sig")
        return "utf-8-sig", False
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        _check(path, "utf-16")
        return "utf-16", False
    return encoding_of_bytes(path.read_bytes())


def encoding_of_bytes(content: bytes) -> tuple[str, bool]:
    """Return the encoding of bytes without a mark, and whether it was guessed.

    Raises ``Invalid`` for NUL bytes and for UTF-8 with wrong bytes in it.
    """
    if b"\x00" in content:
        raise _broken(content.count(b"\n", 0, content.index(b"\x00")) + 1)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    else:
        return "utf-8", False
    # Much valid UTF-8 and a few wrong bytes: a damaged file, not another encoding.
    wide = sum(len(c) for c in _WIDE_CHARACTER.findall(content))
    strange = sum(b >= 0x80 for b in content)  # noqa: PLR2004 -- beyond ASCII
    if wide >= strange * 0.5:
        raise _broken(line)
    for encoding in ("cp1258", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        tones = len(_TONE.findall(text))
        if encoding == "cp1252" or (
            tones and len(_TONE_AFTER_VOWEL.findall(text)) >= 0.8 * tones
        ):
            return encoding, True
    raise _broken(line)


def _check(path: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                text = decoder.decode(chunk)
                if "\x00" in text:
                    raise _broken(line + text.count("\n", 0, text.index("\x00")))
                line += text.count("\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise _broken(line) from None


def _broken(line: int) -> Invalid:
    return Invalid(
        [
            Problem(
                field="file",
                message=_(
                    "The letters of the file cannot be read (near line %(line)s)."
                )
                % {"line": line},
                mend=_("Save it as “CSV UTF-8” or as XLSX and upload it again."),
            )
        ]
    )


def decoded_lines(path: Path, encoding: str) -> Iterator[str]:
    """Return the lines of a text file, letters composed."""
    with path.open(encoding=encoding, newline="") as file:
        for line in file:
            yield unicodedata.normalize("NFC", line)


def separator_of(line: str) -> str:
    """Return the separator that splits a header line into the most names."""
    counts = {s: len(next(csv.reader([line], delimiter=s), [])) for s in _SEPARATORS}
    return max(_SEPARATORS, key=lambda s: counts[s])


def safe_text(value: str) -> str:
    """Return text that no spreadsheet program runs when it opens a CSV file."""
    if value.lstrip(" ").startswith(_RUNS) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Return a CSV file in parts: UTF-8 with mark (for Excel), "," and CRLF."""
    yield codecs.BOM_UTF8
    yield _line(header)
    for cells in rows:
        yield _line(cells)


def _line(cells: Sequence[Any]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([_csv_cell(c) for c in cells])
    return out.getvalue().encode("utf-8", "replace")


def _csv_cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (
            timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
            if value.tzinfo
            else value
        )
    if isinstance(value, (int, float, Decimal, date)):
        return value
    return safe_text(str(value))


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet of a workbook: its name, its header, its rows."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Any]]


def write_xlsx(
    header: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "OpenSTI"
) -> bytes:
    """Return a workbook with one sheet: bold frozen header, filters, texts as texts."""
    return write_book([Sheet(title=title, header=header, rows=rows)])


def write_book(sheets: Iterable[Sheet]) -> bytes:
    """Return a workbook: bold frozen headers, numbers as numbers, texts as texts."""
    from openpyxl import Workbook  # noqa: PLC0415 -- slow, seldom needed
    from openpyxl.styles import Font  # noqa: PLC0415

    book = Workbook(write_only=True)
    for told in sheets:
        name = re.sub(r"[\\/*?:\[\]]", " ", told.title)[:31]
        sheet = book.create_sheet(name or "OpenSTI")
        sheet.freeze_panes = "A2"
        head = []
        for label in told.header:
            cell = _text_cell(sheet, str(label))
            cell.font = Font(bold=True)
            head.append(cell)
        sheet.append(head)
        for cells in told.rows:
            sheet.append([_xlsx_cell(sheet, c) for c in cells])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xlsx_cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if value.tzinfo else value
    if value is None or isinstance(value, (bool, int, float, date)):
        return value
    if isinstance(value, Decimal):
        # Excel counts 15 digits: longer amounts stay exact as text.
        exact = len(value.as_tuple().digits) <= 15  # noqa: PLR2004 -- Excel's precision
        return value if exact else _text_cell(sheet, str(value))
    return _text_cell(sheet, str(value))


def _text_cell(sheet: Any, text: str) -> Any:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 -- slow, seldom needed

    text = _ILLEGAL.sub("", text).translate(_NO_XML)
    if len(text) > MAX_CELL:
        text = text[: MAX_CELL - 1] + "…"
    cell: Any = WriteOnlyCell(sheet, value="")
    cell._value, cell.data_type = text, "s"
    return cell
