"""What each format of a folder of open data comes to, before judges from outside.

The folder holds the files of ``opensti export all``, and beside them what was harvested
(``oai/*.xml``) and what pages tell in schema.org (``jsonld/*.json``).
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import ocdsmerge
from lxml import etree
from openpyxl import load_workbook
from pyarrow.parquet import ParquetFile

from tests.exports import judges

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    # So many records more, and a fault or nothing.
    Found = Iterator[tuple[int, str]]


@dataclass
class Verdict:
    """What one format came to."""

    name: str
    judge: str
    records: int = 0
    faults: list[str] = field(default_factory=list)


def every(folder: Path) -> list[Verdict]:
    """Each format that the folder must hold; a missing file is a fault."""
    found = []
    for name, (judge, judged) in FORMATS.items():
        verdict = Verdict(name, judge)
        try:
            for number, fault in judged(folder):
                verdict.records += number
                if fault:
                    verdict.faults.append(fault)
        except (OSError, ValueError, KeyError) as error:
            verdict.faults.append(f"{type(error).__name__}: {error}")
        if not verdict.records and not verdict.faults:
            verdict.faults.append("nothing to judge")
        found.append(verdict)
    return found


def _each(things, faults_of, named) -> Found:
    for thing in things:
        yield 1, ""
        for fault in faults_of(thing):
            yield 0, f"{named(thing)}: {fault}"


def _releases(folder: Path) -> Found:
    package = json.loads((folder / "ocds-releases.json").read_bytes())
    for fault in judges.ocds_package_faults(package, "release"):
        yield 0, fault
    yield from _each(package["releases"], judges.ocds_faults, lambda one: one["id"])
    for number, often in Counter(one["id"] for one in package["releases"]).items():
        if often > 1:
            yield 0, f"{number} {often} times"


def _records(folder: Path) -> Found:
    """What each process comes to is what an outside merger makes of its releases."""
    package = json.loads((folder / "ocds-records.json").read_bytes())
    for fault in judges.ocds_package_faults(package, "record"):
        yield 0, fault
    merger = ocdsmerge.Merger(judges.release_schema())
    lines = (folder / "ocds-compiled.jsonl").read_bytes().splitlines()
    compiled = {one["ocid"]: one for one in map(json.loads, lines)}
    for record in package["records"]:
        yield 1, ""
        said = record["compiledRelease"]
        for fault in judges.ocds_faults(said):
            yield 0, f"{record['ocid']}: {fault}"
        if merger.create_compiled_release(record["releases"]) != said:
            yield 0, f"{record['ocid']}: merged otherwise"
        if compiled.pop(record["ocid"], None) != said:
            yield 0, f"{record['ocid']}: another line in ocds-compiled.jsonl"
    for left in compiled:
        yield 0, f"{left}: no record"


def _grants(folder: Path) -> Found:
    package = json.loads((folder / "360giving.json").read_bytes())
    yield len(package["grants"]), ""
    for fault in judges.giving_faults(package):
        yield 0, fault


def _resources(folder: Path) -> Found:
    with zipfile.ZipFile(folder / "datacite.zip") as whole:
        for name in whole.namelist():
            yield 1, ""
            for fault in judges.datacite_faults(whole.read(name)):
                yield 0, f"{name}: {fault}"


def _activities(folder: Path) -> Found:
    text = (folder / "iati.xml").read_bytes()
    root = etree.fromstring(text)
    yield len(root), ""
    for fault in [*judges.iati_faults(text), *judges.iati_code_faults(root)]:
        yield 0, fault


def _catalogue(folder: Path) -> Found:
    """Its shapes; and every file that it tells of is there."""
    text = (folder / "catalogue.ttl").read_text(encoding="utf-8")
    for fault in judges.dcat_faults(text):
        yield 0, fault
    for address in sorted(judges.dcat_files(text)):
        yield 1, ""
        if not (folder / address.rpartition("/")[2]).is_file():
            yield 0, f"{address} is not there"


def _harvest(folder: Path) -> Found:
    records = []
    parts = sorted((folder / "oai").glob("*.xml"))
    for part in parts:
        text = part.read_bytes()
        for fault in judges.oai_faults(text):
            yield 0, f"{part.name}: {fault}"
        records += etree.fromstring(text).findall(".//{*}ListRecords/{*}record")
    yield len(records), ""
    told = [one for one in records if one.find("{*}metadata") is not None]
    for fault in judges.harvest_faults(told):
        yield 0, fault


def _pages(folder: Path) -> Found:
    for path in sorted((folder / "jsonld").glob("*.json")):
        for thing in json.loads(path.read_bytes()):
            yield 1, ""
            for fault in judges.schema_org_faults(thing):
                yield 0, f"{path.name}: {fault}"


def _tables(folder: Path) -> Found:
    """Each table reads the same as CSV, workbook and Parquet, and the dictionary knows it."""
    dictionary = _csv(folder / "dictionary.csv")
    known = {(row[0], row[1]): row for row in dictionary[1:]}
    for row in dictionary[1:]:
        if not (row[3] and row[4]):
            yield 0, f"dictionary.csv: {row[0]}.{row[1]} is not told in both languages"
    with zipfile.ZipFile(folder / "tables.zip") as whole:
        zipped = {name: whole.read(name) for name in whole.namelist()}
    for name in sorted({row[0] for row in dictionary[1:]} - {"kept_back"}):
        file = folder / f"{name}.csv"
        head, *rows = _csv(file)
        yield len(rows), ""
        if zipped.get(file.name) != file.read_bytes():
            yield 0, f"tables.zip: {file.name} differs"
        for column in head:
            if (name, column) not in known:
                yield 0, f"{name}.{column} is in no dictionary"
        sheets = _sheets(folder / f"{name}.xlsx")
        if sheets != [head, *rows]:
            yield 0, f"{name}.xlsx differs from {name}.csv"
        parquet = ParquetFile(folder / f"{name}.parquet").read()
        if parquet.column_names != head or parquet.num_rows != len(rows):
            yield 0, f"{name}.parquet differs from {name}.csv"
        for number, column in enumerate(head):
            kind = known.get((name, column), [""] * 3)[2]
            if kind in ("id", "text", "code"):
                cells = [one or "" for one in parquet[column].to_pylist()]
                if cells != [row[number].removeprefix("'") for row in rows]:
                    yield 0, f"{name}.parquet: {column} differs"


def _csv(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def _sheets(path: Path) -> list[list[str]]:
    """The rows of all sheets as texts, with one head."""
    found: list[list[str]] = []
    for sheet in load_workbook(path, read_only=True):
        rows = [
            ["" if cell is None else _cell(cell) for cell in row]
            for row in sheet.iter_rows(values_only=True)
        ]
        found += rows[1:] if found else rows
    return found


def _cell(cell: object) -> str:
    return cell.date().isoformat() if isinstance(cell, datetime) else str(cell)


FORMATS: dict[str, tuple[str, Callable[[Path], Found]]] = {
    "OCDS 1.1.5 releases": ("schemas of the standard, code lists", _releases),
    "OCDS 1.1.5 records": ("schemas of the standard, ocdsmerge", _records),
    "360Giving 1.4.3": ("schemas of the standard", _grants),
    "DataCite 4.6": ("XSD", _resources),
    "IATI 2.03": ("XSD, code lists", _activities),
    "DCAT-AP 3.0.1": ("SHACL shapes", _catalogue),
    "OAI-PMH 2.0, CERIF 1.2": ("XSD of protocol and profile, checks 5a and 5b", _harvest),
    "schema.org JSON-LD": ("vocabulary of rdflib", _pages),
    "CSV, XLSX, Parquet": ("csv, openpyxl, pyarrow", _tables),
}  # fmt: skip
