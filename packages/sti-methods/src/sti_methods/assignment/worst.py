"""How strong the worst 1, 5 and 10 % of proposals are, and how strong they could be.

The sum of the ``r`` worst is the least, over weights ``0 ≤ w ≤ 1`` that add up to ``r``, of
``Σ w · sum``. So for any such weights the best flow of the weighted scores bounds it for every
assignment. Weights come from playing both sides against each other (Brown 1951): the flow
answers the mean of the weights so far, the weights go to the worst of the mean of the flows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sti_methods.assignment.flow import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sti_methods.assignment.core import Whole

__all__ = ["bottom_bounds", "bottoms"]

SHARES = (1, 5, 10)
# Flows for each share; beyond so many pairs only what costs nothing.
ROUNDS, PAIRS = 10, 100_000


def _many(proposals: int, share: int) -> int:
    return max(1, round(proposals * share / 100))


def bottoms(sums: NDArray[np.float64]) -> dict[int, float]:
    """Return the mean of the worst 1, 5 and 10 %, of one proposal at least."""
    order = np.sort(sums)
    return {share: float(order[: _many(order.size, share)].mean()) for share in SHARES}


def bottom_bounds(whole: Whole, minimum: int) -> dict[int, float]:
    """Return what no assignment has more of: the mean of the worst 1, 5 and 10 %.

    ``minimum`` bounds the very worst. Cost: ten flows for each share up to 100,000 pairs;
    beyond, the best panels that proposals could have alone.
    """
    alone = np.sort(whole.best_sums)
    alone[0] = min(alone[0], minimum)
    found: dict[int, float] = {}
    network = Network.of(whole.problem)
    for share in SHARES:
        many = _many(alone.size, share)
        least = float(alone[:many].mean())
        if many > 1 and whole.score.size <= PAIRS:
            least = min(least, _played(whole, network, many))
        found[share] = least / whole.scale
    return found


def _played(whole: Whole, network: Network, many: int) -> float:
    proposal = whole.problem.proposal
    weight = np.zeros(whole.problem.size.size, dtype=np.int64)
    sums = whole.best_sums
    least = np.inf
    for turn in range(1, ROUNDS + 1):
        weight[np.argsort(sums, kind="stable")[:many]] += 1
        flow = network.best(whole.score * weight[proposal])
        if flow is None:
            break
        mine = whole.sums(flow.chosen)
        least = min(least, float(mine @ weight) / (turn * many))
        sums = sums * (turn > 1) + mine
    return least
