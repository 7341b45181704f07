"""Lump sums: what a mode covers, and whether it may be chosen; exact fractions, no floats."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from opensti.domains.calls.choices import BudgetCategory, BudgetSource
from opensti.kernel.money import format_money
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from opensti.domains.contracts.problem import Line
    from opensti.domains.procedures.regimes.format.execution import LumpSumRule


@dataclass(frozen=True, kw_only=True)
class Limited:
    """State money that a lump-sum mode limits: fixed assets and delegations abroad."""

    amount: Decimal
    state: Decimal
    share_max: Fraction | None
    most: Decimal | None

    @property
    def within_share(self) -> bool:
        if self.share_max is None:
            return True
        # amount / state <= share, without dividing
        return (
            int(self.amount) * self.share_max.denominator
            <= int(self.state) * self.share_max.numerator
        )

    @property
    def within(self) -> bool:
        return self.within_share and (self.most is None or self.amount <= self.most)


def marked(lines: Iterable[Line], rule: LumpSumRule | None) -> list[Line]:
    """The lines, each marked as part of the lump or not; none without a mode."""
    return [replace(line, lump=covered(line, rule)) for line in lines]


def covered(line: Line, rule: LumpSumRule | None) -> bool:
    """Whether a line is part of the lump; of none without a mode."""
    if rule is None:
        return False
    if not rule.categories:
        return True
    if line.abroad:
        return False
    with_norm = line.category in rule.categories_with_norm and bool(line.norm)
    return line.category in rule.categories or with_norm


def limited(lines: Iterable[Line], rule: LumpSumRule) -> Limited:
    """What the rule limits in these lines."""
    state = [line for line in lines if line.source == BudgetSource.STATE]
    assets = [
        line
        for line in state
        if line.category == BudgetCategory.EQUIPMENT or line.abroad
    ]
    return Limited(
        amount=sum((line.amount for line in assets), Decimal(0)),
        state=sum((line.amount for line in state), Decimal(0)),
        share_max=rule.assets_share_max,
        most=rule.assets_max,
    )


def lump_problems(lines: Iterable[Line], rule: LumpSumRule) -> list[Problem]:
    """Why the mode may not be chosen for this budget; empty where it may."""
    found = limited(lines, rule)
    problems = []
    said = {
        "amount": format_money(found.amount),
        "state": format_money(found.state),
    }
    mend = _("Choose another mode, or lower what is limited in the budget.")
    if not found.within_share and found.share_max is not None:
        problems.append(
            Problem(
                field="lump_sum",
                message=_(
                    "Fixed assets and delegations abroad are %(amount)s of %(state)s "
                    "State money: this mode allows at most %(share)s of it."
                )
                % {**said, "share": _share(found.share_max)},
                mend=mend,
            )
        )
    if found.most is not None and found.amount > found.most:
        problems.append(
            Problem(
                field="lump_sum",
                message=_(
                    "Fixed assets and delegations abroad are %(amount)s State money: "
                    "this mode allows at most %(most)s."
                )
                % {**said, "most": format_money(found.most)},
                mend=mend,
            )
        )
    return problems


def _share(share: Fraction) -> str:
    exact = share * 100
    return f"{exact.numerator} %" if exact.denominator == 1 else str(share)
