"""Two officers at once, on PostgreSQL: an instalment is paid once, a claim not overpaid."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import connection, connections

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.models import (
    ClaimReceipt,
    Payment,
    Posting,
    StatementLine,
)
from opensti.kernel.access import Role
from tests.domains.contracts.test_statements import FEE, HEAD, PAID, book
from tests.factories import contracts as factory
from tests.factories.tasks import person
from tests.races import at_once, done, queued

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connections["default"].vendor != "postgresql",
        reason="SQLite lets one transaction write at a time",
    ),
]
AT = factory.LATER
TODAY = AT.date()


@pytest.fixture
def funded():
    assert connection.vendor == "postgresql"
    return factory.running()


def test_two_finance_officers_pay_one_instalment_once(funded):
    actions.allocate(
        actor=funded.finance,
        contract_id=funded.contract.pk,
        year=2027,
        amount=funded.contract.state_money,
        decision_number="1/QĐ",
        decided_on=TODAY,
        at=AT,
    )
    first = funded.contract.instalments.get(position=1)

    def paid_by(who, reference):
        return lambda: actions.pay_instalment(
            actor=who,
            instalment_id=first.pk,
            paid_on=TODAY,
            reference=reference,
            at=AT,
        )

    threads = queued(
        funded.contract,
        paid_by(funded.finance, "UNC-A"),
        paid_by(person(Role.FINANCE), "UNC-B"),
    )
    assert done(threads) == [True, False]
    assert Payment.objects.get().reference == "UNC-A"
    assert Posting.objects.filter(kind="pay").count() == 1


def test_a_claim_is_never_received_twice(funded):
    from opensti.domains.contracts.actions.acting import step  # noqa: PLC0415
    from opensti.domains.procedures.choices import Act  # noqa: PLC0415
    from opensti.kernel.access import SYSTEM  # noqa: PLC0415

    test_two_finance_officers_pay_one_instalment_once(funded)
    step(SYSTEM, funded.again(), Act.CONTRACT_FAIL, AT, reason="Không đạt")
    claim = actions.claim_money(
        actor=funded.leader,
        contract_id=funded.contract.pk,
        amount=Decimal(100),
        reason="Không đạt",
        basis="",
        decision_number="2/QĐ",
        decided_on=TODAY,
        at=AT,
    )

    def received(reference):
        return lambda: actions.receive_claim(
            actor=funded.finance,
            claim_id=claim.pk,
            amount=Decimal(60),
            received_on=TODAY,
            reference=reference,
            at=AT,
        )

    assert sorted(done(at_once(received("A"), received("B")))) == [False, True]
    assert ClaimReceipt.objects.count() == 1
    assert queries.money_of(funded.again()).owed_by_host == 40


def received(funded, account, *rows):
    return actions.receive_statement(
        actor=funded.finance, account=account, file=book(HEAD, *rows), at=AT
    )


def entering(funded, statement):
    return lambda: actions.import_statement(
        actor=funded.finance, statement_id=statement.pk, at=AT
    )


def test_one_statement_is_entered_once(funded):
    statement = received(funded, "3713", PAID, FEE)
    threads = at_once(entering(funded, statement), entering(funded, statement))
    assert sorted(done(threads)) == [False, True]
    assert StatementLine.objects.count() == 2


def test_statements_that_overlap_enter_each_line_once(funded):
    first = received(funded, "3713", PAID, FEE)
    second = received(funded, "3713", FEE, ["02/03/2027", "X", 7, None, "a", ""])
    threads = at_once(entering(funded, first), entering(funded, second))
    assert done(threads) == [True, True]
    assert StatementLine.objects.count() == 3


def test_one_file_taken_by_two_is_kept_once(funded):
    # the same bytes: openpyxl writes the time of making into a workbook
    content = book(HEAD, PAID).read()

    def taken():
        return actions.receive_statement(
            actor=funded.finance,
            account="3713",
            file=ContentFile(content, name="sk.xlsx"),
            at=AT,
        )

    assert sorted(done(at_once(taken, taken))) == [False, True]
