"""News and events: approved by a second person, public from their day, corrected openly."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate, now

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


def test_a_correction_keeps_how_it_read_and_why(officer, leader):
    row = published(officer, leader)
    assert list(queries.news()) == [row]
    better = Content(**{**vars(WHOLE), "lead_vi": "Doanh nghiệp gặp trường."})
    asked = {"actor": officer, "public_id": row.public_id, "version": row.version}
    with pytest.raises(Invalid):
        actions.correct_article(content=better, reason=" ", at=now(), **asked)
    with pytest.raises(Invalid):
        actions.correct_article(content=WHOLE, reason="Sai", at=now(), **asked)
    actions.correct_article(content=better, reason="Ghi nhầm", at=now(), **asked)
    found = queries.public_article("news", row.public_id)
    assert found.lead_vi == "Doanh nghiệp gặp trường."
    assert [
        (v.content["lead_vi"], v.reason) for v in queries.public_versions(found)
    ] == [("Doanh nghiệp gặp viện.", "Ghi nhầm")]


def test_what_was_withdrawn_says_why_and_nothing_else(officer, leader):
    row = published(officer, leader)
    asked = {"actor": officer, "public_id": row.public_id, "version": row.version}
    actions.withdraw_article(reason="Hoãn", at=now(), **asked)
    assert list(queries.news()) == []
    found = queries.public_article("news", row.public_id)
    assert (found.state, found.withdrawn_for) == ("withdrawn", "Hoãn")
    assert queries.public_versions(found) == []
    with pytest.raises(StepNotAllowed):
        actions.correct_article(
            **{**asked, "version": found.version},
            content=Content(title_vi="x"),
            reason="y",
            at=now(),
        )


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
