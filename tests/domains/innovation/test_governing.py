"""What steers and checks the system: signals, objectives, audits, reviews, records."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import localdate

from opensti.domains.assessments.models import Assessment
from opensti.domains.innovation import actions, queries
from opensti.domains.innovation.models import AuditFinding, Document, Review, Signal
from opensti.kernel.access import Role
from opensti.kernel.files.models import StoredFile
from opensti.kernel.files.serving import readable_file
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import assessments
from tests.factories import innovation as factory
from tests.factories.innovation import AT
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
TODAY = localdate(AT)


@pytest.fixture
def owner():
    return factory.factory_owner()


@pytest.fixture
def by(owner):
    return {"actor": owner, "organisation_id": factory.house(owner), "at": AT}


def faults(refused):
    return sorted({problem.field for problem in refused.value.problems})


def objective(by, **said):
    given = {
        "title": "Bớt phế phẩm",
        "measure": "Tỷ lệ phế phẩm",
        "target": "2 %",
        "due_on": TODAY + timedelta(days=90),
        "owner_name": "Chị Lan",
    }
    return actions.set_objective(**by, **(given | said))


def signal(by, **said):
    facts = {
        "title": "In khuôn cát",
        "source": "Hội chợ",
        "link": "https://example.vn/a",
        "meaning": "Làm mẫu nhanh hơn.",
        "watcher": "Anh Bình",
        "relevance": 4,
        "seen_on": TODAY,
    }
    more = {name: said.pop(name) for name in ("objectives", "initiatives", "signal_id", "version") if name in said}  # fmt: skip
    return actions.note_signal(**by, facts=facts | said, **more)


def audit(by, **said):
    given = {
        "title": "Quý III",
        "scope": "Từ ý tưởng đến kiểm chứng",
        "area": "Xưởng đúc",
        "auditor": "Chị Mai",
        "auditor_area": "Phòng chất lượng",
        "planned_on": TODAY,
    }
    return actions.plan_audit(**by, **(given | said))


def record(by, **said):
    given = {
        "code": "policy",
        "title": "Chính sách",
        "owner_name": "Chị Lan",
        "keep_years": 5,
        "file": SimpleUploadedFile("a.pdf", assessments.PDF),
    }
    return actions.file_record(**by, **(given | said))


def test_objectives_and_the_mix_wanted_stand_beside_what_runs(owner, by):
    one = objective(by)
    row = factory.initiative(owner, horizon=3)
    factory.initiative(owner, "Khác")
    actions.describe_initiative(
        actor=owner, initiative_id=row.pk, facts={"objective": one.public_id}, at=AT
    )
    theirs = objective({**by, "actor": (o := factory.factory_owner()), "organisation_id": factory.house(o)})  # fmt: skip
    with pytest.raises(Invalid):
        actions.describe_initiative(
            actor=owner,
            initiative_id=row.pk,
            facts={"objective": theirs.public_id},
            at=AT,
        )
    mix = {"core": 60, "next": 30, "new": 10, "review_months": 3, "review_on": TODAY}
    with pytest.raises(Invalid) as refused:
        actions.set_portfolio(**by, **(mix | {"new": 20, "review_months": 0}))
    assert faults(refused) == ["core", "review_months"]
    actions.set_portfolio(**by, **mix)
    found = queries.strategy(owner, organisation_id=factory.house(owner), at=AT)
    assert [(s.wanted, s.has, s.count) for s in found.shares] == [
        (60, 50, 1), (30, 0, 0), (10, 50, 1)
    ]  # fmt: skip
    assert [(o.pk, o.served) for o in found.objectives] == [(one.pk, 1)]
    actions.reach_objective(
        actor=owner, objective_id=one.pk, reached_on=TODAY, result="1,8 %", at=AT
    )
    with pytest.raises(Invalid):
        actions.reach_objective(
            actor=owner, objective_id=one.pk, reached_on=TODAY, result="2 %", at=AT
        )


def test_a_signal_leads_to_objectives_and_initiatives_of_its_own_organisation(
    owner, by
):
    one, row = objective(by), factory.initiative(owner)
    theirs = factory.initiative(factory.factory_owner())
    made = signal(by, objectives=[one.pk], initiatives=[row.pk, theirs.pk])
    assert list(made.initiatives.all()) == [row]
    again = signal(by, signal_id=made.pk, version=made.version, title="Khác")
    assert (again.title, list(again.objectives.all())) == ("Khác", [])
    with pytest.raises(Stale):
        signal(by, signal_id=made.pk, version=1)
    with pytest.raises(Invalid) as refused:
        signal(by, title="", link="javascript:x", relevance=6, seen_on=TODAY + timedelta(days=1))  # fmt: skip
    assert faults(refused) == ["link", "relevance", "seen_on", "title"]
    assert Signal.objects.count() == 1


def test_nobody_audits_the_own_area_and_an_audit_is_held_once(owner, by):
    with pytest.raises(Invalid) as refused:
        audit(by, auditor_area=" xưởng ĐÚC ")
    assert faults(refused) == ["auditor_area"]
    row = audit(by)
    held = {"actor": owner, "audit_id": row.pk, "at": AT, "conclusion": "Được."}
    with pytest.raises(Invalid):
        actions.hold_audit(held_on=TODAY + timedelta(days=1), **held)
    actions.hold_audit(held_on=TODAY, **held)
    with pytest.raises(Invalid):
        actions.hold_audit(held_on=TODAY, **held)


def test_a_finding_goes_from_its_cause_to_the_check_of_its_effect(owner, by):
    row = audit(by)
    member = factory.member(factory.house(owner))
    found = actions.note_audit_finding(
        actor=member, audit_id=row.pk, grade="minor", text="Thiếu tiêu chí.", at=AT
    )

    def follow(actor, state, **said):
        return actions.follow_finding(
            actor=actor, finding_id=found.pk, state=state, at=AT, **said
        )

    with pytest.raises(Invalid):
        follow(member, "open")
    follow(member, "open", words="Chưa ai giao.")
    with pytest.raises(StepNotAllowed):  # a second click, or another who was quicker
        follow(owner, "open", words="Khác.")
    with pytest.raises(Invalid) as refused:
        follow(member, "cause", words="Giao việc.")
    assert faults(refused) == ["due_on", "owner_name"]
    action = {"words": "Giao việc.", "owner_name": "Chị Lan", "due_on": TODAY}
    follow(member, "cause", **action)
    with pytest.raises(Invalid):
        follow(member, "action", words="Tốt.")  # not by who told the action
    assert follow(owner, "action", words="Chưa.", effective=False).state == "cause"
    follow(member, "cause", **action)
    follow(owner, "action", words="Đã có tiêu chí.")
    assert queries.audits(owner).get().open_findings == 1
    follow(owner, "verified")
    assert (AuditFinding.objects.get().state, queries.audits(owner).get().open_findings) == ("closed", 0)  # fmt: skip


def test_a_review_freezes_what_the_house_lays_before_it(owner, by):
    scored = assessments.reported(owner, at=AT)
    factory.initiative(owner)
    objective(by, due_on=TODAY - timedelta(days=1))
    actions.note_audit_finding(
        actor=owner, audit_id=audit(by).pk, grade="major", text="A", at=AT
    )
    record(by)
    said = {"held_on": TODAY, "people": "Ban giám đốc", "conclusion": "Đi tiếp."}
    due = TODAY + timedelta(days=30)
    row = actions.hold_review(**by, **said, decisions=[("Thêm người", "Chị Lan", due)])
    factory.initiative(owner, "Sau đó")
    kept = Review.objects.get(pk=row.pk).inputs
    assert (kept["measures"]["running"], kept["open_findings"], kept["late_objectives"]) == (1, {"major": 1}, 1)  # fmt: skip
    assert kept["missing_records"] == [
        "scope", "objectives", "competence", "operation", "results", "audit", "review",
        "corrective_action",
    ]  # fmt: skip
    assert kept["assessment"]["title"] == scored.title
    decision = row.decisions.get()
    for _n in range(2):
        actions.carry_out(actor=owner, decision_id=decision.pk, done_on=TODAY, at=AT)
    assert queries.reviews(owner).get().open_decisions == 0
    with pytest.raises(Invalid):
        actions.hold_review(**by, **said, decisions=[("Thêm người", " ", due)])


def test_the_days_of_audit_and_review_make_an_assessment_ready(owner, by):
    row = audit(by)
    actions.hold_audit(
        actor=owner, audit_id=row.pk, held_on=date(2026, 7, 1), conclusion="A", at=AT
    )
    actions.hold_review(
        **by, held_on=date(2026, 7, 2), people="A", conclusion="B", decisions=[]
    )
    assert queries.last_days(factory.house(owner)) == (date(2026, 7, 1), date(2026, 7, 2))  # fmt: skip
    made = assessments.reported(owner, at=AT)
    kept = Assessment.objects.get(pk=made.pk)
    ready = made.results.get().content["readiness"]
    assert (kept.audited_on, kept.reviewed_on) == (date(2026, 7, 1), date(2026, 7, 2))
    assert not {"no_audit", "no_review"} & {kind for kind, _n in ready["blockers"]}


def test_the_register_tells_what_is_here_and_what_is_missing(owner, by):
    record(by, review_on=TODAY - timedelta(days=1))
    record(by, title="Chính sách mới", approved_by="Giám đốc", approved_on=TODAY)
    found = queries.register(owner, organisation_id=factory.house(owner), today=TODAY)
    (policy,) = [one for one in found if one.revisions]
    assert ([d.number for d in policy.revisions], policy.newest.title, policy.overdue) == ([2, 1], "Chính sách mới", False)  # fmt: skip
    assert len(found) == len(queries.expected_records()) == 9
    with pytest.raises(Invalid) as refused:
        record(by, code="?", title="", owner_name="", keep_years=0, file=None, approved_by="A")  # fmt: skip
    assert faults(refused) == ["approved_on", "code", "file", "keep_years", "owner_name", "title"]  # fmt: skip
    assert (Document.objects.count(), StoredFile.objects.count()) == (2, 2)


def test_nobody_else_finds_any_of_it_nor_its_file(owner, by):
    row, paper = audit(by), record(by)
    signal(by)
    member, adviser = factory.member(factory.house(owner)), factory.advised(owner)
    for friend in (member, adviser):
        assert readable_file(friend, paper.file_id).public_id == paper.file_id
        with pytest.raises(AccessDenied):
            audit({**by, "actor": friend})
    for role in (Role.OFFICER, Role.LEADER, Role.AUDITOR, Role.ADMIN, Role.EXPERT):
        stranger = person(role)
        with pytest.raises(NotFound):
            readable_file(stranger, paper.file_id)
        with pytest.raises(NotFound):
            queries.opened_audit(stranger, row.public_id)
        assert (list(queries.signals(stranger)), list(queries.audits(stranger))) == ([], [])  # fmt: skip
        with pytest.raises(AccessDenied):
            record({**by, "actor": stranger})
