"""Two people act on one contract at once: one of them is told, nothing is done twice."""

from __future__ import annotations

import pytest
from django.db import connection

from opensti.domains.contracts import actions
from opensti.domains.contracts.models import Approval
from opensti.kernel.access import AccessDenied, Role
from opensti.kernel.refusals import Stale, StepNotAllowed
from tests.factories import contract_papers as papers
from tests.factories.tasks import person
from tests.races import queued

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite has one writer at a time"
    ),
]


def outcome(threads):
    return sorted(type(t.fault).__name__ if t.fault else "done" for t in threads)


def test_two_of_one_role_approve_a_level_at_once_and_it_is_approved_once():
    funded = papers.ready()
    round_ = papers.send(funded)
    version = funded.again().version
    two = [funded.finance, person(Role.FINANCE)]

    def approves(actor):
        return lambda: actions.approve_level(
            actor=actor,
            contract_id=funded.contract.pk,
            sha256=round_.sha256,
            version=version,
            at=papers.AFTER,
        )

    threads = queued(funded.again(), *(approves(actor) for actor in two))
    faults = [t.fault for t in threads if t.fault]
    assert len(faults) == 1
    assert isinstance(faults[0], Stale | StepNotAllowed | AccessDenied)
    assert [
        a.verdict for a in Approval.objects.filter(round=round_).order_by("position")
    ] == ["approved", "approved", "waiting"]


def test_a_contract_is_signed_once_whoever_presses_when():
    funded = papers.agreed()
    papers.keep_signed(funded)

    def signs(actor):
        return lambda: actions.sign_contract(
            actor=actor,
            contract_id=funded.contract.pk,
            signed_on=papers.SIGNED_ON,
            at=papers.AFTER,
        )

    threads = queued(funded.again(), signs(funded.officer), signs(funded.leader))
    assert outcome(threads) == ["StepNotAllowed", "done"]
    assert funded.again().terms.count() == 1


def test_one_sends_back_what_another_approves_and_only_one_of_both_happens():
    funded = papers.ready()
    round_ = papers.send(funded)
    papers.approve(funded, funded.finance)
    version = funded.again().version
    given = {
        "contract_id": funded.contract.pk,
        "version": version,
        "at": papers.AFTER,
    }
    threads = queued(
        funded.again(),
        lambda: actions.return_to_draft(
            actor=funded.officer, reason="Sửa lại", **given
        ),
        lambda: actions.approve_level(
            actor=funded.leader, sha256=round_.sha256, **given
        ),
    )
    assert outcome(threads) == ["Stale", "done"]
    assert funded.again().case.state in ("draft", "agreed")
