"""Whether groups differ, by how much, and which: means and ranks.

Welch (1951), Biometrika 38:330; Games & Howell (1976), J. Educational Statistics 1:113;
Kruskal & Wallis (1952), JASA 47:583; Dunn (1964), Technometrics 6:241; Holm (1979),
Scandinavian J. Statistics 6:65; Hedges (1981), J. Educational Statistics 6:107.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import exp, lgamma, log, sqrt
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.unfit import Unfit
from sti_methods.late import Late
from sti_methods.reliability.ranges import range_ppf, range_sf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Values = Sequence[float] | NDArray[np.float64]

brentq = Late("scipy.optimize", "brentq")
chi_square = Late("scipy.stats", "chi2")
fisher = Late("scipy.stats", "f")
nct = Late("scipy.stats", "nct")
norm = Late("scipy.stats", "norm")
rankdata = Late("scipy.stats", "rankdata")


@dataclass(frozen=True, kw_only=True)
class Overall:
    """A test of all groups together. ``effect`` is omega² (means) or epsilon² (ranks):
    the part of the variance that goes with the groups, corrected for chance.
    """

    test: str
    statistic: float
    df: tuple[float, ...]
    p: float
    effect: float


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two groups. ``difference`` is first less second, of means (or of mean ranks);
    ``p`` takes in that all pairs were looked at; ``g`` is Hedges' g with its interval.
    """

    first: str
    second: str
    difference: float
    low: float | None
    high: float | None
    p: float
    g: float
    g_low: float
    g_high: float


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Hedges' g, the difference of means in pooled deviations, and its interval."""

    g: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Welch:
    """Two means without the assumption of equal variances; ``difference`` with bounds."""

    t: float
    df: float
    p: float
    difference: float
    low: float
    high: float


def welch(first: Values, second: Values, *, level: float = 0.95) -> Welch:
    """Welch's t. Raises ``Unfit`` (``few_units``, ``no_spread``)."""
    a, b = (_held(one) for one in (first, second))
    va, vb = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    if va + vb <= 0:
        raise Unfit("no_spread", item=0)
    df = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    apart, error = float(a.mean() - b.mean()), sqrt(va + vb)
    # Student's t by way of F: t² has one and df degrees of freedom.
    far = sqrt(float(fisher.ppf(level, 1, df))) * error
    return Welch(
        t=apart / error,
        df=float(df),
        p=float(fisher.sf((apart / error) ** 2, 1, df)),
        difference=apart,
        low=apart - far,
        high=apart + far,
    )


def hedges_g(first: Values, second: Values, *, level: float = 0.95) -> Effect:
    """Hedges' g with the interval of the noncentral t. Raises ``Unfit`` as ``welch``."""
    a, b = (_held(one) for one in (first, second))
    n, m = len(a), len(b)
    df = n + m - 2
    pooled = sqrt(((n - 1) * a.var(ddof=1) + (m - 1) * b.var(ddof=1)) / df)
    if pooled <= 0:
        raise Unfit("no_spread", item=0)
    t = float(a.mean() - b.mean()) / (pooled * sqrt(1 / n + 1 / m))
    shrunk = exp(lgamma(df / 2) - log(sqrt(df / 2)) - lgamma((df - 1) / 2))
    unit = shrunk * sqrt(1 / n + 1 / m)
    tail = (1 - level) / 2
    return Effect(
        g=t * unit,
        low=_noncentral(t, df, 1 - tail) * unit,
        high=_noncentral(t, df, tail) * unit,
    )


def _noncentral(t: float, df: int, part: float) -> float:
    """The noncentrality at which so much of the distribution lies below t."""

    def over(at: float) -> float:
        below = float(nct.cdf(t, df, at))
        # So far out that SciPy gives up it is nothing, or all.
        return (float(at < t) if np.isnan(below) else below) - part

    far = 5.0 + abs(t) / sqrt(df)
    while over(t - far) < 0 or over(t + far) > 0:
        far *= 2
    return float(brentq(over, t - far, t + far, xtol=1e-10))


def welch_anova(groups: Mapping[str, Values]) -> Overall:
    """Whether means differ, variances equal or not; omega² as a share of variance.

    Raises ``Unfit``: ``few_groups``; ``few_units``, ``no_spread`` (group).
    """
    held = _several(groups)
    k = len(held)
    sizes = np.array([len(one) for one in held.values()], dtype=float)
    means = np.array([one.mean() for one in held.values()])
    variances = np.array([one.var(ddof=1) for one in held.values()])
    for name, variance in zip(held, variances, strict=True):
        if variance <= 0:
            raise Unfit("no_spread", group=name)
    weights = sizes / variances
    centre = (weights * means).sum() / weights.sum()
    spread = ((1 - weights / weights.sum()) ** 2 / (sizes - 1)).sum()
    above = (weights * (means - centre) ** 2).sum() / (k - 1)
    f = float(above / (1 + 2 * (k - 2) / (k**2 - 1) * spread))
    df2 = float((k**2 - 1) / (3 * spread))
    effect = (k - 1) * (f - 1) / ((k - 1) * (f - 1) + sizes.sum())
    return Overall(
        test="welch",
        statistic=f,
        df=(float(k - 1), df2),
        p=float(fisher.sf(f, k - 1, df2)),
        effect=max(float(effect), 0.0),
    )


def games_howell(
    groups: Mapping[str, Values], *, level: float = 0.95
) -> tuple[Pair, ...]:
    """Every pair of means by the studentised range, variances equal or not.

    Raises ``Unfit`` as ``welch_anova``. Cost: a quantile of the range for each pair.
    """
    held = _several(groups)
    k = len(held)
    found = []
    for (one, a), (other, b) in combinations(held.items(), 2):
        va, vb = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
        if va + vb <= 0:
            raise Unfit("no_spread", group=one)
        df = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
        apart, error = float(a.mean() - b.mean()), sqrt((va + vb) / 2)
        far = range_ppf(level, k, float(df)) * error
        effect = hedges_g(a, b, level=level)
        found.append(
            Pair(
                first=one,
                second=other,
                difference=apart,
                low=apart - far,
                high=apart + far,
                p=range_sf(abs(apart) / error, k, float(df)),
                g=effect.g,
                g_low=effect.low,
                g_high=effect.high,
            )
        )
    return tuple(found)


def kruskal_wallis(groups: Mapping[str, Values]) -> Overall:
    """Whether groups differ in rank, ties taken in; epsilon² = H / (n - 1) corrected.

    Raises ``Unfit``: ``few_groups``, ``few_units`` (group), ``no_spread``.
    """
    held = _several(groups)
    ranks, sizes, ties = _ranked(held)
    n, k = int(sizes.sum()), len(held)
    sums = np.array([one.sum() for one in ranks.values()])
    h = float(12 / (n * (n + 1)) * (sums**2 / sizes).sum() - 3 * (n + 1)) / ties
    return Overall(
        test="kruskal",
        statistic=h,
        df=(float(k - 1),),
        p=float(chi_square.sf(h, k - 1)),
        effect=max((h - k + 1) / (n - k), 0.0) if n > k else 0.0,
    )


def dunn_holm(groups: Mapping[str, Values], *, level: float = 0.95) -> tuple[Pair, ...]:
    """Every pair by mean ranks over all answers, p adjusted by Holm.

    Bounds are left out: of ranks they mean little. Raises ``Unfit`` as ``kruskal_wallis``.
    """
    held = _several(groups)
    ranks, sizes, ties = _ranked(held)
    n = int(sizes.sum())
    variance = n * (n + 1) / 12 * ties
    pairs = []
    for (one, a), (other, b) in combinations(ranks.items(), 2):
        apart = float(a.mean() - b.mean())
        z = apart / sqrt(variance * (1 / len(a) + 1 / len(b)))
        pairs.append((one, other, apart, 2 * float(norm.sf(abs(z)))))
    found = []
    for pair, p in zip(pairs, holm([p for *_pair, p in pairs]), strict=True):
        one, other, apart, _p = pair
        try:
            effect = hedges_g(held[one], held[other], level=level)
        except Unfit:  # both groups all alike: ranks differ, deviations are none
            effect = Effect(g=float("nan"), low=float("nan"), high=float("nan"))
        found.append(
            Pair(
                first=one,
                second=other,
                difference=apart,
                low=None,
                high=None,
                p=p,
                g=effect.g,
                g_low=effect.low,
                g_high=effect.high,
            )
        )
    return tuple(found)


def holm(ps: Sequence[float]) -> list[float]:
    """Probabilities adjusted for how many there are, in the order given; at most 1."""
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    told, highest = [0.0] * len(ps), 0.0
    for place, i in enumerate(order):
        highest = max(highest, min(ps[i] * (len(ps) - place), 1.0))
        told[i] = highest
    return told


def _ranked(
    held: Mapping[str, NDArray[np.float64]],
) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.float64], float]:
    """Ranks by group, group sizes, and what ties take off the variance."""
    values = np.concatenate(list(held.values()))
    ranks = rankdata(values)
    n = len(values)
    counts = np.unique(values, return_counts=True)[1].astype(float)
    ties = 1 - float((counts**3 - counts).sum()) / (n**3 - n)
    if ties <= 0:
        raise Unfit("no_spread", item=0)
    sizes = np.array([len(one) for one in held.values()], dtype=float)
    parts = np.split(ranks, np.cumsum(sizes)[:-1].astype(int))
    return dict(zip(held, parts, strict=True)), sizes, ties


def _several(groups: Mapping[str, Values]) -> dict[str, NDArray[np.float64]]:
    if len(groups) < 2:  # noqa: PLR2004
        raise Unfit("few_groups", groups=len(groups))
    return {name: _held(one, name) for name, one in groups.items()}


def _held(values: Values, group: str = "") -> NDArray[np.float64]:
    """What was answered, without gaps; two answers at least."""
    table = np.asarray(values, dtype=np.float64)
    table = table[np.isfinite(table)]
    if len(table) < 2:  # noqa: PLR2004
        raise Unfit("few_units", group=group, units=len(table))
    return table
