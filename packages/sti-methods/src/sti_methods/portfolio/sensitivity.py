"""What the selection hangs on: uncertain merits, the size of budgets, their last đồng."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.portfolio.bounds import prices
from sti_methods.portfolio.listing import every_set
from sti_methods.portfolio.problem import DECIMALS, Limit
from sti_methods.portfolio.rows import rows_of
from sti_methods.portfolio.searching import FEW_LEVELS, near_to, price_near, solved
from sti_methods.portfolio.solving import all_rows, solve

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from sti_methods.portfolio.problem import Problem
    from sti_methods.portfolio.solving import Selection

__all__ = ["Price", "Stop", "frequency", "often", "shadow_prices", "sweep"]

# Of each question, so that it ends, and ends alike on every machine.
NODES = 20_000
# So many draws are weighed against all sets at a time.
FEW_DRAWS = 64


def frequency(
    problem: Problem, merits: NDArray[np.float64], *, gap: float = 1e-4
) -> NDArray[np.float64]:
    """How often each proposal is chosen when merits are as drawn; see ``often``."""
    return often(problem, merits, gap=gap)[0]


def often(
    problem: Problem,
    merits: NDArray[np.float64],
    *,
    gap: float = 1e-4,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How often each proposal is chosen when merits are as drawn, and how near each set is.

    ``merits`` is (draws, levels); conditions stay as they are stated, also those on merit.
    Each draw is a selection of its own; returns (proposals,) shares and (draws,) gaps. Where
    all sets can be written out (some fourteen proposals that are open), the best of them.
    """
    rows = all_rows(problem)
    count, gaps = np.zeros(len(problem.proposals)), np.zeros(len(merits))
    sets = every_set(problem, rows)
    if sets is not None:
        if progress is not None:
            progress(len(merits), len(merits))
        return _of_listed(problem, sets, merits) / max(len(merits), 1), gaps
    price = prices(problem, rows)
    for number, merit in enumerate(np.round(merits, DECIMALS)):
        own = None
        if price is not None and merit.size > FEW_LEVELS:
            own = price_near(problem, rows, price, value=merit)
        found = None
        if own is not None and gap:
            found = near_to(problem, rows, own, value=merit)
        if found is None:
            found = solved(problem, rows, gap=gap, value=merit, price=own)
        if found is None:
            break
        x, bound = found
        count[problem.of[x]] += 1
        reached = float(merit[x].sum())
        gaps[number] = max(0.0, bound - reached) / max(abs(bound), 10.0**-DECIMALS)
        if progress is not None:
            progress(number + 1, len(merits))
    return count / max(len(merits), 1), gaps


def _of_listed(
    problem: Problem, sets: NDArray[np.bool_], merits: NDArray[np.float64]
) -> NDArray[np.float64]:
    """In how many draws each proposal is in the best of the sets; none without a set."""
    places = np.arange(len(problem.proposals))
    count = np.zeros(places.size)
    if not len(sets):
        return count
    value, of = np.round(merits, DECIMALS), problem.of[:, None] == places
    for part in np.array_split(value, len(value) // FEW_DRAWS + 1):
        best = np.argmax(part @ sets.T.astype(np.float64), axis=1)
        count += (sets[best] @ of).sum(axis=0)
    return count


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
    gain: float | None


def shadow_prices(
    problem: Problem,
    selection: Selection,
    *,
    part: float = 0.01,
    gains: bool = True,
) -> tuple[Price, ...]:
    """Prices of every limit on a measure, and the gain from widening it by ``part``.

    Each gain costs a selection; without ``gains`` it is None.
    """
    conditions = problem.conditions
    rows = [(c, r) for c in conditions for r in rows_of(problem, c)]
    duals = prices(problem, [r for _c, r in rows])
    if duals is None:
        return ()
    found = []
    for (condition, _row), dual in zip(rows, duals, strict=True):
        if not isinstance(condition, Limit):
            continue
        for end, sign in (("at_most", 1.0), ("at_least", -1.0)):
            stated = getattr(condition, end)
            if stated is None:
                continue
            step = sign * max(
                part * abs(stated), 1.0 if condition.measure == "count" else 0.0
            )
            gain = None
            if gains:
                wider = replace(condition, **{end: stated + step})
                others = [wider if c is condition else c for c in conditions]
                again = solve(
                    problem.with_conditions(others), gap=selection.gap, nodes=NODES
                )
                gain = round(again.objective - selection.objective, DECIMALS)
            found.append(
                Price(
                    condition=condition.name,
                    end=end,
                    marginal=max(0.0, sign * float(dual)),
                    step=step,
                    gain=gain,
                )
            )
    return tuple(found)


@dataclass(frozen=True, kw_only=True, eq=False)
class Stop:
    """The best selection at one size of the budgets."""

    factor: float
    selection: Selection


def sweep(
    problem: Problem,
    budgets: Sequence[str],
    factors: Sequence[float],
    *,
    gap: float = 0.0,
    stated: Selection | None = None,
) -> tuple[Stop, ...]:
    """The best selection with the named limits at these parts of what is stated.

    ``stated``: the one at 1, where it is known.
    """
    named = set(budgets)
    found = []
    for factor in factors:
        conditions = [
            replace(c, at_most=c.at_most * factor)
            if isinstance(c, Limit) and c.name in named and c.at_most is not None
            else c
            for c in problem.conditions
        ]
        selection = (
            stated
            if stated is not None and factor == 1
            else solve(problem.with_conditions(conditions), gap=gap, nodes=NODES)
        )
        found.append(Stop(factor=factor, selection=selection))
    return tuple(found)
