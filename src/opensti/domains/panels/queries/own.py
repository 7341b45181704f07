"""A member's own page: seats, what is due, meetings, fees, and what can be certified."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.timezone import localdate, localtime

from opensti.domains.panels.choices import (
    ASKED,
    BallotState,
    CouncilState,
    SeatRole,
    SeatState,
)
from opensti.domains.panels.models import Assignment, Ballot, CalendarLink, Seat
from opensti.domains.procedures.queries import fees_on
from opensti.kernel.access import visible
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from django.db.models import QuerySet

    from opensti.domains.panels.models import Council
    from opensti.domains.procedures.regimes.fees import FeeTable
    from opensti.kernel.access import Actor

OVER = (CouncilState.CONCLUDED, CouncilState.DISSOLVED)


def own_seats(actor: Actor, year: int | None = None) -> QuerySet[Seat]:
    """A person's own seats, newest first; those one was asked to take; 1 query.

    ``year``: only of councils that meet, were concluded or were decided in it.
    """
    rows = (
        visible(actor, Seat.objects.filter(person_id=actor.person_id or 0))
        .filter(state__in=ASKED)
        .exclude(council__state=CouncilState.DISSOLVED)
        .select_related("council", "council__call")
        .defer(
            "council__minutes", "council__call__description_vi",
            "council__call__description_en",
        )
        .order_by("-council__meeting_at", "-pk")
    )  # fmt: skip
    if year is None:
        return rows
    return rows.filter(
        Q(council__meeting_at__year=year)
        | Q(council__meeting_at=None, council__decided_on__year=year)
    )


@dataclass(frozen=True, kw_only=True)
class Load:
    """How much a member has and had to do in a year."""

    waiting: int
    to_come: int
    attended: int
    to_review: int
    reviewed: int


def own_load(actor: Actor, seats: Iterable[Seat]) -> Load:
    """Count a person's seats and reviews; 2 queries besides the seats'."""
    held = list(seats)
    ids = [seat.pk for seat in held]
    to_review = visible(actor, Assignment.objects.filter(seat_id__in=ids))
    done = visible(
        actor, Ballot.objects.filter(seat_id__in=ids, state=BallotState.CAST)
    )
    reviewed = set(done.values_list("item_id", flat=True))
    assigned = set(
        to_review.exclude(item__council__state__in=OVER).values_list(
            "item_id", flat=True
        )
    )
    return Load(
        waiting=sum(seat.state == SeatState.INVITED for seat in held),
        to_come=sum(
            seat.state == SeatState.ACCEPTED and seat.council.state not in OVER
            for seat in held
        ),
        attended=sum(
            bool(seat.present) and seat.council.concluded_at is not None
            for seat in held
        ),
        to_review=len(assigned - reviewed),
        reviewed=len(reviewed),
    )


@dataclass(frozen=True, kw_only=True)
class Date:
    """A meeting, or the day until which reviews are due; ``whole`` days have no time."""

    kind: str
    key: str
    council: Council
    begins: datetime | date
    whole: bool
    count: int = 1


MEETING, REVIEW_DUE = "meeting", "review_due"


def own_dates(actor: Actor, since: date) -> list[Date]:
    """What stands in a person's calendar from a day on, in its order; 2 queries.

    A case is never named: calendars are read by other programs and other people.
    """
    seats = own_seats(actor).exclude(council__state__in=OVER)
    found = [
        Date(
            kind=MEETING,
            key=f"meeting-{seat.council.public_id}",
            council=seat.council,
            begins=seat.council.meeting_at,
            whole=False,
        )
        for seat in seats
        if seat.council.meeting_at and localdate(seat.council.meeting_at) >= since
    ]
    due: dict[tuple[int, date], list[Assignment]] = {}
    rows = (
        visible(actor, Assignment.objects.filter(seat__person_id=actor.person_id or 0))
        .filter(seat__state__in=ASKED, due_on__gte=since)
        .exclude(item__council__state__in=OVER)
        .select_related("item__council")
        .defer("item__council__minutes")
        .order_by("due_on", "pk")
    )
    for row in rows:
        if row.due_on is not None:
            due.setdefault((row.item.council_id, row.due_on), []).append(row)
    found += [
        Date(
            kind=REVIEW_DUE,
            key=f"review-{some[0].item.council.public_id}-{day.isoformat()}",
            council=some[0].item.council,
            begins=day,
            whole=True,
            count=len(some),
        )
        for (_council, day), some in due.items()
    ]
    return sorted(found, key=_when)


def _when(each: Date) -> tuple[date, str]:
    begins = each.begins
    day = begins if each.whole else localtime(begins).date()  # type: ignore[arg-type]
    return day, each.key


@dataclass(frozen=True, kw_only=True)
class FeeLine:
    """What a seat is paid at most, by the norm of its meeting's day.

    ``amount`` is None where no norm names the seat. ``stand_in`` says that the amounts
    are borrowed, since those of the norm in force are not known.
    """

    council: Council
    role: str
    per: str
    count: int
    each: Decimal | None
    amount: Decimal | None
    table: FeeTable | None
    stand_in: bool


@dataclass(frozen=True, kw_only=True)
class FeeStatement:
    """A statement of norms: never of what was paid, which happens elsewhere."""

    lines: tuple[FeeLine, ...]
    total: Decimal
    tables: tuple[FeeTable, ...]
    complete: bool


def own_fees(actor: Actor, seats: Iterable[Seat]) -> FeeStatement:
    """Work out the norms for meetings attended and reviews handed in; 2 queries."""
    held = [
        seat
        for seat in seats
        if seat.present and seat.council.state == CouncilState.CONCLUDED
    ]
    ballots: dict[int, dict[str, int]] = {}
    counted = visible(
        actor,
        Ballot.objects.filter(
            seat_id__in=[seat.pk for seat in held], state=BallotState.CAST
        ),
    )
    own = set(
        visible(
            actor,
            Assignment.objects.filter(seat_id__in=[seat.pk for seat in held]),
        ).values_list("seat_id", "item_id")
    )
    for seat_id, item_id in counted.values_list("seat_id", "item_id"):
        kind = "reviewer" if (seat_id, item_id) in own else "member"
        some = ballots.setdefault(seat_id, {})
        some[kind] = some.get(kind, 0) + 1
    lines: list[FeeLine] = []
    tables: dict[str, FeeTable] = {}
    for seat in held:
        lines += _lines(seat, ballots.get(seat.pk, {}), tables)
    known = [line.amount for line in lines if line.amount is not None]
    return FeeStatement(
        lines=tuple(lines),
        total=sum(known, Decimal(0)),
        tables=tuple(tables.values()),
        complete=len(known) == len(lines),
    )


def _lines(
    seat: Seat, ballots: dict[str, int], tables: dict[str, FeeTable]
) -> Iterable[FeeLine]:
    council = seat.council
    met = council.opened_at or council.meeting_at or council.concluded_at
    found = fees_on(localdate(met)) if met else None
    asked = [("meeting", seat.role, 1)]
    asked += [("review", kind, count) for kind, count in sorted(ballots.items())]
    for per, role, count in asked:
        each = None
        if found is not None:
            table, lender = found
            tables.setdefault(table.id, table)
            each = lender.amount(council=council.kind, seat=role, per=per)
        if each is None and per == "review":
            continue  # this kind of council pays no reviews
        yield FeeLine(
            council=council,
            role=role,
            per=per,
            count=count,
            each=each,
            amount=None if each is None else each * count,
            table=found[0] if found else None,
            stand_in=found is not None and found[0] is not found[1],
        )


@dataclass(frozen=True, kw_only=True)
class Service:
    """A seat as a certificate names it: the council, the role, the day, the reviews."""

    council: Council
    role: SeatRole
    on: date
    reviews: int


def own_service(
    actor: Actor, *, year: int | None = None, council_id: str = ""
) -> list[Service]:
    """What can be certified of a person: meetings attended of concluded councils.

    Raises ``NotFound`` where there is nothing of the year or the council; 2 queries.
    """
    rows = own_seats(actor, year).filter(
        present=True, council__state=CouncilState.CONCLUDED
    )
    if council_id:
        rows = rows.filter(council__public_id=council_id)
    held = sorted(rows, key=lambda seat: (_day(seat.council), seat.pk))
    if not held:
        raise NotFound
    cast: dict[int, int] = {}
    for seat_id in visible(
        actor,
        Ballot.objects.filter(
            seat_id__in=[seat.pk for seat in held], state=BallotState.CAST
        ),
    ).values_list("seat_id", flat=True):
        cast[seat_id] = cast.get(seat_id, 0) + 1
    return [
        Service(
            council=seat.council,
            role=SeatRole(seat.role),
            on=_day(seat.council),
            reviews=cast.get(seat.pk, 0),
        )
        for seat in held
    ]


def _day(council: Any) -> date:
    return localdate(council.opened_at or council.concluded_at)


def own_calendar_link(actor: Actor) -> CalendarLink | None:
    """The link that a person's calendar program reads, if there is one; 1 query."""
    return visible(actor, CalendarLink.objects.all()).first()


def user_of_calendar(digest: str) -> int | None:
    """Whose calendar a secret opens, by its SHA-256; 1 query."""
    return (
        CalendarLink.objects.filter(digest=digest)
        .values_list("user_id", flat=True)
        .first()
    )
