"""What a member did and is owed by the norms; the calendar that other programs read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from opensti.domains.accounts.actions import set_active
from opensti.domains.panels import actions, queries
from opensti.domains.panels.models import CalendarLink
from opensti.domains.procedures.queries import fees_on
from opensti.domains.procedures.regimes.fees import _read
from opensti.kernel.access import Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound
from tests.factories import panels as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
YEAR = factory.AT.year
DAY = factory.AT.date()


def judged(office, number=2):
    """A concluded council on some dossiers; the third member was named to review one."""
    council = factory.formed(office, dossiers=factory.eligible_dossiers(office, number))
    members = factory.seated(office, council)
    factory.set_up(office, council)
    factory.accepted(council, members)
    actions.assign_reviewers(
        actor=office.secretary,
        item_id=factory.item_of(council).pk,
        seat_ids=[factory.seat_of(council, members[2]).pk],
        due_on=DAY + timedelta(days=10),
        at=factory.AT,
    )
    factory.with_documents(office, council)
    return council, members


def held(office, council, members):
    factory.in_session(office, council)
    for n in range(1, council.items.count() + 1):
        item = factory.item_of(council, n)
        for member in members:
            sheet = factory.scored(queries.sheet_of(item), "80")
            factory.cast(member, item, sheet)
    return factory.concluded(office, council)


def test_load_counts_what_is_to_do_and_what_was_done(office):
    council, members = judged(office)
    seats = list(queries.own_seats(members[2], YEAR))
    assert queries.own_load(members[2], seats) == queries.Load(
        waiting=0, to_come=1, attended=0, to_review=1, reviewed=0
    )
    held(office, council, members)
    seats = list(queries.own_seats(members[2], YEAR))
    assert queries.own_load(members[2], seats) == queries.Load(
        waiting=0, to_come=0, attended=1, to_review=0, reviewed=2
    )
    assert list(queries.own_seats(members[2], YEAR - 1)) == []


def test_meetings_and_due_days_stand_in_the_calendar_without_the_cases(office):
    council, members = judged(office)
    found = queries.own_dates(members[2], DAY)
    assert [(d.kind, d.begins, d.count) for d in found] == [
        ("review_due", DAY + timedelta(days=10), 1),
        ("meeting", factory.MEETING, 1),
    ]
    assert {d.council for d in found} == {council}
    assert [d.kind for d in queries.own_dates(members[0], DAY)] == ["meeting"]
    assert queries.own_dates(factory.expert(), DAY) == []


def test_fees_follow_the_norms_by_seat_and_ballot(office):
    council, members = judged(office)
    held(office, council, members)

    def lines(member):
        fees = queries.own_fees(member, queries.own_seats(member, YEAR))
        return fees.total, [(x.per, x.role, x.count, x.amount) for x in fees.lines]

    assert lines(members[0]) == (
        Decimal(3_200_000),
        [
            ("meeting", "chair", 1, Decimal(1_800_000)),
            ("review", "member", 2, Decimal(1_400_000)),
        ],
    )
    assert lines(members[2]) == (
        Decimal(3_200_000),
        [
            ("meeting", "reviewer", 1, Decimal(1_500_000)),
            ("review", "member", 1, Decimal(700_000)),
            ("review", "reviewer", 1, Decimal(1_000_000)),
        ],
    )


def test_amounts_of_norms_that_were_not_read_are_marked_as_borrowed(office):
    council, members = judged(office)
    held(office, council, members)
    fees = queries.own_fees(members[0], queries.own_seats(members[0], YEAR))
    assert {line.stand_in for line in fees.lines} == {True}
    assert [(t.id, t.verified) for t in fees.tables] == [("tt38_2025", False)]


@pytest.mark.parametrize(
    ("day", "holds", "lends"),
    [
        (date(2025, 11, 29), "tt03_2023", "tt03_2023"),
        (date(2025, 11, 30), "tt38_2025", "tt03_2023"),
    ],
)
def test_the_norm_of_the_day_of_the_meeting_counts(day, holds, lends):
    assert tuple(table.id for table in fees_on(day)) == (holds, lends)
    assert fees_on(date(2014, 1, 1)) is None


def test_a_table_that_borrows_from_none_is_refused(tmp_path):
    place = tmp_path / "council.yaml"
    place.write_text(
        "tables:\n- {id: a, since: 2026-01-01, title_vi: a, title_en: a, src: x,"
        " art: '', v: S, stand_in: b}\n"
    )
    with pytest.raises(Invalid) as refused:
        _read(place)
    assert [p.field for p in refused.value.problems] == ["tables.a.stand_in"]


def test_only_meetings_attended_of_concluded_councils_are_certified(office):
    council, members = judged(office)
    with pytest.raises(NotFound):
        queries.own_service(members[0], year=YEAR)
    held(office, council, members)
    found = queries.own_service(members[0], council_id=council.public_id)
    assert [(s.council, s.role, s.reviews) for s in found] == [(council, "chair", 2)]
    assert queries.own_service(members[0], year=YEAR) == found
    with pytest.raises(NotFound):
        queries.own_service(factory.expert(), council_id=council.public_id)


def test_a_calendar_link_is_made_anew_and_taken_away():
    member, at = factory.expert(), datetime(2026, 7, 3, tzinfo=UTC)
    first = actions.link_calendar(actor=member, at=at)
    second = actions.link_calendar(actor=member, at=at)
    digests = [actions.calendar_digest(secret) for secret in (first, second)]
    assert [queries.user_of_calendar(d) for d in digests] == [None, member.user_id]
    assert first not in str(CalendarLink.objects.values())
    actions.unlink_calendar(actor=member, at=at)
    actions.unlink_calendar(actor=member, at=at)
    assert queries.user_of_calendar(digests[1]) is None
    acts = Entry.objects.filter(act__contains="calendar").order_by("pk")
    assert list(acts.values_list("act", flat=True)) == [
        "panels.link_calendar",
        "panels.link_calendar",
        "panels.unlink_calendar",
    ]


def test_a_calendar_link_opens_no_longer_than_the_account():
    member, at = factory.expert(), datetime(2026, 7, 3, tzinfo=UTC)
    digest = actions.calendar_digest(actions.link_calendar(actor=member, at=at))
    set_active(actor=person(Role.ADMIN), user_id=member.user_id, active=False, at=at)
    told = Entry.objects.filter(act="panels.unlink_calendar")
    assert (queries.user_of_calendar(digest), [e.subject for e in told]) == (
        None,
        [f"panels.calendar:{member.user_id}"],
    )


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.ADMIN])
def test_who_is_no_expert_has_no_such_calendar(role):
    with pytest.raises(AccessDenied):
        actions.link_calendar(actor=person(role), at=factory.AT)
    assert not CalendarLink.objects.exists()
