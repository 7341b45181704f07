"""Cards, values and campaigns on pages: what each may do there, at a fixed price."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localdate

from opensti.domains.strategies.models import (
    Campaign,
    CampaignItem,
    Indicator,
    Observation,
    Target,
)
from opensti.kernel.access import Role
from tests.factories import strategies_indicators as make
from tests.factories import strategies_plans as plans
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
D = Decimal


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"strategies:{name}", args=args), query)
    assert response.status_code == status, response.content.decode()[:3000]
    return response.content.decode()


def post(client, name, *args, query="", **typed):
    return client.post(reverse(f"strategies:{name}", args=args) + query, typed)


def said(response):
    assert response.status_code == 302, response.content.decode()[:5000]


def test_the_forms_of_cards_and_targets_name_goals_and_actions(client_of):
    plans.issued()
    client, card = client_of("officer"), Indicator.objects.get(code="lp")
    text = page(client, "indicator_new")
    assert "1/QD-BCT · g1 · Năng suất cao hơn<" in text
    assert "1/QD-BCT · a2 · Dự án điểm<" in text
    text = page(client, "target_new", card.public_id)
    assert "1/QD-BCT · g1a · Nhóm giải pháp<" in text


CARD = {
    "code": "VA-CN",
    "name_vi": "Giá trị gia tăng công nghiệp",
    "definition_vi": "Theo giá so sánh.",
    "unit_vi": "%",
    "level": "outcome",
    "direction": "up",
    "kind": "growth",
    "scope": "industry_bf",
    "price_basis": "constant",
    "labour_unit": "none",
    "aggregation": "none",
    "path": "linear",
    "decimals": "1",
    "rhythm": "year",
    "lag_months": "3",
    "quality": "a",
}


def test_a_card_from_its_making_to_its_retirement(client_of):
    officer = client_of(make.officer())
    said(post(officer, "indicator_new", **CARD))
    card = Indicator.objects.get()
    args = [card.public_id]
    again = CARD | {"name_en": "Industrial value added", "reason": "Tên tiếng Anh"}
    said(post(officer, "indicator_edit", *args, version=1, **again))
    said(
        post(
            officer,
            "indicator_dimensions",
            *args,
            version=2,
            reason="Theo vùng",
            dimensions="region | Vùng | Region | complete\nN | Bắc | North\nS | Nam | South",
        )
    )
    plan = make.plan()
    said(
        post(
            officer,
            "target_new",
            *args,
            plan_id=plan.pk,
            measure="level",
            comparator="over",
            value="8,5",
            to_year="2030",
            text_vi="Trên 8,5 %/năm",
            mark="S",
        )
    )
    assert Target.objects.get().value == D("8.5")
    shown = page(officer, "indicator", *args)
    assert [w in shown for w in ("Trên 8,5 %/năm", plan.code, "Tên tiếng Anh")] == [
        True,
        True,
        True,
    ]
    stranger = client_of(person(Role.FINANCE))
    placed = {"version": 3, "account_part": "value_added"}
    assert post(stranger, "indicator_place", *args, **placed).status_code == 403
    said(post(officer, "indicator_place", *args, **placed))
    card.refresh_from_db()
    assert card.account_part == "value_added"
    assert "Vai trò trong hạch toán năng suất" in page(officer, "indicator", *args)
    assert post(officer, "indicator_place", *args, **placed).status_code == 409
    said(post(officer, "indicator_retire", *args, version=4, reason="Hết dùng"))
    card.refresh_from_db()
    assert (card.retired_on, card.editions.count()) == (localdate(), 4)


def test_what_is_refused_stands_beside_what_was_typed(client_of):
    officer = client_of(make.officer())
    response = post(officer, "indicator_new", **CARD | {"aggregation": "sum"})
    assert (response.status_code, "Giá trị gia tăng" in response.content.decode()) == (
        422,
        True,
    )
    assert not Indicator.objects.exists()


def test_a_value_is_entered_approved_and_published_by_two(client_of):
    card = make.percent()
    first, second = client_of(make.officer()), client_of(make.leader())
    typed = {"period": "2024", "numerator": "1", "denominator": "3", "status": "final"}
    said(post(first, "observe", card.public_id, **typed))
    row = Observation.objects.get()
    assert row.value == D("33.33333333")
    args = [row.public_id]
    assert "33,3" in page(second, "approval")
    assert (
        post(first, "observation_decide", *args, "approve", version=1).status_code
        == 403
    )
    said(post(second, "observation_decide", *args, "approve", version=1))
    said(post(first, "observation_decide", *args, "publish", version=2))
    row.refresh_from_db()
    assert (row.state, "33,3" in page(first, "indicator", card.public_id)) == (
        "published",
        True,
    )


def test_a_value_sent_back_is_corrected_by_a_new_row(client_of):
    card = make.card()
    first, second = client_of(make.officer()), client_of(make.officer())
    said(
        post(
            first, "observe", card.public_id, period="2024", value="15", status="final"
        )
    )
    row = Observation.objects.get()
    typed = {"period": "2024", "value": "12", "status": "final", "version": 1}
    said(post(first, "observation_correct", row.public_id, reason="Đếm lại", **typed))
    new = Observation.objects.get(replaces=row)
    assert new.value == D(12)
    said(post(second, "observation_return", new.public_id, version=1, reason="Thiếu"))
    new.refresh_from_db()
    assert (new.state, new.returned_for) == ("returned", "Thiếu")


def test_parts_are_asked_for_as_the_card_has_them(client_of):
    card = make.card(
        dimensions=[
            {
                "code": "size",
                "name_vi": "Quy mô",
                "name_en": "Size",
                "complete": True,
                "parts": [{"code": "S", "name_vi": "Nhỏ", "name_en": "Small"}],
            }
        ]
    )
    officer = client_of(make.officer())
    typed = {"period": "2024", "value": "12", "status": "final"}
    wrong = post(officer, "observe", card.public_id, **typed, **{"value-size=S": "11"})
    assert wrong.status_code == 422
    parts = {"value-size=S": "11", "value-size=*": "1"}
    said(post(officer, "observe", card.public_id, **typed, **parts))
    assert Observation.objects.count() == 3


def test_provinces_stand_on_their_map_for_the_public_once_published(client, client_of):
    parts = [{"code": "01", "name_vi": "Hà Nội", "name_en": "Hanoi"}]
    card = make.card(
        dimensions=[
            {
                "code": "province",
                "name_vi": "Tỉnh",
                "name_en": "Province",
                "complete": False,
                "parts": parts,
            }
        ]
    )
    make.published(card, "2023", 9)
    make.approved(card, "2024", 12)
    make.approved(card, "2024", 7, cell="province=01")
    tile = "01 Hà Nội: 7"
    assert tile in page(client_of(make.officer()), "indicator", card.public_id)
    public = reverse("portal:indicator", args=[card.public_id])
    assert tile not in client.get(public).content.decode()
    Observation.objects.update(state="published", published_at=make.AT)
    assert tile in client.get(public).content.decode()


def test_many_are_approved_from_the_list(client_of):
    rows = [
        make.approved(
            make.card(), "2025", n, state="entered", decided_by=None, decided_at=None
        )
        for n in (1, 2)
    ]
    leader = client_of(make.leader())
    ids = [row.pk for row in rows]
    shown = post(leader, "values_bulk", "approve", ids=ids)
    assert shown.status_code == 200
    assert not Observation.objects.filter(state="approved").exists()
    said(post(leader, "values_bulk", "approve", ids=ids, confirmed="1"))
    assert Observation.objects.filter(state="approved").count() == 2


def test_a_campaign_from_its_draft_to_the_report_by_excel(client_of):
    officer = client_of(make.officer())
    agency, card = make.agency(), make.card()
    said(
        post(
            officer,
            "campaign_new",
            title_vi="Báo cáo 2025",
            period="2025",
            opens_on=f"{localdate():%Y-%m-%d}",
            due_on=f"{localdate() + timedelta(days=9):%Y-%m-%d}",
        )
    )
    campaign = Campaign.objects.get()
    args = [campaign.public_id]
    said(
        post(
            officer,
            "campaign_asked",
            *args,
            version=1,
            agencies=[agency.pk],
            indicators=[card.pk],
            how="add",
        )
    )
    manager = client_of(make.manager(agency))
    page(manager, "campaign", *args, status=404)
    said(post(officer, "campaign_step", *args, "open", version=2))
    assert agency.name_vi in page(manager, "campaign", *args)
    place = [campaign.public_id, agency.public_id]
    sheet = manager.get(reverse("strategies:campaign_sheet", args=place))
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    book.worksheets[0].cell(2, 7).value = 12
    out = io.BytesIO()
    book.save(out)

    def hand_in(act):
        file = SimpleUploadedFile("bieu.xlsx", out.getvalue())
        return post(manager, "sheet_hand_in", *place, file=file, act=act)

    assert hand_in("check").status_code == 200
    assert not Observation.objects.exists()
    said(hand_in("take"))
    said(hand_in("take"))
    assert [row.value for row in Observation.objects.all()] == [D(12)]
    assert CampaignItem.objects.get().observation is not None


def test_faults_of_a_sheet_are_shown_with_row_and_column(client_of):
    officer = client_of(make.officer())
    file = SimpleUploadedFile("bang.csv", b"code,period,value\nX,2025,abc\n")
    response = post(officer, "observations_import", file=file, act="take")
    assert (response.status_code, "“abc”" in response.content.decode()) == (422, True)


def test_an_agency_reports_on_the_page_for_itself_alone(client_of):
    agency, other, card = make.agency(), make.agency(), make.card()
    campaign = make.campaign((agency, card), (other, card))
    manager = client_of(make.manager(agency))
    shown = page(manager, "campaign", campaign.public_id)
    assert (agency.name_vi in shown, other.name_vi in shown) == (True, False)
    typed = {"agency": agency.public_id, "period": "2025", "status": "final"}
    said(post(manager, "observe", card.public_id, value="7", **typed))
    row = Observation.objects.get()
    assert row.reporter == agency
    page(manager, "observation", row.public_id)
    page(manager, "indicators", status=403)
    theirs = make.approved(card, "2024", 9, reporter=other)
    page(manager, "observation", theirs.public_id, status=404)
    place = [campaign.public_id, other.public_id]
    assert (
        manager.get(reverse("strategies:campaign_sheet", args=place)).status_code == 404
    )


def test_an_officer_opens_a_closed_campaign_again_with_the_reason(client_of):
    agency = make.agency()
    campaign = make.campaign((agency, make.card()), state="closed")
    officer, manager = client_of(make.officer()), client_of(make.manager(agency))
    args = [campaign.public_id]
    there = reverse("strategies:campaign_reopen", args=args)
    assert there in page(officer, "campaign", *args)
    assert there not in page(manager, "campaign", *args)
    assert (
        post(manager, "campaign_reopen", *args, version=1, reason="x").status_code
        == 403
    )
    page(officer, "campaign_reopen", *args)
    assert (
        post(officer, "campaign_reopen", *args, version=1, reason="").status_code == 422
    )
    said(post(officer, "campaign_reopen", *args, version=1, reason="Mất điện"))
    campaign.refresh_from_db()
    assert campaign.state == "open"
    assert there not in page(officer, "campaign", *args)


PROOF = b"code,value\nA,7\n"


def download(client, row, status=200):
    response = client.get(reverse("strategies:observation_file", args=[row.public_id]))
    assert response.status_code == status
    return response, b"".join(response)


def test_the_file_of_a_value_is_for_staff_and_its_agency_alone(client, client_of):
    agency, card = make.agency(), make.card()
    make.campaign((agency, card))
    actor = make.manager(agency)
    manager = client_of(actor)
    place = [card.public_id]
    typed = {"agency": agency.public_id, "period": "2025", "status": "final"}
    name = 'Biểu "1".csv'
    file = SimpleUploadedFile(name, PROOF)
    said(post(manager, "observe", *place, value="7", file=file, **typed))
    row = Observation.objects.get()
    link = reverse("strategies:observation_file", args=[row.public_id])
    shown = page(manager, "observation", row.public_id)
    assert (link in shown, row.sha256 in shown) == (True, True)
    for reader in (manager, client_of(make.officer()), client_of("auditor")):
        given, content = download(reader, row)
        assert content == PROOF
    assert (given["Content-Disposition"], given["ETag"], given["Content-Type"]) == (
        "attachment; filename*=utf-8''Bi%E1%BB%83u%20_1_.csv",
        f'"{row.sha256}"',
        "text/csv",
    )
    stranger = client_of(make.manager(make.agency()))
    download(stranger, row, 404)
    Observation.objects.update(state="published", published_at=make.AT)
    assert link not in page(stranger, "observation", row.public_id)
    download(stranger, row, 404)
    assert client.get(link).status_code == 302
    none = make.published(make.card(), "2025", 5)
    download(client_of("officer"), none, 404)


def test_a_table_of_many_agencies_is_for_staff_and_a_sheet_for_its_agency(client_of):
    one, two = make.agency(), make.agency()
    card = make.card(code="A-1")
    officer = client_of(make.officer())
    table = "code,agency,period,value\n" + "".join(
        f"A-1,{agency.public_id},2025,7\n" for agency in (one, two)
    )
    file = SimpleUploadedFile("bang.csv", table.encode())
    said(post(officer, "observations_import", file=file, act="take"))
    row = Observation.objects.get(reporter=one)
    download(officer, row)
    manager = client_of(make.manager(one))
    download(manager, row, 404)
    campaign = make.campaign((one, card), period="2024")
    place = [campaign.public_id, one.public_id]
    sheet = manager.get(reverse("strategies:campaign_sheet", args=place))
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    book.worksheets[0].cell(2, 7).value = 12
    out = io.BytesIO()
    book.save(out)
    file = SimpleUploadedFile("bieu.xlsx", out.getvalue())
    said(post(manager, "sheet_hand_in", *place, file=file, act="take"))
    row = Observation.objects.get(period="2024")
    assert download(manager, row)[1] == out.getvalue()


def test_the_public_reads_published_values_alone(client):
    card = make.card(decimals=0)
    make.published(card, "2024", 1234)
    make.approved(card, "2025", 5678)
    args = [card.public_id]
    shown = client.get(reverse("portal:indicator", args=args)).content.decode()
    table = client.get(reverse("portal:indicator_csv", args=args))
    content = b"".join(table.streaming_content).decode("utf-8-sig")
    assert ("1.234" in shown, "5.678" in shown) == (True, False)
    assert [line.split(",")[4:6] for line in content.splitlines()] == [
        ["period", "value"],
        ["2024", "1234.00000000"],
    ]
    hidden = make.card()
    make.approved(hidden, "2024", 5)
    url = reverse("portal:indicator", args=[hidden.public_id])
    assert client.get(url).status_code == 404


BUDGETS = {
    "indicators": 10,
    "indicator": 14,
    "observations": 9,
    "approval": 9,
    "observation": 10,
    "campaigns": 9,
    "campaign": 8,
}
PORTAL_BUDGETS = {"indicators": 3, "indicator": 5}


@pytest.mark.parametrize("more", [1, 3])
def test_no_page_costs_more_when_there_is_more(
    client, client_of, django_assert_num_queries, more
):
    cards = [make.card() for _ in range(more)]
    agencies = [make.agency() for _ in range(more)]
    plan = make.plan()
    campaign = make.campaign(*((a, c) for a in agencies for c in cards))
    for card in cards:
        for agency in agencies:
            row = make.published(
                card, "2025", 5, reporter=agency, file_name="a.csv", sha256="0" * 64
            )
            make.approved(
                card,
                "2024",
                5,
                reporter=agency,
                state="entered",
                decided_by=None,
                decided_at=None,
            )
        Target.objects.create(
            indicator=card,
            plan=plan,
            comparator="over",
            value=5,
            to_year=2030,
            text_vi="Trên 5",
            created_at=make.AT,
        )
    args = {
        "indicator": cards[0].public_id,
        "observation": row.public_id,
        "campaign": campaign.public_id,
    }
    officer = client_of(make.officer())
    for reader, space, budgets in (
        (officer, "strategies", BUDGETS),
        (client, "portal", PORTAL_BUDGETS),
    ):
        for name, budget in budgets.items():
            url = reverse(f"{space}:{name}", args=[args[name]] if name in args else [])
            reader.get(url)
            with django_assert_num_queries(budget):
                assert reader.get(url).status_code == 200
