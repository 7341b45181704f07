"""The chain of approval: a complete text, four eyes, in order, and the very same text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.models import Approval, Contract, Instalment
from opensti.kernel.access import PUBLIC, AccessDenied, Role, SudoNeeded, may
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import Invalid, NotFound, Stale, StepNotAllowed
from tests.factories import contract_papers as papers
from tests.factories import contracts as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


def levels(funded):
    return [
        (a.level, a.verdict, a.person_id, a.on_behalf_of_id)
        for a in Approval.objects.filter(round__contract=funded.contract).order_by(
            "round__number", "position"
        )
    ]


def last_act(funded):
    subject = queries.contract_subject(funded.contract.public_id)
    return list(entries_of(subject))[-1].act


def fields(refused):
    return [p.field for p in refused.value.problems]


def test_a_bare_draft_is_told_everything_it_lacks():
    funded = factory.drafted()
    with pytest.raises(Invalid) as refused:
        papers.send(funded)
    assert fields(refused) == ["number", "starts_on", "milestones", "instalments"]
    assert (funded.again().case.state, levels(funded)) == ("draft", [])


def test_instalments_that_do_not_make_the_state_money_are_refused():
    funded = papers.ready()
    last = Instalment.objects.filter(contract=funded.contract).last()
    last.amount += 1
    last.save()
    with pytest.raises(Invalid) as refused:
        papers.send(funded)
    assert fields(refused) == ["instalments"]


def test_a_contract_with_other_sums_than_its_budget_is_refused():
    funded = papers.ready()
    Contract.objects.filter(pk=funded.contract.pk).update(other_money=7)
    with pytest.raises(Invalid) as refused:
        papers.send(funded)
    assert fields(refused) == ["budget"]


def test_sending_pins_the_text_and_signs_the_level_of_whoever_sends():
    funded = papers.ready()
    round_ = papers.send(funded, remark="Kính trình")
    assert levels(funded) == [
        ("officer", "approved", funded.officer.user_id, None),
        ("finance", "waiting", None, None),
        ("leader", "waiting", None, None),
    ]
    assert funded.again().case.state == "in_approval"
    assert (round_.number, round_.content["number"]) == (1, "01.26/HĐ-ĐMST")
    assert last_act(funded) == "contracts.send"


def test_level_after_level_approves_it_and_the_last_one_lets_it_be_signed():
    funded = papers.ready()
    papers.send(funded)
    papers.approve(funded, funded.finance, remark="Đúng dự toán")
    assert funded.again().case.state == "in_approval"
    assert last_act(funded) == "contracts.approve_level"
    papers.approve(funded, funded.leader)
    assert funded.again().case.state == "agreed"
    assert last_act(funded) == "contracts.agree"
    assert [v for _level, v, *_who in levels(funded)] == ["approved"] * 3


def test_nobody_approves_before_the_turn_comes():
    funded = papers.ready()
    papers.send(funded)
    with pytest.raises(AccessDenied):
        papers.approve(funded, funded.leader)
    assert [v for _level, v, *_who in levels(funded)][1:] == ["waiting", "waiting"]


def test_whoever_sent_it_approves_no_other_level():
    funded = papers.ready()
    both = replace(
        funded.officer, roles=funded.officer.roles | {Role.FINANCE, Role.LEADER}
    )
    papers.send(funded)
    with pytest.raises(AccessDenied):
        papers.approve(funded, both)


def test_one_person_approves_one_level_only():
    funded = papers.ready()
    both = replace(funded.finance, roles=funded.finance.roles | {Role.LEADER})
    papers.send(funded)
    papers.approve(funded, both)
    with pytest.raises(AccessDenied):
        papers.approve(funded, both)
    papers.approve(funded, funded.leader)


def test_a_lent_role_is_recorded_on_behalf_of_its_lender():
    funded = papers.ready()
    deputy = person(Role.FINANCE, on_behalf={Role.FINANCE: funded.finance.user_id})
    papers.send(funded)
    papers.approve(funded, deputy)
    assert levels(funded)[1] == (
        "finance",
        "approved",
        deputy.user_id,
        funded.finance.user_id,
    )
    subject = queries.contract_subject(funded.contract.public_id)
    entry = list(entries_of(subject))[-1]
    assert (entry.act, entry.on_behalf) == (
        "contracts.approve_level",
        funded.finance.user_id,
    )


def test_a_lender_whose_deputy_approved_approves_no_further_level():
    funded = papers.ready()
    lender = replace(funded.finance, roles=funded.finance.roles | {Role.LEADER})
    deputy = person(Role.FINANCE, on_behalf={Role.FINANCE: lender.user_id})
    papers.send(funded)
    papers.approve(funded, deputy)
    with pytest.raises(AccessDenied):
        papers.approve(funded, lender)


def test_a_text_changed_after_it_was_sent_is_approved_by_nobody():
    funded = papers.ready()
    papers.send(funded)
    Contract.objects.filter(pk=funded.contract.pk).update(objectives="Khác")
    with pytest.raises(StepNotAllowed):
        papers.approve(funded, funded.finance)
    assert levels(funded)[1][1] == "waiting"


def test_a_page_of_an_earlier_text_is_stale():
    funded = papers.ready()
    papers.send(funded)
    with pytest.raises(Stale):
        papers.approve(funded, funded.finance, sha256="0" * 64)
    with pytest.raises(Stale):
        papers.approve(funded, funded.finance, version=1)


def test_approving_asks_for_the_password():
    funded = papers.ready()
    papers.send(funded)
    with pytest.raises(SudoNeeded):
        papers.approve(funded, replace(funded.finance, sudo=False))


def test_sent_back_with_marked_places_every_approval_is_void():
    funded = papers.ready()
    papers.send(funded)
    product = funded.contract.products.first()
    actions.return_to_draft(
        actor=funded.finance,
        contract_id=funded.contract.pk,
        reason="Sửa sản phẩm",
        marks=[
            {"place": f"product:{product.key}", "text": "Thiếu chỉ tiêu chất lượng"},
            {"place": "", "text": ""},
        ],
        at=papers.AFTER,
    )
    assert [v for _level, v, *_who in levels(funded)] == ["void", "returned", "void"]
    assert funded.again().case.state == "draft"
    assert [
        (m["place"], m["text"])
        for m in queries.marks_of(funded.officer, funded.contract)
    ] == [(f"product:{product.key}", "Thiếu chỉ tiêu chất lượng")]
    again = papers.send(funded)
    assert again.number == 2
    assert queries.marks_of(funded.officer, funded.contract) == []
    papers.approve(funded, funded.finance)  # a new round: everybody decides anew


def test_sending_back_needs_a_reason_and_a_place_of_the_text():
    funded = papers.ready()
    papers.send(funded)
    back = {"actor": funded.leader, "contract_id": funded.contract.pk}
    with pytest.raises(Invalid) as refused:
        actions.return_to_draft(**back, reason=" ", at=papers.AFTER)
    assert fields(refused) == ["reason"]
    with pytest.raises(Invalid) as refused:
        actions.return_to_draft(
            **back,
            reason="Sai",
            marks=[{"place": "product:none", "text": "?"}, {"place": "days"}],
            at=papers.AFTER,
        )
    assert fields(refused) == ["place-0", "text-1"]
    assert funded.again().case.state == "in_approval"


def test_strangers_approve_nothing_and_learn_nothing():
    funded = papers.ready()
    round_ = papers.send(funded)
    party = person(Role.FINANCE, member_of=frozenset({funded.contract.host_id}))
    for stranger in (
        party,
        funded.host,
        funded.story.applicants[1],
        person(Role.FINANCE, Role.ADMIN),
        person(Role.EXPERT),
        PUBLIC,
    ):
        with pytest.raises((AccessDenied, NotFound)):
            papers.approve(funded, stranger)
        assert not queries.rounds_of(stranger, funded.contract).exists()
        assert queries.approval_work(stranger, papers.SENT.date()) == []
    assert list(queries.rounds_of(person(Role.AUDITOR), funded.contract)) == [round_]
    assert not may(
        person(Role.AUDITOR, Role.FINANCE), "contracts.approve", funded.contract
    )


def test_whose_turn_it_is_finds_it_on_the_first_page_and_overdue_it_says_so():
    funded = papers.ready()
    papers.send(funded)
    today = papers.SENT.date()

    def waits(actor, day=today):
        return [(i.kind, i.code, i.overdue) for i in queries.approval_work(actor, day)]

    assert waits(funded.finance) == [("contracts.approve", "01.26/HĐ-ĐMST", False)]
    assert waits(funded.leader) == waits(funded.officer) == []
    # No text that was read names a time for a level: it is never late by itself.
    assert not waits(funded.finance, today + timedelta(days=400))[0][2]
    Approval.objects.filter(level="finance").update(due_on=today)
    assert [waits(funded.finance, today + timedelta(days=n))[0][2] for n in (0, 1)] == [
        False,
        True,
    ]
    papers.approve(funded, funded.finance)
    assert (waits(funded.finance), len(waits(funded.leader))) == ([], 1)
    papers.approve(funded, funded.leader)
    assert [kind for kind, *_more in waits(funded.officer)] == ["contracts.sign"]


def test_what_was_sent_back_waits_for_an_officer_until_it_is_sent_again():
    funded = papers.ready()
    papers.send(funded)
    actions.return_to_draft(
        actor=funded.leader,
        contract_id=funded.contract.pk,
        reason="Sửa lại",
        at=papers.AFTER,
    )

    def waits(actor):
        today = papers.AFTER.date()
        return [i.kind for i in queries.approval_work(actor, today)]

    party = person(Role.OFFICER, member_of=frozenset({funded.contract.host_id}))
    assert waits(funded.officer) == ["contracts.mend"]
    assert waits(party) == waits(funded.leader) == waits(funded.host) == []
    papers.send(funded)
    assert waits(funded.officer) == []


def test_a_contract_given_up_stops_its_task_and_voids_what_was_approved():
    funded = papers.ready()
    papers.send(funded)
    give_up = {"contract_id": funded.contract.pk, "at": papers.AFTER}
    with pytest.raises(AccessDenied):
        actions.cancel_contract(actor=funded.officer, reason="Không ký", **give_up)
    with pytest.raises(Invalid):
        actions.cancel_contract(actor=funded.leader, reason="", **give_up)
    actions.cancel_contract(actor=funded.leader, reason="Không ký", **give_up)
    contract = funded.again()
    assert (contract.case.state, contract.task.state) == ("cancelled", "stopped")
    assert {v for _level, v, *_who in levels(funded)} == {"void"}


@pytest.mark.parametrize("bound", [Role.OFFICER, Role.MANAGER])
def test_the_day_of_signature_counts_whomever_the_procedure_binds(bound):
    funded = papers.ready()
    papers.send(funded)
    day = papers.SENT.date() + timedelta(days=5)
    funded.again().case.deadlines.create(
        code="contract",
        label_vi="Ký hợp đồng",
        label_en="Contract signed",
        started_on=papers.SENT.date(),
        started_at=papers.SENT,
        due_on=day,
        unit="day",
        binding_on=bound,
        consequence="none",
        article="ND268 Art 15",
        mark="V",
    )
    found = [
        (i.due_on, i.article, i.overdue)
        for late in (0, 6)
        for i in queries.approval_work(
            funded.finance, papers.SENT.date() + timedelta(days=late)
        )
    ]
    assert found == [(day, "ND268 Art 15", False), (day, "ND268 Art 15", True)]
