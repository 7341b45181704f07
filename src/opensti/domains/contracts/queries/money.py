"""What the books of contracts say: figures by contract and year, all from the postings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q, Sum
from django.utils.timezone import localdate
from sti_methods.bookkeeping import Posting as Entry
from sti_methods.bookkeeping import Years, balances, flow

from opensti.domains.contracts.choices import Account
from opensti.domains.contracts.models import (
    Allocation,
    Claim,
    Clearance,
    Contract,
    Instalment,
    Posting,
    Settlement,
)
from opensti.domains.contracts.queries.contracts import rules_of
from opensti.domains.procedures.choices import State, Unit
from opensti.kernel.access import visible
from opensti.kernel.periods import add_months

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from opensti.domains.procedures.regimes.format.tables import Period
    from opensti.kernel.access import Actor

Flows = dict[tuple[str, str], int]
NONE = Decimal(0)
RUNNING = (State.RUNNING, State.SUSPENDED)


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Whole đồng of one contract, or of one contract in one budget year."""

    committed: Decimal = NONE
    allocated: Decimal = NONE
    paid: Decimal = NONE
    cleared: Decimal = NONE
    saved: Decimal = NONE
    claimed: Decimal = NONE
    received: Decimal = NONE
    waived: Decimal = NONE
    contributed: Decimal = NONE
    advances: Decimal = NONE

    @property
    def open_advances(self) -> Decimal:
        """Paid and neither cleared, saved nor claimed back."""
        return max(self.advances, NONE)

    @property
    def owed_to_host(self) -> Decimal:
        """Work cleared that was not paid yet."""
        return max(-self.advances, NONE)

    @property
    def owed_by_host(self) -> Decimal:
        """Claimed, and neither received nor given up."""
        return self.claimed - self.received - self.waived


@dataclass(frozen=True, kw_only=True)
class YearFigures(Figures):
    year: int
    planned: Decimal = NONE


@dataclass(frozen=True, kw_only=True)
class Money(Figures):
    """A contract's money as a whole and by budget year."""

    state_money: Decimal
    other_money: Decimal
    years: tuple[YearFigures, ...] = field(default=())

    @property
    def left(self) -> Decimal:
        """State money of the contract that was not paid yet."""
        return self.state_money - self.paid

    def of_year(self, year: int) -> YearFigures:
        return next((y for y in self.years if y.year == year), YearFigures(year=year))

    def allotted(self, *, carried_before: int | None) -> Years:
        """What budget years were allocated and paid; ``Years`` says what moves on."""
        return Years(
            allocated={y.year: int(y.allocated) for y in self.years},
            paid={y.year: int(y.paid) for y in self.years},
            carried_before=carried_before,
        )

    def share(self, amount: Decimal) -> int:
        """Percent of the State money, rounded down; 0 where there is none."""
        return int(amount * 100 // self.state_money) if self.state_money else 0


def flows_of(contracts: Iterable[int] | QuerySet[Any]) -> dict[int, dict[int, Flows]]:
    """What went from account to account: contract → year → (debit, credit) → đồng.

    One query for any number of contracts; the caller has decided who may know.
    """
    rows = (
        Posting.objects.filter(contract_id__in=contracts)
        .order_by()
        .values_list("contract_id", "year", "debit", "credit")
        .annotate(Sum("amount"))
    )
    found: dict[int, dict[int, Flows]] = {}
    for contract_id, year, debit, credit, amount in rows:
        found.setdefault(contract_id, {}).setdefault(year, {})[debit, credit] = int(
            amount
        )
    return found


def together(years: Mapping[int, Flows]) -> Flows:
    """The flows of all years as one."""
    whole: Flows = {}
    for flows in years.values():
        for pair, amount in flows.items():
            whole[pair] = whole.get(pair, 0) + amount
    return whole


def account_balances(flows: Flows) -> dict[str, Decimal]:
    """The balance of every account that anything touched, in the chart's order."""
    touched = {a for pair in flows for a in pair}
    return {
        str(account): Decimal(flow(flows, account, *(touched - {account})))
        for account in Account.values
        if account in touched
    }


def balances_of(
    contracts: Iterable[int] | QuerySet[Any],
) -> dict[int, dict[str, Decimal]]:
    """Balances by contract and account; one query. The caller decided who may know."""
    return {
        contract_id: account_balances(together(years))
        for contract_id, years in flows_of(contracts).items()
    }


def balances_from(postings: Iterable[Posting]) -> dict[str, Decimal]:
    """Balances of postings at hand, by account in the chart's order; no query."""
    found = balances(Entry(p.debit, p.credit, int(p.amount)) for p in postings)
    return {a: Decimal(found[a]) for a in Account.values if a in found}


def figures(flows: Flows) -> dict[str, Decimal]:
    """The figures that flows amount to; nothing is counted twice, reversals count back."""
    a = Account
    advances = account_balances(flows).get(a.ADVANCES, NONE)

    def went(debit: str, *credits_: str) -> Decimal:
        return Decimal(flow(flows, debit, *credits_))

    return {
        "committed": went(a.COMMITTED, a.COMMITMENTS),
        "allocated": went(a.ALLOCATED, a.STATE),
        "paid": went(a.ADVANCES, a.STATE, a.ALLOCATED),
        "cleared": went(a.SPENT, a.ADVANCES),
        "saved": went(a.SAVINGS, a.ADVANCES),
        "claimed": went(a.OWED, a.ADVANCES, a.REFUNDS),
        "received": went(a.RECEIVED, a.OWED),
        "waived": went(a.WAIVED, a.OWED),
        "contributed": went(a.OTHER_SPENT, a.OTHERS),
        "advances": advances,
    }


def money_of(
    contract: Contract, instalments: Iterable[Instalment] | None = None
) -> Money:
    """The money of one contract; 1 query, and 1 more unless instalments are handed in.

    The caller has decided who may know.
    """
    plan = contract.instalments.all() if instalments is None else instalments
    years = flows_of([contract.pk]).get(contract.pk, {})
    planned: dict[int, Decimal] = {}
    for part in plan:
        due = part.due_on or (part.milestone.due_on if part.milestone else None)
        due = due or contract.starts_on
        if due is not None:
            planned[due.year] = planned.get(due.year, NONE) + part.amount
    return Money(
        state_money=contract.state_money,
        other_money=contract.other_money,
        years=tuple(
            YearFigures(
                year=year,
                planned=planned.get(year, NONE),
                **figures(years.get(year, {})),
            )
            for year in sorted({*years, *planned})
        ),
        **figures(together(years)),
    )


def years_of(contract: Contract, money: Money) -> Years:
    """The contract's budget years; unspent money moves on only while the contract runs.

    Only where its procedure says so. Once it was completed, what the year of that day
    leaves lapses with that year. No query.
    """
    if not rules_of(contract).payment.carries_over:
        return money.allotted(carried_before=0)
    if contract.case.state in RUNNING:
        return money.allotted(carried_before=None)
    return money.allotted(carried_before=localdate(contract.case.entered_at).year)


def cleared_of(ids: Sequence[int]) -> dict[int, Decimal]:
    """What the books say was cleared of each contract that has any; 1 query."""
    rows = (
        Posting.objects.filter(contract_id__in=list(ids))
        .filter(
            Q(debit=Account.SPENT, credit=Account.ADVANCES)
            | Q(debit=Account.ADVANCES, credit=Account.SPENT)
        )
        .order_by()
        .values_list("contract_id", "debit")
        .annotate(Sum("amount"))
    )
    found: dict[int, Decimal] = {}
    for contract_id, debit, amount in rows:
        more = amount if debit == Account.SPENT else -amount
        found[contract_id] = found.get(contract_id, NONE) + more
    return found


def postings_of(actor: Actor, contract: Contract) -> QuerySet[Posting]:
    """The books of a contract, oldest first."""
    rows = Posting.objects.filter(contract=contract).select_related("made_by")
    return visible(actor, rows).order_by("id")


def claims_of(actor: Actor, contract: Contract) -> QuerySet[Claim]:
    """Claims with what came back and what was given up."""
    rows = Claim.objects.filter(contract=contract)
    return visible(actor, rows).prefetch_related("receipts", "waivers").order_by("id")


def outstanding(claim: Claim) -> Decimal:
    """What of a claim is neither received nor given up; of prefetched rows no query."""
    back = sum(
        (r.amount for r in claim.receipts.all() if r.taken_back_at is None), NONE
    )
    return claim.amount - back - sum((w.amount for w in claim.waivers.all()), NONE)


def allocations_of(actor: Actor, contract: Contract) -> QuerySet[Allocation]:
    return visible(actor, Allocation.objects.filter(contract=contract))


def clearances_of(actor: Actor, contract: Contract) -> QuerySet[Clearance]:
    return visible(actor, Clearance.objects.filter(contract=contract))


def settlement_of(actor: Actor, contract: Contract) -> Settlement | None:
    return visible(actor, Settlement.objects.filter(contract=contract)).first()


def clear_all_by(contract: Contract) -> date | None:
    """By when all advances are to be cleared; nothing where no time is known."""
    return _after_end(contract, rules_of(contract).payment.clear_within)


def recover_by(contract: Contract) -> date | None:
    """By when what was not cleared is taken back; nothing where no time is known."""
    return _after_end(contract, rules_of(contract).payment.recover_within)


def _after_end(contract: Contract, within: Period | None) -> date | None:
    """A period of days or months after the contract's end."""
    if within is None or contract.ends_on is None:
        return None
    if within.unit == Unit.MONTH:
        return add_months(contract.ends_on, within.n)
    if within.unit == Unit.DAY:
        return contract.ends_on + timedelta(days=within.n)
    return None
