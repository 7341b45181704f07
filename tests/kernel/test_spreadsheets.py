"""Tables people upload, in every encoding, broken ones refused; tables we write, harmless."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.xml.constants import SHEET_MAIN_NS

from opensti.kernel.money import parse_money
from opensti.kernel.refusals import Invalid, Problem
from opensti.kernel.spreadsheets import (
    Column,
    ErrorFile,
    Row,
    as_date,
    as_number,
    as_text,
    match_columns,
    open_table,
    records,
)
from opensti.kernel.tables import safe_text, write_csv, write_xlsx
from tests.shared import SHARED, needs_shared

COLUMNS = (
    Column(key="name", label="Tên tổ chức", aliases=("Organisation",), required=True),
    Column(key="tax_code", label="Mã số thuế"),
    Column(key="budget", label="Kinh phí (đồng)", read=parse_money, mend="Enter đồng."),
)
TEXT = "Tên tổ chức;Mã số thuế;Kinh phí (đồng)\nViện Cơ khí;0100109106;1.234.567\n"
ROW = {
    "Tên tổ chức": "Viện Cơ khí",
    "Mã số thuế": "0100109106",
    "Kinh phí (đồng)": "1.234.567",
}
CP1258 = "Te\u0302n,Đi\u0323a chi\u0309\nVie\u0302\u0323n Cơ khi\u0301,Ha\u0300 No\u0323\u0302i\n"


def cp1258(text):
    """As Windows writes it: â, ê, ô, ă, ơ, ư in one byte, the tone after it."""
    import unicodedata  # noqa: PLC0415 -- only here

    out = ""
    for char in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", char)
        tones = "".join(c for c in parts if c in "\u0300\u0301\u0303\u0309\u0323")
        rest = "".join(c for c in parts if c not in tones)
        out += unicodedata.normalize("NFC", rest) + tones
    return out.encode("cp1258")


@pytest.fixture
def put(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def read(path, **options):
    table = open_table(path, **options)
    return [(r.number, dict(r.values)) for r in table.rows]


@pytest.mark.parametrize(
    ("content", "encoding", "guessed"),
    [
        (TEXT.encode(), "utf-8", False),
        (TEXT.encode("utf-8-sig"), "utf-8-sig", False),
        (TEXT.encode("utf-16"), "utf-16", False),
        (cp1258(TEXT), "cp1258", True),
        (TEXT.replace(";", "\t").encode(), "utf-8", False),
        (("\n\n" + TEXT.replace(";", "|")).encode(), "utf-8", False),
    ],
)
def test_csv_in_every_usual_encoding_and_separator(put, content, encoding, guessed):
    table = open_table(put("a.csv", content))
    assert (table.encoding, table.guessed) == (encoding, guessed)
    assert table.header == tuple(ROW)
    assert [dict(r.values) for r in table.rows] == [ROW]


def test_western_letters_are_read_as_windows_1252(put):
    table = open_table(
        put("a.csv", "Nom,Ville\nÉcole française,Orléans\n".encode("cp1252"))
    )
    assert table.encoding == "cp1252"
    assert [dict(r.values) for r in table.rows] == [
        {"Nom": "École française", "Ville": "Orléans"}
    ]


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "a.csv",
            TEXT.encode() + b"\xff\xfe broken",
            "The letters of the file cannot be read (near line 3).",
        ),
        (
            "a.csv",
            b"a,b\n1,\x00\n",
            "The letters of the file cannot be read (near line 2).",
        ),
        (
            "a.csv",
            "a,b\n".encode("utf-16") + b"\x00",
            "The letters of the file cannot be read (near line 2).",
        ),
        (
            "a.csv",
            "a,b\n1,x\x00\n".encode("utf-16"),
            "The letters of the file cannot be read (near line 2).",
        ),
        ("a.csv", b"", "The table is empty."),
        ("a.csv", b"\n\n ,\n", "The table is empty."),
        ("a.csv", b"a,b,a\n1,2,3\n", "Two columns are both called “a”."),
        (
            "a.csv",
            b",".join(b"c%d" % n for n in range(400)),
            "The table has more than 300 columns.",
        ),
        ("a.xlsx", b"PK broken", "The file is broken: it cannot be unpacked."),
        ("a.xls", b"x", "“a.xls” is not a table this import can read."),
        ("a.jsonl", b"", "The file is empty."),
        (
            "a.jsonl.gz",
            gzip.compress(b'{"a": 1}\n' * 9, mtime=0)[:-12],
            "The packed file is broken at line 2.",
        ),
    ],
)
def test_broken_tables_are_refused_with_a_mend(put, name, content, message):
    with pytest.raises(Invalid) as refused:
        list(open_table(put(name, content)).rows)
    assert str(refused.value) == message
    assert str(refused.value.mend)


@pytest.mark.usefixtures("in_english")
def test_a_workbook_whose_cell_points_to_a_text_that_is_not_there_is_broken(put):
    book, file = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(book)
    cell = '<c r="A1" t="s"><v>99</v></c>'
    sheet = f"<worksheet xmlns='{SHEET_MAIN_NS}'><sheetData><row r='1'>{cell}</row></sheetData></worksheet>"
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.namelist():
            text = sheet if part.endswith("sheet1.xml") else old.read(part)
            new.writestr(part, text)
    with pytest.raises(Invalid, match="first sheet cannot be read"):
        list(open_table(put("a.xlsx", file.getvalue())).rows)


@pytest.mark.usefixtures("in_english")
def test_a_quotation_mark_left_open_is_named_by_its_line(put):
    with pytest.raises(Invalid, match="broken in line 3"):
        list(open_table(put("a.csv", b'a,b\n1,2\n"3,4\n')).rows)


def test_rows_carry_their_own_numbers_and_empty_ones_do_not_count(put):
    path = put("a.csv", b'a,b\n1,"x\ny"\n\n2,z\n')
    assert read(path) == [(2, {"a": "1", "b": "x\ny"}), (5, {"a": "2", "b": "z"})]


@pytest.mark.usefixtures("in_english")
def test_too_many_rows_and_too_long_rows(put):
    path = put("a.csv", b"a\n1\n2\n3\n")
    with pytest.raises(Invalid, match="more than 2 rows"):
        read(path, max_rows=2)
    (row,) = open_table(put("b.csv", b"a,b\n1,2,3\n")).rows
    assert [str(p.message) for p in row.problems] == [
        "The row has more cells than the table has columns."
    ]


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_xlsx_keeps_numbers_and_dates(put):
    when = datetime(2026, 3, 2)  # noqa: DTZ001 -- as Excel has it
    path = put(
        "a.xlsx",
        workbook([[], ["Tên", "Số", "Ngày"], ["A", 5.0, when], [], ["B", None, None]]),
    )
    assert read(path) == [
        (3, {"Tên": "A", "Số": 5, "Ngày": when}),
        (5, {"Tên": "B", "Số": None, "Ngày": None}),
    ]


def test_jsonl_rows_that_are_not_json_are_problems_of_their_line(put):
    content = b'{"a": 1}\nnot json\n\n[1]\n{"b": "\xc4\x90"}\n\xff\n'
    for name, packed in (
        ("a.jsonl", content),
        ("a.jsonl.gz", gzip.compress(content, mtime=0)),
    ):
        table = open_table(put(name, packed))
        assert table.header == ("a", "b")
        assert [(r.number, dict(r.values), bool(r.problems)) for r in table.rows] == [
            (1, {"a": 1}, False),
            (2, {}, True),
            (4, {}, True),
            (5, {"b": "Đ"}, False),
            (6, {}, True),
        ]


@pytest.mark.parametrize(
    "said",
    [
        '"a\\u0000b"',
        '"\\ud800"',
        '{"b": ["\\uDC00"]}',
        "NaN",
        "-Infinity",
        "9" * 5000,
    ],
)
def test_a_line_of_what_no_database_keeps_is_a_problem_of_its_line(put, said):
    table = open_table(put("a.jsonl", f'{{"a": 1}}\n{{"a": {said}}}\n'.encode()))
    assert [(r.number, dict(r.values), bool(r.problems)) for r in table.rows] == [
        (1, {"a": 1}, False),
        (2, {}, True),
    ]


def test_letters_that_json_writes_as_pairs_are_read(put):
    (row,) = open_table(put("a.jsonl", b'{"a": "\\ud83d\\ude00 \\\\u0000"}')).rows
    assert row.values == {"a": "😀 \\u0000"}


@needs_shared("projects/snsf_2012_2022.jsonl.gz")
def test_a_real_archive_is_read_whole():
    path = SHARED / "data/projects/snsf_2012_2022.jsonl.gz"
    rows = list(open_table(path).rows)
    assert (len(rows), any(r.problems for r in rows)) == (3824, False)


def test_columns_match_without_accents_case_and_punctuation():
    matching = match_columns(["TEN TO CHUC", "Mã số  thuế:", "Ghi chú"], COLUMNS)
    assert matching.found == {"name": "TEN TO CHUC", "tax_code": "Mã số  thuế:"}
    assert [c.key for c in matching.missing] == ["budget"]
    assert matching.unknown == ("Ghi chú",)
    matching.require()
    chosen = match_columns(["x", "Organisation"], COLUMNS, chosen={"name": "x"})
    assert chosen.found == {"name": "x"}


@pytest.mark.usefixtures("in_english")
def test_a_missing_column_is_refused_with_the_nearest_names():
    with pytest.raises(Invalid) as refused:
        match_columns(["Tên các tổ chức", "Khác"], COLUMNS).require()
    assert [(p.field, str(p.message), str(p.mend)) for p in refused.value.problems] == [
        (
            "name",
            "The column “Tên tổ chức” is missing.",
            "Is it “Tên các tổ chức”? Rename it, or choose it in the mapping.",
        )
    ]


@pytest.mark.usefixtures("in_english")
def test_each_faulty_cell_is_named_and_given_back(put):
    content = TEXT + ";1;2\nViện B;;1,5\n=HYPERLINK(1);3;4\n"
    table = open_table(put("a.csv", content.encode()))
    found = list(records(table, COLUMNS, match_columns(table.header, COLUMNS)))
    assert [(r.row.number, [p.field for p in r.problems]) for r in found] == [
        (2, []),
        (3, ["Tên tổ chức"]),
        (4, ["Kinh phí (đồng)"]),
        (5, []),
    ]
    assert found[0].values == {
        "name": "Viện Cơ khí",
        "tax_code": "0100109106",
        "budget": Decimal(1234567),
    }
    errors = ErrorFile(table.header)
    for record in found:
        errors.add(record.row, record.problems)
    errors.add(found[3].row, [Problem(field="name", message="Twice", mend="Merge")])
    book = openpyxl.load_workbook(io.BytesIO(errors.xlsx()))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][:5] == ("Row", "Column", "Problem", "Mend", "Tên tổ chức")
    assert [r[:3] for r in rows[1:]] == [
        (3, "Tên tổ chức", "The cell is empty."),
        (4, "Kinh phí (đồng)", "“1,5” is not an amount in whole đồng."),
        (5, "name", "Twice"),
    ]
    assert {c.data_type for row in book.active.iter_rows() for c in row} <= {
        "s",
        "n",
        "inlineStr",
    }
    assert "'=HYPERLINK(1)" in errors.csv().decode("utf-8-sig")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+84 912", "'+84 912"),
        ("-5", "-5"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("Đổi mới", "Đổi mới"),
        ("", ""),
    ],
)
def test_texts_a_spreadsheet_program_would_run_are_quoted(value, written):
    assert safe_text(value) == written


@example([["a\ufffe", "b\uffff\ud800"]])
@settings(deadline=None)  # the time of openpyxl, not ours
@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=2), max_size=5))
def test_no_cell_of_a_workbook_is_a_formula(rows):
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(["=a", "b"], rows)))
    cells = [c for row in book.active.iter_rows() for c in row]
    assert all(c.data_type in {"s", "n", "inlineStr"} for c in cells)


def test_written_values_keep_their_kind():
    at = datetime(2026, 3, 2, 2, tzinfo=UTC)
    row = [
        1,
        Decimal(1234567),
        Decimal(10**17),
        date(2026, 3, 2),
        at,
        None,
        "a\x00b",
        True,
    ]
    book = openpyxl.load_workbook(
        io.BytesIO(write_xlsx([str(n) for n in range(8)], [row]))
    )
    assert [c.value for c in list(book.active.iter_rows())[1]] == [
        1,
        1234567,
        "100000000000000000",
        datetime(2026, 3, 2),  # noqa: DTZ001
        datetime(2026, 3, 2, 9),  # noqa: DTZ001
        None,
        "ab",
        True,
    ]
    assert b"".join(write_csv(["a", "b"], [[at, None]])) == (
        b"\xef\xbb\xbfa,b\r\n2026-03-02 09:00,\r\n"
    )


def test_cells_as_text_dates_and_numbers():
    assert [as_text(v) for v in (5.0, 5.5, None, datetime(2026, 3, 2), " a ", [1])] == [  # noqa: DTZ001
        "5", "5.5", "", "2026-03-02", "a", "[1]"
    ]  # fmt: skip
    assert {as_date(v) for v in ("02/03/2026", "2026-03-02", date(2026, 3, 2))} == {
        date(2026, 3, 2)
    }
    assert [as_number(v) for v in (1.5, "1,5", "-2")] == [
        Decimal("1.5"),
        Decimal("1.5"),
        -2,
    ]
    for read_cell, wrong in ((as_date, "2026"), (as_number, "1.2.3")):
        with pytest.raises(Invalid):
            read_cell(wrong)


def test_a_zip_bomb_of_a_workbook_is_refused(put, settings):
    settings.OPENSTI_FILE_LIMIT_MB = 1
    rows = [["0" * 30_000] * 10 for _n in range(40)]
    with pytest.raises(Invalid):
        read(put("a.xlsx", workbook(rows) + b""))


def test_an_error_file_of_rows_without_header_cells():
    errors = ErrorFile(["a"])
    errors.add(Row(7, {}), [Problem(field="", message="x")])
    assert json.loads(json.dumps(errors.rows)) == [[7, "", "x", "", None]]
