"""A member writes a sheet, hands it in, or takes it back before it is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from opensti.domains.panels.actions.acting import SIGN_FIRST, must_have_signed, tell
from opensti.domains.panels.choices import (
    ASKED,
    VOTING,
    BallotMethod,
    BallotState,
    CouncilState,
    SeatState,
    Sheet,
)
from opensti.domains.panels.models import Ballot, CouncilItem, Seat
from opensti.domains.panels.queries import (
    ballot_kind,
    meeting_of,
    rated_whole,
    sheet_problems,
    sheet_total,
)
from opensti.kernel.access import get_visible, require
from opensti.kernel.refusals import Invalid, NotFound, Stale, StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.domains.panels.models import Council
    from opensti.kernel.access import Actor

LONGEST = 20_000


@transaction.atomic
def save_ballot(
    *,
    actor: Actor,
    item_id: int,
    sheet: Sheet,
    at: datetime,
    expected_version: int | None = None,
) -> Ballot:
    """Keep what a member typed, valid or not; nothing is counted yet."""
    _council, item, seat = _place(actor, item_id)
    ballot = _locked(item, seat)
    if ballot.pk is not None and ballot.state == BallotState.CAST:
        raise StepNotAllowed(
            _("This ballot is cast."), mend=_("Take it back first to change it.")
        )
    _write(ballot, sheet, at, expected_version)
    return ballot


@transaction.atomic
def cast_ballot(
    *,
    actor: Actor,
    item_id: int,
    at: datetime,
    sheet: Sheet | None = None,
    expected_version: int | None = None,
) -> Ballot:
    """Hand the ballot in; with ``sheet``, what is on the page is kept and handed in.

    Raises ``Invalid`` with every fault of the sheet; what was typed before stays kept.
    """
    council, item, seat = _place(actor, item_id)
    if meeting_of(council).method != BallotMethod.OPEN:
        raise StepNotAllowed(
            _("This council votes secretly: no sheet is handed in by name."),
            mend=_("Vote on the page of the meeting when the vote is opened."),
        )
    must_have_signed(seat, mend=SIGN_FIRST)
    ballot = _locked(item, seat)
    if ballot.pk is not None and ballot.state == BallotState.CAST:
        return ballot  # a double click: the ballot lies in the urn already
    if sheet is None and ballot.pk is None:
        sheet = Sheet()
    if sheet is not None:
        _write(ballot, sheet, at, expected_version)
    problems = sheet_problems(
        item, written(ballot), reviewer=item.assignments.filter(seat=seat).exists()
    )
    if problems:
        raise Invalid(problems)
    ballot.total = sheet_total(item, ballot.scores)
    if ballot_kind(council) == "rating":
        ballot.vote = rated_whole(item, ballot.votes, ballot.vote)
    ballot.state, ballot.cast_at = BallotState.CAST, at
    ballot.save(update_fields=["total", "vote", "state", "cast_at"])
    tell(
        actor,
        council,
        "cast_ballot",
        at,
        detail={"item": item.public_id},
        secret={
            "person": seat.person_id,
            "sheet": as_committed(ballot),
        },
    )
    return ballot


def as_committed(ballot: Ballot) -> dict[str, object]:
    """A sheet as the record commits to it when it is handed in."""
    return {
        "scores": ballot.scores,
        "comments": ballot.comments,
        "votes": ballot.votes,
        "vote": ballot.vote,
        "opinion": ballot.opinion,
    }


@transaction.atomic
def withdraw_ballot(*, actor: Actor, item_id: int, at: datetime) -> Ballot:
    """Take a cast ballot back to change it, as long as nothing has been counted."""
    council, item, seat = _place(actor, item_id)
    ballot = _locked(item, seat)
    if ballot.pk is None or ballot.state != BallotState.CAST:
        raise StepNotAllowed(_("There is no cast ballot to take back."))
    ballot.state, ballot.cast_at = BallotState.DRAFT, None
    ballot.version += 1
    ballot.save(update_fields=["state", "cast_at", "version"])
    tell(
        actor,
        council,
        "withdraw_ballot",
        at,
        detail={"item": item.public_id},
        secret={"person": seat.person_id},
    )
    return ballot


def written(ballot: Ballot) -> Sheet:
    return Sheet(
        scores=ballot.scores,
        comments=ballot.comments,
        votes=ballot.votes,
        vote=ballot.vote,
        opinion=ballot.opinion,
    )


def _place(actor: Actor, item_id: int) -> tuple[Council, CouncilItem, Seat]:
    """The item as the member may know it, and the member's seat, locked."""
    item = get_visible(
        actor,
        CouncilItem.objects.select_related("council__regime_version").defer(
            "council__regime_version__content"
        ),
        pk=item_id,
    )
    council = item.council
    seat = (
        council.seats.select_for_update(of=("self",))
        .filter(person_id=actor.person_id, state__in=ASKED, role__in=VOTING)
        .first()
        if actor.person_id is not None
        else None
    )
    if seat is None:
        require(actor, "panels.vote", None)
        raise NotFound
    require(actor, "panels.vote", seat)
    if seat.state != SeatState.ACCEPTED:
        raise StepNotAllowed(
            _("You have not yet accepted your seat."),
            mend=_("Answer the invitation first."),
        )
    # Asked again under the seat's lock: the count takes the same lock.
    state = (
        type(council)
        .objects.filter(pk=council.pk)
        .values_list("state", flat=True)
        .get()
    )
    if council.documents_sent_at is None or state not in (
        CouncilState.SET_UP,
        CouncilState.MEETING,
    ):
        raise StepNotAllowed(
            _("Ballots are written from the sending of the documents until the count."),
            mend=_("Ask the secretary of the council."),
        )
    return council, item, seat


def _locked(item: CouncilItem, seat: Seat) -> Ballot:
    found = Ballot.objects.select_for_update().filter(item=item, seat=seat).first()
    return found or Ballot(item=item, seat=seat, version=0)


def _write(
    ballot: Ballot, sheet: Sheet, at: datetime, expected_version: int | None
) -> None:
    if expected_version is not None and ballot.version != expected_version:
        raise Stale(
            _("This sheet was changed in another window meanwhile."),
            mend=_("Look at what is there now; your text is still in this form."),
        )
    ballot.scores = _short(sheet.scores)
    ballot.comments = _short(sheet.comments)
    ballot.votes = _short(sheet.votes)
    ballot.vote = sheet.vote[:20]
    ballot.opinion = sheet.opinion[:LONGEST]
    ballot.total = sheet_total(ballot.item, ballot.scores)
    ballot.saved_at = at
    ballot.version += 1
    ballot.save()


def _short(typed: object) -> dict[str, str]:
    items = dict(typed)  # type: ignore[call-overload]
    return {
        str(k)[:60]: str(v).replace("\x00", "")[:LONGEST]
        for k, v in items.items()
        if str(v).strip()
    }
