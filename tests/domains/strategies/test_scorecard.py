"""The scorecard of a plan: every target with its light, its pace, its sources."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.models import StocktakeDecision
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import strategies_indicators as basis
from tests.factories import strategies_scorecard as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
AT, LATER = factory.AT, factory.LATER


def lights(plan, **more):
    found = queries.scorecard(factory.officer(), plan, as_of=more.pop("at", AT), **more)
    return [(line.code, line.light) for line in found.lines]


def test_a_fifth_fewer_organisations_is_half_done():
    plan = factory.plan()
    few = factory.card(direction="down", code="ORG")
    factory.target(
        plan, few, -20, measure="change", comparator="at_most", base_year=2024,
        base_value=Decimal(60),
    )  # fmt: skip
    factory.approved(few, "2025", 54)
    line = queries.scorecard(factory.officer(), plan, as_of=AT).lines[0]
    assert (line.rating.aim, line.rating.achievement, line.light) == (48, 0.5, "on")


def test_no_data_and_what_waits_for_approval_is_never_green():
    plan, one = factory.plan(), factory.card(code="A")
    factory.target(plan, one, 20)
    assert lights(plan) == [("A", "no_data")]
    factory.approved(one, "2025", 30, state="entered", decided_by=None, decided_at=None)
    assert lights(plan) == [("A", "no_data")]
    factory.approved(one, "2024", 14)
    assert lights(plan) == [("A", "on")]


def test_rates_of_growth_are_chained_from_the_year_before_the_plan():
    plan = factory.plan()
    card = factory.rates("LP", "productivity")
    factory.target(
        plan, card, 7.5, measure="growth", comparator="over", base_year=None,
        base_value=None,
    )  # fmt: skip
    for year, rate in ((2019, 30), (2021, 5), (2022, 6)):
        factory.approved(card, str(year), rate)
    line = queries.scorecard(factory.officer(), plan, as_of=AT).lines[0]
    grown = ((1.05 * 1.06) ** 0.5 - 1) * 100
    needed = ((1.075**10 / (1.05 * 1.06)) ** (1 / 8) - 1) * 100
    assert (line.chained, line.rating.base_year, line.rating.year) == (True, 2020, 2022)
    assert line.rating.achieved == pytest.approx(grown)
    assert line.rating.required == pytest.approx(needed)
    assert line.light == "off"


def test_two_acts_on_one_card_stand_as_two_lines_and_conflict():
    old, new = factory.plan(code="1305"), factory.plan(code="36")
    card = factory.rates("LP", "productivity")
    for plan, value in ((old, 6.5), (new, 7.5)):
        factory.target(plan, card, value, measure="growth", comparator="over")
    found = queries.scorecard(factory.officer(), new, as_of=AT)
    assert [(x.plan, x.value) for x in found.lines + found.others] == [
        ("36", "7.5"),
        ("1305", "6.5"),
    ]
    conflict = next(
        f
        for f in queries.coherence(factory.officer(), new, as_of=AT)
        if f.code == "targets_differ"
    )
    with translation.override("en"):
        assert conflict.severity == "conflict"
        assert queries.coherence_words(conflict).startswith(
            "LP to 2030: the acts want different values, from 6.5 to 7.5 (1305:"
        )


def test_a_target_replaced_by_a_later_act_is_left_out():
    plan, card = factory.plan(), factory.card()
    old = factory.target(plan, card, 20)
    new = factory.target(plan, card, 25)
    old.replaced_by = new
    old.save()
    found = queries.scorecard(factory.officer(), plan, as_of=AT)
    assert [line.target for line in found.lines] == [new.pk]


def test_a_scorecard_costs_the_same_for_one_target_and_for_three(
    django_assert_num_queries,
):
    plan, reader = factory.plan(), factory.officer()
    for count in (1, 3):
        for _more in range(count):
            card = factory.card()
            factory.target(plan, card, 20)
            factory.approved(card, "2024", 12)
        with django_assert_num_queries(3):
            queries.scorecard(reader, plan, as_of=AT)


def test_the_public_reads_published_values_of_public_plans_alone():
    plan, draft = factory.plan(), factory.plan(state="draft")
    card = factory.card(code="A")
    for each in (plan, draft):
        factory.target(each, card, 20)
    factory.published(card, "2023", 11)
    factory.approved(card, "2024", 19)
    found = queries.public_scorecard(plan.public_id, at=AT)
    assert [(v.year, v.value) for v in found.lines[0].values] == [(2023, "11")]
    assert found.others == ()
    assert list(queries.public_plans()) == [plan]
    with pytest.raises(NotFound):
        queries.public_scorecard(draft.public_id, at=AT)


def test_the_public_does_not_learn_who_is_late():
    plan, agency, card = factory.plan(), basis.agency(), factory.card(code="A")
    factory.target(plan, card, 20)
    factory.published(card, "2024", 12, reporter=agency)
    basis.campaign((agency, card), due_on=factory.TODAY - timedelta(days=1))
    seen = [
        [(v.year, v.carried) for v in found.lines[0].values]
        for found in (
            queries.scorecard(factory.officer(), plan, as_of=AT),
            queries.public_scorecard(plan.public_id, at=AT),
        )
    ]
    assert seen == [[(2024, False), (2025, True)], [(2024, False)]]


def test_a_scorecard_survives_being_kept():
    plan, card = factory.plan(), factory.card()
    factory.target(plan, card, 20)
    for year, value in enumerate((10, 11, 13, 12, 15), start=2020):
        factory.approved(card, str(year), value)
    found = queries.scorecard(factory.officer(), plan, as_of=AT)
    kept = json.loads(json.dumps(queries.to_plain(found)))
    assert queries.from_plain(kept) == found


# ---- stocktakes


def test_a_revised_vintage_leaves_the_old_scorecard_and_the_new_shows_both():
    plan, card = factory.plan(), factory.card(code="GDP", kind="amount")
    factory.target(plan, card, 20)
    factory.approved(card, "2024", 14, vintage_label="2025-03")
    stocktake = factory.held(plan)
    before = (stocktake.scorecard, stocktake.digest)
    factory.approved(
        card, "2024", 13, vintage_label="2026-05",
        entered_at=LATER - timedelta(days=2), decided_at=LATER - timedelta(days=1),
    )  # fmt: skip
    view = queries.stocktake_view(factory.officer(), stocktake.public_id, as_of=LATER)
    stocktake.refresh_from_db()
    assert (stocktake.scorecard, stocktake.digest) == before
    assert (view.card.lines[0].light, view.card.lines[0].values[0].value) == (
        "on",
        "14",
    )
    revision = view.revised[0]
    assert (
        revision.old, revision.old_vintage, revision.new, revision.new_vintage,
        revision.old_light, revision.new_light,
    ) == ("14", "2025-03", "13", "2026-05", "on", "off")  # fmt: skip
    live = queries.scorecard(factory.officer(), plan, as_of=LATER)
    assert (live.lines[0].light, live.lines[0].values[0].value) == ("off", "13")


def test_holding_needs_a_leader_a_past_day_minutes_and_a_target():
    plan = factory.plan()
    stocktake = factory.stocktake(plan)

    def hold(actor, **more):
        given = {"minutes": "Có.", "at": AT} | more
        return actions.hold_stocktake(actor=actor, stocktake_id=stocktake.pk, **given)

    with pytest.raises(AccessDenied):
        hold(factory.officer())
    with pytest.raises(Invalid):
        hold(factory.leader(), minutes=" ")
    with pytest.raises(Invalid):
        hold(factory.leader())  # no target
    factory.target(plan, factory.card(), 20)
    with pytest.raises(Stale):
        hold(factory.leader(), version=99)
    with pytest.raises(Invalid):
        hold(factory.leader(), at=AT - timedelta(days=30))
    assert hold(factory.leader()).state == "held"
    with pytest.raises(StepNotAllowed):
        hold(factory.leader())


def test_a_judgement_has_a_reason_and_is_of_the_plan():
    plan, other = factory.plan(), factory.plan()
    target = factory.target(plan, factory.card(), 20)
    alien = factory.target(other, factory.card(), 20)
    stocktake = factory.stocktake(plan)

    def judge(of, **more):
        given = {"likelihood": "doubtful", "reason": "Chậm.", "at": AT} | more
        return actions.judge_target(
            actor=factory.officer(), stocktake_id=stocktake.pk, target_id=of.pk, **given
        )

    with pytest.raises(Invalid):
        judge(target, reason="")
    with pytest.raises(Invalid):
        judge(target, likelihood="surely")
    with pytest.raises(NotFound):
        judge(alien)
    judge(target)
    judge(target, likelihood="unlikely")
    view = queries.stocktake_view(factory.officer(), stocktake.public_id, as_of=AT)
    assert {t: j.likelihood for t, j in view.judgements.items()} == {
        target.pk: "unlikely"
    }


def test_a_decision_has_an_owner_and_a_day_after_the_meeting():
    stocktake = factory.stocktake(factory.plan())
    with pytest.raises(Invalid) as refused:
        factory.decision(
            stocktake, owner_name="", due_on=stocktake.held_on - timedelta(days=1)
        )
    assert [p.field for p in refused.value.problems] == ["owner", "due_on"]
    assert StocktakeDecision.objects.count() == 0
    kept = factory.decision(stocktake)
    actions.drop_stocktake_decision(actor=factory.officer(), decision_id=kept.pk, at=AT)
    assert StocktakeDecision.objects.count() == 0


def held_with_decision(**changed):
    plan = factory.plan()
    factory.target(plan, factory.card(), 20)
    stocktake = factory.stocktake(plan)
    decision = factory.decision(stocktake, **changed)
    actions.hold_stocktake(
        actor=factory.leader(), stocktake_id=stocktake.pk, minutes="Có.", at=AT
    )
    return decision


def test_the_owner_finds_the_decision_in_his_work_and_says_when_it_is_done():
    house = basis.agency()
    decision = held_with_decision(owner_id=house.pk)
    owner, stranger = basis.manager(house), basis.manager(basis.agency())
    day = decision.due_on
    assert [w.overdue for w in queries.stocktakes_work(owner, day)] == [False]
    assert queries.stocktakes_work(stranger, day) == []
    assert queries.stocktakes_work(factory.officer(), day) == []
    late = day + timedelta(days=1)
    assert [w.overdue for w in queries.stocktakes_work(factory.officer(), late)] == [
        True
    ]

    def finish(actor):
        return actions.finish_stocktake_decision(
            actor=actor, decision_id=decision.pk, outcome="Xong.",
            done_on=day, at=LATER,
        )  # fmt: skip

    with pytest.raises(NotFound):
        finish(stranger)
    finish(owner)
    assert queries.stocktakes_work(owner, late) == []
    with pytest.raises(Invalid):
        finish(owner)


def test_stocktakes_are_the_offices_alone():
    plan = factory.plan()
    stocktake = factory.stocktake(plan)
    for reader in (PUBLIC, person(Role.EXPERT), person(Role.APPLICANT)):
        with pytest.raises(NotFound):
            queries.stocktake(reader, stocktake.public_id)
        with pytest.raises((AccessDenied, NotFound)):
            actions.draft_stocktake(
                actor=person(Role.EXPERT), plan_id=plan.pk, title_vi="x",
                held_on=stocktake.held_on, at=AT,
            )  # fmt: skip


def test_every_act_leaves_a_leaf():
    decision = held_with_decision()
    subject = queries.stocktake_subject(decision.stocktake.public_id)
    assert [e.act for e in entries_of(subject)] == [
        "strategies.draft_stocktake",
        "strategies.decide_at_stocktake",
        "strategies.hold_stocktake",
    ]
