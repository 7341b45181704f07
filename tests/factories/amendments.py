"""Running contracts under each regime, and changes asked of them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from opensti.domains.contracts import actions
from opensti.domains.contracts.actions.posting import post
from opensti.domains.contracts.choices import Account, PostingKind
from opensti.domains.contracts.models import Contract, Payment
from opensti.domains.contracts.queries import paid_to, rules_of
from opensti.domains.procedures.models import Case, RegimeVersion
from opensti.kernel.access import SYSTEM, Actor, Role
from tests.factories import contracts as contract_factory
from tests.factories.tasks import person

if TYPE_CHECKING:
    from opensti.domains.contracts.models import Amendment, Ending
    from tests.factories.contracts import Funded

ASKED = datetime(2027, 3, 1, 2, 0, tzinfo=UTC)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
DECIDED = datetime(2027, 3, 10, 2, 0, tzinfo=UTC)


def running(regime: str = "moit_2026", lump: str = "none") -> Funded:
    """A contract of 24 months in force, under the named regime and lump-sum mode."""
    funded = contract_factory.running()
    version = RegimeVersion.objects.filter(code=regime).latest("pk")
    Case.objects.filter(pk=funded.contract.case_id).update(
        regime_version=version, regime_code=regime, regime_sha256=version.sha256
    )
    Contract.objects.filter(pk=funded.contract.pk).update(lump_sum=lump)
    funded.contract = funded.again()
    return funded


def manager(funded: Funded) -> Actor:
    """The manager of the contract's host."""
    host = funded.again().host_id
    return person(
        Role.MANAGER,
        Role.APPLICANT,
        member_of=frozenset({host}),
        manages=frozenset({host}),
    )


def asked(
    funded: Funded, *kinds: str, actor: Actor | None = None, **patch: Any
) -> Amendment:
    return actions.ask_amendment(
        actor=actor or funded.officer,
        contract_id=funded.contract.pk,
        kinds=kinds,
        patch=actions.Patch(**patch),
        reason="Thiết bị về chậm.",
        at=ASKED,
    )


def decided(amendment: Amendment, actor: Actor, **more: Any) -> Amendment:
    given: dict[str, Any] = {
        "decision_number": "77/QĐ-BCT",
        "effective_on": DECIDED.date(),
        "at": DECIDED,
        "reason": "Theo đề nghị.",
        **more,
    }
    return actions.decide_amendment(actor=actor, amendment_id=amendment.pk, **given)


BEGUN = datetime(2027, 4, 1, 2, 0, tzinfo=UTC)
REPORTED = datetime(2027, 4, 10, 2, 0, tzinfo=UTC)
CHECKED = datetime(2027, 4, 20, 2, 0, tzinfo=UTC)
ENDED = datetime(2027, 5, 4, 2, 0, tzinfo=UTC)


def paid(funded: Funded) -> Decimal:
    """The first instalment is paid, and stands in the books; returns how much."""
    first = funded.contract.instalments.order_by("position")[0]
    payment = Payment.objects.create(
        contract=funded.contract,
        instalment=first,
        amount=first.amount,
        paid_on=ASKED.date(),
        reference="UNC 1",
        made_at=ASKED,
    )
    post(
        actor=SYSTEM,
        contract=funded.contract,
        kind=PostingKind.PAY,
        day=payment.paid_on,
        debit=Account.ADVANCES,
        credit=Account.STATE,
        amount=first.amount,
        source=f"payment:{payment.public_id}",
        at=ASKED,
    )
    return first.amount


def ending(funded: Funded, *, until: str = "checked") -> Ending:
    """An early ending brought to a state; 100 not used, 50 not shown, the rest proper."""
    given: dict[str, Any] = {"contract_id": funded.contract.pk}
    begun = actions.ask_ending(
        actor=funded.host, reason="Không còn đối tác.", at=ASKED, **given
    )
    if until == "asked":
        return begun
    begun = actions.begin_ending(actor=funded.leader, at=BEGUN, **given)
    if until == "reporting":
        return begun
    begun = actions.report_ending(
        actor=funded.host,
        report="Đã làm nội dung 1.",
        plan_products="Bàn giao quy trình.",
        plan_assets="Giữ thiết bị để nghiên cứu.",
        unused=Decimal(100),
        at=REPORTED,
        **given,
    )
    if until == "reported":
        return begun
    whole = paid_to(funded.contract)
    return actions.check_ending(
        actor=funded.finance,
        unused=Decimal(100),
        proper=whole - 150,
        unproven=Decimal(50),
        note="Đã đối chiếu chứng từ.",
        at=CHECKED,
        **given,
    )


def found(funded: Funded, *, unmet: str = "", evidence: bool = True) -> None:
    """Each condition of accepted risk is found met, but for one; on evidence or not."""
    for condition in rules_of(funded.contract).ending.conditions:
        actions.judge_condition(
            actor=funded.officer,
            contract_id=funded.contract.pk,
            condition=condition.id,
            met=condition.id != unmet,
            text="Theo hồ sơ.",
            at=CHECKED,
        )
        if evidence:
            actions.add_ending_paper(
                actor=funded.officer,
                contract_id=funded.contract.pk,
                file=ContentFile(PDF, name="minh-chung.pdf"),
                condition=condition.id,
                at=CHECKED,
            )


def ended(funded: Funded, **more: Any) -> Ending:
    given: dict[str, Any] = {
        "cause": "subjective",
        "decision_number": "99/QĐ-BCT",
        "reason": "Không hoàn thành.",
        "at": ENDED,
        **more,
    }
    return actions.decide_ending(
        actor=given.pop("actor", funded.leader),
        contract_id=funded.contract.pk,
        **given,
    )
