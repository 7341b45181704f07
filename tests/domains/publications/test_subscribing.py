"""Readers are told what is new, once each, after they confirmed; their address goes with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.utils.timezone import now

from opensti.domains.publications import actions
from opensti.domains.publications.models import Subscription
from opensti.kernel.jobs.models import Job
from opensti.kernel.record.models import Entry, Secret
from opensti.kernel.refusals import Invalid, NotFound, TooMany
from tests.factories.tasks import Tasks

pytestmark = pytest.mark.django_db
ADDRESS = "ban.doc@example.org"


def asked(at, **said):
    actions.subscribe(
        **{
            "email": ADDRESS,
            "language": "en",
            "rhythm": "daily",
            "query": "q=kem",
            "at": at,
            **said,
        }
    )
    return Subscription.objects.order_by("-pk").first()


def confirmed(at, **said):
    row = asked(at, **said)
    token = actions.token(row, "confirm")
    return actions.confirm_subscription(token=token, at=at)


def zinc(at, title="Kẽm và chì"):
    task = Tasks.create(title_vi=title, title_en="", state="archived", year=2020)
    actions.index_rows(kind="task", rows=[task.pk], at=at)
    return task


def test_nothing_is_sent_before_the_link_of_the_mail_was_opened():
    at = now()
    row = asked(at)
    assert actions.mail_confirmation(subscription_id=row.pk)
    [sent] = mail.outbox
    link = f"/subscribe/confirm/{actions.token(row, 'confirm')}/"
    assert (sent.to, link in sent.body) == ([ADDRESS], True)
    zinc(at + timedelta(hours=1))
    assert actions.send_digests(at=at + timedelta(days=2)) == 0
    asked(at + timedelta(minutes=5))  # asked again: no second mail
    assert Job.objects.filter(kind="publications.mail_confirmation").count() == 1
    late = at + timedelta(days=8)
    with pytest.raises(NotFound):
        actions.confirm_subscription(token=actions.token(row, "confirm"), at=late)
    assert actions.drop_unconfirmed(at=late) == 1
    assert not Subscription.objects.exists()


def test_each_new_thing_is_told_once_in_the_readers_language():
    at = now()
    zinc(at - timedelta(days=1), "Kẽm cũ")
    row = confirmed(at)
    task = zinc(at + timedelta(hours=1))
    zinc(at + timedelta(hours=1), "Đồng")
    tomorrow = at + timedelta(days=1)
    assert actions.send_digests(at=tomorrow) == 1
    [sent] = mail.outbox
    assert sent.subject == "1 new: kem"
    assert (
        f"Tasks: Kẽm và chì\nhttp://localhost:8000/tasks/{task.public_id}/" in sent.body
    )
    assert ("Kẽm cũ" in sent.body, "Đồng" in sent.body) == (False, False)
    leave = f"http://localhost:8000/subscribe/leave/{actions.token(row, 'leave')}/"
    assert sent.extra_headers["List-Unsubscribe"] == f"<{leave}>"
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert leave in sent.body
    assert actions.send_digests(at=tomorrow) == 0
    assert actions.send_digests(at=tomorrow + timedelta(days=1)) == 0
    assert len(mail.outbox) == 1


def test_a_weekly_reader_waits_a_week_and_a_mail_not_taken_is_sent_the_next_day(
    monkeypatch,
):
    at = now()
    confirmed(at, rhythm="weekly")
    zinc(at + timedelta(hours=1))
    day = timedelta(days=1)

    def refuse(_mail):
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", refuse)
        assert actions.send_digests(at=at + 7 * day) == 0
    assert actions.send_digests(at=at + 8 * day) == 1
    zinc(at + 9 * day, "Kẽm nữa")
    assert actions.send_digests(at=at + 10 * day) == 0
    assert actions.send_digests(at=at + 15 * day) == 1


def test_who_leaves_is_erased_and_the_record_never_knew_the_address():
    at = now()
    row = confirmed(at)
    token = actions.token(row, "leave")
    with pytest.raises(NotFound):
        actions.unsubscribe(token=actions.token(row, "confirm"), at=at)
    actions.unsubscribe(token=token, at=at)
    actions.unsubscribe(token=token, at=at)  # a second click changes nothing
    assert not Subscription.objects.exists()
    acts = list(Entry.objects.order_by("position").values_list("act", flat=True))
    assert acts == ["publications.confirm_subscription", "publications.unsubscribe"]
    assert not any(ADDRESS in entry.body for entry in Entry.objects.all())
    assert not Entry.objects.filter(public=True).exists()
    assert not Secret.objects.exists()


def test_wrong_wishes_are_refused():
    at = now()
    for said in ({"email": "x"}, {"rhythm": "hourly"}):
        with pytest.raises(Invalid):
            asked(at, **said)
    with pytest.raises(NotFound):
        asked(at, kind="call", thing="nothing")
    for n in range(20):
        confirmed(at, query=f"q={n}a")
    with pytest.raises(TooMany):
        confirmed(at, query="q=more")


def test_a_stranger_neither_floods_an_address_nor_learns_of_it_nor_writes_to_it():
    at = now()
    for n in range(20):
        confirmed(at, query=f"q={n}a")
    Job.objects.all().delete()
    rows = [asked(at, query=f"q={n}b") for n in range(10)]
    assert Job.objects.filter(kind="publications.mail_confirmation").count() == 3
    rows[0].query = "q=Trúng thưởng! https://evil.example/?a=1 \r\nBcc: x@y.vn"
    rows[0].save()
    actions.mail_confirmation(subscription_id=rows[0].pk)
    [sent] = mail.outbox
    told = sent.body.partition("told of:")[2].partition("To confirm")[0].strip()
    assert (told, sent.to) == (
        "Trúng thưởng https evil example a 1 Bcc x y vn",
        [ADDRESS],
    )
