"""Charts of parts that may be negative: steps from nothing to a sum, stacks around nought."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.ui.drawing import (
    COLOURS,
    NARROW,
    ROW,
    WIDTH,
    Chart,
    exact,
    label_width,
    nothing,
    rect,
    rule,
    short,
    summary,
    svg,
    text,
    ticks_between,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.utils.safestring import SafeString

    from opensti.ui.drawing import Number

RISE, FALL, SUM = "c3", "c4", "c1"
_Piece = tuple[float, float, str, str]


def waterfall(
    *,
    title: Any,
    head: Sequence[Any],
    rows: Sequence[tuple[Any, Number]],
    total: Any,
    places: int = 2,
) -> Chart:
    """Draw each part where the ones before it ended, and their sum, called ``total``.

    ``head`` names the parts and the figure. Parts may be negative.
    """
    names = [str(h) for h in head]
    if not rows:
        return nothing(str(title), names)
    told: list[tuple[str, list[_Piece], Number]] = []
    reached = exact(0)
    for label, value in rows:
        begun, reached = reached, reached + exact(value)
        said = f"{label}: {written(value, places)}"
        css = RISE if value >= 0 else FALL
        told.append((str(label), [(float(begun), float(reached), css, said)], value))
    said = f"{total}: {written(reached, places)}"
    told.append((str(total), [(0.0, float(reached), SUM, said)], reached))
    return _chart(str(title), names, told, places, ())


def diverging(
    *,
    title: Any,
    head: Sequence[Any],
    rows: Sequence[Sequence[Any]],
    places: int = 2,
    total: Any = "",
) -> Chart:
    """Stack the figures of each row on both sides of nought; their sum stands behind.

    The first column names the row; ``None`` is left out. ``total`` heads the sums.
    """
    names = [str(h) for h in head]
    if not rows:
        return nothing(str(title), names)
    told: list[tuple[str, list[_Piece], Number]] = []
    for label, *values in rows:
        up = down = exact(0)
        pieces: list[_Piece] = []
        for place, value in enumerate(values):
            if value is None:
                continue
            said = f"{label}, {names[place + 1]}: {written(value, places)}"
            css = f"c{place % COLOURS + 1}"
            if value >= 0:
                begun, up = up, up + exact(value)
                pieces.append((float(begun), float(up), css, said))
            else:
                begun, down = down, down + exact(value)
                pieces.append((float(begun), float(down), css, said))
        told.append((str(label), pieces, up + down))
    chart = _chart(str(title), names, told, places, tuple(names[1:]))
    cells = tuple(
        (
            str(label),
            *("—" if v is None else written(v, places) for v in values),
            written(line[2], places),
        )
        for (label, *values), line in zip(rows, told, strict=True)
    )
    return Chart(
        title=chart.title,
        svg=chart.svg,
        narrow=chart.narrow,
        head=(*names, str(total)),
        rows=cells,
        numeric=tuple(range(1, len(names) + 1)),
        legend=chart.legend,
    )


def _chart(
    title: str,
    names: list[str],
    told: Sequence[tuple[str, list[_Piece], Number]],
    places: int,
    legend: tuple[str, ...],
) -> Chart:
    return Chart(
        title=title,
        svg=_drawn(title, told, places, WIDTH),
        narrow=_drawn(title, told, places, NARROW),
        head=tuple(names),
        rows=tuple((label, written(value, places)) for label, _p, value in told),
        numeric=(1,),
        legend=legend,
    )


def _drawn(
    title: str,
    told: Sequence[tuple[str, list[_Piece], Number]],
    places: int,
    width: float,
) -> SafeString:
    """Labels stand left of their bars, and above them where there is little room."""
    above = width < WIDTH
    row, lead = (ROW + 18, 22) if above else (ROW, 6)
    left = 26.0 if above else label_width([label for label, _p, _v in told]) + 14
    right = 66.0
    ends = [end for _l, pieces, _v in told for piece in pieces for end in piece[:2]]
    marks = ticks_between(min(0.0, *ends), max(0.0, *ends), 3 if above else 5)
    low, span = float(marks[0]), float(marks[-1] - marks[0])
    height = len(told) * row + 30

    def x_of(value: float) -> float:
        return left + (value - low) / span * (width - left - right)

    body = []
    for mark in marks:
        x = x_of(float(mark))
        body += [
            rule(x, 4, x, height - 24),
            text(x, height - 8, written(mark), css="c-soft", anchor="middle", size=12),
        ]
    for index, (label, pieces, value) in enumerate(told):
        y = lead + index * row
        body.append(
            text(2, y - 6, short(label, 40))
            if above
            else text(left - 22, y + 15, short(label), anchor="end")
        )
        body += _bars(pieces, y, x_of)
        edge = max((x_of(max(p[:2])) for p in pieces), default=x_of(0.0))
        body.append(
            text(edge + 6, y + 15, written(value, places), css="c-soft", size=12)
        )
    body.append(rule(x_of(0.0), 2, x_of(0.0), height - 24, "c-axis"))
    return svg(title, summary(told), width, height, body)


def _bars(
    pieces: Sequence[_Piece], y: float, x_of: Callable[[float], float]
) -> list[str]:
    return [
        rect(
            min(x_of(begun), x_of(ended)),
            y,
            max(abs(x_of(ended) - x_of(begun)), 1.0),
            ROW - 10,
            css,
            said,
        )
        for begun, ended, css, said in pieces
    ]
