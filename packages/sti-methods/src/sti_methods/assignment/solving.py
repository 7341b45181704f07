"""Assign: the question goes to the method that answers it exactly, or says how nearly."""

from __future__ import annotations

import math
from dataclasses import replace
from importlib.metadata import version
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.assignment.clock import Clock, Undecided
from sti_methods.assignment.core import Core, Found, Whole, programme
from sti_methods.assignment.flow import Network
from sti_methods.assignment.leximin import Raising
from sti_methods.assignment.lottery import Drawn, draw
from sti_methods.assignment.refusal import refusal
from sti_methods.assignment.rows import rows_of
from sti_methods.assignment.solution import Objective, Solution, listed
from sti_methods.assignment.worst import bottom_bounds, bottoms

if TYPE_CHECKING:
    from fractions import Fraction

    from sti_methods.assignment.problem import Problem

__all__ = ["METHOD", "solve"]

METHOD = "2"
GAP, NODES = 1e-4, 20_000
# What a programme in fractions may miss of a whole score.
NEARLY = 1e-3


def versions() -> dict[str, str]:
    """Return what decides ties: the same versions give the same bytes."""
    return {
        "method": METHOD,
        **{name: version(name) for name in ("numpy", "ortools", "scipy")},
    }


def solve(
    problem: Problem,
    objective: Objective = "total",
    *,
    max_probability: float | Fraction | str = 1,
    seed: str = "",
    seconds: float | None = None,
    leximin: bool = False,
) -> Solution:
    """Assign experts to proposals.

    Parameters
    ----------
    problem : Problem
    objective : "total", "fair" or "random"
        The largest total; or the largest possible minimum of a proposal and then the largest
        total; or a draw in which no pair that is not locked has a probability above
        ``max_probability``, with the largest expected total.
    max_probability, seed
        Of a draw. The seed is any text; whoever draws publishes its SHA-256 before.
    leximin : bool
        After the minimum of "fair" raise the next-worst proposals, level by level, as far as it
        can be proved within a fixed number of searches; then the largest total above these floors.
        ``Solution.settled`` says how far. Without rules of composition only.
    seconds : float, optional
        How long to look for better, by the clock. The best found is returned with bounds that
        hold, as "within gap" and not ``repeatable``, if the limit was reached. Flows, the search
        for a first assignment and for the reason of a refusal are not cut short: that there is
        none is never said for want of time.

    Raises
    ------
    Infeasible
        No assignment meets every condition: which ones, and the least that mends it.
    ValueError
        A limit without a draw, a draw without a seed; seconds that are not above 0; leximin with another objective or with rules.
    """
    begin = perf_counter()
    if seconds is not None and not seconds > 0:
        raise ValueError("A limit by the clock must be above 0 seconds.")
    if leximin and (objective != "fair" or not problem.pure):
        raise ValueError("Leximin belongs to fair panels without rules of composition.")
    clock = Clock.of(seconds)
    if objective == "random":
        drawn = draw(problem, max_probability=max_probability, seed=seed, clock=clock)
        whole = Whole.of(problem, rows_of(problem))
        return _solution(
            whole, objective, drawn.found, None, begin, seed=seed, drawn=drawn,
            repeatable=not clock.reached,
        )  # fmt: skip
    if objective not in {"total", "fair"}:
        raise ValueError(f"The objective {objective!r} is unknown.")
    if seed or max_probability != 1:
        raise ValueError("A seed and a largest probability belong to a draw.")
    whole = Whole.of(problem, rows_of(problem))
    if objective == "fair":
        found, minimum = fair(whole, clock)
    else:
        found, minimum = total(whole, clock), None
    settled = 0
    if leximin and int(whole.sums(found.chosen).min()) == minimum:
        raising = Raising(
            whole=whole, found=found, level=minimum, nodes=NODES, clock=clock
        )
        found = raising.run()
        settled = int(raising.settled.sum())
    return _solution(
        whole, objective, found, minimum, begin,
        repeatable=not clock.reached, settled=settled,
    )  # fmt: skip


def _or_refuse(whole: Whole, found: Found | None) -> Found:
    if found is not None:
        return found
    why = refusal(whole.problem, whole.rows)
    if why is None:
        raise RuntimeError("An assignment exists, but was not found.")
    raise why


def total(whole: Whole, clock: Clock) -> Found:
    """Return the assignment of the largest total."""
    if whole.problem.pure:
        flow = Network.of(whole.problem).best(whole.score)
        if flow is not None:
            value = whole.value(flow.chosen)
            return Found(chosen=flow.chosen, bound=value, optimal=True)
        return _or_refuse(whole, None)
    return _or_refuse(whole, Core(whole=whole, gap=GAP, nodes=NODES, clock=clock).run())


def fair(whole: Whole, clock: Clock) -> tuple[Found, int]:
    """Return the best total above the largest minimum, and the bound of that minimum."""
    bound = certificate(whole)
    first = clock.half()
    try:
        found = _above(whole, bound, first)
    except Undecided:
        found = None
    clock.reached |= first.reached
    if found is not None:
        return found, bound
    found = total(whole, clock)
    low, high = int(whole.sums(found.chosen).min()), bound
    try:
        while low + whole.step < high:
            middle = _between(low, high, whole.step)
            raised = _above(whole, middle, clock)
            if raised is None:
                high = middle
            else:
                found, low = raised, int(whole.sums(raised.chosen).min())
        best = _above(whole, low, clock)
    except Undecided:
        return _open(found), high
    if best is None or whole.value(best.chosen) < whole.value(found.chosen):
        return (_open(found) if clock.reached else found), low
    return best, low


def _open(found: Found) -> Found:
    """What was found for a lower floor, whose bound holds for a higher one too."""
    return replace(found, optimal=False)


def _between(low: int, high: int, step: int) -> int:
    return low + max((high - low) // (2 * step), 1) * step


def _above(whole: Whole, floor: int, clock: Clock) -> Found | None:
    floors = np.full(len(whole.problem.proposals), floor, dtype=np.int64)
    gap = 0.0 if whole.problem.pure else GAP
    return Core(whole=whole, floor=floors, gap=gap, nodes=NODES, clock=clock).run()


def certificate(whole: Whole) -> int:
    """Return the least, over proposals, of the best panel each could have alone.

    With rules a panel is the best that obeys them: a small programme for each proposal that could
    still be the least, from the weakest on (often one).
    """
    best = whole.best_sums
    if whole.problem.pure:
        return int(best.min())
    start, nothing = whole.problem.start, np.zeros(whole.score.size, dtype=bool)
    least = int(best.max())
    for place in np.argsort(best, kind="stable"):
        if best[place] >= least:
            break
        alone = programme(
            whole,
            columns=np.arange(start[place], start[place + 1]),
            taken=nothing,
            proposals=np.arange(best.size) == place,
            elsewhere=True,
        ).solve()
        if alone.x is not None:
            least = min(least, math.ceil(alone.bound * whole.scale - NEARLY))
    return least


def _solution(
    whole: Whole,
    objective: Objective,
    found: Found,
    minimum: int | None,
    begin: float,
    *,
    seed: str = "",
    drawn: Drawn | None = None,
    repeatable: bool = True,
    settled: int = 0,
) -> Solution:
    problem, chosen = whole.problem, found.chosen
    value = whole.value(chosen)
    sums = whole.sums(chosen)
    lowest = int(sums.min())
    bound_minimum = certificate(whole) if minimum is None else minimum
    optimal = found.optimal and (minimum is None or lowest >= minimum)
    bound = max(found.bound, value) / whole.scale
    has, could = value / whole.scale, bound
    if drawn is not None:
        has, could = drawn.expected, drawn.bound
    return Solution(
        problem=problem.digest,
        objective=objective,
        pairs=listed(problem, chosen),
        total=value / whole.scale,
        minimum=lowest / whole.scale,
        bound_total=bound,
        bound_minimum=bound_minimum / whole.scale,
        gap=(could - has) / max(abs(could), 1 / whole.scale),
        status="optimal" if optimal else "within gap",
        bottom=bottoms(sums / whole.scale),
        bottom_bound=bottom_bounds(whole, bound_minimum),
        versions=versions(),
        seed=seed,
        limit=1.0 if drawn is None else float(drawn.limit),
        expected=has,
        bound_expected=could,
        marginals=() if drawn is None else drawn.marginals,
        denominator=1 if drawn is None else drawn.denominator,
        mixture=() if drawn is None else drawn.mixture,
        repeatable=repeatable,
        settled=settled,
        seconds=perf_counter() - begin,
    )
