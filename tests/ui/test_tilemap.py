"""Provinces as tiles, and the way to a target: figures in the drawing and in the table."""

import pytest
from django.utils import translation

from opensti.ui import paths, tilemap

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def english():
    with translation.override("en"):
        yield


def test_the_layout_has_34_provinces_each_on_a_tile_of_its_own():
    tiles = tilemap.layout()
    assert len(tiles) == 34
    assert len({t.code for t in tiles}) == 34
    assert len({(t.column, t.row) for t in tiles}) == 34


def test_a_map_writes_each_value_in_its_tile_and_ranks_the_table():
    tiles = [
        tilemap.Tile(code="01", name="Hà Nội", column=0, row=0),
        tilemap.Tile(code="79", name="Hồ Chí Minh", column=1, row=0),
        tilemap.Tile(code="48", name="Đà Nẵng", column=0, row=1),
    ]
    chart = tilemap.tilemap(
        title="Index",
        head=("Province", "Score"),
        values={"01": 10.5, "79": 20, "99": 15},
        tiles=tiles,
    )
    assert chart.rows == (
        ("Hồ Chí Minh", "20.0"),
        ("99", "15.0"),
        ("Hà Nội", "10.5"),
        ("Đà Nẵng", "—"),
    )
    assert chart.legend == (
        "10.5 – 12.4", "12.4 – 14.3", "14.3 – 16.2", "16.2 – 18.1", "18.1 – 20.0",
        "No figure",
    )  # fmt: skip
    assert "79 Hồ Chí Minh: 20.0" in chart.svg
    assert 'class="t5"' in chart.svg
    assert 'class="t0"' in chart.svg


def test_a_map_of_one_value_has_one_shade():
    chart = tilemap.tilemap(title="I", head=("p", "v"), values={"01": 3})
    assert chart.legend == ("3", "No figure")


def test_names_of_places_are_escaped():
    tile = tilemap.Tile(code="01", name="<script>", column=0, row=0)
    chart = tilemap.tilemap(title="I", head=("p", "v"), values={"01": 3}, tiles=[tile])
    assert "<script>" not in chart.svg


def test_the_way_to_a_target_has_a_row_a_year():
    chart = paths.way(
        title="Way",
        path={2024: 60, 2025: 58, 2026: 56},
        observed={2024: 60, 2025: 59},
        required={2025: 59, 2026: 56},
        aim=(2026, 56),
    )
    assert chart.rows == (
        ("2024", "60", "60", "—"),
        ("2025", "59", "58", "59"),
        ("2026", "—", "56", "56"),
    )
    assert chart.legend == ("Observed", "Path", "Required from here", "Target")
    assert "Target, 2026: 56" in chart.svg


def test_a_spark_of_nothing_is_nothing():
    assert paths.spark(path={}, observed={2024: 1}) == ""
    assert "<svg" in paths.spark(path={}, observed={2024: 1, 2025: 1})
