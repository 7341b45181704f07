"""Contracts for tests, brought where they stand by the actions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.actions.acting import follow_task, step, write_terms
from opensti.domains.contracts.choices import InstalmentKind
from opensti.domains.contracts.events import ContractSigned
from opensti.domains.contracts.models import Contract
from opensti.domains.contracts.problem import line_of
from opensti.domains.contracts.problem.drafting import plan_of
from opensti.domains.contracts.problem.plan import InstalmentPart, Main, MilestonePart
from opensti.domains.procedures.choices import Act
from opensti.domains.tasks.choices import TaskState
from opensti.kernel.access import SYSTEM, Actor, Role
from opensti.kernel.checks import keep
from opensti.kernel.events import publish
from tests.factories import portfolios as round_factory
from tests.factories.kept import kept
from tests.factories.tasks import person

if TYPE_CHECKING:
    from opensti.domains.contracts.problem import Line
    from tests.factories.portfolios import Story

DRAFTED = round_factory.RELEASED + timedelta(days=3)
SIGNED = round_factory.RELEASED + timedelta(days=10)
STARTS = date(2026, 9, 1)
ENDS = date(2028, 9, 1)
LATER = datetime(2027, 3, 1, 2, 0, tzinfo=UTC)


@dataclass
class Funded:
    """One contract and the people around it."""

    story: Story
    contract: Contract
    host: Actor
    finance: Actor

    @property
    def officer(self) -> Actor:
        return self.story.officer

    @property
    def leader(self) -> Actor:
        return self.story.leader

    def again(self) -> Contract:
        """The contract as it stands now."""
        return Contract.objects.select_related("case__regime_version").get(
            pk=self.contract.pk
        )


@kept
def drafted() -> Funded:
    """A contract that was begun when the letter went out."""
    story = round_factory.judged("90", "60")
    round_factory.released(story)
    contract = Contract.objects.get(dossier=story.dossiers[0])
    return Funded(
        story=story,
        contract=contract,
        host=story.applicants[0],
        finance=person(Role.FINANCE),
    )


def lines_now(contract: Contract) -> list[Line]:
    """The lines of the budget that counts, as a form would send them back."""
    budget = queries.budget_now(contract.dossier_id)
    return [line_of(item) for item in budget.items.all()] if budget else []


@kept
def agreed() -> Funded:
    """A drafted contract with the budget it will be signed with."""
    funded = drafted()
    actions.agree_budget(
        actor=funded.officer,
        contract_id=funded.contract.pk,
        based_on=2,
        lines=lines_now(funded.contract),
        at=DRAFTED,
    )
    funded.contract = funded.again()
    return funded


@kept
def planned() -> Funded:
    """A drafted contract that lacks nothing: two milestones, three instalments."""
    funded = agreed()
    money = funded.contract.state_money
    part = money * 4 // 10
    actions.draft_contract(
        actor=funded.officer,
        contract_id=funded.contract.pk,
        at=DRAFTED,
        main=Main(
            number="01.26/HĐ-ĐMST",
            starts_on=STARTS,
            ends_on=ENDS,
            objectives="Quy trình thu hồi ít nhất 80 % kẽm.",
            obligations="Theo mẫu hợp đồng.",
            officer_id=funded.officer.user_id,
        ),
        milestones=[
            MilestonePart(name_vi=f"Mốc {n}", name_en=f"Milestone {n}", due_on=due)
            for n, due in enumerate((date(2027, 6, 1), date(2028, 6, 1)), start=1)
        ],
        products=[
            replace(product, quality=product.quality or "Theo đặt hàng.")
            for product in plan_of(funded.contract).products
        ],
        instalments=[
            InstalmentPart(
                kind=kind, label=f"Đợt {n}", amount=amount, milestone=milestone
            )
            for n, (kind, amount, milestone) in enumerate(
                (
                    (InstalmentKind.ADVANCE, part, None),
                    (InstalmentKind.PROGRESS, part, 1),
                    (InstalmentKind.FINAL, money - 2 * part, 2),
                ),
                start=1,
            )
        ],
    )
    funded.contract = funded.again()
    return funded


@kept
def running() -> Funded:
    """A contract of 24 months in force: two milestones, three instalments."""
    funded = planned()
    contract = funded.again()
    with transaction.atomic():
        for act in (Act.CONTRACT_SEND, Act.CONTRACT_AGREE, Act.CONTRACT_SIGN):
            step(SYSTEM, contract, act, SIGNED)
        contract.signed_on = SIGNED.date()
        keep(contract, "signed_on")
        follow_task(contract, TaskState.RUNNING, SIGNED)
        write_terms(SYSTEM, contract, in_force_from=SIGNED.date(), at=SIGNED)
        publish(
            ContractSigned(
                contract_id=contract.pk, on=SIGNED.date(), actor=SYSTEM, at=SIGNED
            )
        )
    funded.contract = contract
    return funded
