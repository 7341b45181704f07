"""Money goes to the host by instalment, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.actions.acting import locked, tell
from opensti.domains.contracts.actions.lighting import refresh_lights
from opensti.domains.contracts.actions.posting import post, reverse_source
from opensti.domains.contracts.actions.refusing import day_is_past
from opensti.domains.contracts.choices import (
    Account,
    InstalmentKind,
    PostingKind,
    RequestState,
)
from opensti.domains.contracts.models import (
    Instalment,
    Payment,
    PaymentOverride,
    PaymentRequest,
    Posting,
    StatementMatch,
)
from opensti.domains.contracts.queries import rules_of
from opensti.domains.contracts.queries.money import money_of
from opensti.domains.contracts.queries.paying import (
    PAYING,
    instalments_of,
    obstacles,
    override_of,
    payment_of,
)
from opensti.kernel.access import get_visible
from opensti.kernel.checks import keep, required
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.domains.contracts.queries.paying import Obstacle
    from opensti.kernel.access import Actor


@transaction.atomic
def pay_instalment(
    *,
    actor: Actor,
    instalment_id: int,
    paid_on: date,
    reference: str,
    at: datetime,
    version: int | None = None,
) -> Payment:
    """Enter that an instalment was paid, whole and once.

    Raises ``StepNotAllowed`` with the first rule that speaks against it, its article and
    how to mend it. An item is settled with its payment: its evidence was accepted.
    """
    seen = get_visible(actor, Instalment.objects.all(), pk=instalment_id)
    contract = locked(actor, seen.contract_id, "contracts.pay")
    instalment = next(i for i in instalments_of(contract) if i.pk == seen.pk)
    _not_paid(instalment)
    if version is not None and contract.version != version:
        locked(actor, contract.pk, "contracts.pay", version=version)
    number = required(reference=reference)["reference"]
    day_is_past("paid_on", paid_on, at, contract)
    rule = rules_of(contract).payment
    speaks = obstacles(
        contract,
        instalment,
        rule=rule,
        money=money_of(contract, ()),
        year=paid_on.year,
    )
    if speaks:
        raise _refused(speaks[0])
    payment = Payment.objects.create(
        contract=contract,
        instalment=instalment,
        amount=instalment.amount,
        paid_on=paid_on,
        reference=number,
        made_by_id=actor.user_id,
        made_at=at,
    )
    source = f"payment:{payment.public_id}"
    shared = {
        "actor": actor,
        "contract": contract,
        "day": paid_on,
        "amount": instalment.amount,
        "source": source,
        "memo": number,
        "at": at,
    }
    post(
        kind=PostingKind.PAY,
        debit=Account.ADVANCES,
        credit=Account.ALLOCATED if rule.within_year_allocation else Account.STATE,
        **shared,  # type: ignore[arg-type]
    )
    if rule.mode == "items" or instalment.kind == InstalmentKind.ITEM:
        post(
            kind=PostingKind.CLEAR,
            debit=Account.SPENT,
            credit=Account.ADVANCES,
            **shared,  # type: ignore[arg-type]
        )
    PaymentRequest.objects.filter(
        instalment=instalment, state__in=(RequestState.ASKED, RequestState.ACCEPTED)
    ).update(state=RequestState.PAID)
    keep(contract)
    override = override_of(instalment)
    tell(
        actor,
        contract,
        "contracts.pay",
        at,
        basis=rule.basis,
        detail={
            "instalment": instalment.key,
            "amount": instalment.amount,
            "paid_on": paid_on.isoformat(),
            "reference": number,
            "override": override.decision_number if override else "",
        },
    )
    refresh_lights(contract_ids=[contract.pk], at=at)
    return payment


def _not_paid(instalment: Instalment) -> None:
    payment = payment_of(instalment)
    if payment is not None:
        raise StepNotAllowed(
            _("This instalment was paid already: %(day)s, %(reference)s.")
            % {"day": f"{payment.paid_on:%d/%m/%Y}", "reference": payment.reference},
            mend=_("Nothing was paid again. Choose another instalment."),
        )


def _refused(obstacle: Obstacle) -> StepNotAllowed:
    return StepNotAllowed(
        obstacle.message,
        mend=obstacle.mend,
        article=obstacle.article,
        who=_("the agency's leader, by a decision with its reason")
        if obstacle.liftable
        else "",
    )


@transaction.atomic
def override_payment(
    *,
    actor: Actor,
    instalment_id: int,
    reason: str,
    decision_number: str,
    at: datetime,
    version: int | None = None,
) -> PaymentOverride:
    """Decide that an instalment is paid though rules that may be lifted speak against it.

    Lifts those that speak against it now, and no others that may come.
    """
    seen = get_visible(actor, Instalment.objects.all(), pk=instalment_id)
    contract = locked(
        actor,
        seen.contract_id,
        "contracts.override_payment",
        states=PAYING,
        version=version,
    )
    given = required(reason=reason, decision_number=decision_number)
    instalment = next(i for i in instalments_of(contract) if i.pk == seen.pk)
    _not_paid(instalment)
    rule = rules_of(contract).payment
    speaks = obstacles(
        contract,
        instalment,
        rule=rule,
        money=money_of(contract, ()),
        year=at.year,
    )
    lifts = [o.rule for o in speaks if o.liftable]
    if not lifts:
        raise StepNotAllowed(
            _("No rule that can be lifted speaks against this instalment."),
            mend=_("Look at the instalment: it says what it waits for."),
        )
    before = override_of(instalment)
    override, _made = PaymentOverride.objects.update_or_create(
        instalment=instalment,
        defaults={
            "rules": sorted({*lifts, *(before.rules if before else ())}),
            "reason": given["reason"],
            "decision_number": given["decision_number"],
            "made_by_id": actor.user_id,
            "made_at": at,
        },
    )
    keep(contract)
    tell(
        actor,
        contract,
        "contracts.override_payment",
        at,
        basis=given["decision_number"],
        detail={
            "instalment": instalment.key,
            "rules": lifts,
            "reason": given["reason"],
        },
    )
    return override


@transaction.atomic
def take_back_payment(
    *, actor: Actor, payment_id: int, reason: str, at: datetime
) -> None:
    """A payment was entered by mistake, or came back from the bank: undo it in the books.

    The instalment can be paid again; the record and the two postings keep what was. What
    the leader lifted for this payment falls with it: he decides anew, on what then holds.
    """
    seen = get_visible(actor, Payment.objects.all(), pk=payment_id)
    contract = locked(actor, seen.contract_id, "contracts.pay", states=PAYING)
    why = required(reason=reason)["reason"]
    payment = Payment.objects.select_related("instalment").filter(pk=seen.pk).first()
    if payment is None:
        raise StepNotAllowed(_("This payment was taken back already."))
    if StatementMatch.objects.filter(payment=payment).exists():
        raise StepNotAllowed(
            _("The bank's statement shows this payment."),
            mend=_("Undo the match with the line of the statement first."),
        )
    source = f"payment:{payment.public_id}"
    reverse_source(
        actor=actor,
        contract=contract,
        source=source,
        day=payment.paid_on,
        at=at,
        memo=why,
    )
    PaymentRequest.objects.filter(
        instalment=payment.instalment, state=RequestState.PAID
    ).update(state=RequestState.ACCEPTED)
    lifted = PaymentOverride.objects.filter(instalment=payment.instalment)
    detail = {
        "instalment": payment.instalment.key,
        "override": "".join(lifted.values_list("decision_number", flat=True)),
        "amount": payment.amount,
        "paid_on": payment.paid_on.isoformat(),
        "reference": payment.reference,
        "reason": why,
        "postings": Posting.objects.filter(contract=contract, source=source).count(),
    }
    lifted.delete()
    payment.delete()
    keep(contract)
    tell(actor, contract, "contracts.take_back_payment", at, detail=detail)
