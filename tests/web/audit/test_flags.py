"""The page of red flags: in words, with links, at the price of a fixed number of queries."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from opensti.kernel.access import Role
from tests.factories.red_flags import flagged

pytestmark = pytest.mark.django_db
BUDGETS = {"flags": 20, "flags_of": 20}
KINDS = ("late", "host", "leader", "spread", "prices", "extended", "own_topic", "text")


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_each_flag_says_what_it_means_and_what_not_and_leads_to_the_case(client_of):
    funded = flagged()
    client = client_of("auditor", "leader")
    page = client.get(reverse("audit:flags")).content.decode()
    said = text_of(page)

    assert [k for k in KINDS if f'<section id="{k}">' not in page] == []
    assert said.count("Có thể là:") == said.count("Không hẳn là vấn đề:") == len(KINDS)
    assert "mở rộng" not in said
    for where in (
        reverse("contracts:contract", args=[funded.contract.public_id]),
        reverse("results:acceptance", args=[funded.contract.acceptance.public_id]),
        *(reverse("calls:dossier", args=[d.public_id]) for d in funded.story.dossiers),
    ):
        assert f'href="{where}"' in page
        assert client.get(where).status_code == 200, where
    assert "gia hạn 2 lần, thêm 200 ngày" in said


@pytest.mark.parametrize("role", [Role.OFFICER, Role.FINANCE, Role.ADMIN])
def test_others_are_refused_and_have_no_link_to_it(client_of, role):
    client = client_of(role.value)
    assert client.get(reverse("audit:flags")).status_code == 403
    assert reverse("audit:flags") not in client.get(reverse("home")).content.decode()


def test_a_house_without_tasks_says_so_and_knows_no_other_year(client_of):
    client = client_of("leader")
    for year in (0, 1999, 99_999):
        there = reverse("audit:flags_of", args=[year])
        assert client.get(there).status_code == 404
    page = client.get(reverse("audit:flags"))
    assert text_of(page.content.decode()).count("Không có.") == len(KINDS)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", BUDGETS)
def test_the_number_of_queries_does_not_grow(
    name, rows, client_of, django_assert_num_queries
):
    flagged(rows)
    client = client_of("auditor")
    url = reverse(f"audit:{name}", args=[2026] if name == "flags_of" else [])
    client.get(url)
    with django_assert_num_queries(BUDGETS[name]):
        client.get(url)
