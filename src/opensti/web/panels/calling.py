"""The convocation: called by the keeper, read by the member, carried by calendars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.panels import actions, queries
from opensti.domains.panels.choices import CouncilState
from opensti.kernel.access import may, require
from opensti.kernel.files.serving import as_download
from opensti.kernel.refusals import NotFound, Refusal
from opensti.web.panels import asking
from opensti.web.panels.councils import council_crumbs
from opensti.web.panels.course import convocation_document
from opensti.web.papers import official

if TYPE_CHECKING:
    from opensti.domains.panels.models import Convocation, Council
    from opensti.web.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
def convocation(request: Request, public_id: str) -> HttpResponse:
    """When and where the council meets, its plan, and who was called how."""
    actor = request.actor
    require(actor, "panels.list_councils")
    council = queries.council(actor, public_id)
    keeps = bool(may(actor, "panels.keep", council))
    refusal: Refusal | None = None
    if request.method == "POST":
        sent = request.POST
        try:
            actions.convoke(
                actor=actor,
                council_id=council.pk,
                link=sent.get("link", "").strip(),
                minutes_long=asking.whole(sent.get("minutes_long")) or 0,
                plan={
                    pk: asking.whole(text) or 0
                    for pk, text in asking.by_item(sent, "minutes").items()
                },
                note=sent.get("note", ""),
                allowance=asking.allowance(sent),
                at=now(),
            )
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(
                request, _("The convocation is sent; its mails follow by themselves.")
            )
            return redirect("panels:convocation", public_id=public_id)
    called = queries.convocations(actor, council)
    latest = called[0] if called else None
    agenda = queries.agenda_counts(actor, council)
    rule = queries.rule_of(council)
    when = queries.called_for(council)
    return render(
        request,
        "web/panels/convocation.html",
        {
            "title": _("Convocation"),
            "lead": council.title,
            "breadcrumb": council_crumbs(council, _("Convocation")),
            "council": council,
            "when": when,
            "due": queries.last_day_before(council, localdate(when)) if when else None,
            "called": called,
            "latest": latest,
            "letters": queries.letters_of(actor, latest) if latest and keeps else [],
            "plan": [
                (item, start, length or "")
                for item, start, length in queries.planned(latest, agenda)
            ]
            if latest
            else [(item, 0, "") for item in agenda],
            "keeps": keeps
            and council.state in (CouncilState.SET_UP, CouncilState.MEETING),
            "rule": rule,
            "may_override": rule.override and may(actor, "panels.override", council),
            "meeting": queries.meeting_of(council),
            "refusal": refusal,
            "typed": request.POST,
        },
        status=refusal.status if refusal else 200,
    )


def _latest(request: Request, public_id: str) -> tuple[Council, Convocation]:
    require(request.actor, "panels.list_councils")
    council = queries.council(request.actor, public_id)
    called = queries.convocations(request.actor, council)
    if not called:
        raise NotFound
    return council, called[0]


@require_safe
def letter(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The letter in Word or PDF: to the member himself, or to all for the keeper."""
    council, called = _latest(request, public_id)
    seat = queries.own_seat(request.actor, council)
    names = (
        [seat.person.full_name]
        if seat is not None
        else [
            s.seat.person.full_name for s in queries.letters_of(request.actor, called)
        ]
    )
    if not names:
        raise NotFound
    agenda = queries.agenda_counts(request.actor, council)
    return official(
        "letter",
        convocation_document(
            council,
            called,
            queries.planned(called, agenda),
            names,
            queries.rule_of(council),
        ),
        kind=kind,
        name=f"convocation-{council.public_id}",
    )


@require_safe
def calendar(request: Request, public_id: str) -> HttpResponse:
    """The meeting as a calendar entry."""
    council, called = _latest(request, public_id)
    called.council = council
    response = HttpResponse(
        actions.calendar_entry(called), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = as_download(f"meeting-{council.public_id}.ics")
    return response
