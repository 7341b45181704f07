"""Initiatives: any stage may go back, skip, pause and stop; each decision says why."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import localdate

from opensti.domains.innovation import actions, queries
from opensti.domains.innovation.models import Initiative, StageDecision
from opensti.kernel.access import Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import innovation as factory
from tests.factories.innovation import AT
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return factory.factory_owner()


@pytest.fixture
def row(owner):
    return factory.initiative(owner)


def decide(actor, row, verdict, **said):
    given = {"reason": "Đã bàn.", "at": AT} | said
    return actions.decide(actor=actor, initiative_id=row.pk, verdict=verdict, **given)


def faults(refused):
    return sorted({problem.field for problem in refused.value.problems})


def test_any_stage_may_skip_go_back_pause_and_end(owner, row):
    decide(owner, row, "move", stage="validate", scores={"need": 4, "value": 2})
    decide(owner, row, "hold")
    decide(owner, row, "resume")
    decide(owner, row, "move", stage="create")
    decide(owner, row, "move", stage="deploy")
    decide(owner, row, "done", lesson="Đúng lúc.")
    told = [
        (d.number, d.verdict, d.from_stage, d.to_stage) for d in row.decisions.all()
    ]
    assert told == [
        (1, "begin", "", "identify"),
        (2, "move", "identify", "validate"),
        (3, "hold", "validate", "validate"),
        (4, "resume", "validate", "validate"),
        (5, "move", "validate", "create"),
        (6, "move", "create", "deploy"),
        (7, "done", "deploy", "deploy"),
    ]
    row.refresh_from_db()
    assert (row.stage, row.state) == ("deploy", "done")
    with pytest.raises(StepNotAllowed):
        decide(owner, row, "move", stage="create")


def test_a_stop_has_its_reason_and_its_lesson_and_counts_as_learning(owner, row):
    decide(owner, row, "move", stage="validate")
    with pytest.raises(Invalid) as refused:
        decide(owner, row, "stop", reason=" ")
    assert faults(refused) == ["lesson", "reason", "stop_reason"]
    made = decide(owner, row, "stop", stop_reason="no_need", lesson="Hỏi khách trước.")
    row.refresh_from_db()
    assert (row.state, made.lesson, made.from_stage) == (
        "stopped", "Hỏi khách trước.", "validate"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("verdict", "said", "fault"),
    [
        ("move", {"stage": "identify"}, "stage"),
        ("move", {"stage": "moon"}, "stage"),
        ("move", {"stage": "create", "scores": {"need": 6}}, "scores"),
        ("move", {"stage": "create", "scores": {"luck": 3}}, "scores"),
        ("done", {}, "verdict"),
        ("begin", {}, "verdict"),
        ("split", {"parts": ["Một", " "]}, "parts"),
        ("merge", {"into": "x"}, "into"),
    ],
)
def test_what_cannot_be_decided_is_refused_and_nothing_is_written(
    owner, row, verdict, said, fault
):
    with pytest.raises(Invalid) as refused:
        decide(owner, row, verdict, **said)
    assert faults(refused) == [fault]
    assert (StageDecision.objects.count(), Initiative.objects.get().version) == (1, 1)


def test_two_who_decide_at_once_are_told(owner, row):
    decide(owner, row, "hold", version=1)
    with pytest.raises(Stale):
        decide(owner, row, "stop", version=1, stop_reason="late", lesson="A.")


def test_initiatives_are_joined_split_spun_out_and_handed_over(owner, row):
    other = factory.initiative(owner, "Khác")
    decide(owner, row, "merge", into=other.public_id)
    decide(owner, other, "split", parts=["Một", "Hai"])
    one, two = Initiative.objects.filter(out_of=other).order_by("pk")
    decide(owner, one, "spin_out")
    decide(owner, two, "transfer")
    rows = dict(Initiative.objects.values_list("title", "state"))
    assert rows == {
        "Đúc khuôn nhựa": "merged", "Khác": "split", "Một": "spun_out", "Hai": "transferred"
    }  # fmt: skip
    assert queries.opened_initiative(owner, other.public_id).joined == [row]


def test_the_riskiest_assumption_comes_first_and_a_test_is_told_once(owner, row):
    member = factory.member(factory.house(owner))
    by = {"actor": member, "at": AT}
    mild, bad = (
        actions.assume(initiative_id=row.pk, text=text, weight=weight, doubt=5, **by)
        for text, weight in (("Nhẹ", 1), ("Nặng", 5))
    )
    trial = actions.plan_trial(
        assumption_id=bad.pk, plan="Hỏi 10 khách", holds_if="7 người mua", **by
    )
    said = {
        "trial_id": trial.pk,
        "outcome": "fails",
        "result": "2 người.",
        "then": "change",
    }
    actions.tell_trial(**said, **by)
    with pytest.raises(Invalid):
        actions.tell_trial(**(said | {"outcome": "holds"}), **by)
    opened = queries.opened_initiative(member, row.public_id)
    assert [(one.row, one.tested) for one in opened.assumed] == [(bad, True), (mild, False)]  # fmt: skip
    (column,) = [c for c in queries.board(member) if c.rows]
    assert [one.open_assumptions for one in column.rows] == [1]
    for wrong in ({"text": ""}, {"weight": 0}, {"doubt": 6}):
        given = {"text": "A", "weight": 1, "doubt": 1} | wrong
        with pytest.raises(Invalid):
            actions.assume(initiative_id=row.pk, **given, **by)


def test_an_estimate_gives_the_expected_value_of_the_textbook(owner, row):
    assert queries.expected_value_of(row) is None
    facts = {
        "value": Decimal(30_000_000),
        "commercial": Decimal("0.5"),
        "launch": Decimal(3_000_000),
        "technical": Decimal("0.8"),
        "development": Decimal(2_000_000),
    }
    row = actions.describe_initiative(
        actor=owner, initiative_id=row.pk, facts=facts, at=AT
    )
    assert queries.expected_value_of(row) == pytest.approx(7_600_000)
    with pytest.raises(Invalid) as refused:
        actions.describe_initiative(
            actor=owner,
            initiative_id=row.pk,
            facts={"commercial": Decimal(2), "launch": Decimal(-1), "realised": Decimal(5), "kind": "?"},
            at=AT,
        )  # fmt: skip
    assert faults(refused) == ["commercial", "kind", "launch", "realised_on"]


def test_rights_and_partners_are_noted_by_members(owner, row):
    by = {
        "actor": factory.member(factory.house(owner)),
        "initiative_id": row.pk,
        "at": AT,
    }
    right = actions.note_right(kind="patent", title="Khuôn", state="planned", **by)
    actions.note_right(
        kind="patent", title="Khuôn", state="filed", number="1-2026", right_id=right.pk, **by
    )  # fmt: skip
    since = localdate(AT)
    actions.note_partner(name="Viện", part="Thử mẫu", since=since, **by)
    with pytest.raises(Invalid):
        actions.note_partner(
            name="", part="", since=since, until=since - timedelta(days=1), **by
        )
    opened = queries.opened_initiative(owner, row.public_id)
    assert [(r.state, r.number) for r in opened.rights] == [("filed", "1-2026")]
    assert [p.name for p in opened.partners] == ["Viện"]


def test_members_work_and_managers_decide_and_nobody_else_finds_anything(owner, row):
    member, adviser = factory.member(factory.house(owner)), factory.advised(owner)
    for actor in (member, adviser):
        with pytest.raises(AccessDenied):
            decide(actor, row, "hold")
        actions.assume(
            actor=actor, initiative_id=row.pk, text="A", weight=1, doubt=1, at=AT
        )
    for role in (Role.OFFICER, Role.LEADER, Role.AUDITOR, Role.ADMIN, Role.EXPERT):
        stranger = person(role)
        with pytest.raises(NotFound):
            decide(stranger, row, "hold")
        assert list(queries.initiatives(stranger)) == []
    with pytest.raises(NotFound):
        decide(factory.factory_owner(), row, "hold")


def test_the_record_names_neither_the_organisation_nor_what_was_said(owner, row):
    decide(owner, row, "hold", reason="zqbimat")
    entry = Entry.objects.get(act="innovation.decide")
    assert (entry.subject, entry.public) == (row.subject, False)
    assert "zqbimat" not in str(entry.body)
    assert json.loads(entry.body)["detail"] == {"verdict": "hold"}
