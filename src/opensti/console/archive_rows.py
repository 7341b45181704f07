"""Rows of an archive of earlier tasks, from JSON lines, CSV or Excel: read, or named.

Reading never stops at a bad row: it comes out as a ``Fault`` with its number and what
is wrong. Memory stays the same however long the file is.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import IO, TYPE_CHECKING, Any
from zipfile import BadZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from opensti.domains.tasks.actions import ArchivedTask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

LONGEST_ROW = 10_000_000
LONGEST_KEY = 120
MOST_MONEY = Decimal(10) ** 18
EARLIEST, LATEST = 1800, 2200
GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
# Under which names the parts of a task are looked for; the first that is there counts.
NAMES: dict[str, tuple[str, ...]] = {
    "key": ("key", "id", "grant_number", "mã", "mã số"),
    "title": ("title", "tên", "tên nhiệm vụ"),
    "abstract": ("abstract", "tóm tắt"),
    "language": ("language", "lang"),
    "code": ("code", "contract"),
    "host": ("host", "org", "organisation", "organization", "tổ chức chủ trì"),
    "leader": ("leader", "pi", "chủ nhiệm"),
    "funder": ("funder", "cơ quan cấp kinh phí"),
    "scheme": ("scheme", "program", "chương trình"),
    "year": ("year", "năm"),
    "start": ("start", "bắt đầu"),
    "end": ("end", "kết thúc"),
    "amount": ("amount", "kinh phí"),
    "currency": ("currency", "tiền tệ"),
    "source": ("source", "nguồn"),
}
CURRENCIES = {"NSF": "USD", "SBIR": "USD", "SNSF": "CHF"}
KEPT = ("key", "title", "abstract")
EMPTY = frozenset({""})
NOTHING = frozenset({"", "n/a", "na", "null", "none", "-"})


class Unreadable(Exception):  # noqa: N818 -- reads as what happened
    """The file as a whole cannot be read; nothing of it was taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A row that was not taken, and why."""

    row: int
    key: str
    field: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    number: int
    source: str
    task: ArchivedTask


@dataclass(kw_only=True)
class Archive:
    """One file to be read; ``position`` and ``size`` are bytes, for a progress bar."""

    path: Path
    source: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    dates: str = "auto"
    currency: str = ""
    position: Callable[[], int] = lambda: 0

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def rows(self) -> Iterator[Row | Fault]:
        order = self.dates if self.dates != "auto" else self._day_or_month_first()
        for number, raw in self._raw():
            if isinstance(raw, str):
                yield Fault(row=number, key="", field="", problem=raw)
            else:
                yield self._read(number, raw, order)

    def _read(self, number: int, raw: Mapping[str, Any], order: str) -> Row | Fault:
        said = self._parts(raw)
        source = (
            self.source or _text(said.get("source")) or self.path.name.split(".")[0]
        )
        try:
            task = self._task(said, source, order)
        except _Wrong as wrong:
            return Fault(
                row=number,
                key=_text(said.get("key"))[:LONGEST_KEY],
                field=wrong.field,
                problem=wrong.problem,
            )
        return Row(number=number, source=source[:60], task=task)

    def _task(self, said: Mapping[str, Any], source: str, order: str) -> ArchivedTask:
        key = _text(said.get("key"))
        if not key:
            raise _Wrong("key", _("The row has no identifier."))
        if len(key) > LONGEST_KEY:
            raise _Wrong("key", _("The identifier is longer than 120 characters."))
        start, end = _date(said, "start", order), _date(said, "end", order)
        if start and end and end < start:
            raise _Wrong("end", _("The end is before the start."))
        task = ArchivedTask(
            key=key,
            title=_text(said.get("title")),
            abstract=_text(said.get("abstract"), lines=True),
            language=_text(said.get("language")).lower()[:8],
            code=_text(said.get("code")),
            host=_text(said.get("host")),
            leader=_text(said.get("leader")),
            funder=_text(said.get("funder")),
            scheme=_text(said.get("scheme")),
            year=_year(said.get("year")) or (start.year if start else None),
            start=start,
            end=end,
            amount=_amount(said.get("amount")),
            currency=_text(said.get("currency"))
            or self.currency
            or CURRENCIES.get(source, ""),
        )
        if not (task.title or task.abstract):
            raise _Wrong("title", _("The row has neither title nor abstract."))
        return task

    def _parts(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        lowered = {str(name).strip().lower(): value for name, value in raw.items()}
        found: dict[str, Any] = {}
        for part, names in NAMES.items():
            if part in self.mapping:
                names = (self.mapping[part].strip().lower(),)  # noqa: PLW2901
            for name in names:
                value = lowered.get(name)
                # A title may well be "N/A" in an old archive: the row is still a task.
                nothing = NOTHING if part not in KEPT else EMPTY
                if value is not None and str(value).strip().lower() not in nothing:
                    found[part] = value
                    break
        return found

    def _day_or_month_first(self) -> str:
        """Look at the first rows: 25/10 can only be a day first, 10/25 only a month."""
        for seen, (_number, raw) in enumerate(self._raw()):
            if seen >= 5_000:  # noqa: PLR2004
                break
            if isinstance(raw, str):
                continue
            said = self._parts(raw)
            for part in ("start", "end"):
                match = _SLASHED.fullmatch(_text(said.get(part)))
                if match and int(match[1]) > 12:  # noqa: PLR2004
                    return "dmy"
                if match and int(match[2]) > 12:  # noqa: PLR2004
                    return "mdy"
        return "dmy"

    # ---- the three formats: (row number, columns or what is wrong with the line)

    def _raw(self) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
        with self.path.open("rb") as disk:
            start = disk.read(4)
            disk.seek(0)
            self.position = disk.tell
            if start.startswith(ZIP):
                yield from _excel(disk, self._check_head)
                return
            stream: IO[bytes] = (
                gzip.GzipFile(fileobj=disk)  # type: ignore[assignment]
                if start.startswith(GZIP)
                else disk
            )
            name = self.path.name.lower().removesuffix(".gz")
            reader = _comma if name.endswith((".csv", ".tsv", ".txt")) else _json
            number = 0
            try:
                for number, raw in reader(stream, self._check_head):
                    yield number, raw
            except (EOFError, zlib.error, gzip.BadGzipFile) as broken:
                yield (
                    number + 1,
                    _("The compressed file breaks off here: %(why)s") % {"why": broken},
                )

    def _check_head(self, head: list[str]) -> None:
        known = {h.strip().lower() for h in head if h}
        lost = [c for c in self.mapping.values() if c.strip().lower() not in known]
        has = self._parts(dict.fromkeys(known, "x"))
        if lost or "key" not in has or not {"title", "abstract"} & set(has):
            raise Unreadable(
                _(
                    "The columns do not fit. An identifier (id) and a title or an abstract "
                    "are needed. The file has: %(head)s. Name yours with "
                    "--map key=COLUMN --map title=COLUMN."
                )
                % {"head": ", ".join(sorted(known)) or "-"}
            )


class _Wrong(Exception):  # noqa: N818
    def __init__(self, field: str, problem: str) -> None:
        self.field, self.problem = field, problem


_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def _json(
    stream: IO[bytes], _check: Callable[[list[str]], None]
) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
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
            raw = json.loads(line.decode("utf-8-sig"))
        except UnicodeDecodeError:
            yield number, _("The row is not UTF-8 text.")
            continue
        except (ValueError, RecursionError) as error:
            yield number, _("The row is not JSON: %(why)s") % {"why": error}
            continue
        if isinstance(raw, dict):
            yield number, raw
        else:
            yield number, _("The row is not an object {…}.")


def _comma(
    stream: IO[bytes], check: Callable[[list[str]], None]
) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    csv.field_size_limit(LONGEST_ROW)
    text = io.TextIOWrapper(
        stream, encoding="utf-8-sig", errors="surrogateescape", newline=""
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
            yield number, _("The row cannot be read: %(why)s") % {"why": error}
            continue
        if not any(cells):
            number -= 1
        elif any("\udc80" <= c <= "\udcff" for cell in cells for c in cell):
            yield number, _("The row is not UTF-8 text.")
        elif len(cells) > len(head):
            yield number, _("The row has more cells than the file has columns.")
        else:
            yield number, dict(zip(head, cells, strict=False))


def _excel(
    disk: IO[bytes], check: Callable[[list[str]], None]
) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    try:
        book = load_workbook(disk, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise Unreadable(
            _("This is not an Excel workbook: %(why)s") % {"why": error}
        ) from error
    rows = book.worksheets[0].iter_rows(values_only=True)
    head = [str(cell) if cell is not None else "" for cell in next(rows, ())]
    check(head)
    number = 0
    for cells in rows:
        if any(cell is not None for cell in cells):
            number += 1
            yield number, dict(zip(head, cells, strict=False))


# ---- single values


def _text(value: Any, *, lines: bool = False) -> str:
    """One line of text; NUL, which PostgreSQL refuses, and lone surrogates go."""
    if value is None:
        return ""
    text = str(value)
    if not text.isascii() or "\x00" in text:
        text = text.replace("\x00", "").encode("utf-8", "ignore").decode()
    return text.strip() if lines else " ".join(text.split())


def _year(value: Any) -> int | None:
    if value is None:
        return None
    try:
        year = int(float(str(value)))
    except (ValueError, OverflowError):
        year = 0
    if not EARLIEST <= year <= LATEST:
        raise _Wrong("year", _("“%(text)s” is not a year.") % {"text": str(value)[:40]})
    return year


def _date(said: Mapping[str, Any], part: str, order: str) -> date | None:
    value = said.get(part)
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _text(value)
    try:
        if match := _SLASHED.fullmatch(text):
            first, second, year = (int(g) for g in match.groups())
            day, month = (first, second) if order == "dmy" else (second, first)
            return date(year, month, day)
        return date.fromisoformat(text[:10])
    except ValueError:
        raise _Wrong(
            part, _("“%(text)s” is not a date.") % {"text": text[:40]}
        ) from None


def _amount(value: Any) -> Decimal | None:
    if value is None:
        return None
    try:
        amount = Decimal(str(value).replace(",", "").replace(" ", ""))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) >= MOST_MONEY:
        raise _Wrong(
            "amount", _("“%(text)s” is not an amount.") % {"text": str(value)[:40]}
        )
    return amount.quantize(Decimal("0.01"))
