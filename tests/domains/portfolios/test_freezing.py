"""A round as a frozen problem: who can be chosen, and what each year costs."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opensti.domains.calls.models import BudgetLine
from opensti.domains.panels.models import CouncilItem
from opensti.domains.portfolios import actions
from opensti.domains.portfolios.models import Decision
from opensti.domains.portfolios.problem.freezing import (
    candidates_of,
    freeze,
    spread,
)
from opensti.domains.portfolios.problem.solving import problem_of
from tests.factories import portfolios as factory

YEARS = st.dictionaries(
    st.tuples(st.sampled_from(["state", "host", "partner"]), st.integers(2026, 2030)),
    st.integers(0, 10**13).map(Decimal),
    max_size=9,
)


@given(amount=st.integers(0, 10**13), asked=YEARS, share=st.floats(0.01, 1.0))
def test_the_years_add_up_to_the_last_dong(amount, asked, share):
    found = spread(amount, asked, share=share)
    state = {m: a for m, a in found.items() if m.startswith("state_")}
    asks = sum(a for (source, _year), a in asked.items() if source == "state")
    assert found["state"] == round(amount * share)
    assert sum(state.values()) == (found["state"] if asks else 0)
    others = [a for m, a in found.items() if m.startswith("other_")]
    assert sum(others) == found["other"]
    assert found["other"] == sum(
        a for (source, _year), a in asked.items() if source != "state"
    )
    assert all(amount >= 0 for amount in found.values())


@given(amount=st.integers(1, 10**12))
def test_what_is_cut_is_cut_from_each_year_alike(amount):
    asked = {("state", 2027): Decimal(600), ("state", 2028): Decimal(300)}
    found = spread(amount, asked)
    assert abs(found["state_2027"] - Decimal(amount) * 2 / 3) < 1
    assert abs(found["state_2028"] - Decimal(amount) / 3) < 1


def barred(round_):
    return [row.barred for row in candidates_of(round_).rows]


def test_of_one_order_the_best_that_can_still_be_chosen_goes_before(db):
    story = factory.judged("90", "85", "60")
    round_ = factory.laid_out(story)
    assert barred(round_) == ["", "outranked", "council"]
    first = Decision.objects.filter(round=round_).get(dossier=story.dossiers[0])
    actions.lock_decision(
        actor=story.officer,
        decision_id=first.pk,
        must=False,
        reason="Đơn vị xin rút.",
        at=factory.LAID_OUT,
    )
    assert barred(round_) == ["lock", "", "council"]


def test_an_order_that_was_won_before_has_no_candidate(db):
    story = factory.judged("90", "85")
    round_ = factory.laid_out(story)
    late = Decision.objects.filter(round=round_).latest("pk")
    other = factory.Round.objects.create(
        call=story.call,
        title_vi="Đợt khác",
        created_by_id=story.officer.user_id,
        created_at=factory.LAID_OUT,
        state="decided",
        decision_number="1",
        decided_at=factory.LAID_OUT,
    )
    Decision.objects.filter(pk=late.pk).update(
        round=other, ruling="approve", reason_vi="Tốt."
    )
    assert barred(round_) == ["order"]


def test_what_the_cost_team_named_is_spread_over_the_years_that_were_asked(db):
    story = factory.judged("90", orders=1)
    CouncilItem.objects.filter(dossier=story.dossiers[0]).update(
        proposed_amount=Decimal(1_000_000_001)
    )
    BudgetLine.objects.filter(dossier=story.dossiers[0]).delete()
    for position, (year, source, amount) in enumerate(
        [(2027, "state", 3), (2028, "state", 1), (2027, "host", 7)], start=1
    ):
        BudgetLine.objects.create(
            dossier=story.dossiers[0],
            position=position,
            category="labour",
            year=year,
            source=source,
            amount=amount,
        )
    (row,) = candidates_of(factory.laid_out(story)).rows
    assert row.amounts == {
        "state": 1_000_000_001,
        "state_2027": 750_000_001,
        "state_2028": 250_000_000,
        "other": 7,
        "other_2027": 7,
    }


def test_without_a_budget_by_year_no_year_can_be_limited_and_it_is_told_whose(db):
    story = factory.judged("90", "85", orders=2)
    BudgetLine.objects.filter(dossier=story.dossiers[1]).delete()
    found = candidates_of(factory.laid_out(story))
    assert found.measures == ("other", "state")
    assert found.without_years == (story.dossiers[1].code,)


@pytest.mark.django_db
def test_the_frozen_problem_reads_back_with_levels_groups_and_locks():
    story = factory.judged("90", "85", orders=2)
    codes = [d.code for d in story.dossiers]
    content = freeze(
        candidates_of(factory.laid_out(story)),
        scenario="s1",
        basis="mean",
        rules={
            "budgets": {"state": 3_000_000_000},
            "levels": {codes[0]: [{"name": "một nửa", "share": 0.5, "merit": 0.4}]},
            "groups": {"goal": {"A": [codes[0]]}},
            "floors": [{"where": {"goal": "A"}, "at_least": 1}],
        },
        ties={},
    )
    problem, rules = problem_of(json.loads(content))
    assert {
        (problem.proposals[p], name, merit, amount)
        for p, name, merit, amount in zip(
            problem.of,
            problem.names,
            problem.merit,
            problem.amounts["state"],
            strict=True,
        )
    } == {
        (codes[0], "", 90.0, 2e9),
        (codes[0], "một nửa", 36.0, 1e9),
        (codes[1], "", 85.0, 2e9),
    }
    assert [c.name for c in rules.conditions] == ["budget:state", "floor:goal=A:count"]
    assert rules.order_of(problem.proposals) == codes
