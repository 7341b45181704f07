"""What serves no goal and what no work serves, with what mends it beside each list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from opensti.domains.results import queries as results
from opensti.kernel.access import may, require
from opensti.ui.pages import Crumb
from opensti.web.goals import NO_GOAL
from opensti.web.strategies.linking import THINGS, LinkForm

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.web.requests import Request

HEADINGS = {
    "task": gettext_lazy("Tasks without a goal"),
    "order": gettext_lazy("Orders without a goal"),
    "need": gettext_lazy("Needs without a goal"),
    "result": gettext_lazy("Results without a goal"),
}
LISTS = {
    "task": "tasks:archive",
    "order": "tasks:orders",
    "need": "tasks:needs",
    "result": "results:results",
}


@require_safe
def gaps(request: Request) -> HttpResponse:
    """Every list of gaps; what lacks a goal is ticked and given one right there."""
    actor = request.actor
    require(actor, "strategies.list_plans")
    found = results.goal_gaps(actor, today=localdate())
    choices = None
    lists = []
    for gap in found:
        kind = THINGS[gap.key]
        form = None
        if gap.rows and may(actor, kind.permission):
            form = LinkForm(auto_id=f"{gap.key}_%s", choices=choices)
            choices = form.fields["goal"].choices  # type: ignore[attr-defined]
        lists.append(
            {
                "gap": gap,
                "heading": HEADINGS[gap.key],
                "rows": [(row, kind.url(row.public_id)) for row in gap.rows],
                "form": form,
                "url": reverse("strategies:link_goals", args=[gap.key]),
                "all_url": f"{reverse(LISTS[gap.key])}?goal={NO_GOAL}",
            }
        )
    return render(
        request,
        "web/strategies/gaps.html",
        {
            "title": _("What serves no goal"),
            "breadcrumb": [Crumb(_("Strategy")), Crumb(_("What serves no goal"))],
            "gaps": found,
            "lists": lists,
        },
    )
