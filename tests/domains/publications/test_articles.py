"""News and events: approved by a second person, public from their day, corrected openly."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils.timezone import localdate, localtime, now

from opensti.domains.publications import actions, queries
from opensti.domains.publications.actions import Content
from opensti.kernel.access import Role
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories.tasks import person
from tests.races import done, queued

pytestmark = pytest.mark.django_db
WHOLE = Content(
    title_vi="Ngày kết nối cung cầu",
    title_en="Matching day",
    lead_vi="Doanh nghiệp gặp viện.",
    lead_en="Enterprises meet institutes.",
    body_vi="Đoạn một.\n\nĐoạn hai.",
)


@pytest.fixture
def officer():
    return person(Role.OFFICER)


@pytest.fixture
def leader():
    return person(Role.LEADER)


def published(officer, leader, *, kind="news", content=WHOLE, day=None):
    row = actions.draft_article(actor=officer, kind=kind, content=content, at=now())
    row = actions.approve_article(
        actor=leader, public_id=row.public_id, version=row.version, at=now()
    )
    return actions.publish_article(
        actor=officer,
        public_id=row.public_id,
        publish_on=day or localdate(),
        version=row.version,
        at=now(),
    )


def test_nobody_approves_what_he_wrote_and_a_change_asks_for_approval_anew(
    officer, leader
):
    draft = actions.draft_article(actor=officer, kind="news", content=WHOLE, at=now())
    asked = {"public_id": draft.public_id, "at": now()}
    with pytest.raises(AccessDenied):
        actions.approve_article(actor=officer, version=1, **asked)
    with pytest.raises(AccessDenied):
        actions.draft_article(
            actor=person(Role.EXPERT), kind="news", content=WHOLE, at=now()
        )
    approved = actions.approve_article(actor=leader, version=1, **asked)
    assert approved.state == "approved"
    other = Content(**{**vars(WHOLE), "title_vi": "Khác"})
    changed = actions.edit_article(actor=leader, content=other, version=2, **asked)
    assert (changed.state, changed.approved_by) == ("draft", None)
    with pytest.raises(AccessDenied):  # now the leader wrote it
        actions.approve_article(actor=leader, version=3, **asked)
    with pytest.raises(Stale):
        actions.edit_article(actor=officer, content=WHOLE, version=1, **asked)
    with pytest.raises(StepNotAllowed):
        actions.publish_article(
            actor=officer, version=3, publish_on=localdate(), **asked
        )


def test_it_is_read_from_its_day_on_and_its_words_stay_out_of_the_log(officer, leader):
    tomorrow = localdate() + timedelta(days=1)
    row = published(officer, leader, day=tomorrow)
    assert list(queries.news()) == []
    with pytest.raises(NotFound):
        queries.public_article("news", row.public_id)
    told = Entry.objects.filter(act="publications.publish_article", public=True)
    assert "Matching" not in told.get().body
    with pytest.raises(Invalid):
        published(officer, leader, day=localdate() - timedelta(days=1))


def propose(actor, row, **changed):
    said = {
        "kind": row.kind,
        "public_id": row.public_id,
        "field": "lead_vi",
        "value": "Doanh nghiệp gặp trường.",
        "reason": "Ghi nhầm",
        "basis": "Công văn 7/BCT",
    } | changed
    return actions.propose_correction(actor=actor, at=now(), **said)


def test_a_correction_takes_a_second_person_and_keeps_how_it_read_and_why(
    officer, leader
):
    row = published(officer, leader)
    made = propose(officer, row)
    assert queries.public_article("news", row.public_id).lead_vi == WHOLE.lead_vi
    for alone in (officer, replace(leader, sudo=False)):
        with pytest.raises(AccessDenied):  # himself, or without the password
            actions.confirm_correction(actor=alone, public_id=made.public_id, at=now())

    done = actions.confirm_correction(
        actor=replace(leader, sudo=True), public_id=made.public_id, at=now()
    )

    found = queries.public_article("news", row.public_id)
    assert found.lead_vi == "Doanh nghiệp gặp trường."
    assert [
        (v.content["lead_vi"], v.reason) for v in queries.public_versions(found)
    ] == [("Doanh nghiệp gặp viện.", "Ghi nhầm")]
    entry = Entry.objects.get(position=done.entry_position)
    assert (entry.act, entry.public, entry.basis) == (
        "publications.correct_article",
        True,
        "Công văn 7/BCT",
    )
    told = json.loads(entry.body)["detail"]
    assert told == {"correction": 1, "field": "lead_vi", "reason": "Ghi nhầm"}
    assert "trường" not in entry.body


@pytest.mark.parametrize(
    ("kind", "wrong", "fault"),
    [
        ("news", {"reason": " "}, Invalid),
        ("news", {"basis": ""}, Invalid),
        ("news", {"value": WHOLE.lead_vi}, Invalid),
        ("news", {"field": "title_en", "value": ""}, Invalid),
        ("news", {"field": "title_vi", "value": "x" * 301}, Invalid),
        ("news", {"field": "link", "value": "ftp://x"}, Invalid),
        ("news", {"field": "starts_at", "value": "2027-01-01 08:00"}, NotFound),
        ("news", {"field": "state", "value": "draft"}, NotFound),
        ("event", {"field": "starts_at", "value": "mai"}, Invalid),
        ("event", {"field": "starts_at", "value": ""}, Invalid),
        ("event", {"field": "ends_at", "value": "2020-01-01 08:00"}, Invalid),
    ],
)
def test_what_cannot_stand_is_refused_when_it_is_proposed(
    officer, leader, kind, wrong, fault
):
    content = replace(WHOLE, starts_at=now() if kind == "event" else None)
    row = published(officer, leader, kind=kind, content=content)
    with pytest.raises(fault):
        propose(officer, row, **wrong)


def test_the_time_of_an_event_is_corrected_by_the_clock_of_the_house(officer, leader):
    content = replace(WHOLE, starts_at=now())
    row = published(officer, leader, kind="event", content=content)
    made = propose(officer, row, field="starts_at", value="2031-12-31 09:00")
    actions.confirm_correction(
        actor=replace(leader, sudo=True), public_id=made.public_id, at=now()
    )
    found = queries.public_article("event", row.public_id)
    assert f"{localtime(found.starts_at):%Y-%m-%d %H:%M}" == "2031-12-31 09:00"


def test_what_is_announced_for_a_later_day_is_written_again_and_approved_again(
    officer, leader
):
    row = published(officer, leader, day=localdate() + timedelta(days=2))
    with pytest.raises(NotFound):
        propose(officer, row)
    again = actions.edit_article(
        actor=officer,
        public_id=row.public_id,
        content=replace(WHOLE, title_vi="Khác"),
        version=row.version,
        at=now(),
    )
    assert (again.state, again.approved_by, again.publish_on) == ("draft", None, None)


def paper(name):
    return SimpleUploadedFile(name, f"Giay {name}".encode())


def attaching(actor, row, name):
    return lambda: actions.attach_article_file(
        actor=actor, public_id=row.public_id, file=paper(name), at=now()
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="one writer at a time")
def test_of_papers_attached_at_once_each_is_kept_or_refused(
    officer, leader, settings, monkeypatch
):
    monkeypatch.setattr("opensti.domains.publications.actions.articles.MOST_FILES", 3)
    row = actions.draft_article(actor=officer, kind="news", content=WHOLE, at=now())
    two = queued(row, attaching(officer, row, "a.txt"), attaching(leader, row, "b.txt"))
    more = queued(
        row, attaching(officer, row, "c.txt"), attaching(leader, row, "d.txt")
    )

    assert (done(two), sorted(done(more))) == ([True, True], [False, True])
    kept = {f.name for f in queries.article_files(row)}
    told = {t.given.name for t in (*two, *more) if t.given}
    assert (kept, len(kept)) == (told, 3)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="one writer at a time")
def test_no_paper_comes_beside_what_was_published_meanwhile(officer, leader):
    row = actions.draft_article(actor=officer, kind="news", content=WHOLE, at=now())
    row = actions.approve_article(
        actor=leader, public_id=row.public_id, version=row.version, at=now()
    )

    def publish():
        return actions.publish_article(
            actor=officer,
            public_id=row.public_id,
            publish_on=localdate(),
            version=row.version,
            at=now(),
        )

    assert done(queued(row, publish, attaching(leader, row, "a.txt"))) == [True, False]
    assert queries.article_files(row) == []


def test_what_was_withdrawn_says_why_and_nothing_else(officer, leader):
    row = published(officer, leader)
    asked = {"actor": officer, "public_id": row.public_id, "version": row.version}
    actions.withdraw_article(reason="Hoãn", at=now(), **asked)
    assert list(queries.news()) == []
    found = queries.public_article("news", row.public_id)
    assert (found.state, found.withdrawn_for) == ("withdrawn", "Hoãn")
    assert queries.public_versions(found) == []
    with pytest.raises(NotFound):
        propose(officer, row)


def test_an_event_has_its_time_and_comes_until_it_is_over(officer, leader):
    with pytest.raises(Invalid):
        actions.draft_article(actor=officer, kind="event", content=WHOLE, at=now())
    at = now()
    over, ahead = (
        published(
            officer,
            leader,
            kind="event",
            content=Content(**{**vars(WHOLE), "starts_at": at + timedelta(days=days)}),
        )
        for days in (-2, 2)
    )
    assert list(queries.events()) == [ahead, over]
    assert list(queries.coming_events(at)) == [ahead]
    # By the day: a page that shows it is kept until a day ends.
    begun = at + timedelta(days=2, minutes=1)
    assert list(queries.coming_events(begun)) == [ahead]
    assert list(queries.coming_events(begun + timedelta(days=1))) == []
    assert list(queries.news()) == []
