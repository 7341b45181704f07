"""Charts that set things side by side: a figure along a scale, scenarios by category."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.html import escape
from django.utils.translation import gettext as _

from opensti.ui.drawing import (
    COLOURS,
    NARROW,
    WIDTH,
    Chart,
    coordinate,
    counted,
    exact,
    group,
    label_width,
    nothing,
    places,
    rect,
    rule,
    short,
    sign,
    summary,
    svg,
    text,
    ticks,
    ticks_between,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

    from opensti.ui.drawing import Number

_LEFT, _RIGHT, _TOP, _HEIGHT = 62.0, 26.0, 22.0, 280.0
_BAR, _APART = 13.0, 12.0


def curve(
    *,
    title: Any,
    head: Sequence[Any],
    rows: Sequence[Sequence[Number | None]],
    unit: str = "",
    here: Number | None = None,
    here_words: Any = "",
    zero: bool = True,
) -> Chart:
    """Draw one line per further column over the figures of the first, to scale.

    ``None`` breaks a line. ``unit`` is written behind the figures of the first column.
    ``here`` marks one of them with an upright line and larger dots; ``zero=False`` lets
    the upright axis begin above nothing. Raises ``ValueError`` unless the first column
    ascends.
    """
    names = [str(h) for h in head]
    along = [exact(row[0]) for row in rows if row[0] is not None]
    known = [exact(v) for row in rows for v in row[1:] if v is not None]
    if len(along) != len(rows) or sorted(set(along)) != along:
        message = "the first column of a curve ascends and has no gaps"
        raise ValueError(message)
    if not known:
        return nothing(str(title), names)
    deep = [places(column) for column in zip(*rows, strict=True)]
    table = tuple(
        (
            _with_unit(row[0], deep[0], unit),
            *(
                "—" if v is None else written(v, d)
                for v, d in zip(row[1:], deep[1:], strict=True)
            ),
        )
        for row in rows
    )
    at = None if here is None else exact(here)
    several = len(names) > 2  # noqa: PLR2004 -- more than one series
    drawn = [
        _drawn_curve(
            str(title),
            names,
            rows,
            table,
            width,
            (at, str(here_words)),
            unit,
            zero=zero,
        )
        for width in (WIDTH, NARROW)
    ]
    return Chart(
        title=str(title),
        svg=drawn[0],
        narrow=drawn[1],
        head=tuple(names),
        rows=table,
        numeric=tuple(range(len(names))),
        legend=tuple(names[1:]) if several else (),
        signs=tuple(_pen(n) for n in range(1, len(names))) if several else (),
    )


def _pen(series: int) -> SafeString:
    colour = (series - 1) % COLOURS + 1
    return sign(
        f'<path d="M0 7h14" stroke-width="2.2" class="l{colour}"{_dash(series)}/>'
        f'<circle cx="7" cy="7" r="3" class="c{colour}"/>'
    )


def _dash(series: int) -> str:
    return "" if series == 1 else f' stroke-dasharray="{series * 2 + 2} {series}"'


def _with_unit(value: Number | None, deep: int, unit: str) -> str:
    said = "—" if value is None else written(value, deep)
    return f"{said}\u00a0{unit}" if unit else said


def _drawn_curve(  # noqa: PLR0917 -- what is drawn, then how
    title: str,
    names: Sequence[str],
    rows: Sequence[Sequence[Number | None]],
    table: Sequence[Sequence[str]],
    width: float,
    here: tuple[Decimal | None, str],
    unit: str,
    *,
    zero: bool,
) -> SafeString:
    known = [exact(v) for row in rows for v in row[1:] if v is not None]
    along = [exact(row[0]) for row in rows if row[0] is not None]
    at, at_words = here
    across = [*along, *([] if at is None else [at])]
    bottom, right = _HEIGHT - 44, width - _RIGHT
    ups = ticks_between(min([*known, *([Decimal(0)] if zero else [])]), max(known))
    marks = ticks_between(min(across), max(across), 6 if width == WIDTH else 3)

    def x_of(figure: Decimal) -> float:
        return _LEFT + float((figure - marks[0]) / (marks[-1] - marks[0])) * (
            right - _LEFT
        )

    def y_of(figure: Number) -> float:
        share = float((exact(figure) - ups[0]) / (ups[-1] - ups[0]))
        return bottom - share * (bottom - _TOP)

    body = []
    for up in ups:
        y, css = y_of(up), "c-axis" if up == 0 else "c-grid"
        body.append(rule(_LEFT, y, right, y, css))
        said = written(up)
        body.append(text(_LEFT - 8, y + 4, said, css="c-soft", anchor="end", size=12))
    for mark in marks:
        x, said = x_of(mark), _with_unit(mark, places(marks), unit)
        body.append(rule(x, bottom, x, bottom + 5, "c-axis"))
        body.append(text(x, bottom + 19, said, css="c-soft", anchor="middle", size=12))
    middle = (_LEFT + right) / 2
    body.append(
        text(
            middle,
            _HEIGHT - 6,
            short(names[0], 40),
            css="c-soft",
            anchor="middle",
            size=12,
        )
    )
    if at is not None:
        x = x_of(at)
        body.append(rule(x, _TOP - 6, x, bottom, "c-cut"))
        # as far to the left or right as keeps it within the drawing
        half = len(at_words) * 3.4
        x = min(max(x, half), width - half)
        body.append(
            text(
                x, _TOP - 9, short(at_words, 40), css="c-soft", anchor="middle", size=12
            )
        )
    for series in range(1, len(names)):
        body += _line_of(series, names, rows, table, x_of, y_of, at)
    return svg(title, summary(rows), width, _HEIGHT, body)


def _line_of(  # noqa: PLR0917 -- what is drawn, then where
    series: int,
    names: Sequence[str],
    rows: Sequence[Sequence[Number | None]],
    table: Sequence[Sequence[str]],
    x_of: Any,
    y_of: Any,
    at: Decimal | None,
) -> list[str]:
    colour = (series - 1) % COLOURS + 1
    path, dots, pen = [], [], "M"
    for row, told in zip(rows, table, strict=True):
        value = row[series]
        if value is None or row[0] is None:
            pen = "M"
            continue
        x, y = coordinate(x_of(exact(row[0]))), coordinate(y_of(value))
        path.append(f"{pen}{x} {y}")
        pen = "L"
        radius = "6" if exact(row[0]) == at else "3"
        tip = f"{names[series]}, {told[0]}: {told[series]}"
        dots.append(
            f'<circle cx="{x}" cy="{y}" r="{radius}" class="c{colour}">'
            f"<title>{escape(tip)}</title></circle>"
        )
    return [
        f'<path d="{" ".join(path)}" fill="none" stroke-width="2.2" class="l{colour}"{_dash(series)}/>',
        *dots,
    ]


def grouped(
    *,
    title: Any,
    head: Sequence[Any],
    rows: Sequence[Sequence[Any]],
    base: int | None = 0,
) -> Chart:
    """Draw one bar for each scenario, side by side in each category.

    ``head`` names the category and the scenarios; ``None`` is not known. The table also
    has the difference of each scenario to the one at place ``base``, unless that is
    ``None``. Negative amounts and more than eight scenarios are refused.
    """
    names = [str(h) for h in head]
    if not rows:
        return nothing(str(title), names)
    if any(value is not None and value < 0 for row in rows for value in row[1:]):
        message = "bars show amounts; negative values need a line chart"
        raise ValueError(message)
    if len(names) - 1 > COLOURS:
        message = f"at most {COLOURS} scenarios can be told apart"
        raise ValueError(message)
    others = [n for n in range(len(names) - 1) if base is not None and n != base]
    deep = places(value for row in rows for value in row[1:])
    table = tuple(
        (
            str(row[0]),
            *("—" if v is None else written(v, deep) for v in row[1:]),
            *(_difference(row[1:], n, base or 0, deep) for n in others),
        )
        for row in rows
    )
    more = [
        _("%(scenario)s against %(base)s")
        % {"scenario": names[n + 1], "base": names[(base or 0) + 1]}
        for n in others
    ]
    return Chart(
        title=str(title),
        svg=_drawn_groups(str(title), names, rows, table, WIDTH),
        narrow=_drawn_groups(str(title), names, rows, table, NARROW),
        head=(*names, *more),
        rows=table,
        numeric=tuple(range(1, len(names) + len(more))),
        legend=tuple(names[1:]),
    )


def _difference(values: Sequence[Number | None], one: int, base: int, deep: int) -> str:
    mine, other = values[one], values[base]
    if mine is None or other is None:
        return "—"
    found = exact(mine) - exact(other)
    said = written(abs(found), deep)
    if not found:
        return said
    return f"+{said}" if found > 0 else f"\u2212{said}"


def _drawn_groups(
    title: str,
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    table: Sequence[Sequence[str]],
    width: float,
) -> SafeString:
    """Labels stand left of their bars, and above them where there is little room."""
    wide = width == WIDTH
    count = len(names) - 1
    tall = max(count * _BAR, 16) + _APART
    lead = 4.0 if wide else 22.0
    row = tall if wide else tall + 18
    left = label_width([str(r[0]) for r in rows]) if wide else 2.0
    marks = ticks(
        max((exact(v) for r in rows for v in r[1:] if v is not None), default=0),
        wanted=5 if wide else 3,
        whole=counted(v for r in rows for v in r[1:]),
    )
    scale = (width - left - 66) / float(marks[-1])
    height = len(rows) * row + 30
    body = []
    for mark in marks:
        x = left + float(mark) * scale
        anchor = "middle" if wide or mark else "start"
        body.append(rule(x, 2, x, height - 24))
        said = written(mark)
        body.append(text(x, height - 8, said, css="c-soft", anchor=anchor, size=12))
    for place, (one, told) in enumerate(zip(rows, table, strict=True)):
        y = lead + place * row
        body.append(
            text(left - 8, y + count * _BAR / 2 + 5, short(told[0]), anchor="end")
            if wide
            else text(left + 2, y - 6, short(told[0], 40))
        )
        for n, value in enumerate(one[1:]):
            tip = f"{told[0]}, {names[n + 1]}: {told[n + 1]}"
            long = 0.0 if value is None else float(value) * scale
            at = y + n * _BAR
            bar = rect(left, at, long, _BAR - 2, f"c{n + 1}")
            said = text(left + long + 5, at + 10, told[n + 1], css="c-soft", size=11)
            body.append(group(tip, bar + said))
    body.append(rule(left, 2, left, height - 24, "c-axis"))
    return svg(title, summary(rows), width, height, body)
