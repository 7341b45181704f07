"""The list of contracts and what a contract says now."""

from __future__ import annotations

import pytest
from django.urls import reverse

from opensti.domains.contracts.models import Contract
from tests.factories import contracts as factory
from tests.factories import portfolios as round_factory
from tests.factories.accounts import account

pytestmark = pytest.mark.django_db
BUDGETS = {"contracts": 9, "contract": 15}


@pytest.mark.parametrize("totals", [("90",), ("90", "80", "70")])
def test_pages_cost_the_same_with_one_contract_and_with_three(
    client, django_assert_num_queries, totals
):
    story = round_factory.judged(*totals, orders=len(totals))
    round_factory.released(story)
    account(client, story.officer)
    first = Contract.objects.order_by("pk")[0]
    for name, budget in BUDGETS.items():
        args = [first.public_id] if name == "contract" else []
        url = reverse(f"contracts:{name}", args=args)
        client.get(url)
        with django_assert_num_queries(budget):
            assert client.get(url).status_code == 200


def test_the_page_says_what_is_promised_and_what_comes_next(client):
    funded = factory.running()
    account(client, funded.host)
    client.cookies["django_language"] = "en"
    url = reverse("contracts:contract", args=[funded.contract.public_id])
    page = client.get(url).content.decode()
    for words in ("01.26/HĐ-ĐMST", "2,000,000,000", "Milestone 1", "Running"):
        assert words in page


def test_a_rival_finds_nothing_there(client):
    funded = factory.running()
    account(client, funded.story.applicants[1])
    url = reverse("contracts:contract", args=[funded.contract.public_id])
    assert client.get(url).status_code == 404
    listed = client.get(reverse("contracts:contracts")).content.decode()
    assert funded.contract.public_id not in listed
