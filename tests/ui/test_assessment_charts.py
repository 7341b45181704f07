"""Radar and quadrants: a drawing for each width and the same figures as a table."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from opensti.ui.quadrants import Dot, quadrants
from opensti.ui.radar import radar

HEAD = ["Part", "Claimed", "Shown"]
ROWS = [("A", (4, 2)), ("B", (3, None)), ("C", (5, 1.5))]


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def test_a_radar_has_a_ray_for_each_row_and_a_dash_where_no_score_is():
    chart = radar(title="Maturity", head=HEAD, rows=ROWS)
    assert chart.rows == (
        ("A", "4.0", "2.0"),
        ("B", "3.0", "no score"),
        ("C", "5.0", "1.5"),
    )
    assert chart.svg.count("<circle") == 5
    assert chart.svg.count('class="l1"') == 1
    assert (chart.legend, 'class="l2"' in chart.svg) == (("Claimed", "Shown"), False)
    assert radar(title="Maturity", head=HEAD, rows=[]).rows == ()


def test_a_radar_refuses_what_is_off_its_scale():
    with pytest.raises(ValueError, match="0 to 5"):
        radar(title="Maturity", head=HEAD, rows=[("A", (6, 1))])


def test_quadrants_are_parted_by_two_lines_and_dots_keep_apart():
    rows = [
        Dot(label="A", mark="A", x=2, y=5),
        Dot(label="B", mark="B", x=2, y=5),
        Dot(label="C", mark="C", x=0, y=0),
    ]
    head = ["Part", "Score", "Importance"]
    chart = quadrants(title="x", head=head, rows=rows, x_line=1.3, y_line=3.3)
    assert chart.rows == (
        ("A", "2.0", "5.0"),
        ("B", "2.0", "5.0"),
        ("C", "0.0", "0.0"),
    )
    assert chart.svg.count("c-today") == 2
    places = {part.split('"')[0] for part in chart.svg.split('cx="')[1:]}
    assert len(places) == 3
    with pytest.raises(ValueError, match="0 to 5"):
        quadrants(
            title="x",
            head=head,
            rows=[Dot(label="A", mark="A", x=6, y=1)],
            x_line=1,
            y_line=1,
        )
