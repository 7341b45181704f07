"""In the reading room: one's own notes, and the account of what was opened."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from opensti.domains.panels.actions.acting import must_have_signed
from opensti.domains.panels.choices import ASKED, CouncilState, SeatState
from opensti.domains.panels.models import (
    Council,
    CouncilItem,
    Note,
    PaperOpening,
    Seat,
)
from opensti.kernel.access import get_visible, require
from opensti.kernel.refusals import Stale, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor

LONGEST = 20_000
# The page of an item opened again within this time is one reading.
SAME_READING = timedelta(minutes=30)


def member_place(
    actor: Actor, item_id: int, *, lock: bool = False
) -> tuple[Council, CouncilItem, Seat]:
    """The item as the member may know it, and the member's seat: accepted and signed.

    With ``lock`` the council is locked, so that nothing opens or closes meanwhile.
    """
    item = get_visible(
        actor, CouncilItem.objects.select_related("dossier", "order"), pk=item_id
    )
    rows = Council.objects.select_related("regime_version").defer(
        "regime_version__content"
    )
    if lock:
        rows = rows.select_for_update(of=("self",))
    council = rows.get(pk=item.council_id)
    item.council = council
    seat = (
        Seat.objects.filter(
            council=council, person_id=actor.person_id, state__in=ASKED
        ).first()
        if actor.person_id is not None
        else None
    )
    require(actor, "panels.review", seat)
    assert seat is not None  # noqa: S101 -- the permission refuses who has none
    if seat.state != SeatState.ACCEPTED:
        raise StepNotAllowed(
            _("You have not yet accepted your seat."),
            mend=_("Answer the invitation first."),
        )
    must_have_signed(
        seat, mend=_("Sign it on the page of the invitation; then you can read.")
    )
    if council.documents_sent_at is None:
        raise StepNotAllowed(
            _("The documents are not open yet."),
            mend=_("You can read them once the secretary sent them."),
        )
    return council, item, seat


def before_meeting(council: Council) -> None:
    """Refuse what must happen before the meeting once it has opened."""
    if council.state != CouncilState.SET_UP or council.opened_at is not None:
        raise StepNotAllowed(
            _("The meeting has opened: reviews and questions are closed."),
            mend=_("Say it in the meeting, and on your ballot."),
        )


@transaction.atomic
def save_note(
    *,
    actor: Actor,
    item_id: int,
    text: str,
    at: datetime,
    expected_version: int | None = None,
) -> Note | None:
    """Keep one's own note on an item; an empty one is deleted and leaves nothing.

    Nobody else ever reads it, so it is no act of the ministry and has no entry in the
    record. Raises ``Stale`` when it was changed in another window.
    """
    _council, item, seat = member_place(actor, item_id)
    found = Note.objects.select_for_update().filter(item=item, seat=seat).first()
    version = found.version if found is not None else 0
    if expected_version is not None and version != expected_version:
        raise Stale(
            _("This note was changed in another window meanwhile."),
            mend=_("Look at what is there now; your text is still in this form."),
        )
    kept = text.replace("\x00", "").strip()[:LONGEST]
    if not kept:
        if found is not None:
            found.delete()
        return None
    note = found or Note(item=item, seat=seat, version=0)
    note.text, note.saved_at = kept, at
    note.version += 1
    note.save()
    return note


@transaction.atomic
def note_opening(
    *, actor: Actor, item_id: int, at: datetime, file: str = "", marked: bool = False
) -> PaperOpening | None:
    """Keep that a member opened an item, or one of its papers; officials are not noted.

    The page opened again within half an hour is the same reading; a paper taken twice
    was taken twice.
    """
    seat = Seat.objects.filter(
        council__items=item_id, person_id=actor.person_id or 0, state=SeatState.ACCEPTED
    ).first()
    if seat is None:
        return None
    if not file and (
        found := PaperOpening.objects.filter(
            item_id=item_id, seat=seat, file="", at__gt=at - SAME_READING
        ).first()
    ):
        return found
    return PaperOpening.objects.create(
        item_id=item_id, seat=seat, file=file, marked=marked, at=at
    )
