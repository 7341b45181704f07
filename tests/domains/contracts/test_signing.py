"""Signed files are kept by digest and checked; with both sides' the contract is in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.choices import PaperKind, Side
from opensti.domains.contracts.models import Contract, SignedPaper
from opensti.kernel.access import PUBLIC, AccessDenied, Role, SudoNeeded
from opensti.kernel.files.models import StoredFile
from opensti.kernel.files.serving import readable_file
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import Invalid, NotFound, Stale, StepNotAllowed
from tests.factories import contract_papers as papers
from tests.factories import contracts as factory
from tests.factories import signatures
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81"
    b"\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)


def sign(funded, **more):
    given = {
        "actor": funded.officer,
        "signed_on": papers.SIGNED_ON,
        "at": papers.AFTER,
        **more,
    }
    return actions.sign_contract(contract_id=funded.contract.pk, **given)


def fields(refused):
    return [p.field for p in refused.value.problems]


def test_signed_by_both_it_is_in_force_from_the_day_of_the_signature():
    funded = papers.signed()
    contract = funded.again()
    assert (contract.case.state, contract.signed_on) == ("running", papers.SIGNED_ON)
    terms = contract.terms.get()
    assert (terms.number, terms.in_force_from, terms.basis) == (
        1,
        papers.SIGNED_ON,
        contract.number,
    )
    assert terms.sha256 == contract.approval_rounds.get().sha256
    task = contract.task
    assert (task.state, task.start, task.end) == (
        "running",
        contract.starts_on,
        contract.ends_on,
    )
    assert contract.acceptance.case.state == "awaited"


def test_the_public_entry_says_what_the_law_makes_public_and_no_more():
    funded = papers.signed()
    contract = funded.again()
    subject = queries.contract_subject(contract.public_id)
    public = entries_of(subject, public_only=True)
    assert [(e.act, e.detail) for e in public] == [
        (
            "contracts.sign",
            {
                "number": "01.26/HĐ-ĐMST",
                "title_vi": contract.title_vi,
                "host": contract.host.name_vi,
                "state_money": "2000000000",
                "signed_on": papers.SIGNED_ON.isoformat(),
                "starts_on": "2026-09-01",
                "ends_on": "2028-09-01",
                "products": [p.name_vi for p in contract.products.all()],
                "text": contract.terms.get().sha256,
            },
        )
    ]


def test_without_the_files_of_both_sides_it_is_not_signed():
    funded = papers.agreed()
    with pytest.raises(Invalid) as refused:
        sign(funded)
    assert fields(refused) == ["file"]
    papers.keep_signed(funded, side=Side.AGENCY)
    with pytest.raises(Invalid):
        sign(funded)
    papers.keep_signed(funded, signatures.plain_pdf("HOST"), side=Side.HOST)
    assert sign(funded).case.state == "running"


def test_it_is_signed_once_and_not_by_an_old_page():
    funded = papers.agreed()
    papers.keep_signed(funded)
    with pytest.raises(Stale):
        sign(funded, version=1)
    sign(funded)
    with pytest.raises(StepNotAllowed):
        sign(funded)
    assert funded.again().terms.count() == 1


def test_a_day_before_the_decision_or_in_the_future_is_refused():
    funded = papers.agreed()
    papers.keep_signed(funded)
    for day in (
        funded.contract.decided_on - timedelta(days=1),
        papers.AFTER.date() + timedelta(days=1),
    ):
        with pytest.raises(Invalid) as refused:
            sign(funded, signed_on=day)
        assert fields(refused) == ["signed_on"]
        with pytest.raises(Invalid) as refused:
            papers.keep_signed(funded, signatures.plain_pdf("HAI"), signed_on=day)
        assert fields(refused) == ["signed_on"]
    assert funded.again().case.state == "agreed"


def test_it_is_in_force_from_the_last_signature_and_not_before():
    funded = papers.agreed()
    papers.keep_signed(funded, side=Side.AGENCY)
    later = papers.SIGNED_ON + timedelta(days=1)
    papers.keep_signed(
        funded, signatures.plain_pdf("HAI"), side=Side.HOST, signed_on=later
    )
    with pytest.raises(Invalid) as refused:
        sign(funded)
    assert fields(refused) == ["signed_on"]
    assert sign(funded, signed_on=later).terms.get().in_force_from == later


def test_another_text_than_the_approved_one_is_not_signed():
    funded = papers.agreed()
    papers.keep_signed(funded)
    Contract.objects.filter(pk=funded.contract.pk).update(objectives="Khác")
    with pytest.raises(StepNotAllowed):
        sign(funded)
    assert funded.again().case.state == "agreed"


def test_signing_asks_for_the_password_and_is_an_officials_act():
    funded = papers.agreed()
    papers.keep_signed(funded)
    with pytest.raises(SudoNeeded):
        sign(funded, actor=replace(funded.officer, sudo=False))
    for stranger in (funded.finance, funded.host, person(Role.EXPERT), PUBLIC):
        with pytest.raises((AccessDenied, NotFound)):
            sign(funded, actor=stranger)
        with pytest.raises((AccessDenied, NotFound)):
            papers.keep_signed(funded, signatures.plain_pdf("X"), actor=stranger)


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (signatures.plain_pdf(), "scan.pdf", "unsigned"),
        (PNG, "scan.png", "no_pdf"),
        (signatures.signed_pdf(), "ky.pdf", "signed"),
    ],
)
def test_what_was_found_in_a_file_is_kept_with_it(content, name, found):
    funded = papers.agreed()
    paper = papers.keep_signed(funded, content, name=name)
    assert paper.check_result["found"] == found
    assert [s["trust"] for s in paper.check_result["signatures"]] == (
        ["unknown"] if found == "signed" else []
    )
    assert paper.sha256 == paper.file.sha256


def test_a_broken_signature_is_refused_unless_it_is_a_scan():
    funded = papers.agreed()
    broken = signatures.overwritten(signatures.signed_pdf())
    with pytest.raises(Invalid) as refused:
        papers.keep_signed(funded, broken)
    assert fields(refused) == ["file"]
    assert not SignedPaper.objects.exists()
    assert not StoredFile.objects.filter(subject__startswith="contracts.").exists()
    paper = papers.keep_signed(funded, broken, scanned=True)
    assert (paper.scanned, paper.check_result["signatures"][0]["intact"]) == (
        True,
        False,
    )


def test_the_same_file_is_kept_once():
    funded = papers.agreed()
    papers.keep_signed(funded)
    with pytest.raises(Invalid):
        papers.keep_signed(funded)
    paper = SignedPaper.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        SignedPaper.objects.create(
            contract=paper.contract,
            kind=paper.kind,
            side=paper.side,
            file=paper.file,
            sha256=paper.sha256,
            signed_on=paper.signed_on,
            recorded_at=papers.AFTER,
        )


def test_a_text_document_is_no_signed_paper():
    funded = papers.agreed()
    with pytest.raises(Invalid) as refused:
        papers.keep_signed(funded, b"HOP DONG\n", name="hop-dong.txt")
    assert fields(refused) == ["file"]
    assert not StoredFile.objects.filter(subject__startswith="contracts.").exists()


def test_a_file_kept_by_mistake_is_taken_out_until_the_contract_is_signed():
    funded = papers.agreed()
    paper = papers.keep_signed(funded)
    out = {"actor": funded.officer, "public_id": paper.public_id, "at": papers.AFTER}
    with pytest.raises(Invalid):
        actions.withdraw_signed_paper(reason=" ", **out)
    actions.withdraw_signed_paper(reason="Nhầm tệp", **out)
    with pytest.raises(NotFound):
        readable_file(funded.officer, paper.file.public_id)
    with pytest.raises(Invalid):
        sign(funded)
    kept = papers.keep_signed(funded)
    sign(funded)
    with pytest.raises(StepNotAllowed):
        actions.withdraw_signed_paper(
            **{**out, "public_id": kept.public_id}, reason="Nhầm"
        )


def test_papers_of_a_running_contract_are_kept_then_and_not_before():
    funded = papers.agreed()
    with pytest.raises(StepNotAllowed):
        papers.keep_signed(funded, kind=PaperKind.AMENDMENT)
    papers.keep_signed(funded)
    sign(funded)
    paper = papers.keep_signed(
        funded, kind=PaperKind.AMENDMENT, title="Phụ lục số 1", at=factory.LATER
    )
    assert (paper.kind, paper.title) == ("amendment", "Phụ lục số 1")
    with pytest.raises(StepNotAllowed):
        papers.keep_signed(funded, signatures.plain_pdf("HAI"))


def test_the_host_and_the_office_read_the_file_and_nobody_else():
    funded = papers.signed()
    paper = SignedPaper.objects.get()
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

    def reads(actor):
        try:
            readable_file(actor, paper.file.public_id)
        except NotFound:
            return False
        return True

    readers = {name for name, actor in who.items() if reads(actor)}
    assert readers == {"officer", "leader", "finance", "auditor", "host"}
    knows = {
        name
        for name, actor in who.items()
        if queries.signed_papers(actor, funded.contract).exists()
    }
    assert knows == readers


def test_a_contract_stands_still_and_goes_on_with_a_reason():
    funded = papers.signed()
    at = {"contract_id": funded.contract.pk, "at": factory.LATER}
    with pytest.raises(AccessDenied):
        actions.suspend_contract(actor=funded.officer, reason="Thiên tai", **at)
    with pytest.raises(Invalid):
        actions.suspend_contract(actor=funded.leader, reason="", **at)
    actions.suspend_contract(actor=funded.leader, reason="Thiên tai", **at)
    assert funded.again().case.state == "suspended"
    with pytest.raises(StepNotAllowed):
        actions.suspend_contract(actor=funded.leader, reason="Nữa", **at)
    actions.resume_contract(actor=funded.leader, reason="Đã khắc phục", **at)
    assert funded.again().case.state == "running"
    with pytest.raises(StepNotAllowed):
        actions.cancel_contract(actor=funded.leader, reason="Thôi", **at)
