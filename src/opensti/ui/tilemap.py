"""A map of places as tiles of one size: a small province weighs as much as a large one.

The layout is data: a code, a name, a column and a row for each place. The value is
written in its tile, so the shade is never the only sign; the table beside it has the
places by value, and those the layout does not know.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.ui.drawing import (
    NARROW,
    WIDTH,
    Chart,
    group,
    nothing,
    places,
    rect,
    short,
    sign,
    summary,
    svg,
    text,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.utils.safestring import SafeString

    from opensti.ui.drawing import Number

LAYOUTS = Path(__file__).parent / "layouts"
SHADES = 5
_HIGH, _LETTER = 40.0, 7.0


@dataclass(frozen=True, kw_only=True)
class Tile:
    """Where one place stands on the grid, from 0 at the upper left."""

    code: str
    name: str
    column: int
    row: int


@cache
def layout(name: str = "provinces_vn") -> tuple[Tile, ...]:
    """The tiles of a layout that ships with the house."""
    data = json.loads((LAYOUTS / f"{name}.json").read_text(encoding="utf-8"))
    return tuple(Tile(**tile) for tile in data["tiles"])


def tilemap(
    *,
    title: Any,
    head: Sequence[Any],
    values: Mapping[str, Number],
    tiles: Sequence[Tile] | None = None,
    names: Mapping[str, str] | None = None,
    decimals: int | None = None,
) -> Chart:
    """Draw values by the code of their place; a place without one says so.

    ``head`` names place and value; ``names`` go before those of the layout. Five shades
    divide the values from least to most in equal stretches.
    """
    grid = layout() if tiles is None else tuple(tiles)
    words = tuple(str(h) for h in head)
    if not values or not grid:
        return nothing(str(title), words)
    called = {tile.code: tile.name for tile in grid} | dict(names or {})
    deep = places(values.values()) if decimals is None else decimals
    said = {code: written(value, deep) for code, value in values.items()}
    order = sorted(values, key=lambda code: (-float(values[code]), code))
    rows = [(called.get(code, code), said[code]) for code in order]
    rows += [(called[t.code], "\u2014") for t in grid if t.code not in values]
    shades = _Shades(values)
    drawn = [
        _drawn(_Map(str(title), grid, called, values, said, rows), width)
        for width in (WIDTH, NARROW)
    ]
    return Chart(
        title=str(title),
        svg=drawn[0],
        narrow=drawn[1],
        head=words,
        rows=tuple(rows),
        numeric=(1,),
        legend=(
            *(
                written(low, deep)
                if low == high
                else f"{written(low, deep)} \u2013 {written(high, deep)}"
                for low, high in shades.stretches
            ),
            _("No figure"),
        ),
        signs=(
            *(
                sign(f'<rect width="14" height="14" rx="2" class="t{n + 1}"/>')
                for n in range(len(shades.stretches))
            ),
            sign('<rect x="1" y="1" width="12" height="12" rx="2" class="t0"/>'),
        ),
    )


class _Shades:
    """Which of five equal stretches a value lies in; one value is one stretch."""

    def __init__(self, values: Mapping[str, Number]) -> None:
        found = [float(v) for v in values.values()]
        self.low, high = min(found), max(found)
        count = SHADES if high > self.low else 1
        self.step = (high - self.low) / count
        self.stretches = [
            (
                round(self.low + n * self.step, 6),
                round(self.low + (n + 1) * self.step, 6),
            )
            for n in range(count)
        ]

    def of(self, value: float) -> int:
        if not self.step:
            return 1
        return min(int((value - self.low) / self.step), SHADES - 1) + 1


@dataclass(frozen=True)
class _Map:
    title: str
    grid: Sequence[Tile]
    called: Mapping[str, str]
    values: Mapping[str, Number]
    said: Mapping[str, str]
    rows: Sequence[tuple[str, str]]


def _drawn(of: _Map, width: float) -> SafeString:
    """Draw the tiles; where there is little room names are cut, the table has them whole."""
    columns = 1 + max(tile.column for tile in of.grid)
    lines = 1 + max(tile.row for tile in of.grid)
    across = (width - 4) / columns
    shades = _Shades(of.values)
    body = []
    for tile in of.grid:
        name, code = of.called[tile.code], tile.code
        x, y = 2 + tile.column * across, 2 + tile.row * _HIGH
        value = of.said.get(code, "\u2014")
        shade = shades.of(float(of.values[code])) if code in of.values else 0
        inside = (
            rect(x + 1.5, y + 1.5, across - 3, _HIGH - 3, f"t{shade}")
            + text(
                x + across / 2,
                y + 16,
                short(name, int(across / _LETTER)),
                anchor="middle",
                size=12,
            )
            + text(x + across / 2, y + 32, value, anchor="middle", size=13)
        )
        body.append(group(f"{code} {name}: {value}", inside))
    return svg(of.title, summary(of.rows), width, lines * _HIGH + 4, body)
