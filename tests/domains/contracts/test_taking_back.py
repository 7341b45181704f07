"""What was entered by mistake is taken back, and then entered as it is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.models import ContractLight
from opensti.kernel.access import Role
from opensti.kernel.refusals import AccessDenied, Invalid, StepNotAllowed
from tests.factories import contracts as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
AT = factory.LATER
TODAY = date(2027, 3, 1)
LATE = AT.replace(year=2028)


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


@pytest.fixture
def funded():
    return factory.running()


def clear(funded, amount):
    return actions.clear_work(
        actor=funded.officer,
        contract_id=funded.contract.pk,
        document_number="KL-1",
        cleared_on=TODAY,
        amount=Decimal(amount),
        work="Quy trình nấu luyện, phần 1",
        at=AT,
    )


def take_back(funded, clearance):
    return actions.take_back_clearance(
        actor=funded.officer, clearance_id=clearance.pk, reason="Nhầm số", at=AT
    )


def test_a_list_that_was_struck_out_is_entered_right_under_its_own_number(funded):
    wrong = clear(funded, 100)
    with pytest.raises(Invalid):
        clear(funded, 90)
    take_back(funded, wrong)
    clear(funded, 90)
    rows = queries.clearances_of(funded.officer, funded.contract).order_by("pk")
    assert [(c.document_number, c.amount, c.taken_back_at) for c in rows] == [
        ("KL-1", 100, AT),
        ("KL-1", 90, None),
    ]
    assert queries.money_of(funded.again()).cleared == 90


def test_a_list_is_struck_out_once(funded):
    wrong = clear(funded, 100)
    take_back(funded, wrong)
    with pytest.raises(StepNotAllowed):
        take_back(funded, wrong)
    assert queries.money_of(funded.again()).cleared == 0


def reach(funded, at=AT):
    return actions.reach_milestone(
        actor=funded.officer,
        milestone_id=funded.contract.milestones.get(position=1).pk,
        reached_on=TODAY,
        evidence="Biên bản 03/BB",
        at=at,
    )


def unreach(funded, milestone, *, actor=None, reason="Nhầm mốc", at=AT):
    return actions.unreach_milestone(
        actor=actor or funded.officer, milestone_id=milestone.pk, reason=reason, at=at
    )


def test_a_milestone_entered_by_mistake_is_waited_for_again(funded):
    milestone = reach(funded, LATE)
    green = ContractLight.objects.get(contract=funded.contract).causes
    assert unreach(funded, milestone, at=LATE).reached_on is None
    now = ContractLight.objects.get(contract=funded.contract).causes
    assert [c["code"] for c in now if c not in green] == ["milestone_late"]
    assert reach(funded).reached_on == TODAY


def test_a_milestone_is_taken_back_with_a_reason_by_an_officer_once(funded):
    milestone = reach(funded)
    with pytest.raises(Invalid):
        unreach(funded, milestone, reason=" ")
    for nobody in (funded.host, funded.finance, person(Role.AUDITOR)):
        with pytest.raises(AccessDenied):
            unreach(funded, milestone, actor=nobody)
    unreach(funded, milestone)
    with pytest.raises(StepNotAllowed):
        unreach(funded, milestone)


def test_a_milestone_that_was_paid_for_stays(funded):
    actions.allocate(
        actor=funded.finance,
        contract_id=funded.contract.pk,
        year=2027,
        amount=funded.contract.state_money,
        decision_number="12/QĐ-BCT",
        decided_on=TODAY,
        at=AT,
    )
    milestone = reach(funded)
    pay(funded, 1)
    clear(funded, 400_000_000)
    payment = pay(funded, 2)
    with pytest.raises(StepNotAllowed) as refused:
        unreach(funded, milestone)
    assert str(refused.value.mend) == "Take that payment back first."
    actions.take_back_payment(
        actor=funded.finance, payment_id=payment.pk, reason="Nhầm", at=AT
    )
    assert unreach(funded, milestone).reached_on is None


def pay(funded, position):
    return actions.pay_instalment(
        actor=funded.finance,
        instalment_id=funded.contract.instalments.get(position=position).pk,
        paid_on=TODAY,
        reference=f"UNC-{position}",
        at=AT,
    )
