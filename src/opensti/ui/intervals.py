"""Figures with their intervals: one row each, or one thin column each where there are many.

What a row is (chosen, reserve, not chosen) is told by the shape of its dot; in columns,
where no shape can be seen, by the lane under the drawing that it stands in.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.ui.drawing import (
    NARROW,
    WIDTH,
    Chart,
    coordinate,
    exact,
    group,
    label_width,
    nothing,
    places,
    rule,
    short,
    sign,
    summary,
    svg,
    text,
    ticks_between,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from decimal import Decimal

    from django.utils.safestring import SafeString

    from opensti.ui.drawing import Number

MANY = 60
_ROW, _ROW_NARROW, _GAP = 24.0, 40.0, 20.0
_PLOT, _LANE = 240.0, 13.0
# The colour of each kind beside its shape: disc, diamond, ring, cross.
_KINDS = (1, 2, 8, 5)


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A figure with its interval; ``None`` is not known. ``kind`` is a place in ``marks``."""

    label: str
    value: Number | None
    low: Number | None = None
    high: Number | None = None
    other: Number | None = None
    kind: int = 0

    @property
    def known(self) -> list[Decimal]:
        figures = (self.low, self.value, self.high, self.other)
        return [exact(figure) for figure in figures if figure is not None]


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """What both drawings, wide and narrow, are made from."""

    title: str
    rows: tuple[Interval, ...]
    tips: tuple[str, ...]
    line: int | None
    line_words: str
    at: Decimal | None
    reach: tuple[Decimal, Decimal]
    kinds: int


def intervals(
    *,
    title: Any,
    head: Sequence[Any],
    rows: Sequence[Interval],
    marks: Sequence[Any] = (),
    state: Any = "",
    other: Any = "",
    line: int | None = None,
    line_words: Any = "",
    at: Number | None = None,
    at_words: Any = "",
) -> Chart:
    """Draw each figure as a dot on its interval, in the order of the rows.

    ``head`` names four columns: what it is, the figure, the lower and the upper end.
    ``marks`` (at most four) say what each kind of row is, ``state`` names their column;
    ``other`` names a second figure, drawn as an upright stroke. ``line`` draws a line
    after so many rows, ``at`` one at a figure. More than 60 rows are drawn as columns.
    Raises ``ValueError`` for an interval with one end or ends the wrong way round, a kind
    without a mark, a line outside the rows, and what is not finite.
    """
    kept, kinds = tuple(rows), [str(mark) for mark in marks]
    _refuse_nonsense(kept, kinds, line)
    columns = [*map(str, head), *([str(other)] if other else [])]
    if kinds:
        columns.append(str(state))
    known = [figure for row in kept for figure in row.known]
    if not known:
        return nothing(str(title), columns)
    deep = places(known)
    table = tuple(_told(row, deep, kinds, other=bool(other)) for row in kept)
    if at is not None:
        known.append(exact(at))
    plan = _Plan(
        title=str(title),
        rows=kept,
        tips=tuple(_tip(row, columns) for row in table),
        line=line,
        line_words=str(line_words),
        at=None if at is None else exact(at),
        reach=(min(known), max(known)),
        kinds=len(kinds),
    )
    draw = _columns if len(kept) > MANY else _rows
    signs, legend = _legend(plan, kinds, str(other), str(at_words))
    return Chart(
        title=plan.title,
        svg=draw(plan, WIDTH),
        narrow=draw(plan, NARROW),
        head=tuple(columns),
        rows=table,
        numeric=tuple(range(1, 5 if other else 4)),
        legend=legend,
        signs=signs,
    )


def _refuse_nonsense(
    rows: Sequence[Interval], kinds: Sequence[str], line: int | None
) -> None:
    for row in rows:
        if (row.low is None) != (row.high is None):
            message = f"the interval of {row.label} has one end only"
            raise ValueError(message)
        if row.low is not None and row.high is not None and row.low > row.high:
            message = f"the interval of {row.label} ends before it begins"
            raise ValueError(message)
        if row.kind not in range(max(len(kinds), 1)):
            message = f"{row.label} is of a kind that has no mark"
            raise ValueError(message)
    if len(kinds) > len(_KINDS):
        message = f"there are shapes for {len(_KINDS)} kinds"
        raise ValueError(message)
    if line is not None and line not in range(len(rows) + 1):
        message = f"a line after {line} of {len(rows)} rows"
        raise ValueError(message)


def _told(
    row: Interval, deep: int, kinds: Sequence[str], *, other: bool
) -> tuple[str, ...]:
    figures = [row.value, row.low, row.high, *([row.other] if other else [])]
    return (
        str(row.label),
        *("—" if figure is None else written(figure, deep) for figure in figures),
        *([kinds[row.kind]] if kinds else []),
    )


def _tip(told: Sequence[str], columns: Sequence[str]) -> str:
    label, value, low, high, *more = told
    reach = "" if low == "—" else f" ({low} \u2013 {high})"
    extra = [
        f"{name}: {said}" for name, said in zip(columns[4:], more, strict=True) if name
    ]
    return "; ".join([f"{label}: {value}{reach}", *extra])


def _legend(
    plan: _Plan, kinds: Sequence[str], other: str, at_words: str
) -> tuple[tuple[SafeString, ...], tuple[str, ...]]:
    many = len(plan.rows) > MANY
    found = [(sign(_dot(kind, 7, 7)), said) for kind, said in enumerate(kinds)]
    if other:
        point = '<path d="M7 7h0" stroke-width="3" class="c-second c-round"/>'
        found.append((sign(point if many else _stroke(7, 7)), other))
    if plan.line is not None and plan.line_words:
        across = rule(0, 7, 14, 7, "c-cut")
        upright = rule(7, 0, 7, 14, "c-cut")
        found.append((sign(upright if many else across), plan.line_words))
    if plan.at is not None and at_words:
        found.append((sign(_limit(0, 7, 14, 7)), at_words))
    return tuple(one for one, _said in found), tuple(said for _one, said in found)


def _dot(kind: int, x: float, y: float) -> str:
    at, colour = f"{coordinate(x)} {coordinate(y)}", _KINDS[kind]
    if kind == 1:
        return f'<path d="M{at}m0 -6l6 6l-6 6l-6 -6z" class="c{colour}"/>'
    if kind == len(_KINDS) - 1:
        return f'<path d="M{at}m-4 -4l8 8m0 -8l-8 8" stroke-width="2.4" class="l{colour}"/>'
    place = f'cx="{coordinate(x)}" cy="{coordinate(y)}"'
    if kind == 0:
        return f'<circle {place} r="5" class="c{colour}"/>'
    return f'<circle {place} r="4.2" stroke-width="2" class="c-hollow l{colour}"/>'


def _stroke(x: float, y: float) -> str:
    return f'<path d="M{coordinate(x)} {coordinate(y)}m0 -6v12" stroke-width="2.2" class="c-second"/>'


def _limit(x1: float, y1: float, x2: float, y2: float) -> str:
    return rule(x1, y1, x2, y2, "c-limit")


def _scale(
    plan: _Plan, start: float, end: float, wanted: int
) -> tuple[list[Decimal], Callable[[Number], float]]:
    """Return round marks and where a figure stands between two ends of an axis."""
    marks = ticks_between(*plan.reach, wanted)
    first, span = float(marks[0]), float(marks[-1] - marks[0])

    def place(figure: Number) -> float:
        return start + (float(figure) - first) / span * (end - start)

    return marks, place


def _rows(plan: _Plan, width: float) -> SafeString:
    """Labels stand left of their rows, and above them where there is little room."""
    wide = width == WIDTH
    row, down = (_ROW, 0.0) if wide else (_ROW_NARROW, 12.0)
    left = label_width([str(r.label) for r in plan.rows]) if wide else 10.0
    marks, x_of = _scale(plan, left + 8, width - 16, 5 if wide else 3)
    gap = _GAP if plan.line is not None else 0.0
    bottom = 4 + len(plan.rows) * row + gap
    body = []
    for mark in marks:
        x = x_of(mark)
        body += [
            rule(x, 2, x, bottom),
            text(x, bottom + 17, written(mark), css="c-soft", anchor="middle", size=12),
        ]
    if plan.at is not None:
        body.append(_limit(x_of(plan.at), 2, x_of(plan.at), bottom))
    for place, (one, tip) in enumerate(zip(plan.rows, plan.tips, strict=True)):
        below = gap if plan.line is not None and place >= plan.line else 0.0
        y = 4 + place * row + row / 2 + down + below
        body.append(
            text(left - 6, y + 5, short(str(one.label)), anchor="end", size=13)
            if wide
            else text(2, y - 14, short(str(one.label), 40), size=13)
        )
        body.append(group(tip, _drawn(one, x_of, y)))
    if plan.line is not None:
        y = 4 + plan.line * row + gap / 2 + 6
        body.append(rule(2, y, width - 2, y, "c-cut"))
        said = short(plan.line_words, 70 if wide else 42)
        body.append(text(width - 4, y - 5, said, css="c-soft", anchor="end", size=12))
    return svg(plan.title, summary(plan.tips), width, bottom + 26, body)


def _drawn(one: Interval, x_of: Callable[[Number], float], y: float) -> str:
    found = ""
    if one.low is not None and one.high is not None:
        ends = coordinate(x_of(one.low)), coordinate(x_of(one.high))
        at = f"M{ends[0]} {coordinate(y)}H{ends[1]}"
        found += f'<path d="{at}" stroke-width="2.4" class="l{_KINDS[one.kind]}"/>'
    if one.other is not None:
        found += _stroke(x_of(one.other), y)
    if one.value is not None:
        found += _dot(one.kind, x_of(one.value), y)
    return found


def _columns(plan: _Plan, width: float) -> SafeString:
    """Draw a thin column for each row, in few paths: thousands weigh a few dozen kB."""
    left, top = 46.0, 8.0
    bottom = top + _PLOT
    step = (width - left - 6) / len(plan.rows)
    marks, y_of = _scale(plan, bottom, top, 5)
    body = []
    for mark in marks:
        y = y_of(mark)
        body.append(rule(left, y, width - 6, y))
        said = written(mark)
        body.append(text(left - 6, y + 4, said, css="c-soft", anchor="end", size=12))
    if plan.at is not None:
        body.append(_limit(left, y_of(plan.at), width - 6, y_of(plan.at)))
    for kind, colour in enumerate(_KINDS):
        body += _column_paths(plan, kind, colour, left, step, y_of)
    end = bottom + 6 + plan.kinds * _LANE
    for kind in range(plan.kinds):
        y = bottom + 6 + kind * _LANE
        body += _lane(plan, kind, left, step, y)
    if plan.line is not None:
        x = left + plan.line * step
        body.append(group(plan.line_words, rule(x, top, x, end, "c-cut")))
    for place in _numbered(len(plan.rows), 10 if width == WIDTH else 5):
        x = left + (place - 0.5) * step
        near = width - x < 18  # noqa: PLR2004 -- half of the longest number
        body.append(
            text(
                width - 2 if near else x,
                end + 14,
                written(place),
                css="c-soft",
                anchor="end" if near else "middle",
                size=12,
            )
        )
    return svg(plan.title, summary(plan.tips), width, end + 22, body)


def _column_paths(  # noqa: PLR0917 -- what is drawn, then where
    plan: _Plan,
    kind: int,
    colour: int,
    left: float,
    step: float,
    y_of: Callable[[Number], float],
) -> list[str]:
    """Return the intervals, second figures and dots of one kind, each as one path."""
    reach, second, dots = [], [], []
    for place, one in enumerate(plan.rows):
        if one.kind != kind:
            continue
        x = f"M{left + (place + 0.5) * step:.2f} "
        if one.low is not None and one.high is not None:
            low, high = coordinate(y_of(one.low)), coordinate(y_of(one.high))
            reach.append(f"{x}{low}V{high}")
        if one.other is not None:
            second.append(f"{x}{coordinate(y_of(one.other))}h0")
        if one.value is not None:
            dots.append(f"{x}{coordinate(y_of(one.value))}h0")
    thick = min(max(step * 0.6, 0.3), 2.4)
    drawn = (
        (second, "c-second c-round c-behind", min(max(step, 1.2), 3)),
        (reach, f"l{colour} c-reach", thick),
        (dots, f"l{colour} c-round", min(max(step, 2), 6)),
    )
    return [
        f'<path d="{"".join(path)}" fill="none" stroke-width="{size:.2f}" class="{css}"/>'
        for path, css, size in drawn
        if path
    ]


def _lane(plan: _Plan, kind: int, left: float, step: float, y: float) -> list[str]:
    """Mark where the rows of one kind stand, neighbours together, with their places said."""
    found = [_dot(kind, left - 12, y + 5)]
    place = 0
    for one, run in groupby(plan.rows, key=lambda row: row.kind):
        count = len(list(run))
        first, place = place + 1, place + count
        if one != kind:
            continue
        wide = max(count * step, 0.8)
        x = min(left + (first - 1) * step, left + len(plan.rows) * step - wide)
        said = (
            written(first) if count == 1 else f"{written(first)}\u2013{written(place)}"
        )
        box = (
            f'<path d="M{x:.2f} {coordinate(y)}h{wide:.2f}v10h-{wide:.2f}z" '
            f'class="c{_KINDS[kind]}"/>'
        )
        body = group(_("Places %(places)s") % {"places": said}, box)
        found.append(body)
    return found


def _numbered(count: int, wanted: int) -> list[int]:
    """Return the first place and round places after it."""
    step = max(int(ticks_between(0, count, wanted)[1]), 1)
    return [1, *range(step, count + 1, step)] if step > 1 else [*range(1, count + 1)]
