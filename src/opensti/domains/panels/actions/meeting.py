"""The session: who is there, whether it may open, and its opening."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from opensti.domains.panels.actions.acting import allow, keep, locked, tell
from opensti.domains.panels.actions.agenda import locked_cases
from opensti.domains.panels.actions.reviewing import open_seals
from opensti.domains.panels.actions.session import follow_attendance, gathered
from opensti.domains.panels.choices import (
    ASKED,
    VOTING,
    Allowance,
    Matter,
    SeatRole,
)
from opensti.domains.panels.queries import opening_of, rule_of
from opensti.domains.procedures.actions import start_deadlines
from opensti.domains.procedures.choices import Event
from opensti.kernel.refusals import Invalid, NotFound, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from opensti.domains.panels.models import Council
    from opensti.kernel.access import Actor


@transaction.atomic
def mark_attendance(
    *,
    actor: Actor,
    council_id: int,
    present: Collection[int],
    at: datetime,
    authorised_vice: bool = False,
    counters: Collection[int] = (),
    written_opinions: Mapping[int, str] | None = None,
    expected_version: int | None = None,
) -> Council:
    """Note who is there; an absent member's written opinion is kept beside the ballots.

    ``counters`` are the members of the count team; empty: the system counts.
    """
    council = locked(actor, council_id, "attend", version=expected_version)
    seats = list(
        council.seats.select_for_update(of=("self",))
        .filter(state__in=ASKED)
        .order_by("pk")
    )
    known = {seat.pk for seat in seats}
    if (set(present) | set(counters)) - known:
        raise NotFound
    rule = rule_of(council)
    wanted = rule.ballot.count_team if rule.ballot is not None else 0
    if counters and (
        set(counters) - set(present) or (wanted and len(set(counters)) != wanted)
    ):
        raise Invalid(
            [
                Problem(
                    field="counters",
                    message=_("The count team has %(n)d members, all of them present.")
                    % {"n": wanted or len(set(counters))},
                    mend=_(
                        "Tick them among those present, or none: the system counts."
                    ),
                )
            ]
        )
    opinions = written_opinions or {}
    for seat in seats:
        seat.present = seat.pk in present
        seat.counts_ballots = seat.pk in counters
        seat.authorised_vice = authorised_vice and seat.role == SeatRole.VICE
        if seat.pk in opinions:
            seat.written_opinion = opinions[seat.pk].strip()
        seat.save(
            update_fields=[
                "present",
                "counts_ballots",
                "authorised_vice",
                "written_opinion",
            ]
        )
    follow_attendance(council, set(present), at)
    keep(council)
    tell(
        actor,
        council,
        "mark_attendance",
        at,
        detail={
            "present": sum(s.pk in present for s in seats if s.role in VOTING),
            "authorised_vice": authorised_vice,
        },
        secret={"people": sorted(s.person_id for s in seats if s.pk in present)},
    )
    return council


@transaction.atomic
def open_meeting(
    *,
    actor: Actor,
    council_id: int,
    at: datetime,
    allowance: Allowance | None = None,
    expected_version: int | None = None,
) -> Council:
    """Open the session if the quorum of the rule is there; else say what is missing.

    The head's decision (reason and number) may open it all the same.
    """
    council = locked(actor, council_id, "open", version=expected_version)
    opening = opening_of(council)
    if opening.blocking:
        refusal = Invalid(opening.blocking)
        refusal.article = rule_of(council).basis
        raise refusal
    allow(actor, council, Matter.QUORUM, allowance, opening.missing, at)
    council.opened_at = at
    sitting = gathered(council)
    sitting.opened_at = at
    sitting.save(update_fields=["opened_at"])
    keep(council, "opened_at")
    open_seals(actor=actor, council=council, at=at)
    cases = locked_cases(council)
    tell(
        actor,
        council,
        "open_meeting",
        at,
        detail={
            "total": opening.total,
            "present": opening.present,
            "needed": opening.needed,
        },
    )
    start_deadlines(
        case_ids=cases, event=Event.COUNCIL_MEETING, on=localdate(at), at=at
    )
    return council
