"""Why a proposal is chosen or not, and what would have changed it: asked, not guessed.

Every figure is the answer of the same solver to another question: the best set *with* the
proposal, or *without* it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING, Literal

import numpy as np

from sti_methods.portfolio.problem import DECIMALS, Limit, Must, Never, Share
from sti_methods.portfolio.rows import Row, programme, rows_of
from sti_methods.portfolio.solving import as_good, contested, inside, solved, total

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sti_methods.portfolio.problem import Condition, Problem
    from sti_methods.portfolio.solving import Selection

__all__ = ["Reason", "Standing", "explain", "standings"]

Standing = Literal["always", "sometimes", "never", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One proposal in one selection.

    Attributes
    ----------
    chosen
    decided
        Names of conditions that alone decide it: it must be, or must never be, chosen.
    possible
        Whether any set that meets every condition has it (or, chosen, lacks it).
    price
        The merit lost by turning it round, all others free to move; None where not
        ``possible``. A chosen proposal could have had so much less merit and be in a best
        set; one that is not chosen needed so much more.
    cost_factor
        Of one not chosen: the largest part of its own amounts at which a best set has it;
        None where no saving is enough.
    lost_to
        Of one not chosen: conditions that the selection with it added would break; each
        alone is reason enough that something else must leave.
    """

    proposal: str
    chosen: bool
    decided: tuple[str, ...]
    possible: bool
    price: float | None
    cost_factor: float | None
    lost_to: tuple[str, ...]


def explain(problem: Problem, selection: Selection, proposal: str) -> Reason:
    """Say why; two or three questions to the solver.

    ``selection`` is an optimal one of the same problem.
    """
    rows = [r for c in problem.conditions for r in rows_of(problem, c)]
    own = problem.of == problem.place(proposal)
    chosen = bool(selection.chosen[problem.place(proposal)])
    decided = tuple(
        c.name
        for c in problem.conditions
        if isinstance(c, Must | Never) and c.proposal == proposal
    )
    if chosen:
        other = solved(problem, rows, upper=np.where(own, 0.0, 1.0))
    else:
        other = solved(problem, [*rows, inside(own)])
    price = (
        None
        if other is None
        else round(selection.objective - total(problem, other[0]), DECIMALS)
    )
    return Reason(
        proposal=proposal,
        chosen=chosen,
        decided=decided,
        possible=other is not None,
        price=price,
        cost_factor=None
        if chosen or other is None
        else _cost_factor(problem, own, selection.objective),
        lost_to=() if chosen else _broken_with(problem, selection, own),
    )


def _broken_with(
    problem: Problem, selection: Selection, own: NDArray[np.bool_]
) -> tuple[str, ...]:
    """Conditions that break whichever of its levels is added to what is chosen."""
    there = np.zeros(problem.of.size, dtype=bool)
    there[selection.level[selection.chosen]] = True
    broken: set[str] | None = None
    for place in np.flatnonzero(own):
        x = there.copy()
        x[place] = True
        names = {c.name for c in problem.conditions if not holds(problem, c, x)}
        broken = names if broken is None else broken & names
    return tuple(sorted(broken or ()))


def holds(problem: Problem, condition: Condition, x: NDArray[np.bool_]) -> bool:
    """Whether a set meets a condition, by exact sums."""
    return all(
        row.least - 1e-9 * row.unit <= fsum(row.value[x]) <= row.most + 1e-9 * row.unit
        for row in rows_of(problem, condition)
    )


def _cost_factor(
    problem: Problem, own: NDArray[np.bool_], objective: float
) -> float | None:
    """The largest part of its own amounts at which a set of this merit has it.

    One more column takes off a part of the amounts of its dearest level at most.
    """
    amounts = [
        c
        for c in problem.conditions
        if isinstance(c, Limit | Share) and c.measure in problem.amounts
    ]
    if not amounts:
        return None
    size = problem.of.size
    levels = np.flatnonzero(own)
    best: float | None = None
    for level in levels:
        # This level is chosen; the column says which part of its amounts is saved.
        wide = []
        for row, condition in _told(problem):
            saved = (
                -row.value[level]
                if isinstance(condition, Limit | Share)
                and condition.measure in problem.amounts
                else 0.0
            )
            wide.append(_wide(row, saved))
        wide.append(_wide(as_good(problem, objective), 0.0))
        only = np.zeros(size)
        only[level] = 1.0
        wide.append(Row(condition="", value=np.append(only, 0.0), least=1.0, most=1.0))
        answer = programme(problem, wide, value=np.append(np.zeros(size), -1.0)).solve()
        if answer.x is not None:
            factor = 1.0 - float(answer.x[-1])
            best = factor if best is None else max(best, factor)
    return best


def _told(problem: Problem) -> list[tuple[Row, Condition]]:
    return [(r, c) for c in problem.conditions for r in rows_of(problem, c)]


def _wide(row: Row, last: float) -> Row:
    return Row(
        condition=row.condition,
        value=np.append(row.value, last),
        least=row.least,
        most=row.most,
    )


def standings(
    problem: Problem, selection: Selection, *, within: float, questions: int = 1_000
) -> tuple[Standing, ...]:
    """Whether each proposal is in all, some or none of the sets nearly as good.

    Nearly: at most ``within`` (merit) below the best. Most are proved by reduced costs of
    the relaxation; the others are asked one by one, as long as ``questions`` last.
    """
    rows = [r for c in problem.conditions for r in rows_of(problem, c)]
    x = np.zeros(problem.of.size, dtype=bool)
    x[selection.level[selection.chosen]] = True
    floor = selection.objective - within
    open_ = contested(problem, rows, x, floor)
    near = as_good(problem, floor)
    found: list[Standing] = []
    for place, name in enumerate(problem.proposals):
        chosen = bool(selection.chosen[place])
        if name not in open_:
            found.append("always" if chosen else "never")
        elif questions <= 0:
            found.append("unknown")
        else:
            questions -= 1
            own = problem.of == place
            other = (
                solved(problem, [*rows, near], upper=np.where(own, 0.0, 1.0))
                if chosen
                else solved(problem, [*rows, near, inside(own)])
            )
            steady: Standing = "always" if chosen else "never"
            found.append(steady if other is None else "sometimes")
    return tuple(found)
