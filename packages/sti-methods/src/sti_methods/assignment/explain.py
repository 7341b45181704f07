"""Why this expert, why not that one: the exact price of the swap, and who would move.

The price of a pair is what the best total loses when the pair is forced in (or, if it was
chosen, kept out) and all else is arranged anew. For a total without rules that is one flow,
exact, and of equally good arrangements it is the one in which the fewest move. Otherwise the
search is made again with the pair forced; both answers have bounds, and so has the price.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from sti_methods.assignment.core import Core, Found, Whole
from sti_methods.assignment.flow import Network
from sti_methods.assignment.rows import rows_of
from sti_methods.assignment.solution import listed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sti_methods.assignment.problem import Problem
    from sti_methods.assignment.solution import Chosen, Solution

__all__ = ["Explanation", "explain"]

Answer = Literal["chosen", "possible", "impossible", "locked", "conflict", "no score"]


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What is known of one pair in a solution.

    Parameters
    ----------
    answer : str
        ``chosen``: was chosen, ``price`` is what the best total without it loses. ``possible``:
        was not, ``price`` is what the best total with it loses. ``impossible``: there is no
        assignment without (of a chosen pair) or with it. ``locked``: it was fixed by hand.
        ``conflict``, ``no score``: it is barred, or was never offered.
    price : float or None
        In scores; None where nothing can be weighed.
    price_least : float or None
        Below ``price`` when a bound of the other assignment leaves room; else the same.
    rank, candidates : int
        The place of the pair's score among the candidates of the proposal, 1 is the best.
    load, load_max : int
        How many proposals the expert has in the solution, and may have.
    gains, losses : tuple of Chosen
        What would be chosen in addition, and what no longer.
    minimum : float or None
        The least sum of a proposal in the other assignment.
    """

    expert: str
    proposal: str
    answer: Answer
    score: float | None = None
    price: float | None = None
    price_least: float | None = None
    rank: int = 0
    candidates: int = 0
    load: int = 0
    load_max: int = 0
    gains: tuple[Chosen, ...] = ()
    losses: tuple[Chosen, ...] = ()
    minimum: float | None = None


def explain(
    problem: Problem, solution: Solution, *, expert: str, proposal: str
) -> Explanation:
    """Return why an expert was, or was not, chosen for a proposal.

    Raises
    ------
    ValueError
        The solution is of another problem or a leximin one, or an id is unknown.

    Notes
    -----
    Without rules: one flow. With rules, or a floor of fairness: one more search like the one
    that made the solution. A fair solution is weighed
    against those with the same minimum, a drawn one against the largest total.
    """
    if solution.problem != problem.digest:
        raise ValueError("The solution is of another problem.")
    if solution.settled:
        raise ValueError("Prices are totals; beside leximin they would mislead.")
    place = problem.expert_place(expert)
    if place is None or problem.proposal_place(proposal) is None:
        raise ValueError(f"The pair {expert!r}, {proposal!r} is unknown.")
    pair = problem.pair(expert, proposal)
    known = Explanation(
        expert=expert,
        proposal=proposal,
        answer="no score",
        load=sum(chosen.expert == expert for chosen in solution.pairs),
        load_max=int(problem.load_max[place]),
    )
    if pair is None:
        barred = (expert, proposal) in set(problem.conflicts)
        return replace(known, answer="conflict" if barred else "no score")
    p = problem.proposal[pair]
    others = problem.score[problem.start[p] : problem.start[p + 1]]
    known = replace(
        known,
        score=float(problem.score[pair]),
        rank=int((others > problem.score[pair]).sum()) + 1,
        candidates=others.size,
    )
    if (expert, proposal) in problem.locked:
        return replace(known, answer="locked")
    return _weighed(problem, solution, pair, known)


def _weighed(
    problem: Problem, solution: Solution, pair: int, known: Explanation
) -> Explanation:
    whole = Whole.of(problem, rows_of(problem))
    now = _chosen(problem, solution)
    taken = bool(now[pair])
    mark = np.zeros(problem.score.size, dtype=bool)
    mark[pair] = True
    other = _other(whole, solution, now, mark)
    if other is None:
        return replace(known, answer="impossible")
    then = other.chosen
    price = (whole.value(now) - whole.value(then)) / whole.scale
    least = (whole.value(now) - other.bound) / whole.scale
    changed = replace(
        known,
        answer="chosen" if taken else "possible",
        price=price,
        price_least=min(price, least),
        minimum=int(whole.sums(then).min()) / whole.scale,
    )
    before, after = listed(problem, now), listed(problem, then)
    pairs_before = {(c.expert, c.proposal) for c in before}
    pairs_after = {(c.expert, c.proposal) for c in after}
    return replace(
        changed,
        gains=tuple(c for c in after if (c.expert, c.proposal) not in pairs_before),
        losses=tuple(c for c in before if (c.expert, c.proposal) not in pairs_after),
    )


def _chosen(problem: Problem, solution: Solution) -> NDArray[np.bool_]:
    chosen = np.zeros(problem.score.size, dtype=bool)
    for one in solution.pairs:
        place = problem.pair(one.expert, one.proposal)
        if place is None:
            raise ValueError("The solution is of another problem.")
        chosen[place] = True
    return chosen


def _other(
    whole: Whole,
    solution: Solution,
    now: NDArray[np.bool_],
    mark: NDArray[np.bool_],
) -> Found | None:
    """Return the best assignment with the pair forced to the other side."""
    out, into = (mark, None) if now[mark].all() else (None, mark)
    floor = None
    if solution.objective == "fair":
        level = round(solution.minimum * whole.scale)
        floor = np.full(len(whole.problem.proposals), level, dtype=np.int64)
    elif whole.problem.pure:
        # Whoever stays counts less than the last digit of any score.
        value = whole.score * (int(now.sum()) + 1) + now
        flow = Network.of(whole.problem, out=out, into=into).best(value)
        if flow is None:
            return None
        return Found(chosen=flow.chosen, bound=whole.value(flow.chosen), optimal=True)
    gap = 0.0 if whole.problem.pure else 1e-4
    return Core(
        whole=whole, floor=floor, gap=gap, nodes=20_000, out=out, into=into
    ).run()
