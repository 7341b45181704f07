"""Columns as wide as their figures need: nothing cut, nothing over the edge."""

from __future__ import annotations

import pytest

from opensti.kernel.documents.widths import PORTRAIT_ROOM, fitted

MONEY = "999.999.999.999"


def test_columns_keep_their_shares_where_their_words_fit():
    widths = fitted(["STT", "Tên"], [["1", "Lò hơi"]], widths=[1, 3], room=16.5)
    assert widths == ([4.125, 12.375], 11)


def test_a_figure_that_needs_more_gets_it_from_the_others():
    head = ["STT", "Tên", "Số tiền"]
    widths, size = fitted(head, [["1", "a", MONEY]], widths=[1, 30, 1], room=16.5)
    assert (size, sum(widths)) == (11, pytest.approx(PORTRAIT_ROOM, abs=0.01))
    assert widths[2] == pytest.approx(0.4 + 12 * 0.2 + 3 * 0.1)


def test_many_figures_are_set_smaller():
    head = ["Năm", *["Số tiền"] * 6]
    rows = [["2026", *[MONEY] * 6]]
    widths, size = fitted(head, rows, widths=[1] * 7, room=16.5)
    assert (size, sum(widths)) == (8, pytest.approx(PORTRAIT_ROOM, abs=0.01))


def test_a_word_nobody_can_break_does_not_take_the_page():
    widths, size = fitted(
        ["a", "b"], [["x" * 300, MONEY]], widths=[1, 1], room=PORTRAIT_ROOM
    )
    assert (widths, size) == ([8.25, 8.25], 11)


def test_what_fits_nowhere_is_shared_out_at_the_smallest_size():
    widths, size = fitted(["x" * 20] * 40, [], widths=[1] * 40, room=16.5)
    assert (size, sum(widths)) == (7, pytest.approx(16.5))
