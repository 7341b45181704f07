"""Pages of papers, approval and signature: from a draft to a contract in force."""

from __future__ import annotations

import io
from datetime import date

import docx
import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from opensti.domains.contracts import actions
from opensti.domains.contracts.actions.acting import write_terms
from opensti.domains.contracts.models import Claim, SignedPaper
from opensti.kernel.access import Role
from tests.factories import contract_papers as papers
from tests.factories import contracts as factory
from tests.factories import signatures
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db

BUDGETS = {"approval": 17, "papers": 17}


def page(client, name, *args, status=200, language="vi"):
    client.cookies["django_language"] = language
    response = client.get(reverse(f"contracts:{name}", args=args))
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def post(client, name, *args, **data):
    return client.post(reverse(f"contracts:{name}", args=args), data)


def act(client, funded, what, **data):
    given = {"act": what, "version": funded.again().version, **data}
    return post(client, "approval", funded.contract.public_id, **given)


def signed_file(content=b"", name="hop-dong.pdf"):
    return SimpleUploadedFile(name, content or signatures.plain_pdf())


def keep(client, funded, **data):
    given = {
        "act": "keep",
        "version": funded.again().version,
        "kind": "contract",
        "side": "both",
        "signed_on": papers.SIGNED_ON.isoformat(),
        "file": signed_file(),
        **data,
    }
    return post(client, "papers", funded.contract.public_id, **given)


def text_of(response):
    reader = pypdf.PdfReader(io.BytesIO(response.content))
    return " ".join(" ".join(p.extract_text() for p in reader.pages).split())


def test_from_the_draft_to_the_contract_in_force(client_of):
    funded = papers.ready()
    public_id = funded.contract.public_id
    officer, finance = client_of(funded.officer), client_of(funded.finance)
    assert "Send for approval" in page(officer, "approval", public_id, language="en")
    sent = act(officer, funded, "send", remark="Kính trình lãnh đạo")
    assert sent.status_code == 302
    # double click: the page was of an earlier version
    again = post(
        officer, "approval", public_id, act="send", version=1, remark="Lần hai"
    )
    assert again.status_code == 409
    shown = page(finance, "approval", public_id, language="en")
    assert "It is your turn" in shown
    assert "Kính trình lãnh đạo" in shown
    assert public_id in page_home(finance)
    digest = funded.again().approval_rounds.get().sha256
    wrong = act(finance, funded, "approve", sha256="0" * 64, remark="Đã xem kỹ")
    assert wrong.status_code == 409
    assert "Đã xem kỹ" in wrong.content.decode()
    done = act(finance, funded, "approve", sha256=digest, remark="Đúng dự toán")
    assert done.status_code == 302
    leader = client_of(funded.leader)
    assert act(leader, funded, "approve", sha256=digest).status_code == 302
    assert funded.again().case.state == "agreed"
    early = act(officer, funded, "sign", signed_on=papers.SIGNED_ON.isoformat())
    assert early.status_code == 422
    assert keep(officer, funded).status_code == 302
    signed = act(officer, funded, "sign", signed_on=papers.SIGNED_ON.isoformat())
    assert signed.status_code == 302
    assert funded.again().case.state == "running"
    assert "hop-dong.pdf" in page(officer, "papers", public_id)


def page_home(client):
    return client.get(reverse("home")).content.decode()


def test_sent_back_with_marks_nothing_typed_is_lost(client_of):
    funded = papers.ready()
    papers.send(funded)
    finance = client_of(funded.finance)
    product = funded.contract.products.first()
    typed = {
        "reason": "",
        "place-0": f"product:{product.key}",
        "text-0": "Thiếu chỉ tiêu",
        "place-1": "",
        "text-1": "Không rõ chỗ nào",
    }
    refused = act(finance, funded, "return", **typed)
    assert refused.status_code == 422
    assert "Thiếu chỉ tiêu" in refused.content.decode()
    refused = act(finance, funded, "return", **typed | {"reason": "Sửa lại"})
    assert refused.status_code == 422
    assert "Không rõ chỗ nào" in refused.content.decode()
    back = act(finance, funded, "return", **typed | {"reason": "Sửa lại", "text-1": ""})
    assert back.status_code == 302
    shown = page(client_of(funded.officer), "approval", funded.contract.public_id)
    assert "Thiếu chỉ tiêu" in shown
    assert product.name_vi in shown


def test_a_draft_says_what_it_lacks_and_what_changed_since_it_was_sent(client_of):
    bare = factory.drafted()
    officer = client_of(bare.officer)
    shown = page(officer, "approval", bare.contract.public_id, language="en")
    assert "The contract has no number." in shown
    assert act(officer, bare, "send").status_code == 422


def test_a_second_sending_shows_what_is_another_now(client_of):
    funded = papers.ready()
    papers.send(funded)
    actions.return_to_draft(
        actor=funded.leader,
        contract_id=funded.contract.pk,
        reason="Đổi mục tiêu",
        at=papers.AFTER,
    )
    contract = funded.again()
    contract.objectives = "Quy trình thu hồi 85 % kẽm"
    contract.save()
    papers.send(funded)
    shown = page(client_of(funded.finance), "approval", contract.public_id)
    assert "Quy trình thu hồi 85 % kẽm" in shown


def test_a_delegated_approval_says_on_whose_behalf(client_of):
    funded = papers.ready()
    papers.send(funded)
    deputy = person(Role.FINANCE, on_behalf={Role.FINANCE: funded.finance.user_id})
    papers.approve(funded, deputy)
    shown = page(
        client_of(funded.officer), "approval", funded.contract.public_id, language="vi"
    )
    assert "thay mặt" in shown


def test_a_broken_signature_is_refused_at_its_field_and_kept_as_a_scan(client_of):
    funded = papers.agreed()
    officer = client_of(funded.officer)
    broken = signatures.overwritten(signatures.signed_pdf())
    refused = keep(officer, funded, file=signed_file(broken), title="Bản ký số")
    assert refused.status_code == 422
    assert "Bản ký số" in refused.content.decode()
    assert not SignedPaper.objects.exists()
    assert (
        keep(officer, funded, file=signed_file(broken), scanned="on").status_code == 302
    )
    shown = page(officer, "papers", funded.contract.public_id, language="en")
    assert "an electronic signature does not hold" in shown
    assert "Nguyễn Văn A" in shown


def test_a_signed_file_is_downloaded_by_office_and_host_alone(client_of):
    funded = papers.agreed()
    keep(client_of(funded.officer), funded)
    paper = SignedPaper.objects.get()
    address = reverse(
        "contracts:signed_file", args=[funded.contract.public_id, paper.public_id]
    )
    for reader in (funded.officer, funded.host):
        response = client_of(reader).get(address)
        assert b"".join(response.streaming_content) == signatures.plain_pdf()
    party = person(Role.OFFICER, member_of=frozenset({funded.contract.host_id}))
    for stranger in (
        funded.story.applicants[1],
        party,
        person(Role.EXPERT),
        person(Role.SECRETARY),
        person(Role.ADMIN),
    ):
        client = client_of(stranger)
        assert client.get(address).status_code == 404
        for name in ("papers", "approval"):
            page(client, name, funded.contract.public_id, status=404)
        document = reverse(
            "contracts:paper_document",
            args=[funded.contract.public_id, "contract", "vi", "pdf"],
        )
        assert client.get(document).status_code == 404


def test_the_host_sees_where_it_stands_and_not_who_said_what(client_of):
    funded = papers.ready()
    papers.send(funded, remark="Nội bộ: xem kỹ")
    papers.approve(funded, funded.finance, remark="Nhận xét nội bộ")
    host = client_of(funded.host)
    for name in ("approval", "papers", "contract"):
        shown = page(host, name, funded.contract.public_id)
        for hidden in (
            "Nội bộ: xem kỹ",
            "Nhận xét nội bộ",
            funded.finance.name,
            "một cấp đã duyệt",
        ):
            assert hidden not in shown
    inside = page(client_of(funded.leader), "contract", funded.contract.public_id)
    assert funded.finance.name in inside
    assert "một cấp đã duyệt" in inside
    assert act(host, funded, "approve", sha256="0" * 64).status_code == 403


def test_a_file_taken_out_by_mistake_says_why(client_of):
    funded = papers.agreed()
    officer = client_of(funded.officer)
    keep(officer, funded)
    paper = SignedPaper.objects.get()
    out = post(
        officer,
        "signed_withdraw",
        funded.contract.public_id,
        paper.public_id,
        reason="Nhầm tệp",
    )
    assert out.status_code == 302
    assert "Nhầm tệp" in page(officer, "papers", funded.contract.public_id)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_the_contract_is_written_in_both_languages_and_formats(
    client_of, language, kind
):
    funded = papers.signed()
    response = client_of(funded.host).get(
        reverse(
            "contracts:paper_document",
            args=[funded.contract.public_id, "contract", language, kind],
        )
    )
    assert response.status_code == 200
    if kind == "pdf":
        text = text_of(response)
    else:
        body = docx.Document(io.BytesIO(response.content)).element.body
        text = " ".join(t.text or "" for t in body.iter() if t.tag.endswith("}t"))
    said = {"vi": "Hai tỷ đồng", "en": "2,000,000,000"}[language]
    assert [part for part in (said, "01.26/HĐ-ĐMST") if part not in text] == []


def test_an_amendment_and_a_claim_have_their_papers(client_of):
    funded = papers.signed()
    contract = funded.again()
    contract.ends_on = date(2029, 3, 1)
    contract.save()
    write_terms(
        funded.leader,
        contract,
        in_force_from=date(2028, 1, 1),
        at=factory.LATER,
        reason="Thiên tai",
    )
    claim = Claim.objects.create(
        contract=contract,
        amount=640_000_000,
        reason="Không hoàn thành",
        decision_number="12/QĐ-ĐMST",
        decided_on=date(2028, 2, 1),
        made_at=factory.LATER,
    )
    host = client_of(funded.host)
    shown = page(host, "papers", contract.public_id)
    assert "12/QĐ-ĐMST" in shown
    assert "Thiên tai" in shown

    def said(which):
        address = [contract.public_id, which, "vi", "pdf"]
        return text_of(host.get(reverse("contracts:paper_document", args=address)))

    assert "01/09/2028 01/03/2029 +181 ngày" in said("amendment-2")
    assert "01/09/2028" in said("contract")  # as it was signed
    assert "Sáu trăm bốn mươi triệu đồng" in said(f"claim-{claim.public_id}")
    rival = client_of(funded.story.applicants[1])
    for which in ("amendment-2", f"claim-{claim.public_id}"):
        address = [contract.public_id, which, "vi", "pdf"]
        found = rival.get(reverse("contracts:paper_document", args=address))
        assert found.status_code == 404


@pytest.mark.parametrize(
    "which", ["amendment-1", "amendment-2", "contract-2", "claim-x", "amendment-x", "y"]
)
def test_a_paper_there_is_not_is_not_found(client_of, which):
    funded = papers.signed()
    officer = client_of(funded.officer)
    address = [funded.contract.public_id, which, "vi", "pdf"]
    assert (
        officer.get(reverse("contracts:paper_document", args=address)).status_code
        == 404
    )
    address = [funded.contract.public_id, "contract", "fr", "pdf"]
    assert (
        officer.get(reverse("contracts:paper_document", args=address)).status_code
        == 404
    )


@pytest.mark.parametrize("files", [1, 3])
def test_query_counts(client_of, files, django_assert_num_queries):
    funded = papers.agreed()
    for n in range(files):
        papers.keep_signed(funded, signatures.plain_pdf(f"BAN {n}"))
    officer = client_of(funded.officer)
    for name, number in BUDGETS.items():
        page(officer, name, funded.contract.public_id)
        with django_assert_num_queries(number):
            page(officer, name, funded.contract.public_id)


@pytest.mark.parametrize("sendings", [1, 3])
def test_the_page_of_approval_costs_the_same_however_often_it_was_sent(
    client_of, sendings, django_assert_num_queries
):
    funded = papers.ready()
    papers.send(funded)
    for _n in range(sendings - 1):
        actions.return_to_draft(
            actor=funded.leader,
            contract_id=funded.contract.pk,
            reason="Sửa lại",
            at=papers.AFTER,
        )
        papers.send(funded)
    finance = client_of(funded.finance)
    page(finance, "approval", funded.contract.public_id)
    with django_assert_num_queries(20):
        page(finance, "approval", funded.contract.public_id)
