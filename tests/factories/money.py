"""Acts on the money of one contract for tests: allocated, paid, cleared, settled."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.actions.acting import step
from opensti.domains.procedures.choices import Act
from opensti.domains.procedures.models import Case
from opensti.domains.procedures.queries import active_version
from opensti.kernel.access import SYSTEM
from tests.factories import contracts as factory

AT = factory.LATER
TODAY = date(2027, 3, 1)
STATE = Decimal(2_000_000_000)
FIRST = SECOND = Decimal(800_000_000)
LAST = Decimal(400_000_000)


def allocated(funded, year=2027, amount=STATE):
    return actions.allocate(
        actor=funded.finance,
        contract_id=funded.contract.pk,
        year=year,
        amount=amount,
        decision_number=f"12/QĐ-BCT-{year}",
        decided_on=date(2027, 1, 5),
        at=AT,
    )


def part(funded, n=1):
    return funded.contract.instalments.get(position=n)


def pay(funded, n=1, *, day=TODAY, actor=None, **more):
    return actions.pay_instalment(
        actor=actor or funded.finance,
        instalment_id=part(funded, n).pk,
        paid_on=day,
        reference=f"UNC-{n}",
        at=AT,
        **more,
    )


def clear(funded, amount, number="KL-1", **more):
    return actions.clear_work(
        actor=funded.officer,
        contract_id=funded.contract.pk,
        document_number=number,
        cleared_on=TODAY,
        amount=Decimal(amount),
        work="Quy trình nấu luyện, phần 1",
        at=AT,
        **more,
    )


def reach(funded, n=1):
    return actions.reach_milestone(
        actor=funded.officer,
        milestone_id=funded.contract.milestones.get(position=n).pk,
        reached_on=TODAY,
        evidence="Biên bản kiểm tra 03/BB",
        at=AT,
    )


def completed(funded):
    step(SYSTEM, funded.again(), Act.CONTRACT_COMPLETE, AT)


def balances(funded):
    return queries.balances_of([funded.contract.pk])[funded.contract.pk]


def refusal(error, act, *args, **more):
    with pytest.raises(error) as caught:
        act(*args, **more)
    return caught.value


def under(funded, code):
    """The same contract under another frozen procedure."""
    version = active_version(code)
    Case.objects.filter(pk=funded.contract.case_id).update(
        regime_version=version, regime_code=code, regime_sha256=version.sha256
    )
    return funded


def settle(funded, **more):
    return actions.settle_contract(
        actor=funded.finance,
        contract_id=funded.contract.pk,
        document_number="09/QT",
        settled_on=TODAY,
        at=AT,
        **more,
    )


def liquidate(funded):
    return actions.liquidate_contract(
        actor=funded.officer,
        contract_id=funded.contract.pk,
        document_number="05/TLHĐ",
        liquidated_on=TODAY,
        at=AT,
    )


def claim(funded, amount=1):
    return actions.claim_money(
        actor=funded.leader,
        contract_id=funded.contract.pk,
        amount=Decimal(amount),
        reason="Thừa",
        basis="",
        decision_number="1/QĐ",
        decided_on=TODAY,
        at=AT,
    )


def receive(funded, claim, amount, reference="GBC-1"):
    return actions.receive_claim(
        actor=funded.finance,
        claim_id=claim.pk,
        amount=Decimal(amount),
        received_on=TODAY,
        reference=reference,
        at=AT,
    )
