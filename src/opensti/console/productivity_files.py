"""Files of ``opensti productivity``: sectors and accounts, refused by row and column."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from sti_methods.productivity import (
    UNKNOWN,
    Economy,
    Faulty,
    Unreadable,
    dataset_of,
    economies_of,
)

from opensti.console.panels_files import Findings, Refused, number, rows, text_of
from opensti.console.productivity_words import fault_words
from opensti.kernel.refusals import Invalid
from opensti.kernel.workbooks import sheet_rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sti_methods.productivity import Caution

    Rows = Iterator[tuple[str, int, list[Any]]]

# Value added in đồng of a large economy for a year has 17 digits.
LARGEST = 1e20
MOST_ROWS = 200_000
FIRST_YEAR, LAST_YEAR = 1800, 2200
BLOCKS = ("value_added", "employment", "value_added_current")
SHIFT_SHARE = ("unit", "sector", "year", "value_added", "employment")


def head_of(path: Path, *, as_written: bool = False) -> list[str]:
    """Names of the columns as ``rows`` reads them (or as they are written there).

    ``rows`` refuses what is wrong.
    """
    first = text_of(path).split("\n", 1)[0]
    separator = max(",;\t", key=first.count) if first.strip() else ","
    try:
        cells = next(csv.reader(io.StringIO(first), delimiter=separator), [])
    except csv.Error:
        return []
    names = [cell.strip() for cell in cells]
    return names if as_written else [name.lower() for name in names]


def sheet_rows(path: Path, found: Findings) -> Rows:
    """Rows of all sheets of a workbook, or of a CSV file (as a sheet without a name)."""
    if path.suffix.lower() == ".xlsx":
        try:
            yield from sheet_rows_of(path, max_rows=MOST_ROWS)
        except Invalid as refusal:
            told = [f"{one.message} {one.mend}" for one in refusal.problems]
            raise Refused(
                "\n".join([_("Nothing was written."), f"{path.name}: {told[0]}"])
            ) from None
        return
    text = text_of(path)
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count) if first.strip() else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row, cells in enumerate(reader, 1):
            if any(cells):
                yield "", row, list(cells)
    except csv.Error as error:
        found.add(
            path,
            reader.line_num,
            "1",
            _("this cannot be read as CSV (%(why)s); look for a missing quote.")
            % {"why": error},
        )
        found.stop()


def refuse(path: Path, fault: Faulty, found: Findings) -> None:
    """Note a fault of the readers of ``sti_methods`` by row and column."""
    values = fault.values
    column = f"{values['sheet']}: {values['column']}" if values["sheet"] else values["column"]  # fmt: skip
    found.add(path, values["row"], column, fault_words(fault.code, values))


@dataclass
class Sectors:
    """Economies of a file, and the rows they stand in."""

    path: Path
    economies: list[Economy] = field(default_factory=list)
    at: dict[tuple[str, str, int], int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def note(self, unit: str, why: Caution, found: Findings) -> None:
        """Note a gap that makes the question of a unit unanswerable."""
        values = why.values
        sector, year = values.get("sector", ""), values["year"]
        row = self.at.get((unit, sector, year), self.last.get(unit, 1))
        column = str(values.get("column", "year"))
        if why.code == "year":
            what = _("%(unit)s has no row for %(year)s; add it.")
        elif (unit, sector, year) in self.at or not self.at:
            what = _("%(unit)s, “%(sector)s”, %(year)s: the cell is empty; fill it.")
        else:
            column = "year"
            what = _(
                "%(unit)s, “%(sector)s” has no row for %(year)s; add it or leave the sector out (--exclude)."
            )
        told = {"unit": unit, "sector": sector, "year": year}
        found.add(self.path, row, column, what % told)


def read_sectors(
    path: Path, ends: tuple[int, int], exclude: tuple[str, ...], found: Findings
) -> Sectors:
    """Read value added and employment by unit, sector and year.

    A CSV file has ``SHIFT_SHARE`` and may have ``value_added_current``; a workbook, or a
    CSV file with a column ``code``, has the blocks ``BLOCKS``. Value added below 0 is
    refused at the ``ends``; between them, where double deflation may bring it, it is
    remarked, for only some conventions ask for these years.
    """
    book = path.suffix.lower() == ".xlsx"
    if book or {"code", "sector"} & set(head_of(path)) == {"code"}:
        return _blocks(path, found)
    read = Sectors(path=path)
    cells: dict[str, list[tuple[str, int, float, float, float | None]]] = {}
    column = "value_added_current"
    for row, (unit, sector, *stated, current) in rows(
        path, SHIFT_SHARE, found, optional=(column,)
    ):
        named = _named(path, row, {"unit": unit, "sector": sector}, found)
        year = year_in(path, row, stated[0], found)
        value = number(path, row, "value_added", stated[1], found, largest=LARGEST)
        work = number(path, row, "employment", stated[2], found, largest=LARGEST)
        nominal = amount(path, row, column, current, found)
        if not named or year is None or value is None or work is None:
            continue
        if sector not in exclude:
            figures = {"value_added": value, column: nominal}
            _not_below(read, row, figures, found if year in ends else None)
        _not_below(read, row, {"employment": work}, found)
        before = read.at.setdefault((unit, sector, year), row)
        if before != row:
            again = _("row %(row)s says this already; leave one of the two out.")
            found.add(path, row, "year", again % {"row": before})
            continue
        read.last[unit] = row
        told = None if math.isnan(nominal) else nominal
        cells.setdefault(unit, []).append((sector, year, value, work, told))
    if not cells and not found.count:
        found.add(path, 2, "unit", fault_words("empty", {}))
    found.stop()
    read.economies = [Economy.of(unit=unit, rows=told) for unit, told in cells.items()]
    return read


def _not_below(
    read: Sectors, row: int, cells: dict[str, float], found: Findings | None
) -> None:
    """Find values below 0 wrong, or without ``found`` remark them."""
    for column, value in cells.items():
        if not value < 0:
            continue
        told = {"cell": f"{value:g}"}
        if found is not None:
            below = _("%(cell)s is below 0; write 0 or more.") % told
            found.add(read.path, row, column, below)
            continue
        below = _("%(cell)s is below 0; it is taken as it is.") % told
        read.remarks.append(
            _("%(file)s: row %(row)s, column %(column)s: %(what)s")
            % {"file": read.path.name, "row": row, "column": column, "what": below}
        )


def _blocks(path: Path, found: Findings) -> Sectors:
    try:
        data = dataset_of(rows=sheet_rows(path, found), provider=path.name, version="")
        names = {block for block, _code in data.keys}
        current = BLOCKS[2] if BLOCKS[2] in names else None
        economies = economies_of(
            dataset=data,
            value_added=BLOCKS[0],
            employment=BLOCKS[1],
            value_added_current=current,
        )
    except Unreadable as refusal:
        for fault in refusal.faults:
            refuse(path, fault, found)
        found.stop()
        raise
    except Faulty as fault:
        block = fault.values["block"]
        if fault.code == "lacking":
            what = _("“%(code)s” stands in another block and not in this one; add it.")
        else:
            what = _("the block (or sheet) is missing; add it.")
        found.add(path, 1, block, what % fault.values)
        found.stop()
        raise
    below = [point for point in data.points if point.value < 0]
    for point in below:
        what = _("%(cell)s is below 0; write 0 or more.") % {"cell": f"{point.value:g}"}
        row = int(point.place.rsplit("!", 1)[-1].split(":", 1)[0])
        found.add(path, row, point.block, what)
    found.stop()
    return Sectors(path=path, economies=list(economies))


def year_in(path: Path, row: int, stated: str, found: Findings) -> int | None:
    """Read a year."""
    plain = stated.isascii() and stated.isdigit()
    if plain and FIRST_YEAR <= int(stated) <= LAST_YEAR:
        return int(stated)
    found.add(path, row, "year", fault_words("no_year", {"cell": stated}))
    return None


def amount(path: Path, row: int, column: str, stated: str, found: Findings) -> float:
    """Read a number that may not be known (NaN)."""
    if stated.lower() in UNKNOWN:
        return math.nan
    value = number(path, row, column, stated, found, largest=LARGEST)
    return math.nan if value is None else value


def _named(path: Path, row: int, cells: dict[str, str], found: Findings) -> bool:
    for column, cell in cells.items():
        if not cell:
            found.add(path, row, column, _("the id is missing; write it."))
            return False
    return True
