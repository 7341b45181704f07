"""The proposal to the leader as Word, PDF and workbook: whole, true to the scenario."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from opensti.domains.portfolios import actions
from opensti.domains.portfolios.models import Decision, Scenario
from opensti.kernel.access import Role
from opensti.web.portfolios.proposal import proposal_of, rule_lines
from tests.factories import portfolios as factory
from tests.factories.tasks import person

MONEY = 2_000_000_000


def get(client, name, public_id, kind, status=200):
    url = reverse(f"portfolios:{name}", args=[public_id, kind])
    response = client.get(url)
    assert response.status_code == status, response.content[:500]
    return response.content


def words_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("word/document.xml").decode()
    return re.sub(r"<[^>]+>", "", xml.replace("</w:p>", "\n"))


def lines_of(content):
    return "\n".join(
        page.extract_text() for page in PdfReader(io.BytesIO(content)).pages
    )


@pytest.fixture
def adopted(db):
    """Two of three dossiers within a budget, one fixed by hand, one in reserve."""
    story = factory.judged("90", "85", "80", orders=3)
    round_ = factory.laid_out(story)
    first = Decision.objects.filter(round=round_).earliest("pk")
    actions.lock_decision(
        actor=story.officer,
        decision_id=first.pk,
        must=True,
        reason="Nhiệm vụ cấp bách.",
        at=factory.LAID_OUT,
    )
    factory.adopted(
        story,
        round_,
        rules={
            "budgets": {"state": 2 * MONEY, "state_2027": 2 * MONEY},
            "reserve": 1,
            "ceilings": [{"per": "organisation", "measure": "count", "at_most": 1}],
        },
    )
    round_.refresh_from_db()
    return story, round_, Scenario.objects.get()


@pytest.mark.parametrize(
    ("language", "title"), [("vi", "TỜ TRÌNH"), ("en", "PROPOSAL")]
)
def test_the_paper_says_what_is_proposed_why_and_who_stands_for_it(
    client_of, adopted, language, title
):
    story, round_, scenario = adopted
    officer = client_of(story.officer)
    officer.cookies["django_language"] = language
    for told in (
        words_of(get(officer, "proposal", round_.public_id, "docx")),
        lines_of(get(officer, "proposal", round_.public_id, "pdf")),
    ):
        assert title in told
        for dossier in story.dossiers:
            assert dossier.code in told
        assert ("4.000.000.000" if language == "vi" else "4,000,000,000") in told
        assert scenario.solution_digest in told.replace("\n", "")
        assert "Nhiệm vụ cấp bách." in told.replace("\n", " ")
        flat = " ".join(told.split())
        for signer in (scenario.put_forward_by, scenario.adopted_by):
            assert signer.full_name in flat
        assert f"opensti portfolio rerun {scenario.public_id} --reasons" in flat


def test_the_same_paper_comes_from_the_scenario(client_of, adopted):
    story, round_, scenario = adopted
    officer = client_of(story.officer)
    for kind in ("docx", "pdf"):
        assert get(officer, "proposal", round_.public_id, kind) == get(
            officer, "scenario_proposal", scenario.public_id, kind
        )
    get(officer, "proposal", round_.public_id, "odt", status=404)


def test_the_workbook_holds_numbers_on_four_sheets(client_of, adopted):
    story, round_, scenario = adopted
    officer = client_of(story.officer)
    officer.cookies["django_language"] = "en"
    book = load_workbook(io.BytesIO(get(officer, "proposal", round_.public_id, "xlsx")))
    assert book.sheetnames == ["Dossiers", "Totals", "Budget sweep", "Rules and proof"]
    head, *rows = book["Dossiers"].iter_rows(values_only=True)
    shown = [dict(zip(head, row, strict=True)) for row in rows]
    assert [
        (r["Dossier"], r["Mean score"], r["Advice"], r["state budget (đồng)"])
        for r in shown
    ] == [
        (dossier.code, mean, advice, MONEY)
        for dossier, mean, advice in zip(
            story.dossiers,
            (90, 85, 80),
            ("to be funded", "to be funded", "not to be funded"),
            strict=True,
        )
    ]
    assert shown[2]["Reserve list"] == 1
    assert shown[2]["Score it needed more, or could have lost"] == 5
    totals = {row[1]: row[2:] for row in book["Totals"].iter_rows(values_only=True)}
    assert totals["state budget"] == (2, 2 * MONEY)
    assert totals["state budget 2026"] == (2, 2 * 1_200_000_000)
    assert totals[story.dossiers[0].host.name_vi] == (1, MONEY)
    sweep = [*book["Budget sweep"].iter_rows(values_only=True, min_row=2)]
    assert {row[0]: row[1:3] for row in sweep}[150] == (255, 3)
    rules = {
        row[0]: row[1:] for row in book["Rules and proof"].iter_rows(values_only=True)
    }
    assert rules["budget: state budget"] == (None, 2 * MONEY, 2 * MONEY)
    assert rules["SHA-256 of the choice"][0] == scenario.solution_digest


def test_what_is_otherwise_than_advised_stands_in_the_paper(client_of, adopted):
    story, round_, _scenario = adopted
    last = Decision.objects.filter(round=round_).latest("pk")
    actions.edit_decision(
        actor=story.officer,
        decision_id=last.pk,
        proposed="approve",
        amount=MONEY,
        reason_vi="Cần cho ngành.",
        reason_en="",
        deviation="Theo chỉ đạo mới.",
        at=factory.LAID_OUT,
    )
    told = words_of(get(client_of(story.officer), "proposal", round_.public_id, "docx"))
    assert "Theo chỉ đạo mới." in told
    assert "không phê duyệt" in told


def test_without_a_choice_there_is_no_paper_and_it_says_what_to_do(client_of, story):
    round_ = factory.laid_out(story)
    officer = client_of(story.officer)
    refused = get(officer, "proposal", round_.public_id, "pdf", status=409).decode()
    assert "Chưa có kịch bản nào của đợt này được thông qua." in refused
    draft = factory.scenario(story, round_)
    get(officer, "scenario_proposal", draft.public_id, "pdf", status=409)


def test_who_has_a_stake_or_no_part_in_it_gets_no_paper(client_of, adopted):
    story, round_, scenario = adopted
    partial = person(Role.OFFICER)
    story.dossiers[0].editors.create(user_id=partial.user_id, added_at=factory.LAID_OUT)
    get(client_of(partial), "proposal", round_.public_id, "pdf", status=404)
    get(client_of(partial), "scenario_proposal", scenario.public_id, "xlsx", status=404)
    for who in (story.applicants[0], "applicant", "expert", "secretary"):
        client = client_of(who)
        get(client, "proposal", round_.public_id, "pdf", status=404)
        get(client, "scenario_proposal", scenario.public_id, "xlsx", status=403)


def test_the_paper_costs_the_same_queries_however_many_dossiers(
    adopted, django_assert_num_queries
):
    story, _round, scenario = adopted
    with django_assert_num_queries(3):
        assert len(proposal_of(story.officer, scenario.public_id).lines) == 3


def test_every_condition_is_told_with_its_numbers():
    rules = {
        "floors": [{"where": {"field": "a"}, "measure": "state", "at_least": 5}],
        "shares": [{"where": {"field": ["a", "b"]}, "at_least": 0.2, "name": "Trẻ"}],
        "exclusive": [["x", "y"]],
        "requires": [["x", "y"]],
        "threshold": {"merit": 70},
        "at_most": 3,
    }
    assert [line[1:] for line in rule_lines(rules, {})] == [
        ("state", 5, None),
        ("count", 0.2, None),
        ("", None, None),
        ("", None, None),
        ("merit", 70, None),
        ("count", None, 3),
    ]
    assert rule_lines(rules, {})[1][0] == "Trẻ"
