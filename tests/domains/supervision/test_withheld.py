"""Of what the policy withholds nobody speaks, and what was said of it before is not shown."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.timezone import now

from opensti.domains.publications.queries import policies, subject
from opensti.domains.publications.queries.subjects import KINDS
from opensti.domains.supervision import actions, queries
from opensti.kernel.access import Role
from opensti.kernel.refusals import NotFound
from opensti.portal.supervision.places import page_of
from tests.factories import policies as policy_factory
from tests.factories import supervision as factory
from tests.factories.registry import Organisations

pytestmark = pytest.mark.django_db
MARK = "zq41qz"


@pytest.fixture
def spoken():
    """A task and an organisation, of each of which something was said."""
    officer = factory.in_office(Role.OFFICER)
    task, host = factory.task(), Organisations.create()
    said = factory.published(
        officer, about=f"task:{task.public_id}", text=f"Ai dùng {MARK} ở đâu?"
    )
    other = factory.published(officer, about=f"organisation:{host.public_id}")
    return task, said, other


def put(monkeypatch, changes):
    """Let the shipped policy with these changes be in force."""
    other = policy_factory.policy(changes)
    monkeypatch.setattr(policies, "shipped_policy", lambda: other)


def pages(client, task, said):
    """Everywhere the text stands: its page, lists, the API."""
    about = f"task:{task.public_id}"
    return [
        client.get(where).getvalue().decode()
        for where in (
            reverse("portal:voice", args=[said.public_id]),
            reverse("portal:voices"),
            f"{reverse('portal:voices')}?q=ai+dung",
            f"{reverse('portal:voices')}?export=csv",
            reverse("portal:voices_about", args=["task", task.public_id]),
            "/api/v1/voices",
            f"/api/v1/voices?about={about}",
        )
    ]


def test_a_withheld_thing_takes_no_comment_and_what_was_said_of_it_is_gone(
    spoken, client, monkeypatch
):
    task, said, other = spoken
    assert set(queries.public_voices()) == {said, other}
    assert [MARK in page for page in pages(client, task, said)].count(True) >= 6
    put(monkeypatch, {"task.*": None})
    assert list(queries.public_voices()) == [other]
    assert list(queries.voices_about("task", task.public_id)) == []
    assert [MARK in page for page in pages(client, task, said)] == [False] * 7
    with pytest.raises(NotFound):
        subject("task", task.public_id, at=now())
    with pytest.raises(NotFound):
        factory.said(about=f"task:{task.public_id}", at=now())
    # Its author still finds the own text by its code.
    assert actions.voice_of_code(actions.follow_code(said)) == said


def test_a_name_that_is_withheld_is_not_told_beside_the_text_nor_found_by_it(
    spoken, monkeypatch
):
    task, said, other = spoken
    word = task.title.split()[0]
    assert said in queries.public_voices(word)
    put(monkeypatch, {"task.title": None})
    shown = {row.pk: row.about_vi for row in queries.public_voices()}
    assert shown == {said.pk: "", other.pk: other.about_vi}
    assert other.about_vi
    assert said not in queries.public_voices(word)


def test_what_was_hidden_is_not_listed_once_its_subject_is_withheld(
    spoken, monkeypatch
):
    task, _said, _other = spoken
    officer = factory.in_office(Role.OFFICER)
    hidden = factory.said(about=f"task:{task.public_id}")
    actions.hide_voice(
        actor=officer, voice_id=hidden.pk, ground_code="insult", words="Vì sao.",
        at=now(),
    )  # fmt: skip
    assert [row.pk for row in queries.hidden_voices()] == [hidden.pk]
    put(monkeypatch, {"task.*": None})
    assert list(queries.hidden_voices()) == []


def test_every_kind_has_a_page_and_none_is_found_by_an_address_of_nothing():
    assert all(page_of(kind, "nosuch") for kind in KINDS)
    for kind in KINDS:
        with pytest.raises(NotFound):
            subject(kind, "nosuch", at=now())
