"""Who owes State money back is told by what is open, whatever the claim came from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.actions.acting import step
from opensti.domains.procedures.choices import Act
from opensti.kernel.access import SYSTEM
from tests.factories import amendments as ending_factory
from tests.factories import contracts as factory

pytestmark = pytest.mark.django_db
TODAY = date(2027, 6, 1)
AT = ending_factory.ENDED.replace(month=6)


def owed(funded):
    found = queries.owing_known(funded.finance, TODAY)
    return [(o.contract_id, o.amount) for o in found]


def receive(funded, claim, amount):
    return actions.receive_claim(
        actor=funded.finance,
        claim_id=claim.pk,
        amount=Decimal(amount),
        received_on=TODAY,
        reference=f"GBC-{amount}",
        at=AT,
    )


def test_what_came_back_or_was_given_up_is_owed_no_more(django_assert_num_queries):
    funded = ending_factory.running("moit_2014", lump="final_product")
    ending_factory.paid(funded)
    ending_factory.ending(funded)
    claim = ending_factory.ended(funded).claim
    public_id = funded.contract.public_id
    assert owed(funded) == [(public_id, claim.amount)]
    wrong = receive(funded, claim, 100)
    actions.take_back_receipt(
        actor=funded.finance, receipt_id=wrong.pk, reason="Nhầm", at=AT
    )
    receive(funded, claim, 1000)
    assert owed(funded) == [(public_id, claim.amount - 1000)]
    with django_assert_num_queries(1):
        queries.owing_known(funded.finance, TODAY)
    actions.waive_claim(
        actor=funded.leader,
        claim_id=claim.pk,
        reason="Bất khả kháng",
        decision_number="80/QĐ-BCT",
        decided_on=TODAY,
        at=AT,
    )
    assert owed(funded) == []


def test_what_a_settlement_claims_is_owed_too():
    funded = factory.running()
    ending_factory.paid(funded)
    step(SYSTEM, funded.again(), Act.CONTRACT_COMPLETE, AT)
    actions.settle_contract(
        actor=funded.finance,
        contract_id=funded.contract.pk,
        document_number="09/QT",
        settled_on=TODAY,
        at=AT,
    )
    paid = funded.contract.payments.get().amount
    assert owed(funded) == [(funded.contract.public_id, paid)]
