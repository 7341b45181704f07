"""Secret votes on paper: the count team's numbers, confirmed by two of it."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from opensti.domains.panels.actions.acting import SIGN_FIRST, must_have_signed, tell
from opensti.domains.panels.actions.session import require_quorum
from opensti.domains.panels.actions.voting import (
    close,
    entitled_to,
    kept_poll,
    locked_poll,
    unsigned,
)
from opensti.domains.panels.choices import (
    ASKED,
    CONFIRMATIONS,
    UNDER_WAY,
    BallotMethod,
    PollState,
)
from opensti.domains.panels.models import Confirmation, Poll, Seat
from opensti.domains.panels.queries import (
    in_the_room,
    judges_of,
    rating_of,
    sitting_of,
)
from opensti.kernel.access import require
from opensti.kernel.record.leaves import canonical
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.domains.panels.models import Council
    from opensti.kernel.access import Actor


@transaction.atomic
def enter_count(
    *,
    actor: Actor,
    poll_public_id: str,
    issued: int | None,
    invalid: int | None,
    at: datetime,
    yes: int | None = None,
    no: int | None = None,
    levels: Mapping[str, int | None] | None = None,
) -> Poll:
    """Enter what the count team found on paper; two of the team confirm it.

    A vote gives ``yes`` and ``no``; a rating how many papers name each of its ``levels``.
    """
    poll = kept_poll(actor, poll_public_id)
    if poll.method != BallotMethod.PAPER or poll.state not in UNDER_WAY:
        raise StepNotAllowed(_("This vote is not counted on paper, or it is closed."))
    council = poll.item.council
    require_quorum(council, poll.item)
    rating = rating_of(council)
    answers = (
        {"yes": yes, "no": no}
        if rating is None
        else {level.id: (levels or {}).get(level.id) for level in rating.levels}
    )
    numbers = {"issued": issued, **answers, "invalid": invalid}
    problems = [
        Problem(
            field=name,
            message=_("A number is missing."),
            mend=_("Enter zero where there is none."),
        )
        for name, number in numbers.items()
        if number is None
    ]
    entitled = len(entitled_to(council, poll.item))
    if not problems and (issued or 0) > entitled:
        problems.append(_too_many_papers(council, poll, entitled))
    given = sum(count or 0 for count in answers.values()) + (invalid or 0)
    if not problems and given > (issued or 0):
        problems.append(
            Problem(
                field=next(iter(answers)),
                message=_("There are more ballots than papers were given out."),
                mend=_("Count the ballots again."),
            )
        )
    if _team(council).count() < CONFIRMATIONS:
        problems.append(
            Problem(
                field="counters",
                message=_("The count team is not named."),
                mend=_("Tick its members in the attendance; two of them confirm."),
            )
        )
    if problems:
        raise Invalid(problems)
    Confirmation.objects.filter(poll=poll).delete()
    poll.entitled, poll.issued, poll.cast = entitled, issued, given
    poll.invalid, poll.counts = invalid, answers
    poll.digest = count_digest(poll)
    poll.state = PollState.COUNTED
    poll.save()
    tell(
        actor,
        council,
        "enter_count",
        at,
        detail={"poll": poll.public_id, "count": poll.digest},
        secret={"numbers": numbers},
    )
    return poll


def _too_many_papers(council: Council, poll: Poll, entitled: int) -> Problem:
    there = judges_of(poll.item, in_the_room(sitting_of(council)))
    names = ", ".join(seat.person.full_name for seat in unsigned(there))
    return Problem(
        field="issued",
        message=_("More papers were given out than members may vote: %(n)d.")
        % {"n": entitled},
        mend=_(
            "Enter the undertaking of secrecy and interests first: %(names)s. Who has "
            "not signed it has no vote."
        )
        % {"names": names}
        if names
        else _("Count the papers again."),
    )


def count_digest(poll: Poll) -> str:
    return sha256(
        canonical(
            {
                "poll": poll.public_id,
                "issued": poll.issued,
                "cast": poll.cast,
                "invalid": poll.invalid,
                "counts": poll.counts,
            }
        ).encode()
    ).hexdigest()


@transaction.atomic
def confirm_count(
    *, actor: Actor, poll_public_id: str, count: str, at: datetime
) -> Poll:
    """A member of the count team agrees to the numbers; ``count`` is their digest.

    The second makes the count stand.
    """
    poll = locked_poll(actor, poll_public_id)
    council = poll.item.council
    seat = (
        _team(council).filter(person_id=actor.person_id).first()
        if actor.person_id is not None
        else None
    )
    require(actor, "panels.vote", seat)
    if seat is None:
        raise NotFound
    must_have_signed(seat, mend=SIGN_FIRST)
    if poll.state == PollState.CLOSED and poll.method == BallotMethod.PAPER:
        return poll
    if poll.state != PollState.COUNTED:
        raise StepNotAllowed(_("There is no count to confirm yet."))
    if count != poll.digest:
        raise StepNotAllowed(
            _("The numbers were changed after you saw them."),
            mend=_("Look at them as they stand now."),
        )
    _made, new = Confirmation.objects.get_or_create(
        poll=poll, seat=seat, defaults={"confirmed_at": at}
    )
    if new:
        tell(
            actor,
            council,
            "confirm_count",
            at,
            detail={"poll": poll.public_id, "count": poll.digest},
            secret={"person": seat.person_id},
        )
    if Confirmation.objects.filter(poll=poll).count() >= CONFIRMATIONS:
        close(actor, poll, at)
    return poll


def _team(council: Council) -> Any:
    return Seat.objects.filter(council=council, state__in=ASKED, counts_ballots=True)
