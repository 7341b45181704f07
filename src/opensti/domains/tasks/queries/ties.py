"""Who stands behind orders: for finding who may not judge them.

An order answers needs: who proposed one, whose organisation proposed it or is to use the
result, whom it names, and who leads a task that came of it are parties like the host.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from opensti.domains.procedures.choices import Track
from opensti.domains.procedures.queries import CASE_REGIME, regime_of
from opensti.domains.procedures.regimes.forms import key_of, references
from opensti.domains.registry.choices import OrganisationKind
from opensti.domains.registry.queries import (
    ever_members,
    not_the_ministry,
    organisation_ids,
    person_ids,
)
from opensti.domains.tasks.models import Need, Order, Task
from opensti.kernel.subqueries import worded_once

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from opensti.domains.procedures.regimes.format import ConflictRule
    from opensti.kernel.access import Actor


@dataclass(frozen=True, kw_only=True)
class OrderTies:
    """An order, everybody behind it, and who may not judge by its regime.

    ``people`` proposed a need, are named in one or lead a task of the order; ``partners``
    are organisations that proposed a need or are to use the result, without the host.
    """

    order_id: int
    public_id: str
    code: str
    title_vi: str
    title_en: str
    host_id: int | None
    rules: tuple[ConflictRule, ...]
    people: tuple[int, ...] = ()
    partners: tuple[int, ...] = ()


def order_ties(ids: Collection[int]) -> list[OrderTies]:
    """Everybody behind orders, whoever asks; 7 queries, 1 more for each step of merging."""
    rows = list(
        Order.objects.filter(pk__in=list(ids))
        .select_related("case__regime_version")
        .defer(*CASE_REGIME)
        .order_by("pk")
    )
    behind = _behind([row.pk for row in rows])
    return [
        OrderTies(
            order_id=row.pk,
            public_id=row.public_id,
            code=row.code,
            title_vi=row.title_vi,
            title_en=row.title_en,
            host_id=row.assigned_host_id,
            rules=regime_of(row.case).conflict_rules,
            people=_sorted(behind.people[row.pk]),
            partners=_sorted(behind.places[row.pk] - {row.assigned_host_id}),
        )
        for row in rows
    ]


@worded_once
def orders_asked_for(actor: Actor) -> Any:
    """Ids of the orders whose needs a person proposed, or an organisation of his; a subquery."""
    asked = Q(created_by_id=actor.user_id, organisation=None)
    if houses := actor.member_of | actor.manages:
        asked |= Q(organisation_id__in=houses) & ~Q(
            organisation__kind=OrganisationKind.AGENCY
        )
    needs = Need.objects.filter(asked).order_by()
    through = Order.needs.through.objects.filter(
        Q(need_id__in=needs.values("pk"))
        | Q(
            need_id__in=needs.filter(merged_into__isnull=False).values("merged_into_id")
        )
    )
    return through.values("order_id")


class _Behind:
    def __init__(self) -> None:
        self.people: dict[int, set[int | None]] = defaultdict(set)
        self.places: dict[int, set[int | None]] = defaultdict(set)


def _behind(orders: Collection[int]) -> _Behind:
    found = _Behind()
    needs = _needs_of(orders)
    said = {
        need.pk: list(
            references(regime_of(need.case).form_for(Track.NEED), need.answers)
        )
        for need, _orders in needs
    }
    asked = [pair for pairs in said.values() for pair in pairs]
    places = organisation_ids(_keys(asked, "organisation"))
    named = person_ids(_keys(asked, "person"))
    proposed = {
        (need.created_by_id, need.organisation_id)
        for need, _orders in needs
        if need.organisation_id is not None
    }
    members = ever_members(proposed)
    for need, theirs in needs:
        people, houses = set(), {need.organisation_id}
        # Only an officer enters a need for a house that is not his: what came on paper.
        if need.organisation_id is None or (
            (need.created_by_id, need.organisation_id) in members
        ):
            people.add(getattr(getattr(need.created_by, "person", None), "pk", None))
        for kind, value in said[need.pk]:
            known, into = (
                (places, houses) if kind == "organisation" else (named, people)
            )
            into.add(known.get(key_of(value) or 0))
        for order in theirs:
            found.people[order] |= people
            found.places[order] |= houses
    for order, host, leader in Task.objects.filter(order_id__in=orders).values_list(
        "order_id", "host_id", "leader_id"
    ):
        if order is not None:
            found.places[order].add(host)
            found.people[order].add(leader)
    # Half of the officials belong to the ministry: that it asked says nothing of them.
    kept = not_the_ministry(_sorted(set().union(*found.places.values())))
    for order in found.places:
        found.places[order] &= kept
    return found


def _sorted(ids: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(sorted(pk for pk in ids if pk is not None))


def leaders_of_tasks(addresses: Collection[str]) -> dict[str, tuple[int, int | None]]:
    """The id of each task and of who leads it, by the task's address; 1 query."""
    rows = Task.objects.filter(public_id__in=addresses).order_by()
    return {
        address: (pk, leader)
        for address, pk, leader in rows.values_list("public_id", "pk", "leader_id")
    }


def _needs_of(orders: Collection[int]) -> list[tuple[Need, set[int]]]:
    """The needs an order answers, with those that were merged into them."""
    rows = Need.objects.select_related(
        "case__regime_version", "created_by__person"
    ).defer(*CASE_REGIME, "search_text")
    through = Order.needs.through.objects.filter(order_id__in=list(orders))
    of: dict[int, set[int]] = defaultdict(set)
    for order, need in through.values_list("order_id", "need_id"):
        of[need].add(order)
    found: dict[int, Need] = {}
    asked = set(of)
    while asked:
        found |= {need.pk: need for need in rows.filter(pk__in=asked)}
        into = Need.objects.filter(merged_into_id__in=asked).exclude(pk__in=found)
        asked = set()
        for pk, stayed in into.values_list("pk", "merged_into_id"):
            of[pk] |= of[stayed or 0]
            asked.add(pk)
    return [(found[pk], of[pk]) for pk in sorted(found)]


def _keys(pairs: Iterable[tuple[str, object]], kind: str) -> set[str | int]:
    return {
        key
        for said, value in pairs
        if said == kind and (key := key_of(value)) is not None
    }
