"""Concluded councils as everybody may come to know of them: seats as counts, no person.

Whoever asks narrows them to councils all of whose matters are decided in public; until
then nothing of a council is told.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from opensti.domains.panels.choices import (
    BallotState,
    CouncilKind,
    CouncilState,
    SeatRole,
    SeatState,
)
from opensti.domains.panels.models import (
    Ballot,
    Council,
    CouncilItem,
    Recusal,
    Seat,
)
from opensti.domains.procedures.queries import REGIME
from opensti.domains.registry.queries import facts_of
from opensti.kernel.searchtext import matches

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

SAT = (SeatState.ACCEPTED,)


def concluded_councils(q: str = "") -> QuerySet[Council]:
    """Concluded councils, the latest first, with how many sat and were excluded."""
    rows = (
        Council.objects.filter(state=CouncilState.CONCLUDED)
        .select_related("regime_version", "call")
        .defer(*REGIME, "minutes", "place", "call__description_vi", "call__search_text")
        .annotate(
            seated=_count(Seat.objects.filter(state__in=SAT), "council_id"),
            present=_count(Seat.objects.filter(present=True), "council_id"),
            recused=_count(Recusal.objects.all(), "item__council_id"),
        )
    )
    return matches(rows, q).order_by("-concluded_at", "-pk")


def _count(rows: QuerySet[Any], column: str) -> Coalesce:
    found = (
        rows.order_by()
        .filter(**{column: OuterRef("pk")})
        .values(column)
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Coalesce(Subquery(found, output_field=IntegerField()), 0)


def with_matters_among(
    rows: QuerySet[Council], *, dossiers: Any, orders: Any, cases: Any
) -> QuerySet[Council]:
    """Councils with a matter, and none that is not among those known to everybody.

    Each holds what is known: dossiers decided in public by ``dossier_id``, orders no longer
    before anybody by ``pk``, cases of works recognised in public by ``case_id``. They are
    looked up one by one: there may be a hundred thousand, and before a council a handful.
    """
    items = CouncilItem.objects.order_by().filter(council=OuterRef("pk"))
    told = Q(
        Exists(dossiers.filter(dossier_id=OuterRef("dossier_id"))),
        council__kind__in=[CouncilKind.SELECTION, CouncilKind.COST],
    )
    told |= Q(
        Exists(orders.filter(pk=OuterRef("order_id"))),
        council__kind=CouncilKind.DETERMINATION,
    )
    told |= Q(
        Exists(cases.filter(case_id=OuterRef("case_id"))),
        council__kind=CouncilKind.ACCEPTANCE,
    )
    return rows.filter(Exists(items), ~Exists(items.filter(~told)))


def matters_of(council_id: int) -> list[CouncilItem]:
    """What was on the agenda, by position; the caller keeps what is public; 1 query."""
    rows = CouncilItem.objects.filter(council_id=council_id).select_related(
        "dossier__host", "order"
    )
    return list(
        rows.only(
            "public_id",
            "position",
            "outcome",
            "mean",
            "rank",
            "council_id",
            "case_id",
            "dossier__code",
            "dossier__title_vi",
            "dossier__title_en",
            "dossier__host__name_vi",
            "dossier__host__name_en",
            "order__code",
            "order__public_id",
            "order__title_vi",
            "order__title_en",
        ).order_by("position")
    )


def councils_judging(
    *, dossier_id: int | None, order_id: int | None, case_ids: Iterable[int]
) -> Q:
    """Which councils had a dossier, an order or a finished work before them."""
    found = Q(case_id__in=list(case_ids))
    if dossier_id is not None:
        found |= Q(dossier_id=dossier_id)
    if order_id is not None:
        found |= Q(order_id=order_id)
    return Q(pk__in=CouncilItem.objects.filter(found).order_by().values("council_id"))


def matters_before(
    dossiers: Collection[int], orders: Collection[int]
) -> QuerySet[Any, tuple[int, int | None, int | None]]:
    """Council, dossier and order of each matter of some dossiers and orders; 1 query."""
    about = Q(dossier_id__in=dossiers) | Q(dossier=None, order_id__in=orders)
    rows = CouncilItem.objects.filter(about).order_by("pk")
    return rows.values_list("council_id", "dossier_id", "order_id")


@dataclass(frozen=True, kw_only=True)
class Composition:
    """Who sat, as counts by code: seats by role, and by kind of organisation."""

    roles: tuple[tuple[str, int], ...]
    organisations: tuple[tuple[str, int], ...]


def composition_of(council: Council) -> Composition:
    """Seats that were taken, by role and by kind of the organisation; 3 queries.

    The administrative secretary keeps the papers, has no vote and is not counted.
    """
    seats = list(
        Seat.objects.filter(council=council, state__in=SAT)
        .exclude(role=SeatRole.ADMIN_SECRETARY)
        .order_by()
        .values_list("person_id", "role")
    )
    on = localdate(council.concluded_at) if council.concluded_at else localdate()
    facts = facts_of([person for person, _role in seats], on)
    kinds = Counter(
        facts[person].organisation_kind if person in facts else ""
        for person, _role in seats
    )
    roles = Counter(role for _person, role in seats)
    order = [role.value for role in SeatRole]
    return Composition(
        roles=tuple(sorted(roles.items(), key=lambda cell: order.index(cell[0]))),
        organisations=tuple(sorted(kinds.items(), key=lambda c: (-c[1], c[0]))),
    )


def names_of_members(council: Council) -> list[tuple[str, str]]:
    """Role and name of each who sat; only where the procedure makes names public; 1 query."""
    order = [role.value for role in SeatRole]
    rows = (
        Seat.objects.filter(council=council, state__in=SAT)
        .exclude(role=SeatRole.ADMIN_SECRETARY)
        .values_list("role", "person__full_name")
    )
    return sorted(rows, key=lambda row: (order.index(row[0]), row[1]))


def totals_of_reviewers(council_id: int) -> dict[int, list[str]]:
    """Totals of the ballots of each matter, smallest first, so that no seat is told by
    its place; only where the procedure makes them public; 1 query.
    """
    rows = Ballot.objects.filter(
        item__council_id=council_id, state=BallotState.CAST, total__isnull=False
    ).order_by("item_id", "total")
    found: dict[int, list[str]] = {}
    for item, total in rows.values_list("item_id", "total"):
        found.setdefault(item, []).append(f"{total:f}")
    return found
