"""Read tables people upload, whatever program made them; write tables no program runs.

``open_table`` streams CSV (any usual encoding and separator), XLSX and JSON Lines (also
.gz) row by row with the row's own number, within limits. ``match_columns`` finds the
columns whatever their accents and case. ``records`` reads and checks each row, and an
``ErrorFile`` gives back the rows that failed with the problem and its mend.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import zlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NoReturn

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from opensti.kernel import tables
from opensti.kernel.refusals import Invalid, Problem, Refusal
from opensti.kernel.searchtext import fold
from opensti.kernel.workbooks import refused, rows_of, too_many_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from django.utils.functional import _StrPromise

    Text = str | _StrPromise

MAX_ROWS = 200_000
MAX_COLUMNS = 300
MAX_LINE = 5_000_000
MAX_UNPACKED = 2_000_000_000
_HEADER_ROWS = 50


@dataclass(frozen=True)
class Row:
    """One row: its number in the file (the header is 1 or more), its cells, its faults."""

    number: int
    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Table:
    """An open table: the header, and the rows as they are read (once)."""

    header: tuple[str, ...]
    rows: Iterator[Row]
    encoding: str = "utf-8"
    guessed: bool = False


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column an import understands: its key, its names, how a cell is read.

    ``read`` receives the cell (text from CSV; text, number, date from XLSX and JSON) and
    returns the value; a ``Refusal`` or ``ValueError`` becomes the row's problem.
    """

    key: str
    label: Text
    aliases: tuple[str, ...] = ()
    required: bool = False
    read: Callable[[Any], Any] | None = None
    mend: Text = ""


@dataclass(frozen=True)
class Matching:
    """Which column of the file is which; what is missing, with the nearest names."""

    found: Mapping[str, str]
    missing: tuple[Column, ...]
    unknown: tuple[str, ...]
    suggestions: Mapping[str, tuple[str, ...]]

    def require(self) -> Matching:
        """Refuse the table if a required column is missing, with suggestions."""
        problems = []
        for column in self.missing:
            if not column.required:
                continue
            near = ", ".join(f"“{s}”" for s in self.suggestions.get(column.key, ()))
            mend = (
                _("Is it %(names)s? Rename it, or choose it in the mapping.")
                % {"names": near}
                if near
                else _("Add the column, or choose it in the mapping.")
            )
            message = _("The column “%(label)s” is missing.") % {"label": column.label}
            problems.append(Problem(field=column.key, message=message, mend=mend))
        if problems:
            raise Invalid(problems)
        return self


@dataclass(frozen=True)
class Record:
    """A row read by its columns: values by key, and what is wrong with them."""

    row: Row
    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()


def open_table(path: Path, *, name: str = "", max_rows: int = MAX_ROWS) -> Table:
    """Open an uploaded table by its name's ending; rows are read as they are asked for.

    Raises ``Invalid`` (at once, or while rows are read) for another type, a broken
    encoding or archive, no or double column names, and more than ``max_rows`` rows.
    """
    kind = (name or path.name).lower()
    if kind.endswith((".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")):
        return _open_jsonl(path, max_rows)
    if kind.endswith(".xlsx"):
        return _open_xlsx(path, max_rows)
    if kind.endswith((".csv", ".tsv", ".txt")):
        return _open_csv(path, max_rows)
    raise refused(
        _("“%(name)s” is not a table this import can read.")
        % {"name": name or path.name},
        _("Save it as XLSX, CSV (UTF-8) or JSON Lines."),
    )


def match_columns(
    header: Sequence[str],
    columns: Sequence[Column],
    *,
    chosen: Mapping[str, str] | None = None,
) -> Matching:
    """Find the columns in a header; ``chosen`` (key → name in the file) goes first.

    Names match without accents, case and punctuation, by key, label or alias.
    """
    names = {fold(h): h for h in reversed(header)}
    found = {k: h for k, h in (chosen or {}).items() if h in header}
    for column in columns:
        if column.key in found:
            continue
        for wanted in (column.key, str(column.label), *column.aliases):
            hit = names.get(fold(wanted))
            if hit is not None and hit not in found.values():
                found[column.key] = hit
                break
    missing = tuple(c for c in columns if c.key not in found)
    unknown = tuple(h for h in header if h not in found.values())
    free = {fold(h): h for h in unknown}
    suggestions = {}
    for column in missing:
        wanted_names = [
            fold(w) for w in (str(column.label), column.key, *column.aliases)
        ]
        near = (
            n for w in wanted_names for n in get_close_matches(w, free, n=3, cutoff=0.6)
        )
        suggestions[column.key] = tuple(dict.fromkeys(free[n] for n in near))[:3]
    return Matching(found, missing, unknown, suggestions)


def records(
    table: Table, columns: Sequence[Column], matching: Matching
) -> Iterator[Record]:
    """Read every row by its columns; a faulty cell is a problem of its row, no end."""
    known = [(c, matching.found[c.key]) for c in columns if c.key in matching.found]
    for row in table.rows:
        values: dict[str, Any] = {}
        problems = list(row.problems)
        for column, name in known if not row.problems else ():
            cell = row.values.get(name)
            if isinstance(cell, str):
                cell = cell.strip()
            if cell is None or cell == "":
                values[column.key] = None
                if column.required:
                    problems.append(
                        Problem(
                            field=name,
                            message=_("The cell is empty."),
                            mend=column.mend,
                        )
                    )
                continue
            try:
                values[column.key] = column.read(cell) if column.read else as_text(cell)
            except Refusal as refusal:
                mend = refusal.mend or column.mend
                problems.append(Problem(field=name, message=refusal.message, mend=mend))
            except (ValueError, TypeError, ArithmeticError) as error:
                problems.append(
                    Problem(field=name, message=str(error), mend=column.mend)
                )
        yield Record(row, values, tuple(problems))


@dataclass
class ErrorFile:
    """The rows that were not taken, as they were, with what is wrong and how to mend it."""

    header: Sequence[str]
    rows: list[list[Any]] = field(default_factory=list)

    def add(self, row: Row, problems: Iterable[Problem]) -> None:
        cells = [row.values.get(h) for h in self.header]
        for problem in problems:
            self.rows.append(
                [
                    row.number,
                    problem.field,
                    str(problem.message),
                    str(problem.mend),
                    *cells,
                ]
            )

    def _head(self) -> list[str]:
        return [
            _now("Row"),
            _now("Column"),
            _now("Problem"),
            _now("Mend"),
            *self.header,
        ]

    def xlsx(self) -> bytes:
        return tables.write_xlsx(self._head(), self.rows)

    def csv(self) -> bytes:
        return b"".join(tables.write_csv(self._head(), self.rows))


def as_text(cell: Any) -> str:
    """Return a cell as people see it: 5.0 as "5", dates as 2026-03-02."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ")
    if isinstance(cell, (dict, list)):
        return json.dumps(cell, ensure_ascii=False)
    return str(cell).strip()


_DATES = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")


def as_date(cell: Any) -> date:
    """Return the date of a cell: a date, "02/03/2026" (day first) or "2026-03-02"."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    for form in _DATES:
        try:
            return datetime.strptime(as_text(cell), form).date()  # noqa: DTZ007 -- a day
        except ValueError:
            continue
    raise refused(
        _("“%(text)s” is not a date.") % {"text": cell},
        _("Write it as day/month/year."),
    )


def as_number(cell: Any) -> Decimal:
    """Return the number of a cell; text may use "," or "." as decimal sign."""
    if isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool):
        return Decimal(str(cell))
    text = as_text(cell).replace("\u00a0", "").replace(" ", "")
    if re.fullmatch(r"[-+]?\d+(?:[.,]\d+)?", text):
        return Decimal(text.replace(",", "."))
    raise refused(
        _("“%(text)s” is not a number.") % {"text": cell},
        _("Write digits and one decimal sign, without groups of thousands."),
    )


def _open_csv(path: Path, max_rows: int) -> Table:
    encoding, guessed = tables.encoding_of(path)
    lines = tables.decoded_lines(path, encoding)
    first = ""
    for first in lines:
        if first.strip():
            break
    separator = tables.separator_of(first)

    def from_header() -> Iterator[str]:
        skipping = True
        for line in tables.decoded_lines(path, encoding):
            skipping = skipping and not line.strip()
            yield "\n" if skipping else line

    reader = csv.reader(from_header(), delimiter=separator, strict=True)

    def numbered() -> Iterator[tuple[int, list[Any]]]:
        number = 1
        try:
            for cells in reader:
                yield number, list(cells)
                number = reader.line_num + 1
        except csv.Error as error:
            raise refused(
                _("The CSV file is broken in line %(line)s: %(error)s.")
                % {"line": reader.line_num, "error": error},
                _("Check the quotation marks there, or save the table as XLSX."),
            ) from None

    return _table(numbered(), max_rows, encoding=encoding, guessed=guessed)


def _open_xlsx(path: Path, max_rows: int) -> Table:
    rows = rows_of(path, max_rows=max_rows)
    return _table(rows, max_rows)


def _table(
    numbered: Iterator[tuple[int, list[Any]]],
    max_rows: int,
    *,
    encoding: str = "utf-8",
    guessed: bool = False,
) -> Table:
    header: list[str] = []
    for _number, cells in numbered:
        header = [as_text(c) for c in cells]
        while header and not header[-1]:
            header.pop()
        if header:
            break
    if not header:
        raise refused(
            _("The table is empty."), _("Its first row holds the column names.")
        )
    if len(header) > MAX_COLUMNS:
        raise refused(
            _("The table has more than %(limit)s columns.") % {"limit": MAX_COLUMNS},
            _("Keep the columns that the import needs."),
        )
    # Columns without a name are kept out; a name twice would hide one of the two.
    double = [h for h, n in Counter(h for h in header if h).items() if n > 1]
    if double:
        raise refused(
            _("Two columns are both called “%(name)s”.") % {"name": double[0]},
            _("Give every column a name of its own."),
        )
    return Table(
        tuple(h for h in header if h),
        _rows(numbered, header, max_rows),
        encoding,
        guessed,
    )


def _rows(
    numbered: Iterator[tuple[int, list[Any]]], header: list[str], max_rows: int
) -> Iterator[Row]:
    count = 0
    for number, cells in numbered:
        if all(c is None or (isinstance(c, str) and not c.strip()) for c in cells):
            continue
        count += 1
        if count > max_rows:
            raise too_many_rows(max_rows)
        values = {h: v for h, v in zip_longest(header, cells[: len(header)]) if h}
        problems: tuple[Problem, ...] = ()
        if any(c not in (None, "") for c in cells[len(header) :]):
            problems = (
                Problem(
                    field="",
                    message=_("The row has more cells than the table has columns."),
                    mend=_("Put texts that contain the separator in quotation marks."),
                ),
            )
        yield Row(number, values, problems)


def _open_jsonl(path: Path, max_rows: int) -> Table:
    _require_utf8(path)
    rows = _json_rows(path, max_rows)
    first = [row for row, _n in zip(rows, range(_HEADER_ROWS), strict=False)]
    header = tuple(dict.fromkeys(k for row in first for k in row.values))
    if not first:
        raise refused(
            _("The file is empty."), _("One JSON object stands in each line.")
        )
    if not header:
        raise refused(
            _("No line can be read as a JSON object (see line %(line)s).")
            % {"line": first[0].number},
            _("One JSON object stands in each line."),
        )
    # Read again from the start: the first rows were only looked at.
    return Table(header, _json_rows(path, max_rows))


def _require_utf8(path: Path) -> None:
    """Refuse a file in another encoding; single damaged lines are rows with a fault.

    Another encoding: not one line with letters beyond ASCII is UTF-8, and one is wrong.
    """
    wrong = number = 0
    with path.open("rb") as raw:
        lines = _unpacked(raw)
        while line := _json_line(lines, number + 1):
            number += 1
            if b"\x00" in line or line.startswith((b"\xff\xfe", b"\xfe\xff")):
                wrong = number
                break
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                wrong = wrong or number
            else:
                return
    if wrong:
        raise refused(
            _("The letters of the file cannot be read (near line %(line)s).")
            % {"line": wrong},
            _("Save it as JSON Lines in UTF-8 and upload it again."),
        )


def _unpacked(raw: Any) -> Any:
    packed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    return gzip.GzipFile(fileobj=raw) if packed else raw


def _json_rows(path: Path, max_rows: int) -> Iterator[Row]:
    with path.open("rb") as raw:
        lines = _unpacked(raw)
        number = count = size = 0
        while line := _json_line(lines, number + 1):
            number += 1
            size += len(line)
            if size > MAX_UNPACKED:
                raise refused(
                    _("The file unpacks to more than 2 GB."), _("Split it into parts.")
                )
            if not line.strip():
                continue
            count += 1
            if count > max_rows:
                raise too_many_rows(max_rows)
            yield _json_row(number, line)


def _json_line(lines: Any, number: int) -> bytes:
    try:
        line: bytes = lines.readline(MAX_LINE + 1)
    except (OSError, EOFError, zlib.error):
        raise refused(
            _("The packed file is broken at line %(line)s.") % {"line": number},
            _("Pack it again and check that it was copied whole."),
        ) from None
    if len(line) > MAX_LINE:
        raise refused(
            _("Line %(line)s is longer than 5 MB.") % {"line": number},
            _("Write one JSON object per line."),
        )
    return line


_ONE_OBJECT = _("Write one JSON object in the line, in UTF-8.")


def _json_row(number: int, line: bytes) -> Row:
    try:
        text = line.decode("utf-8-sig" if number == 1 else "utf-8")
        values = json.loads(text, parse_constant=_no_number)
        kept = not _NO_TEXT.search(line) or _can_be_kept(values)
    except (ValueError, RecursionError) as error:
        # The decoder counts within the line; the row's own number says which line.
        said = error.msg if isinstance(error, json.JSONDecodeError) else error
        message: Text = _("The line is not JSON in UTF-8: %(error)s.") % {"error": said}
        return Row(number, {}, (Problem(field="", message=message, mend=_ONE_OBJECT),))
    if not isinstance(values, dict):
        message = _("The line is not a JSON object.")
        return Row(number, {}, (Problem(field="", message=message, mend=_ONE_OBJECT),))
    if not kept:
        message = _("The line has a character that cannot be kept.")
        mend = _("Take it out: it stands there as \\u0000, or as half of a pair.")
        return Row(number, {}, (Problem(field="", message=message, mend=mend),))
    return Row(number, values)


def _no_number(name: str) -> NoReturn:
    """``NaN`` and the infinities are no JSON, though the library reads them."""
    raise ValueError(_("%(name)s is no number") % {"name": name})


# NUL, and halves of pairs, as JSON writes them: no database keeps either in a text.
_NO_TEXT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_HALF = re.compile("[\x00\ud800-\udfff]")


def _can_be_kept(said: Any) -> bool:
    if isinstance(said, str):
        return not _HALF.search(said)
    if isinstance(said, dict):
        return all(map(_can_be_kept, [*said, *said.values()]))
    return not isinstance(said, list) or all(map(_can_be_kept, said))
