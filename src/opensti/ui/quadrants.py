"""Things on two scales, parted into four by lines at their means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opensti.ui.drawing import (
    NARROW,
    WIDTH,
    Chart,
    coordinate,
    group,
    nothing,
    rule,
    short,
    summary,
    svg,
    text,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

_LEFT, _RIGHT, _TOP, _FOOT, _HEIGHT = 34.0, 18.0, 30.0, 44.0, 340.0
_RADIUS = 11.0


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One thing: how it performs (across) and how much it matters (up), 0 to the top.

    ``mark`` stands in the dot, of at most two characters: what the label begins with.
    """

    label: Any
    mark: str
    x: float
    y: float


def quadrants(
    *,
    title: Any,
    head: Sequence[Any],
    rows: Sequence[Dot],
    x_line: float,
    y_line: float,
    top: int = 5,
) -> Chart:
    """Draw a dot with its mark for each row, and the two lines that part the four fields.

    ``head`` names the things and the two axes. Dots in one place stand side by side.
    Raises ``ValueError`` for a figure outside 0 to ``top``.
    """
    names = tuple(str(h) for h in head)
    if not rows:
        return nothing(str(title), names)
    if any(not 0 <= v <= top for row in rows for v in (row.x, row.y)):
        message = f"quadrants show figures from 0 to {top}"
        raise ValueError(message)
    cells = tuple(
        (str(row.label), written(round(row.x, 1), 1), written(round(row.y, 1), 1))
        for row in rows
    )

    def drawn(width: float) -> SafeString:
        return _drawn(str(title), names, rows, cells, (x_line, y_line), top, width)

    return Chart(
        title=str(title),
        svg=drawn(WIDTH),
        narrow=drawn(NARROW),
        head=names,
        rows=cells,
        numeric=(1, 2),
    )


def _drawn(  # noqa: PLR0917 -- what is drawn, then how large
    title: str,
    names: Sequence[str],
    rows: Sequence[Dot],
    cells: Sequence[Sequence[str]],
    lines: tuple[float, float],
    top: int,
    width: float,
) -> SafeString:
    bottom = _HEIGHT - _FOOT

    def x_of(value: float) -> float:
        return _LEFT + value / top * (width - _LEFT - _RIGHT)

    def y_of(value: float) -> float:
        return bottom - value / top * (bottom - _TOP)

    body = [text(2, 12, short(names[2], 44), css="c-soft", size=12)]
    for mark in range(top + 1):
        body += [
            rule(x_of(mark), _TOP, x_of(mark), bottom),
            rule(_LEFT, y_of(mark), width - _RIGHT, y_of(mark)),
            text(x_of(mark), bottom + 16, str(mark), css="c-soft", anchor="middle", size=12),
            text(_LEFT - 8, y_of(mark) + 4, str(mark), css="c-soft", anchor="end", size=12),
        ]  # fmt: skip
    foot = short(names[1], 44)
    body += [
        text(width - _RIGHT, _HEIGHT - 8, foot, css="c-soft", anchor="end", size=12),
        rule(x_of(lines[0]), _TOP, x_of(lines[0]), bottom, "c-today"),
        rule(_LEFT, y_of(lines[1]), width - _RIGHT, y_of(lines[1]), "c-today"),
    ]
    taken: list[tuple[float, float]] = []
    for cell, row in zip(cells, rows, strict=True):
        x, y = _free(x_of(row.x), y_of(row.y), taken)
        taken.append((x, y))
        tip = ", ".join(
            [
                cell[0],
                *(f"{n}: {c}" for n, c in zip(names[1:], cell[1:], strict=True)),
            ]
        )
        body.append(
            group(
                tip,
                f'<circle cx="{coordinate(x)}" cy="{coordinate(y)}" r="{_RADIUS}" class="c1 h2"/>'
                + text(x, y + 4, row.mark, anchor="middle", size=12),
            )
        )
    return svg(title, summary(cells), width, _HEIGHT, body)


def _free(
    x: float, y: float, taken: Sequence[tuple[float, float]]
) -> tuple[float, float]:
    """The place, or one beside it where another dot stands already."""
    step = 0
    while any(abs(x - a) < _RADIUS and abs(y - b) < _RADIUS for a, b in taken):
        step += 1
        x += _RADIUS * 1.6 * (1 if step % 2 else -2 * step)
        if step > 6:  # noqa: PLR2004 -- enough: they may touch
            break
    return x, y
