"""Rows of a file into series, whichever of four layouts the file has.

``national``: a column ``code``, long or wide; ``pwt``: the Penn World Table; ``sectors``:
``unit, sector, year`` and a column for each quantity; ``crossed``: ``cnt, var, year`` and a
column for each sector. In the last two the block is the quantity and the code the sector.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from sti_methods.productivity import (
    Dataset,
    Faulty,
    Point,
    Unreadable,
    dataset_of,
    pwt_dataset,
)
from sti_methods.productivity.reading import Faults, number_of, text_of, year_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Row = tuple[str, int, Sequence[Any]]

# Of a crossed table: columns that are no sectors.
NO_SECTORS = ("total", "war flag")
_KEYS = {"sectors": ("unit", "sector", "year"), "crossed": ("cnt", "var", "year")}
_NAMES = frozenset({"country", "name", "region"})


@dataclass(frozen=True, kw_only=True)
class Line:
    """A series as it is kept: values from ``first_year`` on, None for a gap."""

    block: str
    code: str
    unit: str
    sector: str
    first_year: int
    values: tuple[float | None, ...]


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What a file held: its layout, its series, the columns that were left out."""

    layout: str
    lines: tuple[Line, ...]
    left_out: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Numbers that are known."""
        return sum(v is not None for line in self.lines for v in line.values)


def read(*, rows: Iterable[Row], provider: str, version: str) -> Loaded:
    """Read a whole file, or refuse it with the place of each fault.

    Raises ``Unreadable``; ``no_layout`` where the header is none of the four.
    """
    told = iter(rows)
    first = next(told, None)
    if first is None:
        raise Unreadable([Faulty("empty", sheet="", row=1, column="")])
    head = [text_of(cell).casefold() for cell in first[2]]
    whole = chain([first], told)
    layout = _layout(head)
    left_out: tuple[str, ...] = ()
    if layout == "pwt":
        dataset = pwt_dataset(rows=whole, version=version)
    elif layout == "national":
        dataset = dataset_of(rows=whole, provider=provider, version=version)
    elif layout in _KEYS:
        left_out = tuple(
            text_of(c) for c in first[2] if text_of(c).casefold() in NO_SECTORS
        )
        points = _points(layout, whole)
        dataset = Dataset(provider=provider, version=version, points=points)
    else:
        # The header of national accounts may stand below a title.
        try:
            dataset = dataset_of(rows=whole, provider=provider, version=version)
        except Unreadable as unread:
            if {one.code for one in unread.faults} != {"no_header"}:
                raise
            place = {"sheet": first[0], "row": first[1], "column": ", ".join(head[:8])}
            raise Unreadable([Faulty("no_layout", **place)]) from None
        layout = "national"
    lines = tuple(_lines(dataset, layout))
    return Loaded(layout=layout, lines=lines, left_out=left_out)


def _layout(head: Sequence[str]) -> str:
    names = set(head)
    if "rgdpna" in names or "isocode" in names:
        return "pwt"
    if "code" in names:
        return "national"
    return next((n for n, keys in _KEYS.items() if names.issuperset(keys)), "")


def _points(layout: str, rows: Iterable[Row]) -> tuple[Point, ...]:
    faults = Faults()
    points: list[Point] = []
    first: dict[tuple[str, ...], int] = {}
    heads: dict[str, list[str]] = {}
    for sheet, number, cells in rows:
        if sheet not in heads:
            heads[sheet] = [text_of(cell) for cell in cells]
            _check_head(layout, sheet, number, heads[sheet], faults)
            faults.stop()
            continue
        if not any(text_of(cell) for cell in cells):
            continue
        if any(text_of(cell) for cell in cells[len(heads[sheet]) :]):
            faults.add("too_wide", (sheet, number, text_of(cells[-1])))
            continue
        key = _key(layout, (sheet, number), heads[sheet], cells, faults)
        if key is None:
            continue
        before = first.setdefault(key, number)
        if before != number:
            faults.add("twice", (sheet, number, "year"), before=before, code=key[1])
            continue
        points += _row(layout, (sheet, number), heads[sheet], (cells, key), faults)
    if not points and not faults.all:
        faults.add("empty", ("", 1, ""))
    faults.stop()
    return tuple(points)


def _check_head(
    layout: str, sheet: str, number: int, head: list[str], faults: Faults
) -> None:
    folded = [name.casefold() for name in head]
    for name in dict.fromkeys(name for name in folded if name):
        if folded.count(name) > 1:
            faults.add("twice_named", (sheet, number, name))
    keys = _KEYS[layout]
    for name in keys:
        if name not in folded:
            faults.add("missing_column", (sheet, number, name))
    if not set(folded) - {*keys, *_NAMES, *NO_SECTORS, ""}:
        faults.add("missing_column", (sheet, number, "value_added"))


def _key(
    layout: str,
    at: tuple[str, int],
    head: Sequence[str],
    cells: Sequence[Any],
    faults: Faults,
) -> tuple[str, str, str] | None:
    told = {n.casefold(): c for n, c in zip(head, cells, strict=False)}
    unit, part, when = _KEYS[layout]
    for name in (unit, part):
        if not text_of(told.get(name)):
            faults.add("no_name", (*at, name))
            return None
    year = year_of(told.get(when))
    if year is None:
        faults.add("no_year", (*at, when), cell=text_of(told.get(when)))
        return None
    return text_of(told[unit]), text_of(told[part]), str(year)


def _row(
    layout: str,
    at: tuple[str, int],
    head: Sequence[str],
    told: tuple[Sequence[Any], tuple[str, str, str]],
    faults: Faults,
) -> Iterator[Point]:
    cells, (unit, part, year) = told
    aside = {*_KEYS[layout], *_NAMES, *NO_SECTORS, ""}
    for name, cell in zip(head, cells, strict=False):
        if name.casefold() in aside:
            continue
        value = number_of(cell)
        if value is None:
            faults.add("no_number", (*at, name), cell=text_of(cell))
        elif not math.isnan(value):
            block, code = (part, name) if layout == "crossed" else (name, part)
            yield Point(
                block=block,
                code=code,
                unit=unit,
                year=int(year),
                # No database keeps the sign of nothing: -0 would not come back.
                value=value + 0.0,
                place=f"{at[0]}!{at[1]}:{name}" if at[0] else f"{at[1]}:{name}",
            )


def _lines(dataset: Dataset, layout: str) -> Iterator[Line]:
    cells: dict[tuple[str, str, str], dict[int, float]] = {}
    for p in dataset.points:
        cells.setdefault((p.block, p.code, p.unit), {})[p.year] = p.value + 0.0
    for (block, code, unit), told in cells.items():
        years = range(min(told), max(told) + 1)
        yield Line(
            block=block,
            code=code,
            unit=unit,
            sector=code if layout in _KEYS else "",
            first_year=years[0],
            values=tuple(told.get(year) for year in years),
        )
