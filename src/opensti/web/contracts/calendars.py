"""Deadlines of contracts for calendar programs (RFC 5545): a file, and a secret address."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from icalendar import Calendar, Event

from opensti.domains.accounts.queries import account_by_id
from opensti.domains.contracts import actions, queries
from opensti.domains.panels.queries import log_name
from opensti.domains.registry.queries import actor_for
from opensti.domains.results import queries as results
from opensti.kernel.access import may, require
from opensti.kernel.files.serving import as_download
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from opensti.domains.contracts.queries import Day
    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

BACK = timedelta(days=31)
SHOWN = 100
KINDS = {
    "report": gettext_lazy("Report due"),
    "milestone": gettext_lazy("Milestone"),
    "instalment": gettext_lazy("Instalment due"),
    "check": gettext_lazy("Check on the spot"),
    "finding": gettext_lazy("Finding to be mended"),
    "end": gettext_lazy("End of the contract"),
    "deadline": gettext_lazy("Deadline"),
    "acceptance": gettext_lazy("Deadline of the acceptance"),
    "docket": gettext_lazy("Due at the office of intellectual property"),
    "uptake": gettext_lazy("Answer on uptake after the end"),
    "amendment": gettext_lazy("Amendment to be decided"),
    "ending": gettext_lazy("Early end"),
    "claim": gettext_lazy("Money to come back"),
    "evidence": gettext_lazy("Evidence to be checked"),
    "confirmation": gettext_lazy("To be confirmed after a check on the spot"),
    "check_wanted": gettext_lazy("Check on the spot that the procedure asks for"),
}


def _days(actor: Actor, **asked: Any) -> list[Day]:
    """The days of contracts and of what follows them, soonest first."""
    found = [*queries.days_of(actor, **asked), *results.days_of(actor, **asked)]
    return sorted(found, key=lambda d: (d.on, d.key))


def page_of(day: Day) -> str:
    """The page of the thing that is due, else of its contract."""
    if day.url_name:
        return reverse(day.url_name, args=day.url_args)
    return reverse("contracts:contract", args=[day.contract_id])


@require_safe
def own_calendar(request: Request) -> HttpResponse:
    """The next days of the person's contracts, and the link for calendar programs."""
    require(request.actor, "contracts.list")
    days = _days(request.actor, since=localdate(), most=SHOWN + 1)
    return render(
        request,
        "web/contracts/calendar.html",
        {
            "title": _("Calendar of contracts"),
            "breadcrumb": [
                Crumb(_("Contracts"), reverse("contracts:contracts")),
                Crumb(_("Calendar of contracts")),
            ],
            "days": [(KINDS[day.kind], page_of(day), day) for day in days[:SHOWN]],
            "more": len(days) > SHOWN,
            "link": queries.own_calendar(request.actor),
            "may_link": may(request.actor, "contracts.link_calendar"),
            "secret": request.session.pop("contract_calendar_secret", ""),
        },
    )


@require_POST
def calendar_link(request: Request) -> HttpResponse:
    """Make the secret link anew, or take it away."""
    if request.POST.get("act") == "remove":
        actions.unlink_calendar(actor=request.actor, at=now())
        messages.success(request, _("The link opens nothing any more."))
    else:
        secret = actions.link_calendar(actor=request.actor, at=now())
        request.session["contract_calendar_secret"] = request.build_absolute_uri(
            reverse("contract_calendar", args=[secret])
        )
    return redirect("contracts:calendar")


@require_safe
def feed(request: Request, secret: str) -> HttpResponse:  # noqa: ARG001 -- as called
    """A person's days of contracts by the secret address, with the roles of today."""
    user_id = queries.user_of_calendar(actions.calendar_digest(secret))
    # Not a refusal: a program cannot sign in, and is to learn nothing.
    if user_id is None:
        raise Http404
    user = account_by_id(user_id)
    actor = actor_for(user=user, on=localdate(), sudo=False)
    if not user.is_active or not may(actor, "contracts.list"):
        raise Http404
    response = _answer(_days(actor, since=localdate() - BACK))
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
def contract_calendar(request: Request, public_id: str) -> HttpResponse:
    """The days of one contract as a file."""
    contract = queries.contract(request.actor, public_id)
    found = _days(request.actor, since=localdate() - BACK, contract=contract)
    response = _answer(found)
    response["Content-Disposition"] = as_download(f"contract-{public_id}.ics")
    return response


def _answer(days: Iterable[Day]) -> HttpResponse:
    response = HttpResponse(
        as_ics(days, at=now()), content_type="text/calendar; charset=utf-8"
    )
    response["Cache-Control"] = "private, no-store"
    return response


def as_ics(days: Iterable[Day], *, at: datetime) -> bytes:
    """The days as one iCalendar object: whole days, the same ``UID`` for the same thing."""
    calendar = Calendar()
    calendar.add("prodid", "-//OpenSTI//contracts//VI")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Contracts"))
    for day in days:
        event = Event()
        event.add("uid", f"contract-{day.key}@{log_name()}")
        event.add("sequence", day.changes)
        event.add("dtstamp", at)
        event.add("dtstart", day.on)
        event.add("dtend", day.on + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        said = (str(KINDS[day.kind]), str(day.about), day.number or str(day.title))
        event.add("summary", " · ".join(text for text in said if text))
        event.add("description", str(day.title))
        calendar.add_component(event)
    return bytes(calendar.to_ical())
