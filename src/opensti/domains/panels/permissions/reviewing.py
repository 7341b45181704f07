"""Who may do and know what between the setting up of a council and its meeting.

A note is its writer's alone. A review is its writer's until it is opened: when every
reviewer of the item has handed in, when the keeper opens them after the day they were
due, or when the meeting opens. A reviewer who still owes a review of the item reads
nobody else's, whatever other office he holds. Whoever must not know of the item knows
of nothing that hangs on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.panels.choices import (
    ASKED,
    BARRING,
    OUT,
    CouncilState,
    ReviewState,
    SeatRole,
    SeatState,
)
from opensti.domains.panels.models import (
    Assignment,
    Conflict,
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
from opensti.domains.panels.permissions.barring import is_no_auditor
from opensti.domains.panels.permissions.councils import (
    as_staff,
    is_its_secretary,
    is_party_to_nothing,
    keeper,
    known_items,
    sits,
)
from opensti.kernel.access import NOTHING, STAFF, Role, grant, has_role, rule, sees

if TYPE_CHECKING:
    from opensti.kernel.access import Actor

OVER = (CouncilState.CONCLUDED, CouncilState.DISSOLVED)


@rule(
    _("You do not chair this council."),
    who=_("the chair of the council, or its secretary"),
)
def chairs(actor: Actor, council: Any) -> bool:
    return (
        council is not None
        and actor.person_id is not None
        and Seat.objects.filter(
            council_id=council.pk,
            person_id=actor.person_id,
            role=SeatRole.CHAIR,
            state=SeatState.ACCEPTED,
        ).exists()
    )


reading_keeper = (has_role(Role.OFFICER) | is_its_secretary) & is_party_to_nothing

grant("panels.review", is_no_auditor & sits)
grant("panels.open_reviews", keeper)
grant("panels.release_question", keeper)
grant("panels.read_signs", reading_keeper, reads=True)
grant(
    "panels.read_disagreement",
    has_role(Role.OFFICER, Role.LEADER, Role.AUDITOR) | is_its_secretary | chairs,
    reads=True,
)
grant("panels.rate_review", keeper | (is_no_auditor & chairs))
grant("panels.list_reviews", has_role(*STAFF, Role.AUDITOR, Role.EXPERT), reads=True)


def _own(actor: Actor, prefix: str = "seat__") -> Q:
    if actor.person_id is None:
        return NOTHING
    return Q(
        **{f"{prefix}person_id": actor.person_id, f"{prefix}state": SeatState.ACCEPTED}
    )


def _notes(actor: Actor) -> Q:
    return Q(item_id__in=known_items(actor)) & _own(actor)


def _openings(actor: Actor) -> Q:
    return Q(item_id__in=known_items(actor)) & (
        _own(actor) | as_staff(actor, "item__council__")
    )


def counted_reviews() -> Q:
    """Reviews that count: of a reviewer still named, not excluded from the item, not barred.

    An open case bars until it is judged. What a council has concluded on stays as it was.
    """
    same = {"item_id": OuterRef("item_id"), "seat_id": OuterRef("seat_id")}
    return Q(Exists(Assignment.objects.filter(**same)), seat__state__in=ASKED) & ~(
        Q(Exists(Recusal.objects.filter(**same)))
        | (_writer_is_barred() & ~Q(item__council__state__in=OVER))
    )


def _writer_is_barred() -> Q:
    cases = Conflict.objects.filter(
        person_id=OuterRef("seat__person_id"), state__in=BARRING
    )
    return Q(Exists(cases.filter(dossier_id=OuterRef("item__dossier_id")))) | Q(
        Exists(cases.filter(order_id=OuterRef("item__order_id")))
    )


def owes_review(actor: Actor) -> Q:
    """Whether the person is a reviewer of the row's item who has not handed in."""
    if actor.person_id is None:
        return NOTHING
    done = Review.objects.filter(
        item_id=OuterRef("item_id"),
        seat_id=OuterRef("seat_id"),
        state=ReviewState.HANDED_IN,
    )
    named = Assignment.objects.filter(
        ~Exists(done),
        item_id=OuterRef("item_id"),
        seat__person_id=actor.person_id,
        seat__state__in=ASKED,
    )
    return Q(Exists(named))


def _reviews(actor: Actor) -> Q:
    meets = Q(item__council__opened_at__isnull=False)
    opened = Q(state=ReviewState.HANDED_IN) & (Q(revealed_at__isnull=False) | meets)
    member = (
        Q(
            item__council_id__in=Seat.objects.filter(
                person_id=actor.person_id, state=SeatState.ACCEPTED
            ).values("council_id")
        )
        if actor.person_id is not None
        else NOTHING
    )
    others = opened & (member | as_staff(actor, "item__council__"))
    if actor.person_id is not None:
        others &= meets | ~owes_review(actor)
    return (
        Q(item_id__in=known_items(actor)) & counted_reviews() & (_own(actor) | others)
    )


def _ratings(actor: Actor) -> Q:
    """For those who keep or follow councils, and who said it; never for the reviewer."""
    said = Q(rated_by_id=actor.user_id) if actor.user_id is not None else NOTHING
    known = Q(review__item_id__in=known_items(actor))
    mine = (
        Q(review__seat__person_id=actor.person_id)
        if actor.person_id is not None
        else NOTHING
    )
    return known & (said | as_staff(actor, "review__item__council__")) & ~mine


def _questions(actor: Actor) -> Q:
    """The asker's own and the keepers'; the members know of those that went out."""
    member = (
        Q(
            item__council_id__in=Seat.objects.filter(
                person_id=actor.person_id, state=SeatState.ACCEPTED
            ).values("council_id")
        )
        if actor.person_id is not None
        else NOTHING
    )
    return Q(item_id__in=known_items(actor)) & (
        _own(actor)
        | as_staff(actor, "item__council__")
        | (member & Q(state__in=[*OUT]))
    )


def _of_seat(actor: Actor) -> Q:
    return as_staff(actor, "seat__council__") | _own(actor)


def _reminders(actor: Actor) -> Q:
    known = Q(item=None) | Q(item_id__in=known_items(actor))
    return _of_seat(actor) & known


sees(Note, _notes)
sees(PaperOpening, _openings)
sees(Review, _reviews)
sees(ReviewRating, _ratings)
sees(Question, _questions)
sees(Invitation, _of_seat)
sees(Undertaking, _of_seat)
sees(Reminder, _reminders)


def listed_assignments(actor: Actor) -> Q:
    """Named reviewers whose state a person may follow: the own, or by office.

    Members know who reviews what; how far another's review is, they do not.
    """
    return _own(actor) | as_staff(actor, "item__council__")
