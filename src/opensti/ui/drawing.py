"""Pieces that charts are drawn with: texts, boxes, rules, round marks, the frame.

Every text goes through ``escape`` here and nowhere else.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from opensti.ui.templatetags.ui import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Number = int | float | Decimal

WIDTH = 560
# For a phone: letters keep their size, so the drawing is made anew and not shrunk.
NARROW = 320
ROW = 30
COLOURS = 8


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A drawing and its figures; ``numeric`` names the columns set to the right.

    ``narrow`` is the same drawing for little room; the page shows one of the two.
    ``signs`` are small drawings that stand before the words of the legend; without them
    each word has the colour of its place.
    """

    title: str
    svg: SafeString
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    legend: tuple[str, ...] = field(default=())
    narrow: SafeString = field(default=SafeString())
    signs: tuple[SafeString, ...] = field(default=())

    @property
    def signed(self) -> list[tuple[SafeString, str]]:
        """The legend, each word with its sign."""
        return list(zip(self.signs, self.legend, strict=True))


def written(value: Number, places: int | None = None) -> str:
    if places is None:
        found = Decimal(str(value))
        places = max(0, -int(found.normalize().as_tuple().exponent)) if found else 0
        places = min(places, 2)
    return number(value, places)


def coordinate(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def text(
    x: float,
    y: float,
    words: str,
    *,
    css: str = "c-text",
    anchor: str = "start",
    size: int = 14,
) -> str:
    return (
        f'<text x="{coordinate(x)}" y="{coordinate(y)}" class="{css}" font-size="{size}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )


def rect(  # noqa: PLR0917 -- place and size, read in their usual order
    x: float, y: float, width: float, height: float, css: str, tip: str = ""
) -> str:
    title = f"<title>{escape(tip)}</title>" if tip else ""
    return (
        f'<rect x="{coordinate(x)}" y="{coordinate(y)}" width="{coordinate(max(width, 0))}" '
        f'height="{coordinate(max(height, 0))}" rx="2" class="{css}">{title}</rect>'
    )


def sign(body: str) -> SafeString:
    """Return a small drawing for a legend, 14 units wide and high."""
    return mark_safe(  # noqa: S308 -- no text goes in
        f'<svg viewBox="0 0 14 14" aria-hidden="true">{body}</svg>'
    )


def group(tip: str, body: str) -> str:
    return f"<g><title>{escape(tip)}</title>{body}</g>"


def rule(x1: float, y1: float, x2: float, y2: float, css: str = "c-grid") -> str:
    return f'<line x1="{coordinate(x1)}" y1="{coordinate(y1)}" x2="{coordinate(x2)}" y2="{coordinate(y2)}" class="{css}"/>'


def svg(  # noqa: PLR0917 -- what is drawn, then how large
    title: str,
    summary: str,
    width: float,
    height: float,
    body: list[str],
    css: str = "",
) -> SafeString:
    style = f' class="{css}"' if css else ""
    return mark_safe(  # noqa: S308 -- every text went through escape above
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img"{style} viewBox="0 0 {coordinate(width)} {coordinate(height)}" '
        f'width="{coordinate(width)}" height="{coordinate(height)}" aria-label="{escape(title)}. {escape(summary)}">'
        f"<title>{escape(title)}</title><desc>{escape(summary)}</desc>{''.join(body)}</svg>"
    )


_BOX = re.compile(r' viewBox="0 0 ([\d.]+) ([\d.]+)" width="[\d.]+" height="[\d.]+"')
_NOTE_LINE = 15.0


def noted(chart: Chart, note: str) -> Chart:
    """The chart with a line printed beneath each drawing: its source and date."""
    return replace(
        chart,
        svg=_with_note(chart.svg, note),
        narrow=_with_note(chart.narrow, note) if chart.narrow else chart.narrow,
    )


def _with_note(drawing: SafeString, note: str) -> SafeString:
    box = _BOX.search(drawing)
    if box is None:  # every drawing comes of ``svg``
        raise ValueError(drawing[:80])
    width, height = float(box[1]), float(box[2])
    found = lines(note, int(width / 6.2))
    body = "".join(
        text(2, height + 14 + place * _NOTE_LINE, line, css="c-soft", size=11)
        for place, line in enumerate(found)
    )
    tall = coordinate(height + 8 + len(found) * _NOTE_LINE)
    size = f' viewBox="0 0 {box[1]} {tall}" width="{box[1]}" height="{tall}"'
    return mark_safe(  # noqa: S308 -- the note went through escape in ``text``
        drawing.replace(box[0], size, 1).replace("</svg>", f"{body}</svg>")
    )


def lines(words: str, letters: int) -> list[str]:
    """Words broken into lines of at most so many letters."""
    found: list[str] = []
    for word in words.split():
        if found and len(found[-1]) + 1 + len(word) <= letters:
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found


_STEPS = tuple(map(Decimal, ("1", "2", "2.5", "5", "10")))


def ticks(top: Number, wanted: int = 5, *, whole: bool = False) -> list[Decimal]:
    """Return round marks from 0 up to at least ``top``; what is counted has ``whole`` ones."""
    if top <= 0:
        return [Decimal(0), Decimal(1)]
    highest = exact(top)
    step = _round_step(highest / wanted, whole=whole)
    return [step * i for i in range(math.ceil(highest / step) + 1)]


def ticks_between(low: Number, high: Number, wanted: int = 5) -> list[Decimal]:
    """Return round marks, at least two, from at most ``low`` to at least ``high``."""
    lowest, highest = exact(low), exact(high)
    if lowest == highest:
        room = abs(lowest) / 10 or Decimal(1)
        lowest, highest = lowest - room, highest + room
    step = _round_step((highest - lowest) / wanted)
    first, last = math.floor(lowest / step), math.ceil(highest / step)
    return [step * i for i in range(first, last + 1)]


def _round_step(raw: Decimal, *, whole: bool = False) -> Decimal:
    unit = Decimal(1).scaleb(raw.adjusted())
    steps = [unit * m for m in _STEPS if unit * m >= raw]
    return next(
        (s for s in steps if not whole or s == s.to_integral_value()), Decimal(1)
    )


def exact(value: Number) -> Decimal:
    """Return a figure as it is written; what is not finite cannot be drawn."""
    found = Decimal(str(value))
    if not found.is_finite():
        message = f"{value} cannot be drawn"
        raise ValueError(message)
    return found


def places(values: Iterable[Number | None]) -> int:
    """Return how many decimals, at most two, a column of figures is written with."""
    deepest = min(
        (int(exact(v).normalize().as_tuple().exponent) for v in values if v), default=0
    )
    return min(max(0, -deepest), 2)


def counted(values: Iterable[Number | None]) -> bool:
    """Whether the figures are counts of things, which have no halves."""
    return all(isinstance(v, int) for v in values if v is not None)


def short(words: str, letters: int = 30) -> str:
    return words if len(words) <= letters else words[: letters - 1].rstrip() + "…"


def label_width(labels: Sequence[str]) -> float:
    longest = max((len(short(label)) for label in labels), default=0)
    return min(230.0, 16 + longest * 7.8)


def summary(rows: Sequence[Any]) -> str:
    return _("%(count)s rows; the figures follow as a table.") % {"count": len(rows)}


def nothing(title: str, head: Sequence[str], why: str = "") -> Chart:
    said = why or _("No figures yet")
    body = [text(WIDTH / 2, 30, said, css="c-soft", anchor="middle")]
    return Chart(
        title=title,
        svg=svg(title, said, WIDTH, 50, body),
        head=tuple(map(str, head)),
        rows=(),
    )
