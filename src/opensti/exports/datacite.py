"""DataCite 4.6: each released approval as an Award, its task as a Project.

The two point at each other; results under a DOI of their own are not ours to describe.
https://datacite-metadata-schema.readthedocs.io/en/4.6/
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from django.utils.timezone import localdate

from opensti.exports.house import ROR_ADDRESS
from opensti.exports.xml import LANGUAGE, under

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opensti.domains.publications.queries import Awarded, Life
    from opensti.exports.house import House

SPACE = "http://datacite.org/schema/kernel-4"


def award_doi(house: House, award: Awarded) -> str:
    return f"{house.doi}/award.{award.public_id}"


def project_doi(house: House, award: Awarded) -> str:
    return f"{house.doi}/project.{award.task}"


def resources(house: House, life: Life) -> Iterator[tuple[str, bytes]]:
    """Name and text of each resource of one life.

    None of one of which the policy withholds what the standard asks of every resource.
    """
    for award in life.awards:
        if not (award.title_vi and award.host.name_vi and award.released_at):
            continue
        yield f"award.{award.public_id}.xml", award_resource(house, award)
        yield f"project.{award.task}.xml", project_resource(house, award)


def award_resource(house: House, award: Awarded) -> bytes:
    """The approval: made by the ministry, led by the host."""
    root = _resource(award_doi(house, award))
    creator = under(under(root, "creators"), "creator")
    under(creator, "creatorName", house.name_vi, nameType="Organizational")
    if house.ror:
        _ror(creator, house.ror)
    _titles(root, award)
    _published(root, house, award)
    under(
        root,
        "resourceType",
        "Quyết định phê duyệt",
        resourceTypeGeneral="Award",
    )
    leader = under(
        under(root, "contributors"), "contributor", contributorType="ProjectLeader"
    )
    under(leader, "contributorName", award.host.name_vi, nameType="Organizational")
    if award.host.ror:
        _ror(leader, award.host.ror)
    dates = under(root, "dates")
    under(dates, "date", _awarded_on(award), dateType="Issued")
    if award.start and award.end:
        under(dates, "date", f"{award.start}/{award.end}", dateType="Valid")
    under(root, "language", "vi")
    _known_as(root, house.page("decisions", award.public_id), award.number)
    _related(root, project_doi(house, award), "IsReferencedBy", "Project")
    if award.amount is not None:
        under(under(root, "sizes"), "size", f"{int(award.amount)} VND")
    _rights(root, house)
    _described(root, award.reason_vi, "vi")
    _funded(root, house, award, doi="")
    return _text(root)


def project_resource(house: House, award: Awarded) -> bytes:
    """The task: made by its host, paid by the approval."""
    root = _resource(project_doi(house, award))
    creator = under(under(root, "creators"), "creator")
    under(creator, "creatorName", award.host.name_vi, nameType="Organizational")
    if award.host.ror:
        _ror(creator, award.host.ror)
    _titles(root, award)
    _published(root, house, award)
    under(
        root,
        "resourceType",
        "Nhiệm vụ khoa học và công nghệ",
        resourceTypeGeneral="Project",
    )
    dates = under(root, "dates")
    under(dates, "date", _awarded_on(award), dateType="Issued")
    if award.start and award.end:
        under(dates, "date", f"{award.start}/{award.end}", dateType="Coverage")
    under(root, "language", "vi")
    _known_as(root, house.page("tasks", award.task), "")
    _related(root, award_doi(house, award), "References", "Award")
    _rights(root, house)
    _described(root, award.abstract_vi, "vi", award.abstract_en)
    _funded(root, house, award, doi=award_doi(house, award))
    return _text(root)


def _resource(doi: str) -> ET.Element:
    root = ET.Element("resource", {"xmlns": SPACE})
    under(root, "identifier", doi, identifierType="DOI")
    return root


def _ror(parent: ET.Element, ror: str) -> None:
    under(
        parent,
        "nameIdentifier",
        ROR_ADDRESS + ror,
        nameIdentifierScheme="ROR",
        schemeURI=ROR_ADDRESS,
    )


def _titles(root: ET.Element, award: Awarded) -> None:
    titles = under(root, "titles")
    under(titles, "title", award.title_vi).set(LANGUAGE, "vi")
    if award.title_en:
        other = under(titles, "title", award.title_en, titleType="TranslatedTitle")
        other.set(LANGUAGE, "en")


def _published(root: ET.Element, house: House, award: Awarded) -> None:
    said = {}
    if house.ror:
        said = {
            "publisherIdentifier": ROR_ADDRESS + house.ror,
            "publisherIdentifierScheme": "ROR",
            "schemeURI": ROR_ADDRESS,
        }
    under(root, "publisher", house.name_vi, **said)
    under(root, "publicationYear", _awarded_on(award)[:4])


def _awarded_on(award: Awarded) -> str:
    return localdate(award.released_at).isoformat() if award.released_at else ""


def _known_as(root: ET.Element, url: str, number: str) -> None:
    names = under(root, "alternateIdentifiers")
    under(names, "alternateIdentifier", url, alternateIdentifierType="URL")
    if number:
        under(
            names,
            "alternateIdentifier",
            number,
            alternateIdentifierType="Số quyết định",
        )


def _related(root: ET.Element, doi: str, how: str, kind: str) -> None:
    under(
        under(root, "relatedIdentifiers"),
        "relatedIdentifier",
        doi,
        relatedIdentifierType="DOI",
        relationType=how,
        resourceTypeGeneral=kind,
    )


def _rights(root: ET.Element, house: House) -> None:
    """The licence of these words, not of the results."""
    rights = under(root, "rightsList")
    under(rights, "rights", house.licence, rightsURI=house.licence)


def _described(root: ET.Element, text: str, language: str, english: str = "") -> None:
    said = [(text, language), (english, "en")]
    if not any(words for words, _language in said):
        return
    descriptions = under(root, "descriptions")
    for words, spoken in said:
        if words:
            one = under(descriptions, "description", words, descriptionType="Abstract")
            one.set(LANGUAGE, spoken)


def _funded(root: ET.Element, house: House, award: Awarded, *, doi: str) -> None:
    paid = under(under(root, "fundingReferences"), "fundingReference")
    under(paid, "funderName", house.name_vi)
    if house.ror:
        under(
            paid,
            "funderIdentifier",
            ROR_ADDRESS + house.ror,
            funderIdentifierType="ROR",
        )
    number = under(paid, "awardNumber", award.number)
    if doi:
        number.set("awardURI", f"https://doi.org/{doi}")


def _text(root: ET.Element) -> bytes:
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"
