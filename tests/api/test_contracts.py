"""Contracts as a program reads them: as far as the owner of its key may know."""

from __future__ import annotations

import pytest

from tests.api.test_acts import key_of
from tests.factories import contracts as factory

pytestmark = pytest.mark.django_db


def get(client, key, path, status=200):
    answer = client.get(f"/api/v1/mine/{path}", HTTP_AUTHORIZATION=f"Bearer {key}")
    assert answer.status_code == status
    return answer.json()


def test_the_host_reads_its_contract_whole(client):
    funded = factory.running()
    key, contract = key_of(funded.host), funded.again()
    listed = get(client, key, "contracts")
    assert (listed["count"], [c["number"] for c in listed["items"]]) == (
        1,
        [contract.number],
    )
    whole = get(client, key, f"contracts/{contract.public_id}")
    assert {
        name: whole[name] for name in ("state", "regime", "version", "state_money")
    } == {
        "state": "running",
        "regime": "moit_2026",
        "version": contract.version,
        "state_money": "2000000000",
    }
    assert [i["amount"] for i in whole["instalments"]] == [
        "800000000",
        "800000000",
        "400000000",
    ]
    assert (
        sum(
            int(i["amount"])
            for i in whole["budgets"][-1]["items"]
            if i["source"] == "state"
        )
        == 2_000_000_000
    )


def test_who_may_not_know_of_it_reads_of_none(client):
    funded = factory.running()
    rival = key_of(funded.story.applicants[1])
    assert get(client, rival, "contracts") == {"count": 0, "items": []}
    get(client, rival, f"contracts/{funded.contract.public_id}", 404)
    assert client.get("/api/v1/mine/contracts").status_code == 401
