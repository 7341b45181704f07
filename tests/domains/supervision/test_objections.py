"""Objections to a public decision: in time, by whom it concerns, with an effect."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opensti.domains.contracts.events import ContractSigned
from opensti.domains.portfolios.actions import answer_objection
from opensti.domains.supervision import actions, queries
from opensti.domains.supervision.actions import Speaker
from opensti.domains.supervision.queries import Objected
from opensti.kernel.access import Role
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    StepNotAllowed,
)
from tests.factories import contracts
from tests.factories import portfolios as decided
from tests.factories import supervision as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
AT = contracts.SIGNED + timedelta(days=1)


@pytest.fixture
def funded():
    return contracts.running()


def object_to(decision, at=AT, actor=None, **more):
    return actions.receive_voice(
        actor=actor or person(Role.APPLICANT),
        kind="objection",
        about=f"decision:{decision.public_id}",
        text="Dây chuyền này làm ô nhiễm khu dân cư của chúng tôi.",
        speaker=Speaker(level="person"),
        token=factory.token(),
        at=at,
        **{"standing": "affected", **more},
    )


def decision_of(funded):
    return decided.decision_on(funded.contract.dossier)


def test_a_suspended_case_stands_still_until_it_is_lifted(funded):
    officer, leader = person(Role.OFFICER), person(Role.LEADER)
    decision = decision_of(funded)
    voice = object_to(decision)
    assert queries.objections_about("decision", decision.public_id) == Objected()
    actions.publish_voice(actor=officer, voice_id=voice.pk, at=AT)
    assert queries.objections_about("decision", decision.public_id) == Objected(
        pending=1
    )
    with pytest.raises(AccessDenied):
        actions.rule_on_objection(
            actor=officer,
            voice_id=voice.pk,
            effect="suspend",
            reason="Phải xem lại.",
            at=AT,
        )
    actions.rule_on_objection(
        actor=leader, voice_id=voice.pk, effect="suspend", reason="Phải xem lại.", at=AT
    )
    assert funded.again().case.state == "suspended"
    assert queries.objections_about("decision", decision.public_id) == Objected(
        pending=1, suspended=True
    )
    signed = ContractSigned(
        contract_id=funded.contract.pk, on=AT.date(), actor=leader, at=AT
    )
    with pytest.raises(StepNotAllowed):
        actions.keep_unsigned(signed)
    actions.lift_suspension(
        actor=leader, voice_id=voice.pk, reason="Đã đo, đạt chuẩn.", at=AT
    )
    actions.keep_unsigned(signed)
    assert funded.again().case.state == "running"
    assert [line.act for line in entries_of(voice.subject)] == [
        "supervision.receive",
        "supervision.publish",
        "supervision.rule",
        "supervision.lift",
    ]


def test_it_may_have_no_effect_and_the_case_goes_on(funded):
    voice = object_to(decision_of(funded))
    leader = person(Role.LEADER)
    with pytest.raises(StepNotAllowed):
        actions.rule_on_objection(
            actor=leader, voice_id=voice.pk, effect="none", reason="Chưa đọc.", at=AT
        )
    actions.publish_voice(actor=person(Role.OFFICER), voice_id=voice.pk, at=AT)
    found = actions.rule_on_objection(
        actor=leader, voice_id=voice.pk, effect="none", reason="Đã có giấy phép.", at=AT
    )
    assert (found.effect, funded.again().case.state) == ("none", "running")
    with pytest.raises(StepNotAllowed):
        actions.lift_suspension(actor=leader, voice_id=voice.pk, reason="Gì?", at=AT)


def test_after_its_time_and_without_standing_or_name_none_is_taken(funded):
    decision = decision_of(funded)
    with pytest.raises(StepNotAllowed) as late:
        object_to(decision, at=AT + timedelta(days=120))
    assert "02/2011/QH13" in late.value.article
    with pytest.raises(Invalid) as refused:
        object_to(decision, standing="curious")
    assert refused.value.field == "standing"
    with pytest.raises(Invalid) as unknown:
        actions.receive_voice(
            actor=person(Role.APPLICANT),
            kind="objection",
            about=f"decision:{decision.public_id}",
            text="Tôi phản đối quyết định này.",
            speaker=factory.ANONYMOUS,
            token="t",
            standing="affected",
            at=AT,
        )
    assert unknown.value.field == "level"


def test_of_refusals_the_call_shows_a_number_and_nothing_else(db):
    story = decided.judged("90", "40")
    decided.released(story)
    refused = story.dossiers[1]
    decision = decided.decision_on(refused)
    with pytest.raises(NotFound):
        object_to(decision, at=decided.OBJECTED)
    call = story.call.public_id
    assert queries.objections_about("call", call) == Objected()
    objection = decided.objected(story, 1)
    assert queries.objections_about("call", call) == Objected(pending=1)
    answer_objection(
        actor=story.leader,
        objection_id=objection.pk,
        upheld=False,
        answer="Điểm không đổi.",
        at=decided.ANSWERED,
    )
    assert queries.objections_about("call", call) == Objected(answered=1)
