"""How long steps take against what the law allows: one row each, on one scale of days.

A bar reaches to the middle case, a line to nine of ten, a dot marks the longest; the legal
limit is an upright line. A row whose middle case is over the limit has another colour, and
its label says so in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.ui.drawing import (
    NARROW,
    ROW,
    WIDTH,
    Chart,
    coordinate,
    group,
    nothing,
    rect,
    rule,
    short,
    sign,
    summary,
    svg,
    text,
    ticks,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

WIDE = 760.0
_LABEL, _RIGHT = 270.0, 40.0
# The longest may be so much longer than all else that the rest could not be seen.
_LONGEST = 3


@dataclass(frozen=True, kw_only=True)
class Waited:
    """One step in days; ``middle`` and ``late`` are None where too many still wait to say."""

    label: str
    limit: int
    middle: int | None
    late: int | None
    longest: int
    longest_runs: bool = False
    cases: int = 0


def waits(*, title: Any, head: Sequence[Any], rows: Sequence[Waited]) -> Chart:
    """Draw steps in the order of the rows.

    ``head`` names six columns: step, cases, limit, middle, nine of ten, longest. Where the
    longest goes far beyond the rest it stands at the edge, with an arrow and its figure.
    """
    columns = tuple(str(one) for one in head)
    if not rows:
        return nothing(str(title), columns)
    told = tuple(_told(row) for row in rows)
    drawn = [_drawn(str(title), rows, told, columns, width) for width in (WIDE, NARROW)]
    return Chart(
        title=str(title),
        svg=drawn[0],
        narrow=drawn[1],
        head=columns,
        rows=told,
        numeric=(1, 2, 3, 4, 5),
        legend=(
            _("half are done by then"),
            _("the same, over the limit"),
            _("nine of ten are done by then"),
            _("the longest"),
            _("legal limit"),
        ),
        signs=(
            sign('<rect y="3" width="14" height="8" class="c1"/>'),
            sign('<rect y="3" width="14" height="8" class="c5"/>'),
            sign('<path d="M0 7H13M13 3V11" stroke-width="2" class="l8"/>'),
            sign('<circle cx="7" cy="7" r="4" stroke-width="2" class="c-hollow l8"/>'),
            sign('<path d="M7 0V14" stroke-width="2.4" class="c-second"/>'),
        ),
    )


def _days(value: int | None) -> str:
    return "—" if value is None else written(value)


def _told(row: Waited) -> tuple[str, ...]:
    longest = written(row.longest)
    return (
        row.label,
        written(row.cases),
        written(row.limit),
        _days(row.middle),
        _days(row.late),
        _("%(days)s, still running") % {"days": longest}
        if row.longest_runs
        else longest,
    )


def _drawn(
    title: str,
    rows: Sequence[Waited],
    told: Sequence[Sequence[str]],
    head: Sequence[str],
    width: float,
) -> SafeString:
    narrow = width == NARROW
    left = 4.0 if narrow else _LABEL
    row_high, lead = (ROW + 36, 38) if narrow else (ROW + 14, 14)
    common = max(max(row.limit, row.middle or 0, row.late or 0) for row in rows)
    reach = min(max(row.longest for row in rows), max(common, 1) * _LONGEST)
    marks = ticks(max(common, reach), wanted=3 if narrow else 6, whole=True)
    scale = (width - left - _RIGHT) / float(marks[-1])
    bottom = lead + len(rows) * row_high
    body = [
        piece
        for mark in marks
        for piece in (
            rule(left + float(mark) * scale, 2, left + float(mark) * scale, bottom),
            text(
                left + float(mark) * scale,
                bottom + 16,
                written(mark),
                css="c-soft",
                anchor="start" if narrow and not mark else "middle",
                size=12,
            ),
        )
    ]
    for place, row in enumerate(rows):
        y = lead + place * row_high
        tip = "; ".join(
            f"{name}: {said}"
            for name, said in zip(head[1:], told[place][1:], strict=True)
        )
        label = _label(row, left, y, narrow=narrow)
        body.append(
            group(f"{row.label}. {tip}", label + _bar(row, left, y, scale, marks[-1]))
        )
    body.append(rule(left, 2, left, bottom, "c-axis"))
    unit = _("working days")
    body.append(text(width - 2, bottom + 32, unit, css="c-soft", anchor="end", size=12))
    return svg(
        title,
        summary(rows),
        width,
        bottom + 40,
        body,
        "" if width == WIDTH else "svg-full",
    )


def _label(row: Waited, left: float, y: float, *, narrow: bool) -> str:
    """The step, and beneath it the figures that a reader looks for first."""
    middle = "—" if row.middle is None else written(row.middle)
    figures = _("half by %(middle)s, limit %(limit)s, %(cases)s cases") % {
        "middle": middle,
        "limit": written(row.limit),
        "cases": written(row.cases),
    }
    if narrow:
        return text(left, y - 22, short(row.label, 42), size=13) + text(
            left, y - 7, figures, css="c-soft", size=11
        )
    return text(left - 10, y + 5, short(row.label, 36), anchor="end") + text(
        left - 10, y + 21, figures, css="c-soft", anchor="end", size=11
    )


def _bar(row: Waited, left: float, y: float, scale: float, last: Any) -> str:
    high, middle = ROW - 12.0, y + (ROW - 12.0) / 2
    end = float(last)

    def x_of(days: int) -> float:
        return left + min(float(days), end) * scale

    found = ""
    if row.middle is not None:
        colour = 5 if row.middle > row.limit else 1
        found += rect(left, y, x_of(row.middle) - left, high, f"c{colour}")
    if row.late is not None:
        at, start = x_of(row.late), x_of(row.middle or 0)
        found += (
            f'<path d="M{coordinate(start)} {coordinate(middle)}H{coordinate(at)}'
            f'M{coordinate(at)} {coordinate(y + 2)}V{coordinate(y + high - 2)}" stroke-width="2" class="l8"/>'
        )
    x = x_of(row.longest)
    found += f'<circle cx="{coordinate(x)}" cy="{coordinate(middle)}" r="4.5" stroke-width="2" class="c-hollow l8"/>'
    if row.longest > end:
        found += text(
            x + 8, middle + 4, f"{written(row.longest)} →", css="c-soft", size=11
        )
    limit = x_of(row.limit)
    return found + (
        f'<path d="M{coordinate(limit)} {coordinate(y - 4)}V{coordinate(y + high + 4)}" stroke-width="2.4" class="c-second"/>'
    )
