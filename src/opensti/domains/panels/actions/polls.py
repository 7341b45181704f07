"""Secret ballots: papers given out once to each, an urn that knows nobody, the count.

The order of a vote: the keeper opens it; each member present who may judge is given one
ballot paper (a blind signature over what his browser wrote and the house cannot read);
when all have theirs, or the keeper waits no longer, the urn opens; ballots come in at a
place that knows neither session nor person and writes no time; at closing the key is
destroyed, the rows are written anew in the order of their marks, and the list is
published with its digest in the record.

Nothing is recorded when a ballot comes in: the record's order and time would tell.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from opensti.domains.panels.actions.acting import SIGN_FIRST, must_have_signed, tell
from opensti.domains.panels.actions.session import require_quorum
from opensti.domains.panels.actions.voting import (
    annul,
    close,
    entitled_to,
    item_to_vote_on,
    kept_poll,
    locked_poll,
    poll_of,
)
from opensti.domains.panels.choices import (
    ASKED,
    UNDER_WAY,
    VOTING,
    BallotMethod,
    PollState,
    SeatState,
)
from opensti.domains.panels.models import (
    Credential,
    Poll,
    Seat,
    SecretBallot,
    Turn,
)
from opensti.domains.panels.queries import (
    ballot_kind,
    choice_is_valid,
    meeting_of,
)
from opensti.kernel import blind
from opensti.kernel.access import require
from opensti.kernel.record.leaves import canonical
from opensti.kernel.refusals import Invalid, NotFound, Problem, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor

COUNTABLE = frozenset({"vote", "items", "score", "rating"})
LONGEST_MESSAGE = 20_000


@transaction.atomic
def open_poll(
    *, actor: Actor, item_id: int, at: datetime, bits: int = blind.BITS
) -> Poll:
    """Begin the secret vote on the item before the council, with a key pair of its own."""
    council, item = item_to_vote_on(actor, item_id)
    meeting = meeting_of(council)
    if meeting.method == BallotMethod.OPEN:
        raise StepNotAllowed(
            _("This council votes by open sheets."),
            mend=_("Note first that it votes secretly."),
        )
    held = Poll.objects.filter(item=item).exclude(state=PollState.CANCELLED).first()
    if held is not None:
        return held
    if not Turn.objects.filter(item=item, ended_at=None).exists():
        raise StepNotAllowed(
            _("The item is not before the council."), mend=_("Begin it first.")
        )
    if ballot_kind(council) not in COUNTABLE:
        raise StepNotAllowed(_("This council does not vote by ballots."))
    require_quorum(council, item)
    secret = meeting.method == BallotMethod.SECRET
    private = blind.new_key(bits=bits) if secret else ""
    poll = Poll.objects.create(
        item=item,
        method=meeting.method,
        state=PollState.ISSUING if secret else PollState.CASTING,
        opened_at=at,
        entitled=len(entitled_to(council, item)),
        private_key=private,
        modulus=blind.public_part(private).hex if secret else "",
    )
    tell(
        actor,
        council,
        "open_poll",
        at,
        detail={
            "item": item.public_id,
            "poll": poll.public_id,
            "method": poll.method,
            "entitled": poll.entitled,
            "key": sha256(poll.modulus.encode()).hexdigest() if secret else "",
        },
    )
    return poll


@transaction.atomic
def issue_credential(
    *, actor: Actor, poll_public_id: str, blinded: str, at: datetime
) -> Credential:
    """Give a member his ballot paper: sign blindly what his browser wrote.

    Once for each member. The same request again gets the same answer, so that nothing
    is lost with a connection; another request is refused.
    """
    council_id = poll_of(actor, poll_public_id).item.council_id
    seat = (
        Seat.objects.select_for_update(of=("self",))
        .filter(
            council_id=council_id,
            person_id=actor.person_id,
            state__in=ASKED,
            role__in=VOTING,
        )
        .first()
        if actor.person_id is not None
        else None
    )
    require(actor, "panels.vote", seat)
    if seat is None:
        raise NotFound
    poll = locked_poll(actor, poll_public_id)
    item = poll.item
    council = item.council
    must_have_signed(seat, mend=SIGN_FIRST)
    held = Credential.objects.filter(poll=poll, seat=seat).first()
    if held is not None:
        if held.blinded == blinded.lower():
            return held
        raise StepNotAllowed(
            _("You were given your ballot paper for this vote already."),
            mend=_(
                "Go on in the browser in which you voted. If it was lost, tell the "
                "secretary: the vote can be cancelled and begun anew."
            ),
        )
    if poll.state != PollState.ISSUING:
        raise StepNotAllowed(
            _("No ballot papers are given out any more."),
            mend=_("Tell the secretary of the council."),
        )
    if seat.state != SeatState.ACCEPTED or seat.pk not in entitled_to(council, item):
        raise StepNotAllowed(
            _("Only members who are present take part in the vote."),
            mend=_("Let the secretary note that you are there."),
        )
    try:
        signed = blind.blind_sign(
            private=poll.private_key, blinded=bytes.fromhex(blinded)
        ).hex()
    except ValueError as fault:
        raise Invalid(
            [
                Problem(
                    field="blinded",
                    message=_("The ballot paper was not written for this vote."),
                    mend=_("Reload the page and vote again."),
                )
            ]
        ) from fault
    made = Credential.objects.create(
        poll=poll, seat=seat, blinded=blinded.lower(), signed=signed
    )
    tell(
        actor,
        council,
        "issue_credential",
        at,
        detail={"item": item.public_id, "poll": poll.public_id},
        secret={"person": seat.person_id},
    )
    given = set(Credential.objects.filter(poll=poll).values_list("seat_id", flat=True))
    if entitled_to(council, item) <= given:
        _open_urn(actor, poll, at, given=len(given))
    return made


@transaction.atomic
def open_urn(*, actor: Actor, poll_public_id: str, at: datetime) -> Poll:
    """Wait no longer for members without a paper: ballots may be handed in."""
    poll = kept_poll(actor, poll_public_id)
    if poll.state != PollState.ISSUING:
        return poll
    given = Credential.objects.filter(poll=poll).count()
    if not given:
        raise StepNotAllowed(
            _("Nobody has a ballot paper yet."),
            mend=_("Ask the members to vote on their phones."),
        )
    _open_urn(actor, poll, at, given=given)
    return poll


def _open_urn(actor: Actor, poll: Poll, at: datetime, *, given: int) -> None:
    poll.state = PollState.CASTING
    poll.save(update_fields=["state"])
    tell(
        actor,
        poll.item.council,
        "open_urn",
        at,
        detail={"poll": poll.public_id, "issued": given},
    )


def hand_in(*, poll_public_id: str, message: str, signature: str) -> str:
    """Put a ballot into the urn; who asks is not known. Returns the ballot's mark.

    Believed for its signature alone. The same ballot again is the same ballot.
    """
    # Nothing is locked before the signature holds: whoever floods the urn holds up nobody.
    urns = Poll.objects.filter(
        public_id=poll_public_id,
        method=BallotMethod.SECRET,
        state__in=[PollState.ISSUING, PollState.CASTING, PollState.CLOSED],
    )
    modulus = urns.values_list("modulus", flat=True).first()
    if modulus is None:
        raise NotFound
    raw, signed = _bytes(message), _bytes(signature)
    if (
        not raw
        or len(raw) > LONGEST_MESSAGE
        or not blind.verify(
            public=blind.PublicKey.from_hex(modulus), message=raw, signature=signed
        )
    ):
        raise Invalid(
            [
                Problem(
                    field="signature",
                    message=_("This ballot carries no signature of this vote."),
                    mend=_("Vote on the page of the meeting."),
                )
            ]
        )
    return _put_in(urns, raw, signed)


@transaction.atomic
def _put_in(urns: QuerySet[Poll], raw: bytes, signed: bytes) -> str:
    poll = (
        urns.select_for_update(of=("self",))
        .select_related("item__council__regime_version")
        .first()
    )
    if poll is None:
        raise NotFound
    mark = sha256(raw).hexdigest()
    if SecretBallot.objects.filter(poll=poll, mark=mark).exists():
        return mark
    if poll.state != PollState.CASTING:
        raise StepNotAllowed(
            _("The urn is not open."),
            mend=_("Ballots are handed in after the papers and before the closing."),
        )
    choice, valid = _read(poll, raw)
    SecretBallot.objects.create(
        poll=poll,
        mark=mark,
        message=raw.hex(),
        signature=signed.hex(),
        choice=choice,
        valid=valid,
    )
    return mark


def _read(poll: Poll, raw: bytes) -> tuple[dict[str, Any], bool]:
    """What a ballot says; one that says nothing the form allows is there and not valid."""
    try:
        text = raw[blind.PREFIX_BYTES :].decode()
        found = json.loads(text)
        valid = (
            isinstance(found, dict)
            and set(found) == {"choice", "nonce", "poll"}
            and found["poll"] == poll.public_id
            and canonical(found) == text
            and choice_is_valid(poll.item, found["choice"])
        )
    except (ValueError, RecursionError):
        return {}, False
    return (found["choice"] if valid else {}), bool(valid)


@transaction.atomic
def close_poll(
    *, actor: Actor, poll_public_id: str, at: datetime, missing_are_blank: bool = False
) -> Poll:
    """Close the urn, destroy the key, publish the ballots in the order of their marks.

    Papers that did not come back stop the closing unless the keeper says that they
    count as not cast. Refused without the quorum for the item.
    """
    poll = kept_poll(actor, poll_public_id)
    if poll.state == PollState.CLOSED:
        return poll
    if poll.method != BallotMethod.SECRET or poll.state != PollState.CASTING:
        raise StepNotAllowed(
            _("The urn is not open."), mend=_("Reload the page: it shows what is next.")
        )
    item = poll.item
    require_quorum(item.council, item)
    issued = set(Credential.objects.filter(poll=poll).values_list("seat_id", flat=True))
    ballots = list(SecretBallot.objects.filter(poll=poll).order_by("mark"))
    if len(ballots) > len(issued):
        raise StepNotAllowed(
            _("There are more ballots than papers were given out."),
            mend=_("Cancel the vote and have the key and the server looked at."),
        )
    if len(ballots) < len(issued) and not missing_are_blank:
        raise Invalid(
            [
                Problem(
                    field="missing",
                    message=_("%(n)d ballots are not in the urn yet.")
                    % {"n": len(issued) - len(ballots)},
                    mend=_("Wait for them, or confirm that they count as not cast."),
                )
            ]
        )
    # Written anew in the order of their marks, in one transaction: neither the place of
    # a row nor the number of its transaction tells when its ballot came.
    SecretBallot.objects.filter(poll=poll).delete()
    SecretBallot.objects.bulk_create(ballots)
    poll.issued, poll.cast = len(issued), len(ballots)
    poll.invalid = sum(not b.valid for b in ballots)
    poll.entitled = len(entitled_to(item.council, item) | issued)
    poll.counts = {}
    poll.digest = digest_of(ballots)
    close(actor, poll, at)
    return poll


def digest_of(ballots: list[SecretBallot]) -> str:
    """SHA-256 over marks and choices in the order of the marks."""
    rows = [{"mark": b.mark, "choice": b.choice, "valid": b.valid} for b in ballots]
    return sha256(canonical(rows).encode()).hexdigest()


@transaction.atomic
def cancel_poll(
    *, actor: Actor, poll_public_id: str, reason: str, at: datetime
) -> None:
    """Give a vote up before it is closed: its ballots and its key are destroyed."""
    poll = kept_poll(actor, poll_public_id)
    if poll.state == PollState.CANCELLED:
        return
    if poll.state not in UNDER_WAY:
        raise StepNotAllowed(_("The vote is closed: its result stays."))
    if not reason.strip():
        raise Invalid(
            [
                Problem(
                    field="reason",
                    message=_("Say why the vote is given up."),
                    mend=_("It goes into the minutes."),
                )
            ]
        )
    annul(actor, poll, reason=reason.strip(), at=at)


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
