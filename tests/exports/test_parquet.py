"""Parquet: the rows of the CSV with types, in little memory, the same bytes again."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal

import pytest
from pyarrow import types
from pyarrow.parquet import ParquetFile

from opensti.exports import files, parquet, tables
from tests.exports import golden, small

READ = {
    "id": str,
    "text": str,
    "code": str,
    "number": int,
    "money": Decimal,
    "day": date.fromisoformat,
    "time": datetime.fromisoformat,
}


@pytest.fixture(autouse=True)
def small_house(monkeypatch):
    golden.of_the_small_house(monkeypatch.setattr)


def bytes_of(name):
    return b"".join(files.chunks_of(name))


def opened(name):
    return ParquetFile(io.BytesIO(bytes_of(name)))


@pytest.mark.parametrize("table", tables.TABLES, ids=lambda table: table.name)
@pytest.mark.parametrize("group", [3, 20_000])
def test_every_row_is_that_of_the_csv(table, group, monkeypatch):
    monkeypatch.setattr(parquet, "GROUP", group)
    text = bytes_of(f"{table.name}.csv").decode("utf-8-sig")
    head, *lines = csv.reader(io.StringIO(text))
    wanted = [
        {
            column.name: READ[column.kind](cell) if cell else None
            for column, cell in zip(table.columns, line, strict=True)
        }
        for line in lines
    ]
    found = opened(f"{table.name}.parquet")
    assert found.schema_arrow.names == head
    assert found.read().to_pylist() == wanted
    assert found.num_row_groups == -(-len(wanted) // group)


def test_columns_have_types_and_say_what_they_hold():
    found = opened("awards.parquet")
    schema = found.schema_arrow
    assert str(schema.field("amount").type) == "decimal128(20, 0)"
    assert str(schema.field("released_at").type) == "timestamp[ms, tz=UTC]"
    assert types.is_date32(schema.field("starts_on").type)
    assert types.is_dictionary(schema.field("state").type)
    for column in tables.BY_NAME["awards"].columns:
        said = {b"vi": column.vi.encode(), b"en": column.en.encode()}
        assert schema.field(column.name).metadata.items() >= said.items()
    whole = found.metadata.metadata
    assert json.loads(whole[b"columns"])["amount"] == {
        "vi": "kinh phí được phê duyệt, đồng",
        "en": "approved amount, đồng",
    }
    assert whole[b"license"].decode() == small.HOUSE.licence
    assert whole[b"title_vi"].decode() == tables.BY_NAME["awards"].vi


def test_the_same_rows_are_the_same_bytes():
    assert bytes_of("events.parquet") == bytes_of("events.parquet")


def test_a_table_without_rows_is_a_file(monkeypatch):
    monkeypatch.setattr(files, "lives", lambda: iter(()))
    found = opened("results.parquet")
    assert (found.metadata.num_rows, found.schema_arrow.names) == (
        0,
        tables.BY_NAME["results"].head,
    )
