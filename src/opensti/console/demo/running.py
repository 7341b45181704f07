"""A contract that runs: reports, a check, payments, two amendments, to its last report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from opensti.console.demo.contracts import again, host_of, paper
from opensti.console.demo.reporting import report_until
from opensti.domains.calls.choices import BudgetSource
from opensti.domains.contracts import actions as contracts
from opensti.domains.contracts import queries
from opensti.domains.contracts.choices import AmendmentKind, Severity
from opensti.domains.contracts.problem import line_of
from opensti.domains.results import queries as results

if TYPE_CHECKING:
    from opensti.console.demo.story import Story
    from opensti.domains.contracts.models import Amendment, Contract


def run(story: Story, contract: Contract) -> None:
    """Carry a signed contract to its last report, with what happens on the way."""
    half = add_half(contract)
    report_until(story, contract, half + timedelta(days=10))
    story.until(half + timedelta(days=5))
    visit(story, contract)
    clear_first(story, contract)
    pay_next(story, contract)
    for kind in (first_amendment(story, contract), AmendmentKind.BUDGET_TRANSFER):
        amend(story, again(story, contract), kind)
    contract = again(story, contract)
    assert contract.ends_on is not None  # noqa: S101 -- a contract in force
    report_until(story, contract, contract.ends_on + timedelta(days=60))


def add_half(contract: Contract) -> date:
    """The day half of the contract's time has passed: its first milestone."""
    due = contract.milestones.order_by("position")[0].due_on
    assert due is not None  # noqa: S101 -- the story names it
    return due


# ---- check, clearing, payment


def visit(story: Story, contract: Contract) -> None:
    """The office looks on the spot, finds something, and accepts how it was mended."""
    officer, host = story.actor("officer"), host_of(story, contract)
    planned = localdate(story.now) + timedelta(days=21)
    check = story.act(
        "contracts",
        "plan_check",
        officer,
        contract_id=contract.pk,
        planned_on=planned,
        team=[
            contracts.Member(
                name="Trần Thị Chuyên Viên", capacity="chuyên viên phụ trách"
            ),
            contracts.Member(name="Vũ Thị Tài Chính", capacity="tài chính"),
        ],
        reason="Kiểm tra định kỳ theo hợp đồng.",
        place="Xưởng thực nghiệm của đơn vị chủ trì",
        at=story.later(),
    )
    story.until(planned)
    story.act(
        "contracts",
        "hold_check",
        officer,
        check_id=check.pk,
        held_on=planned,
        host_side="Chủ nhiệm nhiệm vụ và kế toán của đơn vị chủ trì",
        content="Tiến độ chế tạo mẫu, nhật ký thí nghiệm, chứng từ mua vật tư.",
        opinion="Đơn vị chủ trì nhất trí với nội dung kiểm tra.",
        conclusion="Công việc đúng kế hoạch; cần bổ sung nhật ký đo kiểm.",
        findings=[
            contracts.Found(
                severity=Severity.MINOR,
                text="Nhật ký đo kiểm thiếu chữ ký của người đo.",
                mend_by=planned + timedelta(days=20),
            )
        ],
        expected_version=check.version,
        at=story.later(minutes=90),
    )
    story.act(
        "contracts",
        "attach_to_check",
        officer,
        check_id=check.pk,
        file=paper("bien-ban-kiem-tra"),
        at=story.later(),
    )
    for what in ("volume", "spending"):
        check.refresh_from_db()
        story.act(
            "contracts",
            "confirm_check",
            officer,
            check_id=check.pk,
            what=what,
            expected_version=check.version,
            at=story.later(days=1),
        )
    finding = check.findings.get()
    story.act(
        "contracts",
        "mend_finding",
        host,
        finding_id=finding.pk,
        mended_on=localdate(story.later(days=4)),
        mending="Đã bổ sung chữ ký, kèm bản chụp nhật ký.",
        file=paper("nhat-ky-do-kiem"),
        expected_version=finding.version,
        at=story.now,
    )
    finding.refresh_from_db()
    story.act(
        "contracts",
        "judge_finding",
        officer,
        finding_id=finding.pk,
        accept=True,
        reason="",
        expected_version=finding.version,
        at=story.later(days=1),
    )


def by_items(contract: Contract) -> bool:
    """Whether the procedure pays item by item, on the evidence of each."""
    return queries.rules_of(contract).payment.mode == "items"


def clear_first(story: Story, contract: Contract) -> None:
    """A list of finished work clears the whole first advance, and proves the host's money."""
    if by_items(contract):
        return
    paid = contract.instalments.order_by("position")[0].amount
    clear(story, contract, "01", paid, other=contract.other_money // 2)


def clear(
    story: Story,
    contract: Contract,
    number: str,
    amount: Decimal,
    *,
    other: Decimal = Decimal(0),
) -> None:
    story.act(
        "contracts",
        "clear_work",
        story.actor("officer"),
        contract_id=contract.pk,
        document_number=f"{number}/BK-{contract.number}",
        cleared_on=localdate(story.later(days=1)),
        amount=amount,
        other_amount=other,
        work="Khối lượng công việc đã hoàn thành theo bảng kê.",
        papers=[paper("bang-ke-khoi-luong")],
        at=story.now,
    )


def pay_next(story: Story, contract: Contract) -> None:
    """The next instalment: its milestone is reached, the host asks, finance pays."""
    unpaid = [
        i for i in queries.instalments_of(contract) if queries.payment_of(i) is None
    ]
    officer, host = story.actor("officer"), host_of(story, contract)
    wanted = unpaid[0]
    if wanted.milestone is not None:
        wanted.milestone.refresh_from_db()
        if wanted.milestone.reached_on is None:
            story.act(
                "contracts",
                "reach_milestone",
                officer,
                milestone_id=wanted.milestone.pk,
                reached_on=localdate(story.later(days=1)),
                evidence="Biên bản nghiệm thu giai đoạn.",
                at=story.now,
            )
    asked = story.act(
        "contracts",
        "ask_payment",
        host,
        instalment_id=wanted.pk,
        text="Đã hoàn thành phần việc của đợt này; kèm biên bản giai đoạn.",
        evidence=[paper("bien-ban-giai-doan")],
        at=story.later(days=1),
    )
    story.act(
        "contracts",
        "accept_payment_request",
        officer,
        request_id=asked.pk,
        note="Minh chứng đủ.",
        at=story.later(days=2),
    )
    pay(story, contract, wanted.pk)


def pay(story: Story, contract: Contract, instalment_id: int) -> None:
    """Finance allocates the year's money, where the procedure wants it, and pays."""
    finance, day = story.actor("finance"), localdate(story.later(days=2))
    amount = next(
        i.amount for i in queries.instalments_of(contract) if i.pk == instalment_id
    )
    if queries.rules_of(contract).payment.within_year_allocation:
        story.act(
            "contracts",
            "allocate",
            finance,
            contract_id=contract.pk,
            year=day.year,
            amount=amount,
            decision_number=f"{instalment_id}/QĐ-BCT-{day:%y}",
            decided_on=day,
            at=story.now,
        )
    story.act(
        "contracts",
        "pay_instalment",
        finance,
        instalment_id=instalment_id,
        paid_on=day,
        reference=f"UNC {day:%d%m%y}-{instalment_id}",
        at=story.later(),
    )


# ---- amendments


def first_amendment(story: Story, contract: Contract) -> AmendmentKind:
    """An extension; another leader where an extension would forbid the rework to come."""
    found = results.acceptance_of(story.actor("officer"), contract.pk)
    assert found is not None  # noqa: S101 -- a signed contract has one
    rule = results.aftermath_of(found).acceptance
    return (
        AmendmentKind.LEADER
        if rule.rework_only_if_never_extended
        else AmendmentKind.EXTEND
    )


def amend(story: Story, contract: Contract, kind: AmendmentKind) -> Amendment:
    """The host asks, the office gives its opinion, whoever may decide decides.

    For a leader from another house an officer asks: a host knows its own people alone.
    """
    host, officer = host_of(story, contract), story.actor("officer")
    asking = officer if kind == AmendmentKind.LEADER else host
    asked = story.act(
        "contracts",
        "ask_amendment",
        asking,
        contract_id=contract.pk,
        kinds=[kind.value],
        patch=_patch(story, contract, kind),
        reason="Thiết bị nhập về chậm; cần điều chỉnh để hoàn thành sản phẩm.",
        at=story.later(days=3),
    )
    story.act(
        "contracts",
        "add_amendment_paper",
        asking,
        amendment_id=asked.pk,
        file=paper("cong-van-de-nghi"),
        at=story.later(),
    )
    if asked.authority == "leader":
        story.act(
            "contracts",
            "give_opinion",
            officer,
            amendment_id=asked.pk,
            text="Đề nghị phê duyệt; không làm thay đổi sản phẩm và kinh phí khoán.",
            at=story.later(days=2),
        )
    day = localdate(story.later(days=3))
    decides = story.actor("leader") if asked.authority == "leader" else host
    decided: Amendment = story.act(
        "contracts",
        "decide_amendment",
        decides,
        amendment_id=asked.pk,
        decision_number=f"{asked.number}/QĐ-{contract.number}",
        effective_on=day,
        reason="Đúng thẩm quyền và trong giới hạn của quy định.",
        consents={"new_person": "Văn bản đồng ý", "old_person": "Văn bản đồng ý"},
        at=story.now,
    )
    return decided


def _patch(story: Story, contract: Contract, kind: AmendmentKind) -> contracts.Patch:
    if kind == AmendmentKind.EXTEND:
        return contracts.Patch(months=3)
    if kind == AmendmentKind.LEADER:
        return contracts.Patch(leader_id=story.cast.experts[-1].pk)
    budget = queries.budget_now(contract.dossier_id)
    assert budget is not None  # noqa: S101 -- a contract in force has one
    lines = [line_of(item) for item in budget.items.order_by("position")]
    first, second = [
        n for n, line in enumerate(lines) if line.source == BudgetSource.STATE
    ][:2]
    moved = lines[first].amount // 10
    for n, change in ((first, -moved), (second, moved)):
        lines[n] = replace(
            lines[n],
            amount=lines[n].amount + change,
            quantity=None,
            price=None,
            reason="Điều chỉnh theo giá vật tư thực tế.",
        )
    return contracts.Patch(lines=lines)
