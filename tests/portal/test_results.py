"""What everybody may know of results: open ones of accepted work, and no others."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from tests.factories import results as factory
from tests.factories.registry import People
from tests.factories.strategies_goals import Goals

BUDGETS = {"results": 4, "result": 6}


@pytest.fixture
def funded(db):
    made = factory.running()
    factory.accepted(made)
    return made


def get(client, name, *args, status=200, **query):
    response = client.get(reverse(f"portal:{name}", args=args), query)
    assert response.status_code == status
    return response


def test_open_results_are_listed_found_narrowed_and_exported(funded, client):
    made = factory.result(funded, title_vi="Phần mềm điều độ lò")
    factory.result(funded, kind="process", title_vi="Quy trình luyện")
    shown = get(client, "results").content.decode()
    assert "Phần mềm điều độ lò" in shown
    assert "Quy trình luyện" in shown
    for query, there in (
        ({"q": "phan mem dieu do"}, True),
        ({"kind": "process"}, False),
        ({"year": made.formed_on.year}, True),
        ({"year": 1999}, False),
        ({"host": "khong co to chuc nay"}, False),
        ({"host": funded.contract.host.name_vi}, True),
        ({"field": funded.contract.dossier.order.field_id or ""}, True),
    ):
        page = get(client, "results", **query).content.decode()
        assert ("Phần mềm điều độ lò" in page) is there, query
    table = b"".join(get(client, "results", export="csv").streaming_content).decode()
    assert "Phần mềm điều độ lò" in table


def test_a_result_is_shown_with_its_authors_and_without_their_shares(funded, client):
    author = People.create()
    made = factory.result(
        funded,
        authors=[(author.public_id, 10_000)],
        details={"repository": "https://git.example/x"},
        goal=Goals.create().public_id,
    )
    page = get(client, "result", made.public_id).content.decode()
    assert author.full_name in page
    assert "Nâng năng suất lao động ngành công nghiệp" in page
    assert "https://git.example/x" in page
    # The number of the act behind the goal may hold the figure, a share may not.
    assert not re.search(r"\b100\b(?!/QĐ)", page.split("<dl")[1].split("</dl>")[0])


def test_what_is_not_open_is_found_by_nobody(funded, client, client_of):
    today = localdate()
    hidden = [
        factory.result(funded, secrecy="internal", title_vi="Kín nội bộ"),
        factory.result(
            funded,
            secrecy="embargo",
            open_from=today + timedelta(days=3),
            title_vi="Kín đến ngày",
        ),
    ]
    opened = factory.result(
        funded, secrecy="embargo", open_from=today, title_vi="Mở hôm nay"
    )
    for somebody in (client, client_of(funded.officer), client_of(funded.host)):
        page = get(somebody, "results").content.decode()
        assert "Mở hôm nay" in page
        assert "Kín" not in page
        for made in hidden:
            get(somebody, "result", made.public_id, status=404)
        get(somebody, "result", opened.public_id)


def test_before_the_work_is_accepted_nothing_of_it_is_public(db, client):
    made = factory.result(factory.running())
    assert made.title_vi not in get(client, "results").content.decode()
    get(client, "result", made.public_id, status=404)


@pytest.mark.parametrize("rows", [1, 3])
def test_more_results_cost_no_more_queries(
    funded, client, django_assert_num_queries, rows
):
    for _n in range(rows):
        made = factory.result(funded, authors=[(People.create().public_id, 10_000)])
    for name, args in (("results", []), ("result", [made.public_id])):
        get(client, name, *args)
        with django_assert_num_queries(BUDGETS[name]):
            get(client, name, *args)
