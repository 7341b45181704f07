"""Selection within budgets: proof, seconds, and merit won beside two greedy rules.

    python benchmarks/portfolio.py [--only large|levels|middle] [--seeds N] [--draws N]

Prints one JSON line. Worlds are planted from seeds: merits, costs of three years that go
together, fields, provinces and kinds of organisation. ``large`` is 10,000 proposals under 60
conditions of which some thirty bind, proved to a ten-thousandth; ``levels`` is 300 proposals
at three levels with 100 exclusions, proved to the last digit; ``middle`` is 2,000 proposals:
reasons of those nearest to the line and draws of all merits. Greedy rules take proposals by
merit, or by merit for each unit of the share of the budgets they use, whenever no upper limit
breaks; lower limits bind them not, which is in their favour (``broken`` counts those missed).
``cpu`` is processor time; believe ``wall`` only where ``load`` is below the number of cores.
"""

from __future__ import annotations

import argparse
import json
import os
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

import numpy as np
from sti_methods.portfolio import (
    Exclusive,
    Level,
    Limit,
    Problem,
    Rules,
    Share,
    answer,
    solve,
)
from sti_methods.portfolio.reasons import holds
from sti_methods.portfolio.solving import all_rows
from sti_methods.programming import quiet

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

YEARS = (2027, 2028, 2029)
LARGE, MIDDLE, FEW = 10_000, 2_000, 300
FIELDS, PROVINCES, KINDS = 12, 20, 5
ASKED = 20


def drawn(n: int, seed: int) -> tuple[Any, list[str], NDArray[np.float64], Any]:
    g = np.random.default_rng(seed)
    ids = [f"p{i:05}" for i in range(n)]
    merit = np.round(g.normal(70, 10, n), 2)
    size = g.lognormal(3, 0.6, n)
    cost = {
        f"cost_{year}": np.round(size * g.uniform(0.5, 1.5, n), 1) for year in YEARS
    }
    return g, ids, merit, cost


def large(n: int, seed: int) -> Problem:
    """Three budgets, floors and ceilings by field, province and kind, a share of the young."""
    g, ids, merit, cost = drawn(n, seed)
    columns = {
        "field": g.integers(0, FIELDS, n),
        "province": g.integers(0, PROVINCES, n),
        "kind": g.integers(0, KINDS, n),
        "young": g.integers(0, 4, n),
    }
    sums = {name: float(values.sum()) for name, values in cost.items()}

    def limit(column: str, value: int, measure: str, **ends: float) -> Limit:
        where = {column: frozenset([str(value)])}
        name = f"{'+'.join(ends)}:{column}={value}:{measure}"
        return Limit(name=name, measure=measure, where=where, **ends)

    conditions = [
        *(
            Limit(name=f"budget:{name}", measure=name, at_most=round(0.25 * whole))
            for name, whole in sums.items()
        ),
        *(
            limit("field", f, "count", at_least=float(int(0.02 * n)))
            for f in range(FIELDS)
        ),
        *(
            limit("field", f, "cost_2027", at_most=0.025 * sums["cost_2027"])
            for f in range(FIELDS)
        ),
        *(
            limit("province", p, "count", at_most=float(int(0.0205 * n)))
            for p in range(PROVINCES)
        ),
        *(
            limit("kind", k, "cost_2028", at_least=0.04 * sums["cost_2028"])
            for k in range(KINDS)
        ),
        *(
            limit("kind", k, "cost_2029", at_most=0.07 * sums["cost_2029"])
            for k in range(KINDS)
        ),
        limit("young", 1, "count", at_least=float(int(0.06 * n))),
        limit("young", 2, "count", at_least=float(int(0.06 * n))),
        Share(
            name="share:young=0:cost_2027",
            measure="cost_2027",
            where={"young": frozenset(["0"])},
            at_least=0.3,
        ),
    ]
    levels = [
        Level(
            proposal=ids[i],
            merit=float(merit[i]),
            amounts={name: float(values[i]) for name, values in cost.items()},
        )
        for i in range(n)
    ]
    categories = {
        column: {ids[i]: str(values[i]) for i in range(n)}
        for column, values in columns.items()
    }
    return Problem.of_levels(levels, conditions, categories=categories)


def middle(n: int, seed: int) -> Problem:
    """Three budgets and a floor for each field."""
    whole = large(n, seed)
    kept = [
        c for c in whole.conditions if c.name.startswith(("budget", "at_least:field"))
    ]
    return whole.with_conditions(kept)


def levels(n: int, seed: int) -> Problem:
    """Full, 80 % and half of the money, for less than proportional merit; 100 exclusions."""
    g, ids, merit, cost = drawn(n, seed)
    whole = {name: float(values.sum()) for name, values in cost.items()}
    conditions = [
        Limit(name=f"budget:{name}", measure=name, at_most=round(0.3 * amount))
        for name, amount in whole.items()
    ]
    pairs = [g.choice(n, 2, replace=False) for _each in range(100)]
    exclusive = [
        Exclusive(name=f"exclusive:{k}", proposals=(ids[a], ids[b]))
        for k, (a, b) in enumerate(pairs)
    ]
    ways = (("full", 1.0), ("most", 0.8), ("half", 0.5))
    return Problem.of_levels(
        [
            Level(
                proposal=ids[i],
                name=name,
                merit=round(float(merit[i]) * part**0.6, 2),
                amounts={c: round(float(v[i]) * part, 1) for c, v in cost.items()},
            )
            for i in range(n)
            for name, part in ways
        ],
        [*conditions, *exclusive],
    )


def greedy(problem: Problem, order: NDArray[np.int64]) -> dict[str, float]:
    """Take levels in this order as long as no upper limit of a row breaks."""
    rows = [row for row in all_rows(problem) if np.isfinite(row.most) and row.least < 0]
    value = np.zeros((len(rows), problem.of.size))
    for number, row in enumerate(rows):
        value[number, row.column] = row.value
    left = np.array([row.most for row in rows])
    taken = np.zeros(len(problem.proposals), dtype=bool)
    x = np.zeros(problem.of.size, dtype=bool)
    for level in order:
        if taken[problem.of[level]] or (value[:, level] > left + 1e-9).any():
            continue
        left -= value[:, level]
        taken[problem.of[level]] = x[level] = True
    broken = sum(not holds(problem, c, x) for c in problem.conditions)
    return {"merit": round(float(problem.merit[x].sum()), 2), "broken": broken}


def beside(problem: Problem) -> dict[str, Any]:
    used = np.zeros(problem.of.size)
    for condition in problem.conditions:
        if isinstance(condition, Limit) and condition.name.startswith("budget"):
            used += problem.amounts[condition.measure] / (condition.at_most or 1.0)
    return {
        "by_merit": greedy(problem, np.argsort(-problem.merit, kind="stable")),
        "by_merit_per_cost": greedy(
            problem, np.argsort(-problem.merit / used, kind="stable")
        ),
    }


def clocked(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    cpu, wall = process_time(), perf_counter()
    with quiet():
        found = work()
    return found, {
        "cpu": round(process_time() - cpu, 2),
        "wall": round(perf_counter() - wall, 2),
    }


def proved(problem: Problem, gap: float) -> dict[str, Any]:
    found, clock = clocked(lambda: solve(problem, gap=gap))
    others = beside(problem)
    return {
        **clock,
        "conditions": len(problem.conditions),
        "merit": found.objective,
        "gap": float(f"{found.gap:.2e}"),
        "greedy": others,
        "won": {
            name: f"{100 * (found.objective / one['merit'] - 1):.2f} %"
            for name, one in others.items()
        },
    }


def asked(problem: Problem, draws: int) -> dict[str, Any]:
    told, clock = clocked(lambda: answer.answer_of(problem, Rules(), gap=1e-4))
    selection = answer.selection_of(problem, told)
    _none, bounded = clocked(lambda: answer.reasons_of(problem, selection, questions=0))
    _some, exact = clocked(
        lambda: answer.reasons_of(problem, selection, questions=ASKED)
    )
    error = np.random.default_rng(1).normal(0, 4, (draws, len(problem.proposals)))
    often, drawing = clocked(lambda: answer.frequency(problem, problem.best + error))
    return {
        "answer": clock,
        "reasons_by_prices": bounded,
        f"reasons_of_{ASKED}": exact,
        "draws": {
            **drawing,
            "draws": draws,
            "mean_gap": float(f"{often['mean_gap']:.2e}"),
            "worst_gap": float(f"{often['worst_gap']:.2e}"),
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=["large", "levels", "middle"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--draws", type=int, default=1_000)
    given = parser.parse_args()
    told: dict[str, Any] = {"load": [round(v, 1) for v in os.getloadavg()]}
    for name, make, size, gap in (
        ("large", large, LARGE, 1e-4),
        ("levels", levels, FEW, 0.0),
    ):
        if given.only in {None, name}:
            told[name] = [
                proved(make(size, seed), gap) for seed in range(1, given.seeds + 1)
            ]
    if given.only in {None, "middle"}:
        told["middle"] = asked(middle(MIDDLE, 1), given.draws)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
