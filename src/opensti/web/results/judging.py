"""Where no council judges: the official's levels, product by product, and the conclusion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from opensti.domains.results import actions, queries
from opensti.kernel.access import require
from opensti.kernel.refusals import Invalid, NotFound, Refusal, Stale, StepNotAllowed
from opensti.ui.pages import Crumb
from opensti.web.results import asking
from opensti.web.results.acceptances import crumbs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.web.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: Request, public_id: str) -> HttpResponse:
    """Conclude on the evidence of each item."""
    actor = request.actor
    found = queries.acceptance(actor, public_id)
    require(actor, "results.judge", found)
    handed = queries.latest_dossier(found)
    if handed is None:
        raise NotFound
    products = handed.content["products"]
    refusal: Refusal | None = None
    if request.method == "POST":
        sent = request.POST
        told: dict[str, Any] = {
            "actor": actor,
            "acceptance_id": found.pk,
            "findings": asking.findings_from(sent, [p["key"] for p in products]),
            "at": now(),
            "expected_version": asking.whole(sent.get("version")),
        }
        try:
            match sent.get("act"):
                case "accept":
                    actions.accept_on_evidence(level=sent.get("level", ""), **told)
                case "rework":
                    actions.ask_rework(
                        reason=sent.get("reason", ""),
                        until=asking.day(sent.get("until")),
                        **told,
                    )
                case "fail":
                    actions.fail_acceptance(reason=sent.get("reason", ""), **told)
                case _other:
                    raise NotFound
        except (Invalid, Stale, StepNotAllowed) as refused:
            refusal = refused
        else:
            messages.success(request, _("The conclusion is entered."))
            return redirect("results:acceptance", public_id=public_id)
    errors = asking.by_field(refusal)
    return render(
        request,
        "web/results/judge.html",
        {
            "title": _("Conclude on the evidence"),
            "breadcrumb": crumbs(found, Crumb(str(_("Conclude on the evidence")))),
            "acceptance": found,
            "rows": [
                {
                    "product": p,
                    "level": request.POST.get(f"level-{p['key']}", ""),
                    "remark": request.POST.get(f"remark-{p['key']}", ""),
                    "error": errors.get(f"level-{p['key']}", ""),
                }
                for p in products
            ],
            "levels": list(queries.level_names(found).items()),
            "files": handed.content["files"],
            "no_rework": queries.no_rework_because(found),
            "rework_by": queries.last_day_of_rework(found, localdate()),
            "typed": request.POST,
            "refusal": refusal,
            "errors": errors,
        },
        status=refusal.status if refusal else 200,
    )
