"""Kill an act with money before each of its statements in turn; is it there whole or not?

Run as a program against the empty database of ``DATABASE_URL``. Each try is a process of
its own that kills itself (``SIGKILL``) before its n-th statement; the next one kills itself
one later, until the act gets through. Prints JSON: how often it was killed, and what was
found half done.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from unittest import mock

import django

django.setup()

from django.core.files.base import ContentFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections, transaction  # noqa: E402
from django.db.models import Sum  # noqa: E402
from openpyxl import Workbook  # noqa: E402

from opensti.domains.contracts import actions, queries  # noqa: E402
from opensti.domains.contracts.actions.acting import step  # noqa: E402
from opensti.domains.contracts.models import (  # noqa: E402
    Amendment,
    Claim,
    ClaimReceipt,
    Clearance,
    Payment,
    Posting,
    Settlement,
    Statement,
    StatementLine,
)
from opensti.domains.procedures.choices import Act  # noqa: E402
from opensti.kernel.access import SYSTEM  # noqa: E402
from opensti.kernel.record.queries import check_log  # noqa: E402
from tests.factories import amendments  # noqa: E402
from tests.factories import contracts as factory  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

AT = factory.LATER
TODAY = AT.date()
LINES = 400
MOST = 400


def killed_before_each_statement(
    act: Callable[[], object], whole: Callable[[], bool]
) -> dict[str, Any]:
    """Kill the act before its first statement, its second …; look after each.

    What waits for the commit is no part of the act (the index of the register knows how
    far it followed the record, and a worker takes it on from there).
    """
    odd = []
    for n in range(1, MOST):
        connections.close_all()
        child = os.fork()
        if child == 0:
            _die_before(n)
            with mock.patch.object(transaction, "on_commit"):
                act()
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        through = os.waitstatus_to_exitcode(status) == 0
        if whole() != through:
            odd.append(f"statement {n}: half done")
        odd += books()
        if through:
            return {"killed": n - 1, "odd": odd}
    return {"killed": MOST, "odd": [*odd, "never got through"]}


def _die_before(n: int) -> None:
    left = n

    def count(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    connection.execute_wrappers.append(count)


def books() -> list[str]:
    """What does not agree: postings with papers, the record with itself."""
    odd = [str(fault) for fault in check_log()]
    for contract, balances in queries.balances_of(
        Posting.objects.values("contract_id")
    ).items():
        paid = Payment.objects.filter(contract_id=contract)
        cleared = Clearance.objects.filter(contract_id=contract)
        sums = [
            rows.aggregate(s=Sum("amount"))["s"] or Decimal(0)
            for rows in (paid, cleared)
        ]
        figures = queries.money_of(queries.contract_by_id(contract))
        if sum(balances.values()) or [figures.paid, figures.cleared] != sums:
            odd.append(f"{balances} {sums}")
    return odd


def statement_file() -> ContentFile:
    book = Workbook()
    book.active.append(["Ngày", "Số chứng từ", "Nợ", "Có", "Nội dung"])
    for n in range(LINES):
        book.active.append(["01/03/2027", f"CT {n}", n + 1, None, f"dòng {n}"])
    out = io.BytesIO()
    book.save(out)
    return ContentFile(out.getvalue(), name="sao-ke.xlsx")


def main() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    funded = factory.running()
    contract = funded.contract

    def receive(claim: Claim, amount: Decimal) -> ClaimReceipt:
        return actions.receive_claim(
            actor=funded.finance,
            claim_id=claim.pk,
            amount=amount,
            received_on=TODAY,
            reference=f"GBC-{claim.pk}",
            at=AT,
        )

    first = contract.instalments.get(position=1)
    actions.allocate(
        actor=funded.finance,
        contract_id=contract.pk,
        year=2027,
        amount=contract.state_money,
        decision_number="1/QĐ",
        decided_on=TODAY,
        at=AT,
    )

    def pay() -> Payment:
        return actions.pay_instalment(
            actor=funded.finance,
            instalment_id=first.pk,
            paid_on=TODAY,
            reference="UNC-1",
            at=AT,
        )

    told = {
        "pay": killed_before_each_statement(pay, lambda: Payment.objects.count() == 1),
        "take back": killed_before_each_statement(
            lambda: actions.take_back_payment(
                actor=funded.finance,
                payment_id=Payment.objects.get().pk,
                reason="Nhập nhầm",
                at=AT,
            ),
            lambda: not Payment.objects.exists(),
        ),
    }
    pay()
    told |= {
        "clear": killed_before_each_statement(
            lambda: actions.clear_work(
                actor=funded.officer,
                contract_id=contract.pk,
                document_number="KL-1",
                cleared_on=TODAY,
                amount=Decimal(1000),
                other_amount=Decimal(10),
                work="Khối lượng",
                at=AT,
            ),
            lambda: Clearance.objects.count() == 1,
        ),
    }
    statement = actions.receive_statement(
        actor=funded.finance, account="3713", file=statement_file(), at=AT
    )
    told["import"] = killed_before_each_statement(
        lambda: actions.import_statement(
            actor=funded.finance, statement_id=statement.pk, at=AT
        ),
        lambda: (
            (StatementLine.objects.count(), Statement.objects.get().state)
            == (LINES, "entered")
        ),
    )
    ended_on = funded.again().ends_on
    asked = amendments.asked(funded, "extend", months=6)
    told["amend"] = killed_before_each_statement(
        lambda: amendments.decided(asked, funded.leader),
        lambda: (
            Amendment.objects.get().state == "in_force"
            and funded.again().ends_on > ended_on
        ),
    )
    step(SYSTEM, funded.again(), Act.CONTRACT_COMPLETE, AT)
    told["claim"] = killed_before_each_statement(
        lambda: actions.claim_money(
            actor=funded.leader,
            contract_id=contract.pk,
            amount=Decimal(500),
            reason="Chứng từ không đủ căn cứ",
            basis="",
            decision_number="8/QĐ",
            decided_on=TODAY,
            at=AT,
        ),
        lambda: (
            Claim.objects.count() == 1 and funded.again().case.state == "recovering"
        ),
    )
    claim = Claim.objects.get()
    told["receive"] = killed_before_each_statement(
        lambda: receive(claim, Decimal(500)), lambda: ClaimReceipt.objects.count() == 1
    )
    told["settle"] = killed_before_each_statement(
        lambda: actions.settle_contract(
            actor=funded.finance,
            contract_id=contract.pk,
            document_number="9/QT",
            settled_on=TODAY,
            at=AT,
        ),
        lambda: (
            (Settlement.objects.count(), Claim.objects.count()) == (1, 2)
            and funded.again().case.state == "settled"
        ),
    )
    rest = Claim.objects.exclude(pk=claim.pk).get()
    receive(rest, rest.amount)
    told["liquidate"] = killed_before_each_statement(
        lambda: actions.liquidate_contract(
            actor=funded.officer,
            contract_id=contract.pk,
            document_number="10/TLHĐ",
            liquidated_on=TODAY,
            at=AT,
        ),
        lambda: funded.again().case.state == "liquidated",
    )
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
