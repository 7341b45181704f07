"""Handing in an idea by a link, without an account: once, and followed by a secret."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import signing
from django.urls import reverse
from django.utils.timezone import now

from opensti.domains.innovation import actions
from opensti.domains.innovation.models import Idea
from opensti.portal.supervision import guard
from tests.factories import innovation as factory

pytestmark = pytest.mark.django_db
BUDGETS = {"idea_new": 1, "idea": 2}
SAID = {"title": "Gia nhiệt khuôn", "text": "Trước khi rót.", "name": ""}


@pytest.fixture
def owner():
    return factory.factory_owner()


@pytest.fixture
def campaign(owner):
    return factory.campaign(
        owner, at=now(), form=[{"label": "Máy nào?", "kind": "line", "needed": True}]
    )


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    monkeypatch.setattr(guard, "SOONEST", 0)


def place(campaign):
    return reverse("portal:idea_new", args=[campaign.token])


def token_of(page):
    return re.search(r'name="form_token" value="([^"]+)"', page)[1]


def test_a_phone_hands_in_once_however_often_it_sends_and_follows(
    client, owner, campaign
):
    page = client.get(place(campaign)).content.decode()
    assert "Máy nào?" in page
    said = SAID | {"q1": "M1", "form_token": token_of(page)}
    places = {client.post(place(campaign), said).url for _n in range(3)}
    (follow,) = places
    row = Idea.objects.get()
    assert (row.answers, row.author_name) == ({"q1": "M1"}, "")
    answer = client.get(follow)
    assert follow in answer.content.decode()
    assert (answer["X-Robots-Tag"], answer["Referrer-Policy"]) == (
        "noindex, nofollow", "same-origin"
    )  # fmt: skip
    assert "sessionid" not in answer.cookies
    factory.step(owner, row, "park", at=now(), answer="Chờ máy mới.")
    assert "Chờ máy mới." in client.get(follow).content.decode()
    assert client.get(follow[:-2] + "x/").status_code == 404


def test_another_idea_by_the_same_form_is_kept_on_the_page_and_then_taken(
    client, campaign
):
    page = client.get(place(campaign)).content.decode()
    said = SAID | {"q1": "M1", "form_token": token_of(page)}
    client.post(place(campaign), said)
    answer = client.post(place(campaign), said | {"title": "Ý thứ hai"})
    page = answer.content.decode()
    assert (answer.status_code, "Ý thứ hai" in page) == (422, True)
    again = said | {"title": "Ý thứ hai", "form_token": token_of(page)}
    assert client.post(place(campaign), again).status_code == 302
    assert Idea.objects.count() == 2


def test_robots_floods_and_old_forms_hand_in_nothing(client, campaign, monkeypatch):
    page = client.get(place(campaign)).content.decode()
    said = SAID | {"q1": "M1", "form_token": token_of(page)}
    faults = [
        said | {"website": "x"},
        said | {"form_token": "forged"},
        said | {"q1": ""},
    ]
    assert [client.post(place(campaign), one).status_code for one in faults] == [422] * 3  # fmt: skip
    monkeypatch.setattr("opensti.portal.ideas.IDEAS_AN_HOUR", 1)
    assert client.post(place(campaign), said).status_code == 302
    other = signing.dumps({"t": 0, "n": "f" * 32}, salt=guard.SALT)
    flood = client.post(place(campaign), said | {"form_token": other, "title": "B"})
    assert (flood.status_code, "Trước khi rót." in flood.content.decode()) == (429, True)  # fmt: skip
    assert Idea.objects.count() == 1


def test_a_link_that_is_over_says_so_and_a_wrong_one_is_not_found(
    client, owner, campaign
):
    actions.close_campaign(actor=owner, campaign_id=campaign.pk, at=now())
    page = client.get(place(campaign)).content.decode()
    assert 'name="form_token"' not in page
    assert client.get(reverse("portal:idea_new", args=["x" * 24])).status_code == 404


def test_the_page_of_a_merged_idea_tells_of_the_other_but_not_what_it_says(
    client, owner, campaign
):
    given = {"answers": {"q1": "M"}, "at": now()}
    one = factory.idea(campaign, "Ý một", key="a" * 32, name="Anh An", **given)
    two = factory.idea(campaign, "Ý hai", text="zqrieng", **given)
    factory.step(owner, one, "merge", into=two.public_id, at=now())
    page = client.get(reverse("portal:idea", args=["a" * 32])).content.decode()
    assert ("Ý hai" in page, "Anh An" in page, "zqrieng" in page) == (True, True, False)


@pytest.mark.parametrize("name", BUDGETS)
def test_a_page_costs_the_same_with_one_and_three_ideas(
    client, owner, campaign, name, django_assert_num_queries
):
    key = "k" * 32
    given = {"answers": {"q1": "M"}, "at": now()}
    into = factory.idea(campaign, key=key, **given)
    args = [campaign.token] if name == "idea_new" else [key]
    client.get(reverse(f"portal:{name}", args=args))
    for _n in range(2):
        other = factory.idea(campaign, **given, name="A")
        factory.step(owner, other, "merge", into=into.public_id, at=now())
        with django_assert_num_queries(BUDGETS[name]):
            client.get(reverse(f"portal:{name}", args=args))


def test_the_answer_that_is_late_says_that_it_is(client, owner, campaign):
    key = "l" * 32
    row = factory.idea(campaign, key=key, answers={"q1": "M"}, at=now())
    Idea.objects.filter(pk=row.pk).update(reply_due=now().date() - timedelta(days=2))
    page = client.get(reverse("portal:idea", args=[key])).content.decode()
    assert "muộn" in page or "late" in page
