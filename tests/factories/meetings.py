"""Running meetings for tests, and the voter's browser played in Python."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from opensti.domains.panels import actions, queries
from opensti.kernel import blind
from opensti.kernel.record.leaves import canonical
from tests.factories import panels
from tests.factories.kept import kept

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.panels.models import Council, CouncilItem, Poll
    from opensti.kernel.access import Actor
    from tests.factories.panels import Office

NINE = ("chair", "vice", "secretary", *["member"] * 6)
BITS = 2048
# A scanned sheet, one dot large.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


def minute(number: int) -> datetime:
    """So many minutes after the opening."""
    return panels.OPENING + timedelta(minutes=number)


@kept
def determining(
    office: Office, *, orders: int = 1, method: str = "secret", here: int = 9
) -> tuple[Council, list[Actor]]:
    """A council that votes on orders, in session, its way of voting decided."""
    council, members = panels.prepared(
        office,
        orders=[panels.old_order(office) for _n in range(orders)],
        kind="determination",
        roles=NINE,
    )
    panels.in_session(office, council, members[:here])
    if method != "open":
        actions.decide_method(
            actor=office.secretary,
            council_id=council.pk,
            method=method,
            votes_for=here,
            at=minute(1),
        )
    return council, members


@kept
def begun(office: Office, item: CouncilItem, *, at: int = 2) -> None:
    actions.begin_item(actor=office.secretary, item_id=item.pk, at=minute(at))


@kept
def voting(office: Office, item: CouncilItem, *, at: int = 3) -> Poll:
    """The vote on an item that is before the council."""
    return actions.open_poll(
        actor=office.secretary, item_id=item.pk, at=minute(at), bits=BITS
    )


@dataclass
class Voter:
    """What a member's browser keeps of one vote."""

    actor: Actor
    poll: Poll
    message: bytes
    blinded: blind.Blinded
    signature: bytes = b""

    @property
    def public(self) -> blind.PublicKey:
        return blind.PublicKey.from_hex(self.poll.modulus)

    def ask(self, at: int = 4) -> None:
        """Have the blinded ballot signed, and take the blinding off."""
        given = actions.issue_credential(
            actor=self.actor,
            poll_public_id=self.poll.public_id,
            blinded=self.blinded.message.hex(),
            at=minute(at),
        )
        self.signature = blind.finalize(
            public=self.public,
            message=self.message,
            blind_signature=bytes.fromhex(given.signed),
            inverse=self.blinded.inverse,
        )

    def hand_in(self) -> str:
        return actions.hand_in(
            poll_public_id=self.poll.public_id,
            message=self.message.hex(),
            signature=self.signature.hex(),
        )


def voter(actor: Actor, poll: Poll, choice: Any, *, named: str = "") -> Voter:
    """A member who wrote a ballot; ``named`` puts another vote's name on it."""
    text = canonical(
        {
            "choice": choice,
            "nonce": secrets.token_hex(16),
            "poll": named or poll.public_id,
        }
    )
    message = blind.prepare(text.encode())
    public = blind.PublicKey.from_hex(poll.modulus)
    return Voter(
        actor=actor,
        poll=poll,
        message=message,
        blinded=blind.blind(public=public, message=message),
    )


def closed(office: Office, poll: Poll, *, at: int = 9, **said: Any) -> Poll:
    return actions.close_poll(
        actor=office.secretary,
        poll_public_id=poll.public_id,
        at=minute(at),
        **said,
    )


def decided(
    office: Office, item: CouncilItem, members: list[Actor], votes: list[str]
) -> Poll:
    """The whole secret vote on an item: begun, voted as said, closed, finished."""
    begun(office, item)
    poll = voting(office, item)
    voters = [voter(m, poll, {"vote": v}) for m, v in zip(members, votes, strict=False)]
    for one in voters:
        one.ask()
    if len(voters) < poll.entitled:
        actions.open_urn(
            actor=office.secretary, poll_public_id=poll.public_id, at=minute(5)
        )
    for one in voters:
        one.hand_in()
    poll = closed(office, poll)
    actions.end_item(actor=office.secretary, item_id=item.pk, at=minute(10))
    return poll


def digest(actor: Actor, council: Council) -> str:
    """The digest of the minutes as the person reads them."""
    council.refresh_from_db()
    return queries.whole_digest(
        queries.part_digests(queries.minutes_parts(actor, council))
    )
