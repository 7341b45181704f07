"""An expert's own page: seats, what is due, the calendar, fees by the norms, certificates."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from icalendar import Calendar, Event

from opensti.domains.accounts.queries import account_by_id
from opensti.domains.panels import actions, queries
from opensti.domains.panels.choices import SEAT_TONES, CouncilState, SeatRole
from opensti.domains.registry.queries import actor_for
from opensti.kernel.access import may, require
from opensti.kernel.bilingual import pick
from opensti.ui.pages import Crumb
from opensti.ui.templatetags.ui import day
from opensti.web.panels import asking
from opensti.web.papers import issued, language_of_paper, official, signed_by

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.domains.panels.models import Council
    from opensti.domains.panels.queries import Date, FeeLine, Service
    from opensti.web.requests import Request

BACK, LONGEST = 31, timedelta(hours=3)
FIRST_YEAR = 2000


def _year(request: Request) -> int:
    today = localdate()
    asked = asking.whole(request.GET.get("year")) or today.year
    return asked if FIRST_YEAR <= asked <= today.year + 1 else today.year


@require_safe
def own_page(request: Request) -> HttpResponse:
    """What a member did, has to do and is owed by the norms, year by year."""
    actor, year = request.actor, _year(request)
    require(actor, "panels.see_own")
    seats = list(queries.own_seats(actor, year))
    fees = queries.own_fees(actor, seats)
    link = queries.own_calendar_link(actor)
    return render(
        request,
        "web/panels/own.html",
        {
            "title": _("My councils"),
            "breadcrumb": [
                Crumb(_("Councils"), reverse("panels:councils")),
                Crumb(_("My councils")),
            ],
            "year": year,
            "years": [year - 1, *([year + 1] if year < localdate().year else [])],
            "load": queries.own_load(actor, seats),
            "seats": [
                {
                    "seat": seat,
                    "tone": SEAT_TONES[seat.state],
                    "certified": bool(seat.present)
                    and seat.council.state == CouncilState.CONCLUDED,
                }
                for seat in seats
            ],
            "certified": any(
                seat.present and seat.council.state == CouncilState.CONCLUDED
                for seat in seats
            ),
            "dates": [
                {"date": each, "text": _said(each)}
                for each in queries.own_dates(actor, localdate())
            ],
            "fees": fees,
            "lines": [{"line": line, "text": _paid_for(line)} for line in fees.lines],
            "link": link,
            "secret": request.session.pop("calendar_secret", ""),
        },
    )


def _said(each: Date) -> str:
    if each.kind == queries.MEETING:
        return _("Meeting of the council")
    return ngettext(
        "%(n)s review is due", "%(n)s reviews are due", each.count
    ) % {"n": each.count}  # fmt: skip


def _paid_for(line: FeeLine) -> str:
    seat = str(SeatRole(line.role).label)
    if line.per == "meeting":
        return _("Meeting, %(seat)s") % {"seat": seat}
    return ngettext(
        "%(n)s ballot with its review, %(seat)s",
        "%(n)s ballots with their reviews, %(seat)s",
        line.count,
    ) % {"n": line.count, "seat": seat}


@require_POST
def calendar_link(request: Request) -> HttpResponse:
    """Make the secret link anew, or take it away."""
    if request.POST.get("act") == "remove":
        actions.unlink_calendar(actor=request.actor, at=now())
        messages.success(request, _("The link opens nothing any more."))
    else:
        secret = actions.link_calendar(actor=request.actor, at=now())
        request.session["calendar_secret"] = request.build_absolute_uri(
            reverse("panels:calendar", args=[secret])
        )
    return redirect("panels:own")


@require_safe
def calendar(request: Request, secret: str) -> HttpResponse:  # noqa: ARG001 -- as called
    """A member's meetings and due days for a calendar program, by the secret address."""
    user_id = queries.user_of_calendar(actions.calendar_digest(secret))
    # Not a refusal: a program cannot sign in, and is to learn nothing.
    if user_id is None:
        raise Http404
    user = account_by_id(user_id)
    actor = actor_for(user=user, on=localdate(), sudo=False)
    if not user.is_active or not may(actor, "panels.see_own"):
        raise Http404
    found = queries.own_dates(actor, localdate() - timedelta(days=BACK))
    response = HttpResponse(
        _ics(found, at=now()), content_type="text/calendar; charset=utf-8"
    )
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _ics(dates: list[Date], *, at: datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//OpenSTI//councils//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Councils"))
    for each in dates:
        event = Event()
        event.add("uid", f"{each.key}@opensti")
        event.add("dtstamp", at)
        event.add("dtstart", each.begins)
        event.add("dtend", _end(each))
        event.add("summary", f"{_said(each)}: {_title(each.council)}")
        if each.kind == queries.MEETING and each.council.place:
            event.add("location", each.council.place)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _end(each: Date) -> date | datetime:
    return each.begins + (timedelta(days=1) if each.whole else LONGEST)


def _title(council: Council) -> str:
    return pick(council.title_vi, council.title_en)


@require_safe
def certificate(
    request: Request, kind: str, year: int = 0, public_id: str = ""
) -> HttpResponse:
    """Certify the service in one council, or in all of a year, as Word or PDF."""
    actor = request.actor
    require(actor, "panels.see_own")
    found = queries.own_service(actor, year=year or None, council_id=public_id)
    return official(
        "certificate",
        certificate_document(actor.name, found),
        kind=kind,
        name=f"certificate-{public_id or year}",
    )


def certificate_document(name: str, service: list[Service]) -> dict[str, Any]:
    """Return the paper: who served where, in which seat, when; no case is named."""
    language = language_of_paper()
    rows = [
        [
            n,
            _title(each.council),
            each.council.decision_number,
            each.role.label,
            day(each.on),
            each.reviews or "",
        ]
        for n, each in enumerate(service, start=1)
    ]
    return {
        **issued(language, None),
        "number": "……",
        "blocks": [
            {
                "kind": "paragraph",
                "text": _(
                    "It is certified that %(name)s took part in the councils below."
                )
                % {"name": name},
            },
            {
                "kind": "table",
                "columns": [
                    _("No."),
                    _("Council"),
                    _("Decision"),
                    _("Seat"),
                    _("Meeting"),
                    _("Ballots"),
                ],
                "right": [0, 5],
                "widths": [1, 7, 3, 3, 2, 2],
                "rows": rows,
            },
        ],
        "signatures": [signed_by(language)],
    }
