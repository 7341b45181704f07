"""Pages of the parts of an action: agencies, milestones, risks, money; envelopes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from opensti.domains.strategies import actions, queries
from opensti.kernel.access import require
from opensti.kernel.money import format_money
from opensti.web.strategies.plans_forms import (
    AssignmentForm,
    BudgetForm,
    DoneForm,
    EnvelopeForm,
    MilestoneForm,
    RiskForm,
    UsedForm,
)
from opensti.web.strategies.plans_shared import (
    METHODS,
    action_url,
    ask,
    done,
    plan_url,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from opensti.domains.strategies.models import PlanAction
    from opensti.kernel.refusals import Text
    from opensti.web.requests import Request
    from opensti.web.strategies.plans_forms import Facts


@dataclass(frozen=True, kw_only=True)
class PartPages:
    """How one kind of part is written: its form, its rows, its acts, its words."""

    form: type[Facts]
    rows: str
    keep: Callable[..., Any]
    key: str
    permission: str
    title: Text
    remove: Callable[..., Any]


PARTS = {
    "agencies": PartPages(
        form=AssignmentForm,
        rows="assignments",
        keep=actions.keep_assignment,
        key="assignment_id",
        permission="strategies.prepare_plan",
        title=gettext_lazy("Agency of the action"),
        remove=actions.remove_assignment,
    ),
    "milestones": PartPages(
        form=MilestoneForm,
        rows="milestones",
        keep=actions.keep_milestone,
        key="milestone_id",
        permission="strategies.prepare_plan",
        title=gettext_lazy("Milestone"),
        remove=actions.remove_milestone,
    ),
    "risks": PartPages(
        form=RiskForm,
        rows="risks",
        keep=actions.keep_risk,
        key="risk_id",
        permission="strategies.follow_action",
        title=gettext_lazy("Risk"),
        remove=actions.close_risk,
    ),
    "money": PartPages(
        form=BudgetForm,
        rows="budget_lines",
        keep=actions.keep_budget_line,
        key="budget_line_id",
        permission="strategies.prepare_plan",
        title=gettext_lazy("Money of the action"),
        remove=actions.remove_budget_line,
    ),
}


def _row(action: PlanAction, rows: str, row_id: int) -> Any:
    """The part, from the rows that the action came with."""
    found = next((r for r in getattr(action, rows).all() if r.pk == row_id), None)
    if found is None:
        raise Http404
    return found


def _write(
    request: Request, public_id: str, part: str, row_id: int | None
) -> HttpResponse:
    actor = request.actor
    if part not in PARTS:
        raise Http404
    pages = PARTS[part]
    action = queries.plan_action(actor, public_id)
    require(actor, pages.permission, action.plan)
    start: dict[str, Any] = {}
    if row_id is not None:
        row = _row(action, pages.rows, row_id)
        start = pages.form.start(row)
        if part == "money":
            start["planned"] = format_money(row.planned, unit=False)
        if part == "agencies":
            start["agency"] = row.agency_id
    data = request.POST or None
    known: dict[str, Any] = {"actor": actor} if part == "agencies" else {}
    form = pages.form(data=data, initial=start, **known)

    def act() -> None:
        more: dict[str, Any] = {} if row_id is None else {pages.key: row_id}
        if part == "agencies":
            agency = form.cleaned_data["agency"]
            more["agency_id"] = agency.pk if agency else None
        pages.keep(
            actor=actor, action_id=action.pk, facts=form.facts(), at=now(), **more
        )

    return ask(
        request,
        form,
        act,
        title=str(pages.title),
        lead=str(action.text),
        plan=action.plan,
        go=action_url(action),
    )


@require_http_methods(METHODS)
def part_new(request: Request, public_id: str, part: str) -> HttpResponse:
    return _write(request, public_id, part, None)


@require_http_methods(METHODS)
def part_edit(request: Request, public_id: str, part: str, row_id: int) -> HttpResponse:
    return _write(request, public_id, part, row_id)


@require_POST
def part_remove(
    request: Request, public_id: str, part: str, row_id: int
) -> HttpResponse:
    """Take a part out; a risk is closed today instead."""
    if part not in PARTS:
        raise Http404
    pages = PARTS[part]
    action = queries.plan_action(request.actor, public_id)
    _row(action, pages.rows, row_id)
    at = now()
    more = {"on": localdate(at)} if part == "risks" else {}
    pages.remove(actor=request.actor, at=at, **{pages.key: row_id}, **more)
    return done(request, action_url(action))


@require_http_methods(METHODS)
def milestone_done(request: Request, public_id: str, row_id: int) -> HttpResponse:
    actor = request.actor
    action = queries.plan_action(actor, public_id)
    require(actor, "strategies.follow_action", action.plan)
    stone = _row(action, "milestones", row_id)
    start = {"done_on": stone.done_on or localdate()}
    form = DoneForm(request.POST or None, initial=start)

    def act() -> None:
        actions.finish_milestone(
            actor=actor, milestone_id=row_id, at=now(), **form.cleaned_data
        )

    return ask(
        request,
        form,
        act,
        title=_("Milestone reached"),
        lead=str(stone.name),
        plan=action.plan,
        go=action_url(action),
    )


@require_http_methods(METHODS)
def money_note(request: Request, public_id: str, row_id: int) -> HttpResponse:
    """Say what was approved, committed and disbursed of a year's money."""
    actor = request.actor
    action = queries.plan_action(actor, public_id)
    require(actor, "strategies.keep_budget", action.plan)
    line = _row(action, "budget_lines", row_id)
    start = {
        name: format_money(amount, unit=False)
        for name in ("approved", "committed", "disbursed")
        if (amount := getattr(line, name)) is not None
    }
    form = UsedForm(request.POST or None, initial=start)

    def act() -> None:
        actions.note_money(
            actor=actor, budget_line_id=row_id, at=now(), **form.cleaned_data
        )

    return ask(
        request,
        form,
        act,
        title=_("Money used"),
        lead=f"{line.year} · {line.get_source_display()}",
        plan=action.plan,
        go=action_url(action),
    )


@require_http_methods(METHODS)
def envelope_new(request: Request, public_id: str) -> HttpResponse:
    """Say the most that may be spent from a source; the same year and source replaces."""
    actor = request.actor
    plan = queries.plan(actor, public_id)
    require(actor, "strategies.prepare_plan", plan)
    form = EnvelopeForm(request.POST or None)

    def act() -> None:
        actions.keep_envelope(
            actor=actor, plan_id=plan.pk, at=now(), **form.cleaned_data
        )

    return ask(request, form, act, title=_("Envelope"), plan=plan, go=plan_url(plan))


@require_POST
def envelope_remove(request: Request, public_id: str, envelope_id: int) -> HttpResponse:
    """Take an envelope out; lines of money are taken out of their actions one by one."""
    plan = queries.plan(request.actor, public_id)
    actions.remove_envelope(actor=request.actor, envelope_id=envelope_id, at=now())
    return done(request, plan_url(plan))
