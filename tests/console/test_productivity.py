from __future__ import annotations

import csv
import math

import pytest
from click.testing import CliRunner
from django.utils import translation
from openpyxl import Workbook

from opensti.console.productivity import productivity as command
from tests.shared import SHARED, needs_shared

INDICATORS = SHARED / "data" / "indicators"
HEAD = "unit,sector,year,value_added,employment\n"
SECTORS = f"""{HEAD}U,farms,2000,100,50
U,mills,2000,200,40
U,farms,2001,105,45
U,mills,2001,260,47
U,farms,2002,110,42
U,mills,2002,300,53
"""


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def run(place, text, *arguments, name="data.csv"):
    file = place / name
    if text is not None:
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    subcommand, *rest = arguments
    given = [subcommand, str(file), "--output", str(place / "out.csv"), *rest]
    return CliRunner().invoke(command, given)


def shares(place, text=SECTORS, *more, convention="mr", name="data.csv"):
    span = ("--from", "2000", "--to", "2002")
    return run(
        place, text, "shift-share", "--convention", convention, *span, *more, name=name
    )


def written(place):
    with (place / "out.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def refused(place, done):
    assert done.exit_code == 2, done.output
    assert not (place / "out.csv").exists()
    assert [path.name for path in place.iterdir()] == ["data.csv"]
    return done.stderr.removeprefix("Error: ").splitlines()


@pytest.mark.parametrize(
    ("convention", "within", "between"),
    [
        ("mr", 50 / 90 * (110 / 42 - 2) + 40 / 90 * (300 / 53 - 5), None),
        ("midpoint", None, None),
        ("chained", None, None),
        ("tornqvist", None, None),
    ],
)
def test_each_convention_tells_two_parts_that_add_up(
    tmp_path, convention, within, between
):
    done = shares(tmp_path, convention=convention)
    (row,) = written(tmp_path)

    assert done.exit_code == 0, done.output
    assert [*row] == [
        "unit", "within", "between", "total", "rate_within", "rate_between", "rate_total",
    ]  # fmt: skip
    told = {name: float(value) for name, value in row.items() if name != "unit"}
    assert told["within"] + told["between"] == pytest.approx(told["total"])
    assert told["rate_within"] + told["rate_between"] == pytest.approx(
        told["rate_total"]
    )
    if within is not None:
        assert told["within"] == pytest.approx(within)
    geometric = 100 * ((410 / 95 * 90 / 300) ** 0.5 - 1)
    expected = {
        "chained": 50 * math.log(410 / 95 * 90 / 300),
        "mr": geometric,
        "midpoint": geometric,
    }
    assert told["rate_total"] == pytest.approx(
        expected.get(convention, told["rate_total"])
    )


def test_three_terms_have_a_column_of_their_own(tmp_path):
    shares(tmp_path, convention="three")
    (row,) = written(tmp_path)

    assert [*row] == [
        "unit", "within", "between", "dynamic", "total",
        "rate_within", "rate_between", "rate_total",
    ]  # fmt: skip
    parts = [float(row[name]) for name in ("within", "between", "dynamic")]
    assert sum(parts) == pytest.approx(410 / 95 - 300 / 90)


def test_the_same_file_gives_the_same_bytes(tmp_path):
    shares(tmp_path)
    first = (tmp_path / "out.csv").read_bytes()
    shares(tmp_path)

    assert (tmp_path / "out.csv").read_bytes() == first


@needs_shared("indicators/etd")
def test_all_51_published_economies_from_one_file(tmp_path):
    with (INDICATORS / "etd/etd_2023_long.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    cells = {(row["cnt"], row["var"], row["year"]): row for row in rows}
    names = [*rows[0]][4:16]
    lines = [HEAD.strip()]
    for unit, variable, year in cells:
        if variable == "VA":
            value, work = cells[unit, "VA_Q15", year], cells[unit, "EMP", year]
            lines += [f"{unit},{s},{year},{value[s]},{work[s]}" for s in names]
    data = "\n".join(lines)

    def told(*more, convention="mr"):
        span = ("--from", "1990", "--to", "2018", "--convention", convention)
        done = run(tmp_path, data, "shift-share", *span, *more)
        assert done.exit_code == 0, done.output
        return done.stderr, {row["unit"]: row for row in written(tmp_path)}

    said, found = told()
    with (INDICATORS / "etd/published_mr_1990_2018.csv").open(newline="") as file:
        published = list(csv.DictReader(file))
    assert len(published) == len(found) == 51
    for row in published:
        for ours, theirs in (
            ("rate_total", "gp"), ("rate_within", "wi"), ("rate_between", "bw")
        ):  # fmt: skip
            assert float(found[row["c"]][ours]) == pytest.approx(
                float(row[theirs]), abs=1e-12, rel=0
            )
    assert (
        "VNM: “Real estate” had 0.0066 % of the workers and 1,142 times the productivity of the whole in 1990"
        in said
    )
    assert "VNM: Growth within sectors changes its sign with the convention" in said
    assert "IND: “Real estate” has value added without workers" in said
    assert "is below 0; it is taken as it is." in said  # Botswana's utilities

    said, found = told(convention="chained")
    assert {unit for unit, row in found.items() if not row["rate_total"]} == {
        "COL", "ECU", "IND", "LAO", "SEN"
    }  # fmt: skip
    assert (
        'LAO: “Real estate” has no workers in 2005, and 0 has no logarithm: no number is told. Leave it out (--exclude "Real estate")'
        in said
    )
    said, found = told("--exclude", "Real estate", convention="chained")
    assert all(row["rate_total"] for row in found.values())


def test_a_workbook_with_a_sheet_for_each_quantity(tmp_path):
    book = Workbook()
    for title, cells in {
        "value_added": [("farms", 100, 105, 110), ("mills", 200, 260, 300)],
        "employment": [("farms", 50, 45, 42), ("mills", 40, 47, 53)],
    }.items():
        sheet = book.create_sheet(title)
        sheet.append(["code", "unit", 2000, 2001, 2002])
        for code, *values in cells:
            sheet.append([code, "U", *values])
    del book["Sheet"]
    book.save(tmp_path / "data.xlsx")

    done = shares(tmp_path, None, name="data.xlsx")
    assert done.exit_code == 0, done.output
    from_book = written(tmp_path)
    shares(tmp_path)

    assert written(tmp_path) == from_book


def test_a_workbook_without_employment_is_refused(tmp_path):
    book = Workbook()
    book.active.title = "value_added"
    book.active.append(["code", "unit", 2000, 2002])
    book.active.append(["farms", "U", 1, 2])
    book.save(tmp_path / "data.xlsx")

    done = shares(tmp_path, None, name="data.xlsx")

    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        "Error: Nothing was written.",
        "data.xlsx: row 1, column employment: the block (or sheet) is missing; add it.",
    ]


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("U,mills,2000,200,40", "U,mills,2000,many,40", "row 3, column value_added",
         "“many” is no number; write one like 0.75, with a point."),
        ("U,mills,2000,200,40", "U,mills,2000,,40", "row 3, column value_added",
         "“” is no number; write one like 0.75, with a point."),
        ("U,mills,2000,200,40", "U,mills,2000,-200,40", "row 3, column value_added",
         "-200 is below 0; write 0 or more."),
        ("U,mills,2001,260,47", "U,mills,2001,260,-47", "row 5, column employment",
         "-47 is below 0; write 0 or more."),
        ("U,mills,2000,200,40", "U,mills,00,200,40", "row 3, column year",
         "“00” is no year; write one like 2019."),
        ("U,mills,2000,200,40", "U,,2000,200,40", "row 3, column sector",
         "the id is missing; write it."),
        ("U,mills,2000,200,40", "U,farms,2000,200,40", "row 3, column year",
         "row 2 says this already; leave one of the two out."),
        ("U,mills,2000,200,40\n", "", "row 6, column year",
         "U, “mills” has no row for 2000; add it or leave the sector out (--exclude)."),
    ],
)  # fmt: skip
def test_a_bad_cell_is_refused_by_row_and_column(tmp_path, old, new, where, what):
    done = shares(tmp_path, SECTORS.replace(old, new))

    lines = refused(tmp_path, done)
    assert lines[0] == "Nothing was written."
    assert f"data.csv: {where}: {what}" in lines


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (b"", "row 1 must name the columns"),
        (HEAD.encode(), "data.csv: row 2, column unit: there is no row below row 1"),
        (SECTORS.replace("employment", "workers").encode(), "it lacks or repeats employment"),
        (SECTORS.replace("farms", "r\u00fcben").encode("latin-1"), "row 2 is not UTF-8"),
        (SECTORS.replace("U,mills,2000,200,40", "U,mills,2000,200").encode(),
         "data.csv: row 3, column employment: the row has 4 cells, row 1 has 5."),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused(tmp_path, text, what):
    assert what in "\n".join(refused(tmp_path, shares(tmp_path, text)))


def test_a_year_that_a_unit_lacks_is_refused(tmp_path):
    text = SECTORS + "V,farms,2000,1,1\nV,farms,2001,1,1\n"

    assert refused(tmp_path, shares(tmp_path, text)) == [
        "Nothing was written.",
        "data.csv: row 9, column year: V has no row for 2002; add it.",
    ]


def test_a_gap_between_ends_is_refused_where_a_chain_needs_it(tmp_path):
    text = "".join(line for line in SECTORS.splitlines(keepends=True) if ",2001," not in line)  # fmt: skip

    assert refused(tmp_path, shares(tmp_path, text, convention="chained")) == [
        "Nothing was written.",
        "data.csv: row 5, column year: U has no row for 2001; add it.",
    ]
    assert shares(tmp_path, text).exit_code == 0
    single = shares(tmp_path, text, convention="tornqvist")
    assert "they are linked directly, not year by year" in single.stderr


def test_an_unknown_sector_to_leave_out_is_refused(tmp_path):
    done = shares(tmp_path, SECTORS, "--exclude", "Mills")

    assert done.exit_code == 2
    assert "no sector is called “Mills”; there are: farms, mills." in done.stderr
    assert not (tmp_path / "out.csv").exists()


def test_what_stood_there_stays_when_a_file_is_refused(tmp_path):
    shares(tmp_path)
    before = (tmp_path / "out.csv").read_bytes()
    shares(tmp_path, SECTORS.replace("200,40", "x,40"))

    assert (tmp_path / "out.csv").read_bytes() == before


def test_warnings_are_told_in_vietnamese_with_its_decimal_sign(tmp_path):
    rows = {"farms": (100, 50), "mills": (200, 39.99), "houses": (100, 0.01)}
    data = "".join(f"U,{s},2000,{v},{e}\nU,{s},2002,{v},{e}\n" for s, (v, e) in rows.items())  # fmt: skip
    with translation.override("vi"):
        done = shares(tmp_path, HEAD + data)

    assert done.stderr.splitlines()[0] == (
        "U: “houses” chiếm 0,0111 % lao động và có năng suất gấp 2.250 lần mức chung năm 2000: "
        'ngành này có thể chi phối kết quả. Hãy thử khi bỏ ngành: --exclude "houses".'
    )
