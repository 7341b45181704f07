"""The least that must give way where not all conditions can be met: an elastic programme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sti_methods.assignment.infeasible import Relief
from sti_methods.programming import Block, Programme

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sti_methods.assignment.problem import Problem
    from sti_methods.assignment.rows import Rows

__all__ = ["least_relief"]

# Loads give way before rules, rules before locks, these before sizes, if units are equal.
LOAD, RULE, LOCK, SIZE = 1.0, 1.001, 1.002, 1.003
# The second and later units of one condition count a little more: many give way a little.
TIERS = ((0, 1, 0.0), (1, 2, 0.0001), (2, None, 0.0002))


class _Elastic:
    """Rows that may give way, each by a column of its own."""

    def __init__(self, pairs: int) -> None:
        self.pairs = pairs
        self.blocks: list[Block] = []
        self.limits: list[NDArray[np.float64]] = [np.ones(pairs)]
        self.weights: list[NDArray[np.float64]] = [np.zeros(pairs)]
        self.begins: list[int] = []

    def add(
        self,
        row: NDArray[np.int64],
        column: NDArray[np.int64],
        stated: NDArray[np.int64],
        limit: NDArray[np.int64],
        *,
        weight: float,
        sign: int,
        exact: bool = False,
    ) -> None:
        """At least ``stated`` less what gives way (sign 1), or at most it and more (-1)."""
        begin = sum(part.size for part in self.limits)
        self.begins.append(begin)
        slack = np.tile(np.arange(stated.size), len(TIERS))
        level = stated.astype(np.float64)
        free = np.full(stated.size, np.inf)
        self.blocks.append(
            Block(
                row=np.concatenate([row, slack]),
                column=np.concatenate([column, begin + np.arange(slack.size)]),
                value=np.concatenate(
                    [np.ones(row.size), np.full(slack.size, sign * 1.0)]
                ),
                least=level if sign > 0 else -free,
                most=level if sign < 0 or exact else free,
            )
        )
        for low, high, more in TIERS:
            room = np.clip(limit - low, 0, None if high is None else high - low)
            self.limits.append(room.astype(np.float64))
            self.weights.append(np.full(stated.size, weight + more))

    def given(self) -> list[NDArray[np.int64]]:
        """Return how far the conditions give way, in the order they were added."""
        upper = np.concatenate(self.limits)
        answer = Programme(
            value=-np.concatenate(self.weights),
            lower=np.zeros(upper.size),
            upper=upper,
            whole=np.ones(upper.size, dtype=bool),
            blocks=tuple(self.blocks),
        ).solve()
        if answer.x is None:
            return []
        gives = np.rint(answer.x).astype(np.int64)
        ends = [*self.begins[1:], gives.size]
        return [
            gives[a:b].reshape(len(TIERS), -1).sum(axis=0)
            for a, b in zip(self.begins, ends, strict=True)
        ]


def least_relief(problem: Problem, rows: Rows) -> tuple[Relief, ...]:
    """Return the fewest units by which conditions must give way, all together."""
    p, every = problem, np.arange(problem.score.size)
    inside = np.repeat(np.arange(len(rows)), np.diff(rows.start))
    ones = np.ones(p.locks.size, dtype=np.int64)
    room = np.full(len(p.experts), len(p.proposals))
    wide = np.full(len(rows), int(p.size.max()))
    elastic = _Elastic(p.score.size)
    elastic.add(p.expert, every, p.load_min, p.load_min, weight=LOAD, sign=1)
    elastic.add(p.expert, every, p.load_max, room, weight=LOAD, sign=-1)
    elastic.add(p.proposal, every, p.size, p.size, weight=SIZE, sign=1, exact=True)
    elastic.add(inside, rows.index, rows.least, rows.least, weight=RULE, sign=1)
    elastic.add(inside, rows.index, rows.most, wide, weight=RULE, sign=-1)
    elastic.add(np.arange(p.locks.size), p.locks, ones, ones, weight=LOCK, sign=1)
    given = elastic.given()
    if not given:
        return ()
    low, high, size, least, most, lock = given
    found = [
        Relief(
            kind="least load",
            expert=p.experts[e],
            stated=int(p.load_min[e]),
            needed=int(p.load_min[e] - low[e]),
        )
        for e in np.flatnonzero(low)
    ]
    found += [
        Relief(
            kind="most load",
            expert=p.experts[e],
            stated=int(p.load_max[e]),
            needed=int(p.load_max[e] + high[e]),
        )
        for e in np.flatnonzero(high)
    ]
    found += [
        Relief(
            kind="rule",
            name=" + ".join(p.rules[rule].name for rule in rows.rules[line]),
            proposal=p.proposals[rows.proposal[line]],
            stated=int(stated[line]),
            needed=int(stated[line] + sign * gives[line]),
        )
        for sign, gives, stated in ((-1, least, rows.least), (1, most, rows.most))
        for line in np.flatnonzero(gives)
    ]
    found += [
        Relief(
            kind="lock",
            expert=p.experts[p.expert[p.locks[k]]],
            proposal=p.proposals[p.proposal[p.locks[k]]],
            stated=1,
            needed=0,
        )
        for k in np.flatnonzero(lock)
    ]
    found += [
        Relief(
            kind="size",
            proposal=p.proposals[place],
            stated=int(p.size[place]),
            needed=int(p.size[place] - size[place]),
        )
        for place in np.flatnonzero(size)
    ]
    return tuple(found)
