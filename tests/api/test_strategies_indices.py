"""Everybody reads published indices as data; drafts only whoever may see them, by key."""

from __future__ import annotations

from datetime import timedelta

import pytest

from opensti.domains.strategies import actions
from opensti.kernel.access import Role
from tests.api.test_acts import key_of
from tests.factories import strategies_indices as factory
from tests.factories.tasks import AT, person

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)


def get(client, path, key="", status=200):
    more = {"HTTP_AUTHORIZATION": f"Bearer {key}"} if key else {}
    answer = client.get(f"/api/v1/{path}", **more)
    assert answer.status_code == status, answer.content[:500]
    return answer.json()


def published(officer, model):
    version = factory.version(officer, model)
    actions.freeze_version(actor=officer, version_id=version.pk, at=LATER)
    return actions.publish_version(
        actor=person(Role.LEADER), version_id=version.pk, at=LATER
    )


def test_everybody_reads_what_is_published_with_scores_and_ranks(client):
    officer = factory.officer()
    model = factory.model(officer)
    version = published(officer, model)
    draft = factory.version(officer, model, label="draft")

    listed = get(client, "indices")
    assert (listed["count"], listed["items"][0]["public_id"]) == (1, version.public_id)
    assert listed["items"][0]["index"]["code"] == "PII"
    assert get(client, "indices?q=nothing") == {"count": 0, "items": []}
    one = get(client, f"indices/{model.public_id}")
    assert [v["number"] for v in one["versions"]] == [1]
    told = get(client, f"index-versions/{version.public_id}")
    assert [unit["code"] for unit in told["units"]] == ["AN", "BI", "CU", "DU"]
    assert told["ranks"]["Index"] == [4, 3, 2, 1]
    assert told["scores"] == version.result["scores"]
    assert told["codes"][-1]["code"] == "Index"
    assert (told["recipe"], told["analyses"]) == (factory.RECIPE, None)
    assert told["result_digest"] == version.result_digest
    get(client, f"index-versions/{draft.public_id}", status=404)


def test_a_draft_is_read_by_the_key_of_whoever_may_see_it(client):
    officer = factory.officer()
    model = factory.model(officer)
    draft = factory.version(officer, model, label="draft")
    key = key_of(officer)

    (row,) = get(client, "mine/indices?q=pi", key)["items"]
    assert (row["versions"], row["published"], row["newest_state"]) == (
        1,
        0,
        "computed",
    )
    (version,) = get(client, f"mine/indices/{model.public_id}", key)["versions"]
    assert (version["id"], version["label"]) == (draft.pk, "draft")
    told = get(client, f"mine/index-versions/{draft.public_id}", key)
    assert told["ranks"] == draft.result["ranks"]
    assert get(client, "indices") == {"count": 0, "items": []}
    get(client, f"indices/{model.public_id}", status=404)


def test_a_stranger_with_a_key_reads_what_is_published_and_no_list(client):
    officer = factory.officer()
    model = factory.model(officer)
    draft = factory.version(officer, model, label="draft")
    stranger = key_of(person(Role.APPLICANT))

    get(client, "mine/indices", stranger, 403)
    get(client, f"mine/indices/{model.public_id}", stranger, 404)
    get(client, f"mine/index-versions/{draft.public_id}", stranger, 404)
    get(client, "mine/indices", status=401)
    shown = published(officer, model)
    one = get(client, f"mine/indices/{model.public_id}", stranger)
    assert [v["public_id"] for v in one["versions"]] == [shown.public_id]


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_ask_as_often_for_one_as_for_three(
    client, django_assert_num_queries, rows
):
    officer = factory.officer()
    for n in range(rows):
        published(officer, factory.model(officer, f"X{n}"))
    with django_assert_num_queries(5):
        assert get(client, "indices")["count"] == rows
