"""Pages of goals and gaps: the chain, the money, links set by one and by many."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from opensti.domains.results.models import Result
from opensti.domains.tasks.models import Need, Order, Task
from opensti.kernel.access import Role
from tests.api.test_acts import key_of
from tests.domains.results.test_goals import answered
from tests.factories import money
from tests.factories import results as factory
from tests.factories import tasks as make
from tests.factories.strategies_goals import (
    Actions,
    Goals,
    Indicators,
    Plans,
    planned,
)
from tests.factories.tasks import Tasks, person

BUDGETS = {"goal": 35, "gaps": 19}


@pytest.fixture
def funded(db):
    return factory.running()


@pytest.fixture
def goal(funded):
    made = Goals.create(code="MT-1")
    Task.objects.filter(pk=funded.contract.task_id).update(goal=made)
    return made


def get(client, where, *args, status=200, **query):
    answer = client.get(reverse(f"strategies:{where}", args=args), query)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def test_the_page_shows_the_chain_down_and_the_money_up(funded, goal, client_of):
    planned(goal, 2026, 1_234_567_890)
    money.allocated(funded)
    paid = money.pay(funded)
    factory.result(funded)
    card = Indicators.create(code="CT-9")
    card.goals.add(goal)
    page = get(client_of(funded.officer), "goal", goal.public_id)
    for part in (
        goal.text_vi,
        funded.contract.number,
        "Phần mềm điều độ",
        "1.234.567.890",
        f"{int(paid.amount):,}".replace(",", "."),
        "CT-9",
        "Chương trình đổi mới công nghệ",
    ):
        assert part in page, part


def test_each_person_sees_of_the_chain_what_he_may_know(funded, goal, client_of):
    factory.result(funded)
    number = funded.contract.number
    rival = funded.story.applicants[1]
    houses = frozenset({funded.contract.host_id})
    barred = person(Role.OFFICER, member_of=houses)
    seen = {
        who: number in get(client_of(actor), "goal", goal.public_id)
        for who, actor in {
            "officer": funded.officer,
            "host": funded.host,
            "rival": rival,
            "barred": barred,
        }.items()
    }
    assert seen == {"officer": True, "host": True, "rival": False, "barred": False}
    book = client_of(barred).get(
        reverse("strategies:goal_chain", args=[goal.public_id])
    )
    cells = [
        str(cell.value)
        for row in load_workbook(BytesIO(b"".join(book.streaming_content))).active
        for cell in row
    ]
    assert funded.contract.title_vi in cells  # the task file is public
    assert number not in cells


def test_a_goal_of_a_draft_plan_is_known_to_the_office_alone(funded, client_of):
    goal = Goals.create(plan=Plans.create(state="draft"))
    get(client_of(funded.officer), "goal", goal.public_id)
    get(client_of(funded.host), "goal", goal.public_id, status=404)


def test_the_workbook_holds_one_row_for_each_thing_and_the_sums(
    funded, goal, client_of
):
    factory.result(funded)
    answer = client_of(funded.officer).get(
        reverse("strategies:goal_chain", args=[goal.public_id])
    )
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    rows = [[cell.value for cell in row] for row in sheet]
    assert [row[0] for row in rows] == [
        "Giai đoạn",
        "Nhiệm vụ",
        "Hợp đồng",
        "Kết quả",
        *["Kinh phí"] * 8,
    ]
    contract = funded.again()
    whole = int(contract.state_money + contract.other_money)
    assert (rows[2][1], rows[2][3]) == (contract.number, whole)
    assert [row[3] for row in rows if row[2] == "Đã ký hợp đồng"] == [whole]


@pytest.mark.parametrize("thing", ["need", "order", "task", "result", "uptake"])
def test_the_goal_of_one_thing_is_set_on_its_own_page(funded, goal, thing, client_of):
    officer = funded.officer
    if thing == "uptake":
        answered(funded, jobs=1)
        row = funded.contract.uptake_years.first()
    else:
        row = {
            "need": lambda: make.submitted(person(Role.APPLICANT)),
            "order": lambda: make.order(officer),
            "task": Tasks.create,
            "result": lambda: factory.result(funded, goal=""),
        }[thing]()
    client = client_of(officer)
    url = reverse("strategies:link_goal", args=[thing, row.public_id])
    assert goal.plan.code in client.get(url).content.decode()
    refused = client.post(url, {"goal": goal.public_id, "reason": " "})
    assert refused.status_code == 422
    done = client.post(url, {"goal": goal.public_id, "reason": "Theo đề án."})
    assert done.status_code == 302
    assert f"{goal.plan.code} · MT-1" in client.get(done.url).content.decode()
    again = client.post(url, {"goal": goal.public_id, "reason": "Theo đề án."})
    assert again.status_code == 409
    assert client_of(person(Role.FINANCE)).get(url).status_code in {403, 404}


def test_gaps_are_mended_right_there_after_a_look(funded, goal, client_of):
    officer = funded.officer
    order = make.order(officer, title_vi="Đặt hàng thu hồi kẽm")
    client = client_of(officer)
    assert "Đặt hàng thu hồi kẽm" in get(client, "gaps")
    url = reverse("strategies:link_goals", args=["order"])
    said = {"ids": [order.pk], "goal": goal.public_id, "reason": "Rà soát."}
    shown = client.post(url, said)
    assert (shown.status_code, Order.objects.get(pk=order.pk).goal) == (200, None)
    assert "Đặt hàng thu hồi kẽm" in shown.content.decode()
    assert client.post(url, said | {"confirmed": "1"}).status_code == 302
    assert Order.objects.get(pk=order.pk).goal == goal
    assert "Đặt hàng thu hồi kẽm" not in get(client, "gaps")
    wrong = client.post(url, said | {"reason": "", "confirmed": "1"})
    assert wrong.status_code == 422
    assert client.post(url, {"ids": ["x"], **said}).status_code == 200
    assert (
        client_of(person(Role.FINANCE)).post(url, said | {"confirmed": "1"})
    ).status_code == 403


def test_gaps_are_the_offices(funded, client_of):
    get(client_of(funded.host), "gaps", status=403)
    assert "checkbox" not in get(client_of(person(Role.AUDITOR)), "gaps")


def test_lists_are_narrowed_to_a_goal_and_those_below_it(funded, goal, client_of):
    below = Goals.create(plan=goal.plan, parent=goal, code="MT-1.1")
    Tasks.create(title_en="Served below", goal=below)
    Tasks.create(title_en="Served by none")
    client = client_of(funded.officer)

    def titles(asked):
        page = client.get(reverse("tasks:archive"), {"goal": asked}).content.decode()
        return [t for t in ("Served below", "Served by none") if t in page]

    assert titles(goal.public_id) == ["Served below"]
    assert titles("none") == ["Served by none"]
    assert titles("") == ["Served below", "Served by none"]


def test_a_proposer_chooses_the_goal_in_the_form(funded, goal, client_of):
    del funded
    applicant = person(Role.APPLICANT)
    client = client_of(applicant)
    page = client.get(reverse("tasks:need_new")).content.decode()
    assert f'<optgroup label="{goal.plan.code}">' in page
    need = make.draft(applicant)
    url = reverse("tasks:need_edit", args=[need.public_id])
    client.post(url, {"version": need.version, "goal": goal.public_id})
    assert Need.objects.get(pk=need.pk).goal == goal


def test_the_form_of_a_result_proposes_the_goal_of_its_task(funded, goal, client_of):
    client = client_of(funded.host)
    url = reverse("results:result_new", args=[funded.contract.public_id])
    page = client.get(url).content.decode()
    assert f'value="{goal.public_id}" selected' in page
    said = {"title_vi": "Phần mềm", "formed_on": "2026-01-05", "secrecy": "open"}
    goal.closed_on = "2026-01-01"
    goal.save()
    done = client.post(url, said | {"goal": goal.public_id})
    assert done.status_code == 302
    assert Result.objects.get().goal == goal


def test_a_program_reads_the_chain_of_its_owner(funded, goal, client):
    factory.result(funded)

    def chain(actor):
        answer = client.get(
            f"/api/v1/goals/{goal.public_id}/chain",
            HTTP_AUTHORIZATION=f"Bearer {key_of(actor)}",
        )
        assert answer.status_code == 200
        return answer.json()

    found = chain(funded.officer)
    contract = funded.again()
    assert {s["key"]: s["count"] for s in found["stages"]} == {
        "needs": 0,
        "orders": 0,
        "dossiers": 0,
        "tasks": 1,
        "contracts": 1,
        "results": 1,
        "uptake": 0,
    }
    assert int(found["money"]["of_state"]) == contract.state_money
    rival = chain(funded.story.applicants[1])
    assert {s["key"]: s["count"] for s in rival["stages"]} == dict.fromkeys(
        [s["key"] for s in found["stages"]], 0
    ) | {"tasks": 1}
    assert int(rival["money"]["contracted"]) == 0
    assert client.get(f"/api/v1/goals/{goal.public_id}/chain").status_code == 401


@pytest.mark.parametrize("asked", [(n, r) for n in BUDGETS for r in (1, 3)], ids=str)
def test_a_page_costs_the_same_whatever_it_shows(
    asked, goal, client_of, django_assert_num_queries, funded
):
    name, rows = asked
    for number in range(rows):
        factory.result(funded, title_vi=f"Kết quả {number}")
        factory.result(funded, title_vi=f"Kết quả lẻ {number}", goal="")
        make.order(funded.officer)
        Tasks.create(goal=goal)
        planned(goal, 2026 + number, 5)
        Actions.create(goal=goal)
        Indicators.create().goals.add(goal)
        Goals.create(plan=goal.plan, parent=goal)
    client = client_of(funded.officer)
    url = reverse(f"strategies:{name}", args=[goal.public_id] if name == "goal" else [])
    client.get(url)
    with django_assert_num_queries(BUDGETS[name]):
        client.get(url)
