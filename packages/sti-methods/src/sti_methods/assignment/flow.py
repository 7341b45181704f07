"""The pure case: a minimum-cost flow in whole numbers, exact, with its prices.

Every expert is a node that sends between its minimum and maximum load, every proposal one
that takes its size, every pair an arc. Minimum loads are supplies of their own, so they are
met together with all else. Solver: cost scaling (Goldberg 1997) of OR-tools.

The prices (optimal duals) are shortest distances in the residual graph. With them the
reduced value ``r = value - u[expert] - v[proposal]`` of a pair says at once what it would
at least cost to choose it (r < 0) or to leave it (r > 0).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import floor, log10
from typing import TYPE_CHECKING

import numpy as np
from ortools.graph.python import min_cost_flow

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sti_methods.assignment.problem import Problem

__all__ = ["Flow", "Network", "scale_of"]

DIGITS = 9


def scale_of(score: NDArray[np.float64]) -> int:
    """Return the power of ten that makes whole numbers of about ten digits of scores."""
    most = float(np.abs(score).max(initial=0.0))
    if most == 0:
        return 1
    return int(10 ** min(max(DIGITS - 1 - floor(log10(most)), 0), 15))


@dataclass(frozen=True, kw_only=True, eq=False)
class Network:
    """Loads, sizes and pairs, with how much each pair may carry.

    ``fixed`` pairs are carried in full: they are taken out of sizes and loads.
    """

    expert: NDArray[np.int64]
    proposal: NDArray[np.int64]
    size: NDArray[np.int64]
    least: NDArray[np.int64]
    most: NDArray[np.int64]
    capacity: NDArray[np.int64]

    @classmethod
    def of(
        cls,
        problem: Problem,
        *,
        out: NDArray[np.bool_] | None = None,
        into: NDArray[np.bool_] | None = None,
        times: int = 1,
        limit: int | None = None,
    ) -> Network:
        """Return the network of a problem, every number of it ``times`` as large.

        ``out`` are pairs that carry nothing, ``into`` pairs that carry all (with the
        locked ones); any other carries ``limit`` at most (None: all).
        """
        capacity = np.full(
            problem.score.size, times if limit is None else limit, dtype=np.int64
        )
        if out is not None:
            capacity[out] = 0
        forced = np.zeros(problem.score.size, dtype=bool)
        forced[problem.locks] = True
        if into is not None:
            forced |= into
        capacity[forced] = times
        return cls(
            expert=problem.expert,
            proposal=problem.proposal,
            size=problem.size * times,
            least=problem.load_min * times,
            most=problem.load_max * times,
            capacity=capacity,
        )._fixing(forced, times)

    def _fixing(self, forced: NDArray[np.bool_], times: int) -> Network:
        if not forced.any():
            return self
        loads = times * np.bincount(self.expert[forced], minlength=self.least.size)
        sizes = times * np.bincount(self.proposal[forced], minlength=self.size.size)
        return _Fixed(
            expert=self.expert,
            proposal=self.proposal,
            size=self.size - sizes,
            least=np.maximum(self.least - loads, 0),
            most=self.most - loads,
            capacity=np.where(forced, 0, self.capacity),
            forced=forced,
            times=times,
        )

    def carried(self, flow: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the whole flow, fixed pairs with the others."""
        return flow

    def best(self, value: NDArray[np.int64]) -> Flow | None:
        """Return the flow of most value, None when no flow meets sizes and loads."""
        if (self.most < self.least).any() or (self.size < 0).any():
            return None
        free = np.flatnonzero(self.capacity)
        n, m = self.least.size, self.size.size
        spare = int(self.size.sum() - self.least.sum())
        if spare < 0:
            return None
        solver = min_cost_flow.SimpleMinCostFlow()
        arcs = solver.add_arcs_with_capacity_and_unit_cost(
            self.expert[free],
            n + self.proposal[free],
            self.capacity[free],
            -value[free],
        )
        solver.add_arcs_with_capacity_and_unit_cost(
            np.full(n, n + m),
            np.arange(n),
            self.most - self.least,
            np.zeros(n, dtype=np.int64),
        )
        solver.set_nodes_supplies(
            np.arange(n + m + 1), np.concatenate([self.least, -self.size, [spare]])
        )
        if solver.solve() != solver.OPTIMAL:
            return None
        flow = np.zeros(self.expert.size, dtype=np.int64)
        flow[free] = solver.flows(arcs)
        return Flow(network=self, value=value, free=flow)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Fixed(Network):
    forced: NDArray[np.bool_]
    times: int

    def carried(self, flow: NDArray[np.int64]) -> NDArray[np.int64]:
        return flow + np.where(self.forced, self.times, 0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Flow:
    """A flow of most value."""

    network: Network
    value: NDArray[np.int64]
    free: NDArray[np.int64]

    @cached_property
    def carried(self) -> NDArray[np.int64]:
        """How much every pair carries."""
        return self.network.carried(self.free)

    @cached_property
    def chosen(self) -> NDArray[np.bool_]:
        """The pairs that carry something."""
        return self.carried > 0

    @cached_property
    def load(self) -> NDArray[np.int64]:
        """What each expert sends, without fixed pairs."""
        return np.bincount(
            self.network.expert, self.free, minlength=self.network.least.size
        ).astype(np.int64)

    @cached_property
    def prices(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Optimal prices (u of experts, v of proposals) in whole numbers."""
        u, w, source = self._distances()
        return u - source, source - w

    @cached_property
    def reduced(self) -> NDArray[np.int64]:
        """The value of each pair less the prices of its two ends."""
        u, v = self.prices
        net = self.network
        return self.value - u[net.expert] - v[net.proposal]

    def _distances(self) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
        """Shortest distances to experts, proposals and the source, by rounds of relaxation.

        The residual graph of a flow of most value has no negative circle: the rounds end.
        """
        net = self.network
        u = np.zeros(net.least.size, dtype=np.int64)
        w = np.zeros(net.size.size, dtype=np.int64)
        source = 0
        more = np.flatnonzero(self.free < net.capacity)
        less = np.flatnonzero(self.free > 0)
        to, to_at = np.unique(net.proposal[more], return_index=True)
        less = less[np.argsort(net.expert[less], kind="stable")]
        back, back_at = np.unique(net.expert[less], return_index=True)
        can_take = np.flatnonzero(self.load < net.most)
        can_give = np.flatnonzero(self.load > net.least)
        e_more, v_more = net.expert[more], self.value[more]
        p_less, v_less = net.proposal[less], self.value[less]
        while True:
            before = u.copy(), w.copy()
            if back.size:
                near = w[p_less] + v_less
                u[back] = np.minimum(u[back], np.minimum.reduceat(near, back_at))
            if can_give.size:
                source = min(source, int(u[can_give].min()))
            u[can_take] = np.minimum(u[can_take], source)
            if to.size:
                near = u[e_more] - v_more
                w[to] = np.minimum(w[to], np.minimum.reduceat(near, to_at))
            if np.array_equal(before[0], u) and np.array_equal(before[1], w):
                return u, w, source
