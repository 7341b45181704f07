"""Which reports a contract owes and when: rules and days in, a plan out."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opensti.domains.contracts.problem.schedule import Standing, plan, replan
from opensti.domains.procedures.regimes.format import Period, ReportRule
from opensti.kernel.periods import add_months, is_working_day, vietnam_calendar

CALENDAR = vietnam_calendar(lenient=True)
SIGNED = date(2026, 8, 7)
ENDS = date(2028, 9, 1)
FACT = {"v": "V", "src": "TT50", "art": "32.1", "label_vi": "Báo cáo", "label_en": "R"}


def rule(kind, **said):
    return ReportRule(id=kind, kind=kind, form="F", **FACT | said)


def six_months(**said):
    return rule("progress", every=Period(n=6, unit="month"), **said)


FINAL = rule("final")
YEARLY = rule("annual", month_day="12-15")


def days(*rules, signed_on=SIGNED, ends_on=ENDS):
    found = plan(rules, signed_on=signed_on, ends_on=ends_on, calendar=CALENDAR)
    return [(p.rule, p.number, p.due_on.isoformat()) for p in found]


def test_periodic_reports_end_with_the_last_period_before_the_end():
    # 7 February and 7 August 2027 are a Sunday and a Saturday; Tết 2027 takes a week
    assert days(six_months(), FINAL) == [
        ("progress", 1, "2027-02-11"),
        ("progress", 2, "2027-08-09"),
        ("progress", 3, "2028-02-07"),
        ("progress", 4, "2028-08-07"),
        ("final", 1, "2028-09-01"),
    ]


def test_without_a_final_report_the_rest_gets_one_more():
    last = days(six_months())[-1]
    assert last == ("progress", 5, "2028-09-01")


def test_yearly_reports_fall_on_their_day_of_each_year_within_the_contract():
    assert days(YEARLY) == [
        ("annual", 2026, "2026-12-15"),
        ("annual", 2027, "2027-12-15"),
    ]


def test_a_final_report_is_there_before_the_end_also_when_it_ends_on_a_day_of_rest():
    sunday = date(2028, 9, 10)
    assert days(FINAL, ends_on=sunday) == [("final", 1, "2028-09-08")]


def test_the_window_is_counted_back_from_the_end_of_the_period():
    first = plan(
        [six_months(window_days=7), FINAL],
        signed_on=SIGNED,
        ends_on=ENDS,
        calendar=CALENDAR,
    )[0]
    assert (first.opens_on, first.covers_from, first.covers_to) == (
        date(2027, 1, 31),
        SIGNED,
        date(2027, 2, 7),
    )


def test_a_contract_that_ends_as_it_begins_owes_nothing():
    assert days(six_months(), YEARLY, FINAL, ends_on=SIGNED) == []


@given(
    signed=st.dates(date(2015, 1, 1), date(2035, 1, 1)),
    months=st.integers(1, 84),
    every=st.integers(1, 24),
)
def test_the_periods_of_a_rule_follow_one_another_and_stay_within_the_contract(
    signed, months, every
):
    ends = add_months(signed, months)
    found = [
        p
        for p in plan(
            [rule("progress", every=Period(n=every, unit="month")), FINAL],
            signed_on=signed,
            ends_on=ends,
            calendar=CALENDAR,
        )
        if p.rule == "progress"
    ]
    found.sort(key=lambda p: p.number)
    assert [p.number for p in found] == list(range(1, len(found) + 1))
    assert all(a.covers_to == b.covers_from for a, b in pairwise(found))
    assert all(signed <= p.covers_from < p.covers_to < ends for p in found)
    assert all(is_working_day(p.due_on, CALENDAR) for p in found)
    assert all(p.due_on - p.covers_to <= timedelta(days=15) for p in found)
    assert len(found) == (months - 1) // every


def a_plan(ends_on):
    return plan(
        [six_months(), FINAL], signed_on=SIGNED, ends_on=ends_on, calendar=CALENDAR
    )


def standing(planned, **said):
    return Standing(
        **{
            "key": planned.key,
            "due_on": planned.due_on,
            "touched": False,
            "dropped": False,
        }
        | said
    )


def keys(things):
    return [getattr(t, "key", t) for t in things]


def test_a_longer_contract_begins_new_reports_and_moves_the_final_one():
    old = a_plan(ENDS)
    change = replan(a_plan(add_months(ENDS, 6)), map(standing, old), [])
    assert (keys(change.begin), keys(change.move), change.drop) == (
        [("progress", 5)],
        [("final", 1)],
        (),
    )


def test_a_shorter_contract_drops_what_falls_beyond_but_not_what_is_being_written():
    kept = [standing(p, touched=p.number == 4) for p in a_plan(ENDS)]
    change = replan(a_plan(date(2027, 12, 1)), kept, [])
    assert (keys(change.begin), keys(change.move), change.drop) == (
        [],
        [("final", 1)],
        (("progress", 3),),
    )


def test_what_was_handed_in_stays_as_it_was():
    old = a_plan(ENDS)
    change = replan(
        a_plan(add_months(ENDS, 6)),
        [standing(p) for p in old if p.rule != "final"],
        [("final", 1)],
    )
    assert keys(change.move) == []


def test_what_an_earlier_plan_dropped_is_taken_up_again():
    old = a_plan(ENDS)
    kept = [standing(p, dropped=p.number == 4) for p in old]
    assert keys(replan(old, kept, []).move) == [("progress", 4)]


def test_the_same_plan_changes_nothing():
    old = a_plan(ENDS)
    assert replan(old, map(standing, old), []).nothing


@pytest.mark.parametrize("n", [0, -1])
def test_a_rule_of_no_time_asks_for_nothing(n):
    every = SimpleNamespace(n=n, unit="month")
    assert days(rule("progress", every=every), FINAL) == [("final", 1, "2028-09-01")]
