"""Ranks of scores, and what many ranks of one unit say."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sti_methods.composite.unfit import Unfit
from sti_methods.late import Late

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

rankdata = Late("scipy.stats", "rankdata")

__all__ = ["RankStatistics", "mean_rank_change", "rank_statistics", "ranks_of"]

LOW, HIGH = 0.05, 0.95
DIGITS = 12  # of the largest score: less is rounding of sums


@dataclass(frozen=True, kw_only=True)
class RankStatistics:
    """The ranks of one unit over many runs: ``low`` and ``high`` hold 90 % of them.

    ``runs``: in how many it had a rank; with none, all but ``unit`` is None. ``nominal``: its
    rank as the recipe stands, None where it has none.
    """

    unit: str
    nominal: int | None
    mean: float | None
    median: float | None
    low: float | None
    high: float | None
    runs: int

    def to_plain(self) -> dict[str, Any]:
        return asdict(self)


def ranks_of(*, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks along the last axis: 1 is the highest score, equals share the better rank.

    Where there is no score (NaN) there is no rank (NaN). Scores are told apart to twelve
    digits of the largest, as in a run of the index, and no finer than the smallest normal
    number: what lies below that counts as zero.
    """
    given = np.asarray(scores, dtype=np.float64)
    if not given.size:
        return given.copy()
    there = np.isfinite(given)
    size = np.abs(np.where(there, given, 0.0)).max(axis=-1, keepdims=True)
    step = 10.0 ** (np.floor(np.log10(np.where(size > 0, size, 1.0))) - DIGITS + 1)
    step = np.maximum(step, np.finfo(np.float64).tiny)
    told = np.where(there, -np.round(np.where(there, given, 0.0) / step), np.inf)
    return np.where(there, rankdata(told, method="min", axis=-1), np.nan)


def rank_statistics(
    *, ranks: NDArray[np.float64], units: Sequence[str], nominal: NDArray[np.float64]
) -> tuple[RankStatistics, ...]:
    """Mean, median and 5-95 % of the ranks of each unit; type 7 quantiles (as in R).

    Parameters
    ----------
    ranks : (runs, units) float
        NaN where a unit had no rank in a run.
    nominal : (units,) float

    Raises
    ------
    Unfit
        ``shape``.
    """
    given = np.asarray(ranks, dtype=np.float64)
    if given.ndim != 2 or given.shape[1] != len(units) or len(nominal) != len(units):  # noqa: PLR2004
        raise Unfit("shape", rows=len(given), columns=len(units))
    found = []
    for unit, own, column in zip(units, nominal, given.T, strict=True):
        there = column[np.isfinite(column)]
        ends = np.quantile(there, [LOW, HIGH], method="linear") if there.size else None
        found.append(
            RankStatistics(
                unit=unit,
                nominal=int(own) if np.isfinite(own) else None,
                mean=None if ends is None else float(there.mean()),
                median=None if ends is None else float(np.median(there)),
                low=None if ends is None else float(ends[0]),
                high=None if ends is None else float(ends[1]),
                runs=int(there.size),
            )
        )
    return tuple(found)


def mean_rank_change(
    *, ranks: NDArray[np.float64], nominal: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Mean over units of how far each rank lies from the nominal, for each run.

    Units without a rank on either side do not count. Shape: ranks without its last axis.

    Raises
    ------
    Unfit
        ``nothing_ranked``: in some run no unit has a rank on both sides.
    """
    apart = np.abs(np.asarray(ranks, dtype=np.float64) - nominal)
    there = np.isfinite(apart)
    count = there.sum(axis=-1)
    if not np.all(count):
        raise Unfit("nothing_ranked", run=int(np.argmin(count.ravel())))
    return np.asarray(np.where(there, apart, 0.0).sum(axis=-1) / count)
