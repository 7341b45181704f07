"""How long each kind of tie counts: read by the office, said by the leader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from opensti.domains.panels import actions, queries
from opensti.kernel.access import may, require
from opensti.kernel.refusals import Invalid, Refusal, StepNotAllowed
from opensti.ui.pages import Crumb
from opensti.web.panels.conflict_forms import YearsForm
from opensti.web.panels.conflicts import crumbs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.web.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
def tie_years(request: Request) -> HttpResponse:
    """Every kind with its years, its source or the mark of a choice, and who said it."""
    actor = request.actor
    require(actor, "panels.list_conflicts")
    form = YearsForm(request.POST or None)
    refusal: Refusal | None = None
    if request.method == "POST":
        require(actor, "panels.set_tie_years")
        if form.is_valid():
            try:
                actions.set_tie_years(actor=actor, at=now(), **form.cleaned_data)
            except (Invalid, StepNotAllowed) as refused:
                refusal = refused
            else:
                messages.success(
                    request,
                    _("It counts so from now on; open calls are searched again."),
                )
                return redirect("panels:tie_years")
    title = _("How long each kind of tie counts")
    return render(
        request,
        "web/panels/tie_years.html",
        {
            "title": title,
            "breadcrumb": crumbs(Crumb(title)),
            "rows": queries.all_years(),
            "history": queries.years_history(actor),
            "form": form if may(actor, "panels.set_tie_years") else None,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 422 if form.errors else 200,
    )
