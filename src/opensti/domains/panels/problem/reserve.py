"""Who would come in for a member of a council who declined."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from django.utils.timezone import localdate, now

from opensti.domains.panels.choices import SITTING, VOTING
from opensti.domains.panels.models import FormationItem, Reserve, Seat
from opensti.domains.panels.problem.composing import GROUP
from opensti.domains.panels.problem.conditions import Conditions
from opensti.domains.panels.problem.exchanging import Checker
from opensti.domains.panels.problem.forming import freeze
from opensti.domains.panels.problem.pool import plan_of_council
from opensti.domains.registry.queries import person_names

if TYPE_CHECKING:
    from datetime import date

    from opensti.domains.panels.models import Council

MOST = 10


@dataclass(frozen=True, kw_only=True)
class Replacement:
    """A person who could take the seat, and the score that is lost by it (exactly).

    ``rank`` is the place on the reserve list of the approved council, 0 if not on it.
    """

    person_id: int
    name: str
    score: float
    price: float
    rank: int


def replacements(
    seat_id: int, *, on: date | None = None, most: int = MOST
) -> list[Replacement]:
    """Who could take a seat by the same rules, as things stand: the reserve first.

    Weighs absence, loads, conflicts and composition of today with all other members
    fixed, so it also holds when data changed after the approval. Shown to nobody as it
    is: for those who keep the council. About 25 queries, however many experts.
    """
    seat = Seat.objects.select_related("council__regime_version").get(pk=seat_id)
    council = seat.council
    seats = list(Seat.objects.filter(council=council))
    panel = {
        str(s.person_id): s.role
        for s in seats
        if s.pk == seat.pk or (s.state in SITTING and s.role in VOTING)
    }
    plan = plan_of_council(council, on=on or localdate(council.meeting_at or now()))
    frozen = freeze(plan, conditions_of(council, len(panel)))
    ranks = dict(
        Reserve.objects.filter(council=council).values_list("person_id", "rank")
    )
    gone = {s.person_id for s in seats}
    found = [
        a
        for a in islice(
            Checker(frozen.assignment, GROUP).alternatives(panel, str(seat.person_id)),
            most + len(gone) + len(ranks),
        )
        if a.person_id not in gone
    ]
    names = person_names([a.person_id for a in found])
    ordered = sorted(
        found, key=lambda a: (ranks.get(a.person_id, 1_000), a.price, a.person_id)
    )
    return [
        Replacement(
            person_id=a.person_id,
            name=names.get(a.person_id, ""),
            score=a.score,
            price=a.price,
            rank=ranks.get(a.person_id, 0),
        )
        for a in ordered[:most]
    ]


def conditions_of(council: Council, size: int) -> Conditions:
    """The conditions under which a council was formed; none where it was not computed."""
    kept = (
        FormationItem.objects.filter(council=council)
        .values_list("formation__conditions", flat=True)
        .first()
    )
    if kept is None:
        return Conditions(seats={"member": max(1, size)}, most_load=1)
    return Conditions.of(kept)
