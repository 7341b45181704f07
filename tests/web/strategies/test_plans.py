"""Pages of plans: written, commented, issued, amended and followed by clicking."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
import yaml
from django.urls import reverse
from django.utils.timezone import localdate
from openpyxl import load_workbook

from opensti.domains.strategies.models import (
    BudgetLine,
    Goal,
    Indicator,
    Milestone,
    Plan,
    PlanAction,
    PlanComment,
    Risk,
)
from opensti.kernel.access import Role
from tests.factories import strategies_plans as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
BUDGETS = {
    "plans": 9,
    "plan": 20,
    "action": 14,
    "comments": 8,
    "edition": 8,
    "plan_calendar": 9,
}
PORTAL_BUDGETS = {"plans": 3, "plan": 14, "plan_history": 3}


def page(client, name, *args, status=200, space="strategies", **query):
    response = client.get(reverse(f"{space}:{name}", args=args), query)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def post(client, name, *args, status=302, **data):
    response = client.post(reverse(f"strategies:{name}", args=args), data)
    assert response.status_code == status, response.content.decode()[:4000]
    return response


def test_a_plan_is_written_opened_commented_answered_and_issued(client_of):
    officer, leader = client_of(factory.officer()), client_of(factory.leader())
    writer = client_of(person(Role.APPLICANT))
    page(writer, "plan_new", status=403)
    post(
        officer,
        "plan_new",
        code="5/QD",
        kind="plan",
        title_vi="Kế hoạch năng suất",
        starts_on="2026-01-01",
        ends_on="2030-12-31",
    )
    plan = Plan.objects.get()
    page(writer, "plan", plan.public_id, status=404)
    post(officer, "goal_new", plan.public_id, code="g", kind="goal", text_vi="Cao hơn")
    wrong = post(
        officer,
        "goal_new",
        plan.public_id,
        status=422,
        code="g",
        kind="goal",
        text_vi="x",
    )
    assert "“g”" in wrong.content.decode()
    goal = Goal.objects.get()
    post(officer, "action_new", goal.public_id, code="a", kind="project", text_vi="Làm")
    action = PlanAction.objects.get()
    for part, said in (
        ("agencies", {"agency_name": "Vụ A", "part": "lead"}),
        ("milestones", {"name_vi": "Mốc", "due_on": "2027-01-01"}),
        ("risks", {"text": "Chậm", "likelihood": 2, "impact": 3}),
        ("money", {"year": 2027, "source": "state", "planned": "1.500.000"}),
    ):
        assert page(officer, "part_new", action.public_id, part)
        post(officer, "part_new", action.public_id, part, **said)
    line = BudgetLine.objects.get()
    post(
        officer,
        "part_edit",
        action.public_id,
        "money",
        line.pk,
        year=2027,
        source="state",
        planned="2.500.000",
    )
    risk = Risk.objects.get()
    post(officer, "part_remove", action.public_id, "risks", risk.pk)
    risk.refresh_from_db()
    assert risk.closed_on == localdate()
    post(officer, "envelope_new", plan.public_id, source="state", amount="2.000.000")
    shown = page(officer, "plan", plan.public_id)
    assert "2.500.000" in shown
    plan.refresh_from_db()
    until = localdate() + timedelta(days=9)
    post(
        officer,
        "consult",
        plan.public_id,
        comments_until=until.isoformat(),
        version=plan.version,
    )
    assert "Kế hoạch năng suất" in page(writer, "plan", plan.public_id)
    post(writer, "comment_new", plan.public_id, text="Thêm chỉ tiêu", goal=goal.pk)
    comment = PlanComment.objects.get()
    assert "Thêm chỉ tiêu" in page(writer, "comments", plan.public_id)
    other = client_of(person(Role.APPLICANT))
    assert "Thêm chỉ tiêu" not in page(other, "comments", plan.public_id)
    page(writer, "comment_answer", comment.pk, status=403)
    assert "5/QD" in officer.get(reverse("home")).content.decode()
    plan.refresh_from_db()
    said = {
        "act_number": "5/QĐ-BCT",
        "issued_on": localdate().isoformat(),
        "version": plan.version,
    }
    assert leader.post(
        reverse("strategies:issue", args=[plan.public_id]), said
    ).status_code in {409, 422}
    post(officer, "comment_answer", comment.pk, taken_up="yes", answer="Đã thêm")
    assert "Đã thêm" in page(other, "comments", plan.public_id)
    post(leader, "issue", plan.public_id, **said)
    plan.refresh_from_db()
    assert (plan.state, plan.editions.get().number) == ("issued", 1)
    post(leader, "plan_step", plan.public_id, "in-force", version=plan.version)
    plan.refresh_from_db()
    assert plan.state == "in_force"


def test_an_act_amends_a_plan_on_its_page_and_the_difference_is_shown(client_of):
    plan = factory.issued()
    leader = client_of(factory.leader())
    shown = page(leader, "amend", plan.public_id)
    assert "code: 1/QD-BCT" in shown
    content = factory.tree()
    content["goals"][0]["text_vi"] = "Năng suất cao hơn nữa"
    said = {
        "act_number": "9/QĐ",
        "acted_on": "2026-05-01",
        "reason": "Sơ kết",
        "version": plan.version,
    }
    wrong = post(leader, "amend", plan.public_id, status=422, tree="a: [", **said)
    assert "a: [" in wrong.content.decode()
    post(
        leader,
        "amend",
        plan.public_id,
        tree=yaml.safe_dump(content, allow_unicode=True),
        **said,
    )
    difference = page(leader, "edition", plan.public_id, 2)
    assert "Năng suất cao hơn nữa" in difference
    assert "Năng suất cao hơn<" in difference
    page(leader, "edition", plan.public_id, 3, status=404)


def test_an_action_chooses_its_cards_among_those_in_use(client_of):
    officer = client_of(factory.officer())
    goal = factory.goal(factory.draft())
    lp, va = Indicator.objects.order_by("code")
    assert "data-search" in page(officer, "action_new", goal.public_id)
    typed = {"code": "new", "kind": "project", "text_vi": "Làm"}
    post(officer, "action_new", goal.public_id, **typed, indicators=[lp.pk, va.pk])
    action = PlanAction.objects.get(code="new")
    assert list(action.indicators.order_by("code")) == [lp, va]
    lp.retired_on = date(2026, 1, 1)
    lp.save()
    # A card out of use stays where it was chosen, and is offered nowhere else.
    assert lp.name_vi in page(officer, "action_edit", action.public_id)
    assert lp.name_vi not in page(officer, "action_new", goal.public_id)
    post(officer, "action_edit", action.public_id, **typed, version=1, indicators=lp.pk)
    assert list(action.indicators.all()) == [lp]
    assert lp.name_vi in page(officer, "action", action.public_id)


def test_an_envelope_is_taken_out_of_an_open_plan_alone(client_of):
    officer = client_of(factory.officer())
    plan = factory.draft()
    limit = plan.envelopes.first()
    gone = reverse("strategies:envelope_remove", args=[plan.public_id, limit.pk])
    shown = page(officer, "plan", plan.public_id)
    assert gone in shown
    for goal in plan.goals.all():
        assert reverse("strategies:goal", args=[goal.public_id]) in shown
    stranger = client_of(person(Role.APPLICANT))
    post(stranger, "envelope_remove", plan.public_id, limit.pk, status=404)
    post(officer, "envelope_remove", plan.public_id, limit.pk)
    assert not plan.envelopes.filter(pk=limit.pk).exists()
    assert gone not in page(officer, "plan", plan.public_id)
    issued = factory.issued()
    kept = issued.envelopes.first()
    post(officer, "envelope_remove", issued.public_id, kept.pk, status=409)
    address = reverse("strategies:envelope_remove", args=[issued.public_id, kept.pk])
    assert address not in page(officer, "plan", issued.public_id)
    assert issued.envelopes.filter(pk=kept.pk).exists()


def test_an_action_is_followed_on_its_page(client_of):
    plan = factory.issued()
    officer, finance = client_of(factory.officer()), client_of(person(Role.FINANCE))
    action, stone = factory.action(plan), Milestone.objects.get()
    line = BudgetLine.objects.order_by("year").first()
    post(
        officer,
        "action_follow",
        action.public_id,
        state="started",
        version=action.version,
    )
    wrong = post(
        officer,
        "action_follow",
        action.public_id,
        status=422,
        state="done",
        version=action.version + 1,
    )
    assert "started" not in wrong.content.decode() or wrong.status_code == 422
    post(
        officer,
        "milestone_done",
        action.public_id,
        stone.pk,
        done_on="2026-05-05",
    )
    post(
        finance,
        "money_note",
        action.public_id,
        line.pk,
        approved="800.000.000",
        committed="",
        disbursed="1.000.000",
    )
    page(
        client_of(person(Role.APPLICANT)), "action_follow", action.public_id, status=403
    )
    stone.refresh_from_db()
    line.refresh_from_db()
    assert (stone.done_on, line.approved, line.disbursed) == (
        date(2026, 5, 5),
        800_000_000,
        1_000_000,
    )
    assert "800.000.000" in page(officer, "action", action.public_id)


def test_risks_and_what_is_open_are_the_offices(client_of):
    plan = factory.issued()
    reader = client_of(person(Role.EXPERT))
    action = factory.action(plan)
    assert "Thiếu giảng viên" not in page(reader, "action", action.public_id)
    assert "Thiếu giảng viên" in page(
        client_of(factory.officer()), "action", action.public_id
    )
    page(reader, "plan_file", plan.public_id, status=403)


def test_the_plan_is_a_table_and_a_file(client_of):
    plan = factory.issued()
    officer = client_of(factory.officer())
    answer = officer.get(reverse("strategies:plan_sheet", args=[plan.public_id]))
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = list(book.active.iter_rows(values_only=True))
    assert [row[0] for row in rows] == [rows[0][0], "g1", "lp", "g1a", "a1", "a2"]
    assert rows[4][11] == 1_500_000_000
    text = page(officer, "plan_file", plan.public_id)
    assert yaml.safe_load(text)["goals"][0]["goals"][0]["code"] == "g1a"


def test_lists_are_narrowed_and_searched(client_of, client):
    factory.issued()
    factory.draft(code="2/QD-BCT", title_vi="Chiến lược lúa gạo")
    officer = client_of(factory.officer())
    assert "2/QD-BCT" in page(officer, "plans", q="lua gao")
    assert "1/QD-BCT" not in page(officer, "plans", q="lua gao")
    assert "2/QD-BCT" not in page(officer, "plans", state="issued")
    assert "1/QD-BCT" not in page(officer, "plans", year=2031)
    public = page(client, "plans", space="portal")
    assert ("1/QD-BCT" in public, "2/QD-BCT" in public) == (True, False)
    assert "1/QD-BCT" in page(client_of(person(Role.EXPERT)), "plans")


def test_the_public_reads_targets_and_answers_but_no_risk(client):
    plan = factory.issued()
    shown = page(client, "plan", plan.public_id, space="portal")
    assert "Trên 7,5 % mỗi năm" in shown
    for goal in plan.goals.all():
        assert reverse("portal:goal", args=[goal.public_id]) in shown
        page(client, "goal", goal.public_id, space="portal")
    assert "Thiếu giảng viên" not in shown
    hidden = factory.draft(code="2/QD-BCT")
    page(client, "plan", hidden.public_id, space="portal", status=404)


@pytest.mark.parametrize("more", [0, 2])
def test_no_page_costs_more_when_there_is_more(
    client_of, client, django_assert_num_queries, more
):
    plan = factory.issued()
    for number in range(more):
        factory.issued(code=f"{number}/MORE")
        PlanComment.objects.create(
            plan=plan,
            author_id=person(Role.APPLICANT).user_id,
            text="?",
            made_at=factory.AT,
        )
    args = {
        "plans": [],
        "action": [factory.action(plan).public_id],
        "edition": [plan.public_id, 1],
    }
    officer = client_of(factory.officer())
    for name, budget in BUDGETS.items():
        url = reverse(f"strategies:{name}", args=args.get(name, [plan.public_id]))
        officer.get(url)
        with django_assert_num_queries(budget):
            assert officer.get(url).status_code == 200, name
    for name, budget in PORTAL_BUDGETS.items():
        url = reverse(f"portal:{name}", args=args.get(name, [plan.public_id]))
        client.get(url)
        with django_assert_num_queries(budget):
            assert client.get(url).status_code == 200, name
