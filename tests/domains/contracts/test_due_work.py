"""What falls due without anybody asking finds whoever must act, and then the leader."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.actions import Found, Member
from opensti.domains.contracts.models import Contract
from opensti.domains.contracts.queries.amending import amendment_work
from opensti.domains.contracts.queries.due_work import due_work
from opensti.kernel.access import Role
from tests.factories import amendments as amendment_factory
from tests.factories import contracts as factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db
AT = factory.LATER
TODAY = date(2027, 3, 1)
NOBODY = (Role.AUDITOR, Role.ADMIN, Role.EXPERT)


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def lines(actor, today=TODAY):
    return [
        (w.kind, w.due_on and w.due_on.isoformat(), w.overdue)
        for w in due_work(actor, today)
    ]


def kinds(actor, today=TODAY):
    return [kind for kind, _due, _late in lines(actor, today)]


def outsiders(funded):
    party = person(
        Role.FINANCE,
        Role.OFFICER,
        Role.LEADER,
        member_of=frozenset({funded.contract.host_id}),
    )
    return [*(person(role) for role in NOBODY), funded.host, party]


def ask(funded, position):
    return actions.ask_payment(
        actor=funded.host,
        instalment_id=funded.contract.instalments.get(position=position).pk,
        text="Đã xong",
        at=AT,
    )


def test_finance_sees_the_first_advance_that_nobody_has_to_ask_for():
    funded = factory.running()
    first = funded.contract.starts_on
    assert lines(funded.finance, first - timedelta(days=15)) == []
    assert lines(funded.finance, first - timedelta(days=14)) == [
        ("contracts.pay_due", "2026-09-01", False)
    ]
    assert lines(funded.finance) == [("contracts.pay_due", "2026-09-01", True)]
    assert [lines(who) for who in outsiders(funded)] == [[]] * 5
    asked = ask(funded, 1)
    assert lines(funded.finance) == []
    actions.accept_payment_request(actor=funded.officer, request_id=asked.pk, at=AT)
    assert lines(funded.finance) == []  # it stands there as what was accepted


def test_finance_sees_an_instalment_once_its_milestone_is_reached():
    funded = factory.running()
    amendment_factory.paid(funded)
    soon = date(2027, 5, 18)
    assert lines(funded.finance, soon) == []
    actions.reach_milestone(
        actor=funded.officer,
        milestone_id=funded.contract.milestones.get(position=1).pk,
        reached_on=TODAY,
        evidence="BB 03",
        at=AT,
    )
    assert lines(funded.finance, soon - timedelta(days=1)) == []
    assert lines(funded.finance, soon) == [("contracts.pay_due", "2027-06-01", False)]


def evidence(actor, today):
    return [
        (w.due_on and w.due_on.isoformat(), w.overdue)
        for w in queries.money_work(actor, today)
        if w.kind == "contracts.answer_payment_request"
    ]


def test_evidence_waits_by_the_day_of_the_procedure_and_then_for_the_leader():
    funded = amendment_factory.running("moit_2014")
    ask(funded, 1)
    assert evidence(funded.officer, TODAY) == [("2027-03-29", False)]
    assert evidence(funded.officer, date(2027, 3, 30)) == [("2027-03-29", True)]
    name = "payment_requests.escalated"
    assert name not in kinds(funded.leader, date(2027, 4, 12))
    assert (name, "2027-03-29", True) in lines(funded.leader, date(2027, 4, 13))


def test_the_yearly_check_is_asked_for_until_one_is_announced():
    funded = amendment_factory.running("moit_2014")
    by = date(2027, 8, 7)
    assert funded.contract.signed_on == date(2026, 8, 7)
    assert kinds(funded.officer, by - timedelta(days=15)) == []
    wanted = ("checks.plan", by.isoformat(), False)
    assert lines(funded.officer, by - timedelta(days=14)) == [wanted]
    assert lines(funded.officer, by + timedelta(days=1)) == [
        ("checks.plan", by.isoformat(), True)
    ]
    Contract.objects.filter(pk=funded.contract.pk).update(
        officer_id=funded.officer.user_id
    )
    assert kinds(person(Role.OFFICER), by) == []
    actions.plan_check(
        actor=funded.officer,
        contract_id=funded.contract.pk,
        planned_on=by + timedelta(days=20),
        team=[Member(name="A")],
        reason="Định kỳ",
        at=datetime(2027, 8, 1, 2, 0, tzinfo=UTC),
    )
    assert kinds(funded.officer, by) == []


def test_no_check_is_asked_for_where_the_procedure_names_no_interval():
    funded = amendment_factory.running("nd268_2025")
    assert kinds(funded.officer, date(2028, 8, 1)) == []


def test_the_leader_sees_findings_and_money_that_are_long_overdue():
    funded = amendment_factory.running("moit_2014", lump="final_product")
    check = actions.plan_check(
        actor=funded.officer,
        contract_id=funded.contract.pk,
        planned_on=date(2027, 3, 15),
        team=[Member(name="A")],
        reason="Định kỳ",
        at=AT,
    )
    actions.hold_check(
        actor=funded.officer,
        check_id=check.pk,
        held_on=date(2027, 3, 15),
        host_side="",
        content="x",
        opinion="",
        conclusion="x",
        findings=[Found(severity="minor", text="x", mend_by=date(2027, 3, 20))],
        at=datetime(2027, 3, 15, 2, 0, tzinfo=UTC),
        expected_version=1,
    )
    assert kinds(funded.leader, date(2027, 4, 3)) == []
    assert lines(funded.leader, date(2027, 4, 4)) == [
        ("findings.escalated", "2027-03-20", True)
    ]
    amendment_factory.paid(funded)
    amendment_factory.ending(funded)
    claim = amendment_factory.ended(funded).claim
    late = claim.due_on + timedelta(days=15)
    assert kinds(funded.leader, late - timedelta(days=1)) == []
    assert lines(funded.leader, late) == [
        ("claims.escalated", claim.due_on.isoformat(), True)
    ]
    assert [lines(who, late) for who in outsiders(funded)] == [[]] * 5
    actions.receive_claim(
        actor=funded.finance,
        claim_id=claim.pk,
        amount=claim.amount,
        received_on=amendment_factory.ENDED.date(),
        reference="GBC-1",
        at=amendment_factory.ENDED,
    )
    assert lines(funded.leader, late) == []


def test_the_leaders_list_costs_one_query_and_one_more_for_working_days(
    django_assert_num_queries,
):
    funded = amendment_factory.running("moit_2014")
    with django_assert_num_queries(1):
        due_work(funded.leader, date(2028, 1, 1))
    ask(funded, 1)
    with django_assert_num_queries(2):
        assert kinds(funded.leader, date(2028, 1, 1)) == ["payment_requests.escalated"]


def test_the_officer_is_asked_for_an_opinion_on_what_the_leader_decides():
    funded = amendment_factory.running()
    amendment = amendment_factory.asked(funded, "extend", months=3, actor=funded.host)

    def told(actor):
        return [w.kind for w in amendment_work(actor, TODAY)]

    assert told(funded.officer) == ["contracts.give_opinion"]
    assert told(funded.leader) == ["contracts.decide_amendment"]
    actions.give_opinion(
        actor=funded.officer, amendment_id=amendment.pk, text="Đồng ý.", at=AT
    )
    assert told(funded.officer) == []
    assert told(funded.leader) == ["contracts.decide_amendment"]


def days(actor, *, since=TODAY):
    watched = {
        "amendment",
        "ending",
        "claim",
        "evidence",
        "confirmation",
        "check_wanted",
    }
    return [
        (day.kind, day.on.isoformat())
        for day in queries.days_of(actor, since=since)
        if day.kind in watched
    ]


def test_the_calendar_holds_every_day_that_somebody_waits_for():
    funded = amendment_factory.running("moit_2014", lump="final_product")
    ask(funded, 1)
    assert days(funded.finance) == [
        ("evidence", "2027-03-29"),
        ("check_wanted", "2027-08-07"),
    ]
    amendment_factory.paid(funded)
    ending = amendment_factory.ending(funded, until="reporting")
    assert ("ending", ending.report_due_on.isoformat()) in days(funded.host)
    assert [days(person(role)) for role in (Role.ADMIN, Role.EXPERT)] == [[], []]


def test_the_calendar_holds_what_is_to_be_decided():
    funded = amendment_factory.running("nd268_2025")
    amendment = amendment_factory.asked(funded, "extend", months=3)
    assert days(funded.leader) == [("amendment", amendment.due_on.isoformat())]


def test_the_calendar_holds_what_is_to_come_back():
    ended = amendment_factory.running("moit_2014", lump="final_product")
    amendment_factory.paid(ended)
    amendment_factory.ending(ended)
    claim = amendment_factory.ended(ended).claim
    assert claim.amount > Decimal(0)
    assert ("claim", claim.due_on.isoformat()) in days(ended.finance)
