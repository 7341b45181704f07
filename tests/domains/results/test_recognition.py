"""Accepted work: completion confirmed, recognised, registered, handed over, or stopped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from opensti.domains.contracts.events import ContractEnded
from opensti.domains.procedures.actions import set_switch
from opensti.domains.procedures.choices import Act
from opensti.domains.procedures.queries import deadlines_of
from opensti.domains.results import actions, queries
from opensti.domains.results.models import (
    ExpertOpinion,
    Handover,
    Registration,
)
from opensti.domains.results.problem import digest
from opensti.kernel.access import SYSTEM
from opensti.kernel.events import publish
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import (
    Invalid,
    NotFound,
    StepNotAllowed,
    SudoNeeded,
)
from tests.factories import acceptance as factory

pytestmark = pytest.mark.django_db


def fields(refused):
    return [p.field for p in refused.value.problems]


def test_recognition_is_public_and_completes_the_contract():
    work = factory.confirmed(factory.accepted())
    with pytest.raises(SudoNeeded):
        actions.recognise_result(
            actor=replace(work.leader, sudo=False),
            acceptance_id=work.acceptance.pk,
            decision_number="300/QĐ-BCT",
            decided_on=factory.RECOGNISED.date(),
            at=factory.RECOGNISED,
        )
    factory.recognised(work)
    found = work.again()
    assert (
        found.case.state,
        found.decision_number,
        work.funded.again().case.state,
    ) == (
        "recognised",
        "300/QĐ-BCT",
        "completed",
    )
    acts = [e.act for e in entries_of(f"results.acceptance:{found.public_id}")]
    assert acts[-1] == "acceptances.recognise"


def test_the_confirmation_starts_the_time_for_the_registration():
    work = factory.confirmed(factory.accepted("moit_2014"))
    running = {d.code: d.due_on for d in deadlines_of(work.acceptance.case_id)}
    assert running == {"register_result": date(2028, 10, 13)}  # 30 days, then a Friday


@pytest.mark.parametrize("regime", ["moit_2026", "nd268_2025"])
def test_where_no_days_were_read_the_office_may_name_its_own_aim(regime):
    work = factory.accepted()
    set_switch(
        actor=SYSTEM,
        regime=regime,
        switch="registration_days",
        value="15",
        reason="Mục tiêu của Cục",
        at=factory.COUNTED,
    )
    factory.under(work.acceptance, regime)
    factory.confirmed(work)
    assert [
        (d.code, d.due_on, d.article, d.mark)
        for d in deadlines_of(work.acceptance.case_id)
    ] == [("register_result", date(2028, 9, 28), "OFFICE", "I")]


def test_where_the_rule_wants_it_the_certificate_comes_first():
    work = factory.confirmed(factory.accepted("national_2013"))
    with pytest.raises(StepNotAllowed):
        factory.recognised(work)
    assert queries.certificate_of(work.contract.pk) is None
    actions.register_result_certificate(
        actor=work.officer,
        acceptance_id=work.acceptance.pk,
        number="2028-66-0001",
        registered_on=factory.CONFIRMED.date(),
        at=factory.CONFIRMED,
    )
    factory.recognised(work)
    assert work.state == "registered"
    assert queries.certificate_of(work.contract.pk).number == "2028-66-0001"


def test_a_certificate_is_entered_once_and_belongs_to_one_task():
    work = factory.recognised(factory.confirmed(factory.accepted()))
    with pytest.raises(Invalid) as refused:
        actions.register_result_certificate(
            actor=work.officer,
            acceptance_id=work.acceptance.pk,
            number="",
            registered_on=date(2030, 1, 1),
            at=factory.REGISTERED,
        )
    assert fields(refused) == ["number", "registered_on"]
    factory.registered(work)
    factory.registered(work)
    assert Registration.objects.count() == 1
    assert work.state == "registered"


def test_independent_experts_are_asked_on_a_ground_of_the_rule_and_read_by_the_office():
    work = factory.accepted("moit_2014")

    def ask(ground="not_unanimous"):
        return actions.ask_opinion(
            actor=work.officer,
            acceptance_id=work.acceptance.pk,
            ground=ground,
            expert="GS. TS. Trần Văn B",
            at=factory.COUNTED,
        )

    with pytest.raises(Invalid) as refused:
        ask("curiosity")
    assert fields(refused) == ["ground"]
    opinion = ask()
    assert ask("complaint").ground == "complaint"
    with pytest.raises(Invalid):  # two experts under this rule
        ask("rules_broken")
    actions.enter_opinion(
        actor=work.officer,
        opinion=opinion.public_id,
        text="Đồng ý với hội đồng.",
        level="pass",
        given_on=factory.CONFIRMED.date(),
        file=factory.paper("y-kien.pdf"),
        at=factory.CONFIRMED,
    )
    assert [o.text for o in asked(work)] == ["Đồng ý với hội đồng.", ""]
    assert queries.opinions(work.host, work.acceptance) == []
    file = ExpertOpinion.objects.get(pk=opinion.pk).file
    with pytest.raises(NotFound):
        queries.acceptance_file(work.host, work.acceptance.public_id, file)
    assert queries.acceptance_file(work.leader, work.acceptance.public_id, file)


def test_the_recognition_waits_for_who_was_asked_until_the_request_is_given_up():
    work = factory.accepted("moit_2014")
    given, dropped = (
        actions.ask_opinion(
            actor=work.officer,
            acceptance_id=work.acceptance.pk,
            ground="complaint",
            expert=f"GS. TS. Trần Văn {name}",
            at=factory.COUNTED,
        )
        for name in "AB"
    )
    factory.confirmed(work)
    with pytest.raises(StepNotAllowed) as refused:
        factory.recognised(work)
    assert "34" in refused.value.article

    def enter(opinion):
        actions.enter_opinion(
            actor=work.officer,
            opinion=opinion.public_id,
            text="Đồng ý với hội đồng.",
            given_on=factory.CONFIRMED.date(),
            at=factory.CONFIRMED,
        )

    def drop(opinion, reason="Chuyên gia từ chối.", actor=None):
        return actions.drop_opinion(
            actor=actor or work.officer,
            opinion=opinion.public_id,
            reason=reason,
            at=factory.CONFIRMED,
        )

    enter(given)
    with pytest.raises(StepNotAllowed):
        factory.recognised(work)
    with pytest.raises(Invalid) as unsaid:
        drop(dropped, reason=" ")
    assert fields(unsaid) == ["drop_reason"]
    with pytest.raises(NotFound):
        drop(dropped, actor=work.host)
    with pytest.raises(StepNotAllowed):  # what was given stays
        drop(given)
    drop(dropped)
    with pytest.raises(StepNotAllowed):
        enter(dropped)
    assert [(o.given_on, o.dropped_on, o.drop_reason) for o in asked(work)] == [
        (factory.CONFIRMED.date(), None, ""),
        (None, factory.CONFIRMED.date(), "Chuyên gia từ chối."),
    ]
    factory.recognised(work)
    assert work.state == "recognised"


def asked(work):
    return queries.opinions(work.leader, work.acceptance)


def test_after_the_council_the_old_national_rule_counts_its_days():
    work = factory.accepted("national_2013")
    finishing = {d.code: d.due_on for d in deadlines_of(work.acceptance.case_id)}
    factory.confirmed(work)
    deciding = {d.code: d.due_on for d in deadlines_of(work.acceptance.case_id)}
    assert (finishing["acceptance_finished"], deciding["recognition_decision"]) == (
        date(2028, 10, 13),
        date(2028, 9, 27),
    )


def test_the_sheet_for_the_national_system_is_frozen_and_noted_as_sent():
    work = factory.registered(factory.recognised(factory.confirmed(factory.accepted())))
    made = actions.prepare_handover(
        actor=work.officer, acceptance_id=work.acceptance.pk, at=factory.REGISTERED
    )
    again = actions.prepare_handover(
        actor=work.officer, acceptance_id=work.acceptance.pk, at=factory.REGISTERED
    )
    assert (made.pk, made.sha256) == (again.pk, digest(made.sheet))
    assert made.sheet["certificate"]["number"] == "2028-66-0123"
    assert [p["level"] for p in made.sheet["products"]] == ["pass", "pass"]
    with pytest.raises(Invalid):
        actions.note_handover(
            actor=work.officer,
            handover=made.public_id,
            sent_on=factory.REGISTERED.date(),
            acknowledged_on=date(2028, 1, 1),
            at=factory.REGISTERED + timedelta(days=9),
        )
    actions.note_handover(
        actor=work.officer,
        handover=made.public_id,
        sent_on=factory.REGISTERED.date(),
        reference="NASTIS-1",
        at=factory.REGISTERED + timedelta(days=9),
    )
    assert [h.reference for h in queries.registrations(work.officer)] == ["NASTIS-1"]
    assert not queries.registrations(work.host).exists()
    assert Handover.objects.count() == 1


def test_a_contract_that_ended_early_awaits_no_acceptance():
    work = factory.running()
    publish(
        ContractEnded(
            contract_id=work.contract.pk,
            reason="Dừng.",
            actor=work.leader,
            at=factory.ASSESSED,
        )
    )
    assert (work.state, work.again().case.last_act) == (
        "cancelled",
        Act.ACCEPTANCE_STOP,
    )
