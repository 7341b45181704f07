"""Questions to the author: asked, released without a name, answered in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from django.utils.translation import override

from opensti.domains.panels import actions, queries
from opensti.domains.panels.models import Question
from opensti.kernel.access import Role, visible
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import calls as call_factory
from tests.factories import panels
from tests.factories.kept import kept
from tests.factories.registry import Organisations
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
AT = panels.AT
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


class Room:
    def __init__(self, office):
        self.office = office
        call = call_factory.published(office.officer)
        self.writer = call_factory.applicant(Organisations.create())
        self.dossier = call_factory.submitted(self.writer, call)
        call_factory.opened(office.officer, call)
        self.dossier = call_factory.eligible(office.officer, self.dossier)
        self.council, self.members = panels.prepared(office, dossiers=[self.dossier])
        self.item = panels.item_of(self.council)

    def ask(self, text="Thiết bị mua ở đâu?"):
        return actions.ask_author(
            actor=self.members[2], item_id=self.item.pk, text=text, at=AT
        )

    def release(self, question, text="Đề nghị nêu nguồn thiết bị.", **more):
        return actions.release_question(
            actor=self.office.secretary,
            question_id=question.pk,
            text=text,
            at=AT,
            **more,
        )

    def answer(self, question, at=AT, **more):
        return actions.answer_question(
            actor=self.writer, question_id=question.pk, text="Nhập khẩu.", at=at, **more
        )


@pytest.fixture
def room(office):
    return kept(Room)(office)


def test_a_question_goes_out_unnamed_with_both_wordings_kept(room):
    question = room.ask()
    assert queries.questions_to_author(room.writer, room.dossier) == []
    assert not visible(room.members[3], Question.objects.all()).exists()
    sent = room.release(question)
    assert (sent.text, sent.released_text, sent.due_on) == (
        "Thiết bị mua ở đâu?",
        "Đề nghị nêu nguồn thiết bị.",
        localdate(AT) + 5 * DAY,
    )
    (read,) = queries.questions_to_author(room.writer, room.dossier)
    assert (read.released_text, read.asker) == ("Đề nghị nêu nguồn thiết bị.", "")
    assert queries.questions_to_author(person(Role.APPLICANT), room.dossier) == []


def test_members_read_question_and_answer(room):
    question = room.release(room.ask())
    room.answer(question)
    (read,) = queries.questions_of(
        room.members[5], queries.item(room.members[5], room.item.public_id)
    )
    assert (read.released_text, read.answer) == (
        "Đề nghị nêu nguồn thiết bị.",
        "Nhập khẩu.",
    )
    with pytest.raises(StepNotAllowed, match="answered already"):
        room.answer(question)


def test_only_the_secretary_releases_and_only_the_author_answers(room):
    question = room.ask()
    for stranger, refusal in (
        (room.members[2], AccessDenied),  # the asker knows of it
        (room.members[0], NotFound),
    ):
        with pytest.raises(refusal):
            actions.release_question(
                actor=stranger, question_id=question.pk, text="x", at=AT
            )
    with pytest.raises(NotFound):
        room.answer(question)
    question = room.release(question)
    stranger = call_factory.applicant(Organisations.create())
    for who, refusal in (
        (room.office.secretary, AccessDenied),
        (room.members[2], NotFound),
        (stranger, NotFound),  # nor does he learn that anything was asked
    ):
        with pytest.raises(refusal):
            actions.answer_question(actor=who, question_id=question.pk, text="x", at=AT)


def test_a_withheld_question_says_why_to_its_asker_alone(room):
    question = actions.withhold_question(
        actor=room.office.secretary,
        question_id=room.ask().pk,
        reason="Đã có trong hồ sơ.",
        at=AT,
    )
    item = queries.item(room.members[2], room.item.public_id)
    assert [q.reason for q in queries.questions_of(room.members[2], item)] == [
        "Đã có trong hồ sơ."
    ]
    assert queries.questions_of(room.members[3], item) == []
    assert queries.questions_to_author(room.writer, room.dossier) == []
    with pytest.raises(StepNotAllowed, match="dealt with"):
        room.release(question)


def test_the_time_for_an_answer_ends(room):
    question = room.release(room.ask(), due_on=localdate(AT) + DAY)
    with pytest.raises(StepNotAllowed, match="04/07/2026"):
        room.answer(question, at=AT + 3 * DAY)
    with pytest.raises(Stale):
        room.answer(question, expected_version=1)


@pytest.mark.parametrize("days", [-1, 21, 40])
def test_an_answer_is_wanted_before_the_meeting(room, days):
    with pytest.raises(Invalid):
        room.release(room.ask(), due_on=localdate(AT) + days * DAY)
    assert Question.objects.get().state == "asked"


def test_all_is_closed_when_the_meeting_opens(room):
    asked, sent = room.ask(), room.release(room.ask("Khác?"))
    panels.in_session(room.office, room.council)
    for act in (
        room.ask,
        lambda: room.release(asked),
        lambda: room.answer(sent),
    ):
        with pytest.raises(StepNotAllowed, match="has opened"):
            act()


def test_an_empty_question_is_none(room):
    with pytest.raises(Invalid):
        room.ask("  ")
    assert not Question.objects.exists()
