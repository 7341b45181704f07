"""The files of open data: what each is called, and its bytes as a stream.

The same state of the house gives the same bytes. Nothing is held in memory but one part
of the lives; archives and workbooks go by way of the disk. A table longer than a sheet
of a workbook goes on in further sheets, so that no row is left out.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from opensti.domains.publications.queries import edition, kept_back, lives
from opensti.exports import dcat, giving, iati, ocds, tables
from opensti.exports.datacite import resources
from opensti.exports.dcat import DataSet, Offered
from opensti.exports.house import ROR_ADDRESS, house, moment
from opensti.exports.parquet import table_parquet
from opensti.exports.source import Source
from opensti.exports.streams import (
    archive,
    package,
    plain,
    read_from_start,
    workbook,
)
from opensti.kernel.refusals import NotFound
from opensti.ui.exports import csv_lines, write_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from opensti.exports.house import House
    from opensti.exports.tables import Table

# Raised when the mapping of any file changes.
FORMAT = "3"
JSON, ZIP, TURTLE = "application/json", "application/zip", "text/turtle"
LINES = "application/x-ndjson"
CSV, XML = "text/csv", "application/xml"
PARQUET = "application/vnd.apache.parquet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OCDS = "https://standard.open-contracting.org/1.1/"
GIVING = "https://standard.threesixtygiving.org/"
DATACITE = "https://schema.datacite.org/meta/kernel-4.6/"
IATI = "https://iatistandard.org/en/iati-standard/203/"
CATALOGUE = "catalogue.ttl"
STANDARDS = {
    OCDS: "OCDS 1.1.5",
    GIVING: "360Giving 1.4.3",
    DATACITE: "DataCite 4.6",
    IATI: "IATI 2.03",
}


@dataclass(frozen=True)
class File:
    """One file: its type, and how its bytes come of what it is made of."""

    media: str
    chunks: Callable[[Source], Iterator[bytes]]


def chunks_of(name: str, *, source: Source | None = None) -> Iterator[bytes]:
    """The bytes of one file, from its first one on: whatever is wrong is raised here.

    Made of the house as it is now, or of a ``source`` that was read before. ``NotFound``
    for another name, and for a file of a standard that knows no empty one while nothing is
    public that it could hold.
    """
    if name not in FILES:
        raise NotFound
    made = FILES[name].chunks(source or source_now())
    return chain([next(made)], made)


def source_now() -> Source:
    """The house as it is now: each reading of the lives asks the database."""
    return Source(house(), lives)


def etag(name: str) -> str:
    """What changes whenever the bytes of a file may change; 3 queries."""
    publisher = house()
    told = (publisher.name_vi, publisher.name_en, publisher.address, publisher.licence)
    prefixes = (publisher.ocid, publisher.grants, publisher.doi, publisher.ror)
    year = str(localdate().year) if name == "kept_back.csv" else ""
    parts = (FORMAT, name, edition().tag, year, *told, *prefixes)
    return f'"{sha256(chr(0).join(parts).encode()).hexdigest()[:32]}"'


def _some(members: Iterator[Any]) -> Iterator[Any]:
    """The members, which must be at least one: these packages know no empty list."""
    for first in members:
        return chain([first], members)
    raise NotFound(_("Nothing is public yet that this file could hold."))


def _ocds(
    publisher: House, name: str, members: str, mapped: Iterator[Any]
) -> Iterator[bytes]:
    said: dict[str, Any] = {
        "version": ocds.VERSION,
        "uri": publisher.file(name),
        "publishedDate": moment(edition().at),
        "publisher": {"name": publisher.name_vi},
        "license": publisher.licence,
        "publicationPolicy": publisher.file(""),
    }
    if publisher.ror:
        said["publisher"]["uri"] = ROR_ADDRESS + publisher.ror
    return package(said, members, _some(mapped))


def _releases(made_of: Source) -> Iterator[bytes]:
    found = (
        one for life in made_of.lives() for one in ocds.releases(made_of.house, life)
    )
    return _ocds(made_of.house, "ocds-releases.json", "releases", found)


def _records(made_of: Source) -> Iterator[bytes]:
    found = (
        record
        for life in made_of.lives()
        if (record := ocds.record(made_of.house, life))
    )
    return _ocds(made_of.house, "ocds-records.json", "records", found)


def _compiled(made_of: Source) -> Iterator[bytes]:
    """What became of each process, one on a line, as analysts' programs take it."""
    found = (
        record
        for life in made_of.lives()
        if (record := ocds.record(made_of.house, life))
    )
    return _some(f"{plain(one['compiledRelease'])}\n".encode() for one in found)


def _grants(made_of: Source) -> Iterator[bytes]:
    publisher = made_of.house
    head = {
        "version": giving.VERSION,
        "title": f"{publisher.name_vi}: kinh phí khoa học, công nghệ và đổi mới sáng tạo",
        "issued": moment(edition().at)[:10],
        "license": publisher.licence,
        "publisher": {
            "name": publisher.name_vi,
            "website": publisher.address,
            "identifier": publisher.key,
        },
    }
    found = (one for life in made_of.lives() for one in giving.grants(publisher, life))
    return package(head, "grants", _some(found))


def _activities(made_of: Source) -> Iterator[bytes]:
    found = (
        one for life in made_of.lives() for one in iati.activities(made_of.house, life)
    )
    made = _some(found)
    yield iati.head(edition().at).encode()
    for one in made:
        yield f"{one}\n".encode()
    yield iati.TAIL.encode()


def _resources(made_of: Source) -> Iterator[bytes]:
    return archive(
        (name, [text])
        for life in made_of.lives()
        for name, text in resources(made_of.house, life)
    )


def _catalogue(made_of: Source) -> Iterator[bytes]:
    yield dcat.catalogue(made_of.house, SETS, at=edition().at).encode()


def _rows(made_of: Source, table: Table) -> Iterator[list[Any]]:
    return (row for life in made_of.lives() for row in table.rows(made_of.house, life))


def _csv(head: list[str], rows: Iterable[list[Any]]) -> Iterator[bytes]:
    return (line.encode() for line in csv_lines(head=head, rows=rows))


def _table_csv(table: Table) -> File:
    return File(CSV, lambda made_of: _csv(table.head, _rows(made_of, table)))


def _table_xlsx(table: Table) -> File:
    return File(
        XLSX,
        lambda made_of: _xlsx(table.name, table.head, _rows(made_of, table)),
    )


def _table_parquet(table: Table) -> File:
    def chunks(made_of: Source) -> Iterator[bytes]:
        publisher = made_of.house
        said = {
            "publisher": publisher.name_vi,
            "license": publisher.licence,
            "source": publisher.file(f"{table.name}.parquet"),
        }
        return table_parquet(table, _rows(made_of, table), said)

    return File(PARQUET, chunks)


def _xlsx(title: str, head: list[str], rows: Iterable[list[Any]]) -> Iterator[bytes]:
    """A workbook; what one sheet cannot hold stands in the next."""
    with tempfile.TemporaryFile() as file:
        write_xlsx(file=file, title=title, head=head, rows=rows)
        file.seek(0)
        yield from workbook(file)


def _dictionary(_made_of: Source) -> Iterator[bytes]:
    return _csv(tables.DICTIONARY, tables.dictionary())


def _kept_back(_made_of: Source) -> Iterator[bytes]:
    rows = [list(row) for row in kept_back(before=localdate())]
    return _csv([column.name for column in tables.KEPT_BACK], rows)


def _all_tables(made_of: Source) -> Iterator[bytes]:
    """Every table as CSV with the dictionary; the lives are read once for all of them."""
    with ExitStack() as open_files:
        parts = []
        for table in tables.TABLES:
            file = open_files.enter_context(tempfile.TemporaryFile())
            file.writelines(_csv(table.head, ()))
            parts.append((table, file))
        for life in made_of.lives():
            for table, file in parts:
                lines = csv_lines(rows=table.rows(made_of.house, life))
                file.writelines(line.encode() for line in lines)
        written = [(f"{t.name}.csv", read_from_start(file)) for t, file in parts]
        yield from archive([("dictionary.csv", _dictionary(made_of)), *written])


FILES: dict[str, File] = {
    CATALOGUE: File(TURTLE, _catalogue),
    "ocds-releases.json": File(JSON, _releases),
    "ocds-records.json": File(JSON, _records),
    "ocds-compiled.jsonl": File(LINES, _compiled),
    "360giving.json": File(JSON, _grants),
    "iati.xml": File(XML, _activities),
    "datacite.zip": File(ZIP, _resources),
    "tables.zip": File(ZIP, _all_tables),
    "dictionary.csv": File(CSV, _dictionary),
    "kept_back.csv": File(CSV, _kept_back),
    **{f"{table.name}.csv": _table_csv(table) for table in tables.TABLES},
    **{f"{table.name}.xlsx": _table_xlsx(table) for table in tables.TABLES},
    **{f"{table.name}.parquet": _table_parquet(table) for table in tables.TABLES},
}


SETS = (
    DataSet(
        key="contracting",
        title_vi="Quá trình từ đặt hàng đến kết quả",
        title_en="Processes from the order to the result",
        about_vi="Mỗi việc công khai là một thông báo theo chuẩn OCDS 1.1.5: đặt hàng, tuyển chọn hoặc giao trực tiếp, quyết định, hợp đồng, điều chỉnh, nghiệm thu, kết quả mở.",
        about_en="Each public act is a release of the Open Contracting Data Standard 1.1.5: order, call, decision, contract, amendments, acceptance, open results.",
        files=(
            Offered(
                name="ocds-releases.json", media=JSON, format="JSON", standard=OCDS
            ),
            Offered(name="ocds-records.json", media=JSON, format="JSON", standard=OCDS),
            Offered(
                name="ocds-compiled.jsonl", media=LINES, format="JSON", standard=OCDS
            ),
        ),
    ),
    DataSet(
        key="grants",
        title_vi="Kinh phí được phê duyệt",
        title_en="Approved grants",
        about_vi="Mỗi phê duyệt đã phát hành có kinh phí là một khoản tài trợ theo chuẩn 360Giving 1.4.",
        about_en="Each released approval with its amount is a grant of the 360Giving Data Standard 1.4.",
        files=(
            Offered(name="360giving.json", media=JSON, format="JSON", standard=GIVING),
        ),
    ),
    DataSet(
        key="metadata",
        title_vi="Siêu dữ liệu của phê duyệt và nhiệm vụ",
        title_en="Metadata of awards and projects",
        about_vi="Mỗi phê duyệt (Award) và nhiệm vụ (Project) là một tệp XML theo DataCite 4.6.",
        about_en="Each approval (Award) and each task (Project) as an XML file of DataCite 4.6.",
        files=(
            Offered(name="datacite.zip", media=ZIP, format="ZIP", standard=DATACITE),
        ),
    ),
    DataSet(
        key="aid",
        title_vi="Nhiệm vụ có vốn viện trợ",
        title_en="Tasks that aid pays for",
        about_vi="Mỗi nhiệm vụ có cam kết viện trợ của nhà tài trợ là một hoạt động theo chuẩn IATI 2.03.",
        about_en="Each task with a giver's commitment of aid is an activity of the IATI Standard 2.03.",
        files=(Offered(name="iati.xml", media=XML, format="XML", standard=IATI),),
    ),
    DataSet(
        key="tables",
        title_vi="Bảng dữ liệu của sổ đăng ký công khai",
        title_en="Tables of the public register",
        about_vi="Đặt hàng, thông báo, phê duyệt, kết quả và sự kiện, kèm từ điển dữ liệu song ngữ.",
        about_en="Orders, calls, awards, results and events, with a dictionary of every column in both languages.",
        files=(
            Offered(name="tables.zip", media=ZIP, format="ZIP"),
            Offered(name="dictionary.csv", media=CSV, format="CSV"),
            Offered(name="kept_back.csv", media=CSV, format="CSV"),
            *(
                Offered(name=f"{t.name}.csv", media=CSV, format="CSV")
                for t in tables.TABLES
            ),
            *(
                Offered(name=f"{t.name}.xlsx", media=XLSX, format="XLSX")
                for t in tables.TABLES
            ),
            *(
                Offered(name=f"{t.name}.parquet", media=PARQUET, format="PARQUET")
                for t in tables.TABLES
            ),
        ),
    ),
)
