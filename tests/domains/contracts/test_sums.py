"""Every sum is that of its parts, whatever wrote them: asked of the tables themselves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.actions.acting import step
from opensti.domains.contracts.models import (
    Budget,
    BudgetItem,
    Claim,
    ClaimReceipt,
    Instalment,
    Payment,
    Settlement,
)
from opensti.domains.procedures.choices import Act
from opensti.domains.procedures.models import Case
from opensti.domains.procedures.queries import active_version
from opensti.kernel.access import SYSTEM
from tests.factories import contracts as factory

pytestmark = pytest.mark.django_db
AT = factory.LATER
DAY = date(2027, 3, 1)
STATE = Decimal(2_000_000_000)


def found():
    return [(d.what, d.found - d.said) for d in queries.disagreements()]


def settled():
    """Paid once, accepted, settled; part of what is owed came back."""
    funded = factory.running()
    version = active_version("moit_2014")
    Case.objects.filter(pk=funded.contract.case_id).update(
        regime_version=version,
        regime_code=version.code,
        regime_sha256=version.sha256,
    )
    by = {"actor": funded.finance, "at": AT}
    actions.allocate(
        **by,
        contract_id=funded.contract.pk,
        year=2027,
        amount=STATE,
        decision_number="12/QĐ-BCT",
        decided_on=DAY,
    )
    actions.pay_instalment(
        **by,
        instalment_id=funded.contract.instalments.get(position=1).pk,
        paid_on=DAY,
        reference="UNC-1",
    )
    step(SYSTEM, funded.again(), Act.CONTRACT_COMPLETE, AT)
    actions.settle_contract(
        **by,
        contract_id=funded.contract.pk,
        document_number="09/QT",
        settled_on=DAY,
    )
    actions.receive_claim(
        **by,
        claim_id=Claim.objects.get(contract=funded.contract).pk,
        amount=Decimal(7),
        received_on=DAY,
        reference="GBC-1",
    )


def test_all_that_the_acts_write_agrees():
    settled()
    assert found() == []


def more(rows):
    """One đồng more, written past every act."""
    row = rows.earliest("pk")
    rows.filter(pk=row.pk).update(amount=row.amount + 1)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (
            lambda: more(BudgetItem.objects.filter(source="state")),
            [("state lines of a budget", 1)],
        ),
        (
            lambda: Budget.objects.filter(number=1).update(other_money=10**12),
            ["other lines of a budget"],
        ),
        (
            lambda: more(Instalment.objects.filter(payment=None)),
            [("instalments of a signed contract", 1)],
        ),
        (
            lambda: more(Payment.objects.all()),
            [
                ("payment of an instalment", -1),
                ("payments in the books", 1),
                ("payments at the settlement", 1),
            ],
        ),
        (lambda: more(Claim.objects.all()), [("claims in the books", 1)]),
        (lambda: more(ClaimReceipt.objects.all()), [("receipts in the books", 1)]),
        (
            lambda: Settlement.objects.update(paid=STATE),
            ["payments at the settlement"],
        ),
    ],
)
def test_one_dong_written_past_the_acts_is_found(spoil, told):
    settled()
    spoil()
    assert [
        one if isinstance(word, tuple) else one[0]
        for one, word in zip(found(), told, strict=True)
    ] == told


def test_what_it_asks_does_not_grow_with_the_contracts(django_assert_num_queries):
    settled()
    with django_assert_num_queries(12):
        assert found() == []
