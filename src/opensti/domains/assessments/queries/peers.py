"""Where an organisation stands among its peers, from tables that were frozen at fixed days.

Only those who belong to the organisation are told, and only of a result that is itself counted in
the table: a place for any score that one likes, or the places of several organisations together,
would tell of the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sti_methods.survey import percentile

from opensti.domains.assessments.choices import Audience, Sector, Size
from opensti.domains.assessments.models import PeerProfile, PeerTable, Sharing
from opensti.domains.assessments.permissions import belongs_to_it, on_day
from opensti.kernel.economies import economy_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opensti.domains.assessments.models import Assessment, Result
    from opensti.kernel.access import Actor

WHOLE = "all"
# What was told stands for a year; what was scored counts for two.
STANDS = timedelta(days=366)
COUNTS = timedelta(days=731)
QUARTERS = (1, 4, 7, 10)


@dataclass(frozen=True, kw_only=True)
class Place:
    """``percentile`` 0 to 100 of ``n`` organisations of a class, itself among them."""

    part: str
    percentile: float
    n: int
    economy: str
    sector: str
    size: str

    @property
    def kind(self) -> list[str]:
        """The class in words, from economy to size; empty is everybody."""
        return class_words(self.economy, self.sector, self.size)


@dataclass(frozen=True, kw_only=True)
class Peers:
    """Places part by part with the day of their table; without any: ``why`` and the next day.

    ``why``: ``not_shared``, ``no_profile``, ``not_counted`` (yet, or it was replaced by a later
    result), ``few`` (no class that may be told).
    """

    places: list[Place]
    as_of: date | None
    why: str
    next_day: date


def class_words(economy: str, sector: str, size: str) -> list[str]:
    said = [economy_name(economy) if economy else ""]
    said += [str(Sector(sector).label) if sector else ""]
    said += [str(Size(size).label) if size else ""]
    return [one for one in said if one]


def quarter_day(today: date) -> date:
    """The last day, today at the latest, at which tables are made: 1/1, 1/4, 1/7, 1/10."""
    return date(today.year, max(m for m in QUARTERS if m <= today.month), 1)


def next_quarter_day(today: date) -> date:
    days = [date(y, m, 1) for y in (today.year, today.year + 1) for m in QUARTERS]
    return next(after for day, after in pairwise(days) if day == quarter_day(today))


def asked_key(digests: list[str], form: str) -> str:
    """What must be the same to be compared: the framework and how much of it is asked."""
    return f"{digests[0]}:{form}"


def profiles_of(actor: Actor) -> dict[int, PeerProfile]:
    """What the organisations that a person manages say of themselves. 1 query."""
    rows = PeerProfile.objects.filter(organisation_id__in=actor.manages)
    rows = rows.select_related("organisation")
    return {row.organisation_id: row for row in rows}


def among_peers(
    actor: Actor, row: Assessment, found: Result, *, today: date
) -> Peers | None:
    """Where a result stands; None for whoever does not belong to the organisation.

    At most 3 queries; the tables of a year are read.
    """
    if not belongs_to_it(actor, row):
        return None
    of = row.organisation_id
    shared = Sharing.objects.filter(
        on_day(today), organisation_id=of, audience=Audience.PEERS
    )
    if not shared.exists():
        return _nothing("not_shared", today)
    if not PeerProfile.objects.filter(organisation_id=of).exists():
        return _nothing("no_profile", today)
    key = asked_key(found.content["digests"], found.content["form"])
    counted = False
    tables = PeerTable.objects.filter(as_of__gt=today - STANDS, as_of__lte=today)
    for table in tables.order_by("-as_of"):
        parts = table.content["told"].get(key, {})
        counted |= found.pk in table.content["counted"].get(key, ())
        places = [
            place
            for part, classes in parts.items()
            if (place := _place(part, classes, of, found.pk)) is not None
        ]
        if places:
            return Peers(
                places=places,
                as_of=table.as_of,
                why="",
                next_day=next_quarter_day(today),
            )
    return _nothing("few" if counted else "not_counted", today)


def _place(
    part: str, classes: Iterable[dict[str, Any]], organisation_id: int, result_id: int
) -> Place | None:
    """In the narrowest class told that counts this very result."""
    for one in sorted(classes, key=lambda c: sum(not part for part in c["class"])):
        for of, result, score in one["entries"]:
            if (of, result) == (organisation_id, result_id):
                economy, sector, size = one["class"]
                scores = [entry[2] for entry in one["entries"]]
                return Place(
                    part=part,
                    percentile=percentile(score, scores),
                    n=len(scores),
                    economy=economy,
                    sector=sector,
                    size=size,
                )
    return None


def _nothing(why: str, today: date) -> Peers:
    return Peers(places=[], as_of=None, why=why, next_day=next_quarter_day(today))
