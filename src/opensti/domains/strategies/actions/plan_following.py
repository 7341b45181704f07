"""What is done of a plan: how its actions stand, milestones reached, money used."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.strategies.actions.plan_keeping import (
    FOLLOWED,
    chosen,
    locked_action,
    told,
)
from opensti.domains.strategies.choices import ActionState
from opensti.domains.strategies.models import BudgetLine, Milestone
from opensti.kernel.access import get_visible
from opensti.kernel.checks import amounts, needed, not_later, past_day, refuse_if
from opensti.kernel.refusals import Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from opensti.domains.strategies.models import PlanAction
    from opensti.kernel.access import Actor

NOT_ISSUED = _("The plan is %(state)s: its actions are followed once an act issued it.")
# How an action may go on, from each state.
WAYS: dict[str, frozenset[str]] = {
    ActionState.PLANNED: frozenset({"started", "at_risk", "delayed", "cancelled"}),
    ActionState.STARTED: frozenset({"at_risk", "delayed", "done", "cancelled"}),
    ActionState.AT_RISK: frozenset({"started", "delayed", "done", "cancelled"}),
    ActionState.DELAYED: frozenset({"started", "at_risk", "done", "cancelled"}),
    ActionState.DONE: frozenset({"evaluated"}),
    ActionState.EVALUATED: frozenset(),
    ActionState.CANCELLED: frozenset(),
}
WITH_REASON = {"at_risk", "delayed", "evaluated", "cancelled"}


@transaction.atomic
def follow_action(
    *,
    actor: Actor,
    action_id: int,
    state: str,
    version: int,
    at: datetime,
    reason: str = "",
    on: date | None = None,
    act_number: str = "",
) -> PlanAction:
    """Say how an action of an issued plan stands.

    ``reason`` is needed for what is at risk, delayed, evaluated or cancelled; ``on`` for
    what is done; ``act_number``, with its day ``on``, for what an act cancelled.
    """
    action = locked_action(
        actor,
        action_id,
        "strategies.follow_action",
        version=version,
        states=FOLLOWED,
        message=NOT_ISSUED,
    )
    refuse_if(chosen({"state": (state, ActionState)}))
    if state not in WAYS[action.state]:
        raise StepNotAllowed(
            _("The action is %(state)s: it does not go on so.")
            % {"state": action.get_state_display()},
            mend=_("Reload the page: it shows what can be done now."),
        )
    problems: list[Problem] = []
    if state in WITH_REASON:
        problems += needed(reason=reason)
    if state in {ActionState.DONE, ActionState.CANCELLED}:
        problems += past_day("on", on, at)
    if state == ActionState.CANCELLED and not act_number.strip():
        problems.append(
            Problem(
                field="act_number",
                message=_("Only an act cancels an action of a plan."),
                mend=_("Write the number of the act, and its day."),
            )
        )
    refuse_if(problems)
    before, action.state = action.state, state
    parts = [act_number.strip(), f"{on:%d/%m/%Y}" if on else "", reason.strip()]
    action.state_reason = " · ".join(part for part in parts if part)
    action.version += 1
    action.save(update_fields=["state", "state_reason", "version"])
    told(
        actor,
        "follow_action",
        action.plan,
        at,
        counted=False,
        public=True,
        action=action.code,
        before=before,
        state=state,
        on=on.isoformat() if on else "",
        act_number=act_number.strip(),
        reason=reason.strip(),
    )
    return action


@transaction.atomic
def finish_milestone(
    *, actor: Actor, milestone_id: int, done_on: date | None, at: datetime
) -> Milestone:
    """Say on which day a milestone was reached; no day takes it back."""
    found = get_visible(actor, Milestone.objects.all(), pk=milestone_id)
    action = locked_action(
        actor,
        found.action_id,
        "strategies.follow_action",
        states=FOLLOWED,
        message=NOT_ISSUED,
    )
    refuse_if(not_later(at, done_on=done_on))
    found.refresh_from_db()
    found.done_on = done_on
    found.save(update_fields=["done_on"])
    told(
        actor,
        "finish_milestone",
        action.plan,
        at,
        counted=False,
        public=True,
        action=action.code,
        milestone=found.name_vi,
        done_on=done_on.isoformat() if done_on else "",
    )
    return found


@transaction.atomic
def note_money(
    *,
    actor: Actor,
    budget_line_id: int,
    at: datetime,
    approved: Decimal | None = None,
    committed: Decimal | None = None,
    disbursed: Decimal | None = None,
) -> BudgetLine:
    """Say how much of a year's money was approved, committed and disbursed (đồng).

    None says that it is not known. Raises ``Invalid`` where more was committed than
    approved, or more disbursed than committed.
    """
    found = get_visible(actor, BudgetLine.objects.all(), pk=budget_line_id)
    action = locked_action(
        actor,
        found.action_id,
        "strategies.keep_budget",
        states=FOLLOWED,
        message=NOT_ISSUED,
    )
    given = {"approved": approved, "committed": committed, "disbursed": disbursed}
    problems = amounts(**given)
    said = [(name, amount) for name, amount in given.items() if amount is not None]
    problems += [
        Problem(
            field=name,
            message=_("This is more than what comes before it."),
            mend=_("Disbursed is within committed, committed within approved."),
        )
        for (_before, least), (name, amount) in pairwise(said)
        if amount > least
    ]
    refuse_if(problems)
    found.refresh_from_db()
    for name, amount in given.items():
        setattr(found, name, amount)
    found.save(update_fields=list(given))
    noted: dict[str, Any] = {
        name: None if amount is None else str(amount) for name, amount in given.items()
    }
    told(
        actor,
        "note_money",
        action.plan,
        at,
        counted=False,
        action=action.code,
        year=found.year,
        source=found.source,
        **noted,
    )
    return found
