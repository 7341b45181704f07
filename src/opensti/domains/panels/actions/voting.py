"""What the acts on a secret vote share: lock the poll, who is entitled, the closing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from opensti.domains.panels.actions.acting import locked, tell
from opensti.domains.panels.choices import PollState, SeatState
from opensti.domains.panels.models import (
    Confirmation,
    CouncilItem,
    Poll,
    Seat,
    SecretBallot,
)
from opensti.domains.panels.queries import in_the_room, judges_of, sitting_of
from opensti.kernel.access import get_visible

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from opensti.domains.panels.models import Council
    from opensti.kernel.access import Actor


def close(actor: Actor, poll: Poll, at: datetime) -> None:
    poll.state, poll.closed_at, poll.private_key = PollState.CLOSED, at, ""
    tell_of = tell(
        actor,
        poll.item.council,
        "close_poll",
        at,
        detail={
            "item": poll.item.public_id,
            "poll": poll.public_id,
            "method": poll.method,
            "entitled": poll.entitled,
            "issued": poll.issued,
            "cast": poll.cast,
            "invalid": poll.invalid,
            "ballots": poll.digest,
            "key": "destroyed" if poll.modulus else "",
        },
        secret={"counts": poll.counts} if poll.counts else {},
    )
    poll.entry_position = tell_of.position
    poll.save()


def annul(actor: Actor, poll: Poll, *, reason: str, at: datetime) -> None:
    """Destroy the ballots and the key of a vote that does not count."""
    SecretBallot.objects.filter(poll=poll).delete()
    Confirmation.objects.filter(poll=poll).delete()
    poll.state, poll.closed_at, poll.private_key = PollState.CANCELLED, at, ""
    poll.counts = {"reason": reason}
    poll.save()
    tell(
        actor,
        poll.item.council,
        "cancel_poll",
        at,
        detail={"poll": poll.public_id, "reason": reason},
    )


def item_to_vote_on(actor: Actor, item_id: int) -> tuple[Council, CouncilItem]:
    item = get_visible(actor, CouncilItem.objects.all(), pk=item_id)
    council = locked(actor, item.council_id, "run")
    item.council = council
    return council, item


def poll_of(actor: Actor, public_id: str) -> Poll:
    """The poll as it is found, before anything is locked."""
    return get_visible(actor, Poll.objects.select_related("item"), public_id=public_id)


def locked_poll(actor: Actor, public_id: str) -> Poll:
    """The poll, locked, of an item that the person may know of.

    Whoever needs the council's or a seat's lock as well takes it before: council, seat,
    poll, record is the order of every act, so that no two wait for each other.
    """
    return get_visible(
        actor,
        Poll.objects.select_for_update(of=("self",))
        .select_related("item__council__regime_version")
        .defer("item__council__regime_version__content"),
        public_id=public_id,
    )


def kept_poll(actor: Actor, public_id: str) -> Poll:
    """The poll, locked after its council, for the keeper of the running meeting."""
    council = locked(actor, poll_of(actor, public_id).item.council_id, "run")
    poll = locked_poll(actor, public_id)
    poll.item.council = council
    return poll


def entitled_to(council: Council, item: CouncilItem) -> set[int]:
    """Who votes on the item at this moment: in the room, with a vote, not in conflict.

    And with the seat accepted and the undertaking signed, interests declared with it:
    nobody votes secretly, in the browser or on paper, who would not be let read.
    """
    there = judges_of(item, in_the_room(sitting_of(council)))
    return there - {seat.pk for seat in unsigned(there)}


def unsigned(seats: Iterable[int]) -> list[Seat]:
    """Those of the seats whose member has not accepted and signed the undertaking."""
    return list(
        Seat.objects.filter(pk__in=seats)
        .filter(~Q(state=SeatState.ACCEPTED) | Q(undertaking=None))
        .select_related("person")
        .order_by("pk")
    )
