from __future__ import annotations

import math

import pytest
from django.utils import translation

from tests.console.test_productivity import INDICATORS, refused, run, written
from tests.shared import needs_shared

HEAD = "unit,year,value_added,hours,labour_quality,capital,labour_share\n"
ACCOUNTS = f"""{HEAD}U,2000,100,50,1,300,0.5
U,2001,104,51,1.01,318,0.52
U,2002,110,51.5,1.03,330,0.54
"""
COLUMNS = [
    "unit",
    "from",
    "to",
    "labour_share",
    "assumed",
    "value_added",
    "labour",
    "quality",
    "capital",
    "tfp",
    "tfp_raw",
    "tfp_share",
    "productivity",
    "deepening",
    "missing",
]


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def growth(place, text=ACCOUNTS, *more):
    return run(place, text, "growth", *more)


def test_each_year_and_what_added_to_it(tmp_path):
    done = growth(tmp_path)
    first, second = written(tmp_path)

    assert done.exit_code == 0, done.output
    assert [*first] == COLUMNS
    assert (first["unit"], first["from"], first["to"]) == ("U", "2000", "2001")
    told = {name: float(first[name]) for name in COLUMNS[3:-1]}
    assert told["labour_share"] == pytest.approx(0.51)
    assert told["assumed"] == 0
    assert told["labour"] == pytest.approx(51 * math.log(51 / 50))
    assert told["tfp"] == pytest.approx(
        told["value_added"] - told["labour"] - told["quality"] - told["capital"]
    )
    assert told["productivity"] == pytest.approx(
        told["quality"] + told["deepening"] + told["tfp"]
    )
    assert (second["from"], second["to"]) == ("2001", "2002")


def test_without_a_labour_share_there_is_a_row_for_each_assumed_one(tmp_path):
    text = "\n".join(line.rsplit(",", 1)[0] for line in ACCOUNTS.splitlines())
    done = growth(tmp_path, text, "--period", "2000-2002")

    assert [(row["labour_share"], row["assumed"]) for row in written(tmp_path)] == [
        ("0.5", "1"), ("0.55", "1"), ("0.6", "1"), ("0.6666666666666666", "1"),
    ]  # fmt: skip
    assert done.stderr.splitlines() == [
        "U: no labour share is published: the answer is a range over assumed shares (0.500; 0.550; 0.600; 0.667)."
    ]
    chosen = growth(tmp_path, text, "--labour-share", "0.6", "--labour-share", "0.4")
    assert chosen.exit_code == 0
    assert {row["labour_share"] for row in written(tmp_path)} == {"0.4", "0.6"}
    one = growth(tmp_path, text, "--labour-share", "0.6")
    assert "one share is no range; give two or more." in one.stderr


def test_a_missing_cell_is_named_and_not_filled(tmp_path):
    text = ACCOUNTS.replace("2001,104,51,", "2001,104,,") + "U,2003,111,52,1.03,340,0.54\n"  # fmt: skip
    done = growth(tmp_path, text)
    rows = written(tmp_path)

    assert [(row["to"], row["tfp"] != "", row["missing"]) for row in rows] == [
        ("2001", False, "2001 labour"),
        ("2002", False, "2001 labour"),
        ("2003", True, ""),
    ]
    assert "U: not told: 2001 labour." in done.stderr
    growth(tmp_path, text, "--period", "2000-2003", "--period", "2002-2003")
    assert [(row["from"], row["tfp"] != "") for row in written(tmp_path)] == [
        ("2000", False),
        ("2002", True),
    ]


def test_kinds_of_capital_and_labour_income(tmp_path):
    text = (
        "unit,year,value_added,value_added_current,labour_income,employment,average_hours,"
        "capital_it,income_it,capital_other,income_other\n"
        "U,2000,100,200,100,50,2,10,1,90,9\nU,2001,104,210,105,51,1.9,20,1,91,9\n"
    )
    done = growth(tmp_path, text)
    (row,) = written(tmp_path)

    assert done.exit_code == 0, done.output
    assert float(row["labour_share"]) == pytest.approx(0.5)
    assert float(row["capital_it"]) == pytest.approx(50 * 0.1 * math.log(2))
    assert float(row["capital_it"]) + float(row["capital_other"]) == pytest.approx(
        float(row["capital"])
    )
    assert float(row["labour"]) == pytest.approx(50 * math.log(51 * 1.9 / 100))
    assert row["quality"] == ""


def test_capital_from_investment(tmp_path):
    text = (
        "unit,year,value_added,employment,investment,labour_share\n"
        "U,2000,100,50,20,0.5\nU,2001,104,51,22,0.5\n"
    )
    assert refused(tmp_path, growth(tmp_path, text)) == [
        "Nothing was written.",
        "data.csv: row 1, column investment: capital from investment needs --depreciation; say it.",
    ]
    growth(tmp_path, text, "--depreciation", "0.06", "--prior-growth", "0.04")
    (row,) = written(tmp_path)
    assert float(row["capital"]) == pytest.approx(50 * math.log((0.94 * 200 + 22) / 200))  # fmt: skip


@needs_shared("indicators/pwt")
def test_the_penn_world_table(tmp_path):
    text = (INDICATORS / "pwt/pwt1001_asia.csv").read_bytes()
    growth(tmp_path, text, "--source", "pwt", "--period", "2000-2019")
    rows = written(tmp_path)
    tfp = {row["unit"]: row["tfp"] for row in rows if row["assumed"] == "0"}

    published = {
        "IDN": 1.1046, "MYS": 0.2474, "PHL": 1.2910, "SGP": -0.4139, "THA": 1.5217,
        "KOR": 0.9862, "JPN": 0.1992, "CHN": 0.9210, "IND": 1.4225, "LKA": 0.4376,
    }  # fmt: skip
    assert {unit: float(tfp[unit]) for unit in published} == pytest.approx(
        published, abs=1e-4
    )
    assert tfp["TWN"] == ""
    assert sum(row["unit"] == "VNM" for row in rows) == 4


def test_a_rounded_or_strange_copy_of_the_penn_world_table_is_refused(tmp_path):
    head = "country,isocode,year,rgdpna,emp,hc,rnna\n"
    rounded = head + "Viet Nam,VNM,2000,1,1,2,1\nViet Nam,VNM,2001,1,1,3,1\n"

    assert refused(tmp_path, growth(tmp_path, rounded, "--source", "pwt")) == [
        "Nothing was written.",
        "data.csv: row 2, column hc: all values are whole numbers (2 …): this copy was rounded, and growth cannot be told from it. Take the table from its publisher, with all digits.",
    ]
    latin = rounded.replace("Viet Nam", "C\u00f4te").encode("latin-1")
    assert "row 2 is not UTF-8" in "\n".join(
        refused(tmp_path, growth(tmp_path, latin, "--source", "pwt"))
    )


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("2001,104", "2001,many", "row 3, column value_added",
         "“many” is no number; write one like 0.75, with a point."),
        ("2001,104", "2001,-104", "row 3, column value_added", "“-104” is not above 0; correct it."),
        ("318,0.52", "318,52", "row 3, column labour_share",
         "52 is not between 0 and 1; write 45 % as 0.45."),
        ("U,2001", "U,2000", "row 3, column year", "row 2 says this already; leave one of the two out."),
        ("U,2001", ",2001", "row 3, column unit", "the id is missing; write it."),
        ("hours", "time", "row 1, column hours", "there is neither hours nor employment; add one."),
        ("capital", "stock", "row 1, column capital",
         "there is neither capital, capital_… nor investment; add one."),
        (",capital,", ",capital_it,", "", ""),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_by_row_and_column(tmp_path, old, new, where, what):
    done = growth(tmp_path, ACCOUNTS.replace(old, new, 1))
    if not where:  # one kind alone needs no income
        assert done.exit_code == 0, done.output
        return

    assert f"data.csv: {where}: {what}" in refused(tmp_path, done)
