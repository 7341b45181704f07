"""An index drawn: its map where its units are provinces, and no map elsewhere."""

from __future__ import annotations

from opensti.ui.composites import map_of
from opensti.ui.scoreboards import scoreboard


def board(*units):
    places = list(range(1, len(units) + 1))
    scores = [float(100 - place) for place in places]
    return scoreboard(units=list(units), places=places, scores=scores, parts=[])


def test_provinces_stand_on_the_map_under_the_names_of_the_index():
    drawn = map_of(board(("01", "Hà Nội"), ("79", "TP. Hồ Chí Minh")))
    assert drawn is not None
    with_figures = [row for row in drawn.rows if row[1] != "\N{EM DASH}"]
    assert [(name, value) for name, value in with_figures] == [
        ("Hà Nội", "99,0"),
        ("TP. Hồ Chí Minh", "98,0"),
    ]


def test_economies_have_no_map():
    assert (
        map_of(board(("VNM", "Viet Nam"), ("THA", "Thailand"), ("01", "One"))) is None
    )
