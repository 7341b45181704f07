"""The sitting: how the council votes, which item is before it, adjournment, resumption."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opensti.domains.panels.actions.acting import locked, locked_item, tell
from opensti.domains.panels.actions.session import (
    close_sitting,
    end_turn,
    gathered,
    no_poll_under_way,
    open_turn,
    require_quorum,
)
from opensti.domains.panels.choices import (
    ASKED,
    BallotMethod,
    BallotState,
    LeftWhy,
    TurnEnd,
)
from opensti.domains.panels.models import (
    Ballot,
    Meeting,
    Presence,
    Recusal,
    Seat,
    Sitting,
    Turn,
)
from opensti.domains.panels.queries import in_the_room, rule_of, sitting_of
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.panels.models import Council
    from opensti.kernel.access import Actor


@transaction.atomic
def decide_method(
    *,
    actor: Actor,
    council_id: int,
    method: str,
    at: datetime,
    votes_for: int = 0,
    votes_against: int = 0,
    abstained: int = 0,
) -> Meeting:
    """Note how the council votes, by its own vote where the rule leaves it open.

    Before the first item begins; not against the rule, not against the majority of
    those present, and not secretly once sheets are handed in by name.
    """
    council = locked(actor, council_id, "run")
    rule = rule_of(council)
    meeting = settled(council)
    problems = list(_method_problems(council, method, meeting))
    wanted = rule.ballot.method if rule.ballot is not None else "open"
    votes = {"for": votes_for, "against": votes_against, "abstained": abstained}
    if wanted == "council" and not problems:
        there = len(in_the_room(sitting_of(council)))
        if min(votes.values()) < 0 or sum(votes.values()) > there:
            problems.append(
                Problem(
                    field="votes_for",
                    message=_("There are %(n)d members in the room.") % {"n": there},
                    mend=_("Count the hands again."),
                )
            )
        elif votes_for <= votes_against + abstained:
            problems.append(
                Problem(
                    field="votes_for",
                    message=_("The majority of those who voted did not want it so."),
                    mend=_("Note the way of voting that the council agreed to."),
                )
            )
    if problems:
        refusal = Invalid(problems)
        refusal.article = rule.basis
        raise refusal
    meeting.method, meeting.method_votes = method, votes
    meeting.method_decided_at = at
    meeting.save(update_fields=["method", "method_votes", "method_decided_at"])
    tell(actor, council, "decide_method", at, detail={"method": method, "votes": votes})
    return meeting


def _method_problems(council: Council, method: str, meeting: Meeting) -> Any:
    rule = rule_of(council)
    kind = rule.ballot.kind if rule.ballot is not None else "amount"
    wanted = rule.ballot.method if rule.ballot is not None else "open"
    secret = method in (BallotMethod.SECRET, BallotMethod.PAPER)
    if method not in BallotMethod.values:
        yield Problem(
            field="method",
            message=_("There is no such way of voting."),
            mend=_("Choose one of the list."),
        )
        return
    if (wanted == "open" and secret) or (wanted == "secret" and not secret):
        yield Problem(
            field="method",
            message=_("The rule of this council fixes how it votes."),
            mend=_("Choose what the rule says."),
        )
    if method == BallotMethod.PAPER and kind not in ("vote", "rating"):
        yield Problem(
            field="method",
            message=_("Totals on paper can be entered for a vote of yes or no only."),
            mend=_("Choose secret ballots in the browser, or open sheets."),
        )
    if Turn.objects.filter(sitting__council=council).exists() and (
        method != meeting.method
    ):
        yield Problem(
            field="method",
            message=_("The first item has begun: the way of voting stays."),
            mend=_("It is decided before the first item."),
        )
    named = Ballot.objects.filter(item__council=council, state=BallotState.CAST)
    if secret and named.exists():
        yield Problem(
            field="method",
            message=_("Sheets are handed in by name already."),
            mend=_("Ask the members to take them back first."),
        )


@transaction.atomic
def begin_item(*, actor: Actor, item_id: int, at: datetime) -> Turn:
    """Lay an item before the council; members in conflict leave for it by this act.

    Refused without the quorum for this item, and while another item is before it.
    """
    council, item = locked_item(actor, item_id, "run")
    sitting = _running(council)
    turn = open_turn(sitting)
    if turn is not None:
        if turn.item_id == item.pk:
            return turn
        raise StepNotAllowed(
            _("Another item is before the council."),
            mend=_("Finish it or pause it first."),
        )
    require_quorum(council, item)
    turn = Turn.objects.create(sitting=sitting, item=item, began_at=at)
    recused = Recusal.objects.filter(item=item).values("seat_id")
    for held in Presence.objects.filter(
        sitting=sitting, until=None, seat_id__in=recused
    ):
        held.until, held.why_left, held.item = (
            max(at, held.since),
            LeftWhy.CONFLICT,
            item,
        )
        held.save(update_fields=["until", "why_left", "item"])
    tell(actor, council, "begin_item", at, detail={"item": item.public_id})
    return turn


@transaction.atomic
def end_item(
    *, actor: Actor, item_id: int, at: datetime, how: str = TurnEnd.FINISHED
) -> None:
    """Finish the item or pause it; members who left for it come back by this act."""
    council, item = locked_item(actor, item_id, "run")
    sitting = _running(council)
    turn = open_turn(sitting)
    if turn is None or turn.item_id != item.pk:
        return
    if how not in (TurnEnd.FINISHED, TurnEnd.PAUSED):
        raise NotFound
    no_poll_under_way(council)
    end_turn(turn, at, how)
    tell(actor, council, "end_item", at, detail={"item": item.public_id, "how": how})


@transaction.atomic
def adjourn(
    *,
    actor: Actor,
    council_id: int,
    resumes_at: datetime | None,
    reason: str,
    at: datetime,
) -> Sitting:
    """End the sitting and name the day on which the meeting goes on."""
    council = locked(actor, council_id, "run")
    sitting = _running(council)
    problems = []
    if resumes_at is None or resumes_at <= at:
        problems.append(
            Problem(
                field="resumes_at",
                message=_("The meeting goes on at a time to come."),
                mend=_("Enter the day and the time."),
            )
        )
    if not reason.strip():
        problems.append(
            Problem(
                field="reason",
                message=_("Say why the meeting is adjourned."),
                mend=_("It goes into the minutes."),
            )
        )
    if problems:
        raise Invalid(problems)
    no_poll_under_way(council)
    close_sitting(sitting, at, how=TurnEnd.ADJOURNED)
    sitting.resumes_at, sitting.reason = resumes_at, reason.strip()
    sitting.save(update_fields=["resumes_at", "reason"])
    Seat.objects.filter(council=council, state__in=ASKED).update(present=False)
    tell(
        actor,
        council,
        "adjourn",
        at,
        detail={"resumes_at": resumes_at, "reason": sitting.reason},
    )
    return sitting


@transaction.atomic
def resume(*, actor: Actor, council_id: int, at: datetime) -> Sitting:
    """Go on after an adjournment with those who are there now, if they are enough."""
    council = locked(actor, council_id, "run")
    sitting = gathered(council)
    if sitting.opened_at is not None:
        return sitting
    require_quorum(council, None)
    sitting.opened_at = at
    sitting.save(update_fields=["opened_at"])
    tell(
        actor,
        council,
        "resume",
        at,
        detail={"sitting": sitting.number, "present": len(in_the_room(sitting))},
    )
    return sitting


def settled(council: Council) -> Meeting:
    return Meeting.objects.get_or_create(council=council)[0]


def _running(council: Council) -> Sitting:
    sitting = sitting_of(council)
    if sitting is None or sitting.opened_at is None:
        raise StepNotAllowed(
            NOT_RUNNING, mend=_("Note who is there and let the meeting go on.")
        )
    return sitting


NOT_RUNNING = gettext_lazy("The meeting is adjourned.")
