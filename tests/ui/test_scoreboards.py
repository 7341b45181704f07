"""A ranking laid out: places, shades by fifths, the same as columns of a file."""

from __future__ import annotations

import pytest

from opensti.ui.scoreboards import figures, scoreboard


def board(**more):
    return scoreboard(
        units=[("A", "An"), ("B", "Bình"), ("C", "Cường"), ("D", "Dũng")],
        places=[2, None, 1, 2],
        scores=[40.0, None, 60.0, 40.0],
        parts=[("P", "Part", [10.0, None, 30.0, 20.0])],
        **more,
    )


def test_units_stand_by_place_and_those_without_one_last():
    assert [(line.code, line.place) for line in board().lines] == [
        ("C", 1),
        ("A", 2),
        ("D", 2),
        ("B", None),
    ]


def test_a_shade_is_the_fifth_among_units_with_a_figure_and_none_without():
    shades = {line.code: line.parts[0].shade for line in board().lines}
    assert shades == {"A": 1, "B": 0, "C": 4, "D": 2}


def test_equal_figures_share_a_shade():
    found = scoreboard(
        units=[("A", "A"), ("B", "B"), ("C", "C")],
        places=[1, 1, 3],
        scores=[1.0, 1.0, 0.0],
        parts=[("P", "P", [5.0, 5.0, 1.0])],
    )
    assert [line.parts[0].shade for line in found.lines] == [2, 2, 1]


def test_a_file_has_bands_and_ranges_where_the_page_has():
    assert figures(board())[0] == ["rank", "code", "name", "score", "P"]
    head, rows = figures(
        board(bands=["good", "", "best", "good"], ranges={"C": (1.0, 2.0)})
    )
    assert head == ["rank", "code", "name", "score", "P", "band", "rank_5", "rank_95"]
    assert rows[0] == [1, "C", "Cường", 60.0, 30.0, "best", 1.0, 2.0]
    assert rows[1][-2:] == [None, None]


def test_lengths_that_differ_are_a_fault_of_the_program():
    with pytest.raises(ValueError, match="zip"):
        scoreboard(units=[("A", "A")], places=[], scores=[1.0], parts=[])
