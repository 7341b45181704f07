"""The file behind an archive of earlier tasks: JSON, JSON Lines, CSV or Excel, also packed.

What is no table at all is refused whole; a line that cannot be read is named, and the
rest goes on. Memory stays the same however long the file is.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import zlib
from typing import IO, TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from opensti.kernel.files.sniffing import check_content, is_text
from opensti.kernel.refusals import Invalid
from opensti.kernel.tables import encoding_of_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

LONGEST_ROW, CHUNK = 10_000_000, 1 << 20
GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
BROKEN = (EOFError, zlib.error, gzip.BadGzipFile)
SAMPLE = 256 * 1024
UTF_8 = "utf-8-sig"


class Unreadable(Exception):  # noqa: N818 -- reads as what happened
    """The file as a whole cannot be read; nothing of it was taken."""


def sample(stream: IO[bytes], name: str) -> bytes:
    """The first bytes as they are unpacked; of a file that breaks off what there is."""
    head = b""
    try:
        while len(head) < SAMPLE and (more := stream.read1(SAMPLE - len(head))):  # type: ignore[attr-defined]
            head += more
    except BROKEN:
        if not head:
            raise broken(name) from None
    if not head.strip():
        raise Unreadable(_("The file is empty: one row stands for each task."))
    return head


def broken(name: str) -> Unreadable:
    return Unreadable(
        _(
            "%(name)s is a broken compressed file. Pack it again and check that it was "
            "copied whole."
        )
        % {"name": name}
    )


def encoding_of(head: bytes, name: str, *, lines_of_json: bool) -> str:
    """How the letters are written; refuses what is no text, whatever its name says."""
    if not is_text(head):
        raise Unreadable(
            _(
                "%(name)s is not a text but something else (a program, a picture, another "
                "document). Save the table as XLSX, CSV UTF-8 or JSON Lines."
            )
            % {"name": name}
        )
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if lines_of_json:
        if wide:
            raise Unreadable(
                _("%(name)s is written in UTF-16. JSON Lines are UTF-8: save it so.")
                % {"name": name}
            )
        return UTF_8
    if wide:
        return "utf-16"
    # A letter may be cut at the end of the sample.
    whole = head[: head.rfind(b"\n") + 1] or head
    try:
        found, guessed = encoding_of_bytes(whole)
    except Invalid:
        return UTF_8  # damaged here and there: its rows are named
    return found if guessed else UTF_8


def json_rows(stream: IO[bytes]) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    number = 0
    while line := stream.readline(LONGEST_ROW + 1):
        number += 1
        if len(line) > LONGEST_ROW:
            while line and not line.endswith(b"\n"):
                line = stream.readline(LONGEST_ROW)
            yield number, _("The row is longer than 10 MB.")
            continue
        if not line.strip():
            number -= 1
            continue
        try:
            raw = json.loads(line.decode("utf-8-sig").rstrip())
        except UnicodeDecodeError:
            yield number, _("The row is not UTF-8 text.")
            continue
        except (ValueError, RecursionError) as error:
            yield (
                number,
                _("The row is not JSON (%(where)s).") % {"where": _place(error)},
            )
            continue
        if isinstance(raw, dict):
            yield number, raw
        else:
            yield number, _("The row is not an object {…}.")


def array_rows(stream: IO[bytes]) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Give the objects of one JSON array as they come; a fault in its form ends it."""
    letters = codecs.getincrementaldecoder(UTF_8)()
    read = json.JSONDecoder().raw_decode
    text, at, number = "", 0, 0

    def more() -> bool:
        nonlocal text, at
        chunk = stream.read(CHUNK)
        text, at = text[at:] + letters.decode(chunk, final=not chunk), 0
        return bool(chunk)

    while True:
        while at < len(text) and text[at] in " \t\r\n,[":
            at += 1
        if at == len(text):
            if more():
                continue
            yield number + 1, _("The list breaks off here: its “]” is missing.")
            return
        if text[at] == "]":
            return
        try:
            raw, at = read(text, at)
        except (ValueError, RecursionError):  # cut off, perhaps
            if len(text) - at <= LONGEST_ROW and more():
                continue
            yield number + 1, _("From this row on the file is not JSON.")
            return
        number += 1
        yield (
            number,
            raw if isinstance(raw, dict) else _("The row is not an object {…}."),
        )


def _place(error: Exception) -> str:
    column = getattr(error, "colno", None)
    return _("from character %(n)s on") % {"n": column} if column else _("too deep")


def comma_rows(
    stream: IO[bytes], check: Callable[[list[str]], None], encoding: str
) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    csv.field_size_limit(LONGEST_ROW)
    text = io.TextIOWrapper(
        stream,
        encoding=encoding,
        errors="surrogateescape" if encoding == UTF_8 else "strict",
        newline="",
    )
    try:
        yield from _comma_rows(text, check)
    finally:
        text.detach()  # whoever opened the file closes it


def _comma_rows(
    text: IO[str], check: Callable[[list[str]], None]
) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    first = text.readline(100_000)
    delimiter = max(",;\t", key=first.count)
    head = next(csv.reader([first], delimiter=delimiter), [])
    check(head)
    reader = csv.reader(text, delimiter=delimiter)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield (
                number,
                _("The row cannot be read: check its quotation marks (%(why)s).")
                % {"why": error},
            )
            continue
        if not any(cells):
            number -= 1
        elif any("\udc80" <= c <= "\udcff" for cell in cells for c in cell):
            yield number, _("The row is not UTF-8 text. Save the file as “CSV UTF-8”.")
        elif len(cells) > len(head):
            yield number, _("The row has more cells than the file has columns.")
        else:
            yield number, dict(zip(head, cells, strict=False))


def excel_rows(
    path: Path, disk: IO[bytes], check: Callable[[list[str]], None]
) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    try:
        check_content(path, "xlsx")
        book = load_workbook(disk, read_only=True, data_only=True, keep_links=False)
        rows = book.worksheets[0].iter_rows(values_only=True)
        head = [str(cell) if cell is not None else "" for cell in next(rows, ())]
    except Invalid as refusal:
        raise Unreadable(
            _("This is not an XLSX file: %(why)s")
            % {"why": f"{refusal.message} {refusal.mend}"}
        ) from None
    except Exception:  # noqa: BLE001 -- openpyxl raises whatever the broken part causes
        raise Unreadable(
            _("The workbook is broken. Open it, save it anew as XLSX and try again.")
        ) from None
    check(head)
    number = 0
    while True:
        try:
            cells = next(rows, None)
        except Exception:  # noqa: BLE001 -- as above, further down the sheet
            yield number + 1, _("The workbook is broken from here on.")
            return
        if cells is None:
            return
        if any(cell is not None for cell in cells):
            number += 1
            yield number, dict(zip(head, cells, strict=False))
