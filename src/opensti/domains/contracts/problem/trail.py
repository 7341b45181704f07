"""Two versions of a budget side by side, and what a version adds up to; whole đồng."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import TYPE_CHECKING, Literal

from django.utils.translation import gettext as _

from opensti.domains.calls.choices import BudgetCategory, BudgetSource
from opensti.kernel.money import format_money
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from opensti.domains.contracts.problem import Line

Kind = Literal["added", "removed", "changed", "same"]
# Digits that hold any quantity (14) times any price (18) exactly.
_EXACT = 40


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Sums of a budget by source, by year and by category; each adds up to ``total``."""

    by_source: dict[str, Decimal]
    by_year: dict[int, Decimal]
    by_category: dict[str, Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.by_source.values(), Decimal(0))

    @property
    def state(self) -> Decimal:
        return self.by_source[BudgetSource.STATE]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line in two versions; ``before`` or ``after`` is missing where it was not."""

    key: str
    before: Line | None
    after: Line | None

    @property
    def line(self) -> Line:
        found = self.after or self.before
        if found is None:
            raise LookupError(self.key)
        return found

    @property
    def kind(self) -> Kind:
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "changed" if said(self.before) != said(self.after) else "same"

    @property
    def old(self) -> Decimal:
        return self.before.amount if self.before else Decimal(0)

    @property
    def new(self) -> Decimal:
        return self.after.amount if self.after else Decimal(0)

    @property
    def difference(self) -> Decimal:
        return self.new - self.old


@dataclass(frozen=True, kw_only=True)
class Sum:
    """One sum in two versions."""

    label: str
    old: Decimal
    new: Decimal

    @property
    def difference(self) -> Decimal:
        return self.new - self.old


def said(line: Line) -> tuple[object, ...]:
    """What a line says about the money; why it says so is not part of it."""
    return (
        line.category,
        line.description,
        line.year,
        line.source,
        line.quantity,
        line.unit,
        line.price,
        line.amount,
        line.abroad,
    )


def amount_of(quantity: Decimal, price: Decimal) -> Decimal:
    """Quantity times price, worked out exactly, then rounded half-even to whole đồng."""
    with localcontext() as context:
        context.prec = _EXACT
        return (quantity * price).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)


def totals(lines: Iterable[Line]) -> Totals:
    by_source = {str(source): Decimal(0) for source in BudgetSource}
    by_year: dict[int, Decimal] = defaultdict(Decimal)
    by_category: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        by_source[line.source] += line.amount
        by_year[line.year] += line.amount
        by_category[line.category] += line.amount
    order = list(BudgetCategory.values)
    return Totals(
        by_source=by_source,
        by_year=dict(sorted(by_year.items())),
        by_category={c: by_category[c] for c in order if c in by_category},
    )


def compare(before: Iterable[Line], after: Iterable[Line]) -> list[Change]:
    """Every line of either version, in the order of the later one; those gone at the end."""
    old = {line.key: line for line in before}
    new = {line.key: line for line in after}
    found = [Change(key=k, before=old.get(k), after=line) for k, line in new.items()]
    gone = [k for k in old if k not in new]
    return [*found, *(Change(key=k, before=old[k], after=None) for k in gone)]


def sums_beside(
    before: Iterable[Line], after: Iterable[Line]
) -> dict[Literal["source", "year", "category"], list[Sum]]:
    """The sums of both versions by source, year and category, side by side."""
    old, new = totals(before), totals(after)
    years = sorted({*old.by_year, *new.by_year})
    zero = Decimal(0)
    return {
        "source": [
            Sum(label=str(s.label), old=old.by_source[s], new=new.by_source[s])
            for s in BudgetSource
        ],
        "year": [
            Sum(
                label=str(y), old=old.by_year.get(y, zero), new=new.by_year.get(y, zero)
            )
            for y in years
        ],
        "category": [
            Sum(
                label=str(c.label),
                old=old.by_category.get(c, zero),
                new=new.by_category.get(c, zero),
            )
            for c in BudgetCategory
            if c in old.by_category or c in new.by_category
        ],
    }


def unexplained(before: Sequence[Line], after: Sequence[Line]) -> list[Problem]:
    """What a version must say line by line: each change with its reason, nothing dropped."""
    problems = []
    numbers = {line.key: n for n, line in enumerate(after, start=1)}
    for change in compare(before, after):
        if change.kind == "same":
            continue
        if change.after is None:
            problems.append(
                Problem(
                    field="lines",
                    message=_("The line “%(name)s” is gone.")
                    % {"name": name_of(change.line)},
                    mend=_("Keep it with the amount 0 and the reason."),
                )
            )
        elif not change.after.reason:
            number = numbers[change.key]
            problems.append(
                Problem(
                    field=f"lines.{number}.reason",
                    message=_("Row %(n)d: the reason of the change is missing.")
                    % {"n": number},
                    mend=_("Say why the line was changed or added."),
                )
            )
    return problems


def name_of(line: Line) -> str:
    """How a line is called in a sentence."""
    return line.description or str(BudgetCategory(line.category).label)


def off_by(sum_: Decimal, wanted: Decimal) -> str:
    """Say how far a sum is from what it must be, to the đồng."""
    if sum_ > wanted:
        return _("%(money)s too much") % {"money": format_money(sum_ - wanted)}
    return _("%(money)s too little") % {"money": format_money(wanted - sum_)}


def grouped(
    lines: Iterable[Line], by: Callable[[Line], object]
) -> dict[object, list[Line]]:
    found: dict[object, list[Line]] = defaultdict(list)
    for line in lines:
        found[by(line)].append(line)
    return dict(found)
