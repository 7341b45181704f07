"""A public page is drawn again only when something changed, and nobody's own is kept."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.urls import reverse
from django.utils.timezone import localdate, now

from opensti.domains.publications.actions import index_rows, rebuild_search
from opensti.domains.publications.models import PolicyVersion
from opensti.domains.publications.queries import page_state
from opensti.domains.publications.queries.policies import read_policy
from opensti.exports.files import FILES
from opensti.kernel.access import SYSTEM
from opensti.kernel.erasures import Erasure, keep_erasure
from opensti.kernel.record.actions import record
from opensti.kernel.record.signing import checkpoint
from opensti.project import caching
from tests.factories import calls as factory
from tests.factories.kept import kept
from tests.factories.policies import content
from tests.factories.tasks import Tasks

NAME = next(iter(FILES))


@pytest.fixture(autouse=True)
def _states_told(monkeypatch, _pages_drawn_each_time):
    monkeypatch.setattr(caching, "page_state", page_state)


@kept
def published():
    return factory.published(factory.officer())


@pytest.fixture
def call(db):
    return published()


def asked(client, name="home", *args, tag="", query="", **headers):
    if tag:
        headers["If-None-Match"] = tag
    return client.get(f"{reverse(f'portal:{name}', args=args)}{query}", headers=headers)


def test_an_unchanged_page_is_not_drawn_again(call, client, django_assert_num_queries):
    first = asked(client)
    with django_assert_num_queries(3):
        again = asked(client, tag=first["ETag"])
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    for response in (first, again):
        assert response["Cache-Control"] == "public, no-cache"
        assert response["ETag"] == first["ETag"]
        kept_apart = {one.strip() for one in response["Vary"].split(",")}
        assert kept_apart >= {"Cookie", "Accept-Language", "HX-Request", "HX-Boosted"}


def test_a_list_asked_again_by_another_word_is_another_page(call, client):
    tags = {
        asked(client, "calls", query=query)["ETag"]
        for query in ("", "?page=2", "?q=a", "?sort=code")
    }
    assert len(tags) == 4
    part = asked(client, "calls", **{"HX-Request": "true"})
    assert part["ETag"] not in tags


def test_an_act_makes_every_page_another(call, client):
    tag = asked(client, "call", call.public_id)["ETag"]
    record(actor=SYSTEM, act="calls.publish", subject="calls.call:0", at=now())
    again = asked(client, "call", call.public_id, tag=tag)
    assert again.status_code == 200
    assert again["ETag"] != tag


@pytest.mark.parametrize("turn", ["opens_at", "closes_at"])
def test_a_call_that_opens_or_closes_makes_its_page_another(call, client, turn):
    moment = getattr(call, turn)
    found = []
    for at in (moment - timedelta(seconds=1), moment):
        with patch.object(caching, "now", lambda at=at: at):
            found.append(asked(client, tag=found[0]["ETag"] if found else ""))
    assert [answer.status_code for answer in found] == [200, 200]
    assert found[0]["ETag"] != found[1]["ETag"]


def test_a_page_follows_the_index_of_the_search_and_the_checkpoint_of_the_log(
    call, client
):
    found = [asked(client, "home")["ETag"]]
    index_rows(kind="call", rows=[call.pk], at=now())
    found.append(asked(client, "home", tag=found[-1])["ETag"])
    checkpoint(at=now())
    found.append(asked(client, "home", tag=found[-1])["ETag"])
    assert len(set(found)) == 3
    assert asked(client, "home", tag=found[-1]).status_code == 304


def test_the_next_day_is_another_page(db):
    day = now()
    assert page_state(at=day) != page_state(at=day + timedelta(days=1))


def test_each_language_has_its_own_page_and_choosing_one_needs_no_token(call, client):
    tags = {}
    for language in ("vi", "en"):
        answer = client.get(
            reverse("set_language"), {"language": language, "next": "/calls/"}
        )
        assert (answer.status_code, answer["Location"]) == (302, "/calls/")
        page = asked(client)
        assert f'lang="{language}"' in page.content.decode()
        tags[language] = page["ETag"]
    assert tags["vi"] != tags["en"]
    assert asked(client, tag=tags["vi"]).status_code == 200
    assert asked(client, tag=tags["en"]).status_code == 304


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example/", ""]
)
def test_the_choice_of_a_language_leads_nowhere_else(db, client, back):
    answer = client.get(reverse("set_language"), {"language": "xx", "next": back})
    assert (answer["Location"], dict(answer.cookies)) == ("/", {})


def test_who_is_signed_in_has_pages_of_his_own(call, client, client_of):
    tag = asked(client)["ETag"]
    own = asked(client_of("officer"), tag=tag)
    assert own.status_code == 200
    assert not own.has_header("ETag")
    assert "Cookie" in own["Vary"]
    assert "public" not in own.get("Cache-Control", "")


def test_a_page_with_a_token_or_a_message_is_nobody_elses(db, client):
    form = asked(client, "verify")
    assert "csrfmiddlewaretoken" in form.content.decode()
    assert not form.has_header("ETag")
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    again = asked(client, "verify")
    assert "csrfmiddlewaretoken" in again.content.decode()
    assert not again.has_header("ETag")
    client.cookies["messages"] = "something"
    assert not asked(client).has_header("ETag")


def test_what_a_key_opens_or_hides_is_kept_nowhere(db, client):
    """Alerts, the own text by its code, links of mails: no cache keeps a page of them."""
    for name, args in (
        ("alert_new", []),
        ("alert_case", []),
        ("confirm", ["nosuch"]),
        ("leave", ["nosuch"]),
        ("voice_code", []),
        ("voice_confirm", ["nosuch", "code"]),
        ("support_confirm", ["nosuch"]),
    ):
        answer = asked(client, name, *args)
        assert "no-store" in answer["Cache-Control"], name
        assert not answer.has_header("ETag"), name


def test_the_tag_of_a_page_that_was_refused_is_not_given_out(call, client):
    assert not asked(client, "call", "nosuchthing").has_header("ETag")


def test_who_only_reads_is_given_no_cookie_and_no_session(call, client):
    for name in ("home", "calls", "orders", "decisions", "tasks", "statistics"):
        answer = asked(client, name)
        assert (answer.status_code, dict(answer.cookies)) == (200, {}), name
    assert Session.objects.count() == 0


def test_a_file_keeps_the_tag_of_its_own(call, client):
    answer = client.get(reverse("portal:open_file", args=[NAME]))
    tag = answer["ETag"]
    answer.close()
    assert not tag.startswith("W/")
    assert asked(client, "open_file", NAME, tag=tag).status_code == 304


def test_a_page_that_took_long_is_drawn_once_for_all_who_read_it(
    call, client, client_of, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(caching, "SLOW", 0)
    first = asked(client, "statistics")
    with django_assert_num_queries(3):
        again = asked(client, "statistics")
    assert (again.status_code, again.content) == (200, first.content)
    assert again["ETag"] == first["ETag"]
    assert asked(client_of("officer"), "statistics").content != first.content
    record(actor=SYSTEM, act="calls.publish", subject="calls.call:0", at=now())
    assert asked(client, "statistics")["ETag"] != first["ETag"]


def test_what_was_kept_of_the_erased_is_dropped_and_floods_push_out_no_counter(
    db, django_capture_on_commit_callbacks
):
    caches["pages"].set("page:x", b"An Nguyen")
    caches["default"].set("counter", 1)
    assert caches["default"].get("page:x") is None
    with django_capture_on_commit_callbacks(execute=True):
        keep_erasure(Erasure(kind="person", id=1, mark="x"))
    found = [caches["pages"].get("page:x"), caches["default"].get("counter")]
    assert found == [None, 1]


def test_a_search_is_not_drawn_again_until_its_index_or_the_policy_is_another(
    call, client, django_assert_num_queries
):
    question = {"query": "?q=kem&kind=task"}
    empty = asked(client, "search", **question)
    task = Tasks.create(title_vi="Kẽm mới", state="archived", year=2020)
    with django_assert_num_queries(3):  # a row alone: neither an act nor in the index
        again = asked(client, "search", tag=empty["ETag"], **question)
    assert (again.status_code, again["Cache-Control"]) == (304, "public, no-cache")
    index_rows(kind="task", rows=[task.pk], at=now())
    full = asked(client, "search", tag=empty["ETag"], **question)
    assert (full.status_code, task.public_id in full.content.decode()) == (200, True)
    in_force(content({"task.*": None}))
    bare = asked(client, "search", tag=full["ETag"], **question)
    assert (bare.status_code, task.public_id in bare.content.decode()) == (200, False)
    rebuild_search(at=now())
    counted = asked(client, "search", tag=bare["ETag"], **question)
    assert (counted.status_code, counted["ETag"] != bare["ETag"]) == (200, True)


def in_force(rules):
    """A policy in force from today on, though no act tells of it."""
    PolicyVersion.objects.create(
        number=1,
        title_vi="Khác",
        content=rules,
        digest=read_policy(rules, file="test.yaml").digest,
        state=PolicyVersion.State.ISSUED,
        drafted_at=now(),
        in_force_from=localdate(),
        issued_at=now(),
        reason="Test.",
    )
