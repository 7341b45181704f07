"""The life of a plan: written, commented, issued, followed, reviewed, closed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.models import (
    Assignment,
    BudgetLine,
    Goal,
    Indicator,
    Milestone,
    Plan,
    PlanAction,
)
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import strategies_plans as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
AT = factory.AT
TODAY = AT.date()
FACTS = actions.PlanFacts(
    code="7/QD-BCT",
    kind="plan",
    title_vi="Kế hoạch mới",
    starts_on=date(2026, 1, 1),
    ends_on=date(2030, 12, 31),
)


def fields(refused):
    return sorted(problem.field for problem in refused.value.problems)


def test_a_plan_is_written_goal_by_goal_and_its_parts_by_the_acts():
    officer = factory.officer()
    factory.cards()
    plan = actions.draft_plan(actor=officer, facts=FACTS, at=AT)
    goal = actions.keep_goal(
        actor=officer,
        plan_id=plan.pk,
        facts=actions.GoalFacts(code="g", kind="goal", text_vi="Mục tiêu"),
        at=AT,
    )
    below = actions.keep_goal(
        actor=officer,
        plan_id=plan.pk,
        parent_id=goal.pk,
        facts=actions.GoalFacts(code="h", kind="group", text_vi="Nhóm"),
        at=AT,
    )
    made = [
        actions.keep_action(
            actor=officer,
            goal_id=below.pk,
            facts=actions.ActionFacts(code=code, kind="project", text_vi=code),
            at=AT,
        )
        for code in ("x", "y")
    ]
    first, second = made
    actions.keep_assignment(
        actor=officer,
        action_id=first.pk,
        facts=actions.AssignmentFacts(agency_name="Vụ Kế hoạch", part="lead"),
        at=AT,
    )
    actions.keep_milestone(
        actor=officer,
        action_id=first.pk,
        facts=actions.MilestoneFacts(name_vi="Xong", due_on=date(2027, 1, 1)),
        at=AT,
    )
    actions.keep_budget_line(
        actor=officer,
        action_id=first.pk,
        facts=actions.BudgetFacts(year=2026, source="fund", planned=Decimal(500)),
        at=AT,
    )
    actions.keep_envelope(
        actor=officer, plan_id=plan.pk, source="fund", amount=Decimal(400), at=AT
    )
    actions.set_dependencies(
        actor=officer, action_id=second.pk, depends_on=[first.pk], at=AT
    )
    with pytest.raises(Invalid, match="x → y → x"):
        actions.set_dependencies(
            actor=officer, action_id=first.pk, depends_on=[second.pk], at=AT
        )
    sight = queries.sight(officer, Plan.objects.get(pk=plan.pk))
    assert [(n.goal.code, n.depth) for n in sight.nodes] == [("g", 0), ("h", 1)]
    assert [(g.kind, g.code) for g in sight.gaps] == [
        ("action_without_indicator", "x"),
        ("action_without_indicator", "y"),
        ("action_without_lead", "y"),
        ("action_without_day", "y"),
    ]
    assert [(m.year, m.planned, m.envelope, m.over) for m in sight.money] == [
        (2026, Decimal(500), None, False),
        (None, Decimal(500), Decimal(400), True),
    ]
    with pytest.raises(StepNotAllowed):
        actions.remove_goal(actor=officer, goal_id=below.pk, at=AT)
    actions.remove_action(actor=officer, action_id=second.pk, at=AT)
    actions.remove_action(actor=officer, action_id=first.pk, at=AT)
    actions.remove_goal(actor=officer, goal_id=below.pk, at=AT)
    assert [g.code for g in plan.goals.all()] == ["g"]
    assert queries.plan_gaps(officer, plan)[0].kind == "goal_without_action"


def test_what_an_action_lacks_is_the_same_on_every_page():
    plan, officer = factory.issued(), factory.officer()
    goal = factory.goal(plan, "g1a")
    rows = {
        code: PlanAction.objects.create(
            plan=plan, goal=at, code=code, kind="project", text_vi=code, state=state
        )
        for code, at, state in (
            ("bare", goal, "started"),
            ("of-goal", factory.goal(plan), "planned"),
            ("together", goal, "planned"),
            ("done", goal, "done"),
        )
    }
    factory.goal(plan).indicators.add(Indicator.objects.get(code="va"))
    for part, code in (("co_lead", "together"), ("support", "bare")):
        Assignment.objects.create(action=rows[code], agency_name="Vụ", part=part)
    gaps = queries.plan_gaps(officer, plan)
    unmeasured, unled = queries.actions_lacking(officer, TODAY)
    bare = ["a2", "bare", "together"]
    assert sorted(a.code for a in unmeasured) == bare
    assert sorted(g.code for g in gaps if g.kind == "action_without_indicator") == bare
    found = queries.coherence(officer, plan, as_of=AT)
    said = [f.texts["action"] for f in found if f.code == "action_without_indicator"]
    assert sorted(said) == bare
    led_by_none = ["a2", "bare", "of-goal"]
    assert sorted(a.code for a in unled) == led_by_none
    assert (
        sorted(g.code for g in gaps if g.kind == "action_without_lead") == led_by_none
    )


def test_what_is_wrong_of_a_plan_is_said_at_once_and_nothing_is_written():
    officer = factory.officer()
    wrong = actions.PlanFacts(
        code=" ",
        kind="x",
        title_vi="",
        starts_on=date(2030, 1, 1),
        ends_on=date(2026, 1, 1),
        mark="Q",
    )
    with pytest.raises(Invalid) as refused:
        actions.draft_plan(actor=officer, facts=wrong, at=AT)
    assert fields(refused) == ["code", "ends_on", "kind", "mark", "title_vi"]
    with pytest.raises(AccessDenied):
        actions.draft_plan(actor=person(Role.EXPERT), facts=FACTS, at=AT)
    assert (Plan.objects.count(), Entry.objects.count()) == (0, 0)


def test_a_goal_never_stands_under_itself():
    officer = factory.officer()
    plan = factory.draft()
    top, below = factory.goal(plan, "g1"), factory.goal(plan, "g1a")
    with pytest.raises(Invalid) as refused:
        actions.keep_goal(
            actor=officer,
            plan_id=plan.pk,
            goal_id=top.pk,
            parent_id=below.pk,
            facts=actions.GoalFacts(code="g1", kind="goal", text_vi="x"),
            at=AT,
        )
    assert fields(refused) == ["parent"]


def test_what_somebody_changed_meanwhile_is_not_overwritten():
    officer = factory.officer()
    plan = actions.draft_plan(actor=officer, facts=FACTS, at=AT)
    seen = plan.version
    actions.change_plan(
        actor=officer, plan_id=plan.pk, facts=FACTS, version=seen, at=AT
    )
    with pytest.raises(Stale):
        actions.change_plan(
            actor=officer, plan_id=plan.pk, facts=FACTS, version=seen, at=AT
        )


def test_an_issued_plan_is_not_written_on():
    officer, plan = factory.officer(), factory.issued()
    goal = factory.goal(plan)
    for act in (
        lambda: actions.remove_goal(actor=officer, goal_id=goal.pk, at=AT),
        lambda: actions.keep_goal(
            actor=officer,
            plan_id=plan.pk,
            facts=actions.GoalFacts(code="z", kind="goal", text_vi="z"),
            at=AT,
        ),
        lambda: actions.remove_action(
            actor=officer, action_id=factory.action(plan).pk, at=AT
        ),
        lambda: actions.keep_envelope(
            actor=officer, plan_id=plan.pk, source="fund", amount=Decimal(1), at=AT
        ),
    ):
        before = Entry.objects.count()
        with pytest.raises(StepNotAllowed):
            act()
        assert Entry.objects.count() == before
    assert Goal.objects.filter(plan=plan).count() == 2


def test_a_draft_is_the_offices_until_it_is_opened_and_comments_until_answered():
    plan = factory.draft()
    writer, officer = person(Role.APPLICANT), factory.officer()
    with pytest.raises(NotFound):
        queries.plan(PUBLIC, plan.public_id)
    with pytest.raises(NotFound):
        actions.comment_on_plan(actor=writer, plan_id=plan.pk, text="?", at=AT)
    actions.open_consultation(
        actor=officer,
        plan_id=plan.pk,
        comments_until=TODAY,
        version=plan.version,
        at=AT,
    )
    assert queries.plan(PUBLIC, plan.public_id) == plan
    said = actions.comment_on_plan(
        actor=writer,
        plan_id=plan.pk,
        goal_id=factory.goal(plan).pk,
        text="Thêm chỉ tiêu.",
        at=AT,
    )
    other = person(Role.APPLICANT)
    read = [
        queries.plan_comments(who, plan).count()
        for who in (writer, officer, other, PUBLIC)
    ]
    assert read == [1, 1, 0, 0]
    plan.refresh_from_db()
    with pytest.raises(StepNotAllowed, match="1"):
        issue(plan)
    work = queries.work_for(officer, TODAY)
    assert [(w.kind, w.code, w.due_on) for w in work] == [
        ("strategies.answer_comment", "1/QD-BCT", TODAY)
    ]
    with pytest.raises(AccessDenied):
        actions.answer_comment(
            actor=writer, comment_id=said.pk, answer="x", taken_up=True, at=AT
        )
    actions.answer_comment(
        actor=officer,
        comment_id=said.pk,
        answer="Đã thêm.",
        taken_up=True,
        at=AT,
    )
    assert [c.answer for c in queries.plan_comments(PUBLIC, plan)] == ["Đã thêm."]
    assert queries.work_for(officer, TODAY) == []
    with pytest.raises(StepNotAllowed):
        actions.answer_comment(
            actor=officer, comment_id=said.pk, answer="x", taken_up=True, at=AT
        )
    with pytest.raises(StepNotAllowed):
        actions.comment_on_plan(
            actor=writer, plan_id=plan.pk, text="?", at=AT + timedelta(days=2)
        )
    with pytest.raises(Invalid):
        actions.comment_on_plan(
            actor=writer, plan_id=plan.pk, text="?", organisation_id=1, at=AT
        )


def issue(plan, actor=None):
    plan.refresh_from_db()
    return actions.issue_plan(
        actor=actor or factory.leader(),
        plan_id=plan.pk,
        act_number="1/QĐ-BCT",
        issued_on=date(2026, 5, 20),
        version=plan.version,
        at=AT,
    )


def test_a_plan_goes_from_issue_to_its_close():
    plan, leader = factory.draft(), factory.leader()
    with pytest.raises(AccessDenied):
        issue(plan, factory.officer())
    edition = issue(plan, leader)
    assert (edition.number, edition.tree["act_number"]) == (1, "1/QĐ-BCT")
    states = []
    for act, more in (
        (actions.bring_in_force, {}),
        (actions.begin_review, {}),
        (actions.end_review, {"conclusion": "Giữ nguyên mục tiêu"}),
        (actions.close_plan, {"reason": "Hết hạn"}),
    ):
        plan.refresh_from_db()
        act(actor=leader, plan_id=plan.pk, version=plan.version, at=AT, **more)
        plan.refresh_from_db()
        states.append(plan.state)
    assert states == ["in_force", "review", "in_force", "closed"]
    with pytest.raises(StepNotAllowed):
        actions.begin_review(actor=leader, plan_id=plan.pk, version=plan.version, at=AT)
    acts = Entry.objects.order_by("position").values_list("act", "public")
    assert [a for a, public in acts if public][-5:] == [
        "strategies.issue_plan",
        "strategies.bring_in_force",
        "strategies.begin_review",
        "strategies.end_review",
        "strategies.close_plan",
    ]


def follow(plan, code, state, **more):
    action = factory.action(plan, code)
    return actions.follow_action(
        actor=factory.officer(),
        action_id=action.pk,
        state=state,
        version=action.version,
        at=AT,
        **more,
    )


def test_an_action_is_done_on_a_day_and_cancelled_by_an_act():
    plan = factory.issued()
    follow(plan, "a1", "started")
    with pytest.raises(Invalid) as refused:
        follow(plan, "a1", "done")
    assert fields(refused) == ["on"]
    with pytest.raises(Invalid) as refused:
        follow(plan, "a1", "delayed")
    assert fields(refused) == ["reason"]
    follow(plan, "a1", "done", on=date(2026, 5, 2))
    with pytest.raises(StepNotAllowed):
        follow(plan, "a1", "started")
    with pytest.raises(Invalid) as refused:
        follow(plan, "a2", "cancelled")
    assert fields(refused) == ["act_number", "on", "reason"]
    gone = follow(
        plan,
        "a2",
        "cancelled",
        act_number="5/QĐ",
        on=date(2026, 5, 3),
        reason="Trùng",
    )
    assert gone.state_reason == "5/QĐ · 03/05/2026 · Trùng"
    with pytest.raises(StepNotAllowed):
        follow(factory.draft(code="8/QD", parent="1/QD-BCT"), "a1", "started")


def test_a_milestone_is_overdue_until_the_day_it_was_reached():
    plan, officer = factory.issued(), factory.officer()
    stone = Milestone.objects.get()
    late = queries.work_for(officer, TODAY)
    assert [(w.kind, w.about.vi, w.overdue) for w in late] == [
        ("strategies.finish_milestone", "Xong giáo trình", True)
    ]
    days = queries.action_calendar(officer, TODAY, plan)
    assert [(d.on, d.overdue) for d in days] == [
        (date(2026, 4, 30), True),
        (date(2028, 12, 31), False),
    ]
    actions.finish_milestone(
        actor=officer, milestone_id=stone.pk, done_on=date(2026, 5, 5), at=AT
    )
    assert queries.work_for(officer, TODAY) == []
    with pytest.raises(Invalid):
        actions.finish_milestone(
            actor=officer, milestone_id=stone.pk, done_on=date(2027, 1, 1), at=AT
        )


def test_money_is_disbursed_within_what_is_committed_within_what_is_approved():
    factory.issued()
    line, finance = BudgetLine.objects.order_by("year").first(), person(Role.FINANCE)
    with pytest.raises(Invalid) as refused:
        actions.note_money(
            actor=finance,
            budget_line_id=line.pk,
            approved=Decimal(100),
            committed=Decimal(120),
            at=AT,
        )
    assert fields(refused) == ["committed"]
    with pytest.raises(Invalid):
        actions.note_money(
            actor=finance, budget_line_id=line.pk, approved=Decimal("1.5"), at=AT
        )
    with pytest.raises(AccessDenied):
        actions.note_money(actor=person(Role.SECRETARY), budget_line_id=line.pk, at=AT)
    noted = actions.note_money(
        actor=finance,
        budget_line_id=line.pk,
        approved=Decimal(100),
        disbursed=Decimal(60),
        at=AT,
    )
    assert (noted.approved, noted.committed, noted.disbursed) == (100, None, 60)


def test_the_tree_costs_the_same_however_much_it_holds(django_assert_num_queries):
    plan = factory.issued()
    officer = factory.officer()
    with django_assert_num_queries(11):
        queries.sight(officer, plan)
    content = factory.tree(code="2/QD-BCT")
    group = content["goals"][0]["goals"][0]
    group["actions"] += [group["actions"][0] | {"code": f"b{n}"} for n in range(5)]
    actions.load_plan(actor=factory.leader(), content=content, at=AT)
    big = Plan.objects.get(code="2/QD-BCT")
    with django_assert_num_queries(11):
        assert len(queries.sight(officer, big).actions) == 7
