"""A value by its parts: provinces on their map with the table beside, others in rows."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from opensti.ui.breakdowns import breakdowns

PROVINCES = {
    "code": "province",
    "name_vi": "Tỉnh",
    "name_en": "Province",
    "parts": [
        {"code": "01", "name_vi": "Hà Nội", "name_en": "Hanoi"},
        {"code": "48", "name_vi": "Đà Nẵng", "name_en": "Da Nang"},
        {"code": "99", "name_vi": "Nơi khác", "name_en": "Elsewhere"},
    ],
}
SIZES = {
    "code": "size",
    "name_vi": "Quy mô",
    "name_en": "Size",
    # A size may have the code of a province: it is none all the same.
    "parts": [{"code": "01", "name_vi": "Nhỏ", "name_en": "Small"}],
}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def said(values, *dimensions):
    return breakdowns(
        dimensions=dimensions,
        values={k: None if v is None else Decimal(v) for k, v in values.items()},
        title="Enterprises, 2024",
        unit="%",
        decimals=1,
    )


def test_provinces_are_tiles_with_their_table_and_the_rest_stands_beside():
    (found,) = said(
        {"province=*": "9", "province=01": "60.04", "province=48": None, "province=99": "7"},
        PROVINCES,
    )  # fmt: skip
    assert (found.name, found.rows) == ("Province", (("the rest", "9.0"),))
    assert found.map.title == "Enterprises, 2024, Province"
    assert found.map.head == ("Province", "%")
    assert found.map.rows[:2] == (("Hanoi", "60.0"), ("Elsewhere", "7.0"))
    assert ("Da Nang", "—") in found.map.rows
    assert "the rest" not in dict(found.map.rows)
    assert "60.0" in found.map.svg


def test_other_dimensions_are_rows_alone():
    (found,) = said({"size=01": "5", "size=*": None}, SIZES)
    assert (found.map, found.rows) == (
        None, (("Small", "5.0"), ("the rest", "no data")),
    )  # fmt: skip


def test_provinces_that_no_layout_knows_and_dimensions_without_values_have_no_map():
    (found,) = said({"province=99": "7"}, PROVINCES, SIZES)
    assert (found.map, found.rows) == (None, (("Elsewhere", "7.0"),))
