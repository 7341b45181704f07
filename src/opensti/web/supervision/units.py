"""Who answers: units and their members, templates of answers, readers of alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from opensti.domains.accounts.queries import account_by_email
from opensti.domains.supervision import actions, queries
from opensti.kernel.access import may, require
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import Invalid, NotFound, Problem, Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from django.http import HttpResponse

    from opensti.web.requests import Request

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def units(request: Request) -> HttpResponse:
    """Units that answer and who belongs to them; the leader keeps both."""
    require(request.actor, "supervision.read_queue")
    said = request.POST
    return _page(
        request,
        "units",
        {
            "unit": lambda: actions.keep_unit(
                actor=request.actor,
                code=said.get("code", ""),
                name_vi=said.get("name_vi", ""),
                name_en=said.get("name_en", ""),
                at=now(),
            ),
            "member": lambda: actions.name_member(
                actor=request.actor,
                unit_id=row_number(said.get("unit")) or 0,
                user_id=_user(request, "supervision.keep_units"),
                at=now(),
            ),
            "end": lambda: actions.end_member(
                actor=request.actor,
                member_id=row_number(said.get("member")) or 0,
                at=now(),
            ),
        },
        {
            "title": _("Answering units"),
            "units": queries.units(),
            "members": queries.members(localdate()),
            "may": bool(may(request.actor, "supervision.keep_units")),
        },
    )


@require_http_methods(METHODS)
def templates(request: Request) -> HttpResponse:
    """Answers that are often given; any officer keeps them."""
    require(request.actor, "supervision.read_queue")
    said = request.POST
    return _page(
        request,
        "templates",
        {
            "keep": lambda: actions.keep_template(
                actor=request.actor,
                title=said.get("title", ""),
                text_vi=said.get("text_vi", ""),
                text_en=said.get("text_en", ""),
                at=now(),
            )
        },
        {
            "title": _("Templates of answers"),
            "templates": queries.templates(request.actor),
            "may": bool(may(request.actor, "supervision.moderate")),
        },
    )


@require_http_methods(METHODS)
def inspectors(request: Request) -> HttpResponse:
    """The few auditors who read alerts; the administrator names them."""
    require(request.actor, "supervision.name_inspectors")
    said = request.POST
    return _page(
        request,
        "inspectors",
        {
            "name": lambda: actions.name_inspector(
                actor=request.actor,
                user_id=_user(request, "supervision.name_inspectors"),
                at=now(),
            ),
            "end": lambda: actions.end_inspector(
                actor=request.actor,
                inspector_id=row_number(said.get("inspector")) or 0,
                at=now(),
            ),
        },
        {
            "title": _("Readers of alerts"),
            "inspectors": queries.inspectors(now()),
            "may": True,
        },
    )


def _page(
    request: Request,
    name: str,
    acts: Mapping[str, Callable[[], object]],
    context: dict[str, Any],
) -> HttpResponse:
    """Show the page, or take the act that its form names; typed text stays."""
    refusal: Refusal | None = None
    if request.method == "POST":
        act = acts.get(str(request.POST.get("act")))
        if act is None:
            raise NotFound
        try:
            act()
        except Invalid as invalid:
            refusal = invalid
        else:
            messages.success(request, _("It is done."))
            return redirect(f"supervision:{name}")
    return render(
        request,
        f"web/supervision/{name}.html",
        {**context, "refusal": refusal, "typed": request.POST},
        status=refusal.status if refusal else 200,
    )


def _user(request: Request, permission: str) -> int:
    """The account of an address, asked only for whoever may name somebody."""
    require(request.actor, permission)
    found = account_by_email(str(request.POST.get("email", "")))
    if found is None:
        raise Invalid(
            [Problem(field="email", message=_("No account has this address."))]
        )
    return found.pk
