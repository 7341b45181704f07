"""Fairness beyond the minimum: the next-worst proposals are raised, level by level.

Settled proposals keep their floor; all others have at least the level ``t``, which is the most
that all of them can have. Proposals that no assignment above these floors lifts over ``t`` are
blocked. If all the rest can be lifted over ``t`` together, every leximin assignment has
exactly the blocked ones at ``t``: they are settled, and the next level is sought. If
they cannot, somebody must be chosen to stay behind; there the proof, and the search, ends.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.assignment.clock import Undecided
from sti_methods.assignment.core import Core, Found, Whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sti_methods.assignment.clock import Clock

__all__ = ["Raising"]

# Searches above floors: each is about as long as one for the fair total.
STEPS = 24


@dataclass(kw_only=True, eq=False)
class Raising:
    """Levels are settled until the steps are spent or a choice is met; pure problems only."""

    whole: Whole
    found: Found  # above the largest minimum
    level: int
    nodes: int
    clock: Clock
    steps: int = STEPS
    settled: NDArray[np.bool_] = field(init=False)
    floor: NDArray[np.int64] = field(init=False)

    def run(self) -> Found:
        """Return the best total above the floors of all levels that were settled."""
        most = self.whole.best_sums
        self.settled = np.zeros(most.size, dtype=bool)
        self.floor = np.full(most.size, self.level, dtype=np.int64)
        try:
            while self._settle(most) and self._lift(most):
                pass
            last = self._above(self.floor, free=True)
        except Undecided:
            last = None
        if last is not None:
            return last
        return replace(self.found, optimal=False)

    def _above(self, floor: NDArray[np.int64], *, free: bool = False) -> Found | None:
        self.steps -= not free
        return Core(
            whole=self.whole, floor=floor, nodes=self.nodes, clock=self.clock
        ).run()

    def _settle(self, most: NDArray[np.int64]) -> bool:
        """Settle the blocked proposals of the level; False where the proof ends."""
        level, step = self.level, self.whole.step
        low = ~self.settled & (self.whole.sums(self.found.chosen) <= level)
        blocked = low & (most <= level)
        if self._together(blocked):
            return True
        doubtful = np.flatnonzero(low & ~blocked)
        if not doubtful.size or doubtful.size >= self.steps:
            return False
        for p in doubtful:
            floor = self.floor.copy()
            floor[p] = level + step
            blocked[p] = self._above(floor) is None
        return bool(blocked[doubtful].any()) and self._together(blocked)

    def _together(self, blocked: NDArray[np.bool_]) -> bool:
        """Whether all but the blocked can be lifted together; then these are settled."""
        if not blocked.any() or self.steps <= 0:
            return False
        rest = ~self.settled & ~blocked
        floor = self.floor.copy()
        floor[rest] += self.whole.step
        found = self._above(floor)
        if found is None:
            return False
        self.found, self.floor = found, floor
        self.settled |= blocked
        return bool(rest.any())

    def _lift(self, most: NDArray[np.int64]) -> bool:
        """Raise all that is not settled as far as it goes; False where the steps end."""
        rest, step = ~self.settled, self.whole.step
        low = int(self.whole.sums(self.found.chosen)[rest].min())
        high = int(most[rest].min()) + step
        middle = high - step  # the certificate first, then halves
        while low + step < high:
            if self.steps <= 0:
                self.floor[rest] = low
                return False
            floor = self.floor.copy()
            floor[rest] = middle
            found = self._above(floor)
            if found is None:
                high = middle
            else:
                self.found = found
                low = int(self.whole.sums(found.chosen)[rest].min())
            middle = low + max((high - low) // (2 * step), 1) * step
        self.level = low
        self.floor[rest] = low
        return True
