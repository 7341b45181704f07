"""What cannot hold together, or hangs on nothing, is said in words with its numbers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.models import (
    BudgetLine,
    Envelope,
    Goal,
    Indicator,
    PlanAction,
)
from opensti.kernel.access import Role
from opensti.kernel.refusals import AccessDenied, Invalid
from tests.factories import strategies_plans as plans
from tests.factories import strategies_scorecard as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
AT = factory.AT


def said(plan=None, language="en"):
    found = queries.coherence(factory.officer(), plan, as_of=AT)
    with translation.override(language):
        return {f.code: (f.severity, queries.coherence_words(f)) for f in found}


def growth(plan, card, value, **more):
    return factory.target(
        plan, card, value, measure="growth", comparator="over", base_year=None,
        base_value=None, **more,
    )  # fmt: skip


def industry(plan):
    growth(plan, factory.rates("VA", "value_added"), 8.5)
    growth(plan, factory.rates("LP", "productivity", labour_unit="person"), 7.5)


def test_8_5_and_7_5_leave_0_93_against_a_trend_of_5():
    plan = factory.plan()
    industry(plan)
    jobs = factory.card(
        account_part="employment", scope="industry_bf", kind="amount",
        labour_unit="person",
    )  # fmt: skip
    for year in range(2015, 2024):
        factory.approved(jobs, str(year), round(100 * 1.05 ** (year - 2015), 6))
    with translation.override("en"):
        scope = factory.card(scope="industry_bf").get_scope_display()
    assert said(plan)["employment_against_trend"][0] == "warning"
    words = next(
        queries.coherence_words(f)
        for f in in_english(plan)
        if f.code == "employment_against_trend"
    )
    assert words == (
        f"To 2030, {scope}: value added of 8.5 % and productivity per person of 7.5 % a "
        "year leave 0.93 % a year for persons employed, but these have grown by 5 % a year: "
        "one of the two targets does not go with it."
    )


def in_english(plan):
    with translation.override("en"):
        yield from queries.coherence(factory.officer(), plan, as_of=AT)


def test_in_vietnamese_the_comma_parts_decimals():
    plan = factory.plan()
    industry(plan)
    severity, words = said(plan, "vi")["employment_implied"]
    assert severity == "note"
    assert "0,93" in words
    assert "8,5" in words


def test_targets_of_three_terms_that_disagree_conflict():
    plan = factory.plan()
    industry(plan)
    growth(plan, factory.rates("E", "employment", labour_unit="person"), 3)
    severity, words = said(plan)["labour_identity_broken"]
    assert severity == "conflict"
    assert "come to 10.73 % of value added, but the target is 8.5 %" in words


def per_hour(plan):
    growth(plan, factory.rates("VA", "value_added"), 8.5)
    growth(plan, factory.rates("LPH", "productivity", labour_unit="hour"), 7.5)


def test_per_hour_is_never_multiplied_with_persons_and_it_is_said():
    plan = factory.plan()
    per_hour(plan)
    growth(plan, factory.rates("E", "employment", labour_unit="person"), 3)
    (unlike,) = (f for f in in_english(plan) if f.code == "labour_unlike")
    assert unlike.severity == "warning"
    with translation.override("en"):
        words = queries.coherence_words(unlike)
    assert words == (
        "To 2030, industry with construction (B-F): the target of productivity "
        "(LPH: 7.5 % a year) is per hour, that of employment (E: 3 % a year) counts persons "
        "employed: the two cannot be multiplied and were not tested against each other."
    )
    assert [a.code for a in unlike.about] == [plan.code, "VA", "LPH", "E"]
    assert "labour_identity_broken" not in said(plan)
    assert "0.93 % a year for hours worked" in said(plan)["employment_implied"][1]
    growth(plan, factory.rates("H", "employment", labour_unit="hour"), 0.93)
    found = said(plan)
    assert "hours worked of 0.93 %" in found["labour_identity_holds"][1]
    # Persons still meet no productivity of their own, and that stays said.
    assert "labour_unlike" in found
    growth(plan, factory.rates("LP", "productivity", labour_unit="person"), 5.34)
    assert {c for c in said(plan) if c.startswith("labour")} == {
        "labour_identity_holds"
    }


def test_a_trend_of_persons_does_not_stand_beside_hours():
    plan = factory.plan()
    per_hour(plan)
    jobs = factory.rates("JOBS", "employment", labour_unit="person")
    for year in range(2020, 2024):
        factory.approved(jobs, str(year), 5)
    severity, words = said(plan)["trend_unlike"]
    assert severity == "note"
    assert words.endswith(
        "what was observed (JOBS: 5 % a year) counts persons employed and cannot be set "
        "beside it."
    )


def test_a_card_that_does_not_state_its_labour_is_named():
    plan = factory.plan()
    growth(plan, factory.rates("VA", "value_added"), 8.5)
    growth(plan, factory.rates("LP", "productivity"), 7.5)
    growth(plan, factory.rates("E", "employment", labour_unit="person"), 3)
    found = said(plan)
    assert {c for c in found if c.startswith(("labour", "employment"))} == {
        "labour_unstated"
    }
    assert found["labour_unstated"][1] == (
        "To 2030, industry with construction (B-F): the card LP does not say whether "
        "productivity is per person or per hour: its target of 7.5 % a year was tested "
        "against no other."
    )


def test_the_share_of_tfp_is_told_against_its_target():
    plan = factory.plan()
    growth(plan, factory.rates("GDP", "value_added", scope="economy"), 8)
    share = factory.card(account_part="tfp_share", scope="economy", kind="ratio",
                         aggregation="none", unit_vi="%")  # fmt: skip
    factory.target(plan, share, 50, comparator="about")
    growth(plan, factory.rates("TFP", "tfp", scope="economy"), 2.7)
    severity, words = said(plan)["tfp_identity_broken"]
    assert severity == "conflict"
    assert "50 % of a growth of 8 % is 4 % a year" in words


def test_cards_of_different_scope_are_never_multiplied():
    plan = factory.plan()
    growth(plan, factory.rates("VA", "value_added", scope="economy"), 8.5)
    growth(plan, factory.rates("LP", "productivity", scope="manufacturing"), 7.5)
    assert not {c for c in said(plan) if c.startswith(("labour", "employment"))}


def test_what_hangs_on_nothing_is_listed():
    plan = factory.plan(ends_on=date(2029, 12, 31))
    card = factory.card(code="OUT")
    factory.target(plan, card, 20)
    goal = Goal.objects.create(plan=plan, code="G1", kind="goal", text_vi="Mục tiêu")
    PlanAction.objects.create(
        plan=plan, goal=goal, code="A1", kind="policy", text_vi="Việc"
    )
    found = said(plan)
    assert {code: severity for code, (severity, _words) in found.items()} == {
        "action_without_indicator": "note",
        "indicator_without_owner": "warning",
        "outcome_without_action": "warning",
        "target_after_plan": "warning",
    }
    assert found["target_after_plan"][1] == (
        "OUT: the target is for 2030, the plan ends in 2029."
    )


def test_an_action_with_the_card_or_its_goal_serves_the_target():
    plan, card = factory.plan(), factory.card(owner_name="Vụ")
    goal = Goal.objects.create(plan=plan, code="G1", kind="goal", text_vi="Mục tiêu")
    factory.target(plan, card, 20, goal=goal)
    action = PlanAction.objects.create(
        plan=plan, goal=goal, code="A1", kind="policy", text_vi="Việc"
    )
    assert set(said(plan)) == {"action_without_indicator"}
    action.indicators.add(card)
    assert said(plan) == {}


def test_a_path_through_nought_and_a_target_that_is_its_base_are_told():
    plan = factory.plan()
    for code, value, base in (("ZERO", 20, 0), ("SAME", 10, 10)):
        card = factory.card(
            code=code, path="compound", owner_name="Vụ", level="output", kind="amount"
        )
        factory.target(plan, card, value, base_value=Decimal(base))
        factory.approved(card, "2024", 12)
    found = said(plan)
    assert found["path_impossible"] == (
        "conflict", "ZERO: no constant rate of growth leads from 0 to 20.",
    )  # fmt: skip
    assert found["target_is_base"][0] == "warning"


def test_a_pace_that_was_never_seen_is_told_with_its_count():
    plan = factory.plan()
    card = factory.card(code="SLOW", owner_name="Vụ", level="output")
    factory.target(plan, card, 100, to_year=2025)
    for year in range(2018, 2024):
        factory.approved(card, str(year), year - 2010)
    assert said(plan)["pace_never_seen"] == (
        "warning",
        (
            "SLOW: to reach 2025 it takes 43.5 a year from here; in none of the 4 past "
            "stretches of 2 years did it go so fast."
        ),
    )


def test_budget_lines_above_the_envelope_of_their_year_and_in_all():
    plan = factory.plan()
    goal = Goal.objects.create(plan=plan, code="G1", kind="goal", text_vi="Mục tiêu")
    action = PlanAction.objects.create(
        plan=plan, goal=goal, code="A1", kind="policy", text_vi="Việc"
    )
    for year, amount in ((2026, 5), (2027, 9)):
        BudgetLine.objects.create(
            action=action, year=year, source="state", planned=Decimal(amount)
        )
    Envelope.objects.create(plan=plan, year=2027, source="state", amount=Decimal(8))
    Envelope.objects.create(plan=plan, year=None, source="state", amount=Decimal(14))
    assert said(plan)["over_envelope"] == (
        "conflict",
        (
            "state budget in 2027: 9\N{NO-BREAK SPACE}VND is planned, the limit is "
            "8\N{NO-BREAK SPACE}VND: 1\N{NO-BREAK SPACE}VND too much."
        ),
    )


def test_the_test_costs_the_same_for_one_target_and_for_three(
    django_assert_num_queries,
):
    plan, reader = factory.plan(), factory.officer()
    for count in (1, 3):
        for _more in range(count):
            card = factory.card()
            factory.target(plan, card, 20)
            factory.approved(card, "2024", 12)
        with django_assert_num_queries(8):
            queries.coherence(reader, plan, as_of=AT)


def test_the_test_is_the_offices_and_placing_is_refused_to_others():
    with pytest.raises(AccessDenied):
        queries.coherence(person(Role.EXPERT))
    card = factory.card()
    with pytest.raises(AccessDenied):
        actions.place_card(
            actor=person(Role.EXPERT), indicator_id=card.pk,
            account_part="employment", at=AT,
        )  # fmt: skip
    with pytest.raises(Invalid):
        actions.place_card(
            actor=factory.officer(), indicator_id=card.pk, account_part="x", at=AT
        )
    placed = actions.place_card(
        actor=factory.officer(), indicator_id=card.pk, account_part="employment", at=AT
    )
    assert (placed.account_part, placed.version) == ("employment", 2)


def test_the_shipped_plans_leave_0_93_for_employment_and_want_6_5_and_7_5():
    of = {plan.code: plan for plan in plans.shipped()}
    for code in ("23-NQ/TW", "2795/QD-BCT"):
        (found,) = (
            f
            for f in queries.coherence(factory.officer(), of[code], as_of=AT)
            if f.code == "employment_implied"
        )
        assert found.severity == "note"
        assert found.figures == {
            "value_added": 8.5,
            "productivity": 7.5,
            "implied": pytest.approx(0.93, abs=0.005),
            "year": 2030,
        }
        assert [a.code for a in found.about] == [code, "va-industry", "lp-industry"]
    jobs = Indicator.objects.get(code="employment-industry")
    for year in range(2015, 2024):
        factory.approved(jobs, str(year), round(10_000 * 1.05295 ** (year - 2015), 6))
    (against,) = (
        f
        for f in queries.coherence(factory.officer(), of["2795/QD-BCT"], as_of=AT)
        if f.code == "employment_against_trend"
    )
    assert against.figures["trend"] == pytest.approx(5.295)
    conflicts = [
        f
        for f in queries.coherence(factory.officer(), as_of=AT)
        if f.severity == "conflict"
    ]
    assert [(f.code, f.texts["card"], sorted(f.acts)) for f in conflicts] == [
        (
            "targets_differ",
            "lp-economy",
            [("1305/QD-TTg", "over", "6.5"), ("36/QD-TTg", "over", "7.5")],
        )
    ]
