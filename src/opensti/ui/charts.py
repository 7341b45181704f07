"""Charts as SVG text, drawn on the server, each with the same figures as a table.

Pure functions: figures in, ``Chart`` out. Colours come from classes (``c1`` … ``c8``),
so a chart follows light, dark and paper. The table beside it is the accessible form and
is built from the very same numbers.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.html import escape
from django.utils.translation import gettext as _

from opensti.ui.comparisons import curve, grouped
from opensti.ui.drawing import (
    COLOURS,
    NARROW,
    ROW,
    WIDTH,
    Chart,
    coordinate,
    counted,
    exact,
    label_width,
    nothing,
    rect,
    rule,
    short,
    summary,
    svg,
    text,
    ticks,
    written,
)
from opensti.ui.intervals import Interval, intervals
from opensti.ui.relations import Between, graph, heat
from opensti.ui.templatetags.ui import day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.utils.safestring import SafeString

    from opensti.ui.drawing import Number

__all__ = [
    "Between",
    "Chart",
    "Interval",
    "bars",
    "curve",
    "donut",
    "gantt",
    "graph",
    "grouped",
    "heat",
    "histogram",
    "intervals",
    "line",
    "stacked",
]


def bars(
    *,
    title: Any,
    head: Sequence[Any],
    rows: Sequence[tuple[Any, Number]],
    empty: str = "",
    top: Number | None = None,
) -> Chart:
    """Draw one horizontal bar per row; negative values are refused.

    ``top`` ends the axis where the scale ends (5 of 5), not at the largest value.

    ``empty`` says why there is no row, where it is not that there are no figures yet.
    """
    if not rows:
        return nothing(str(title), [str(h) for h in head], empty)
    return _bars(
        str(title),
        [str(h) for h in head],
        [(str(label), (value,)) for label, value in rows],
        top,
    )


def stacked(*, title: Any, head: Sequence[Any], rows: Sequence[Sequence[Any]]) -> Chart:
    """Draw one horizontal bar per row, made of one piece per further column."""
    return _bars(
        str(title),
        [str(h) for h in head],
        [(str(row[0]), tuple(row[1:])) for row in rows],
    )


def _bars(
    title: str,
    head: list[str],
    rows: list[tuple[str, tuple[Number, ...]]],
    top: Number | None = None,
) -> Chart:
    if not rows:
        return nothing(title, head)
    if any(value < 0 for _label, values in rows for value in values):
        message = "bars show amounts; negative values need a line chart"
        raise ValueError(message)
    return Chart(
        title=title,
        svg=_drawn_bars(title, head, rows, top, width=WIDTH),
        narrow=_drawn_bars(title, head, rows, top, width=NARROW),
        head=tuple(head),
        rows=tuple((label, *map(written, values)) for label, values in rows),
        numeric=tuple(range(1, len(head))),
        legend=tuple(head[1:]) if len(head) > 2 else (),  # noqa: PLR2004 -- more than one series
    )


def _drawn_bars(
    title: str,
    head: list[str],
    rows: list[tuple[str, tuple[Number, ...]]],
    top: Number | None,
    *,
    width: float,
) -> SafeString:
    """Labels stand left of their bars, and above them where there is little room."""
    above = width < WIDTH
    row, lead = (ROW + 18, 22) if above else (ROW, 6)
    left = 2.0 if above else label_width([label for label, _values in rows])
    right = 74.0
    largest = max(sum(map(exact, values), Decimal(0)) for _label, values in rows)
    marks = ticks(
        largest if top is None else max(exact(top), largest),
        wanted=3 if above and top is None else 5,
        whole=top is not None or counted(v for _label, values in rows for v in values),
    )
    scale = (width - left - right) / float(marks[-1])
    height = len(rows) * row + 30
    body = []
    for mark in marks:
        x = left + float(mark) * scale
        body.append(rule(x, 4, x, height - 24))
        body.append(
            text(
                x,
                height - 8,
                written(mark),
                css="c-soft",
                anchor="start" if above and not mark else "middle",
                size=12,
            )
        )
    for index, (label, values) in enumerate(rows):
        y = lead + index * row
        body.append(
            text(left + 2, y - 6, short(label, 40))
            if above
            else text(left - 8, y + 15, short(label), anchor="end")
        )
        x = left
        for place, value in enumerate(values):
            name = (
                f"{label}: {written(value)}"
                if len(values) == 1
                else f"{label}, {head[place + 1]}: {written(value)}"
            )
            body.append(
                rect(
                    x,
                    y,
                    float(value) * scale,
                    ROW - 10,
                    f"c{place % COLOURS + 1}",
                    name,
                )
            )
            x += float(value) * scale
        body.append(
            text(
                x + 6,
                y + 15,
                written(
                    sum(values, Decimal(0))
                    if all(isinstance(v, Decimal) for v in values)
                    else sum(values)
                ),
                css="c-soft",
                size=12,
            )
        )
    body.append(rule(left, 2, left, height - 24, "c-axis"))
    return svg(title, summary(rows), width, height, body)


def line(*, title: Any, head: Sequence[Any], rows: Sequence[Sequence[Any]]) -> Chart:
    """Draw one line per further column over the first; ``None`` breaks a line."""
    title, names = str(title), [str(h) for h in head]
    known = [exact(v) for row in rows for v in row[1:] if v is not None]
    if not known:
        return nothing(title, names)
    left, right, top, height = 70.0, 24.0, 12.0, 280.0
    bottom = height - 30
    marks = ticks(
        max(Decimal(0), *known), whole=counted(v for row in rows for v in row[1:])
    )
    low = min(Decimal(0), *known)
    if low < 0:
        step = marks[1] - marks[0]
        marks = [-step * i for i in range(math.ceil(-low / step), 0, -1)] + marks
    span = float(marks[-1] - marks[0])

    def y_of(value: Number) -> float:
        return bottom - float(exact(value) - marks[0]) / span * (bottom - top)

    def x_of(index: int) -> float:
        return left + index * (WIDTH - left - right) / max(len(rows) - 1, 1)

    body = []
    for mark in marks:
        body.append(
            rule(
                left,
                y_of(mark),
                WIDTH - right,
                y_of(mark),
                "c-axis" if mark == 0 else "c-grid",
            )
        )
        body.append(
            text(
                left - 8,
                y_of(mark) + 4,
                written(mark),
                css="c-soft",
                anchor="end",
                size=12,
            )
        )
    every = max(1, math.ceil(len(rows) / 10))
    body.extend(
        text(
            x_of(i),
            height - 10,
            short(str(row[0]), 10),
            css="c-soft",
            anchor="middle",
            size=12,
        )
        for i, row in enumerate(rows)
        if i % every == 0
    )
    for series in range(1, len(names)):
        colour = (series - 1) % COLOURS + 1
        path, pen = [], "M"
        for i, row in enumerate(rows):
            if row[series] is None:
                pen = "M"
                continue
            x, y = x_of(i), y_of(row[series])
            path.append(f"{pen}{coordinate(x)} {coordinate(y)}")
            pen = "L"
            tip = f"{names[series]}, {row[0]}: {written(row[series])}"
            body.append(
                f'<circle cx="{coordinate(x)}" cy="{coordinate(y)}" r="3.5" class="c{colour}"><title>{escape(tip)}</title></circle>'
            )
        dash = "" if series == 1 else f' stroke-dasharray="{series * 2 + 2} {series}"'
        body.append(
            f'<path d="{" ".join(path)}" fill="none" stroke-width="2.2" class="l{colour}"{dash}/>'
        )
    return Chart(
        title=title,
        svg=svg(title, summary(rows), WIDTH, height, body),
        head=tuple(names),
        rows=tuple(
            (str(row[0]), *("—" if v is None else written(v) for v in row[1:]))
            for row in rows
        ),
        numeric=tuple(range(1, len(names))),
        legend=tuple(names[1:]) if len(names) > 2 else (),  # noqa: PLR2004 -- more than one series
    )


def donut(
    *, title: Any, head: Sequence[Any], rows: Sequence[tuple[Any, Number]]
) -> Chart:
    """Draw shares of a whole, at most eight; the share stands beside each name."""
    title, names = str(title), [str(h) for h in head]
    whole = float(sum(value for _label, value in rows))
    if not rows or whole <= 0:
        return nothing(title, names)
    radius, hole, middle = 90.0, 54.0, 110.0
    body, angle = [], -math.pi / 2
    for index, (label, value) in enumerate(rows):
        share = float(value) / whole
        tip = f"{label}: {written(value)} ({written(share * 100, 1)} %)"
        body.append(
            _slice(
                middle,
                radius,
                hole,
                angle,
                share,
                f"c{index % COLOURS + 1} c-gap",
                tip,
            )
        )
        angle += share * 2 * math.pi
        y = 30 + index * 24
        body.append(rect(250, y - 11, 13, 13, f"c{index % COLOURS + 1}"))
        body.append(
            text(
                272,
                y,
                f"{short(str(label))}  {written(value)} ({written(share * 100, 1)} %)",
            )
        )
    total = sum(value for _label, value in rows)
    body.append(text(middle, middle + 6, written(total), anchor="middle", size=18))
    height = max(220, 30 + len(rows) * 24)
    return Chart(
        title=title,
        svg=svg(title, summary(rows), WIDTH, height, body),
        head=tuple(names),
        rows=tuple((str(label), written(value)) for label, value in rows),
        numeric=(1,),
    )


def _slice(  # noqa: PLR0917 -- place and size, read in their usual order
    middle: float,
    radius: float,
    hole: float,
    start: float,
    share: float,
    css: str,
    tip: str,
) -> str:
    title = f"<title>{escape(tip)}</title>"
    if share >= 1:
        return (
            f'<circle cx="{coordinate(middle)}" cy="{coordinate(middle)}" r="{coordinate((radius + hole) / 2)}" fill="none" '
            f'stroke-width="{coordinate(radius - hole)}" class="l{css[1]}">{title}</circle>'
        )
    end = start + share * 2 * math.pi

    def on(r: float, a: float) -> str:
        return f"{coordinate(middle + r * math.cos(a))} {coordinate(middle + r * math.sin(a))}"

    big = 1 if share > 0.5 else 0  # noqa: PLR2004 -- more than half the circle
    return (
        f'<path d="M{on(radius, start)} A{radius} {radius} 0 {big} 1 {on(radius, end)} '
        f'L{on(hole, end)} A{hole} {hole} 0 {big} 0 {on(hole, start)} Z" stroke-width="2" class="{css}">{title}</path>'
    )


def histogram(
    *, title: Any, head: Sequence[Any], values: Sequence[Number], bins: int = 10
) -> Chart:
    """Count values in equal classes, each half-open but the last; head: class, count."""
    title, names = str(title), [str(h) for h in head]
    if not values:
        return nothing(title, names)
    numbers = [float(v) for v in values]
    low, high = min(numbers), max(numbers)
    width = (high - low) / bins if high > low else 1.0
    counts = [0] * (bins if high > low else 1)
    for value in numbers:
        counts[min(int((value - low) / width), len(counts) - 1)] += 1
    labels = [
        f"{written(round(low + i * width, 2))} \u2013 {written(round(low + (i + 1) * width, 2))}"
        for i in range(len(counts))
    ]
    left, height = 50.0, 260.0
    bottom = height - 34
    marks = ticks(max(counts), whole=True)
    step = (WIDTH - left - 20) / len(counts)
    body = []
    for mark in marks:
        y = bottom - float(mark / marks[-1]) * (bottom - 12)
        body.append(rule(left, y, WIDTH - 20, y))
        body.append(
            text(left - 8, y + 4, written(mark), css="c-soft", anchor="end", size=12)
        )
    for index, count in enumerate(counts):
        tall = float(count / marks[-1]) * (bottom - 12)
        body.append(
            rect(
                left + index * step + 1,
                bottom - tall,
                step - 2,
                tall,
                "c1",
                f"{labels[index]}: {count}",
            )
        )
    body.extend(
        text(
            left + i * step,
            height - 14,
            written(round(low + i * width, 2)),
            css="c-soft",
            anchor="middle",
            size=12,
        )
        for i in range(0, len(counts) + 1, max(1, len(counts) // 6))
    )
    body.append(rule(left, bottom, WIDTH - 20, bottom, "c-axis"))
    return Chart(
        title=title,
        svg=svg(title, summary(counts), WIDTH, height, body),
        head=tuple(names),
        rows=tuple(
            (label, written(count)) for label, count in zip(labels, counts, strict=True)
        ),
        numeric=(1,),
    )


def gantt(
    *,
    title: Any,
    head: Sequence[Any],
    rows: Sequence[tuple[Any, date, date]],
    today: date | None = None,
) -> Chart:
    """Draw one bar per row from its first to its last day; ``today`` as an upright line."""
    title, names = str(title), [str(h) for h in head]
    if not rows:
        return nothing(title, names)
    first = min(start for _label, start, _end in rows)
    last = max(end for _label, _start, end in rows)
    days = max((last - first).days + 1, 1)
    left = label_width([str(label) for label, _start, _end in rows])
    scale = (WIDTH - left - 16) / days
    height = len(rows) * ROW + 34
    body = []
    for part in range(5):
        at = first.fromordinal(first.toordinal() + round(part * (days - 1) / 4))
        x = left + (at - first).days * scale
        body.append(rule(x, 2, x, height - 26))
        anchor = "start" if part == 0 else "end" if part == 4 else "middle"  # noqa: PLR2004 -- the last
        body.append(text(x, height - 8, day(at), css="c-soft", anchor=anchor, size=12))
    for index, (label, start, end) in enumerate(rows):
        y = 6 + index * ROW
        body.append(text(left - 8, y + 14, short(str(label)), anchor="end"))
        body.append(
            rect(
                left + (start - first).days * scale,
                y,
                ((end - start).days + 1) * scale,
                ROW - 12,
                "c1",
                f"{label}: {day(start)} \u2013 {day(end)}",
            )
        )
    if today and first <= today <= last:
        x = left + ((today - first).days + 0.5) * scale
        body.append(
            f'<line x1="{coordinate(x)}" y1="2" x2="{coordinate(x)}" y2="{coordinate(height - 26)}" stroke-width="2" class="c-today"><title>{escape(_("Today"))}</title></line>'
        )
    return Chart(
        title=title,
        svg=svg(title, summary(rows), WIDTH, height, body),
        head=tuple(names),
        rows=tuple((str(label), day(start), day(end)) for label, start, end in rows),
    )
