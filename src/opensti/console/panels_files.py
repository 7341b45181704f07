"""Files of ``opensti panels form``: tables of ids and numbers, refused by row and column."""

from __future__ import annotations

import csv
import gzip
import io
import math
import os
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SHOWN = 20
LARGEST_LOAD = 10**6
# A compressed file of a few kilobytes may unfold to fill the memory.
MOST_TEXT = 200_000_000
# A thousandth of a number up to here is kept.
EXACT = 1e12
Pair = tuple[str, str]
Row = tuple[int, list[str]]


class Refused(click.ClickException):
    """What is wrong with files, row by row."""

    exit_code = 2


@dataclass
class Findings:
    """What was found wrong, gathered so that one reading shows all of it."""

    lines: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, path: Path, row: int, column: str, what: str) -> None:
        """Note what is wrong in a row of a table."""
        self._add(
            _("%(file)s: row %(row)s, column %(column)s: %(what)s")
            % {"file": path.name, "row": row, "column": column, "what": what}
        )

    def add_line(self, path: Path, line: int, column: int, what: str) -> None:
        """Note what is wrong in a line of a text, both counted from 1."""
        self._add(
            _("%(file)s: line %(line)s, column %(column)s: %(what)s")
            % {"file": path.name, "line": line, "column": column, "what": what}
        )

    def _add(self, line: str) -> None:
        self.count += 1
        if len(self.lines) < SHOWN:
            self.lines.append(line)

    def stop(self) -> None:
        """Refuse if anything was found."""
        if not self.count:
            return
        more = self.count - len(self.lines)
        if more:
            self.lines.append(
                ngettext("… and %(count)s more.", "… and %(count)s more.", more)
                % {"count": more}
            )
        raise Refused("\n".join([_("Nothing was written."), *self.lines]))


def _refused(path: Path, what: str) -> Refused:
    return Refused(f"{_('Nothing was written.')}\n{path.name}: {what}")


def apart(read: Sequence[Path], written: Sequence[Path | None]) -> None:
    """Refuse to write over what is read, twice to one place, or where nothing can be written."""
    taken = {path.resolve() for path in read}
    for place in written:
        if place is None:
            continue
        if place.resolve() in taken:
            raise _refused(place, _("this file is used already; write to another."))
        taken.add(place.resolve())
        folder = place.resolve().parent
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            raise _refused(
                place,
                _("nothing can be written in the folder %(folder)s.")
                % {"folder": folder},
            )


def text_of(path: Path) -> str:
    """Return the text of a file, also of a compressed one; refuse other encodings."""
    data = path.read_bytes()
    if data.startswith(b"\x1f\x8b"):
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as unpacked:
                data = unpacked.read(MOST_TEXT + 1)
        except (OSError, EOFError, zlib.error):
            raise _refused(
                path, _("the compressed file is damaged; compress it anew.")
            ) from None
        if len(data) > MOST_TEXT:
            raise _refused(
                path,
                _("the file is larger than %(most)d MB; split it or leave columns out.")
                % {"most": MOST_TEXT // 1_000_000},
            )
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise _refused(
            path,
            _("row %(row)s is not UTF-8; save the file as “CSV UTF-8”.") % {"row": row},
        ) from None
    if "\x00" in text:
        raise _refused(path, _("this is no text; save the table as “CSV UTF-8”."))
    return text


def rows(
    path: Path,
    columns: tuple[str, ...],
    found: Findings,
    *,
    optional: tuple[str, ...] = (),
) -> Iterator[Row]:
    """Yield (row, cells of ``columns``); the row as a spreadsheet counts it.

    The cells of ``optional`` columns follow; they are empty where the file has none.
    """
    text = text_of(path)
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count) if first.strip() else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        head = [cell.strip().lower() for cell in next(reader, [])]
        missing = [name for name in columns if head.count(name) != 1]
        if missing:
            raise _refused(
                path,
                _(
                    "row 1 must name the columns %(columns)s, each once; it lacks or repeats %(missing)s."
                )
                % {"columns": ", ".join(columns), "missing": ", ".join(missing)},
            )
        twice = [n for n in dict.fromkeys(optional) if head.count(n) > 1]
        if twice:
            raise _refused(
                path,
                _("row 1 names %(columns)s more than once; leave one of them out.")
                % {"columns": ", ".join(twice)},
            )
        places = [head.index(name) for name in columns]
        more = [head.index(name) if name in head else -1 for name in optional]
        for number, cells in enumerate(reader, 2):
            if not cells or not any(cells):
                continue
            if len(cells) != len(head):
                found.add(
                    path,
                    number,
                    columns[-1],
                    _("the row has %(is)s cells, row 1 has %(must)s.")
                    % {"is": len(cells), "must": len(head)},
                )
                continue
            yield (
                number,
                [cells[place].strip() for place in places]
                + ["" if place < 0 else cells[place].strip() for place in more],
            )
    except csv.Error as error:
        raise _refused(
            path,
            _("row %(row)s cannot be read as CSV (%(why)s); look for a missing quote.")
            % {"row": reader.line_num, "why": error},
        ) from None


def _named(
    path: Path, row: int, cells: list[str], columns: tuple[str, ...], found: Findings
) -> bool:
    for name, cell in zip(columns, cells, strict=True):
        if not cell:
            found.add(path, row, name, _("the id is missing; write it."))
            return False
    return True


def _once(  # noqa: PLR0917 -- where, what, seen before
    path: Path,
    row: int,
    key: object,
    seen: dict[object, int],
    column: str,
    found: Findings,
) -> bool:
    if key in seen:
        found.add(
            path,
            row,
            column,
            _("row %(row)s says this already; leave one of the two out.")
            % {"row": seen[key]},
        )
        return False
    seen[key] = row
    return True


def number(
    path: Path,
    row: int,
    column: str,
    stated: str,
    found: Findings,
    *,
    largest: float = EXACT,
) -> float | None:
    """Read a number with a point; what is none is found wrong."""
    try:
        value = float(stated)
    except ValueError:
        value = math.nan
    plain = stated.isascii() and "_" not in stated
    if math.isfinite(value) and plain and abs(value) <= largest:
        return value
    found.add(
        path,
        row,
        column,
        _("“%(cell)s” is no number; write one like 0.75, with a point.")
        % {"cell": stated},
    )
    return None


@dataclass(frozen=True)
class Scores:
    """The pairs with their scores, and who and what they name."""

    pairs: list[tuple[str, str, float]]
    experts: dict[str, int]
    proposals: dict[str, int]


def read_scores(path: Path, found: Findings) -> Scores:
    seen: dict[object, int] = {}
    pairs: list[tuple[str, str, float]] = []
    experts: dict[str, int] = {}
    proposals: dict[str, int] = {}
    for row, (expert, proposal, stated) in rows(
        path, ("expert", "proposal", "score"), found
    ):
        if not (expert and proposal):
            _named(path, row, [expert, proposal], ("expert", "proposal"), found)
            continue
        key = (expert, proposal)
        if key in seen:
            _once(path, row, key, seen, "proposal", found)
            continue
        seen[key] = row
        score = number(path, row, "score", stated, found)
        if score is None:
            continue
        experts.setdefault(expert, row)
        proposals.setdefault(proposal, row)
        pairs.append((expert, proposal, score))
    if not pairs and not found.count:
        raise _refused(path, _("there is no row below row 1; write the scores there."))
    return Scores(pairs=pairs, experts=experts, proposals=proposals)


def read_loads(path: Path, found: Findings) -> dict[str, tuple[int, int]]:
    loads: dict[str, tuple[int, int]] = {}
    seen: dict[object, int] = {}
    columns = ("expert", "minimum", "maximum")
    for row, (expert, *stated) in rows(path, columns, found):
        if not _named(path, row, [expert], columns[:1], found):
            continue
        if not _once(path, row, expert, seen, "expert", found):
            continue
        numbers = []
        for column, cell in zip(columns[1:], stated, strict=True):
            if not (cell.isascii() and cell.isdigit()) or int(cell) > LARGEST_LOAD:
                found.add(
                    path,
                    row,
                    column,
                    _("“%(cell)s” is no whole number from 0 on; write one.")
                    % {"cell": cell},
                )
            else:
                numbers.append(int(cell))
        if len(numbers) == 2:  # noqa: PLR2004 -- both ends
            low, high = numbers
            if low > high:
                found.add(
                    path,
                    row,
                    "minimum",
                    _("%(low)s is above the maximum %(high)s; change one of the two.")
                    % {"low": low, "high": high},
                )
            loads[expert] = (low, high)
    return loads


def read_pairs(
    path: Path,
    columns: tuple[str, str],
    known: tuple[dict[str, int], dict[str, int]],
    where: str,
    found: Findings,
) -> list[Pair]:
    """Read pairs of known ids; ``where`` names the file that knows them."""
    pairs: list[Pair] = []
    seen: dict[object, int] = {}
    for row, cells in rows(path, columns, found):
        if not _named(path, row, cells, columns, found):
            continue
        for column, cell, ids in zip(columns, cells, known, strict=True):
            if cell not in ids:
                found.add(
                    path,
                    row,
                    column,
                    _("“%(id)s” is not in %(file)s; correct it or leave the row out.")
                    % {"id": cell, "file": where},
                )
                break
        else:
            if _once(path, row, tuple(cells), seen, columns[1], found):
                pairs.append((cells[0], cells[1]))
    return pairs


def read_attributes(path: Path, found: Findings) -> dict[str, dict[str, str]]:
    """Return what a table says of every expert: {expert: {column: cell}}."""
    first = text_of(path).split("\n", 1)[0]
    separator = max(",;\t", key=first.count) if first.strip() else ","
    head = next(csv.reader([first.strip("\r")], delimiter=separator), [])
    columns = tuple(cell.strip().lower() for cell in head)
    if "expert" not in columns:
        columns = ("expert",)
    others = tuple(name for name in columns if name != "expert")
    about: dict[str, dict[str, str]] = {}
    seen: dict[object, int] = {}
    for row, (expert, *cells) in rows(path, ("expert", *others), found):
        if _named(path, row, [expert], ("expert",), found) and _once(
            path, row, expert, seen, "expert", found
        ):
            about[expert] = dict(zip(others, cells, strict=True))
    return about
