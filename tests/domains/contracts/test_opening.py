"""A contract is begun for each task that was funded, with what was asked and decided."""

from __future__ import annotations

from decimal import Decimal

import pytest

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.models import Contract
from opensti.domains.procedures.queries import deadlines_of
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.refusals import NotFound, StepNotAllowed
from tests.factories import contracts as factory
from tests.factories import portfolios as round_factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


def test_the_letter_begins_the_contract_of_the_approved_dossier_alone():
    funded = factory.drafted()
    first, second = funded.story.dossiers
    contract = funded.contract
    assert list(Contract.objects.values_list("dossier_id", flat=True)) == [first.pk]
    assert (
        contract.case.state,
        contract.title_vi,
        contract.host,
        contract.decision_number,
        contract.state_money,
    ) == ("draft", first.title_vi, first.host, "188/QĐ-BCT", Decimal(2_000_000_000))
    assert [p.name_vi for p in contract.products.all()] == [
        p.name_vi for p in first.order.products.all()
    ]
    assert second.pk != first.pk


def test_the_trail_begins_with_what_was_asked_and_goes_on_where_the_sums_agree():
    funded = factory.drafted()
    budgets = list(queries.budgets_of(funded.officer, funded.contract.dossier_id))
    assert [(b.stage, b.state_money) for b in budgets] == [
        ("asked", Decimal(2_000_000_000)),
        ("approved", Decimal(2_000_000_000)),
    ]
    asked, approved = ([i.key for i in b.items.all()] for b in budgets)
    assert asked == approved


def test_it_is_begun_at_the_moment_the_letters_went_out():
    contract = factory.drafted().contract
    assert (
        contract.created_at,
        contract.case.opened_at,
        {b.made_at for b in contract.dossier.budgets.all()},
    ) == (
        round_factory.RELEASED,
        round_factory.RELEASED,
        {round_factory.RELEASED},
    )


def test_a_second_contract_of_a_task_is_refused():
    funded = factory.drafted()
    with pytest.raises(StepNotAllowed):
        actions.open_contract(
            actor=funded.officer,
            dossier_id=funded.contract.dossier_id,
            at=factory.SIGNED,
        )


def test_a_dossier_that_was_not_funded_has_none():
    funded = factory.drafted()
    with pytest.raises(NotFound):
        actions.open_contract(
            actor=funded.officer,
            dossier_id=funded.story.dossiers[1].pk,
            at=factory.SIGNED,
        )


def test_staff_and_the_host_know_of_it_and_nobody_else():
    funded = factory.drafted()
    party = person(Role.OFFICER, member_of=frozenset({funded.contract.host_id}))
    who = {
        "officer": funded.officer,
        "leader": funded.leader,
        "finance": funded.finance,
        "auditor": person(Role.AUDITOR),
        "host": funded.host,
        "rival": funded.story.applicants[1],
        "party": party,
        "expert": person(Role.EXPERT),
        "secretary": person(Role.SECRETARY),
        "admin": person(Role.ADMIN),
        "public": PUBLIC,
    }
    assert {name for name, actor in who.items() if queries.contracts(actor)} == {
        "officer",
        "leader",
        "finance",
        "auditor",
        "host",
    }


def test_signing_opens_the_acceptance_with_its_deadlines():
    funded = factory.running()
    acceptance = funded.contract.acceptance
    assert (funded.again().case.state, acceptance.case.state) == ("running", "awaited")
    assert (
        queries.in_force_on(funded.officer, funded.contract, factory.STARTS)
        == funded.contract.terms.get()
    )
    assert list(deadlines_of(acceptance.case_id)) == []  # none is known in this regime


def test_before_the_signing_nothing_is_in_force():
    funded = factory.running()
    before = round_factory.RELEASED.date()
    assert queries.in_force_on(funded.officer, funded.contract, before) is None
