"""Pages of money: the host asks, the officer checks, finance pays, the leader decides."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate, now
from openpyxl import load_workbook

from opensti.domains.contracts import actions
from opensti.domains.contracts.actions.acting import step
from opensti.domains.contracts.actions.exporting import EXPORT_JOB
from opensti.domains.contracts.models import (
    Claim,
    Clearance,
    Payment,
    PaymentRequest,
    Statement,
    StatementMatch,
)
from opensti.domains.procedures.choices import Act
from opensti.kernel.access import SYSTEM
from opensti.kernel.jobs.models import Job
from opensti.kernel.jobs.queue import run_job
from tests.domains.contracts.test_statements import HEAD, book
from tests.factories import contracts as factory
from tests.factories.money import under

pytestmark = pytest.mark.django_db
STATE = Decimal(2_000_000_000)

BUDGETS = {
    "payments": 8,
    "payment_requests": 9,
    "payment_request": 9,
    "statements": 9,
    "statement": 10,
    "money": 22,
}


@pytest.fixture
def funded():
    return under(factory.running(), "moit_2014")


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"contracts:{name}", args=args), query)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def post(client, funded, act, what="", **data):
    parts = [funded.contract.public_id, act, *([what] if what else [])]
    name = "contracts:money_act_on" if what else "contracts:money_act"
    return client.post(reverse(name, args=parts), data)


def key(funded, n):
    return funded.contract.instalments.get(position=n).key


def allocate(client, funded):
    return post(
        client,
        funded,
        "allocate",
        year=localdate().year,
        amount="2.000.000.000",
        decision_number="12/QĐ-BCT",
        decided_on=localdate().isoformat(),
        version=funded.again().version,
    )


def test_the_form_of_a_payment_asks_for_the_password_before_anything_is_typed(
    funded, client_of
):
    finance = client_of(funded.finance)
    allocate(finance, funded)
    hurried = client_of(funded.finance, sudo=False)
    form = reverse(
        "contracts:money_act_on",
        args=[funded.contract.public_id, "pay", key(funded, 1)],
    )
    paid = {"paid_on": localdate().isoformat(), "reference": "UNC-77"}
    answers = [hurried.get(form), hurried.post(form, paid)]
    assert ([a.url.partition("?")[0] for a in answers], Payment.objects.count()) == (
        2 * ["/accounts/reauthenticate/"],
        0,
    )


def test_from_the_request_to_the_payment(funded, client_of):
    host, officer = client_of(funded.host), client_of(funded.officer)
    finance, leader = client_of(funded.finance), client_of(funded.leader)
    public_id = funded.contract.public_id
    asked = post(
        host,
        funded,
        "ask",
        key(funded, 2),
        text="Đã xong phần 1",
        evidence=[
            SimpleUploadedFile("khoi-luong.csv", b"a,b\n1,2\n"),
            SimpleUploadedFile("bien-ban.csv", b"c,d\n1,2\n"),
        ],
    )
    assert asked.status_code == 302, asked.content.decode()
    request = PaymentRequest.objects.get()
    shown = page(officer, "payment_request", request.public_id)
    assert "khoi-luong.csv" in shown
    assert "bien-ban.csv" in shown
    answer = reverse("contracts:payment_request", args=[request.public_id])
    bare = officer.post(answer, {"verdict": "return", "answer": ""})
    assert bare.status_code == 422
    assert host.post(answer, {"verdict": "accept"}).status_code == 403
    assert officer.post(answer, {"verdict": "accept"}).status_code == 302
    assert officer.post(answer, {"verdict": "accept"}).status_code == 409
    # nothing is allocated for the year: the form keeps what was typed and says why
    paid = {"paid_on": localdate().isoformat(), "reference": "UNC-77"}
    refused = post(finance, funded, "pay", key(funded, 1), **paid)
    assert refused.status_code == 409
    assert "UNC-77" in refused.content.decode()
    assert allocate(finance, funded).status_code == 302
    assert post(finance, funded, "pay", key(funded, 1), **paid).status_code == 302
    again = post(finance, funded, "pay", key(funded, 1), **paid)
    assert (again.status_code, Payment.objects.count()) == (409, 1)
    later = post(
        finance, funded, "pay", key(funded, 2), **paid | {"paid_on": "2999-01-01"}
    )
    assert later.status_code == 422
    cleared = post(
        officer,
        funded,
        "clear",
        document_number="KL-1",
        cleared_on=localdate().isoformat(),
        amount="400.000.000",
        other_amount="",
        work="Phần 1",
        papers=[SimpleUploadedFile("kl.csv", b"a,b\n1,2\n")],
    )
    assert cleared.status_code == 302, cleared.content.decode()
    assert "kl.csv" in page(host, "money", public_id)
    assert post(finance, funded, "pay", key(funded, 2), **paid).status_code == 302
    assert "UNC-77" in page(finance, "payments")
    assert "UNC-77" in page(client_of("auditor"), "payments", q="UNC-77")
    assert "UNC-77" not in page(finance, "payments", year="1999")
    assert "UNC-77" in page(leader, "money", public_id)
    assert "UNC-77" not in page(client_of(funded.story.applicants[1]), "payments")
    page(client_of(funded.story.applicants[1]), "money", public_id, status=404)


def test_who_may_not_act_sees_no_form_and_no_button(funded, client_of):
    public_id = funded.contract.public_id
    auditor = client_of("auditor")
    shown = page(auditor, "money", public_id)
    for act in (
        *("pay", "override", "ask", "allocate", "clear"),
        *("claim", "settle", "liquidate"),
    ):
        url = reverse("contracts:money_act", args=[public_id, act])
        assert url not in shown
    pay = reverse("contracts:money_act_on", args=[public_id, "pay", key(funded, 1)])
    assert auditor.get(pay).status_code == 403
    assert client_of(funded.host).get(pay).status_code == 403
    assert client_of("expert").get(pay).status_code == 404
    unknown = reverse("contracts:money_act", args=[public_id, "steal"])
    assert client_of(funded.finance).get(unknown).status_code == 404


def test_the_leader_lets_an_instalment_be_paid_against_a_rule(funded, client_of):
    leader = client_of(funded.leader)
    url = reverse(
        "contracts:money_act_on",
        args=[funded.contract.public_id, "override", key(funded, 2)],
    )
    assert "Mốc 1" in leader.get(url).content.decode()
    done = leader.post(url, {"reason": "Cần gấp", "decision_number": "77/QĐ-BCT"})
    assert done.status_code == 302
    assert "77/QĐ-BCT" in page(leader, "money", funded.contract.public_id)


def test_settled_claimed_received_and_liquidated(funded, client_of):
    finance, officer = client_of(funded.finance), client_of(funded.officer)
    leader = client_of(funded.leader)
    today = localdate().isoformat()
    allocate(finance, funded)
    post(finance, funded, "pay", key(funded, 1), paid_on=today, reference="UNC-1")
    step(SYSTEM, funded.again(), Act.CONTRACT_COMPLETE, now())
    typed = {"document_number": "09/QT", "settled_on": today}
    wrong = post(finance, funded, "settle", **typed, saved="1")
    assert (wrong.status_code, "09/QT" in wrong.content.decode()) == (422, True)
    assert post(finance, funded, "settle", **typed, saved="").status_code == 302
    claim = Claim.objects.get()
    assert claim.amount == 800_000_000
    received = {"received_on": today, "reference": "GBC-1"}
    over = post(
        finance, funded, "receive", claim.public_id, amount="800.000.001", **received
    )
    assert over.status_code == 422
    part = post(
        finance, funded, "receive", claim.public_id, amount="500.000.000", **received
    )
    assert part.status_code == 302
    blocked = post(
        officer, funded, "liquidate", document_number="5/TL", liquidated_on=today
    )
    assert blocked.status_code == 409
    waived = post(
        leader,
        funded,
        "waive",
        claim.public_id,
        amount="",
        reason="Bất khả kháng",
        decision_number="80/QĐ-BCT",
        decided_on=today,
    )
    assert waived.status_code == 302
    shown = page(finance, "money", funded.contract.public_id)
    assert "GBC-1" in shown
    assert "80/QĐ-BCT" in shown


def test_a_mistake_is_taken_back_with_its_reason(funded, client_of):
    finance, officer = client_of(funded.finance), client_of(funded.officer)
    today = localdate().isoformat()
    allocate(finance, funded)
    post(finance, funded, "pay", key(funded, 1), paid_on=today, reference="UNC-1")
    payment = Payment.objects.get()
    bare = post(finance, funded, "unpay", payment.public_id, reason=" ")
    assert bare.status_code == 422
    done = post(finance, funded, "unpay", payment.public_id, reason="Nhập nhầm")
    assert (done.status_code, Payment.objects.count()) == (302, 0)
    post(
        officer,
        funded,
        "clear",
        document_number="KL-1",
        cleared_on=today,
        amount="5",
        work="x",
    )
    wrong = Clearance.objects.get()
    assert (
        post(officer, funded, "unclear", wrong.public_id, reason="Nhầm").status_code
        == 302
    )
    allocation = funded.contract.allocations.get()
    assert (
        post(
            finance, funded, "unallocate", allocation.public_id, reason="Nhầm"
        ).status_code
        == 302
    )
    reached = post(officer, funded, "reach", "1", reached_on=today, evidence="Biên bản")
    assert reached.status_code == 302


def test_papers_of_money_in_word_and_pdf(funded, client_of):
    finance = client_of(funded.finance)
    allocate(finance, funded)
    today = localdate().isoformat()
    post(finance, funded, "pay", key(funded, 1), paid_on=today, reference="UNC-1")
    public_id = funded.contract.public_id
    payment = Payment.objects.get().public_id
    for kind, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        for url in (
            reverse("contracts:settlement_paper", args=[public_id, kind]),
            reverse("contracts:payment_paper", args=[public_id, payment, kind]),
        ):
            got = finance.get(url)
            assert (got.status_code, got.content[: len(start)]) == (200, start)
            assert client_of(funded.story.applicants[1]).get(url).status_code == 404
    wrong = reverse("contracts:settlement_paper", args=[public_id, "exe"])
    assert finance.get(wrong).status_code == 404


def test_a_statement_is_looked_at_entered_and_matched(funded, client_of):
    finance = client_of(funded.finance)
    allocate(finance, funded)
    today = localdate()
    post(
        finance,
        funded,
        "pay",
        key(funded, 1),
        paid_on=today.isoformat(),
        reference="UNC-1",
    )
    rows = [f"{today:%d/%m/%Y}", "UNC-1", 800_000_000, None, "Tạm ứng", "Viện"]
    other = [f"{today:%d/%m/%Y}", "PHI", 11_000, None, "Phí", ""]

    def upload(*lines):
        return finance.post(
            reverse("contracts:statement_new"),
            {
                "account": "3713",
                "file": SimpleUploadedFile("sk.xlsx", book(HEAD, *lines).read()),
            },
        )

    faulty = upload(["31/02/2027", "x", 5])
    assert faulty.status_code == 422
    assert "31/02/2027" in faulty.content.decode()
    assert "3713" in faulty.content.decode()
    assert upload(rows, other).status_code == 302
    statement = Statement.objects.get()
    assert "UNC-1" in page(finance, "statement", statement.public_id)
    assert statement.lines.count() == 0
    args = [statement.public_id]
    enter = reverse("contracts:statement_enter", args=args)
    assert client_of("auditor").post(enter).status_code == 403
    assert finance.post(enter).status_code == 302
    assert finance.post(enter).status_code == 409
    assert (
        finance.post(reverse("contracts:statement_match", args=args)).status_code == 302
    )
    match = StatementMatch.objects.get()
    url = reverse("contracts:line_match", args=[match.line_id])
    assert finance.post(url, {"act": "unmatch", "reason": ""}).status_code == 422
    assert finance.post(url, {"act": "unmatch", "reason": "Sai"}).status_code == 302
    assert "UNC-1" in finance.get(url).content.decode()
    assert finance.post(url, {"target": ""}).status_code == 422
    chosen = {"target": f"payment:{Payment.objects.get().pk}"}
    assert finance.post(url, chosen).status_code == 302
    page(client_of("officer"), "statements", status=403)
    page(client_of("officer"), "statement", statement.public_id, status=404)
    assert "sk.xlsx" in page(client_of("auditor"), "statements")


def test_the_year_end_is_made_by_a_worker_and_read_by_who_asked(funded, client_of):
    finance = client_of(funded.finance)
    allocate(finance, funded)
    today = localdate()
    post(
        finance,
        funded,
        "pay",
        key(funded, 1),
        paid_on=today.isoformat(),
        reference="UNC-1",
    )
    url = reverse("contracts:settlements")
    assert finance.post(url, {"year": "abc"}).status_code == 422
    assert finance.post(url, {"year": str(today.year)}).status_code == 302
    finance.post(url, {"year": str(today.year)})
    job = Job.objects.get(kind=EXPORT_JOB)
    run_job.func(job.pk)
    job.refresh_from_db()
    assert (job.state, job.fault) == ("done", "")
    made = reverse("contracts:settlements_file", args=[job.result["file"]])
    assert made in finance.get(url).content.decode()
    got = finance.get(made)
    book_ = load_workbook(io.BytesIO(b"".join(got.streaming_content)))
    first, second = book_.worksheets
    head = [c.value for c in first[1]]
    row = dict(zip(head, [c.value for c in first[2]], strict=True))
    assert row["Hợp đồng"] == funded.contract.number
    assert [c.value for c in first[3]][4] == 2_000_000_000
    assert [c.value for c in second[2]][4:] == ["UNC-1", 800_000_000]
    assert client_of(funded.leader).get(made).status_code == 404
    assert client_of("expert").get(url).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_no_page_costs_more_when_there_is_more(funded, client_of, count):
    at = now()
    actor = funded.finance
    for n in range(count):
        actions.allocate(
            actor=actor,
            contract_id=funded.contract.pk,
            year=localdate().year,
            amount=STATE // 3,
            decision_number=f"{n}/QĐ",
            decided_on=localdate(),
            at=at,
        )
        actions.clear_work(
            actor=funded.officer,
            contract_id=funded.contract.pk,
            document_number=f"KL-{n}",
            cleared_on=localdate(),
            amount=STATE // 3,
            work="x",
            at=at,
        )
        asked = actions.ask_payment(
            actor=funded.host,
            instalment_id=funded.contract.instalments.get(position=n + 1).pk,
            text="x",
            at=at,
        )
        actions.receive_statement(
            actor=actor,
            account=str(n),
            file=book(
                HEAD,
                *(
                    [f"{localdate():%d/%m/%Y}", f"C{i}", 5, None, "a"]
                    for i in range(count)
                ),
            ),
            at=at,
        )
    statement = Statement.objects.first()
    actions.import_statement(actor=actor, statement_id=statement.pk, at=at)
    finance = client_of(actor)
    args = {
        "payment_request": [asked.public_id],
        "statement": [statement.public_id],
        "money": [funded.contract.public_id],
    }
    found = {}
    for name in BUDGETS:
        url = reverse(f"contracts:{name}", args=args.get(name, []))
        finance.get(url)
        with CaptureQueriesContext(connection) as caught:
            assert finance.get(url).status_code == 200
        found[name] = len(caught)
    assert found == BUDGETS
