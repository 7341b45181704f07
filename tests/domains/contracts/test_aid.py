"""Aid money: noted for everybody once the contract is signed, dropped with its reason."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.models import Aid
from opensti.kernel.access import Role
from opensti.kernel.record.models import Entry
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import (
    Invalid,
    NotFound,
    Refusal,
    StepNotAllowed,
)
from tests.factories import aid, contract_papers
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def funded():
    return contract_papers.signed()


def drop(funded, number, reason="Nhầm."):
    return actions.drop_aid(
        actor=funded.officer,
        contract_id=funded.contract.pk,
        number=number,
        reason=reason,
        at=timezone.now(),
    )


def test_it_is_kept_and_told_to_everybody(funded):
    made = aid.note(funded)
    assert queries.aids_of(funded.contract) == [made]
    subject = queries.contract_subject(funded.contract.public_id)
    told = entries_of(subject, public_only=True)[-1]
    assert (told.act, told.secret) == ("contracts.note_aid", ())
    assert told.detail == {
        "aid": 1, "giver": "Cơ quan Hợp tác Phát triển", "giver_kind": "10",
        "giver_ref": "XM-DAC-701-8", "amount": "120000.50", "currency": "USD",
        "committed_on": "2026-06-01", "flow": "10", "finance": "110", "aid_type": "D02",
        "tied": "5", "sector": "32182",
    }  # fmt: skip


def test_what_was_noted_wrongly_is_dropped_once_and_stays(funded):
    aid.note(funded)
    drop(funded, 1)
    other = aid.note(funded, giver="Quỹ Đúc")
    kept = queries.aids_of(funded.contract)
    assert [(one.number, one.dropped_for) for one in kept] == [(1, "Nhầm."), (2, "")]
    assert other.number == 2
    with pytest.raises(StepNotAllowed):
        drop(funded, 1)
    with pytest.raises(NotFound):
        drop(funded, 3)
    with pytest.raises(Invalid):
        drop(funded, 2, reason=" ")


WRONG = {
    "giver": " ",
    "giver_kind": "99",
    "amount": Decimal(0),
    "currency": "đồng",
    "committed_on": timezone.localdate() + timedelta(days=1),
    "flow": "99",
    "finance": "",
    "aid_type": "X",
    "tied": "0",
    "sector": "1",
}


def test_what_cannot_be_is_refused_and_nothing_is_written(funded):
    before = Entry.objects.count()
    with pytest.raises(Invalid) as refused:
        aid.note(funded, **WRONG)
    assert {one.field for one in refused.value.problems} == set(WRONG)
    assert (Aid.objects.count(), Entry.objects.count()) == (0, before)


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.AUDITOR, Role.LEADER])
def test_others_may_not(funded, role):
    with pytest.raises(Refusal):
        actions.note_aid(
            actor=person(role),
            contract_id=funded.contract.pk,
            said=aid.said(),
            at=timezone.now(),
        )
    assert Aid.objects.count() == 0


def test_before_the_contract_is_signed_there_is_none(funded):
    funded.contract.signed_on = None
    funded.contract.save()
    with pytest.raises(StepNotAllowed):
        aid.note(funded)
