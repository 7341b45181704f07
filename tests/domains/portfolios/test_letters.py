"""Letters are read, then go out in one moment; the mails follow."""

from __future__ import annotations

from dataclasses import replace
from smtplib import (
    SMTPDataError,
    SMTPRecipientsRefused,
    SMTPServerDisconnected,
)

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError, connection, transaction

from opensti.domains.portfolios import actions, queries
from opensti.domains.portfolios.choices import LetterState
from opensti.domains.portfolios.jobs import mail_letters
from opensti.domains.portfolios.models import Letter
from opensti.domains.tasks.models import Task
from opensti.kernel.access import Role
from opensti.kernel.jobs.models import Job
from opensti.kernel.record.queries import entries_of
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    Stale,
    StepNotAllowed,
    SudoNeeded,
)
from tests.factories import portfolios as factory
from tests.factories.registry import Users
from tests.factories.tasks import person


class Work:
    """What a job is given, without a worker."""

    def __init__(self, round_):
        self.payload = {"round_id": round_.pk}
        self.steps = []

    def progress(self, done, total=None):
        self.steps.append((done, total))


@pytest.fixture
def decided(story):
    return factory.decided(story)


def states():
    return list(Letter.objects.order_by("pk").values_list("state", flat=True))


def edit(story, letter, **said):
    given = {
        "subject": letter.subject,
        "body": letter.body,
        "expected_version": letter.version,
        **said,
    }
    return actions.edit_letter(
        actor=story.officer, letter_id=letter.pk, at=factory.CHECKED, **given
    )


def test_each_applicant_gets_one_letter_in_the_own_language(story):
    Users._meta.model.objects.filter(pk=story.applicants[1].user_id).update(
        language="en"
    )
    factory.decided(story)
    first, second = Letter.objects.order_by("pk")
    code = [d.code for d in story.dossiers]
    assert (first.recipient_id, first.language) == (story.applicants[0].user_id, "vi")
    assert (second.recipient_id, second.language, second.subject) == (
        story.applicants[1].user_id,
        "en",
        f"Dossier {code[1]} is not approved",
    )
    assert "The council does not propose funding; mean score 60.00." in second.body
    assert "188/QĐ-BCT" in first.body
    assert "2.000.000.000" in first.body


def test_letters_that_nobody_read_do_not_go_out(story, decided):
    letter = Letter.objects.order_by("pk")[0]
    actions.check_letter(actor=story.officer, letter_id=letter.pk, at=factory.CHECKED)
    with pytest.raises(StepNotAllowed) as refused:
        factory.release(story, decided)
    assert story.dossiers[1].code in str(refused.value)
    assert story.dossiers[0].code not in str(refused.value)
    assert states() == ["checked", "prepared"]


def test_a_checked_letter_that_is_changed_must_be_checked_again(story, decided):
    letter = factory.checked(story, decided)[0]
    letter.refresh_from_db()
    changed = edit(story, letter, body="Thư sửa.")
    assert (changed.state, changed.checked_by_id) == (LetterState.PREPARED, None)
    with pytest.raises(Stale):
        edit(story, letter, body="Thư của người thứ hai.")
    changed.refresh_from_db()
    assert changed.body == "Thư sửa."


def test_whoever_changed_a_letter_does_not_check_it(story, decided):
    first, second = Letter.objects.order_by("pk")
    edit(story, first, body="Thư sửa.")
    with pytest.raises(AccessDenied) as refused:
        actions.check_letter(
            actor=story.officer, letter_id=first.pk, at=factory.CHECKED
        )
    assert str(refused.value.who) == (
        "một chuyên viên khác không có lợi ích liên quan đến đợt xét chọn"
    )
    answers = actions.check_letters(
        actor=story.officer,
        letter_ids=[first.pk, second.pk],
        at=factory.CHECKED,
        dry_run=False,
    )
    assert [(pk, type(refusal)) for pk, refusal in answers] == [
        (first.pk, AccessDenied),
        (second.pk, type(None)),
    ]
    assert states() == ["prepared", "checked"]
    colleague = person(Role.OFFICER)
    checked = actions.check_letter(
        actor=colleague, letter_id=first.pk, at=factory.CHECKED
    )
    assert (checked.edited_by_id, checked.checked_by_id) == (
        story.officer.user_id,
        colleague.user_id,
    )
    assert factory.release(story, decided).state == "released"


@pytest.mark.usefixtures("decided")
def test_a_change_after_the_check_turns_the_two_people_round(story):
    letter = Letter.objects.order_by("pk")[0]
    colleague = person(Role.OFFICER)
    changed = edit(story, letter, body="Thư sửa.")
    again = edit(
        replace(story, office=replace(story.office, officer=colleague)), changed
    )
    with pytest.raises(AccessDenied):
        actions.check_letter(actor=colleague, letter_id=letter.pk, at=factory.CHECKED)
    actions.check_letter(actor=story.officer, letter_id=again.pk, at=factory.CHECKED)
    assert states() == ["checked", "prepared"]


@pytest.mark.usefixtures("decided")
def test_the_database_lets_nobody_check_what_he_changed(story):
    letter = edit(story, Letter.objects.order_by("pk")[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(checked_by=story.officer.user_id)


@pytest.mark.parametrize("field", ["subject", "body"])
@pytest.mark.usefixtures("decided")
def test_a_letter_is_never_empty(story, field):
    with pytest.raises(Invalid) as refused:
        edit(story, Letter.objects.order_by("pk")[0], **{field: "  "})
    assert refused.value.field == field


@pytest.mark.usefixtures("decided")
def test_a_dry_run_of_checking_says_what_would_happen_and_keeps_nothing(story):
    ids = [letter.pk for letter in Letter.objects.order_by("pk")]
    actions.check_letter(actor=story.officer, letter_id=ids[0], at=factory.CHECKED)
    for dry_run, after in (
        (True, ["checked", "prepared"]),
        (False, ["checked", "checked"]),
    ):
        answers = actions.check_letters(
            actor=story.officer, letter_ids=ids, at=factory.CHECKED, dry_run=dry_run
        )
        assert [(pk, refusal is None) for pk, refusal in answers] == [
            (ids[0], False),
            (ids[1], True),
        ]
        assert states() == after


def test_releasing_asks_for_the_password(story, decided):
    factory.checked(story, decided)
    hurried = replace(story.officer, sudo=False)
    with pytest.raises(SudoNeeded):
        actions.release_round(actor=hurried, round_id=decided.pk, at=factory.RELEASED)
    assert states() == ["checked", "checked"]


def test_everything_takes_effect_in_one_moment(story):
    round_ = factory.released(story)
    assert (round_.state, round_.released_at) == ("released", factory.RELEASED)
    assert states() == ["released", "released"]
    for dossier in story.dossiers:
        dossier.case.refresh_from_db()
    assert [d.case.state for d in story.dossiers] == ["approved", "declined"]
    approved, declined = round_.decisions.order_by("pk")
    assert Task.objects.get() == approved.task
    assert (approved.task.amount, approved.task.title_vi) == (
        approved.amount,
        "Nhiệm vụ thứ 1",
    )
    assert declined.task is None
    assert [
        [line.public for line in entries_of(f"portfolios.{what}")]
        for what in (
            f"decision:{approved.public_id}",
            f"decision:{declined.public_id}",
        )
    ] == [[True], [False]]
    (line,) = entries_of(f"portfolios.decision:{approved.public_id}", public_only=True)
    assert line.detail == {
        "decision_number": "188/QĐ-BCT",
        "decided_at": "2026-07-28T02:00:00.000000Z",
        "call": story.call.code,
        "dossier": story.dossiers[0].code,
        "title_vi": "Nhiệm vụ thứ 1",
        "host": story.dossiers[0].host.name_vi,
        "ruling": "approve",
        "amount": "2000000000",
        "reason_vi": approved.reason_vi,
    }


def test_a_double_click_releases_once(story):
    round_ = factory.released(story)
    with pytest.raises(StepNotAllowed):
        factory.release(story, round_)
    assert Task.objects.count() == 1
    assert Job.objects.filter(kind="portfolios.mail_letters").count() == 1


def test_two_people_who_release_at_once(story, decided):
    factory.checked(story, decided)
    factory.release(story, decided)
    with pytest.raises(Stale):
        actions.release_round(
            actor=story.leader,
            round_id=decided.pk,
            at=factory.RELEASED,
            expected_version=decided.version,
        )


def test_a_released_letter_stays_as_it_was_sent(story):
    factory.released(story)
    letter = Letter.objects.order_by("pk")[0]
    with pytest.raises(StepNotAllowed):
        edit(story, letter, body="Khác.")


def test_mails_are_sent_once(story):
    round_ = factory.released(story)
    work = Work(round_)
    assert mail_letters(work) == {"mailed": 2, "failed": 0}
    assert work.steps == [(1, 2), (2, 2)]
    assert [m.to for m in mail.outbox] == [
        [letter.recipient.email] for letter in Letter.objects.order_by("pk")
    ]
    assert mail_letters(Work(round_)) == {"mailed": 0, "failed": 0}
    assert len(mail.outbox) == 2
    with pytest.raises(StepNotAllowed):
        actions.mail_again(actor=story.officer, round_id=round_.pk, at=factory.RELEASED)


def test_nothing_is_mailed_before_the_release(story, decided):
    factory.checked(story, decided)
    assert mail_letters(Work(decided)) == {"mailed": 0, "failed": 0}
    actions.mail_letter(
        letter_id=Letter.objects.order_by("pk")[0].pk, at=factory.RELEASED
    )
    assert mail.outbox == []


def test_a_mail_that_fails_is_kept_beside_its_letter_and_tried_again(
    story, monkeypatch
):
    round_ = factory.released(story)
    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", _no_server)
        assert mail_letters(Work(round_)) == {"mailed": 0, "failed": 2}
    assert set(
        Letter.objects.values_list("mail_error", "mail_tried_at", "mailed_at")
    ) == {("no server", None, None)}
    Job.objects.update(state="done")
    waiting = actions.mail_again(
        actor=story.officer, round_id=round_.pk, at=factory.RELEASED
    )
    assert (waiting, Job.objects.filter(state="waiting").count()) == (2, 1)
    assert mail_letters(Work(round_)) == {"mailed": 2, "failed": 0}
    assert set(Letter.objects.values_list("mail_error", "mail_repeated")) == {
        ("", False)
    }


def _no_server(*_args, **_more):
    raise ConnectionRefusedError("no server")


class Died(BaseException):
    """The worker was killed: nothing catches this."""


def _dies_after(send):
    """Let the mail go out, then end the process before anything is written."""

    def send_messages(backend, messages):
        assert not connection.in_atomic_block  # what was noted before stays noted
        send(backend, messages)
        raise Died

    return send_messages


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_after_sending_sends_the_same_mail_again_and_says_so(
    monkeypatch,
):
    story = factory.judged("60")
    round_ = factory.released(story)
    with monkeypatch.context() as broken:
        broken.setattr(
            EmailBackend, "send_messages", _dies_after(EmailBackend.send_messages)
        )
        with pytest.raises(Died):
            mail_letters(Work(round_))
    letter = Letter.objects.get()
    assert (letter.mail_is_unsure, letter.mailed_at, letter.mail_repeated) == (
        True,
        None,
        False,
    )
    assert mail_letters(Work(round_)) == {"mailed": 1, "failed": 0}
    letter.refresh_from_db()
    assert (letter.mail_is_unsure, letter.mail_repeated) == (False, True)
    assert [m.extra_headers["Message-ID"] for m in mail.outbox] == [
        f"<letter.{letter.public_id}@log.example>"
    ] * 2
    (line,) = [
        line
        for line in entries_of(f"portfolios.letter:{letter.public_id}")
        if line.act == "portfolios.mail_letter"
    ]
    assert line.detail == {
        "message_id": f"<letter.{letter.public_id}@log.example>",
        "repeated": True,
    }
    assert mail_letters(Work(round_)) == {"mailed": 0, "failed": 0}
    assert len(mail.outbox) == 2


@pytest.mark.parametrize(
    ("fault", "unsure"),
    [
        (SMTPDataError(552, "too large"), False),
        (SMTPRecipientsRefused({}), False),
        (SMTPServerDisconnected("lost"), True),
        (TimeoutError("no answer"), True),
    ],
)
def test_only_a_server_that_said_no_surely_did_not_take_the_mail(
    story, monkeypatch, fault, unsure
):
    def send_messages(*_args):
        raise fault

    round_ = factory.released(story)
    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", send_messages)
        assert mail_letters(Work(round_)) == {"mailed": 0, "failed": 2}
    assert {le.mail_is_unsure for le in Letter.objects.all()} == {unsure}
    assert mail_letters(Work(round_)) == {"mailed": 2, "failed": 0}
    assert set(Letter.objects.values_list("mail_repeated", flat=True)) == {unsure}
    assert {line.mail_is_unsure for line in Letter.objects.all()} == {False}


def test_mails_of_different_letters_have_different_names(story):
    mail_letters(Work(factory.released(story)))
    assert len({m.extra_headers["Message-ID"] for m in mail.outbox}) == 2


def test_the_letters_of_a_round_are_listed_in_the_order_of_their_rank(story, decided):
    assert [
        letter.decision.dossier_id
        for letter in queries.letters_of(story.officer, decided)
    ] == [d.pk for d in story.dossiers]


def test_a_subject_stays_one_line_and_a_faulty_address_stops_no_other_letter(
    story, decided
):
    first, second = Letter.objects.order_by("pk")
    edited = edit(story, first, subject="Kết quả\nBcc: all@example.vn")
    assert edited.subject == "Kết quả Bcc: all@example.vn"
    factory.checked(story, decided, by=person(Role.OFFICER))
    factory.release(story, decided)
    Letter.objects.filter(pk=first.pk).update(subject="one\ntwo")
    assert mail_letters(Work(decided)) == {"mailed": 1, "failed": 1}
    assert [m.subject for m in mail.outbox] == [second.subject]
