"""Who runs a meeting, votes, counts and signs, and who may know what of it.

What hangs on an item is seen by those who may know of the item, and by no one else: a
member in conflict sees no turn, no poll, no dissent and no remark of it. Ballots of a
secret vote are rows without people; they are shown when the poll is closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from opensti.domains.panels.choices import PollState
from opensti.domains.panels.models import (
    Convocation,
    Council,
    Dissent,
    Meeting,
    Poll,
    Presence,
    Remark,
    Seat,
    SecretBallot,
    Signature,
    Sitting,
    Summons,
    Turn,
)
from opensti.domains.panels.permissions.barring import is_no_auditor
from opensti.domains.panels.permissions.councils import (
    as_staff,
    hidden_items,
    known_councils,
    known_items,
    sits,
)
from opensti.kernel.access import NOTHING, grant, may, sees, visible
from opensti.kernel.files.serving import files_access

if TYPE_CHECKING:
    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

grant("panels.attend", is_no_auditor & sits)
grant("panels.sign", is_no_auditor & sits, dangerous=True)
grant("panels.follow", is_no_auditor & sits, reads=True)


def _of_council(actor: Actor) -> Q:
    return Q(council_id__in=known_councils(actor))


def _of_sitting(actor: Actor) -> Q:
    return Q(sitting__council_id__in=known_councils(actor))


def _of_item(actor: Actor) -> Q:
    return Q(item_id__in=known_items(actor))


def _presences(actor: Actor) -> Q:
    """A departure for an item tells of the item: whoever may not know of it is told none."""
    known = Q(item=None) | Q(item_id__in=known_items(actor))
    return _of_sitting(actor) & known


def _ballots(actor: Actor) -> Q:
    polls = Poll.objects.filter(_of_item(actor), state=PollState.CLOSED)
    return Q(poll_id__in=polls.values("pk"))


def _summons(actor: Actor) -> Q:
    own = Q(seat__person_id=actor.person_id) if actor.person_id is not None else NOTHING
    return own | as_staff(actor, "convocation__council__")


def has_sheet(actor: Actor, council: Council, seat: Seat | None) -> bool:
    """Who is handed the sheet that a member signed by hand: he, and the council's keepers.

    It bears a handwritten signature, and may show the whole minutes: the caller makes
    sure that nothing on the agenda is hidden from the person.
    """
    return seat is not None and bool(
        may(actor, "panels.read_seats", council) or may(actor, "panels.follow", seat)
    )


def _scan(actor: Actor, file: StoredFile) -> bool:
    council = visible(
        actor, Council.objects.filter(public_id=file.subject.partition(":")[2])
    ).first()
    if council is None or council.items.filter(hidden_items(actor)).exists():
        return False
    number = file.kind.removeprefix("seat-")
    seat = council.seats.filter(pk=number).first() if number.isdecimal() else None
    return has_sheet(actor, council, seat)


sees(Meeting, _of_council)
sees(Convocation, _of_council)
sees(Sitting, _of_council)
sees(Signature, _of_council)
sees(Presence, _presences)
sees(Turn, _of_item)
sees(Poll, _of_item)
sees(Dissent, _of_item)
sees(Remark, _of_item)
sees(SecretBallot, _ballots)
sees(Summons, _summons)
files_access("panels.signature", _scan)
