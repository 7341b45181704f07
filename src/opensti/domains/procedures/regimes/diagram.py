"""A track drawn as an SVG: stages in layers, steps as arrows, the case's place marked.

Plain presentation attributes and classes only: it is shown inline under a strict
content security policy, printed, and read aloud by its title and description.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from opensti.domains.procedures.choices import END_STATES, Track
from opensti.kernel.citations import cited

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.procedures.regimes.format import (
        Regime,
        Stage,
        TrackTable,
        Transition,
    )

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 186, 58, 34, 46, 40
LINE, LETTERS, LINES = 16, 25, 3
CAPTION = 34
WORDS = {
    "vi": ("Sơ đồ thủ tục", "Hồ sơ đang ở đây", "Từ", "đến", "chưa xác minh"),
    "en": (
        "Diagram of the procedure",
        "The case is here",
        "From",
        "to",
        "not verified",
    ),
}


@dataclass(frozen=True, kw_only=True)
class _Box:
    stage: Stage
    x: float
    y: float

    @property
    def middle(self) -> float:
        return self.x + WIDTH / 2


def draw(
    regime: Regime,
    *,
    track: Track = Track.DOSSIER,
    lang: str = "vi",
    here: str = "",
    name: str = "procedure",
) -> str:
    """Return the diagram; ``here`` is the stage to mark, ``name`` makes its ids unique."""
    lang = "en" if lang.startswith("en") else "vi"
    table, words = regime.track(track), WORDS[lang]
    table = _without_unused(table, here)
    boxes, width, height = _layout(table)
    title = f"{words[0]}: {regime.label(lang)}"
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="procedure" role="img" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
            f'height="{height:.0f}" lang="{lang}" '
            f'aria-labelledby="{name}-title {name}-desc" '
            f'font-family="system-ui, sans-serif" font-size="13">'
        ),
        f'<title id="{name}-title">{escape(title)}</title>',
        (
            f'<desc id="{name}-desc">'
            f"{escape(_in_words(table, boxes, words, lang, here))}</desc>"
        ),
        (
            f'<defs><marker id="{name}-arrow" viewBox="0 0 8 8" refX="7" refY="4" '
            'markerWidth="7" markerHeight="7" orient="auto-start-reverse">'
            '<path d="M0 0 L8 4 L0 8 z" fill="#5b6770"/></marker></defs>'
        ),
        f'<rect class="paper" width="{width:.0f}" height="{height:.0f}" fill="#fff"/>',
        (
            f'<text class="caption" x="{MARGIN}" y="24" font-size="14" fill="#1b2430" '
            f'font-weight="600">{escape(title)}</text>'
        ),
    ]
    for step in table.transitions:
        if step.by:
            parts += [
                _arrow(boxes[origin], boxes[step.to], step, name, width)
                for origin in step.from_
            ]
    parts += [
        _drawn(
            box,
            here=box.stage.id == here,
            track=track,
            lang=lang,
            words=words,
            names={source.id: source.names for source in regime.sources},
        )
        for box in boxes.values()
    ]
    return "".join([*parts, "</svg>"])


def _without_unused(table: TrackTable, here: str) -> TrackTable:
    """Leave out stages that no step leads to (a switch may have turned them off)."""
    used = {table.initial, here} | {t.to for t in table.transitions if t.by}
    return replace(
        table,
        stages=tuple(s for s in table.stages if s.id in used),
        transitions=tuple(
            replace(t, from_=tuple(f for f in t.from_ if f in used))
            for t in table.transitions
            if t.by and t.to in used
        ),
    )


def _layout(table: TrackTable) -> tuple[dict[str, _Box], float, float]:
    """Longest path over the steps that go down in the file's order; a row per layer."""
    order = {s.id: n for n, s in enumerate(table.stages)}
    before: dict[str, list[str]] = defaultdict(list)
    for step in table.transitions:
        for origin in step.from_:
            if step.by and order[origin] < order[step.to]:
                before[step.to].append(origin)
    layer: dict[str, int] = {}
    for stage in table.stages:
        layer[stage.id] = max((layer[b] + 1 for b in before[stage.id]), default=0)
    rows: dict[int, list[Stage]] = defaultdict(list)
    for stage in table.stages:
        rows[layer[stage.id]].append(stage)
    most = max(len(row) for row in rows.values())
    inner = most * WIDTH + (most - 1) * GAP_X
    left = 2 * MARGIN
    boxes: dict[str, _Box] = {}
    for number in sorted(rows):
        row = sorted(rows[number], key=lambda s: _wish(s, before, boxes, inner, left))
        start = left + (inner - len(row) * WIDTH - (len(row) - 1) * GAP_X) / 2
        for place, stage in enumerate(row):
            boxes[stage.id] = _Box(
                stage=stage,
                x=start + place * (WIDTH + GAP_X),
                y=CAPTION + MARGIN / 2 + number * (HEIGHT + GAP_Y),
            )
    height = CAPTION + MARGIN + len(rows) * (HEIGHT + GAP_Y)
    return boxes, inner + 2 * left, height


def _wish(
    stage: Stage,
    before: dict[str, list[str]],
    boxes: dict[str, _Box],
    inner: float,
    left: float,
) -> float:
    """Where a stage would like to stand: below what leads to it."""
    places = [boxes[b].middle for b in before[stage.id] if b in boxes]
    return sum(places) / len(places) if places else left + inner / 2


def _arrow(a: _Box, b: _Box, step: Transition, name: str, width: float) -> str:
    down = b.y > a.y
    x1, x2 = a.middle, b.middle
    if down:
        y1, y2 = a.y + HEIGHT, b.y
        bend = min((y2 - y1) / 2, 60)
        path = f"M{x1:.0f} {y1:.0f} C{x1:.0f} {y1 + bend:.0f} {x2:.0f} {y2 - bend:.0f} {x2:.0f} {y2:.0f}"
        if y2 - y1 > HEIGHT + GAP_Y:  # passes a row: swing to the nearer side
            side = MARGIN if (x1 + x2) / 2 < width / 2 else width - MARGIN
            path = (
                f"M{x1:.0f} {y1:.0f} C{x1:.0f} {y1 + 30:.0f} {side:.0f} {y1 + 10:.0f} "
                f"{side:.0f} {(y1 + y2) / 2:.0f} S{x2:.0f} {y2 - 30:.0f} "
                f"{x2:.0f} {y2:.0f}"
            )
    else:
        right = (x1 + x2) / 2 >= width / 2
        x1 = a.x + (WIDTH if right else 0)
        x2 = b.x + (WIDTH if right else 0)
        side = (max(x1, x2) + 46) if right else (min(x1, x2) - 46)
        y1, y2 = a.y + HEIGHT / 2, b.y + HEIGHT / 2
        path = f"M{x1:.0f} {y1:.0f} C{side:.0f} {y1:.0f} {side:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
    kind = "step" if down else "step back"
    dashes = "" if step.verified else ' stroke-dasharray="5 3"'
    return (
        f'<path class="{kind}" d="{path}" fill="none" stroke="#5b6770" '
        f'stroke-width="1.3"{dashes} marker-end="url(#{name}-arrow)" '
        f"data-act={quoteattr(step.act)}/>"
    )


def _drawn(
    box: _Box,
    *,
    here: bool,
    track: Track,
    lang: str,
    words: tuple[str, ...],
    names: Mapping[str, tuple[str, str]],
) -> str:
    stage = box.stage
    ends = stage.state in END_STATES[track]
    fill = "#ffe9b0" if here else "#eceff2" if ends else "#e8f1fb"
    stroke, thick = ("#8a4b00", 3) if here else ("#40566b", 1.2)
    dashes = "" if stage.verified else ' stroke-dasharray="4 3"'
    lines = wrap(stage.label(lang), LETTERS)[:LINES]
    top = box.y + HEIGHT / 2 - (len(lines) - 1) * LINE / 2 + 4
    text = "".join(
        f'<tspan x="{box.middle:.0f}" y="{top + n * LINE:.0f}">{escape(line)}</tspan>'
        for n, line in enumerate(lines)
    )
    tip = f"{stage.label(lang)} · {cited(stage.basis, language=lang, names=names)}"
    if not stage.verified:
        tip += f" · {words[4]}"
    marker = (
        f'<text class="here-label" x="{box.middle:.0f}" y="{box.y - 6:.0f}" '
        f'text-anchor="middle" fill="#8a4b00" font-weight="600" stroke="#fff" '
        f'stroke-width="4" paint-order="stroke">▼ {escape(words[1])}</text>'
        if here
        else ""
    )
    classes = f"stage state-{stage.state}{' here' if here else ''}"
    return (
        f'<g class="{classes}"><title>{escape(tip)}</title>'
        f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{WIDTH}" height="{HEIGHT}" '
        f'rx="{HEIGHT / 2 if ends else 8:.0f}" fill="{fill}" stroke="{stroke}" '
        f'stroke-width="{thick}"{dashes}/>'
        f'<text text-anchor="middle" fill="#1b2430">{text}</text>{marker}</g>'
    )


def _in_words(
    table: TrackTable,
    boxes: dict[str, _Box],
    words: tuple[str, ...],
    lang: str,
    here: str,
) -> str:
    lines = [f"{words[1]}: {boxes[here].stage.label(lang)}."] if here in boxes else []
    lines += [
        f"{words[2]} {table.stage(origin).label(lang)} {words[3]} "
        f"{table.stage(step.to).label(lang)}."
        for step in table.transitions
        if step.by
        for origin in step.from_
    ]
    return " ".join(dict.fromkeys(lines))
