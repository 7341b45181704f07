"""Money is claimed back by a decision; it comes back in parts, or is given up by another."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, get_args

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from sti_methods.refunds import Kind

from opensti.domains.contracts.actions.acting import locked, step, tell
from opensti.domains.contracts.actions.posting import post, reverse_source
from opensti.domains.contracts.actions.refusing import amount_is_positive, day_is_past
from opensti.domains.contracts.choices import Account, PostingKind
from opensti.domains.contracts.models import (
    Claim,
    ClaimReceipt,
    ClaimWaiver,
    StatementMatch,
)
from opensti.domains.contracts.queries.money import money_of, outstanding
from opensti.domains.contracts.queries.paying import still_to_pay
from opensti.domains.procedures.choices import STATE_LABELS, Act, State
from opensti.kernel.access import get_visible
from opensti.kernel.checks import keep, problem, required
from opensti.kernel.money import format_money
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from opensti.domains.contracts.models import Contract
    from opensti.kernel.access import Actor

CLAIMABLE = (State.COMPLETED, State.FAILED, State.TERMINATED, State.RECOVERING)
# Money may come back until the contract is liquidated.
BOOKED = {"what", "amount"}
REFUNDED = BOOKED - {"what"} | {
    "money", "least", "most", "share", "refund", "source", "article",
}  # fmt: skip
RETURNING = (State.RECOVERING, State.SETTLED)


@transaction.atomic
def claim_money(
    *,
    actor: Actor,
    contract_id: int,
    amount: Decimal,
    reason: str,
    basis: str,
    decision_number: str,
    decided_on: date,
    at: datetime,
    due_on: date | None = None,
    working: Sequence[Any] = (),
    version: int | None = None,
) -> Claim:
    """Claim State money back from the host; the first claim takes the contract's step.

    ``working`` is how the amount was worked out, as plain values (amounts as texts).
    Claims never come to more than what was paid. Open advances are claimed before money
    that was cleared. Raises ``StepNotAllowed`` where the contract goes on, was settled or
    closed, and where completed work still waits to be paid: a claim ends the payments.
    """
    contract = locked(actor, contract_id, "contracts.claim", version=version)
    _can_be_claimed_from(contract)
    given = required(reason=reason, decision_number=decision_number)
    amount_is_positive("amount", amount)
    _can_be_read_out(working)
    _is_decided_once(contract, given["decision_number"])
    day_is_past("decided_on", decided_on, at, contract)
    money = money_of(contract, ())
    if unpaid := still_to_pay(contract, money):
        raise StepNotAllowed(unpaid.message, mend=unpaid.mend)
    free = money.paid - money.claimed
    if amount > free:
        raise problem(
            "amount",
            _("More would be claimed than was paid."),
            _("At most %(free)s can be claimed.") % {"free": format_money(free)},
        )
    rests_on = basis.strip()
    if contract.case.state != State.RECOVERING:
        article = step(actor, contract, Act.CONTRACT_CLAIM, at, reason=given["reason"])
        rests_on = rests_on or article
    claim = book_claim(
        actor=actor,
        contract=contract,
        amount=amount,
        open_advances=money.open_advances,
        reason=given["reason"],
        basis=rests_on,
        decision_number=given["decision_number"],
        decided_on=decided_on,
        due_on=due_on,
        working=working,
        at=at,
    )
    keep(contract)
    tell(
        actor,
        contract,
        Act.CONTRACT_CLAIM,
        at,
        basis=rests_on,
        detail={
            "claim": claim.public_id,
            "amount": amount,
            "decision": given["decision_number"],
            "due_on": due_on.isoformat() if due_on else "",
            "reason": given["reason"],
        },
    )
    return claim


def _is_decided_once(contract: Contract, decision_number: str) -> None:
    """One decision claims once: a double click must not double the debt."""
    if contract.claims.filter(decision_number=decision_number).exists():
        raise StepNotAllowed(
            _("A claim on this decision was entered already."),
            mend=_("It stands with the payments of the contract."),
        )


def _can_be_read_out(working: Sequence[Any]) -> None:
    """Rows in the house's own two shapes are written out as sums on the decision."""
    if not all(_reads(row) for row in working if isinstance(row, dict)):
        raise problem(
            "working",
            _("A row of how the sum was worked out cannot be read."),
            _("Amounts are whole đồng as text, parts are fractions such as 2/5."),
        )


def _reads(row: Mapping[str, Any]) -> bool:
    if not (row.keys() == BOOKED or row.keys() >= REFUNDED):
        return True  # written out as it was given
    try:
        amounts = [Decimal(row[n]) for n in ("amount", "refund") if n in row]
        whole = all(amount % 1 == 0 for amount in amounts)
        for name in row.keys() & {"least", "most", "share"}:
            Fraction(row[name])
    except (ArithmeticError, TypeError, ValueError):
        return False
    words = all(isinstance(row.get(n, ""), str) for n in ("what", "source", "article"))
    return whole and words and row.get("money", "unused") in get_args(Kind)


def _can_be_claimed_from(contract: Contract) -> None:
    state = State(contract.case.state)
    if state in CLAIMABLE:
        return
    if state in {State.RUNNING, State.SUSPENDED}:
        mend = _("Conclude its acceptance, or end it early: the money is checked then.")
    elif state == State.SETTLED:
        mend = _("Its settlement says what is owed: enter what comes back of that.")
    elif state == State.LIQUIDATED:
        mend = _("It was closed when nothing was owed any more.")
    else:
        mend = _("It was not signed: nothing was paid under it.")
    raise StepNotAllowed(
        _("Nothing is claimed while the contract is: %(state)s.")
        % {"state": STATE_LABELS[state]},
        mend=mend,
    )


def book_claim(
    *,
    actor: Actor,
    contract: Contract,
    amount: Decimal,
    open_advances: Decimal,
    reason: str,
    basis: str,
    decision_number: str,
    decided_on: date,
    due_on: date | None,
    working: Sequence[Any],
    at: datetime,
) -> Claim:
    """Write a claim and post it; the caller has locked, checked and records it."""
    claim = Claim.objects.create(
        contract=contract,
        amount=amount,
        reason=reason,
        basis=basis[:200],
        decision_number=decision_number,
        decided_on=decided_on,
        due_on=due_on,
        working=list(working),
        made_by_id=actor.user_id,
        made_at=at,
    )
    source = f"claim:{claim.public_id}"
    of_advances = min(amount, open_advances)
    for account, part in (
        (Account.ADVANCES, of_advances),
        (Account.REFUNDS, amount - of_advances),
    ):
        post(
            actor=actor,
            contract=contract,
            kind=PostingKind.CLAIM,
            day=decided_on,
            debit=Account.OWED,
            credit=account,
            amount=part,
            source=source,
            key=f"claim:{claim.public_id}:{account}",
            memo=decision_number,
            at=at,
        )
    return claim


@transaction.atomic
def receive_claim(
    *,
    actor: Actor,
    claim_id: int,
    amount: Decimal,
    received_on: date,
    reference: str,
    at: datetime,
    version: int | None = None,
) -> ClaimReceipt:
    """Enter that money of a claim came back: all of it or a part, never more."""
    claim, contract = locked_claim(
        actor, claim_id, "contracts.receive_claim", version=version
    )
    receipt = book_receipt(
        actor=actor,
        contract=contract,
        claim=claim,
        amount=amount,
        received_on=received_on,
        reference=reference,
        at=at,
    )
    keep(contract)
    return receipt


def locked_claim(
    actor: Actor, claim_id: int, permission: str, *, version: int | None = None
) -> tuple[Claim, Contract]:
    """Lock the contract of a claim that is still waited for."""
    seen = get_visible(actor, Claim.objects.all(), pk=claim_id)
    contract = locked(
        actor, seen.contract_id, permission, states=RETURNING, version=version
    )
    rows = Claim.objects.select_related("contract")
    claim = rows.prefetch_related("receipts", "waivers").get(pk=seen.pk)
    return claim, contract


def book_receipt(
    *,
    actor: Actor,
    contract: Contract,
    claim: Claim,
    amount: Decimal,
    received_on: date,
    reference: str,
    at: datetime,
) -> ClaimReceipt:
    """Write what came back and post it; the caller has locked the contract."""
    number = required(reference=reference)["reference"]
    amount_is_positive("amount", amount)
    day_is_past("received_on", received_on, at, contract)
    _not_above(claim, amount)
    if any(
        r.reference == number and r.taken_back_at is None for r in claim.receipts.all()
    ):
        raise problem(
            "reference",
            _("Money of this claim was entered under this reference already."),
            _("Nothing was entered again. Each receipt has a reference of its own."),
        )
    receipt = ClaimReceipt.objects.create(
        claim=claim,
        amount=amount,
        received_on=received_on,
        reference=number,
        made_by_id=actor.user_id,
        made_at=at,
    )
    post(
        actor=actor,
        contract=contract,
        kind=PostingKind.RECEIVE,
        day=received_on,
        debit=Account.RECEIVED,
        credit=Account.OWED,
        amount=amount,
        source=f"receipt:{receipt.public_id}",
        memo=number,
        at=at,
    )
    tell(
        actor,
        contract,
        "contracts.receive_claim",
        at,
        basis=claim.decision_number,
        detail={
            "claim": claim.public_id,
            "amount": amount,
            "received_on": received_on.isoformat(),
            "reference": number,
        },
    )
    return receipt


@transaction.atomic
def take_back_receipt(
    *, actor: Actor, receipt_id: int, reason: str, at: datetime
) -> ClaimReceipt:
    """A receipt was entered by mistake: the claim waits for its money again."""
    seen = get_visible(actor, ClaimReceipt.objects.all(), pk=receipt_id)
    _claim, contract = locked_claim(actor, seen.claim_id, "contracts.receive_claim")
    if StatementMatch.objects.filter(receipt=seen).exists():
        raise StepNotAllowed(
            _("The bank's statement shows this receipt."),
            mend=_("Undo the match with the line of the statement first."),
        )
    receipt = undo_receipt(
        actor=actor,
        contract=contract,
        receipt_id=seen.pk,
        reason=required(reason=reason)["reason"],
        at=at,
    )
    keep(contract)
    return receipt


def undo_receipt(
    *, actor: Actor, contract: Contract, receipt_id: int, reason: str, at: datetime
) -> ClaimReceipt:
    """Strike a receipt out and reverse it; the caller has locked the contract."""
    receipt = ClaimReceipt.objects.get(pk=receipt_id)
    if receipt.taken_back_at is not None:
        raise StepNotAllowed(_("This receipt was taken back already."))
    receipt.taken_back_at = at
    receipt.save(update_fields=["taken_back_at"])
    reverse_source(
        actor=actor,
        contract=contract,
        source=f"receipt:{receipt.public_id}",
        day=receipt.received_on,
        at=at,
        memo=reason,
    )
    tell(
        actor,
        contract,
        "contracts.take_back_receipt",
        at,
        detail={
            "amount": receipt.amount,
            "reference": receipt.reference,
            "reason": reason,
        },
    )
    return receipt


@transaction.atomic
def waive_claim(
    *,
    actor: Actor,
    claim_id: int,
    reason: str,
    decision_number: str,
    decided_on: date,
    at: datetime,
    amount: Decimal | None = None,
    version: int | None = None,
) -> ClaimWaiver:
    """Give up what is still owed of a claim (or a part of it), by a decision."""
    claim, contract = locked_claim(
        actor, claim_id, "contracts.waive_claim", version=version
    )
    given = required(reason=reason, decision_number=decision_number)
    number = given["decision_number"]
    amount = outstanding(claim) if amount is None else amount
    amount_is_positive("amount", amount)
    day_is_past("decided_on", decided_on, at, contract)
    _not_above(claim, amount)
    if claim.waivers.filter(decision_number=number).exists():
        raise problem(
            "decision_number",
            _("This decision was entered for the claim already."),
            _("Nothing was given up again."),
        )
    waiver = ClaimWaiver.objects.create(
        claim=claim,
        amount=amount,
        reason=given["reason"],
        decision_number=number,
        decided_on=decided_on,
        made_by_id=actor.user_id,
        made_at=at,
    )
    post(
        actor=actor,
        contract=contract,
        kind=PostingKind.WAIVE,
        day=decided_on,
        debit=Account.WAIVED,
        credit=Account.OWED,
        amount=amount,
        source=f"waiver:{waiver.pk}",
        memo=number,
        at=at,
    )
    keep(contract)
    tell(
        actor,
        contract,
        "contracts.waive_claim",
        at,
        basis=number,
        detail={
            "claim": claim.public_id,
            "amount": amount,
            "reason": given["reason"],
        },
    )
    return waiver


def _not_above(claim: Claim, amount: Decimal) -> None:
    waits = outstanding(claim)
    if amount > waits:
        raise problem(
            "amount",
            _("That is more than is still owed of this claim."),
            _("Still owed: %(left)s.") % {"left": format_money(waits) or Decimal(0)},
        )
