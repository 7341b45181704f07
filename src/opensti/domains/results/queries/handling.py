"""What is owed on an asset, by when, under which article: counted from its own book.

The steps are data of the rule of ownership; here stands only which line of the book
begins a step and which meets it. A step that waits for something that has not happened
has no day yet, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opensti.domains.procedures.queries import working_calendar
from opensti.domains.results.choices import (
    AssetEventKind as Kind,
)
from opensti.domains.results.choices import (
    AssetState,
    HandlingForm,
)
from opensti.domains.results.queries.assets import ownership_of, task_ended
from opensti.kernel.periods import CalendarMissing, deadline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from opensti.domains.procedures.regimes.format import AssetStep, OwnershipRule
    from opensti.domains.results.models import Asset, AssetEvent
    from opensti.kernel.periods import Calendar

TO_HOST = frozenset(
    {HandlingForm.ASSIGN, HandlingForm.SELL_TO_HOST, HandlingForm.USE_RIGHT}
)
AWAY = frozenset(
    {
        HandlingForm.TRANSFER,
        HandlingForm.SELL,
        HandlingForm.LIQUIDATE,
        HandlingForm.DESTROY,
    }
)
# Which line of the book meets a step, by the step's id in the procedure.
MEETS: Mapping[str, tuple[Kind, ...]] = {
    "inventory_and_plan": (Kind.PLAN, Kind.DECLINED),
    "asset_report": (Kind.PLAN, Kind.DECLINED),
    "manager_forwards": (Kind.FORWARDED,),
    "appraise_and_submit": (Kind.FORWARDED,),
    "decide": (Kind.DECISION,),
    "hand_over": (Kind.HANDED_OVER,),
    "dispose": (Kind.DISPOSED,),
    "offer_publicly": (Kind.OFFERED,),
    "no_taker": (Kind.USE_RIGHT, Kind.DECISION),
    "pay_once": (Kind.PAID,),
    "must_use": (Kind.IN_USE, Kind.RECALLED),
}
# Steps that are owed only after a decision for one of these forms.
ONLY_FOR: Mapping[str, frozenset[HandlingForm]] = {
    "hand_over": TO_HOST,
    "dispose": AWAY,
    "pay_once": frozenset({HandlingForm.SELL_TO_HOST, HandlingForm.SELL}),
    "must_use": TO_HOST,
}
# Steps of the way that is gone only once the host declined, and what it leaves out.
ON_TAKING = frozenset({"manager_forwards", "appraise_and_submit", "decide"})
AFTER_DECLINING = frozenset({"offer_publicly", "no_taker"})


@dataclass(frozen=True, kw_only=True)
class Owed:
    """One step: who owes it, by when (nothing while it waits), when it was met."""

    step: AssetStep
    starts: date | None
    due_on: date | None
    met_on: date | None
    # The rest days of a year between are not announced yet: the day may move.
    provisional: bool = False

    def late(self, today: date) -> bool:
        return self.met_on is None and self.due_on is not None and self.due_on < today

    @property
    def open(self) -> bool:
        return self.met_on is None and self.starts is not None


def steps_of(asset: Asset, *, calendar: Calendar | None = None) -> list[Owed]:
    """Every step that is or will be owed; no query if the book is at hand.

    Empty where no rule governs yet, and where the rule of ownership has no steps (the
    host owns). A calendar without data for a year leaves the day open.
    """
    rule = ownership_of(asset).rule
    if rule is None:
        return []
    steps = rule.result_steps if asset.is_result else rule.equipment_steps
    if not steps:
        return []
    return owed(
        steps,
        events=list(asset.events.all()),
        task_ended=task_ended(asset),
        accepted_on=asset.accepted_on,
        calendar=calendar or working_calendar(),
    )


def owed(
    steps: Sequence[AssetStep],
    *,
    events: Sequence[AssetEvent],
    task_ended: date | None,
    accepted_on: date | None,
    calendar: Calendar,
) -> list[Owed]:
    """Count the steps from the lines of one book; pure."""
    last: dict[str, AssetEvent] = {event.kind: event for event in events}
    first_offer = next((e for e in events if e.kind == Kind.OFFERED), None)
    decision = last.get(Kind.DECISION) or last.get(Kind.USE_RIGHT)
    form = decision.form if decision is not None else ""
    declined = Kind.DECLINED in last

    def day(event: AssetEvent | None) -> date | None:
        return None if event is None else event.on

    starts: dict[str, date | None] = {
        "task_ended": task_ended,
        "result_accepted": accepted_on,
        "plan_received": day(last.get(Kind.PLAN)),
        "full_file": day(last.get(Kind.FORWARDED)),
        "decision": day(decision),
        "declined": day(last.get(Kind.DECLINED)),
        "first_notice": day(first_offer),
    }
    found = []
    for step in steps:
        if step.id in AFTER_DECLINING and not declined:
            continue
        if step.id in ONLY_FOR and form not in ONLY_FOR[step.id]:
            continue
        start = starts[step.starts_on]
        if step.id == "appraise_and_submit":
            # The file is full when the host has handed it in.
            start = day(last.get(Kind.PLAN))
        met = max(
            (last[kind].on for kind in MEETS.get(step.id, ()) if kind in last),
            default=None,
        )
        if declined and met is None and step.id in ON_TAKING:
            continue  # nobody decides on what the host does not take
        due = _due(step, start, calendar)
        found.append(
            Owed(
                step=step,
                starts=start,
                due_on=due,
                met_on=met,
                provisional=bool(start and due and calendar.missing(start, due)),
            )
        )
    return found


def _due(step: AssetStep, start: date | None, calendar: Calendar) -> date | None:
    if start is None or step.n is None:
        return None
    try:
        return deadline(start, n=step.n.n, unit=step.n.unit.value, calendar=calendar)
    except CalendarMissing:
        return None


def next_due(asset: Asset, *, calendar: Calendar | None = None) -> Owed | None:
    """The step to be met next: what has begun, with the earliest day."""
    if asset.state in {AssetState.GONE, AssetState.RECALLED}:
        return None
    waiting = [o for o in steps_of(asset, calendar=calendar) if o.open]
    dated = [o for o in waiting if o.due_on is not None]
    return min(dated, key=lambda o: (o.due_on, o.step.id), default=None) or next(
        iter(waiting), None
    )


def needs_opinion(
    rule: OwnershipRule, *, value: Decimal, quantity: Decimal, is_car: bool
) -> bool:
    """Whether the Ministry of Finance is asked first: a car, or dear pieces.

    ``value`` is of all pieces; nothing is divided, so nothing is rounded.
    """
    if rule.opinion_above is None:
        return False
    return is_car or value >= rule.opinion_above * quantity


def is_assigned_free(rule: OwnershipRule, *, state_share: int) -> bool:
    """Whether the State's part is so small that it is assigned without refund.

    ``state_share`` in parts of 10,000; the limit itself is within the rule.
    """
    limit = rule.free_below_state_share
    return limit is not None and state_share <= limit * 10_000
