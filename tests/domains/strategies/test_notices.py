"""Who is told of what happened to decisions, values, plans and comments, and who is not."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse

from opensti.domains.registry.queries import actor_for
from opensti.domains.strategies import actions, queries
from opensti.kernel.jobs.models import Job
from opensti.kernel.jobs.queue import requeue, run_job
from opensti.kernel.record.queries import openings
from tests.factories import strategies_indicators as make
from tests.factories import strategies_plans as plans
from tests.factories import strategies_scorecard as scores
from tests.factories.registry import Memberships
from tests.factories.tasks import actor_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
KIND = "strategies.mail_notice"


def managed(**changed):
    """An agency and the account of its one manager."""
    agency = make.agency(**changed)
    return agency, manager_of(agency)


def manager_of(agency, **changed):
    user = make.account()
    Memberships.create(organisation=agency, user=user, manager=True, **changed)
    return user


def work():
    """Do every notice that waits; who was mailed which subject, each alone."""
    mail.outbox.clear()
    for job in Job.objects.filter(kind=KIND, state="waiting").order_by("pk"):
        run_job.func(job.pk)
    assert [len(m.recipients()) for m in mail.outbox] == [1] * len(mail.outbox)
    return sorted((m.to[0], m.subject) for m in mail.outbox)


def to(people, subject):
    return sorted((user.email, subject) for user in people)


def held_with(agency, **changed):
    plan = scores.plan()
    scores.target(plan, scores.card(), 20)
    drafted = scores.stocktake(plan)
    decision = scores.decision(
        drafted, **{"owner_id": agency.pk, "owner_name": ""} | changed
    )
    assert not Job.objects.filter(kind=KIND).exists()
    actions.hold_stocktake(
        actor=make.leader(), stocktake_id=drafted.pk, minutes="Đã xem.", at=make.AT
    )
    return decision


DECISION = "Thực hiện đến hết ngày 20/03/2026: quyết định của kỳ kiểm điểm"


def test_whoever_carries_a_decision_out_is_told_once_it_stands():
    (agency, first), (_other, _stranger) = managed(), managed()
    second = manager_of(agency)
    manager_of(agency, until=date(2025, 1, 1))
    decision = held_with(agency)
    assert work() == to([first, second], DECISION)
    body = mail.outbox[0].body
    assert [w in body for w in (decision.text, "20/03/2026", "Kiểm điểm năm 2025")] == [
        True
    ] * 3
    assert body.endswith(f"http://localhost:8000{reverse('home')}{_path(decision)}")
    manager = actor_for(user=first, on=make.TODAY, sudo=False)
    waits = queries.stocktakes_work(manager, make.TODAY)
    assert [(w.kind, w.url_args, w.due_on) for w in waits] == [
        ("stocktakes.decision", (decision.pk,), date(2026, 3, 20))
    ]
    subject = queries.stocktake_subject(decision.stocktake.public_id)
    assert [(told.detail, told.secret) for told in openings(subject, KIND)] == [
        ({"notice": "decided"}, {"user": user.pk}) for user in (first, second)
    ]


def _path(decision):
    return f"strategies/stocktake-decisions/{decision.pk}/"


def test_nobody_is_told_of_what_is_done_or_only_bears_a_name():
    agency, user = managed()
    decision = held_with(agency)
    actions.finish_stocktake_decision(
        actor=actor_for(user=user, on=make.TODAY, sudo=False),
        decision_id=decision.pk,
        outcome="Xong",
        done_on=make.TODAY,
        at=make.AT,
    )
    assert work() == []
    Job.objects.all().delete()
    held_with(agency, owner_id=None, owner_name="Vụ Khoa học")
    assert not Job.objects.filter(kind=KIND).exists()


class Killed(BaseException):
    """The worker is gone in the middle of its work."""


def test_a_retry_mails_those_again_whose_mail_was_not_taken_and_no_other(monkeypatch):
    agency, first = managed()
    second, closed = manager_of(agency), manager_of(agency)
    closed.is_active = False
    closed.save()
    held_with(agency)
    send = EmailBackend.send_messages

    def refuse(self, messages):
        if messages[0].to == [first.email]:
            raise SMTPRecipientsRefused({first.email: (550, b"no")})
        return send(self, messages)

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", refuse)
        assert work() == to([second], DECISION)
    job = Job.objects.get(kind=KIND)
    assert (job.state, first.email in job.fault) == ("waiting", False)
    assert work() == to([first], DECISION)
    job.refresh_from_db()
    assert (job.state, work()) == ("done", [])


def test_a_worker_that_dies_after_a_mail_mails_nobody_twice(monkeypatch):
    agency, first = managed()
    second = manager_of(agency)
    held_with(agency)
    send = EmailBackend.send_messages

    def send_and_die(self, messages):
        send(self, messages)
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", send_and_die)
        with pytest.raises(Killed):
            work()
    died_with = [m.to[0] for m in mail.outbox]
    requeue(Job.objects.get(kind=KIND), delay=timedelta(0), message="")
    assert died_with == [first.email]
    assert work() == to([second], DECISION)


def test_the_author_of_a_returned_value_is_told_why_and_no_colleague():
    agency, user = managed()
    manager_of(agency)
    card = make.card(code="A-1")
    make.campaign((agency, card))
    author = actor_of(user, manages=frozenset({agency.pk}))
    row = actions.enter_observation(
        actor=author,
        indicator_id=card.pk,
        reporter_id=agency.pk,
        facts=actions.ValueFacts(period="2025", value=Decimal(7)),
        at=make.AT,
    )
    actions.return_observation(
        actor=make.officer(),
        observation_id=row.pk,
        reason="Thiếu chi nhánh",
        version=1,
        at=make.AT,
    )
    assert work() == to([user], "Trả lại: A-1 kỳ 2025")
    body = mail.outbox[0].body
    assert ("Thiếu chi nhánh" in body, row.public_id in body) == (True, True)


def test_an_author_who_left_the_agency_is_not_told():
    agency = make.agency()
    user = manager_of(agency, until=date(2026, 3, 3))
    card = make.card()
    row = make.approved(
        card,
        "2025",
        7,
        reporter=agency,
        entered_by=user,
        state="entered",
        decided_by=None,
        decided_at=None,
    )
    actions.return_observation(
        actor=make.officer(),
        observation_id=row.pk,
        reason="Sai",
        version=1,
        at=make.AT,
    )
    assert Job.objects.filter(kind=KIND).count() == 1
    assert work() == []


def test_an_officer_finds_his_returned_value_until_it_is_reported_anew():
    first, second = make.officer(), make.officer()
    card = make.card()
    said = actions.ValueFacts(period="2025", value=Decimal(7))

    def enter():
        return actions.enter_observation(
            actor=first, indicator_id=card.pk, facts=said, at=make.AT
        )

    row = enter()
    actions.return_observation(
        actor=second, observation_id=row.pk, reason="Sai", version=1, at=make.AT
    )

    def waits(actor):
        return [(w.kind, w.url_args) for w in queries.indicator_work(actor, make.TODAY)]

    assert (waits(first), waits(second)) == (
        [("strategies.report_anew", (row.public_id,))],
        [],
    )
    enter()
    assert waits(first) == []


def consult(plan, until):
    plan.refresh_from_db()
    return actions.open_consultation(
        actor=plans.officer(),
        plan_id=plan.pk,
        comments_until=until,
        version=plan.version,
        at=plans.AT,
    )


def test_agencies_named_in_a_plan_learn_that_it_opens_and_is_issued():
    _named, user = managed(name_vi="Vụ Kế hoạch")
    managed()
    plan = plans.draft()
    assert not Job.objects.filter(kind=KIND).exists()
    day = date(2026, 7, 1)
    consult(plan, day)
    opened = "Lấy ý kiến đến hết ngày 01/07/2026: 1/QD-BCT"
    assert work() == to([user], opened)
    assert plan.public_id in mail.outbox[0].body
    consult(plan, day)
    assert work() == []
    consult(plan, date(2026, 7, 9))
    assert work() == to([user], opened.replace("01/", "09/"))
    plan.refresh_from_db()
    actions.issue_plan(
        actor=plans.leader(),
        plan_id=plan.pk,
        act_number="9/QĐ-BCT",
        issued_on=date(2026, 5, 30),
        version=plan.version,
        at=plans.AT,
    )
    assert work() == to([user], "Đã ban hành: 1/QD-BCT")
    assert "9/QĐ-BCT ngày 30/05/2026" in mail.outbox[0].body


def test_an_agency_whose_action_is_cancelled_is_not_told():
    managed(name_vi="Vụ Kế hoạch")
    plan = plans.draft()
    plan.actions.update(state="cancelled")
    consult(plan, date(2026, 7, 1))
    assert not Job.objects.filter(kind=KIND).exists()


def test_whoever_commented_learns_the_answer_and_nobody_else():
    managed(name_vi="Vụ Kế hoạch")
    plan = plans.open_for_comments()
    Job.objects.all().delete()
    author, other = make.account(), make.account()
    comments = [
        actions.comment_on_plan(
            actor=actor_of(user, "applicant"),
            plan_id=plan.pk,
            text="Xin rõ hơn",
            at=plans.AT,
        )
        for user in (author, other)
    ]
    actions.answer_comment(
        actor=plans.officer(),
        comment_id=comments[0].pk,
        answer="Đã bổ sung",
        taken_up=True,
        at=plans.AT,
    )
    assert work() == to([author], "Góp ý của ông/bà về 1/QD-BCT đã được trả lời")
    body = mail.outbox[0].body
    assert ("được tiếp thu:\n\nĐã bổ sung" in body, "không được" in body) == (
        True,
        False,
    )
