"""With whom an organisation shares its innovation work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from opensti.domains.innovation import actions, queries
from opensti.kernel.identifiers import row_number
from opensti.web.innovation.acting import (
    METHODS,
    acted,
    cleaned,
    managers_only,
    sent,
    up,
)
from opensti.web.innovation.forms import ShareForm

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.kernel.refusals import Refusal
    from opensti.web.requests import Request


@require_http_methods(METHODS)
def sharing(request: Request) -> HttpResponse:
    """With whom the own organisations share; with nobody unless it stands here."""
    actor = request.actor
    managers_only(actor)
    form = ShareForm(actor, sent(request, "share"))
    refusal: Refusal | None = None
    if request.method == "POST":
        said: dict[str, Any] = {"actor": actor, "at": now()}

        def share() -> object:
            given = cleaned(form)
            return actions.share(
                organisation_id=given.pop("organisation"), **said, **given
            )

        def end() -> object:
            number = row_number(request.POST.get("sharing")) or 0
            return actions.end_sharing(sharing_id=number, **said)

        refusal = acted(request, {"share": share, "end": end})
        if refusal is None:
            return redirect("innovation:sharing")
    return render(
        request,
        "web/innovation/sharing.html",
        {
            "title": _("Who may see our innovation work"),
            "breadcrumb": [up()],
            "rows": queries.sharings_of(actor, today=localdate()),
            "form": form,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )
