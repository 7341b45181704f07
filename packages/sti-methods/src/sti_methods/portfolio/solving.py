"""The best set under all conditions, with its bound; ties by a stated rule."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from math import fsum
from typing import TYPE_CHECKING, Literal

import numpy as np

from sti_methods.portfolio.problem import DECIMALS, MERIT
from sti_methods.portfolio.rows import Row, programme, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from sti_methods.portfolio.problem import Problem

__all__ = ["Selection", "Undecided", "drawn_order", "solve"]

Status = Literal["optimal", "within_gap", "infeasible"]
# Proposals whose place in a tie is asked one by one, at most.
MOST_TIED = 200
_TRIES = 8
# A row's limits hold to this share of what the solver sees.
_NEAR = 1e-9


class Undecided(ArithmeticError):  # noqa: N818 -- an answer that is not there
    """The solver ended without an answer that holds."""


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
    rows = [
        row for condition in problem.conditions for row in rows_of(problem, condition)
    ]
    found = solved(problem, rows, gap=gap, nodes=nodes)
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
        x, tied = _decided(problem, rows, x, objective, ties)
    return Selection(
        status="optimal" if optimal else "within_gap",
        level=_levels(problem, x),
        objective=objective,
        bound=objective if optimal else bound,
        gap=0.0 if optimal else (bound - objective) / abs(bound),
        spent={name: fsum(problem.amounts[name][x]) for name in problem.amounts},
        tied=tied,
    )


def total(problem: Problem, x: NDArray[np.bool_]) -> float:
    """The merit of a set, to the last digit."""
    return round(fsum(problem.merit[x]), DECIMALS)


def _levels(problem: Problem, x: NDArray[np.bool_]) -> NDArray[np.int64]:
    level = np.full(len(problem.proposals), -1, dtype=np.int64)
    level[problem.of[x]] = np.flatnonzero(x)
    return level


def solved(
    problem: Problem,
    rows: Sequence[Row],
    *,
    gap: float = 0.0,
    nodes: int | None = None,
    upper: NDArray[np.float64] | None = None,
    value: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.bool_], float] | None:
    """The set of most value (merit) that holds every row, and the bound; None: there is none."""
    asked, bound = [*rows], np.inf
    for _try in range(_TRIES):
        answer = programme(problem, asked, value=value, upper=upper).solve(
            gap=gap, nodes=nodes
        )
        if answer.infeasible:
            return None
        if answer.x is None:
            msg = "The search ended before it found a set."
            raise Undecided(msg)
        bound = min(bound, answer.bound)
        x = np.asarray(answer.x > 0.5)  # noqa: PLR2004 -- 0 or 1
        asked, faulty = _narrower(rows, asked, x)
        if not faulty:
            return x, bound
    msg = "No set holds every condition to the last digit."
    raise Undecided(msg)


def _narrower(
    rows: Sequence[Row], asked: Sequence[Row], x: NDArray[np.bool_]
) -> tuple[list[Row], bool]:
    """The rows with limits drawn in where the solver passed them."""
    found, faulty = [], False
    for row, before in zip(rows, asked, strict=True):
        last = before
        is_ = fsum(row.value[x])
        slack = _NEAR * row.unit
        if is_ > row.most + slack:
            last = replace(before, most=before.most - 2 * (is_ - row.most))
            faulty = True
        elif is_ < row.least - slack:
            last = replace(before, least=before.least + 2 * (row.least - is_))
            faulty = True
        found.append(last)
    return found, faulty


def _decided(
    problem: Problem,
    rows: Sequence[Row],
    x: NDArray[np.bool_],
    objective: float,
    order: Sequence[str],
) -> tuple[NDArray[np.bool_], tuple[str, ...] | None]:
    """Among all sets of this merit, the one that has the first where two differ."""
    floor = as_good(problem, objective)
    open_ = contested(problem, rows, x, objective)
    if len(open_) > MOST_TIED:
        return x, None
    upper, held = np.ones(problem.of.size), [*rows, floor]
    tied = []
    for name in (n for n in order if n in open_):
        own = problem.of == problem.place(name)
        has = bool((x & own).any())
        without = np.where(own, 0.0, upper)
        other = (
            solved(problem, held, upper=without)
            if has
            else solved(problem, [*held, inside(own)], upper=upper)
        )
        if other is not None:
            tied.append(name)
            if not has:
                x, has = other[0], True
        if has:
            held.append(inside(own))
        else:
            upper = without
    return x, tuple(tied)


def inside(own: NDArray[np.bool_]) -> Row:
    """One of these levels is chosen."""
    return Row(condition="", value=own.astype(np.float64), least=1.0, most=1.0)


def as_good(problem: Problem, objective: float) -> Row:
    """At least this merit: whole units of the last decimal, so that none is lost."""
    unit = 10.0**DECIMALS
    return Row(
        condition=MERIT,
        value=np.rint(problem.merit * unit),
        least=float(np.rint(objective * unit)) - 0.25,
        most=np.inf,
    )


def contested(
    problem: Problem,
    rows: Sequence[Row],
    x: NDArray[np.bool_],
    at_least: float,
) -> frozenset[str]:
    """Proposals that no price proves to be in (or out of) every set of this merit.

    By reduced costs of the relaxation: where turning a level round costs more than the
    relaxation is above ``at_least``, no set of that merit turns it round.
    """
    relaxed = programme(problem, rows)
    answer = relaxed.relax()
    if answer.x is None or answer.row_dual is None:
        return frozenset(problem.proposals)
    reduced = problem.merit - relaxed.priced(answer.row_dual)
    room = answer.value - at_least + 1e-7 * max(1.0, abs(answer.value))
    # An upper bound of every set: the dual value less what each turned level loses.
    turned = np.where(x, reduced, -reduced)
    return frozenset(
        problem.proposals[p] for p in np.unique(problem.of[turned <= room])
    )
