"""A draw of composed panels: an explicit mixture of whole assignments that keep every rule.

No fraction of a composed assignment need be a mixture of whole ones, so the mixture itself is
sought: weights of assignments, the largest expected total, no open pair above the limit
(Dantzig-Wolfe). The weights are a linear programme over the assignments found so far; its prices of
pairs ask `Core` for the assignment that would improve it most. Whatever the prices ``y``,

    limit · Σ y  +  max over assignments of Σ (score - y)

bounds every mixture (Lagrange), and what `Core` proves of the maximum is good enough for it. The first
assignments are paced: a pair that has had its share sits out, each at its own turn.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, lcm
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from sti_methods.assignment.core import Core, Found, Whole, programme
from sti_methods.assignment.infeasible import Condition, Infeasible, Relief
from sti_methods.assignment.refusal import refusal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sti_methods.assignment.clock import Clock

__all__ = ["FINEST", "Lottery", "Mixture"]

FINEST = 1000
GAP, NODES, LARGE = 1e-4, 20_000, 20_000
TURNS, AGAIN, PAIRS = (8, 20), 4, 600_000
PARTS, LOOSE, CLOSE = 10**7, 1e-6, 1e-9


@dataclass(frozen=True, kw_only=True, eq=False)
class Mixture:
    """Assignments with their weights in ``parts``; ``bound`` is of the expected total."""

    chosen: tuple[NDArray[np.bool_], ...]
    weights: tuple[int, ...]
    parts: int
    bound: float
    best: Found  # without the limit

    def at(self, number: int) -> NDArray[np.bool_]:
        """Return the assignment at a number from 0 to ``parts - 1``."""
        for chosen, weight in zip(self.chosen, self.weights, strict=True):
            number -= weight
            if number < 0:
                return chosen
        raise IndexError("The number is beyond the parts.")

    def shares(self) -> NDArray[np.int64]:
        """Return the probability of every pair, in parts."""
        return np.array(self.weights) @ np.array(self.chosen, dtype=np.int64)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Weighed:
    """The best weights of some assignments, and the prices that say what is missing."""

    value: float
    weights: NDArray[np.float64]
    prices: NDArray[np.float64]
    worth: float  # a new assignment must be worth more than this


@dataclass(kw_only=True, eq=False)
class Lottery:
    """The search for the best mixture under a limit."""

    whole: Whole
    limit: Fraction
    clock: Clock
    bound: float = field(default=np.inf, init=False)
    columns: list[NDArray[np.bool_]] = field(default_factory=list, init=False)
    _open: NDArray[np.bool_] = field(init=False)
    _base: NDArray[np.float64] = field(init=False)
    _value: list[float] = field(default_factory=list, init=False)

    def run(self) -> Mixture:
        """Return the mixture.

        Raises
        ------
        Infeasible
            No assignment keeps the conditions, or no mixture of them the limit; or none was found
            before the end, which it says.
        """
        best = self._best(self.whole)
        if best is None:
            raise refusal(self.whole.problem, self.whole.rows) or RuntimeError(
                "An assignment exists, but was not found."
            )
        self._open = np.ones(best.chosen.size, dtype=bool)
        self._open[self.whole.problem.locks] = False
        self._add(best.chosen)
        self.bound = best.bound / self.whole.scale
        if self.limit < 1:
            self._base = self._first_prices()
            if not self.clock.over():
                self._priced(self._base)
            self._paced()
            self._keep()
            self._improve()
        return self._exact(best)

    # ------------------------------------------------------------------ assignments

    def _add(self, chosen: NDArray[np.bool_] | None) -> bool:
        if chosen is None or any(np.array_equal(chosen, c) for c in self.columns):
            return False
        self.columns.append(chosen)
        self._value.append(self.whole.value(chosen) / self.whole.scale)
        return True

    def _best(self, whole: Whole, out: NDArray[np.bool_] | None = None) -> Found | None:
        return Core(whole=whole, out=out, gap=GAP, nodes=NODES, clock=self.clock).run()

    def _priced(self, prices: NDArray[np.float64]) -> tuple[bool, Found]:
        """Find the assignment of most score less price, and note the bound it proves."""
        problem = self.whole.problem
        asked = replace(problem, score=problem.score - prices)
        whole = Whole.of(asked, self.whole.rows)
        found = self._best(whole)
        assert found is not None  # noqa: S101 -- prices do not change what is feasible
        hidden = int(problem.size.sum())  # what rounding may hide
        most = (found.bound + hidden) / whole.scale
        self.bound = min(self.bound, float(self.limit) * float(prices.sum()) + most)
        return self._add(found.chosen), found

    def _first_prices(self) -> NDArray[np.float64]:
        """Prices of pairs at their limit, by the linear programme without whole numbers."""
        whole = self.whole
        fixed = ~self._open
        columns = np.flatnonzero(self._open)
        asked = programme(whole, columns=columns, taken=fixed)
        asked = replace(asked, upper=np.full(columns.size, float(self.limit)))
        large = columns.size > LARGE
        left = self.clock.half().half().left
        answer = asked.approximate(seconds=left) if large else asked.relax(seconds=left)
        if answer.infeasible:
            self._keep()  # says the least limit that would do
        prices = np.zeros(self._open.size)
        if answer.row_dual is not None:
            matrix, _least, _most = asked.matrix()
            worth = asked.value - matrix.T @ answer.row_dual
            prices[columns] = np.maximum(worth, 0)
        return np.round(prices, 9)

    def _paced(self) -> None:
        """Take turns: after ``s`` of them a pair has sat in limit · s, rounded at its own time."""
        problem = self.whole.problem
        turns, often = _turns(self.limit)
        order = np.lexsort((-problem.score, problem.proposal))
        rank = np.empty(order.size, dtype=np.int64)
        rank[order] = np.arange(order.size) - problem.start[problem.proposal[order]]
        early = (rank + 3 * problem.proposal) % turns
        had = np.zeros(order.size, dtype=np.int64)
        sat: list[NDArray[np.bool_]] = []
        longest, now = 0.0, perf_counter()
        for turn in range(1, turns + 1):
            left = self.clock.left
            if self.clock.over() or (left is not None and left < 2 * longest):
                self.clock.reached = True
                self._close(had if sat else self.columns[0], max(len(sat), 1))
                return
            wait = self._open & ((had + 1) * turns > often * turn + early)
            found = self._best(self.whole, wait)
            if found is None:
                found = self._best(self.whole, self._open & (had >= often))
            if found is None:
                return
            had += found.chosen
            sat.append(found.chosen)
            self._add(found.chosen)
            longest, now = max(longest, perf_counter() - now), perf_counter()
        self._again(sat, had, often)

    def _close(self, had: NDArray[Any], turns: int) -> None:
        """Before the clock ends: one assignment without all that has sat too often so far."""
        much = had * self.limit.denominator > self.limit.numerator * turns
        found = self._best(self.whole, self._open & much)
        if found is not None:
            self._add(found.chosen)

    def _again(
        self, sat: list[NDArray[np.bool_]], had: NDArray[np.int64], often: int
    ) -> None:
        """Make each turn anew, the others as they are, as long as that raises the sum."""
        value = self.whole.value
        for _ in range(AGAIN):
            before = sum(map(value, sat))
            for turn, old in enumerate(sat):
                if self.clock.over():
                    return
                had -= old
                found = self._best(self.whole, self._open & (had >= often))
                if found is not None and value(found.chosen) > value(old):
                    sat[turn] = found.chosen
                    self._add(found.chosen)
                had += sat[turn]
            if sum(map(value, sat)) - before <= GAP / 10 * abs(before):
                return

    # ------------------------------------------------------------------ weights

    def _weighed(self, limit: float | None, room: float = 0.0) -> _Weighed | None:
        """Return the best weights under the limit; without one, those of the least limit."""
        from scipy.optimize import linprog  # noqa: PLC0415 -- slow; flows need none of it
        from scipy.sparse import csr_array  # noqa: PLC0415

        stack = np.array(self.columns)
        used = np.flatnonzero(self._open & stack.any(axis=0))
        # Pairs of the same assignments have one row.
        kinds, kind = np.unique(stack[:, used].T, axis=0, return_inverse=True)
        rows, count = kinds.astype(np.float64), len(self.columns)
        gain, most = -np.array(self._value), np.zeros(kinds.shape[0])
        one: Any = np.ones((1, count))
        if limit is None:
            gain = np.append(np.zeros(count), 1.0)
            rows = np.append(rows, -np.ones((rows.shape[0], 1)), axis=1)
            one = np.append(one, [[0.0]], axis=1)
        else:
            most += limit - room
        tight: Any = {
            f"{end}_feasibility_tolerance": CLOSE for end in ("primal", "dual")
        }
        bounds: Any = (0, None)
        found: Any = linprog(  # type: ignore[call-overload]
            gain, A_ub=csr_array(rows), b_ub=most, A_eq=one, b_eq=[1.0], bounds=bounds,
            method="highs-ds", options=tight,
        )  # fmt: skip
        if found.x is None:
            return None
        dual = np.maximum(-found.ineqlin.marginals, 0)
        share = self._base[used] + 1e-6 if limit is not None else np.ones(used.size)
        share /= np.bincount(kind.ravel(), share)[kind.ravel()]
        prices = np.zeros(self._open.size)
        prices[used] = dual[kind.ravel()] * share
        return _Weighed(
            value=-found.fun if limit is not None else found.fun,
            weights=found.x[:count],
            prices=np.round(prices, 12),
            worth=-float(found.eqlin.marginals[0]),
        )

    def _rounds(self) -> int:
        return max(10, min(400, PAIRS // max(self._open.size, 1)))

    def _keep(self) -> None:
        """Seek assignments until some mixture keeps the limit, or none can."""
        if not hasattr(self, "_base"):
            self._base = np.zeros(self._open.size)
        least, value, scale = 0.0, 1.0, float(self.limit)
        for _ in range(self._rounds()):
            now = self._weighed(None)
            assert now is not None  # noqa: S101 -- a limit that is free is kept
            value = now.value
            known = _steps(least) == _steps(value)
            if value <= scale + CLOSE or (least > scale + CLOSE and known):
                break
            if self.clock.over():
                break
            whole = Whole.of(
                replace(self.whole.problem, score=-now.prices), self.whole.rows
            )
            found = self._best(whole)
            assert found is not None  # noqa: S101 -- prices do not change what is feasible
            hidden = int(whole.problem.size.sum())
            least = max(least, -(found.bound + hidden) / whole.scale)
            if not self._add(found.chosen):
                break
        if value > scale + CLOSE:
            raise Infeasible(
                (Condition(kind="probability"),),
                (
                    Relief(
                        kind="probability",
                        stated=int(self.limit * FINEST),
                        needed=_steps(value),
                    ),
                ),
                proved=least > scale + CLOSE,
            )

    def _improve(self) -> None:
        best, near = self._base, self._open.size > LARGE
        for _ in range(self._rounds()):
            now = self._weighed(float(self.limit))
            if now is None or self.clock.over():
                return
            short = self.bound - now.value
            if short <= max(CLOSE, GAP * near) * max(1.0, abs(self.bound)):
                return
            before = self.bound
            middle = np.round((best + now.prices) / 2, 9)
            new, _found = self._priced(middle)
            if self.bound < before:
                best = middle
            if not new or not self._better(now):
                before = self.bound
                new, _found = self._priced(now.prices)
                if self.bound < before:
                    best = now.prices
                if not new:
                    return

    def _better(self, now: _Weighed) -> bool:
        """Whether the last assignment is worth more than its place costs."""
        last = self._value[-1] - float(now.prices[self.columns[-1]].sum())
        return last > now.worth + CLOSE

    # ------------------------------------------------------------------ exactly

    def _exact(self, best: Found) -> Mixture:
        """Turn weights into whole parts that keep the limit exactly."""
        limit = self.limit if self.limit < 1 else Fraction(1)
        found = self._weighed(float(limit)) if limit < 1 else None
        plain = [Fraction(1)] if limit == 1 else _plain(found)
        if not self._keeps(plain, limit):
            parts = PARTS * limit.denominator
            room = (len(self.columns) + 1) / parts + LOOSE
            found = self._weighed(float(limit), room)
            if found is None:
                raise Infeasible(
                    (Condition(kind="probability"),),
                    (
                        Relief(
                            kind="probability",
                            stated=int(limit * FINEST),
                            needed=int(limit * FINEST) + 1,
                        ),
                    ),
                    proved=False,
                )
            whole = [int(w * parts) for w in found.weights]
            whole[int(np.argmax(whole))] += parts - sum(whole)
            plain = [Fraction(w, parts) for w in whole]
            if not self._keeps(plain, limit):
                raise RuntimeError("Rounded weights break the limit.")
        parts = lcm(*(w.denominator for w in plain))
        some = [
            (int(w * parts), c) for w, c in zip(plain, self.columns, strict=True) if w
        ]
        some.sort(key=lambda it: (-it[0], np.flatnonzero(it[1]).tolist()))
        return Mixture(
            chosen=tuple(c for _w, c in some),
            weights=tuple(w for w, _c in some),
            parts=parts,
            bound=self.bound,
            best=best,
        )

    def _keeps(self, weights: list[Fraction], limit: Fraction) -> bool:
        if sum(weights) != 1:
            return False
        parts = lcm(*(w.denominator for w in weights))
        if parts > PARTS * FINEST:
            return False
        shares = np.array([int(w * parts) for w in weights]) @ np.array(
            self.columns, dtype=np.int64
        )
        return limit == 1 or bool(
            (shares[self._open] * limit.denominator <= parts * limit.numerator).all()
        )


def _plain(found: _Weighed | None) -> list[Fraction]:
    """The fractions that weights in floating point stand for, where these are plain."""
    assert found is not None  # noqa: S101 -- a mixture was found before
    return [Fraction(float(w)).limit_denominator(FINEST) for w in found.weights]


def _steps(limit: float) -> int:
    return min(ceil(limit * FINEST - 1e-6), FINEST)


def _turns(limit: Fraction) -> tuple[int, int]:
    """How many turns to take, and in how many of them a pair may sit: nearly the limit."""
    few, many = TURNS
    whole = [(Fraction(int(limit * n), n), -n) for n in range(few, many + 1)]
    share, turns = max(whole)
    return -turns, int(share * -turns)
