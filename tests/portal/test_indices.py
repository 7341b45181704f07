"""Published indices: everybody reads the newest version of each, and nothing before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from opensti.domains.strategies import actions
from opensti.kernel.access import Role
from tests.factories import strategies_indices as factory
from tests.factories.tasks import AT, person

pytestmark = pytest.mark.usefixtures("db")
LATER = AT + timedelta(hours=1)
BUDGETS = {"indices": 2, "index": 2}


def published(officer, leader, model, **more):
    version = factory.version(officer, model, **more)
    actions.freeze_version(actor=officer, version_id=version.pk, at=LATER)
    return actions.publish_version(actor=leader, version_id=version.pk, at=LATER)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_shows_the_newest_published_version_of_each(
    client, django_assert_num_queries, rows
):
    officer, leader = factory.officer(), person(Role.LEADER)
    newest = []
    for n in range(rows):
        model = factory.model(officer, f"X{n}")
        published(officer, leader, model, label="old")
        newest.append(published(officer, leader, model, label="new"))
        factory.version(officer, model, label="draft")
    client.get(reverse("portal:indices"))
    with django_assert_num_queries(BUDGETS["indices"]):
        text = client.get(reverse("portal:indices")).content.decode()
    links = [text.count(reverse("portal:index", args=[v.public_id])) for v in newest]
    assert links == [1] * rows
    assert text.count("<td data-label") == 3 * rows


def test_a_published_version_is_read_and_taken_away_and_a_draft_is_not(
    client, django_assert_num_queries
):
    officer, leader = factory.officer(), person(Role.LEADER)
    model = factory.model(officer)
    version = published(officer, leader, model)
    draft = factory.version(officer, model, label="draft")
    client.get(reverse("portal:index", args=[version.public_id]))
    with django_assert_num_queries(BUDGETS["index"]):
        text = client.get(reverse("portal:index", args=[version.public_id]))
    assert version.result_digest in text.content.decode()
    file = client.get(
        reverse("portal:index_file", args=[version.public_id, "scores.csv"])
    )
    assert file.getvalue().decode("utf-8-sig").startswith("uCode,Patents,Staff")
    for name in ("index", "index_file"):
        args = [draft.public_id, *(["scores.csv"] if name == "index_file" else [])]
        assert client.get(reverse(f"portal:{name}", args=args)).status_code == 404
    missing = reverse("portal:index_file", args=[version.public_id, "recipe.yaml"])
    assert client.get(missing).status_code == 404
