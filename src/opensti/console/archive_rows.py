"""Rows of an archive of earlier tasks, from JSON lines, CSV or Excel: read, or named.

Reading never stops at a bad row: it comes out as a ``Fault`` with its number and what
is wrong. Memory stays the same however long the file is.
"""

from __future__ import annotations

import codecs
import gzip
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import IO, TYPE_CHECKING, Any
from unicodedata import normalize

from django.utils.translation import gettext as _

from opensti.console.archive_files import (
    BROKEN,
    GZIP,
    UTF_8,
    ZIP,
    Unreadable,
    array_rows,
    broken,
    comma_rows,
    encoding_of,
    excel_rows,
    json_rows,
    sample,
)
from opensti.domains.tasks.actions import ArchivedTask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

LONGEST_KEY = 120
MOST_MONEY = Decimal(10) ** 18
EARLIEST, LATEST = 1800, 2200
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
    columns: Mapping[str, str] = field(default_factory=dict)  # of a known layout
    dates: str = "auto"
    currency: str = ""
    language: str = ""
    decimal: str = "."
    abstracts: Mapping[str, str] = field(default_factory=dict)
    position: Callable[[], int] = lambda: 0
    encoding: str = UTF_8  # as it was found out while reading

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
            abstract=_text(said.get("abstract") or self.abstracts.get(key), lines=True),
            language=(_text(said.get("language")) or self.language).lower()[:8],
            code=_text(said.get("code")),
            host=_text(said.get("host")),
            leader=_text(said.get("leader")),
            funder=_text(said.get("funder")),
            scheme=_text(said.get("scheme")),
            year=_year(said.get("year")) or (start.year if start else None),
            start=start,
            end=end,
            amount=_amount(said.get("amount"), self.decimal),
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
            if column := self.mapping.get(part) or self.columns.get(part):
                names = (column.strip().lower(),)  # noqa: PLW2901
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
        name = self.path.name.lower()
        with self.path.open("rb") as disk:
            start = disk.read(4)
            disk.seek(0)
            self.position = disk.tell
            if not start:
                raise Unreadable(_("The file is empty: one row stands for each task."))
            if start.startswith(ZIP) or name.endswith(".xlsx"):
                yield from excel_rows(self.path, disk, self._check_head)
                return
            packed = start.startswith(GZIP)
            stream: IO[bytes] = (
                gzip.GzipFile(fileobj=disk)  # type: ignore[assignment]
                if packed
                else disk
            )
            head = sample(stream, self.path.name)
            disk.seek(0)
            if packed:
                stream = gzip.GzipFile(fileobj=disk)  # type: ignore[assignment]
            name = name.removesuffix(".gz")
            comma = name.endswith((".csv", ".tsv", ".txt"))
            self.encoding = encoding_of(head, self.path.name, lines_of_json=not comma)
            rows = (
                comma_rows(stream, self._check_head, self.encoding)
                if comma
                else array_rows(stream)
                if head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"[")
                else json_rows(stream)
            )
            number = 0
            try:
                for number, raw in rows:
                    yield number, raw
            except BROKEN:
                if number == 0:
                    raise broken(self.path.name) from None
                yield number + 1, _("The compressed file breaks off here.")
            except UnicodeError:
                yield number + 1, _("The letters cannot be read from here on.")

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


# ---- single values


def _text(value: Any, *, lines: bool = False) -> str:
    """One line of text; NUL, which PostgreSQL refuses, and lone surrogates go."""
    if value is None:
        return ""
    text = str(value)
    if not text.isascii():
        # Windows-1258 writes tones as letters of their own.
        text = normalize("NFC", text)
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


def _amount(value: Any, decimal: str = ".") -> Decimal | None:
    if value is None:
        return None
    text = str(value).strip().lstrip("$€£").replace(" ", "")
    thousands = "," if decimal == "." else "."
    # Excel hands over numbers, whose text has a point whatever the file's letters.
    if not isinstance(value, int | float | Decimal):
        text = text.replace(thousands, "").replace(decimal, ".")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) >= MOST_MONEY:
        raise _Wrong(
            "amount", _("“%(text)s” is not an amount.") % {"text": str(value)[:40]}
        )
    return amount.quantize(Decimal("0.01"))
