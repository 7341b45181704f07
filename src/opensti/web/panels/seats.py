"""The page on which a council's seats are given, taken away and replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from opensti.domains.panels import actions, queries
from opensti.domains.panels.choices import SEAT_TONES, CouncilState, SeatRole
from opensti.domains.panels.problem.reserve import replacements
from opensti.domains.registry.queries import people
from opensti.kernel.access import may, require
from opensti.kernel.refusals import NotFound, Refusal
from opensti.kernel.searchtext import matches
from opensti.web.panels import asking
from opensti.web.panels.councils import council_crumbs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.panels.models import Council
    from opensti.web.requests import Request

FOUND = 20


@require_http_methods(["GET", "HEAD", "POST"])
def council_seats(request: Request, public_id: str) -> HttpResponse:
    """Seats by the rule: who may sit, who may not and why, what is still lacking."""
    actor = request.actor
    require(actor, "panels.form")
    council = queries.council(actor, public_id)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            said = _act(request, council)
        except Refusal as refused:
            refusal = refused
            council = queries.council(actor, public_id)
        else:
            messages.success(request, said)
            return redirect("panels:council_seats", public_id=public_id)
    return _show(request, council, refusal)


def _act(request: Request, council: Council) -> str:
    sent, actor = request.POST, request.actor
    version = asking.whole(sent.get("version"))
    act = sent.get("act")
    if act == "add":
        seat = actions.add_seat(
            actor=actor,
            council_id=council.pk,
            person_id=asking.whole(sent.get("person")) or 0,
            role=sent.get("role", ""),
            allowance=asking.allowance(sent),
            at=now(),
            expected_version=version,
        )
        return _("%(name)s has a seat now.") % {"name": seat.person.full_name}
    if act == "remove":
        actions.remove_seat(
            actor=actor,
            seat_id=asking.whole(sent.get("seat")) or 0,
            at=now(),
            expected_version=version,
        )
        return _("The seat was taken away.")
    if act == "replace":
        seat = actions.replace_seat(
            actor=actor,
            seat_id=asking.whole(sent.get("seat")) or 0,
            person_id=asking.whole(sent.get("person")) or 0,
            decision_number=sent.get("decision_number", ""),
            allowance=asking.allowance(sent),
            at=now(),
            expected_version=version,
        )
        return _("%(name)s was asked instead.") % {"name": seat.person.full_name}
    raise NotFound


def _show(request: Request, council: Council, refusal: Refusal | None) -> HttpResponse:
    actor = request.actor
    seats = queries.seats_of(actor, council)
    q = (request.POST or request.GET).get("q", "").strip()
    rule = queries.rule_of(council)
    state = CouncilState(council.state)
    return render(
        request,
        "web/panels/seats.html",
        {
            "title": _("Seats"),
            "lead": council.title,
            "breadcrumb": council_crumbs(council, _("Seats")),
            "council": council,
            "rule": rule,
            "seats": seats,
            "seat_tones": SEAT_TONES,
            "lacking": queries.composition(council, seats),
            "wanted": _wanted(rule.seats, seats),
            "people": _found(request, q),
            "q": q,
            "roles": [
                *((s.role.value, SeatRole(s.role.value).label) for s in rule.seats),
                (SeatRole.ADMIN_SECRETARY.value, SeatRole.ADMIN_SECRETARY.label),
            ],
            "is_draft": state is CouncilState.DRAFT,
            "may_replace": state is CouncilState.SET_UP
            and may(actor, "panels.set_up", council),
            "may_override": rule.override and may(actor, "panels.override", council),
            "refusal": refusal,
            "typed": request.POST,
        },
        status=refusal.status if refusal else 200,
    )


def _wanted(rules: Any, seats: list[Any]) -> list[dict[str, Any]]:
    """For each seat of the rule: how many are given, how many it says."""
    given = [s.role for s in queries.sitting(seats)]
    return [
        {
            "label": SeatRole(rule.role.value).label,
            "given": given.count(rule.role.value),
            "least": rule.count_min,
            "most": rule.count_max,
        }
        for rule in rules
    ]


def _found(request: Request, q: str) -> list[Any]:
    rows = people(request.actor, localdate())
    return list((matches(rows, q) if q else rows.filter(is_expert=True))[:FOUND])


@require_http_methods(["GET", "HEAD", "POST"])
def seat_reserve(request: Request, public_id: str, seat: int) -> HttpResponse:
    """Who could take a seat by the same rules, the reserve first, each with the price."""
    actor = request.actor
    council = queries.council(actor, public_id)
    require(actor, "panels.set_up", council)
    row = queries.seat_by_id(actor, seat)
    if row.council_id != council.pk:
        raise NotFound
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            made = actions.replace_from_reserve(
                actor=actor,
                seat_id=seat,
                person_id=asking.whole(request.POST.get("person")),
                decision_number=request.POST.get("decision_number", ""),
                at=now(),
                expected_version=asking.whole(request.POST.get("version")),
            )
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(
                request,
                _("%(name)s was asked instead.") % {"name": made.person.full_name},
            )
            return redirect("panels:council_seats", public_id=public_id)
    return render(
        request,
        "web/panels/seat_reserve.html",
        {
            "title": _("Who comes in"),
            "lead": council.title,
            "breadcrumb": council_crumbs(council, _("Who comes in")),
            "council": council,
            "seat": row,
            "choices": replacements(seat),
            "may_replace": council.state == CouncilState.SET_UP
            and row.state != "replaced",
            "refusal": refusal,
            "typed": request.POST,
        },
        status=refusal.status if refusal else 200,
    )
