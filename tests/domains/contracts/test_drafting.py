"""A contract is drafted part by part; what the procedure refuses is refused with its article."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.actions.acting import step
from opensti.domains.contracts.actions.drafting import must_be_ready
from opensti.domains.contracts.choices import InstalmentKind
from opensti.domains.contracts.models import Contract
from opensti.domains.contracts.problem.drafting import (
    draft_check,
    instalments_to_begin_with,
    plan_of,
)
from opensti.domains.contracts.problem.plan import InstalmentPart, Main, MilestonePart
from opensti.domains.procedures.choices import Act
from opensti.domains.procedures.models import Case, RegimeVersion
from opensti.kernel.access import SYSTEM, Role
from opensti.kernel.refusals import (
    AccessDenied,
    Invalid,
    NotFound,
    Stale,
    StepNotAllowed,
)
from tests.factories import contracts as factory
from tests.factories import portfolios as round_factory
from tests.factories.tasks import person

pytestmark = pytest.mark.django_db

MAIN = Main(
    number="07.26/HĐ",
    starts_on=factory.STARTS,
    ends_on=factory.ENDS,
    objectives="Mục tiêu.",
)


def draft(funded, *, by=None, **said):
    return actions.draft_contract(
        actor=by or funded.officer,
        contract_id=funded.contract.pk,
        at=factory.DRAFTED,
        **said,
    )


def under(funded, code):
    """Put the contract under another procedure, as a task of earlier years is."""
    version = RegimeVersion.objects.filter(code=code).latest("pk")
    Case.objects.filter(contract=funded.contract).update(
        regime_version=version, regime_code=code, regime_sha256=version.sha256
    )


def test_a_draft_that_lacks_nothing_is_ready_and_one_just_begun_says_what_it_lacks():
    funded = factory.planned()
    assert draft_check(funded.again()).problems == ()
    assert funded.again().officer_id == funded.officer.user_id


def test_a_new_draft_says_all_that_it_lacks():
    funded = factory.drafted()
    assert {p.field for p in draft_check(funded.again()).problems} == {
        "number",
        "starts_on",
        "ends_on",
        "instalments",
        "products.1.quality",
        "budget",
    }


def test_a_draft_that_lacks_something_is_not_sent_on():
    funded = factory.planned()
    must_be_ready(funded.again())
    lines = factory.lines_now(funded.contract)
    actions.approve_budget(
        actor=funded.leader,
        dossier_id=funded.contract.dossier_id,
        based_on=3,
        lines=lines,
        at=factory.DRAFTED,
    )
    with pytest.raises(Invalid) as refused:
        must_be_ready(funded.again())
    assert [p.field for p in refused.value.problems] == ["budget"]


def test_a_part_that_is_not_given_stays_as_it_is():
    funded = factory.planned()
    before = plan_of(funded.again())
    draft(funded, main=MAIN)
    after = funded.again()
    assert (after.number, plan_of(after)) == ("07.26/HĐ", before)


def test_instalments_that_do_not_sum_to_the_state_money_are_refused_by_how_much():
    funded = factory.planned()
    parts = [*plan_of(funded.again()).instalments]
    parts[0] = replace(parts[0], amount=parts[0].amount - 7)
    with pytest.raises(Invalid, match=r"7.đ") as refused:
        draft(funded, instalments=parts)
    assert [p.field for p in refused.value.problems] == ["instalments"]
    kept = draft(funded, instalments=parts, unfinished=True)
    assert [p.field for p in kept.problems] == ["instalments"]
    assert [p.field for p in draft_check(funded.again()).problems] == ["instalments"]


def test_days_outside_the_contract_are_refused():
    funded = factory.planned()
    with pytest.raises(Invalid) as refused:
        draft(
            funded,
            milestones=[
                MilestonePart(was=1, name_vi="Mốc 1", due_on=date(2026, 8, 31)),
                MilestonePart(was=2, name_vi="Mốc 2", due_on=factory.ENDS),
            ],
        )
    assert [p.field for p in refused.value.problems] == ["milestones.1.due_on"]


def test_the_first_advance_is_at_most_the_procedure_s_share():
    funded = factory.planned()
    under(funded, "moit_2014")
    money = funded.contract.state_money
    half = money // 2

    def parts(first):
        return [
            InstalmentPart(kind=InstalmentKind.ADVANCE, amount=first, label="Đợt 1"),
            InstalmentPart(kind=InstalmentKind.FINAL, amount=money - first),
        ]

    with pytest.raises(Invalid) as refused:
        draft(funded, instalments=parts(half + 1))
    assert [p.field for p in refused.value.problems] == ["instalments.1.amount"]
    draft(funded, instalments=parts(half))
    assert draft_check(funded.again()).problems == ()


def test_where_no_limit_is_known_the_draft_says_so():
    funded = factory.planned()
    assert any(
        "tạm ứng" in w or "advance" in w for w in draft_check(funded.again()).warnings
    )


def test_instalments_to_begin_with_sum_to_the_state_money_as_the_procedure_pays():
    funded = factory.planned()
    money = funded.contract.state_money
    under(funded, "moit_2014")
    old = instalments_to_begin_with(funded.again())
    assert [(i.kind, i.amount, i.milestone) for i in old] == [
        ("advance", money / 2, None),
        ("progress", money / 4, 1),
        ("final", money / 4, 2),
    ]
    under(funded, "nd268_2025")
    items = instalments_to_begin_with(funded.again())
    assert [(i.kind, i.amount) for i in items] == [
        ("item", Decimal(1_200_000_000)),
        ("item", Decimal(800_000_000)),
    ]


def test_milestones_that_change_places_keep_what_hangs_on_them():
    funded = factory.planned()
    plan = plan_of(funded.again())
    first, second = plan.milestones
    new = MilestonePart(name_vi="Mốc giữa", due_on=date(2027, 9, 1))
    draft(funded, milestones=[second, new, first])
    after = plan_of(funded.again())
    assert [m.name_vi for m in after.milestones] == ["Mốc 2", "Mốc giữa", "Mốc 1"]
    assert [i.milestone for i in after.instalments] == [None, 3, 1]
    draft(funded, milestones=[after.milestones[0]])
    assert [i.milestone for i in plan_of(funded.again()).instalments] == [None, None, 1]


def test_a_number_that_another_contract_has_is_refused():
    factory.planned()
    with pytest.raises(Invalid) as refused:
        factory.planned()
    assert [p.field for p in refused.value.problems] == ["number"]


def test_an_end_before_the_start_is_refused():
    funded = factory.planned()
    taken = replace(MAIN, ends_on=factory.STARTS)
    with pytest.raises(Invalid) as refused:
        draft(funded, main=taken)
    assert [p.field for p in refused.value.problems] == ["ends_on"]


def test_a_task_type_limits_the_months_and_the_decision_only_warns():
    funded = factory.planned()
    under(funded, "nd268_2025")
    order = funded.contract.dossier.order
    type(order).objects.filter(pk=order.pk).update(kind="technology_renewal")
    long = replace(MAIN, ends_on=date(2031, 9, 2))
    with pytest.raises(Invalid) as refused:
        draft(funded, main=long)
    assert [p.field for p in refused.value.problems] == ["ends_on"]
    draft(funded, main=replace(MAIN, ends_on=date(2031, 9, 1)))


def test_a_lump_sum_is_chosen_within_its_share_and_its_lines_are_marked():
    funded = factory.agreed()
    under(funded, "moit_2014")
    draft(funded, main=replace(MAIN, lump_sum="partial"))
    lines = factory.lines_now(funded.again())
    assert {(line.category, line.lump) for line in lines} == {
        ("labour", True),
        ("materials", False),
    }
    draft(funded, main=replace(MAIN, lump_sum="none"))
    assert not any(line.lump for line in factory.lines_now(funded.again()))


def test_a_lump_sum_the_procedure_does_not_know_is_refused():
    funded = factory.agreed()
    with pytest.raises(Invalid) as refused:
        draft(funded, main=replace(MAIN, lump_sum="partial"))
    assert [p.field for p in refused.value.problems] == ["lump_sum"]


def test_a_final_product_lump_sum_is_refused_above_its_limits():
    funded = factory.drafted()
    under(funded, "moit_2014")
    lines = factory.lines_now(funded.contract)
    equipment = [
        replace(line, category="equipment") if line.category == "materials" else line
        for line in lines
    ]
    actions.agree_budget(
        actor=funded.officer,
        contract_id=funded.contract.pk,
        based_on=2,
        lines=equipment,
        at=factory.DRAFTED,
    )
    with pytest.raises(Invalid) as refused:
        draft(funded, main=replace(MAIN, lump_sum="final_product"))
    assert [p.field for p in refused.value.problems] == ["lump_sum"]


def test_only_an_officer_without_a_stake_drafts_and_only_while_it_is_drafted():
    funded = factory.planned()
    party = person(Role.OFFICER, member_of=frozenset({funded.contract.host_id}))
    for who, error in (
        (funded.leader, AccessDenied),
        (funded.finance, AccessDenied),
        (funded.host, AccessDenied),
        (party, AccessDenied),
        (person(Role.AUDITOR, Role.OFFICER), AccessDenied),
        (funded.story.applicants[1], NotFound),
        (person(Role.SECRETARY), NotFound),
    ):
        with pytest.raises((AccessDenied, NotFound)) as refused:
            draft(funded, by=who, main=MAIN)
        if who is not party:
            assert refused.type is error
    assert funded.again().number == "01.26/HĐ-ĐMST"
    under_way = funded.again()
    step(SYSTEM, under_way, Act.CONTRACT_SEND, factory.DRAFTED)
    with pytest.raises(StepNotAllowed):
        draft(funded, main=MAIN)


def test_whoever_saw_an_older_draft_is_told():
    funded = factory.planned()
    seen = funded.again().version
    draft(funded, main=MAIN, version=seen)
    with pytest.raises(Stale):
        draft(funded, main=MAIN, version=seen)


def test_officers_are_told_of_contracts_to_draft_and_of_tasks_without_one():
    funded = factory.drafted()
    today = factory.DRAFTED.date()
    work = queries.work_for(funded.officer, today)
    assert [(w.kind, w.url_name) for w in work] == [
        ("contracts.draft", "contracts:edit")
    ]
    funded.contract.products.all().delete()
    Contract.objects.all().delete()
    work = queries.work_for(funded.officer, today)
    assert [(w.kind, w.code) for w in work] == [
        ("contracts.open", funded.contract.dossier.code)
    ]
    party = person(Role.OFFICER, member_of=frozenset({funded.contract.host_id}))
    for who in (party, funded.host, funded.leader, person(Role.AUDITOR)):
        assert queries.work_for(who, today) == []


def test_before_the_letter_nobody_is_told():
    story = round_factory.judged("90")
    assert queries.work_for(story.officer, factory.DRAFTED.date()) == []
