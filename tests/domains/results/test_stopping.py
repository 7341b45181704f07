"""A contract that is ended early takes the acceptance of its work with it."""

from __future__ import annotations

import pytest

from opensti.domains.contracts.events import ContractEnded
from opensti.domains.results import actions
from opensti.kernel.record.models import Entry
from tests.factories import contracts as factory

pytestmark = pytest.mark.django_db


def ended(contract, actor):
    actions.stop_acceptance(
        ContractEnded(
            contract_id=contract.pk,
            reason="Không còn đối tác.",
            actor=actor,
            at=factory.LATER,
        )
    )


def test_what_awaited_judgement_no_longer_does_and_why_stays_inside():
    funded = factory.running()
    ended(funded.contract, funded.leader)
    acceptance = funded.contract.acceptance
    acceptance.case.refresh_from_db()
    assert (acceptance.case.stage, acceptance.case.state) == ("stopped", "cancelled")
    entry = Entry.objects.get(act="acceptances.stop")
    assert entry.subject == f"results.acceptance:{acceptance.public_id}"
    assert "Không còn đối tác." not in entry.body


def test_what_has_ended_stays_as_it_ended():
    funded = factory.running()
    for _n in range(2):
        ended(funded.contract, funded.leader)
    assert Entry.objects.filter(act="acceptances.stop").count() == 1


def test_a_contract_that_was_never_signed_has_nothing_to_stop():
    funded = factory.drafted()
    ended(funded.contract, funded.leader)
    assert not Entry.objects.filter(act="acceptances.stop").exists()
