"""What was not used is owed, comes back or is given up; then the contract is settled."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.actions.acting import step
from opensti.domains.contracts.choices import Account
from opensti.domains.contracts.models import (
    Settlement,
)
from opensti.domains.procedures.choices import Act
from opensti.kernel.access import SYSTEM
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    StepNotAllowed,
)
from tests.factories import contracts as factory
from tests.factories.money import (
    AT,
    FIRST,
    LAST,
    TODAY,
    allocated,
    balances,
    clear,
    completed,
    liquidate,
    pay,
    receive,
    refusal,
    settle,
    under,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def funded():
    """A running contract under the procedure that says most about money."""
    return under(factory.running(), "moit_2014")


def test_what_was_not_used_is_owed_comes_back_and_lets_the_contract_end(funded):
    allocated(funded)
    pay(funded)
    clear(funded, FIRST - 1000)
    completed(funded)
    settlement = settle(funded)
    assert (settlement.paid, settlement.cleared, settlement.saved) == (
        FIRST,
        FIRST - 1000,
        0,
    )
    assert settlement.figures["claimed"] == "1000"
    claim = funded.contract.claims.get()
    assert (claim.amount, claim.decision_number, claim.due_on) == (
        1000,
        "09/QT",
        date(2029, 3, 1),
    )
    refusal(StepNotAllowed, liquidate, funded)
    receive(funded, claim, 400)
    said = refusal(Invalid, receive, funded, claim, 601, "GBC-2")
    assert [p.field for p in said.problems] == ["amount"]
    refusal(Invalid, receive, funded, claim, 10)  # the same reference again
    actions.waive_claim(
        actor=funded.leader,
        claim_id=claim.pk,
        reason="Bất khả kháng",
        decision_number="80/QĐ-BCT",
        decided_on=TODAY,
        at=AT,
    )
    refusal(StepNotAllowed, liquidate, funded)  # the result is not registered yet
    register(funded)
    liquidate(funded)
    assert funded.again().case.state == "liquidated"
    money = queries.money_of(funded.again())
    assert (money.received, money.waived, money.owed_by_host, money.open_advances) == (
        400,
        600,
        0,
        0,
    )
    refusal(StepNotAllowed, receive, funded, claim, 1, "GBC-9")


def register(funded):
    from opensti.domains.results.models import (  # noqa: PLC0415 -- the higher domain, for this alone
        Acceptance,
        Registration,
    )

    Registration.objects.create(
        acceptance=Acceptance.objects.get(contract=funded.contract),
        number="GCN-07/2028",
        registered_on=TODAY,
        system_vi="Hệ thống quốc gia",
        system_en="National system",
        entered_by_id=funded.officer.user_id,
        entered_at=AT,
    )


def test_savings_of_a_lump_sum_stay_with_the_host_of_accepted_work_alone(funded):
    contract = funded.again()
    contract.lump_sum = "final_product"
    contract.save()
    allocated(funded)
    pay(funded)
    clear(funded, FIRST - 1000)
    completed(funded)
    refusal(Invalid, settle, funded, saved=Decimal(1001))
    settlement = settle(funded)
    assert (settlement.saved, funded.contract.claims.count()) == (1000, 0)
    assert balances(funded)[Account.SAVINGS] == 1000


def test_failed_work_saves_nothing_and_cleared_money_can_be_claimed_too(funded):
    contract = funded.again()
    contract.lump_sum = "final_product"
    contract.save()
    allocated(funded)
    pay(funded)
    clear(funded, FIRST - 1000)
    step(SYSTEM, funded.again(), Act.CONTRACT_FAIL, AT, reason="Không đạt")
    args = {
        "contract_id": funded.contract.pk,
        "reason": "Không đạt, lỗi chủ quan",
        "basis": "",
        "decision_number": "81/QĐ-BCT",
        "decided_on": TODAY,
        "at": AT,
    }
    said = refusal(
        Invalid,
        actions.claim_money,
        actor=funded.leader,
        amount=FIRST + 1,
        **args,
    )
    assert [p.field for p in said.problems] == ["amount"]
    refusal(
        AccessDenied,
        actions.claim_money,
        actor=funded.officer,
        amount=FIRST,
        **args,
    )
    for amount in ("zz", "0.5", "NaN", "1e99", None):
        refusal(
            Invalid,
            actions.claim_money,
            actor=funded.leader,
            amount=Decimal(5000),
            working=[{"what": "paid", "amount": amount}],
            **args,
        )
    claim = actions.claim_money(
        actor=funded.leader, amount=Decimal(5000), working=[{"a": "1"}], **args
    )
    assert (claim.basis, funded.again().case.state) == ("TL27", "recovering")
    assert {
        a: balances(funded)[a]
        for a in (Account.ADVANCES, Account.REFUNDS, Account.OWED)
    } == {Account.ADVANCES: 0, Account.REFUNDS: -4000, Account.OWED: 5000}
    receipt = receive(funded, claim, 5000)
    actions.take_back_receipt(
        actor=funded.finance, receipt_id=receipt.pk, reason="Nhầm", at=AT
    )
    assert queries.money_of(funded.again()).owed_by_host == 5000
    receive(funded, claim, 5000)
    assert settle(funded).claimed == 5000
    assert Settlement.objects.get().figures["cleared"] == str(FIRST - 1000)


def test_cleared_work_is_paid_before_it_is_settled(funded):
    allocated(funded)
    clear(funded, 10)
    completed(funded)
    refusal(StepNotAllowed, settle, funded)
    pay(funded, 3)
    clear(funded, LAST - 10, "KL-2")
    assert settle(funded).paid == LAST


def in_part(funded, *, cleared):
    """A completed contract under a lump sum in part: labour is in it, materials are not."""
    contract = funded.again()
    contract.lump_sum = "partial"
    contract.save()
    allocated(funded)
    pay(funded)
    clear(funded, cleared)
    completed(funded)
    return funded


def test_what_was_saved_outside_the_lump_is_shared_with_the_authority(funded):
    in_part(funded, cleared=FIRST - 1000)
    said = refusal(
        Invalid, settle, funded, saved=Decimal(1), saved_outside=Decimal(1000)
    )
    assert [p.field for p in said.problems] == ["saved_outside"]
    settlement = settle(funded, saved=Decimal(1), saved_outside=Decimal(999))
    claim = funded.contract.claims.get()
    assert (settlement.saved, claim.amount) == (1 + 499, 500)
    assert balances(funded)[Account.SAVINGS] == 500


def test_savings_of_a_lump_in_part_are_at_most_what_the_lump_was(funded):
    in_part(funded, cleared=FIRST - 1000)
    budget = queries.budget_now(funded.contract.dossier_id)
    budget.items.filter(category="labour", source="state").update(amount=40)
    refusal(Invalid, settle, funded, saved=Decimal(41))
    assert settle(funded, saved=Decimal(40)).saved == 40


def test_nothing_is_shared_outside_the_lump_where_no_text_shares_it(funded):
    in_part(under(funded, "moit_2026"), cleared=FIRST - 1000)
    said = refusal(Invalid, settle, funded, saved_outside=Decimal(1))
    assert [p.field for p in said.problems] == ["saved_outside"]


def test_work_that_failed_saves_nothing_outside_the_lump_either(funded):
    allocated(funded)
    pay(funded)
    step(SYSTEM, funded.again(), Act.CONTRACT_FAIL, AT, reason="Không đạt")
    said = refusal(Invalid, settle, funded, saved_outside=Decimal(1))
    assert [p.field for p in said.problems] == ["saved_outside"]
    assert not Settlement.objects.exists()
