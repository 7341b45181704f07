"""Programs read cards, values and campaigns, and report as the owner of their key."""

from __future__ import annotations

from decimal import Decimal

import pytest

from opensti.domains.strategies.models import Observation
from tests.api.test_acts import key_of, send
from tests.factories import strategies_indicators as make

pytestmark = pytest.mark.django_db


def read(client, path, actor, status=200):
    answer = client.get(
        f"/api/v1/mine/{path}", HTTP_AUTHORIZATION=f"Bearer {key_of(actor)}"
    )
    assert answer.status_code == status, answer.content
    return answer.json()


def test_an_agency_reports_by_key_and_an_officer_approves(client):
    agency, card = make.agency(), make.percent()
    make.campaign((agency, card))
    manager, officer = make.manager(agency), make.officer()
    send(
        client,
        "strategies/enter_observation",
        key_of(manager),
        indicator_id=card.pk,
        reporter_id=agency.pk,
        facts={"period": "2025", "numerator": "15", "denominator": "50"},
    )
    row = Observation.objects.get()
    send(
        client,
        "strategies/approve_observation",
        key_of(officer),
        observation_id=row.pk,
        version=1,
    )
    row.refresh_from_db()
    assert (row.value, row.state) == (Decimal(30), "approved")


def test_lists_say_what_acts_ask_for(client):
    agency, card = make.agency(), make.card()
    campaign = make.campaign((agency, card))
    row = make.approved(card, "2024", 5, reporter=agency)
    officer = make.officer()
    assert {
        path: [
            (item["id"], item["public_id"], item["version"])
            for item in read(client, path, officer)["items"]
        ]
        for path in ("indicators", "observations", "campaigns")
    } == {
        "indicators": [(card.pk, card.public_id, 1)],
        "observations": [(row.pk, row.public_id, 1)],
        "campaigns": [(campaign.pk, campaign.public_id, 1)],
    }


def test_values_are_those_that_count(client):
    card = make.card()
    make.approved(card, "2024", 5)
    make.approved(card, "2025", 9, state="entered", decided_by=None, decided_at=None)
    found = read(client, f"indicators/{card.public_id}/values", make.officer())
    assert [(v["period"], Decimal(v["value"])) for v in found] == [("2024", Decimal(5))]


def test_an_agency_reads_its_own_reports_alone(client):
    mine, other, card = make.agency(), make.agency(), make.card()
    own = make.approved(card, "2024", 5, reporter=mine)
    make.approved(card, "2024", 7, reporter=other)
    found = read(client, "observations", make.manager(mine))
    assert [item["id"] for item in found["items"]] == [own.pk]
