"""Two connections at once: one year is shared once, one amount and one fee paid once."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from opensti.domains.results import actions
from opensti.domains.results.models import (
    Deal,
    DocketEntry,
    PayoutPayment,
    Right,
    Split,
)
from opensti.kernel.record.queries import check_log
from tests.factories import rights as factory
from tests.races import done, queued

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _two_writers():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: run with PostgreSQL")
    yield
    assert check_log() == []


def test_two_who_share_and_pay_at_once_do_it_once():
    kept = factory.disclosed()
    deal = factory.deal(kept)
    income = factory.income(kept, deal)

    def share():
        return actions.share_income(
            actor=kept.host,
            income_id=income.pk,
            proposal=factory.proposal(),
            version=income.version,
            at=factory.NEXT_YEAR,
        )

    both = queued(Deal.objects.get(pk=deal.pk), share, share)
    assert done(both) == [True, False]
    split = Split.objects.get()
    assert sum(p.amount for p in split.payouts.all()) == income.profit

    def pay(reference):
        return lambda: actions.pay_payout(
            actor=kept.host,
            payout_id=split.payouts.first().pk,
            paid_on=date(2028, 1, 20),
            reference=reference,
            at=factory.NEXT_YEAR,
        )

    both = queued(Deal.objects.get(pk=deal.pk), pay("UNC 1"), pay("UNC 2"))
    assert done(both) == [True, False]
    assert PayoutPayment.objects.get().reference == "UNC 1"


def test_two_who_pay_one_fee_pay_it_once():
    kept = factory.disclosed()
    actions.move_right(
        actor=kept.host,
        right_id=kept.right.pk,
        to="granted",
        on=date(2027, 12, 1),
        number="45678",
        version=kept.right.version,
        at=factory.NEXT_YEAR,
    )
    first = DocketEntry.objects.get(rule="vn_fee", turn=1)

    def pay(reference):
        return lambda: actions.meet_docket_entry(
            actor=kept.host,
            entry_id=first.pk,
            done_on=date(2028, 1, 15),
            paid=factory.MILLION,
            reference=reference,
            at=factory.NEXT_YEAR,
        )

    both = queued(Right.objects.get(pk=kept.right.pk), pay("BL 1"), pay("BL 2"))
    assert done(both) == [True, False]
    first.refresh_from_db()
    assert first.reference == "BL 1"
