"""A member takes no part in an item: out of it from this moment, whatever is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from opensti.domains.panels.actions.voting import annul
from opensti.domains.panels.choices import (
    VOTING,
    BallotMethod,
    BallotState,
    LeftWhy,
    PollState,
)
from opensti.domains.panels.models import (
    Ballot,
    Credential,
    Poll,
    Presence,
    Recusal,
    Turn,
)

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor


def exclude(
    *,
    item_id: int,
    seat_id: int,
    rule_code: str,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Recusal:
    """Write that a member takes no part in an item; the same twice is one.

    If the item is before the council the member leaves by this act. A secret vote in
    which he may have voted already cannot be told apart any more: it is given up, to
    begin anew without him.
    """
    made, created = Recusal.objects.get_or_create(  # type: ignore[misc]
        item_id=item_id,
        seat_id=seat_id,
        defaults={
            "rule_code": rule_code[:60],
            "reason": reason,
            "made_by_id": actor.user_id,
            "made_at": at,
        },
    )
    if created:
        _leave_the_room(item_id, seat_id, at)
        for poll in _tainted(made):
            annul(
                actor,
                poll,
                reason=_(
                    "A member who had a ballot takes no part in the item any more; the vote begins anew."
                ),
                at=at,
            )
    return made


def _leave_the_room(item_id: int, seat_id: int, at: datetime) -> None:
    turn = Turn.objects.filter(item_id=item_id, ended_at=None).first()
    if turn is None:
        return
    held = (
        Presence.objects.select_for_update()
        .filter(sitting_id=turn.sitting_id, seat_id=seat_id, until=None)
        .first()
    )
    if held is not None:
        held.until, held.why_left, held.item_id = (
            max(at, held.since),
            LeftWhy.CONFLICT,
            item_id,
        )
        held.save(update_fields=["until", "why_left", "item"])


def _tainted(recusal: Recusal) -> list[Poll]:
    """Votes on the item, not yet counted, in which the member had a ballot."""
    polls = (
        Poll.objects.select_for_update(of=("self",))
        .filter(item_id=recusal.item_id, item__council__concluded_at=None)
        .exclude(state=PollState.CANCELLED)
        .select_related("item__council")
        .defer("item__council__minutes")
    )
    return [poll for poll in polls if _had_a_ballot(poll, recusal)]


def _had_a_ballot(poll: Poll, recusal: Recusal) -> bool:
    if poll.method == BallotMethod.SECRET:
        return Credential.objects.filter(poll=poll, seat_id=recusal.seat_id).exists()
    there = Presence.objects.filter(
        Q(until=None) | Q(until__gt=poll.opened_at),
        sitting__council_id=poll.item.council_id,
        seat_id=recusal.seat_id,
        seat__role__in=VOTING,
        confirmed=True,
    )
    if poll.closed_at is not None:
        there = there.filter(since__lt=poll.closed_at)
    return there.exists()


def forget(item_id: int, seat_id: int) -> None:
    """What the member wrote on the item does not count: a cast ballot is taken back."""
    Ballot.objects.filter(item_id=item_id, seat_id=seat_id).update(
        state=BallotState.DRAFT, cast_at=None
    )
