"""IATI 2.03: each task that aid pays for, with who gives what.

Read from the public acts that noted the aid; a task without any is no activity. Every code
that is written stands in ``iati_codes.csv`` with the list that it was read in.
https://iatistandard.org/en/iati-standard/203/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from opensti.exports.house import ROR_SCHEME, moment
from opensti.exports.xml import LANGUAGE, under

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from opensti.domains.publications.queries import Awarded, Life
    from opensti.exports.house import House

VERSION = "2.03"
GOVERNMENT = "10"
FUNDING, IMPLEMENTING = "1", "4"
# Activity status: pipeline, implementation, closed, cancelled.
STATUS = {"approved": "1", "running": "2", "accepted": "4", "stopped": "5"}
PLANNED_START, STARTED, PLANNED_END = "1", "2", "3"
PROMISED_TO_US = "11"  # incoming commitment
GENERAL = "1"  # the description that is of no particular kind
OUR_NUMBER = "A1"  # the reporter's own number of the activity
DAC = "1"  # the vocabulary of purposes of the Development Assistance Committee


def head(at: datetime) -> str:
    said = f'version="{VERSION}" generated-datetime="{moment(at)}"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<iati-activities {said}>\n'


TAIL = "</iati-activities>\n"


def activities(house: House, life: Life) -> Iterator[str]:
    """The activities of one life, each as a text."""
    for award in life.awards:
        if aids := standing(award):
            yield ET.tostring(_activity(house, life, award, aids), encoding="unicode")


def standing(award: Awarded) -> list[Mapping[str, Any]]:
    """Aid that was noted and not dropped since, in the order of its numbers."""
    found: dict[int, Mapping[str, Any]] = {}
    for told in award.told:
        if told.act == "contracts.note_aid" and told.detail["aid"] is not None:
            found[told.detail["aid"]] = told.detail
        elif told.act == "contracts.drop_aid":
            found.pop(told.detail["aid"], None)
    return [found[number] for number in sorted(found)]


def _activity(
    house: House, life: Life, award: Awarded, aids: list[Mapping[str, Any]]
) -> ET.Element:
    days = [award.released_at, *(told.at for told in award.told)]
    latest = max(day for day in days if day is not None)
    said = {"default-currency": "VND", "last-updated-datetime": moment(latest)}
    root = ET.Element("iati-activity", said)
    root.set(LANGUAGE, "vi")
    under(root, "iati-identifier", f"{house.key}-{award.task}")
    reports = under(root, "reporting-org", ref=house.key, type=GOVERNMENT)
    _told(reports, house.name_vi, house.name_en)
    _told(under(root, "title"), award.title_vi, award.title_en)
    wanted = life.order.objectives_vi if life.order else ""
    about = award.abstract_vi or wanted or award.title_vi
    _told(under(root, "description", type=GENERAL), about, award.abstract_en)
    _parties(root, house, award, aids)
    under(root, "other-identifier", ref=award.dossier, type=OUR_NUMBER)
    under(root, "activity-status", code=STATUS[award.state])
    began = PLANNED_START if award.state == "approved" else STARTED
    for day, kind in ((award.start, began), (award.end, PLANNED_END)):
        if day is not None:
            under(root, "activity-date", **{"iso-date": f"{day}", "type": kind})
    under(root, "recipient-country", code="VN", percentage="100")
    for aid in aids:
        _promise(root, house, aid)
    return root


def _parties(
    root: ET.Element, house: House, award: Awarded, aids: list[Mapping[str, Any]]
) -> None:
    ours = under(
        root, "participating-org", role=FUNDING, type=GOVERNMENT, ref=house.key
    )
    _told(ours, house.name_vi, house.name_en)
    givers = {(a["giver"], a["giver_kind"], a["giver_ref"]): None for a in aids}
    for name, kind, ref in givers:
        _told(under(root, "participating-org", role=FUNDING, **_org(kind, ref)), name)
    host = f"{ROR_SCHEME}-{award.host.ror}" if award.host.ror else ""
    does = under(root, "participating-org", role=IMPLEMENTING, **_org("", host))
    _told(does, award.host.name_vi, award.host.name_en)


def _promise(root: ET.Element, house: House, aid: Mapping[str, Any]) -> None:
    paid = under(root, "transaction")
    under(paid, "transaction-type", code=PROMISED_TO_US)
    day = aid["committed_on"]
    under(paid, "transaction-date", **{"iso-date": day})
    said = {"currency": aid["currency"], "value-date": day}
    under(paid, "value", aid["amount"], **said)
    _told(
        under(paid, "provider-org", **_org(aid["giver_kind"], aid["giver_ref"])),
        aid["giver"],
    )
    ours = under(paid, "receiver-org", **_org(GOVERNMENT, house.key))
    _told(ours, house.name_vi, house.name_en)
    under(paid, "sector", vocabulary=DAC, code=aid["sector"])
    under(paid, "flow-type", code=aid["flow"])
    under(paid, "finance-type", code=aid["finance"])
    under(paid, "aid-type", code=aid["aid_type"])
    under(paid, "tied-status", code=aid["tied"])


def _org(kind: str, ref: str) -> dict[str, str]:
    said = {"type": kind, "ref": ref}
    return {name: value for name, value in said.items() if value}


def _told(parent: ET.Element, vi: str, en: str = "") -> None:
    under(parent, "narrative", vi)
    if en:
        under(parent, "narrative", en).set(LANGUAGE, "en")
