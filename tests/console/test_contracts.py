"""``opensti contracts check``: all sums agree, or each that does not is named."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from click.testing import CliRunner

from opensti.console.contracts import contracts
from opensti.domains.results import actions
from opensti.domains.results.models import Payout
from tests.factories import rights as factory

pytestmark = pytest.mark.django_db


def run(*words):
    done = CliRunner().invoke(contracts, ["check", *words])
    return done.exit_code, done.output


def test_it_names_each_sum_that_does_not_agree():
    kept = factory.disclosed()
    income = factory.income(kept, factory.deal(kept))
    actions.share_income(
        actor=kept.host,
        income_id=income.pk,
        proposal=factory.proposal(),
        version=income.version,
        at=factory.NEXT_YEAR,
    )
    assert run("--json") == (0, "")
    payout = Payout.objects.earliest("pk")
    Payout.objects.filter(pk=payout.pk).update(amount=payout.amount - 1)
    code, said = run("--json")
    assert (code, json.loads(said.splitlines()[0])) == (
        1,
        {
            "what": "amounts of a shared year",
            "where": "01/LI / 2027",
            "said": "1000000000",
            "found": f"{Decimal(999_999_999)}",
        },
    )
