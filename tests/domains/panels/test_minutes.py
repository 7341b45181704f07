"""Convocation, minutes that grow, dissent, signatures and what voids them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from icalendar import Calendar

from opensti.domains.panels import actions, queries
from opensti.domains.panels.jobs import mail_convocation
from opensti.domains.panels.models import Convocation, Council, Signature, Summons
from opensti.kernel.access import SYSTEM
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    Stale,
    StepNotAllowed,
    SudoNeeded,
)
from tests.factories import meetings, panels

pytestmark = pytest.mark.django_db


@pytest.fixture
def ended(office):
    """A council of nine that voted openly on one order and concluded; seven were there."""
    council, members = meetings.determining(office, method="open", here=7)
    item = panels.item_of(council)
    meetings.begun(office, item)
    for member in members[:7]:
        panels.voted(member, item, "yes")
    actions.end_item(actor=office.secretary, item_id=item.pk, at=meetings.minute(9))
    panels.concluded(office, council)
    council.refresh_from_db()
    return council, members, item


def sign(council, member, digest=None):
    return actions.sign_minutes(
        actor=member,
        council_id=council.pk,
        digest=digest or meetings.digest(member, council),
        at=panels.COUNTING,
    )


def test_who_was_there_is_asked_to_sign_until_he_has(ended):
    council, members, _item = ended

    def asked(member):
        lines = queries.work_for(member, panels.COUNTING.date())
        return [line.url_args for line in lines if line.kind == "panels.sign"]

    there, absent = members[3], members[8]
    assert asked(there) == [(council.public_id,)]
    assert asked(absent) == []
    sign(council, there)
    assert asked(there) == []


def test_every_member_is_called_in_time_by_letter_mail_and_calendar(office):
    order = panels.old_order(office, kind="national_task", drafted=panels.NATIONAL)
    council, members = panels.prepared(
        office, orders=[order], kind="determination", roles=panels.NATIONAL_SEATS
    )
    item = panels.item_of(council)
    given = {"actor": office.secretary, "council_id": council.pk}
    late = panels.MEETING - timedelta(days=1)
    with pytest.raises(Invalid) as refused:
        actions.convoke(at=late, **given)
    assert refused.value.problems[0].field == "convocation"
    for wrong in (
        {"link": "javascript:alert(1)"},
        {"minutes_long": 0},
        {"plan": {item.pk: -1}},
        {"plan": {item.pk + 99: 5}},
    ):
        with pytest.raises(Invalid):
            actions.convoke(at=panels.AT, **given, **wrong)
    assert not Convocation.objects.exists()
    first = actions.convoke(
        at=panels.AT, link="https://hop.example/1", plan={item.pk: 30}, **given
    )
    # The day stays: a changed link may come late.
    second = actions.convoke(at=late, link="https://hop.example/2", **given)
    assert (first.number, second.number) == (1, 2)
    assert Summons.objects.filter(convocation=second).count() == len(members)
    for summons in Summons.objects.filter(convocation=first):
        actions.mail_summons(summons_id=summons.pk, at=panels.AT)
        actions.mail_summons(summons_id=summons.pk, at=panels.AT)
    assert len(mail.outbox) == len(members)
    ((name, content, _kind),) = mail.outbox[0].attachments
    assert name == "meeting.ics"
    events = [
        Calendar.from_ical(text).walk("VEVENT")[0]
        for text in (content, actions.calendar_entry(second))
    ]
    assert events[0]["uid"] == events[1]["uid"]
    assert [int(e["sequence"]) for e in events] == [0, 1]
    assert events[0]["dtstart"].dt == panels.MEETING
    assert order.title_vi not in content


def test_a_retried_job_mails_only_what_was_not_mailed(office):
    (dossier,) = panels.eligible_dossiers(office)
    council, _members = panels.prepared(office, dossiers=[dossier])
    called = actions.convoke(
        actor=office.secretary, council_id=council.pk, at=panels.AT
    )

    class Work:
        payload = {"convocation_id": called.pk}

        def progress(self, done, total):
            pass

    assert mail_convocation(Work()) == {"mailed": 7, "failed": 0}
    assert mail_convocation(Work()) == {"mailed": 0, "failed": 0}


def test_the_minutes_are_adopted_when_chair_and_secretary_signed_last(office, ended):
    council, members, _item = ended
    adopt = {
        "actor": office.secretary,
        "council_id": council.pk,
        "at": panels.COUNTING,
    }
    with pytest.raises(StepNotAllowed):
        actions.adopt_minutes(**adopt)
    with pytest.raises(StepNotAllowed):  # the others first
        sign(council, members[0])
    for member in (members[1], *members[3:7]):
        sign(council, member)
    sign(council, members[0])
    with pytest.raises(StepNotAllowed):
        actions.adopt_minutes(**adopt)
    sign(council, members[2])
    assert sign(council, members[2]).pk  # a double click
    adopted = actions.adopt_minutes(**adopt)
    assert adopted.minutes_adopted_at == panels.COUNTING
    assert Signature.objects.count() == 7


def test_a_signature_asks_for_the_password_and_for_what_was_read(ended):
    council, members, _item = ended
    with pytest.raises(SudoNeeded):
        sign(council, replace(members[1], sudo=False))
    with pytest.raises(Stale):
        sign(council, members[1], "0" * 64)
    assert not Signature.objects.exists()


def test_a_change_after_signing_voids_what_was_signed_visibly(office, ended):
    council, members, item = ended
    sign(council, members[1])
    actions.write_remark(
        actor=office.secretary,
        item_id=item.pk,
        text="Hội đồng yêu cầu làm rõ kinh phí.",
        at=panels.COUNTING,
    )
    (signature,) = Signature.objects.all()
    assert signature.voided_at == panels.COUNTING
    (row,) = (
        s for s in queries.signatures_of(council) if s.seat.pk == signature.seat_id
    )
    assert (row.signature, row.voided) == (None, signature)
    sign(council, members[1])
    # The same text again changes nothing.
    actions.write_remark(
        actor=office.secretary,
        item_id=item.pk,
        text="Hội đồng yêu cầu làm rõ kinh phí. ",
        at=panels.COUNTING,
    )
    assert Signature.objects.filter(voided_at=None).count() == 1


def test_two_windows_do_not_overwrite_each_others_remarks(office, ended):
    _council, _members, item = ended
    given = {"actor": office.secretary, "item_id": item.pk, "at": panels.COUNTING}
    first = actions.write_remark(text="Một.", expected_version=0, **given)
    actions.write_remark(text="Hai.", expected_version=first.version, **given)
    with pytest.raises(Stale):
        actions.write_remark(text="Ba.", expected_version=first.version, **given)
    # A retried request whose answer was lost is no conflict.
    again = actions.write_remark(text="Hai.", expected_version=first.version, **given)
    assert (again.text, again.version) == ("Hai.", 2)


def test_a_member_dissents_by_name_or_unnamed_and_only_who_was_there(ended):
    council, members, item = ended

    def dissent(member, **said):
        return actions.dissent(
            actor=member, item_id=item.pk, at=panels.COUNTING, **said
        )

    dissent(members[3], text="Chưa đủ căn cứ.")
    dissent(members[4], text="Trùng đề tài cũ.", named=True)
    dissent(members[4], text="Trùng đề tài cũ.", named=True)
    with pytest.raises(StepNotAllowed):
        dissent(members[8], text="Tôi vắng.")
    with pytest.raises(Invalid):
        dissent(members[3], text="  ")
    part = queries.minutes_parts(members[0], council)[f"item:{item.public_id}"]
    assert part["dissents"] == [
        {"text": "Chưa đủ căn cứ.", "name": ""},
        {
            "text": "Trùng đề tài cũ.",
            "name": panels.seat_of(council, members[4]).person.full_name,
        },
    ]


def test_a_sheet_signed_by_hand_is_entered_with_its_digests(
    office, ended, settings, tmp_path
):
    settings.OPENSTI_DATA_DIR = tmp_path
    council, members, _item = ended
    given = {
        "actor": office.secretary,
        "council_id": council.pk,
        "seat_id": panels.seat_of(council, members[3]).pk,
        "at": panels.COUNTING,
    }
    scan = SimpleUploadedFile("ky.txt", b"signed", content_type="text/plain")
    with pytest.raises(Invalid) as refused:
        actions.enter_signature(digest="x", scan=None, **given)
    assert [p.field for p in refused.value.problems] == ["digest", "scan"]
    with pytest.raises(Invalid):  # a scan is a PDF or a picture
        actions.enter_signature(
            digest=meetings.digest(SYSTEM, council), scan=scan, **given
        )
    picture = SimpleUploadedFile("ky.png", meetings.PICTURE, content_type="image/png")
    made = actions.enter_signature(
        digest=meetings.digest(SYSTEM, council), scan=picture, **given
    )
    assert (made.how, made.scan) == ("paper", sha256(meetings.PICTURE).hexdigest())
    with pytest.raises(AccessDenied):
        actions.enter_signature(digest="x", scan=None, **{**given, "actor": members[3]})
    assert Signature.objects.count() == 1


def test_who_may_not_know_of_an_item_reads_and_signs_the_rest(office):
    council, members = meetings.determining(office, orders=2, method="open")
    first, second = (panels.item_of(council, n) for n in (1, 2))
    actions.recuse(
        actor=office.secretary,
        item_id=first.pk,
        seat_id=panels.seat_of(council, members[5]).pk,
        reason="Cùng viện.",
        at=meetings.minute(1),
    )
    for at, item in ((2, first), (12, second)):
        meetings.begun(office, item, at=at)
        for member in members:
            if not (item == first and member is members[5]):
                panels.voted(member, item, "yes")
        actions.end_item(
            actor=office.secretary, item_id=item.pk, at=meetings.minute(at + 5)
        )
    panels.concluded(office, council)
    council = Council.objects.get(pk=council.pk)
    parts = queries.minutes_parts(members[5], council)
    shared = {"meeting", "attendance", "text"}
    assert set(parts) == shared | {f"item:{second.public_id}"}
    # He left for the first and came back: to him he was there all the time.
    name = panels.seat_of(council, members[5]).person.full_name
    (own,) = (m for m in parts["attendance"]["members"] if m["name"] == name)
    assert [(t["since"], t["until"]) for t in own["there"]] == [
        (panels.OPENING, panels.COUNTING)
    ]
    assert set(queries.minutes_parts(members[0], council)) == {
        "meeting",
        "attendance",
        "text",
        f"item:{first.public_id}",
        f"item:{second.public_id}",
    }
    signature = sign(council, members[5])
    actions.write_remark(
        actor=office.secretary, item_id=first.pk, text="Kín.", at=panels.COUNTING
    )
    signature.refresh_from_db()
    assert signature.voided_at is None  # what he signed did not change
    # The others read that he took no part in the item; which tie stands in no minutes.
    parts = queries.minutes_parts(members[0], council)
    (row,) = (m for m in parts["attendance"]["members"] if m["name"] == name)
    assert [t["why"] for t in row["there"]] == ["conflict", ""]
    assert [t["why"] for t in own["there"]] == [""]
    assert "Cùng viện" not in str(parts)
