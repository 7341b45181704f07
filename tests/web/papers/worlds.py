"""Contracts and results brought where their papers are written, all days being fixed.

Each function gives who reads, and the address of each paper of that stretch of the way.
``text`` is what people typed, so that the same papers can be read with hostile texts.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from opensti.domains.contracts import actions as contract_actions
from opensti.domains.contracts.actions.acting import step, write_terms
from opensti.domains.contracts.models import (
    Claim,
    Clearance,
    Contract,
    Payment,
    PaymentRequest,
    ReportDue,
)
from opensti.domains.procedures.choices import Act
from opensti.domains.registry.models import Organisation
from opensti.domains.results import actions
from opensti.domains.results.models import BaseCouncil, UptakeYear
from opensti.kernel.access import SYSTEM
from opensti.web.contracts.writing.pause_paper import pauses_of
from tests.domains.contracts.test_money import under
from tests.factories import acceptance, amendments, contract_papers, reports, results
from tests.factories import contracts as factory
from tests.factories import rights as right_factory

if TYPE_CHECKING:
    from collections.abc import Callable

    from opensti.kernel.access import Actor
    from opensti.kernel.record.queries import Line

    Papers = tuple[Actor, dict[str, Callable[[str], str]]]

AT = datetime(2027, 5, 4, 2, 0, tzinfo=UTC)
DAY = AT.date()


def typed(contract: Contract, text: str) -> None:
    """What was typed of the task and its host, where it is not the usual."""
    if text:
        Contract.objects.filter(pk=contract.pk).update(title_vi=text, objectives=text)
        Organisation.objects.filter(pk=contract.host_id).update(
            name_vi=text, name_en=""
        )


def at(name: str, *args: Any) -> Callable[[str], str]:
    return lambda kind: reverse(name, args=[*args, kind])


def drafted(text: str = "") -> Papers:
    """The contract before it is sent on, with what was typed in it."""
    funded = contract_papers.ready()
    typed(funded.contract, text)
    public_id = funded.contract.public_id
    return funded.host, {
        "draft": lambda kind: reverse(
            "contracts:paper_document", args=[public_id, "contract", "vi", kind]
        )
    }


def signed(text: str = "") -> Papers:
    """The contract, an annex to it, a claim, and the minutes that close it."""
    funded = contract_papers.signed()
    typed(funded.contract, text)
    contract = funded.again()
    contract.ends_on = date(2029, 3, 1)
    contract.save()
    write_terms(
        funded.leader,
        contract,
        in_force_from=date(2028, 1, 1),
        at=factory.LATER,
        reason=text or "Thiên tai",
    )
    claim = Claim.objects.create(
        contract=contract,
        amount=640_000_000,
        reason=text or "Không hoàn thành.",
        basis="TL27",
        decision_number="12/QĐ-ĐMST",
        decided_on=date(2028, 2, 1),
        due_on=date(2028, 4, 1),
        working=[
            {"what": "paid", "amount": "800000000"},
            {"what": "owed", "amount": "640000000"},
        ],
        made_at=factory.LATER,
    )
    step(SYSTEM, funded.again(), Act.CONTRACT_COMPLETE, factory.LATER)
    names = {
        "contract": "contract",
        "annex": "amendment-2",
        "claim": f"claim-{claim.public_id}",
        "settlement": "settlement",
        "liquidation": "liquidation",
    }

    def paper(which: str) -> Callable[[str], str]:
        return lambda kind: reverse(
            "contracts:paper_document", args=[contract.public_id, which, "vi", kind]
        )

    return funded.host, {name: paper(which) for name, which in names.items()}


def paused(text: str = "") -> Papers:
    """A contract that stood still and went on."""
    funded = contract_papers.signed()
    typed(funded.contract, text)
    for act in (contract_actions.suspend_contract, contract_actions.resume_contract):
        act(
            actor=replace(funded.leader, sudo=True),
            contract_id=funded.contract.pk,
            reason=text or "Thiên tai.",
            at=AT,
        )
    public_id = funded.contract.public_id
    first, second = pauses_of(funded.again())

    def paper(line: Line) -> Callable[[str], str]:
        which = f"pause-{line.position}"
        return lambda kind: reverse(
            "contracts:paper_document", args=[public_id, which, "vi", kind]
        )

    return funded.host, {"suspended": paper(first), "resumed": paper(second)}


def amended(text: str = "") -> Papers:
    funded = amendments.running()
    typed(funded.contract, text)
    amendments.decided(amendments.asked(funded, "extend", months=3), funded.leader)
    place = at("contracts:amendment_document", funded.contract.public_id, 1)
    return funded.officer, {"amendment": place}


def ended(text: str = "") -> Papers:
    """An early end that claims money back, and the account of the contract."""
    funded = amendments.running("moit_2014", lump="final_product")
    typed(funded.contract, text)
    amendments.paid(funded)
    amendments.ending(funded)
    amendments.ended(funded)
    public_id = funded.contract.public_id
    claim = Claim.objects.get(contract=funded.contract).public_id
    payment = Payment.objects.get().public_id
    return funded.officer, {
        "ending": at("contracts:ending_document", public_id),
        "account": at("contracts:settlement_paper", public_id),
        "order": at("contracts:payment_paper", public_id, payment),
        "claim_of_ending": lambda kind: reverse(
            "contracts:paper_document", args=[public_id, f"claim-{claim}", "vi", kind]
        ),
    }


def asked(text: str = "") -> Papers:
    """What the host asks money with."""
    funded = under(factory.running(), "moit_2014")
    typed(funded.contract, text)
    contract = funded.contract
    first, second = contract.instalments.order_by("position")[:2]
    made = [
        PaymentRequest.objects.create(
            contract=contract,
            instalment=part,
            text=text or "Đã làm xong nội dung 1.\nCó biên bản.",
            asked_by_id=funded.host.user_id,
            asked_at=AT,
        )
        for part in (first, second)
    ]
    cleared = Clearance.objects.create(
        contract=contract,
        document_number="05/KL",
        cleared_on=DAY,
        amount=Decimal(400_000_000),
        other_amount=Decimal(50_000_000),
        work=text or "Nội dung 1: 100 %.\nNội dung 2: 60 %.",
        made_at=AT,
    )
    return funded.officer, {
        "advance": at("contracts:request_sheet", made[0].public_id),
        "request": at("contracts:request_sheet", made[1].public_id),
        "volume": at("contracts:volume_sheet", contract.public_id, cleared.public_id),
    }


def checked(text: str = "") -> Papers:
    funded = factory.running()
    typed(funded.contract, text)
    members = [
        contract_actions.Member(name="Nguyễn Văn A", capacity="Trưởng đoàn"),
        contract_actions.Member(name="Trần B"),
    ]
    check = contract_actions.plan_check(
        actor=funded.officer,
        contract_id=funded.contract.pk,
        planned_on=date(2027, 5, 20),
        team=members,
        reason=text or "Định kỳ",
        at=AT,
    )
    check = contract_actions.hold_check(
        actor=funded.officer,
        check_id=check.pk,
        held_on=date(2027, 5, 20),
        host_side="Ông C, phó viện trưởng",
        content=text or "Xem dây chuyền.",
        opinion="Đồng ý.",
        conclusion="Đạt.",
        findings=[
            contract_actions.Found(
                severity="major", text="Thiếu nhật ký.", mend_by=date(2027, 6, 20)
            )
        ],
        at=datetime(2027, 5, 21, 2, 0, tzinfo=UTC),
        expected_version=check.version,
    )
    place = (funded.contract.public_id, check.public_id)
    return funded.officer, {"check": at("contracts:check_minutes", *place)}


def reported(text: str = "") -> Papers:
    """A progress and a financial report as they were handed in."""
    funded = under(factory.running(), "moit_2014")
    typed(funded.contract, text)
    found = {}
    for kind in ("progress", "financial"):
        due = (
            ReportDue.objects.filter(contract=funded.contract, kind=kind)
            .order_by("due_on")
            .first()
        )
        day = datetime.combine(due.due_on, AT.timetz())
        version = reports.submitted(funded, due, at=day)
        place = (funded.contract.public_id, due.public_id, version.number)
        found[f"report_{kind}"] = at("contracts:report_paper", *place)
    return funded.officer, found


def handed_in(text: str = "") -> Papers:
    """What the host says and asks with its dossier, and how it was sent back."""
    work = acceptance.handed_in()
    typed(work.contract, text)
    acceptance.returned(work, acceptance.HANDED_IN + timedelta(days=1))
    public_id = work.acceptance.public_id
    base = BaseCouncil.objects.get(acceptance=work.acceptance)
    return work.host, {
        "assessment": at("results:dossier_paper", public_id, 1, "assessment"),
        "assessment_draft": at("results:assessment_paper", public_id),
        "acceptance_letter": at("results:dossier_paper", public_id, 1, "letter"),
        "returned": at("results:dossier_paper", public_id, 1, "returned"),
        "base": at("results:base_paper", public_id, base.pk),
    }


def reworked(text: str = "") -> Papers:
    work = acceptance.handed_in()
    acceptance.judged(work, *["fail"] * 7)
    day = acceptance.COUNTED + timedelta(days=1)
    actions.ask_rework(
        actor=work.officer,
        acceptance_id=work.acceptance.pk,
        reason=text or "Thiếu số liệu đo.",
        until=(day + timedelta(days=60)).date(),
        at=day,
    )
    typed(work.contract, text)
    return work.host, {"rework": at("results:outcome_paper", work.acceptance.public_id)}


def recognised(text: str = "") -> Papers:
    """From the count of ballots to the sheet of registration."""
    work = acceptance.handed_in()
    council, _members = acceptance.judged(work)
    for go_on in (acceptance.confirmed, acceptance.recognised, acceptance.registered):
        go_on(work)
    typed(work.contract, text)
    actions.add_result(
        actor=work.host,
        contract_id=work.contract.pk,
        said=results.said(trl_start=4, trl_end=7),
        at=acceptance.REGISTERED,
    )
    handover = actions.prepare_handover(
        actor=work.officer,
        acceptance_id=work.acceptance.pk,
        at=acceptance.REGISTERED + timedelta(days=1),
    )
    public_id = work.acceptance.public_id
    return work.officer, {
        "recognition": at("results:recognition", public_id),
        "completion": at("results:completion", public_id),
        "registration": at("results:registration_paper", handover.public_id),
        "count": at("panels:scores", council.public_id),
    }


def formed(text: str = "") -> Papers:
    """Assets from their inventory to the hand-over."""
    funded = results.running()
    typed(funded.contract, text)
    book = results.Book(funded, results.asset(funded))
    results.asset(funded, code="TS-02", name="Máy đo")
    book.act("plan_handling", form="assign", text=text or "Còn tốt.")
    book.act("forward_plan", who="officer", text="")
    actions.decide_handling(
        actor=replace(funded.leader, sudo=True),
        asset_id=book.asset.pk,
        form="assign",
        number="12/QĐ-BCT",
        text=text or "Theo phương án.",
        on=results.TODAY,
        version=book.asset.version,
        at=results.AT,
    )
    book.act("hand_over", party=funded.contract.host.name_vi, text="")
    actions.take_stock(
        actor=funded.host,
        contract_id=funded.contract.pk,
        year=2027,
        on=results.TODAY,
        found=[book.asset.public_id],
        note_text=text or "Mất một máy.",
        at=results.AT,
    )
    asset, contract = book.asset.public_id, funded.contract.public_id
    decided = book.asset.events.get(kind="decision").public_id
    handed = book.asset.events.get(kind="handed_over").public_id
    return funded.host, {
        "inventory": at("results:inventory", contract),
        "handling": at("results:handling_decision", asset, decided),
        "hand_over": at("results:asset_minutes", asset, handed),
        "stocktake": at("results:stocktake_minutes", contract, 2027),
    }


def earned(text: str = "") -> Papers:
    """A right, a deal on it, and how a year's profit is shared."""
    kept = right_factory.disclosed()
    typed(kept.funded.contract, text)
    income = right_factory.income(kept, right_factory.deal(kept))
    actions.share_income(
        actor=kept.host,
        income_id=income.pk,
        proposal=right_factory.proposal(),
        version=income.version,
        at=right_factory.NEXT_YEAR,
    )
    return kept.host, {
        "disclosure": at("results:disclosure", kept.right.public_id),
        "deal": at("results:deal_summary", income.deal.public_id),
        "split": at("results:split_decision", income.deal.public_id, income.year),
    }


def used(text: str = "") -> Papers:
    funded = results.running()
    typed(funded.contract, text)
    actions.plan_uptake(
        actor=SYSTEM, contract_id=funded.contract.pk, day=date(2020, 5, 5), at=AT
    )
    year = UptakeYear.objects.order_by("number").first()
    actions.answer_uptake(
        actor=funded.host,
        year_id=year.pk,
        said=actions.Uptake(
            users=[{"name": "Công ty A"}, {"name": "Công ty B"}],
            revenue=Decimal(1_200_000_000),
            foreign_currency="USD",
            foreign_amount=Decimal("100000.50"),
            foreign_rate=Decimal(25_000),
            standards=text or "TCVN 1234:2027",
        ),
        version=year.version,
        at=AT,
    )
    return funded.host, {"uptake": at("results:uptake_paper", year.public_id)}
