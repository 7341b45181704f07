"""The way to a target: its path, what was observed, the pace that is still needed.

Three lines that differ by their strokes and marks, not by colour alone: the path is thin,
what was observed has dots, what is required from here is dashed; the target is a diamond.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from opensti.ui.drawing import (
    NARROW,
    WIDTH,
    Chart,
    coordinate,
    exact,
    nothing,
    rule,
    sign,
    summary,
    svg,
    text,
    ticks_between,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.utils.safestring import SafeString

    from opensti.ui.drawing import Number

    Line = Mapping[int, Number]

_TALL = 260.0
_SPARK = (120.0, 32.0)


def way(
    *,
    title: Any,
    path: Line,
    observed: Line,
    required: Line | None = None,
    aim: tuple[int, Number] | None = None,
    decimals: int | None = None,
) -> Chart:
    """Draw the way to a target by years; each line may miss years, which breaks it.

    ``aim`` is the year and level of the target. The table has one row a year.
    """
    needed = required or {}
    years = sorted({*path, *observed, *needed, *([aim[0]] if aim else [])})
    head = (_("Year"), _("Observed"), _("Path"), _("Required from here"))
    if not years:
        return nothing(str(title), head)

    def said(value: Number | None) -> str:
        return "\u2014" if value is None else written(value, decimals)

    rows = [
        (str(y), said(observed.get(y)), said(path.get(y)), said(needed.get(y)))
        for y in years
    ]
    lines = (observed, path, needed)
    drawn = [
        _drawn(str(title), years, lines, aim, head, rows, width)
        for width in (WIDTH, NARROW)
    ]
    return Chart(
        title=str(title),
        svg=drawn[0],
        narrow=drawn[1],
        head=head,
        rows=tuple(rows),
        numeric=(1, 2, 3),
        legend=(*head[1:], _("Target")),
        signs=(
            sign('<path d="M0 7H14" stroke-width="2.4" class="l1"/><circle cx="7" cy="7" r="3.5" class="c1"/>'),
            sign('<path d="M0 7H14" stroke-width="1.4" class="l3"/>'),
            sign('<path d="M0 7H14" stroke-width="2" stroke-dasharray="4 3" class="l2"/>'),
            sign('<path d="M7 1L13 7L7 13L1 7Z" class="c2"/>'),
        ),
    )  # fmt: skip


def _drawn(  # noqa: PLR0917 -- what goes into one drawing
    title: str,
    years: Sequence[int],
    lines: Sequence[Line],
    aim: tuple[int, Number] | None,
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    width: float,
) -> SafeString:
    left, right, top, bottom = 64.0, 20.0, 12.0, _TALL - 30
    values = [exact(v) for line in lines for v in line.values()]
    values += [exact(aim[1])] if aim else []
    marks = ticks_between(min(values), max(values))
    span = float(marks[-1] - marks[0])
    stretch = max(years[-1] - years[0], 1)

    def x_of(year: int) -> float:
        return left + (year - years[0]) * (width - left - right) / stretch

    def y_of(value: Number) -> float:
        return bottom - float(exact(value) - marks[0]) / span * (bottom - top)

    body = []
    for mark in marks:
        y = y_of(mark)
        body.append(rule(left, y, width - right, y, "c-grid"))
        body.append(
            text(left - 8, y + 4, written(mark), css="c-soft", anchor="end", size=12)
        )
    every = max(1, -(-len(years) // (8 if width == WIDTH else 4)))
    shown = [y for n, y in enumerate(years) if n % every == 0]
    body.extend(
        text(x_of(y), _TALL - 10, str(y), css="c-soft", anchor="middle", size=12)
        for y in shown
    )
    pens = (
        ("l1", 'stroke-width="2.4"'),
        ("l3", 'stroke-width="1.4"'),
        ("l2", 'stroke-width="2" stroke-dasharray="6 4"'),
    )
    for place in (1, 2, 0):
        css, pen = pens[place]
        points = [(x_of(y), y_of(v)) for y, v in sorted(lines[place].items())]
        if points:
            way_ = " L".join(f"{coordinate(x)} {coordinate(y)}" for x, y in points)
            body.append(f'<path d="M{way_}" fill="none" class="{css}" {pen}/>')
    for year, value in sorted(lines[0].items()):
        tip = escape(f"{names[1]}, {year}: {written(value)}")
        body.append(
            f'<circle cx="{coordinate(x_of(year))}" cy="{coordinate(y_of(value))}" r="3.5" '
            f'class="c1"><title>{tip}</title></circle>'
        )
    if aim:
        x, y = x_of(aim[0]), y_of(aim[1])
        tip = escape(f"{_('Target')}, {aim[0]}: {written(aim[1])}")
        body.append(
            f'<path d="M{coordinate(x)} {coordinate(y - 7)}L{coordinate(x + 7)} {coordinate(y)}'
            f'L{coordinate(x)} {coordinate(y + 7)}L{coordinate(x - 7)} {coordinate(y)}Z" '
            f'class="c2"><title>{tip}</title></path>'
        )
    return svg(title, summary(rows), width, _TALL, body)


def spark(*, path: Line, observed: Line) -> SafeString:
    """A line of a thumb's size for a tile; it adds nothing to its words and is hidden to ears."""
    if len(observed) + len(path) < 2:  # noqa: PLR2004 -- a line has two ends
        return mark_safe("")
    wide, tall = _SPARK
    years = sorted({*path, *observed})
    values = [float(v) for line in (path, observed) for v in line.values()]
    low, span = min(values), max(values) - min(values) or 1.0
    stretch = max(years[-1] - years[0], 1)

    def at(year: int, value: Number) -> str:
        x = 4 + (year - years[0]) * (wide - 8) / stretch
        y = tall - 4 - (float(value) - low) / span * (tall - 8)
        return f"{coordinate(x)} {coordinate(y)}"

    body = ""
    if path:
        way_ = " L".join(at(y, v) for y, v in sorted(path.items()))
        body += f'<path d="M{way_}" fill="none" class="l3" stroke-dasharray="3 2"/>'
    if observed:
        points = [at(y, v) for y, v in sorted(observed.items())]
        body += (
            f'<path d="M{" L".join(points)}" fill="none" class="l1" stroke-width="2"/>'
        )
        x, y = points[-1].split()
        body += f'<circle cx="{x}" cy="{y}" r="3" class="c1"/>'
    return mark_safe(  # noqa: S308 -- numbers alone go in
        f'<svg xmlns="http://www.w3.org/2000/svg" class="spark" viewBox="0 0 {coordinate(wide)} {coordinate(tall)}" '
        f'width="{coordinate(wide)}" height="{coordinate(tall)}" aria-hidden="true">{body}</svg>'
    )
