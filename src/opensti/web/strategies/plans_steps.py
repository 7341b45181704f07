"""Pages of the steps of a plan: consult, issue, in force, review, amend, close; follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml
from django.http import Http404
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.trees import in_order, plain
from opensti.kernel.access import require
from opensti.kernel.refusals import Invalid, Problem
from opensti.web.strategies.plans_forms import (
    AmendForm,
    ConsultForm,
    FollowForm,
    IssueForm,
    ReasonForm,
    StepForm,
)
from opensti.web.strategies.plans_shared import METHODS, action_url, ask, plan_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from opensti.domains.strategies.models import Plan
    from opensti.kernel.refusals import Text
    from opensti.web.requests import Request


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step without more than a reason: its act, what it is called, from which states."""

    act: Callable[..., Any]
    title: Text
    states: frozenset[str]
    reason: str = ""


STEPS = {
    "in-force": Step(
        act=actions.bring_in_force,
        title=gettext_lazy("Bring in force"),
        states=frozenset({"issued"}),
    ),
    "review": Step(
        act=actions.begin_review,
        title=gettext_lazy("Begin the mid-term review"),
        states=frozenset({"in_force"}),
    ),
    "review-done": Step(
        act=actions.end_review,
        title=gettext_lazy("End the mid-term review"),
        states=frozenset({"review"}),
        reason="conclusion",
    ),
    "close": Step(
        act=actions.close_plan,
        title=gettext_lazy("Close the plan"),
        states=frozenset({"issued", "in_force", "review"}),
        reason="reason",
    ),
}


@require_http_methods(METHODS)
def consult(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    plan = queries.plan(actor, public_id)
    require(actor, "strategies.prepare_plan", plan)
    start = {"comments_until": plan.comments_until, "version": plan.version}
    form = ConsultForm(request.POST or None, initial=start)

    def act() -> None:
        actions.open_consultation(
            actor=actor, plan_id=plan.pk, at=now(), **form.cleaned_data
        )

    return ask(
        request,
        form,
        act,
        title=_("Open for comments"),
        lead=_("Everybody reads the draft from then on."),
        plan=plan,
        go=plan_url(plan),
        submit=_("Open"),
    )


@require_http_methods(METHODS)
def issue(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    plan = queries.plan(actor, public_id)
    require(actor, "strategies.issue_plan", plan)
    start = {"act_number": plan.act_number, "version": plan.version}
    form = IssueForm(request.POST or None, initial=start)

    def act() -> None:
        actions.issue_plan(actor=actor, plan_id=plan.pk, at=now(), **form.cleaned_data)

    return ask(
        request,
        form,
        act,
        title=_("Issue the plan"),
        lead=_("Its text is kept as the first edition; only an act changes it then."),
        plan=plan,
        go=plan_url(plan),
        submit=_("Issue"),
    )


@require_http_methods(METHODS)
def step(request: Request, public_id: str, act: str) -> HttpResponse:
    """One step without more than a reason."""
    actor = request.actor
    if act not in STEPS:
        raise Http404
    found = STEPS[act]
    plan = queries.plan(actor, public_id)
    require(actor, "strategies.issue_plan", plan)
    kind = ReasonForm if found.reason else StepForm
    form = kind(request.POST or None, initial={"version": plan.version})

    def take() -> None:
        given = form.cleaned_data
        more = {found.reason: given["reason"]} if found.reason else {}
        found.act(
            actor=actor, plan_id=plan.pk, version=given["version"], at=now(), **more
        )

    return ask(
        request,
        form,
        take,
        title=str(found.title),
        lead=str(plan.title),
        plan=plan,
        go=plan_url(plan),
        submit=str(found.title),
    )


@require_http_methods(METHODS)
def amend(request: Request, public_id: str) -> HttpResponse:
    """Change an issued plan by an act: the whole tree, as the act makes it."""
    actor = request.actor
    plan = queries.plan(actor, public_id)
    require(actor, "strategies.issue_plan", plan)
    start = {"tree": tree_text(plan), "version": plan.version}
    form = AmendForm(request.POST or None, initial=start)

    def act() -> None:
        given = dict(form.cleaned_data)
        content = _read(given.pop("tree"))
        actions.amend_plan(
            actor=actor,
            plan_id=plan.pk,
            content=content,
            at=now(),
            file="tree",
            **given,
        )

    return ask(
        request,
        form,
        act,
        title=_("Amend the plan"),
        plan=plan,
        go=plan_url(plan),
        submit=_("Amend"),
    )


def tree_text(plan: Plan) -> str:
    """The tree of a plan as the text of a file."""
    return yaml.safe_dump(
        plain(in_order(queries.tree_of(plan))),
        allow_unicode=True,
        sort_keys=False,
        width=110,
    )


def _read(text: str) -> dict[str, Any]:
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise Invalid(
            [
                Problem(
                    field="tree",
                    message=_("Line %(line)d cannot be read.")
                    % {"line": mark.line + 1 if mark else 1},
                    mend=_("Check indentation, quotation marks and colons there."),
                )
            ]
        ) from None
    if not isinstance(content, dict):
        raise Invalid(
            [
                Problem(
                    field="tree",
                    message=_("“key: value” lines are expected here."),
                    mend=_("Start with “code: …”."),
                )
            ]
        )
    return content


@require_http_methods(METHODS)
def follow(request: Request, public_id: str) -> HttpResponse:
    """Say how an action stands."""
    actor = request.actor
    action = queries.plan_action(actor, public_id)
    require(actor, "strategies.follow_action", action.plan)
    form = FollowForm(
        actions.WAYS[action.state],
        request.POST or None,
        initial={"version": action.version},
    )

    def act() -> None:
        actions.follow_action(
            actor=actor, action_id=action.pk, at=now(), **form.cleaned_data
        )

    return ask(
        request,
        form,
        act,
        title=_("How the action stands"),
        lead=str(action.text),
        plan=action.plan,
        go=action_url(action),
    )
