"""Contracts on their way from a complete draft to the signature, for tests."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile

from opensti.domains.contracts import actions
from opensti.domains.contracts.choices import InstalmentKind, PaperKind, Side
from opensti.domains.contracts.models import ApprovalRound, Instalment, Milestone
from opensti.kernel.access import Actor, Role
from tests.factories import contracts as factory
from tests.factories import portfolios as round_factory
from tests.factories import signatures
from tests.factories.kept import kept
from tests.factories.tasks import person

SENT = round_factory.RELEASED + timedelta(days=3)
SIGNED_ON = SENT.date() + timedelta(days=2)
AFTER = SENT + timedelta(days=5)


@kept
def ready() -> factory.Funded:
    """A draft that lacks nothing: two milestones, three instalments, 24 months."""
    funded = factory.agreed()
    contract = funded.again()
    contract.products.filter(quality="").update(quality="Theo đặt hàng.")
    contract.objectives = "Quy trình thu hồi ít nhất 80 % kẽm."
    contract.officer_id = funded.officer.user_id
    contract.number = "01.26/HĐ-ĐMST"
    contract.starts_on, contract.ends_on = date(2026, 9, 1), date(2028, 9, 1)
    contract.save()
    plan = [
        Milestone.objects.create(
            contract=contract,
            position=n,
            name_vi=f"Báo cáo khoa học giai đoạn {n}",
            name_en=f"Scientific report, stage {n}",
            evidence="Báo cáo được Bên A xác nhận.",
            due_on=due,
        )
        for n, due in enumerate((date(2027, 6, 1), date(2028, 6, 1)), start=1)
    ]
    money = contract.state_money
    parts = (money * 4 // 10, money * 4 // 10)
    for position, (kind, amount, milestone) in enumerate(
        (
            (InstalmentKind.ADVANCE, parts[0], None),
            (InstalmentKind.PROGRESS, parts[1], plan[0]),
            (InstalmentKind.FINAL, money - sum(parts, Decimal(0)), plan[1]),
        ),
        start=1,
    ):
        Instalment.objects.create(
            contract=contract,
            position=position,
            kind=kind,
            label=f"Đợt {position}",
            amount=amount,
            milestone=milestone,
        )
    funded.contract = funded.again()
    return funded


def send(funded: factory.Funded, **more: Any) -> ApprovalRound:
    return actions.send_for_approval(
        actor=funded.officer, contract_id=funded.contract.pk, at=SENT, **more
    )


def approve(funded: factory.Funded, actor: Actor, **more: Any) -> None:
    """Approve the level whose turn it is, of the text that was sent."""
    round_ = funded.again().approval_rounds.latest("number")
    actions.approve_level(
        actor=actor,
        contract_id=funded.contract.pk,
        at=SENT + timedelta(days=1),
        **{"sha256": round_.sha256, **more},
    )


@kept
def agreed() -> factory.Funded:
    """Approved by all levels: to be signed."""
    funded = ready()
    send(funded)
    approve(funded, funded.finance)
    approve(funded, funded.leader)
    return funded


def keep_signed(funded: factory.Funded, content: bytes = b"", **more: Any) -> Any:
    given: dict[str, Any] = {
        "actor": funded.officer,
        "kind": PaperKind.CONTRACT,
        "side": Side.BOTH,
        "signed_on": SIGNED_ON,
        "at": AFTER,
        "name": "hop-dong.pdf",
        **more,
    }
    file = ContentFile(content or signatures.plain_pdf(), name=given.pop("name"))
    return actions.keep_signed_paper(contract_id=funded.contract.pk, file=file, **given)


@kept
def signed() -> factory.Funded:
    """Signed by both sides: in force."""
    funded = agreed()
    keep_signed(funded)
    actions.sign_contract(
        actor=funded.officer,
        contract_id=funded.contract.pk,
        signed_on=SIGNED_ON,
        at=AFTER,
    )
    funded.contract = funded.again()
    return funded


def second_leader(**more: Any) -> Actor:
    return person(Role.LEADER, **more)
