"""360Giving 1.4.3: each released approval with its amount is a grant.

https://standard.threesixtygiving.org/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from opensti.exports.house import body_key, moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from opensti.domains.publications.queries import Awarded, Life
    from opensti.exports.house import House

VERSION = "1.4"


def grants(house: House, life: Life) -> Iterator[dict[str, Any]]:
    """The grants of one life; an approval without an amount is none.

    Nor is one of which the policy withholds what the standard asks of every grant.
    """
    for award in life.awards:
        released_at = award.released_at
        named = award.title_vi and award.host.name_vi
        if award.amount is not None and named and released_at is not None:
            yield _grant(house, life, award, released_at)


def grant_id(house: House, award: Awarded) -> str:
    return f"{house.grants}-{award.task}"


def _grant(
    house: House, life: Life, award: Awarded, released_at: datetime
) -> dict[str, Any]:
    wanted = life.order.objectives_vi if life.order else ""
    said: dict[str, Any] = {
        "id": grant_id(house, award),
        "title": award.title_vi,
        "description": award.abstract_vi or wanted or award.title_vi,
        "currency": "VND",
        "amountAwarded": int(award.amount or 0),
        "awardDate": localdate(released_at).isoformat(),
        "recipientOrganization": [
            {"id": body_key(award.host), "name": award.host.name_vi}
        ],
        "fundingOrganization": [{"id": house.key, "name": house.name_vi}],
        **_called(award),
        "url": house.page("decisions", award.public_id),
        "dataSource": house.file("360giving.json"),
        "dateModified": moment(max([released_at, *(told.at for told in award.told)])),
    }
    if planned := _planned(award):
        said["plannedDates"] = [planned]
    return said


def _called(award: Awarded) -> dict[str, Any]:
    """The call, as far as the policy shows it."""
    call, found = award.call, dict[str, Any]()
    if call.code and call.title_vi:
        found["grantProgramme"] = [{"code": call.code, "title": call.title_vi}]
    if call.way:
        found["fromOpenCall"] = "Yes" if call.way == "selection" else "No"
    return found


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
