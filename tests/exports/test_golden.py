"""Every standard: the golden file of a small house, equal to the byte."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from opensti.exports import datacite, dcat, files, ocds, tables
from opensti.exports.xml import under
from opensti.ui import exports
from tests.exports import golden, small
from tests.exports.judges import GOLDEN


@pytest.fixture(autouse=True)
def small_house(monkeypatch):
    golden.of_the_small_house(monkeypatch.setattr)


def bytes_of(name):
    return b"".join(files.chunks_of(name))


def test_what_harvesters_are_told_is_its_golden_file():
    wanted = (GOLDEN / "harvest.xml").read_text(encoding="utf-8")
    assert golden.harvested() == wanted


@pytest.mark.parametrize("name", golden.TEXTS)
def test_a_file_is_its_golden_file(name):
    assert bytes_of(name).decode() == (GOLDEN / name).read_bytes().decode()


def test_each_award_and_project_is_its_golden_file():
    with zipfile.ZipFile(io.BytesIO(bytes_of("datacite.zip"))) as whole:
        found = {name: whole.read(name).decode() for name in whole.namelist()}
    assert found == {
        path.name: path.read_bytes().decode() for path in GOLDEN.glob("*.*.xml")
    }
    assert len(found) == 4


@pytest.mark.parametrize("name", files.FILES)
def test_the_same_house_gives_the_same_bytes(name):
    assert bytes_of(name) == bytes_of(name)


def test_archives_and_workbooks_hold_the_tables():
    with zipfile.ZipFile(io.BytesIO(bytes_of("tables.zip"))) as whole:
        names = ["dictionary.csv", *(f"{table.name}.csv" for table in tables.TABLES)]
        assert whole.namelist() == names
        for name in names:
            assert whole.read(name) == (GOLDEN / name).read_bytes()
    for table in tables.TABLES:
        sheet = load_workbook(io.BytesIO(bytes_of(f"{table.name}.xlsx"))).active
        told = list(sheet.iter_rows(values_only=True))
        text = bytes_of(f"{table.name}.csv").decode("utf-8-sig")
        assert len(told) == len(list(csv.reader(io.StringIO(text))))
        assert list(told[0]) == table.head


def test_every_column_is_in_the_dictionary_in_both_languages_and_filled():
    said = {
        (table, column): (vi, en) for table, column, _k, vi, en in tables.dictionary()
    }
    for table in tables.TABLES:
        for column in table.columns:
            vi, en = said[table.name, column.name]
            assert vi
            assert en
            assert column.kind in {
                "text", "code", "number", "money", "day", "time", "id",
            }  # fmt: skip
        for life in small.LIVES:
            for row in table.rows(small.HOUSE, life):
                assert len(row) == len(table.columns)


def test_a_table_longer_than_a_sheet_goes_on_in_the_next(monkeypatch):
    whole = load_workbook(io.BytesIO(bytes_of("events.xlsx"))).active
    head, *rows = whole.iter_rows(values_only=True)
    monkeypatch.setattr(exports, "LONGEST_SHEET", len(rows) // 2)
    book = load_workbook(io.BytesIO(bytes_of("events.xlsx")))
    assert book.sheetnames == ["events", "events 2", "events 3"]
    parts = [list(sheet.iter_rows(values_only=True)) for sheet in book]
    assert [part[0] for part in parts] == [head] * 3
    assert [row for part in parts for row in part[1:]] == rows


def test_what_no_xml_can_hold_is_left_out_and_addresses_are_addresses():
    root = datacite._resource("10.5072/x")
    under(root, "a", "một\x00\x0bhai")
    assert datacite._text(root).decode().count("<a>mộthai</a>") == 1
    with pytest.raises(ValueError, match="no address"):
        dcat._iri("https://x.example/> a <y")
    assert dcat._text('a"b\\\n') == '"a\\"b\\\\\\n"'


def test_nothing_public_is_said_so_where_the_standard_knows_no_empty_file(monkeypatch):
    monkeypatch.setattr(files, "lives", lambda: iter(()))
    for name in (
        "ocds-releases.json",
        "ocds-records.json",
        "ocds-compiled.jsonl",
        "360giving.json",
        "iati.xml",
    ):
        with pytest.raises(files.NotFound):
            files.chunks_of(name)
    assert bytes_of("orders.csv").decode("utf-8-sig").splitlines() == [
        ",".join(tables.BY_NAME["orders"].head)
    ]


def test_an_order_of_which_no_act_is_public_is_no_process_yet():
    silent = replace(small.LIVES[0], calls=(), awards=())
    silent = replace(silent, order=replace(silent.order, told=()))
    assert ocds.releases(small.HOUSE, silent) == []
    assert ocds.record(small.HOUSE, silent) is None
