"""A case as the public sees it, now or on a day: for officials who may see the case."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries
from opensti.kernel.access import require
from opensti.kernel.refusals import NotFound
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.web.requests import Request

# What the public page of each kind needs beside the row and its card.
PAGES = {
    "order": "portal/order.html",
    "task": "portal/task.html",
    "decision": "portal/decision.html",
    "result": "portal/result.html",
    "contract": "web/disclosure/card.html",
}


@require_safe
def preview(request: Request, kind: str, public_id: str) -> HttpResponse:
    """The public page of a case, emptied by the policy of a day; nothing of it is kept."""
    require(request.actor, "publications.preview")
    if kind not in PAGES:
        raise NotFound
    today = localdate()
    day = _day(request.GET.get("on", "")) or today
    shown = queries.preview(request.actor, kind, public_id, day=day)
    context: dict[str, Any] = {
        "title": _("As the public sees it"),
        "breadcrumb": [Crumb(_("As the public sees it"))],
        "card": shown.card,
        "preview": {
            "day": day,
            "today": day == today,
            "public": shown.public,
            "there": shown.there,
            "page": reverse(f"portal:{kind}", args=[public_id])
            if shown.public and shown.there
            else "",
        },
        kind: shown.row,
    }
    if kind == "order" and shown.there:
        context["products"] = shown.row.products.order_by("position")
    if kind == "result" and shown.there:
        context |= {
            "contract": shown.row.contract,
            "details": queries.result_details(shown.row),
            "authors": [one.person.full_name for one in shown.row.authors.all()],
        }
    template = PAGES[kind] if shown.there else "web/disclosure/nothing.html"
    response = render(request, template, context)
    response["Cache-Control"] = "private, no-store"
    return response


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
