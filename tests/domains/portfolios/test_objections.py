"""A refused applicant objects, to the decision or to "not valid"; the leader answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from opensti.domains.calls import actions as calls
from opensti.domains.calls import queries as calls_queries
from opensti.domains.calls.choices import Verdict
from opensti.domains.portfolios import actions, queries
from opensti.domains.portfolios.models import Decision, Objection
from opensti.kernel.access import Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound, StepNotAllowed
from tests.factories import portfolios as factory
from tests.factories.tasks import person


@pytest.fixture
def story(db):
    """The council proposes the dossier of one order and not that of another."""
    return factory.judged("90", "60", orders=2)


@pytest.fixture
def released(story):
    factory.released(story)
    return story


def state_of(dossier):
    dossier.case.refresh_from_db()
    return dossier.case.state


def answer(story, objection, **said):
    given = {"upheld": False, "answer": "Đã đối chiếu phiếu; giữ nguyên.", **said}
    return actions.answer_objection(
        actor=story.leader, objection_id=objection.pk, at=factory.ANSWERED, **given
    )


def test_an_objection_stops_the_case_and_its_words_stay_out_of_the_record(released):
    objection = factory.objected(released)
    assert objection.state == "open"
    assert state_of(released.dossiers[1]) == "objected"
    bodies = Entry.objects.filter(act__in=("portfolios.object", "dossiers.object"))
    assert bodies.count() == 2
    assert not bodies.filter(body__contains="khả thi").exists()


def test_only_the_applicant_objects_and_only_to_a_refusal(released):
    said = {
        "dossier_id": released.dossiers[1].pk,
        "text": "Không đồng ý.",
        "at": factory.OBJECTED,
    }
    with pytest.raises(NotFound):
        actions.file_objection(actor=released.applicants[0], **said)
    with pytest.raises(AccessDenied):
        actions.file_objection(actor=released.officer, **said)
    with pytest.raises(StepNotAllowed):
        factory.objected(released, 0)
    assert Objection.objects.count() == 0


def test_nobody_objects_to_what_is_not_told_yet(story):
    factory.decided(story)
    with pytest.raises(StepNotAllowed):
        factory.objected(story)
    assert Objection.objects.count() == 0


def test_one_objection_at_a_time_and_never_an_empty_one(released):
    with pytest.raises(Invalid):
        actions.file_objection(
            actor=released.applicants[1],
            dossier_id=released.dossiers[1].pk,
            text=" ",
            at=factory.OBJECTED,
        )
    factory.objected(released)
    with pytest.raises(StepNotAllowed):
        factory.objected(released)


def test_a_rejected_objection_closes_the_case(released):
    objection = answer(released, factory.objected(released))
    assert (objection.state, objection.answered_by_id) == (
        "rejected",
        released.leader.user_id,
    )
    assert state_of(released.dossiers[1]) == "declined"
    with pytest.raises(StepNotAllowed):
        answer(released, objection)


def test_an_answer_has_its_reasons(released):
    objection = factory.objected(released)
    with pytest.raises(Invalid):
        answer(released, objection, answer="")
    with pytest.raises(AccessDenied):
        answer(replace(released, leader=released.officer), objection)


def test_a_leader_with_a_stake_does_not_answer(released):
    objection = factory.objected(released)
    partial = replace(
        person(Role.LEADER), manages=frozenset({released.dossiers[1].host_id})
    )
    with pytest.raises(AccessDenied):
        answer(replace(released, leader=partial), objection)


def test_an_upheld_objection_is_laid_before_the_leader_again(released):
    answer(released, factory.objected(released), upheld=True)
    assert state_of(released.dossiers[1]) == "objected"
    again = factory.proposed(released)
    assert [d.dossier_id for d in again.decisions.all()] == [released.dossiers[1].pk]
    assert state_of(released.dossiers[1]) == "proposed"
    with pytest.raises(StepNotAllowed):
        factory.laid_out(released)
    decision = again.decisions.get()
    factory.decide(
        released,
        again,
        decision_number="201/QĐ-BCT",
        rulings={
            decision.pk: actions.Rule(
                ruling="approve",
                amount=1_000_000_000,
                reason_vi="Chấp nhận giải trình.",
            )
        },
    )
    factory.checked(released, again)
    factory.release(released, again)
    assert state_of(released.dossiers[1]) == "approved"
    assert list(
        Decision.objects.filter(dossier=released.dossiers[1])
        .order_by("pk")
        .values_list("ruling", flat=True)
    ) == ["decline", "approve"]


def test_a_case_whose_decision_is_to_be_looked_at_again_is_not_closed_by_the_office(
    released,
):
    answer(released, factory.objected(released), upheld=True)
    with pytest.raises(StepNotAllowed) as refused:
        calls.reject_ineligible(
            actor=released.officer,
            dossier_id=released.dossiers[1].pk,
            reason="Không hợp lệ.",
            at=factory.ANSWERED,
        )
    assert "trình lại hồ sơ lên lãnh đạo" in str(refused.value.mend)
    assert state_of(released.dossiers[1]) == "objected"


def test_an_objection_to_a_second_refusal_is_not_laid_out_before_its_answer(released):
    answer(released, factory.objected(released), upheld=True)
    again = factory.proposed(released)
    factory.decide(released, again, decision_number="201/QĐ-BCT")
    factory.checked(released, again)
    factory.release(released, again)
    second = factory.objected(released)
    assert second.decision == again.decisions.get()
    with pytest.raises(StepNotAllowed):
        factory.laid_out(released)


# ---- found not valid


@pytest.fixture
def invalid(db):
    """One dossier, refused because it is not valid."""
    return factory.found_invalid("Thiếu báo cáo tài chính.")


def recheck(story, verdict="met"):
    """The officer looks at every condition again."""
    dossier = story.dossiers[0]
    calls.check_eligibility(
        actor=story.officer,
        dossier_id=dossier.pk,
        verdicts={
            item.id: (Verdict(verdict), "Đã xem lại.")
            for item in calls_queries.checklist_of(dossier)
        },
        at=factory.ANSWERED,
    )


def confirm(story, reason="Khiếu nại được chấp nhận."):
    return calls.confirm_eligible(
        actor=story.officer,
        dossier_id=story.dossiers[0].pk,
        reason=reason,
        at=factory.ANSWERED,
    )


def kinds(who):
    return [
        (item.kind, item.url_name)
        for item in queries.work_for(who, factory.ANSWERED.date())
    ]


def test_a_dossier_found_not_valid_can_be_objected_to(invalid):
    objection = factory.objected(invalid)
    assert (objection.dossier, objection.decision, objection.concerns) == (
        invalid.dossiers[0],
        None,
        "validity",
    )
    assert state_of(invalid.dossiers[0]) == "objected"
    (entry,) = Entry.objects.filter(act="portfolios.object")
    assert entry.subject == f"portfolios.objection:{objection.pk}"
    assert "khả thi" not in entry.body
    with pytest.raises(StepNotAllowed):
        factory.objected(invalid)
    with pytest.raises(IntegrityError), transaction.atomic():
        Objection.objects.create(
            dossier=objection.dossier,
            filed_by_id=objection.filed_by_id,
            filed_at=factory.OBJECTED,
            text="Thêm một khiếu nại.",
        )


def test_strangers_and_officials_do_not_object_to_a_finding(invalid):
    said = {
        "dossier_id": invalid.dossiers[0].pk,
        "text": "Không đồng ý.",
        "at": factory.OBJECTED,
    }
    with pytest.raises(NotFound):
        actions.file_objection(actor=person(Role.APPLICANT), **said)
    with pytest.raises(AccessDenied):
        actions.file_objection(actor=invalid.officer, **said)
    assert Objection.objects.count() == 0


def test_the_case_waits_for_the_leader(invalid):
    objection = factory.objected(invalid)
    recheck(invalid)
    for act in (calls.confirm_eligible, calls.reject_ineligible):
        with pytest.raises(StepNotAllowed) as refused:
            act(
                actor=invalid.officer,
                dossier_id=invalid.dossiers[0].pk,
                reason="Đã xem lại.",
                at=factory.ANSWERED,
            )
        assert "Lãnh đạo chưa trả lời" in str(refused.value)
    assert state_of(invalid.dossiers[0]) == "objected"
    assert kinds(invalid.officer) == []
    assert kinds(invalid.leader) == [
        ("portfolios.answer_objection", "portfolios:objection")
    ]
    partial = replace(
        person(Role.LEADER), manages=frozenset({invalid.dossiers[0].host_id})
    )
    assert kinds(partial) == []
    with pytest.raises(AccessDenied):
        answer(replace(invalid, leader=partial), objection)


def test_upheld_the_officer_looks_at_the_validity_again_and_confirms(invalid):
    answer(invalid, factory.objected(invalid), upheld=True)
    assert state_of(invalid.dossiers[0]) == "objected"
    assert kinds(invalid.leader) == []
    assert kinds(invalid.officer) == [("portfolios.check_again", "calls:eligibility")]
    partial = replace(
        person(Role.OFFICER), manages=frozenset({invalid.dossiers[0].host_id})
    )
    assert kinds(partial) == []
    with pytest.raises(Invalid):
        confirm(invalid)  # no condition was looked at again
    recheck(invalid)
    with pytest.raises(Invalid):
        confirm(invalid, reason="")
    confirm(invalid)
    assert state_of(invalid.dossiers[0]) == "eligible"
    assert kinds(invalid.officer) == []


def test_upheld_but_still_not_valid_the_officer_closes_the_case_with_the_reason(
    invalid,
):
    answer(invalid, factory.objected(invalid), upheld=True)
    with pytest.raises(Invalid):
        calls.reject_ineligible(
            actor=invalid.officer,
            dossier_id=invalid.dossiers[0].pk,
            reason=" ",
            at=factory.ANSWERED,
        )
    calls.reject_ineligible(
        actor=invalid.officer,
        dossier_id=invalid.dossiers[0].pk,
        reason="Bản bổ sung cũng hết hạn.",
        at=factory.ANSWERED,
    )
    assert state_of(invalid.dossiers[0]) == "declined"
    assert kinds(invalid.officer) == []
    with pytest.raises(StepNotAllowed):
        factory.objected(invalid)


def test_rejected_the_finding_stands(invalid):
    answer(invalid, factory.objected(invalid))
    assert state_of(invalid.dossiers[0]) == "declined"
    assert kinds(invalid.officer) == []


def test_an_upheld_objection_to_a_decision_asks_the_officer_to_lay_it_out(released):
    answer(released, factory.objected(released), upheld=True)
    assert kinds(released.officer) == [("portfolios.lay_out_again", "calls:call")]
    factory.laid_out(released)
    assert kinds(released.officer) == [("portfolios.propose", "portfolios:round")]


def due(story, **said):
    """Something the leader must do in the case of the first dossier."""
    given = {
        "label_vi": "Trả lời",
        "label_en": "Answer",
        "started_on": factory.OBJECTED.date(),
        "started_at": factory.OBJECTED,
        "unit": "day",
        "binding_on": "leader",
        "consequence": "none",
        "mark": "V",
    }
    story.dossiers[0].case.deadlines.create(**given, **said)


def test_what_was_met_late_is_asked_for_no_more_and_each_day_has_its_own_article(
    invalid,
):
    factory.objected(invalid)
    early, late = factory.OBJECTED.date(), factory.ANSWERED.date()
    due(
        invalid,
        code="decision",
        due_on=early - timedelta(days=9),
        article="Art. 1",
        state="missed",
        closed_at=factory.OBJECTED,
    )
    due(invalid, code="answer", due_on=early, article="Art. 28")
    due(invalid, code="other", due_on=late, article="Art. 2")
    (item,) = queries.work_for(invalid.leader, early)
    assert (item.due_on, item.article, item.overdue) == (early, "Art. 28", False)


def test_where_the_procedure_has_a_day_for_the_answer_the_queue_names_it(invalid):
    objection = factory.objected(invalid)
    due(invalid, code="answer", due_on=factory.OBJECTED.date(), article="Art. 28")
    (item,) = queries.work_for(invalid.leader, factory.ANSWERED.date())
    assert (item.url_args, item.due_on, item.article, item.overdue) == (
        (objection.pk,),
        factory.OBJECTED.date(),
        "Art. 28",
        True,
    )
