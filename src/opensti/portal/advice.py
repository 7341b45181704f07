"""Decisions beside the advice: how often it was followed, and how to draw a lot again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries
from opensti.portal.statistics import links_of
from opensti.ui import charts
from opensti.ui.exports import table_response
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

COUNTS = ("followed", "approved_against", "declined_against", "amount_changed")


@require_safe
def deviations(request: HttpRequest) -> HttpResponse:
    """By year as a chart, by call as a table; what was drawn, with its seeds."""
    found = queries.deviations()
    years: dict[int, Counter[str]] = {}
    for row in found:
        years.setdefault(row.year, Counter()).update(row.as_dict())
    chart = charts.stacked(
        title=_("Decisions beside the advice, by year of release"),
        head=(
            _("Year"),
            _("As advised"),
            _("Approved against the advice"),
            _("Declined against the advice"),
            _("With another amount"),
        ),
        rows=[
            (str(year), *(counts[name] for name in COUNTS))
            for year, counts in sorted(years.items())
        ],
    )
    return render(
        request,
        "portal/deviations.html",
        {
            "title": _("Decisions beside the advice"),
            "breadcrumb": [
                Crumb(_("Statistics"), reverse("portal:statistics")),
                Crumb(_("Decisions beside the advice")),
            ],
            "links": links_of("deviations"),
            "rows": found,
            "decided": sum(row.decided for row in found),
            "followed": sum(row.followed for row in found),
            "chart": chart if found else None,
            "draws": queries.draws(),
        },
    )


@require_safe
def deviations_csv(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001
    """The table by year and call as CSV, the same columns as the open data."""
    return table_response(
        kind="csv",
        name="advice",
        head=["year", "call", "title_vi", "title_en", "decided", *COUNTS],
        rows=[
            [
                row.year,
                row.call,
                row.title_vi,
                row.title_en,
                row.decided,
                *(getattr(row, name) for name in COUNTS),
            ]
            for row in queries.deviations()
        ],
    )
