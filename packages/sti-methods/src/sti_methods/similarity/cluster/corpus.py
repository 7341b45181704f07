"""A corpus as a folder of Parquet partitions and a manifest that names each.

The manifest (``corpus.json``) holds the schema, how many records each partition has and
the SHA-256 of its file. Records keep the order they were given in: a record's row is the
same in any partitioning.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from datetime import date
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from sti_methods.similarity.cluster.files import write
from sti_methods.similarity.index import VERSION
from sti_methods.similarity.reading import (
    Problem,
    Unreadable,
    spelled,
    stream_records,
)
from sti_methods.similarity.records import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MANIFEST, FORMAT = "corpus.json", 1
_PART = re.compile(r"part-[0-9]{5,}\.parquet")
ROWS = 20_000
TEXTS = ("id", "title", "abstract", "objectives", "products", "keywords")
SCHEMA = pa.schema(
    [
        *(pa.field(name, pa.string(), nullable=False) for name in TEXTS),
        ("year", pa.int32()),
        ("begins", pa.string()),  # a year, or an ISO date
        ("ends", pa.string()),
        ("people", pa.list_(pa.string())),
        ("organisations", pa.list_(pa.string())),
        ("amount", pa.float64()),
    ]
)


class Part(NamedTuple):
    """One Parquet file: its name, its first row in the corpus, its records, its SHA-256."""

    name: str
    first: int
    records: int
    digest: str

    @property
    def file(self) -> str:
        return f"{self.name}.parquet"


@dataclass(frozen=True, slots=True)
class Corpus:
    """A partitioned corpus on a disk that every worker sees under the same path."""

    folder: Path
    parts: tuple[Part, ...]

    @property
    def records(self) -> int:
        return sum(part.records for part in self.parts)

    @property
    def digest(self) -> str:
        """Return a name for exactly these partitions (SHA-256)."""
        return sha256(
            "\n".join(part.digest for part in self.parts).encode()
        ).hexdigest()


def read_part(folder: Path, part: Part) -> Iterator[Record]:
    """Yield the records of a partition. Cost: 10 µs a record."""
    for row in pq.read_table(folder / part.file).to_pylist():
        yield _record(row)


def ids_of(folder: Path, part: Part) -> pa.Array:
    """Return the ids of a partition. Cost: 1 ms for 20,000."""
    table = pq.read_table(folder / part.file, columns=["id"])
    return table["id"].combine_chunks()


def partition(
    files: Iterable[str | Path],
    folder: str | Path,
    *,
    rows: int = ROWS,
    problem: Callable[[Path, Problem], None] = lambda _file, _problem: None,
    done: Callable[[int], None] = lambda _records: None,
) -> Corpus:
    """Turn files as `read_records` takes them into one partitioned corpus.

    ``problem`` is told of each row left out or mended, ``done`` how many records are
    written. Memory: one partition, and 200 bytes for each id.

    Raises
    ------
    Unreadable
        A file is no use, no file has a useful row, or ``folder`` is there already.
    """
    seen: dict[str, tuple[Path, int]] = {}

    def every() -> Iterator[Record]:
        for file in map(Path, files):

            def tell(found: Problem, file: Path = file) -> None:
                problem(file, found)

            yield from stream_records(file, problem=tell, seen=seen)

    return write_corpus(every(), folder, rows=rows, done=done)


def write_corpus(
    records: Iterable[Record],
    folder: str | Path,
    *,
    rows: int = ROWS,
    done: Callable[[int], None] = lambda _records: None,
) -> Corpus:
    """Write records in their order, ``rows`` to a partition, as a corpus.

    Two records must not have the same id. The folder appears when it is whole.

    Raises
    ------
    Unreadable
        ``folder`` is there already, or there are no records.
    ValueError
        ``rows`` is below one.
    """
    if rows < 1:
        raise ValueError(f"{rows} rows to a partition: it must be one at least")
    folder = Path(folder)
    if folder.exists():
        raise Unreadable(f"{folder.name} is there already; name another folder")
    unfinished = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        parts = _write_parts(iter(records), unfinished, rows, done)
        if not parts:
            raise Unreadable("no row has an id and a title or an abstract")
        told = {
            "format": FORMAT,
            "method": VERSION,
            "schema": {field.name: str(field.type) for field in SCHEMA},
            "records": sum(part.records for part in parts),
            "parts": [
                {"file": part.file, "records": part.records, "sha256": part.digest}
                for part in parts
            ],
        }
        text = json.dumps(told, indent=1) + "\n"
        (unfinished / MANIFEST).write_text(text, encoding="utf-8")
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return Corpus(folder.resolve(), tuple(parts))


def _write_parts(
    records: Iterator[Record], folder: Path, rows: int, done: Callable[[int], None]
) -> list[Part]:
    parts: list[Part] = []
    first = 0
    while some := list(islice(records, rows)):
        name = f"part-{len(parts):05}"
        table = pa.Table.from_pylist([_row(record) for record in some], SCHEMA)
        digest = write(folder / f"{name}.parquet", partial(_fill, table))
        parts.append(Part(name, first, len(some), digest))
        first += len(some)
        done(first)
    return parts


def _fill(table: pa.Table, file: BinaryIO) -> None:
    pq.write_table(table, file, compression="zstd")


def open_corpus(folder: str | Path) -> Corpus:
    """Return the corpus of a folder; its partitions are not read yet.

    Raises
    ------
    Unreadable
        There is no such folder, it is no corpus, or one of a later format.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise Unreadable(f"{folder.name}: there is no such folder")
    try:
        told = json.loads((folder / MANIFEST).read_text("utf-8"))
        form = told["format"]
        parts = tuple(_parts(told)) if form == FORMAT else ()
    except FileNotFoundError:
        raise Unreadable(
            f"{folder.name} is no partitioned corpus: it has no {MANIFEST}; opensti overlap partition makes one"
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"{folder.name}/{MANIFEST} is damaged: {error!r}") from None
    if form != FORMAT:
        raise Unreadable(
            f"{folder.name} has format {form}; known here is {FORMAT}: partition the corpus again"
        )
    return Corpus(folder.resolve(), parts)


def _parts(told: dict[str, Any]) -> Iterator[Part]:
    """Yield what a manifest names; raise ``ValueError`` where it makes no sense."""
    first = 0
    for each in told["parts"]:
        name, records = each["file"], each["records"]
        if not _PART.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a partition")
        if type(records) is not int or records < 1:
            raise ValueError(f"{name} has {records!r} records")
        yield Part(Path(name).stem, first, records, str(each["sha256"]))
        first += records
    if not first or first != told["records"]:
        raise ValueError(f"its partitions have {first} records")


def _row(record: Record) -> dict[str, Any]:
    return {
        **{name: spelled(getattr(record, name)) for name in TEXTS},
        "year": record.year,
        "begins": _told(record.begins),
        "ends": _told(record.ends),
        "people": [spelled(name) for name in record.people],
        "organisations": [spelled(name) for name in record.organisations],
        "amount": record.amount,
    }


def _record(row: dict[str, Any]) -> Record:
    given = dict(row)
    for name in ("begins", "ends"):
        given[name] = _day(given[name])
    for name in ("people", "organisations"):
        given[name] = tuple(given[name] or ())
    return Record(**given)


def _told(day: date | int | None) -> str | None:
    if day is None:
        return None
    return day.isoformat() if isinstance(day, date) else str(day)


def _day(told: str | None) -> date | int | None:
    if told is None:
        return None
    return date.fromisoformat(told) if "-" in told[1:] else int(told)
