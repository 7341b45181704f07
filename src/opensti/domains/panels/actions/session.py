"""The running meeting: who comes and goes, which item is before the council, adjournment.

These acts count no version of the council: phones and the keeper act side by side. Each
says what shall be and does nothing when it is so already, so a double click, a lost
answer and a second try do no harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from opensti.domains.panels.actions.acting import tell
from opensti.domains.panels.actions.invitations import bar_from_items
from opensti.domains.panels.choices import (
    ASKED,
    LEFT_IN_WORDS,
    SAID_ON_LEAVING,
    UNDER_WAY,
    VOTING,
    CouncilState,
    LeftWhy,
    MeetingMode,
)
from opensti.domains.panels.models import (
    Council,
    CouncilItem,
    Poll,
    Presence,
    Recusal,
    Seat,
    Sitting,
    Turn,
)
from opensti.domains.panels.queries import (
    in_the_room,
    judges_of,
    may_meet_without_quorum,
    quorum_now,
    rule_of,
    sitting_of,
)
from opensti.kernel.access import get_visible, may, require, visible
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor

LONGEST_SAID = 300
GATHERING = frozenset({CouncilState.SET_UP, CouncilState.MEETING})


@transaction.atomic
def arrive(
    *,
    actor: Actor,
    council_id: int,
    at: datetime,
    seat_id: int | None = None,
    remote: bool = False,
) -> Presence:
    """Note that a member is there: the keeper for anybody, a remote member for himself.

    Who says so himself counts once the keeper confirmed it, except in a meeting that is
    held online altogether.
    """
    council, seat, keeper = _of(actor, council_id, seat_id)
    _possible(council, possible=council.state in GATHERING)
    if not keeper:
        remote = True
        _possible(
            council,
            possible=council.mode in (MeetingMode.ONLINE, MeetingMode.HYBRID),
            mend=_("Tell the secretary of the council that you are in the room."),
        )
    sitting = gathered(council)
    confirmed = keeper or council.mode == MeetingMode.ONLINE
    held = Presence.objects.filter(sitting=sitting, seat=seat, until=None).first()
    if held is not None:
        if keeper and not held.confirmed:
            held.confirmed, held.since = True, max(held.since, at)
            held.save(update_fields=["confirmed", "since"])
            _note_present(seat, present=True)
            _tell_one(actor, council, "confirm_arrival", at, seat)
        return held
    away = _away_for_item(sitting, seat)
    if away is not None:
        return away
    made = Presence.objects.create(
        sitting=sitting, seat=seat, since=at, remote=remote, confirmed=confirmed
    )
    _note_present(seat, present=confirmed)
    turn = open_turn(sitting)
    if turn is not None and _recused(turn.item_id, seat.pk):
        made.until, made.why_left, made.item_id = at, LeftWhy.CONFLICT, turn.item_id
        made.save(update_fields=["until", "why_left", "item"])
    _tell_one(actor, council, "arrive", at, seat, remote=remote, confirmed=confirmed)
    return made


@transaction.atomic
def confirm_arrival(
    *, actor: Actor, council_id: int, seat_id: int, at: datetime
) -> Presence:
    """The keeper saw or heard the remote member: from now on he counts."""
    council, seat, keeper = _of(actor, council_id, seat_id)
    if not keeper:
        require(actor, "panels.keep", council)
    sitting = sitting_of(council)
    held = Presence.objects.filter(sitting=sitting, seat=seat, until=None).first()
    if held is None:
        raise StepNotAllowed(
            _("The member is not there any more."),
            mend=_("Reload the page: it shows who is there."),
        )
    if not held.confirmed:
        # He counts from the confirmation, not from his own word.
        held.confirmed, held.since = True, max(held.since, at)
        held.save(update_fields=["confirmed", "since"])
        _note_present(seat, present=True)
        _tell_one(actor, council, "confirm_arrival", at, seat)
    return held


@transaction.atomic
def leave(
    *,
    actor: Actor,
    council_id: int,
    at: datetime,
    seat_id: int | None = None,
    why: str = LeftWhy.OTHER_DUTY,
    said: str = "",
) -> None:
    """Note that a member left, and why; who is not there has nothing to leave.

    ``said``: the reason in words, for "another reason" and for a conflict found on the
    item before the council. That one bars him from the item as if it had been declared
    at the invitation: a case is opened, and a vote in which he may have a ballot begins
    anew. He comes back by the item's end.
    """
    council, seat, _keeper = _of(actor, council_id, seat_id)
    words = said.replace("\x00", "").strip()[:LONGEST_SAID]
    _leaves_for_a_reason(why, words)
    sitting = sitting_of(council)
    if sitting is None:
        return
    held = Presence.objects.filter(
        sitting=sitting, seat=seat, until=None
    ).first() or _away_for_item(sitting, seat)
    if held is None:
        return
    if why == LeftWhy.CONFLICT:
        if held.until is None:  # else he is out of it already
            item_id = _item_now(actor, sitting)
            bar_from_items(actor, seat, {item_id: words}, {}, "declared", at)
            _tell_one(actor, council, "leave", at, seat, why=why)
        return
    if held.until is None:
        held.until = max(at, held.since)
    # Who left during an item that is not his does not come back by its end.
    held.why_left, held.said, held.item_id = why, words, None
    held.save(update_fields=["until", "why_left", "said", "item"])
    _note_present(seat, present=False)
    _tell_one(actor, council, "leave", at, seat, why=why)


def _leaves_for_a_reason(why: str, words: str) -> None:
    if why not in SAID_ON_LEAVING:
        raise Invalid(
            [
                Problem(
                    field="why",
                    message=_("Say why the member leaves."),
                    mend=_("Choose one of the list."),
                )
            ]
        )
    if why in LEFT_IN_WORDS and not words:
        raise Invalid(
            [
                Problem(
                    field="said",
                    message=_("This reason needs words."),
                    mend=_("One sentence: what the tie is, or why the member leaves."),
                )
            ]
        )


def _item_now(actor: Actor, sitting: Sitting) -> int:
    """The item before the council, if the person may know of it; the same refusal if not."""
    turn = open_turn(sitting)
    known = turn is not None and visible(
        actor, CouncilItem.objects.filter(pk=turn.item_id)
    )
    if turn is None or not known:
        raise StepNotAllowed(
            _("No item is before the council at this moment."),
            mend=_(
                "A conflict with an item to come is declared on the page of the invitation."
            ),
        )
    return turn.item_id


# ---- what the acts of a meeting share


def gathered(council: Council) -> Sitting:
    """The sitting that members come to; begun by the first who comes."""
    held = sitting_of(council)
    if held is not None:
        return held
    return Sitting.objects.create(
        council=council, number=Sitting.objects.filter(council=council).count() + 1
    )


def open_turn(sitting: Sitting) -> Turn | None:
    return Turn.objects.filter(sitting=sitting, ended_at=None).first()


def end_turn(turn: Turn, at: datetime, how: str) -> None:
    turn.ended_at, turn.how = max(at, turn.began_at), how
    turn.save(update_fields=["ended_at", "how"])
    for away in Presence.objects.filter(
        sitting=turn.sitting_id, item=turn.item_id, until__gte=turn.began_at
    ):
        Presence.objects.create(
            sitting_id=away.sitting_id,
            seat_id=away.seat_id,
            since=turn.ended_at,
            remote=away.remote,
            confirmed=away.confirmed,
        )


def close_sitting(sitting: Sitting, at: datetime, *, how: str) -> None:
    """End what is under way and everybody's presence with it."""
    turn = open_turn(sitting)
    if turn is not None:
        end_turn(turn, at, how)
    for held in Presence.objects.filter(sitting=sitting, until=None):
        held.until, held.why_left = max(at, held.since), LeftWhy.END
        held.save(update_fields=["until", "why_left"])
    sitting.ended_at = at
    sitting.save(update_fields=["ended_at"])


def require_quorum(council: Council, item: CouncilItem | None) -> None:
    """Refuse what a council below its quorum may not do, and say what is missing."""
    sitting = sitting_of(council)
    there = in_the_room(sitting)
    if item is not None:
        there = judges_of(item, there)
    seats = list(Seat.objects.filter(council=council, state__in=ASKED).order_by("pk"))
    now = quorum_now(council, seats, there, allowed=may_meet_without_quorum(council))
    if now.enough:
        return
    words = _("%(present)d of %(total)d; needed are %(needed)d") % {
        "present": now.present,
        "total": now.total,
        "needed": now.needed,
    }
    missing = ", ".join(now.missing)
    raise StepNotAllowed(
        _("The council has no quorum now: %(text)s.")
        % {"text": f"{words}; {missing}" if missing else words},
        mend=_("Wait for the members, or adjourn the meeting."),
        article=rule_of(council).basis,
    )


def no_poll_under_way(council: Council) -> None:
    if Poll.objects.filter(item__council=council, state__in=UNDER_WAY).exists():
        raise StepNotAllowed(
            _("A ballot is under way."), mend=_("Close it or cancel it first.")
        )


def follow_attendance(council: Council, present: set[int], at: datetime) -> None:
    """Keep the intervals with an attendance that was noted for all at once."""
    sitting = gathered(council)
    held = {p.seat_id: p for p in Presence.objects.filter(sitting=sitting, until=None)}
    for seat_id in sorted(present - set(held)):
        seat = Seat(pk=seat_id)
        if _away_for_item(sitting, seat) is None:
            Presence.objects.create(sitting=sitting, seat_id=seat_id, since=at)
    for seat_id, presence in held.items():
        if seat_id in present:
            if not presence.confirmed:
                presence.confirmed = True
                presence.save(update_fields=["confirmed"])
            continue
        presence.until = max(at, presence.since)
        presence.why_left = LeftWhy.OTHER_DUTY
        presence.save(update_fields=["until", "why_left"])


def _of(
    actor: Actor, council_id: int, seat_id: int | None
) -> tuple[Council, Seat, bool]:
    """The council, locked, a seat of it, and whether its keeper acts."""
    council = get_visible(
        actor,
        Council.objects.select_for_update(of=("self",))
        .select_related("regime_version")
        .defer("regime_version__content"),
        pk=council_id,
    )
    seats = Seat.objects.filter(council=council, state__in=ASKED, role__in=VOTING)
    if seat_id is None:
        seat = (
            seats.filter(person_id=actor.person_id).first()
            if actor.person_id is not None
            else None
        )
    else:
        seat = Seat.objects.filter(council=council, state__in=ASKED, pk=seat_id).first()
    if seat is None:
        require(actor, "panels.attend", None)
        raise NotFound
    keeper = bool(may(actor, "panels.keep", council))
    if not keeper:
        require(actor, "panels.attend", seat)
    return council, seat, keeper and seat_id is not None


def _possible(council: Council, *, possible: bool, mend: str = "") -> None:
    if not possible:
        raise StepNotAllowed(
            _("This is not possible while the council is: %(state)s.")
            % {"state": CouncilState(council.state).label}
            if not mend
            else _("This meeting takes place in the room."),
            mend=mend or _("Reload the page: it shows what can be done now."),
            article=rule_of(council).basis,
        )


def _away_for_item(sitting: Sitting, seat: Seat) -> Presence | None:
    """The presence that an item under way interrupted, of a member still there."""
    turn = open_turn(sitting)
    if turn is None:
        return None
    return Presence.objects.filter(
        sitting=sitting,
        seat=seat,
        why_left=LeftWhy.CONFLICT,
        item=turn.item_id,
        until__gte=turn.began_at,
    ).first()


def _recused(item_id: int, seat_id: int) -> bool:
    return Recusal.objects.filter(item_id=item_id, seat_id=seat_id).exists()


def _note_present(seat: Seat, *, present: bool) -> None:
    Seat.objects.filter(pk=seat.pk).update(present=present)


def _tell_one(
    actor: Actor, council: Council, act: str, at: datetime, seat: Seat, **detail: Any
) -> None:
    tell(
        actor,
        council,
        act,
        at,
        detail={"seat": seat.role, **detail},
        secret={"person": seat.person_id},
    )
