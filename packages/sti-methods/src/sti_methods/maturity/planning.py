"""Which improvement actions a budget buys: the best set, with the proof that none is better.

A 0/1 knapsack with prerequisites (Kellerer, Pferschy & Pisinger 2004, Knapsack Problems). Each
item's gain counts once, however many actions raise it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.maturity.scoring import HIGHEST
from sti_methods.programming import Block, Programme

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

NODES = 100_000


@dataclass(frozen=True, kw_only=True)
class Option:
    """An action: ``cost`` in whole units, ``gains`` in points of score by item (above 0).

    ``needs``: items that must be raised in the same set, by whatever action.
    """

    code: str
    cost: int
    gains: Mapping[str, float]
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class BestSet:
    """``value`` is the sum of priority times gain over five; no set is worth more than ``bound``.

    ``optimal``: value and bound are the same, so that no set within the budget is better.
    """

    codes: tuple[str, ...]
    cost: int
    value: float
    bound: float
    optimal: bool


def best_set(
    options: Sequence[Option], *, priorities: Mapping[str, float], budget: int
) -> BestSet:
    """The options of most worth whose costs together stay within the budget.

    Raises ``ValueError`` for a cost or a budget below 0, a gain not above 0, a code that
    stands twice. Exact: costs are summed as whole numbers, a set that a rounding let in is
    cut off and the rest solved again. Cost: exponential at worst, in practice milliseconds.
    """
    _check(options, budget)
    pairs = [
        (a, item) for a, one in enumerate(options) for item in one.gains if item in priorities
    ]  # fmt: skip
    n, m = len(options), len(pairs)
    worth = np.zeros(n + m)
    for at, (a, item) in enumerate(pairs):
        worth[n + at] = priorities[item] * options[a].gains[item] / HIGHEST
    blocks = [_rows(_within(options, budget)), _rows(_taken(pairs, n))]
    blocks += [_rows(rows) for rows in (_once(pairs, n), _needs(options)) if rows]
    cuts: list[tuple[dict[int, float], float]] = []
    while True:
        programme = Programme(
            value=worth,
            lower=np.zeros(n + m),
            upper=np.ones(n + m),
            whole=np.ones(n + m, dtype=bool),
            blocks=(*(b for b in blocks if b.row.size), *([_rows(cuts)] if cuts else ())),
        )  # fmt: skip
        answer = programme.solve(nodes=NODES)
        taken = np.zeros(n) if answer.x is None else answer.x[:n]
        chosen = {int(a) for a in np.flatnonzero(taken > 0.5)}  # noqa: PLR2004
        cost = sum(options[a].cost for a in chosen)
        if cost <= budget:
            break
        cuts.append((dict.fromkeys(chosen, 1.0), len(chosen) - 1.0))
    value = _worth([options[a] for a in sorted(chosen)], priorities)
    # Whoever raises nothing that counts is left out: it would cost for nothing.
    kept = _needed([options[a] for a in sorted(chosen)], priorities, value)
    bound = max(float(answer.bound), value)
    return BestSet(
        codes=tuple(one.code for one in kept),
        cost=sum(one.cost for one in kept),
        value=value,
        bound=bound,
        optimal=answer.optimal and bound - value <= 1e-6 * max(1.0, value),
    )


def _worth(chosen: Sequence[Option], priorities: Mapping[str, float]) -> float:
    best: dict[str, float] = {}
    for one in chosen:
        for item, gain in one.gains.items():
            best[item] = max(best.get(item, 0.0), gain)
    return sum(priorities[i] * g / HIGHEST for i, g in best.items() if i in priorities)


def _needed(
    chosen: list[Option], priorities: Mapping[str, float], value: float
) -> list[Option]:
    """The set without what adds nothing and serves nobody's prerequisite; the dearest first out."""
    for one in sorted(chosen, key=lambda o: (-o.cost, o.code)):
        rest = [other for other in chosen if other is not one]
        raised = {item for other in rest for item in other.gains}
        holds = all(other.needs <= raised for other in rest)
        if holds and _worth(rest, priorities) >= value - 1e-12:
            chosen = rest
    return chosen


Row = tuple[dict[int, float], float]


def _within(options: Sequence[Option], budget: int) -> list[Row]:
    unit = max(budget, 1)
    return [({a: one.cost / unit for a, one in enumerate(options)}, budget / unit)]


def _taken(pairs: Sequence[tuple[int, str]], n: int) -> list[Row]:
    """A gain comes only with its action."""
    return [({n + at: 1.0, a: -1.0}, 0.0) for at, (a, _item) in enumerate(pairs)]


def _once(pairs: Sequence[tuple[int, str]], n: int) -> list[Row]:
    """Each item is raised once."""
    of: dict[str, dict[int, float]] = {}
    for at, (_a, item) in enumerate(pairs):
        of.setdefault(item, {})[n + at] = 1.0
    return [(row, 1.0) for row in of.values() if len(row) > 1]


def _needs(options: Sequence[Option]) -> list[Row]:
    rows: list[Row] = []
    for a, one in enumerate(options):
        for item in sorted(one.needs - set(one.gains)):
            row = {b: -1.0 for b, other in enumerate(options) if item in other.gains}
            rows.append((row | {a: 1.0}, 0.0))
    return rows


def _rows(rows: Sequence[Row]) -> Block:
    entries = [
        (number, column, value)
        for number, (row, _most) in enumerate(rows)
        for column, value in row.items()
    ]
    return Block(
        row=np.array([e[0] for e in entries], dtype=np.int64),
        column=np.array([e[1] for e in entries], dtype=np.int64),
        value=np.array([e[2] for e in entries], dtype=np.float64),
        least=np.full(len(rows), -np.inf),
        most=np.array([most for _row, most in rows], dtype=np.float64),
    )


def _check(options: Collection[Option], budget: int) -> None:
    if budget < 0 or any(one.cost < 0 for one in options):
        raise ValueError("a budget and a cost are 0 or more")
    if any(gain <= 0 for one in options for gain in one.gains.values()):
        raise ValueError("a gain is above 0")
    if len({one.code for one in options}) < len(options):
        raise ValueError("an action stands twice")
