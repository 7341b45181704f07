"""What serves a goal of a plan, from the need to the use, and what serves none."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls import queries as calls
from opensti.domains.contracts import queries as contracts
from opensti.domains.procedures.choices import State
from opensti.domains.results.models import UptakeAnswer
from opensti.domains.results.queries.results import public_results, results
from opensti.domains.results.queries.uptake import GIVEN, years_for_goals
from opensti.domains.strategies import queries as strategies
from opensti.domains.tasks import queries as tasks
from opensti.domains.tasks.choices import TaskState
from opensti.kernel.access import visible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from opensti.domains.strategies.models import Goal, PlanAction
    from opensti.domains.strategies.queries import Planned
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text

NONE = Decimal(0)
DONG = "VND"
# Needs and orders of which nothing more will come: no goal is missed.
ENDED = (
    State.WITHDRAWN,
    State.ANSWERED,
    State.MERGED,
    State.REJECTED,
    State.CANCELLED,
)
# As many rows of a stage as one page shows; the count is of all.
MOST_SHOWN = 20
CHAIN_STAGES: dict[str, Text] = {
    "needs": _("Needs"),
    "orders": _("Orders"),
    "dossiers": _("Proposals"),
    "tasks": _("Tasks"),
    "contracts": _("Contracts"),
    "results": _("Results"),
    "uptake": _("Uptake"),
}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step of the chain: how many there are, and the newest of them."""

    key: str
    count: int
    rows: tuple[Any, ...]

    @property
    def label(self) -> Text:
        return CHAIN_STAGES[self.key]

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True, kw_only=True)
class YearOfMoney:
    """Whole đồng of one year: planned for actions, approved for tasks, paid, settled."""

    year: int
    planned: Decimal = NONE
    approved: Decimal = NONE
    paid: Decimal = NONE
    settled: Decimal = NONE


@dataclass(frozen=True, kw_only=True)
class GoalMoney:
    """Money for a goal and money back from it, in whole đồng.

    ``planned``: budget lines of its actions. ``approved``: amounts of its tasks, in đồng
    alone; ``other_currency`` tasks have an amount in another. ``contracted``: all money of
    signed contracts, of it ``of_state`` the State's; ``paid`` and ``settled`` (work
    cleared) as the books say. ``revenue``, ``saving``, ``exports``, ``jobs``: what hosts
    answered of the uptake; nothing stands for no answer, and in ``planned`` and ``approved``
    for what a reader is not shown.
    """

    planned: Decimal | None = NONE
    approved: Decimal | None = NONE
    other_currency: int = 0
    contracted: Decimal = NONE
    of_state: Decimal = NONE
    paid: Decimal = NONE
    settled: Decimal = NONE
    years: tuple[YearOfMoney, ...] = ()
    revenue: Decimal | None = None
    saving: Decimal | None = None
    exports: Decimal | None = None
    jobs: int | None = None
    users: tuple[str, ...] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Everything that serves a goal or a goal below it, as far as one may know of it."""

    goal: Goal
    below: tuple[Goal, ...]
    stages: tuple[Stage, ...]
    money: GoalMoney
    plan_lines: tuple[Planned, ...]

    def stage(self, key: str) -> Stage:
        return next(one for one in self.stages if one.key == key)


def goal_chain(
    actor: Actor, goal: Goal, *, most: int = MOST_SHOWN, below: bool = True
) -> Chain:
    """The chain of a goal the person may know of, sub-goals rolled up; 22 queries.

    Each stage is narrowed on its own to what the person may know: who is barred from an
    order or a contract finds neither it, nor its money, nor what came of it. ``most`` rows
    of each stage are handed back; counts and sums are of all.
    """
    branch = strategies.branch_of(goal)
    ids = branch.ids if below else frozenset({goal.pk})
    rows = stage_rows(actor, ids)
    stages = tuple(
        Stage(key=key, count=found.count(), rows=tuple(found[:most]))
        for key, found in rows.items()
    )
    lines = tuple(strategies.planned_for(actor, ids))
    return Chain(
        goal=goal,
        below=branch.goals,
        stages=stages,
        money=_money(actor, rows, lines),
        plan_lines=lines,
    )


def stage_rows(actor: Actor, ids: Collection[int]) -> dict[str, QuerySet[Any]]:
    """Rows of each stage that serve goals, in the order of ``CHAIN_STAGES``; no query."""
    known_orders = tasks.order_ids(actor)
    house = results(actor) if actor.is_authenticated else public_results()
    return {
        "needs": tasks.needs(actor).filter(goal__in=ids),
        "orders": tasks.orders(actor).filter(goal__in=ids),
        "dossiers": calls.dossiers(actor=actor).filter(
            order__goal__in=ids, order__in=known_orders
        ),
        "tasks": tasks.tasks(actor).filter(goal__in=ids),
        "contracts": contracts.contracts(actor).filter(task__goal__in=ids),
        "results": house.filter(goal__in=ids),
        "uptake": years_for_goals(actor, ids),
    }


def _money(
    actor: Actor, rows: dict[str, QuerySet[Any]], lines: Sequence[Planned]
) -> GoalMoney:
    """Sums over whole stages; 5 queries."""
    years: dict[int, dict[str, Decimal]] = {}

    def add(year: int, name: str, amount: Decimal) -> None:
        held = years.setdefault(year, {})
        held[name] = held.get(name, NONE) + amount

    for line in lines:
        add(line.year, "planned", line.planned)
    funded = rows["tasks"].order_by().exclude(amount=None)
    approved = NONE
    in_dong = funded.filter(currency=DONG).values_list("year").annotate(Sum("amount"))
    for year, amount in in_dong.order_by("year"):
        approved += amount
        # A task of an archive may not say its year.
        if year is not None:
            add(year, "approved", amount)
    signed = rows["contracts"].order_by().exclude(signed_on=None)
    sums = signed.aggregate(state=Sum("state_money"), other=Sum("other_money"))
    of_state = sums["state"] or NONE
    paid = settled = NONE
    for by_year in contracts.flows_of(signed.values("pk")).values():
        for year, flows in by_year.items():
            found = contracts.figures(flows)
            paid += found["paid"]
            settled += found["cleared"]
            add(year, "paid", found["paid"])
            add(year, "settled", found["cleared"])
    return GoalMoney(
        planned=sum((line.planned for line in lines), NONE),
        approved=approved,
        other_currency=funded.exclude(currency=DONG).count(),
        contracted=of_state + (sums["other"] or NONE),
        of_state=of_state,
        paid=paid,
        settled=settled,
        years=tuple(
            YearOfMoney(year=year, **held)
            for year, held in sorted(years.items())
            if any(held.values())
        ),
        **_used(actor, rows["uptake"]),
    )


def _used(actor: Actor, years: QuerySet[Any]) -> dict[str, Any]:
    """What hosts said of the use: sums of what was answered, users by name; 2 queries."""
    given = years.order_by().filter(state__in=GIVEN).values("pk")
    answers = visible(actor, UptakeAnswer.objects.filter(current=True, year__in=given))
    sums = answers.order_by().aggregate(
        revenue=Sum("revenue"),
        saving=Sum("saving"),
        exports=Sum("exports"),
        jobs=Sum("jobs"),
    )
    named = {
        str(user.get("name", "")).strip()
        for users in answers.order_by().values_list("users", flat=True)
        for user in users
    }
    return {**sums, "users": tuple(sorted(named - {""}))}


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Rows that lack a link: how many, and the newest of them."""

    key: str
    count: int
    rows: tuple[Any, ...]

    @property
    def more(self) -> int:
        return self.count - len(self.rows)


@dataclass(frozen=True, kw_only=True)
class Gaps:
    """What serves nothing and what nothing serves, as far as one may know of it."""

    goals: tuple[Goal, ...]
    tasks: Gap
    orders: Gap
    needs: Gap
    results: Gap
    unmeasured: tuple[PlanAction, ...]
    unowned: tuple[PlanAction, ...]

    def __iter__(self) -> Iterator[Gap]:
        return iter((self.tasks, self.orders, self.needs, self.results))


def goal_gaps(actor: Actor, *, today: date, most: int = 50) -> Gaps:
    """Goals without tasks; tasks, orders, needs, results without a goal; 12 queries.

    Archived tasks of others are not missed; actions without indicator or lead agency are
    of plans in force. ``most`` rows of each are handed back.
    """
    unmeasured, unowned = strategies.actions_lacking(actor, today)
    return Gaps(
        goals=tuple(_without_tasks(actor, today)),
        tasks=_gap(
            "task", tasks.tasks(actor).exclude(state=TaskState.ARCHIVED), most=most
        ),
        orders=_gap("order", tasks.orders(actor), most=most, but=ENDED),
        needs=_gap("need", tasks.needs(actor), most=most, but=ENDED),
        results=_gap("result", results(actor), most=most),
        unmeasured=tuple(unmeasured[:most]),
        unowned=tuple(unowned[:most]),
    )


def _gap(key: str, rows: QuerySet[Any], *, most: int, but: Collection[str] = ()) -> Gap:
    lacking = rows.filter(goal=None)
    if but:
        lacking = lacking.exclude(case__state__in=but)
    return Gap(key=key, count=lacking.count(), rows=tuple(lacking[:most]))


def _without_tasks(actor: Actor, today: date) -> list[Goal]:
    """Open goals that no task serves, itself or by a goal below it; 2 queries."""
    goals = list(strategies.goals_in_force(actor, today))
    counted = tasks.tasks(actor).order_by().filter(goal__in=[g.pk for g in goals])
    served = set(counted.values_list("goal_id", flat=True).distinct())
    above = {goal.pk: goal.parent_id for goal in goals}
    reached: set[int] = set()
    for pk in served:
        at: int | None = pk
        while at is not None and at not in reached:
            reached.add(at)
            at = above.get(at)
    return [goal for goal in goals if goal.pk not in reached]
