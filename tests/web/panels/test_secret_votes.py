"""The secret ballot of a meeting: who gets a paper, what the urn takes, what is limited."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opensti.domains.panels.models import (
    Credential,
    SecretBallot,
)
from opensti.kernel.refusals import TooMany
from opensti.web.panels import limits
from tests.factories import meetings, panels
from tests.web.panels.meeting import browser, keeps, text, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place_and_time")]


def test_the_urn_asks_nobody_and_answers_no_nonsense(office):
    council, _members = meetings.determining(office, here=7)
    item = panels.item_of(council)
    meetings.begun(office, item)
    poll = meetings.voting(office, item)
    stranger = Client(enforce_csrf_checks=True)
    for body in ("", "{}", "[]", "nonsense", '{"message": 1, "signature": null}'):
        answer = stranger.post(url("urn", poll), body, content_type="application/json")
        assert answer.status_code in (400, 422), body
        assert not answer.cookies
    assert stranger.get(url("urn", poll)).status_code == 405
    unknown = reverse("panels:urn", args=["nosuchpoll"])
    assert (
        stranger.post(
            unknown,
            '{"message": "00", "signature": "00"}',
            content_type="application/json",
        ).status_code
        == 404
    )
    with CaptureQueriesContext(connection) as asked:
        stranger.post(
            url("urn", poll),
            '{"message": "00", "signature": "00"}',
            content_type="application/json",
        )
    # No session, no account, no seat: the vote alone is looked up.
    told = {
        re.search(r'FROM "(\w+)"', q["sql"])[1] for q in asked if "FROM" in q["sql"]
    }
    assert told == {"panels_poll"}
    assert SecretBallot.objects.count() == 0


def test_a_paper_is_asked_for_by_members_who_are_there_alone(office):
    council, members = meetings.determining(office, here=7)
    item = panels.item_of(council)
    meetings.begun(office, item)
    poll = meetings.voting(office, item)
    asked = {"blinded": meetings.voter(members[0], poll, {}).blinded.message.hex()}
    paper = url("secret_paper", poll)
    assert [
        browser(who).post(paper, asked).status_code
        for who in (members[8], office.secretary, office.officer, panels.expert())
    ] == [409, 404, 404, 404]
    assert Client().post(paper, asked).status_code == 401
    assert not Credential.objects.exists()


def test_papers_are_limited_per_member_and_ballots_per_address(office, monkeypatch):
    monkeypatch.setattr(limits, "PAPERS", limits.Limit(3, "often"))
    monkeypatch.setattr(limits, "ADDRESSES", limits.Limit(5, "often"))
    monkeypatch.setattr(limits, "monotonic", lambda: 60.0)
    council, members = meetings.determining(office, here=7)
    meetings.begun(office, panels.item_of(council))
    poll = meetings.voting(office, panels.item_of(council))

    def asks(member, choice=None):
        one = meetings.voter(member, poll, choice or {})
        return lambda: browser(member).post(
            url("secret_paper", poll), {"blinded": one.blinded.message.hex()}
        )

    first, second = asks(members[0]), asks(members[1])
    answers = [first() for _try in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert (
        answers[3]["Retry-After"],
        "Wait a minute" in answers[3].json()["mend"],
    ) == (
        "60",
        True,
    )
    assert len({a.json()["signed"] for a in answers[:3]}) == 1
    assert second().status_code == 200  # another member is not held up

    def hands_in(address):
        body = '{"message": "00", "signature": "00"}'
        return Client(REMOTE_ADDR=address).post(
            url("urn", poll), body, content_type="application/json"
        )

    # one flood stops itself, nobody elsewhere; and only until the minute is over
    flood = [hands_in("2001:db8::1").status_code for _try in range(2)]
    flood += [hands_in("2001:db8::2:3").status_code for _try in range(4)]
    assert flood == [422] * 5 + [429]
    assert hands_in("203.0.113.9").status_code == 422
    monkeypatch.setattr(limits, "monotonic", lambda: 120.0)
    assert hands_in("2001:db8::1").status_code == 422
    assert first().status_code == 200


def test_a_limit_keeps_no_more_than_it_may(monkeypatch):
    monkeypatch.setattr(limits, "MOST_KEYS", 2)
    limit = limits.Limit(1, "often")
    for key in ("a", "b", "c"):
        limit.count(key)
    with pytest.raises(TooMany):  # whoever comes after shares one count
        limit.count("d")
    with pytest.raises(TooMany):
        limit.count("a")


def test_a_vote_that_was_given_up_is_told_to_the_keeper_and_on_the_phones(office):
    council, members = meetings.determining(office, here=7)
    item = panels.item_of(council)
    meetings.begun(office, item)
    poll = meetings.voting(office, item)
    client, act = keeps(office, council)
    phone = browser(members[0])
    act(act="cancel_poll", poll=poll.public_id, cancel_reason="Máy hỏng.")
    page, mine = (
        text(client.get(url("session", council))),
        text(phone.get(url("mine", council))),
    )
    assert "The vote on this item was given up" in page
    assert "Máy hỏng." in page
    assert "your ballot is destroyed" in mine
    act(act="open_poll", item=item.pk)
    assert "was given up" not in text(client.get(url("session", council)))
    assert "was given up" not in text(phone.get(url("mine", council)))
