"""Every set of a small problem, written out: then the best for other merits is one product."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sti_methods.portfolio.problem import Problem
    from sti_methods.portfolio.rows import Row

__all__ = ["every_set"]

# So many sets are written out, not more.
MOST_SETS = 2**14
# As for the sets that are searched: a row's limits hold to this share of its unit.
NEAR = 1e-9


def every_set(problem: Problem, rows: Sequence[Row]) -> NDArray[np.bool_] | None:
    """All sets that hold every row as (sets, levels), in one order; None: there are too many.

    At most one level of each proposal. What a row rules out by itself (never, a threshold) is
    left out before the sets are counted.
    """
    out = np.zeros(problem.of.size, dtype=bool)
    for row in rows:
        if row.most <= 0 and (row.value > 0).all():
            out[row.column] = True
    ways = [
        [-1, *(int(level) for level in problem.levels_of(place) if not out[level])]
        for place in range(len(problem.proposals))
    ]
    many = prod(map(len, ways))
    if many > MOST_SETS:
        return None
    sets = np.zeros((many, problem.of.size), dtype=bool)
    number, turn = np.arange(many), 1
    for way in ways:
        chosen = np.array(way)[number // turn % len(way)]
        turn *= len(way)
        taken = chosen >= 0
        sets[number[taken], chosen[taken]] = True
    holds = np.ones(many, dtype=bool)
    for row in rows:
        has = sets[:, row.column] @ row.value
        slack = NEAR * row.unit
        holds &= (row.least - slack <= has) & (has <= row.most + slack)
    return sets[holds]
