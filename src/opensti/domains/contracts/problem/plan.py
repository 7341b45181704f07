"""The plan of a contract before it is signed: its parts as plain values, and its checks.

Money is whole đồng and compared in integers; days are half-open only where they say so:
a milestone may fall on the first and on the last day of the contract.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from opensti.domains.contracts.choices import InstalmentKind
from opensti.domains.contracts.problem.trail import off_by
from opensti.kernel.citations import cited
from opensti.kernel.money import format_money
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from fractions import Fraction

    from opensti.domains.contracts.problem import Line
    from opensti.domains.procedures.regimes.format.execution import PaymentRule

MONTHS_OF_YEAR = 12


@dataclass(frozen=True, kw_only=True)
class MilestonePart:
    """``was`` is the position that a milestone which is there had; none for a new one."""

    name_vi: str
    due_on: date
    was: int | None = None
    name_en: str = ""
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class ProductPart:
    """``key`` names a product that is there; ``milestone`` counts from 1."""

    kind: str
    name_vi: str
    name_en: str = ""
    key: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    quality: str = ""
    due_on: date | None = None
    milestone: int | None = None


@dataclass(frozen=True, kw_only=True)
class InstalmentPart:
    """``key`` names an instalment that is there; ``milestone`` counts from 1."""

    kind: str
    amount: Decimal
    label: str = ""
    key: str = ""
    due_on: date | None = None
    milestone: int | None = None
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class Main:
    """What a contract says beside its tables."""

    number: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    objectives: str = ""
    obligations: str = ""
    officer_id: int | None = None
    lump_sum: str = "none"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A contract's days and tables together, as the checks read them."""

    starts_on: date | None
    ends_on: date | None
    state_money: Decimal
    milestones: Sequence[MilestonePart]
    products: Sequence[ProductPart]
    instalments: Sequence[InstalmentPart]


def days_problems(plan: Plan) -> list[Problem]:
    """Each day of the plan lies within the contract's, and each milestone is there."""
    problems = []
    parts: dict[str, list[tuple[date | None, int | None]]] = {
        "milestones": [(m.due_on, None) for m in plan.milestones],
        "products": [(p.due_on, p.milestone) for p in plan.products],
        "instalments": [(i.due_on, i.milestone) for i in plan.instalments],
    }
    for name, rows in parts.items():
        for number, (day, milestone) in enumerate(rows, start=1):
            if day is not None and not _within(day, plan):
                problems.append(
                    Problem(
                        field=f"{name}.{number}.due_on",
                        message=_("Row %(n)d: the day is outside the contract's days.")
                        % {"n": number},
                        mend=_(
                            "Choose a day from the first to the last of the contract."
                        ),
                    )
                )
            if milestone is not None and not 1 <= milestone <= len(plan.milestones):
                problems.append(
                    Problem(
                        field=f"{name}.{number}.milestone",
                        message=_("Row %(n)d: there is no milestone %(m)d.")
                        % {"n": number, "m": milestone},
                        mend=_("Choose a milestone of the plan, or none."),
                    )
                )
    return problems


def _within(day: date, plan: Plan) -> bool:
    after = plan.starts_on is None or plan.starts_on <= day
    return after and (plan.ends_on is None or day <= plan.ends_on)


def money_problems(plan: Plan, payment: PaymentRule) -> list[Problem]:
    """Instalments are the State money to the đồng; the first advance within its share."""
    problems = []
    together = sum((i.amount for i in plan.instalments), Decimal(0))
    if plan.instalments and together != plan.state_money:
        problems.append(
            Problem(
                field="instalments",
                message=_(
                    "The instalments sum to %(sum)s, the State money is %(state)s: %(off)s."
                )
                % {
                    "sum": format_money(together),
                    "state": format_money(plan.state_money),
                    "off": off_by(together, plan.state_money),
                },
                mend=_("Change the instalments until they sum to the State money."),
            )
        )
    if payment.mode == "advances" and (
        payment.first_advance_max is not None or payment.next_needs_cleared is not None
    ):
        # An item is paid by its evidence alone: what bounds the advances would not be asked.
        problems += [
            Problem(
                field=f"instalments.{n}.kind",
                message=_(
                    "Row %(n)d: this procedure pays advances and finished work, not items "
                    "(%(article)s)."
                )
                % {"n": n, "article": cited(payment.basis)},
                mend=_("Choose an advance, or an instalment against cleared work."),
            )
            for n, part in enumerate(plan.instalments, start=1)
            if part.kind == InstalmentKind.ITEM
        ]
    share = payment.first_advance_max
    number, first = next(
        (
            (n, i)
            for n, i in enumerate(plan.instalments, start=1)
            if i.kind == InstalmentKind.ADVANCE
        ),
        (0, None),
    )
    if share is not None and first is not None:
        most = part_of(plan.state_money, share)
        if first.amount > most:
            problems.append(
                Problem(
                    field=f"instalments.{number}.amount",
                    message=_(
                        "Row %(n)d: the first advance is at most %(share)s of the State money, "
                        "%(most)s (%(article)s)."
                    )
                    % {
                        "n": number,
                        "share": share_text(share),
                        "most": format_money(most),
                        "article": cited(payment.basis),
                    },
                    mend=_("Lower it, and put the rest into a later instalment."),
                )
            )
    return problems


def months_between(starts_on: date, ends_on: date) -> int:
    """Months from the first to the last day, a part of a month counted as a whole one."""
    months = (ends_on.year - starts_on.year) * MONTHS_OF_YEAR
    months += ends_on.month - starts_on.month
    return months + (1 if ends_on.day > starts_on.day else 0)


def part_of(amount: Decimal, share: Fraction) -> Decimal:
    """A share of an amount in whole đồng, rounded down: never more than the share."""
    return Decimal(int(amount) * share.numerator // share.denominator)


def share_text(share: Fraction) -> str:
    exact = share * 100
    return f"{exact.numerator} %" if exact.denominator == 1 else str(share)


def evenly(amount: Decimal, parts: int) -> list[Decimal]:
    """An amount in so many whole parts that differ by at most one đồng; they sum to it."""
    each, rest = divmod(int(amount), parts)
    return [Decimal(each + (1 if n < rest else 0)) for n in range(parts)]


def proposed_instalments(
    plan: Plan, payment: PaymentRule, lines: Sequence[Line]
) -> list[InstalmentPart]:
    """Instalments to begin with, as the procedure pays: they sum to the State money.

    Advances: the most that may come first, the rest evenly over the milestones, the last
    after acceptance. Items: one for each line of State money.
    """
    if plan.state_money <= 0:
        return []
    if payment.mode == "items":
        items = [line for line in lines if line.source == "state" and line.amount > 0]
        if sum((line.amount for line in items), Decimal(0)) != plan.state_money:
            return []
        return [
            InstalmentPart(
                kind=InstalmentKind.ITEM,
                amount=line.amount,
                label=(line.description or _("Item %(n)d") % {"n": n})[:300],
            )
            for n, line in enumerate(items, start=1)
        ]
    found = []
    rest = plan.state_money
    if payment.first_advance_max is not None:
        first = part_of(rest, payment.first_advance_max)
        if first > 0:
            found.append(
                InstalmentPart(
                    kind=InstalmentKind.ADVANCE,
                    amount=first,
                    label=_("First advance"),
                    due_on=plan.starts_on,
                )
            )
            rest -= first
    steps = len(plan.milestones) or 1
    for n, amount in enumerate(evenly(rest, steps), start=1):
        if amount <= 0:
            continue
        last = n == steps
        found.append(
            InstalmentPart(
                kind=InstalmentKind.FINAL if last else InstalmentKind.PROGRESS,
                amount=amount,
                label=_("After acceptance")
                if last
                else _("After milestone %(n)d") % {"n": n},
                milestone=n if plan.milestones else None,
            )
        )
    return found
