"""Workbooks built to exhaust the machine: read quickly, or refused in words."""

from __future__ import annotations

import io
import time
import zipfile

import openpyxl
import pytest

from opensti.kernel.refusals import Invalid
from opensti.kernel.spreadsheets import open_table
from opensti.kernel.workbooks import sheet_rows_of

pytestmark = pytest.mark.usefixtures("in_english")
NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEAD = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>money</t></is></c></row>'
)
SECONDS = 30  # a slow machine with company; what is defended took minutes


@pytest.fixture
def book(tmp_path):
    """A real workbook whose sheet, and other parts, are replaced."""

    def built(rows="", *, before="", root=NS, **parts):
        empty = io.BytesIO()
        made = openpyxl.Workbook()
        made.active.append(["a text makes shared strings"])
        made.save(empty)
        sheet = (
            f"<worksheet {root}>{before}<sheetData>{HEAD}{rows}</sheetData></worksheet>"
        )
        replaced = {"xl/worksheets/sheet1.xml": sheet, **parts}
        path = tmp_path / "a.xlsx"
        with (
            zipfile.ZipFile(empty) as old,
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for name in {*old.namelist(), *parts}:
                text = replaced.get(name)
                new.writestr(name, old.read(name) if text is None else text)
        return path

    return built


def read(path):
    return [(row.number, list(row.values.values())) for row in open_table(path).rows]


def cell(where, inside=""):
    return f'<c r="{where}" t="inlineStr">{inside}</c>'


def number(where, value=1):
    return f'<c r="{where}"><v>{value}</v></c>'


def every(row, last=300_000):
    return "".join(row(n) for n in range(2, last))


@pytest.mark.parametrize(
    "row",
    [
        lambda n: f'<row r="{n}"/>',
        lambda n: f'<row r="{n}" spans="1:2"></row>',
        lambda n: f'<row r="{n}"><c r="A{n}" s="0"/><c r="B{n}" s="0"/></row>',
        lambda n: f'<row r="{n}">{cell(f"A{n}", "<is><t></t></is>")}</row>',
        lambda n: f'<row r="{n}">{cell(f"A{n}", "<is><t> </t></is>")}</row>',
    ],
    ids=["bare", "spans", "styled", "no text", "spaces"],
)
def test_hundreds_of_thousands_of_empty_rows_are_passed_over_and_nothing_is_lost(
    book, row
):
    begun = time.monotonic()
    path = book(every(row) + f'<row r="300000">{number("A300000", 7)}</row>')

    assert read(path) == [(300_000, [7, None])]
    assert time.monotonic() - begun < SECONDS


def test_a_row_far_below_is_read_with_its_number(book):
    assert read(book(f'<row r="1048576">{number("B1048576", 5)}</row>')) == [
        (1_048_576, [None, 5])
    ]


@pytest.mark.parametrize("claimed", ["A1:XFD1048576", "A1", "XFD1048576:A1"])
def test_what_the_sheet_claims_of_its_size_is_not_believed(book, claimed):
    path = book(
        f'<row r="2">{number("A2")}{number("B2", 2)}</row>',
        before=f'<dimension ref="{claimed}"/>',
    )

    assert read(path) == [(2, [1, 2])]


def test_empty_cells_go_and_full_ones_stay_as_they_were(book):
    rows = (
        f'<row r="2">{cell("A2", "<is><t>&lt;c/&gt; &lt;row r=&quot;1&quot;/&gt;</t></is>")}'
        f'<c r="B2" s="0"/></row>'
        f'<row r="3"><c r="A3"/>{number("B3", 0)}</row>'
        f'<row r="4">{cell("A4", "<is><r><t>rich</t></r><r><t> text</t></r></is>")}</row>'
        '<row r="5"><c r="A5" t="b"><v>0</v></c><c r="B5" t="str"><f>A1</f><v>x</v></c></row>'
    )

    assert read(book(rows)) == [
        (2, ['<c/> <row r="1"/>', None]),
        (3, [None, 0]),
        (4, ["rich text", None]),
        (5, [False, "x"]),
    ]


def test_text_that_looks_like_rows_is_text(book):
    """CDATA may hold anything: such a sheet is not sifted."""
    inside = '<is><t><![CDATA[<row r="9"/><c r="A1"/>]]></t></is>'

    assert read(book(f'<row r="2">{cell("A2", inside)}</row>')) == [
        (2, ['<row r="9"/><c r="A1"/>', None])
    ]


def test_a_prefix_before_the_names_changes_nothing(book, tmp_path):
    path = book()
    prefixed = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>name</x:t></x:is></x:c>'
        '</x:row><x:row r="2"/><x:row r="3"><x:c r="A3"><x:v>4</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    path = book(**{"xl/worksheets/sheet1.xml": prefixed})

    assert read(path) == [(3, [4])]


def said(path):
    with pytest.raises(Invalid) as refused:
        read(path)
    return str(refused.value.problems[0].message)


BROKEN = "The workbook is broken: its first sheet cannot be read."
MANY = "The workbook holds more texts or styles than can be read."
BEYOND = "The table goes beyond column ZZ or row 1,048,576."
BOMB = "The file unpacks to far more than it may hold."


def test_more_rows_than_may_be_are_refused_before_they_are_read(book):
    begun = time.monotonic()
    path = book(every(lambda n: f'<row r="{n}">{number(f"A{n}")}</row>'))

    assert said(path) == "The table has more than 200000 rows."
    assert time.monotonic() - begun < SECONDS


@pytest.mark.parametrize("where", ["XFD2", "AAA2", "A10000000"])
def test_a_cell_at_the_end_of_the_world_is_refused(book, where):
    assert said(book(f'<row r="2">{number(where)}</row>')) == BEYOND


def test_a_row_that_never_ends_is_refused(book):
    row = f'<row r="2">{cell("A2", "<is><t>" + "ab" * 10_000_000 + "</t></is>")}</row>'

    assert said(book(row)) in (BROKEN, BOMB)


def test_nested_elements_without_end_do_no_harm(book):
    path = book("<x>" * 100_000 + "</x>" * 100_000)

    assert read(path) == []


def test_entities_that_multiply_are_refused(book):
    bomb = '<!DOCTYPE s [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    text = f"{bomb}<worksheet {NS}><sheetData><row r='1'>{cell('A1', '<is><t>&b;</t></is>')}"
    path = book(**{"xl/worksheets/sheet1.xml": f"{text}</row></sheetData></worksheet>"})

    assert said(path) == BROKEN


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "xl/sharedStrings.xml",
            f"<sst {NS}>" + "<si><t>ab</t></si>" * 1_000_001 + "</sst>",
        ),
        (
            "xl/styles.xml",
            f"<styleSheet {NS}>" + "".join(f"<x a='{n}'/>" for n in range(1_200_000)),
        ),
    ],
)
def test_parts_that_must_be_read_whole_have_a_limit(book, name, text):
    assert said(book(**{name: text})) in (MANY, BOMB)


def test_a_sheet_in_an_encoding_that_hides_it_is_refused(book):
    wide = f"<worksheet {NS}><sheetData/></worksheet>".encode("utf-16")

    assert said(book(**{"xl/worksheets/sheet1.xml": wide})) == BROKEN


def test_rows_of_all_sheets_say_which_sheet_they_are_of(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "first"
    book.active.append(["a", 1])
    book.create_sheet("empty")
    second = book.create_sheet("second")
    second.append([])
    second.append(["b", 2])
    book.save(tmp_path / "book.xlsx")

    told = [
        (sheet, number, [cell for cell in cells if cell is not None])
        for sheet, number, cells in sheet_rows_of(tmp_path / "book.xlsx", max_rows=9)
    ]

    assert told == [("first", 1, ["a", 1]), ("second", 2, ["b", 2])]


@pytest.mark.parametrize(
    "formula",
    [
        '<c r="B2"><f>1+1</f></c>',
        '<c r="B2"><f>1+1</f><v/></c>',
        '<c r="B2" s="1"><f t="shared" si="0"/><v></v></c>',
        '<x:c r="B2"><x:f>1+1</x:f><x:v /></x:c>',
    ],
)
def test_a_formula_that_nobody_worked_out_is_refused_and_never_a_gap(book, formula):
    rows = f'<row r="2">{cell("A2", "<is><t>x</t></is>")}{formula}</row>'
    root = f'{NS} xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    assert said(book(rows, root=root)) == (
        "The formula in cell B2 was never worked out: it has no value."
    )


def test_a_formula_with_its_value_is_read(book):
    rows = (
        '<row r="2"><c r="A2" t="str"><f>""</f><v></v></c>'
        '<c r="B2"><f>1+1</f><v>2</v></c></row>'
    )
    assert read(book(rows)) == [(2, [None, 2])]
