"""The running meeting: sittings, who is there at a moment, the item, quorum, polls.

Every answer is read from rows: it is the same after a restart as before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q

from opensti.domains.panels.choices import (
    ASKED,
    QUORUM_LABELS,
    UNDER_WAY,
    VOTING,
    CouncilState,
    LeftWhy,
    Matter,
    PollState,
)
from opensti.domains.panels.models import (
    CouncilItem,
    Credential,
    Meeting,
    Override,
    Poll,
    Presence,
    Recusal,
    Seat,
    SecretBallot,
    Sitting,
    Turn,
)
from opensti.domains.panels.queries.councils import quorum_of
from opensti.domains.panels.queries.rules import least, rule_of
from opensti.kernel.access import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from opensti.domains.panels.models import Council
    from opensti.kernel.access import Actor


def meeting_of(council: Council) -> Meeting:
    """What was settled for the meeting; the beginnings when nothing was."""
    return Meeting.objects.filter(council=council).first() or Meeting(council=council)


def sitting_of(council: Council) -> Sitting | None:
    """The sitting that members gather for or that runs."""
    return Sitting.objects.filter(council=council, ended_at=None).first()


def is_live(council: Council) -> bool:
    """Whether the meeting moves from item to item here."""
    return Turn.objects.filter(sitting__council=council).exists()


@dataclass(frozen=True, kw_only=True)
class Quorum:
    """Whether the council may go on, at this moment and for this item."""

    present: int
    total: int
    needed: int
    held: bool
    allowed: bool
    missing: tuple[str, ...]

    @property
    def enough(self) -> bool:
        return self.held or self.allowed


def quorum_now(
    council: Council, seats: Sequence[Seat], there: set[int], *, allowed: bool
) -> Quorum:
    """Compare those in the room (``there``) with the rule; integers, no rounding.

    ``allowed``: the head's decision lets the council meet without the quorum.
    """
    voting = [s for s in seats if s.role in VOTING and s.state in ASKED]
    held = quorum_of(council, voting, there)
    return Quorum(
        present=sum(s.pk in there for s in voting),
        total=len(voting),
        needed=least(rule_of(council).quorum, len(voting)),
        held=held.held,
        allowed=allowed,
        missing=tuple(str(QUORUM_LABELS[role]) for role in held.missing),
    )


def may_meet_without_quorum(council: Council) -> bool:
    return Override.objects.filter(council=council, matter=Matter.QUORUM).exists()


def in_the_room(sitting: Sitting | None) -> set[int]:
    """Seats that are there now; a remote member once confirmed."""
    if sitting is None:
        return set()
    return set(
        Presence.objects.filter(
            sitting=sitting, until=None, confirmed=True
        ).values_list("seat_id", flat=True)
    )


def judges_of(item: CouncilItem, there: Iterable[int]) -> set[int]:
    """Those of the people in the room who may judge the item."""
    recused = set(Recusal.objects.filter(item=item).values_list("seat_id", flat=True))
    voting = set(
        Seat.objects.filter(
            council_id=item.council_id, state__in=ASKED, role__in=VOTING
        ).values_list("pk", flat=True)
    )
    return (set(there) & voting) - recused


def attended(item: CouncilItem) -> set[int] | None:
    """Seats that took part in an item: there when its last turn ended.

    Who handed in a sheet during a turn and left before its end took part as well.
    ``None`` for an item that never was before the council here.
    """
    turns = list(Turn.objects.filter(item=item).order_by("began_at", "pk"))
    if not turns:
        return None
    last = turns[-1]
    end = last.ended_at
    there = Presence.objects.filter(sitting_id=last.sitting_id, confirmed=True)
    if end is None:
        there = there.filter(until=None)
    else:
        there = there.filter(since__lte=end).filter(Q(until=None) | Q(until__gte=end))
    found = set(there.values_list("seat_id", flat=True))
    during = Presence.objects.filter(
        sitting_id__in=[t.sitting_id for t in turns], confirmed=True
    )
    cast = set(
        item.ballots.filter(state="cast").values_list("seat_id", flat=True)
    ) | set(
        Credential.objects.filter(poll__item=item).values_list("seat_id", flat=True)
    )
    for presence in during.filter(seat_id__in=cast):
        if any(_meets(presence, turn) for turn in turns):
            found.add(presence.seat_id)
    return judges_of(item, found)


def _meets(presence: Presence, turn: Turn) -> bool:
    return (turn.ended_at is None or presence.since < turn.ended_at) and (
        presence.until is None or presence.until > turn.began_at
    )


# ---- what each page shows


@dataclass(frozen=True, kw_only=True)
class PollView:
    """A poll as the room may see it: how many, never how."""

    poll: Poll
    issued: int
    cast: int

    @property
    def state(self) -> str:
        return str(self.poll.state)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One member on the keeper's page."""

    seat: Seat
    presence: Presence | None
    away: Presence | None
    judges: bool
    paper: bool

    @property
    def there(self) -> bool:
        return self.presence is not None and self.presence.confirmed


@dataclass(frozen=True, kw_only=True)
class Live:
    """The meeting at one moment, as far as the person may know."""

    council: Council
    meeting: Meeting
    sitting: Sitting | None
    last: Sitting | None
    turn: Turn | None
    agenda: tuple[Any, ...]
    rows: tuple[Row, ...]
    quorum: Quorum
    poll: PollView | None
    given_up: Poll | None

    @property
    def item(self) -> Any:
        if self.turn is None:
            return None
        return next((i for i in self.agenda if i.pk == self.turn.item_id), None)

    @property
    def adjourned(self) -> bool:
        return self.council.state == CouncilState.MEETING and (
            self.sitting is None or self.sitting.opened_at is None
        )


def live(actor: Actor, council: Council) -> Live:
    """Everything a keeper's or the room's page shows; 12 queries, 13 without a vote."""
    seats = list(
        Seat.objects.filter(council=council, state__in=ASKED)
        .select_related("person")
        .order_by("pk")
    )
    sittings = list(Sitting.objects.filter(council=council).order_by("number"))
    sitting = next((s for s in sittings if s.ended_at is None), None)
    presences = (
        list(visible(actor, Presence.objects.filter(sitting=sitting)))
        if sitting is not None
        else []
    )
    agenda = _agenda(actor, council)
    turn = next((t for i in agenda for t in i.all_turns if t.ended_at is None), None)
    recused: set[int] = set()
    poll = None
    if turn is not None:
        recused = set(
            Recusal.objects.filter(item_id=turn.item_id).values_list(
                "seat_id", flat=True
            )
        )
        poll = poll_view(turn.item_id)
    papers = (
        set(Credential.objects.filter(poll=poll.poll).values_list("seat_id", flat=True))
        if poll is not None
        else set()
    )
    now_there = {p.seat_id: p for p in presences if p.until is None}
    away = {
        p.seat_id: p
        for p in presences
        if p.until is not None and p.seat_id not in now_there
    }
    there = {k for k, p in now_there.items() if p.confirmed} - recused
    return Live(
        council=council,
        meeting=meeting_of(council),
        sitting=sitting,
        last=sittings[-1] if sittings else None,
        turn=turn,
        agenda=agenda,
        rows=tuple(
            Row(
                seat=seat,
                presence=now_there.get(seat.pk),
                away=away.get(seat.pk),
                judges=seat.role in VOTING and seat.pk not in recused,
                paper=seat.pk in papers,
            )
            for seat in seats
        ),
        quorum=quorum_now(
            council,
            seats,
            there,
            allowed=may_meet_without_quorum(council),
        ),
        poll=poll,
        given_up=_given_up(turn.item_id) if turn is not None and poll is None else None,
    )


def _agenda(actor: Actor, council: Council) -> tuple[Any, ...]:
    """Items with their turns, numbered as this person may know them; 2 queries."""
    rows = list(
        visible(actor, CouncilItem.objects.filter(council=council))
        .select_related("dossier__host", "order")
        .prefetch_related(
            Prefetch("turns", queryset=Turn.objects.all(), to_attr="all_turns")
        )
        .defer("result", "dossier__answers", "dossier__typed")
        .order_by("position")
    )
    for number, row in enumerate(rows, start=1):
        row.number = number  # type: ignore[attr-defined]
        row.done = any(t.how == "finished" for t in row.all_turns)  # type: ignore[attr-defined]
        row.under_way = any(t.ended_at is None for t in row.all_turns)  # type: ignore[attr-defined]
    return tuple(rows)


def poll_view(item_id: int) -> PollView | None:
    """The poll on an item that was not cancelled; 3 queries."""
    poll = (
        Poll.objects.filter(item_id=item_id).exclude(state=PollState.CANCELLED).first()
    )
    if poll is None:
        return None
    if poll.state in UNDER_WAY and poll.modulus:
        return PollView(
            poll=poll,
            issued=Credential.objects.filter(poll=poll).count(),
            cast=SecretBallot.objects.filter(poll=poll).count(),
        )
    return PollView(poll=poll, issued=poll.issued or 0, cast=poll.cast or 0)


def _given_up(item_id: int) -> Poll | None:
    """The last vote on an item that was given up; asked where no other has begun."""
    return (
        Poll.objects.filter(item_id=item_id, state=PollState.CANCELLED)
        .order_by("-opened_at", "-pk")
        .first()
    )


@dataclass(frozen=True, kw_only=True)
class Mine:
    """What a member's phone shows: what is now, his ballot, his presence.

    While an item runs of which he must not know, it shows what it shows in a pause.
    """

    council: Council
    meeting: Meeting
    seat: Seat
    in_session: bool
    here: bool
    unconfirmed: bool
    remote: bool
    item: Any
    poll: PollView | None
    given_up: Poll | None
    paper: bool
    sheet: str
    resumes_at: datetime | None


def mine(actor: Actor, council: Council, seat: Seat) -> Mine:
    """The meeting as one member may follow it; 10 queries at most."""
    sittings = list(Sitting.objects.filter(council=council).order_by("number"))
    sitting = next((s for s in sittings if s.ended_at is None), None)
    presence = (
        Presence.objects.filter(sitting=sitting, seat=seat)
        .order_by("-since", "-pk")
        .first()
        if sitting is not None
        else None
    )
    here = presence is not None and (
        presence.until is None or presence.why_left == LeftWhy.CONFLICT
    )
    in_session = sitting is not None and sitting.opened_at is not None
    item = _item_now(actor, council) if in_session else None
    poll = poll_view(item.pk) if item is not None else None
    sheet = ""
    if item is not None:
        own = item.ballots.filter(seat=seat).first()
        sheet = own.state if own is not None else "none"
    return Mine(
        council=council,
        meeting=meeting_of(council),
        seat=seat,
        in_session=in_session,
        here=here,
        unconfirmed=here and presence is not None and not presence.confirmed,
        remote=bool(presence and presence.remote),
        item=item,
        poll=poll,
        given_up=_given_up(item.pk) if item is not None and poll is None else None,
        paper=poll is not None
        and Credential.objects.filter(poll=poll.poll, seat=seat).exists(),
        sheet=sheet,
        resumes_at=sittings[-1].resumes_at if sittings and not in_session else None,
    )


def _item_now(actor: Actor, council: Council) -> Any:
    """The item before the council, numbered as this person may know the agenda."""
    rows = list(
        visible(actor, CouncilItem.objects.filter(council=council))
        .select_related("dossier__host", "order")
        .prefetch_related(
            Prefetch(
                "turns",
                queryset=Turn.objects.filter(ended_at=None),
                to_attr="open_turns",
            )
        )
        .defer("result", "dossier__answers", "dossier__typed")
        .order_by("position")
    )
    for number, row in enumerate(rows, start=1):
        if row.open_turns:
            row.number = number  # type: ignore[attr-defined]
            row.council = council
            return row
    return None
