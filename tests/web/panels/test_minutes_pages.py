"""What a meeting writes: remarks, departures, signatures, minutes, convocation."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from opensti.domains.panels import actions
from opensti.domains.panels.models import (
    Convocation,
    DeclaredTie,
    Dissent,
    Presence,
    Recusal,
    Signature,
)
from opensti.domains.registry.models import Person
from opensti.kernel.access import Role
from tests.factories import meetings, panels
from tests.factories.tasks import person
from tests.web.panels.meeting import browser, keeps, text, url

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place_and_time")]


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
