"""A contract is settled: what was paid, cleared, saved and is owed; then liquidated."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from sti_methods.bookkeeping import split

from opensti.domains.calls.choices import BudgetSource
from opensti.domains.contracts.actions.acting import locked, step, tell
from opensti.domains.contracts.actions.claiming import book_claim
from opensti.domains.contracts.actions.posting import post
from opensti.domains.contracts.actions.refusing import day_is_past
from opensti.domains.contracts.choices import (
    Account,
    LumpSum,
    PostingKind,
)
from opensti.domains.contracts.models import Settlement
from opensti.domains.contracts.problem import line_of
from opensti.domains.contracts.problem.lump import covered
from opensti.domains.contracts.queries import budget_now, contract_by_id, rules_of
from opensti.domains.contracts.queries.liquidating import liquidation_waits
from opensti.domains.contracts.queries.money import Money, money_of, recover_by
from opensti.domains.contracts.queries.paying import still_to_pay
from opensti.domains.procedures.choices import Act, State
from opensti.kernel.access import SYSTEM
from opensti.kernel.checks import keep, problem, required
from opensti.kernel.money import format_money, whole
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from datetime import date, datetime

    from opensti.domains.contracts.events import ContractSigned, TermsChanged
    from opensti.domains.contracts.models import Contract
    from opensti.domains.procedures.regimes.format.execution import LumpSumRule
    from opensti.kernel.access import Actor

SETTLING = (State.COMPLETED, State.FAILED, State.TERMINATED, State.RECOVERING)
LIQUIDATING = (*SETTLING, State.SETTLED)
NONE = Decimal(0)


def keep_commitment(event: ContractSigned | TermsChanged) -> None:
    """The books say what State money a contract in force promises (follows its terms)."""
    contract = contract_by_id(event.contract_id)
    day = timezone.localdate(event.at)
    more = contract.state_money - money_of(contract, ()).committed
    number = contract.postings.filter(kind=PostingKind.COMMIT).count() + 1
    post(
        actor=SYSTEM,
        contract=contract,
        kind=PostingKind.COMMIT,
        day=day,
        debit=Account.COMMITTED if more > 0 else Account.COMMITMENTS,
        credit=Account.COMMITMENTS if more > 0 else Account.COMMITTED,
        amount=abs(more),
        source=f"contract:{contract.public_id}",
        key=f"commit:{contract.public_id}:{number}",
        memo=contract.number,
        at=event.at,
    )


def most_saved(contract: Contract, money: Money) -> Decimal:
    """How much of open advances the host may keep as savings of a lump sum.

    Only where the work was completed (accepted), and of a lump that covers a part of the
    budget no more than that part; a share as the frozen rule says, rounded down.
    """
    rule = rules_of(contract).lump_sum(contract.lump_sum)
    if rule is None or contract.case.state != State.COMPLETED:
        return NONE
    inside = min(money.open_advances, _state_money(contract, rule, lump=True))
    part, _rest = split(int(inside), rule.saved_to_host)
    return Decimal(part)


def most_outside(contract: Contract, money: Money) -> Decimal:
    """How much of open advances may be savings outside of a lump sum, before it is shared.

    Nothing where no text that was read shares it, or the work was not accepted.
    """
    rules = rules_of(contract)
    shared = rules.payment.saved_outside_to_host
    if shared is None or contract.case.state != State.COMPLETED:
        return NONE
    rule = rules.lump_sum(contract.lump_sum)
    return min(money.open_advances, _state_money(contract, rule, lump=False))


def _state_money(
    contract: Contract, rule: LumpSumRule | None, *, lump: bool
) -> Decimal:
    """State money of the budget inside, or outside, of the lump sum."""
    if rule is not None and not rule.categories:
        return contract.state_money if lump else NONE
    budget = budget_now(contract.dossier_id)
    lines = [line_of(item) for item in budget.items.all()] if budget else []
    state = [n for n in lines if n.source == BudgetSource.STATE]
    return sum((n.amount for n in state if covered(n, rule) == lump), NONE)


@transaction.atomic
def settle_contract(
    *,
    actor: Actor,
    contract_id: int,
    document_number: str,
    settled_on: date,
    at: datetime,
    saved: Decimal | None = None,
    saved_outside: Decimal | None = None,
    version: int | None = None,
) -> Settlement:
    """Settle a contract as a whole: savings of a lump sum stay, the rest is owed back.

    ``saved`` is what the host keeps: by default all that the rule lets it keep under the
    lump sum to the final product, nothing otherwise. ``saved_outside`` is what was saved
    of other State money though its work was done: the host's fund keeps the share that
    the rule names, rounded down; a host without such a fund saves nothing there. What is
    then still open is claimed on the settlement's own number. Raises ``StepNotAllowed``
    where the procedure settles item by item, or where cleared work waits to be paid.
    """
    contract = locked(
        actor, contract_id, "contracts.settle", states=SETTLING, version=version
    )
    number = required(document_number=document_number)["document_number"]
    day_is_past("settled_on", settled_on, at, contract)
    rule = rules_of(contract).payment
    if rule.settle == "items":
        raise StepNotAllowed(
            _("This procedure settles each item with its payment, not as a whole."),
            mend=_("Claim what was not used, then liquidate the contract."),
            article=rule.basis,
        )
    money = money_of(contract, ())
    if unpaid := still_to_pay(contract, money):
        raise StepNotAllowed(unpaid.message, mend=unpaid.mend)
    most = most_saved(contract, money)
    if saved is None:
        saved = most if contract.lump_sum == LumpSum.FINAL else NONE
    if whole(saved, field="saved") > most:
        raise problem(
            "saved",
            _("The host cannot keep so much as savings."),
            _("At most %(most)s under the rule of this contract's lump sum.")
            % {"most": format_money(most)},
        )
    saved += _kept_outside(contract, money, saved, saved_outside or NONE)
    rest = money.open_advances - saved
    article = step(actor, contract, Act.CONTRACT_SETTLE, at)
    source = f"settlement:{contract.public_id}"
    post(
        actor=actor,
        contract=contract,
        kind=PostingKind.SAVE,
        day=settled_on,
        debit=Account.SAVINGS,
        credit=Account.ADVANCES,
        amount=saved,
        source=source,
        memo=number,
        at=at,
    )
    if rest:
        book_claim(
            actor=actor,
            contract=contract,
            amount=rest,
            open_advances=rest,
            reason="",  # pages say in each reader's words that it was not used
            basis=article,
            decision_number=number,
            decided_on=settled_on,
            due_on=recover_by(contract),
            working=[
                {"what": "paid", "amount": f"{money.paid:f}"},
                {"what": "cleared", "amount": f"{money.cleared:f}"},
                {"what": "claimed", "amount": f"{money.claimed:f}"},
                {"what": "saved", "amount": f"{saved:f}"},
                {"what": "owed", "amount": f"{rest:f}"},
            ],
            at=at,
        )
    after = money_of(contract, ())
    settlement = Settlement.objects.create(
        contract=contract,
        document_number=number,
        settled_on=settled_on,
        paid=after.paid,
        cleared=after.cleared,
        saved=saved,
        claimed=after.claimed,
        figures=frozen(after),
        made_by_id=actor.user_id,
        made_at=at,
    )
    keep(contract)
    tell(
        actor,
        contract,
        Act.CONTRACT_SETTLE,
        at,
        basis=article,
        detail={"document": number, "saved": saved, "owed": rest}
        | {"figures": settlement.figures},
    )
    return settlement


def _kept_outside(
    contract: Contract, money: Money, saved: Decimal, outside: Decimal
) -> Decimal:
    """What the host's fund keeps of savings outside of the lump sum."""
    if not whole(outside, field="saved_outside"):
        return NONE
    most = min(most_outside(contract, money), money.open_advances - saved)
    if outside > most:
        raise problem(
            "saved_outside",
            _("So much cannot have been saved outside of the lump sum."),
            _("At most %(most)s: money for work that was not done is paid back.")
            % {"most": format_money(most)},
        )
    share = rules_of(contract).payment.saved_outside_to_host or Fraction(0)
    part, _rest = split(int(outside), share)
    return Decimal(part)


def frozen(money: Money) -> dict[str, str]:
    """The figures as they stood, amounts as texts."""
    return {
        name: f"{getattr(money, name):f}"
        for name in (
            "state_money",
            "allocated",
            "paid",
            "cleared",
            "saved",
            "claimed",
            "received",
            "waived",
            "contributed",
            "left",
        )
    }


@transaction.atomic
def liquidate_contract(
    *,
    actor: Actor,
    contract_id: int,
    document_number: str,
    liquidated_on: date,
    at: datetime,
    version: int | None = None,
) -> Contract:
    """End a contract for good: nothing is open, nothing owed, nothing waited for.

    Raises ``StepNotAllowed`` with what is still open: advances, claims, or what another
    domain waits for (``queries.liquidation_waits_for``).
    """
    contract = locked(
        actor,
        contract_id,
        "contracts.liquidate",
        states=LIQUIDATING,
        version=version,
    )
    number = required(document_number=document_number)["document_number"]
    day_is_past("liquidated_on", liquidated_on, at, contract)
    money = money_of(contract, ())
    if waits := still_open(contract, money):
        raise StepNotAllowed(waits[0][0], mend=waits[0][1])
    article = step(actor, contract, Act.CONTRACT_LIQUIDATE, at)
    keep(contract)
    tell(
        actor,
        contract,
        Act.CONTRACT_LIQUIDATE,
        at,
        basis=article,
        detail={
            "document": number,
            "liquidated_on": liquidated_on.isoformat(),
            "figures": frozen(money),
        },
    )
    return contract


def still_open(contract: Contract, money: Money) -> list[tuple[str, str]]:
    """What a liquidation waits for, each with how it is mended."""
    found: list[tuple[str, str]] = []
    if money.open_advances:
        found.append(
            (
                str(_("%(amount)s were paid and neither cleared nor claimed back."))
                % {"amount": format_money(money.open_advances)},
                str(_("Settle the contract, or claim the rest back.")),
            )
        )
    if unpaid := still_to_pay(contract, money):
        found.append((str(unpaid.message), str(unpaid.mend)))
    if money.owed_by_host:
        found.append(
            (
                str(_("The host still owes %(amount)s."))
                % {"amount": format_money(money.owed_by_host)},
                str(
                    _(
                        "Enter what came back, or the decision by which the rest is given up."
                    )
                ),
            )
        )
    found += [(str(reason), "") for reason in liquidation_waits(contract)]
    return found
