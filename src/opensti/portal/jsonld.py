"""What a public page is about, for search engines: schema.org as JSON-LD.

In the language of the page, and built of the very rows that it shows, so that what the
policy emptied there is missing here. A data block: browsers do not run it, and no page needs it.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from opensti.exports.files import CATALOGUE, SETS
from opensti.exports.house import ROR_ADDRESS, house
from opensti.kernel.bilingual import pick

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

Part = dict[str, Any]
CONTEXT = "https://schema.org"
# No text of anybody may end the block or begin another element.
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
_RESULTS = {
    "product": "Product",
    "prototype": "Product",
    "variety": "Product",
    "software": "SoftwareApplication",
    "dataset": "Dataset",
    "publication": "ScholarlyArticle",
    "report": "Report",
    "advice": "Report",
}


def block(thing: Part) -> SafeString:
    """The element that holds it; what is empty is left out."""
    said = json.dumps(
        _filled({"@context": CONTEXT, **thing}), ensure_ascii=False, sort_keys=True
    )
    text = said.translate(_ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308


def call(row: Any) -> SafeString:
    return block(
        {
            "@type": "Grant",
            **_named(row, "calls"),
            "identifier": row.code,
            "description": pick(row.description_vi, row.description_en),
            "funder": _house(),
        }
    )


def decision(row: Any) -> SafeString:
    dossier, task = row.dossier, row.task
    return block(
        {
            "@type": "MonetaryGrant",
            "@id": house().page("decisions", row.public_id),
            "url": house().page("decisions", row.public_id),
            "name": pick(dossier.title_vi, dossier.title_en),
            "identifier": row.round.decision_number,
            "description": pick(row.reason_vi, row.reason_en),
            "amount": _money(row.amount, "VND"),
            "funder": _house(),
            "fundedItem": task
            and {
                "@type": "ResearchProject",
                "@id": house().page("tasks", task.public_id),
                "name": pick(dossier.title_vi, dossier.title_en),
                "parentOrganization": _organisation(dossier.host),
            },
        }
    )


def task(row: Any) -> SafeString:
    host = _organisation(row.host) if row.host else _called(row.host_name)
    return block(
        {
            "@type": "ResearchProject",
            **_named(row, "tasks"),
            "identifier": row.code,
            "description": pick(row.abstract_vi, row.abstract_en),
            "parentOrganization": host,
            "funder": _called(row.funder),
        }
    )


def result(row: Any, authors: list[str]) -> SafeString:
    kind = _RESULTS.get(row.kind, "CreativeWork")
    said = {
        "@type": kind,
        **_named(row, "results"),
        "identifier": row.certificate,
        "description": pick(row.description_vi, row.description_en),
    }
    host = _organisation(row.contract.host)
    if kind == "Product":
        said |= {"manufacturer": host, "productionDate": _day(row.formed_on)}
    else:
        people = [{"@type": "Person", "name": name} for name in authors]
        said |= {"producer": host, "dateCreated": _day(row.formed_on), "author": people}
    return block(said)


def offer(row: Any) -> SafeString:
    return block(
        {
            "@type": "Offer",
            **_named(row, "offers"),
            "description": pick(row.does_vi, row.does_en),
            "offeredBy": _organisation(row.host),
            "availabilityStarts": _day(row.opens_on),
            "availabilityEnds": _day(row.closes_on),
        }
    )


def organisation(row: Any, card: Any) -> SafeString:
    """An organisation, of what the policy shows."""
    at = house().page("organisations", row.public_id)
    found = _organisation(row) if card.shows("name") else {"@type": "Organization"}
    found |= {
        "@id": at,
        "url": at,
        "alternateName": card.acronym or "",
        "sameAs": ROR_ADDRESS + card.ror if card.ror else "",
    }
    if not card.shows("kind"):
        found["@type"] = "Organization"
    return block(found)


def plan(row: Any) -> SafeString:
    """A plan that was issued is an act of law, a draft is a text."""
    said: Part = {"@type": "CreativeWork", **_named(row, "plans")}
    said |= {"identifier": row.code, "abstract": pick(row.summary_vi, row.summary_en)}
    if row.starts_on and row.ends_on:
        said["temporalCoverage"] = f"{_day(row.starts_on)}/{_day(row.ends_on)}"
    if row.act_number:
        said |= {
            "@type": "Legislation",
            "legislationIdentifier": row.act_number,
            "legislationDate": _day(row.issued_on),
            "legislationPassedBy": _called(pick(row.issuer_vi, row.issuer_en)),
        }
    return block(said)


def index(version: Any) -> SafeString:
    """A published index as a data set with its files."""
    at, model = house().page("indices", version.public_id), version.model
    name = pick(model.name_vi, model.name_en)
    files = (("scores.csv", "text/csv"), ("ranks.csv", "text/csv"))
    return block(
        {
            "@type": "Dataset",
            "@id": at,
            "url": at,
            "name": name,
            "description": pick(model.description_vi, model.description_en) or name,
            "version": f"{version.number}",
            "datePublished": _day(version.published_at),
            "creator": _house(),
            "distribution": [_download(at + name, media) for name, media in files],
        }
    )


def catalogue() -> SafeString:
    """All open data: the sets with their files."""
    publisher = house()
    return block(
        {
            "@type": "DataCatalog",
            "@id": publisher.file(""),
            "url": publisher.file(""),
            "name": _("Open data"),
            "license": publisher.licence,
            "publisher": _house(),
            "sameAs": publisher.file(CATALOGUE),
            "dataset": [
                {
                    "@type": "Dataset",
                    "@id": publisher.file(f"#{one.key}"),
                    "name": pick(one.title_vi, one.title_en),
                    "description": pick(one.about_vi, one.about_en),
                    "license": publisher.licence,
                    "creator": _house(),
                    "distribution": [
                        _download(publisher.file(file.name), file.media)
                        for file in one.files
                    ],
                }
                for one in SETS
            ],
        }
    )


def _named(row: Any, place: str) -> Part:
    at = house().page(place, row.public_id)
    return {"@id": at, "url": at, "name": pick(row.title_vi, row.title_en)}


def _house() -> Part:
    publisher = house()
    return {
        "@type": "GovernmentOrganization",
        "@id": publisher.page(),
        "name": pick(publisher.name_vi, publisher.name_en),
        "sameAs": ROR_ADDRESS + publisher.ror if publisher.ror else "",
    }


def _organisation(row: Any) -> Part:
    kinds = {"institute": "ResearchOrganization", "university": "CollegeOrUniversity"}
    found = _called(pick(row.name_vi, row.name_en))
    if found and row.kind in kinds:
        found["@type"] = kinds[row.kind]
    if found and row.ror:
        found["sameAs"] = ROR_ADDRESS + row.ror
    return found


def _called(name: str) -> Part:
    return {"@type": "Organization", "name": name} if name else {}


def _money(amount: Decimal | None, currency: str) -> Part:
    if amount is None:
        return {}
    value = int(amount)
    return {"@type": "MonetaryAmount", "currency": currency, "value": value}


def _download(address: str, media: str) -> Part:
    return {
        "@type": "DataDownload",
        "contentUrl": address,
        "encodingFormat": media,
    }


def _day(day: date | datetime | None) -> str:
    if day is None:
        return ""
    return (localdate(day) if isinstance(day, datetime) else day).isoformat()


def _filled(thing: Any) -> Any:
    """The same without what is empty."""
    if isinstance(thing, dict):
        found = {name: _filled(value) for name, value in thing.items()}
        return {
            name: value
            for name, value in found.items()
            if value not in ("", None, {}, [])
        }
    if isinstance(thing, list):
        return [_filled(one) for one in thing]
    return thing
