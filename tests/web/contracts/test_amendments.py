"""Pages of amendments: asked for, decided, refused, and what was in force on a day."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localdate
from docx import Document

from opensti.domains.contracts import queries
from opensti.domains.contracts.models import Amendment
from opensti.kernel.access import Role
from opensti.web.contracts.decisions import amendment_decision
from tests.factories import amendments as factory
from tests.factories.registry import Organisations
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"contracts:{name}", args=args), query)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def ask(client, funded, *kinds, **data):
    url = reverse("contracts:amendment_new", args=[funded.contract.public_id])
    query = "&".join(f"kind={kind}" for kind in kinds)
    return client.post(f"{url}?{query}", {"reason": "Thiết bị về chậm.", **data})


def post(client, amendment, name, prefix="", **data):
    said = {f"{prefix}-{k}" if prefix else k: v for k, v in data.items()}
    args = [amendment.contract.public_id, amendment.number]
    return client.post(reverse(f"contracts:{name}", args=args), said)


def english(client):
    client.cookies["django_language"] = "en"
    return client


def decision(amendment, **more):
    return {
        "decision_number": "77/QĐ-BCT",
        "effective_on": localdate().isoformat(),
        "reason": "Theo đề nghị.",
        "version": amendment.version,
        **more,
    }


def test_from_the_asking_to_what_is_in_force(client_of):
    funded = factory.running("national_2013")
    officer = english(client_of(funded.officer))
    public_id = funded.contract.public_id
    shown = page(officer, "amendments", public_id)
    assert "The contract stands as it was signed." in shown
    assert 'value="extend"' in shown
    form = officer.get(
        reverse("contracts:amendment_new", args=[public_id]), {"kind": "extend"}
    )
    assert "By how many months" in form.content.decode()
    refused = ask(officer, funded, "extend", months=12)
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "All extensions together: at most 6 months." in text
    assert "nobody under this procedure" in text
    assert "Thiết bị về chậm." in text
    made = ask(officer, funded, "extend", months=6)
    amendment = Amendment.objects.get()
    assert made.url == reverse("contracts:amendment", args=[public_id, 1])
    shown = page(officer, "amendment", public_id, 1)
    assert "01/03/2029" in shown
    assert "0 of 6 months used, 6 more asked for" in shown
    assert "Approve the amendment" not in shown
    assert (
        post(
            officer, amendment, "amendment_decide", "decide", **decision(amendment)
        ).status_code
        == 403
    )

    leader = english(client_of(funded.leader))
    wrong = post(
        leader,
        amendment,
        "amendment_decide",
        "decide",
        **decision(amendment, effective_on="2031-01-01"),
    )
    assert wrong.status_code == 422
    assert "77/QĐ-BCT" in wrong.content.decode()
    done = post(leader, amendment, "amendment_decide", "decide", **decision(amendment))
    assert done.status_code == 302
    again = post(leader, amendment, "amendment_decide", "decide", **decision(amendment))
    assert again.status_code == 409
    assert "2029" in page(leader, "terms", public_id)
    early = page(leader, "terms", public_id, on="2026-01-01")
    assert "On this day the contract was not signed." in early
    assert "This is not a day" in page(leader, "terms", public_id, on="gestern")
    first = page(leader, "terms", public_id, old=1, new=2)
    assert "01/09/2028" in first
    assert "01/03/2029" in first
    same = page(leader, "terms", public_id, old=2, new=2)
    assert "Nothing differs." in same


def test_lines_are_moved_to_the_dong_and_what_was_typed_wrong_stays(client_of):
    funded = factory.running()
    officer = client_of(funded.officer)
    budget = queries.budget_now(funded.contract.dossier_id)
    items = list(budget.items.order_by("position"))
    typed = {f"line-{i.key}": str(i.amount) for i in items}
    taken = next(i for i in items if i.source == "state")
    typed[f"line-{taken.key}"] = str(taken.amount - 1)
    new = {
        "new-amount": "1",
        "new-category": "travel",
        "new-source": "state",
        "new-description": "Hội thảo",
    }
    wrong = ask(officer, funded, "budget_transfer", **typed, **new)
    assert wrong.status_code == 422
    assert "Hội thảo" in wrong.content.decode()
    words = ask(
        officer,
        funded,
        "budget_transfer",
        **typed | {f"line-{taken.key}": "12,5 tỷ"},
        **new,
    )
    assert "12,5 tỷ" in words.content.decode()
    made = ask(officer, funded, "budget_transfer", **typed, **new, **{"new-year": 2027})
    assert made.status_code == 302
    shown = page(officer, "amendment", funded.contract.public_id, 1)
    assert "1.199.999.999" in shown


def test_products_content_and_people_are_asked_for_without_a_script(client_of):
    funded = factory.running()
    officer = client_of(funded.officer)
    product = funded.contract.products.get()
    key = f"product-{product.key}"
    made = ask(
        officer,
        funded,
        "product",
        **{
            f"{key}-name_vi": product.name_vi,
            f"{key}-quantity": "3",
            f"{key}-unit": "bộ",
            f"{key}-quality": "",
            "product-new-name_vi": "Phần mềm",
            "product-new-kind": "software",
        },
    )
    assert made.status_code == 302, made.content.decode()[:3000]
    other = Organisations.create(name_vi="Viện Luyện kim")
    typed = {"host": f"{other.name_vi} ({other.public_id})"}
    assert ask(officer, funded, "host", **typed).status_code == 302
    assert ask(officer, funded, "leader", leader="Không ai").status_code == 422
    late = {
        "obligations": "",
        "milestone-1": "2027-09-01",
        "milestone-2": "2028-06-01",
        **{
            f"instalment-{i.key}": str(i.amount)
            for i in funded.contract.instalments.all()
        },
    }
    assert ask(officer, funded, "content", **late).status_code == 302
    clash = ask(officer, funded, "content", **late)
    assert clash.status_code == 409
    for name in ("team", "equipment", "delegation"):
        assert ask(officer, funded, name, note="Thay đổi.").status_code == 302
    assert ask(officer, funded, "shorten", ends_on="2028-07-01").status_code == 302
    assert Amendment.objects.count() == 7
    nothing = ask(officer, funded)
    assert nothing.url == reverse(
        "contracts:amendments", args=[funded.contract.public_id]
    )


def test_a_council_and_a_consent_are_named_with_the_decision(client_of):
    funded = factory.running("national_2013", lump="partial")
    amendment = factory.asked(funded, "name", title_vi="Tên mới")
    leader = client_of(funded.leader)
    without = post(
        leader, amendment, "amendment_decide", "decide", **decision(amendment)
    )
    assert without.status_code == 422
    done = post(
        leader,
        amendment,
        "amendment_decide",
        "decide",
        **decision(
            amendment,
            council_opinion="Nhất trí.",
            consent_ordering_body="CV 12/BCT",
        ),
    )
    assert done.status_code == 302
    assert "CV 12/BCT" in page(leader, "amendment", funded.contract.public_id, 1)


def test_opinions_papers_refusal_and_withdrawal(client_of):
    funded = factory.running()
    amendment = factory.asked(funded, "extend", months=3, actor=funded.host)
    finance, host = client_of(funded.finance), client_of(funded.host)
    said = {"text": "Đồng ý.", "version": amendment.version}
    assert (
        post(finance, amendment, "amendment_opinion", "opinion", **said).status_code
        == 302
    )
    assert (
        post(finance, amendment, "amendment_opinion", "opinion", **said).status_code
        == 409
    )
    assert (
        post(host, amendment, "amendment_opinion", "opinion", text="").status_code
        == 422
    )
    file = SimpleUploadedFile("y-kien.txt", "Đồng ý".encode())
    kept = post(host, amendment, "amendment_attach", file=file)
    assert kept.status_code in (302, 422)
    assert post(host, amendment, "amendment_attach").status_code == 302
    shown = page(host, "amendment", funded.contract.public_id, 1)
    assert "Đồng ý." in shown
    amendment.refresh_from_db()
    leader = client_of(funded.leader)
    why = {"reason": "Không cần.", "version": amendment.version}
    assert post(leader, amendment, "amendment_refuse", "refuse").status_code == 422
    assert (
        post(leader, amendment, "amendment_refuse", "refuse", **why).status_code == 302
    )
    other = factory.asked(funded, "team", note="Thay người.", actor=funded.host)
    gone = post(host, other, "amendment_withdraw", version=other.version)
    assert gone.status_code == 302
    other.refresh_from_db()
    assert other.state == "withdrawn"


def test_a_paper_is_read_by_whoever_knows_of_the_amendment(client_of):
    funded = factory.running()
    amendment = factory.asked(funded, "extend", months=3)
    pdf = SimpleUploadedFile("dong-y.pdf", factory.PDF)
    officer = client_of(funded.officer)
    assert post(officer, amendment, "amendment_attach", file=pdf).status_code == 302
    shown = page(officer, "amendment", funded.contract.public_id, 1)
    start = shown.index("/paper/") + len("/paper/")
    file_id = shown[start : shown.index("/", start)]
    args = [funded.contract.public_id, 1, file_id]
    url = reverse("contracts:amendment_paper", args=args)
    assert b"".join(client_of(funded.host).get(url).streaming_content) == factory.PDF
    assert client_of(funded.story.applicants[1]).get(url).status_code == 404


def test_the_decision_is_a_paper_in_word_and_pdf(client_of):
    funded = factory.running()
    factory.decided(factory.asked(funded, "extend", months=3), funded.leader)
    officer = client_of(funded.officer)
    args = [funded.contract.public_id, 1]
    answers = {
        kind: officer.get(reverse("contracts:amendment_document", args=[*args, kind]))
        for kind in ("docx", "pdf")
    }
    assert answers["pdf"].content.startswith(b"%PDF")
    word = Document(io.BytesIO(answers["docx"].content))
    cells = [c.text for t in word.tables for r in t.rows for c in r.cells]
    assert {"01/09/2028", "01/12/2028"} <= set(cells)
    assert any("77/QĐ-BCT" in text for text in cells)


def test_what_the_host_decides_is_the_hosts_own_paper():
    funded = factory.running("moit_2014", lump="final_product")
    own = factory.asked(funded, "team", note="Thay một thành viên.")
    theirs = factory.asked(funded, "extend", months=3)
    host = funded.contract.host.name_vi
    papers = [amendment_decision(amendment) for amendment in (own, theirs)]
    assert [paper["issuer"] == host for paper in papers] == [True, False]
    assert (
        papers[0]["signatures"][0]["capacity"] != papers[1]["signatures"][0]["capacity"]
    )
    assert papers[0]["blocks"][2]["rows"][0][2] == "Thay một thành viên."


def test_who_may_not_know_of_the_contract_finds_nothing(client_of):
    funded = factory.running()
    factory.asked(funded, "extend", months=3)
    public_id = funded.contract.public_id
    for actor in (funded.story.applicants[1], person(Role.EXPERT)):
        client = client_of(actor)
        for name, args in (
            ("amendments", [public_id]),
            ("amendment_new", [public_id]),
            ("amendment", [public_id, 1]),
            ("amendment_document", [public_id, 1, "pdf"]),
            ("terms", [public_id]),
        ):
            page(client, name, *args, status=404)


BUDGETS = {"amendments": 10, "amendment": 11, "terms": 9, "amendment_new": 15}


@pytest.mark.parametrize("times", [1, 3])
def test_no_page_costs_more_when_there_is_more(
    client_of, django_assert_num_queries, times
):
    funded = factory.running()
    for _n in range(times):
        factory.decided(factory.asked(funded, "extend", months=1), funded.leader)
    factory.asked(funded, "team", note="Thay người.")
    officer = client_of(funded.officer)
    args = {"amendment": [funded.contract.public_id, times + 1]}
    query = {"amendment_new": {"kind": ["budget_transfer", "content", "product"]}}
    for name, budget in BUDGETS.items():
        url = reverse(
            f"contracts:{name}", args=args.get(name, [funded.contract.public_id])
        )
        officer.get(url, query.get(name))
        with django_assert_num_queries(budget):
            assert officer.get(url, query.get(name)).status_code == 200
