"""Records from files: CSV or JSON Lines, plain or gzip, whatever state they are in.

What cannot be read is named with its line and the rest goes on; a file is refused only
where nothing useful remains.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sti_methods.similarity.records import LONGEST_TEXT, Record, clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAMES = {
    "id": ("id", "code", "number", "grant_number", "award_id", "ma", "ma_so"),
    "title": ("title", "name", "ten"),
    "abstract": ("abstract", "summary", "description", "tom_tat"),
    "objectives": ("objectives", "objective", "muc_tieu"),
    "products": ("products", "san_pham"),
    "keywords": ("keywords", "tu_khoa"),
    "year": ("year", "nam"),
    "people": ("people", "pi", "investigators", "chu_nhiem"),
    "organisations": ("organisations", "organizations", "org", "to_chuc"),
    "begins": ("begins", "start", "bat_dau"),
    "ends": ("ends", "end", "ket_thuc"),
    "amount": ("amount", "kinh_phi"),
}
TEXTS = ("title", "abstract", "objectives", "products", "keywords")
LONGEST_LINE = 50_000_000
_ENCODINGS = ("utf-8-sig", "cp1258", "cp1252")
_YEARS = range(1900, 2101)
_A_YEAR = re.compile(r"\b(19|20)\d\d\b")
_PARTED = re.compile(r"[;\n]")
_GROUPED = re.compile(r"\d{1,3}(?:(?:,\d{3})+(?:\.\d*)?|(?:\.\d{3}){2,})$")


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that was left out, or taken with less than it said."""

    line: int
    id: str
    what: str


class Unreadable(ValueError):  # noqa: N818 -- an answer, as all refusals here
    """Nothing useful is in the file."""


def read_records(
    path: str | Path, *, problem: Callable[[Problem], None] = lambda _problem: None
) -> list[Record]:
    """Return the records of a ``.csv``, ``.tsv``, ``.jsonl`` or ``.json`` file (or ``.gz`` of one).

    Columns are found by name (``id``, ``title``, ``abstract``, and if there are any
    ``objectives``, ``products``, ``keywords``, ``year``, ``people`` and ``organisations``
    (lists, or parted by semicolons), ``begins`` and ``ends`` (ISO dates, the last of them
    still in it; of any other spelling the year counts), ``amount``; Vietnamese names
    without diacritics are known too). Bytes that are no UTF-8 are read as Windows-1258, then
    Windows-1252, line by line. ``problem`` is told of each row left out or mended.

    Raises
    ------
    Unreadable
        The file is not there, is no text, lacks ids or has no record with words.
    """
    records = list(stream_records(path, problem=problem))
    if not records:
        raise Unreadable(
            f"{Path(path).name}: no row has an id and a title or an abstract"
        )
    return records


def stream_records(
    path: str | Path,
    *,
    problem: Callable[[Problem], None] = lambda _problem: None,
    seen: dict[str, tuple[Path, int]] | None = None,
) -> Iterator[Record]:
    """Yield the records of a file as `read_records` does, one at a time.

    ``seen`` remembers where each id stands (file and line), over several files: 200
    bytes a record. A file without a useful row yields none.

    Raises
    ------
    Unreadable
        The file is not there, is no text or lacks ids.
    """
    path = Path(path)
    seen = {} if seen is None else seen
    for line, row in _rows(path, problem):
        record = _record(line, row, problem)
        if record is None:
            continue
        if record.id in seen:
            file, first = seen[record.id]
            where = f"line {first}" + (f" of {file.name}" if file != path else "")
            problem(Problem(line, record.id, f"the id stands in {where} already"))
            continue
        seen[record.id] = path, line
        yield record


def _rows(
    path: Path, problem: Callable[[Problem], None]
) -> Iterator[tuple[int, dict[str, Any]]]:
    suffixes = [s.lower() for s in path.suffixes]
    kind = next((s for s in reversed(suffixes) if s != ".gz"), "")
    lines = _lines(path, packed=suffixes[-1:] == [".gz"], problem=problem)
    if kind in (".jsonl", ".json", ".ndjson"):
        yield from _json_rows(lines, problem)
    elif kind in (".csv", ".tsv", ".txt"):
        yield from _csv_rows(path, lines, kind, problem)
    else:
        raise Unreadable(
            f"{path.name}: neither CSV nor JSON Lines by its name (.csv, .tsv, .jsonl, and .gz of these)"
        )


def _lines(
    path: Path, *, packed: bool, problem: Callable[[Problem], None]
) -> Iterator[tuple[int, str]]:
    try:
        with gzip.open(path, "rb") if packed else path.open("rb") as file:
            for number, raw in enumerate(
                iter(lambda: file.readline(LONGEST_LINE), b""), 1
            ):
                text, how = _decoded(raw)
                if how != _ENCODINGS[0]:
                    problem(Problem(number, "", f"not UTF-8; read as {how}"))
                yield number, text
    except FileNotFoundError:
        raise Unreadable(f"{path.name}: there is no such file") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        problem(
            Problem(0, "", f"the archive is damaged: {error}; what came before is kept")
        )


def _decoded(raw: bytes) -> tuple[str, str]:
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace"), "UTF-8 with gaps"


def _json_rows(
    lines: Iterator[tuple[int, str]], problem: Callable[[Problem], None]
) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, text in lines:
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            problem(Problem(number, "", "no JSON"))
            continue
        if isinstance(row, dict):
            yield number, row
        else:
            problem(Problem(number, "", "no object"))


def _csv_rows(
    path: Path,
    lines: Iterator[tuple[int, str]],
    kind: str,
    problem: Callable[[Problem], None],
) -> Iterator[tuple[int, dict[str, Any]]]:
    first = next(lines, None)
    if first is None:
        raise Unreadable(f"{path.name}: the file is empty")
    mark = "\t" if kind == ".tsv" else max(",;\t", key=first[1].count)
    names = next(csv.reader(StringIO(first[1]), delimiter=mark), [])
    known = {name.strip().lower() for name in names}
    if known.isdisjoint(NAMES["id"]) or known.isdisjoint(
        {*NAMES["title"], *NAMES["abstract"]}
    ):
        raise Unreadable(
            f"{path.name}: the first line must name the columns: id, and title or abstract; it names: {', '.join(names)[:200]}"
        )
    at = first[0]

    def texts() -> Iterator[str]:
        nonlocal at
        for at, text in lines:  # noqa: B007 -- read below, as the line a row ends in
            yield text.replace("\x00", "")

    csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader(texts(), delimiter=mark)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problem(Problem(at, "", f"no row: {error}"))
            continue
        if len(row) > len(names):
            problem(
                Problem(
                    at, "", f"{len(row)} cells where {len(names)} columns are named"
                )
            )
            continue
        if any(cell.strip() for cell in row):
            yield at, dict(zip(names, row, strict=False))


def _record(
    line: int, row: dict[str, Any], problem: Callable[[Problem], None]
) -> Record | None:
    given = {str(name).strip().lower(): value for name, value in row.items()}

    def text(field: str) -> str:
        for name in NAMES[field]:
            value = given.get(name)
            if isinstance(value, list):
                value = "\n".join(str(part) for part in value)
            if value not in (None, ""):
                return spelled(str(value))
        return ""

    name = clean(text("id"))
    if not name:
        problem(Problem(line, "", "no id"))
        return None
    texts = {field: text(field) for field in NAMES}
    for field in TEXTS:
        if len(texts[field]) > LONGEST_TEXT:
            limit = f"only the first {LONGEST_TEXT:,} characters are compared"
            problem(Problem(line, name, f"{field}: {limit}"))
    title, abstract, objectives, products, keywords = (clean(texts[f]) for f in TEXTS)
    if not (title or abstract or objectives or products or keywords):
        problem(Problem(line, name, "neither a title nor an abstract"))
        return None
    return Record(
        id=name,
        title=title,
        abstract=abstract,
        objectives=objectives,
        products=products,
        keywords=keywords,
        year=_year(line, name, texts["year"].strip(), problem),
        begins=_day(texts["begins"]),
        ends=_last(texts["ends"]),
        people=_names(texts["people"]),
        organisations=_names(texts["organisations"]),
        amount=_amount(line, name, texts["amount"], problem),
    )


def spelled(text: str) -> str:
    """Return a text that UTF-8 can hold: half a character, as JSON may have it, as ``?``."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _names(text: str) -> tuple[str, ...]:
    names = (clean(name) for name in _PARTED.split(text))
    return tuple(dict.fromkeys(filter(None, names)))


def _day(text: str) -> date | int | None:
    """Return an ISO date, else the year a text names: 3/5/2020 is read in two ways."""
    try:
        day = date.fromisoformat(text.strip()[:10])
    except ValueError:
        named = _A_YEAR.search(text)
        return int(named[0]) if named else None
    return day if day.year in _YEARS else None


def _last(text: str) -> date | int | None:
    day = _day(text)
    return day + timedelta(days=1) if isinstance(day, date) else day


def _amount(
    line: int, name: str, stated: str, problem: Callable[[Problem], None]
) -> float | None:
    if not any(character.isdecimal() for character in stated):
        return None  # "", "N/A", "not yet known"
    plain = stated.strip()
    if _GROUPED.match(plain):
        plain = plain.replace("," if "," in plain else ".", "")
    try:
        return float(Decimal(plain))
    except (InvalidOperation, OverflowError):
        what = f"“{plain[:20]}” is no amount; compared as if it were not known"
        problem(Problem(line, name, what))
        return None


def _year(
    line: int, name: str, stated: str, problem: Callable[[Problem], None]
) -> int | None:
    digits = stated[:4]
    year = int(digits) if digits.isascii() and digits.isdigit() else None
    if stated and year not in _YEARS:
        what = f"“{stated[:20]}” is no year; compared as if it were not known"
        problem(Problem(line, name, what))
        return None
    return year
