"""Rows of tables, as any reader of files hands them over, into data sets.

A row is (sheet, number, cells): what ``Unreadable`` names when a cell cannot be taken.
National accounts stand long (block, code, unit, year, value) or wide (a column for each
year); without a block column each sheet is a block.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sti_methods.productivity.datasets import Dataset, Point
from sti_methods.productivity.economy import Economy
from sti_methods.productivity.plain import Faulty, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Row = tuple[str, int, Sequence[Any]]
    Place = tuple[str, int, str]

__all__ = [
    "UNKNOWN",
    "Unreadable",
    "dataset_of",
    "economies_of",
]

UNKNOWN = frozenset({"", "na", "n/a", "n.a.", "nan", "..", "...", "-", "–"})  # noqa: RUF001
"""How tables write that a number is not known; it is left out, never taken as 0."""
FIRST_YEAR, LAST_YEAR = 1800, 2200
MOST_FAULTS = 200


class Unreadable(ValueError):  # noqa: N818 -- a refusal of tables, told by place
    """Cells that cannot be taken; each fault has ``sheet``, ``row``, ``column``."""

    def __init__(self, faults: Sequence[Faulty]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(str(one) for one in self.faults[:3]))


@dataclass
class Faults:
    """Faults of cells, gathered so that one reading shows all of them."""

    all: list[Faulty] = field(default_factory=list)

    def add(self, code: str, place: Place, /, **values: Any) -> None:
        sheet, row, column = place
        if len(self.all) < MOST_FAULTS:
            fault = Faulty(code, sheet=sheet, row=row, column=column, **values)
            self.all.append(fault)

    def stop(self) -> None:
        if self.all:
            raise Unreadable(self.all)


def dataset_of(*, rows: Iterable[Row], provider: str, version: str) -> Dataset:
    """National accounts from sheets with a column ``code``, long or wide.

    ``unit`` (the country or province) may be missing where there is one. Raises
    ``Unreadable``: ``no_header``, ``missing_column``, ``twice_named``, ``no_code``,
    ``no_year``, ``no_number``, ``twice`` (``before`` is the place of the first), ``empty``.
    """
    faults = Faults()
    points: list[Point] = []
    first: dict[tuple[str, str, str, int], str] = {}
    for sheet, told in groupby(rows, key=lambda row: row[0]):
        for point, place in _sheet(sheet, told, faults):
            key = (point.block, point.code, point.unit, point.year)
            if key in first:
                faults.add("twice", place, before=first[key], code=point.code)
                continue
            first[key] = point.place
            points.append(point)
    faults.stop()
    if not points:
        raise Unreadable([Faulty("empty", sheet="", row=1, column="code")])
    return Dataset(provider=provider, version=version, points=tuple(points))


def _sheet(
    sheet: str, rows: Iterable[Row], faults: Faults
) -> Iterator[tuple[Point, Place]]:
    head: list[str] = []
    for _name, number, cells in rows:
        if head:
            told = dict(zip(head, cells, strict=False))
            if any(text_of(cell) for cell in cells):
                yield from _row(sheet, number, told, faults)
            continue
        named = [text_of(cell).casefold() for cell in cells]
        if "code" in named:
            head = named
            if not _head(sheet, number, head, faults):
                return
    if not head:
        faults.add("no_header", (sheet, 1, "code"))


def _row(
    sheet: str, number: int, told: dict[str, Any], faults: Faults
) -> Iterator[tuple[Point, Place]]:
    code = text_of(told.get("code"))
    if not code:
        faults.add("no_code", (sheet, number, "code"))
        return
    if "value" in told:
        cells = [("value", told.get("year"), told["value"])]
    else:
        cells = [(name, name, told.get(name)) for name in _years([*told])]
    for column, when, said in cells:
        place = (sheet, number, column)
        year, value = year_of(when), number_of(said)
        if year is None:
            faults.add("no_year", (sheet, number, "year"), cell=text_of(when))
        elif value is None:
            faults.add("no_number", place, cell=text_of(said))
        elif not math.isnan(value):
            point = Point(
                block=text_of(told.get("block")) or sheet,
                code=code,
                unit=text_of(told.get("unit")),
                year=year,
                value=value,
                place=f"{sheet}!{number}:{column}" if sheet else f"{number}:{column}",
            )
            yield point, place


def _head(sheet: str, number: int, head: list[str], faults: Faults) -> bool:
    known = [name for name in head if name]
    for name in dict.fromkeys(known):
        if known.count(name) > 1:
            faults.add("twice_named", (sheet, number, name))
            return False
    if "value" in head and "year" not in head:
        faults.add("missing_column", (sheet, number, "year"))
        return False
    if "value" not in head and not _years(head):
        faults.add("missing_column", (sheet, number, "value"))
        return False
    return True


def _years(head: Sequence[str]) -> list[str]:
    return [name for name in head if year_of(name) is not None]


def text_of(cell: Any) -> str:
    """A cell as a name: 40100.0 is 40100."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def year_of(cell: Any) -> int | None:
    """A year between 1800 and 2200, or None."""
    text = text_of(cell)
    if not (text.isascii() and text.isdigit()):
        return None
    year = int(text)
    return year if FIRST_YEAR <= year <= LAST_YEAR else None


def number_of(cell: Any) -> float | None:
    """A number; NaN where the cell says it is not known, None where it says no number."""
    if isinstance(cell, bool):
        return None
    text = str(cell).strip() if cell is not None else ""
    if text.casefold() in UNKNOWN:
        return math.nan
    if not text.isascii() or "_" in text:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


# ------------------------------------------------------------------ shift-share


def economies_of(
    *,
    dataset: Dataset,
    value_added: str,
    employment: str,
    value_added_current: str | None = None,
) -> tuple[Economy, ...]:
    """Sectors of each unit from blocks that hold one quantity each; codes are sectors.

    Raises ``Faulty`` ``unknown`` for a block that is not there, and ``lacking`` for a
    sector that stands in one of the blocks and not in the other.
    """
    blocks = [value_added, employment]
    blocks += [] if value_added_current is None else [value_added_current]
    codes = {
        block: [code for of, code in dataset.keys if of == block] for block in blocks
    }
    for block, told in codes.items():
        if not told:
            raise Faulty("unknown", block=block, code="")
    for told in codes.values():
        for other in blocks:
            if odd := [code for code in told if code not in codes[other]]:
                raise Faulty("lacking", block=other, code=odd[0])
    sectors = tuple(codes[value_added])
    found = []
    for unit in dataset.units:
        series = {
            block: [dataset.series(code, unit=unit, block=block) for code in sectors]
            for block in blocks
        }
        years = tuple(
            sorted({year for told in series.values() for s in told for year in s.years})
        )
        if not years:
            continue
        cells = {
            block: numbers([s.over(years) for s in told]).T
            for block, told in series.items()
        }
        found.append(
            Economy(
                unit=unit,
                sectors=sectors,
                years=years,
                value_added=cells[value_added],
                employment=cells[employment],
                value_added_current=None
                if value_added_current is None
                else cells[value_added_current],
            )
        )
    return tuple(found)
