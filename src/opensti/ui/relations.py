"""Charts of what lies between things: a heat map of each two, a graph of who is joined.

Both number their things from 1, and what stands beside them on the page names the
numbers: letters keep their size on a phone, where no name would fit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils.html import escape

from opensti.ui.drawing import (
    COLOURS,
    NARROW,
    WIDTH,
    Chart,
    coordinate,
    label_width,
    nothing,
    rect,
    short,
    summary,
    svg,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

SHADES = (0.6, 0.7, 0.8, 0.9)
_TALL, _LEGEND, _LETTER = 18.0, 34.0, 7.2


@dataclass(frozen=True, kw_only=True)
class Between:
    """What lies between two things, given by their places from 0 on.

    ``share`` (0 to 1) is drawn, ``words`` say it; ``series`` is a place in the legend of
    a graph.
    """

    first: int
    second: int
    share: float
    words: str
    series: int = 0


def heat(
    *,
    title: Any,
    head: Sequence[Any],
    blocks: Sequence[tuple[Any, Sequence[Any]]],
    cells: Sequence[Between],
    each: bool = False,
) -> Chart:
    """Draw a symmetric map of things in blocks: the darker, the higher the share.

    ``blocks`` are names with the labels of their things, in the order drawn; at the side
    stands the name of each block, or of ``each`` thing. ``head`` names the columns of
    the table: one thing, the other, what lies between.
    """
    title, names = str(title), [str(h) for h in head]
    labels = [str(label) for _name, inside in blocks for label in inside]
    if not labels or not cells:
        return nothing(title, names)
    rows = tuple((labels[c.first], labels[c.second], c.words) for c in cells)
    drawn = [
        _drawn_heat(title, blocks, labels, cells, rows, each=each, width=width)
        for width in (WIDTH, NARROW)
    ]
    return Chart(
        title=title,
        svg=drawn[0],
        narrow=drawn[1],
        head=tuple(names),
        rows=rows,
        numeric=(2,),
    )


def _drawn_heat(
    title: str,
    blocks: Sequence[tuple[Any, Sequence[Any]]],
    labels: list[str],
    cells: Sequence[Between],
    rows: Sequence[Sequence[str]],
    *,
    each: bool,
    width: float,
) -> SafeString:
    wide = width == WIDTH
    left = (
        label_width([f"00. {short(x, 29)}" for x in labels]) if each and wide else 26.0
    )
    across = min((width - left - 4) / len(labels), 40.0)
    down = max(across, _TALL) if each else across
    top = 18.0 if each else 4.0
    ends = (left + across * len(labels), top + down * len(labels))
    body = [rect(left, top, ends[0] - left, ends[1] - top, "h0")]
    for place, label in enumerate(labels):
        x, y = left + place * across, top + place * down
        body.append(rect(x, y, across, down, "h-self", f"{place + 1}. {label}"))
        if each:
            said = f"{place + 1}. {short(label, 29)}" if wide else f"{place + 1}"
            body.append(text(left - 6, y + down / 2 + 5, said, anchor="end", size=13))
            if place % math.ceil(2 * _LETTER / across) == 0:
                at = x + across / 2
                body.append(
                    text(at, 13, f"{place + 1}", css="c-soft", anchor="middle", size=12)
                )
    for cell in cells:
        css = f"h{1 + sum(cell.share >= shade for shade in SHADES)}"
        tip = f"{labels[cell.first]} \u2013 {labels[cell.second]}: {cell.words}"
        for x, y in ((cell.first, cell.second), (cell.second, cell.first)):
            body.append(rect(left + x * across, top + y * down, across, down, css, tip))
    at = 0
    for name, inside in blocks:
        x, y, size = left + at * across, top + at * down, len(inside)
        body.append(rect(x, y, size * across, size * down, "h-block"))
        if not each:
            middle = y + size * down / 2 + 4
            body.append(text(left - 6, middle, str(name), anchor="end", size=12))
        at += size
    body += _scale(ends[1] + 14, width)
    return svg(title, summary(rows), width, ends[1] + _LEGEND, body)


def _scale(y: float, width: float) -> list[str]:
    """Return what each shade means, the lightest first."""
    whole = [round(100 * shade) for shade in SHADES]
    words = [
        f"< {whole[0]} %",
        *(f"{low}\u2013{high} %" for low, high in pairwise(whole)),
        f"≥ {whole[-1]} %",
    ]
    step = min(width / len(words), 92.0)
    body = []
    for place, said in enumerate(words):
        body.append(rect(2 + place * step, y, 11, 11, f"h{place + 1}"))
        body.append(text(16 + place * step, y + 10, said, css="c-soft", size=11))
    return body


def graph(
    *,
    title: Any,
    head: Sequence[Any],
    names: Sequence[Any],
    edges: Sequence[Between],
    series: Sequence[Any],
) -> Chart:
    """Draw things on a circle, joined by lines: the broader, the higher the share.

    ``series`` says what each colour (and dash) of a line means; ``head`` names the
    columns of the table: one thing, the other, what lies between, which series. Things
    that belong together should stand beside each other in ``names``.
    """
    title, columns = str(title), [str(h) for h in head]
    if not names or not edges:
        return nothing(title, columns)
    labels, kinds = [str(name) for name in names], [str(name) for name in series]
    rows = tuple(
        (labels[e.first], labels[e.second], e.words, kinds[e.series]) for e in edges
    )
    drawn = [
        _drawn_graph(title, labels, edges, rows, width=width)
        for width in (WIDTH, NARROW)
    ]
    return Chart(
        title=title,
        svg=drawn[0],
        narrow=drawn[1],
        head=tuple(columns),
        rows=rows,
        numeric=(2,),
        legend=tuple(kinds),
    )


def _drawn_graph(
    title: str,
    labels: list[str],
    edges: Sequence[Between],
    rows: Sequence[Sequence[str]],
    *,
    width: float,
) -> SafeString:
    radius = 150.0 if width == WIDTH else 126.0
    node, middle = 13.0, radius + 18
    places = [
        (
            width / 2 + radius * math.sin(2 * math.pi * n / len(labels)),
            middle - radius * math.cos(2 * math.pi * n / len(labels)),
        )
        for n in range(len(labels))
    ]
    body = []
    for edge in sorted(edges, key=lambda e: e.share):
        (x1, y1), (x2, y2) = places[edge.first], places[edge.second]
        tip = f"{labels[edge.first]} \u2013 {labels[edge.second]}: {edge.words}"
        place = edge.series
        dash = f' stroke-dasharray="{place * 4 + 2} {place * 2 + 2}"' if place else ""
        body.append(
            f'<line x1="{coordinate(x1)}" y1="{coordinate(y1)}" x2="{coordinate(x2)}" y2="{coordinate(y2)}" '
            f'stroke-width="{coordinate(1 + 4 * edge.share)}" class="l{place % COLOURS + 1}"{dash}>'
            f"<title>{escape(tip)}</title></line>"
        )
    for n, (x, y) in enumerate(places):
        tip = f"{n + 1}. {labels[n]}"
        body.append(
            f'<circle cx="{coordinate(x)}" cy="{coordinate(y)}" r="{coordinate(node)}" class="g-node">'
            f"<title>{escape(tip)}</title></circle>"
        )
        body.append(text(x, y + 5, f"{n + 1}", anchor="middle", size=13))
    return svg(title, summary(rows), width, 2 * middle, body)
