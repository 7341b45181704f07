"""Alerts as their few readers work on them."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import (
    sensitive_post_parameters,
    sensitive_variables,
)
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.supervision import actions, queries
from opensti.domains.supervision.choices import IN_ORDER, AlertState, Outcome
from opensti.kernel.files.serving import as_download
from opensti.kernel.refusals import NotFound, Refusal
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from opensti.web.requests import Request


@never_cache
@require_safe
def alerts(request: Request) -> HttpResponse:
    """Class, state and days of each; what they say is on their own pages."""
    return render(
        request,
        "web/supervision/alerts.html",
        {
            "title": _("Alerts"),
            "alerts": queries.alerts(request.actor),
            "today": localdate(),
        },
    )


@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def alert(request: Request, public_id: str) -> HttpResponse:
    """One alert: read, answer its author, bring it to its next state."""
    actor, said = request.actor, request.POST
    opened = queries.alert(actor, public_id)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            if said.get("act") == "reply":
                actions.reply_alert(
                    actor=actor,
                    alert_id=opened.alert.pk,
                    text=said.get("text", ""),
                    token=said.get("token", "")[:64] or secrets.token_hex(16),
                    at=now(),
                )
            elif said.get("act") == "move":
                actions.move_alert(
                    actor=actor,
                    alert_id=opened.alert.pk,
                    to=said.get("to", ""),
                    text=said.get("text", ""),
                    outcome=said.get("outcome", ""),
                    token=said.get("token", "")[:64] or secrets.token_hex(16),
                    at=now(),
                )
            else:
                raise NotFound
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("supervision:alert", public_id=public_id)
        opened = queries.alert(actor, public_id)
    states = [str(state) for state in IN_ORDER]
    place = states.index(opened.alert.state) + 1
    return render(
        request,
        "web/supervision/alert.html",
        {
            "title": _("Alert of %(day)s")
            % {"day": f"{opened.alert.received_on:%d/%m/%Y}"},
            "breadcrumb": [Crumb(_("Alerts"), reverse("supervision:alerts"))],
            "opened": opened,
            "reads": True,
            "next": AlertState(states[place]) if place < len(states) else None,
            "outcomes": Outcome.choices,
            "token": secrets.token_hex(16),
            "typed": said if refusal else {},
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )


@never_cache
@require_safe
def alert_file(request: Request, public_id: str) -> HttpResponse:
    """Hand a file out as a download, never shown inside a page."""
    name, media_type, data = actions.open_alert_file(
        actor=request.actor, public_id=public_id
    )
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = as_download(name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    return response
