"""Sets of the same merit: who is in some and not in others, and which set the order takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sti_methods.portfolio.bounds import bounds
from sti_methods.portfolio.holding import meets
from sti_methods.portfolio.problem import DECIMALS
from sti_methods.portfolio.searching import HALF, core_of, solved

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from sti_methods.portfolio.problem import Problem
    from sti_methods.portfolio.rows import Row

__all__ = ["Ties"]

# Of one search for sets that differ, and of such searches.
NODES, ROUNDS = 5_000, 200
# More are asked so many at once.
MOST_TIED, BATCH = 40, 20


class Ties:
    """Among the sets that hold ``rows`` (one of them: at least this merit)."""

    def __init__(
        self,
        problem: Problem,
        rows: Sequence[Row],
        price: NDArray[np.float64],
        objective: float,
    ) -> None:
        self.problem, self.rows, self.price = problem, [*rows], price
        self.objective = objective

    def other(
        self, value: NDArray[np.float64], forced: Mapping[int, bool]
    ) -> NDArray[np.bool_] | None:
        """The set of most ``value``; None: there is none, or nobody could tell.

        All sets of this merit lie in the core that prices of the relaxation leave open.
        """
        known = bounds(self.problem, self.rows, self.price, forced=dict(forced))
        room = known.total - self.objective + 10.0**-DECIMALS
        core = core_of(self.problem, self.rows, known, room, value=value)
        if core is None:
            return None
        answer = core.programme.solve(nodes=NODES)
        if answer.infeasible:
            return None
        if not answer.optimal or answer.x is None:
            raise TimeoutError
        x = core.fixed.copy()
        x[core.free[answer.x > HALF]] = True
        if all(meets(row, x) for row in self.rows):
            return x
        found = solved(
            self.problem, self.rows, value=value, forced=dict(forced), nodes=NODES
        )
        return None if found is None else found[0]

    def tied(self, x: NDArray[np.bool_]) -> set[int]:
        """Places of proposals that some sets have and others do not.

        Each search turns as many as it can that were not turned before; the last turns none.
        """
        of = self.problem.of
        chosen = self.places(x)
        found: set[int] = set()
        weight = np.where(chosen, -1.0, 1.0)
        for _round in range(ROUNDS):
            other = self.other(weight[of], {})
            if other is None:
                break
            turned = {int(p) for p in np.flatnonzero(self.places(other) != chosen)}
            turned -= found
            if not turned:
                return found
            found |= turned
            weight[[*turned]] = 0.0
        raise TimeoutError

    def first(
        self, x: NDArray[np.bool_], tied: Sequence[int]
    ) -> tuple[NDArray[np.bool_], list[int] | None]:
        """The set that has the first of ``tied`` (in this order) of any two that differ.

        And of them those about which the order decided: at their turn there were sets with
        and without. Many are asked twenty at once (the largest sum of powers of two is the
        set that has the first of them), which does not tell whom: None.
        """
        has = self.places(x)
        forced = {p: bool(has[p]) for p in {*range(has.size)} - {*tied}}
        if len(tied) > MOST_TIED:
            for start in range(0, len(tied), BATCH):
                batch = tied[start : start + BATCH]
                value = np.zeros(x.size)
                for n, place in enumerate(batch):
                    value[self.problem.levels_of(place)] = 2.0 ** (len(batch) - 1 - n)
                other = self.other(value, forced)
                x = x if other is None else other
                forced |= {p: bool(self.places(x)[p]) for p in batch}
            return x, None
        decided = []
        for place in tied:
            has = self.places(x)[place]
            other = self.other(np.zeros(x.size), {**forced, place: not has})
            if other is not None:
                decided.append(place)
                x = x if has else other
            forced[place] = bool(self.places(x)[place])
        return x, decided

    def places(self, x: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which proposals a set has."""
        has = np.zeros(len(self.problem.proposals), dtype=bool)
        has[self.problem.of[x]] = True
        return has
