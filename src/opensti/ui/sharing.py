"""A picture as a card that is shared: PNG of the size that social pages show.

Drawn by typst, which the house has for its papers, with the fonts of the machine where it
has some, else those that typst carries.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import typst

from opensti.ui.svgfiles import svg_file

if TYPE_CHECKING:
    from opensti.ui.drawing import Chart

WIDTH, HEIGHT = 1200, 630
_CARD = b"""
#set page(width: 600pt, height: 315pt, margin: 14pt, fill: rgb("#fffefb"))
#align(center + horizon, image(bytes(sys.inputs.svg), format: "svg", width: 100%, height: 100%, fit: "contain"))
"""


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True)


def share_card(chart: Chart) -> bytes:
    """The wide drawing with title and source, 1200 by 630."""
    drawn: bytes = typst.compile(
        _CARD,
        format="png",
        ppi=144,
        sys_inputs={"svg": svg_file(chart).decode()},
        font_paths=_fonts(),
    )
    return drawn
