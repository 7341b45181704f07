"""Productivity accounts: seconds, and digits beside plain loops over the same figures.

    python benchmarks/productivity.py [--units N] [--sectors N] [--years N] [--seed N]

Prints one JSON line, in seconds of the processor. A world is drawn from a seed: units with sectors over years, positive
value added, employment and nominal weights, and accounts of growth with two kinds of capital.
Each convention is asked of every unit, with all its cautions; beside it stands a plain Python
loop over the same cells that gives the two rates and no more (``loop_s``), and ``worst`` is the
largest difference between the two in %/yr. ``bound_s`` is the floor: reading every cell once.
"""

from __future__ import annotations

import argparse
import json
import math
from time import process_time
from typing import TYPE_CHECKING, Any

import numpy as np
from sti_methods.productivity import (
    CONVENTIONS,
    Accounts,
    Asset,
    Economy,
    GrowthAccounting,
    ShiftShare,
)

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = 1990
MOST = 1e-9


def world(units: int, sectors: int, years: int, seed: int) -> list[Economy]:
    g = np.random.default_rng(seed)
    names = tuple(f"s{i}" for i in range(sectors))
    span = tuple(range(FIRST, FIRST + years))

    def cells() -> Any:
        start = g.lognormal(3, 1, sectors)
        return start * np.exp(np.cumsum(g.normal(0.03, 0.03, (years, sectors)), axis=0))

    return [
        Economy(
            unit=f"u{i:04}",
            sectors=names,
            years=span,
            value_added=cells(),
            employment=cells(),
            value_added_current=cells(),
        )
        for i in range(units)
    ]


def accounts(units: int, years: int, seed: int) -> tuple[Accounts, ...]:
    g = np.random.default_rng(seed)
    span = tuple(range(FIRST, FIRST + years))

    def path() -> Any:
        return 100 * np.exp(np.cumsum(g.normal(0.03, 0.02, years)))

    return tuple(
        Accounts(
            unit=f"u{i:04}",
            years=span,
            value_added=path(),
            labour=path(),
            quality=path(),
            labour_share=g.uniform(0.4, 0.6, years),
            assets=tuple(
                Asset(name=name, volume=path(), income=g.uniform(1, 2, years))
                for name in ("it", "non_it")
            ),
        )
        for i in range(units)
    )


# ------------------------------------------------------------------ plain loops


def pair(e: Economy, a: int, b: int) -> list[tuple[float, float, float, float]]:
    """Share and productivity of each sector in two years."""
    work = [[float(x) for x in e.employment[t]] for t in (a, b)]
    value = [[float(x) for x in e.value_added[t]] for t in (a, b)]
    sums = [sum(row) for row in work]
    return [
        (work[0][i] / sums[0], work[1][i] / sums[1],
         value[0][i] / work[0][i], value[1][i] / work[1][i])
        for i in range(len(e.sectors))
    ]  # fmt: skip


def whole(e: Economy, t: int) -> float:
    return float(sum(e.value_added[t].tolist()) / sum(e.employment[t].tolist()))


def levels(e: Economy, convention: str) -> tuple[float, float]:
    last = len(e.years) - 1
    within = between = 0.0
    for here, there, old, new in pair(e, 0, last):
        if convention == "midpoint":
            within += (here + there) / 2 * (new - old)
            between += (old + new) / 2 * (there - here)
        else:
            within += here * (new - old)
            between += new * (there - here)
    growth = 100 * ((whole(e, last) / whole(e, 0)) ** (1 / last) - 1)
    scale = growth / (within + between)
    return within * scale, between * scale


def chain(e: Economy, _convention: str) -> tuple[float, float]:
    last = len(e.years) - 1
    within = between = 0.0
    for t in range(last):
        w = b = 0.0
        for here, there, old, new in pair(e, t, t + 1):
            w += (here + there) / 2 * (new - old)
            b += (old + new) / 2 * (there - here)
        scale = math.log(whole(e, t + 1) / whole(e, t)) / (w + b)
        within += w * scale
        between += b * scale
    return 100 * within / last, 100 * between / last


def linked(e: Economy, _convention: str) -> tuple[float, float]:
    last = len(e.years) - 1
    within = between = 0.0
    nominal: Any = e.value_added_current
    for t in range(last):
        sums = [float(nominal[t + i].sum()) for i in (0, 1)]
        jobs = [float(e.employment[t + i].sum()) for i in (0, 1)]
        for i in range(len(e.sectors)):
            w = (nominal[t][i] / sums[0] + nominal[t + 1][i] / sums[1]) / 2
            v = math.log(e.value_added[t + 1][i] / e.value_added[t][i])
            n = math.log(e.employment[t + 1][i] / e.employment[t][i])
            within += w * (v - n)
            between += w * n
        between -= math.log(jobs[1] / jobs[0])
    return 100 * within / last, 100 * between / last


LOOPS: dict[str, Callable[[Economy, str], tuple[float, float]]] = {
    "mr": levels,
    "three": levels,
    "midpoint": levels,
    "chained": chain,
    "tornqvist": linked,
}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = process_time()
    found = work()
    return round(process_time() - start, 4), found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--units", type=int, default=200)
    asked.add_argument("--sectors", type=int, default=12)
    asked.add_argument("--years", type=int, default=30)
    asked.add_argument("--seed", type=int, default=1)
    told = asked.parse_args()
    economies = world(told.units, told.sectors, told.years, told.seed)
    last = FIRST + told.years - 1
    line: dict[str, Any] = vars(told).copy()
    line["bound_s"], _sum = timed(
        lambda: sum(
            float(x) for e in economies for t in e.value_added for x in t.tolist()
        )
    )
    for convention in CONVENTIONS:
        question = ShiftShare(
            economies=tuple(economies), convention=convention, first=FIRST, last=last
        )
        seconds, (answers, left) = timed(question.solve)
        loop, plain = timed(
            lambda c=convention: [LOOPS[c](e, c) for e in economies]  # type: ignore[misc]
        )
        worst = max(
            abs(ours - theirs)
            for one, pairs in zip(answers, plain, strict=True)
            for ours, theirs in zip(
                (one.rate_within, one.rate_between), pairs, strict=True
            )
        )
        assert not left
        assert worst < MOST, (convention, worst)
        line[convention] = {"s": seconds, "loop_s": loop, "worst": worst}
    growth = GrowthAccounting(accounts=accounts(told.units, told.years, told.seed))
    line["growth_s"], (found, _left) = timed(growth.solve)
    assert len(found) == told.units
    line["bytes_s"], first = timed(growth.answer)
    assert growth.answer() == first
    print(json.dumps(line))


if __name__ == "__main__":
    main()
