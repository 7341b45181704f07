"""The parts of an action: who does what, milestones, risks, money by year and source."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date  # noqa: TC003 -- read at run time by the interface
from decimal import Decimal  # noqa: TC003
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.queries import organisations
from opensti.domains.strategies.actions.plan_keeping import (
    EDITABLE,
    FOLLOWED,
    chosen,
    locked_action,
    told,
)
from opensti.domains.strategies.actions.plans import FIRST_YEAR, LAST_YEAR
from opensti.domains.strategies.choices import MoneySource, Part, Rhythm
from opensti.domains.strategies.models import (
    Assignment,
    BudgetLine,
    Milestone,
    PlanAction,
    Risk,
)
from opensti.kernel.access import get_visible
from opensti.kernel.checks import amounts, in_order, needed, refuse_if
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor

P = TypeVar("P", Assignment, Milestone, Risk, BudgetLine)
SCALE = range(1, 6)


@dataclass(frozen=True, kw_only=True)
class AssignmentFacts:
    """What an agency does; by name, linked to the registry where it is known there."""

    agency_name: str
    part: str
    rhythm: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class MilestoneFacts:
    name_vi: str
    due_on: date
    name_en: str = ""


@dataclass(frozen=True, kw_only=True)
class RiskFacts:
    """Likelihood and impact go from 1 to 5."""

    text: str
    likelihood: int
    impact: int
    response: str = ""


@dataclass(frozen=True, kw_only=True)
class BudgetFacts:
    """Money of a year from a source, in whole đồng of ``price_year``."""

    year: int
    source: str
    planned: Decimal
    price_year: int | None = None
    article: str = ""


@transaction.atomic
def keep_assignment(
    *,
    actor: Actor,
    action_id: int,
    facts: AssignmentFacts,
    at: datetime,
    agency_id: int | None = None,
    assignment_id: int | None = None,
) -> Assignment:
    """Say what an agency does for an action, or say it anew."""
    action, row = _row(actor, action_id, Assignment, assignment_id)
    agency = None
    if agency_id is not None:
        agency = organisations(actor).filter(pk=agency_id).first()
        if agency is None:
            refuse_if([_unknown("agency")])
    name = facts.agency_name.strip() or (agency.name_vi if agency else "")
    problems = needed(agency_name=name)
    problems += chosen({"part": (facts.part, Part)})
    if facts.rhythm:
        problems += chosen({"rhythm": (facts.rhythm, Rhythm)})
    problems += in_order(("starts_on", facts.starts_on), ("ends_on", facts.ends_on))
    same = action.assignments.filter(agency_name=name, part=facts.part)
    if same.exclude(pk=row.pk).exists():
        problems.append(_twice("agency_name"))
    refuse_if(problems)
    _fill(row, facts)
    row.agency_name, row.agency = name, agency
    row.save()
    told(actor, "keep_assignment", action.plan, at, action=action.code, agency=name)
    return row


@transaction.atomic
def keep_milestone(
    *,
    actor: Actor,
    action_id: int,
    facts: MilestoneFacts,
    at: datetime,
    milestone_id: int | None = None,
) -> Milestone:
    """Add a milestone to an action, or say one anew."""
    action, row = _row(actor, action_id, Milestone, milestone_id)
    problems = needed(name_vi=facts.name_vi, due_on=facts.due_on)
    same = action.milestones.filter(name_vi=facts.name_vi.strip())
    if same.exclude(pk=row.pk).exists():
        problems.append(_twice("name_vi"))
    refuse_if(problems)
    _fill(row, facts)
    row.save()
    told(actor, "keep_milestone", action.plan, at, action=action.code)
    return row


@transaction.atomic
def keep_risk(
    *,
    actor: Actor,
    action_id: int,
    facts: RiskFacts,
    at: datetime,
    risk_id: int | None = None,
) -> Risk:
    """Say what may go wrong with an action; also after the plan was issued."""
    action, row = _row(actor, action_id, Risk, risk_id, after=True)
    problems = needed(text=facts.text)
    problems += [
        Problem(
            field=name,
            message=_("Likelihood and impact go from 1 to 5."),
            mend=_("Write a whole number from 1 to 5."),
        )
        for name in ("likelihood", "impact")
        if getattr(facts, name) not in SCALE
    ]
    refuse_if(problems)
    _fill(row, facts)
    row.save()
    told(actor, "keep_risk", action.plan, at, action=action.code)
    return row


@transaction.atomic
def close_risk(*, actor: Actor, risk_id: int, on: date, at: datetime) -> Risk:
    """Say that a risk is over."""
    found = get_visible(actor, Risk.objects.all(), pk=risk_id)
    action, row = _row(actor, found.action_id, Risk, risk_id, after=True)
    row.closed_on = on
    row.save(update_fields=["closed_on"])
    told(actor, "close_risk", action.plan, at, action=action.code)
    return row


@transaction.atomic
def keep_budget_line(
    *,
    actor: Actor,
    action_id: int,
    facts: BudgetFacts,
    at: datetime,
    budget_line_id: int | None = None,
) -> BudgetLine:
    """Plan money of an action for a year from a source, or plan it anew (whole đồng)."""
    action, row = _row(actor, action_id, BudgetLine, budget_line_id)
    problems = needed(planned=facts.planned) + amounts(planned=facts.planned)
    problems += chosen({"source": (facts.source, MoneySource)})
    problems += [
        Problem(field=name, message=_("Write a year such as 2030."))
        for name in ("year", "price_year")
        if (year := getattr(facts, name)) is not None
        and not FIRST_YEAR <= year <= LAST_YEAR
    ]
    same = action.budget_lines.filter(year=facts.year, source=facts.source)
    if same.exclude(pk=row.pk).exists():
        problems.append(_twice("year"))
    refuse_if(problems)
    _fill(row, facts)
    row.save()
    told(
        actor,
        "keep_budget_line",
        action.plan,
        at,
        action=action.code,
        year=facts.year,
        source=facts.source,
        planned=str(facts.planned),
    )
    return row


@transaction.atomic
def remove_assignment(*, actor: Actor, assignment_id: int, at: datetime) -> None:
    """Take an agency's part out of an action, while the plan is open."""
    _remove(actor, Assignment, assignment_id, "remove_assignment", at)


@transaction.atomic
def remove_milestone(*, actor: Actor, milestone_id: int, at: datetime) -> None:
    """Take a milestone out of an action, while the plan is open."""
    _remove(actor, Milestone, milestone_id, "remove_milestone", at)


@transaction.atomic
def remove_budget_line(*, actor: Actor, budget_line_id: int, at: datetime) -> None:
    """Take money of a year out of an action, while the plan is open."""
    _remove(actor, BudgetLine, budget_line_id, "remove_budget_line", at)


def _row(
    actor: Actor,
    action_id: int,
    model: type[P],
    pk: int | None,
    *,
    after: bool = False,
) -> tuple[PlanAction, P]:
    """The action with its plan locked, and the part to be written."""
    states = (*EDITABLE, *FOLLOWED) if after else EDITABLE
    permission = "strategies.follow_action" if after else "strategies.prepare_plan"
    action = locked_action(actor, action_id, permission, states=states)
    if pk is None:
        return action, model(action=action)
    rows: Any = model._default_manager.filter(action=action)
    return action, get_visible(actor, rows, pk=pk)


def _remove(actor: Actor, model: type[P], pk: int, act: str, at: datetime) -> None:
    row: Any = get_visible(actor, model._default_manager.all(), pk=pk)
    action = locked_action(actor, row.action_id)
    row.delete()
    told(actor, act, action.plan, at, action=action.code)


def _fill(row: Any, facts: Any) -> None:
    for name, value in asdict(facts).items():
        setattr(row, name, value.strip() if isinstance(value, str) else value)


def _twice(field: str) -> Problem:
    return Problem(
        field=field,
        message=_("The action says this already."),
        mend=_("Change the line that is there."),
    )


def _unknown(field: str) -> Problem:
    return Problem(
        field=field,
        message=_("The registry knows no such organisation."),
        mend=_("Choose it from the registry, or write its name only."),
    )
