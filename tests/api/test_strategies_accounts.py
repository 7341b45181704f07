"""Programs load releases, ask for runs and read them, with what their owner may know."""

from __future__ import annotations

import pytest

from opensti.domains.strategies.models import MethodRun
from opensti.kernel.access import Role
from tests.api.test_acts import key_of, send
from tests.factories import strategies_accounts as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


def get(client, path, key, status=200):
    answer = client.get(f"/api/v1/mine/{path}", HTTP_AUTHORIZATION=f"Bearer {key}")
    assert answer.status_code == status, answer.content[:500]
    return answer.json()


def test_a_program_asks_for_a_run_and_reads_it(client):
    who = factory.officer()
    vintage = factory.loaded(who, factory.registered(who))
    key = key_of(who)
    (release,) = get(client, "releases?q=own", key)["items"]
    assert release["sha256"] == vintage.sha256
    asked = {
        "title_vi": "Chạy",
        "kind": "shift_share",
        "vintages": [release["public_id"]],
        "first": 2010,
        "last": 2012,
        "conventions": ["mr"],
    }
    send(client, "strategies/ask_account", key, question=asked)
    run = MethodRun.objects.get()
    told = get(client, f"accounts/{run.public_id}", key)
    assert (told["state"], told["output"]) == ("waiting", None)
    assert get(client, "accounts", key)["count"] == 1
    assert get(client, "datasets", key)["items"][0]["code"] == "own"


def test_kinds_of_capital_are_sent_as_objects_and_refused_at_their_field(client):
    who = factory.officer()
    vintage = factory.loaded(who, factory.registered(who))
    asked = {
        "title_vi": "Chạy",
        "kind": "growth",
        "vintages": [vintage.public_id],
        "first": 2010,
        "last": 2012,
        "columns": {"value_added": "value_added/farms", "labour": "employment/farms"},
        "capitals": [{"name": "IT", "volume": "services/it"}],
    }
    said = send(
        client, "strategies/ask_account", key_of(who), status=422, question=asked
    )
    assert "capitals.0.volume" in str(said)


def test_a_stranger_reads_no_run_before_it_is_public(client):
    who = factory.officer()
    run = factory.computed(who, factory.loaded(who, factory.registered(who)))
    key = key_of(person(Role.APPLICANT))
    for path in ("datasets", "releases", "accounts"):
        get(client, path, key, 403)
    get(client, f"accounts/{run.public_id}", key, 404)
