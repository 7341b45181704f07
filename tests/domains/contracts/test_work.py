"""What contracts ask of people today, and who is told of what is late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from opensti.domains.accounts.models import RoleGrant, User
from opensti.domains.contracts import actions, jobs, queries
from opensti.domains.contracts.actions import Found, Member
from opensti.domains.contracts.models import Contract, ReportDue, Telling
from opensti.kernel.access import Role
from opensti.kernel.jobs.models import Job
from tests.factories import contracts as factory
from tests.factories import reports as report_factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
AT = datetime(2027, 3, 1, 2, 0, tzinfo=UTC)
TODAY = AT.date()


def lines(actor, today=TODAY):
    return [
        (w.kind, w.due_on and w.due_on.isoformat(), w.overdue)
        for w in queries.work_for(actor, today)
        if not w.kind.startswith("contracts.deadline")
    ]


def first(funded, rule="progress"):
    return ReportDue.objects.get(contract=funded.contract, rule=rule, number=1)


def test_the_host_is_asked_for_what_is_due_soon_and_late():
    funded = factory.running()
    assert lines(funded.host, date(2026, 10, 1)) == []
    report_factory.begun(funded, first(funded), at=AT)
    assert lines(funded.host) == [
        ("reports.due", "2026-12-15", True),
        ("reports.due", "2027-02-11", True),
        ("reports.draft", "2027-02-11", True),
    ]


def test_what_is_handed_in_asks_the_office_and_figures_also_finance():
    funded = factory.running()
    advance = ("contracts.pay_due", "2026-09-01", True)
    assert lines(funded.finance) == [advance]
    report_factory.submitted(funded, first(funded), at=AT)
    report_factory.submitted(funded, first(funded, "financial"), at=AT)
    asked = [k for k, _due, _late in lines(funded.officer)]
    assert asked.count("reports.judge") == 2
    judged = ("reports.judge", "2027-03-01", False)
    assert lines(funded.finance) == [judged, advance]
    # an officer who keeps the contract is asked alone
    other = person(Role.OFFICER)
    Contract.objects.filter(pk=funded.contract.pk).update(
        officer_id=funded.officer.user_id
    )
    assert "reports.judge" not in [k for k, _due, _late in lines(other)]


def test_what_is_long_overdue_stands_in_the_leaders_list_too():
    funded = factory.running()
    assert lines(funded.leader, date(2026, 12, 29)) == []
    assert lines(funded.leader, date(2026, 12, 30)) == [
        ("reports.escalated", "2026-12-15", True)
    ]


def test_checks_and_findings_ask_each_side_in_turn():
    funded = factory.running()
    check = actions.plan_check(
        actor=funded.officer,
        contract_id=funded.contract.pk,
        planned_on=TODAY,
        team=[Member(name="A")],
        reason="Định kỳ",
        at=AT,
    )
    assert ("checks.hold", TODAY.isoformat(), False) in lines(funded.officer)
    actions.hold_check(
        actor=funded.officer,
        check_id=check.pk,
        held_on=TODAY,
        host_side="",
        content="x",
        opinion="",
        conclusion="x",
        findings=[Found(severity="minor", text="x", mend_by=date(2027, 3, 9))],
        at=AT,
        expected_version=1,
    )
    assert ("findings.mend", "2027-03-09", False) in lines(funded.host)
    finding = check.findings.get()
    actions.mend_finding(
        actor=funded.host,
        finding_id=finding.pk,
        mended_on=TODAY,
        mending="Xong",
        at=AT,
        expected_version=1,
    )
    assert "findings.mend" not in [k for k, _d, _o in lines(funded.host)]
    assert ("findings.judge", TODAY.isoformat(), False) in lines(funded.officer)


def test_nobody_else_is_asked_anything():
    funded = factory.running()
    report_factory.submitted(funded, first(funded), at=AT)
    party = person(Role.OFFICER, member_of=frozenset({funded.contract.host_id}))
    for actor in (
        funded.story.applicants[1],
        party,
        person(Role.EXPERT),
        person(Role.ADMIN),
    ):
        assert queries.work_for(actor, TODAY) == []


@pytest.mark.parametrize("n", [1, 3])
def test_the_queue_costs_the_same_however_much_there_is(
    django_assert_max_num_queries, n
):
    funded = factory.running()
    for rule in ("progress", "financial", "annual")[:n]:
        number = 2026 if rule == "annual" else 1
        due = ReportDue.objects.get(contract=funded.contract, rule=rule, number=number)
        report_factory.submitted(funded, due, at=AT)
    with django_assert_max_num_queries(15):
        queries.work_for(funded.officer, TODAY)


def told():
    rows = Telling.objects.order_by("step", "due_on", "user_id")
    return [(t.step, t.due_on.isoformat(), t.user_id) for t in rows]


def test_each_step_of_reminding_is_told_once():
    funded = factory.running()
    host = funded.contract.dossier.created_by_id
    soon = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
    assert actions.escalate_overdue(at=soon) == 1
    assert actions.escalate_overdue(at=soon + timedelta(hours=1)) == 0
    assert told() == [("soon", "2026-12-15", host)]
    RoleGrant.objects.create(
        user_id=funded.leader.user_id, role=Role.LEADER, since=date(2026, 1, 1)
    )
    late = datetime(2026, 12, 30, 2, 0, tzinfo=UTC)
    actions.escalate_overdue(at=late)
    leader = funded.leader.user_id
    assert told() == [
        *(
            ("escalated", "2026-12-15", who)
            for who in sorted([funded.officer.user_id, host, leader])
        ),
        ("soon", "2026-12-15", host),
    ]


def test_the_mails_go_out_once_and_only_while_the_report_is_owed():
    funded = factory.running()
    jobs.remind(AT)
    assert Job.objects.filter(kind="contracts.mail_tellings").count() == 1
    jobs.remind(AT)
    assert Job.objects.filter(kind="contracts.mail_tellings").count() == 1
    report_factory.submitted(funded, first(funded), at=AT)
    for telling_id in [*queries.unmailed_tellings(AT), *queries.unmailed_tellings(AT)]:
        actions.mail_telling(telling_id=telling_id, at=AT)
    assert sorted(m.subject for m in mail.outbox) == [
        "Báo cáo quá hạn: 01.26/HĐ-ĐMST, Báo cáo phục vụ đánh giá hằng năm 2026",
        "Báo cáo quá hạn: 01.26/HĐ-ĐMST, Báo cáo sử dụng kinh phí 1",
    ]
    # Those to the officer wait: the account of this test has no role in the house.
    assert Telling.objects.filter(mailed_at=None).count() == 4


def test_no_mail_goes_to_an_account_that_may_not_know():
    funded = factory.running()
    stranger = person(Role.LEADER)
    Telling.objects.create(
        contract=funded.contract,
        thing=first(funded).public_id,
        due_on=first(funded).due_on,
        step="escalated",
        user=User.objects.get(pk=stranger.user_id),
        made_at=AT,
    )
    actions.mail_telling(telling_id=Telling.objects.get().pk, at=AT)
    assert mail.outbox == []
