"""Between the decision and the meeting: reviewers, the date, the documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opensti.domains.panels.actions.acting import (
    allow,
    keep,
    locked,
    locked_item,
    tell,
)
from opensti.domains.panels.choices import SITTING, VOTING, Allowance, Matter
from opensti.domains.panels.models import Assignment
from opensti.domains.panels.queries import (
    agenda,
    last_day_for_documents,
    rule_of,
)
from opensti.domains.panels.queries import without_reviewers as unreviewed
from opensti.kernel.citations import cited
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from opensti.domains.panels.models import Council
    from opensti.kernel.access import Actor


@transaction.atomic
def assign_reviewers(
    *,
    actor: Actor,
    item_id: int,
    seat_ids: Sequence[int],
    at: datetime,
    due_on: date | None = None,
) -> list[Assignment]:
    """Name who reviews an item before the meeting; replaces who was named earlier."""
    council, item = locked_item(actor, item_id, "prepare")
    seats = {seat.pk: seat for seat in council.seats.filter(pk__in=set(seat_ids))}
    recused = set(item.recusals.values_list("seat_id", flat=True))
    problems = []
    for pk in seat_ids:
        seat = seats.get(pk)
        if seat is None or seat.state not in SITTING or seat.role not in VOTING:
            problems.append(
                Problem(
                    field="reviewers",
                    message=_("A reviewer must have a voting seat in this council."),
                    mend=_("Choose among its members."),
                )
            )
        elif pk in recused:
            problems.append(
                Problem(
                    field="reviewers",
                    message=_(
                        "A member who takes no part in the item cannot review it."
                    ),
                    mend=_("Choose another member."),
                )
            )
    if problems:
        raise Invalid(problems)
    item.assignments.exclude(seat_id__in=seats).delete()
    named = [
        Assignment.objects.update_or_create(
            item=item, seat=seat, defaults={"due_on": due_on}
        )[0]
        for seat in seats.values()
    ]
    keep(council)
    tell(
        actor,
        council,
        "assign_reviewers",
        at,
        detail={"item": item.public_id, "reviewers": len(named), "due_on": due_on},
        secret={"people": sorted(seat.person_id for seat in seats.values())},
    )
    return named


@transaction.atomic
def schedule_meeting(
    *,
    actor: Actor,
    council_id: int,
    meeting_at: datetime | None,
    at: datetime,
    mode: str = "in_person",
    place: str = "",
    allowance: Allowance | None = None,
    expected_version: int | None = None,
) -> Council:
    """Call the meeting; documents that were sent already must still be in time."""
    council = locked(actor, council_id, "prepare", version=expected_version)
    rule = rule_of(council)
    problems = []
    if meeting_at is None or meeting_at <= at:
        problems.append(
            Problem(
                field="meeting_at",
                message=_("The meeting must lie ahead."),
                mend=_("Enter a day and a time to come."),
            )
        )
    if mode not in rule.modes:
        problems.append(
            Problem(
                field="mode",
                message=_("The rule of this council does not know this way to meet."),
                mend=_("See %(article)s.") % {"article": cited(rule.basis)},
            )
        )
    if problems:
        raise Invalid(problems)
    council.meeting_at, council.mode, council.place = meeting_at, mode, place.strip()
    if council.documents_sent_at is not None:
        late = late_documents(council, localdate(council.documents_sent_at))
        allow(actor, council, Matter.DOCUMENTS, allowance, late, at)
    keep(council, "meeting_at", "mode", "place")
    tell(
        actor,
        council,
        "schedule_meeting",
        at,
        detail={"meeting_at": meeting_at, "mode": mode, "place": council.place},
    )
    return council


@transaction.atomic
def send_documents(
    *,
    actor: Actor,
    council_id: int,
    at: datetime,
    without_reviewers: bool = False,
    allowance: Allowance | None = None,
    expected_version: int | None = None,
) -> Council:
    """Open the reading room to the members, in time before the meeting.

    Where the rule seats reviewers and an item has none named yet, whoever sends says
    so (``without_reviewers``); else ``Invalid`` names how many lack them.
    """
    council = locked(actor, council_id, "prepare", version=expected_version)
    if council.documents_sent_at is not None:
        raise StepNotAllowed(_("The documents have been sent already."))
    if council.meeting_at is None:
        raise StepNotAllowed(
            _("The meeting has no date yet."),
            mend=_("Call the meeting first: the time for reading counts back from it."),
            article=rule_of(council).basis,
        )
    lacking = len(unreviewed(council, agenda(actor, council)))
    if lacking and not without_reviewers:
        raise Invalid(
            [
                Problem(
                    field="without_reviewers",
                    message=ngettext(
                        "%(n)d item of the agenda has no reviewer yet.",
                        "%(n)d items of the agenda have no reviewer yet.",
                        lacking,
                    )
                    % {"n": lacking},
                    mend=_(
                        "Name the reviewers first, or confirm that the documents go "
                        "out without them."
                    ),
                )
            ]
        )
    allow(
        actor,
        council,
        Matter.DOCUMENTS,
        allowance,
        late_documents(council, localdate(at)),
        at,
    )
    council.documents_sent_at = at
    keep(council, "documents_sent_at")
    tell(
        actor,
        council,
        "send_documents",
        at,
        detail={
            "meeting_at": council.meeting_at,
            **({"without_reviewers": lacking} if lacking else {}),
        },
    )
    return council


def late_documents(council: Council, sent_on: date) -> list[Problem]:
    """Say so when documents sent on a day leave less time than the rule gives."""
    due = last_day_for_documents(council)
    if due is None or sent_on <= due:
        return []
    return [
        Problem(
            field="documents",
            message=_(
                "Members must have the documents by %(due)s at the latest for this date."
            )
            % {"due": f"{due:%d/%m/%Y}"},
            mend=_("Move the meeting to a later day, %(article)s.")
            % {"article": cited(rule_of(council).basis)},
        )
    ]
