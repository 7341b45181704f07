"""A key is (block, code, unit); what is ambiguous or rounded is refused by its place."""

from __future__ import annotations

import numpy as np
import pytest
from sti_methods.productivity import (
    Dataset,
    Faulty,
    Point,
    Unreadable,
    dataset_of,
    economies_of,
    pwt_dataset,
)

WIDE = [
    ("TFP", 1, ["Productivity database", None, None]),
    ("TFP", 3, ["code", "2000", 2001.0]),
    ("TFP", 4, [40100.0, 1.0, 1.02]),
    ("VA", 1, ["code", "unit", "2000"]),
    ("VA", 2, ["40100", "", 812]),
    ("VA", 3, ["40200", "", ".."]),
]


def read(rows):
    return dataset_of(rows=rows, provider="A", version="2025 v1")


def faults(rows, reader=read):
    with pytest.raises(Unreadable) as refusal:
        reader(rows)
    return [
        (f.code, f.values["sheet"], f.values["row"], f.values["column"])
        for f in refusal.value.faults
    ]


def test_one_code_in_two_blocks_is_refused_by_code_alone():
    data = read(WIDE)

    with pytest.raises(Faulty) as refusal:
        data.series("40100", unit="")
    assert (refusal.value.code, refusal.value.values) == (
        "ambiguous",
        {
            "code": "40100",
            "blocks": ["TFP", "VA"],
            "places": ["TFP!4:2000", "VA!2:2000"],
        },
    )
    assert data.series("40100", unit="", block="TFP").values == (1.0, 1.02)
    assert data.series("40100", unit="", block="VA").values == (812.0,)


def test_what_is_not_known_is_left_out_and_not_0():
    data = read(WIDE)

    assert data.keys == (("TFP", "40100"), ("VA", "40100"))
    over = data.series("40100", unit="", block="VA").over([1999, 2000])
    assert np.isnan(over[0])
    assert over[1] == 812


def test_a_long_table_with_blocks_is_the_same_as_sheets():
    long = [
        ("", 1, ["block", "code", "unit", "year", "value"]),
        ("", 2, ["TFP", "40100", "", "2000", "1.0"]),
        ("", 3, ["TFP", "40100", "", "2001", "1.02"]),
        ("", 4, ["VA", "40100", "", "2000", "812"]),
    ]
    assert read(long).digest == read(WIDE).digest
    assert read(long).series("40100", unit="", block="TFP").years == (2000, 2001)


def test_each_fault_has_its_sheet_row_and_column():
    assert faults([
        ("S", 1, ["block", "code", "unit", "year", "value"]),
        ("S", 2, ["B", "", "u", "2000", "1"]),
        ("S", 3, ["B", "a", "u", "20x0", "1"]),
        ("S", 4, ["B", "a", "u", "2000", "1,5"]),
        ("S", 5, ["B", "a", "u", "2000", "2"]),
        ("S", 6, ["B", "a", "u", "2000", "2"]),
        ("T", 1, ["names", "only"]),
        ("U", 1, ["code", "code", "2000"]),
        ("V", 1, ["code", "value"]),
        ("W", 1, ["code", "unit"]),
    ]) == [
        ("no_code", "S", 2, "code"),
        ("no_year", "S", 3, "year"),
        ("no_number", "S", 4, "value"),
        ("twice", "S", 6, "value"),
        ("no_header", "T", 1, "code"),
        ("twice_named", "U", 1, "code"),
        ("missing_column", "V", 1, "year"),
        ("missing_column", "W", 1, "value"),
    ]  # fmt: skip
    assert faults([("S", 1, ["code", "2000"])]) == [("empty", "", 1, "code")]


def test_a_copy_of_the_penn_world_table_rounded_to_whole_numbers_is_refused():
    head = ["country", "isocode", "year", "rgdpna", "emp", "hc", "rnna"]
    rows = [
        ("", 1, head),
        ("", 2, ["Viet Nam", "VNM", "2000", "180000", "39", "2", "300000"]),
        ("", 3, ["Viet Nam", "VNM", "2001", "190000", "40", "3", "330000"]),
    ]

    def penn(told):
        return pwt_dataset(rows=told, version="11.0")

    assert faults(rows, penn) == [("rounded", "", 2, "hc")]
    assert faults([("", 1, head[:-1])], penn) == [("missing_column", "", 1, "rnna")]
    assert faults([*rows[:2], ("", 3, [*rows[2][2][:3], "x", "-1", "2.5", "1"])], penn) == [
        ("no_number", "", 3, "rgdpna"),
        ("not_positive", "", 3, "emp"),
    ]  # fmt: skip


def test_a_digest_knows_the_version_and_not_the_order():
    points = [
        Point(block="b", code="c", unit="u", year=year, value=float(year))
        for year in (2000, 2001)
    ]

    def digest(told, version="1"):
        return Dataset(provider="p", version=version, points=tuple(told)).digest

    assert digest(points) == digest(reversed(points))
    assert digest(points) != digest(points, "2")
    assert digest(points) != digest(points[:1])
    with pytest.raises(Faulty, match="twice"):
        digest([points[0], points[0]])


def test_a_data_set_comes_back_from_plain_data():
    data = read(WIDE)
    assert Dataset.from_plain(data.to_plain()) == data


def test_blocks_become_economies():
    data = read([
        ("value_added", 1, ["code", "unit", "2000", "2001"]),
        ("value_added", 2, ["farms", "U", 100, 110]),
        ("value_added", 3, ["mills", "U", 200, 250]),
        ("employment", 1, ["code", "unit", "2000", "2001"]),
        ("employment", 2, ["mills", "U", 40, 44]),
        ("employment", 3, ["farms", "U", 50, 48]),
    ])  # fmt: skip
    (found,) = economies_of(
        dataset=data, value_added="value_added", employment="employment"
    )

    assert (found.sectors, found.years) == (("farms", "mills"), (2000, 2001))
    assert found.employment.tolist() == [[50, 40], [48, 44]]
    with pytest.raises(Faulty, match="unknown"):
        economies_of(dataset=data, value_added="value_added", employment="hours")
