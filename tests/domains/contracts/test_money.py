"""State money of a contract: allocated, paid once, cleared, posted in the books."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.actions.acting import step
from opensti.domains.contracts.choices import Account, PostingKind
from opensti.domains.contracts.models import (
    Payment,
    PaymentOverride,
    Posting,
)
from opensti.domains.procedures.choices import Act
from opensti.kernel.access import SYSTEM
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    Stale,
    StepNotAllowed,
    SudoNeeded,
)
from tests.factories import contracts as factory
from tests.factories.money import (
    AT,
    FIRST,
    LAST,
    SECOND,
    STATE,
    TODAY,
    allocated,
    balances,
    claim,
    clear,
    completed,
    liquidate,
    part,
    pay,
    reach,
    refusal,
    settle,
    under,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def funded():
    """A running contract under the procedure that says most about money."""
    return under(factory.running(), "moit_2014")


def test_signing_commits_the_state_money(funded):
    assert balances(funded) == {
        Account.COMMITTED: STATE,
        Account.COMMITMENTS: -STATE,
    }


def test_a_posting_with_one_account_or_none_is_refused_by_the_database(funded):
    fields = {
        "contract": funded.contract,
        "kind": PostingKind.PAY,
        "day": TODAY,
        "year": 2027,
        "source": "x",
        "made_at": AT,
    }
    for debit, credit, amount in (
        ("state", "state", 1),
        ("state", "advances", 0),
        ("state", "advances", -5),
        ("state", "pocket", 5),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Posting.objects.create(
                debit=debit, credit=credit, amount=amount, key="k", **fields
            )


def test_one_thing_is_posted_once_and_reversed_once(funded):
    posting = Posting.objects.get()
    same = {f.name: getattr(posting, f.name) for f in Posting._meta.fields}
    del same["id"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.create(**same)
    back = same | {"debit": posting.credit, "credit": posting.debit}
    Posting.objects.create(**back | {"key": "r1", "reverses": posting})
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.create(**back | {"key": "r2", "reverses": posting})


def test_a_payment_is_entered_once_and_posted(funded):
    allocated(funded)
    payment = pay(funded)
    assert (payment.amount, payment.paid_on, payment.reference) == (
        FIRST,
        TODAY,
        "UNC-1",
    )
    twice = refusal(StepNotAllowed, pay, funded)
    assert "UNC-1" in str(twice)
    assert Payment.objects.count() == 1
    assert balances(funded) == {
        Account.COMMITTED: STATE,
        Account.COMMITMENTS: -STATE,
        Account.STATE: -STATE,
        Account.ALLOCATED: STATE - FIRST,
        Account.ADVANCES: FIRST,
    }
    assert queries.paid_of([funded.contract.pk]) == {funded.contract.pk: FIRST}
    assert Entry.objects.filter(act="contracts.pay").count() == 1


def test_an_allocation_was_decided_before_it_is_entered(funded):
    said = refusal(
        Invalid,
        actions.allocate,
        actor=funded.finance,
        contract_id=funded.contract.pk,
        year=2027,
        amount=Decimal(1),
        decision_number="12/QĐ-BCT",
        decided_on=TODAY + timedelta(days=1),
        at=AT,
    )
    assert [p.field for p in said.problems] == ["decided_on"]
    assert not funded.contract.allocations.exists()


def test_without_an_allocation_of_the_year_nothing_is_paid(funded):
    allocated(funded, year=2028)
    said = refusal(StepNotAllowed, pay, funded)
    assert ("2027" in str(said), said.article) == (True, "TL27")
    assert not Payment.objects.exists()


def test_the_first_advance_stays_under_its_ceiling_unless_the_leader_decides(funded):
    allocated(funded)
    first = part(funded)
    first.amount = STATE // 2 + 1
    first.save()
    said = refusal(StepNotAllowed, pay, funded)
    assert "50\u00a0%" in str(said)
    assert said.who
    args = {"reason": "Thiết bị đặt trước", "decision_number": "77/QĐ-BCT", "at": AT}
    refusal(
        AccessDenied,
        actions.override_payment,
        actor=funded.finance,
        instalment_id=first.pk,
        **args,
    )
    refusal(
        Invalid,
        actions.override_payment,
        actor=funded.leader,
        instalment_id=first.pk,
        **args | {"reason": " "},
    )
    actions.override_payment(actor=funded.leader, instalment_id=first.pk, **args)
    assert pay(funded).amount == STATE // 2 + 1
    entry = Entry.objects.get(act="contracts.override_payment")
    assert json.loads(entry.body)["detail"]["rules"] == ["first_advance"]


def test_items_are_paid_on_their_evidence_and_settled_with_it(funded):
    under(funded, "nd268_2025")
    assert refusal(StepNotAllowed, pay, funded).article == "ND268 Art 15.3, 18"
    request = actions.ask_payment(
        actor=funded.host, instalment_id=part(funded).pk, text="Xong mục 1", at=AT
    )
    actions.accept_payment_request(actor=funded.officer, request_id=request.pk, at=AT)
    pay(funded)
    money = queries.money_of(funded.again())
    assert (money.paid, money.cleared, money.open_advances) == (FIRST, FIRST, 0)
    completed(funded)
    said = refusal(StepNotAllowed, settle, funded)
    assert said.article == "ND268 Art 15.3, 18"
    liquidate(funded)
    assert funded.again().case.state == "liquidated"


def test_state_money_of_items_is_cleared_by_their_payment_alone(funded):
    under(funded, "nd268_2025")
    said = refusal(Invalid, clear, funded, 1)
    assert ([p.field for p in said.problems], said.article) == (
        ["amount"],
        "ND268 Art 15.3, 18",
    )
    clear(funded, 0, other_amount=Decimal(7))
    money = queries.money_of(funded.again())
    assert (money.cleared, money.contributed) == (0, 7)


def test_where_no_ceiling_is_known_none_is_made_up(funded):
    under(funded, "moit_2026")
    allocated(funded)
    first = part(funded)
    first.amount = STATE
    first.save()
    assert pay(funded).amount == STATE


def test_no_decision_lifts_the_total_or_the_allocation(funded):
    said = refusal(
        StepNotAllowed,
        actions.override_payment,
        actor=funded.leader,
        instalment_id=part(funded).pk,
        reason="Cần gấp",
        decision_number="78/QĐ-BCT",
        at=AT,
    )
    assert said.mend


def test_the_next_advance_waits_for_the_milestone_and_for_half_to_be_cleared(funded):
    allocated(funded)
    pay(funded)
    assert "Mốc 1" in str(refusal(StepNotAllowed, pay, funded, 2))
    reach(funded)
    said = refusal(StepNotAllowed, pay, funded, 2)
    assert said.article == "TL27"
    clear(funded, FIRST // 2 - 1)
    refusal(StepNotAllowed, pay, funded, 2)
    clear(funded, 1, "KL-2")
    assert pay(funded, 2).amount == SECOND


def test_the_last_instalment_waits_for_the_acceptance(funded):
    allocated(funded)
    refusal(StepNotAllowed, pay, funded, 3)
    completed(funded)
    assert pay(funded, 3).amount == LAST


def test_a_suspended_contract_is_paid_nothing(funded):
    allocated(funded)
    step(SYSTEM, funded.again(), Act.CONTRACT_SUSPEND, AT, reason="Chờ")
    refusal(StepNotAllowed, pay, funded)


def test_a_day_that_has_not_come_is_refused_and_nothing_is_written(funded):
    allocated(funded)
    before = Posting.objects.count()
    said = refusal(Invalid, pay, funded, day=TODAY + timedelta(days=1))
    assert [p.field for p in said.problems] == ["paid_on"]
    assert (Payment.objects.count(), Posting.objects.count()) == (0, before)


def test_a_payment_of_an_old_page_is_stale(funded):
    allocated(funded)
    refusal(Stale, pay, funded, version=1)


def test_a_payment_that_was_a_mistake_is_reversed_and_can_be_made_again(funded):
    allocated(funded)
    before = balances(funded)
    payment = pay(funded)
    actions.take_back_payment(
        actor=funded.finance, payment_id=payment.pk, reason="Nhập nhầm", at=AT
    )
    assert {a: b for a, b in balances(funded).items() if b} == before
    assert pay(funded).amount == FIRST
    assert Posting.objects.exclude(reverses=None).count() == 1


def test_what_the_leader_lifted_falls_with_the_payment_it_was_lifted_for(funded):
    allocated(funded)
    first = part(funded)
    first.amount = STATE // 2 + 1
    first.save()
    args = {"reason": "Cần gấp", "decision_number": "77/QĐ-BCT", "at": AT}
    actions.override_payment(actor=funded.leader, instalment_id=first.pk, **args)
    payment = pay(funded)
    actions.take_back_payment(
        actor=funded.finance, payment_id=payment.pk, reason="Nhập nhầm", at=AT
    )
    assert refusal(StepNotAllowed, pay, funded).article == "TL27"
    told = json.loads(Entry.objects.get(act="contracts.take_back_payment").body)
    assert (PaymentOverride.objects.count(), told["detail"]["override"]) == (
        0,
        "77/QĐ-BCT",
    )


def test_allocations_never_exceed_what_is_left_and_can_be_taken_back(funded):
    said = refusal(Invalid, allocated, funded, amount=STATE + 1)
    assert [p.field for p in said.problems] == ["amount"]
    one = allocated(funded)
    pay(funded)
    taken_back = partial(
        actions.cancel_allocation,
        actor=funded.finance,
        allocation_id=one.pk,
        reason="Sai năm",
        at=AT,
    )
    refusal(StepNotAllowed, taken_back)
    refusal(Invalid, allocated, funded, year=2028, amount=Decimal(1))
    refusal(Invalid, taken_back, amount=STATE + 1)
    refusal(StepNotAllowed, taken_back, amount=STATE - FIRST + 1)
    taken_back(amount=STATE - FIRST)
    other = allocated(funded, year=2028, amount=STATE - FIRST)
    actions.cancel_allocation(
        actor=funded.finance, allocation_id=other.pk, reason="Sai năm", at=AT
    )
    money = queries.money_of(funded.again())
    assert [(y.year, y.allocated, y.paid) for y in money.years] == [
        (2026, 0, 0),
        (2027, FIRST, FIRST),
        (2028, 0, 0),
    ]
    one.refresh_from_db()
    assert (one.amount, one.cancelled_at) == (FIRST, None)


NEXT_YEAR = datetime(2028, 2, 1, 2, 0, tzinfo=UTC)


def paid_next_year(funded):
    return actions.pay_instalment(
        actor=funded.finance,
        instalment_id=part(funded).pk,
        paid_on=NEXT_YEAR.date(),
        reference="UNC-1",
        at=NEXT_YEAR,
    )


def allocated_next_year(funded, amount=STATE):
    return actions.allocate(
        actor=funded.finance,
        contract_id=funded.contract.pk,
        year=2028,
        amount=amount,
        decision_number="12/QĐ-BCT-2028",
        decided_on=NEXT_YEAR.date(),
        at=NEXT_YEAR,
    )


def test_unspent_money_moves_to_the_next_year_while_the_task_runs(funded):
    allocated(funded)
    refusal(Invalid, allocated_next_year, funded, Decimal(1))
    assert paid_next_year(funded).amount == FIRST


def test_what_the_year_of_completion_leaves_lapses_with_it(funded):
    allocated(funded)
    pay(funded)
    completed(funded)  # in 2027
    with override("en"):
        last = actions.pay_instalment
        said = refusal(
            StepNotAllowed,
            last,
            actor=funded.finance,
            instalment_id=part(funded, 3).pk,
            paid_on=NEXT_YEAR.date(),
            reference="UNC-3",
            at=NEXT_YEAR,
        )
        assert str(said) == "Of the allocation of 2028 only 0\u00a0VND are left."
    refusal(Invalid, allocated_next_year, funded, STATE - FIRST + 1)
    assert allocated_next_year(funded, STATE - FIRST).amount == STATE - FIRST


def test_where_no_text_moves_it_on_an_allocation_ends_with_its_year(funded):
    under(funded, "moit_2026")
    allocated(funded)
    refusal(StepNotAllowed, paid_next_year, funded)
    allocated_next_year(funded)
    assert paid_next_year(funded).amount == FIRST


def test_work_beyond_what_was_paid_is_owed_to_the_host(funded):
    clear(funded, 300, other_amount=Decimal(50))
    money = queries.money_of(funded.again())
    assert (
        money.cleared,
        money.contributed,
        money.open_advances,
        money.owed_to_host,
    ) == (300, 50, 0, 300)


def test_no_more_is_cleared_than_the_state_money(funded):
    said = refusal(Invalid, clear, funded, STATE + 1)
    assert [p.field for p in said.problems] == ["amount"]
    refusal(Invalid, clear, funded, 0)
    clear(funded, 5)
    assert [p.field for p in refusal(Invalid, clear, funded, 5).problems] == [
        "document_number"
    ]


def test_after_the_contract_failed_no_more_is_cleared_than_was_paid(funded):
    allocated(funded)
    pay(funded)
    step(SYSTEM, funded.again(), Act.CONTRACT_FAIL, AT, reason="Không đạt")
    said = refusal(Invalid, clear, funded, FIRST + 1)
    assert [p.field for p in said.problems] == ["amount"]
    clear(funded, FIRST)
    assert queries.money_of(funded.again()).owed_to_host == 0


@pytest.mark.parametrize("amount", ["0.5", "-1", "NaN", "Infinity", f"1{'0' * 15}"])
def test_no_act_takes_what_is_no_amount_in_whole_dong(funded, amount):
    allocated(funded)
    pay(funded)
    completed(funded)
    before = Posting.objects.count()
    wrong = Decimal(amount)
    fields = [
        [p.field for p in refusal(Invalid, *act).problems]
        for act in (
            (clear, funded, wrong),
            (partial(clear, other_amount=wrong), funded, 0),
            (partial(settle, saved=wrong), funded),
            (partial(claim, amount=wrong), funded),
            (partial(allocated, amount=wrong, year=2028), funded),
        )
    ]
    assert (fields, Posting.objects.count()) == (
        [["amount"], ["other_amount"], ["saved"], ["amount"], ["amount"]],
        before,
    )


def test_a_list_entered_by_mistake_is_taken_back(funded):
    wrong = clear(funded, 5, other_amount=Decimal(7))
    args = {"clearance_id": wrong.pk, "reason": "Nhầm hợp đồng", "at": AT}
    actions.take_back_clearance(actor=funded.officer, **args)
    money = queries.money_of(funded.again())
    assert (money.cleared, money.contributed) == (0, 0)
    refusal(StepNotAllowed, actions.take_back_clearance, actor=funded.officer, **args)


def test_where_money_leaves_or_all_is_said_the_password_is_asked_for_again(funded):
    allocated(funded)
    pays = replace(funded.finance, sudo=False)
    refusal(SudoNeeded, pay, funded, actor=pays)
    payment = pay(funded)
    refusal(
        SudoNeeded,
        actions.take_back_payment,
        actor=pays,
        payment_id=payment.pk,
        reason="Nhầm",
        at=AT,
    )
    clear(funded, FIRST)
    completed(funded)
    officer = funded.story.officer
    ends = {"contract_id": funded.contract.pk, "document_number": "09/QT", "at": AT}
    refusal(SudoNeeded, actions.settle_contract, actor=pays, settled_on=TODAY, **ends)
    settle(funded)
    refusal(
        SudoNeeded,
        actions.liquidate_contract,
        actor=replace(officer, sudo=False),
        liquidated_on=TODAY,
        **ends,
    )
    assert funded.again().case.state == "settled"


def test_nothing_in_the_house_changes_or_deletes_a_posting():
    from pathlib import Path  # noqa: PLC0415

    import opensti  # noqa: PLC0415

    found = [
        path.name
        for path in Path(opensti.__file__).parent.rglob("*.py")
        for line in path.read_text().splitlines()
        if "osting" in line and (".update(" in line or ".delete(" in line)
    ]
    assert found == []


def test_postings_and_payments_always_agree(funded):
    allocated(funded)
    pay(funded)
    clear(funded, FIRST)
    reach(funded)
    pay(funded, 2)
    money = queries.money_of(funded.again())
    assert money.paid == queries.paid_of([funded.contract.pk])[funded.contract.pk]
    assert sum(balances(funded).values()) == 0


def test_balances_of_many_contracts_cost_one_query(funded, django_assert_num_queries):
    with django_assert_num_queries(1):
        queries.balances_of([funded.contract.pk, 999, 1000])
