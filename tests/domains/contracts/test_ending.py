"""A contract ends early: every đồng is accounted for, and what is owed is claimed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils.translation import override

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.models import Claim, Ending, Payment
from opensti.domains.procedures.models import Case
from opensti.domains.procedures.queries import deadlines_of
from opensti.kernel.access import PUBLIC, Role
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import amendments as factory
from tests.factories import contracts as contract_factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def legacy(lump="final_product"):
    funded = factory.running("moit_2014", lump=lump)
    return funded, factory.paid(funded)


def rows(ending):
    return [
        (r["money"], int(r["amount"]), r["share"], int(r["refund"]))
        for r in ending.working
    ]


@pytest.mark.parametrize(
    ("lump", "cause", "share", "part"),
    [
        ("final_product", "subjective", "2/5", Fraction(2, 5)),
        ("partial", "subjective", "3/10", Fraction(3, 10)),
        ("final_product", "objective", "0", Fraction(0)),
    ],
)
def test_what_goes_back_under_the_old_rules(lump, cause, share, part):
    funded, whole = legacy(lump)
    factory.ending(funded)
    done = factory.ended(funded, cause=cause)
    proper = int(whole) - 150
    back = round(proper * part)
    assert rows(done) == [
        ("unused", 100, "1", 100),
        ("proper", proper, share, back),
        ("unproven", 50, "1", 50),
    ]
    claim = Claim.objects.get()
    assert (done.claim, claim.amount, claim.working) == (
        claim,
        Decimal(back + 150),
        done.working,
    )
    assert (claim.due_on, claim.basis) == (
        date(2027, 7, 5),
        "TL27",
    )  # the 3rd: Saturday
    assert funded.again().case.state == "recovering"


def test_the_leader_may_ask_for_more_and_not_for_less():
    funded, _whole = legacy()
    factory.ending(funded)
    with pytest.raises(Invalid) as refused:
        factory.ended(funded, shares={"proper": Fraction(39, 100)})
    refusal = refused.value
    assert [(p.field, str(p.message)) for p in refusal.problems] == [
        ("share_proper", "Of money properly used between 40 % and 100 %.")
    ]
    assert (refusal.article, str(refusal.who)) == (
        "TL27",
        "nobody under this procedure",
    )
    assert funded.again().case.state == "suspended"
    done = factory.ended(funded, shares={"proper": Fraction(1, 2)})
    assert rows(done)[1][2] == "1/2"


def test_the_days_are_the_procedures():
    """15 working days over the Hùng Kings' day, then 30 over the days of May."""
    funded, _whole = legacy()
    ending = factory.ending(funded)
    assert (ending.report_due_on, ending.check_due_on) == (
        date(2027, 4, 23),
        date(2027, 5, 26),
    )


def test_where_no_time_is_named_none_is_due():
    funded = factory.running("nd268_2025")
    factory.paid(funded)
    ending = factory.ending(funded)
    assert (ending.report_due_on, ending.check_due_on) == (None, None)


def test_ending_stops_the_acceptance_and_its_deadlines():
    funded, _whole = legacy()
    factory.ending(funded)
    acceptance = funded.contract.acceptance
    version = funded.contract.case.regime_version
    Case.objects.filter(pk=acceptance.case_id).update(
        regime_version=version, regime_sha256=version.sha256
    )
    factory.ended(funded)
    acceptance.case.refresh_from_db()
    assert (acceptance.case.stage, acceptance.case.state) == ("stopped", "cancelled")
    assert {d.state for d in deadlines_of(acceptance.case_id)} <= {"void"}


@pytest.mark.parametrize("regime", ["moit_2026", "nd268_2025"])
def test_an_accepted_risk_pays_back_nothing_that_was_properly_used(regime):
    funded = factory.running(regime)
    whole = factory.paid(funded)
    factory.ending(funded)
    factory.found(funded)
    done = factory.ended(funded, risk_accepted=True, cause="objective")
    assert rows(done) == [
        ("unused", 100, "1", 100),
        ("proper", int(whole) - 150, "0", 0),
        ("unproven", 50, "1", 50),
    ]
    assert (done.risk_accepted, done.refund) == (True, Decimal(150))


@pytest.mark.parametrize(
    "shown", [{"unmet": "report_honest"}, {"evidence": False}, None]
)
def test_a_risk_is_accepted_only_on_every_condition_with_evidence(shown):
    funded = factory.running()
    factory.paid(funded)
    factory.ending(funded)
    if shown is not None:
        factory.found(funded, **shown)
    with pytest.raises(Invalid) as refused:
        factory.ended(funded, risk_accepted=True)
    assert {p.field for p in refused.value.problems} == {"risk_accepted"}
    assert len(refused.value.problems) == (
        1 if shown == {"unmet": "report_honest"} else 4
    )
    assert refused.value.article == "ND267 Art 35"


def test_a_risk_not_accepted_leaves_the_share_to_the_leader():
    funded = factory.running()
    whole = factory.paid(funded)
    factory.ending(funded)
    with pytest.raises(Invalid) as refused:
        factory.ended(funded)
    assert [p.field for p in refused.value.problems] == ["risk_accepted"]
    done = factory.ended(
        funded, risk_accepted=False, shares={"proper": Fraction(1, 10)}
    )
    assert rows(done)[1] == (
        "proper",
        int(whole) - 150,
        "1/10",
        round((int(whole) - 150) * Fraction(1, 10)),
    )


def test_a_finding_is_replaced_by_a_later_one_and_names_who_judged():
    funded = factory.running()
    factory.paid(funded)
    ending = factory.ending(funded)
    for actor, met in ((funded.officer, True), (funded.leader, False)):
        actions.judge_condition(
            actor=actor,
            contract_id=funded.contract.pk,
            condition="no_fraud",
            met=met,
            text="Theo hồ sơ.",
            at=factory.CHECKED,
        )
    (finding,) = queries.findings_of(ending).values()
    assert (finding.met, finding.judged_by_id) == (False, funded.leader.user_id)
    with pytest.raises(NotFound):
        actions.judge_condition(
            actor=funded.officer,
            contract_id=funded.contract.pk,
            condition="luck",
            met=True,
            text="x",
            at=factory.CHECKED,
        )


def test_every_dong_that_was_paid_is_in_one_of_three_places():
    funded, whole = legacy()
    factory.ending(funded, until="reported")
    wrong = {"proper": (1, 2, 3), "unused": (-1, int(whole) + 1, 0)}
    wrong |= {"unproven": (Decimal(0), whole, Decimal("0.5"))}
    for field, parts in wrong.items():
        with pytest.raises(Invalid) as refused:
            actions.check_ending(
                actor=funded.finance,
                contract_id=funded.contract.pk,
                unused=Decimal(parts[0]),
                proper=Decimal(parts[1]),
                unproven=Decimal(parts[2]),
                note="x",
                at=factory.CHECKED,
            )
        assert [p.field for p in refused.value.problems] == [field]


def test_money_that_is_paid_after_the_check_is_checked_again():
    funded, _whole = legacy()
    factory.ending(funded)
    second = funded.contract.instalments.get(position=2)
    Payment.objects.create(
        contract=funded.contract,
        instalment=second,
        amount=second.amount,
        paid_on=factory.CHECKED.date(),
        reference="UNC 2",
        made_at=factory.CHECKED,
    )
    with pytest.raises(Stale):
        factory.ended(funded)
    assert not Claim.objects.exists()


def test_a_task_that_was_never_paid_owes_nothing():
    funded = factory.running("moit_2014", lump="partial")
    given = {"contract_id": funded.contract.pk}
    actions.ask_ending(actor=funded.officer, reason="x", at=factory.ASKED, **given)
    actions.begin_ending(actor=funded.leader, at=factory.BEGUN, **given)
    nothing = Decimal(0)
    actions.report_ending(
        actor=funded.host,
        report="x",
        plan_products="x",
        plan_assets="x",
        unused=nothing,
        at=factory.REPORTED,
        **given,
    )
    actions.check_ending(
        actor=funded.officer,
        unused=nothing,
        proper=nothing,
        unproven=nothing,
        note="x",
        at=factory.CHECKED,
        **given,
    )
    done = factory.ended(funded)
    assert (done.claim, done.refund, funded.again().case.state) == (
        None,
        nothing,
        "terminated",
    )


def test_a_failed_task_goes_the_same_way_without_being_ended_again():
    funded, _whole = legacy()
    actions.fail_contract(
        actor=funded.leader,
        contract_id=funded.contract.pk,
        reason="Không đạt.",
        at=factory.ASKED,
    )
    begun = actions.ask_ending(
        actor=funded.officer,
        contract_id=funded.contract.pk,
        reason="Không đạt.",
        at=factory.ASKED,
    )
    assert (begun.state, begun.after_failure) == ("reporting", True)
    with pytest.raises(StepNotAllowed):
        actions.drop_ending(
            actor=funded.leader,
            contract_id=funded.contract.pk,
            reason="x",
            at=factory.ASKED,
        )


def test_what_is_not_pursued_lets_the_contract_run_and_may_be_asked_again():
    funded, _whole = legacy()
    factory.ending(funded, until="reporting")
    assert funded.again().case.state == "suspended"
    actions.drop_ending(
        actor=funded.leader,
        contract_id=funded.contract.pk,
        reason="Có đối tác mới.",
        at=factory.REPORTED,
    )
    assert funded.again().case.state == "running"
    assert queries.ending_of(funded.officer, funded.contract) is None
    assert factory.ending(funded, until="asked").state == "asked"
    with pytest.raises(StepNotAllowed):
        factory.ending(funded, until="asked")


def test_each_hand_does_its_own_part():
    funded, _whole = legacy()
    factory.ending(funded)
    for actor in (funded.officer, funded.finance, funded.host, person(Role.AUDITOR)):
        with pytest.raises(AccessDenied):
            factory.ended(funded, actor=actor)
    for actor in (PUBLIC, person(Role.EXPERT), funded.story.applicants[1]):
        with pytest.raises(NotFound):
            factory.ended(funded, actor=actor)
        assert queries.ending_of(actor, funded.contract) is None
    assert Ending.objects.get().state == "checked"


def test_whoever_is_second_finds_it_decided():
    funded, _whole = legacy()
    ending = factory.ending(funded)
    factory.ended(funded, version=ending.version)
    with pytest.raises(Stale):
        factory.ended(funded, version=ending.version)
    with pytest.raises(StepNotAllowed):
        factory.ended(funded)
    assert Claim.objects.count() == 1


def test_nothing_is_claimed_while_the_contract_runs():
    funded, _whole = legacy()
    with pytest.raises(StepNotAllowed):
        actions.claim_money(
            actor=funded.leader,
            contract_id=funded.contract.pk,
            amount=Decimal(1),
            reason="x",
            basis="",
            decision_number="1",
            decided_on=factory.ENDED.date(),
            due_on=None,
            working=[],
            at=factory.ENDED,
        )


def test_who_owes_is_told_and_whether_it_may_compete():
    funded, _whole = legacy()
    factory.ending(funded)
    factory.ended(funded)
    day = factory.ENDED.date()
    assert queries.owing_known(funded.finance, day - timedelta(days=1)) == []
    (owing,) = queries.owing_known(funded.finance, day)
    assert (owing.host_id, owing.barred, owing.late) == (
        funded.contract.host_id,
        True,
        False,
    )
    (owing,) = queries.owing_known(funded.finance, date(2027, 8, 1))
    assert owing.late


def test_what_waits_is_on_the_page_of_whoever_is_next():
    funded, _whole = legacy()
    host = factory.manager(funded)
    day = factory.ENDED.date()
    who = {
        "host": host,
        "officer": funded.officer,
        "finance": funded.finance,
        "leader": funded.leader,
        "auditor": person(Role.AUDITOR),
    }

    def told():
        return [name for name, actor in who.items() if queries.ending_work(actor, day)]

    seen = []
    for state in ("asked", "reporting", "reported", "checked"):
        Ending.objects.all().delete()
        Case.objects.filter(pk=funded.contract.case_id).update(
            state="running", stage="running"
        )
        factory.ending(funded, until=state)
        seen.append(told())
    assert seen == [["leader"], ["host"], ["officer", "finance"], ["leader"]]


def test_a_contract_that_was_never_signed_is_not_ended():
    funded = contract_factory.drafted()
    with pytest.raises(StepNotAllowed):
        factory.ending(funded, until="asked")


@pytest.mark.parametrize("until", ["reporting", "reported", "checked"])
def test_a_contract_does_not_run_on_while_its_early_end_is_pursued(until):
    funded = factory.running()
    factory.paid(funded)
    factory.ending(funded, until=until)
    given = {
        "contract_id": funded.contract.pk,
        "reason": "Có tiền.",
        "at": factory.ENDED,
    }
    with pytest.raises(StepNotAllowed):
        actions.resume_contract(actor=funded.leader, **given)
    with pytest.raises(AccessDenied):
        actions.resume_contract(actor=funded.officer, **given)
    assert funded.again().case.state == "suspended"
    actions.drop_ending(actor=funded.leader, **given)
    assert funded.again().case.state == "running"
