"""The meeting as its secretary keeps it, its results, and its papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.panels import actions, queries
from opensti.domains.panels.choices import (
    ASKED,
    VOTING,
    BallotMethod,
    CouncilState,
    SeatRole,
)
from opensti.kernel.access import may, require
from opensti.kernel.refusals import NotFound, Refusal, StepNotAllowed
from opensti.ui import charts
from opensti.web.panels import asking
from opensti.web.panels.councils import council_crumbs
from opensti.web.panels.documents import minutes_document, score_document
from opensti.web.papers import official

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.panels.models import Council
    from opensti.web.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: Request, public_id: str) -> HttpResponse:
    """Attendance, quorum, opening, progress of ballots (counts only), conclusion."""
    actor = request.actor
    council = queries.council(actor, public_id)
    require(actor, "panels.keep", council)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            said = _act(request, council)
        except Refusal as refused:
            refusal = refused
            council = queries.council(actor, public_id)
        else:
            messages.success(request, said)
            done = request.POST.get("act") == "conclude"
            return redirect(
                "panels:results" if done else "panels:meeting", public_id=public_id
            )
    return _show_meeting(request, council, refusal)


def _act(request: Request, council: Council) -> str:
    sent, actor = request.POST, request.actor
    version = asking.whole(sent.get("version"))
    act = sent.get("act")
    if act == "attendance":
        actions.mark_attendance(
            actor=actor,
            council_id=council.pk,
            present=asking.numbers(sent, "present"),
            authorised_vice=bool(sent.get("authorised_vice")),
            counters=asking.numbers(sent, "counters"),
            written_opinions=asking.by_item(sent, "opinion"),
            at=now(),
            expected_version=version,
        )
        return _("The attendance is noted.")
    if act == "open":
        actions.open_meeting(
            actor=actor,
            council_id=council.pk,
            allowance=asking.allowance(sent),
            at=now(),
            expected_version=version,
        )
        return _("The meeting is open.")
    if act == "conclude":
        amounts = {
            pk: value
            for pk, text in asking.by_item(sent, "amount").items()
            if (value := asking.amount(text)) is not None
        }
        order = sorted(
            (place, pk)
            for pk, text in asking.by_item(sent, "place").items()
            if (place := asking.whole(text)) is not None
        )
        actions.conclude_council(
            actor=actor,
            council_id=council.pk,
            amounts=amounts,
            recommendations=asking.by_item(sent, "recommendation"),
            recommended_order=[pk for _place, pk in order],
            missing_ballots_are_blank=bool(sent.get("missing")),
            allowance=asking.allowance(sent),
            at=now(),
            expected_version=version,
        )
        return _("The council has concluded.")
    raise NotFound


def _show_meeting(
    request: Request, council: Council, refusal: Refusal | None
) -> HttpResponse:
    actor = request.actor
    progress = queries.progress_of(actor, council)
    if request.htmx and request.GET.get("part") == "progress":
        return render(
            request,
            "web/panels/progress.html",
            {"council": council, "progress": progress},
        )
    seats = [s for s in queries.seats_of(actor, council) if s.state in ASKED]
    sent = request.POST
    typed = {
        name: asking.by_item(sent, name)
        for name in ("amount", "recommendation", "place", "opinion")
    }
    for row in progress:
        row.item.typed_amount = typed["amount"].get(row.item.pk, "")
        row.item.typed_recommendation = typed["recommendation"].get(row.item.pk, "")
        row.item.typed_place = typed["place"].get(row.item.pk, "")
    rule = queries.rule_of(council)
    state = CouncilState(council.state)
    return render(
        request,
        "web/panels/meeting.html",
        {
            "title": _("Attendance and conclusion"),
            "lead": council.title,
            "breadcrumb": council_crumbs(council, _("Attendance and conclusion")),
            "council": council,
            "rule": rule,
            "seats": seats,
            "voting": VOTING,
            "vice": SeatRole.VICE,
            "authorised": any(s.authorised_vice for s in seats),
            "count_team": rule.ballot.count_team if rule.ballot is not None else 0,
            "opening": queries.opening_of(council, seats),
            "progress": progress,
            "by_name": state is CouncilState.MEETING
            and queries.meeting_of(council).method == BallotMethod.OPEN,
            "kind": queries.ballot_kind(council),
            "may_attend": state in (CouncilState.SET_UP, CouncilState.MEETING),
            "may_open": state is CouncilState.SET_UP,
            "in_session": state is CouncilState.MEETING,
            "may_override": rule.override and may(actor, "panels.override", council),
            "refusal": refusal,
            "typed": sent,
        },
        status=refusal.status if refusal else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def results(request: Request, public_id: str) -> HttpResponse:
    """Every figure on the way from the ballots to the result, and why; and the minutes."""
    actor = request.actor
    require(actor, "panels.list_councils")
    council = queries.council(actor, public_id)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            said = _minutes_act(request, council)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, said)
            return redirect("panels:results", public_id=public_id)
    found = queries.results(actor, council)
    whole = queries.sees_all_of(actor, council)
    return render(
        request,
        "web/panels/results.html",
        {
            "title": _("Results"),
            "lead": council.title,
            "breadcrumb": council_crumbs(council, _("Results")),
            "council": council,
            "rule": queries.rule_of(council),
            "results": found,
            "groups": queries.by_order(found),
            "proposed": sum(r.is_good and not r.outranked for r in found),
            "kind": queries.ballot_kind(council),
            "chart": _chart(found),
            "whole": whole,
            "minutes_text": request.POST.get("text", council.minutes) if whole else "",
            "may_write": whole
            and council.opened_at is not None
            and council.minutes_adopted_at is None
            and may(actor, "panels.keep", council),
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )


def _minutes_act(request: Request, council: Council) -> str:
    sent = request.POST
    version = asking.whole(sent.get("version"))
    if sent.get("act") == "adopt":
        actions.adopt_minutes(
            actor=request.actor,
            council_id=council.pk,
            at=now(),
            expected_version=version,
        )
        return _("The minutes are adopted.")
    if sent.get("act") == "write":
        actions.write_minutes(
            actor=request.actor,
            council_id=council.pk,
            text=sent.get("text", ""),
            at=now(),
            expected_version=version,
        )
        return _("The minutes are saved.")
    raise NotFound


def _chart(found: list[queries.ItemResult]) -> Any:
    rows = [
        (r.item.dossier.code if r.item.dossier else f"{r.number}", r.item.mean)
        for r in found
        if r.item.mean is not None
    ]
    if not rows:
        return None
    return charts.bars(
        title=_("Mean scores"), head=(_("Dossier"), _("Mean score")), rows=rows
    )


@require_safe
def minutes(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The minutes in Word or PDF, as far as this person may know of the agenda."""
    council, found, seats = _concluded(request, public_id)
    return official(
        "minutes",
        minutes_document(found, seats, queries.rule_of(council)),
        kind=kind,
        name=f"minutes-{council.public_id}",
    )


@require_safe
def scores(request: Request, public_id: str, kind: str) -> HttpResponse:
    council, found, _seats = _concluded(request, public_id)
    return official(
        "score_table",
        score_document(found),
        kind=kind,
        name=f"scores-{council.public_id}",
    )


def _concluded(
    request: Request, public_id: str
) -> tuple[Council, queries.Minutes, list[Any]]:
    actor = request.actor
    require(actor, "panels.list_councils")
    council = queries.council(actor, public_id)
    if council.concluded_at is None:
        raise StepNotAllowed(
            _("The council has not concluded yet."),
            mend=_("Its papers are made when it has."),
        )
    whole = queries.sees_all_of(actor, council)
    found = queries.minutes_of(actor, council, whole=whole)
    return council, found, queries.seats_of(actor, council)
