"""A goal of a public plan, and what everybody may know of the work that serves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

# The stages that the register shows, with the page of each.
PAGES = {
    "orders": "portal:order",
    "tasks": "portal:task",
    "results": "portal:result",
}


@require_safe
def goal(request: HttpRequest, public_id: str) -> HttpResponse:
    """Orders, tasks and open results that serve a goal, and the money of its tasks."""
    chain = queries.goal_chain(public_id)
    found = chain.goal
    title, plan = str(found.text), str(found.plan.title)
    return render(
        request,
        "portal/goal.html",
        {
            "title": title,
            "breadcrumb": [
                Crumb(_("Plans"), reverse("portal:plans")),
                *(
                    [Crumb(plan, reverse("portal:plan", args=[found.plan.public_id]))]
                    if plan
                    else []
                ),
                Crumb(title),
            ],
            "goal": found,
            "chain": chain,
            "money": chain.money,
            "columns": [
                (
                    stage,
                    [
                        (row, reverse(PAGES[stage.key], args=[row.public_id]))
                        for row in stage.rows
                    ],
                )
                for stage in chain.stages
                if stage.key in PAGES
            ],
            "planned_said": bool(chain.plan_lines),
            "note": _(
                "Planned: budget lines of its actions. Approved: amounts of its tasks in đồng."
            ),
        },
    )
