"""Charts as SVG text, drawn on the server, each with the same figures as a table.

Pure functions: figures in, ``Chart`` out. Colours come from classes (``c1`` … ``c8``),
so a chart follows light, dark and paper. The table beside it is the accessible form and
is built from the very same numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from opensti.ui.templatetags.ui import day, number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    Number = int | float | Decimal

_WIDTH = 560
_ROW = 30
_COLOURS = 8


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A drawing and its figures; ``numeric`` names the columns set to the right."""

    title: str
    svg: SafeString
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    legend: tuple[str, ...] = field(default=())


def _write(value: Number, places: int | None = None) -> str:
    if places is None:
        exact = Decimal(str(value))
        places = max(0, -int(exact.normalize().as_tuple().exponent)) if exact else 0
        places = min(places, 2)
    return number(value, places)


def _at(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _text(x: float, y: float, words: str, *, css: str = "c-text", anchor: str = "start", size: int = 14) -> str:
    return (
        f'<text x="{_at(x)}" y="{_at(y)}" class="{css}" font-size="{size}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )


def _rect(x: float, y: float, width: float, height: float, css: str, tip: str = "") -> str:
    title = f"<title>{escape(tip)}</title>" if tip else ""
    return (
        f'<rect x="{_at(x)}" y="{_at(y)}" width="{_at(max(width, 0))}" '
        f'height="{_at(max(height, 0))}" rx="2" class="{css}">{title}</rect>'
    )


def _rule(x1: float, y1: float, x2: float, y2: float, css: str = "c-grid") -> str:
    return (
        f'<line x1="{_at(x1)}" y1="{_at(y1)}" x2="{_at(x2)}" y2="{_at(y2)}" class="{css}"/>'
    )


def _svg(title: str, summary: str, width: float, height: float, body: list[str]) -> SafeString:
    return mark_safe(  # noqa: S308 -- every text went through escape above
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {_at(width)} {_at(height)}" '
        f'width="{_at(width)}" height="{_at(height)}" aria-label="{escape(title)}. {escape(summary)}">'
        f"<title>{escape(title)}</title><desc>{escape(summary)}</desc>{''.join(body)}</svg>"
    )


def _ticks(top: float, wanted: int = 5) -> list[float]:
    """Return round marks from 0 up to at least ``top``."""
    if top <= 0:
        return [0.0, 1.0]
    raw = top / wanted
    unit = 10.0 ** math.floor(math.log10(raw))
    step = next(unit * m for m in (1, 2, 2.5, 5, 10) if unit * m >= raw * 0.999999)
    return [step * i for i in range(math.ceil(top / step - 1e-9) + 1)]


def _short(words: str, letters: int = 30) -> str:
    return words if len(words) <= letters else words[: letters - 1].rstrip() + "…"


def _label_width(labels: Sequence[str]) -> float:
    longest = max((len(_short(label)) for label in labels), default=0)
    return min(230.0, 16 + longest * 7.8)


def _summary(rows: Sequence[Sequence[Any]]) -> str:
    return _("%(count)s rows; the figures follow as a table.") % {"count": len(rows)}


def _none(title: str, head: Sequence[str]) -> Chart:
    body = [_text(_WIDTH / 2, 30, _("No figures yet"), css="c-soft", anchor="middle")]
    return Chart(
        title=title, svg=_svg(title, _("No figures yet"), _WIDTH, 50, body), head=tuple(map(str, head)), rows=()
    )


def bars(*, title: Any, head: Sequence[Any], rows: Sequence[tuple[Any, Number]]) -> Chart:
    """Draw one horizontal bar per row; negative values are refused."""
    return _bars(str(title), [str(h) for h in head], [(str(label), (value,)) for label, value in rows])


def stacked(*, title: Any, head: Sequence[Any], rows: Sequence[Sequence[Any]]) -> Chart:
    """Draw one horizontal bar per row, made of one piece per further column."""
    return _bars(str(title), [str(h) for h in head], [(str(row[0]), tuple(row[1:])) for row in rows])


def _bars(title: str, head: list[str], rows: list[tuple[str, tuple[Number, ...]]]) -> Chart:
    if not rows:
        return _none(title, head)
    if any(value < 0 for _label, values in rows for value in values):
        message = "bars show amounts; negative values need a line chart"
        raise ValueError(message)
    left = _label_width([label for label, _values in rows])
    right = 74.0
    marks = _ticks(max(float(sum(values)) for _label, values in rows))
    scale = (_WIDTH - left - right) / marks[-1]
    height = len(rows) * _ROW + 30
    body = []
    for mark in marks:
        x = left + mark * scale
        body.append(_rule(x, 4, x, height - 24))
        body.append(_text(x, height - 8, _write(mark), css="c-soft", anchor="middle", size=12))
    for index, (label, values) in enumerate(rows):
        y = 6 + index * _ROW
        body.append(_text(left - 8, y + 15, _short(label), anchor="end"))
        x = left
        for place, value in enumerate(values):
            name = f"{label}: {_write(value)}" if len(values) == 1 else f"{label}, {head[place + 1]}: {_write(value)}"
            body.append(_rect(x, y, float(value) * scale, _ROW - 10, f"c{place % _COLOURS + 1}", name))
            x += float(value) * scale
        body.append(_text(x + 6, y + 15, _write(sum(values, Decimal(0)) if all(isinstance(v, Decimal) for v in values) else sum(values)), css="c-soft", size=12))
    body.append(_rule(left, 2, left, height - 24, "c-axis"))
    return Chart(
        title=title,
        svg=_svg(title, _summary(rows), _WIDTH, height, body),
        head=tuple(head),
        rows=tuple((label, *map(_write, values)) for label, values in rows),
        numeric=tuple(range(1, len(head))),
        legend=tuple(head[1:]) if len(head) > 2 else (),  # noqa: PLR2004 -- more than one series
    )


def line(*, title: Any, head: Sequence[Any], rows: Sequence[Sequence[Any]]) -> Chart:
    """Draw one line per further column over the first; ``None`` breaks a line."""
    title, names = str(title), [str(h) for h in head]
    known = [float(v) for row in rows for v in row[1:] if v is not None]
    if not known:
        return _none(title, names)
    left, right, top, height = 70.0, 24.0, 12.0, 280.0
    bottom = height - 30
    marks = _ticks(max(0.0, *known))
    low = min(0.0, *known)
    if low < 0:
        step = marks[1] - marks[0]
        marks = [-step * i for i in range(math.ceil(-low / step), 0, -1)] + marks
    span = marks[-1] - marks[0]

    def y_of(value: float) -> float:
        return bottom - (value - marks[0]) / span * (bottom - top)

    def x_of(index: int) -> float:
        return left + index * (_WIDTH - left - right) / max(len(rows) - 1, 1)

    body = []
    for mark in marks:
        body.append(_rule(left, y_of(mark), _WIDTH - right, y_of(mark), "c-axis" if mark == 0 else "c-grid"))
        body.append(_text(left - 8, y_of(mark) + 4, _write(mark), css="c-soft", anchor="end", size=12))
    every = max(1, math.ceil(len(rows) / 10))
    body.extend(
        _text(x_of(i), height - 10, _short(str(row[0]), 10), css="c-soft", anchor="middle", size=12)
        for i, row in enumerate(rows)
        if i % every == 0
    )
    for series in range(1, len(names)):
        colour = (series - 1) % _COLOURS + 1
        path, pen = [], "M"
        for i, row in enumerate(rows):
            if row[series] is None:
                pen = "M"
                continue
            x, y = x_of(i), y_of(float(row[series]))
            path.append(f"{pen}{_at(x)} {_at(y)}")
            pen = "L"
            tip = f"{names[series]}, {row[0]}: {_write(row[series])}"
            body.append(f'<circle cx="{_at(x)}" cy="{_at(y)}" r="3.5" class="c{colour}"><title>{escape(tip)}</title></circle>')
        dash = "" if series == 1 else f' stroke-dasharray="{series * 2 + 2} {series}"'
        body.append(f'<path d="{" ".join(path)}" fill="none" stroke-width="2.2" class="l{colour}"{dash}/>')
    return Chart(
        title=title,
        svg=_svg(title, _summary(rows), _WIDTH, height, body),
        head=tuple(names),
        rows=tuple((str(row[0]), *("—" if v is None else _write(v) for v in row[1:])) for row in rows),
        numeric=tuple(range(1, len(names))),
        legend=tuple(names[1:]) if len(names) > 2 else (),  # noqa: PLR2004 -- more than one series
    )


def donut(*, title: Any, head: Sequence[Any], rows: Sequence[tuple[Any, Number]]) -> Chart:
    """Draw shares of a whole, at most eight; the share stands beside each name."""
    title, names = str(title), [str(h) for h in head]
    whole = float(sum(value for _label, value in rows))
    if not rows or whole <= 0:
        return _none(title, names)
    radius, hole, middle = 90.0, 54.0, 110.0
    body, angle = [], -math.pi / 2
    for index, (label, value) in enumerate(rows):
        share = float(value) / whole
        tip = f"{label}: {_write(value)} ({_write(share * 100, 1)} %)"
        body.append(_slice(middle, radius, hole, angle, share, f"c{index % _COLOURS + 1} c-gap", tip))
        angle += share * 2 * math.pi
        y = 30 + index * 24
        body.append(_rect(250, y - 11, 13, 13, f"c{index % _COLOURS + 1}"))
        body.append(_text(272, y, f"{_short(str(label))}  {_write(value)} ({_write(share * 100, 1)} %)"))
    total = sum(value for _label, value in rows)
    body.append(_text(middle, middle + 6, _write(total), anchor="middle", size=18))
    height = max(220, 30 + len(rows) * 24)
    return Chart(
        title=title,
        svg=_svg(title, _summary(rows), _WIDTH, height, body),
        head=tuple(names),
        rows=tuple((str(label), _write(value)) for label, value in rows),
        numeric=(1,),
    )


def _slice(middle: float, radius: float, hole: float, start: float, share: float, css: str, tip: str) -> str:
    title = f"<title>{escape(tip)}</title>"
    if share >= 1:
        return (
            f'<circle cx="{_at(middle)}" cy="{_at(middle)}" r="{_at((radius + hole) / 2)}" fill="none" '
            f'stroke-width="{_at(radius - hole)}" class="l{css[1]}">{title}</circle>'
        )
    end = start + share * 2 * math.pi

    def on(r: float, a: float) -> str:
        return f"{_at(middle + r * math.cos(a))} {_at(middle + r * math.sin(a))}"

    big = 1 if share > 0.5 else 0  # noqa: PLR2004 -- more than half the circle
    return (
        f'<path d="M{on(radius, start)} A{radius} {radius} 0 {big} 1 {on(radius, end)} '
        f'L{on(hole, end)} A{hole} {hole} 0 {big} 0 {on(hole, start)} Z" stroke-width="2" class="{css}">{title}</path>'
    )


def histogram(*, title: Any, head: Sequence[Any], values: Sequence[Number], bins: int = 10) -> Chart:
    """Count values in equal classes, each half-open but the last; head: class, count."""
    title, names = str(title), [str(h) for h in head]
    if not values:
        return _none(title, names)
    numbers = [float(v) for v in values]
    low, high = min(numbers), max(numbers)
    width = (high - low) / bins if high > low else 1.0
    counts = [0] * (bins if high > low else 1)
    for value in numbers:
        counts[min(int((value - low) / width), len(counts) - 1)] += 1
    labels = [f"{_write(round(low + i * width, 2))} – {_write(round(low + (i + 1) * width, 2))}" for i in range(len(counts))]  # noqa: RUF001 -- a range
    left, height = 50.0, 260.0
    bottom = height - 34
    marks = [m for m in _ticks(max(counts)) if float(m).is_integer()]
    step = (_WIDTH - left - 20) / len(counts)
    body = []
    for mark in marks:
        y = bottom - mark / marks[-1] * (bottom - 12)
        body.append(_rule(left, y, _WIDTH - 20, y))
        body.append(_text(left - 8, y + 4, _write(mark), css="c-soft", anchor="end", size=12))
    for index, count in enumerate(counts):
        tall = count / marks[-1] * (bottom - 12)
        body.append(_rect(left + index * step + 1, bottom - tall, step - 2, tall, "c1", f"{labels[index]}: {count}"))
    body.extend(
        _text(left + i * step, height - 14, _write(round(low + i * width, 2)), css="c-soft", anchor="middle", size=12)
        for i in range(0, len(counts) + 1, max(1, len(counts) // 6))
    )
    body.append(_rule(left, bottom, _WIDTH - 20, bottom, "c-axis"))
    return Chart(
        title=title,
        svg=_svg(title, _summary(counts), _WIDTH, height, body),  # type: ignore[arg-type]
        head=tuple(names),
        rows=tuple((label, _write(count)) for label, count in zip(labels, counts, strict=True)),
        numeric=(1,),
    )


def gantt(
    *, title: Any, head: Sequence[Any], rows: Sequence[tuple[Any, date, date]], today: date | None = None
) -> Chart:
    """Draw one bar per row from its first to its last day; ``today`` as an upright line."""
    title, names = str(title), [str(h) for h in head]
    if not rows:
        return _none(title, names)
    first = min(start for _label, start, _end in rows)
    last = max(end for _label, _start, end in rows)
    days = max((last - first).days + 1, 1)
    left = _label_width([str(label) for label, _start, _end in rows])
    scale = (_WIDTH - left - 16) / days
    height = len(rows) * _ROW + 34
    body = []
    for part in range(5):
        at = first.fromordinal(first.toordinal() + round(part * (days - 1) / 4))
        x = left + (at - first).days * scale
        body.append(_rule(x, 2, x, height - 26))
        anchor = "start" if part == 0 else "end" if part == 4 else "middle"  # noqa: PLR2004 -- the last
        body.append(_text(x, height - 8, day(at), css="c-soft", anchor=anchor, size=12))
    for index, (label, start, end) in enumerate(rows):
        y = 6 + index * _ROW
        body.append(_text(left - 8, y + 14, _short(str(label)), anchor="end"))
        body.append(_rect(left + (start - first).days * scale, y, ((end - start).days + 1) * scale, _ROW - 12, "c1", f"{label}: {day(start)} – {day(end)}"))  # noqa: RUF001 -- a range
    if today and first <= today <= last:
        x = left + ((today - first).days + 0.5) * scale
        body.append(f'<line x1="{_at(x)}" y1="2" x2="{_at(x)}" y2="{_at(height - 26)}" stroke-width="2" class="c-today"><title>{escape(_("Today"))}</title></line>')
    return Chart(
        title=title,
        svg=_svg(title, _summary(rows), _WIDTH, height, body),
        head=tuple(names),
        rows=tuple((str(label), day(start), day(end)) for label, start, end in rows),
    )
