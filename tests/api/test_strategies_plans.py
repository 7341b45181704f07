"""Programs read plans with the ids that acts ask for, as far as their owner may know."""

from __future__ import annotations

import json

import pytest

from opensti.domains.strategies import actions
from opensti.domains.strategies.models import Plan, PlanComment, PlanEdition
from opensti.kernel.access import SYSTEM, Role
from opensti.kernel.record.models import Entry
from tests.api.test_acts import key_of, send
from tests.factories import strategies_plans as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


def read(client, path, actor, status=200):
    answer = client.get(
        f"/api/v1/mine/{path}", HTTP_AUTHORIZATION=f"Bearer {key_of(actor)}"
    )
    assert answer.status_code == status, answer.content
    return answer.json()


def counts():
    return Plan.objects.count(), PlanEdition.objects.count(), Entry.objects.count()


def test_the_list_says_of_each_plan_what_acts_ask_for(client):
    plan = factory.issued()
    assert read(client, "plans", factory.officer()) == {
        "count": 1,
        "items": [
            {
                "id": plan.pk,
                "public_id": plan.public_id,
                "version": plan.version,
                "code": "1/QD-BCT",
                "kind": "plan",
                "state": "issued",
                "title_vi": "Kế hoạch thử",
                "title_en": "Plan for trying",
                "act_number": "1/QĐ-BCT",
                "issued_on": "2026-01-05",
                "starts_on": "2026-01-05",
                "ends_on": "2030-12-31",
                "comments_until": None,
                "mark": "V",
            }
        ],
    }


def test_the_list_is_searched_narrowed_and_paged(client):
    factory.issued()
    for code in ("2/QD", "3/QD"):
        actions.load_plan(
            actor=SYSTEM, content=factory.draft_tree(code=code), at=factory.AT
        )
    who, outsider = factory.officer(), person(Role.APPLICANT)

    def found(actor, query=""):
        told = read(client, f"plans?{query}", actor)
        return told["count"], sorted(item["code"] for item in told["items"])

    assert found(who) == (3, ["1/QD-BCT", "2/QD", "3/QD"])
    assert found(who, "q=1/qd") == (1, ["1/QD-BCT"])
    assert found(who, "limit=2&offset=2")[0] == 3
    assert len(found(who, "limit=2&offset=2")[1]) == 1
    assert found(outsider) == (1, ["1/QD-BCT"])
    assert found(outsider, "q=2/qd") == (0, [])


def test_a_plan_is_read_as_its_file_says_it_with_the_ids_of_its_parts(client):
    plan = factory.issued()
    told = read(client, f"plans/{plan.public_id}", factory.officer())
    edition = plan.editions.get()
    assert told["tree"] == edition.tree
    assert told["plan"]["id"] == plan.pk
    goals = {goal.code: goal for goal in plan.goals.all()}
    assert told["goals"] == [
        {
            "id": goals[code].pk,
            "public_id": goals[code].public_id,
            "version": 1,
            "code": code,
            "parent_id": parent,
        }
        for code, parent in (("g1", None), ("g1a", goals["g1"].pk))
    ]
    first, second = (factory.action(plan, code) for code in ("a1", "a2"))
    assert told["actions"] == [
        {
            "id": action.pk,
            "public_id": action.public_id,
            "version": 1,
            "code": action.code,
            "goal_id": goals["g1a"].pk,
            "state": "planned",
            "state_reason": "",
            "milestones": [row.pk for row in action.milestones.all()],
            "budget_lines": [row.pk for row in action.budget_lines.all()],
        }
        for action in (first, second)
    ]
    assert [len(a["budget_lines"]) for a in told["actions"]] == [2, 0]


def test_risks_and_a_draft_above_are_for_the_office_alone(client):
    factory.draft(code="9/NHAP")
    plan = actions.load_plan(
        actor=SYSTEM,
        content=factory.tree(parent="9/NHAP", envelopes=[]),
        at=factory.AT,
    )
    seen = {}
    for who in (factory.officer(), person(Role.APPLICANT)):
        tree = read(client, f"plans/{plan.public_id}", who)["tree"]
        text = json.dumps(tree, ensure_ascii=False)
        seen["officer" if who.has(Role.OFFICER) else "applicant"] = (
            "Thiếu giảng viên" in text,
            tree.get("parent"),
        )
    assert seen == {"officer": (True, "9/NHAP"), "applicant": (False, None)}


def test_a_draft_and_an_address_that_is_none_are_not_found(client):
    plan = factory.draft()
    for who, path in (
        (person(Role.APPLICANT), f"plans/{plan.public_id}"),
        (person(Role.EXPERT), f"plans/{plan.public_id}"),
        (factory.officer(), "plans/nonesuch"),
    ):
        assert read(client, path, who, 404)["refusal"] == "NotFound"
    assert client.get(f"/api/v1/mine/plans/{plan.public_id}").status_code == 401


def test_a_plan_is_drafted_opened_and_issued_by_keys(client):
    factory.cards()
    officer, leader = key_of(factory.officer()), key_of(factory.leader(), confirms=True)
    made = send(client, "strategies/load_plan", officer, content=factory.draft_tree())
    plan = Plan.objects.get()
    assert made["made"] == {
        "kind": "strategies.plan",
        "id": plan.pk,
        "public_id": plan.public_id,
        "state": "draft",
        "version": plan.version,
    }
    made = send(
        client,
        "strategies/issue_plan",
        leader,
        plan_id=plan.pk,
        act_number="1/QĐ-BCT",
        issued_on="2026-01-05",
        version=plan.version,
    )
    plan.refresh_from_db()
    assert (made["made"]["number"], plan.state, plan.act_number) == (
        1,
        "issued",
        "1/QĐ-BCT",
    )


def test_a_refused_act_says_where_and_how_and_writes_nothing(client):
    factory.cards()
    officer, before = key_of(factory.officer()), counts()
    tree = factory.draft_tree(kind="stratgy")
    told = send(client, "strategies/load_plan", officer, 422, content=tree)
    assert [(p["field"], bool(p["mend"])) for p in told["problems"]] == [
        ("plan: kind", True)
    ]
    # One that an act issued is the leader's to load.
    told = send(client, "strategies/load_plan", officer, 403, content=factory.tree())
    assert (told["refusal"], bool(told["who"])) == ("AccessDenied", True)
    stranger = key_of(person(Role.APPLICANT))
    send(client, "strategies/load_plan", stranger, 403, content=factory.draft_tree())
    assert counts()[:2] == before[:2]


def test_an_act_on_a_plan_as_it_was_before_is_stale(client):
    plan = factory.draft()
    said = {"plan_id": plan.pk, "comments_until": "2099-01-01"}
    key, before = key_of(factory.officer()), counts()
    told = send(
        client,
        "strategies/open_consultation",
        key,
        409,
        version=plan.version + 1,
        **said,
    )
    assert (told["refusal"], bool(told["mend"])) == ("Stale", True)
    plan.refresh_from_db()
    assert (plan.state, counts()[:2]) == ("draft", before[:2])


def test_a_comment_is_sent_by_key_while_the_plan_is_open_alone(client):
    plan, draft = factory.issued(), None
    draft = actions.load_plan(
        actor=SYSTEM, content=factory.draft_tree(code="2/QD"), at=factory.AT
    )
    key = key_of(person(Role.APPLICANT))
    told = [
        send(client, "strategies/comment_on_plan", key, status, plan_id=pk, text="Xin")
        for pk, status in ((plan.pk, 409), (draft.pk, 404))
    ]
    assert [t["refusal"] for t in told] == ["StepNotAllowed", "NotFound"]
    assert not PlanComment.objects.exists()
    # Without a day: the house of the test may be later than the factory's.
    Plan.objects.filter(pk=draft.pk).update(state="consulted")
    send(client, "strategies/comment_on_plan", key, plan_id=draft.pk, text="Xin")
    assert PlanComment.objects.get().text == "Xin"
