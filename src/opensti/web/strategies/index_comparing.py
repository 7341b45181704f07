"""Two versions of an index side by side: who moved, and which part moved them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from opensti.domains.strategies import queries
from opensti.domains.strategies.problem.composites import compared
from opensti.kernel.access import require
from opensti.kernel.identifiers import row_number
from opensti.ui import charts
from opensti.ui.pages import Crumb
from opensti.web.strategies.indices import crumbs, index_name

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.web.requests import Request

BOTH = 2
PICTURED = 40


@require_safe
def compare(request: Request, public_id: str) -> HttpResponse:
    """The two versions asked for, the earlier first; without two it says so."""
    model = queries.index(request.actor, public_id)
    require(request.actor, "strategies.list_accounts")
    sent = map(row_number, request.GET.getlist("v"))
    numbers = sorted({number for number in sent if number is not None})
    found = queries.versions_whole(request.actor, model, numbers[:BOTH])
    context = {
        "title": _("Versions side by side"),
        "lead": index_name(model),
        "breadcrumb": crumbs(
            Crumb(model.code, reverse("strategies:index", args=[model.public_id])),
            Crumb(_("Side by side")),
        ),
        "index": model,
        "versions": found,
    }
    if len(found) == BOTH:
        said = compared(found[0], found[1])
        rows = said["units"]
        moved = [row for row in rows if row["common_risen"]]
        context |= {
            "rows": rows,
            "said": said,
            "chart": charts.intervals(
                title=_("Scores before and after"),
                head=[
                    _("Unit"),
                    _("After"),
                    pgettext("range", "From"),
                    pgettext("range", "To"),
                ],
                rows=[
                    charts.Interval(
                        label=row["name"],
                        value=row["after"],
                        low=min(row["before"], row["after"]),
                        high=max(row["before"], row["after"]),
                    )
                    for row in rows
                    if row["before"] is not None and row["after"] is not None
                ][:PICTURED],
            ),
            "moved": len(moved),
        }
    return render(request, "web/strategies/index_compare.html", context)
