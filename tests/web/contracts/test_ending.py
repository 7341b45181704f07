"""Pages of an early end, from the asking to the claim, and of hosts that owe."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from opensti.domains.contracts.models import Claim, Ending
from opensti.kernel.access import Role
from tests.factories import amendments as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


def page(client, name, *args, status=200):
    response = client.get(reverse(f"contracts:{name}", args=args))
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def post(client, funded, name, *more, **data):
    """Post a form of the ending; its fields carry the name of the act."""
    prefix = more[0] if more else name.removeprefix("ending_")
    if name != "ending_ask":
        data.setdefault("version", Ending.objects.get().version)
    said = {f"{prefix}-{key}": value for key, value in data.items()}
    url = reverse(f"contracts:{name}", args=[funded.contract.public_id, *more])
    return client.post(url, said)


def english(client):
    client.cookies["django_language"] = "en"
    return client


def test_from_the_asking_to_the_claim_with_accepted_risk_refused(client_of):  # noqa: PLR0915 -- one walk
    funded = factory.running()
    whole = factory.paid(funded)
    public_id = funded.contract.public_id
    host = english(client_of(funded.host))
    assert "No early end is pursued" in page(host, "ending", public_id)
    assert post(host, funded, "ending_ask", reason="").status_code == 422
    assert post(host, funded, "ending_ask", reason="Hết tiền.").status_code == 302
    assert post(host, funded, "ending_ask", reason="Hết tiền.").status_code == 409

    leader = english(client_of(funded.leader))
    assert "Suspend; the host reports" in page(leader, "ending", public_id)
    begin = reverse("contracts:ending_begin", args=[public_id])
    version = Ending.objects.get().version
    assert leader.post(begin, {"version": version}).status_code == 302
    assert leader.post(begin, {"version": version}).status_code == 409

    report = {
        "report": "Đã làm nội dung 1.",
        "plan_products": "Bàn giao.",
        "plan_assets": "Giữ lại.",
    }
    wrong = post(host, funded, "ending_report", unused=str(whole + 1), **report)
    assert wrong.status_code == 422
    assert "Đã làm nội dung 1." in wrong.content.decode()
    done = post(host, funded, "ending_report", unused="100", **report)
    assert done.status_code == 302

    officer = english(client_of(funded.officer))
    money = {"unused": "100", "unproven": "50", "note": "Chứng từ."}
    short = post(officer, funded, "ending_check", proper="1", **money)
    assert "The three together are what was paid" in short.content.decode()
    right = post(officer, funded, "ending_check", proper=str(whole - 150), **money)
    assert right.status_code == 302
    shown = page(officer, "ending", public_id)
    assert "No fraud, no money used for other ends" in shown
    assert "Not judged yet." in shown
    pdf = SimpleUploadedFile("minh-chung.pdf", factory.PDF)
    found = {"condition": "no_fraud", "met": "yes", "text": "Theo hồ sơ."}
    judged = post(officer, funded, "ending_condition", "no_fraud", file=pdf, **found)
    assert judged.status_code == 302
    lacking = post(officer, funded, "ending_condition", "no_fraud", text="")
    assert lacking.status_code == 422
    shown = page(officer, "ending", public_id)
    assert "minh-chung.pdf" in shown
    start = shown.index("/ending/paper/")
    path = shown[shown.rindex('"', 0, start) + 1 : shown.index('"', start)]
    assert b"".join(host.get(path).streaming_content) == factory.PDF
    assert client_of(person(Role.EXPERT)).get(path).status_code == 404

    decision = {
        "cause": "subjective",
        "decision_number": "99/QĐ-BCT",
        "reason": "Không hoàn thành.",
    }
    refused = post(leader, funded, "ending_decide", risk_accepted="yes", **decision)
    text = refused.content.decode()
    assert refused.status_code == 422
    assert text.count("Not found met on evidence") >= 3
    assert "99/QĐ-BCT" in text
    words = post(
        leader,
        funded,
        "ending_decide",
        risk_accepted="no",
        share_proper="viele",
        **decision,
    )
    assert "viele" in words.content.decode()
    done = post(
        leader,
        funded,
        "ending_decide",
        risk_accepted="no",
        share_proper="12,5",
        **decision,
    )
    assert done.status_code == 302
    claim = Claim.objects.get()
    back = round((whole - 150) * Decimal("0.125"))
    assert claim.amount == back + 150
    shown = page(officer, "ending", public_id)
    assert "12.5 %" in shown
    assert f"{back:,}" in shown
    owing = page(officer, "owing")
    assert "01.26/HĐ-ĐMST" in owing
    assert "no bar is known" in owing


def test_what_is_not_pursued(client_of):
    funded = factory.running()
    factory.ending(funded, until="reporting")
    leader = client_of(funded.leader)
    assert post(leader, funded, "ending_drop", reason="").status_code == 422
    assert post(leader, funded, "ending_drop", reason="Có tiền.").status_code == 302
    assert Ending.objects.get().state == "dropped"


def test_the_decision_is_a_paper_in_word_and_pdf(client_of):
    funded = factory.running("moit_2014", lump="final_product")
    factory.paid(funded)
    factory.ending(funded)
    factory.ended(funded)
    officer = client_of(funded.officer)
    answers = {
        kind: officer.get(
            reverse("contracts:ending_document", args=[funded.contract.public_id, kind])
        )
        for kind in ("docx", "pdf")
    }
    assert answers["pdf"].content.startswith(b"%PDF")
    word = Document(io.BytesIO(answers["docx"].content))
    cells = [c.text for t in word.tables for r in t.rows for c in r.cells]
    assert "40 %" in cells
    assert any("99/QĐ-BCT" in text for text in cells)


def test_who_may_not_know_of_the_contract_finds_nothing(client_of):
    funded = factory.running()
    factory.ending(funded, until="asked")
    for actor in (funded.story.applicants[1], person(Role.EXPERT)):
        client = client_of(actor)
        page(client, "ending", funded.contract.public_id, status=404)
        page(client, "ending_document", funded.contract.public_id, "pdf", status=404)
        page(client, "owing", status=403)


BUDGETS = {"ending": 11, "owing": 7}


@pytest.mark.parametrize("times", [1, 3])
def test_no_page_costs_more_when_there_is_more(
    client_of, django_assert_num_queries, times
):
    funded = factory.running()
    factory.paid(funded)
    factory.ending(funded)
    for _n in range(times):
        factory.found(funded)
    factory.ended(funded, risk_accepted=True)
    officer = client_of(funded.officer)
    args = {"ending": [funded.contract.public_id]}
    for name, budget in BUDGETS.items():
        url = reverse(f"contracts:{name}", args=args.get(name, []))
        officer.get(url)
        with django_assert_num_queries(budget):
            assert officer.get(url).status_code == 200
