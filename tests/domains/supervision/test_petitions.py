"""Petitions: one supporter one voice, enough of them oblige an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from opensti.domains.accounts.queries import emails_by_id
from opensti.domains.supervision import actions, queries
from opensti.domains.supervision.actions import Speaker
from opensti.domains.supervision.models import Petition, Support, Voice
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import Invalid, NotFound, StepNotAllowed
from tests.factories import supervision as factory
from tests.factories.supervision import AT
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return factory.in_office(Role.OFFICER)


def petition(officer, *, threshold=2):
    author = person(Role.APPLICANT)
    voice = actions.receive_voice(
        actor=author,
        kind="petition",
        about="",
        text="Đề nghị công bố cả bản tiếng Anh.",
        speaker=Speaker(level="person"),
        token=factory.token(),
        title="Công bố kết quả bằng tiếng Anh",
        at=AT,
    )
    actions.publish_voice(actor=officer, voice_id=voice.pk, at=AT)
    Petition.objects.update(threshold=threshold)
    return queries.petition(voice.public_id)


def support(found, actor=PUBLIC, at=AT, **more):
    return actions.support_petition(
        actor=actor, public_id=found.voice.public_id, at=at, **more
    )


def test_an_account_counts_once(officer):
    found, somebody = petition(officer), person(Role.APPLICANT)
    assert support(found, somebody) == support(found, somebody)
    assert queries.petition(found.voice.public_id).supporters == 1


def test_an_address_counts_once_confirmed_and_is_then_forgotten(officer):
    found = petition(officer)
    given = support(found, email="An@example.vn")
    assert support(found, email="an@EXAMPLE.vn ") == given
    assert queries.petition(found.voice.public_id).supporters == 0
    actions.mail_support(support_id=given.pk)
    # A code says the second in which it was made: that of the letter counts.
    assert "Confirm that you support the petition" in mail.outbox[0].subject
    code = mail.outbox[0].body.split("/confirm/")[1].split("/")[0]
    for _twice in range(2):
        actions.confirm_support(code=code, at=AT)
    assert queries.petition(found.voice.public_id).supporters == 1
    assert "example" not in str(Support.objects.values())
    with pytest.raises(NotFound):
        actions.confirm_support(code=f"{code}x", at=AT)


def test_names_are_shown_only_to_those_who_give_one(officer):
    found = petition(officer)
    support(found, person(Role.APPLICANT), said_name="Lê Thị Bình")
    support(found, person(Role.APPLICANT))
    support(found, email="an@example.vn", said_name="Chưa xác nhận")
    assert queries.named_supporters(found) == ["Lê Thị Bình"]


def test_the_supporter_who_reaches_the_number_starts_the_term(officer):
    found, unit = petition(officer), factory.unit(officer)
    said = {"actor": officer, "voice_id": found.voice.pk, "unit_id": unit.pk, "at": AT}
    support(found, person(Role.APPLICANT))
    with pytest.raises(StepNotAllowed):
        actions.assign_voice(**said)
    support(found, person(Role.APPLICANT))
    found = queries.petition(found.voice.public_id)
    # Fifteen working days after Monday the 6th of July.
    assert (found.reached_at, f"{found.voice.due_on:%d/%m}") == (AT, "27/07")
    assert [line.act for line in entries_of(found.voice.subject)][
        -1
    ] == "supervision.reach"
    assert actions.assign_voice(**said).state == "assigned"
    support(found, person(Role.APPLICANT))
    assert queries.petition(found.voice.public_id).supporters == 3


def test_with_too_few_it_is_closed_and_says_so(officer):
    found = petition(officer)
    support(found, person(Role.APPLICANT))
    assert actions.close_petitions(at=AT + timedelta(days=90)) == 0
    late = AT + timedelta(days=91)
    assert actions.close_petitions(at=late) == 1
    found = queries.petition(found.voice.public_id)
    assert (found.voice.state, found.voice.use) == ("closed", "lapsed")
    with pytest.raises(StepNotAllowed):
        support(found, person(Role.APPLICANT), at=late)


def test_a_petition_has_a_title_and_somebody_who_can_be_reached():
    for more, field in (
        ({"speaker": Speaker(level="anonymous"), "title": "Tên"}, "level"),
        ({"speaker": Speaker(level="email", email="a@b.vn"), "title": " "}, "title"),
    ):
        with pytest.raises(Invalid) as refused:
            actions.receive_voice(
                actor=PUBLIC,
                kind="petition",
                about="",
                text="Đề nghị công bố.",
                token=factory.token(),
                at=AT,
                **more,
            )
        assert refused.value.field == field


def test_what_is_not_published_gathers_nobody(officer):
    found = petition(officer)
    actions.hide_voice(
        actor=officer,
        voice_id=found.voice.pk,
        ground_code="advertising",
        words="Bán.",
        at=AT,
    )
    with pytest.raises(NotFound):
        support(found, person(Role.APPLICANT))


def test_one_mailbox_is_one_supporter_however_it_is_written(officer):
    found = petition(officer)
    given = support(found, email="an@example.vn")
    assert support(found, email="An+2@example.vn") == given
    other = support(found, email="le.an@gmail.com")
    assert support(found, email="Le.An+x@googlemail.com") == other
    assert support(found, email="lean@gmail.com") == other
    assert support(found, email="le.an@example.vn") not in {given, other}


def test_an_account_and_its_own_address_are_one_supporter(officer):
    for by_mail_first in (True, False):
        found, somebody = petition(officer), person(Role.APPLICANT)
        email = emails_by_id({somebody.user_id})[somebody.user_id]
        if not by_mail_first:
            support(found, somebody)
        given = support(found, email=email)
        counted = actions.confirm_support(code=actions.support_code(given), at=AT)
        assert support(found, somebody) == counted
        assert queries.petition(found.voice.public_id).supporters == 1
        Voice.objects.update(text_digest="")
