"""Councils in figures, for those who form and follow them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.panels import queries
from opensti.domains.panels.choices import CouncilKind
from opensti.kernel.access import require
from opensti.ui import charts
from opensti.ui.pages import Crumb
from opensti.web.panels import asking

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.web.requests import Request


@require_safe
def figures(request: Request) -> HttpResponse:
    """Who sat, how often the same, how far they agreed, how long it took."""
    actor, asked = request.actor, request.GET
    require(actor, "panels.see_figures")
    years = queries.figure_years(actor)
    year = asking.whole(asked.get("year"))
    kind = asked.get("kind", "")
    found = queries.council_figures(
        actor, kind=kind, year=year if year in years else None, on=localdate()
    )
    return render(
        request,
        "web/panels/figures.html",
        {
            "title": _("Councils in figures"),
            "breadcrumb": [
                Crumb(_("Councils"), reverse("panels:councils")),
                Crumb(_("Councils in figures")),
            ],
            "found": found,
            "charts": [
                charts.bars(title=t.title, head=t.head, rows=t.drawn)
                for t in queries.tables_of(found)
            ],
            "kinds": CouncilKind.choices,
            "years": years,
            "kind": kind,
            "year": year,
        },
    )
