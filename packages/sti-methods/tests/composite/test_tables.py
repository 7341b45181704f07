"""Tables are refused with every fault at once, each at its row and column."""

from __future__ import annotations

import numpy as np
import pytest
from sti_methods.composite import Tables, Unfit

from .small import UNITS, data, line, meta, tables


def faults(units, tree, **more):
    with pytest.raises(Unfit) as refused:
        Tables.of(data=units, meta=tree, **more)
    return [
        (f.kind, f.about["table"], f.about["row"], f.about["column"])
        for f in refused.value.all
    ]


def test_a_table_is_laid_out_by_unit_and_indicator():
    read = tables()

    assert read.units == UNITS
    assert read.names[0] == "Unit A"
    assert read.indicators == ("w", "x", "y", "z")
    assert read.values[:, 0].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0, 7.0]
    assert read.groups == {"region": ("north",) * 3 + ("south",) * 3}
    assert read.denominators["size"].tolist() == [10.0, 20.0, 30.0, 40.0, 50.0, 60.0]


def test_empty_and_na_are_missing():
    read = tables({"w": ("", "NA", "nan", None, float("nan"), "7.5")})

    assert np.isnan(read.values[:5, 0]).all()
    assert read.values[5, 0] == 7.5


def test_faults_of_both_tables_are_found_at_once():
    rows = data(w=("1,5", 2, 3, 4, 5, 6), extra=(0,) * 6)
    rows[2]["uCode"] = "B"
    rows[3]["uCode"] = ""
    tree = meta(
        x={"Direction": 0},
        y={"Direction": "up"},
        z={"Parent": "nobody", "Weight": -1},
        p={"Level": 1},
        q={"Direction": -1},
        w={"Denominator": "region", "Target": "high"},
    )
    tree += [line("x"), line("t", "Thing"), line("absent", parent="q")]

    assert faults(rows, tree) == [
        ("number", "meta", 2, "Target"),
        ("direction", "meta", 3, "Direction"),
        ("direction", "meta", 4, "Direction"),
        ("weight", "meta", 5, "Weight"),
        ("level", "meta", 6, "Level"),
        ("direction_aggregate", "meta", 7, "Direction"),
        ("twice", "meta", 11, "iCode"),
        ("type", "meta", 12, "Type"),
        ("denominator_unknown", "meta", 2, "Denominator"),
        ("parent_unknown", "meta", 5, "Parent"),
        ("not_in_meta", "data", 1, "extra"),
        ("not_in_data", "meta", 12, "iCode"),
        ("not_in_data", "meta", 13, "iCode"),
        ("number", "data", 2, "w"),
        ("twice", "data", 4, "uCode"),
        ("no_code", "data", 5, "uCode"),
    ]


@pytest.mark.parametrize("value", [0, 2, -2, "", "NA", "positive", 0.5, None])
def test_any_direction_but_one_and_minus_one_is_refused(value):
    assert faults(data(), meta(w={"Direction": value})) == [
        ("direction", "meta", 2, "Direction")
    ]


@pytest.mark.parametrize("value", ["1,5", "1 000", "12%", "٣", "1_000", "1e400", True])
def test_what_is_no_number_is_no_guess(value):
    assert faults(data(z=(value, 1, 2, 3, 4, 5)), meta()) == [
        ("number", "data", 2, "z")
    ]


def test_a_parent_stands_one_level_above():
    tree = [*meta(w={"Parent": "index"}), line("top", "Aggregate", 4)]
    tree = [
        row | ({"Parent": "top"} if row["iCode"] == "index" else {}) for row in tree
    ]

    assert faults(data(), tree) == [("parent_level", "meta", 2, "Parent")]


def test_a_circle_is_named():
    tree = meta(p={"Parent": "q"}, q={"Parent": "p"})

    assert [f for f in faults(data(), tree) if f[0] == "cycle"] == [
        ("cycle", "meta", 6, "Parent"),
        ("cycle", "meta", 7, "Parent"),
    ]


def test_an_aggregate_without_children_and_an_indicator_without_parent_are_refused():
    tree = [*meta(w={"Parent": ""}), line("r", "Aggregate", 2, "index")]

    assert faults(data(), tree) == [
        ("no_parent", "meta", 2, "Parent"),
        ("no_children", "meta", 11, "iCode"),
    ]


def test_missing_columns_and_empty_tables_are_said():
    bare = [{"iCode": "w", "Type": "Indicator"}]

    assert faults([], bare) == [
        ("no_column", "meta", 1, "Level"),
        ("no_column", "meta", 1, "Direction"),
        ("no_column", "meta", 1, "Weight"),
        ("no_column", "meta", 1, "Parent"),
        ("empty", "data", 2, "uCode"),
    ]


def test_rows_are_counted_as_the_file_counts_them():
    rows = data(z=("bad", 1, 2, 3, 4, 5))

    assert faults(rows, meta(), data_rows=[7, 8, 9, 10, 11, 12]) == [
        ("number", "data", 7, "z")
    ]


def yearly():
    first = [row | {"Time": 2024} for row in data(w=(9.0,) * 6)]
    return [*first, *(row | {"Time": 2025} for row in data())]


def test_the_latest_year_is_the_year_of_the_index():
    read = Tables.of(data=yearly(), meta=meta())

    assert (read.year, read.years, read.units) == (2025, (2024,), UNITS)
    assert read.values[:, 0].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0, 7.0]
    assert read.past[0, :, 0].tolist() == [9.0] * 6


def test_another_year_can_be_asked_for_and_an_unknown_one_is_refused():
    assert Tables.of(data=yearly(), meta=meta(), year=2024).values[0, 0] == 9.0
    assert faults(yearly(), meta(), year=2030) == [("year_unknown", "data", 1, "Time")]


def test_a_row_without_year_beside_rows_with_one_is_refused():
    rows = yearly()
    rows[0]["Time"] = ""
    rows[1]["Time"] = "last"

    assert faults(rows, meta()) == [
        ("no_year", "data", 2, "Time"),
        ("year", "data", 3, "Time"),
    ]
