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
from sti_methods.portfolio.ties import Ties

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from sti_methods.portfolio.problem import Problem

__all__ = ["Selection", "Undecided", "drawn_order", "solve"]

Status = Literal["optimal", "within_gap", "infeasible"]


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
        Proposals about which the order of ties decided: at their turn there were sets of
        this merit with and without them. None where nobody asked, or there were too many
        to ask one by one.
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
        gap=0.0 if optimal else (bound - objective) / max(abs(bound), near),
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
    ties = Ties(problem, held, np.zeros(0) if price is None else price, objective)
    try:
        open_ = ties.tied(x)
        places = [p for name in order if (p := problem.place(name)) in open_]
        x, tied = ties.first(x, places)
    except (TimeoutError, Undecided):
        return x, None
    return x, None if tied is None else tuple(problem.proposals[p] for p in tied)


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
