"""A refused applicant objects; the leader answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from opensti.domains.portfolios import actions
from opensti.domains.portfolios.models import Decision, Objection
from opensti.kernel.access import Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound, StepNotAllowed
from tests.factories import portfolios as factory
from tests.factories.tasks import person


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
    refused = factory.decision_on(released.dossiers[1])
    said = {"decision_id": refused.pk, "text": "Không đồng ý.", "at": factory.OBJECTED}
    with pytest.raises(NotFound):
        actions.file_objection(actor=released.applicants[0], **said)
    with pytest.raises(AccessDenied):
        actions.file_objection(actor=released.officer, **said)
    with pytest.raises(StepNotAllowed):
        factory.objected(released, 0)
    assert Objection.objects.count() == 0


def test_nobody_objects_to_what_is_not_told_yet(story):
    factory.decided(story)
    with pytest.raises(NotFound):
        factory.objected(story)


def test_one_objection_at_a_time_and_never_an_empty_one(released):
    with pytest.raises(Invalid):
        actions.file_objection(
            actor=released.applicants[1],
            decision_id=factory.decision_on(released.dossiers[1]).pk,
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
