"""Exports do nothing in the spreadsheet programme that opens them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from opensti.ui.exports import csv_lines, defuse, table_response

ATTACKS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "|calc",
    "%0A=1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    '=HYPERLINK("http://x","y")',
    "\u200b=1",
    "\ufeff=1",
    "\uff1d1+1",
    "\u00a0=1",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_formula_is_quoted(attack):
    assert defuse(attack)[0] == "'"


@pytest.mark.parametrize(
    "value",
    [
        "Viện Cơ khí",
        "-5",
        "-1.234,5",
        "a=b",
        "",
        5,
        -5,
        Decimal(-3),
        1.5,
        True,
        None,
        date(2026, 1, 2),
    ],
)
def test_what_is_no_formula_stays_as_it_is(value):
    assert defuse(value) == value


def test_a_time_is_written_as_the_local_time():
    assert defuse(datetime(2026, 1, 1, 20, 30, tzinfo=UTC)) == datetime(  # noqa: DTZ001 -- cells know no zone
        2026, 1, 2, 3, 30
    )


def test_csv_is_read_by_excel_as_utf8():
    text = "".join(csv_lines(head=["Tên", "=x"], rows=[["Đổi mới", "=1"], ["-2", 3]]))
    assert text == "\ufeffTên,'=x\r\nĐổi mới,'=1\r\n-2,3\r\n"


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_no_text_whatever_begins_a_formula_in_csv(texts):
    lines = "".join(csv_lines(head=["a"] * len(texts), rows=[texts])).removeprefix(
        "\ufeff"
    )
    row = list(csv.reader(io.StringIO(lines, newline="")))[1:]
    starts = [
        cell.lstrip()[:1]
        for line in row
        for cell in line
        if not cell.lstrip("-").replace(",", "").replace(".", "").isdigit()
    ]
    assert [s for s in starts if s in ("=", "+", "@", "|", "%")] == []


def test_a_workbook_holds_texts_never_formulas(content):
    rows = [
        [attack, 7, Decimal(8), date(2026, 1, 2), "x" * 40_000, "bell\x07"]
        for attack in ATTACKS
    ]
    response = table_response(
        kind="xlsx", name="rows/of:all", head=["=a", "b", "c", "d", "e", "f"], rows=rows
    )
    sheet = load_workbook(io.BytesIO(content(response))).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s", "n", "d"}
    assert sheet["A1"].value == "'=a"
    assert [cell.value for cell in sheet[2]][1:4] == [7, 8, datetime(2026, 1, 2)]  # noqa: DTZ001 -- cells know no zone
    assert (len(sheet["E2"].value), sheet["F2"].value) == (32_767, "bell")
