"""A chart of things by two figures, each as large as a third."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opensti.ui.drawing import (
    COLOURS,
    NARROW,
    WIDTH,
    Chart,
    coordinate,
    exact,
    group,
    nothing,
    rule,
    short,
    summary,
    svg,
    text,
    ticks,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

    from opensti.ui.drawing import Number

_LEFT, _RIGHT, _TOP, _FOOT, _HEIGHT = 50.0, 26.0, 20.0, 46.0, 330.0
_LARGEST, _SMALLEST = 26.0, 4.0
# Room that a number takes.
_WIDE, _HIGH = 15.0, 12.0


@dataclass(frozen=True, kw_only=True)
class Bubble:
    """One thing: where it stands, how large it is, all not negative."""

    label: Any
    x: Number
    y: Number
    size: Number


def bubbles(
    *, title: Any, head: Sequence[Any], rows: Sequence[Bubble], places: int = 2
) -> Chart:
    """Draw one disc for each row; its area grows with ``size``.

    ``head`` names the things, the two axes and the size. Discs carry numbers, and the
    legend the names: words inside would cover each other. Raises ``ValueError`` for a
    negative figure.
    """
    names = tuple(str(h) for h in head)
    if not rows:
        return nothing(str(title), names)
    if any(v < 0 for row in rows for v in (row.x, row.y, row.size)):
        message = "bubbles show amounts that are not negative"
        raise ValueError(message)
    cells = tuple(
        (
            f"{number}. {row.label}",
            *(written(v, places) for v in (row.x, row.y, row.size)),
        )
        for number, row in enumerate(rows, start=1)
    )
    return Chart(
        title=str(title),
        svg=_drawn(str(title), names, rows, cells, WIDTH),
        narrow=_drawn(str(title), names, rows, cells, NARROW),
        head=names,
        rows=cells,
        numeric=(1, 2, 3),
    )


def _drawn(
    title: str,
    names: Sequence[str],
    rows: Sequence[Bubble],
    cells: Sequence[Sequence[str]],
    width: float,
) -> SafeString:
    across = ticks(max(row.x for row in rows), 3 if width < WIDTH else 5)
    up = ticks(max(row.y for row in rows))
    bottom = _HEIGHT - _FOOT
    most = max(float(exact(row.size)) for row in rows) or 1.0

    def x_of(value: Number) -> float:
        share = float(exact(value) / across[-1])
        return _LEFT + share * (width - _LEFT - _RIGHT)

    def y_of(value: Number) -> float:
        return bottom - float(exact(value) / up[-1]) * (bottom - _TOP)

    body = [text(2, 12, short(names[2], 44), css="c-soft", size=12)]
    for mark in across:
        x = x_of(mark)
        body += [
            rule(x, _TOP, x, bottom),
            text(x, bottom + 16, written(mark), css="c-soft", anchor="middle", size=12),
        ]
    for mark in up:
        y = y_of(mark)
        body += [
            rule(_LEFT, y, width - _RIGHT, y),
            text(_LEFT - 6, y + 4, written(mark), css="c-soft", anchor="end", size=12),
        ]
    foot = short(names[1], 44)
    body.append(
        text(width - _RIGHT, _HEIGHT - 8, foot, css="c-soft", anchor="end", size=12)
    )
    largest_first = sorted(
        enumerate(rows), key=lambda told: float(told[1].size), reverse=True
    )
    taken: list[tuple[float, float]] = []
    for place, row in largest_first:
        radius = max(_SMALLEST, _LARGEST * math.sqrt(float(exact(row.size)) / most))
        x, y = x_of(row.x), y_of(row.y)
        tip = ", ".join(
            [cells[place][0]]
            + [f"{n}: {c}" for n, c in zip(names[1:], cells[place][1:], strict=True)]
        )
        body.append(
            group(
                tip,
                f'<circle cx="{coordinate(x)}" cy="{coordinate(y)}" '
                f'r="{coordinate(radius)}" class="c{place % COLOURS + 1} h2"/>'
                + text(
                    *_free(x, y + 4, radius, taken),
                    str(place + 1),
                    anchor="middle",
                    size=12,
                ),
            )
        )
    return svg(title, summary(rows), width, _HEIGHT, body)


def _free(
    x: float, y: float, radius: float, taken: list[tuple[float, float]]
) -> tuple[float, float]:
    """Where a number stands: inside a large disc, else to the right where there is room."""
    across = x if radius > _SMALLEST * 2 else x + radius + 9
    while any(abs(across - a) < _WIDE and abs(y - b) < _HIGH for a, b in taken):
        across += 16
    taken.append((across, y))
    return across, y
