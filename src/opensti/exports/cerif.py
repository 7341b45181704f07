"""OpenAIRE CERIF 1.2: tasks as projects, money as funding, hosts, results as outputs.

People who agreed to be harvested, and events of the house, come beside them.

Each record is told in CERIF and in plain Dublin Core. What a record names stands in a
record of its own. https://openaire-guidelines-for-cris-managers.readthedocs.io/
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from django.utils.timezone import localdate

from opensti.exports.house import ROR_ADDRESS
from opensti.exports.xml import LANGUAGE, under

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opensti.domains.publications.queries import (
        Agreed,
        Announced,
        Awarded,
        Body,
        Brought,
        Called,
        Life,
    )
    from opensti.exports.house import House

SPACE = "https://www.openaire.eu/cerif-profile/1.2/"
VOCABULARY = "https://www.openaire.eu/cerif-profile/vocab"
IDENTIFIERS = "https://w3id.org/cerif/vocab/IdentifierTypes"
COAR = "http://purl.org/coar/resource_type"
PUBLISHER = "OrgUnits/publisher"
ORCID_ADDRESS = "https://orcid.org/"
# The sets of the profile with the word before the slash of their records' numbers. All
# nine are told of, as the profile and its validator ask, though equipment stays empty: the
# disclosure policy tells how many assets there are, not which.
SETS = {
    "publications": "Publications",
    "products": "Products",
    "patents": "Patents",
    "persons": "Persons",
    "orgunits": "OrgUnits",
    "projects": "Projects",
    "funding": "Fundings",
    "events": "Events",
    "equipments": "Equipments",
}
# Which class of the profile and which type of COAR is nearest to a kind of result.
_OUTPUTS = {
    "publication": ("publications", "c_18cf"),  # text
    "report": ("publications", "c_93fc"),
    "advice": ("publications", "c_93fc"),
    "standard": ("publications", "c_71bd"),  # technical documentation
    "right": ("patents", "c_15cd"),
    "software": ("products", "c_5ce6"),
    "dataset": ("products", "c_ddb1"),
}
_OTHER = ("products", "c_1843")
_TYPES = {
    "publications": "COAR_Publication_Types",
    "products": "COAR_Product_Types",
    "patents": "COAR_Patent_Types",
}


@dataclass(frozen=True, kw_only=True)
class Item:
    """One record; ``plain`` are the elements of Dublin Core: name, text, language."""

    kind: str
    key: str
    root: ET.Element
    plain: tuple[tuple[str, str, str], ...] = field(default=())

    @property
    def text(self) -> str:
        return ET.tostring(self.root, encoding="unicode")

    @property
    def digest(self) -> str:
        """Another text for other words, in either form."""
        return sha256(f"{self.text}{self.plain}".encode()).hexdigest()


def items(house: House, life: Life) -> Iterator[Item]:
    """The records of one life; calls and hosts come with each life that knows them."""
    for award in life.awards:
        yield _host(award.host)
        yield _call_funding(house, award.call)
        yield _funding(house, award)
        yield _project(house, life, award)
        for result in award.results:
            yield _output(house, award, result)


def publisher(house: House) -> Item:
    """Who pays for everything: the house itself."""
    root = _root("OrgUnit", PUBLISHER)
    _names(root, "Name", house.name_vi, house.name_en)
    if house.ror:
        under(root, "RORID", ROR_ADDRESS + house.ror)
    under(root, "ElectronicAddress", house.page())
    plain = [*_titles(house.name_vi, house.name_en), ("identifier", house.page(), "")]
    return Item(kind="orgunits", key=PUBLISHER, root=root, plain=tuple(plain))


def person_items(house: House, person: Agreed) -> Iterator[Item]:
    """A person who agreed, after the work places that are named.

    The registry keeps a name whole: it stands so under the family names, since splitting it
    would be a guess.
    """
    key, page = f"Persons/{person.public_id}", house.page("people", person.public_id)
    root = _root("Person", key)
    under(under(root, "PersonName"), "FamilyNames", person.name)
    plain = [("title", person.name, ""), ("identifier", page, "")]
    if person.orcid:
        under(root, "ORCID", ORCID_ADDRESS + person.orcid)
        plain.append(("identifier", ORCID_ADDRESS + person.orcid, ""))
    under(root, "Identifier", page, type=f"{IDENTIFIERS}#URL")
    for body in person.bodies:
        yield _host(body)
        number = f"OrgUnits/{body.public_id}"
        named = under(under(root, "Affiliation"), "OrgUnit", id=number)
        _names(named, "Name", body.name_vi, body.name_en)
    yield Item(kind="persons", key=key, root=root, plain=tuple(plain))


def event_item(house: House, event: Announced) -> Item:
    key, page = f"Events/{event.public_id}", house.page("events", event.public_id)
    root = _root("Event", key)
    _names(root, "Name", event.title_vi, event.title_en)
    if event.place:
        under(root, "Place", event.place)
    under(root, "Country", "VN")
    under(root, "StartDate", f"{event.starts}")
    under(root, "EndDate", f"{event.ends}")
    _names(root, "Description", event.about_vi, event.about_en)
    _by_house(under(root, "Organizer"), house)
    plain = [
        *_titles(event.title_vi, event.title_en),
        ("publisher", house.name_vi, "vi"),
        ("description", event.about_vi, "vi"),
        ("description", event.about_en, "en"),
        ("date", f"{event.starts}", ""),
        ("identifier", page, ""),
    ]
    return Item(kind="events", key=key, root=root, plain=tuple(plain))


def _host(host: Body) -> Item:
    key = f"OrgUnits/{host.public_id}"
    root = _root("OrgUnit", key)
    _names(root, "Name", host.name_vi, host.name_en)
    plain = _titles(host.name_vi, host.name_en)
    if host.ror:
        under(root, "RORID", ROR_ADDRESS + host.ror)
        plain.append(("identifier", ROR_ADDRESS + host.ror, ""))
    return Item(kind="orgunits", key=key, root=root, plain=tuple(plain))


def _call_funding(house: House, call: Called) -> Item:
    """A call: awards are part of it."""
    key, page = f"Fundings/{call.public_id}", house.page("calls", call.public_id)
    root = _root("Funding", key)
    _type(root, "OpenAIRE_Funding_Types", f"{VOCABULARY}/OpenAIRE_Funding_Types#Call")
    _names(root, "Name", call.title_vi, call.title_en)
    _numbers(root, call.code, page)
    _by_house(under(root, "Funder"), house)
    plain = [
        *_titles(call.title_vi, call.title_en),
        ("publisher", house.name_vi, "vi"),
        ("date", localdate(call.opens_at).isoformat(), ""),
        ("identifier", page, ""),
        ("identifier", call.code, ""),
    ]
    return Item(kind="funding", key=key, root=root, plain=tuple(plain))


def _funding(house: House, award: Awarded) -> Item:
    """A released approval with its money."""
    key = f"Fundings/{award.public_id}"
    page = house.page("decisions", award.public_id)
    root = _root("Funding", key)
    _type(root, "OpenAIRE_Funding_Types", f"{VOCABULARY}/OpenAIRE_Funding_Types#Award")
    _names(root, "Name", award.title_vi, award.title_en)
    if award.amount is not None:
        under(root, "Amount", f"{int(award.amount)}", currency="VND")
    _numbers(root, award.number, page)
    _names(root, "Description", award.reason_vi, "")
    _by_house(under(root, "Funder"), house)
    call = f"Fundings/{award.call.public_id}"
    whole = under(under(root, "PartOf"), "Funding", id=call)
    _type(whole, "OpenAIRE_Funding_Types", f"{VOCABULARY}/OpenAIRE_Funding_Types#Call")
    _names(whole, "Name", award.call.title_vi, award.call.title_en)
    if award.start and award.end:
        said = {"startDate": f"{award.start}", "endDate": f"{award.end}"}
        under(root, "Duration", **said)
    plain = [
        *_titles(award.title_vi, award.title_en),
        ("publisher", house.name_vi, "vi"),
        ("description", award.reason_vi, "vi"),
        ("date", localdate(award.released_at).isoformat(), ""),
        ("identifier", page, ""),
        ("identifier", award.number, ""),
        ("relation", house.page("tasks", award.task), ""),
    ]
    return Item(kind="funding", key=key, root=root, plain=tuple(plain))


def _project(house: House, life: Life, award: Awarded) -> Item:
    key, page = f"Projects/{award.task}", house.page("tasks", award.task)
    root = _root("Project", key)
    _names(root, "Title", award.title_vi, award.title_en)
    _numbers(root, award.dossier, page)
    if award.start:
        under(root, "StartDate", f"{award.start}")
    if award.end:
        under(root, "EndDate", f"{award.end}")
    leads = under(under(root, "Consortium"), "Coordinator")
    host = under(leads, "OrgUnit", id=f"OrgUnits/{award.host.public_id}")
    _names(host, "Name", award.host.name_vi, award.host.name_en)
    funded = under(root, "Funded")
    _by_house(under(funded, "By"), house)
    paid = under(under(funded, "As"), "Funding", id=f"Fundings/{award.public_id}")
    _type(paid, "OpenAIRE_Funding_Types", f"{VOCABULARY}/OpenAIRE_Funding_Types#Award")
    _names(paid, "Name", award.title_vi, award.title_en)
    wanted = life.order.objectives_vi if life.order else ""
    about = award.abstract_vi or wanted
    _names(root, "Abstract", about, award.abstract_en)
    # How far it is, in the words of the dictionary of the tables.
    scheme = f"{house.file('dictionary.csv')}#awards.state"
    under(root, "Status", f"{scheme}.{award.state}", scheme=scheme)
    plain = [
        *_titles(award.title_vi, award.title_en),
        ("creator", award.host.name_vi, "vi"),
        ("publisher", house.name_vi, "vi"),
        ("description", about, "vi"),
        ("description", award.abstract_en, "en"),
        ("date", f"{award.start or localdate(award.released_at)}", ""),
        ("identifier", page, ""),
        ("relation", house.page("decisions", award.public_id), ""),
    ]
    return Item(kind="projects", key=key, root=root, plain=tuple(plain))


def _output(house: House, award: Awarded, result: Brought) -> Item:
    kind, coar = _OUTPUTS.get(result.kind, _OTHER)
    key, page = (
        f"{SETS[kind]}/{result.public_id}",
        house.page("results", result.public_id),
    )
    root = _root(SETS[kind].removesuffix("s"), key)
    _type(root, _TYPES[kind], f"{COAR}/{coar}")
    name = "Name" if kind == "products" else "Title"
    _names(root, name, result.title_vi, result.title_en)
    under(root, "URL", page)
    task = under(under(root, "OriginatesFrom"), "Project", id=f"Projects/{award.task}")
    _names(task, "Title", award.title_vi, award.title_en)
    plain = [
        *_titles(result.title_vi, result.title_en),
        ("type", f"{COAR}/{coar}", ""),
        ("publisher", house.name_vi, "vi"),
        ("date", f"{result.formed_on}", ""),
        ("identifier", page, ""),
        ("identifier", result.certificate, ""),
        ("relation", house.page("tasks", award.task), ""),
    ]
    return Item(kind=kind, key=key, root=root, plain=tuple(plain))


def _root(name: str, key: str) -> ET.Element:
    return ET.Element(name, {"xmlns": SPACE, "id": key})


def _type(parent: ET.Element, vocabulary: str, value: str) -> None:
    under(parent, "Type", value, xmlns=f"{VOCABULARY}/{vocabulary}")


def _names(parent: ET.Element, name: str, vi: str, en: str) -> None:
    for words, language in ((vi, "vi"), (en, "en")):
        if words:
            under(parent, name, words).set(LANGUAGE, language)


def _numbers(root: ET.Element, number: str, page: str) -> None:
    if number:
        under(root, "Identifier", number, type=f"{IDENTIFIERS}#ProjectReference")
    under(root, "Identifier", page, type=f"{IDENTIFIERS}#URL")


def _by_house(link: ET.Element, house: House) -> None:
    found = under(link, "OrgUnit", id=PUBLISHER)
    _names(found, "Name", house.name_vi, house.name_en)


def _titles(vi: str, en: str) -> list[tuple[str, str, str]]:
    return [("title", vi, "vi"), *([("title", en, "en")] if en else [])]
