"""What the pages of plans share: their crumbs, and a form that calls one act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from opensti.ui.pages import Crumb
from opensti.web.results.acting import act_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from opensti.domains.strategies.models import Plan, PlanAction
    from opensti.web.requests import Request
    from opensti.web.results.fields import Telling

METHODS = ["GET", "HEAD", "POST"]


def plan_url(plan: Plan) -> str:
    return reverse("strategies:plan", args=[plan.public_id])


def action_url(action: PlanAction) -> str:
    return reverse("strategies:action", args=[action.public_id])


def crumbs(plan: Plan | None = None, *more: str) -> list[Crumb]:
    found = [Crumb(_("Plans"), reverse("strategies:plans"))]
    if plan is not None:
        found.append(Crumb(plan.code, plan_url(plan) if more else ""))
    return [*found, *(Crumb(text) for text in more)]


def ask(
    request: Request,
    form: Telling,
    act: Callable[[], object],
    *,
    title: str,
    plan: Plan | None = None,
    go: str,
    submit: str = "",
    lead: str = "",
) -> HttpResponse:
    """Show a form of a plan, or do its act and go on."""
    return act_page(
        request,
        form,
        act,
        title=title,
        lead=lead,
        done=_("It is kept."),
        go=go,
        breadcrumb=crumbs(plan, title),
        submit=submit or _("Save"),
    )


def done(request: Request, go: str, text: Any = "") -> HttpResponse:
    messages.success(request, str(text or _("It is done.")))
    return redirect(go)
