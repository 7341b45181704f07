"""A plan while its text is open: its head, goals, actions, envelopes, dependencies."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date  # noqa: TC003 -- read at run time by the interface
from decimal import Decimal  # noqa: TC003
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext_lazy as _

from opensti.domains.strategies.actions.plan_keeping import (
    chosen,
    locked_action,
    locked_goal,
    locked_plan,
    marked,
    told,
)
from opensti.domains.strategies.choices import (
    ActionKind,
    GoalKind,
    MoneySource,
    PlanKind,
)
from opensti.domains.strategies.models import (
    Envelope,
    Goal,
    Indicator,
    Plan,
    PlanAction,
)
from opensti.domains.strategies.trees import circle_of
from opensti.kernel.access import get_visible, require
from opensti.kernel.checks import amounts, in_order, needed, refuse_if
from opensti.kernel.refusals import Problem, StepNotAllowed
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from opensti.kernel.access import Actor

FIRST_YEAR, LAST_YEAR = 1945, 2199


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    """The head of a plan. ``mark`` says how far its facts were verified (V, X, S, R, I)."""

    code: str
    kind: str
    title_vi: str
    starts_on: date
    ends_on: date
    title_en: str = ""
    summary_vi: str = ""
    summary_en: str = ""
    issuer_vi: str = ""
    issuer_en: str = ""
    source: str = ""
    mark: str = ""


@dataclass(frozen=True, kw_only=True)
class GoalFacts:
    """A goal, a solution group or a line of strategy, with its theory of change."""

    code: str
    kind: str
    text_vi: str
    text_en: str = ""
    owner_name: str = ""
    condition: str = ""
    outcome: str = ""
    reason: str = ""
    risk: str = ""
    article: str = ""
    source: str = ""
    mark: str = ""


@dataclass(frozen=True, kw_only=True)
class ActionFacts:
    """What is to be done, by when, with what as its product."""

    code: str
    kind: str
    text_vi: str
    text_en: str = ""
    deliverable_vi: str = ""
    deliverable_en: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    article: str = ""
    source: str = ""
    mark: str = ""


def plan_search_text(plan: Plan) -> str:
    return search_text(plan.code, plan.title_vi, plan.title_en, plan.act_number)


@transaction.atomic
def draft_plan(
    *, actor: Actor, facts: PlanFacts, at: datetime, parent_id: int | None = None
) -> Plan:
    """Begin a plan of one's own; ``Invalid`` names each fault of its head."""
    require(actor, "strategies.prepare_plan")
    plan = Plan(created_by_id=actor.user_id, created_at=at)
    _fill_plan(actor, plan, facts, parent_id)
    plan.save()
    told(actor, "draft_plan", plan, at, counted=False)
    return plan


@transaction.atomic
def change_plan(
    *,
    actor: Actor,
    plan_id: int,
    facts: PlanFacts,
    version: int,
    at: datetime,
    parent_id: int | None = None,
) -> Plan:
    """Say the head of a plan anew, until an act issued it."""
    plan = locked_plan(actor, plan_id, "strategies.prepare_plan", version=version)
    _fill_plan(actor, plan, facts, parent_id)
    plan.save()
    told(actor, "change_plan", plan, at)
    return plan


def _fill_plan(
    actor: Actor, plan: Plan, facts: PlanFacts, parent_id: int | None
) -> None:
    problems = needed(
        code=facts.code,
        title_vi=facts.title_vi,
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
    )
    problems += chosen({"kind": (facts.kind, PlanKind)}) + marked(facts.mark)
    problems += in_order(("starts_on", facts.starts_on), ("ends_on", facts.ends_on))
    code = facts.code.strip()
    if Plan.objects.filter(code=code).exclude(pk=plan.pk).exists():
        problems.append(_taken("code", code))
    above = None
    if parent_id is not None:
        above = get_visible(actor, Plan.objects.all(), pk=parent_id)
        up: Plan | None = above
        while up is not None:
            if up.pk == plan.pk:
                problems.append(_circle("parent"))
                break
            up = up.parent
    refuse_if(problems)
    _fill(plan, facts)
    plan.parent = above
    plan.search_text = plan_search_text(plan)


@transaction.atomic
def keep_goal(
    *,
    actor: Actor,
    plan_id: int,
    facts: GoalFacts,
    at: datetime,
    parent_id: int | None = None,
    goal_id: int | None = None,
    version: int | None = None,
) -> Goal:
    """Add a goal to a plan that is open, or say one anew (``goal_id``)."""
    if goal_id is None:
        plan = locked_plan(actor, plan_id, "strategies.prepare_plan")
        goal = Goal(plan=plan, version=0, position=_next(Goal, plan))
    else:
        goal = locked_goal(actor, goal_id, version=version)
        plan = goal.plan
    problems = needed(code=facts.code, text_vi=facts.text_vi)
    problems += chosen({"kind": (facts.kind, GoalKind)}) + marked(facts.mark)
    code = facts.code.strip()
    if plan.goals.filter(code=code).exclude(pk=goal.pk).exists():
        problems.append(_taken("code", code))
    above = None
    if parent_id is not None:
        above = get_visible(actor, plan.goals.all(), pk=parent_id)
        up: Goal | None = above
        while up is not None:
            if goal.pk is not None and up.pk == goal.pk:
                problems.append(_circle("parent"))
                break
            up = up.parent
    refuse_if(problems)
    _fill(goal, facts)
    goal.parent = above
    goal.version += 1
    goal.save()
    told(actor, "keep_goal", plan, at, goal=goal.code)
    return goal


@transaction.atomic
def remove_goal(*, actor: Actor, goal_id: int, at: datetime) -> None:
    """Take a goal out of a plan that is open; not while anything hangs on it."""
    goal = locked_goal(actor, goal_id)
    _delete(goal, _("Something hangs on this goal: goals, actions, targets or work."))
    told(actor, "remove_goal", goal.plan, at, goal=goal.code)


@transaction.atomic
def keep_action(
    *,
    actor: Actor,
    goal_id: int,
    facts: ActionFacts,
    at: datetime,
    action_id: int | None = None,
    indicators: Collection[int] = (),
    version: int | None = None,
) -> PlanAction:
    """Add an action to a goal, or say one anew (``action_id``), with its cards."""
    goal = locked_goal(actor, goal_id)
    plan = goal.plan
    if action_id is None:
        action = PlanAction(plan=plan, version=0, position=_next(PlanAction, plan))
    else:
        action = locked_action(actor, action_id, version=version)
        if action.plan_id != plan.pk:
            refuse_if([_other_plan("goal")])
    problems = needed(code=facts.code, text_vi=facts.text_vi)
    problems += chosen({"kind": (facts.kind, ActionKind)}) + marked(facts.mark)
    problems += in_order(("starts_on", facts.starts_on), ("ends_on", facts.ends_on))
    code = facts.code.strip()
    if plan.actions.filter(code=code).exclude(pk=action.pk).exists():
        problems.append(_taken("code", code))
    cards = list(Indicator.objects.filter(pk__in=set(indicators)))
    if len(cards) != len(set(indicators)):
        problems.append(
            Problem(
                field="indicators",
                message=_("There is no such indicator card."),
                mend=_("Choose cards from the list of indicators."),
            )
        )
    refuse_if(problems)
    _fill(action, facts)
    action.goal = goal
    action.version += 1
    action.save()
    action.indicators.set(cards)
    told(actor, "keep_action", plan, at, action=action.code)
    return action


@transaction.atomic
def remove_action(*, actor: Actor, action_id: int, at: datetime) -> None:
    """Take an action out of a plan that is open, with all its parts."""
    action = locked_action(actor, action_id)
    for rows in (
        action.assignments,
        action.milestones,
        action.risks,
        action.budget_lines,
    ):
        rows.all().delete()
    _delete(action, _("Work hangs on this action."))
    told(actor, "remove_action", action.plan, at, action=action.code)


@transaction.atomic
def set_dependencies(
    *, actor: Actor, action_id: int, depends_on: Collection[int], at: datetime
) -> PlanAction:
    """Say for which other actions of the plan an action waits.

    ``Invalid`` names the circle if they would wait for each other.
    """
    action = locked_action(actor, action_id)
    rows = list(action.plan.actions.prefetch_related("depends_on"))
    codes = {row.pk: row.code for row in rows}
    if not set(depends_on) <= codes.keys():
        refuse_if([_other_plan("depends_on")])
    follows = {r.code: {o.code for o in r.depends_on.all()} for r in rows}
    follows[action.code] = {codes[pk] for pk in depends_on}
    if way := circle_of(follows):
        refuse_if(
            [
                Problem(
                    field="depends_on",
                    message=_("These actions wait for each other in a circle: %(way)s.")
                    % {"way": " → ".join(way)},
                    mend=_("Remove one of these dependencies."),
                )
            ]
        )
    action.depends_on.set(depends_on)
    told(
        actor,
        "set_dependencies",
        action.plan,
        at,
        action=action.code,
        waits_for=sorted(follows[action.code]),
    )
    return action


@transaction.atomic
def keep_envelope(
    *,
    actor: Actor,
    plan_id: int,
    source: str,
    amount: Decimal,
    at: datetime,
    year: int | None = None,
    article: str = "",
) -> Envelope:
    """Say the most that a plan may spend from a source, in a year or in all (đồng)."""
    plan = locked_plan(actor, plan_id, "strategies.prepare_plan")
    problems = chosen({"source": (source, MoneySource)}) + amounts(amount=amount)
    problems += needed(amount=amount)
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        problems.append(Problem(field="year", message=_("Write a year such as 2030.")))
    refuse_if(problems)
    envelope, _made = Envelope.objects.update_or_create(
        plan=plan,
        year=year,
        source=source,
        defaults={"amount": amount, "article": article.strip()[:200]},
    )
    told(
        actor,
        "keep_envelope",
        plan,
        at,
        source=source,
        year=year,
        amount=str(amount),
    )
    return envelope


@transaction.atomic
def remove_envelope(*, actor: Actor, envelope_id: int, at: datetime) -> None:
    """Take an envelope out of a plan that is open."""
    envelope = get_visible(actor, Envelope.objects.all(), pk=envelope_id)
    plan = locked_plan(actor, envelope.plan_id, "strategies.prepare_plan")
    envelope.delete()
    told(
        actor,
        "remove_envelope",
        plan,
        at,
        source=envelope.source,
        year=envelope.year,
    )


def _fill(row: Any, facts: Any) -> None:
    for name, value in asdict(facts).items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)


def _next(model: type[Any], plan: Plan) -> int:
    last = model.objects.filter(plan=plan).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _delete(row: Any, message: Any) -> None:
    try:
        row.delete()
    except ProtectedError:
        raise StepNotAllowed(
            message, mend=_("Move or remove what hangs on it first.")
        ) from None


def _taken(field: str, code: str) -> Problem:
    return Problem(
        field=field,
        message=_("The code “%(code)s” is taken.") % {"code": code},
        mend=_("Choose another code, or change what bears this one."),
    )


def _circle(field: str) -> Problem:
    return Problem(
        field=field,
        message=_("It would stand under itself."),
        mend=_("Choose another place for it."),
    )


def _other_plan(field: str) -> Problem:
    return Problem(
        field=field,
        message=_("This belongs to another plan."),
        mend=_("Choose among those of this plan."),
    )
