"""What comes after the letter: contracts drafted, approved, signed, paid and reported on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.utils.timezone import localdate

from opensti.console.demo.texts import signed_paper
from opensti.domains.calls.choices import BudgetSource
from opensti.domains.contracts import queries
from opensti.domains.contracts.actions import AidSaid
from opensti.domains.contracts.choices import (
    AidFinance,
    AidFlow,
    AidGiver,
    AidSector,
    AidTied,
    AidType,
    BudgetStage,
    InstalmentKind,
    PaperKind,
    Side,
)
from opensti.domains.contracts.problem import line_of, sums
from opensti.domains.contracts.problem.drafting import plan_of
from opensti.domains.contracts.problem.plan import InstalmentPart, Main, MilestonePart
from opensti.domains.portfolios.queries import funded
from opensti.kernel.periods import add_months

if TYPE_CHECKING:
    from opensti.console.demo.story import Story
    from opensti.domains.contracts.models import Contract
    from opensti.domains.contracts.problem import Line
    from opensti.kernel.access import Actor

UPTO = ("drafted", "sent", "signed", "paid")
GOALS = "Làm chủ công nghệ, đưa vào sản xuất thử tại ít nhất một doanh nghiệp."
DUTIES = (
    "Hai bên thực hiện theo hợp đồng và quy định về nhiệm vụ khoa học và công nghệ."
)


def paper(name: str) -> ContentFile[bytes]:
    """A signed paper as a host or the office attaches it."""
    return ContentFile(signed_paper(name), name=f"{name}.pdf")


def host_of(story: Story, contract: Contract) -> Actor:
    """Who writes for the host: whoever handed the dossier in."""
    return story.member(contract.dossier.created_by_id)


def again(story: Story, contract: Contract) -> Contract:
    """The contract as it stands now."""
    return queries.contract(story.actor("officer"), contract.public_id)


def carry_out(story: Story, *upto: str) -> list[Contract]:
    """Bring the story's contracts so far, one word of ``UPTO`` for each in turn."""
    officer = story.actor("officer")
    own = {d.pk for d in story.dossiers}
    found = [c for c in queries.contracts(officer) if c.dossier_id in own]
    found.sort(key=lambda c: c.pk)
    for number, (contract, goal) in enumerate(zip(found, upto, strict=False), start=1):
        far = UPTO.index(goal)
        _draft(story, contract, number)
        if far >= UPTO.index("sent"):
            story.act(
                "contracts",
                "send_for_approval",
                officer,
                contract_id=contract.pk,
                at=story.later(days=1),
            )
        if far >= UPTO.index("signed"):
            _sign(story, contract)
        if far >= UPTO.index("paid"):
            _pay_first(story, contract)
    return found


def note_aid(story: Story, contract: Contract) -> None:
    """Part of the host's other money is aid: everybody may know who gives it."""
    day = localdate(story.now)
    story.act(
        "contracts",
        "note_aid",
        story.actor("officer"),
        contract_id=contract.pk,
        said=AidSaid(
            giver="Quỹ hợp tác công nghiệp (minh họa)",
            giver_kind=AidGiver.FOUNDATION,
            amount=Decimal(12_000),
            currency="USD",
            committed_on=day,
            flow=AidFlow.PRIVATE,
            finance=AidFinance.GRANT,
            aid_type=AidType.TECHNICAL,
            tied=AidTied.UNTIED,
            sector=AidSector.INDUSTRY,
        ),
        at=story.later(minutes=20),
    )


def _draft(story: Story, contract: Contract, number: int) -> None:
    """Budget, days, products with their quality, milestones, instalments."""
    officer, day = story.actor("officer"), localdate(story.now)
    _agree_budget(story, contract)
    starts = day.replace(day=1) + timedelta(days=45)
    starts = starts.replace(day=1)
    half = add_months(starts, story.months // 2)
    story.act(
        "contracts",
        "draft_contract",
        officer,
        contract_id=contract.pk,
        at=story.later(days=1),
        main=Main(
            number=f"{story.number:02d}{number}/{starts:%y}/HĐ-ĐMST",
            starts_on=starts,
            ends_on=add_months(starts, story.months),
            objectives=GOALS,
            obligations=DUTIES,
            officer_id=officer.user_id,
        ),
        milestones=[
            MilestonePart(
                name_vi="Hoàn thành thiết kế và chế tạo mẫu",
                name_en="Design and prototype finished",
                due_on=half,
            ),
            MilestonePart(
                name_vi="Hoàn thành thử nghiệm tại doanh nghiệp",
                name_en="Trial in an enterprise finished",
                due_on=add_months(starts, story.months - 2),
            ),
        ],
        products=[
            replace(p, quality=p.quality or "Đạt yêu cầu của đặt hàng")
            for p in plan_of(contract).products
        ],
        instalments=_instalments(contract),
    )


def _agree_budget(story: Story, contract: Contract) -> None:
    """The lines that were asked, cut line by line in proportion to what was approved."""
    officer = story.actor("officer")
    budget = queries.budget_now(contract.dossier_id)
    if budget is None:
        return
    lines = [line_of(item) for item in budget.items.order_by("position")]
    approved = funded(dossier_id=contract.dossier_id)[-1].amount
    if approved is not None and budget.state_money != approved:
        lines = _cut(lines, budget.state_money, approved)
        budget = story.act(
            "contracts",
            "approve_budget",
            officer,
            dossier_id=contract.dossier_id,
            based_on=budget.number,
            lines=lines,
            reason="Theo quyết định phê duyệt.",
            at=story.later(minutes=40),
        )
        lines = [line_of(item) for item in budget.items.order_by("position")]
    if budget.stage != BudgetStage.CONTRACT:
        story.act(
            "contracts",
            "agree_budget",
            officer,
            contract_id=contract.pk,
            based_on=budget.number,
            lines=lines,
            at=story.later(minutes=40),
        )
    contract.refresh_from_db()


def _cut(lines: list[Line], asked: Decimal, approved: Decimal) -> list[Line]:
    """Every line of State money in proportion, the rest of the division on the first."""
    cut = [
        replace(
            line,
            amount=line.amount * approved // asked,
            quantity=None,
            price=None,
            ground=line.ground,
        )
        if line.source == BudgetSource.STATE
        else line
        for line in lines
    ]
    short = approved - sums(cut)[0]
    first = next(n for n, line in enumerate(cut) if line.source == BudgetSource.STATE)
    cut[first] = replace(cut[first], amount=cut[first].amount + short)
    return cut


def _instalments(contract: Contract) -> list[InstalmentPart]:
    """An advance within any ceiling, one against finished work, the rest at the end."""
    money = contract.state_money
    if queries.rules_of(contract).payment.mode == "items":
        half = money // 2
        return [
            InstalmentPart(
                kind=InstalmentKind.ITEM, label=label, amount=amount, milestone=n
            )
            for n, (label, amount) in enumerate(
                (("Hạng mục 1", half), ("Hạng mục 2", money - half)), start=1
            )
        ]
    part = money * 4 // 10
    return [
        InstalmentPart(kind=InstalmentKind.ADVANCE, label="Tạm ứng lần 1", amount=part),
        InstalmentPart(
            kind=InstalmentKind.PROGRESS, label="Đợt 2", amount=part, milestone=1
        ),
        InstalmentPart(
            kind=InstalmentKind.FINAL,
            label="Sau nghiệm thu",
            amount=money - 2 * part,
            milestone=2,
        ),
    ]


def _sign(story: Story, contract: Contract) -> None:
    """Finance and leader approve what the officer sent; the signed file is kept."""
    for name in ("finance", "leader"):
        (round_, *_rest) = queries.rounds_of(story.actor(name), contract)
        story.act(
            "contracts",
            "approve_level",
            story.actor(name),
            contract_id=contract.pk,
            sha256=round_.sha256,
            at=story.later(days=1),
        )
    officer, day = story.actor("officer"), localdate(story.now)
    story.act(
        "contracts",
        "keep_signed_paper",
        officer,
        contract_id=contract.pk,
        kind=PaperKind.CONTRACT,
        side=Side.BOTH,
        file=ContentFile(signed_paper("Hop dong"), name="hop-dong.pdf"),
        signed_on=day,
        scanned=True,
        at=story.later(minutes=20),
    )
    story.act(
        "contracts",
        "sign_contract",
        officer,
        contract_id=contract.pk,
        signed_on=day,
        at=story.later(minutes=5),
    )


def _pay_first(story: Story, contract: Contract) -> None:
    """The year's allocation, then what the host asked for first."""
    finance = story.actor("finance")
    contract = queries.contract(finance, contract.public_id)
    first = contract.instalments.order_by("position")[0]
    day = localdate(story.later(days=3))
    if queries.rules_of(contract).payment.mode == "items":
        return
    story.act(
        "contracts",
        "allocate",
        finance,
        contract_id=contract.pk,
        year=day.year,
        amount=first.amount,
        decision_number=f"{story.number}12/QĐ-BCT",
        decided_on=day,
        at=story.later(minutes=10),
    )
    story.act(
        "contracts",
        "pay_instalment",
        finance,
        instalment_id=first.pk,
        paid_on=day,
        reference=f"UNC {day:%d%m%y}-{contract.pk}",
        at=story.later(minutes=10),
    )
