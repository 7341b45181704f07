"""Two people at once: one of them is told, and nothing is written twice."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from opensti.domains.results import actions
from opensti.domains.results.models import Asset, AssetEvent, Result, UptakeYear
from opensti.kernel.access import SYSTEM
from tests.factories import results as factory
from tests.races import at_once, done, queued

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="one writer at a time elsewhere"
    ),
]


def test_two_decisions_on_the_same_sight_leave_one():
    funded = factory.running()
    book = factory.Book(funded, factory.asset(funded))
    book.act("plan_handling", form="assign", text="Còn tốt")
    book.act("forward_plan", who="officer", text="")
    version = Asset.objects.get().version

    def decide(form):
        return lambda: actions.decide_handling(
            actor=funded.leader,
            asset_id=book.asset.pk,
            form=form,
            number="1/QĐ",
            on=factory.TODAY,
            text="",
            version=version,
            at=factory.AT,
        )

    ends = queued(book.asset, decide("assign"), decide("liquidate"))
    assert done(ends) == [True, False]
    assert AssetEvent.objects.filter(kind="decision").count() == 1


def test_products_proposed_twice_at_once_are_results_once():
    funded = factory.running()

    def propose():
        return actions.propose_results(
            actor=funded.host,
            contract_id=funded.contract.pk,
            formed_on=factory.NEW,
            at=factory.AT,
        )

    at_once(propose, propose)
    assert Result.objects.count() == funded.contract.products.count()


def test_a_stocktake_and_a_plan_of_questions_are_written_once():
    funded = factory.running()
    asset = factory.asset(funded)

    def count():
        return actions.take_stock(
            actor=funded.host,
            contract_id=funded.contract.pk,
            year=2027,
            on=factory.TODAY,
            found={asset.public_id},
            note_text="",
            at=factory.AT,
        )

    def plan():
        return actions.plan_uptake(
            actor=SYSTEM,
            contract_id=funded.contract.pk,
            day=date(2026, 1, 1),
            at=factory.AT,
        )

    at_once(count, count, plan, plan)
    assert AssetEvent.objects.filter(kind="found").count() == 1
    assert UptakeYear.objects.count() == 5
