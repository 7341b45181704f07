"""What the pictures are made of: sums that add up, and no group that is too small to be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opensti.domains.publications import queries
from opensti.domains.publications.queries import funded_rows as of_funded
from opensti.domains.publications.queries.funded_rows import (
    FEWEST,
    Chosen,
    Named,
    funded,
    tellable,
)
from opensti.domains.publications.queries.funds import funds_of, read, written
from opensti.domains.publications.queries.money_flows import UNLINKED, _flow
from tests.factories import portfolios as factory
from tests.factories.pictures import MECHANICS, TODAY, UNUSED, USED, rows
from tests.factories.policies import seen

BILLION = Decimal(1_000_000_000)


def flow(found):
    return _flow(read(written(funds_of(found))), "field", "kind")


@given(st.lists(st.integers(0, 12), max_size=8))
def test_no_small_group_is_told_nor_worked_out_from_the_whole(sizes):
    counts = {str(place): size for place, size in enumerate(sizes)}
    told = tellable(counts)
    assert all(counts[key] >= FEWEST for key in told)
    left = sum(n for key, n in counts.items() if key not in told)
    assert left == 0 or left >= FEWEST or not told


def test_every_band_holds_the_committed_money_and_paid_stands_apart():
    found = flow([*rows(6), *rows(2, goal=Named(), paid=Decimal(0))])
    assert [(p.keys, p.tasks, p.amount) for p in found.paths] == [
        ((UNLINKED, "mechanics", "institute", "running"), 2, 2 * BILLION),
        (("goal1", "mechanics", "institute", "running"), 6, 6 * BILLION),
    ]
    assert (found.committed, found.unlinked) == (8 * BILLION, 2 * BILLION)
    assert found.paid == 6 * Decimal(400_000_000)
    assert [(s.of, s.tasks, s.committed, s.paid) for s in found.spent] == [
        (MECHANICS, 8, 8 * BILLION, found.paid)
    ]


def test_what_was_paid_to_few_is_told_nowhere():
    found = flow(rows(FEWEST - 1))
    assert (found.paid, [s.paid for s in found.spent]) == (None, [None])
    beside = flow([*rows(9), *rows(1, field=Named(key="food"))])
    assert beside.paid is not None
    assert [s.paid for s in beside.spent] == [None, None]


def test_a_withheld_amount_is_in_no_sum_and_is_counted():
    found = flow([*rows(6), *rows(3, amount=None)])
    assert (found.tasks, found.committed, found.withheld) == (6, 6 * BILLION, 3)


def test_use_by_few_stands_with_what_everybody_may_know():
    few = flow([*rows(2, standing=USED), *rows(6)])
    assert {p.keys[3]: p.tasks for p in few.paths} == {"published": 2, "running": 6}
    assert few.hidden == 2
    many = flow(rows(FEWEST, standing=USED))
    assert {p.keys[3]: p.tasks for p in many.paths} == {"used": FEWEST}
    assert many.hidden == 0


def test_small_goals_are_drawn_together():
    many = [
        row
        for n in range(12)
        for row in rows(1, goal=Named(key=f"g{n:02}"), amount=BILLION * (n + 1))
    ]
    found = flow(many)
    assert {p.keys[0] for p in found.paths} == {
        *(f"g{n:02}" for n in range(5, 12)),
        queries.OTHERS,
    }
    assert sum(p.amount for p in found.paths) == found.committed


@pytest.fixture
def given_rows(monkeypatch):
    def give(*found):
        every = tuple(row for some in found for row in some)
        for name in ("uses", "places", "money_flows"):
            monkeypatch.setattr(
                f"opensti.domains.publications.queries.{name}.figured_funds",
                lambda *_asked: funds_of(every),
            )
        return queries.Edition(acts=len(every), at=factory.RELEASED)

    return give


def test_the_share_in_use_is_of_those_that_answered_with_its_bounds(given_rows):
    waiting = replace(USED, used=None, answered=0, value=None)
    of = given_rows(
        rows(6, standing=USED), rows(2, standing=UNUSED), rows(2, standing=waiting)
    )
    found = queries.use(of, TODAY, Chosen())
    (cohort,) = found.cohorts
    assert (cohort.of.key, cohort.accepted, cohort.answered, cohort.used) == (
        "2025", 10, 8, 6,
    )  # fmt: skip
    assert (cohort.least, cohort.share, cohort.most) == (
        Fraction(6, 10), Fraction(6, 8), Fraction(8, 10),
    )  # fmt: skip
    assert round(float(cohort.years), 2) == 1.0
    assert (cohort.value, cohort.told) == (Decimal(30_000_000), 6)


def test_use_of_few_is_not_told_by_cohort_nor_by_province(given_rows):
    of = given_rows(rows(3, standing=USED))
    (cohort,) = queries.use(of, TODAY, Chosen()).cohorts
    assert (cohort.accepted, cohort.answered, cohort.used, cohort.value) == (
        3, None, None, None,
    )  # fmt: skip
    (place,) = queries.by_province(of, TODAY, Chosen())
    assert (place.tasks, place.results, place.used) == (3, 3, None)


def test_a_choice_of_year_or_field_narrows_everything(given_rows):
    of = given_rows(rows(5), rows(6, year=2025))
    chosen = Chosen(year=2025, field="mechanics")
    assert queries.money_flow(of, TODAY, chosen).tasks == 6
    assert queries.by_province(of, TODAY, Chosen(field="food")) == ()


@pytest.mark.django_db(transaction=True)
def test_rows_are_what_the_policy_shows(monkeypatch):
    story = factory.judged("90", "60")
    round_ = factory.decided(story)
    day = date(2026, 1, 1)
    assert funded(queries.edition(), day) == ()
    factory.checked(story, round_)
    factory.release(story, round_)
    (row,) = funded(queries.edition(), day)
    decision = factory.decision_on(story.dossiers[0])
    assert (row.task, row.amount, row.host.key, row.state) == (
        decision.task.public_id, decision.amount, decision.dossier.host.public_id, "approved",
    )  # fmt: skip
    for changes, told in (
        ({"decision.amount": None, "payment.amount": None}, (None, None)),
        ({"decision.host": {"form": "none"}, "task.state": None}, ("", "")),
        ({"decision.*": {"form": "none"}}, ()),
    ):
        look = seen(day, changes)
        monkeypatch.setattr(of_funded, "sight", lambda look=look, **_asked: look)
        found = tuple(of_funded.funded_now(day))
        if told == ():
            assert found == ()
        elif told == ("", ""):
            assert (found[0].host.key, found[0].state) == told
            assert (found[0].host_kind, found[0].province) == ("", Named())
        else:
            assert (found[0].amount, found[0].paid) == told
