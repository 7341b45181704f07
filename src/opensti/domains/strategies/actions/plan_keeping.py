"""What acts on plans begin and end with: lock, as seen, allowed; count on, record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures.choices import Mark
from opensti.domains.strategies import permissions as _permissions  # noqa: F401
from opensti.domains.strategies.choices import PlanState
from opensti.domains.strategies.models import Goal, Plan, PlanAction
from opensti.domains.strategies.queries.plan_trees import plan_subject
from opensti.kernel.access import get_visible, require
from opensti.kernel.checks import as_seen, in_state, locked_row
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text

EDITABLE = (PlanState.DRAFT, PlanState.CONSULTED)
FOLLOWED = (PlanState.ISSUED, PlanState.IN_FORCE, PlanState.REVIEW)
BY_AN_ACT = _("An act issued this plan: only an act that amends it changes its text.")


def locked_plan(
    actor: Actor,
    plan_id: int,
    permission: str,
    *,
    version: int | None = None,
    states: Collection[str] = EDITABLE,
    message: Text = BY_AN_ACT,
    mend: Text = "",
) -> Plan:
    """Lock a plan; may the person know of it? as seen? allowed? in such a state?

    Raises ``NotFound``, ``Stale``, ``AccessDenied`` or ``StepNotAllowed``.
    """
    plan = locked_row(actor, Plan.objects.all(), pk=plan_id, version=version)
    require(actor, permission, plan)
    if plan.state not in states:
        in_state(message, plan.state, states, plan.get_state_display(), mend=mend)
    return plan


def locked_goal(actor: Actor, goal_id: int, *, version: int | None = None) -> Goal:
    """The goal of a plan whose text may be changed, with its plan locked."""
    goal = get_visible(actor, Goal.objects.all(), pk=goal_id)
    goal.plan = locked_plan(actor, goal.plan_id, "strategies.prepare_plan")
    goal.refresh_from_db(fields=["version"])
    as_seen(goal, version)
    return goal


def locked_action(
    actor: Actor,
    action_id: int,
    permission: str = "strategies.prepare_plan",
    *,
    version: int | None = None,
    states: Collection[str] = EDITABLE,
    message: Text = BY_AN_ACT,
) -> PlanAction:
    """The action of a plan in one of ``states``, with its plan locked."""
    action = get_visible(actor, PlanAction.objects.all(), pk=action_id)
    action.plan = locked_plan(
        actor, action.plan_id, permission, states=states, message=message
    )
    action.refresh_from_db()
    as_seen(action, version)
    return action


def told(
    actor: Actor,
    act: str,
    plan: Plan,
    at: datetime,
    *,
    public: bool = False,
    counted: bool = True,
    **detail: Any,
) -> None:
    """Count the plan on, and record the act on it."""
    if counted:
        plan.version += 1
        plan.save(update_fields=["version"])
    record(
        actor=actor,
        act=f"strategies.{act}",
        subject=plan_subject(plan.public_id),
        at=at,
        basis=plan.act_number,
        public=public,
        detail={"plan": plan.code, **detail},
    )


def chosen(words: Mapping[str, tuple[str, type[Any]]]) -> list[Problem]:
    """A problem for each value that is none of its words (empty ones are left to others)."""
    return [
        Problem(
            field=field,
            message=_("“%(value)s” is none of the choices.") % {"value": value},
            mend=_("Use one of: %(known)s.") % {"known": ", ".join(kind.values)},
        )
        for field, (value, kind) in words.items()
        if value not in kind.values
    ]


def marked(mark: str) -> list[Problem]:
    """A problem where the mark is no mark of the procedures."""
    if not mark or mark in {m.value for m in Mark}:
        return []
    return [
        Problem(
            field="mark",
            message=_("“%(value)s” is none of the choices.") % {"value": mark},
            mend=_("Use one of: %(known)s.")
            % {"known": ", ".join(m.value for m in Mark)},
        )
    ]
