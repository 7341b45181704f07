"""The host asks for an instalment; each is told what of the money waits for him."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.base import ContentFile

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.models import (
    PaymentRequest,
    Posting,
)
from opensti.kernel.access import PUBLIC, Role, may, visible
from opensti.kernel.files.serving import files_of, may_read
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    StepNotAllowed,
)
from tests.factories import contracts as factory
from tests.factories.money import (
    AT,
    FIRST,
    TODAY,
    allocated,
    clear,
    part,
    pay,
    refusal,
    under,
)
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def funded():
    """A running contract under the procedure that says most about money."""
    return under(factory.running(), "moit_2014")


def test_the_host_asks_the_officer_returns_then_accepts(funded):
    paper = ContentFile(b"a,b\n1,2\n", name="khoi-luong.csv")
    request = actions.ask_payment(
        actor=funded.host,
        instalment_id=part(funded, 2).pk,
        text="Đã xong phần 1",
        evidence=[paper],
        at=AT,
    )
    subject = queries.request_subject(request.public_id)
    (held,) = files_of(subject)
    assert may_read(funded.officer, held)
    assert may_read(funded.host, held)
    assert not may_read(funded.story.applicants[1], held)
    refusal(
        StepNotAllowed,
        actions.ask_payment,
        actor=funded.host,
        instalment_id=part(funded, 2).pk,
        text="Lần nữa",
        at=AT,
    )
    refusal(
        AccessDenied,
        actions.accept_payment_request,
        actor=funded.host,
        request_id=request.pk,
        at=AT,
    )
    refusal(
        Invalid,
        actions.return_payment_request,
        actor=funded.officer,
        request_id=request.pk,
        reason="  ",
        at=AT,
    )
    actions.return_payment_request(
        actor=funded.officer, request_id=request.pk, reason="Thiếu biên bản", at=AT
    )
    again = actions.ask_payment(
        actor=funded.host, instalment_id=part(funded, 2).pk, text="Bổ sung", at=AT
    )
    actions.accept_payment_request(actor=funded.officer, request_id=again.pk, at=AT)
    allocated(funded)
    pay(funded, 1)
    clear(funded, FIRST)
    pay(funded, 2)  # its milestone was not entered, the evidence stands for it
    assert list(
        PaymentRequest.objects.order_by("pk").values_list("state", flat=True)
    ) == ["returned", "paid"]


def test_a_broken_file_leaves_no_request(funded):
    wrong = ContentFile(b"MZ\x90", name="virus.exe")
    refusal(
        Invalid,
        actions.ask_payment,
        actor=funded.host,
        instalment_id=part(funded, 2).pk,
        text="x",
        evidence=[wrong],
        at=AT,
    )
    assert not PaymentRequest.objects.exists()


def test_nobody_else_asks_or_knows(funded):
    request = actions.ask_payment(
        actor=funded.host, instalment_id=part(funded, 2).pk, text="x", at=AT
    )
    party = person(Role.OFFICER, member_of=frozenset({funded.contract.host_id}))
    for stranger in (
        funded.story.applicants[1],
        party,
        person(Role.EXPERT),
        person(Role.SECRETARY),
        person(Role.ADMIN),
        PUBLIC,
    ):
        refusal(NotFound, queries.payment_request, stranger, request.public_id)
        assert not visible(stranger, Posting.objects.all()).exists()
        refusal(NotFound, pay, funded, actor=stranger)
    auditor = person(Role.AUDITOR)
    assert queries.payment_request(auditor, request.public_id) == request
    assert not may(auditor, "contracts.answer_payment_request", funded.contract)
    refusal(AccessDenied, pay, funded, actor=funded.officer)
    refusal(AccessDenied, pay, funded, actor=auditor)


def kinds(actor):
    return [item.kind for item in queries.money_work(actor, TODAY)]


def test_each_is_told_what_waits_and_nobody_else(funded):
    people = (funded.officer, funded.finance, funded.host, funded.story.applicants[1])
    asked = actions.ask_payment(
        actor=funded.host, instalment_id=part(funded).pk, text="x", at=AT
    )
    assert [kinds(p) for p in people] == [
        ["contracts.answer_payment_request"],
        [],
        [],
        [],
    ]
    actions.return_payment_request(
        actor=funded.officer, request_id=asked.pk, reason="Thiếu", at=AT
    )
    assert [kinds(p) for p in people] == [[], [], ["contracts.ask_payment"], []]
    again = actions.ask_payment(
        actor=funded.host, instalment_id=part(funded).pk, text="x", at=AT
    )
    actions.accept_payment_request(actor=funded.officer, request_id=again.pk, at=AT)
    assert [kinds(p) for p in people] == [[], ["contracts.pay"], [], []]
    assert kinds(person(Role.AUDITOR)) == []


def test_the_evidence_is_checked_within_the_days_of_the_procedure(funded):
    asked = actions.ask_payment(
        actor=funded.host, instalment_id=part(funded).pk, text="x", at=AT
    )
    by = queries.confirm_by(queries.payment_request(funded.officer, asked.public_id))
    assert by == date(2027, 3, 29)
    under(funded, "moit_2026")
    seen = queries.payment_request(funded.officer, asked.public_id)
    assert queries.confirm_by(seen) is None
