"""A drawing as a file of its own: with the colours of the light page written into it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.http import HttpResponse

from opensti.kernel.files.serving import as_download
from opensti.ui.drawing import coordinate, rect, text

if TYPE_CHECKING:
    from opensti.ui.drawing import Chart

CSS = Path(__file__).parent / "static" / "ui" / "css"
_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)" width="[\d.]+" height="[\d.]+"')
_TITLE = 34
_LEGEND = 22.0
_VARIABLE = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")
_RULE = re.compile(r"^\s*((?:\.[cltgh][a-z0-9-]*[,\s]*)+\{[^{}]*\}.*)$", re.MULTILINE)


@cache
def _style() -> str:
    """The rules of charts from the style sheet, its variables replaced by the light theme's."""
    tokens: dict[str, str] = {}
    for name, value in _VARIABLE.findall((CSS / "tokens.css").read_text("utf-8")):
        tokens.setdefault(name, value.strip())
    sheet = (CSS / "components.css").read_text("utf-8")
    start = sheet.index("/* ---- charts */")
    rules = "\n".join(_RULE.findall(sheet[start : sheet.index("/* ----", start + 9)]))
    return re.sub(r"var\(--([a-z0-9-]+)\)", lambda m: tokens[m[1]], rules)


def svg_file(chart: Chart) -> bytes:
    """The wide drawing under its title, as an SVG file that needs no style sheet."""
    style = f"<style>text{{font-family:sans-serif}}{_style()}</style>"
    head, close, rest = str(chart.svg).partition(">")
    titled = _BOX.sub(_taller, head)
    said = text(2, -12, chart.title, css="c-text c-bold", size=16)
    return f'<?xml version="1.0" encoding="UTF-8"?>{titled}{close}{style}{said}{rest}'.encode()


def for_paper(chart: Chart, *, font: str = "Libertinus Serif") -> str:
    """The wide drawing for a page of a paper: colours written in, its legend beneath, no title."""
    style = f"<style>text{{font-family:'{font}'}}{_style()}</style>"
    head, close, rest = str(chart.svg).partition(">")
    box = _BOX.search(head)
    if box is None:  # every drawing comes of ``svg``
        raise ValueError(head[:80])
    width, height = float(box[1]), float(box[2])
    room = _LEGEND if chart.legend and not chart.signs else 0
    tall = coordinate(height + room)
    size = f'viewBox="0 0 {box[1]} {tall}" width="{box[1]}" height="{tall}"'
    share = width / max(len(chart.legend), 1)
    legend = "".join(
        rect(n * share + 8, height + 4, 12, 12, f"c{n + 1}")
        + text(n * share + 26, height + 15, word, size=13)
        for n, word in enumerate(chart.legend if room else ())
    )
    body = rest.removesuffix("</svg>")
    return f"{head.replace(box[0], size)}{close}{style}{body}{legend}</svg>"


def _taller(box: re.Match[str]) -> str:
    tall = coordinate(float(box[2]) + _TITLE)
    return f'viewBox="0 -{_TITLE} {box[1]} {tall}" width="{box[1]}" height="{tall}"'


def svg_response(chart: Chart, *, name: str) -> HttpResponse:
    """The drawing as a download; it runs nothing wherever it is opened."""
    response = HttpResponse(svg_file(chart), content_type="image/svg+xml")
    response["Content-Disposition"] = as_download(f"{name}.svg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )
    return response
