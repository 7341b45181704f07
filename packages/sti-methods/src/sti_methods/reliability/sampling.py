"""How many to ask, what each answer stands for, and means with their doubt.

Neyman (1934), J. Royal Statistical Society 97:558; Kish (1965), Survey Sampling; Potter
(1990), Proc. Survey Research Methods (trimming); Rao & Wu (1988), JASA 83:231 (bootstrap
in strata).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Values = Sequence[float] | NDArray[np.float64]

Way = Literal["equal", "proportional", "neyman"]
# Weights beyond so many medians are cut, so that nobody speaks for everybody.
TRIM = 5.0


def allocation(
    *,
    sizes: Mapping[str, int],
    sample: int,
    way: Way,
    deviations: Mapping[str, float] | None = None,
    least: int = 1,
) -> dict[str, int]:
    """How many to ask in each stratum; together ``sample``, or all there are if fewer.

    ``sizes``: how many there are; ``deviations``: of the answer, from a pilot (Neyman
    alone). Nobody is asked twice: a stratum that is used up gives its places to the
    others. Whole numbers by largest remainder, ties by name. Raises ``Unfit``:
    ``few_units`` (units, strata) for a sample below ``least`` in each stratum; ``shape``
    where a deviation is missing or below 0.
    """
    there = {name: n for name, n in sizes.items() if n > 0}
    floor = {name: min(least, n) for name, n in there.items()}
    if sample < sum(floor.values()) or not there:
        raise Unfit("few_units", units=sample, strata=len(there))
    if way == "neyman":
        given = deviations or {}
        if any(given.get(name, -1.0) < 0 for name in there):
            raise Unfit("shape", dimensions=1)
        worth = {name: n * given[name] for name, n in there.items()}
    else:
        worth = {n: 1.0 if way == "equal" else float(m) for n, m in there.items()}
    found = dict(floor)
    left = min(sample, sum(there.values())) - sum(floor.values())
    while left:
        open_ = [name for name in there if found[name] < there[name]]
        total = sum(worth[name] for name in open_)
        if total <= 0:  # nothing varies there: as many as there are decides
            worth |= {name: float(there[name]) for name in open_}
            total = sum(worth[name] for name in open_)
        # What each should have at the end, beyond what it has.
        aim = sum(found[name] for name in open_) + left
        wish = {n: max(aim * worth[n] / total - found[n], 0.0) for n in open_}
        whole = sum(wish.values())
        wish = {n: w * left / whole for n, w in wish.items()}
        step = {n: min(int(w), there[n] - found[n]) for n, w in wish.items()}
        if not sum(step.values()):
            first = min(open_, key=lambda n: (-(wish[n] - int(wish[n])), n))
            step = {first: 1}
        for name, more in step.items():
            found[name] += more
            left -= more
    return {name: found.get(name, 0) for name in sizes}


@dataclass(frozen=True, kw_only=True)
class Weights:
    """What each answer stands for; ``cut`` of them were trimmed.

    The whole stands for as many as before trimming. ``effective`` is Kish's n: as many
    answers of equal weight would tell as much.
    """

    values: NDArray[np.float64]
    cut: int
    effective: float


def weights(
    strata: Sequence[str], *, sizes: Mapping[str, int], trim: float | None = TRIM
) -> Weights:
    """Design weights N_h / n_h for answers in the strata named, trimmed at ``trim`` medians.

    Raises ``Unfit``: ``few_units`` without an answer; ``unknown_stratum`` (stratum);
    ``too_many`` (stratum, units, size): more answers than there are.
    """
    if not len(strata):
        raise Unfit("few_units", units=0)
    names, places, counts = np.unique(
        np.asarray(strata, dtype=object).astype(str),
        return_inverse=True,
        return_counts=True,
    )
    each = np.empty(len(names))
    for at, (name, n) in enumerate(zip(names, counts, strict=True)):
        size = sizes.get(str(name))
        if size is None:
            raise Unfit("unknown_stratum", stratum=str(name))
        if n > size:
            raise Unfit("too_many", stratum=str(name), units=int(n), size=size)
        each[at] = size / n
    found = each[places]
    whole, cut = found.sum(), 0
    if trim is not None:
        limit = trim * float(np.median(found))
        high = found > limit
        cut = int(high.sum())
        if cut:
            found = np.minimum(found, limit)
            found = found * (whole / found.sum())
    return Weights(values=found, cut=cut, effective=kish(found))


def kish(values: Values) -> float:
    """(Σw)² / Σw²."""
    table = np.asarray(values, dtype=np.float64)
    squares = float((table**2).sum())
    return float(table.sum()) ** 2 / squares if squares else 0.0


@dataclass(frozen=True, kw_only=True)
class Mean:
    """A weighted mean; ``low`` and ``high`` are quantiles of the bootstrap.

    ``error`` is the bootstrap's standard deviation; ``effective`` Kish's n of the answers
    that are there.
    """

    mean: float
    low: float
    high: float
    error: float
    units: int
    effective: float
    runs: int
    seed: int


def weighted_mean(
    values: Values,
    *,
    weights: Values,
    strata: Sequence[str],
    sizes: Mapping[str, int] | None = None,
    runs: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> Mean:
    """The mean with a bootstrap inside strata (n_h - 1 of n_h, rescaled).

    ``sizes``: how many there are in each stratum, for the finite population correction;
    without it the population is taken as endless. A stratum of one answer is drawn
    whole: it adds no doubt, and the answer is the surer for it. The same seed gives the
    same bounds. Raises ``Unfit`` ``few_units``, ``shape``. Cost: runs · answers.
    """
    x, w = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    names = np.asarray(strata, dtype=object).astype(str)
    if not len(x) == len(w) == len(names):
        raise Unfit("shape", dimensions=1)
    there = np.isfinite(x) & (w > 0)
    x, w, names = x[there], w[there], names[there]
    if not len(x):
        raise Unfit("few_units", units=0)
    chance = np.random.default_rng(seed)
    mean = float(x @ w / w.sum())
    above, below = np.zeros(runs), np.zeros(runs)
    for name in np.unique(names):
        one = np.flatnonzero(names == name)
        n = len(one)
        a, b = w[one] * x[one], w[one]
        if n == 1:
            above += a[0]
            below += b[0]
            continue
        drawn = chance.multinomial(n - 1, np.full(n, 1 / n), size=runs)
        factor = drawn * (n / (n - 1))
        if sizes is not None:
            whole = sizes.get(str(name), 0)
            kept = np.sqrt(max(1 - n / whole, 0.0)) if whole else 1.0
            factor = 1 + (factor - 1) * kept
        above += factor @ a
        below += factor @ b
    means = above / below
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return Mean(
        mean=mean,
        low=float(low),
        high=float(high),
        error=float(means.std(ddof=1)) if runs > 1 else 0.0,
        units=len(x),
        effective=kish(w),
        runs=runs,
        seed=seed,
    )
