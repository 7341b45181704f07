"""The first page of the day: what is to be done, by when, one click away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.assessments.queries import due_work as improvements_work
from opensti.domains.calls.queries import work_for as calls_work
from opensti.domains.contracts.queries import work_for as contracts_work
from opensti.domains.innovation.queries import work_for as innovation_work
from opensti.domains.overlaps.queries import work_for as overlaps_work
from opensti.domains.panels.queries import work_for as panels_work
from opensti.domains.portfolios.queries import work_for as portfolios_work
from opensti.domains.procedures.queries import working_calendar
from opensti.domains.publications.queries import latest_acts
from opensti.domains.results.queries import work_for as results_work
from opensti.domains.strategies.queries import (
    indicator_work,
    stocktakes_work,
)
from opensti.domains.strategies.queries import work_for as strategies_work
from opensti.domains.supervision.queries import work_for as supervision_work
from opensti.domains.tasks.queries import work_for as tasks_work
from opensti.kernel.access import Role, may, require
from opensti.kernel.periods import working_days_left
from opensti.kernel.work import in_order
from opensti.web.timeline import timeline

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

SOON = range(4)
LATEST = 8
SOURCES = (
    strategies_work,
    tasks_work,
    calls_work,
    overlaps_work,
    panels_work,
    portfolios_work,
    contracts_work,
    results_work,
    indicator_work,
    stocktakes_work,
    innovation_work,
    supervision_work,
    improvements_work,
)


@require_safe
def home(request: Request) -> HttpResponse:
    """Join what every domain asks of this person, most urgent first."""
    require(request.actor, "accounts.save_view")
    today = localdate()
    items = in_order(item for work in SOURCES for item in work(request.actor, today))
    rows: list[dict[str, Any]] = [
        {"item": item, "url": reverse(item.url_name, args=item.url_args)}
        for item in items
    ]
    due = [(row, row["item"].due_on) for row in rows if row["item"].due_on]
    calendar = working_calendar() if due else None
    for row, day in due:
        if calendar is not None:
            row["left"] = working_days_left(today, day, calendar)
            row["provisional"] = bool(calendar.missing(today, day))
    reads = bool(may(request.actor, "record.read"))
    latest = timeline(latest_acts(request.actor, newest=LATEST)) if reads else []
    return render(
        request,
        "web/home.html",
        {
            "title": _("What is to be done"),
            "rows": rows,
            "empty": _why_empty(request.actor),
            "latest": latest,
            "reads_record": reads,
            "overdue": sum(item.overdue for item in items),
            "soon": sum(row.get("left") in SOON for row in rows),
        },
    )


def _why_empty(actor: Actor) -> str:
    """Say what an empty queue means for this person."""
    if actor.has(Role.AUDITOR):
        return _("Auditors read: no case waits for an act of theirs.")
    if actor.has(Role.ADMIN):
        return _(
            "Cases never wait for an administrator. Accounts, procedures and long work are in the menu."
        )
    return _(
        "Lines appear here by themselves as soon as a case needs an act of yours, and go when it is done."
    )
