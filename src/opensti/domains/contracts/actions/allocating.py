"""State money is set aside for a contract by budget year, and taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.actions.acting import locked, tell
from opensti.domains.contracts.actions.posting import post, reverse_source
from opensti.domains.contracts.actions.refusing import amount_is_positive
from opensti.domains.contracts.choices import Account, PostingKind
from opensti.domains.contracts.models import Allocation, Posting
from opensti.domains.contracts.queries import rules_of
from opensti.domains.contracts.queries.money import money_of, years_of
from opensti.domains.contracts.queries.paying import PAYING
from opensti.domains.procedures.choices import State
from opensti.kernel.access import get_visible
from opensti.kernel.checks import keep, problem, required
from opensti.kernel.money import format_money
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.kernel.access import Actor

ALLOCATING = (*PAYING, State.SUSPENDED)
FIRST_YEAR, LAST_YEAR = 2000, 2100


@transaction.atomic
def allocate(
    *,
    actor: Actor,
    contract_id: int,
    year: int,
    amount: Decimal,
    decision_number: str,
    decided_on: date,
    at: datetime,
    version: int | None = None,
) -> Allocation:
    """Set State money aside for a budget year; never more than is left of the contract.

    What other years were allocated and did not spend counts, whether it moves to the next
    year (``PaymentRule.carries_over``) or the year is not over yet; what lapsed does not.
    """
    contract = locked(
        actor,
        contract_id,
        "contracts.allocate",
        states=ALLOCATING,
        version=version,
    )
    number = required(decision_number=decision_number)["decision_number"]
    amount_is_positive("amount", amount)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise problem("year", _("This is no budget year."), _("Enter four digits."))
    if decided_on > timezone.localdate(at):
        raise problem(
            "decided_on",
            _("This day has not come yet."),
            _("Enter the day on the paper."),
        )
    money = money_of(contract, ())
    unspent = years_of(contract, money).unspent(today=timezone.localdate(at).year)
    free = max(money.left - unspent, Decimal(0))
    if amount > free:
        raise problem(
            "amount",
            _("That is more than the contract has left for %(year)d.") % {"year": year},
            _(
                "At most %(free)s can be allocated: %(unspent)s of other allocations are "
                "not spent. Take back what is not needed of them first."
            )
            % {
                "free": format_money(free),
                "unspent": format_money(Decimal(unspent)),
            },
        )
    same = contract.allocations.filter(
        year=year, decision_number=number, cancelled_at=None
    )
    if same.exists():
        raise problem(
            "decision_number",
            _("What this decision allocates for the year was entered already."),
            _("Cancel the other entry if it was wrong."),
        )
    allocation = Allocation.objects.create(
        contract=contract,
        year=year,
        amount=amount,
        decision_number=number,
        decided_on=decided_on,
        made_by_id=actor.user_id,
        made_at=at,
    )
    post(
        actor=actor,
        contract=contract,
        kind=PostingKind.ALLOCATE,
        day=decided_on,
        year=year,
        debit=Account.ALLOCATED,
        credit=Account.STATE,
        amount=amount,
        source=f"allocation:{allocation.public_id}",
        memo=number,
        at=at,
    )
    keep(contract)
    tell(
        actor,
        contract,
        "contracts.allocate",
        at,
        basis=number,
        detail={"year": year, "amount": amount},
    )
    return allocation


@transaction.atomic
def cancel_allocation(
    *,
    actor: Actor,
    allocation_id: int,
    reason: str,
    at: datetime,
    amount: Decimal | None = None,
) -> Allocation:
    """Take an allocation back, or ``amount`` of it, as far as no payment needs it.

    Payments of its own year, and of later ones to which its money moved on.
    """
    seen = get_visible(actor, Allocation.objects.all(), pk=allocation_id)
    contract = locked(
        actor,
        seen.contract_id,
        "contracts.allocate",
        states=ALLOCATING,
    )
    why = required(reason=reason)["reason"]
    allocation = Allocation.objects.select_related("contract").get(pk=seen.pk)
    if allocation.cancelled_at is not None:
        raise StepNotAllowed(_("This allocation was taken back already."))
    amount = allocation.amount if amount is None else amount
    amount_is_positive("amount", amount)
    if amount > allocation.amount:
        raise problem(
            "amount",
            _("That is more than was allocated."),
            _("At most %(free)s can be taken back.")
            % {"free": format_money(allocation.amount)},
        )
    free = years_of(contract, money_of(contract, ())).free(allocation.year)
    if rules_of(contract).payment.within_year_allocation and amount > free:
        raise StepNotAllowed(
            _("What was paid in %(year)d needs this allocation.")
            % {"year": allocation.year},
            mend=_("At most %(free)s of it can be taken back.")
            % {"free": format_money(Decimal(free))},
        )
    _take_back(actor, allocation, amount, why, at)
    keep(contract)
    tell(
        actor,
        contract,
        "contracts.cancel_allocation",
        at,
        basis=allocation.decision_number,
        detail={"year": allocation.year, "amount": amount, "reason": why},
    )
    return allocation


def _take_back(
    actor: Actor, allocation: Allocation, amount: Decimal, why: str, at: datetime
) -> None:
    """Undo all of an allocation, or post a part of it back; the caller checked it."""
    source = f"allocation:{allocation.public_id}"
    shared: dict[str, Any] = {
        "actor": actor,
        "contract": allocation.contract,
        "source": source,
        "day": allocation.decided_on,
        "memo": why,
        "at": at,
    }
    allocation.cancel_reason = why
    if amount == allocation.amount:
        allocation.cancelled_at = at
        reverse_source(**shared)
    else:
        allocation.amount -= amount
        parts = Posting.objects.filter(source=source, debit=Account.STATE).count()
        post(
            kind=PostingKind.ALLOCATE,
            year=allocation.year,
            debit=Account.STATE,
            credit=Account.ALLOCATED,
            amount=amount,
            key=f"lower:{allocation.public_id}:{parts + 1}",
            **shared,
        )
    allocation.save(update_fields=["amount", "cancelled_at", "cancel_reason"])
