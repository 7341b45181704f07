"""What the acts on a secret vote share: lock the poll, who is entitled, the closing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.panels.actions.acting import locked, tell
from opensti.domains.panels.choices import PollState
from opensti.domains.panels.models import Confirmation, CouncilItem, Poll, SecretBallot
from opensti.domains.panels.queries import in_the_room, judges_of, sitting_of
from opensti.kernel.access import get_visible

if TYPE_CHECKING:
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


def locked_poll(actor: Actor, public_id: str) -> Poll:
    """The poll, locked, of an item that the person may know of."""
    return get_visible(
        actor,
        Poll.objects.select_for_update(of=("self",))
        .select_related("item__council__regime_version")
        .defer("item__council__regime_version__content"),
        public_id=public_id,
    )


def keeps_poll(actor: Actor, poll: Poll) -> None:
    locked(actor, poll.item.council_id, "run")


def entitled_to(council: Council, item: CouncilItem) -> set[int]:
    """Who votes on the item at this moment: in the room, with a vote, not in conflict."""
    return judges_of(item, in_the_room(sitting_of(council)))
