"""Pages of results, assets and uptake: what they show, keep, refuse, and how much they ask."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate
from openpyxl import Workbook, load_workbook

from opensti.domains.procedures.choices import State
from opensti.domains.results import actions, queries
from opensti.domains.results.models import Asset, Result, UptakeYear
from opensti.kernel.access import SYSTEM
from opensti.kernel.files.serving import files_of
from tests.factories import results as factory
from tests.factories import rights
from tests.factories.registry import People
from tests.factories.results import AT, Book

BUDGETS = {
    "results": 10,
    "contract_results": 18,
    "uptake": 9,
    "assets": 12,
    "asset": 19,
    "uptake_years": 9,
    "uptake_year": 14,
    "result": 23,
    "stocktake": 10,
}


@pytest.fixture
def funded(db):
    return factory.running()


def page(client, where, *args, status=200, **query):
    response = client.get(reverse(f"results:{where}", args=args), query)
    assert response.status_code == status, response.content.decode()[:3000]
    return response.content.decode()


def post(client, where, *args, status=302, **data):
    response = client.post(reverse(f"results:{where}", args=args), data)
    assert response.status_code == status, response.content.decode()[:6000]
    return response.content.decode()


def typed(**changed):
    return {
        "title_vi": "Phần mềm điều độ",
        "formed_on": "2026-01-05",
        "secrecy": "open",
    } | changed


def test_the_host_enters_a_result_and_changes_it(funded, client_of):
    client, contract = client_of(funded.host), funded.contract
    author = People.create()
    wrong = post(
        client,
        "result_new",
        contract.public_id,
        status=422,
        **typed(title_vi="Lò nung", secrecy="secret", author_0="Ai đó", share_0="50"),
    )
    assert 'value="Lò nung"' in wrong
    assert 'value="Ai đó"' in wrong
    assert not Result.objects.exists()
    url = reverse("results:result_new", args=[contract.public_id]) + "?kind=software"
    assert "detail_repository" in client.get(url).content.decode()
    client_of(funded.officer)
    made = client_of(funded.officer).post(
        url,
        typed(
            author_0=f"{author.full_name} ({author.public_id})",
            share_0="100",
            detail_release="2.1",
        ),
    )
    result = Result.objects.get()
    assert made.url == reverse("results:result", args=[result.public_id])
    shown = page(client, "result", result.public_id)
    assert author.full_name in shown
    assert "2.1" in shown
    change = typed(title_vi="Phần mềm mới", version=1)
    assert "Lý do" in post(
        client, "result_edit", result.public_id, status=422, **change
    )
    post(client, "result_edit", result.public_id, **change, reason="Ghi nhầm")
    stale = post(
        client, "result_edit", result.public_id, status=409, **change, reason="Nữa"
    )
    assert "Nữa" in stale
    assert "Ghi nhầm" in page(client, "result", result.public_id)


def test_promised_products_become_results_and_the_tab_says_what_is_missing(
    funded, client_of
):
    client, contract = client_of(funded.host), funded.contract
    promised = contract.products.first().name_vi
    assert promised in page(client, "contract_results", contract.public_id)
    post(client, "propose", contract.public_id, formed_on="2026-02-02")
    post(client, "propose", contract.public_id, formed_on="2026-02-02")
    assert [r.title_vi for r in Result.objects.all()] == [
        p.name_vi for p in contract.products.all()
    ]
    assert promised in page(client, "results")


def test_a_result_leads_to_its_rights_deals_and_offers(funded, client_of):
    made = factory.result(funded)
    new = [
        f"{reverse('results:right_new')}?contract={funded.contract.public_id}&amp;result={made.public_id}",
        f"{reverse('results:deal_new')}?result={made.public_id}",
        f"{reverse('results:offer_new')}?result={made.public_id}",
    ]
    offered = {
        name: [
            f'"{link}"' in page(client_of(actor), "result", made.public_id)
            for link in new
        ]
        for name, actor in (
            ("host", funded.host),
            ("officer", funded.officer),
            ("finance", funded.finance),
        )
    }
    assert offered == {
        "host": [True, True, True],
        "officer": [True, False, False],
        "finance": [False, False, False],
    }
    asked = {"contract": funded.contract.public_id, "result": made.public_id}
    form = page(client_of(funded.host), "right_new", **asked)
    assert f'<option value="{made.pk}" selected>' in form
    right = rights.disclosed_of(funded, made)
    shown = page(client_of(funded.finance), "result", made.public_id)
    assert reverse("results:right", args=[right.public_id]) in shown


def test_papers_of_a_result_are_kept_and_handed_out_to_its_own(funded, client_of):
    made = factory.result(funded)
    client = client_of(funded.host)
    post(
        client,
        "result_attach",
        made.public_id,
        file=SimpleUploadedFile("bao-cao.txt", b"Bao cao"),
    )
    (file,) = files_of(queries.result_subject(made.public_id))
    got = client.get(
        reverse("results:result_file", args=[made.public_id, file.public_id])
    )
    assert b"".join(got.streaming_content) == b"Bao cao"
    got.close()
    rival = client_of(funded.story.applicants[1])
    page(rival, "result_file", made.public_id, file.public_id, status=404)


def entered(**changed):
    return {
        "code": "TS-01",
        "name": "Lò nung",
        "kind": "equipment_full",
        "formed_on": "2025-03-03",
        "quantity": "1",
        "original_value": "400.000.000",
        "state_share": "100",
    } | changed


def test_an_asset_goes_from_the_inventory_to_its_hand_over_with_minutes(
    funded, client_of
):
    host, officer = client_of(funded.host), client_of(funded.officer)
    leader, contract = client_of(funded.leader), funded.contract
    wrong = post(
        host,
        "asset_new",
        contract.public_id,
        status=422,
        **entered(original_value="1,5", name="Lò thử"),
    )
    assert 'value="Lò thử"' in wrong
    post(host, "asset_new", contract.public_id, **entered())
    asset = Asset.objects.get()

    def act(client, slug, status=302, **data):
        now = Asset.objects.get()
        given = {"version": now.version, "on": localdate().isoformat()} | data
        return post(client, "asset_act", now.public_id, slug, status=status, **given)

    shown = page(host, "asset", asset.public_id)
    assert reverse("results:asset_act", args=[asset.public_id, "plan"]) in shown
    assert reverse("results:asset_act", args=[asset.public_id, "decide"]) not in shown
    assert "Điều 7" in shown
    act(officer, "plan", form="assign", text="x", status=403)
    assert "Còn tốt lắm" in act(host, "plan", text="Còn tốt lắm", status=422)
    act(host, "plan", form="assign", text="Còn tốt")
    act(officer, "forward")
    act(leader, "decide", form="assign", number="12/QĐ-BCT")
    act(host, "hand-over", party="Viện Cơ khí", version=1, status=409)
    act(host, "hand-over", party="Viện Cơ khí")
    act(host, "nothing", status=404)
    line = asset.events.latest("id")
    for kind, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        got = host.get(
            reverse(
                "results:asset_minutes", args=[asset.public_id, line.public_id, kind]
            )
        )
        assert (got.status_code, got.content[: len(start)]) == (200, start)
    assert "12/QĐ-BCT" in page(host, "asset", asset.public_id)
    rival = client_of(funded.story.applicants[1])
    page(rival, "asset", asset.public_id, status=404)
    assert "TS-01" not in page(rival, "assets")
    page(rival, "contract_results", contract.public_id, status=404)


def test_dear_equipment_says_before_the_decision_whose_opinion_is_asked(
    funded, client_of
):
    book = Book(funded, factory.asset(funded, original_value=Decimal(600_000_000)))
    book.act("plan_handling", form="assign", text="Còn tốt")
    book.act("forward_plan", who="officer", text="")
    leader = client_of(funded.leader)
    assert "Bộ Tài chính" in page(leader, "asset_act", book.asset.public_id, "decide")


def test_where_two_rules_may_govern_the_page_asks(funded, client_of):
    asset = factory.asset(
        funded,
        kind="result_full",
        formed_on=date(2026, 5, 4),
        accepted_on=date(2024, 6, 3),
    )
    officer = client_of(funded.officer)
    ask = reverse("results:asset_act", args=[asset.public_id, "ownership"])
    assert ask in page(officer, "asset", asset.public_id)
    assert ask not in page(client_of(funded.host), "asset", asset.public_id)
    post(
        officer,
        "asset_act",
        asset.public_id,
        "ownership",
        version=1,
        rule="host_from_formation",
        reason="Ý kiến Vụ Pháp chế",
    )
    assert "Ý kiến Vụ Pháp chế" in page(officer, "asset", asset.public_id)
    made = factory.result(
        funded, formed_on=date(2026, 5, 4), accepted_on=date(2024, 6, 3)
    )
    post(
        officer,
        "result_ownership",
        made.public_id,
        version=1,
        rule="state_then_handover",
        reason="Hợp đồng năm 2024",
    )
    assert "Hợp đồng năm 2024" in page(officer, "result", made.public_id)


def test_an_inventory_comes_in_from_a_workbook_and_goes_out_again(funded, client_of):
    client, contract = client_of(funded.host), funded.contract
    empty = client.get(reverse("results:assets_template", args=[contract.public_id]))
    head = [c.value for c in load_workbook(io.BytesIO(empty.getvalue())).active[1]]
    book = Workbook()
    book.active.append(head)
    row = dict.fromkeys(head)
    values = ("A1", "Máy đo", "equipment_full", date(2025, 3, 3), 12_000_000)
    row.update(zip(head, values, strict=False))
    book.active.append([row[name] for name in head])
    file = io.BytesIO()
    book.save(file)

    def upload():
        return SimpleUploadedFile("kiem-ke.xlsx", file.getvalue())

    post(client, "assets_import", contract.public_id, file=upload())
    assert [(a.code, a.original_value) for a in Asset.objects.all()] == [
        ("A1", Decimal(12_000_000))
    ]
    again = post(client, "assets_import", contract.public_id, status=422, file=upload())
    assert "A1" in again
    out = client.get(reverse("results:assets"), {"export": "xlsx"})
    sheet = load_workbook(io.BytesIO(out.getvalue())).active
    assert [c.value for c in sheet[2]][:2] == ["A1", "Máy đo"]


def test_the_stocktake_is_written_with_its_minutes(funded, client_of):
    here = factory.asset(funded)
    factory.asset(funded, code="TS-02")
    client, contract = client_of(funded.host), funded.contract
    today = localdate()
    given = {"on": today.isoformat(), "found": [here.public_id]}
    post(client, "stocktake", contract.public_id, status=422, **given)
    post(client, "stocktake", contract.public_id, **given, note_text="Mất")
    post(client, "stocktake", contract.public_id, status=409, **given, note_text="Nữa")
    minutes = reverse(
        "results:stocktake_minutes", args=[contract.public_id, today.year, "pdf"]
    )
    assert minutes in page(client, "contract_results", contract.public_id)
    assert client.get(minutes).content[:4] == b"%PDF"


def planned(funded):
    actions.plan_uptake(
        actor=SYSTEM,
        contract_id=funded.contract.pk,
        day=date(2020, 5, 5),
        at=AT,
    )
    return UptakeYear.objects.order_by("number").first()


def test_the_host_answers_and_the_office_checks(funded, client_of):
    year = planned(funded)
    host, officer = client_of(funded.host), client_of(funded.officer)
    assert "không trả lời" in page(host, "uptake", funded.contract.public_id)
    assert "không trả lời" in page(host, "uptake_years", state="no_answer")
    wrong = post(
        host,
        "uptake_year",
        year.public_id,
        status=422,
        version=1,
        foreign_currency="USD",
        note="Đã dùng",
    )
    assert "Đã dùng" in wrong
    post(
        host,
        "uptake_year",
        year.public_id,
        version=1,
        user_0="Công ty thép A",
        revenue="5.000.000",
        jobs="0",
        evidence=SimpleUploadedFile("xac-nhan.txt", b"Xac nhan"),
    )
    shown = page(officer, "uptake_year", year.public_id)
    assert "Công ty thép A" in shown
    assert "5.000.000" in shown
    check = {"version": 2, "return": "1"}
    post(officer, "uptake_check", year.public_id, status=422, **check)
    post(officer, "uptake_check", year.public_id, **check, note="Thiếu dấu")
    assert "Thiếu dấu" in page(host, "uptake_year", year.public_id)
    post(host, "uptake_year", year.public_id, version=3, revenue="4.000.000")
    post(officer, "uptake_check", year.public_id, version=4, check="1")
    post(officer, "uptake_check", year.public_id, version=4, check="1", status=409)
    counted = page(officer, "uptake_statistics", by="host")
    assert "4.000.000" in counted
    page(host, "uptake_statistics", status=403)
    page(
        client_of(funded.story.applicants[1]), "uptake_year", year.public_id, status=404
    )


def test_an_officer_plans_the_questions_where_nothing_did(funded, client_of):
    contract = funded.contract
    url = reverse("results:uptake_plan", args=[contract.public_id])
    assert url not in page(client_of(funded.host), "uptake", contract.public_id)
    officer = client_of(funded.officer)
    assert url in page(officer, "uptake", contract.public_id)
    post(officer, "uptake_plan", contract.public_id, day="2026-10-01")
    assert UptakeYear.objects.count() == 5


@pytest.mark.parametrize("rows", [1, 3])
def test_more_rows_cost_no_more_queries(funded, client_of, rows):
    contract = funded.contract
    for n in range(rows):
        asset = factory.asset(funded, code=f"TS-{n}")
        result = factory.result(funded, authors=[(People.create().public_id, 10_000)])
    year = planned(funded)
    book = Book(funded, asset)
    for _n in range(rows):
        book.act("move_custody", custodian="Kho", place="", reason="")
    for number in range(rows):
        actions.answer_uptake(
            actor=funded.host,
            year_id=year.pk,
            said=actions.Uptake(jobs=number),
            version=number + 1,
            at=AT,
        )
    client = client_of(funded.officer)
    args = {
        "contract_results": contract.public_id,
        "uptake": contract.public_id,
        "asset": asset.public_id,
        "uptake_year": year.public_id,
        "result": result.public_id,
        "stocktake": contract.public_id,
    }
    seen = {}
    for name in BUDGETS:
        url = reverse(f"results:{name}", args=[args[name]] if name in args else [])
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        seen[name] = len(asked)
    assert seen == BUDGETS
    assert contract.acceptance.case.state == State.AWAITED


def test_a_custodian_of_the_registry_is_linked(funded, client_of):
    asset, host = factory.asset(funded), funded.contract.host
    client = client_of(funded.host)
    given = {"version": 1, "on": localdate().isoformat(), "place": "", "reason": ""}
    post(
        client,
        "asset_act",
        asset.public_id,
        "custody",
        custodian=f"{host.name_vi} ({host.public_id})",
        **given,
    )
    kept = Asset.objects.get()
    assert (kept.custodian, kept.custodian_organisation) == (host.name_vi, host)
    link = reverse("registry:organisation", args=[host.public_id])
    assert link in page(client, "asset", asset.public_id)
    post(
        client,
        "asset_act",
        asset.public_id,
        "custody",
        custodian="Ông Bảy",
        **given | {"version": 2},
    )
    kept = Asset.objects.get()
    assert (kept.custodian, kept.custodian_organisation) == ("Ông Bảy", None)
