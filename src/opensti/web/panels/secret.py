"""The secret ballot: the page on which it is written, the paper, and the urn.

The urn is a place of its own: it takes no cookie, knows no session, asks no one's name,
and answers the same to all.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from opensti.domains.panels import actions, queries
from opensti.domains.panels.choices import BallotMethod
from opensti.kernel.access import may
from opensti.kernel.bilingual import pick
from opensti.kernel.refusals import NotFound, Refusal, TooMany
from opensti.web.panels.councils import council_crumbs
from opensti.web.panels.limits import MINUTE, limit_papers, limit_urn

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from opensti.domains.panels.models import Poll, Seat
    from opensti.web.requests import Request

LONGEST_BODY = 64 * 1024


@require_safe
def ballot(request: Request, public_id: str) -> HttpResponse:
    """Write the ballot in the browser; ``?part=state`` says whether the urn is open."""
    poll, seat = _own(request, public_id)
    if request.GET.get("part") == "state":
        return JsonResponse({"state": poll.state})
    thing = poll.item.dossier or poll.item.order
    council = poll.item.council
    return render(
        request,
        "web/panels/secret.html",
        {
            "title": _("Secret ballot"),
            "lead": pick(thing.title_vi, thing.title_en) if thing is not None else "",
            "breadcrumb": council_crumbs(council, _("Secret ballot")),
            "council": council,
            "poll": poll,
            "questions": queries.questions(poll.item),
            "answers": [
                ("yes", _("Yes, I propose it")),
                ("no", _("No, I do not")),
                ("blank", _("I hand in a blank ballot")),
            ],
            "given": queries.own_paper(poll, seat) is not None,
            "urn": reverse("panels:urn", args=[poll.public_id]),
        },
    )


@require_POST
def paper(request: Request, public_id: str) -> JsonResponse:
    """Sign the blinded ballot of a member who is there, once."""
    poll, seat = _own(request, public_id)
    try:
        limit_papers(request, seat.pk)
        given = actions.issue_credential(
            actor=request.actor,
            poll_public_id=poll.public_id,
            blinded=request.POST.get("blinded", "")[: len(poll.modulus) + 2],
            at=now(),
        )
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse({"signed": given.signed})


def _own(request: Request, public_id: str) -> tuple[Poll, Seat]:
    actor = request.actor
    poll = queries.poll(actor, public_id)
    seat = queries.own_seat(actor, poll.item.council)
    if (
        seat is None
        or poll.method != BallotMethod.SECRET
        or not may(actor, "panels.follow", seat)
    ):
        raise NotFound
    return poll, seat


# The token against forged posts belongs to a session, and here there must be none: a
# ballot is believed for its signature alone.
@csrf_exempt
@require_POST
def urn(request: HttpRequest, public_id: str) -> JsonResponse:
    """Take a ballot; whose it is cannot be known."""
    try:
        limit_urn(request)
    except TooMany as refusal:
        return _refused(refusal)
    try:
        sent = json.loads(request.read(LONGEST_BODY))
        message, signature = str(sent["message"]), str(sent["signature"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return JsonResponse(
            {"message": _("This is no ballot."), "mend": ""}, status=400
        )
    try:
        mark = actions.hand_in(
            poll_public_id=public_id, message=message, signature=signature
        )
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse({"mark": mark})


def _refused(refusal: Refusal) -> JsonResponse:
    answer = JsonResponse(refusal.as_dict(), status=refusal.status)
    if isinstance(refusal, TooMany):
        answer["Retry-After"] = str(MINUTE)
    return answer
