"""Two people at once: one act is done, the other is told; nobody is counted twice."""

from __future__ import annotations

import pytest
from django.db import connection

from opensti.domains.supervision import actions
from opensti.domains.supervision.actions import Speaker
from opensti.domains.supervision.models import Petition, Support, Voice
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.record.check import check_log
from tests.factories import supervision as factory
from tests.factories.supervision import AT
from tests.factories.tasks import person
from tests.races import at_once, done, queued

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _two_writers():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: run with PostgreSQL")
    yield
    assert check_log() == []


def test_two_officers_screen_a_text_and_one_of_them_does():
    voice = factory.said()
    first, second = factory.in_office(Role.OFFICER), factory.in_office(Role.OFFICER)
    threads = queued(
        voice,
        lambda: actions.publish_voice(actor=first, voice_id=voice.pk, at=AT),
        lambda: actions.publish_voice(actor=second, voice_id=voice.pk, at=AT),
    )
    assert done(threads) == [True, False]
    assert Voice.objects.get().screened_by_id == first.user_id


def test_a_double_click_from_two_processes_is_one_text():
    about = f"task:{factory.task().public_id}"

    def send():
        return actions.receive_voice(
            actor=PUBLIC,
            kind="comment",
            about=about,
            text="Ấn hai lần liền tay.",
            speaker=factory.ANONYMOUS,
            token="same",
            at=AT,
        )

    threads = at_once(send, send)
    assert Voice.objects.count() == 1
    assert any(done(threads))


def test_supporters_who_come_together_are_each_counted():
    officer = factory.in_office(Role.OFFICER)
    voice = actions.receive_voice(
        actor=person(Role.APPLICANT),
        kind="petition",
        about="",
        text="Đề nghị công bố cả bản tiếng Anh.",
        title="Bản tiếng Anh",
        speaker=Speaker(level="person"),
        token="petition",
        at=AT,
    )
    actions.publish_voice(actor=officer, voice_id=voice.pk, at=AT)
    Petition.objects.update(threshold=3)
    people = [person(Role.APPLICANT) for _n in range(3)]
    threads = at_once(
        *(
            lambda one=one: actions.support_petition(
                actor=one, public_id=voice.public_id, at=AT
            )
            for one in [*people, people[0]]
        )
    )
    assert done(threads) == [True] * 4
    petition = Petition.objects.get()
    assert (petition.supporters, Support.objects.count()) == (3, 3)
    assert petition.reached_at == AT
