"""The dashboard, scorecards, the coherence test and stocktakes on pages."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate
from openpyxl import load_workbook

from opensti.domains.strategies.choices import Light
from opensti.domains.strategies.models import Stocktake, StocktakeDecision
from opensti.kernel.access import Role
from tests.factories import strategies_indicators as basis
from tests.factories import strategies_scorecard as factory
from tests.factories.tasks import person
from tests.portal.scorecards import BUDGETS as PORTAL_BUDGETS

pytestmark = pytest.mark.django_db


def page(client, name, *args, status=200, **query):
    response = client.get(reverse(f"strategies:{name}", args=args), query)
    assert response.status_code == status, response.content.decode()[:3000]
    return response.content.decode()


def post(client, name, *args, query="", **data):
    return client.post(reverse(f"strategies:{name}", args=args) + query, data)


def aimed(plan, count=1):
    """Targets with a value behind each, off the path."""
    made = []
    for _more in range(count):
        card = factory.card()
        made.append(factory.target(plan, card, 20))
        for year, value in ((2021, 10), (2022, 10), (2023, 11), (2024, 11)):
            factory.approved(card, str(year), value, vintage_label="2025-03")
    return made


def test_the_dashboard_says_how_each_target_stands(client_of):
    plan = factory.plan(title_vi="Chiến lược công nghiệp")
    (target,) = aimed(plan)
    shown = page(client_of("leader"), "dashboard")
    there = reverse("strategies:scorecard", args=[plan.public_id])
    assert f'href="{there}#target-{target.pk}"' in shown
    assert f"{Light.OFF.label}: 1" in shown
    assert "Chiến lược công nghiệp" in shown


def test_a_draft_plan_is_not_on_the_dashboard(client_of):
    draft = factory.plan(state="draft")
    aimed(draft)
    assert draft.code not in page(client_of("leader"), "dashboard")


def test_a_scorecard_has_a_picture_and_a_table_for_each_target(client_of):
    plan = factory.plan()
    (target,) = aimed(plan)
    client = client_of("officer")
    shown = page(client, "scorecard", plan.public_id)
    assert shown.count("<figure") == 1
    assert "2025-03" in shown
    drawn = client.get(reverse("strategies:way_file", args=[plan.public_id, target.pk]))
    assert drawn["Content-Type"] == "image/svg+xml"
    assert b"var(" not in drawn.content
    assert b"<style>" in drawn.content
    page(client, "way_file", plan.public_id, target.pk + 999, status=404)


def test_the_workbook_has_figures_as_figures(client_of):
    plan = factory.plan()
    aimed(plan, 2)
    client = client_of("officer")
    url = reverse("strategies:scorecard_file", args=[plan.public_id, "xlsx"])
    answer = client.get(url)
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    rows = list(book.active.values)
    assert len(rows) == 3
    assert (rows[1][8:13], rows[1][15]) == ((2020, 10, 2024, 11, 20), 10)
    page(client, "scorecard_file", plan.public_id, "exe", status=404)


def test_the_coherence_page_says_findings_in_words(client_of):
    plan = factory.plan()
    for code, part, labour, value in (
        ("VA", "value_added", "none", 8.5),
        ("LP", "productivity", "person", 7.5),
    ):
        card = factory.rates(code, part, labour_unit=labour)
        factory.target(
            plan, card, value, measure="growth",
            comparator="over",
        )  # fmt: skip
    client = client_of("leader")
    for args in ([], [plan.public_id]):
        name = "plan_coherence" if args else "coherence"
        shown = page(client, name, *args)
        assert "0,93" in shown


def test_a_stocktake_from_the_draft_to_the_minutes(client_of):
    plan = factory.plan()
    (target,) = aimed(plan)
    officer, leader = client_of("officer"), client_of("leader")
    today = localdate()
    made = post(
        officer, "stocktake_new", query=f"?plan={plan.public_id}",
        title_vi="Kiểm điểm quý I", held_on=str(today),
    )  # fmt: skip
    assert made.status_code == 302, made.content.decode()[:3000]
    stocktake = Stocktake.objects.get()
    key = stocktake.public_id
    judged = post(
        officer, "stocktake_judge", key, target.pk, likelihood="doubtful",
        reason="Tăng quá chậm.",
    )  # fmt: skip
    assert judged.status_code == 302
    decided = post(
        officer, "stocktake_decide", key, text="Rà soát vốn.",
        owner_name="Vụ Kế hoạch", due_on=str(today), target=str(target.pk),
    )  # fmt: skip
    assert decided.status_code == 302
    shown = page(officer, "stocktake", key)
    assert "Tăng quá chậm." in shown
    assert "Rà soát vốn." in shown
    assert "Vụ Kế hoạch" in shown
    stocktake.refresh_from_db()
    data = {"minutes": "Đã họp.", "version": stocktake.version}
    assert post(officer, "stocktake_hold", key, **data).status_code == 403
    assert post(leader, "stocktake_hold", key, **data).status_code == 302
    stocktake.refresh_from_db()
    assert stocktake.digest in page(leader, "stocktake", key)
    for kind in ("docx", "pdf"):
        answer = leader.get(reverse("strategies:stocktake_minutes", args=[key, kind]))
        assert answer.status_code == 200
        assert len(answer.content) > 5_000
    decision = StocktakeDecision.objects.get()
    done = post(
        officer, "stocktake_decision", decision.pk, outcome="Xong.",
        done_on=str(today),
    )  # fmt: skip
    assert done.status_code == 302
    assert "Xong." in page(officer, "stocktake_decision", decision.pk)


def test_a_faulty_form_keeps_what_was_typed(client_of):
    stocktake = factory.stocktake(factory.plan())
    answer = post(
        client_of("officer"), "stocktake_decide", stocktake.public_id,
        text="Rà soát vốn.", due_on="2020-01-01",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "Rà soát vốn." in answer.content.decode()
    assert StocktakeDecision.objects.count() == 0


def test_a_decision_can_be_taken_back_while_the_stocktake_is_a_draft(client_of):
    decision = factory.decision(factory.stocktake(factory.plan()))
    answer = post(client_of("officer"), "stocktake_decision_drop", decision.pk)
    assert answer.status_code == 302
    assert StocktakeDecision.objects.count() == 0


def test_the_owner_sees_his_decision_and_nothing_of_the_stocktake(client_of):
    house = basis.agency()
    plan = factory.plan()
    aimed(plan)
    stocktake = factory.stocktake(plan)
    decision = factory.decision(stocktake, owner_id=house.pk)
    owner = client_of(basis.manager(house))
    page(owner, "stocktake_decision", decision.pk, status=404)
    factory.actions.hold_stocktake(
        actor=factory.leader(), stocktake_id=stocktake.pk, minutes="Kín.",
        at=factory.AT,
    )  # fmt: skip
    shown = page(owner, "stocktake_decision", decision.pk)
    assert decision.text in shown
    assert "Kín." not in shown
    for name, args in (
        ("stocktake", [stocktake.public_id]),
        ("stocktakes", []),
        ("dashboard", []),
        ("coherence", []),
        ("scorecard", [plan.public_id]),
        ("scorecard_file", [plan.public_id, "csv"]),
        ("stocktake_minutes", [stocktake.public_id, "pdf"]),
    ):
        assert owner.get(reverse(f"strategies:{name}", args=args)).status_code in {
            403,
            404,
        }, name


def test_an_overdue_decision_stands_on_the_first_page(client_of):
    plan = factory.plan()
    aimed(plan)
    stocktake = factory.stocktake(plan)
    factory.decision(stocktake, text="Việc quá hạn.", due_on=date(2026, 3, 2))
    factory.actions.hold_stocktake(
        actor=factory.leader(), stocktake_id=stocktake.pk, minutes="Có.", at=factory.AT
    )
    shown = client_of("officer").get(reverse("home")).content.decode()
    assert "Việc quá hạn." in shown


# ---- what everybody reads


def public(client, name, *args, status=200):
    response = client.get(reverse(f"portal:{name}", args=args))
    assert response.status_code == status
    return response


def test_the_public_reads_published_values_of_public_plans(client):
    plan, draft = factory.plan(), factory.plan(state="draft")
    card = factory.card()
    for each in (plan, draft):
        factory.target(each, card, 20)
    factory.published(card, "2023", 13, vintage_label="V-OPEN")
    factory.approved(card, "2024", 12, vintage_label="V-SECRET")
    texts = [
        public(client, "scorecards").content.decode(),
        public(client, "scorecard", plan.public_id).content.decode(),
        b"".join(
            public(client, "scorecard_file", plan.public_id, "csv").streaming_content
        ).decode(),
        public(client, "scorecard_file", plan.public_id, "json").content.decode(),
        client.get("/api/v1/targets").content.decode(),
    ]
    assert [("V-SECRET" in t, draft.code in t) for t in texts] == [(False, False)] * 5
    assert ["V-OPEN" in t for t in texts] == [False, True, True, True, True]
    public(client, "scorecard", draft.public_id, status=404)
    public(client, "scorecard_file", plan.public_id, "exe", status=404)


# ---- budgets

BUDGETS = {
    "dashboard": 11,
    "scorecard": 11,
    "coherence": 14,
    "plan_coherence": 15,
    "stocktakes": 9,
    "stocktake": 12,
}


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_for_one_row_and_for_three(count, client, client_of):
    plan = factory.plan()
    targets = aimed(plan, count)
    for _more in range(count):
        stocktake = factory.stocktake(plan)
        for target in targets:
            factory.decision(stocktake, target_id=target.pk)
        factory.actions.hold_stocktake(
            actor=factory.leader(), stocktake_id=stocktake.pk, minutes="Có.",
            at=factory.AT,
        )  # fmt: skip
    reader = client_of("leader")
    args = {
        "scorecard": [plan.public_id],
        "plan_coherence": [plan.public_id],
        "stocktake": [stocktake.public_id],
    }
    found = {}
    for space, who, budgets in (
        ("strategies", reader, BUDGETS),
        ("portal", client, PORTAL_BUDGETS),
    ):
        for name in budgets:
            url = reverse(f"{space}:{name}", args=args.get(name, []))
            who.get(url)
            found[space, name] = counted(who, url)
    assert found == {
        **{("strategies", n): b for n, b in BUDGETS.items()},
        **{("portal", n): b for n, b in PORTAL_BUDGETS.items()},
    }


def counted(client, url):
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_strangers_are_sent_away(client_of):
    plan = factory.plan()
    aimed(plan)
    reader = client_of(person(Role.EXPERT))
    for name in ("dashboard", "coherence", "stocktakes"):
        page(reader, name, status=403)
