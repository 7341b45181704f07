"""Two connections at once: what two officers do to one budget and one draft."""

from __future__ import annotations

import pytest
from django.db import connection

from opensti.domains.contracts import actions
from opensti.domains.contracts.models import Budget
from opensti.domains.contracts.problem.asking import budget_basis
from opensti.domains.contracts.problem.plan import Main
from opensti.kernel.access import Role
from opensti.kernel.record.queries import check_log
from tests.domains.contracts.test_trail import AT, cut_by
from tests.factories import contracts as factory
from tests.factories import portfolios as round_factory
from tests.factories.tasks import person
from tests.races import done, queued

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _two_writers():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: run with PostgreSQL")
    yield
    assert check_log() == []


def test_two_officers_add_a_version_at_once_and_one_is_told_of_the_other():
    story = round_factory.judged("90")
    dossier = story.dossiers[0]
    lines = cut_by(budget_basis(dossier).lines)

    def propose(who):
        return lambda: actions.propose_budget(
            actor=who, dossier_id=dossier.pk, based_on=1, lines=lines, at=AT
        )

    both = queued(dossier, propose(story.officer), propose(person(Role.OFFICER)))
    assert sorted(done(both)) == [False, True]
    stages = Budget.objects.order_by("number").values_list("stage", flat=True)
    assert list(stages) == ["asked", "panel"]


def test_the_same_form_sent_twice_at_once_is_kept_once():
    story = round_factory.judged("90")
    dossier = story.dossiers[0]
    lines = cut_by(budget_basis(dossier).lines)

    def propose():
        return actions.propose_budget(
            actor=story.officer, dossier_id=dossier.pk, based_on=1, lines=lines, at=AT
        )

    assert done(queued(dossier, propose, propose)) == [True, True]
    assert Budget.objects.count() == 2


def test_approving_and_agreeing_at_once_never_embrace():
    funded = factory.drafted()
    contract = funded.contract
    lines = factory.lines_now(contract)
    given = {"based_on": 2, "lines": lines, "at": factory.DRAFTED}

    def approve():
        return actions.approve_budget(
            actor=person_, dossier_id=contract.dossier_id, **given
        )

    def agree():
        return actions.agree_budget(
            actor=funded.officer, contract_id=contract.pk, **given
        )

    def draft():
        return actions.draft_contract(
            actor=funded.officer,
            contract_id=contract.pk,
            at=factory.DRAFTED,
            main=Main(number="1/HĐ", starts_on=factory.STARTS, ends_on=factory.ENDS),
        )

    person_ = person(Role.LEADER)
    three = queued(contract, approve, agree, draft)
    assert done(three)[2] is True
    assert sorted(done(three)[:2]) == [False, True]
    assert Budget.objects.count() == 3
