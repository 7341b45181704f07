"""Groups beside each other, clause by clause, with all that was looked at taken in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from sti_methods.composite.unfit import Unfit
from sti_methods.late import Late
from sti_methods.reliability import (
    Overall,
    Pair,
    dunn_holm,
    games_howell,
    holm,
    kruskal_wallis,
    welch_anova,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Groups = Mapping[str, NDArray[np.float64]]

skew = Late("scipy.stats", "skew")

# Beyond this skewness in any group ranks are compared, not means.
SKEWED = 1.0
Way = Literal["means", "ranks"]


@dataclass(frozen=True, kw_only=True)
class Apart:
    """Two groups: ``p_holm`` takes in the pairs of its clause and all clauses."""

    pair: Pair
    p_holm: float


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One clause. ``skewness`` is the farthest of any group; ``p_holm`` is over clauses."""

    clause: str
    way: Way
    skewness: float
    overall: Overall
    p_holm: float
    pairs: tuple[Apart, ...]

    def place(self, group: str, *, alpha: float = 0.05) -> tuple[int, int]:
        """The best and the worst place that the tests leave to a group."""
        names = {one.pair.first for one in self.pairs} | {
            one.pair.second for one in self.pairs
        }
        above = below = 0
        for one in self.pairs:
            if group not in {one.pair.first, one.pair.second} or one.p_holm >= alpha:
                continue
            sign = 1 if one.pair.first == group else -1
            above += sign * one.pair.difference < 0
            below += sign * one.pair.difference > 0
        return 1 + above, len(names) - below


def compare(
    clauses: Mapping[str, Groups], *, level: float = 0.95, skewed: float = SKEWED
) -> tuple[dict[str, Compared], dict[str, str]]:
    """Test each clause over its groups; also clauses that could not be tested, and why.

    Welch with Games and Howell, or, where answers of a group are skewed beyond ``skewed``,
    Kruskal and Wallis with Dunn and Holm. Groups are compared as they answered, without
    weights: the tests ask whether they differ, the weighted means say by how much in the
    population. Probabilities are Holm's over clauses. Cost: groups² for each clause.
    """
    done: dict[str, tuple[Way, float, Overall, tuple[Pair, ...]]] = {}
    refused: dict[str, str] = {}
    for clause, groups in clauses.items():
        held = {name: one[np.isfinite(one)] for name, one in groups.items()}
        far = max((abs(_skewness(one)) for one in held.values()), default=0.0)
        way: Way = "ranks" if far > skewed else "means"
        try:
            if way == "means":
                done[clause] = (
                    way, far, welch_anova(held), games_howell(held, level=level)
                )  # fmt: skip
            else:
                done[clause] = (
                    way, far, kruskal_wallis(held), dunn_holm(held, level=level)
                )  # fmt: skip
        except Unfit as refusal:
            refused[clause] = refusal.kind
    overall = holm([one.p for _way, _far, one, _pairs in done.values()])
    by_pair: dict[tuple[str, str], dict[str, float]] = {}
    for clause, (*_rest, pairs) in done.items():
        for pair in pairs:
            by_pair.setdefault((pair.first, pair.second), {})[clause] = pair.p
    adjusted = {
        key: dict(zip(ps, holm(list(ps.values())), strict=True))
        for key, ps in by_pair.items()
    }
    return {
        clause: Compared(
            clause=clause,
            way=way,
            skewness=far,
            overall=told,
            p_holm=p,
            pairs=tuple(
                Apart(pair=pair, p_holm=adjusted[pair.first, pair.second][clause])
                for pair in pairs
            ),
        )
        for (clause, (way, far, told, pairs)), p in zip(
            done.items(), overall, strict=True
        )
    }, refused


def _skewness(values: NDArray[np.float64]) -> float:
    if len(values) < 3 or np.ptp(values) <= 0:  # noqa: PLR2004
        return 0.0
    return float(skew(values, bias=False))
