"""Prices of all rows, and what no set can exceed at these prices.

For any prices the merit of a set is at most ``total`` less what each of its choices loses
(Lagrangean bound; Geoffrion 1974, Math. Programming Study 2:82). Prices of the relaxation
make it tight: where a choice loses more than ``total`` is above a known merit, no better set
makes it, so that most proposals are settled before any search.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.portfolio.rows import block_of, programme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sti_methods.portfolio.problem import Problem
    from sti_methods.portfolio.rows import Forced, Row

__all__ = ["Bounds", "bounds", "prices"]

# Of a bound, for what sums in floating point leave out.
_CLOSE = 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Bounds:
    """What choices lose at given prices.

    Attributes
    ----------
    total
        No set has more value.
    loss : (levels,)
        What choosing this level loses; infinite where it may not be chosen.
    without : (proposals,)
        What choosing none of its levels loses; infinite where one must be chosen.
    """

    total: float
    loss: NDArray[np.float64]
    without: NDArray[np.float64]

    def within(self, problem: Problem) -> NDArray[np.float64]:
        """What choosing a proposal loses at least, at whatever level: (proposals,)."""
        least = np.full(self.without.size, np.inf)
        np.minimum.at(least, problem.of, self.loss)
        return least


def prices(
    problem: Problem,
    rows: Sequence[Row],
    *,
    value: NDArray[np.float64] | None = None,
    forced: Forced | None = None,
) -> NDArray[np.float64] | None:
    """What one unit of each row is worth in the relaxation; None where there is none."""
    answer = programme(problem, rows, value=value, forced=forced).relax()
    if answer.row_dual is None:
        return None
    units = np.array([row.unit for row in rows], dtype=np.float64)
    return np.asarray(answer.row_dual[len(problem.proposals) :] / units)


def bounds(
    problem: Problem,
    rows: Sequence[Row],
    price: NDArray[np.float64],
    *,
    value: NDArray[np.float64] | None = None,
    forced: Forced | None = None,
) -> Bounds:
    """What no set exceeds at these prices (rows beyond them cost nothing); any will do."""
    merit = problem.merit if value is None else value
    least = np.array([row.least for row in rows[: price.size]])
    most = np.array([row.most for row in rows[: price.size]])
    # A price on an end that is not there would make the bound infinite.
    price = np.where((price > 0) & np.isinf(most), 0.0, price)
    price = np.where((price < 0) & np.isinf(least), 0.0, price)
    ends = np.where(price > 0, most, np.where(price < 0, least, 0.0))
    block = block_of(rows[: price.size])
    units = np.array([row.unit for row in rows[: price.size]], dtype=np.float64)
    cost = np.bincount(
        block.column,
        weights=block.value * (price * units)[block.row],
        minlength=merit.size,
    )
    gain = merit - cost
    best = np.full(len(problem.proposals), -np.inf)
    closed = np.zeros(merit.size, dtype=bool)
    none = np.zeros(best.size)
    for place, there in (forced or {}).items():
        if there:
            none[place] = -np.inf
        else:
            closed[problem.levels_of(place)] = True
    gain[closed] = -np.inf
    np.maximum.at(best, problem.of, gain)
    best = np.maximum(best, none)
    total = float(best.sum() + (price * ends).sum())
    return Bounds(
        total=total + _CLOSE * max(1.0, abs(total)),
        loss=np.where(closed, np.inf, best[problem.of] - np.where(closed, 0.0, gain)),
        without=best - none,
    )
