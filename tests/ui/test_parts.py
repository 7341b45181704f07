"""Charts of parts: a waterfall ends at the sum, a stack goes both ways, discs grow by area."""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from opensti.ui.bubbles import Bubble, bubbles
from opensti.ui.waterfall import diverging, waterfall


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def bars_of(svg):
    return [
        (float(x), float(width))
        for x, width in re.findall(
            r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', svg
        )
    ]


def test_each_part_begins_where_the_one_before_ended_and_the_sum_begins_at_nought():
    chart = waterfall(
        title="T",
        head=("Part", "%"),
        rows=[("up", 3), ("down", -1), ("more", 2)],
        total="Sum",
    )
    (up, down, more, whole) = bars_of(chart.svg)
    assert up[0] == whole[0]
    assert down[0] + down[1] == pytest.approx(up[0] + up[1], abs=0.2)
    assert down[0] == pytest.approx(more[0], abs=0.2)
    assert more[0] + more[1] == pytest.approx(whole[0] + whole[1], abs=0.2)
    assert chart.rows == (
        ("up", "3.00"),
        ("down", "-1.00"),
        ("more", "2.00"),
        ("Sum", "4.00"),
    )


def test_a_stack_goes_both_ways_from_nought_and_its_table_has_the_sum():
    chart = diverging(
        title="T",
        head=("Unit", "a", "b", "c"),
        rows=[("X", 2, -1, None)],
        total="Sum",
    )
    right, left = bars_of(chart.svg)
    assert left[0] + left[1] == pytest.approx(right[0], abs=0.2)
    assert left[1] * 2 == pytest.approx(right[1], abs=0.3)
    assert chart.head == ("Unit", "a", "b", "c", "Sum")
    assert chart.rows == (("X", "2.00", "-1.00", "—", "1.00"),)


def test_a_disc_of_four_times_the_size_has_twice_the_radius():
    rows = [
        Bubble(label="A", x=1, y=1, size=100),
        Bubble(label="B", x=2, y=2, size=25),
    ]
    chart = bubbles(title="T", head=("S", "x", "y", "size"), rows=rows)
    assert re.findall(r' r="([\d.]+)"', chart.svg) == ["26", "13"]
    assert [row[0] for row in chart.rows] == ["1. A", "2. B"]


def test_numbers_of_discs_in_one_place_stand_beside_each_other():
    rows = [Bubble(label=str(n), x=1, y=1, size=1) for n in range(3)]
    rows.append(Bubble(label="big", x=9, y=9, size=400))
    chart = bubbles(title="T", head=("S", "x", "y", "size"), rows=rows)
    places = re.findall(
        r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>([123])</text>', chart.svg
    )
    assert len({(x, y) for x, y, _n in places[-3:]}) == 3


def test_what_cannot_be_drawn_is_refused_and_nothing_is_said_of_nothing():
    with pytest.raises(ValueError, match="not negative"):
        bubbles(
            title="T",
            head=("S", "x", "y", "z"),
            rows=[Bubble(label="A", x=-1, y=1, size=1)],
        )
    for empty in (
        waterfall(title="T", head=("P", "%"), rows=[], total="S"),
        diverging(title="T", head=("P", "%"), rows=[]),
        bubbles(title="T", head=("S", "x", "y", "z"), rows=[]),
    ):
        assert empty.rows == ()


def test_hostile_words_stay_words():
    words = "<script>alert(1)</script>"
    for chart in (
        waterfall(title=words, head=("P", "%"), rows=[(words, 1)], total=words),
        diverging(title=words, head=(words, words), rows=[(words, 1)]),
        bubbles(
            title=words,
            head=(words,) * 4,
            rows=[Bubble(label=words, x=1, y=1, size=1)],
        ),
    ):
        assert "<script" not in chart.svg + chart.narrow
