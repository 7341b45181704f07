"""The public page of a goal: public stages alone, whoever looks."""

from __future__ import annotations

import pytest
from django.urls import reverse

from opensti.domains.tasks.models import Task
from tests.factories import money
from tests.factories import results as factory
from tests.factories.strategies_goals import Goals, Plans, planned
from tests.factories.tasks import Tasks

BUDGETS = {"goal": 12}


@pytest.fixture
def funded(db):
    return factory.running()


def test_everybody_reads_what_is_public_of_a_goal_and_no_more(
    funded, client, client_of
):
    goal = Goals.create(code="MT-1")
    Task.objects.filter(pk=funded.contract.task_id).update(goal=goal)
    planned(goal, 2026, 1_234_567_890)
    money.allocated(funded)
    paid = money.pay(funded)
    factory.result(funded, title_vi="Kín nội bộ", secrecy="internal")
    factory.result(funded, title_vi="Mở cho mọi người")
    factory.accepted(funded)
    url = reverse("portal:goal", args=[goal.public_id])
    pages = [
        one.get(url).content.decode()
        for one in (client, client_of(funded.officer), client_of(funded.host))
    ]
    for page in pages:
        assert "Mở cho mọi người" in page
        assert funded.contract.title_vi in page
        assert "1.234.567.890" in page
        assert "Kín nội bộ" not in page
        assert f"{int(paid.amount):,}".replace(",", ".") not in page
        assert funded.contract.number not in page


@pytest.mark.django_db
def test_a_goal_of_a_plan_that_is_not_public_is_found_by_nobody(client):
    goal = Goals.create(plan=Plans.create(state="draft"))
    assert client.get(reverse("portal:goal", args=[goal.public_id])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.django_db
def test_the_page_costs_the_same_whatever_it_shows(
    client, rows, django_assert_num_queries
):
    goal = Goals.create()
    for year in range(rows):
        Tasks.create(goal=goal)
        planned(goal, 2026 + year, 7)
        Goals.create(plan=goal.plan, parent=goal)
    url = reverse("portal:goal", args=[goal.public_id])
    client.get(url)
    with django_assert_num_queries(BUDGETS["goal"]):
        client.get(url)
