"""What changed between two assessments, and how large a change must be to be no chance."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import stdev
from typing import TYPE_CHECKING, Literal

import numpy as np

from sti_methods.composite import Unfit
from sti_methods.maturity.gaps import detectable_change
from sti_methods.reliability import fit_factors, omega

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_GROUP = 30
LEAST_PEOPLE = 3
By = Literal["peers", "people"]


@dataclass(frozen=True, kw_only=True)
class Detectable:
    """``least``: the smallest change of a score that is no chance (95 %), by ``n`` of whom."""

    least: float
    by: By
    n: int


def by_peers(scores: Sequence[Sequence[float]]) -> Detectable | None:
    """From organisations' answers to the items of a clause, a row each without gaps.

    SEM = s √(1 - omega) of the clause's mean, MDC95 = 1.96 √2 SEM. None below 30
    organisations or three items: a reliability of fewer says little.
    """
    if len(scores) < LEAST_GROUP or len(scores[0]) < 3:  # noqa: PLR2004
        return None
    table = np.array(scores, dtype=np.float64)
    means = table.mean(axis=1)
    deviation = float(means.std(ddof=1))
    try:
        reliability = omega(fit_factors(table, factor=[0] * table.shape[1]))
    except Unfit:  # items that nobody answers differently have no scale
        return None
    return Detectable(
        least=detectable_change(
            deviation=deviation, reliability=min(max(reliability, 0.0), 1.0)
        ),
        by="peers",
        n=len(scores),
    )


def by_people(before: Sequence[float], after: Sequence[float]) -> Detectable | None:
    """From what an organisation's own people say, one mean of a clause each, both times.

    The error of a mean of n people is s/√n; that of a change the root of both squares. None
    below three people on either side.
    """
    if min(len(before), len(after)) < LEAST_PEOPLE:
        return None
    squares = sum(stdev(told) ** 2 / len(told) for told in (before, after))
    return Detectable(
        least=1.96 * sqrt(squares), by="people", n=min(len(before), len(after))
    )
