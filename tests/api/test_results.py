"""What came of contracts as a program reads it, and the feed for the national system."""

from __future__ import annotations

import pytest

from tests.api.test_acts import key_of
from tests.api.test_contracts import get
from tests.factories import acceptance, rights
from tests.factories import results as factory

pytestmark = pytest.mark.django_db
LISTS = ("acceptances", "results", "assets", "rights", "deals", "uptake")


def read(client, key):
    return {name: get(client, key, name) for name in LISTS}


def test_the_host_reads_what_its_acts_ask_for_and_a_rival_nothing_of_it(client):
    kept = rights.disclosed()
    deal = rights.deal(kept)
    rights.income(kept, deal)
    result, asset = factory.result(kept.funded), factory.asset(kept.funded)
    found = read(client, key_of(kept.host))
    assert {
        name: [(row["id"], row["public_id"], row["version"]) for row in part["items"]]
        for name, part in found.items()
    } == {
        "acceptances": [
            (row.pk, row.public_id, row.version)
            for row in (kept.funded.contract.acceptance,)
        ],
        "results": [(result.pk, result.public_id, 1)],
        "assets": [(asset.pk, asset.public_id, 1)],
        "rights": [(kept.right.pk, kept.right.public_id, 1)],
        "deals": [(deal.pk, deal.public_id, 1)],
        "uptake": [],
    }
    assert found["deals"]["items"][0]["earned"] == "1000000000"
    rival = key_of(kept.funded.story.applicants[1])
    assert read(client, rival) == {key: {"count": 0, "items": []} for key in LISTS}
    for name in LISTS:
        assert client.get(f"/api/v1/mine/{name}").status_code == 401


def test_a_program_carries_dossiers_to_the_national_system_by_a_key(client):
    work = acceptance.registered(
        acceptance.recognised(acceptance.confirmed(acceptance.accepted()))
    )
    made = acceptance.actions.prepare_handover(
        actor=work.officer, acceptance_id=work.acceptance.pk, at=acceptance.REGISTERED
    )

    def feed(**headers):
        return client.get("/api/v1/registrations", **headers)

    key = {"HTTP_AUTHORIZATION": f"Bearer {key_of(work.officer)}"}
    answer = feed(**key).json()
    assert [(row["id"], row["sha256"]) for row in answer["items"]] == [
        (made.public_id, made.sha256)
    ]
    host = {"HTTP_AUTHORIZATION": f"Bearer {key_of(work.host)}"}
    wrong = {"HTTP_AUTHORIZATION": "Bearer nothing"}
    assert feed(**host).status_code == 403
    assert feed(**wrong).status_code in (401, 403)
    assert feed().status_code in (401, 403)
