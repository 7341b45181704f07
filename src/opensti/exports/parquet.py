"""Tables as Parquet: typed columns that say in both languages what they hold.

Written in groups of rows by way of the disk; the same rows give the same bytes with the
same version of the library.
"""

from __future__ import annotations

import json
import tempfile
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from opensti.exports.streams import read_from_start

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opensti.exports.tables import Column, Table

GROUP = 20_000  # rows; at some hundred bytes each a few megabytes


def table_parquet(
    table: Table, rows: Iterable[list[Any]], said: dict[str, str]
) -> Iterator[bytes]:
    """The table as one file; ``said`` stands in its metadata beside the columns."""
    from pyarrow import RecordBatch  # noqa: PLC0415 -- takes a second
    from pyarrow.parquet import ParquetWriter  # noqa: PLC0415

    schema, left = _schema(table, said), iter(rows)
    codes = [column.name for column in table.columns if column.kind == "code"]
    with tempfile.TemporaryFile() as file:
        with ParquetWriter(
            file, schema, compression="zstd", use_dictionary=codes
        ) as made:
            while group := list(islice(left, GROUP)):
                columns = [
                    [_value(column, row[at]) for row in group]
                    for at, column in enumerate(table.columns)
                ]
                arrays = [
                    _array(values, field.type)
                    for values, field in zip(columns, schema, strict=True)
                ]
                made.write_batch(RecordBatch.from_arrays(arrays, schema=schema))
        yield from read_from_start(file)


def _array(values: list[Any], kind: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415 -- takes a second

    if pa.types.is_dictionary(kind):
        return pa.array(values, kind.value_type).dictionary_encode()
    return pa.array(values, kind)


def _schema(table: Table, said: dict[str, str]) -> Any:
    import pyarrow as pa  # noqa: PLC0415 -- takes a second

    kinds = {
        "id": pa.string(),
        "text": pa.string(),
        "code": pa.dictionary(pa.int32(), pa.string()),
        "number": pa.int64(),
        "money": pa.decimal128(20, 0),
        "day": pa.date32(),
        "time": pa.timestamp("ms", tz="UTC"),
    }
    about = {c.name: {"vi": c.vi, "en": c.en} for c in table.columns}
    # Again for the whole file: a reader that does not know Arrow finds it there.
    whole = {"title_vi": table.vi, "title_en": table.en, **said}
    whole["columns"] = json.dumps(about, ensure_ascii=False, sort_keys=True)
    return pa.schema(
        [
            pa.field(c.name, kinds[c.kind], metadata=about[c.name])
            for c in table.columns
        ],
        metadata=whole,
    )


def _value(column: Column, value: Any) -> Any:
    if value is None or value == "":
        return None  # as in the CSV: an empty cell is what is not known
    if column.kind == "time":
        return datetime.fromisoformat(value)
    return value
