"""A radar of figures on one scale: several rounds over one another, gaps where none is."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.ui.drawing import (
    NARROW,
    WIDTH,
    Chart,
    coordinate,
    nothing,
    short,
    summary,
    svg,
    text,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

    from opensti.ui.drawing import Number

    Row = tuple[Any, Sequence[Number | None]]

_FEWEST = 3


def radar(
    *, title: Any, head: Sequence[Any], rows: Sequence[Row], top: int = 5
) -> Chart:
    """Draw one ray for each row (at least three) and one round for each further column.

    Figures are from 0 to ``top``; None is a gap in the round and a dash in the table.
    Raises ``ValueError`` for a figure outside.
    """
    names = tuple(str(h) for h in head)
    if not rows:
        return nothing(str(title), names)
    said = [v for _label, values in rows for v in values if v is not None]
    if any(not 0 <= v <= top for v in said):
        message = f"a radar shows figures from 0 to {top}"
        raise ValueError(message)
    cells = tuple(
        (
            str(label),
            *(_("no score") if v is None else written(v, 1) for v in values),
        )
        for label, values in rows
    )
    return Chart(
        title=str(title),
        svg=_drawn(str(title), rows, cells, top, WIDTH),
        narrow=_drawn(str(title), rows, cells, top, NARROW),
        head=names,
        rows=cells,
        numeric=tuple(range(1, len(names))),
        legend=names[1:],
    )


def _drawn(
    title: str,
    rows: Sequence[Row],
    cells: Sequence[Sequence[str]],
    top: int,
    width: float,
) -> SafeString:
    radius = width * (0.3 if width > NARROW else 0.2)
    height = 2 * radius + 64
    middle = (width / 2, height / 2)
    count = max(len(rows), _FEWEST)

    def at(ray: int, value: float) -> tuple[float, float]:
        turn = 2 * math.pi * ray / count - math.pi / 2
        reach = radius * value / top
        return middle[0] + reach * math.cos(turn), middle[1] + reach * math.sin(turn)

    body = [
        f'<polygon points="{_points([at(n, step) for n in range(count)])}" class="c-grid" fill="none"/>'
        for step in range(1, top + 1)
    ]
    for n, (label, *_rest) in enumerate(rows):
        end = at(n, top)
        body.append(
            f'<line x1="{coordinate(middle[0])}" y1="{coordinate(middle[1])}" x2="{coordinate(end[0])}" y2="{coordinate(end[1])}" class="c-grid"/>'
        )
        x, y = at(n, top * 1.1)
        side = "middle" if abs(x - middle[0]) < radius * 0.2 else "start" if x > middle[0] else "end"  # fmt: skip
        # Above the middle there is room on both sides.
        letters = (34 if side == "middle" else 22) if width > NARROW else 11
        body.append(text(x, y + 4, short(str(label), letters), anchor=side, size=12))
    for turn in range(len(rows[0][1])):
        values = [values[turn] for _label, values in rows]
        body += _round([(n, v) for n, v in enumerate(values)], at, turn)
    return svg(title, summary(cells), width, height, body)


def _round(
    values: Sequence[tuple[int, Number | None]], at: Any, turn: int
) -> list[str]:
    """One round: whole where every ray has a figure, else its pieces; dots everywhere."""
    css, pen = f"c{turn + 1}", f'class="l{turn + 1}" fill="none" stroke-width="2.5"'
    known = [(n, float(v)) for n, v in values if v is not None]
    body = []
    if len(known) == len(values):
        body.append(
            f'<polygon points="{_points([at(n, v) for n, v in known])}" {pen}/>'
        )
    else:
        for (n, v), (m, w) in itertools.pairwise(known):
            if m == n + 1:
                (x1, y1), (x2, y2) = at(n, v), at(m, w)
                body.append(
                    f'<line x1="{coordinate(x1)}" y1="{coordinate(y1)}" x2="{coordinate(x2)}" y2="{coordinate(y2)}" {pen}/>'
                )
    for n, v in known:
        x, y = at(n, v)
        body.append(
            f'<circle cx="{coordinate(x)}" cy="{coordinate(y)}" r="4" class="{css}"/>'
        )
    return body


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{coordinate(x)},{coordinate(y)}" for x, y in places)
