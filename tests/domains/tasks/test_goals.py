"""Which goal a need, an order, a task serves: chosen, taken over, set otherwise."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from opensti.domains.strategies.models import Goal
from opensti.domains.tasks import actions
from opensti.domains.tasks.models import Need, Order, Task
from opensti.kernel.access import Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import tasks as make
from tests.factories.strategies_goals import Goals, Plans
from tests.factories.tasks import AT, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _regimes(regimes):
    del regimes


def link(actor, thing, row, goal, reason="Theo đề án."):
    return actions.link_goal(
        actor=actor,
        thing=thing,
        thing_id=row.pk,
        goal=goal.public_id if isinstance(goal, Goal) else goal,
        reason=reason,
        at=AT,
    )


def test_a_proposer_chooses_the_goal_and_saves_without_losing_it():
    applicant, goal = person(Role.APPLICANT), Goals.create()
    need = actions.draft_need(
        actor=applicant, at=AT, answers=make.ANSWERS, goal=goal.public_id
    )
    assert need.goal == goal
    saved = actions.save_need(
        actor=applicant,
        need_id=need.pk,
        answers={**make.ANSWERS, "months": 30},
        expected_version=1,
        at=AT,
    )
    assert (saved.goal, saved.version) == (goal, 2)
    cleared = actions.save_need(
        actor=applicant,
        need_id=need.pk,
        answers=saved.answers,
        expected_version=2,
        goal="",
        at=AT,
    )
    assert (cleared.goal, cleared.version) == (None, 3)


@pytest.mark.parametrize("state", ["draft", "consulted", "closed"])
def test_a_goal_of_a_plan_that_is_not_decided_or_is_over_is_not_chosen(state):
    plan = Plans.create(state=state)
    goal = Goals.create(plan=plan)
    with pytest.raises(Invalid) as refused:
        actions.draft_need(actor=person(Role.APPLICANT), at=AT, goal=goal.public_id)
    assert [p.field for p in refused.value.problems] == ["goal"]
    assert not Need.objects.exists()


def test_a_closed_goal_is_not_chosen_anew_but_stays_where_it_was_chosen():
    applicant, goal = person(Role.APPLICANT), Goals.create()
    need = actions.draft_need(
        actor=applicant, at=AT, answers=make.ANSWERS, goal=goal.public_id
    )
    Goal.objects.update(closed_on=date(2026, 5, 31))
    with pytest.raises(Invalid):
        actions.draft_need(actor=applicant, at=AT, goal=goal.public_id)
    saved = actions.save_need(
        actor=applicant,
        need_id=need.pk,
        answers={**make.ANSWERS, "months": 30},
        expected_version=1,
        goal=goal.public_id,
        at=AT,
    )
    assert saved.goal == goal


def test_an_order_takes_the_one_goal_that_its_needs_name():
    applicant, officer = person(Role.APPLICANT), person(Role.OFFICER)
    one, other = Goals.create(), Goals.create()
    needs = [make.accepted(applicant, officer) for _n in range(4)]
    for need, goal in zip(needs, (one, one, other), strict=False):
        link(officer, "need", need, goal)
    ids = [need.pk for need in needs]
    assert make.order(officer, need_ids=[ids[0], ids[1], ids[3]]).goal == one
    assert Order.objects.get().goal == one


def test_where_needs_name_several_goals_nobody_guesses_and_what_is_said_counts():
    applicant, officer = person(Role.APPLICANT), person(Role.OFFICER)
    one, other = Goals.create(), Goals.create()
    needs = [make.accepted(applicant, officer) for _n in range(3)]
    for need, goal in zip(needs, (one, other, one), strict=True):
        link(officer, "need", need, goal)
    ids = [need.pk for need in needs]
    assert make.order(officer, need_ids=ids[:2]).goal is None
    assert make.order(officer, need_ids=ids[2:], goal="").goal is None
    assert make.order(officer, goal=other.public_id).goal == other


def test_a_task_takes_the_goal_of_its_order_also_one_closed_since():
    officer, leader, goal = person(Role.OFFICER), person(Role.LEADER), Goals.create()
    order = make.approved(officer, leader, goal=goal.public_id)
    Goal.objects.update(closed_on=date(2026, 1, 1))

    class House:
        name_vi = "Viện"

    class Dossier:
        code = "HS-1"
        title_vi = title_en = abstract_vi = abstract_en = "x"
        order_id = order.pk
        host_id = leader_id = host = leader = None

    Dossier.host = House()
    task = actions.create_task(
        actor=officer,
        dossier=Dossier(),
        amount=Decimal(5),
        decision_number="1/QĐ",
        at=AT,
    )
    assert task.goal_id == goal.pk


def test_an_officer_sets_the_goal_of_an_archived_task_with_the_reason():
    officer, goal = person(Role.OFFICER), Goals.create(code="MT-1")
    task = make.Tasks.create()
    link(officer, "task", task, goal)
    assert Task.objects.get().goal == goal
    entry = Entry.objects.get(act="tasks.link_goal")
    assert json.loads(entry.body)["detail"] == {
        "goal": f"{goal.plan.code} MT-1",
        "goal was": "",
        "reason": "Theo đề án.",
    }
    link(officer, "task", task, "", reason="Gắn nhầm.")
    assert Task.objects.get().goal is None


def test_setting_a_goal_is_refused_without_reason_right_or_difference():
    officer, goal = person(Role.OFFICER), Goals.create()
    task = make.Tasks.create(goal=goal)
    other = Goals.create()
    for who, asked, reason, refusal in (
        (person(Role.APPLICANT), other, "Vì sao", AccessDenied),
        (person(Role.FINANCE), other, "Vì sao", AccessDenied),
        (officer, other, " ", Invalid),
        (officer, "khong-co", "Vì sao", Invalid),
        (officer, goal, "Vì sao", StepNotAllowed),
    ):
        with pytest.raises(refusal):
            link(who, "task", task, asked, reason)
    with pytest.raises(Invalid):
        link(officer, "picnic", task, other)
    assert Task.objects.get().goal == goal
    assert not Entry.objects.filter(act="tasks.link_goal").exists()


def test_a_draft_of_somebody_else_is_not_found():
    need = make.draft(person(Role.APPLICANT))
    with pytest.raises(NotFound):
        link(person(Role.OFFICER), "need", need, Goals.create())
    assert Need.objects.get().goal is None


def test_many_are_linked_by_the_act_of_one_and_all_or_none():
    officer, goal = person(Role.OFFICER), Goals.create()
    tasks = [make.Tasks.create() for _n in range(2)]
    done = make.Tasks.create(goal=goal)

    def bulk(*rows, dry_run):
        return actions.link_goals_in_bulk(
            actor=officer,
            thing="task",
            thing_ids=[row.pk for row in rows],
            goal=goal.public_id,
            reason="Rà soát kho.",
            at=AT,
            dry_run=dry_run,
        )

    tried = bulk(*tasks, done, dry_run=True)
    assert [line.refusal is None for line in tried] == [True, True, False]
    assert Task.objects.filter(goal=goal).count() == 1
    with pytest.raises(Stale):
        bulk(*tasks, done, dry_run=False)
    assert Task.objects.filter(goal=goal).count() == 1
    bulk(*tasks, dry_run=False)
    assert Task.objects.filter(goal=goal).count() == 3
    assert Entry.objects.filter(act="tasks.link_goal").count() == 2
