"""Which rules of benefit speak on a year's profit, and what they need to be asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from sti_methods.sharing import WHOLE, Portion, Rule, least

from opensti.domains.procedures.queries import regime_of
from opensti.domains.results.choices import PartyRole
from opensti.domains.results.models import Split
from opensti.domains.results.queries.rights import names_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sti_methods.sharing import Base, Party

    from opensti.domains.procedures.regimes.format.aftermath import BenefitShare
    from opensti.domains.results.models import DealIncome
    from opensti.kernel.refusals import Text

# What a portion is counted on where no rule says it.
BASES: Mapping[Party, Base] = {
    "authors": "after_tax_profit",
    "broker": "after_tax_profit",
    "state": "rest",
    "research": "rest",
    "welfare": "rest",
}


@dataclass(frozen=True, kw_only=True)
class DayOf:
    """One day of the case that may decide which law governs it."""

    label: Text
    day: date


@dataclass(frozen=True, kw_only=True)
class RuleSet:
    """The rules that cover some of the days of the case; ``day`` is the first of them."""

    day: date
    days: tuple[DayOf, ...]
    facts: tuple[BenefitShare, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(
            Rule(
                id=fact.id,
                who=fact.who,
                test=fact.test,
                share=fact.share,
                base=fact.base,
                owned_by=fact.owned_by,
                unless_agreed=fact.unless_agreed,
            )
            for fact in self.facts
        )

    def base_of(self, who: Party) -> Base:
        """What a portion of a party is counted on under these rules."""
        return next((f.base for f in self.facts if f.who == who), BASES[who])

    def least(self, *, owned_by: str, has_broker: bool) -> tuple[Portion, ...]:
        return least(
            self.rules,
            owned_by="user" if owned_by == "user" else "owner",
            has_broker=has_broker,
        )


@dataclass(frozen=True, kw_only=True)
class Basis:
    """All that sharing one year's profit rests on.

    ``sets``: the rules by the days of the case, that of formation first; more than one
    must be asked about. None at all: no rule that was read speaks on it.
    """

    sets: tuple[RuleSet, ...]
    names: Mapping[str, tuple[str, str]]
    state_part: int
    has_broker: bool
    formed_on: date

    @property
    def asked(self) -> bool:
        return len(self.sets) > 1

    def under(self, day: date) -> RuleSet | None:
        return next((s for s in self.sets if s.day == day), None)


def basis_of(income: DealIncome) -> Basis:
    """The rules and figures for one year's profit; 2 queries at most.

    The income comes with its deal, and that with right, result and contract's case.
    """
    deal = income.deal
    right, contract = deal.right, deal.contract
    about = right or deal.result
    if about is None:  # a constraint: a deal is about something
        raise LookupError(deal.public_id)
    days = [
        DayOf(label=_("day of formation"), day=about.formed_on),
        *(
            [DayOf(label=_("day the right was granted"), day=right.granted_on)]
            if right is not None and right.granted_on is not None
            else []
        ),
        DayOf(label=_("day the deal was signed"), day=deal.signed_on),
        DayOf(label=_("year of the income"), day=date(income.year, 12, 31)),
    ]
    regime = regime_of(contract.case) if contract is not None else None
    facts = regime.aftermath.benefits if regime and regime.aftermath else ()
    return Basis(
        sets=_sets(facts, days),
        names=names_of(regime) if regime else {},
        state_part=_state_part(income),
        has_broker=any(p.role == PartyRole.BROKER for p in deal.parties.all()),
        formed_on=about.formed_on,
    )


def _sets(facts: tuple[BenefitShare, ...], days: list[DayOf]) -> tuple[RuleSet, ...]:
    """The rules that cover each day; days under the same rules stand together."""
    found: dict[tuple[str, ...], list[DayOf]] = {}
    for each in days:
        covering = tuple(f.id for f in facts if f.covers(each.day))
        if covering:
            found.setdefault(covering, []).append(each)
    by_id = {f.id: f for f in facts}
    return tuple(
        RuleSet(
            day=under[0].day,
            days=tuple(under),
            facts=tuple(by_id[name] for name in ids),
        )
        for ids, under in found.items()
    )


def unequal_splits() -> list[tuple[str, int, Decimal, Decimal]]:
    """Years whose amounts are not together the profit: the deal's number, the year, what
    stands written, what is added up, in whole đồng; nothing where all agree; 1 query.

    For operators: it asks of all deals.
    """
    rows = Split.objects.annotate(found=Coalesce(Sum("payouts__amount"), Decimal(0)))
    wrong = rows.exclude(profit=F("found")).order_by("pk")
    return [
        (number, year, profit, Decimal(found))
        for number, year, profit, found in wrong.values_list(
            "income__deal__number", "income__year", "profit", "found"
        )
    ]


def _state_part(income: DealIncome) -> int:
    """The State's part of the money of the contract, in ten-thousandths;
    all of it where no money is known, none where there is no contract.
    """
    contract = income.deal.contract
    if contract is None:
        return 0
    whole = contract.state_money + contract.other_money
    if not whole:
        return WHOLE
    part = Fraction(contract.state_money) / Fraction(whole) * WHOLE
    return -int(-part // 1)  # up: the authors' share is counted on it
