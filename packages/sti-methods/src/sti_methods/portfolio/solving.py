"""The best set under all conditions, with its bound; ties by a stated rule."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from math import fsum
from typing import TYPE_CHECKING, Literal

import numpy as np

from sti_methods.portfolio.bounds import bounds, prices
from sti_methods.portfolio.problem import DECIMALS, MERIT
from sti_methods.portfolio.rows import Row, row_of, rows_of
from sti_methods.portfolio.searching import Undecided, solved

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from sti_methods.portfolio.problem import Problem

__all__ = ["Selection", "Undecided", "drawn_order", "solve"]

Status = Literal["optimal", "within_gap", "infeasible"]
# Proposals whose place in a tie is asked one by one, at most.
MOST_TIED = 200


@dataclass(frozen=True, kw_only=True, eq=False)
class Selection:
    """What is funded, and how good it provably is.

    Attributes
    ----------
    level : (proposals,) int
        The place of the chosen level among all levels, -1 for none.
    objective, bound, gap
        The merit, what no set exceeds, and (bound - objective) / bound.
    tied
        Proposals that are in some best sets and not in others; None where nobody asked, or
        there were too many to ask.
    """

    status: Status
    level: NDArray[np.int64]
    objective: float
    bound: float
    gap: float
    spent: Mapping[str, float]
    tied: tuple[str, ...] | None

    @property
    def chosen(self) -> NDArray[np.bool_]:
        return np.asarray(self.level >= 0)


def drawn_order(proposals: Sequence[str], seed: str) -> list[str]:
    """The order of a public draw: by the SHA-256 of seed, line feed, name."""
    return sorted(
        proposals, key=lambda name: (sha256(f"{seed}\n{name}".encode()).digest(), name)
    )


def solve(
    problem: Problem,
    *,
    gap: float = 0.0,
    ties: Sequence[str] | None = None,
    nodes: int | None = None,
) -> Selection:
    """Choose the levels of most merit under all conditions.

    Parameters
    ----------
    gap
        How far the answer may stay from its bound (share of the bound).
    ties
        Proposals in the order that decides between sets of equal merit: the set that has
        the first of them where two differ. Only without ``gap``.
    nodes
        Of the search, at most: the answer then says how near it is.

    Raises
    ------
    Undecided
        The search ended before it found anything.

    Notes
    -----
    Exact by HiGHS (branch and cut). The answer is checked against every condition with
    exact sums, and asked again with a narrower limit where the solver's tolerance let a
    budget be passed.
    """
    rows = all_rows(problem)
    price = prices(problem, rows)
    found = solved(problem, rows, gap=gap, nodes=nodes, price=price)
    if found is None:
        return Selection(
            status="infeasible",
            level=np.full(len(problem.proposals), -1),
            objective=-np.inf,
            bound=-np.inf,
            gap=0.0,
            spent={},
            tied=None,
        )
    x, bound = found
    objective = total(problem, x)
    bound = max(bound, objective)
    near = 0.5 * 10.0**-DECIMALS
    optimal = bound - objective <= near
    tied: tuple[str, ...] | None = None
    if ties is not None and optimal:
        x, tied = _decided(problem, rows, x, objective, order=ties, price=price)
    return Selection(
        status="optimal" if optimal else "within_gap",
        level=_levels(problem, x),
        objective=objective,
        bound=objective if optimal else bound,
        gap=0.0 if optimal else (bound - objective) / abs(bound),
        spent={name: fsum(problem.amounts[name][x]) for name in problem.amounts},
        tied=tied,
    )


def all_rows(problem: Problem) -> list[Row]:
    """The rows of all conditions, in their order."""
    return [
        row for condition in problem.conditions for row in rows_of(problem, condition)
    ]


def total(problem: Problem, x: NDArray[np.bool_]) -> float:
    """The merit of a set, to the last digit."""
    return round(fsum(problem.merit[x]), DECIMALS)


def _levels(problem: Problem, x: NDArray[np.bool_]) -> NDArray[np.int64]:
    level = np.full(len(problem.proposals), -1, dtype=np.int64)
    level[problem.of[x]] = np.flatnonzero(x)
    return level


def _decided(
    problem: Problem,
    rows: Sequence[Row],
    x: NDArray[np.bool_],
    objective: float,
    *,
    order: Sequence[str],
    price: NDArray[np.float64] | None,
) -> tuple[NDArray[np.bool_], tuple[str, ...] | None]:
    """Among all sets of this merit, the one that has the first where two differ."""
    held = [*rows, as_good(problem, objective)]
    open_ = contested(problem, rows, x, objective, price=price)
    if len(open_) > MOST_TIED:
        return x, None
    forced: dict[int, bool] = {}
    tied = []
    for name in (n for n in order if n in open_):
        place = problem.place(name)
        has = bool(x[problem.levels_of(place)].any())
        other = solved(problem, held, forced={**forced, place: not has}, price=price)
        if other is not None:
            tied.append(name)
            if not has:
                x, has = other[0], True
        forced[place] = has
    return x, tuple(tied)


def as_good(problem: Problem, objective: float) -> Row:
    """At least this merit: whole units of the last decimal, so that none is lost."""
    unit = 10.0**DECIMALS
    return row_of(
        MERIT,
        np.rint(problem.merit * unit),
        float(np.rint(objective * unit)) - 0.25,
        np.inf,
    )


def contested(
    problem: Problem,
    rows: Sequence[Row],
    x: NDArray[np.bool_],
    at_least: float,
    *,
    price: NDArray[np.float64] | None,
) -> frozenset[str]:
    """Proposals that no price proves to be in (or out of) every set of this merit."""
    if price is None:
        return frozenset(problem.proposals)
    known = bounds(problem, rows, price)
    chosen = np.zeros(len(problem.proposals), dtype=bool)
    chosen[problem.of[x]] = True
    turning = np.where(chosen, known.without, known.within(problem))
    room = known.total - at_least + 10.0**-DECIMALS
    return frozenset(problem.proposals[p] for p in np.flatnonzero(turning <= room))
