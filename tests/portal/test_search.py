"""The search as everybody uses it, its feeds, its subscriptions, and what walks the web."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.timezone import now

from opensti.domains.publications import actions
from opensti.domains.publications.models import Subscription
from opensti.domains.results.choices import Secrecy
from opensti.domains.results.models import Result
from opensti.kernel.record.queries import log_origin
from tests.factories import calls as call_factory
from tests.factories import results as results_factory
from tests.factories.tasks import Tasks

pytestmark = pytest.mark.django_db
BUDGETS = {"kind_feed": 9, "thing_feed": 6}
LINKS = {"confirm", "leave"}
ATOM = "{http://www.w3.org/2005/Atom}"


def get(client, name, *args, status=200, **query):
    response = client.get(reverse(f"portal:{name}", args=args), query)
    assert response.status_code == status
    return response


def text(response):
    return response.content.decode()


def archived(title, **said):
    task = Tasks.create(
        **{"title_vi": title, "title_en": "", "state": "archived", "year": 2020, **said}
    )
    actions.index_rows(kind="task", rows=[task.pk], at=now())
    return task


@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_empty_register_is_searched_in_both_languages(client, language):
    client.cookies["django_language"] = language
    for name in ("home", "search", "news", "events", "subscribe"):
        assert f'lang="{language}"' in text(get(client, name))


def test_words_are_marked_and_facets_are_links_that_keep_the_question(client):
    task = archived(
        "Thu hồi kẽm <từ> bụi", code="NV-1", funder="Quỹ A", amount=2_000_000_000
    )
    archived("Kẽm khác", year=2021)
    page = text(get(client, "search", q="kem thu"))
    assert "<mark>Thu</mark> hồi <mark>kẽm</mark> &lt;từ&gt; bụi" in page
    assert reverse("portal:task", args=[task.public_id]) in page
    assert "2.000.000.000" in page
    both = text(get(client, "search", q="kem"))
    assert "?q=kem&amp;year=2021" in both
    one = text(get(client, "search", q="kem", year="2021", funder=""))
    assert ("Kẽm khác" in one, 'class="chip" href="?q=kem"' in one) == (False, True)
    assert "<mark>Kẽm</mark> khác" in one
    assert reverse("portal:task", args=[task.public_id]) not in one


def test_a_misspelt_word_is_put_right_and_a_beginning_is_suggested(client):
    task = archived("Graphen dẫn điện", code="NV-7")
    page = text(get(client, "search", q="garphen"))
    assert '<a href="?q=graphen">graphen</a>' in page
    shown = text(get(client, "suggest", q="gra"))
    assert reverse("portal:task", args=[task.public_id]) in shown
    assert text(get(client, "suggest", q="g")).strip() == ""


def test_what_was_found_is_exported_whole(client):
    for n in range(23):
        archived(f"Kẽm số {n}")
    csv = b"".join(get(client, "search", q="kem", export="csv").streaming_content)
    assert csv.decode().count("Kẽm số") == 23
    first, second = (text(get(client, "search", q="kem", page=n)) for n in (1, 2))
    assert [page.count("<h2><a") for page in (first, second)] == [20, 3]
    assert text(get(client, "search", q="kem", page=99)).count("<h2><a") == 3


def test_what_is_hidden_is_in_no_page_file_feed_suggestion_or_map(client):
    funded = results_factory.running()
    result = results_factory.result(funded, title_vi="Bí quyết zirconi", title_en="")
    results_factory.accepted(funded)
    actions.rebuild_search(at=now())
    places = [
        ("search", {"q": "zirconi"}, ()),
        ("search", {"kind": "result", "export": "csv"}, ()),
        ("suggest", {"q": "zirc"}, ()),
        ("search_feed", {"q": "zirconi"}, ()),
        ("kind_feed", {}, ("result",)),
    ]

    def seen():
        told = []
        for name, query, args in places:
            answer = get(client, name, *args, **query)
            body = (
                b"".join(answer.streaming_content).decode()
                if answer.streaming
                else text(answer)
            )
            told.append(result.public_id in body or "quyết" in body)
        return told

    assert seen() == [True] * 5
    get(client, "thing_feed", "result", result.public_id)
    Result.objects.filter(pk=result.pk).update(secrecy=Secrecy.INTERNAL)
    assert seen() == [False] * 5  # before the index follows
    get(client, "thing_feed", "result", result.public_id, status=404)
    actions.rebuild_search(at=now())
    assert result.public_id not in text(get(client, "sitemap_part", "1"))


def test_feeds_are_atom_with_ids_that_stay_pages_and_what_spares_asking_again(client):
    for n in range(51):
        archived(f"Kẽm số {n}")
    answer = get(client, "search_feed", q="kem")
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.content)  # noqa: S314 -- our own
    assert [c.tag for c in feed][:4] == [
        f"{ATOM}{name}" for name in ("id", "title", "updated", "author")
    ]
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 50
    required = {f"{ATOM}{n}" for n in ("id", "title", "updated", "link", "summary")}
    missing = [required - {c.tag for c in entry} for entry in entries]
    assert missing == [set()] * 50
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == 50
    house = log_origin().partition("/")[0]
    assert all(i.startswith(f"tag:{house},2026:opensti/task/") for i in ids)
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert set(links) == {"self", "alternate", "first", "last", "next"}
    rest = ET.fromstring(client.get(links["next"]).content)  # noqa: S314
    assert len(rest.findall(f"{ATOM}entry")) == 1
    url = reverse("portal:search_feed") + "?q=kem"
    same = {"HTTP_IF_NONE_MATCH": answer["ETag"]}
    since = {"HTTP_IF_MODIFIED_SINCE": answer["Last-Modified"]}
    assert [client.get(url, **known).status_code for known in (same, since)] == [
        304
    ] * 2
    archived("Kẽm mới nhất")
    again = client.get(url, **same)
    assert (again.status_code, "Kẽm mới nhất" in text(again)) == (200, True)
    newest = ET.fromstring(again.content).findall(f"{ATOM}entry")  # noqa: S314
    assert [e.findtext(f"{ATOM}id") for e in newest][1:] == ids[:49]


def test_the_public_acts_on_one_call_are_a_feed(client):
    officer = call_factory.officer()
    call = call_factory.published(officer)
    actions.rebuild_search(at=now())
    feed = ET.fromstring(get(client, "thing_feed", "call", call.public_id).content)  # noqa: S314
    assert len(feed.findall(f"{ATOM}entry")) == 1
    get(client, "thing_feed", "call", "nothing", status=404)
    get(client, "thing_feed", "organisation", call.public_id, status=404)
    get(client, "kind_feed", "nothing", status=404)


def test_a_reader_subscribes_confirms_and_leaves_by_links_alone(client, monkeypatch):
    url = reverse("portal:subscribe") + "?q=kem&kind=task"
    assert "kem" in text(client.get(url))
    assert client.post(url, {"email": "x", "rhythm": "daily"}).status_code == 422
    sent = {"email": "ban.doc@example.org", "rhythm": "daily"}
    assert client.post(url, sent).status_code == 200
    row = Subscription.objects.get()
    assert (row.query, row.confirmed_at) == ("q=kem&kind=task", None)
    confirm = reverse("portal:confirm", args=[actions.token(row, "confirm")])
    assert client.get(confirm)["Referrer-Policy"] == "same-origin"
    row.refresh_from_db()
    assert row.confirmed_at is None  # a mail program that looks confirms nothing
    assert client.post(confirm).status_code == 200
    row.refresh_from_db()
    assert row.confirmed_at is not None
    leave = reverse("portal:leave", args=[actions.token(row, "leave")])
    client.get(leave)
    assert Subscription.objects.count() == 1
    client.handler.enforce_csrf_checks = True
    one_click = {"List-Unsubscribe": "One-Click"}
    assert client.post(leave, one_click).status_code == 200
    assert not Subscription.objects.exists()
    assert client.post(leave + "x/").status_code == 404
    assert mail.outbox == []
    client.handler.enforce_csrf_checks = False
    monkeypatch.setattr("opensti.kernel.limits.time.time", lambda: 1_000_000.0)
    codes = [client.post(url, sent).status_code for _n in range(7)]
    assert codes == [200] * 5 + [429] * 2


def test_programs_that_walk_the_web_find_every_public_page_once(client, settings):
    task = archived("Kẽm")
    robots = text(get(client, "robots"))
    assert "Disallow: /work/" in robots
    assert "Sitemap: http://testserver/sitemap.xml" in robots
    assert "http://testserver/sitemap-1.xml" in text(get(client, "sitemap"))
    part = text(get(client, "sitemap_part", "1"))
    assert part.count(f"http://testserver/tasks/{task.public_id}/") == 1
    assert "http://testserver/news/" in part
    get(client, "sitemap_part", "2", status=404)
    settings.OPENSTI_INDEXED = False
    assert text(get(client, "robots")) == "User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize("more", [0, 2])
def test_no_page_costs_more_when_there_is_more(client, more, django_assert_num_queries):
    call = call_factory.published(call_factory.officer())
    for n in range(1 + more):
        archived(f"Kẽm số {n}")
    actions.rebuild_search(at=now())
    for name, args, number in (
        ("search", [], 5),  # the answer of before still holds
        ("kind_feed", ["task"], BUDGETS["kind_feed"]),
        ("thing_feed", ["call", call.public_id], BUDGETS["thing_feed"]),
        ("sitemap", [], 3),  # the policy in force, and what it still shows
    ):
        query = {"kind": "task", "q": "kem"} if name == "search" else {}
        get(client, name, *args, **query)
        with django_assert_num_queries(number):
            get(client, name, *args, **query)
