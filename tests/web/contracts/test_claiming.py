"""The page on which the leader claims money back from a contract whose work is done."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from opensti.domains.contracts.actions.acting import step
from opensti.domains.contracts.models import Claim
from opensti.domains.procedures.choices import Act
from opensti.kernel.access import SYSTEM
from tests.factories import contracts as factory
from tests.factories.money import under
from tests.web.contracts.test_money_pages import allocate, key, page, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(client_of):
    """800 million were paid in advance; the work runs."""
    funded = under(factory.running(), "moit_2014")
    finance, today = client_of(funded.finance), localdate().isoformat()
    allocate(finance, funded)
    post(finance, funded, "pay", key(funded, 1), paid_on=today, reference="UNC-1")
    return funded


def typed(**other):
    today = localdate().isoformat()
    return {
        "amount": "30.000.000",
        "reason": "Chứng từ không đủ căn cứ",
        "basis": "",
        "decision_number": "77/QĐ-BCT",
        "decided_on": today,
        "due_on": today,
    } | other


def test_the_leader_claims_money_back_where_the_work_is_done(paid, client_of):
    leader, public_id = client_of(paid.leader), paid.contract.public_id
    url = reverse("contracts:money_act", args=[public_id, "claim"])
    assert url not in page(leader, "money", public_id)
    assert post(leader, paid, "claim", **typed()).status_code == 409
    step(SYSTEM, paid.again(), Act.CONTRACT_COMPLETE, now())
    assert url in page(leader, "money", public_id)
    assert "800.000.000" in leader.get(url).content.decode()
    over = post(leader, paid, "claim", **typed(amount="800.000.001"))
    assert (over.status_code, "77/QĐ-BCT" in over.content.decode()) == (422, True)
    stale = post(leader, paid, "claim", **typed(version=paid.again().version - 1))
    assert (stale.status_code, Claim.objects.count()) == (409, 0)
    assert post(leader, paid, "claim", **typed()).status_code == 302
    claim = Claim.objects.get()
    assert (claim.amount, claim.due_on, claim.made_by_id) == (
        Decimal(30_000_000),
        localdate(),
        paid.leader.user_id,
    )
    assert claim.basis
    assert "77/QĐ-BCT" in page(leader, "money", public_id)
    without_day = typed(due_on="", decision_number="78/QĐ-BCT", amount="770.000.000")
    assert post(leader, paid, "claim", **without_day).status_code == 302
    assert url not in page(leader, "money", public_id)


def test_nobody_else_claims_and_the_password_is_asked_first(paid, client_of):
    step(SYSTEM, paid.again(), Act.CONTRACT_COMPLETE, now())
    public_id = paid.contract.public_id
    url = reverse("contracts:money_act", args=[public_id, "claim"])
    answers = {}
    for actor in (paid.finance, paid.officer, paid.host):
        assert url not in page(client_of(actor), "money", public_id)
        answers[actor.user_id] = post(client_of(actor), paid, "claim", **typed())
    assert {a.status_code for a in answers.values()} == {403}
    assert post(client_of("expert"), paid, "claim", **typed()).status_code == 404
    hurried = client_of(paid.leader, sudo=False).post(url, typed())
    assert hurried.url.partition("?")[0] == "/accounts/reauthenticate/"
    assert Claim.objects.count() == 0
