"""Pages on which a plan is written: its head, goals, actions and what they wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from opensti.domains.strategies import actions, queries
from opensti.kernel.access import require
from opensti.web.strategies.plans_forms import (
    ActionForm,
    GoalForm,
    PlanForm,
    WaitsForm,
)
from opensti.web.strategies.plans_shared import (
    METHODS,
    action_url,
    ask,
    done,
    plan_url,
)

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.web.requests import Request


@require_http_methods(METHODS)
def plan_new(request: Request) -> HttpResponse:
    """Begin a plan."""
    actor = request.actor
    require(actor, "strategies.prepare_plan")
    form = PlanForm(actor, request.POST or None)

    def act() -> None:
        above = form.cleaned_data["parent"]
        actions.draft_plan(
            actor=actor,
            facts=form.facts(),
            parent_id=above.pk if above else None,
            at=now(),
        )

    return ask(
        request,
        form,
        act,
        title=_("Begin a plan"),
        go=reverse("strategies:plans"),
        submit=_("Begin"),
    )


@require_http_methods(METHODS)
def plan_edit(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    plan = queries.plan(actor, public_id)
    require(actor, "strategies.prepare_plan", plan)
    start = PlanForm.start(plan) | {"parent": plan.parent_id, "version": plan.version}
    form = PlanForm(actor, request.POST or None, initial=start)

    def act() -> None:
        above = form.cleaned_data["parent"]
        actions.change_plan(
            actor=actor,
            plan_id=plan.pk,
            facts=form.facts(),
            parent_id=above.pk if above else None,
            version=form.cleaned_data["version"] or 0,
            at=now(),
        )

    return ask(
        request, form, act, title=_("Change the head"), plan=plan, go=plan_url(plan)
    )


@require_http_methods(METHODS)
def goal_new(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    plan = queries.plan(actor, public_id)
    require(actor, "strategies.prepare_plan", plan)
    form = GoalForm(actor, plan, request.POST or None)

    def act() -> None:
        above = form.cleaned_data["parent"]
        actions.keep_goal(
            actor=actor,
            plan_id=plan.pk,
            facts=form.facts(),
            parent_id=above.pk if above else None,
            at=now(),
        )

    return ask(request, form, act, title=_("Add a goal"), plan=plan, go=plan_url(plan))


@require_http_methods(METHODS)
def goal_edit(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    goal = queries.plan_goal(actor, public_id)
    require(actor, "strategies.prepare_plan", goal.plan)
    start = GoalForm.start(goal) | {"parent": goal.parent_id, "version": goal.version}
    form = GoalForm(actor, goal.plan, request.POST or None, initial=start)

    def act() -> None:
        above = form.cleaned_data["parent"]
        actions.keep_goal(
            actor=actor,
            plan_id=goal.plan_id,
            goal_id=goal.pk,
            facts=form.facts(),
            parent_id=above.pk if above else None,
            version=form.cleaned_data["version"],
            at=now(),
        )

    return ask(
        request,
        form,
        act,
        title=_("Change the goal"),
        plan=goal.plan,
        go=plan_url(goal.plan),
    )


@require_POST
def goal_remove(request: Request, public_id: str) -> HttpResponse:
    goal = queries.plan_goal(request.actor, public_id)
    actions.remove_goal(actor=request.actor, goal_id=goal.pk, at=now())
    return done(request, plan_url(goal.plan))


@require_http_methods(METHODS)
def action_new(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    goal = queries.plan_goal(actor, public_id)
    require(actor, "strategies.prepare_plan", goal.plan)
    form = ActionForm(request.POST or None)

    def act() -> None:
        actions.keep_action(
            actor=actor,
            goal_id=goal.pk,
            facts=form.facts(),
            indicators=form.chosen(),
            at=now(),
        )

    return ask(
        request,
        form,
        act,
        title=_("Add an action"),
        lead=str(goal.text),
        plan=goal.plan,
        go=plan_url(goal.plan),
    )


@require_http_methods(METHODS)
def action_edit(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    action = queries.plan_action(actor, public_id)
    require(actor, "strategies.prepare_plan", action.plan)
    standing = [card.pk for card in action.indicators.all()]
    start = ActionForm.start(action)
    start |= {"indicators": standing, "version": action.version}
    form = ActionForm(request.POST or None, standing=standing, initial=start)

    def act() -> None:
        actions.keep_action(
            actor=actor,
            goal_id=action.goal_id,
            action_id=action.pk,
            facts=form.facts(),
            indicators=form.chosen(),
            version=form.cleaned_data["version"],
            at=now(),
        )

    return ask(
        request,
        form,
        act,
        title=_("Change the action"),
        plan=action.plan,
        go=action_url(action),
    )


@require_POST
def action_remove(request: Request, public_id: str) -> HttpResponse:
    action = queries.plan_action(request.actor, public_id)
    actions.remove_action(actor=request.actor, action_id=action.pk, at=now())
    return done(request, plan_url(action.plan))


@require_http_methods(METHODS)
def action_waits(request: Request, public_id: str) -> HttpResponse:
    """Choose for which other actions this one waits."""
    actor = request.actor
    action = queries.plan_action(actor, public_id)
    require(actor, "strategies.prepare_plan", action.plan)
    start = {"depends_on": [other.pk for other in action.depends_on.all()]}
    form = WaitsForm(action, request.POST or None, initial=start)

    def act() -> None:
        actions.set_dependencies(
            actor=actor,
            action_id=action.pk,
            depends_on=[other.pk for other in form.cleaned_data["depends_on"]],
            at=now(),
        )

    return ask(
        request,
        form,
        act,
        title=_("What the action waits for"),
        plan=action.plan,
        go=action_url(action),
    )
