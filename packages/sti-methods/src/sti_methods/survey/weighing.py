"""What each organisation stands for, and means with their doubt, many at a time.

Kish (1965), Survey Sampling; Potter (1990), Proc. Survey Research Methods (trimming); Rao &
Wu (1988), JASA 83:231 (bootstrap in strata).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.unfit import Unfit
from sti_methods.reliability import kish
from sti_methods.reliability.sampling import TRIM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Table = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Design:
    """Weights of one population.

    ``base``: N_h / n_h; ``values``: after trimming, of the same sum; ``cut``: how many were
    above the limit; ``uncovered``: strata that nobody answered for, with how many there are
    in them: the weights do not stand for these. ``effective``: Kish's n.
    """

    base: NDArray[np.float64]
    values: NDArray[np.float64]
    cut: int
    limit: float | None
    effective: float
    covered: int
    uncovered: Mapping[str, int]


def design_weights(
    strata: Sequence[str], *, sizes: Mapping[str, int], trim: float | None = TRIM
) -> Design:
    """Design weights, cut at ``trim`` medians; what is cut goes to the others.

    Nobody is above the limit afterwards: what is cut is spread over those below it in
    proportion, again and again until it fits. Where it cannot fit (all at the limit would
    stand for too few) all are raised in proportion, those cut too. ``sizes``: how many organisations there are in each
    stratum. Raises ``Unfit``: ``few_units`` without an answer; ``unknown_stratum`` (stratum);
    ``too_many`` (stratum, units, size): more answers than there are.
    """
    if not len(strata):
        raise Unfit("few_units", units=0)
    counts: dict[str, int] = {}
    for name in strata:
        counts[name] = counts.get(name, 0) + 1
    for name, n in counts.items():
        if name not in sizes:
            raise Unfit("unknown_stratum", stratum=name)
        if n > sizes[name]:
            raise Unfit("too_many", stratum=name, units=n, size=sizes[name])
    base = np.array([sizes[name] / counts[name] for name in strata])
    limit = None if trim is None else trim * float(np.median(base))
    found = base if limit is None else _trimmed(base, limit)
    return Design(
        base=base,
        values=found,
        cut=0 if limit is None else int((base > limit).sum()),
        limit=limit,
        effective=kish(found),
        covered=sum(sizes[name] for name in counts),
        uncovered={
            name: size for name, size in sizes.items() if size and name not in counts
        },
    )


def _trimmed(base: NDArray[np.float64], limit: float) -> NDArray[np.float64]:
    found = np.minimum(base, limit)
    whole = float(base.sum())
    if limit * len(base) <= whole:
        scaled: NDArray[np.float64] = found * (whole / found.sum())
        return scaled
    over = whole - float(found.sum())
    while over > 1e-12 * whole:
        below = found < limit
        raised = found[below] * (1 + over / found[below].sum())
        found[below] = np.minimum(raised, limit)
        over = whole - float(found.sum())
    return found


@dataclass(frozen=True, kw_only=True)
class Means:
    """Weighted means of columns; all arrays are (columns,).

    ``units``: answers behind each; ``top``: the part of its weight that the heaviest has;
    NaN where there is no answer at all.
    """

    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    error: NDArray[np.float64]
    units: NDArray[np.int_]
    effective: NDArray[np.float64]
    top: NDArray[np.float64]
    weight: NDArray[np.float64]


def draws(
    strata: Sequence[str],
    *,
    sizes: Mapping[str, int] | None,
    runs: int,
    chance: np.random.Generator,
) -> Table:
    """Factors (runs, answers) on the weights: n_h - 1 of n_h drawn inside each stratum.

    With ``sizes`` they are drawn in by the finite population correction; a stratum asked
    whole, or of one answer, does not vary. Strata are drawn in the order of their names.
    """
    names = np.asarray(strata, dtype=object).astype(str)
    found = np.ones((runs, len(names)))
    for name in np.unique(names):
        one = np.flatnonzero(names == name)
        n = len(one)
        if n == 1:
            continue
        factor = chance.multinomial(n - 1, np.full(n, 1 / n), size=runs) * (n / (n - 1))
        if sizes is not None and (whole := sizes.get(str(name), 0)):
            factor = 1 + (factor - 1) * np.sqrt(max(1 - n / whole, 0.0))
        found[:, one] = factor
    return found


def means(
    values: Table, *, weights: NDArray[np.float64], factors: Table, level: float = 0.95
) -> Means:
    """Weighted means of the columns of ``values`` (answers, columns), NaN for no answer.

    ``factors`` as ``draws`` gives them: one drawing serves all columns, also of a part of
    the organisations (the others NaN). Cost: runs · answers · columns.
    """
    there = np.isfinite(values)
    if not len(values) == len(weights) == factors.shape[1]:
        raise Unfit("shape", dimensions=values.ndim)
    w = np.asarray(weights, dtype=np.float64)
    filled = np.where(there, values, 0.0)
    each = there * w[:, None]
    whole = each.sum(axis=0)
    nothing = whole <= 0
    safe = np.where(nothing, 1.0, whole)
    above, below = factors @ (w[:, None] * filled), factors @ each
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = above / below
    drawn[:, nothing] = 0.0
    # A drawing without any of a small column's answers tells nothing of it.
    drawn = np.where(np.isfinite(drawn), drawn, (filled.T @ w / safe)[None, :])
    tail = (1 - level) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail], axis=0)
    blank = np.where(nothing, np.nan, 1.0)
    squares = (each**2).sum(axis=0)
    return Means(
        mean=filled.T @ w / safe * blank,
        low=low * blank,
        high=high * blank,
        error=drawn.std(axis=0, ddof=1) * blank if len(factors) > 1 else blank * 0.0,
        units=there.sum(axis=0),
        effective=np.where(nothing, 0.0, whole**2 / np.where(nothing, 1.0, squares)),
        top=each.max(axis=0, initial=0.0) / safe,
        weight=whole,
    )
