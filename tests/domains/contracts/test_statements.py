"""A bank's statement: read whatever its layout, entered once, each line matched once."""

from __future__ import annotations

import io
import json
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from openpyxl import Workbook

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.actions.acting import step
from opensti.domains.contracts.models import (
    ClaimReceipt,
    Statement,
    StatementLine,
    StatementMatch,
)
from opensti.domains.procedures.choices import Act
from opensti.kernel.access import SYSTEM, Role
from opensti.kernel.files.models import StoredFile
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound, StepNotAllowed
from tests.factories import contracts as factory
from tests.factories.money import allocated, pay, refusal
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
AT = factory.LATER
TODAY = AT.date()
HEAD = ["Ngày", "Số chứng từ", "Nợ", "Có", "Nội dung", "Đơn vị thụ hưởng"]
PAID = ["01/03/2027", "UNC-1", 800_000_000, None, "Tạm ứng đợt 1", "Viện"]
FEE = [datetime(2027, 2, 3), "PHI 9", "11.000", "", "Phí dịch vụ", ""]  # noqa: DTZ001


def book(*rows, sheet="Sao kê", name="sao-ke.xlsx"):
    made = Workbook()
    page = made.active
    page.title = sheet
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    made.save(out)
    return ContentFile(out.getvalue(), name=name)


@pytest.fixture
def funded():
    return factory.running()


def receive(funded, *rows, account="3713.0.1", **more):
    return actions.receive_statement(
        actor=funded.finance, account=account, file=book(*rows, **more), at=AT
    )


def enter(funded, statement, **more):
    return actions.import_statement(
        actor=funded.finance, statement_id=statement.pk, at=AT, **more
    )


def match(funded, line, **more):
    return actions.match_line(actor=funded.finance, line_id=line.pk, at=AT, **more)


def entered(funded, *rows):
    statement = receive(funded, HEAD, *rows)
    enter(funded, statement)
    return statement


def test_a_statement_is_looked_at_first_and_entered_once(funded):
    statement = receive(
        funded,
        ["KHO BẠC NHÀ NƯỚC", None, None],
        ["SAO KÊ TÀI KHOẢN", None, None],
        [],
        HEAD,
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"],
        PAID,
        FEE,
        ["05/03/2027", "BC 7", None, 400, "Hoàn trả", "Viện"],
        [None, "Tổng cộng", 800_011_000, 400],
        [None, "Số dư cuối kỳ", None, 5],
    )
    assert (statement.lines_read, statement.first_on, statement.last_on) == (
        3,
        date(2027, 2, 3),
        date(2027, 3, 5),
    )
    would = enter(funded, statement, dry_run=True)
    assert (would.new, StatementLine.objects.count()) == (3, 0)
    enter(funded, statement)
    assert list(StatementLine.objects.values_list("number", "out", "came")) == [
        (6, Decimal(800_000_000), 0),
        (7, Decimal(11_000), 0),
        (8, 0, Decimal(400)),
    ]
    refusal(StepNotAllowed, enter, funded, statement)


def test_the_same_file_is_taken_once_for_an_account(funded):
    file = book(HEAD, PAID)
    args = {"actor": funded.finance, "at": AT, "file": file}
    actions.receive_statement(account="3713.0 a", **args)
    file.seek(0)
    files = StoredFile.objects.count()
    refusal(StepNotAllowed, actions.receive_statement, account="3713-0A", **args)
    refusal(Invalid, actions.receive_statement, account=" .-", **args)
    assert (Statement.objects.count(), StoredFile.objects.count()) == (1, files)


def test_statements_that_overlap_enter_a_line_once_and_equal_lines_twice(funded):
    entered(funded, PAID, FEE, FEE)
    second = receive(funded, HEAD, FEE, FEE, FEE, PAID)
    would = enter(funded, second, dry_run=True)
    assert (would.new, len(would.known)) == (1, 3)
    enter(funded, second)
    assert StatementLine.objects.count() == 4


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["Họ tên", "Chức vụ"], ["An", "GĐ"]], "“Họ tên”, “Chức vụ”"),
        ([HEAD, ["31/02/2027", "1", 5]], "dòng 2, cột A “Ngày”"),
        ([HEAD, [None, "1", 5]], "dòng 2, cột A “Ngày”"),
        ([HEAD, ["01/03/2027", "1", "năm triệu"]], "dòng 2, cột C “Nợ”"),
        ([HEAD, ["01/03/2027", "1", 5.5]], "dòng 2, cột C “Nợ”"),
        ([HEAD, ["01/03/2027", "1", 5, 7]], "dòng 2, cột C “Nợ”"),
        ([HEAD, ["01/03/2027", "1", -5]], "dòng 2, cột C “Nợ”"),
        ([HEAD, ["01/03/2027", "1"]], "dòng 2, cột C “Nợ”"),
        ([[*HEAD, "Ghi nợ"], PAID], "“Nợ”, “Ghi nợ”"),
        ([HEAD], "Sao kê"),
    ],
)
def test_a_fault_is_named_where_it_stands_and_nothing_is_kept(funded, rows, said):
    files = StoredFile.objects.count()
    refused = refusal(Invalid, receive, funded, *rows)
    assert said in str(refused.problems[0].message)
    assert "Sao kê" in str(refused.problems[0].message)
    assert str(refused.problems[0].mend)
    assert (Statement.objects.count(), StoredFile.objects.count()) == (0, files)


def test_what_is_no_workbook_is_refused(funded):
    for content, name in (
        (b"a,b", "a.csv"),
        (b"PK\x03\x04xx", "a.xlsx"),
        (b"", "b.xlsx"),
    ):
        refusal(
            Invalid,
            actions.receive_statement,
            actor=funded.finance,
            account="1",
            file=ContentFile(content, name=name),
            at=AT,
        )
    assert not Statement.objects.exists()


def test_a_head_over_two_rows_and_english_words_are_read(funded):
    statement = receive(
        funded,
        ["Posting date", "Reference", "Movement", None, "Description"],
        [None, None, "Debit (VND)", "Credit (VND)", None],
        ["2027-03-01", "X", 5, None, "a"],
    )
    enter(funded, statement)
    assert StatementLine.objects.get().out == 5


def test_one_column_of_signed_amounts_is_read(funded):
    statement = receive(
        funded,
        ["Ngày", "Số tiền", "Diễn giải"],
        ["01/03/2027", -5, "a"],
        ["02/03/2027", "7", "b"],
    )
    enter(funded, statement)
    assert list(StatementLine.objects.values_list("out", "came")) == [(5, 0), (0, 7)]


def test_ten_times_the_usual_is_entered_in_few_statements(
    funded, django_assert_max_num_queries
):
    rows = [["01/03/2027", f"CT {n}", n + 1, None, f"dòng {n}"] for n in range(3000)]
    statement = receive(funded, HEAD, *rows)
    with django_assert_max_num_queries(45):
        assert enter(funded, statement).new == 3000


def test_an_exact_line_is_proposed_confirmed_and_undone(funded):
    allocated(funded)
    payment = pay(funded)
    statement = entered(funded, PAID, FEE)
    lines = list(queries.lines_of(funded.finance, statement))
    found = queries.likely(funded.finance, lines)
    assert {k: (v.payment, v.exact) for k, v in found.items()} == {
        lines[0].pk: (payment, True)
    }
    assert (
        actions.match_exact(actor=funded.finance, statement_id=statement.pk, at=AT) == 1
    )
    refusal(StepNotAllowed, match, funded, lines[0], payment_id=payment.pk)
    refusal(
        StepNotAllowed,
        actions.take_back_payment,
        actor=funded.finance,
        payment_id=payment.pk,
        reason="Nhầm",
        at=AT,
    )
    refusal(Invalid, match, funded, lines[1], payment_id=payment.pk)
    actions.unmatch_line(actor=funded.finance, line_id=lines[0].pk, reason="Sai", at=AT)
    assert not StatementMatch.objects.exists()


def test_one_payment_is_one_line(funded):
    allocated(funded)
    payment = pay(funded)
    statement = entered(funded, PAID, [*PAID[:1], "UNC-2", *PAID[2:]])
    first, second = queries.lines_of(funded.finance, statement)
    match(funded, first, payment_id=payment.pk)
    refusal(StepNotAllowed, match, funded, second, payment_id=payment.pk)


def test_how_like_a_match_is_is_worked_out_by_the_act(funded):
    allocated(funded)
    payment = pay(funded)
    late = ["06/03/2027", "TT 44", 800_000_000, None, "Chi", "Viện"]
    statement = entered(funded, PAID, late)
    scores = []
    for line in queries.lines_of(funded.finance, statement):
        made = match(funded, line, payment_id=payment.pk)
        told = json.loads(Entry.objects.filter(act="contracts.match_line").last().body)
        scores.append((line.reference, made.score, told["detail"]["score"]))
        actions.unmatch_line(actor=funded.finance, line_id=line.pk, reason="x", at=AT)
    assert scores == [("UNC-1", 100, 100), ("TT 44", 43, 43)]


def claimed(funded):
    allocated(funded)
    pay(funded)
    step(SYSTEM, funded.again(), Act.CONTRACT_FAIL, AT, reason="Không đạt")
    return actions.claim_money(
        actor=funded.leader,
        contract_id=funded.contract.pk,
        amount=Decimal(900),
        reason="Không đạt",
        basis="",
        decision_number="81/QĐ-BCT",
        decided_on=TODAY,
        at=AT,
    )


def test_money_that_came_back_is_entered_with_its_line_and_goes_with_it(funded):
    claim = claimed(funded)
    statement = entered(
        funded,
        ["01/03/2027", "BC 1", None, 900, "Hoàn theo 81/QĐ-BCT", ""],
        ["01/03/2027", "BC 2", None, 901, "Khác", ""],
    )
    line, other = queries.lines_of(funded.finance, statement)
    assert queries.likely(funded.finance, [line, other])[line.pk].claim == claim
    refusal(Invalid, match, funded, other, claim_id=claim.pk)
    made = match(funded, line, claim_id=claim.pk)
    assert (made.booked, made.score, ClaimReceipt.objects.get().reference) == (
        True,
        90,
        "BC 1",
    )
    assert queries.money_of(funded.again()).owed_by_host == 0
    actions.unmatch_line(actor=funded.finance, line_id=line.pk, reason="Sai", at=AT)
    assert queries.money_of(funded.again()).owed_by_host == 900
    match(funded, line, claim_id=claim.pk)
    assert queries.money_of(funded.again()).owed_by_host == 0


def test_only_finance_enters_and_only_those_of_money_know(funded):
    statement = entered(funded, PAID)
    for stranger in (
        funded.officer,
        funded.host,
        person(Role.EXPERT),
        person(Role.ADMIN),
        person(Role.SECRETARY),
    ):
        refusal(NotFound, queries.statement, stranger, statement.public_id)
        refusal(
            AccessDenied,
            actions.receive_statement,
            actor=stranger,
            account="1",
            file=book(HEAD, PAID),
            at=AT,
        )
    auditor = person(Role.AUDITOR)
    assert queries.statement(auditor, statement.public_id) == statement
    line = statement.lines.get()
    refusal(
        AccessDenied,
        actions.match_line,
        actor=auditor,
        line_id=line.pk,
        payment_id=1,
        at=AT,
    )
    both = person(Role.AUDITOR, Role.FINANCE)
    refusal(
        AccessDenied,
        actions.receive_statement,
        actor=both,
        account="1",
        file=book(HEAD, PAID),
        at=AT,
    )
