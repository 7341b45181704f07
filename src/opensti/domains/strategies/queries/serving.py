"""Goals and indicators as that which tasks and results serve: to choose, to name, to sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from opensti.domains.strategies import permissions as _permissions  # noqa: F401
from opensti.domains.strategies.choices import MoneySource, PlanState
from opensti.domains.strategies.models import (
    BudgetLine,
    Envelope,
    Goal,
    Indicator,
    PlanAction,
    Target,
)
from opensti.domains.strategies.queries.lacking import unled, unmeasured
from opensti.kernel.access import PUBLIC, get_visible, visible
from opensti.kernel.checks import problem

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from decimal import Decimal

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor

# Plans whose goals work may be newly linked to: decided, and not over.
LINKABLE_PLANS = (PlanState.ISSUED, PlanState.IN_FORCE, PlanState.REVIEW)


def linkable_goals(day: date) -> QuerySet[Goal]:
    """Goals that may be chosen on a day, with their plans, in the order of the acts.

    Open ones of plans that are issued and not closed: everybody may know of them.
    """
    return (
        Goal.objects.filter(
            Q(closed_on=None) | Q(closed_on__gt=day), plan__state__in=LINKABLE_PLANS
        )
        .select_related("plan")
        .order_by("plan__code", "position", "pk")
    )


def goal_to_link(*, public_id: str, day: date, field: str = "goal") -> Goal | None:
    """The goal that is meant by its public id; nothing for an empty one. 1 query.

    Raises ``Invalid`` at ``field`` for a goal that may not be newly chosen on that day.
    """
    if not (asked := public_id.strip()):
        return None
    found = linkable_goals(day).filter(public_id=asked).first()
    if found is None:
        raise problem(
            field,
            _("There is no such goal that may be chosen."),
            _("Choose an open goal of a plan that is issued or in force."),
        )
    return found


def linkable_indicators(
    day: date, *, standing: Collection[int] = ()
) -> QuerySet[Indicator]:
    """Cards of indicators that are in use on a day, by code; ``standing`` ones also after."""
    rows = Indicator.objects.filter(
        Q(retired_on=None) | Q(retired_on__gt=day) | Q(pk__in=standing)
    )
    return rows.only("public_id", "code", "name_vi", "name_en").order_by("code")


def indicator_to_link(
    *, public_id: str, day: date, field: str = "indicator"
) -> Indicator | None:
    """The card that is meant by its public id; nothing for an empty one. 1 query."""
    if not (asked := public_id.strip()):
        return None
    found = linkable_indicators(day).filter(public_id=asked).first()
    if found is None:
        raise problem(
            field,
            _("There is no such indicator in use."),
            _("Choose a card that is not retired."),
        )
    return found


def public_goals(*, closed: bool = False) -> QuerySet[Goal]:
    """Goals of the plans that everybody may read, those that were closed left out."""
    rows = Goal.objects.select_related("plan", "owner__province")
    if not closed:
        rows = rows.filter(closed_on=None)
    return visible(PUBLIC, rows).order_by("plan", "position", "pk")


def goal_of_chain(actor: Actor, public_id: str) -> Goal:
    """One goal with its plan and owner; ``NotFound`` if it may not be known."""
    rows = Goal.objects.select_related("plan", "owner", "parent")
    return get_visible(actor, rows, public_id=public_id)


@dataclass(frozen=True, kw_only=True)
class Branch:
    """A goal's sub-goals at every depth, and the ids of all of them with its own."""

    goals: tuple[Goal, ...]
    ids: frozenset[int]


def branch_of(goal: Goal) -> Branch:
    """The goal with everything below it, in the order of the act; 1 query."""
    rows = list(Goal.objects.filter(plan_id=goal.plan_id).order_by("position", "pk"))
    below: dict[int | None, list[Goal]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append(row)
    found: list[Goal] = []
    ids = {goal.pk}
    ahead = [goal.pk]
    while ahead:
        for child in below.get(ahead.pop(0), []):
            # A goal that stands under itself is met once.
            if child.pk not in ids:
                ids.add(child.pk)
                found.append(child)
                ahead.append(child.pk)
    return Branch(goals=tuple(found), ids=frozenset(ids))


def branch_ids(public_id: str) -> frozenset[int]:
    """Ids of a goal and of all below it, for filters; none for an unknown one. 2 queries."""
    goal = Goal.objects.filter(public_id=public_id).first()
    return branch_of(goal).ids if goal else frozenset()


def actions_of_goals(actor: Actor, goals: Collection[int]) -> QuerySet[PlanAction]:
    """What is to be done for goals, with who leads it and how it is measured."""
    rows = PlanAction.objects.filter(goal_id__in=goals).select_related("goal")
    return (
        visible(actor, rows)
        .prefetch_related("assignments__agency", "indicators")
        .order_by("position", "pk")
    )


def indicators_of_goals(actor: Actor, goals: Collection[int]) -> list[Indicator]:
    """Cards that measure goals or have a target for them; 2 queries.

    Each with its ``wanted``: the targets for these goals that were not replaced.
    """
    of_goals = Q(goals__in=goals) | Q(targets__goal__in=goals)
    ids = Indicator.objects.filter(of_goals).values("pk")
    cards = list(visible(actor, Indicator.objects.filter(pk__in=ids)).order_by("code"))
    wanted: dict[int, list[Target]] = {}
    targets = Target.objects.filter(
        Q(goal__in=goals) | Q(goal=None, plan__goals__in=goals),
        indicator__in=cards,
        replaced_by=None,
    )
    for target in visible(actor, targets.distinct()).order_by("to_year", "pk"):
        wanted.setdefault(target.indicator_id, []).append(target)
    for card in cards:
        card.wanted = wanted.get(card.pk, [])  # type: ignore[attr-defined]
    return cards


@dataclass(frozen=True, kw_only=True)
class Planned:
    """Money that plans gave the actions of goals, whole đồng; ``None``: nobody said."""

    year: int
    planned: Decimal
    approved: Decimal | None
    committed: Decimal | None
    disbursed: Decimal | None


def planned_for(actor: Actor, goals: Collection[int]) -> list[Planned]:
    """Budget lines of the goals' actions by year; 1 query."""
    rows = visible(actor, BudgetLine.objects.filter(action__goal_id__in=goals))
    sums = (
        rows.order_by()
        .values_list("year")
        .annotate(Sum("planned"), Sum("approved"), Sum("committed"), Sum("disbursed"))
        .order_by("year")
    )
    return [
        Planned(
            year=year,
            planned=planned,
            approved=approved,
            committed=committed,
            disbursed=disbursed,
        )
        for year, planned, approved, committed, disbursed in sums
    ]


def envelopes_of_plan(
    actor: Actor, plan_id: int
) -> list[tuple[Any, int | None, Decimal]]:
    """The most the whole plan may spend: source, year (none: in all), đồng; 1 query."""
    rows = visible(actor, Envelope.objects.filter(plan_id=plan_id))
    return [
        (MoneySource(row.source).label, row.year, row.amount)
        for row in rows.order_by("source", "year")
    ]


def goal_words(actor: Actor) -> dict[int, tuple[str, str, str, str]]:
    """Every goal the person may know of: address, code with its plan, text vi, en; 1 query."""
    rows = visible(actor, Goal.objects.all()).order_by()
    columns = ("pk", "public_id", "plan__code", "code", "text_vi", "text_en")
    return {
        pk: (public_id, f"{plan} {code}", vi, en)
        for pk, public_id, plan, code, vi, en in rows.values_list(*columns)
    }


def goals_in_force(actor: Actor, day: date) -> QuerySet[Goal]:
    """Open goals of plans in force that the person may know of: what work is owed."""
    return visible(actor, linkable_goals(day))


def actions_lacking(actor: Actor, day: date) -> tuple[QuerySet[PlanAction], ...]:
    """Actions of plans in force that no indicator measures, and that no agency leads.

    As ``lacking`` judges them: only what is still to be done.
    """
    rows = visible(
        actor,
        PlanAction.objects.filter(
            Q(goal__closed_on=None) | Q(goal__closed_on__gt=day),
            plan__state__in=LINKABLE_PLANS,
        ),
    ).select_related("plan", "goal")
    ordered = rows.order_by("plan__code", "position", "pk")
    return unmeasured(ordered), unled(ordered)
