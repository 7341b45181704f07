"""Published runs in the portal cost the same however much is published."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories import strategies_accounts as factory

BUDGETS = {"accounts": 4, "account": 3, "account_picture": 3}


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("name", BUDGETS)
def test_a_public_page_costs_the_same_however_much_is_published(
    client, django_assert_num_queries, name, number
):
    who = factory.officer()
    vintage = factory.loaded(who, factory.registered(who))
    runs = [factory.published(who, vintage) for _n in range(number)]
    args = {
        "accounts": [],
        "account": [runs[0].public_id],
        "account_picture": [runs[0].public_id, "waterfall", "svg"],
    }[name]
    address = reverse(f"portal:{name}", args=args)
    client.get(address)
    with django_assert_num_queries(BUDGETS[name]):
        assert client.get(address).status_code == 200
