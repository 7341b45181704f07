"""From answers to a plan: rules that speak, actions that end with a check, findings that close."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core import mail

from opensti.domains.assessments import actions, jobs, queries
from opensti.domains.assessments.models import Improvement, Profile, Recommendation
from opensti.kernel.access import SYSTEM, Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound, StepNotAllowed
from tests.factories import assessments as factory
from tests.factories.assessments import AT
from tests.factories.registry import Memberships
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return factory.factory_owner()


@pytest.fixture
def scored(owner):
    """A1 4 of the top and 1 of managers, A2 3, B1 1; A1 and A2 shown by records."""
    factory.rules()
    row, (top, mgr) = factory.opened(owner, "top", "mgr")
    factory.say(top, A1=4, A2=3, B1=1)
    factory.say(mgr, A1=1, A2=3, B1=1)
    for item in ("A1", "A2"):
        factory.shown(owner, row, item)
    return factory.go(owner, row, "close", "check", "score")


def said(row):
    return [
        one.rule for one in Recommendation.objects.filter(assessment=row, speaks=True)
    ]


def plan(actor, row, at=AT):
    return queries.plan(actor, row.public_id, at.date())


def test_a_rule_speaks_and_shows_the_answers_that_caused_it(owner, scored):
    first, second = plan(owner, scored).advice
    assert (first.row.rule, first.programme, first.row.priority) == (
        "W1",
        "Khóa học",
        1,
    )
    (cause,) = first.causes
    one_each = [{"role": r, "mean": 1.0, "n": 1} for r in ("top", "mgr")]
    b1 = {"code": "B1", "claimed": 1.0, "verified": 1.0, "roles": one_each}
    assert (cause["asked"], cause["value"], cause["items"]) == ("item(B1) < 2", 1, [b1])
    assert [(c["asked"], c["value"]) for c in second.causes] == [
        ("item(A1, top) >= 3", 4),
        ("item(A1, mgr) < 2", 1),
    ]


def test_a_member_learns_what_is_advised_and_not_who_said_it(owner, scored):
    member = factory.member(factory.house(owner))
    shown = plan(member, scored)
    assert [one.row.rule for one in shown.advice] == ["W1", "W2"]
    assert str(shown.advice).count("'mean'") == 0 < str(plan(owner, scored).advice).count("'mean'")  # fmt: skip
    assert shown.findings == []


def test_what_was_not_asked_keeps_rules_silent_until_it_is_said(owner, scored):
    assert said(scored) == ["W1", "W2"]

    def profile(**words):
        actions.save_profile(actor=owner, assessment_id=scored.pk, at=AT, **words)
        return said(scored)

    assert profile(size="small") == ["W1", "W2"]
    assert profile(size="small", barriers={"money": 5}, new_product=True) == ["W1", "W2", "W3"]  # fmt: skip
    third = Recommendation.objects.get(rule="W3")
    actions.decline_recommendation(actor=owner, recommendation_id=third.pk, reason="Đã vay.", at=AT)  # fmt: skip
    # What was decided stays; what was not is gone.
    assert profile(size="large", barriers={"money": 5}) == ["W1", "W2"]
    third.refresh_from_db()
    assert (third.state, third.reason, third.speaks) == ("declined", "Đã vay.", False)
    with pytest.raises(Invalid) as refused:
        profile(size="tiny", barriers={"rain": 3, "money": 9}, turnover_new=101)
    assert [p.field for p in refused.value.problems] == [
        "size", "barrier_rain", "barrier_money", "turnover_new",
    ]  # fmt: skip
    assert Profile.objects.get().size == "large"


def test_a_recommendation_is_decided_once(owner, scored):
    first = Recommendation.objects.get(rule="W1")
    with pytest.raises(Invalid):
        actions.decline_recommendation(actor=owner, recommendation_id=first.pk, reason=" ", at=AT)  # fmt: skip
    made = actions.take_recommendation(
        actor=owner, recommendation_id=first.pk, what="Học", owner="Lan", at=AT
    )
    assert (made.items, made.recommendation_id) == (["B1"], first.pk)
    assert list(made.links.values_list("kind", "key")) == [("programme", "course")]
    with pytest.raises(StepNotAllowed):
        actions.decline_recommendation(actor=owner, recommendation_id=first.pk, reason="x", at=AT)  # fmt: skip


def test_gaps_stand_by_priority_and_take_a_cause(owner, scored):
    actions.save_gap(
        actor=owner, assessment_id=scored.pk, item="B1", cause="Chưa ai lo.", importance=4, target=5, at=AT,
    )  # fmt: skip
    shown = [(g.item.code, g.current, g.target, g.importance, round(g.priority, 3), g.cause) for g in plan(owner, scored).gaps]  # fmt: skip
    assert shown == [
        ("B1", 1, 5, 4, 0.64, "Chưa ai lo."),
        ("A1", 2.5, 3, 5, 0.1, ""),
    ]


def test_an_action_ends_only_with_the_check_of_its_effect(owner, scored):
    adviser = factory.advised(owner)
    action = factory.moved(owner, factory.improvement(owner, scored), "approve", "begin", "finish")  # fmt: skip
    assert (action.state, action.check_on) == ("done", AT.date() + timedelta(days=90))
    check = {"improvement_id": action.pk, "words": "Xem sổ.", "at": AT}
    with pytest.raises(Invalid) as refused:
        actions.check_effect(actor=owner, scores={"B1": 4}, **check)
    # Without a paper four is two.
    assert "B1 2" in refused.value.problems[0].message
    paper = factory.shown(owner, scored, "B1", improvement_id=action.pk, strength="e1")
    actions.check_evidence(actor=adviser, evidence_id=paper.pk, at=AT)
    done = actions.check_effect(actor=adviser, scores={"B1": 4}, **check)
    assert (done.state, done.before, done.after) == ("effective", {"B1": 1}, {"B1": 4})
    now = plan(owner, scored)
    assert [g.item.code for g in now.gaps] == ["A1"]
    with pytest.raises(StepNotAllowed):
        actions.check_effect(actor=owner, scores={"B1": 4}, **check)
    assert Entry.objects.filter(act="assessments.check_effect").count() == 1


def test_without_an_effect_a_new_action_takes_its_place(owner, scored):
    action = factory.moved(owner, factory.improvement(owner, scored), "approve", "begin", "finish")  # fmt: skip
    done = actions.check_effect(
        actor=owner, improvement_id=action.pk, scores={"B1": 2}, words="Ít ý tưởng.", instead="Thưởng", at=AT,
    )  # fmt: skip
    new = Improvement.objects.get(follows=done)
    assert (done.state, new.state, new.what, new.items, new.owner) == (
        "no_effect", "proposed", "Thưởng", ["B1"], "Chị Lan",
    )  # fmt: skip


def test_an_action_moves_in_its_order_and_by_whom_it_may(owner, scored):
    bare = factory.improvement(owner, scored, owner="", due_on=None)
    with pytest.raises(StepNotAllowed):
        factory.moved(owner, bare, "approve")
    action = factory.improvement(owner, scored)
    for move in ("begin", "finish"):
        with pytest.raises(StepNotAllowed):
            factory.moved(owner, action, move)
    adviser = factory.advised(owner)
    assert factory.improvement(adviser, scored).state == "proposed"
    with pytest.raises(AccessDenied):
        factory.moved(adviser, action, "approve")
    with pytest.raises(NotFound):
        factory.moved(factory.factory_owner(), action, "approve")
    with pytest.raises(AccessDenied):
        factory.improvement(factory.member(factory.house(owner)), scored)


def test_a_faulty_action_is_told_all_that_is_wrong(owner, scored):
    with pytest.raises(Invalid) as refused:
        factory.improvement(
            owner, scored, what=" ", items=["Z9"], expected=6, cost=Decimal(-1),
            start_on=AT.date(), due_on=AT.date() - timedelta(days=1), owner_email="x@y.vn",
        )  # fmt: skip
    assert [p.field for p in refused.value.problems] == [
        "what", "items", "expected", "due_on", "cost", "owner_email",
    ]  # fmt: skip
    with pytest.raises(StepNotAllowed):
        factory.improvement(owner, factory.drafted(owner))


def test_a_link_leads_to_what_the_house_knows_and_nothing_else(owner, scored):
    adviser = factory.advised(owner)
    action = factory.improvement(owner, scored)
    at_hand = queries.help_at_hand(scored, AT)
    ((key, name),) = at_hand["adviser"]
    for _twice in range(2):
        actions.link_improvement(actor=owner, improvement_id=action.pk, kind="adviser", key=key, at=AT)  # fmt: skip
    for kind, unknown in (("programme", "trip"), ("call", "x"), ("offer", "x"), ("organisation", "x"), ("shop", "x")):  # fmt: skip
        with pytest.raises(Invalid):
            actions.link_improvement(actor=owner, improvement_id=action.pk, kind=kind, key=unknown, at=AT)  # fmt: skip
    (link,) = queries.acting(owner, action.public_id, AT).links
    assert (link.label, name) == (name, adviser.name or name)
    actions.unlink_improvement(actor=owner, link_id=link.pk, at=AT)
    assert not action.links.exists()


def test_a_finding_goes_its_way_and_conformity_follows_at_once(owner):
    adviser = factory.advised(owner)
    row, (token,) = factory.opened(owner)
    factory.say(token, A1=4, A2=4, B1=4)
    factory.shown(owner, row, "A2")
    finding = actions.note_finding(
        actor=adviser, assessment_id=row.pk, item="A2", grade="major", text="Thiếu ngày.", at=AT
    )  # fmt: skip
    row = factory.go(owner, row, "close", "check", "score")

    def stands():
        return plan(owner, row).ready.ready, dict(plan(owner, row).ready.blockers).get("majors")  # fmt: skip

    def act(actor, name, **more):
        return actions.answer_finding(actor=actor, finding_id=finding.pk, act=name, at=AT, **more)  # fmt: skip

    assert stands() == (0, 1)
    for early in ("action", "verify", "close"):
        with pytest.raises(StepNotAllowed):
            act(adviser if early == "verify" else owner, early, words="x")
    act(owner, "cause", words="Không ai giữ sổ.")
    action = factory.improvement(owner, row, items=["A2"])
    act(owner, "action", improvement_id=action.pk)
    with pytest.raises(AccessDenied):
        act(owner, "verify", words="Xong.")
    with pytest.raises(StepNotAllowed):
        act(adviser, "verify", words="Xong.")
    factory.moved(owner, action, "approve", "begin", "finish")
    actions.check_effect(actor=owner, improvement_id=action.pk, scores={"A2": 4}, words="Có.", at=AT)  # fmt: skip
    act(adviser, "verify", words="Đã xem sổ.")
    assert stands() == (0, 1)
    closed = act(owner, "close")
    assert (closed.state, closed.cause, closed.plan, closed.verified_words) == (
        "closed", "Không ai giữ sổ.", "Mở sổ sáng kiến", "Đã xem sổ.",
    )  # fmt: skip
    assert stands() == (1, None)


def test_owners_and_managers_are_reminded_once_in_two_weeks(owner, scored):
    action = factory.moved(owner, factory.improvement(owner, scored), "approve")
    Memberships(
        organisation_id=factory.house(owner),
        user_id=owner.user_id,
        manager=True,
        since=AT.date(),
    )
    day = AT + timedelta(days=20)
    assert [w.title for w in queries.due_work(owner, day.date())] != []
    for at in (AT, day, day, day + timedelta(days=15)):
        jobs.remind(at)
    assert [m.subject for m in mail.outbox] == ["Việc cải tiến đến hạn: Mở sổ sáng kiến"] * 2  # fmt: skip
    action.refresh_from_db()
    factory.moved(owner, action, "begin", "finish", at=day)
    late = AT + timedelta(days=120)
    jobs.remind(late)
    assert mail.outbox[2].subject == "Kiểm tra hiệu quả: Mở sổ sáng kiến"
    (work,) = queries.due_work(owner, late.date())
    assert (work.kind, work.overdue) == ("assessments.check_effect", True)


def test_nobody_outside_knows_of_a_plan_though_results_are_shared(owner, scored):
    action = factory.improvement(owner, scored)
    actions.share(actor=owner, organisation_id=factory.house(owner), audience="ministry", at=AT)  # fmt: skip
    officer = person(Role.OFFICER)
    assert queries.result(officer, scored) is not None
    for stranger in (officer, person(Role.AUDITOR), person(Role.ADMIN), factory.factory_owner()):  # fmt: skip
        with pytest.raises(NotFound):
            plan(stranger, scored)
        with pytest.raises(NotFound):
            queries.improvement(stranger, action.public_id)
    assert queries.improvement(owner, action.public_id) == action


def test_rules_are_frozen_and_a_faulty_file_is_refused_with_every_fault(tmp_path):
    first = factory.rules()
    assert factory.rules().pk == first.pk
    second = factory.rules(prerequisites=[])
    assert (second.number, second.active) == (2, True)
    assert factory.rules().pk == first.pk
    wrong = factory.small_rules()
    wrong["rules"][0]["when"] = "item(Z9) < 2"
    wrong["rules"][1]["programme"] = "trip"
    wrong["prerequisites"] = [{"item": "B1", "needs": "B1"}]
    path = Path(tmp_path) / "wrong.yaml"
    path.write_text(json.dumps(wrong), "utf-8")
    with pytest.raises(Invalid) as refused:
        actions.load_rules(actor=SYSTEM, at=AT, paths=[path])
    assert [p.field for p in refused.value.problems] == [
        "wrong.yaml: prerequisites[0]",
        "wrong.yaml: rules[W1].when",
        "wrong.yaml: rules[W2].programme",
    ]


def test_the_rules_that_come_with_the_house_speak_on_its_framework():
    factory.innovation()
    (row,) = actions.load_rules(actor=SYSTEM, at=AT)
    assert (row.framework, row.number, len(row.content["rules"])) == (
        "innovation",
        1,
        18,
    )


def test_the_next_assessment_shows_what_changed_and_what_was_done(owner):
    factory.rules()
    later, last = AT + timedelta(days=30), AT + timedelta(days=365)

    def assessed(at, **scores):
        row, tokens = factory.opened(owner, "top", "mgr", "mgr", at=at)
        for n, token in enumerate(tokens):
            factory.say(token, at, **scores | {"A2": 2 + n % 2})
        for item in scores:
            factory.shown(owner, row, item, at)
        return factory.go(owner, row, "close", "check", "score", at=at)

    first = assessed(AT, A1=3, A2=3, B1=1)
    action = factory.improvement(owner, first, at=AT)
    action = factory.moved(owner, action, "approve", "begin", "finish", at=later)
    actions.check_effect(actor=owner, improvement_id=action.pk, scores={"B1": 3}, words="Xem.", at=later)  # fmt: skip
    assert queries.changes(owner, first.public_id) is None
    second = assessed(last, A1=3, A2=3, B1=3)
    found = queries.changes(owner, second.public_id)
    assert [(item.code, c.before, c.now) for item, c in found.items] == [("B1", 1, 3)]
    b = found.clauses[1]
    assert (b.by, b.level_before, b.level_now, b.least.by, b.real) == (2, 1, 3, "people", True)  # fmt: skip
    a = found.clauses[0]
    assert (a.by, a.least.n, a.real) == (0, 3, False)
    assert [one.row.rule for one in found.silent] == ["W1"]
    assert (found.same, found.speaking, found.new, found.done) == (
        True,
        [],
        [],
        [action],
    )
    with pytest.raises(NotFound):
        queries.changes(person(Role.OFFICER), second.public_id)


def test_a_budget_buys_the_best_of_what_waits(owner, scored):
    """To raise B1, A1 must be raised first: so say the rules."""
    raises_b = factory.improvement(owner, scored, cost=Decimal(100))
    raises_a = factory.improvement(owner, scored, items=["A1"], cost=Decimal(50), what="Rà soát")  # fmt: skip
    unpriced = factory.improvement(owner, scored, what="Không giá")

    def bought(budget):
        found = queries.bought(plan(owner, scored), Decimal(budget))
        return found.actions, found.best.optimal, found.left

    assert bought(150) == ([raises_b, raises_a], True, [unpriced])
    assert bought(149) == ([raises_a], True, [unpriced])
    # Once it is under way, nothing more must come first.
    factory.moved(owner, raises_a, "approve", "begin")
    assert bought(149) == ([raises_b], True, [unpriced])
