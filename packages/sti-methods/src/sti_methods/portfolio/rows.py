"""Conditions as rows of a linear programme over the levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import fsum
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.portfolio.problem import (
    Exclusive,
    Limit,
    Must,
    Never,
    Requires,
    Share,
    Threshold,
    Together,
)
from sti_methods.programming import Block, Programme

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from sti_methods.portfolio.problem import Condition, Problem

__all__ = ["Forced", "Row", "programme", "row_of", "rows_of"]

# Of a cell, of the share it is multiplied by, of the product, and of the sum: half a unit each.
_ULPS = 2.0**-51
# Proposals by their places: in (True) or out (False) whatever it costs.
Forced = Mapping[int, bool]


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """``least ≤ value · chosen[column] ≤ most``, one for a condition or a part of it.

    ``unit`` divides the row, so that the solver sees numbers near 1.
    """

    condition: str
    column: NDArray[np.int64]
    value: NDArray[np.float64]
    least: float
    most: float

    @property
    def unit(self) -> float:
        largest = float(np.abs(self.value).max(initial=0.0))
        return largest or 1.0

    def total(self, x: NDArray[np.bool_]) -> float:
        """What a set has of it, to the last digit."""
        return fsum(self.value[x[self.column]])

    def unsure(self, x: NDArray[np.bool_], end: float) -> float:
        """By how much floating point may part a total from an end that it reaches.

        Of decimals, as 0.1, that binary numbers only come near; below 1 where all is whole
        and no sum is above 10¹⁵, so that not one đồng is lost.
        """
        return _ULPS * (fsum(np.abs(self.value[x[self.column]])) + abs(end))


def row_of(
    condition: str, value: NDArray[np.float64], least: float, most: float
) -> Row:
    """A row from its value at every column."""
    column = np.flatnonzero(value)
    return Row(
        condition=condition,
        column=column,
        value=np.asarray(value[column], dtype=np.float64),
        least=least,
        most=most,
    )


def rows_of(problem: Problem, condition: Condition) -> list[Row]:
    """The rows of one condition."""
    inf = np.inf
    if isinstance(condition, Limit):
        value = problem.measure(condition.measure) * problem.inside(condition.where)
        least = -inf if condition.at_least is None else condition.at_least
        most = inf if condition.at_most is None else condition.at_most
        return [row_of(condition.name, value, least, most)]
    if isinstance(condition, Share):
        whole = problem.measure(condition.measure)
        inside = problem.inside(condition.where)
        return [
            row_of(condition.name, _beyond(share, inside) * whole, least, most)
            for share, least, most in (
                (condition.at_least, 0.0, inf),
                (condition.at_most, -inf, 0.0),
            )
            if share is not None
        ]
    if isinstance(condition, Threshold):
        below = (problem.best < condition.at_least)[problem.of]
        return [row_of(condition.name, below.astype(np.float64), -inf, 0.0)]
    return _named(problem, condition)


def _beyond(share: float, inside: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What a unit adds to the part above ``share``: 0.05 for 0.95, to the last digit."""
    return np.where(inside, float(1 - Fraction(str(share))), -share)


def _named(problem: Problem, condition: Condition) -> list[Row]:
    """The rows of a condition on proposals by name."""

    def row(least: float, most: float, *signed: tuple[str, float]) -> Row:
        places = [(problem.levels_of(problem.place(p)), sign) for p, sign in signed]
        return Row(
            condition=condition.name,
            column=np.concatenate([columns for columns, _sign in places]),
            value=np.concatenate([np.full(c.size, sign) for c, sign in places]),
            least=least,
            most=most,
        )

    if isinstance(condition, Exclusive):
        every = [(name, 1.0) for name in dict.fromkeys(condition.proposals)]
        return [row(-np.inf, float(condition.most), *every)]
    if isinstance(condition, Requires):
        both = (condition.proposal, 1.0), (condition.needs, -1.0)
        return [] if both[0][0] == both[1][0] else [row(-np.inf, 0.0, *both)]
    if isinstance(condition, Together):
        first, *others = condition.proposals
        return [
            row(0.0, 0.0, (first, 1.0), (other, -1.0))
            for other in others
            if other != first
        ]
    if isinstance(condition, Must):
        whole = row(1.0, 1.0, (condition.proposal, 1.0))
        if condition.level is None:
            return [whole]
        named = np.array([problem.names[i] == condition.level for i in whole.column])
        value = np.zeros(problem.of.size)
        value[whole.column[named]] = 1.0
        return [row_of(condition.name, value, 1.0, 1.0)]
    if isinstance(condition, Never):
        return [row(0.0, 0.0, (condition.proposal, 1.0))]
    raise TypeError(condition)


def programme(
    problem: Problem,
    rows: Iterable[Row],
    *,
    value: NDArray[np.float64] | None = None,
    forced: Forced | None = None,
) -> Programme:
    """The whole programme: one level a proposal at most, and the rows given.

    ``value`` may have more columns than levels: the rows then have as many. The first rows
    are those of the proposals.
    """
    size = problem.of.size if value is None else value.size
    every = np.arange(problem.of.size)
    least, upper = np.full(len(problem.proposals), -np.inf), np.ones(size)
    for place, there in (forced or {}).items():
        if there:
            least[place] = 1.0
        else:
            upper[problem.levels_of(place)] = 0.0
    blocks = (
        Block(
            row=problem.of,
            column=every,
            value=np.ones(every.size),
            least=least,
            most=np.ones(len(problem.proposals)),
        ),
        block_of([*rows]),
    )
    whole = np.zeros(size, dtype=bool)
    whole[: every.size] = True
    return Programme(
        value=problem.merit if value is None else value,
        lower=np.zeros(size),
        upper=upper,
        whole=whole,
        blocks=blocks,
    )


def block_of(rows: Sequence[Row]) -> Block:
    """Rows with their units taken out."""
    sizes = [row.column.size for row in rows]
    units = np.array([row.unit for row in rows], dtype=np.float64)
    column = [np.zeros(0, dtype=np.int64), *(row.column for row in rows)]
    value = [np.zeros(0), *(row.value for row in rows)]
    return Block(
        row=np.repeat(np.arange(len(rows)), sizes),
        column=np.concatenate(column),
        value=np.concatenate(value) / np.repeat(units, sizes),
        least=np.array([row.least for row in rows], dtype=np.float64) / units,
        most=np.array([row.most for row in rows], dtype=np.float64) / units,
    )
