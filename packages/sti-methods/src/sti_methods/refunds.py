"""What is paid back when a funded task is not completed: money by kind, shares by rule.

Whole đồng in, whole đồng out; shares are fractions. A part of a đồng is rounded half to
even, each row by itself, so that no row is more than its money and the total is the sum of
the rows as they are shown. Cost: linear in the number of rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Kind = Literal["unused", "proper", "unproven"]
KINDS: tuple[Kind, ...] = ("unused", "proper", "unproven")
Source = Literal["rule", "accepted_risk", "not_known"]


@dataclass(frozen=True, kw_only=True)
class RefundRule:
    """Between which shares one kind of money is paid back; ``cause`` and ``lump`` narrow it."""

    id: str
    money: Kind
    least: Fraction
    most: Fraction
    cause: str = "any"
    lump: str = "any"

    def covers(self, *, cause: str, lump: str) -> bool:
        return self.cause in ("any", cause) and self.lump in ("any", lump)


@dataclass(frozen=True, kw_only=True)
class RefundRow:
    """One kind of money: how much there was, which shares are allowed, what is paid back.

    ``source`` says what the bounds rest on: a rule (``rule`` is its id), the acceptance of
    the risk, or nothing that is known (then anything from nothing to all is possible).
    """

    money: Kind
    amount: int
    least: Fraction
    most: Fraction
    chosen: Fraction
    refund: int
    rule: str = ""
    source: Source = "rule"


@dataclass(frozen=True, kw_only=True)
class Refund:
    rows: tuple[RefundRow, ...]
    total: int


class ShareOutOfRange(ValueError):  # noqa: N818 -- reads as what happened
    """A share was chosen that the rule of its money does not allow."""

    def __init__(self, row: RefundRow) -> None:
        super().__init__(f"{row.money}: {row.chosen} is not in {row.least}..{row.most}")
        self.row = row


def part_of(amount: int, share: Fraction) -> int:
    """A share of whole đồng, rounded half to even."""
    return round(amount * share)


def bounds(
    money: Kind,
    *,
    rules: Sequence[RefundRule],
    cause: str,
    lump: str,
    risk_accepted: bool = False,
) -> tuple[Fraction, Fraction, str, Source]:
    """Least and most share of one kind of money, the rule's id, and what it rests on.

    A rule that names the cause or the lump-sum mode goes before one that does not.
    """
    if risk_accepted and money == "proper":
        return Fraction(0), Fraction(0), "", "accepted_risk"
    fitting = [
        r for r in rules if r.money == money and r.covers(cause=cause, lump=lump)
    ]
    if not fitting:
        return Fraction(0), Fraction(1), "", "not_known"
    rule = max(fitting, key=lambda r: (r.lump != "any") + (r.cause != "any"))
    return rule.least, rule.most, rule.id, "rule"


def refund(
    amounts: Mapping[Kind, int],
    *,
    rules: Sequence[RefundRule],
    cause: str,
    lump: str,
    chosen: Mapping[Kind, Fraction] | None = None,
    risk_accepted: bool = False,
) -> Refund:
    """The rows of working and their sum; a share not chosen is the least allowed.

    Raises ``ShareOutOfRange`` for a share that its rule does not allow and ``ValueError``
    for negative amounts.
    """
    picked = chosen or {}
    rows = []
    for money in KINDS:
        amount = amounts.get(money, 0)
        if amount < 0:
            raise ValueError(f"{money} is negative: {amount}")
        least, most, rule, source = bounds(
            money, rules=rules, cause=cause, lump=lump, risk_accepted=risk_accepted
        )
        share = picked.get(money, least)
        row = RefundRow(
            money=money,
            amount=amount,
            least=least,
            most=most,
            chosen=share,
            refund=part_of(amount, share),
            rule=rule,
            source=source,
        )
        if not least <= share <= most:
            raise ShareOutOfRange(row)
        rows.append(row)
    return Refund(rows=tuple(rows), total=sum(row.refund for row in rows))
