"""Scenarios: written, computed, put forward by one person, adopted by another."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256

import pytest

from opensti.domains.portfolios import actions, queries
from opensti.domains.portfolios.actions import Plan, Rule
from opensti.domains.portfolios.choices import RoundState, Ruling, ScenarioState
from opensti.domains.portfolios.lifecycle import SCENARIO_LIFECYCLE
from opensti.domains.portfolios.models import Decision, Lock, Scenario
from opensti.domains.procedures.queries import Advice
from opensti.kernel.access import Role
from opensti.kernel.jobs.actions import cancel
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import portfolios as factory
from tests.factories.tasks import person

MONEY = 2_000_000_000


@pytest.fixture
def three(db):
    """A call with three good dossiers that answer three orders, as they were judged."""
    return factory.judged("90", "85", "80", orders=3)


@pytest.fixture
def round_(three):
    return factory.laid_out(three)


def rulings(round_):
    rows = Decision.objects.filter(round=round_).order_by("pk")
    return [(d.proposed, d.advised, d.amount and int(d.amount)) for d in rows]


def faults(refused):
    return [p.field for p in refused.value.problems]


def test_the_best_set_within_the_budget_is_advised_once_a_second_person_adopts_it(
    three, round_
):
    scenario = factory.computed(three, round_, rules={"budgets": {"state": 2 * MONEY}})
    assert scenario.state == ScenarioState.SOLVED
    assert scenario.proof["objective"] == 175.0
    assert scenario.proof["gap"] == 0.0
    assert scenario.proof["spent"]["state"] == 2 * MONEY
    before = rulings(round_)
    assert before == [("approve", "", MONEY)] * 3
    actions.put_forward(
        actor=three.officer,
        scenario_id=scenario.pk,
        grounds="Trong hạn mức.",
        at=factory.LAID_OUT,
    )
    assert rulings(round_) == before
    actions.adopt_scenario(
        actor=three.leader, scenario_id=scenario.pk, at=factory.LAID_OUT
    )
    assert rulings(round_) == [
        ("approve", "approve", MONEY),
        ("approve", "approve", MONEY),
        ("decline", "decline", None),
    ]


def test_who_put_it_forward_does_not_adopt_it(three, round_):
    scenario = factory.put_forward(three, round_)
    with pytest.raises(AccessDenied) as refused:
        actions.adopt_scenario(
            actor=three.officer, scenario_id=scenario.pk, at=factory.LAID_OUT
        )
    assert "cần người thứ hai" in str(refused.value)
    colleague = person(Role.OFFICER)
    adopted = actions.adopt_scenario(
        actor=colleague, scenario_id=scenario.pk, at=factory.LAID_OUT
    )
    assert adopted.state == ScenarioState.ADOPTED


def test_the_second_person_sends_it_back_and_says_why(three, round_):
    scenario = factory.put_forward(three, round_)
    with pytest.raises(Invalid):
        actions.send_back(
            actor=three.leader, scenario_id=scenario.pk, reason=" ", at=factory.LAID_OUT
        )
    back = actions.send_back(
        actor=three.leader,
        scenario_id=scenario.pk,
        reason="Thiếu lĩnh vực năng lượng.",
        at=factory.LAID_OUT,
    )
    assert (back.state, back.put_forward_by_id) == (ScenarioState.SOLVED, None)


def test_another_adopted_scenario_replaces_the_first(three, round_):
    first = factory.adopted(three, round_)
    second = factory.adopted(three, round_, rules={"budgets": {"state": 3 * MONEY}})
    states = dict(Scenario.objects.values_list("pk", "state"))
    assert states == {first.pk: "replaced", second.pk: "adopted"}
    assert [row[1] for row in rulings(round_)] == ["approve"] * 3


def test_an_adopted_part_is_not_the_whole_of_the_next_scenario(db, monkeypatch):
    story = factory.judged("90", "85", orders=2)
    round_ = factory.laid_out(story)
    first = story.dossiers[0].code
    monkeypatch.setattr(
        "opensti.domains.portfolios.actions.scenarios.advice_of",
        lambda _version: Advice(calibrated=False, partial_levels=True),
    )
    half = {first: [{"name": "một nửa", "share": 0.5, "merit": 0.9}]}
    rules = {"budgets": {"state": 3_000_000_000}, "levels": half}
    other = factory.computed(story, round_, rules=rules)
    factory.adopted(story, round_, rules=rules)
    assert rulings(round_) == [
        ("approve", "approve", MONEY // 2),
        ("approve", "approve", MONEY),
    ]
    again = actions.put_forward(
        actor=story.officer,
        scenario_id=other.pk,
        grounds="Như trên.",
        at=factory.LAID_OUT,
    )
    assert again.state == ScenarioState.PUT_FORWARD


def test_the_same_bytes_come_of_the_frozen_problem_again(three, round_):
    scenario = factory.computed(three, round_)
    content, same = actions.recompute_scenario(
        actor=three.officer, public_id=scenario.public_id
    )
    assert same
    assert sha256(content).hexdigest() == scenario.solution_digest
    Scenario.objects.filter(pk=scenario.pk).update(solution_digest="0" * 64)
    assert not actions.recompute_scenario(
        actor=three.officer, public_id=scenario.public_id
    )[1]


def test_a_scenario_that_was_computed_changes_no_more_but_its_copy_does(three, round_):
    scenario = factory.computed(three, round_)
    with pytest.raises(StepNotAllowed):
        actions.change_scenario(
            actor=three.officer,
            scenario_id=scenario.pk,
            plan=Plan(title_vi="Khác"),
            at=factory.LAID_OUT,
        )
    copy = actions.copy_scenario(
        actor=three.officer, scenario_id=scenario.pk, at=factory.LAID_OUT
    )
    assert (copy.number, copy.state, copy.rules) == (2, "draft", scenario.rules)
    changed = actions.change_scenario(
        actor=three.officer,
        scenario_id=copy.pk,
        plan=Plan(title_vi="Khác", rules={}),
        at=factory.LAID_OUT,
        expected_version=copy.version,
    )
    assert (changed.title_vi, changed.rules) == ("Khác", {})
    with pytest.raises(Stale):
        actions.change_scenario(
            actor=three.officer,
            scenario_id=copy.pk,
            plan=Plan(title_vi="Khác nữa"),
            at=factory.LAID_OUT,
            expected_version=copy.version,
        )


def test_every_fault_of_the_rules_is_told_with_its_place(three, round_):
    with pytest.raises(Invalid) as refused:
        factory.scenario(
            three,
            round_,
            title_vi="",
            rules={
                "budgets": {"state": -1, "euro": 5},
                "must": ["nobody"],
                "levels": {"nobody": [{"name": "", "share": 2, "merit": 0}]},
                "young_age": "old",
            },
        )
    assert faults(refused) == [
        "title_vi",
        "rules.levels",
        "rules.levels.nobody",
        "rules.levels.nobody",
        "rules.levels.nobody",
        "rules.young_age",
        "rules.budgets.state",
        "rules.budgets.euro",
        "rules.must.0",
    ]
    assert not Scenario.objects.exists()


def test_what_contradicts_is_told_with_the_least_that_mends_it(three, round_):
    scenario = factory.computed(
        three, round_, rules={"budgets": {"state": MONEY}, "at_least": 2}
    )
    assert scenario.state == ScenarioState.INFEASIBLE
    told = queries.document_of(Scenario.objects.get(pk=scenario.pk).solution)
    assert {(c["name"], c["stated"], c["needed"]) for c in told["conflict"]} == {
        ("budget:state", MONEY, 2 * MONEY),
        ("at_least:count", 2, 1),
    }


def test_a_dossier_fixed_by_hand_is_in_every_scenario_from_then_on(three, round_):
    free = factory.computed(three, round_)
    last = Decision.objects.filter(round=round_).latest("pk")
    for reason in ("", "Cam kết quốc tế."):
        if not reason:
            with pytest.raises(Invalid):
                actions.lock_decision(
                    actor=three.officer,
                    decision_id=last.pk,
                    must=True,
                    reason=reason,
                    at=factory.LAID_OUT,
                )
            continue
        actions.lock_decision(
            actor=three.officer,
            decision_id=last.pk,
            must=True,
            reason=reason,
            at=factory.LAID_OUT,
        )
    fixed = factory.computed(three, round_)
    chosen = [
        [*queries.document_of(Scenario.objects.get(pk=s.pk).solution)["chosen"]]
        for s in (free, fixed)
    ]
    codes = [d.code for d in three.dossiers]
    assert chosen == [[codes[0]], [codes[2]]]
    with pytest.raises(StepNotAllowed) as refused:
        actions.put_forward(
            actor=three.officer,
            scenario_id=free.pk,
            grounds="Cũ.",
            at=factory.LAID_OUT,
        )
    assert "đã thay đổi sau khi tính" in str(refused.value)
    actions.unlock_decision(
        actor=three.officer, decision_id=last.pk, at=factory.LAID_OUT
    )
    assert not Lock.objects.exists()
    acts = [e.act for e in entries_of(f"portfolios.round:{round_.public_id}")]
    assert acts.count("portfolios.lock_decision") == 1
    assert acts.count("portfolios.unlock_decision") == 1


def test_a_dossier_the_council_does_not_propose_is_not_chosen_and_told_so(db):
    story = factory.judged("90", "60", orders=2)
    round_ = factory.laid_out(story)
    scenario = factory.adopted(story, round_, rules={})
    assert scenario.proof["chosen"] == 1
    good, weak = Decision.objects.filter(round=round_).order_by("pk")
    assert (weak.advised, weak.amount) == ("decline", None)
    assert weak.reason_vi == "Hội đồng không đề nghị thực hiện; điểm trung bình 60,00."
    assert good.reason_vi.startswith(
        "Hội đồng đề nghị thực hiện; điểm trung bình 90,00."
    )


def test_a_draw_is_committed_before_it_and_can_be_drawn_again(db):
    story = factory.judged("90", "90", orders=2)
    round_ = factory.laid_out(story)
    scenario = factory.scenario(
        story, round_, ties="draw", seed_source="Xổ số Miền Bắc 1/8/2026"
    )
    with pytest.raises(Invalid) as refused:
        actions.ask_scenario(
            actor=story.officer, scenario_id=scenario.pk, at=factory.LAID_OUT
        )
    assert faults(refused) == ["ties"]
    scenario = actions.commit_draw(
        actor=story.officer, scenario_id=scenario.pk, at=factory.LAID_OUT
    )
    entry = Entry.objects.latest("position")
    assert (entry.act, entry.public) == ("portfolios.commit_draw", True)
    assert round_.public_id not in entry.body
    with pytest.raises(Invalid) as refused:
        actions.ask_scenario(
            actor=story.officer, scenario_id=scenario.pk, at=factory.LAID_OUT
        )
    assert faults(refused) == ["said"]
    actions.ask_scenario(
        actor=story.officer,
        scenario_id=scenario.pk,
        said="12345",
        at=factory.LAID_OUT,
    )
    done = actions.compute_scenario(
        actor=story.officer, scenario_id=scenario.pk, at=factory.LAID_OUT
    )
    assert sha256(done.seed.encode()).hexdigest() == done.seed_digest
    seed = sha256(f"{done.seed}\n12345".encode()).hexdigest()
    codes = sorted(
        (d.code for d in story.dossiers),
        key=lambda code: sha256(f"{seed}\n{code}".encode()).digest(),
    )
    told = queries.document_of(Scenario.objects.get(pk=done.pk).solution)
    assert [*told["chosen"]] == codes[:1]
    assert codes[0] in told["tied"]
    finish = Entry.objects.get(act="portfolios.finish_scenario")
    assert json.loads(finish.body)["detail"]["seed"] == done.seed


def test_what_the_source_said_is_said_once_even_where_the_work_failed(db):
    story = factory.judged("90", "90", orders=2)
    round_ = factory.laid_out(story)
    scenario = factory.scenario(story, round_, ties="draw", seed_source="Xổ số")
    told = {"actor": story.officer, "scenario_id": scenario.pk, "at": factory.LAID_OUT}
    actions.commit_draw(**told)
    actions.ask_scenario(**told, said="12345")
    digest = "0" * 64  # a worker froze the problem, then died
    Scenario.objects.filter(pk=scenario.pk).update(problem_digest=digest)
    actions.fail_scenario(**told)
    asked = actions.ask_scenario(**told, said="54321")
    assert asked.seed_said == "12345"


def test_to_deviate_from_the_advice_takes_a_reason_and_is_counted(three, round_):
    factory.adopted(three, round_, rules={"budgets": {"state": 2 * MONEY}})
    third = Decision.objects.filter(round=round_).latest("pk")
    said = {
        "actor": three.officer,
        "decision_id": third.pk,
        "proposed": Ruling.APPROVE,
        "amount": Decimal(MONEY),
        "reason_vi": "Cần cho ngành.",
        "reason_en": "",
        "at": factory.LAID_OUT,
    }
    with pytest.raises(Invalid) as refused:
        actions.edit_decision(**said)
    assert faults(refused) == [f"decision-{third.pk}-deviation"]
    actions.edit_decision(**said, deviation="Nhiệm vụ cấp bách theo chỉ đạo.")
    actions.propose_round(
        actor=three.officer, round_id=round_.pk, proposal="Trình.", at=factory.PROPOSED
    )
    first = Decision.objects.filter(round=round_).earliest("pk")
    with pytest.raises(Invalid) as refused:
        factory.decide(
            three,
            round_,
            rulings={
                first.pk: Rule(
                    ruling=Ruling.DECLINE, amount=None, reason_vi="Không cần."
                )
            },
        )
    assert faults(refused) == [f"decision-{first.pk}-deviation"]
    factory.decide(
        three,
        round_,
        rulings={
            first.pk: Rule(
                ruling=Ruling.DECLINE,
                amount=None,
                reason_vi="Không cần.",
                deviation="Đã có nguồn khác.",
            )
        },
    )
    rows = Decision.objects.filter(round=round_).order_by("pk")
    assert [(d.ruling, d.departs_from_advice, d.deviation) for d in rows] == [
        ("decline", True, "Đã có nguồn khác."),
        ("approve", False, ""),
        ("approve", True, "Nhiệm vụ cấp bách theo chỉ đạo."),
    ]
    round_.refresh_from_db()
    assert round_.state == RoundState.DECIDED


def test_following_the_advice_again_takes_the_deviation_back(three, round_):
    factory.adopted(three, round_, rules={"budgets": {"state": 2 * MONEY}})
    third = Decision.objects.filter(round=round_).latest("pk")
    for ruling, amount in ((Ruling.APPROVE, Decimal(MONEY)), (Ruling.DECLINE, None)):
        third = actions.edit_decision(
            actor=three.officer,
            decision_id=third.pk,
            proposed=ruling,
            amount=amount,
            reason_vi="Lý do.",
            reason_en="",
            deviation="Vì cấp bách.",
            at=factory.LAID_OUT,
        )
    assert (third.departs_from_advice, third.deviation) == (False, "")


def test_a_double_click_begins_one_scenario_and_a_later_one_another(three, round_):
    first, again = (factory.scenario(three, round_) for _click in range(2))
    assert first == again
    assert Scenario.objects.count() == 1
    later = actions.make_scenario(
        actor=three.officer,
        round_id=round_.pk,
        plan=Plan(title_vi=first.title_vi, title_en=first.title_en, rules=first.rules),
        at=factory.LAID_OUT + timedelta(minutes=1),
    )
    assert later.number == 2


def test_asking_twice_computes_once(three, round_):
    scenario = factory.scenario(three, round_)
    jobs = {
        actions.ask_scenario(
            actor=three.officer, scenario_id=scenario.pk, at=factory.LAID_OUT
        ).job_id
        for _click in range(2)
    }
    assert len(jobs) == 1
    first = actions.compute_scenario(
        actor=three.officer, scenario_id=scenario.pk, at=factory.LAID_OUT
    )
    again = actions.compute_scenario(
        actor=three.officer, scenario_id=scenario.pk, at=factory.LAID_OUT
    )
    assert first.version == again.version


def test_stopped_before_it_began_it_can_be_asked_for_again(three, round_):
    scenario = factory.scenario(three, round_)

    def ask():
        return actions.ask_scenario(
            actor=three.officer, scenario_id=scenario.pk, at=factory.LAID_OUT
        )

    first = ask().job_id
    cancel(actor=three.officer, public_id=first, at=factory.LAID_OUT)
    second = ask()
    assert (second.state, second.job_id == first) == (ScenarioState.WAITING, False)


def test_that_it_failed_is_noted_whoever_asked_for_it(three, round_):
    scenario = factory.scenario(three, round_)
    actions.ask_scenario(
        actor=three.officer, scenario_id=scenario.pk, at=factory.LAID_OUT
    )
    stranger = person()
    failed = actions.fail_scenario(
        actor=stranger, scenario_id=scenario.pk, at=factory.LAID_OUT
    )
    assert failed.state == ScenarioState.FAILED
    actions.ask_scenario(
        actor=three.officer, scenario_id=scenario.pk, at=factory.LAID_OUT
    )
    done = actions.compute_scenario(
        actor=three.officer, scenario_id=scenario.pk, at=factory.LAID_OUT
    )
    assert done.state == ScenarioState.SOLVED


def test_whoever_has_a_stake_in_a_dossier_knows_of_no_scenario(three, round_):
    scenario = factory.computed(three, round_)
    partial = three.applicants[0]
    both = person(Role.OFFICER)
    assert queries.scenarios_of(both, round_).count() == 1
    three.dossiers[0].editors.create(user_id=both.user_id, added_at=factory.LAID_OUT)
    for actor in (both, partial):
        assert not queries.scenarios_of(actor, round_).exists()
        with pytest.raises(NotFound):
            queries.scenario(actor, scenario.public_id)


def test_nothing_is_planned_once_the_round_is_before_the_leader(three, round_):
    scenario = factory.computed(three, round_)
    actions.propose_round(
        actor=three.officer, round_id=round_.pk, proposal="Trình.", at=factory.PROPOSED
    )
    decision = Decision.objects.filter(round=round_).earliest("pk")
    for act in (
        lambda: factory.scenario(three, round_),
        lambda: actions.put_forward(
            actor=three.officer,
            scenario_id=scenario.pk,
            grounds="Muộn.",
            at=factory.PROPOSED,
        ),
        lambda: actions.lock_decision(
            actor=three.officer,
            decision_id=decision.pk,
            must=False,
            reason="Muộn.",
            at=factory.PROPOSED,
        ),
    ):
        with pytest.raises(StepNotAllowed):
            act()


def test_every_state_of_a_scenario_can_be_reached():
    assert SCENARIO_LIFECYCLE.unreachable(ScenarioState.values) == set()
