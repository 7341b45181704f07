"""Rules as rows: ``least ≤ chosen pairs of a set ≤ most``, each of one proposal.

Seats need no variables of their own: by Hall's theorem they can be filled exactly when, for
every set of seats, the chosen who may take one of them are no fewer than these seats.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.assignment.rules import Apart, Between, OnePer, Seat

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from sti_methods.assignment.problem import Problem

__all__ = ["Rows", "rows_of", "seat_rules"]


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Row r holds the pairs ``index[start[r]:start[r + 1]]`` of proposal ``proposal[r]``.

    ``rules[r]`` are the places of the rules it speaks for; only seats have several.
    """

    proposal: NDArray[np.int64]
    least: NDArray[np.int64]
    most: NDArray[np.int64]
    start: NDArray[np.int64]
    index: NDArray[np.int64]
    rules: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return len(self.rules)

    def only(self, keep: NDArray[np.bool_]) -> Rows:
        """Return some of the rows."""
        count = np.diff(self.start)
        return Rows(
            proposal=self.proposal[keep],
            least=self.least[keep],
            most=self.most[keep],
            start=np.concatenate([[0], np.cumsum(count[keep])]).astype(np.int64),
            index=self.index[np.repeat(keep, count)],
            rules=tuple(r for r, k in zip(self.rules, keep, strict=True) if k),
        )

    def counts(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return how many of each row are chosen."""
        total = np.concatenate([[0], np.cumsum(chosen[self.index])])
        return np.asarray(
            total[self.start[1:]] - total[self.start[:-1]], dtype=np.int64
        )


class _Maker:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.parts: list[tuple[NDArray[np.int64], ...]] = []
        self.rules: list[tuple[int, ...]] = []
        self.count = np.diff(problem.start)

    def scope(self, names: tuple[str, ...] | None) -> NDArray[np.bool_]:
        inside = np.full(len(self.problem.proposals), names is None)
        for name in names or ():
            inside[self.problem.proposal_place(name) or 0] = True
        return inside

    def members(self, names: Iterable[str]) -> NDArray[np.bool_]:
        inside = np.zeros(len(self.problem.experts), dtype=bool)
        for name in names:
            inside[self.problem.expert_place(name) or 0] = True
        return inside

    def between(
        self,
        rules: tuple[int, ...],
        experts: NDArray[np.bool_],
        least: int,
        most: int | None,
        scope: NDArray[np.bool_],
    ) -> None:
        """Add a row for each proposal where it may bite."""
        p = self.problem
        inside = np.flatnonzero(experts[p.expert] & scope[p.proposal])
        count = np.bincount(p.proposal[inside], minlength=len(p.proposals))
        # The size is a condition of its own: a row must not speak for it.
        highest = count if most is None else np.minimum(count, most)
        # All candidates of the set: the size alone says how many there are.
        lowest = np.full(len(p.proposals), least)
        bites = scope & (
            (lowest > np.where(count == self.count, p.size, 0))
            | (highest < np.minimum(p.size, count))
        )
        self.add(
            rules,
            np.flatnonzero(bites),
            inside[bites[p.proposal[inside]]],
            count[bites],
            lowest[bites],
            np.where(bites, np.maximum(highest, lowest), 0)[bites],
        )

    def add(  # noqa: PLR0917 -- parts of a row
        self,
        rules: tuple[int, ...],
        proposal: NDArray[np.int64],
        index: NDArray[np.int64],
        count: NDArray[np.int64],
        least: NDArray[np.int64],
        most: NDArray[np.int64],
    ) -> None:
        self.parts.append((proposal, index, count, least, most))
        self.rules.extend([rules] * proposal.size)

    def one_per(self, number: int, rule: OnePer) -> None:
        p, names = self.problem, sorted(set(rule.group_of.values()))
        place = {name: i for i, name in enumerate(names)}
        group = np.full(len(p.experts), -1)
        for expert, name in rule.group_of.items():
            group[p.expert_place(expert) or 0] = place[name]
        inside = np.flatnonzero(
            (group[p.expert] >= 0) & self.scope(rule.proposals)[p.proposal]
        )
        key = p.proposal[inside] * max(len(names), 1) + group[p.expert[inside]]
        order = np.argsort(key, kind="stable")
        found, count = np.unique(key, return_counts=True)
        bites = count > rule.most
        index = inside[order][np.repeat(bites, count)]
        n = int(bites.sum())
        self.add(
            (number,),
            found[bites] // max(len(names), 1),
            index,
            count[bites],
            np.zeros(n, dtype=np.int64),
            np.full(n, rule.most),
        )

    def apart(self, number: int, rule: Apart) -> None:
        p, scope = self.problem, self.scope(rule.proposals)
        order = np.argsort(p.expert, kind="stable")
        begin = np.searchsorted(p.expert[order], np.arange(len(p.experts) + 1))
        proposals: list[NDArray[np.int64]] = []
        index: list[NDArray[np.int64]] = []
        for names in rule.pairs:
            a, b = (
                order[begin[i] : begin[i + 1]]
                for i in (p.expert_place(name) or 0 for name in names)
            )
            both, at_a, at_b = np.intersect1d(
                p.proposal[a], p.proposal[b], assume_unique=True, return_indices=True
            )
            inside = scope[both]
            proposals.append(both[inside])
            index.append(np.stack([a[at_a], b[at_b]], axis=1)[inside].ravel())
        if not proposals:
            return
        where = np.concatenate(proposals)
        n = where.size
        self.add(
            (number,),
            where,
            np.concatenate(index),
            np.full(n, 2),
            np.zeros(n, dtype=np.int64),
            np.ones(n, dtype=np.int64),
        )

    def seats(self) -> None:
        scopes = {
            number: (rule, self.scope(rule.proposals))
            for number, rule in enumerate(self.problem.rules)
            if isinstance(rule, Seat)
        }
        everybody = np.ones(len(self.problem.experts), dtype=bool)
        for some in _together(scope for _rule, scope in scopes.values()):
            numbers = [[*scopes][n] for n in some]
            rules = [scopes[n][0] for n in numbers]
            eligible = np.logical_or.reduce(
                [
                    everybody if r.eligible is None else self.members(r.eligible)
                    for r in rules
                ]
            )
            self.between(
                tuple(numbers),
                eligible,
                sum(r.count for r in rules),
                None,
                np.logical_and.reduce([scopes[n][1] for n in numbers]),
            )

    def rows(self) -> Rows:
        def joined(place: int) -> NDArray[np.int64]:
            parts = [part[place] for part in self.parts]
            return np.concatenate([np.zeros(0, dtype=np.int64), *parts]).astype(
                np.int64
            )

        return Rows(
            proposal=joined(0),
            least=joined(3),
            most=joined(4),
            start=np.concatenate([[0], np.cumsum(joined(2))]).astype(np.int64),
            index=joined(1),
            rules=tuple(self.rules),
        )


def _together(scopes: Iterable[NDArray[np.bool_]]) -> list[tuple[int, ...]]:
    """Sets of seats that stand together in some proposal, the smaller first."""
    table = np.array([*scopes], dtype=bool)
    if not table.size:
        return []
    found = {
        some
        for kinds in {tuple(np.flatnonzero(column).tolist()) for column in table.T}
        for many in range(1, len(kinds) + 1)
        for some in combinations(kinds, many)
    }
    return sorted(found, key=lambda some: (len(some), some))


def rows_of(problem: Problem) -> Rows:
    """Return the rows of all rules; those that can never bite are left out."""
    maker = _Maker(problem)
    for number, rule in enumerate(problem.rules):
        if isinstance(rule, Between):
            maker.between(
                (number,),
                maker.members(rule.experts),
                rule.least,
                rule.most,
                maker.scope(rule.proposals),
            )
        elif isinstance(rule, OnePer):
            maker.one_per(number, rule)
        elif isinstance(rule, Apart):
            maker.apart(number, rule)
    maker.seats()
    return maker.rows()


def seat_rules(problem: Problem, proposal: str) -> list[Seat]:
    """Return the seats of a proposal, in the order of the rules."""
    return [
        rule
        for rule in problem.rules
        if isinstance(rule, Seat)
        and (rule.proposals is None or proposal in rule.proposals)
    ]
