"""Papers written from plain values: what they say, under every procedure, whatever is typed."""

from __future__ import annotations

import io
from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import docx
import pypdf
import pytest

from opensti.domains.contracts import queries
from opensti.domains.contracts.models import Claim
from opensti.domains.contracts.problem import digest, text_now
from opensti.domains.procedures.queries import active_version, regime_of
from opensti.kernel.documents.rendering import render
from opensti.web.contracts.writing.amendment_paper import (
    amendment_document,
    difference_rows,
)
from opensti.web.contracts.writing.closing_papers import (
    Closing,
    Figure,
    claim_document,
    liquidation_document,
    settlement_document,
)
from opensti.web.contracts.writing.contract_paper import (
    Paper,
    contract_document,
    unverified,
)
from opensti.web.contracts.writing.wording import all_words
from tests.factories import contract_papers as papers

REGIMES = ("nd268_2025", "moit_2014", "moit_2026", "national_2013")
HOSTILE = (
    '#panic("x") $x^2$ *b* _i_ \\ [x] #read("/etc/passwd") {{ 7*7 }} %(n)s 100% '
    '{% if x %} {%p for %} <w:t>&amp; @ref <label> // c /* "q" ]] #[ `raw` ${7*7}'
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def paper():
    contract = papers.ready().again()
    return Paper(
        contract=contract,
        content=text_now(contract),
        lines=list(queries.budget_now(contract.dossier_id).items.order_by("position")),
        regime=regime_of(contract.case),
    )


def pdf_text(content):
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(p.extract_text() for p in pages).split())


def word_text(content):
    body = docx.Document(io.BytesIO(content)).element.body
    return " ".join(t.text or "" for t in body.iter() if t.tag.endswith("}t"))


def keys(words, path=""):
    for key, value in words.items():
        if isinstance(value, dict):
            yield from keys(value, f"{path}{key}.")
        else:
            yield f"{path}{key}"


def test_the_words_say_the_same_in_both_languages():
    words = all_words()
    assert set(keys(words["vi"])) == set(keys(words["en"]))
    assert (words["mark"], bool(words["version"])) == ("I", True)


@pytest.mark.parametrize("name", REGIMES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_under_every_procedure_the_contract_says_its_rules(paper, name, language):
    regime = regime_of(active_version(name))
    made = contract_document(replace(paper, regime=regime, code="B16a"), language)
    texts = [b.get("text", "") for b in made["blocks"]]
    articles = [t for t in texts if t.startswith(("Điều ", "Article "))]
    assert len(articles) == 14
    assert digest(paper.content) in made["footer"]
    assert "B16a" in made["footer"]
    assert [len(a["blocks"][0]["rows"]) for a in made["annexes"]] == [
        len(paper.content["products"]),
        len(paper.lines) + 1,
        len(paper.content["instalments"]) + 1,
    ]
    forbidden = [r for r in regime.execution.amendments if not r.allowed]
    items = [t for b in made["blocks"] for t in b.get("items", [])]
    mode = paper.content["lump_sum"]
    for rule in forbidden:
        if rule.lump in ("any", mode):
            assert any(t.startswith(f"{rule.label(language)}: ") for t in items)


def test_limits_come_from_the_procedure_and_what_it_does_not_say_is_not_said(paper):
    def clauses(name):
        regime = regime_of(active_version(name))
        made = contract_document(replace(paper, regime=regime), "vi")
        return " ".join(b.get("text", "") for b in made["blocks"])

    assert "không quá 50%" in clauses("moit_2014")
    assert "tạm ứng lần đầu" not in clauses("moit_2026")
    assert "theo từng hạng mục" in clauses("nd268_2025")


def test_the_officer_is_told_which_clauses_were_not_read_in_the_official_text(paper):
    found = unverified(paper, "vi")
    assert found
    assert all(not clause.fact.verified for clause in found)


def test_sums_of_the_paper_are_those_of_the_contract(paper):
    made = contract_document(paper, "vi")
    totals = [annex["blocks"][0]["rows"][-1] for annex in made["annexes"][1:]]
    assert [next(c for c in row if "." in str(c)) for row in totals] == [
        "2.100.000.000",
        "2.000.000.000",
    ]


def test_the_same_content_gives_the_same_bytes(paper):
    for fmt in ("pdf", "docx"):
        once, again = (
            render("agreement", contract_document(paper, "vi"), fmt=fmt)
            for _n in range(2)
        )
        assert once == again


@pytest.mark.parametrize(("fmt", "text_of"), [("pdf", pdf_text), ("docx", word_text)])
def test_whatever_is_typed_is_only_text(paper, fmt, text_of):
    content = deepcopy(dict(paper.content))
    content["title_vi"] = HOSTILE + " " + "Đ" * (499 - len(HOSTILE))
    content["objectives"] = content["obligations"] = HOSTILE
    content["host"]["name"] = HOSTILE
    content["products"][0] |= {"name_vi": HOSTILE, "quality": "W" * 500}
    content["milestones"][0] |= {"name_vi": HOSTILE, "evidence": HOSTILE}
    content["instalments"][0] |= {"label": HOSTILE, "evidence": "Đ" * 500}
    made = contract_document(replace(paper, content=content), "vi")
    text = text_of(render("agreement", made, fmt=fmt)).replace(" ", "")
    assert text.count(HOSTILE.replace(" ", "")) >= 5
    assert "root:" not in text
    assert "49" not in HOSTILE


def test_an_annex_lays_before_and_after_side_by_side(paper):
    before = deepcopy(dict(paper.content))
    after = deepcopy(dict(paper.content))
    after["ends_on"] = "2029-03-01"
    after["instalments"][0]["amount"] = "700000000"
    changed = list(paper.lines)
    moved = SimpleNamespace(
        **{
            name: getattr(changed[0], name)
            for name in ("key", "category", "description", "year", "source")
        },
        amount=changed[0].amount + 5,
    )
    rows = difference_rows(
        before, after, language="vi", lines=(changed, [moved, *changed[1:]])
    )
    assert [(r[0], r[3].replace("\u00a0", " ")) for r in rows] == [
        ("Ngày kết thúc", "+181 ngày"),
        ("Cấp kinh phí: Đợt 1", "-100.000.000 đ"),
        (rows[2][0], "+5 đ"),
    ]
    made = amendment_document(
        replace(paper, content=after),
        before,
        "vi",
        number=1,
        in_force_from=date(2028, 1, 1),
        reason="Thiên tai",
    )
    text = pdf_text(render("agreement", made, fmt="pdf"))
    for said in ("PHỤ LỤC HỢP ĐỒNG SỐ 1", "01/03/2029", "Thiên tai", "+181 ngày"):
        assert said in text


def test_minutes_that_close_a_contract_say_the_figures_they_are_given(paper):
    closing = Closing(
        done=["Quy trình: đạt"],
        figures=[
            Figure(name="Kinh phí đã cấp", amount=Decimal(1_600_000_000)),
            Figure(name="Kinh phí phải hoàn trả", amount=Decimal(0)),
        ],
        owed=["Báo cáo ứng dụng hằng năm"],
        conclusion=["Hai bên không còn vướng mắc."],
    )
    for write, title in (
        (liquidation_document, "BIÊN BẢN THANH LÝ HỢP ĐỒNG"),
        (settlement_document, "BIÊN BẢN QUYẾT TOÁN KINH PHÍ"),
    ):
        text = pdf_text(render("agreement", write(paper, closing, "vi"), fmt="pdf"))
        for said in (title, "1.600.000.000", "Báo cáo ứng dụng hằng năm"):
            assert said in text
        assert render("agreement", write(paper, closing, "en"), fmt="docx")


@pytest.mark.parametrize("due", [None, date(2028, 3, 1)])
def test_a_claim_is_a_decision_with_its_amount_in_words(paper, due):
    claim = Claim(
        contract=paper.contract,
        amount=Decimal(640_000_000),
        reason=HOSTILE,
        decision_number="12/QĐ",
        decided_on=date(2028, 1, 1),
        due_on=due,
        working=[["Đã cấp", "1.600.000.000"], {"share": "40%"}, "640.000.000"],
    )
    text = pdf_text(
        render("decision", claim_document(claim, paper.contract, "vi"), fmt="pdf")
    )
    for said in ("Sáu trăm bốn mươi triệu đồng", "12/QĐ", "share: 40%"):
        assert said in text
    assert ("01/03/2028" in text) is (due is not None)
