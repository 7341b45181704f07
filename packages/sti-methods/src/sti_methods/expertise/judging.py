"""How well scores order what experts themselves say they know.

The loss of Stelmakh, Wieting, Neubig and Shah (arXiv:2303.16750): over all pairs of
proposals that one expert rated, the difference of the two ratings where the scores order
them the other way round, half of it where the scores are equal; divided by the sum of
all differences. 0 is a perfect order, ½ is chance.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def loss(
    scores: Mapping[tuple[str, str], float], ratings: Mapping[tuple[str, str], float]
) -> float:
    """Return the weighted share of pairs in the wrong order; both by (expert, proposal).

    Raises
    ------
    ValueError
        No expert rated two proposals differently: there is no order to be found.
    KeyError
        A rated pair has no score.
    """
    rated: dict[str, list[tuple[float, float]]] = {}
    for (expert, proposal), rating in ratings.items():
        rated.setdefault(expert, []).append((rating, scores[expert, proposal]))
    lost = whole = 0.0
    for pairs in rated.values():
        for (one, score), (other, against) in combinations(pairs, 2):
            apart = abs(one - other)
            whole += apart
            agree = (one - other) * (score - against)
            lost += apart * (1.0 if agree < 0 else 0.5 if agree == 0 else 0.0)
    if not whole:
        raise ValueError("no expert rated two proposals differently")
    return lost / whole
