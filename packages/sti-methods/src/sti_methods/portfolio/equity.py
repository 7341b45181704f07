"""How evenly a selection spreads over categories: shares, concentration, inequality.

Of amounts v of n categories (or proposals) with total V and mean m:

- Herfindahl-Hirschman index, sum of (v/V)^2, from 1/n (even) to 1 (all in one)
  (Hirschman 1964, American Economic Review 54:761);
- Gini coefficient, sum of |v_i - v_j| over all pairs / (2 n^2 m), from 0 to 1 - 1/n
  (Sen 1973, On Economic Inequality);
- Theil's T, mean of (v/m) ln(v/m), from 0 to ln n, which falls into a part between groups
  and a part within them (Theil 1967, Economics and Information Theory; Shorrocks 1980,
  Econometrica 48:613).
"""

from __future__ import annotations

from math import fsum, log
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sti_methods.portfolio.problem import Problem
    from sti_methods.portfolio.solving import Selection

__all__ = ["equity", "gini", "herfindahl", "shares", "theil", "theil_parts"]


def shares(amounts: Mapping[str, float]) -> dict[str, float]:
    """The part of each category; all 0 where there is nothing."""
    whole = fsum(amounts.values())
    return {name: v / whole if whole else 0.0 for name, v in sorted(amounts.items())}


def herfindahl(amounts: Iterable[float]) -> float | None:
    """The sum of squared shares; None where there is nothing."""
    values = [*amounts]
    whole = fsum(values)
    return fsum((v / whole) ** 2 for v in values) if whole else None


def gini(amounts: Iterable[float]) -> float | None:
    """The mean difference of all pairs by twice the mean; None where there is nothing."""
    values = sorted(amounts)
    whole, n = fsum(values), len(values)
    if not whole:
        return None
    # In order, the i-th of n is above i - 1 and below n - i others.
    return fsum((2 * i - n - 1) * v for i, v in enumerate(values, 1)) / (n * whole)


def theil(amounts: Iterable[float]) -> float | None:
    """Theil's T; an amount of 0 adds 0. None where there is nothing."""
    values = [*amounts]
    mean = fsum(values) / len(values) if values else 0.0
    if not mean:
        return None
    return fsum((v / mean) * log(v / mean) for v in values if v) / len(values)


def theil_parts(groups: Iterable[Sequence[float]]) -> tuple[float, float] | None:
    """Theil's T of all amounts as (between groups, within groups); their sum is the whole."""
    some = [group for group in groups if group]
    values = [v for group in some for v in group]
    whole = fsum(values)
    if not whole:
        return None
    mean = whole / len(values)
    between, within = [], []
    for group in some:
        part = fsum(group) / whole
        if part:
            own = fsum(group) / len(group)
            between.append(part * log(own / mean))
            within.append(part * (theil(group) or 0.0))
    return fsum(between), fsum(within)


def equity(
    problem: Problem, selection: Selection, column: str, measure: str
) -> dict[str, Any]:
    """How a measure of what is chosen spreads over the values of a column, as plain data.

    Returns
    -------
    dict
        ``column``, ``measure``; ``of`` [{``value``, ``proposed`` and ``chosen`` (how many),
        ``amount``, ``share``, ``least`` and ``median`` (of its chosen proposals; None where
        there are none)}], one for each value that any proposal has; ``largest`` (share of
        the first), ``herfindahl`` and ``gini`` (over values, those with nothing among them),
        ``between`` and ``within`` (Theil's T of the chosen proposals). None where nothing is
        chosen.
    """
    had: dict[str, list[float]] = {v: [] for v in sorted({*problem.categories[column]})}
    proposed = dict.fromkeys(had, 0)
    amounts = problem.measure(measure)
    for place, value in enumerate(problem.categories[column]):
        proposed[value] += 1
        if selection.level[place] >= 0:
            had[value].append(float(amounts[selection.level[place]]))
    sums = {value: fsum(own) for value, own in had.items()}
    parts, split = shares(sums), theil_parts(had.values())
    return {
        "column": column,
        "measure": measure,
        "of": [
            {
                "value": value,
                "proposed": proposed[value],
                "chosen": len(own),
                "amount": sums[value],
                "share": parts[value],
                "least": min(own, default=None),
                "median": median(own) if own else None,
            }
            for value, own in had.items()
        ],
        "largest": max(parts.values(), default=0.0) if any(parts.values()) else None,
        "herfindahl": herfindahl(sums.values()),
        "gini": gini(sums.values()),
        "between": None if split is None else split[0],
        "within": None if split is None else split[1],
    }
