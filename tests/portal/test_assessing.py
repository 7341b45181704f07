"""Answering by a link, without an account: what is kept, what it costs, who finds it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.timezone import now

from opensti.domains.assessments.models import Participant, Reply
from tests.factories import assessments as factory

pytestmark = pytest.mark.django_db
BUDGETS = {"assess": 2, "assess_clause": 2}


@pytest.fixture
def token():
    _row, (token,) = factory.opened(factory.factory_owner(), at=now())
    return token


def place(*args):
    return reverse(f"portal:assess{'_clause' if args[1:] else ''}", args=args)


def kept():
    return dict(Reply.objects.values_list("item", "score"))


def test_a_phone_answers_chapter_by_chapter_and_says_that_it_is_done(client, token):
    page = client.get(place(token)).content.decode()
    assert place(token, "A") in page
    said = {
        "score-A1": "4",
        "comment-A1": "Có văn bản.",
        "score-A2": "na",
        "importance": "5",
    }
    answer = client.post(place(token, "A"), said)
    assert (answer.status_code, answer.url) == (302, place(token, "B"))
    assert client.post(place(token, "B"), {"score-B1": "0"}).url == place(token)
    assert kept() == {"A1": 4, "A2": None, "B1": 0}
    shown = client.get(place(token, "A")).content.decode()
    assert 'value="4" checked' in shown
    assert "Có văn bản." in shown
    client.post(place(token))
    person = Participant.objects.get()
    assert (person.importance, person.finished_at is None) == ({"A": 5}, False)


def test_a_comment_without_an_answer_is_kept_and_is_no_answer(client, token):
    said = {"comment-A1": "Chưa rõ.", "score-B1": "3"}
    client.post(place(token, "A"), said | {"score-A2": "na"})
    assert kept() == {"A1": None, "A2": None, "B1": 3}
    page = client.get(place(token, "A")).content.decode()
    assert ("Chưa rõ." in page, page.count(" checked")) == (True, 1)
    begin = client.get(place(token)).content.decode()
    assert ("1/2" in begin, "1/1" in begin) == (True, True)
    client.post(place(token, "A"), {"score-A1": "0", "comment-A1": "Rõ rồi."})
    # A page that is older than the answer sends its comment: the answer stays.
    client.post(place(token, "A"), {"comment-A1": "Lại hỏi.", "comment-A2": "x"})
    assert set(Reply.objects.values_list("item", "score", "scored", "comment")) == {
        ("A1", 0, True, "Lại hỏi."),
        ("A2", None, True, "x"),
        ("B1", 3, True, ""),
    }


def test_a_comment_alone_can_be_taken_away(client, token):
    client.post(place(token, "A"), {"comment-A1": "Chưa rõ."})
    client.post(place(token, "A"), {"comment-A1": "", "had-A1": "1"})
    page = client.get(place(token, "A")).content.decode()
    assert ("had-A1" in page, kept()) == (False, {"A1": None})


def test_what_is_typed_is_kept_in_one_small_request(
    client, token, django_assert_num_queries
):
    client.get(place(token))
    with django_assert_num_queries(2):
        answer = client.post(
            place(token, "A"), {"score-A1": "3", "autosave": "1"}, headers={"Accept": "application/json"}
        )  # fmt: skip
    assert answer.status_code == 200
    assert set(answer.json()) == {"saved_at"}
    assert kept() == {"A1": 3}


@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_costs_the_same_with_one_and_three_answers(
    client, token, name, django_assert_num_queries
):
    given = [token, "A"] if name == "assess_clause" else [token]
    client.get(place(*given))
    for said in ({"A1": 1}, {"A1": 1, "A2": 2, "B1": 3}):
        factory.say(token, now(), **said)
        with django_assert_num_queries(BUDGETS[name]):
            client.get(place(*given))


def test_a_link_that_does_not_hold_is_not_found_and_nobody_keeps_the_page(
    client, token
):
    assert client.get(place("x" * 32)).status_code == 404
    assert client.get(place(token, "Z")).status_code == 404
    answer = client.get(place(token, "A"))
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert "sessionid" not in answer.cookies


def test_a_refusal_is_told_to_the_phone_as_data(client, token):
    answer = client.post(
        place(token, "A"),
        {"score-A1": "9", "autosave": "1"},
        headers={"Accept": "application/json"},
    )
    assert (answer.status_code, answer.json()["field"]) == (422, "A1")
    assert kept() == {}


def test_a_page_tells_one_person_nothing_of_another(client):
    _row, (one, two) = factory.opened(factory.factory_owner(), "top", "mgr", at=now())
    client.post(place(one, "A"), {"score-A1": "4", "comment-A1": "Chuyện riêng."})
    page = client.get(place(two, "A")).content.decode()
    assert ("Chuyện riêng." in page, "checked" in page) == (False, False)
