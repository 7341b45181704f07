"""Working days, deadlines, suspension: by the calendar, the law's rules and properties."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opensti.kernel.periods import (
    Calendar,
    CalendarMissing,
    Period,
    Source,
    add_months,
    add_working_days,
    deadline,
    deadline_with_suspensions,
    gaps_and_overlaps,
    is_working_day,
    load_calendar,
    remaining,
    resumed,
    trust,
    vietnam_calendar,
    working_days_left,
)
from opensti.kernel.refusals import StepNotAllowed

VN = vietnam_calendar()
DAYS = st.dates(date(2014, 2, 1), date(2026, 12, 1))
COUNTS = st.integers(0, 120)


def plain(*, lenient=False):
    return Calendar(
        "XX", frozenset({6, 7}), {}, {}, {2025: Source("V", "law")}, lenient
    )


def test_the_calendar_covers_2014_to_2027_with_marks_and_sources():
    assert list(VN.years) == list(range(2014, 2028))
    assert {s.mark for s in VN.years.values()} <= {"V", "X", "S", "R"}
    assert all(s.text for s in (*VN.rest.values(), *VN.worked.values()))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2014, 1, 28), False),  # swapped for 25 January
        (date(2014, 1, 25), True),
        (date(2014, 2, 5), False),
        (date(2024, 5, 4), True),  # a Saturday worked for 29 April
        (date(2024, 4, 29), False),
        (date(2025, 1, 27), False),  # Tết
        (date(2025, 2, 3), True),
        (date(2026, 1, 2), False),
        (date(2026, 1, 10), True),
        (date(2026, 11, 23), True),
        (date(2026, 11, 22), False),
    ],
)
def test_days_known_from_announcements(day, works):
    assert is_working_day(day, VN) is works


def test_every_year_has_the_holidays_of_the_labour_code():
    for year in VN.years:
        names = {s.name_en for d, s in VN.rest.items() if d.year == year}
        assert {
            "New Year's Day",
            "Lunar New Year",
            "Hùng Kings' Commemoration Day",
            "Reunification Day",
            "International Labour Day",
            "National Day",
        } <= names, year
        tet = [d for d, s in VN.rest.items() if d.year == year and "Lunar" in s.name_en]
        assert sum(d.isoweekday() < 6 for d in tet) >= 4, year


def test_a_year_without_data_is_refused_and_named():
    with pytest.raises(CalendarMissing) as refused:
        is_working_day(date(2031, 5, 5), VN)
    assert refused.value.years == (2031,)
    with pytest.raises(CalendarMissing) as refused:
        add_working_days(date(2027, 12, 30), 5, VN)
    assert refused.value.years == (2028,)
    with pytest.raises(CalendarMissing):
        working_days_left(date(2027, 12, 30), date(2028, 1, 5), VN)


def test_a_lenient_calendar_counts_weekly_rest_and_says_so():
    calendar = vietnam_calendar(lenient=True)
    assert add_working_days(date(2031, 5, 2), 1, calendar) == date(2031, 5, 5)
    assert trust(date(2031, 5, 2), date(2031, 5, 5), calendar).missing_years == (2031,)


def test_trust_names_what_is_not_verified():
    found = trust(date(2026, 11, 20), date(2026, 11, 30), VN)
    assert found.unverified == (("2026", "S"), ("2026-11-24", "R"))
    assert not found.verified
    assert trust(date(2025, 1, 2), date(2025, 1, 9), plain()).verified


def test_deadline_in_working_days_passes_over_tet():
    assert deadline(date(2025, 1, 24), n=3, unit="working_day", calendar=VN) == date(
        2025, 2, 5
    )


def test_documents_five_working_days_before_a_meeting():
    due = deadline(
        date(2025, 2, 5), n=5, unit="working_day", direction="before_event", calendar=VN
    )
    assert due == date(2025, 1, 22)


def test_a_last_day_of_rest_moves_forward_after_and_back_before_an_event():
    saturday = date(2025, 8, 9)
    assert deadline(
        saturday - timedelta(days=10), n=10, unit="day", calendar=VN
    ) == date(2025, 8, 11)
    assert deadline(
        saturday + timedelta(days=10),
        n=10,
        unit="day",
        direction="before_event",
        calendar=VN,
    ) == date(2025, 8, 8)
    assert (
        deadline(
            saturday - timedelta(days=10), n=10, unit="day", calendar=VN, roll=False
        )
        == saturday
    )


def test_months_end_on_the_same_day_or_the_last():
    assert add_months(date(2025, 1, 31), 1) == date(2025, 2, 28)
    assert add_months(date(2025, 1, 31), -2) == date(2024, 11, 30)
    assert deadline(date(2024, 2, 29), n=1, unit="year", calendar=VN) == date(
        2025, 2, 28
    )


def test_working_days_left_is_negative_once_overdue():
    friday = date(2025, 8, 8)
    found = [
        working_days_left(friday + timedelta(days=n), friday, VN) for n in range(-3, 6)
    ]
    assert found == [3, 2, 1, 0, -1, -1, -1, -2, -3]


def test_suspension_keeps_what_was_left():
    due = date(2025, 8, 15)
    left = remaining(due, on=date(2025, 8, 12), unit="working_day", calendar=VN)
    assert left == 3
    assert resumed(left, on=date(2025, 9, 1), unit="working_day", calendar=VN) == date(
        2025, 9, 5
    )
    closed = Period(date(2025, 8, 12), date(2025, 9, 1))
    assert deadline_with_suspensions(
        due, suspensions=[closed], unit="working_day", calendar=VN
    ) == date(2025, 9, 5)
    still_open = Period(date(2025, 9, 4))
    assert (
        deadline_with_suspensions(
            due, suspensions=[still_open, closed], unit="working_day", calendar=VN
        )
        is None
    )


def test_a_period_that_ran_out_cannot_be_suspended():
    with pytest.raises(StepNotAllowed):
        remaining(date(2025, 8, 15), on=date(2025, 8, 16), unit="day", calendar=VN)


def test_a_faulty_file_names_its_entry(tmp_path):
    text = """
country: XX
weekend: [6, 7]
names: {a: {vi: A, en: A}}
years:
  2025: {mark: S, source: x, holidays: [], swaps: [{rest: 2025-08-09, work: 2025-08-11, mark: S, source: x}]}
"""
    path = tmp_path / "xx.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="2025-08-09 for 2025-08-11 is not a swap"):
        load_calendar(path)
    path.write_text(text.replace("{mark: S, source: x, hol", "{mark: Q, hol"))
    with pytest.raises(ValueError, match="2025: a mark"):
        load_calendar(path)


@given(DAYS, COUNTS)
def test_going_forward_and_back_returns_to_a_working_day(day, n):
    start = add_working_days(day, 1, VN)
    assert add_working_days(add_working_days(start, n, VN), -n, VN) == start


@given(DAYS, COUNTS, COUNTS)
def test_more_days_end_later_and_steps_add_up(day, n, m):
    start = add_working_days(day, 1, VN)
    assert add_working_days(add_working_days(start, n, VN), m, VN) == add_working_days(
        start, n + m, VN
    )
    assert (n < m) is (add_working_days(day, n, VN) < add_working_days(day, m, VN))


@given(DAYS, COUNTS)
def test_days_left_counts_what_was_added(day, n):
    assert working_days_left(day, add_working_days(day, n, VN), VN) == n


@given(DAYS, st.integers(0, 60), st.integers(0, 40))
def test_a_suspension_never_shortens_a_period(day, n, pause):
    due = deadline(day, n=n, unit="working_day", calendar=VN)
    later = deadline_with_suspensions(
        due,
        suspensions=[Period(day, day + timedelta(days=pause))],
        unit="working_day",
        calendar=VN,
    )
    assert later is not None
    assert later >= due


def test_a_period_is_half_open():
    year = Period(date(2025, 1, 1), date(2026, 1, 1))
    assert date(2025, 1, 1) in year
    assert date(2026, 1, 1) not in year
    after = Period(date(2026, 1, 1))
    assert after.follows(year)
    assert not after.overlaps(year)
    with pytest.raises(ValueError, match="ends before"):
        Period(date(2025, 1, 2), date(2025, 1, 1))


def test_gaps_and_overlaps_are_found():
    day = lambda n: date(2025, 1, n)  # noqa: E731
    assert gaps_and_overlaps(
        [Period(day(1), day(5)), Period(day(4), day(8)), Period(day(10))]
    ) == ([Period(day(8), day(10))], [Period(day(4), day(5))])
