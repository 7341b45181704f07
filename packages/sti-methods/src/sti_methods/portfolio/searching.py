"""The set of most value under rows: settled by prices as far as they reach, then searched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.portfolio.bounds import bounds, prices
from sti_methods.portfolio.holding import cut_of, meets, narrower
from sti_methods.portfolio.problem import DECIMALS
from sti_methods.portfolio.rows import block_of, programme
from sti_methods.programming import Block, Programme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sti_methods.portfolio.bounds import Bounds
    from sti_methods.portfolio.problem import Problem
    from sti_methods.portfolio.rows import Forced, Row

__all__ = ["Core", "Undecided", "core_of", "near_to", "price_near", "solved"]

# Sets that pass a limit unseen are cut off one by one, so many; then limits are drawn in.
CUTS, DRAWN_IN = 16, 8
# Smaller problems are searched whole.
FEW_LEVELS = 300
# Open proposals at first: so many, and so many more for each row with a price.
FIRST, FOR_A_ROW = 60, 8
# Cores tried first where a gap is allowed: so many open for each row with a price, and nodes.
SMALL_CORES, FEW_NODES = (2, 3, 4, 5, 6), 400
# Of quick answers: so many open for each row with a price (of so many), and nodes.
QUICK, MOST_ACTIVE, QUICK_NODES = (0.6, 1, 3), 30, 30
# A core of more than this part of all is no core.
MOST_OPEN = 0.7
HALF = 0.5
# Prices of other values: so many relaxations, and how near they come.
SIFTINGS, ENOUGH = 6, 1e-7

Found = tuple["NDArray[np.bool_]", float]


class Undecided(ArithmeticError):  # noqa: N818 -- an answer that is not there
    """The solver ended without an answer that holds."""


def solved(
    problem: Problem,
    rows: Sequence[Row],
    *,
    gap: float = 0.0,
    nodes: int | None = None,
    forced: Forced | None = None,
    value: NDArray[np.float64] | None = None,
    price: NDArray[np.float64] | None = None,
) -> Found | None:
    """The set of most value (merit) that holds every row, and the bound; None: there is none.

    ``price``: of the first rows, where it is known already. The solver lets a limit be passed
    by a millionth of a row's unit, 1,000 đồng of a billion: a set that does is cut off, and no
    other is, so that what is found is the best. Of too many such sets the best within narrower
    limits is taken; the bound stays that of the limits as they are stated.
    """
    asked, bound = [*rows], np.inf
    search = _Search(problem=problem, gap=gap, nodes=nodes, forced=forced, value=value)
    for _try in range(CUTS):
        answer = search.best(asked, price)
        if answer is None:
            return None
        x, reached = answer
        bound = min(bound, reached)
        cuts = [cut for row in rows if (cut := cut_of(row, x)) is not None]
        if not cuts:
            return x, bound
        asked += cuts
    narrow = [*rows]
    for _try in range(DRAWN_IN):
        narrow, faulty = narrower(rows, narrow, x)
        if not faulty:
            return x, bound
        answer = search.best(narrow, price)
        if answer is None:
            break
        x = answer[0]
    msg = "No set holds every condition to the last digit."
    raise Undecided(msg)


class _Search:
    def __init__(
        self,
        *,
        problem: Problem,
        gap: float,
        nodes: int | None,
        forced: Forced | None,
        value: NDArray[np.float64] | None,
    ) -> None:
        self.problem, self.gap, self.nodes = problem, gap, nodes
        self.forced = forced or {}
        self.value = problem.merit if value is None else value

    def best(
        self, rows: Sequence[Row], price: NDArray[np.float64] | None
    ) -> Found | None:
        if self.problem.of.size <= FEW_LEVELS or not self.value.any():
            return self.whole(rows)
        if price is None:
            price = prices(self.problem, rows, value=self.value, forced=self.forced)
        if price is None:
            return self.whole(rows)
        known = bounds(self.problem, rows, price, value=self.value, forced=self.forced)
        turning = np.sort(np.maximum(known.without, known.within(self.problem)))
        first = FIRST + FOR_A_ROW * int(np.count_nonzero(price))
        if self.gap and (near := self.near(rows, known, turning, price)):
            return near
        room = float(turning[min(first, turning.size - 1)])
        if not self.gap:
            # Of a set that is good the room of all better ones is known at once.
            good = near_to(
                self.problem, rows, price, value=self.value, forced=self.forced
            )
            if good is not None:
                room = known.total - float(self.value[good[0]].sum())
        while np.isfinite(room) and not self.wide(known, room):
            answer = self.core(rows, known, room)
            if answer is None:
                room = 4 * room + 10.0**-DECIMALS
                continue
            x, bound = answer
            merit = float(self.value[x].sum())
            # Sets outside the core lose more than ``room``.
            bound = max(bound, known.total - room)
            if bound <= max(answer[1], merit) or bound - merit <= self.gap * abs(bound):
                return x, bound
            room = known.total - merit
        return self.whole(rows)

    def near(
        self,
        rows: Sequence[Row],
        known: Bounds,
        turning: NDArray[np.float64],
        price: NDArray[np.float64],
    ) -> Found | None:
        """A set within the gap of what prices alone prove, from small cores; None: not found.

        A small core is searched fast and mostly holds a set that is good enough.
        """
        active, best = int(np.count_nonzero(price)) + 8, None
        for times in SMALL_CORES:
            if times * active >= turning.size:
                break
            room = float(turning[times * active])
            if not np.isfinite(room):
                break
            try:
                found = self.core(rows, known, room, nodes=FEW_NODES)
            except Undecided:
                continue
            if found is None:
                continue
            bound = min(known.total, max(found[1], known.total - room))
            if bound - float(self.value[found[0]].sum()) <= self.gap * abs(bound):
                best = found[0], bound
                break
        return best

    def wide(self, known: Bounds, room: float) -> bool:
        """Whether nearly all is open."""
        turning = np.maximum(known.without, known.within(self.problem))
        return bool(np.mean(turning <= room) > MOST_OPEN)

    def whole(self, rows: Sequence[Row]) -> Found | None:
        question = programme(self.problem, rows, value=self.value, forced=self.forced)
        answer = question.solve(gap=self.gap, nodes=self.nodes)
        if answer.infeasible:
            return None
        if answer.x is None:
            msg = "The search ended before it found a set."
            raise Undecided(msg)
        return np.asarray(answer.x > HALF), answer.bound

    def core(
        self,
        rows: Sequence[Row],
        known: Bounds,
        room: float,
        nodes: int | None = None,
    ) -> Found | None:
        """The best of the sets none of whose choices loses more than ``room``."""
        core = core_of(self.problem, rows, known, room, value=self.value)
        if core is None:
            return None
        # The gap is a part of the whole value, not of what is open.
        rest = known.total - float(self.value[core.fixed].sum())
        gap = self.gap * abs(known.total) / max(abs(rest), 10.0**-DECIMALS)
        answer = core.programme.solve(gap=gap, nodes=nodes or self.nodes)
        if answer.infeasible:
            return None
        if answer.x is None:
            msg = "The search ended before it found a set."
            raise Undecided(msg)
        x = core.fixed.copy()
        x[core.free[answer.x > HALF]] = True
        return x, answer.bound + float(self.value[core.fixed].sum())


@dataclass(frozen=True, kw_only=True, eq=False)
class Core:
    """What is open when all choices that lose much are settled.

    ``free`` are the levels that stand for the columns, ``fixed`` those chosen already.
    """

    value: NDArray[np.float64]
    gate: Block
    rows: tuple[Row, ...]
    free: NDArray[np.int64]
    fixed: NDArray[np.bool_]

    @property
    def programme(self) -> Programme:
        size = self.free.size
        return Programme(
            value=self.value,
            lower=np.zeros(size),
            upper=np.ones(size),
            whole=np.ones(size, dtype=bool),
            blocks=(self.gate, block_of(self.rows)),
        )

    def with_column(self, taken: NDArray[np.float64], *, most: float) -> Programme:
        """Minimise one more number, 0 to ``most``, that takes so much off each row."""
        size = self.free.size
        rows = [
            replace(
                row,
                column=np.append(row.column, size),
                value=np.append(row.value, -off),
            )
            if off
            else row
            for row, off in zip(self.rows, taken, strict=True)
        ]
        return Programme(
            value=np.append(np.zeros(size), -1.0),
            lower=np.zeros(size + 1),
            upper=np.append(np.ones(size), most),
            whole=np.arange(size + 1) < size,
            blocks=(self.gate, block_of(rows)),
        )


def core_of(
    problem: Problem,
    rows: Sequence[Row],
    known: Bounds,
    room: float,
    *,
    value: NDArray[np.float64],
) -> Core | None:
    """The programme of the sets none of whose choices loses more than ``room``; None: none."""
    of = problem.of
    open_ = np.isfinite(known.loss) & (known.loss <= room)
    must = np.isinf(known.without) | (known.without > room)
    ways = np.bincount(of, weights=open_, minlength=must.size)
    if (must & (ways == 0)).any():
        return None
    settled = must & (ways == 1)
    fixed = open_ & settled[of]
    free = np.flatnonzero(open_ & ~settled[of])
    place = np.full(of.size, -1)
    place[free] = np.arange(free.size)
    kept = np.flatnonzero(~settled & (ways > 0))
    line = np.full(must.size, -1)
    line[kept] = np.arange(kept.size)
    gate = Block(
        row=line[of[free]],
        column=np.arange(free.size),
        value=np.ones(free.size),
        least=np.where(must[kept], 1.0, -np.inf),
        most=np.ones(kept.size),
    )
    left = tuple(_left(row, place, fixed) for row in rows)
    return Core(value=value[free], gate=gate, rows=left, free=free, fixed=fixed)


def price_near(
    problem: Problem,
    rows: Sequence[Row],
    price: NDArray[np.float64],
    *,
    value: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Prices for other values, from those of values like them.

    The relaxation is solved over the proposals open at the prices so far, until these leave
    no room for others (sifting; Bixby et al. 1992, Operations Research 40:885).
    """
    if problem.of.size <= FEW_LEVELS:
        found = prices(problem, rows, value=value)
        return price if found is None else found
    best, least = price, np.inf
    for _try in range(SIFTINGS):
        known = bounds(problem, rows, price, value=value)
        if known.total < least:
            best, least = price, known.total
        turning = np.sort(np.maximum(known.without, known.within(problem)))
        core = core_of(
            problem, rows, known, float(turning[turning.size // 5]), value=value
        )
        if core is None:
            break
        answer = core.programme.relax()
        if answer.row_dual is None:
            break
        reached = answer.value + float(value[core.fixed].sum())
        units = np.array([row.unit for row in core.rows], dtype=np.float64)
        price = answer.row_dual[core.gate.least.size :] / units
        if least - reached <= ENOUGH * abs(reached):
            break
    known = bounds(problem, rows, price, value=value)
    return price if known.total < least else best


def _left(row: Row, place: NDArray[np.int64], fixed: NDArray[np.bool_]) -> Row:
    """What of a row is open when ``fixed`` is chosen."""
    had = row.total(fixed)
    there = place[row.column] >= 0
    return replace(
        row,
        column=place[row.column[there]],
        value=row.value[there],
        least=_snug(row.least - had, row.unsure(fixed, row.least)),
        most=_snug(row.most - had, row.unsure(fixed, row.most)),
    )


def _snug(end: float, unsure: float) -> float:
    """An end that is reached exactly must not be missed by what floating point leaves."""
    return 0.0 if np.isfinite(end) and abs(end) <= unsure else end


def near_to(
    problem: Problem,
    rows: Sequence[Row],
    price: NDArray[np.float64],
    *,
    value: NDArray[np.float64] | None = None,
    forced: Forced | None = None,
) -> Found | None:
    """A good set and what none exceeds, fast; None: no set was found.

    A small core at given prices: where the bound is above the value of the set, the best
    lies between them.
    """
    worth = problem.merit if value is None else value
    known = bounds(problem, rows, price, value=worth, forced=forced)
    turning = np.sort(np.maximum(known.without, known.within(problem)))
    turning = turning[np.isfinite(turning)]
    active = min(int(np.count_nonzero(price)), MOST_ACTIVE)
    for times in QUICK:
        if not turning.size:
            break
        room = float(turning[min(int(times * (10 + active)), turning.size - 1)])
        core = core_of(problem, rows, known, room, value=worth)
        answer = None if core is None else core.programme.solve(nodes=QUICK_NODES)
        if core is None or answer is None or answer.x is None:
            continue
        x = core.fixed.copy()
        x[core.free[answer.x > HALF]] = True
        if all(meets(row, x) for row in rows):
            bound = answer.bound + float(worth[core.fixed].sum())
            return x, min(known.total, max(bound, known.total - room))
    return None
