"""What people say of a plan that is open for comments, and what the office answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.publications import queries as publications
from opensti.domains.strategies import actions, queries
from opensti.kernel.access import may, require
from opensti.web.strategies.plans_forms import AnswerForm, CommentForm
from opensti.web.strategies.plans_shared import METHODS, ask, crumbs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.web.requests import Request


@require_safe
def comments_page(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    require(actor, "accounts.save_view")
    plan, parts = publications.plan_parts_known(actor, publications.seen_now, public_id)
    is_open = plan.state == "consulted" and (
        plan.comments_until is None or plan.comments_until >= localdate()
    )
    title = _("Comments on the plan")
    return render(
        request,
        "web/strategies/plans/comments.html",
        {
            "title": title,
            "lead": str(plan.title),
            "breadcrumb": crumbs(plan, title),
            "plan": plan,
            "comments": publications.plan_comments_known(actor, parts, plan),
            "may_comment": is_open and bool(may(actor, "strategies.comment", plan)),
            "may_answer": bool(may(actor, "strategies.answer_comment", plan)),
        },
    )


@require_http_methods(METHODS)
def comment_new(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    require(actor, "strategies.comment")
    plan, parts = publications.plan_parts_known(actor, publications.seen_now, public_id)
    form = CommentForm(actor, plan, request.POST or None)
    if "tree" not in parts:  # goals that are withheld are not to be chosen among
        del form.fields["goal"]

    def act() -> None:
        given = form.cleaned_data
        actions.comment_on_plan(
            actor=actor,
            plan_id=plan.pk,
            text=given["text"],
            goal_id=given["goal"].pk if given.get("goal") else None,
            organisation_id=(
                given["organisation"].pk if given["organisation"] else None
            ),
            at=now(),
        )

    return ask(
        request,
        form,
        act,
        title=_("Comment on the plan"),
        lead=_("Everybody reads it once the office has answered."),
        plan=plan,
        go=reverse("strategies:comments", args=[public_id]),
        submit=_("Send"),
    )


@require_http_methods(METHODS)
def comment_answer(request: Request, comment_id: int) -> HttpResponse:
    actor = request.actor
    comment = queries.plan_comment(actor, comment_id)
    require(actor, "strategies.answer_comment", comment)
    form = AnswerForm(request.POST or None)

    def act() -> None:
        actions.answer_comment(
            actor=actor, comment_id=comment.pk, at=now(), **form.cleaned_data
        )

    return ask(
        request,
        form,
        act,
        title=_("Answer the comment"),
        lead=comment.text,
        plan=comment.plan,
        go=reverse("strategies:comments", args=[comment.plan.public_id]),
        submit=_("Answer"),
    )
