"""What the selection hangs on: uncertain merits, the size of budgets, their last đồng."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.portfolio.problem import Limit
from sti_methods.portfolio.rows import programme, rows_of
from sti_methods.portfolio.solving import solve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sti_methods.portfolio.problem import Problem
    from sti_methods.portfolio.solving import Selection

__all__ = ["Price", "Stop", "frequency", "shadow_prices", "sweep"]


def frequency(
    problem: Problem, merits: NDArray[np.float64], *, gap: float = 1e-4
) -> NDArray[np.float64]:
    """How often each proposal is chosen when merits are as drawn.

    ``merits`` is (draws, levels). Each draw is a selection of its own within ``gap``; cost:
    as many selections as draws.
    """
    count = np.zeros(len(problem.proposals))
    for merit in merits:
        count += solve(problem.with_merit(merit), gap=gap).chosen
    return count / len(merits)


@dataclass(frozen=True, kw_only=True)
class Price:
    """What one more unit of a limit is worth, in merit.

    ``marginal`` is the price of the relaxation; ``gain`` is what ``step`` more truly
    brings, from another selection.
    """

    condition: str
    end: str
    marginal: float
    step: float
    gain: float


def shadow_prices(
    problem: Problem, selection: Selection, *, part: float = 0.01
) -> tuple[Price, ...]:
    """Prices of every limit on a measure, and the gain from widening it by ``part``."""
    conditions = problem.conditions
    rows = [(c, r) for c in conditions for r in rows_of(problem, c)]
    answer = programme(problem, [r for _c, r in rows]).relax()
    if answer.row_dual is None:
        return ()
    duals = answer.row_dual[len(problem.proposals) :]
    found = []
    for (condition, row), dual in zip(rows, duals, strict=True):
        if not isinstance(condition, Limit):
            continue
        for end, sign in (("at_most", 1.0), ("at_least", -1.0)):
            stated = getattr(condition, end)
            if stated is None:
                continue
            step = sign * max(
                part * abs(stated), 1.0 if condition.measure == "count" else 0.0
            )
            wider = replace(condition, **{end: stated + step})
            again = solve(
                problem.with_conditions(
                    [wider if c is condition else c for c in conditions]
                )
            )
            found.append(
                Price(
                    condition=condition.name,
                    end=end,
                    marginal=max(0.0, sign * float(dual) / row.unit),
                    step=step,
                    gain=round(again.objective - selection.objective, 6),
                )
            )
    return tuple(found)


@dataclass(frozen=True, kw_only=True, eq=False)
class Stop:
    """The best selection at one size of the budgets."""

    factor: float
    selection: Selection


def sweep(
    problem: Problem, budgets: Sequence[str], factors: Sequence[float]
) -> tuple[Stop, ...]:
    """The best selection with the named limits at these parts of what is stated."""
    named = set(budgets)
    found = []
    for factor in factors:
        conditions = [
            replace(c, at_most=c.at_most * factor)
            if isinstance(c, Limit) and c.name in named and c.at_most is not None
            else c
            for c in problem.conditions
        ]
        found.append(
            Stop(factor=factor, selection=solve(problem.with_conditions(conditions)))
        )
    return tuple(found)
