"""Best total under side conditions, by a flow, its prices, and a small exact core.

Side conditions are the rows of rules and the floors of proposals. Priced by multipliers
(the duals of a linear programme over the promising pairs) and put into the values of pairs,
they leave a pure flow: its value ``L`` bounds every assignment (Lagrange), and a pair with
reduced value ``r`` cannot be chosen (r < 0), or left (r > 0), by an assignment better than
``L - |r|``. So only pairs with ``|r| ≤ width`` need a mixed-integer programme; what it finds
is the optimum as soon as it lies within ``width`` of ``L``. Else the width doubles.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.assignment.clock import Clock, Undecided
from sti_methods.assignment.flow import Flow, Network, scale_of
from sti_methods.assignment.solution import panel_bounds
from sti_methods.programming import UNIT, Answer, Block, Programme, pair_block

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sti_methods.assignment.problem import Problem
    from sti_methods.assignment.rows import Rows

__all__ = ["NO_FLOOR", "Core", "Found", "Whole", "programme"]

LARGE, FEW = 2_000, 500
ANY = 1e9
NO_FLOOR = np.iinfo(np.int64).min // 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Whole:
    """A problem in whole numbers."""

    problem: Problem
    rows: Rows
    scale: int
    score: NDArray[np.int64]
    step: int  # every total is a multiple of it

    @classmethod
    def of(cls, problem: Problem, rows: Rows) -> Whole:
        """Return the problem with its scores as whole numbers."""
        scale = scale_of(problem.score)
        score = np.rint(problem.score * scale).astype(np.int64)
        step = int(np.gcd.reduce(score)) if score.size else 1
        return cls(
            problem=problem, rows=rows, scale=scale, score=score, step=max(step, 1)
        )

    def value(self, chosen: NDArray[np.bool_]) -> int:
        """Return the total of an assignment."""
        return int(self.score[chosen].sum())

    def sums(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the sum of every proposal."""
        sums = np.zeros(len(self.problem.proposals), dtype=np.int64)
        np.add.at(sums, self.problem.proposal[chosen], self.score[chosen])
        return sums

    @property
    def best_sums(self) -> NDArray[np.int64]:
        """What each proposal could have if it chose alone, without rules."""
        return panel_bounds(self.problem, self.score)

    def keeps(
        self, chosen: NDArray[np.bool_], floor: NDArray[np.int64] | None = None
    ) -> bool:
        """Whether rules and floors hold."""
        counts = self.rows.counts(chosen)
        if ((counts < self.rows.least) | (counts > self.rows.most)).any():
            return False
        return floor is None or bool((self.sums(chosen) >= floor).all())


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """An assignment and the bound of its total, in whole numbers."""

    chosen: NDArray[np.bool_]
    bound: int
    optimal: bool


def programme(
    whole: Whole,
    *,
    columns: NDArray[np.int64],
    taken: NDArray[np.bool_],
    floor: NDArray[np.int64] | None = None,
    proposals: NDArray[np.bool_] | None = None,
    elsewhere: bool = False,
) -> Programme:
    """Return the programme over some pairs, when others are ``taken`` already.

    ``proposals`` narrows it to some of them; of the others only the taken pairs count.
    ``elsewhere``: least loads may be met by pairs that are not asked about.
    """
    problem, rows = whole.problem, whole.rows
    inside = (
        np.ones(len(problem.proposals), dtype=bool) if proposals is None else proposals
    )
    loads = np.bincount(problem.expert[taken], minlength=len(problem.experts))
    had = np.bincount(problem.proposal[taken], minlength=len(problem.proposals))
    experts, proposals_of = problem.expert[columns], problem.proposal[columns]
    blocks = []
    if len(rows):
        blocks.append(_rules(whole, columns, taken, inside))
    if floor is not None:
        active = inside & (floor > NO_FLOOR)
        place = np.where(active, np.cumsum(active) - 1, -1)
        left = ((floor - whole.sums(taken))[active] * UNIT).astype(np.float64)
        blocks.append(
            pair_block(
                place[proposals_of],
                left,
                np.full(left.size, np.inf),
                (whole.score[columns] * UNIT).astype(np.float64),
            )
        )
    blocks.append(
        _counted(proposals_of, problem.size - had, problem.size - had, inside)
    )
    least, most = problem.load_min - loads, problem.load_max - loads
    if elsewhere:
        least = np.zeros_like(least)
    concerned = np.zeros(least.size, dtype=bool)
    concerned[experts] = True
    if proposals is None:
        concerned |= (least > 0) | (most < 0)
    blocks.append(_counted(experts, least, most, concerned))
    return Programme(
        value=problem.score[columns],
        lower=np.zeros(columns.size),
        upper=np.ones(columns.size),
        whole=np.ones(columns.size, dtype=bool),
        blocks=tuple(blocks),
    )


def _counted(
    of: NDArray[np.int64],
    least: NDArray[np.int64],
    most: NDArray[np.int64],
    inside: NDArray[np.bool_],
) -> Block:
    """Rows that count the columns of each proposal, or of each expert."""
    place = np.where(inside, np.cumsum(inside) - 1, -1)
    return pair_block(place[of], least[inside], most[inside])


def _rules(
    whole: Whole,
    columns: NDArray[np.int64],
    taken: NDArray[np.bool_],
    inside: NDArray[np.bool_],
) -> Block:
    rows = whole.rows
    active = inside[rows.proposal]
    place = np.full(whole.score.size, -1)
    place[columns] = np.arange(columns.size)
    number = np.repeat(np.where(active, np.cumsum(active) - 1, -1), np.diff(rows.start))
    column = place[rows.index]
    use = (column >= 0) & (number >= 0)
    had = rows.counts(taken)[active]
    return Block(
        row=number[use],
        column=column[use],
        value=np.ones(int(use.sum())),
        least=(rows.least[active] - had).astype(np.float64),
        most=(rows.most[active] - had).astype(np.float64),
    )


@dataclass(kw_only=True, eq=False)
class Core:
    """The search for the best total above a floor.

    A core of more than ``cutoff`` pairs is not asked for when ``gap`` is reached. When the
    clock is over the best so far is the answer. Before there is one, a search above a floor is
    ``Undecided``; without a floor it goes on to the first, so that it never ends in vain.
    """

    whole: Whole
    floor: NDArray[np.int64] | None = None
    gap: float = 0.0
    nodes: int | None = None
    cutoff: int = 20_000
    out: NDArray[np.bool_] | None = None
    into: NDArray[np.bool_] | None = None
    best: NDArray[np.bool_] | None = None
    bound: int = np.iinfo(np.int64).max
    clock: Clock = field(default_factory=Clock)
    relaxed: Flow | None = field(default=None, init=False)
    net: Network = field(init=False)
    _wanting: NDArray[np.bool_] = field(init=False)

    def run(self) -> Found | None:
        """Return the best assignment, None when there is none."""
        whole = self.whole
        net = Network.of(whole.problem, out=self.out, into=self.into)
        self.net = net
        flow = net.best(whole.score)
        if flow is None:
            return None
        self._wanting = np.zeros(whole.score.size, dtype=bool)
        if self.floor is not None:
            low = whole.sums(flow.chosen) < self.floor
            self._wanting = low[whole.problem.proposal]
        self._note(flow, whole.score, 0)
        if self.best is not None and whole.value(self.best) == self.bound:
            return Found(chosen=self.best, bound=self.bound, optimal=True)
        if not self.clock.over() and not self._price(flow):
            return None
        return self._search()

    # ------------------------------------------------------------------ bounds

    def _note(self, flow: Flow, value: NDArray[np.int64], constant: int) -> None:
        """Keep a flow's bound if it is the lowest, its pairs if they are the best."""
        chosen = flow.chosen
        bound = int(value[chosen].sum()) + constant
        if bound <= self.bound:
            self.bound, self.relaxed = bound, flow
        self._offer(chosen)

    def _offer(self, chosen: NDArray[np.bool_]) -> None:
        if not self.whole.keeps(chosen, self.floor):
            return
        if self.best is None or self.whole.value(chosen) > self.whole.value(self.best):
            self.best = chosen

    def _kept(
        self, flow: Flow, width: int
    ) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the open pairs, and those that are chosen anyway."""
        net, reduced = self.net, flow.reduced
        fixed = net.carried(np.zeros_like(net.expert)) > 0
        free = (net.capacity > 0) & ~fixed
        open_ = free & ((np.abs(reduced) <= width) | self._wanting)
        return np.flatnonzero(open_), fixed | (free & ~open_ & (reduced > 0))

    def _price(self, flow: Flow) -> bool:
        """Lower the bound by multipliers of the side conditions; False: none holds them."""
        whole = self.whole
        if len(whole.rows) > LARGE:
            fixed = self.net.carried(np.zeros_like(self.net.expert)) > 0
            columns = np.flatnonzero((self.net.capacity > 0) & ~fixed)
            linear = programme(whole, columns=columns, taken=fixed, floor=self.floor)
            answer = linear.approximate(seconds=self.clock.left)
            self.clock.over()
            assert answer.row_dual is not None  # noqa: S101 -- it has them
            self._apply(answer.row_dual)
            return True
        width = self._first_width(flow)
        pairs = whole.score.size
        for _ in range(12):
            if self.clock.over():
                return True
            assert self.relaxed is not None  # noqa: S101 -- a flow was noted
            columns, taken = self._kept(self.relaxed, width)
            linear = programme(whole, columns=columns, taken=taken, floor=self.floor)
            answer = linear.relax(seconds=self.clock.left)
            if answer.x is None and not answer.infeasible and self.clock.over():
                return True
            if answer.x is None:
                if answer.infeasible and columns.size >= self._open:
                    return False
                width *= 4
                continue
            assert answer.row_dual is not None  # noqa: S101 -- a linear programme has them
            before = self.bound
            self._apply(answer.row_dual)
            reached = self.bound / whole.scale - self._value_of(taken) - answer.value
            if reached <= 1e-7 * max(1.0, abs(answer.value)) or columns.size == pairs:
                return True
            if self.bound >= before:
                width *= 2
        return True

    def _value_of(self, taken: NDArray[np.bool_]) -> float:
        return float(self.whole.problem.score[taken].sum())

    def _first_width(self, flow: Flow) -> int:
        """As wide as leaves some pairs for every condition that does not hold."""
        whole = self.whole
        reduced = np.abs(flow.reduced[(self.net.capacity > 0)])
        reduced = reduced[reduced > 0]
        counts = whole.rows.counts(flow.chosen)
        broken = ((counts < whole.rows.least) | (counts > whole.rows.most)).sum()
        if self.floor is not None:
            broken += (whole.sums(flow.chosen) < self.floor).sum()
        wanted = min(500 + 60 * int(broken), 15 * len(whole.problem.proposals))
        if reduced.size <= wanted:
            return int(reduced.max(initial=0)) + 1
        return int(np.partition(reduced, wanted)[wanted]) + 1

    def _apply(self, dual: NDArray[np.float64]) -> None:
        """Price the side conditions by the duals of the last rows, and note the flow."""
        whole, problem = self.whole, self.whole.problem
        at = 0
        value = problem.score.copy()
        constant = 0.0
        rows = whole.rows
        if len(rows):
            price = dual[at : at + len(rows)]
            at += len(rows)
            np.subtract.at(value, rows.index, np.repeat(price, np.diff(rows.start)))
            price_up, price_down = np.maximum(price, 0), np.minimum(price, 0)
            constant += float(price_up @ rows.most + price_down @ rows.least)
        if self.floor is not None:
            active = self.floor > NO_FLOOR
            price = np.zeros(len(problem.proposals))
            duals = dual[at : at + int(active.sum())]
            price[active] = np.maximum(-duals * UNIT * whole.scale, 0)
            value += price[problem.proposal] * problem.score
            constant -= float(price[active] @ (self.floor[active] / whole.scale))
        scaled = np.rint(value * whole.scale).astype(np.int64)
        flow = self.net.best(scaled)
        assert flow is not None  # noqa: S101 -- values do not change what is feasible
        slack = int(problem.size.sum())  # what rounding may hide
        self._note(flow, scaled, round(constant * whole.scale) + slack)

    # ------------------------------------------------------------------ search

    def _search(self) -> Found | None:
        whole = self.whole
        assert self.relaxed is not None  # noqa: S101 -- a flow was noted
        bound = self.bound // whole.step * whole.step
        width = self._begin(bound)
        while True:
            columns, taken = self._kept(self.relaxed, width)
            answer = self._solved(columns, taken, bound)
            proved = answer.optimal or answer.infeasible
            everything = proved and columns.size == self._open
            over = not proved and self.clock.over()
            if self.best is None:
                if everything:
                    return None
                if self.floor is not None and over:
                    raise Undecided
                if columns.size == self._open and self.nodes is not None:
                    self.nodes *= 4
                width *= 3
                continue
            value = whole.value(self.best)
            short = bound - value
            if short <= 0 or (proved and short <= width) or everything:
                sure = short <= 0 or not self._loose(columns)
                known = value if sure else bound
                return Found(chosen=self.best, bound=known, optimal=sure)
            if over or self.clock.over():
                return Found(chosen=self.best, bound=bound, optimal=False)
            wider = max(3 * width, min(short, 9 * width))
            most = int((np.abs(self.relaxed.reduced) <= wider).sum())
            if short <= self.gap * abs(bound) and most > self.cutoff:
                return Found(chosen=self.best, bound=bound, optimal=False)
            if not proved:
                return Found(chosen=self.best, bound=bound, optimal=False)
            width = wider

    def _solved(
        self, columns: NDArray[np.int64], taken: NDArray[np.bool_], bound: int
    ) -> Answer:
        """Solve one core, and offer what it finds."""
        whole = self.whole
        inside = max(bound - whole.value(taken), 1)
        # All totals are multiples of a step: nothing lies between two of them.
        gap = max(0.9 * whole.step / inside, self.gap / 10 * self._loose(columns))
        asked = programme(whole, columns=columns, taken=taken, floor=self.floor)
        seconds = self.clock.left
        if self.best is None and self.floor is None and self.clock.over():
            gap, seconds = ANY, None  # the first that is found ends it
        answer = asked.solve(gap=gap, nodes=self.nodes, seconds=seconds)
        if gap == ANY:
            answer = replace(answer, optimal=False)
        if answer.x is not None:
            chosen = taken.copy()
            chosen[columns[answer.x > 0.5]] = True  # noqa: PLR2004 -- 0 or 1
            self._offer(chosen)
        return answer

    def _loose(self, columns: NDArray[np.int64]) -> bool:
        """Whether a core is so large that it is not searched to the last digit."""
        return self.gap > 0 and columns.size > self.cutoff

    @property
    def _open(self) -> int:
        return int((self.net.capacity > 0).sum())

    def _begin(self, bound: int) -> int:
        """Return the first width: few pairs, or what the best so far lacks."""
        assert self.relaxed is not None  # noqa: S101 -- a flow was noted
        reduced = np.abs(self.relaxed.reduced[self.net.capacity > 0])
        wanted = max(FEW, 2 * len(self.whole.problem.proposals))
        if reduced.size <= wanted:
            return int(reduced.max(initial=0)) + 1
        width = int(np.partition(reduced, wanted)[wanted]) + 1
        if self.best is None:
            return width
        return max(min(bound - self.whole.value(self.best), width), 1)
