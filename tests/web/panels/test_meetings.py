"""The pages of a meeting: keeper, screen, phone, and what they ask again."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from opensti.domains.calls.models import Dossier
from opensti.domains.panels import actions, queries
from opensti.domains.panels.models import (
    Presence,
    Recusal,
    Seat,
    SecretBallot,
    Turn,
)
from opensti.domains.panels.queries import moments
from opensti.kernel import blind
from tests.factories import meetings, panels
from tests.web.panels.meeting import asked_again, browser, cost, keeps, text, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place_and_time")]


def test_the_keeper_runs_a_secret_vote_from_one_page(office):
    council, members = meetings.determining(office, method="open", here=8)
    item = panels.item_of(council)
    client, act = keeps(office, council)
    refused = act(act="method", method="secret", votes_for=3, votes_against=5)
    assert refused.status_code == 422
    assert 'value="3"' in text(refused)
    assert act(act="method", method="secret", votes_for=8).status_code == 302
    late = panels.seat_of(council, members[8]).pk
    act(act="arrive", seat=late)
    act(act="begin", item=item.pk)
    act(act="begin", item=item.pk)
    act(act="leave", seat=late, why="unwell")
    act(act="open_poll", item=item.pk)
    (poll,) = item.polls.all()
    voters = [meetings.voter(m, poll, {"vote": "yes"}) for m in members[:7]]
    for one in voters:
        answer = browser(one.actor).post(
            url("secret_paper", poll), {"blinded": one.blinded.message.hex()}
        )
        one.signature = blind.finalize(
            public=one.public,
            message=one.message,
            blind_signature=bytes.fromhex(answer.json()["signed"]),
            inverse=one.blinded.inverse,
        )
    page = text(client.get(url("session", council)))
    assert "7 of 8 papers given out." in page
    act(act="open_urn", poll=poll.public_id)
    stranger = Client()  # no cookie, no name
    for one in voters:
        answer = stranger.post(
            url("urn", poll),
            json.dumps(
                {"message": one.message.hex(), "signature": one.signature.hex()}
            ),
            content_type="application/json",
        )
        assert answer.status_code == 200, answer.content
        assert not answer.cookies
    act(act="close_poll", poll=poll.public_id)
    act(act="finish", item=item.pk)
    poll.refresh_from_db()
    assert (poll.state, poll.cast, Turn.objects.get().how) == ("closed", 7, "finished")
    minutes = text(browser(members[0]).get(url("minutes_page", council)))
    marks = re.findall(r"<code class=\"wrap\">([0-9a-f]{64})</code>: yes", minutes)
    assert marks == sorted(b.mark for b in SecretBallot.objects.all())


def test_a_member_in_conflict_is_shown_a_pause_while_the_item_runs(office):
    council, members = meetings.determining(office, orders=2, method="open")
    first = panels.item_of(council)
    actions.recuse(
        actor=office.secretary,
        item_id=first.pk,
        seat_id=panels.seat_of(council, members[5]).pk,
        reason="Cùng viện.",
        at=meetings.minute(1),
    )
    client = browser(members[5])
    pages = [url(name, council) for name in ("mine", "minutes_page", "convocation")]

    def look():
        return [
            re.sub(r'value="[^"]{40,}"', "", text(client.get(page))) for page in pages
        ]

    pause = look()
    assert "No item is before the council at this moment." in pause[0]
    assert "You are noted as present." in pause[0]
    meetings.begun(office, first)
    assert look() == pause
    actions.end_item(actor=office.secretary, item_id=first.pk, at=meetings.minute(8))
    assert look() == pause
    second = panels.item_of(council, 2)
    meetings.begun(office, second, at=9)
    page = look()[0]
    # The second item is his first.
    assert re.search(r'class="big">1\. ', page)


def test_phones_follow_and_remote_members_say_that_they_are_there(office):
    council, members = panels.prepared(
        office, dossiers=panels.eligible_dossiers(office)
    )
    council.mode = "hybrid"
    council.save()
    panels.in_session(office, council, members[:6])
    client = browser(members[6])
    mine = url("mine", council)
    assert "You are not noted as present." in text(client.get(mine))
    for _click in range(2):
        assert client.post(mine, {"act": "arrive"}).status_code == 302
    assert "the secretary confirms it" in text(client.get(mine))
    assert Presence.objects.filter(remote=True).count() == 1
    part = client.get(f"{mine}?part=state", headers={"HX-Request": "true"})
    assert text(part).lstrip().startswith('<div id="mine"')
    client.post(mine, {"act": "leave", "why": "connection"})
    assert "You are not noted as present." in text(client.get(mine))


def test_the_screen_tells_how_many_and_never_how(office):
    council, members = meetings.determining(office, here=7)
    item = panels.item_of(council)
    meetings.begun(office, item)
    poll = meetings.voting(office, item)
    meetings.voter(members[0], poll, {"vote": "no"}).ask()
    client = browser(office.secretary)
    page = text(client.get(url("room", council)))
    assert re.search(r"<dd>1 / 7</dd>", page)
    assert '<noscript><meta http-equiv="refresh"' in page
    assert not set(re.findall(r">\s*(?:yes|no)\s*<", page))
    assert browser(members[0]).get(url("room", council)).status_code == 403


BUDGETS = {
    "session": 22,
    "session_state": 21,
    "room": 21,
    "mine": 18,
    "mine_state": 18,
    "secret": 9,
    "secret_state": 8,
    "minutes_page": 28,
    "convocation": 12,
}


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_items(office, number):
    council, members = meetings.determining(office, orders=number + 1, here=7)
    for n in range(1, number + 1):
        meetings.decided(office, panels.item_of(council, n), members, ["yes"] * 7)
    item = panels.item_of(council, number + 1)
    meetings.begun(office, item, at=11)
    poll = meetings.voting(office, item, at=12)
    meetings.voter(members[0], poll, {"vote": "yes"}).ask()
    keeper, member = browser(office.secretary), browser(members[0])
    htmx = {"headers": {"HX-Request": "true"}}
    found = {
        name: cost(keeper, url(name, council))
        for name in ("session", "room", "convocation")
    }
    found["session_state"] = cost(
        keeper, url("session", council) + "?part=state", **htmx
    )
    for name in ("mine", "minutes_page"):
        found[name] = cost(member, url(name, council))
    found["mine_state"] = cost(member, url("mine", council) + "?part=state", **htmx)
    found["secret"] = cost(member, url("secret", poll))
    found["secret_state"] = cost(member, url("secret", poll) + "?part=state")
    assert found == BUDGETS
    assert queries.live(office.secretary, council).quorum.held


# Of a poll when nothing moved: six say who asks, three are of the meeting.
STILL = {"session": 9, "room": 9}


def test_a_poll_costs_next_to_nothing_while_nothing_moves(office, monkeypatch):
    monkeypatch.setattr(moments, "AT_THE_LATEST", 10**12)  # not on this minute's turn
    council, _members = meetings.determining(office, here=7)
    item = panels.item_of(council)
    meetings.begun(office, item, at=11)
    keeper = browser(office.secretary)
    htmx = {"HX-Request": "true"}
    found = {}
    pages = {"session": keeper, "room": keeper}
    again = {
        name: asked_again(client, url(name, council)) for name, client in pages.items()
    }
    for name, client in pages.items():
        with CaptureQueriesContext(connection) as asked:
            response = client.get(again[name], headers=htmx)
        assert (response.status_code, response.content) == (204, b"")
        found[name] = len(asked)
    meetings.voting(office, item, at=12)
    for name, client in pages.items():
        response = client.get(again[name], headers=htmx)
        assert response.status_code == 200
        assert response.content
    assert found == STILL


def test_who_must_not_know_of_an_item_cannot_tell_from_polls_that_something_moved(
    office,
):
    council, members = meetings.determining(office, orders=2, here=7)
    item = panels.item_of(council)
    Recusal.objects.create(
        item=item,
        seat=Seat.objects.get(council=council, person_id=members[0].person_id),
        rule_code="interest",
        reason="Cùng cơ quan.",
        made_by_id=office.secretary.user_id,
        made_at=panels.AT,
    )
    client = browser(members[0])
    again = asked_again(client, url("mine", council))
    assert "seen" not in again
    before = client.get(again, headers={"HX-Request": "true"})
    meetings.begun(office, item, at=11)
    after = client.get(again, headers={"HX-Request": "true"})
    assert (before.status_code, after.status_code) == (200, 200)
    said = [re.sub(r'value="[^"]{64}"', "", text(r)) for r in (before, after)]
    assert said[0] == said[1]


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_a_meeting_asks_once_for_the_orders_of_its_dossiers(office, number):
    dossiers = panels.eligible_dossiers(office, number)
    council, members = panels.prepared(office, dossiers=dossiers)
    panels.in_session(office, council, members)
    for dossier in dossiers:
        Dossier.objects.filter(pk=dossier.pk).update(order=panels.old_order(office))
    assert cost(browser(office.secretary), url("meeting", council)) == 14
