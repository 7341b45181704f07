"""The running meeting: the keeper's page, the screen in the room, a member's phone.

Each is asked for every few seconds, in small parts, and read anew from rows where anything
moved; without JavaScript the screen and the phone load themselves again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.panels import actions, queries
from opensti.domains.panels.choices import (
    CONFIRMATIONS,
    SAID_ON_LEAVING,
    BallotMethod,
    CouncilState,
    PollState,
    TurnEnd,
)
from opensti.kernel.access import may, require
from opensti.kernel.refusals import NotFound, Refusal, Stale
from opensti.web.panels import asking
from opensti.web.panels.councils import council_crumbs
from opensti.web.panels.rating import count_fields, counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import QueryDict

    from opensti.domains.panels.models import Council
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text
    from opensti.web.requests import Request

# Seconds after which a page without JavaScript loads itself again.
AGAIN = 15


def _part(request: Request) -> bool:
    return request.GET.get("part") == "state" and bool(request.htmx)


def _seen(request: Request, moment: str) -> bool:
    """Whether the page shows this moment already: the answer 204 leaves it as it is."""
    return bool(moment) and request.GET.get("seen") == moment


@require_http_methods(["GET", "HEAD", "POST"])
def session(request: Request, public_id: str) -> HttpResponse:
    """The keeper's page: who is there, item by item, votes, adjournment."""
    actor = request.actor
    council = queries.council(actor, public_id)
    require(actor, "panels.keep", council)
    refusal: Refusal | None = None
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", ""))
        if act is None:
            raise NotFound
        try:
            act(actor, council, request.POST)
        except Refusal as refused:
            refusal = refused
            council = queries.council(actor, public_id)
        else:
            return redirect("panels:session", public_id=public_id)
    part, moment = _part(request), queries.moment_of(actor, council)
    if part and _seen(request, moment):
        return HttpResponse(status=204)
    found = queries.live(actor, council)
    item = found.item
    return render(
        request,
        "web/panels/session_state.html" if part else "web/panels/session.html",
        {
            "title": _("Running meeting"),
            "lead": council.title,
            "breadcrumb": council_crumbs(council, _("Running meeting")),
            "council": council,
            "moment": moment,
            "live": found,
            "rule": queries.rule_of(council),
            "methods": _methods(council),
            "reasons": [(w.value, label) for w, label in SAID_ON_LEAVING.items()],
            "leaves": asking.whole(request.GET.get("leaves")),
            "remark": queries.remark_on(item)
            if item is not None and not part
            else None,
            "in_session": council.state == CouncilState.MEETING,
            "paper": found.poll is not None
            and found.poll.poll.method == BallotMethod.PAPER,
            "count_fields": count_fields(council, request.POST),
            "needed_names": CONFIRMATIONS,
            "refusal": refusal,
            "typed": request.POST,
        },
        status=refusal.status if refusal else 200,
    )


def _methods(council: Council) -> list[tuple[str, Text]]:
    """The ways of voting that the rule leaves to this council."""
    ballot = queries.rule_of(council).ballot
    if ballot is None:
        return [(BallotMethod.OPEN.value, BallotMethod.OPEN.label)]
    left = {
        "open": {BallotMethod.OPEN},
        "secret": {BallotMethod.SECRET, BallotMethod.PAPER},
        "council": set(BallotMethod),
    }[ballot.method]
    if ballot.kind not in ("vote", "rating"):
        left = left - {BallotMethod.PAPER}
    return [(m.value, m.label) for m in BallotMethod if m in left]


def _arrive(actor: Actor, council: Council, sent: QueryDict) -> None:
    actions.arrive(
        actor=actor,
        council_id=council.pk,
        seat_id=asking.whole(sent.get("seat")) or 0,
        remote=bool(sent.get("remote")),
        at=now(),
    )


def _confirm(actor: Actor, council: Council, sent: QueryDict) -> None:
    actions.confirm_arrival(
        actor=actor,
        council_id=council.pk,
        seat_id=asking.whole(sent.get("seat")) or 0,
        at=now(),
    )


def _leave(actor: Actor, council: Council, sent: QueryDict) -> None:
    actions.leave(
        actor=actor,
        council_id=council.pk,
        seat_id=asking.whole(sent.get("seat")) or 0,
        why=sent.get("why", ""),
        said=sent.get("said", ""),
        at=now(),
    )


def _method(actor: Actor, council: Council, sent: QueryDict) -> None:
    actions.decide_method(
        actor=actor,
        council_id=council.pk,
        method=sent.get("method", ""),
        votes_for=asking.whole(sent.get("votes_for")) or 0,
        votes_against=asking.whole(sent.get("votes_against")) or 0,
        abstained=asking.whole(sent.get("abstained")) or 0,
        at=now(),
    )


def _begin(actor: Actor, council: Council, sent: QueryDict) -> None:
    del council
    actions.begin_item(
        actor=actor, item_id=asking.whole(sent.get("item")) or 0, at=now()
    )


def _end(how: str) -> Callable[[Actor, Council, QueryDict], None]:
    def act(actor: Actor, council: Council, sent: QueryDict) -> None:
        del council
        actions.end_item(
            actor=actor, item_id=asking.whole(sent.get("item")) or 0, how=how, at=now()
        )

    return act


def _adjourn(actor: Actor, council: Council, sent: QueryDict) -> None:
    actions.adjourn(
        actor=actor,
        council_id=council.pk,
        resumes_at=asking.moment(sent.get("resumes_at")),
        reason=sent.get("reason", ""),
        at=now(),
    )


def _resume(actor: Actor, council: Council, sent: QueryDict) -> None:
    del sent
    actions.resume(actor=actor, council_id=council.pk, at=now())


def _open_poll(actor: Actor, council: Council, sent: QueryDict) -> None:
    del council
    actions.open_poll(
        actor=actor, item_id=asking.whole(sent.get("item")) or 0, at=now()
    )


def _open_urn(actor: Actor, council: Council, sent: QueryDict) -> None:
    del council
    actions.open_urn(actor=actor, poll_public_id=sent.get("poll", ""), at=now())


def _close_poll(actor: Actor, council: Council, sent: QueryDict) -> None:
    del council
    actions.close_poll(
        actor=actor,
        poll_public_id=sent.get("poll", ""),
        missing_are_blank=bool(sent.get("missing")),
        at=now(),
    )


def _cancel_poll(actor: Actor, council: Council, sent: QueryDict) -> None:
    del council
    actions.cancel_poll(
        actor=actor,
        poll_public_id=sent.get("poll", ""),
        reason=sent.get("cancel_reason", ""),
        at=now(),
    )


def _enter_count(actor: Actor, council: Council, sent: QueryDict) -> None:
    actions.enter_count(
        actor=actor,
        poll_public_id=sent.get("poll", ""),
        issued=asking.whole(sent.get("issued")),
        yes=asking.whole(sent.get("yes")),
        no=asking.whole(sent.get("no")),
        levels={
            name.removeprefix("level-"): asking.whole(sent.get(name))
            for name, _label, _typed in count_fields(council, sent)
        },
        invalid=asking.whole(sent.get("invalid")),
        at=now(),
    )


ACTS: dict[str, Callable[[Actor, Council, QueryDict], None]] = {
    "arrive": _arrive,
    "confirm": _confirm,
    "leave": _leave,
    "method": _method,
    "begin": _begin,
    "finish": _end(TurnEnd.FINISHED),
    "pause": _end(TurnEnd.PAUSED),
    "adjourn": _adjourn,
    "resume": _resume,
    "open_poll": _open_poll,
    "open_urn": _open_urn,
    "close_poll": _close_poll,
    "cancel_poll": _cancel_poll,
    "enter_count": _enter_count,
}


@require_POST
def remark_autosave(request: Request, public_id: str) -> JsonResponse:
    """Keep what the secretary types of an item's discussion; survives a lost connection."""
    actor = request.actor
    item = queries.item(actor, public_id)
    try:
        kept = actions.write_remark(
            actor=actor,
            item_id=item.pk,
            text=request.POST.get("remark", ""),
            at=now(),
            expected_version=asking.whole(request.POST.get("version")),
        )
    except Stale as stale:
        return JsonResponse(
            {"message": str(stale.message), "mend": str(stale.mend), "changed": []},
            status=stale.status,
        )
    except Refusal as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    return JsonResponse(
        {
            "version": kept.version,
            "saved_at": kept.changed_at.isoformat(),
            "problems": [],
        }
    )


@require_safe
def room(request: Request, public_id: str) -> HttpResponse:
    """The screen in the room: item, quorum, how many ballots are in, never how."""
    actor = request.actor
    council = queries.council(actor, public_id)
    require(actor, "panels.keep", council)
    part, moment = _part(request), queries.moment_of(actor, council)
    if part and _seen(request, moment):
        return HttpResponse(status=204)
    return render(
        request,
        "web/panels/room_state.html" if part else "web/panels/room.html",
        {
            "title": council.title,
            "council": council,
            "moment": moment,
            "live": queries.live(actor, council),
            "again": AGAIN,
            "closed": PollState.CLOSED,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: Request, public_id: str) -> HttpResponse:
    """A member's phone: what is now, my ballot, my presence."""
    actor = request.actor
    require(actor, "panels.list_councils")
    council = queries.council(actor, public_id)
    seat = queries.own_seat(actor, council)
    if seat is None or not may(actor, "panels.follow", seat):
        raise NotFound
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            said = _my_act(request, council)
        except Refusal as refused:
            refusal = refused
            council = queries.council(actor, public_id)
        else:
            messages.success(request, said)
            return redirect("panels:mine", public_id=public_id)
    # Always read anew: that something moved would tell of an item one must not know.
    part = _part(request)
    found = queries.mine(actor, council, seat)
    context: dict[str, Any] = {
        "title": _("My meeting"),
        "lead": council.title,
        "breadcrumb": council_crumbs(council, _("My meeting")),
        "council": council,
        "mine": found,
        "counts": seat.counts_ballots,
        "counted": counted(council, found.poll.poll.counts)
        if found.poll is not None
        and seat.counts_ballots
        and found.poll.state == PollState.COUNTED
        else [],
        "self_remote": council.mode in ("online", "hybrid"),
        "gathering": council.state in (CouncilState.SET_UP, CouncilState.MEETING),
        "reasons": [(w.value, label) for w, label in SAID_ON_LEAVING.items()],
        "typed": request.POST,
        "again": AGAIN,
        "refusal": refusal,
    }
    return render(
        request,
        "web/panels/mine_state.html" if part else "web/panels/mine.html",
        context,
        status=refusal.status if refusal else 200,
    )


def _my_act(request: Request, council: Council) -> str:
    sent, actor = request.POST, request.actor
    match sent.get("act"):
        case "arrive":
            actions.arrive(actor=actor, council_id=council.pk, at=now())
            return _("You said that you are there.")
        case "leave":
            actions.leave(
                actor=actor,
                council_id=council.pk,
                why=sent.get("why", ""),
                said=sent.get("said", ""),
                at=now(),
            )
            return _("You said that you left.")
        case "confirm":
            actions.confirm_count(
                actor=actor,
                poll_public_id=sent.get("poll", ""),
                count=sent.get("count", ""),
                at=now(),
            )
            return _("You confirmed the count.")
    raise NotFound
