"""Read a treasury's or bank's statement from XLSX, whoever's layout it is.

The row that names the columns is looked for below titles and merged heads; columns are
known by their words in Vietnamese or English. Every fault is named with sheet, row,
column and how it is mended; a file with a fault gives no line at all.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.kernel.money import parse_money
from opensti.kernel.record.leaves import canonical
from opensti.kernel.refusals import Invalid, Problem
from opensti.kernel.searchtext import fold
from opensti.kernel.workbooks import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

MAX_LINES = 50_000
MOST_PROBLEMS = 20
HEAD_ROWS = 40
WORDS: Mapping[str, frozenset[str]] = {
    "day": frozenset(
        {
            "ngay", "ngay giao dich", "ngay gd", "ngay hach toan", "ngay ghi so",
            "ngay chung tu", "ngay thang", "date", "posting date", "transaction date",
            "value date", "ngay hieu luc",
        }
    ),
    "out": frozenset(
        {
            "no", "ghi no", "phat sinh no", "ps no", "so tien ghi no", "so tien no",
            "rut ra", "tien ra", "chi", "so tien chi", "debit", "debit amount",
            "withdrawal", "withdrawals", "paid out", "money out",
        }
    ),
    "came": frozenset(
        {
            "co", "ghi co", "phat sinh co", "ps co", "so tien ghi co", "so tien co",
            "nop vao", "tien vao", "thu", "so tien thu", "credit", "credit amount",
            "deposit", "deposits", "paid in", "money in",
        }
    ),
    "amount": frozenset({"so tien", "so tien giao dich", "amount"}),
    "reference": frozenset(
        {
            "so chung tu", "so ct", "chung tu", "so tham chieu", "ma tham chieu",
            "so giao dich", "ma giao dich", "so but toan", "so uy nhiem chi", "so unc",
            "reference", "reference no", "ref", "ref no", "voucher", "voucher no",
            "transaction no", "document no",
        }
    ),
    "party": frozenset(
        {
            "don vi", "ten don vi", "don vi huong", "don vi thu huong", "nguoi huong",
            "nguoi thu huong", "don vi doi ung", "ten tai khoan doi ung",
            "tai khoan doi ung", "doi tac", "counterparty", "beneficiary", "payee",
        }
    ),
    "text": frozenset(
        {
            "noi dung", "dien giai", "noi dung giao dich", "noi dung thanh toan", "mo ta",
            "description", "details", "content", "remark", "remarks", "narrative",
        }
    ),
}  # fmt: skip
_NO_LINE = ("cong", "tong", "so du", "luy ke", "total", "balance", "opening", "closing")
_NUMBERING = re.compile(r"\(?[0-9A-Za-z]{1,2}\)?(\s*=.*)?")
_DAYS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y")
_LIMITS = {"reference": 100, "party": 300, "text": 1000}


@dataclass(frozen=True, kw_only=True)
class Read:
    """One line as it stands in the file: row number, day, and money one way."""

    number: int
    day: date
    out: Decimal
    came: Decimal
    reference: str
    party: str
    text: str
    fingerprint: str = ""


def read_statement(path: Path, *, account: str) -> list[Read]:
    """All lines of the first sheet, oldest row first; ``Invalid`` names every fault."""
    rows = _trimmed(rows_of(path, max_rows=MAX_LINES))
    sheet = first_sheet(path)
    top = list(islice(rows, HEAD_ROWS))
    at, columns = _head(top, sheet)
    problems: list[Problem] = []
    lines: list[Read] = []
    for number, cells in _after(top[at + 1 :], rows):
        line = _line(_Row(number, cells, columns, sheet, problems))
        if line is not None:
            lines.append(line)
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise Invalid(
            problems,
            _("Nothing was taken over: %(count)d faults in the file.")
            % {"count": len(problems)},
        )
    if not lines:
        raise _fault(
            _("Sheet “%(sheet)s” has no line below its head.") % {"sheet": sheet},
            _("Choose the file with the movements of the account."),
        )
    return list(_marked(account, lines))


def _trimmed(
    rows: Iterator[tuple[int, list[Any]]],
) -> Iterator[tuple[int, list[Any]]]:
    """Rows without the empty cells behind their last one."""
    for number, cells in rows:
        end = len(cells)
        while end and cells[end - 1] is None:
            end -= 1
        yield number, cells[:end]


def first_sheet(path: Path) -> str:
    """The name of the sheet that is read, as people see it."""
    try:
        with zipfile.ZipFile(path) as book:
            text = book.read("xl/workbook.xml")[:200_000].decode("utf-8", "replace")
    except (zipfile.BadZipFile, KeyError, OSError):
        return "1"
    found = re.search(r'<(?:\w+:)?sheet\b[^>]*\bname="([^"]*)"', text)
    return unescape(found[1]) if found else "1"


def _fault(message: str, mend: str) -> Invalid:
    return Invalid([Problem(field="file", message=message, mend=mend)])


def _plain(cell: Any) -> str:
    """A head cell as words alone: no accents, no case, no units, no signs."""
    text = fold(re.sub(r"\([^)]*\)", " ", str(cell or "")))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text).split())


def _known(cells: Sequence[Any]) -> dict[int, str]:
    return {
        place: key
        for place, cell in enumerate(cells)
        for key, words in WORDS.items()
        if _plain(cell) in words
    }


def _head(
    top: Sequence[tuple[int, list[Any]]], sheet: str
) -> tuple[int, dict[str, tuple[int, str]]]:
    """The row that names the columns (or the lower of two), and what stands where."""
    best: tuple[int, int, dict[int, str], list[Any]] = (0, -1, {}, [])
    for at, (_number, cells) in enumerate(top):
        found = _known(cells)
        if len(found) > best[0]:
            best = (len(found), at, found, cells)
        if at + 1 < len(top):  # a head over two rows, the upper one merged
            below = top[at + 1][1]
            both = found | _known(below)
            if len(both) > max(best[0], len(found)) and found:
                merged = [
                    low if key in both and _plain(low) else high
                    for key, (high, low) in enumerate(
                        zip(_padded(cells, below), _padded(below, cells), strict=True)
                    )
                ]
                best = (len(both), at + 1, both, merged)
    _count, at, found, cells = best
    double = [
        key for key, n in Counter(found.values()).items() if n > 1 and key != "day"
    ]
    if double:
        twice = [str(cells[p]).strip() for p, key in found.items() if key == double[0]]
        raise _fault(
            _("Sheet “%(sheet)s”: columns %(names)s say the same.")
            % {"sheet": sheet, "names": ", ".join(f"“{name}”" for name in twice)},
            _("Keep the one that counts and rename the other."),
        )
    columns: dict[str, tuple[int, str]] = {}
    for place, key in found.items():  # of several days the first counts
        columns.setdefault(key, (place, str(cells[place] or "").strip()))
    if "day" not in columns or not {"out", "came", "amount"} & columns.keys():
        seen = next((c for _n, c in top if sum(map(bool, c)) > 1), [])
        raise _fault(
            _("Sheet “%(sheet)s”: no row names a day and an amount; seen: %(seen)s.")
            % {
                "sheet": sheet,
                "seen": ", ".join(f"“{c}”" for c in seen[:8] if c) or "—",
            },
            _("Name the columns, for example Ngày, Nợ, Có, Số chứng từ, Nội dung."),
        )
    return at, columns


def _padded(cells: Sequence[Any], other: Sequence[Any]) -> list[Any]:
    return [*cells, *[None] * (len(other) - len(cells))]


def _after(
    rest: Sequence[tuple[int, list[Any]]], rows: Iterator[tuple[int, list[Any]]]
) -> Iterator[tuple[int, list[Any]]]:
    """The rows below the head, without sums, balances and a row of column numbers."""
    first = True

    def all_rows() -> Iterator[tuple[int, list[Any]]]:
        yield from rest
        yield from rows

    for number, cells in all_rows():
        said = [str(c).strip() for c in cells if c is not None and str(c).strip()]
        if not said:
            continue
        numbering, first = first, False
        if (
            numbering
            and len(said) >= len(("day", "out", "came"))
            and all(_NUMBERING.fullmatch(word) for word in said)
        ):
            continue
        words = next((_plain(w) for w in said if re.search(r"[^\W\d]", w)), "")
        if words.startswith(_NO_LINE) and not any(_is_day(c) for c in cells):
            continue
        yield number, cells


def _is_day(cell: Any) -> bool:
    try:
        return _day(cell) is not None
    except ValueError:
        return False


def _day(cell: Any) -> date | None:
    """A day from a date cell or from text; ``ValueError`` for what is none."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = str(cell or "").strip()
    if not text:
        return None
    for form in _DAYS:
        try:
            return datetime.strptime(text.split()[0], form).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise ValueError(text)


def _money(cell: Any) -> Decimal:
    """Whole đồng; nothing for an empty cell. ``Invalid`` for anything else."""
    if cell is None or (isinstance(cell, str) and cell.strip() in {"", "-", "–"}):  # noqa: RUF001
        return Decimal(0)
    if isinstance(cell, int) and not isinstance(cell, bool):
        return parse_money(cell, negative=True)
    if isinstance(cell, str):
        return parse_money(re.sub(r"[.,]0{1,2}$", "", cell.strip()), negative=True)
    try:  # a number cell that Excel keeps with a fraction, taken digit by digit
        exact = Decimal(str(cell))
    except InvalidOperation:
        return parse_money(str(cell))
    return parse_money(exact, negative=True)


def _letter(place: int) -> str:
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


@dataclass(frozen=True)
class _Row:
    """A row under the head; faults are written down with where they stand."""

    number: int
    cells: Sequence[Any]
    columns: Mapping[str, tuple[int, str]]
    sheet: str
    problems: list[Problem]

    def cell(self, key: str) -> Any:
        if key not in self.columns:
            return None
        place = self.columns[key][0]
        return self.cells[place] if place < len(self.cells) else None

    def wrong(self, key: str, what: str, mend: str) -> None:
        place, name = self.columns[key]
        said = _(
            "Sheet “%(sheet)s”, row %(row)d, column %(letter)s “%(name)s”: %(what)s"
        ) % {
            "sheet": self.sheet,
            "row": self.number,
            "letter": _letter(place),
            "name": name,
            "what": what,
        }
        self.problems.append(Problem(field="file", message=said, mend=mend))

    def day(self) -> date | None:
        mend = _("Write it as 05/03/2027.")
        try:
            day = _day(self.cell("day"))
        except ValueError as fault:
            text = str(fault)[:40]
            self.wrong("day", _("“%(text)s” is no day.") % {"text": text}, mend)
            return None
        if day is None:
            self.wrong("day", _("The day is missing."), mend)
        return day

    def ways(self) -> tuple[Decimal, Decimal] | None:
        """Money out of the account and into it."""
        sums = {"out": Decimal(0), "came": Decimal(0), "amount": Decimal(0)}
        before = len(self.problems)
        for key in sums.keys() & self.columns.keys():
            try:
                sums[key] = _money(self.cell(key))
            except Invalid as fault:
                self.wrong(key, str(fault), str(fault.mend) or _("Write whole đồng."))
        if len(self.problems) > before:
            return None
        if not {"out", "came"} & self.columns.keys():
            amount = sums["amount"]
            return max(-amount, Decimal(0)), max(amount, Decimal(0))
        return sums["out"], sums["came"]


def _line(row: _Row) -> Read | None:
    """One line, or nothing after its faults were written down."""
    day, ways = row.day(), row.ways()
    if day is None or ways is None:
        return None
    out, came = ways
    if out < 0 or came < 0 or bool(out) == bool(came):
        row.wrong(
            next(key for key in ("out", "came", "amount") if key in row.columns),
            _("The money goes no one way: out %(out)s, in %(came)s.")
            % {"out": f"{out:f}", "came": f"{came:f}"},
            _("A line has one amount, either out of the account or into it."),
        )
        return None
    texts = {
        key: " ".join(str(row.cell(key) or "").split())[:limit]
        for key, limit in _LIMITS.items()
    }
    return Read(number=row.number, day=day, out=out, came=came, **texts)


def _marked(account: str, lines: Iterable[Read]) -> Iterator[Read]:
    """The lines with their fingerprints; equal lines of one file are numbered."""
    seen: Counter[str] = Counter()
    for line in lines:
        said = canonical(
            [
                fold(account),
                line.day.isoformat(),
                f"{line.out:f}",
                f"{line.came:f}",
                fold(line.reference),
                fold(line.party),
                fold(line.text),
            ]
        )
        seen[said] += 1
        mark = sha256(f"{said}#{seen[said]}".encode()).hexdigest()
        yield Read(**{**line.__dict__, "fingerprint": mark})
