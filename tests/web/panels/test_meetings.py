"""The pages of a meeting: keeper, screen, phone, secret ballot, minutes, convocation."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opensti.domains.accounts.models import RoleGrant, User
from opensti.domains.calls.models import Dossier
from opensti.domains.panels import actions, queries
from opensti.domains.panels.models import (
    Convocation,
    Credential,
    DeclaredTie,
    Dissent,
    Presence,
    Recusal,
    Seat,
    SecretBallot,
    Signature,
    Turn,
)
from opensti.domains.panels.queries import moments
from opensti.domains.registry.models import Person
from opensti.kernel import blind
from opensti.kernel.access import Role
from opensti.kernel.refusals import TooMany
from opensti.web.panels import limits
from tests.factories import meetings, panels
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
SINCE = panels.AT.date().replace(year=2020)


@pytest.fixture(autouse=True)
def place_and_time(settings, tmp_path, monkeypatch):
    settings.OPENSTI_DATA_DIR = tmp_path
    monkeypatch.setattr(blind, "BITS", meetings.BITS)
    for module in ("live", "secret", "signing"):
        monkeypatch.setattr(
            f"opensti.web.panels.{module}.now", lambda: meetings.minute(3)
        )
    monkeypatch.setattr("opensti.web.panels.calling.now", lambda: panels.AT)


@pytest.fixture
def office():
    return panels.Office.new()


def browser(actor, *roles):
    """The browser of somebody whom a factory made."""
    user = User.objects.get(pk=actor.user_id)
    for role in roles or actor.roles - {Role.PUBLIC}:
        RoleGrant.objects.get_or_create(user=user, role=role, since=SINCE)
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def text(response):
    return response.content.decode()


def url(name, thing):
    return reverse(f"panels:{name}", args=[thing.public_id])


def keeps(office, council):
    client = browser(office.secretary)

    def act(**said):
        return client.post(url("session", council), said)

    return client, act


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


def test_a_departure_says_why_in_the_minutes_and_a_conflict_bars_from_the_item(office):
    council, members = meetings.determining(office, method="open", orders=2)
    item = panels.item_of(council)
    client, act = keeps(office, council)
    act(act="begin", item=item.pk)
    seats = [panels.seat_of(council, m).pk for m in members]
    assert f'<option value="{seats[4]}" selected>' in text(
        client.get(f"{url('session', council)}?leaves={seats[4]}")
    )
    for wrong in ({"why": "end"}, {"why": "other"}, {"why": "conflict", "said": " "}):
        assert act(act="leave", seat=seats[4], **wrong).status_code == 422
    act(act="leave", seat=seats[4], why="other", said="Đón đoàn kiểm tra.")
    browser(members[5]).post(url("mine", council), {"act": "leave", "why": "unwell"})
    for _click in range(2):
        browser(members[6]).post(
            url("mine", council),
            {"act": "leave", "why": "conflict", "said": "Em rể chủ trì."},
        )
    act(act="leave", seat=seats[7], why="conflict", said="Cùng đề tài.")
    assert list(
        Presence.objects.exclude(until=None)
        .order_by("seat")
        .values_list("why_left", "said", "item_id")
    ) == [
        ("other", "Đón đoàn kiểm tra.", None),
        ("unwell", "", None),
        ("conflict", "", item.pk),
        ("conflict", "", item.pk),
    ]
    barred = Recusal.objects.filter(item=item).values_list("seat_id", "reason")
    assert set(barred) == {(seats[6], "Em rể chủ trì."), (seats[7], "Cùng đề tài.")}
    assert DeclaredTie.objects.count() == 2  # a double click declares once
    minutes = text(browser(members[0]).get(url("minutes_page", council)))
    for words in ("(another reason: Đón đoàn kiểm tra.)", "(unwell)"):
        assert words in minutes
    assert minutes.count("(takes no part in the item)") == 2
    assert "Em rể" not in minutes  # the tie is the case's, not the minutes'
    # who must not know of the item reads no interval for it, not even his own
    assert "takes no part" not in text(
        browser(members[6]).get(url("minutes_page", council))
    )
    refused = browser(members[6]).post(
        url("mine", council), {"act": "leave", "why": "conflict", "said": "x"}
    )
    assert refused.status_code == 302  # he is out of it already: nothing is said
    act(act="finish", item=item.pk)
    refused = act(act="leave", seat=seats[0], why="conflict", said="x")
    assert (refused.status_code, "No item is before the council" in text(refused)) == (
        409,
        True,
    )


def test_the_sheet_signed_by_hand_is_had_by_its_signer_and_the_keepers(office):
    council, members = meetings.determining(office, orders=2, method="open")
    for n in (1, 2):
        for member in members:
            panels.voted(member, panels.item_of(council, n), "yes")
    panels.concluded(office, council)
    made = actions.enter_signature(
        actor=office.secretary,
        council_id=council.pk,
        seat_id=panels.seat_of(council, members[3]).pk,
        digest=meetings.digest(office.secretary, council),
        scan=SimpleUploadedFile("ky.png", meetings.PICTURE, content_type="image/png"),
        at=panels.COUNTING,
    )
    # found out after the signing: she may no longer know of the second order
    barred = person(Role.OFFICER)
    barred = replace(barred, person_id=panels.expert().person_id)
    Person.objects.filter(pk=barred.person_id).update(user_id=barred.user_id)
    actions.declare_interests(
        actor=office.officer,
        person_id=barred.person_id,
        interests=[
            actions.Interest(
                order_id=panels.item_of(council, 2).order_id,
                kind="declared",
                reason="Anh em.",
            )
        ],
        at=panels.COUNTING,
    )
    address = reverse("panels:signature_scan", args=[council.public_id, made.pk])
    entitled = (office.secretary, office.officer, person(Role.AUDITOR), members[3])
    for who in entitled:
        answer = browser(who).get(address)
        assert b"".join(answer.streaming_content) == meetings.PICTURE
        assert answer["Content-Disposition"].startswith("attachment")
        assert address in text(browser(who).get(url("minutes_page", council)))
    others = (members[5], barred, panels.expert())
    for who in (*others, person(Role.FINANCE), person(Role.ADMIN)):
        assert browser(who).get(address).status_code in (403, 404)
    assert address not in text(browser(members[5]).get(url("minutes_page", council)))
    assert Client().get(address).status_code in (302, 401)
    Signature.objects.update(how="electronic", scan="")
    assert browser(office.secretary).get(address).status_code == 404


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


def test_remarks_are_saved_as_they_are_typed(office):
    council, _members = meetings.determining(office, method="open")
    item = panels.item_of(council)
    meetings.begun(office, item)
    client = browser(office.secretary)
    save = url("remark", item)
    said = client.post(save, {"remark": "Ủy viên phản biện đọc.", "version": "0"})
    assert said.json()["version"] == 1
    again = client.post(save, {"remark": "Ủy viên phản biện đọc.", "version": "0"})
    assert again.json()["version"] == 1  # its answer was lost: the same once more
    stale = client.post(save, {"remark": "Khác.", "version": "0"})
    assert stale.status_code == 409
    assert "Ủy viên phản biện đọc." in text(client.get(url("session", council)))


def test_members_read_dissent_and_sign_and_the_keeper_adopts(office):
    council, members = meetings.determining(office, method="open", here=7)
    item = panels.item_of(council)
    meetings.begun(office, item)
    for member in members[:7]:
        panels.voted(member, item, "yes")
    actions.end_item(actor=office.secretary, item_id=item.pk, at=meetings.minute(9))
    panels.concluded(office, council)
    page = url("minutes_page", council)
    client = browser(members[3])
    client.post(page, {"act": "dissent", "item": item.pk, "text": "Chưa rõ."})
    assert Dissent.objects.get().named is False
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', text(client.get(page)))
    answer = client.post(page, {"act": "sign", "digest": digest[1]})
    # The password is asked for once more, and what was clicked is kept.
    assert answer.status_code == 302
    assert "reauthenticate" in answer.url
    actions.sign_minutes(
        actor=members[3],
        council_id=council.pk,
        digest=digest[1],
        at=panels.COUNTING,
    )
    assert Signature.objects.get().digest == digest[1]
    keeper = browser(office.secretary)
    refused = keeper.post(page, {"act": "adopt"})
    assert refused.status_code == 409
    assert "The minutes are not signed yet by:" in text(refused)
    for kind, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        paper = client.get(reverse("panels:course", args=[council.public_id, kind]))
        assert paper.content.startswith(start)


def test_the_convocation_is_sent_with_its_letter_and_its_calendar_entry(office):
    council, members = panels.prepared(
        office, dossiers=panels.eligible_dossiers(office)
    )
    item = panels.item_of(council)
    client = browser(office.secretary)
    page = url("convocation", council)
    wrong = client.post(
        page, {"link": "nowhere", "minutes_long": "90", "note": "Mang tài liệu."}
    )
    assert wrong.status_code == 422
    assert "Mang tài liệu." in text(wrong)
    given = {
        "link": "https://hop.example/1",
        "minutes_long": "90",
        f"minutes-{item.pk}": "40",
    }
    assert client.post(page, given).status_code == 302
    called = Convocation.objects.get()
    assert (called.minutes_long, called.plan) == (90, {str(item.pk): 40})
    mine = browser(members[0])
    assert item.dossier.code in text(mine.get(page))
    for kind, start in (("docx", b"PK"), ("pdf", b"%PDF")):
        letter = mine.get(reverse("panels:letter", args=[council.public_id, kind]))
        assert letter.content.startswith(start)
    entry = mine.get(url("meeting_calendar", council))
    assert entry.content.startswith(b"BEGIN:VCALENDAR")


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


def cost(client, address, **more):
    client.get(address, **more)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address, **more)
    assert response.status_code == 200, text(response)[:2000]
    return len(asked)


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


def asked_again(client, address):
    """The address that the page asks again every few seconds."""
    found = re.search(r'hx-get="([^"]+)"', text(client.get(address)))
    return found[1].replace("&amp;", "&")


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
