"""Read a record of the Research Organization Registry, schema version 1 or 2.

Sources: ror.org/schema-v1 and ror.org/schema-v2 (version 2 keeps all names in ``names``,
places in ``locations``, and writes types in lower case).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.registry.choices import OrganisationKind, OrganisationStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The first that fits: a university that also funds is a university.
KINDS = {
    "education": OrganisationKind.UNIVERSITY,
    "company": OrganisationKind.ENTERPRISE,
    "facility": OrganisationKind.INSTITUTE,
    "government": OrganisationKind.AGENCY,
    "nonprofit": OrganisationKind.ASSOCIATION,
    "healthcare": OrganisationKind.OTHER,
    "archive": OrganisationKind.OTHER,
    "other": OrganisationKind.OTHER,
    "funder": OrganisationKind.FUND,
}
STATUSES = {
    "active": OrganisationStatus.ACTIVE,
    "inactive": OrganisationStatus.INACTIVE,
    "withdrawn": OrganisationStatus.INACTIVE,
}


def row_of_ror(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record as a row of an organisations table."""
    names = list(_names(record))
    vietnamese = _first(names, "label", "vi")
    shown = _first(names, "ror_display") or _first(names, "label")
    english = _first(names, "label", "en") or (shown if shown != vietnamese else "")
    acronyms = [name for kind, _language, name in names if kind == "acronym"]
    main = {vietnamese or shown, english}
    others = [
        name
        for kind, _language, name in names
        if kind != "ror_display" and name not in main and name not in acronyms[:1]
    ]
    parents = _related(record, "parent")
    types = {str(t).casefold() for t in record.get("types") or ()}
    return {
        "key": str(record.get("id", "")).rpartition("/")[2],
        "ror": record.get("id", ""),
        "name_vi": vietnamese or shown,
        "name_en": english,
        "acronym": (acronyms or [""])[0],
        "aliases": list(dict.fromkeys(others)),
        "kind": next((str(k) for t, k in KINDS.items() if t in types), "other"),
        "status": str(STATUSES.get(str(record.get("status")), "active")),
        "established": record.get("established"),
        "website": _website(record),
        "place": _place(record),
        "parent": next(iter(parents), ""),
        # A child says itself what it belongs to; where it is not in the file, it counts.
        "links": {
            kind: found
            for kind in ("related", "successor", "predecessor")
            if (found := _related(record, kind))
        }
        | ({"parent": parents[1:]} if parents[1:] else {}),
        "units": _related(record, "child"),
    }


def _names(record: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Each name once for each of its kinds: (kind, language, name)."""
    for entry in record.get("names") or ():
        for kind in entry.get("types") or ("alias",):
            yield kind, entry.get("lang") or "", entry["value"].strip()
    if "names" in record:
        return
    yield "ror_display", "", str(record.get("name", "")).strip()
    for label in record.get("labels") or ():
        yield "label", label.get("iso639") or "", label["label"].strip()
    for alias in record.get("aliases") or ():
        yield "alias", "", alias.strip()
    for acronym in record.get("acronyms") or ():
        yield "acronym", "", acronym.strip()


def _first(names: list[tuple[str, str, str]], kind: str, language: str = "") -> str:
    return next(
        (n for k, lang, n in names if k == kind and (not language or lang == language)),
        "",
    )


def _website(record: Mapping[str, Any]) -> str:
    for link in record.get("links") or ():
        if isinstance(link, str):
            return link
        if link.get("type") == "website":
            return str(link["value"])
    return ""


def _place(record: Mapping[str, Any]) -> str:
    for location in record.get("locations") or ():
        return str(location.get("geonames_details", {}).get("name") or "")
    for address in record.get("addresses") or ():
        return str(address.get("city") or "")
    return ""


def _related(record: Mapping[str, Any], *kinds: str) -> list[str]:
    """The ROR ids, without address, of those the record names as of these kinds."""
    return [
        str(relation["id"]).rpartition("/")[2]
        for relation in record.get("relationships") or ()
        if str(relation.get("type", "")).casefold() in kinds
    ]
