"""When money is claimed back: not while something is still to be paid."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from opensti.domains.contracts import actions
from opensti.domains.procedures.models import Case
from opensti.kernel.refusals import StepNotAllowed
from tests.factories import contracts as factory
from tests.factories.money import (
    AT,
    FIRST,
    allocated,
    claim,
    clear,
    completed,
    part,
    pay,
    reach,
    refusal,
    settle,
    under,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def funded():
    """A running contract under the procedure that says most about money."""
    return under(factory.running(), "moit_2014")


def test_nothing_is_claimed_of_a_completed_contract_while_its_work_waits_to_be_paid(
    funded,
):
    """A claim would end the time of payments, and the debt to the host with it."""
    allocated(funded)
    pay(funded)
    clear(funded, FIRST + 1)
    Case.objects.filter(pk=funded.contract.case_id).update(
        stage="completed", state="completed"
    )
    said = refusal(StepNotAllowed, claim, funded)
    with override("en"):
        assert str(said.mend) == "Pay the last instalment first."
    assert not funded.contract.claims.exists()


@pytest.mark.parametrize("accepted", [False, True])
def test_a_request_of_completed_work_is_paid_or_returned_before_the_end(
    funded, accepted
):
    allocated(funded)
    pay(funded)
    reach(funded)
    asked = actions.ask_payment(
        actor=funded.host, instalment_id=part(funded, 2).pk, text="Xong", at=AT
    )
    if accepted:
        actions.accept_payment_request(actor=funded.officer, request_id=asked.pk, at=AT)
    completed(funded)
    with override("en"):
        said = [
            (str(refused), str(refused.mend))
            for refused in (
                refusal(StepNotAllowed, claim, funded),
                refusal(StepNotAllowed, settle, funded),
            )
        ]
    assert said == 2 * [
        (
            "The host's request for 800,000,000\u00a0VND was not paid yet.",
            "Pay the instalment, or return the request with the reason.",
        )
    ]
    actions.return_payment_request(
        actor=funded.officer, request_id=asked.pk, reason="Không còn cần", at=AT
    )
    claim(funded)
    assert funded.again().case.state == "recovering"


@pytest.mark.parametrize(
    ("state", "mend"),
    [
        ("draft", "It was not signed: nothing was paid under it."),
        ("cancelled", "It was not signed: nothing was paid under it."),
        (
            "running",
            "Conclude its acceptance, or end it early: the money is checked then.",
        ),
        (
            "suspended",
            "Conclude its acceptance, or end it early: the money is checked then.",
        ),
        ("completed", None),
        ("failed", None),
        ("terminated", None),
        ("recovering", None),
        (
            "settled",
            "Its settlement says what is owed: enter what comes back of that.",
        ),
        ("liquidated", "It was closed when nothing was owed any more."),
    ],
)
def test_in_which_states_money_is_claimed_back(funded, state, mend):
    allocated(funded)
    pay(funded)
    Case.objects.filter(pk=funded.contract.case_id).update(stage=state, state=state)
    if mend is None:
        assert claim(funded).amount == 1
        assert funded.again().case.state == "recovering"
        return
    said = refusal(StepNotAllowed, claim, funded)
    with override("en"):
        assert str(said.mend) == mend
    assert not funded.contract.claims.exists()


def test_one_decision_claims_once_though_it_is_sent_twice(funded):
    allocated(funded)
    pay(funded)
    completed(funded)
    claim(funded)
    with override("en"):
        assert str(refusal(StepNotAllowed, claim, funded)) == (
            "A claim on this decision was entered already."
        )
    assert funded.contract.claims.count() == 1
