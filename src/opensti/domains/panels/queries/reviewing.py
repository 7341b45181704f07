"""Reviews before the meeting, as each person may know them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from opensti.domains.panels.choices import (
    ASKED,
    CouncilState,
    QuestionState,
    ReviewState,
    SeatState,
)
from opensti.domains.panels.models import (
    Assignment,
    Council,
    Invitation,
    Note,
    PaperOpening,
    Question,
    Recusal,
    Reminder,
    Review,
    ReviewRating,
    Seat,
    Undertaking,
)
from opensti.domains.panels.permissions import (
    counted_reviews,
    keeps,
    listed_assignments,
)
from opensti.domains.panels.queries.councils import agenda_counts
from opensti.domains.panels.queries.rules import rule_of
from opensti.domains.procedures.queries import REGIME, working_calendar
from opensti.kernel.access import Role, get_visible, may, visible
from opensti.kernel.periods import deadline

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from opensti.domains.panels.models import CouncilItem
    from opensti.kernel.access import Actor


# ---- commitment


def committed_words(review: Review) -> str:
    """What the digest of a review is made of, after its salt: one line of JSON."""
    return json.dumps(
        {
            "item": review.item.public_id,
            "seat": review.seat_id,
            "scores": review.scores,
            "comments": review.comments,
            "votes": review.votes,
            "vote": review.vote,
            "opinion": review.opinion,
            "confidence": review.confidence,
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def commitment(review: Review) -> str:
    """The salted SHA-256 that goes into the record when a review is handed in."""
    return hashlib.sha256(
        bytes.fromhex(review.salt) + committed_words(review).encode()
    ).hexdigest()


def is_as_committed(review: Review) -> bool:
    return bool(review.salt) and commitment(review) == review.digest


# ---- when and who


def review_due(council: Council, assignment: Assignment) -> date | None:
    """The last day for a review: as named, by the rule, or the day of the meeting."""
    if assignment.due_on is not None:
        return assignment.due_on
    if council.meeting_at is None:
        return None
    rule, meeting = rule_of(council), localdate(council.meeting_at)
    if rule.written_opinions_before is None:
        return meeting
    return deadline(
        meeting,
        n=rule.written_opinions_before.n,
        unit=rule.written_opinions_before.unit.value,
        direction="before_event",
        calendar=working_calendar(),
    )


def has_signed(seat: Seat | None) -> bool:
    return seat is not None and Undertaking.objects.filter(seat=seat).exists()


def shown_names(
    actor: Actor, council: Council, seats: Iterable[Seat]
) -> dict[int, str]:
    """The name of each reviewer as this person may know it: unnamed where the rule says.

    Unnamed ones are numbered by a digest, so that no number tells the order of seats.
    """
    rows = list(seats)
    unnamed = "members" in rule_of(council).reviewers_unnamed_to
    if not unnamed or is_official(actor, council):
        return {s.pk: s.person.full_name for s in rows}
    ordered = sorted(rows, key=lambda s: _draw(council.public_id, "reviewer", s.pk))
    return {
        s.pk: s.person.full_name
        if s.person_id == actor.person_id
        else _("Reviewer %(n)d") % {"n": n}
        for n, s in enumerate(ordered, start=1)
    }


def reviewers_shown(
    actor: Actor, council: Council, agenda: Iterable[CouncilItem]
) -> dict[int, list[str]]:
    """The reviewers of each item of an agenda, by name or number, as one may know them."""
    rows = {item.pk: list(item.assignments.all()) for item in agenda}
    seats = {a.seat_id: a.seat for named in rows.values() for a in named}
    names = shown_names(actor, council, seats.values())
    return {pk: [names[a.seat_id] for a in named] for pk, named in rows.items()}


def is_official(actor: Actor, council: Council) -> bool:
    return actor.has(Role.OFFICER, Role.LEADER, Role.AUDITOR) or keeps(actor, council)


def _draw(*parts: object) -> str:
    return hashlib.sha256(":".join(map(str, parts)).encode()).hexdigest()


def reading_order(
    council: Council, seat: Seat, items: Iterable[CouncilItem]
) -> list[CouncilItem]:
    """The items in this member's own order, drawn from council and seat: always the same.

    Judged first or last is judged otherwise; with an order for each member the places
    even out over the council.
    """
    return sorted(items, key=lambda i: _draw(council.public_id, seat.pk, i.public_id))


# ---- the reading room of a member


@dataclass(frozen=True, kw_only=True)
class RoomLine:
    """One item as it lies before a member: read? noted? reviewed? asked?"""

    item: Any
    opened: bool
    noted: bool
    owes: bool
    due: date | None
    review_state: str
    answers: int


def reading_room(actor: Actor, council: Council, seat: Seat) -> list[RoomLine]:
    """The member's items in the member's own order; 6 queries."""
    items = agenda_counts(actor, council)
    for row in items:
        row.council = council
    opened = _ids(PaperOpening.objects.filter(seat=seat))
    noted = _ids(Note.objects.filter(seat=seat))
    named = {a.item_id: a for a in Assignment.objects.filter(seat=seat)}
    states = dict(Review.objects.filter(seat=seat).values_list("item_id", "state"))
    answers: dict[int, int] = {}
    for pk in visible(
        actor,
        Question.objects.filter(item__council=council, state=QuestionState.ANSWERED),
    ).values_list("item_id", flat=True):
        answers[pk] = answers.get(pk, 0) + 1
    return [
        RoomLine(
            item=item,
            opened=item.pk in opened,
            noted=item.pk in noted,
            owes=item.pk in named,
            due=review_due(council, named[item.pk]) if item.pk in named else None,
            review_state=states.get(item.pk, "") if item.pk in named else "",
            answers=answers.get(item.pk, 0),
        )
        for item in reading_order(council, seat, items)
    ]


def _ids(rows: QuerySet[Any]) -> set[int]:
    return set(rows.values_list("item_id", flat=True))


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What a member has before him on one item, besides the documents."""

    note: Note | None
    review: Review | None
    named: Assignment | None
    due: date | None
    editable: bool
    may_ask: bool
    signed: bool


def desk(actor: Actor, item: CouncilItem) -> Desk | None:
    """A member's own note and review on an item; nothing for who has no seat; 4 queries."""
    seat = (
        Seat.objects.filter(
            council_id=item.council_id,
            person_id=actor.person_id or 0,
            state=SeatState.ACCEPTED,
        )
        .select_related("undertaking")
        .first()
    )
    if seat is None:
        return None
    council = item.council
    named = Assignment.objects.filter(item=item, seat=seat).first()
    review = (
        Review.objects.select_related("item").filter(item=item, seat=seat).first()
        if named is not None
        else None
    )
    signed = hasattr(seat, "undertaking")
    opened = (
        signed
        and council.documents_sent_at is not None
        and council.state == CouncilState.SET_UP
        and council.opened_at is None
    )
    return Desk(
        note=Note.objects.filter(item=item, seat=seat).first(),
        review=review,
        named=named,
        due=review_due(council, named) if named is not None else None,
        editable=opened
        and named is not None
        and (review is None or review.state != ReviewState.HANDED_IN),
        may_ask=opened and item.dossier_id is not None,
        signed=signed,
    )


def opened_reviews(actor: Actor, item: CouncilItem) -> list[Review]:
    """The opened reviews of an item that this person may read, with names as allowed."""
    rows = list(
        visible(actor, Review.objects.filter(item=item, state=ReviewState.HANDED_IN))
        .filter(
            Q(revealed_at__isnull=False) | Q(item__council__opened_at__isnull=False)
        )
        .select_related("seat__person", "item")
        .order_by("digest")
    )
    names = shown_names(actor, item.council, [r.seat for r in rows])
    for row in rows:
        row.shown_name = names[row.seat_id]  # type: ignore[attr-defined]
        row.proved = is_as_committed(row)  # type: ignore[attr-defined]
    return rows


def review_by_id(actor: Actor, public_id: str) -> Review:
    """One review that this person may read, for its paper; own drafts too."""
    return get_visible(
        actor,
        Review.objects.select_related(
            "seat__person",
            "item__council__regime_version",
            "item__dossier__host",
            "item__dossier__leader",
            "item__order",
        ).defer("item__council__regime_version__content"),
        public_id=public_id,
    )


def own_review(actor: Actor, item: CouncilItem) -> Review | None:
    """The handed-in review from which a ballot may begin; never cast by itself."""
    return Review.objects.filter(
        counted_reviews(),
        item=item,
        state=ReviewState.HANDED_IN,
        seat__person_id=actor.person_id or 0,
    ).first()


# ---- questions


def questions_of(actor: Actor, item: CouncilItem) -> list[Question]:
    """Questions on an item that this person may know; who asked only as allowed."""
    rows = list(
        visible(actor, Question.objects.filter(item=item)).select_related(
            "seat__person"
        )
    )
    names = shown_names(actor, item.council, {r.seat_id: r.seat for r in rows}.values())
    for row in rows:
        row.asker = names[row.seat_id]  # type: ignore[attr-defined]
        row.own = row.seat.person_id == actor.person_id  # type: ignore[attr-defined]
    return rows


def questions_to_author(actor: Actor, dossier: Any) -> list[Question]:
    """What was released to the author of a dossier, for those who write it; 1 query."""
    if not may(actor, "calls.write_dossier", dossier):
        return []
    rows = list(
        Question.objects.filter(item__dossier=dossier, released_at__isnull=False)
        .select_related("seat__person", "item__council__regime_version")
        .defer(*(f"item__council__{name}" for name in REGIME))
    )
    for row in rows:
        council = row.item.council
        unnamed = "applicant" in rule_of(council).reviewers_unnamed_to
        row.asker = "" if unnamed else row.seat.person.full_name  # type: ignore[attr-defined]
        row.is_open = (  # type: ignore[attr-defined]
            row.state == QuestionState.RELEASED
            and council.state == CouncilState.SET_UP
            and row.due_on is not None
            and row.due_on >= localdate()
        )
    return rows


# ---- the list of reviews


def reviews(actor: Actor) -> QuerySet[Assignment]:
    """Named reviewers with the state of their reviews: the own, or those one keeps.

    A keeper learns that a review is in, not what it says: points only once opened.
    """
    said = Review.objects.filter(item=OuterRef("item"), seat=OuterRef("seat"))
    shown = visible(actor, said).filter(
        Q(revealed_at__isnull=False)
        | Q(item__council__opened_at__isnull=False)
        | Q(seat__person_id=actor.person_id or 0)
    )
    gone = Recusal.objects.filter(item=OuterRef("item"), seat=OuterRef("seat"))
    return (
        visible(actor, Assignment.objects.all())
        .filter(listed_assignments(actor), ~Exists(gone), seat__state__in=ASKED)
        .filter(item__council__documents_sent_at__isnull=False)
        .select_related(
            "seat__person",
            "item__council__regime_version",
            "item__dossier",
            "item__order",
        )
        .defer(
            "item__result",
            "item__council__minutes",
            *(f"item__council__{name}" for name in REGIME),
            "item__dossier__answers",
            "item__dossier__typed",
        )
        .annotate(
            review_state=Subquery(said.values("state")[:1]),
            review_in_at=Subquery(said.values("handed_in_at")[:1]),
            review_opened_at=Subquery(shown.values("revealed_at")[:1]),
            review_total=Subquery(shown.values("total")[:1]),
            review_confidence=Subquery(shown.values("confidence")[:1]),
        )
        .order_by("-item__council__meeting_at", "item_id", "seat_id")
    )


def ratings_of(actor: Actor, reviews: Iterable[Review]) -> dict[int, ReviewRating]:
    """What this person said of each review, by review."""
    if actor.user_id is None:
        return {}
    rows = visible(
        actor,
        ReviewRating.objects.filter(
            review__in=[r.pk for r in reviews], rated_by_id=actor.user_id
        ),
    )
    return {row.review_id: row for row in rows}


# ---- letters that wait for a worker


def uninvited() -> list[int]:
    """Seats asked for that have no letter yet, or are asked anew after an answer."""
    return list(
        Seat.objects.filter(
            Q(invitation=None) | Q(invitation__answered_at__isnull=False),
            state=SeatState.INVITED,
            council__state=CouncilState.SET_UP,
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def unmailed() -> list[tuple[str, int]]:
    """Invitations and reminders whose mail is not confirmed, of councils to come."""
    known = {"seat__council__state": CouncilState.SET_UP, "mailed_at": None}
    letters = Invitation.objects.filter(answered_at=None, **known).order_by("pk")
    reminders = Reminder.objects.filter(**known).order_by("pk")
    return [
        *(("invitation", pk) for pk in letters.values_list("pk", flat=True)),
        *(("reminder", pk) for pk in reminders.values_list("pk", flat=True)),
    ]
