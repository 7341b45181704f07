"""DCAT-AP 3.0.1: the catalogue of all open data of the house, as Turtle.

https://semiceu.github.io/DCAT-AP/releases/3.0.1/
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opensti.exports.house import ROR_ADDRESS, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from opensti.exports.house import House

EU = "http://publications.europa.eu/resource/authority"
PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
THEME = f"{EU}/data-theme/TECH"
NATIONAL = "http://purl.org/adms/publishertype/NationalAuthority"
LANGUAGES = ("VIE", "ENG")


@dataclass(frozen=True, kw_only=True)
class Offered:
    """One file of a data set: its name, its type, the standard that it follows."""

    name: str
    media: str
    format: str
    standard: str = ""


@dataclass(frozen=True, kw_only=True)
class DataSet:
    """What is told of in both languages, with the files that hold it."""

    key: str
    title_vi: str
    title_en: str
    about_vi: str
    about_en: str
    files: tuple[Offered, ...]


def catalogue(house: House, sets: Sequence[DataSet], *, at: datetime) -> str:
    """The catalogue as it stands at an edition; no blank nodes, so that it compares."""
    here = house.file("")
    publisher = f"{ROR_ADDRESS}{house.ror}" if house.ror else f"{here}publisher"
    languages = [_iri(f"{EU}/language/{code}") for code in LANGUAGES]
    changed = f"{_text(moment(at))}^^xsd:dateTime"
    blocks = [
        _block(
            here,
            "dcat:Catalog",
            [
                ("dct:title", _both("Dữ liệu mở", "Open data")),
                (
                    "dct:description",
                    _both(
                        f"Dữ liệu mở về khoa học, công nghệ và đổi mới sáng tạo: {house.name_vi}",
                        f"Open data on science, technology and innovation: {house.name_en}",
                    ),
                ),
                ("dct:publisher", [_iri(publisher)]),
                ("dct:language", languages),
                ("dct:license", [_iri(house.licence)]),
                ("dct:modified", [changed]),
                ("foaf:homepage", [_iri(here)]),
                ("dcat:dataset", [_iri(f"{here}{one.key}") for one in sets]),
            ],
        ),
        _block(
            publisher,
            "foaf:Agent",
            [
                ("foaf:name", _both(house.name_vi, house.name_en)),
                (
                    "dct:type",
                    [_iri(NATIONAL)],
                ),
            ],
        ),
        _block(house.licence, "dct:LicenseDocument", []),
        _block(here, "foaf:Document", []),
        _concept(NATIONAL, "Cơ quan trung ương", "National authority"),
        _concept(THEME, "Khoa học và công nghệ", "Science and technology"),
    ]
    # What the vocabularies of the EU say of the names used here.
    kinds = [(f"{EU}/language/{code}", "dct:LinguisticSystem") for code in LANGUAGES]
    for one in sets:
        blocks.append(
            _block(
                f"{here}{one.key}",
                "dcat:Dataset",
                [
                    ("dct:title", _both(one.title_vi, one.title_en)),
                    ("dct:description", _both(one.about_vi, one.about_en)),
                    ("dct:identifier", [_text(f"{here}{one.key}")]),
                    ("dct:publisher", [_iri(publisher)]),
                    ("dct:language", languages),
                    ("dct:modified", [changed]),
                    ("dcat:theme", [_iri(THEME)]),
                    (
                        "dcat:distribution",
                        [_iri(f"{here}{file.name}") for file in one.files],
                    ),
                ],
            )
        )
        for file in one.files:
            said = [
                ("dct:title", [_text(file.name)]),
                ("dcat:accessURL", [_iri(f"{here}{file.name}")]),
                ("dcat:downloadURL", [_iri(f"{here}{file.name}")]),
                ("dct:license", [_iri(house.licence)]),
                ("dct:modified", [changed]),
                ("dct:format", [_iri(f"{EU}/file-type/{file.format}")]),
                (
                    "dcat:mediaType",
                    [_iri(f"http://www.iana.org/assignments/media-types/{file.media}")],
                ),
            ]
            kinds.append((f"{EU}/file-type/{file.format}", "dct:MediaTypeOrExtent"))
            kinds.append(
                (
                    f"http://www.iana.org/assignments/media-types/{file.media}",
                    "dct:MediaType",
                )
            )
            if file.standard:
                said.append(("dct:conformsTo", [_iri(file.standard)]))
                kinds.append((file.standard, "dct:Standard"))
            blocks.append(_block(f"{here}{file.name}", "dcat:Distribution", said))
    blocks += [_block(name, kind, []) for name, kind in sorted(set(kinds))]
    head = [f"@prefix {name}: <{space}> ." for name, space in PREFIXES.items()]
    return "\n".join([*head, "", *blocks, ""])


def _block(subject: str, kind: str, said: Iterable[tuple[str, Sequence[str]]]) -> str:
    lines = [f"{_iri(subject)} a {kind}"]
    lines += [f"    {name} {', '.join(values)}" for name, values in said if values]
    return " ;\n".join(lines) + " .\n"


def _concept(name: str, vi: str, en: str) -> str:
    return _block(name, "skos:Concept", [("skos:prefLabel", _both(vi, en))])


def _both(vi: str, en: str) -> list[str]:
    return [f"{_text(vi)}@vi", f"{_text(en)}@en"]


def _text(text: str) -> str:
    """A string of Turtle: the escapes of JSON are among its own."""
    return json.dumps(text, ensure_ascii=False)


def _iri(address: str) -> str:
    if any(c in '<>"{}|^`\\' or ord(c) <= ord(" ") for c in address):
        raise ValueError(f"{address!r} is no address")
    return f"<{address}>"
