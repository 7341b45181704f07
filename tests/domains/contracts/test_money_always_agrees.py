"""Whatever officers enter in whatever order, the books agree with the papers."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.models import Clearance, Payment, Posting
from opensti.kernel.refusals import Refusal
from tests.factories import contracts as factory
from tests.factories.contracts import running

AT = factory.LATER
TODAY = AT.date()
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("allocate"), st.integers(1, 2_000_000_000)),
        st.tuples(st.just("pay"), st.integers(1, 3)),
        st.tuples(st.just("reach"), st.integers(1, 2)),
        st.tuples(st.just("clear"), st.integers(1, 900_000_000)),
        st.tuples(st.just("unpay"), st.integers(0, 2)),
        st.tuples(st.just("unclear"), st.integers(0, 2)),
    ),
    max_size=10,
)


def act(funded, number, name, value):
    contract = funded.contract
    if name == "allocate":
        actions.allocate(
            actor=funded.finance,
            contract_id=contract.pk,
            year=2027,
            amount=Decimal(value),
            decision_number=f"{number}/QĐ",
            decided_on=TODAY,
            at=AT,
        )
    elif name == "pay":
        actions.pay_instalment(
            actor=funded.finance,
            instalment_id=contract.instalments.get(position=value).pk,
            paid_on=TODAY,
            reference=f"UNC-{number}",
            at=AT,
        )
    elif name == "reach":
        actions.reach_milestone(
            actor=funded.officer,
            milestone_id=contract.milestones.get(position=value).pk,
            reached_on=TODAY,
            evidence="Biên bản",
            at=AT,
        )
    elif name == "clear":
        actions.clear_work(
            actor=funded.officer,
            contract_id=contract.pk,
            document_number=f"KL-{number}",
            cleared_on=TODAY,
            amount=Decimal(value),
            work="Khối lượng",
            at=AT,
        )
    elif name == "unpay" and (found := list(Payment.objects.all())[value:][:1]):
        actions.take_back_payment(
            actor=funded.finance, payment_id=found[0].pk, reason="Nhầm", at=AT
        )
    elif name == "unclear" and (found := list(Clearance.objects.all())[value:][:1]):
        actions.take_back_clearance(
            actor=funded.officer, clearance_id=found[0].pk, reason="Nhầm", at=AT
        )


@pytest.mark.django_db
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(acts=ACTS)
def test_the_books_agree_with_the_papers(acts):
    with transaction.atomic():
        funded = running()
        for number, (name, value) in enumerate(acts):
            with suppress(Refusal), transaction.atomic():
                act(funded, number, name, value)
        money = queries.money_of(funded.again())
        balances = queries.balances_of([funded.contract.pk])[funded.contract.pk]
        paid = sum((p.amount for p in Payment.objects.all()), Decimal(0))
        assert sum(balances.values()) == 0
        assert money.paid == paid <= money.state_money
        assert money.paid <= money.allocated
        assert money.cleared <= money.state_money
        assert money.open_advances == max(money.paid - money.cleared, Decimal(0))
        assert money.left == money.state_money - paid
        assert sum(y.paid for y in money.years) == money.paid
        reversed_ = Posting.objects.exclude(reverses=None).select_related("reverses")
        assert all(
            (r.debit, r.credit, r.amount)
            == (r.reverses.credit, r.reverses.debit, r.reverses.amount)
            for r in reversed_
        )
        transaction.set_rollback(True)
