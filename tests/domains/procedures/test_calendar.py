"""A year of the working-day calendar is announced by an act, without code."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from opensti.domains.calls import actions as calls
from opensti.domains.procedures import actions, queries
from opensti.domains.procedures.models import AnnouncedYear, Deadline
from opensti.kernel.access import Role
from opensti.kernel.periods import add_working_days
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, Invalid, SudoNeeded
from tests.factories import calls as make
from tests.factories.tasks import person, regimes

pytestmark = pytest.mark.django_db

AT = datetime(2026, 12, 20, 2, 0, tzinfo=UTC)
TET = [(date(2028, 1, day), "tet") for day in (25, 26, 27, 28, 31)]
HOLIDAYS = [
    (date(2028, 1, 3), "new_year"),
    *TET,
    (date(2028, 4, 4), "hung_kings"),
    (date(2028, 5, 1), "labour"),
    (date(2028, 5, 2), "reunification"),
    (date(2028, 9, 1), "national"),
]
SWAPS = [(date(2028, 1, 24), date(2028, 1, 22))]


@pytest.fixture
def admin():
    return person(Role.ADMIN)


def announced(admin, **said):
    given = {
        "year": 2028,
        "source": "Thông báo số 1/TB-BNV ngày 01/12/2027",
        "holidays": HOLIDAYS,
        "swaps": SWAPS,
        "verified": True,
        "at": AT,
        **said,
    }
    return actions.announce_year(actor=admin, **given)


def year(number):
    rows = queries.calendar_years(today=AT.date())
    return next(y for y in rows if y.year == number)


def test_a_year_that_is_not_announced_is_a_gap_with_a_name():
    assert (year(2028).source, year(2028).verified) == (None, False)
    assert (year(2027).source.mark, year(2027).verified) == ("R", False)
    gap = queries.announced_gap("vi")
    assert gap.names == ("Tết Nguyên đán", "Quốc khánh")
    assert (gap.mark, bool(gap.source)) == ("R", True)


def test_no_year_is_verified_before_somebody_says_he_read_the_paper():
    assert not any(y.verified for y in queries.calendar_years(today=AT.date()))


def test_an_announced_year_counts_from_then_on(admin):
    before = queries.working_calendar()
    assert add_working_days(date(2028, 1, 21), 1, before) == date(2028, 1, 24)
    announced(admin)
    after = queries.working_calendar()
    assert add_working_days(date(2028, 1, 21), 1, after) == date(2028, 1, 22)
    assert add_working_days(date(2028, 1, 21), 2, after) == date(2028, 2, 1)
    assert (year(2028).source.mark, year(2028).days, year(2028).swaps) == ("V", 11, 1)
    assert year(2028).verified


def test_the_latest_announcement_of_a_year_counts(admin):
    announced(admin)
    announced(admin, swaps=[], verified=False, source="Báo chí")
    assert AnnouncedYear.objects.count() == 2
    assert (year(2028).source.mark, year(2028).swaps) == ("S", 0)
    announced(admin)
    assert (year(2028).source.mark, year(2028).swaps) == ("V", 1)


def test_the_act_is_public_with_its_days_and_its_paper(admin):
    announced(admin)
    entry = Entry.objects.get(act="procedures.announce_year")
    assert (entry.public, entry.subject) == (True, "procedures.year:2028")
    assert "2028-01-24" in entry.body
    assert "TB-BNV" in entry.body


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEADER, Role.AUDITOR])
def test_only_an_administrator_announces_and_confirms_the_password(admin, role):
    with pytest.raises(AccessDenied):
        announced(person(role))
    with pytest.raises(SudoNeeded):
        announced(replace(admin, sudo=False))
    assert (AnnouncedYear.objects.count(), year(2028).source) == (0, None)


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"year": 1900}, {"year", "holidays", "swaps"}),
        ({"source": "  "}, {"source"}),
        ({"holidays": HOLIDAYS[1:]}, {"holidays"}),
        ({"holidays": [*HOLIDAYS, (date(2028, 6, 1), "moon")]}, {"holidays"}),
        ({"holidays": [*HOLIDAYS, (date(2027, 6, 1), "tet")]}, {"holidays"}),
        ({"holidays": [*HOLIDAYS, HOLIDAYS[0]]}, {"holidays"}),
        ({"swaps": [(date(2028, 1, 22), date(2028, 1, 24))]}, {"swaps"}),
        ({"swaps": [(date(2028, 1, 25), date(2028, 1, 22))]}, {"swaps"}),
        ({"swaps": SWAPS * 2}, {"swaps"}),
    ],
)
def test_a_faulty_year_is_refused_and_nothing_is_kept(admin, said, fields):
    with pytest.raises(Invalid) as refused:
        announced(admin, **said)
    assert {p.field for p in refused.value.problems} == fields
    assert all(p.message and p.mend for p in refused.value.problems)
    assert AnnouncedYear.objects.count() == 0


@pytest.fixture
def waiting():
    """A deadline of fifteen working days from the day a call closes, over new year."""
    regimes()
    officer = person(Role.OFFICER)
    older = queries.active_version("moit_2014")
    call = make.published(officer, regime_version_id=older.pk)
    dossier = make.submitted(make.applicant(make.host()), call)
    make.opened(officer, call)
    row = Deadline.objects.get(case=dossier.case_id)
    row.started_on, row.due_on, row.provisional = WINTER
    row.save()
    return row


WINTER = (date(2028, 1, 10), date(2028, 1, 31), True)


def test_a_deadline_over_a_year_without_data_is_provisional():
    regimes()
    officer = person(Role.OFFICER)
    older = queries.active_version("moit_2014")
    closes = datetime(2027, 12, 20, 10, 0, tzinfo=UTC)
    call = make.published(officer, regime_version_id=older.pk, closes_at=closes)
    dossier = make.submitted(make.applicant(make.host()), call)
    after = datetime(2027, 12, 21, 2, 0, tzinfo=UTC)
    calls.open_dossiers(actor=officer, call_id=call.pk, at=after)
    row = Deadline.objects.get(case=dossier.case_id)
    assert (row.started_on, row.due_on) == (date(2027, 12, 20), date(2028, 1, 10))
    assert row.provisional


def test_what_runs_through_the_year_is_counted_anew(admin, waiting):
    """Fifteen working days after 10 January, with Tết between and a Saturday worked."""
    announced(admin)
    waiting.refresh_from_db()
    assert (waiting.due_on, waiting.provisional) == (date(2028, 2, 7), False)
    announced(admin, swaps=[])
    waiting.refresh_from_db()
    assert waiting.due_on == date(2028, 2, 7)


def test_what_was_missed_by_the_old_count_alone_runs_again(admin, waiting):
    waiting.state = "missed"
    waiting.save()
    announced(admin, at=datetime(2028, 2, 2, 2, 0, tzinfo=UTC))
    waiting.refresh_from_db()
    assert (waiting.state, waiting.due_on) == ("running", date(2028, 2, 7))


def still(waiting, since, until=None):
    """The deadline stands still from a day, by the acts, and goes on on another."""
    said = {"actor": person(Role.OFFICER), "case_id": waiting.case_id, "reason": "x"}
    at = datetime.combine(since, AT.timetz())
    actions.suspend_deadlines(at=at, **said)
    if until is not None:
        actions.resume_deadlines(at=datetime.combine(until, AT.timetz()), **said)
    waiting.refresh_from_db()
    return waiting


def test_what_went_on_again_is_counted_anew_through_its_pause(admin, waiting):
    """Ten working days are left on 17 January; they go on from the 20th, over Tết."""
    still(waiting, date(2028, 1, 17), date(2028, 1, 20))
    before = (waiting.due_on, waiting.extra_days, waiting.provisional)
    announced(admin)
    waiting.refresh_from_db()
    assert (before, (waiting.due_on, waiting.extra_days, waiting.provisional)) == (
        (date(2028, 2, 3), 3, True),
        (date(2028, 2, 10), 3, False),
    )


def test_what_stood_still_twice_is_counted_through_both_pauses(admin, waiting):
    still(waiting, date(2028, 1, 11), date(2028, 1, 13))
    still(waiting, date(2028, 1, 17), date(2028, 1, 20))
    before = waiting.due_on
    announced(admin)
    waiting.refresh_from_db()
    assert (before, waiting.due_on, waiting.extra_days) == (
        date(2028, 2, 7),
        date(2028, 2, 14),
        7,
    )


def test_what_still_stands_is_counted_anew_with_what_is_left(admin, waiting):
    """One working day was left on 28 January; by the new count Tết took four of those gone."""
    still(waiting, date(2028, 1, 28))
    before = (waiting.state, waiting.left, waiting.due_on)
    announced(admin)
    waiting.refresh_from_db()
    assert (before, (waiting.state, waiting.left, waiting.due_on)) == (
        ("suspended", 1, date(2028, 1, 31)),
        ("suspended", 5, date(2028, 2, 7)),
    )


@pytest.mark.parametrize(
    "said",
    [
        {"state": "met"},
        {"extra_days": 3},
        {"code": "need_reply"},
        {"article": ""},
        {"pauses": [["2028-02-10", "2028-02-12"]], "extra_days": 2},
    ],
    ids=[
        "met",
        "paused-before-pauses-were-kept",
        "set-by-the-office",
        "without-article",
        "run-out-before-its-pause",
    ],
)
def test_what_was_met_or_cannot_be_counted_keeps_its_day(admin, waiting, said):
    Deadline.objects.filter(pk=waiting.pk).update(**said)
    announced(admin)
    waiting.refresh_from_db()
    assert (waiting.started_on, waiting.due_on, waiting.provisional) == WINTER
