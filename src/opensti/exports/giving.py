"""360Giving 1.4.3: each released approval with its amount is a grant.

https://standard.threesixtygiving.org/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from opensti.exports.house import body_key, moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opensti.domains.publications.queries import Awarded, Life
    from opensti.exports.house import House

VERSION = "1.4"


def grants(house: House, life: Life) -> Iterator[dict[str, Any]]:
    """The grants of one life; an approval without an amount is none."""
    for award in life.awards:
        if award.amount is not None:
            yield _grant(house, life, award)


def grant_id(house: House, award: Awarded) -> str:
    return f"{house.grants}-{award.task}"


def _grant(house: House, life: Life, award: Awarded) -> dict[str, Any]:
    wanted = life.order.objectives_vi if life.order else ""
    said: dict[str, Any] = {
        "id": grant_id(house, award),
        "title": award.title_vi,
        "description": award.abstract_vi or wanted or award.title_vi,
        "currency": "VND",
        "amountAwarded": int(award.amount or 0),
        "awardDate": localdate(award.released_at).isoformat(),
        "recipientOrganization": [
            {"id": body_key(award.host), "name": award.host.name_vi}
        ],
        "fundingOrganization": [{"id": house.key, "name": house.name_vi}],
        "grantProgramme": [{"code": award.call.code, "title": award.call.title_vi}],
        "fromOpenCall": "Yes" if award.call.way == "selection" else "No",
        "url": house.page("decisions", award.public_id),
        "dataSource": house.file("360giving.json"),
        "dateModified": moment(
            max([award.released_at, *(told.at for told in award.told)])
        ),
    }
    if planned := _planned(award):
        said["plannedDates"] = [planned]
    return said


def _planned(award: Awarded) -> dict[str, Any]:
    """Days of the task file, which follow the contract; months as they were decided."""
    found: dict[str, Any] = {}
    if award.start:
        found["startDate"] = award.start.isoformat()
    if award.end:
        found["endDate"] = award.end.isoformat()
    if award.months:
        found["duration"] = award.months
    return found
