"""A ranking with what it is made of: places, scores, parts shaded by how good they are.

Plain figures in, a ``Scoreboard`` out; the shaded table is its own picture and its own
table. Shades come from classes, so they follow light, dark and paper, and each cell says
its figure: colour is never the only sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SHADES = 5


@dataclass(frozen=True, kw_only=True)
class Part:
    """A figure of a part and its shade, from 1 (the lowest fifth) to 5; 0 for no figure."""

    value: float | None
    shade: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """One unit: its place (none where it was not ranked), score and parts.

    ``low`` and ``high`` are the places it takes in 90 of 100 draws, where that is known.
    """

    code: str
    name: str
    place: int | None
    score: float | None
    parts: tuple[Part, ...]
    band: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Scoreboard:
    """Units in the order of their places; ``heads`` are code and name of each part."""

    heads: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    banded: bool
    ranged: bool


def scoreboard(
    *,
    units: Sequence[tuple[str, str]],
    places: Sequence[int | None],
    scores: Sequence[float | None],
    parts: Sequence[tuple[str, str, Sequence[float | None]]],
    bands: Sequence[str] = (),
    ranges: Mapping[str, tuple[float, float]] | None = None,
) -> Scoreboard:
    """Lay out a ranking.

    ``units`` are (code, name); ``parts`` are (code, name, a figure for each unit); all
    sequences go with ``units``. Units without a place come last, by name. Raises
    ``ValueError`` where lengths differ.
    """
    shaded = [_shades(values) for _code, _name, values in parts]
    known = ranges or {}
    lines = [
        Line(
            code=code,
            name=name,
            place=place,
            score=score,
            parts=tuple(
                Part(value=values[n], shade=shades[n])
                for (_code, _name, values), shades in zip(parts, shaded, strict=True)
            ),
            band=bands[n] if bands else "",
            low=known[code][0] if code in known else None,
            high=known[code][1] if code in known else None,
        )
        for n, ((code, name), place, score) in enumerate(
            zip(units, places, scores, strict=True)
        )
    ]
    lines.sort(key=lambda line: (line.place is None, line.place or 0, line.name))
    return Scoreboard(
        heads=tuple((code, name) for code, name, _values in parts),
        lines=tuple(lines),
        banded=any(bands),
        ranged=bool(known),
    )


def _shades(values: Sequence[float | None]) -> list[int]:
    """Fifths of the units that have a figure; equal figures share a shade."""
    known = sorted(value for value in values if value is not None)
    if not known:
        return [0] * len(values)

    def shade(value: float | None) -> int:
        if value is None:
            return 0
        below = sum(other < value for other in known)
        return 1 + below * SHADES // len(known)

    return [shade(value) for value in values]


def figures(board: Scoreboard) -> tuple[list[Any], list[list[Any]]]:
    """The same as columns and rows, for a file."""
    head: list[Any] = ["rank", "code", "name", "score"]
    head += [code for code, _name in board.heads]
    head += ["band"] if board.banded else []
    head += ["rank_5", "rank_95"] if board.ranged else []
    rows = []
    for line in board.lines:
        row: list[Any] = [line.place, line.code, line.name, line.score]
        row += [part.value for part in line.parts]
        row += [line.band] if board.banded else []
        row += [line.low, line.high] if board.ranged else []
        rows.append(row)
    return head, rows
