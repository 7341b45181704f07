"""Who knows the subject of a case, as those who form councils may know it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from opensti.domains.calls.queries import dossiers_of_others
from opensti.domains.panels.choices import SITTING, CouncilState
from opensti.domains.panels.models import (
    Council,
    CouncilItem,
    ExpertRanking,
    RankedExpert,
    Seat,
)
from opensti.domains.panels.permissions import hidden_ids
from opensti.domains.panels.queries.cases import blocked_pairs
from opensti.domains.registry.queries import positions_of_kinds, running_positions
from opensti.domains.tasks.queries import orders
from opensti.kernel.access import visible
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor

DOSSIER, ORDER = "dossier", "order"
Item = tuple[str, int]
OVER = (CouncilState.CONCLUDED, CouncilState.DISSOLVED)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A dossier or an order for which experts are looked for."""

    kind: str
    thing: Any
    ranking: ExpertRanking | None

    @property
    def key(self) -> dict[str, int]:
        return {f"{self.kind}_id": self.thing.pk}


def subject_of_experts(actor: Actor, kind: str, public_id: str) -> Subject:
    """A dossier or an order, if the person may know who knows its subject; 2 queries."""
    if kind == DOSSIER:
        rows: Any = dossiers_of_others(actor=actor)
    elif kind == ORDER:
        rows = orders(actor)
    else:
        raise NotFound
    thing = (
        rows.filter(public_id=public_id)
        .exclude(pk__in=hidden_ids(actor, f"{kind}_id"))
        .order_by()
        .first()
    )
    if thing is None:
        raise NotFound
    ranking = ExpertRanking.objects.filter(**{f"{kind}_id": thing.pk}).first()
    return Subject(kind=kind, thing=thing, ranking=ranking)


def ranked_experts(
    actor: Actor, ranking: ExpertRanking | None, on: date
) -> QuerySet[RankedExpert]:
    """The experts of a ranking with their seats this year, as far as the reader knows.

    ``seats_now`` counts only seats in councils that the reader may know of; 2 queries.
    """
    seats = (
        visible(actor, Seat.objects.filter(person=OuterRef("person")))
        .filter(state__in=SITTING, council__created_at__year=on.year)
        .exclude(council__state=CouncilState.DISSOLVED)
        .order_by()
        .values("person")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return (
        visible(actor, RankedExpert.objects.filter(ranking=ranking))
        .filter(person__merged_into=None, person__is_expert=True)
        .select_related("person")
        .prefetch_related(running_positions("person__positions", on))
        .annotate(
            seats_now=Coalesce(Subquery(seats, output_field=IntegerField()), 0),
        )
        .order_by("place")
    )


def working_in(
    rows: QuerySet[RankedExpert], kinds: Collection[str], on: date
) -> QuerySet[RankedExpert]:
    """Narrow ranked experts to those who work in some kinds of organisation; no query."""
    running = positions_of_kinds(kinds, on).values("person_id")
    return rows.filter(person_id__in=running)


def barred_from(kind: str, thing_id: int) -> set[int]:
    """Who may not judge a case: open and real conflicts, and what was excluded; 2 queries.

    For those who form councils. The same is asked when a seat is given.
    """
    asked = {"dossiers" if kind == DOSSIER else "orders": [thing_id]}
    return {person for person, _thing in blocked_pairs(**asked)}


def councils_to_seat(actor: Actor, subject: Subject) -> list[Council]:
    """Councils being formed that have a case on their agenda; 1 query."""
    items = CouncilItem.objects.filter(**subject.key).values("council_id")
    rows = visible(actor, Council.objects.filter(state=CouncilState.DRAFT))
    return list(
        rows.filter(pk__in=items)
        .select_related("regime_version")
        .defer("regime_version__content")
        .order_by("-pk")
    )


def wanted_rankings(limit: int) -> list[ExpertRanking]:
    """Rankings that wait to be worked out, the first asked first; 1 query."""
    rows = ExpertRanking.objects.filter(wanted_at__isnull=False)
    return list(rows.order_by("wanted_at", "pk")[:limit])


def open_rankings() -> QuerySet[ExpertRanking]:
    """Rankings for cases that a council has still before it: they are kept up to date."""
    before = CouncilItem.objects.exclude(council__state__in=OVER).order_by()
    return ExpertRanking.objects.filter(
        Q(dossier_id__in=before.filter(dossier__isnull=False).values("dossier_id"))
        | Q(order_id__in=before.filter(order__isnull=False).values("order_id"))
    )


def unranked_cases() -> tuple[list[int], list[int]]:
    """Dossiers and orders before councils being formed that have no ranking; 2 queries."""
    items = CouncilItem.objects.filter(council__state=CouncilState.DRAFT).order_by()
    dossiers = items.filter(
        dossier__isnull=False, dossier__expert_ranking=None
    ).values_list("dossier_id", flat=True)
    orders = items.filter(order__isnull=False, order__expert_ranking=None).values_list(
        "order_id", flat=True
    )
    return sorted(set(dossiers)), sorted(set(orders))
