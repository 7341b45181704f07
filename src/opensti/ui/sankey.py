"""Flows through columns as bands: how much goes from where to where (a Sankey diagram).

The layout is ``sti_methods.flows``: few crossings, the same picture for the same figures,
room for every label. Where there is little room the picture is turned: it flows from top to
bottom, places bear numbers, and their names stand beneath.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.utils.translation import pgettext
from sti_methods import flows

from opensti.ui.drawing import (
    COLOURS,
    NARROW,
    Chart,
    coordinate,
    group,
    lines,
    nothing,
    rect,
    short,
    summary,
    svg,
    text,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from decimal import Decimal

    from django.utils.safestring import SafeString

WIDE, TALL = 960.0, 400.0
_BAR, _HEAD, _FOOT = 14.0, 34.0, 8.0
_ROOM, _GAP = 36.0, 8.0  # for a label of two lines, and between neighbours
_LETTER, _SECOND = 7.1, 16.0
_STRIP, _BETWEEN, _LINE, _MARK = 20.0, 84.0, 19.0, 21.0
PERCENT = 100


@dataclass(frozen=True, kw_only=True)
class Way:
    """What goes one way through all columns: a key for each, an amount, how many."""

    keys: tuple[str, ...]
    amount: Decimal
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class _Plan:
    title: str
    heads: tuple[str, ...]
    name: Callable[[int, str], str]
    colour: Callable[[int, str], int]
    said: Callable[[Any], str]
    rows: tuple[tuple[str, ...], ...]
    shares: Callable[[Fraction], str]


def sankey(
    *,
    title: Any,
    heads: Sequence[Any],
    ways: Sequence[Way],
    names: Mapping[tuple[int, str], str],
    said: Callable[[Any], str],
    figures: tuple[Any, Any],
    colours: Mapping[tuple[int, str], int] | None = None,
    last: Collection[str] = (),
) -> Chart:
    """Draw ways through columns; ``heads`` names the columns, ``names`` the places in them.

    ``said`` writes an amount in short; ``figures`` names the two last columns of the table,
    amount and count; ``last`` are keys that stand below all others.
    """
    words = tuple(str(head) for head in heads)
    columns = (
        pgettext("range", "From"),
        pgettext("range", "To"),
        str(figures[0]),
        str(figures[1]),
    )
    own = dict(colours or {})
    paths = [(way.keys, way.amount) for way in ways]
    if not any(way.amount for way in ways):
        return nothing(str(title), columns)

    def name(column: int, key: str) -> str:
        return names.get((column, key), key)

    plan = _Plan(
        title=str(title),
        heads=words,
        name=name,
        colour=lambda column, key: own.get((column, key), column % COLOURS + 1),
        said=said,
        rows=_table(ways, name),
        shares=lambda part: f"{written(float(part * PERCENT), 0)} %",
    )
    wide = flows.picture(
        paths, last=last, gap=_part(_GAP, TALL), least=_part(_ROOM, TALL)
    )
    across = NARROW - 4
    turned = flows.picture(
        paths, last=last, gap=_part(3, across), least=_part(_MARK, across)
    )
    return Chart(
        title=plan.title,
        svg=_wide(plan, wide),
        narrow=_turned(plan, turned),
        head=columns,
        rows=plan.rows,
        numeric=(2, 3),
    )


def _part(pixels: float, whole: float) -> Fraction:
    return Fraction(round(pixels * 10), round(whole * 10))


def _table(
    ways: Sequence[Way], name: Callable[[int, str], str]
) -> tuple[tuple[str, ...], ...]:
    sums: dict[tuple[int, str, str], list[Any]] = {}
    for way in ways:
        for column in range(len(way.keys) - 1):
            held = sums.setdefault(
                (column, way.keys[column], way.keys[column + 1]), [0, 0]
            )
            held[0] += way.amount
            held[1] += way.count
    order = sorted(sums, key=lambda at: (at[0], -sums[at][0], at))
    return tuple(
        (
            name(at[0], at[1]),
            name(at[0] + 1, at[2]),
            written(sums[at][0]),
            written(sums[at][1]),
        )
        for at in order
    )


def _wide(plan: _Plan, found: flows.Picture) -> SafeString:
    columns = len(plan.heads)
    step = WIDE / columns
    at = {(n.column, n.key): n for n in found.nodes}

    def y_of(part: Fraction) -> float:
        return _HEAD + float(part) * TALL

    body = [
        text(c * step, 18, head, css="c-text c-bold", size=14)
        for c, head in enumerate(plan.heads)
    ]
    for link in found.links:
        colour = _band_colour(plan, link, columns)
        left, right = link.column * step + _BAR, (link.column + 1) * step
        band = _band(
            left,
            y_of(link.leaves),
            right,
            y_of(link.arrives),
            float(link.height) * TALL,
        )
        body.append(
            group(
                _tip(plan, link, found.total),
                f'<path d="{band}" class="c{colour} c-band"/>',
            )
        )
    letters = int((step - _BAR - 14) / _LETTER)
    lowest = 0.0
    for (column, key), node in at.items():
        y, tall = y_of(node.top), float(node.height) * TALL
        lowest = max(lowest, y + max(tall, _ROOM))
        colour = plan.colour(column, key)
        x = column * step
        room = max(tall, _ROOM)
        amount = f"{plan.said(node.amount)} · {plan.shares(node.height)}"
        label = plan.name(column, key)
        body.append(
            group(
                f"{label}: {amount}",
                rect(x, y, _BAR, max(tall, 1), f"c{colour}")
                + _label(x + _BAR + 7, y + room / 2, label, amount, letters, room),
            )
        )
    height = lowest + _FOOT
    return svg(plan.title, summary(plan.rows), WIDE, height, body, "svg-full")


def _label(  # noqa: PLR0917 -- where, then what
    x: float, middle: float, label: str, amount: str, letters: int, room: float
) -> str:
    """The name in one line, or in two where there is room, and the amount beneath."""
    words = lines(label, letters)
    if len(words) == 1 or room < _ROOM + _SECOND:
        words = [short(label, letters)]
    else:
        words = [words[0], short(" ".join(words[1:]), letters)]
    top = middle - 3 - (len(words) - 1) * _SECOND / 2
    drawn = "".join(
        text(x, top + n * _SECOND, line, css="c-halo") for n, line in enumerate(words)
    )
    below = top + (len(words) - 1) * _SECOND + 17
    return drawn + text(x, below, amount, css="c-halo-soft", size=12)


def _band_colour(plan: _Plan, link: flows.Link, columns: int) -> int:
    """Of where it comes from; what leads into the last column has the colour of its end."""
    if link.column == columns - 2:
        return plan.colour(link.column + 1, link.target)
    return plan.colour(link.column, link.source)


def _tip(plan: _Plan, link: flows.Link, total: Fraction) -> str:
    source = plan.name(link.column, link.source)
    target = plan.name(link.column + 1, link.target)
    share = plan.shares(link.amount / total)
    return f"{source} → {target}: {plan.said(link.amount)} · {share}"


def _band(x1: float, y1: float, x2: float, y2: float, thick: float) -> str:
    middle, thick = coordinate((x1 + x2) / 2), max(thick, 0.6)
    low1, low2 = coordinate(y1 + thick), coordinate(y2 + thick)
    a, b = coordinate(x1), coordinate(x2)
    return (
        f"M{a} {coordinate(y1)}C{middle} {coordinate(y1)} {middle} {coordinate(y2)} {b} {coordinate(y2)}"
        f"L{b} {low2}C{middle} {low2} {middle} {low1} {a} {low1}Z"
    )


def _fall(y1: float, x1: float, y2: float, x2: float, thick: float) -> str:
    """The same band, falling from one strip to the next."""
    middle, thick = coordinate((y1 + y2) / 2), max(thick, 0.6)
    far1, far2 = coordinate(x1 + thick), coordinate(x2 + thick)
    a, b = coordinate(y1), coordinate(y2)
    return (
        f"M{coordinate(x1)} {a}C{coordinate(x1)} {middle} {coordinate(x2)} {middle} {coordinate(x2)} {b}"
        f"L{far2} {b}C{far2} {middle} {far1} {middle} {far1} {a}Z"
    )


def _turned(plan: _Plan, found: flows.Picture) -> SafeString:
    """From top to bottom, as wide as a phone; numbers in the strips, names beneath."""
    columns = len(plan.heads)
    reach = max(
        float(n.top + max(n.height, _part(_MARK, NARROW - 4))) for n in found.nodes
    )
    scale = (NARROW - 4) / reach
    body, numbers = [], dict[tuple[int, str], int]()

    def y_of(column: int) -> float:
        return 4 + column * (_STRIP + _BETWEEN)

    for link in found.links:
        colour = _band_colour(plan, link, columns)
        band = _fall(
            y_of(link.column) + _STRIP,
            2 + float(link.leaves) * scale,
            y_of(link.column + 1),
            2 + float(link.arrives) * scale,
            float(link.height) * scale,
        )
        body.append(
            group(
                _tip(plan, link, found.total),
                f'<path d="{band}" class="c{colour} c-band"/>',
            )
        )
    for node in found.nodes:
        at = (node.column, node.key)
        numbers[at] = len(numbers) + 1
        x, y = 2 + float(node.top) * scale, y_of(node.column)
        wide = float(node.height) * scale
        body.append(rect(x, y, max(wide, 1), _STRIP, f"c{plan.colour(*at)}"))
        body.append(
            text(
                x + max(wide, _MARK * scale / (NARROW - 4)) / 2,
                y + 15,
                str(numbers[at]),
                css="c-halo c-bold",
                anchor="middle",
                size=12,
            )
        )
    y = y_of(columns - 1) + _STRIP + 12
    for column, head in enumerate(plan.heads):
        y += _LINE + 6
        body.append(text(2, y, head, css="c-text c-bold", size=13))
        for node in (n for n in found.nodes if n.column == column):
            y += _LINE
            at = (column, node.key)
            body.append(rect(2, y - 10, 10, 10, f"c{plan.colour(*at)}"))
            amount = f"{plan.said(node.amount)} · {plan.shares(node.height)}"
            letters = max(8, 41 - len(amount))
            label = short(plan.name(*at), letters)
            body.append(text(17, y, f"{numbers[at]}  {label}", size=12))
            body.append(
                text(NARROW - 2, y, amount, css="c-soft", anchor="end", size=12)
            )
    return svg(plan.title, summary(plan.rows), NARROW, y + 16, body)
