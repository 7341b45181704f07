"""A finished work: judged, reworked, accepted, recognised, registered; its money settled."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from opensti.console.demo.contracts import GOALS, again, host_of, paper
from opensti.console.demo.running import by_items, clear, pay, pay_next
from opensti.domains.contracts import queries as contracts_queries
from opensti.domains.panels import actions as panels
from opensti.domains.panels import queries as panels_queries
from opensti.domains.results import actions as results
from opensti.domains.results import queries
from opensti.domains.results.problem import Assessment, Claim
from opensti.domains.results.queries import aftermath_of

if TYPE_CHECKING:
    from opensti.console.demo.story import Story
    from opensti.domains.contracts.models import Contract
    from opensti.domains.panels.models import Council
    from opensti.domains.results.models import Acceptance

UNUSED = Decimal(30_000_000)  # found when the vouchers were looked through
REFUSED = "Kết quả thử nghiệm tại doanh nghiệp chưa đủ số lần đo; hội đồng đánh giá không đạt."


def acceptance_now(story: Story, contract: Contract) -> Acceptance:
    found = queries.acceptance_of(story.actor("officer"), contract.pk)
    assert found is not None  # noqa: S101 -- a signed contract has one
    return found


def finish(story: Story, contract: Contract) -> None:
    """From the self-assessment to the liquidated contract."""
    judge(story, contract)
    recognise(story, contract)
    pay_last(story, contract)
    recover(story, contract)
    close_books(story, contract)


def judge(story: Story, contract: Contract) -> None:
    """The work is refused once, reworked and accepted; as its procedure judges."""
    found = acceptance_now(story, contract)
    assess(story, contract, "pass")
    hand_in_work(story, contract)
    refused = convene(story, contract, "fail", 1)
    story.act(
        "results",
        "ask_rework",
        story.actor("officer"),
        acceptance_id=found.pk,
        reason=REFUSED,
        until=localdate(story.now) + timedelta(days=90),
        findings=None if refused else _findings(contract, "fail"),
        at=story.later(days=2),
    )
    story.later(days=60)
    hand_in_work(story, contract, rework=True)
    if not convene(story, contract, "pass", 2):
        story.act(
            "results",
            "accept_on_evidence",
            story.actor("officer"),
            acceptance_id=found.pk,
            findings=_findings(contract, "pass"),
            level="pass",
            at=story.later(days=2),
        )


def _findings(contract: Contract, level: str) -> dict[str, results.Finding]:
    return {
        key: results.Finding(level=level, remark="Theo minh chứng đã nộp.")
        for key in contract.products.values_list("key", flat=True)
    }


def assess(story: Story, contract: Contract, level: str) -> None:
    """The host says how good its work is; its own council agrees, where there is one."""
    host, found = host_of(story, contract), acceptance_now(story, contract)
    products = list(contract.products.order_by("position"))
    kinds = ["report", *(f"product-{p.key}" for p in products)]
    for kind in kinds:
        story.act(
            "results",
            "add_evidence",
            host,
            acceptance_id=found.pk,
            file=paper(kind),
            kind=kind,
            at=story.later(),
        )
    said = Assessment(
        products={
            p.key: Claim(
                delivered="" if p.quantity is None else f"{p.quantity.normalize():f}",
                quality=level,
                quantity="" if p.quantity is None else level,
                text="Biên bản đo kiểm tại xưởng và tại doanh nghiệp.",
            )
            for p in products
        },
        report="pass",
        text=GOALS,
    )
    story.act(
        "results",
        "save_assessment",
        host,
        acceptance_id=found.pk,
        said=said,
        at=story.later(),
    )
    if not queries.has_base_level(found):
        return
    story.act(
        "results", "assess_self", host, acceptance_id=found.pk, at=story.later(days=1)
    )
    members = [
        results.Member(name=name, role="ủy viên", organisation="Hội đồng cơ sở")
        for name in (
            "Lê Văn An",
            "Phạm Thu Bình",
            "Đỗ Minh Châu",
            "Vũ Hải Đăng",
            "Bùi An",
        )
    ]
    met = story.later(days=7)
    story.act(
        "results",
        "enter_base_council",
        host,
        acceptance_id=found.pk,
        word=results.BaseWord(
            decision_number=f"{found.pk}/QĐ-CS",
            met_on=localdate(met),
            members=members,
            votes={"pass": 4, "excellent": 1},
            conclusion="Hội đồng cơ sở đề nghị nghiệm thu cấp Bộ.",
        ),
        passed=True,
        minutes=paper("bien-ban-co-so"),
        at=story.later(),
    )


def hand_in_work(story: Story, contract: Contract, *, rework: bool = False) -> None:
    """The acceptance dossier goes to the ministry; after rework with new evidence."""
    host, found = host_of(story, contract), acceptance_now(story, contract)
    if rework:
        story.act(
            "results",
            "add_evidence",
            host,
            acceptance_id=found.pk,
            file=paper("bao-cao-do-kiem-bo-sung"),
            kind="report",
            at=story.later(),
        )
    story.act(
        "results",
        "submit_acceptance",
        host,
        acceptance_id=found.pk,
        at=story.later(days=1),
    )


def convene(
    story: Story, contract: Contract, level: str, number: int
) -> Council | None:
    """The ministry's council rates the work; nothing where the procedure has none."""
    found = acceptance_now(story, contract)
    if not queries.has_council(found):
        return None
    council: Council = story.act(
        "results",
        "form_acceptance_council",
        story.actor("officer"),
        acceptance_id=found.pk,
        title_vi=f"Hội đồng nghiệm thu {contract.number}, lần {number}",
        title_en=f"Acceptance council of {contract.number}, meeting {number}",
        secretary_id=story.cast.users["secretary"],
        at=story.later(days=2),
    )
    story.seat(council)
    council.refresh_from_db()
    story.prepare(council)
    story.open_meeting(council)
    secretary = story.actor("secretary")
    for item in panels_queries.agenda(secretary, council):
        votes = {
            row["id"]: "pass" if row["sort"] == "report" else level
            for row in item.contents
        }
        for seat in panels_queries.seats_of(secretary, council):
            story.act(
                "panels",
                "cast_ballot",
                story.member(seat.person.user_id),
                item_id=item.pk,
                sheet=panels.Sheet(votes=votes, opinion="Căn cứ hồ sơ và biên bản đo."),
                at=story.later(minutes=2),
            )
    story.conclude(council)
    story.tick()
    return council


def recognise(story: Story, contract: Contract) -> None:
    """Completed as the council concluded, recognised, registered: in the regime's order."""
    found, officer = acceptance_now(story, contract), story.actor("officer")
    story.act(
        "results",
        "confirm_completion",
        officer,
        acceptance_id=found.pk,
        note="Chủ tịch hội đồng xác nhận đã hoàn thiện theo kết luận.",
        at=story.later(days=8),
    )
    enter_results(story, contract)
    if aftermath_of(found).registration.before == "recognition":
        register(story, contract)
    day = localdate(story.later(days=6))
    story.act(
        "results",
        "recognise_result",
        story.actor("leader"),
        acceptance_id=found.pk,
        decision_number=f"{story.number}{found.pk}/QĐ-BCT",
        decided_on=day,
        at=story.now,
    )
    if aftermath_of(found).registration.before != "recognition":
        register(story, contract)


def enter_results(story: Story, contract: Contract) -> None:
    """Each promised product becomes a result, with its papers, that the host makes open."""
    host = host_of(story, contract)
    made = story.act(
        "results",
        "propose_results",
        host,
        contract_id=contract.pk,
        formed_on=localdate(story.now) - timedelta(days=30),
        at=story.later(),
    )
    for result in made:
        story.act(
            "results",
            "attach_to_result",
            host,
            result_id=result.pk,
            file=paper("ho-so-ket-qua"),
            at=story.later(),
        )
        story.act(
            "results",
            "change_result",
            host,
            result_id=result.pk,
            said=results.Said(
                kind=result.kind,
                title_vi=result.title_vi,
                title_en=result.title_en,
                description_vi=result.description_vi,
                formed_on=result.formed_on,
                trl_start=4,
                trl_end=7,
                product_key=result.product_key,
            ),
            reason="Hoàn thiện mô tả; kết quả được công khai.",
            version=result.version,
            at=story.later(),
        )


def register(story: Story, contract: Contract) -> None:
    """The dossier goes to the national system; its certificate is entered."""
    found, officer = acceptance_now(story, contract), story.actor("officer")
    prepared = story.act(
        "results",
        "prepare_handover",
        officer,
        acceptance_id=found.pk,
        at=story.later(days=1),
    )
    sent = localdate(story.later(days=2))
    story.act(
        "results",
        "note_handover",
        officer,
        handover=prepared.public_id,
        sent_on=sent,
        reference=f"{found.pk}/CV-ĐMST",
        acknowledged_on=sent,
        at=story.now,
    )
    story.act(
        "results",
        "register_result_certificate",
        officer,
        acceptance_id=found.pk,
        number=f"{sent.year}-66-{found.pk:04d}",
        registered_on=localdate(story.later(days=9)),
        file=paper("giay-chung-nhan"),
        at=story.now,
    )


# ---- money


def pay_last(story: Story, contract: Contract) -> None:
    """What is left is paid, and all that was used is cleared: all but ``UNUSED``."""
    contract = again(story, contract)
    left = [
        i
        for i in contracts_queries.instalments_of(contract)
        if contracts_queries.payment_of(i) is None
    ]
    if by_items(contract):
        for _item in left:
            pay_next(story, contract)
        return
    for instalment in left:
        pay(story, contract, instalment.pk)
    money = contracts_queries.money_of(contract, ())
    clear(
        story,
        contract,
        "02",
        money.open_advances - UNUSED,
        other=contract.other_money - contract.other_money // 2,
    )


def recover(story: Story, contract: Contract) -> None:
    """Money that was not shown to be used is claimed, and comes back in two parts."""
    decided = localdate(story.later(days=20))
    claim = story.act(
        "contracts",
        "claim_money",
        story.actor("leader"),
        contract_id=contract.pk,
        amount=UNUSED,
        reason="Chứng từ mua vật tư không đủ căn cứ thanh toán.",
        basis="",
        decision_number=f"{story.number}77/QĐ-BCT",
        decided_on=decided,
        due_on=decided + timedelta(days=60),
        at=story.now,
    )
    first = UNUSED * 2 // 3
    for number, part in enumerate((first, UNUSED - first), start=1):
        story.act(
            "contracts",
            "receive_claim",
            story.actor("finance"),
            claim_id=claim.pk,
            amount=part,
            received_on=localdate(story.later(days=15)),
            reference=f"GNT {number}/{contract.pk}",
            at=story.now,
        )


def close_books(story: Story, contract: Contract) -> None:
    """Settled as a whole, where the procedure settles so; then liquidated."""
    if contracts_queries.rules_of(contract).payment.settle != "items":
        story.act(
            "contracts",
            "settle_contract",
            story.actor("finance"),
            contract_id=contract.pk,
            document_number=f"{story.number}31/QT-BCT",
            settled_on=localdate(story.later(days=10)),
            at=story.now,
        )
    story.act(
        "contracts",
        "liquidate_contract",
        story.actor("officer"),
        contract_id=contract.pk,
        document_number=f"{story.number}32/BBTL",
        liquidated_on=localdate(story.later(days=10)),
        at=story.now,
    )
