"""Reviews before the meeting: written, handed in sealed, opened together, rated."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from opensti.domains.panels.actions.acting import tell
from opensti.domains.panels.actions.reading import (
    LONGEST,
    before_meeting,
    member_place,
)
from opensti.domains.panels.choices import (
    ASKED,
    Confidence,
    CouncilState,
    Rating,
    ReviewState,
    Sheet,
)
from opensti.domains.panels.models import (
    Assignment,
    Council,
    CouncilItem,
    Recusal,
    Review,
    ReviewRating,
)
from opensti.domains.panels.permissions import counted_reviews
from opensti.domains.panels.queries import (
    commitment,
    known_council,
    review_due,
    sheet_problems,
    sheet_total,
)
from opensti.kernel.access import get_visible, require
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Problem,
    Stale,
    StepNotAllowed,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opensti.domains.panels.models import Seat
    from opensti.kernel.access import Actor

LEAST, MOST = 1, 5


@transaction.atomic
def save_review(
    *,
    actor: Actor,
    item_id: int,
    sheet: Sheet,
    at: datetime,
    confidence: str = "",
    expected_version: int | None = None,
) -> Review:
    """Keep what a named reviewer typed, valid or not; nobody else sees it."""
    council, item, seat = member_place(actor, item_id, lock=True)
    before_meeting(council)
    review = _own(item, seat)
    if review.state == ReviewState.HANDED_IN:
        raise StepNotAllowed(
            _("This review is handed in."),
            mend=_("Take it back first to change it, as long as it is sealed."),
        )
    _write(review, sheet, confidence, at, expected_version)
    return review


@transaction.atomic
def hand_in_review(
    *,
    actor: Actor,
    item_id: int,
    at: datetime,
    sheet: Sheet | None = None,
    confidence: str = "",
    expected_version: int | None = None,
) -> Review:
    """Commit to the review: its salted digest goes into the record, its words stay sealed.

    When it is the last one owed on the item, all are opened to those who may read them.
    Raises ``Invalid`` with every fault of the sheet; handed in twice is once.
    """
    council, item, seat = member_place(actor, item_id, lock=True)
    before_meeting(council)
    review = _own(item, seat)
    if review.state == ReviewState.HANDED_IN:
        return review
    if sheet is not None:
        _write(review, sheet, confidence, at, expected_version)
    elif review.pk is None:
        raise NotFound
    problems = sheet_problems(item, written_review(review), reviewer=True)
    if review.confidence not in Confidence.values:
        problems.append(
            Problem(
                field="confidence",
                message=_("Say how well you know the subject."),
                mend=_("Choose one of the three."),
            )
        )
    if problems:
        raise Invalid(problems)
    review.state, review.handed_in_at = ReviewState.HANDED_IN, at
    review.salt = secrets.token_hex(32)
    review.digest = commitment(review)
    review.version += 1
    review.save()
    tell(
        actor,
        council,
        "hand_in_review",
        at,
        detail={"item": item.public_id, "digest": review.digest},
        secret={"person": seat.person_id},
    )
    if not _outstanding(item):
        _open(actor, council, item, at, why="all_in")
    return review


@transaction.atomic
def take_review_back(*, actor: Actor, item_id: int, at: datetime) -> Review:
    """Take a sealed review back to change it; an opened one stays as it is."""
    council, item, seat = member_place(actor, item_id, lock=True)
    before_meeting(council)
    review = _own(item, seat)
    if review.state != ReviewState.HANDED_IN:
        raise StepNotAllowed(_("There is no handed-in review to take back."))
    if review.revealed_at is not None:
        raise StepNotAllowed(
            _("The reviews of this item have been opened; yours stays as it is."),
            mend=_("Say in the meeting what you see otherwise now."),
        )
    review.state, review.handed_in_at = ReviewState.DRAFT, None
    review.salt = review.digest = ""
    review.version += 1
    review.save()
    tell(
        actor,
        council,
        "take_review_back",
        at,
        detail={"item": item.public_id},
        secret={"person": seat.person_id},
    )
    return review


@transaction.atomic
def reveal_reviews(*, actor: Actor, item_id: int, reason: str, at: datetime) -> int:
    """The keeper opens the seals although a review is missing, once its day has passed.

    Who still owes a review reads the others' all the same only in the meeting. Returns
    how many were opened.
    """
    item = get_visible(actor, CouncilItem.objects.all(), pk=item_id)
    council = known_council(actor, item.council_id, lock=True)
    item.council = council
    require(actor, "panels.open_reviews", council)
    before_meeting(council)
    today = localdate(at)
    waiting = [
        due
        for owed in _outstanding(item)
        if (due := review_due(council, owed)) is None or due >= today
    ]
    if waiting:
        raise StepNotAllowed(
            _("A review of this item is still owed, and its day has not passed."),
            mend=_("They open by themselves when the last one is in."),
        )
    if not reason.strip():
        raise Invalid(
            [
                Problem(
                    field="reason",
                    message=_(
                        "Say why the reviews are opened although one is missing."
                    ),
                    mend=_("One sentence is enough; it goes into the record."),
                )
            ]
        )
    return _open(actor, council, item, at, why=reason.strip())


def open_seals(*, actor: Actor, council: Council, at: datetime) -> int:
    """Open every sealed review of a council whose meeting opens; part of that act."""
    opened = 0
    for item in CouncilItem.objects.filter(council=council).order_by("position"):
        item.council = council
        opened += _open(actor, council, item, at, why="meeting")
    return opened


@transaction.atomic
def rate_review(
    *, actor: Actor, review_id: int, rating: Rating, at: datetime
) -> ReviewRating:
    """Say how good an opened review was: one to five for three things; last word counts.

    Kept for the statistics of the pool of experts; the reviewer is not told by whom.
    """
    review = get_visible(
        actor,
        Review.objects.select_related("seat", "item__council__regime_version").defer(
            "item__council__regime_version__content"
        ),
        pk=review_id,
    )
    council = review.item.council
    require(actor, "panels.rate_review", council)
    if review.seat.person_id == actor.person_id:
        raise AccessDenied(
            _("You cannot rate your own review."),
            who=_("the chair of the council, or its secretary"),
        )
    if council.state not in (
        CouncilState.SET_UP,
        CouncilState.MEETING,
        CouncilState.CONCLUDED,
    ):
        raise NotFound
    problems = [
        Problem(
            field=name,
            message=_("Choose one to five."),
            mend=_("Five is the best."),
        )
        for name in ("thorough", "reasoned", "useful")
        if not LEAST <= getattr(rating, name) <= MOST
    ]
    if problems:
        raise Invalid(problems)
    kept, _made = ReviewRating.objects.update_or_create(
        review=review,
        rated_by_id=actor.account_id,
        defaults={
            "thorough": rating.thorough,
            "reasoned": rating.reasoned,
            "useful": rating.useful,
            "remark": rating.remark.strip()[:LONGEST],
            "rated_at": at,
        },
    )
    tell(
        actor,
        council,
        "rate_review",
        at,
        detail={"item": review.item.public_id},
        secret={
            "review": review.public_id,
            "rating": [rating.thorough, rating.reasoned, rating.useful],
            "remark": kept.remark,
        },
    )
    return kept


def written_review(review: Review) -> Sheet:
    return Sheet(
        scores=review.scores,
        comments=review.comments,
        votes=review.votes,
        vote=review.vote,
        opinion=review.opinion,
    )


def _own(item: CouncilItem, seat: Seat) -> Review:
    if not Assignment.objects.filter(item=item, seat=seat).exists():
        raise NotFound(_("You are not named as a reviewer of this item."))
    found = Review.objects.select_for_update().filter(item=item, seat=seat).first()
    return found or Review(item=item, seat=seat, version=0)


def _outstanding(item: CouncilItem) -> list[Assignment]:
    """Reviewers named for the item, not excluded from it, who have not handed in."""
    done = Review.objects.filter(item=item, state=ReviewState.HANDED_IN)
    gone = Recusal.objects.filter(item=item)
    return list(
        Assignment.objects.filter(item=item, seat__state__in=ASKED)
        .exclude(seat__in=done.values("seat"))
        .exclude(seat__in=gone.values("seat"))
    )


def _open(
    actor: Actor, council: Council, item: CouncilItem, at: datetime, *, why: str
) -> int:
    rows = list(
        Review.objects.select_for_update(of=("self",))
        .filter(
            counted_reviews(),
            item=item,
            state=ReviewState.HANDED_IN,
            revealed_at=None,
        )
        .order_by("digest")
    )
    if not rows:
        return 0
    Review.objects.filter(pk__in=[r.pk for r in rows]).update(revealed_at=at)
    tell(
        actor,
        council,
        "reveal_reviews",
        at,
        detail={
            "item": item.public_id,
            "why": why,
            "opened": [{"digest": r.digest, "salt": r.salt} for r in rows],
        },
    )
    for row in rows:
        row.revealed_at = at
    return len(rows)


def _write(
    review: Review,
    sheet: Sheet,
    confidence: str,
    at: datetime,
    expected_version: int | None,
) -> None:
    if expected_version is not None and review.version != expected_version:
        raise Stale(
            _("This review was changed in another window meanwhile."),
            mend=_("Look at what is there now; your text is still in this form."),
        )
    review.scores = _short(sheet.scores)
    review.comments = _short(sheet.comments)
    review.votes = _short(sheet.votes)
    review.vote = sheet.vote[:20]
    review.opinion = sheet.opinion.replace("\x00", "")[:LONGEST]
    review.confidence = confidence if confidence in Confidence.values else ""
    review.total = sheet_total(review.item, review.scores)
    review.saved_at = at
    review.version += 1
    review.save()


def _short(typed: Mapping[str, str]) -> dict[str, str]:
    return {
        str(k)[:60]: str(v).replace("\x00", "")[:LONGEST]
        for k, v in typed.items()
        if str(v).strip()
    }
