"""Why there is no assignment, and the least that would have to give way.

The conflict is irreducible: leave out any one of its conditions and the others can be met
(Junker's QuickXplain 2004). The relief is an elastic programme: the fewest units by which
sizes, loads, rules or locks must give way, all together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from ortools.graph.python import max_flow

from sti_methods.assignment.infeasible import Condition, Infeasible, Kind
from sti_methods.assignment.relief import least_relief
from sti_methods.programming import Block, Programme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from sti_methods.assignment.problem import Problem
    from sti_methods.assignment.rows import Rows

__all__ = ["refusal"]

# Checks of a conflict: as many as pairs allow, so that a search has an end.
_WORK, _FEWEST = 20_000_000, 100


@dataclass(frozen=True, kw_only=True, eq=False)
class _Asked:
    """Which conditions hold: a question whether all of them can be met."""

    size: NDArray[np.bool_]
    least: NDArray[np.bool_]
    most: NDArray[np.bool_]
    row: NDArray[np.bool_]
    lock: NDArray[np.bool_]


class _Search:
    def __init__(self, problem: Problem, rows: Rows) -> None:
        self.problem, self.rows, self.asked = problem, rows, 0

    # -------------------------------------------------------------- can it be met?

    def possible(self, given: _Asked) -> bool:
        self.asked += 1
        if given.row.any():
            return self._programme(given)
        return self._flow(given)

    def _limits(
        self, given: _Asked
    ) -> tuple[
        NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]
    ]:
        p = self.problem
        every_p = np.bincount(p.proposal, minlength=len(p.proposals))
        every_e = np.bincount(p.expert, minlength=len(p.experts))
        return (
            np.where(given.size, p.size, 0),
            np.where(given.size, p.size, every_p),
            np.where(given.least, p.load_min, 0),
            np.where(given.most, p.load_max, np.maximum(every_e, p.load_min)),
        )

    def _flow(self, given: _Asked) -> bool:
        """Whether a circulation with lower limits exists: one maximum flow."""
        p = self.problem
        low_p, high_p, low_e, high_e = self._limits(given)
        locked = p.locks[given.lock]
        open_ = np.ones(p.score.size, dtype=bool)
        open_[locked] = False
        loads = np.bincount(p.expert[locked], minlength=len(p.experts))
        had = np.bincount(p.proposal[locked], minlength=len(p.proposals))
        low_p, high_p = np.maximum(low_p - had, 0), high_p - had
        low_e, high_e = np.maximum(low_e - loads, 0), high_e - loads
        if (low_p > high_p).any() or (low_e > high_e).any():
            return False
        n, m = low_e.size, low_p.size
        source, sink, begin, end = n + m, n + m + 1, n + m + 2, n + m + 3
        solver = max_flow.SimpleMaxFlow()
        tails = [
            p.expert[open_],
            np.full(n, source),
            n + np.arange(m),
            np.array([sink]),
        ]
        heads = [
            n + p.proposal[open_],
            np.arange(n),
            np.full(m, sink),
            np.array([source]),
        ]
        room = int(high_p.sum() + high_e.sum()) + 1
        capacity = [
            np.ones(int(open_.sum()), dtype=np.int64),
            high_e - low_e,
            high_p - low_p,
            np.array([room]),
        ]
        # Every lower limit is a flow that is there, and must be made up for at both ends.
        tails += [
            np.full(n, begin),
            np.array([source]),
            np.array([begin]),
            n + np.arange(m),
        ]
        heads += [np.arange(n), np.array([end]), np.array([sink]), np.full(m, end)]
        capacity += [low_e, np.array([low_e.sum()]), np.array([low_p.sum()]), low_p]
        solver.add_arcs_with_capacity(
            np.concatenate(tails), np.concatenate(heads), np.concatenate(capacity)
        )
        if solver.solve(begin, end) != solver.OPTIMAL:
            return False
        return bool(solver.optimal_flow() == low_e.sum() + low_p.sum())

    def _programme(self, given: _Asked) -> bool:
        p = self.problem
        lower = np.zeros(p.score.size)
        lower[p.locks[given.lock]] = 1
        answer = Programme(
            value=np.zeros(p.score.size),
            lower=lower,
            upper=np.ones(p.score.size),
            whole=np.ones(p.score.size, dtype=bool),
            blocks=self._blocks(given),
        ).solve()
        return answer.x is not None

    def _blocks(self, given: _Asked) -> tuple[Block, ...]:
        p, rows = self.problem, self.rows.only(given.row)
        low_p, high_p, low_e, high_e = self._limits(given)
        every = np.arange(p.score.size)
        return (
            _block(p.expert, every, low_e, high_e),
            _block(p.proposal, every, low_p, high_p),
            _block(
                np.repeat(np.arange(len(rows)), np.diff(rows.start)),
                rows.index,
                rows.least,
                rows.most,
            ),
        )

    # -------------------------------------------------------------- the conflict

    def nothing(self) -> _Asked:
        p = self.problem
        return _Asked(
            size=np.zeros(len(p.proposals), dtype=bool),
            least=np.zeros(len(p.experts), dtype=bool),
            most=np.zeros(len(p.experts), dtype=bool),
            row=np.zeros(len(self.rows), dtype=bool),
            lock=np.zeros(p.locks.size, dtype=bool),
        )

    def items(self) -> list[tuple[str, tuple[int, ...]]]:
        """Name every condition: (kind, places). Those of rules are per rule and proposal."""
        p, rows = self.problem, self.rows
        found: list[tuple[str, tuple[int, ...]]] = []
        found += [("least load", (int(e),)) for e in np.flatnonzero(p.load_min)]
        found += [("lock", (k,)) for k in range(p.locks.size)]
        every = np.bincount(p.expert, minlength=len(p.experts))
        found += [("most load", (int(e),)) for e in np.flatnonzero(p.load_max < every)]
        of = {
            (rule, int(rows.proposal[r]))
            for r in range(len(rows))
            for rule in rows.rules[r]
        }
        found += [("rule", key) for key in sorted(of)]
        found += [("size", (place,)) for place in range(len(p.proposals))]
        return found

    def given(self, items: Sequence[tuple[str, tuple[int, ...]]]) -> _Asked:
        asked, rules = self.nothing(), set()
        fields = {"size": asked.size, "least load": asked.least, "most load": asked.most,
                  "lock": asked.lock}  # fmt: skip
        for kind, key in items:
            if kind == "rule":
                rules.add(key)
            else:
                fields[kind][key[0]] = True
        if rules:
            row = np.array(
                [
                    all((rule, int(self.rows.proposal[r])) in rules for rule in named)
                    for r, named in enumerate(self.rows.rules)
                ],
                dtype=bool,
            )
            asked = replace(asked, row=row)
        return asked

    def alone(self) -> list[tuple[str, tuple[int, ...]]]:
        """Return the conditions of the first proposal that cannot be met even alone."""
        p = self.problem
        every = self.items()
        open_ = p.load_max[p.expert] > 0
        count = np.bincount(p.proposal[open_], minlength=len(p.proposals))
        short = np.flatnonzero(count < p.size)
        suspects = (
            [int(short[0])] if short.size else sorted(set(self.rows.proposal.tolist()))
        )
        for place in suspects:
            people = set(p.expert[p.start[place] : p.start[place + 1]].tolist())
            own = [
                (kind, key)
                for kind, key in every
                if (kind == "size" and key[0] == place)
                or (kind == "rule" and key[1] == place)
                or (
                    kind == "most load" and key[0] in people and p.load_max[key[0]] == 0
                )
                or (kind == "lock" and p.proposal[p.locks[key[0]]] == place)
            ]
            if not self.possible(self.given(own)):
                return own
        return []


class _Enough(Exception):  # noqa: N818 -- the search was long enough
    pass


def _quick(
    possible: Callable[[list[tuple[str, tuple[int, ...]]]], bool],
    behind: list[tuple[str, tuple[int, ...]]],
    items: list[tuple[str, tuple[int, ...]]],
    *,
    changed: bool = False,
) -> list[tuple[str, tuple[int, ...]]]:
    """QuickXplain: a smallest part of ``items`` that with ``behind`` cannot be met."""
    if changed and not possible(behind):
        return []
    if len(items) == 1:
        return items
    half = len(items) // 2
    first, second = items[:half], items[half:]
    from_second = _quick(possible, behind + first, second, changed=bool(first))
    from_first = _quick(
        possible, behind + from_second, first, changed=bool(from_second)
    )
    return from_first + from_second


def _block(
    row: NDArray[np.int64],
    column: NDArray[np.int64],
    least: NDArray[np.int64],
    most: NDArray[np.int64],
) -> Block:
    return Block(
        row=row,
        column=column,
        value=np.ones(column.size),
        least=least.astype(np.float64),
        most=most.astype(np.float64),
    )


def refusal(problem: Problem, rows: Rows) -> Infeasible | None:
    """Return why there is no assignment; None when there is one.

    Notes
    -----
    Cost: one check for every halving, a maximum flow each without rules and a small
    programme each with them; the search is broken off after as many as the pairs allow.
    """
    search = _Search(problem, rows)
    every = search.items()
    if search.possible(search.given(every)):
        return None
    items = search.alone() or every
    found, finished = _bounded(search, items)
    return Infeasible(
        _told(problem, found), least_relief(problem, rows), smallest=finished
    )


def _bounded(
    search: _Search, items: list[tuple[str, tuple[int, ...]]]
) -> tuple[list[tuple[str, tuple[int, ...]]], bool]:
    """Narrow the conflict first by kind and rule, then item by item."""
    groups: dict[tuple[str, int], list[tuple[str, tuple[int, ...]]]] = {}
    for kind, key in items:
        groups.setdefault((kind, key[0] if kind == "rule" else -1), []).append(
            (kind, key)
        )
    for name in list(groups):
        rest = [
            item for other, part in groups.items() if other != name for item in part
        ]
        if rest and not search.possible(search.given(rest)):
            del groups[name]
    items = [item for part in groups.values() for item in part]
    easy = 1 if search.problem.pure else 10
    left = max(_WORK // easy // max(search.problem.score.size, 1), _FEWEST)

    def possible(some: list[tuple[str, tuple[int, ...]]]) -> bool:
        nonlocal left
        left -= 1
        if left < 0:
            raise _Enough
        return search.possible(search.given(some))

    try:
        return _quick(possible, [], items), True
    except _Enough:
        return items, False


def _told(
    problem: Problem, items: list[tuple[str, tuple[int, ...]]]
) -> tuple[Condition, ...]:
    """Gather conditions of one kind and name."""
    found: dict[tuple[Kind, str], tuple[list[str], list[str]]] = {}
    for kind, key in items:
        name = problem.rules[key[0]].name if kind == "rule" else ""
        proposals, experts = found.setdefault((kind, name), ([], []))  # type: ignore[arg-type]
        if kind == "rule":
            proposals.append(problem.proposals[key[1]])
        elif kind == "size":
            proposals.append(problem.proposals[key[0]])
        elif kind == "lock":
            pair = problem.locks[key[0]]
            proposals.append(problem.proposals[problem.proposal[pair]])
            experts.append(problem.experts[problem.expert[pair]])
        else:
            experts.append(problem.experts[key[0]])
    return tuple(
        _counted(
            problem,
            Condition(
                kind=kind, name=name, proposals=tuple(proposals), experts=tuple(experts)
            ),
        )
        for (kind, name), (proposals, experts) in found.items()
    )


def _counted(problem: Problem, condition: Condition) -> Condition:
    if not condition.proposals:
        return condition
    places = [problem.proposal_place(name) or 0 for name in condition.proposals]
    people = {
        int(e)
        for place in places
        for e in problem.expert[problem.start[place] : problem.start[place + 1]]
    }
    named = set(condition.proposals)
    barred = {e for e, p in problem.conflicts if p in named}
    return replace(condition, candidates=len(people), barred=len(barred))
