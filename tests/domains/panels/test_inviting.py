"""Letters to members: one click, one answer; reminders that never repeat themselves."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.urls import reverse
from django.utils.translation import override

from opensti.domains.panels import actions
from opensti.domains.panels.jobs import mail_letters, remind
from opensti.domains.panels.models import Invitation, Reminder, Seat
from opensti.domains.panels.queries import unmailed, work_for
from opensti.kernel.access import Role
from opensti.kernel.jobs.models import Job
from opensti.kernel.record.models import Entry
from opensti.kernel.refusals import Invalid, NotFound, StepNotAllowed
from tests.factories import panels
from tests.factories.tasks import actor_of

pytestmark = pytest.mark.django_db
AT = panels.AT
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def in_english():
    with override("en"):
        yield


@pytest.fixture
def council(office):
    formed = panels.formed(office, dossiers=panels.eligible_dossiers(office))
    panels.seated(office, formed)
    return panels.set_up(office, formed)


@pytest.fixture
def seat(council):
    return council.seats.order_by("pk").first()


@pytest.fixture
def letter(seat):
    return actions.invite(seat_id=seat.pk, at=AT)


def by_link(letter, *, accept=True, reason="", at=AT):
    return actions.answer_by_link(
        token=actions.link_token(letter), accept=accept, reason=reason, at=at
    )


class Work:
    def progress(self, done, *, total):
        """Nobody watches."""


def test_setting_up_asks_for_the_letters_once(council):
    asked = sorted(Job.objects.values_list("kind", flat=True))
    assert asked == ["panels.find_conflicts", "panels.mail_letters"]
    assert mail_letters(Work()) == {"mailed": 7, "left": 0}
    assert mail_letters(Work()) == {"mailed": 0, "left": 0}
    assert len(mail.outbox) == 7
    first = mail.outbox[0]
    assert first.subject == "Giấy mời tham gia hội đồng"
    assert f"{reverse('home')}councils/answer/" in first.body
    assert "Nhiệm vụ thứ" not in first.body
    assert Invitation.objects.filter(mailed_at=None).count() == 0


def test_who_comes_in_for_another_is_written_to_at_once(office, council, seat):
    mail_letters(Work())
    Job.objects.all().delete()
    new = panels.expert()
    actions.replace_seat(
        actor=office.officer,
        seat_id=seat.pk,
        person_id=new.person_id,
        decision_number="216/QĐ-BCT",
        at=AT,
    )
    assert "panels.mail_letters" in Job.objects.values_list("kind", flat=True)
    assert mail_letters(Work()) == {"mailed": 1, "left": 0}
    letter = Invitation.objects.get(seat__person_id=new.person_id)
    assert letter.mailed_at is not None


def test_a_click_takes_the_seat_and_a_second_one_does_nothing(letter, seat):
    by_link(letter)
    entries = Entry.objects.count()
    by_link(letter)
    seat.refresh_from_db()
    assert (seat.state, Entry.objects.count()) == ("accepted", entries)
    assert not hasattr(seat, "undertaking")


def test_declining_takes_a_reason(letter, seat):
    with pytest.raises(Invalid):
        by_link(letter, accept=False, reason=" ")
    by_link(letter, accept=False, reason="Đi công tác.")
    seat.refresh_from_db()
    assert (seat.state, seat.declaration) == ("declined", "Đi công tác.")
    with pytest.raises(StepNotAllowed):
        by_link(letter)


def test_officers_find_whose_seat_waits_for_somebody_else(
    office, letter, seat, council
):
    def waiting(actor):
        lines = work_for(actor, AT.date())
        return [line.url_args for line in lines if line.kind == "panels.replace"]

    assert waiting(office.officer) == []
    by_link(letter, accept=False, reason="Bận.")
    assert waiting(office.officer) == [(council.public_id,)]
    assert waiting(office.secretary) == []
    actions.replace_seat(
        actor=office.officer,
        seat_id=seat.pk,
        person_id=panels.expert().person_id,
        decision_number="216/QĐ-BCT",
        at=AT,
    )
    assert waiting(office.officer) == []


def test_asking_changes_nothing_and_tells_no_case(letter, seat):
    entries = Entry.objects.count()
    asked = actions.asked_by_link(token=actions.link_token(letter), at=AT)
    seat.refresh_from_db()
    assert (asked.open, asked.seat, seat.state) == (True, seat, "invited")
    assert Entry.objects.count() == entries
    assert set(vars(asked)) == {
        "letter",
        "seat",
        "council",
        "secret",
        "answered",
        "expired",
        "open",
    }


def test_a_link_ends_and_a_forged_one_is_none(letter):
    with pytest.raises(StepNotAllowed):
        by_link(letter, at=letter.expires_at)
    token = actions.link_token(letter)
    for wrong in (token[:-1], token + "a", "", "x:y:z"):
        with pytest.raises(NotFound):
            actions.asked_by_link(token=wrong, at=AT)


def test_a_link_dies_with_the_seat(office, letter, seat, council):
    actions.replace_seat(
        actor=office.officer,
        seat_id=seat.pk,
        person_id=panels.expert().person_id,
        decision_number="216/QĐ-BCT",
        at=AT,
    )
    with pytest.raises(NotFound):
        by_link(letter)
    new = Seat.objects.get(council=council, role="chair", state="invited")
    assert actions.invite(seat_id=new.pk, at=AT).nonce != letter.nonce


def test_who_is_asked_anew_gets_another_link(letter, seat):
    by_link(letter, accept=False, reason="Bận.")
    Seat.objects.filter(pk=seat.pk).update(state="invited", answered_at=None)
    old = actions.link_token(letter)
    anew = actions.invite(seat_id=seat.pk, at=AT + DAY)
    with pytest.raises(NotFound):
        actions.asked_by_link(token=old, at=AT + DAY)
    assert by_link(anew, at=AT + DAY).answered


def test_an_answer_in_the_system_spends_the_link(letter, seat, council):
    actions.answer_invitation(
        actor=actor_of_seat(seat), seat_id=seat.pk, accept=True, at=AT
    )
    with pytest.raises(StepNotAllowed):
        by_link(letter, accept=False, reason="x")


def actor_of_seat(seat):
    return actor_of(seat.person.user, Role.EXPERT, person_id=seat.person_id)


def test_a_mail_of_unknown_fate_goes_out_again_under_the_same_name(letter, monkeypatch):
    def lost(self):
        raise SMTPServerDisconnected("gone")

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", lost)
        assert not actions.mail_letter(kind="invitation", letter_id=letter.pk, at=AT)
    letter.refresh_from_db()
    assert (letter.mail_tried_at, letter.mailed_at, letter.mail_error) == (
        AT,
        None,
        "gone",
    )
    assert actions.mail_letter(kind="invitation", letter_id=letter.pk, at=AT + DAY)
    assert actions.mail_letter(kind="invitation", letter_id=letter.pk, at=AT + DAY)
    sent = [m.extra_headers["Message-ID"] for m in mail.outbox]
    assert sent == [
        f"<invitation.{letter.public_id}.{int(AT.timestamp())}@log.example>"
    ]


def test_no_mail_goes_to_who_has_answered(letter):
    by_link(letter)
    assert not actions.mail_letter(kind="invitation", letter_id=letter.pk, at=AT)
    assert (mail.outbox, unmailed()) == ([], [])


def kinds():
    return list(Reminder.objects.order_by("pk").values_list("kind", flat=True))


def test_reminders_come_once_each_and_the_last_to_the_secretary(letter, seat):
    for days in (0, 2, 3, 3, 4, 7, 8, 8):
        actions.note_reminders(at=AT + days * DAY)
    assert kinds() == ["unanswered", "no_answer"]
    by_link(letter, at=AT + 8 * DAY)
    for days in (9, 11, 12):
        actions.note_reminders(at=AT + days * DAY)
    assert kinds() == ["unanswered", "no_answer", "unsigned"]


def test_reviews_are_reminded_of_before_and_after_their_day(office):
    council, members = panels.prepared(
        office, dossiers=panels.eligible_dossiers(office)
    )
    item = panels.item_of(council)
    actions.assign_reviewers(
        actor=office.secretary,
        item_id=item.pk,
        seat_ids=[panels.seat_of(council, members[2]).pk],
        due_on=(AT + 10 * DAY).date(),
        at=AT,
    )
    for days in (1, 6, 7, 8, 10, 11, 12, 14, 15):
        actions.note_reminders(at=AT + days * DAY)
    assert kinds() == ["due_soon", "overdue", "no_review"]
    mail.outbox.clear()
    for kind, pk in unmailed():
        if kind == "reminder":
            actions.mail_letter(kind=kind, letter_id=pk, at=AT)
    to = [m.to[0] for m in mail.outbox]
    assert len(to) == 3
    assert to[0] == to[1]
    assert to[2] == council.secretary.email
    assert all("Nhiệm vụ thứ" not in m.body for m in mail.outbox)


def test_the_daily_job_run_twice_adds_nothing(letter):
    later = AT + 3 * DAY
    remind(later)
    remind(later)
    assert kinds() == ["unanswered"]
    assert Job.objects.filter(kind="panels.mail_letters").count() == 1


def test_no_reminder_goes_out_for_what_was_done_meanwhile(letter):
    actions.note_reminders(at=AT + 3 * DAY)
    by_link(letter, at=AT + 3 * DAY)
    reminder = Reminder.objects.get()
    assert not actions.mail_letter(
        kind="reminder", letter_id=reminder.pk, at=AT + 3 * DAY
    )
    assert mail.outbox == []
