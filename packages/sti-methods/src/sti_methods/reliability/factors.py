"""Factor models by maximum likelihood: each item measures one factor, factors may correlate.

What alpha takes for granted (equal loadings) is estimated here: loadings, correlations of
factors, residual variances; omega, the variance extracted and the fit follow. Items are
standardised by nothing: loadings are in the items' own units, factors have variance 1.
Jöreskog (1969), Psychometrika 34:183; McDonald (1999), Test Theory; Fornell & Larcker
(1981), J. Marketing Research 18:39.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.unfit import Unfit
from sti_methods.late import Late
from sti_methods.reliability.whole import whole_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Table = NDArray[np.float64]

minimize = Late("scipy.optimize", "minimize")
chi_square = Late("scipy.stats", "chi2")

# A residual variance at this part of the item's variance or below is no measurement.
LEAST_RESIDUAL = 1e-6
_STEPS, _STILL = 200, 1e-11


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A fitted model.

    ``loadings`` and ``residuals`` stand in the order of the items, ``factor`` says which
    factor each belongs to; ``correlations`` is (factors, factors). ``chi2`` is n times the
    discrepancy (no small-sample correction). ``improper``: a residual variance fell to
    nothing, so that the model does not hold and what follows of it is no answer.
    """

    factor: tuple[int, ...]
    loadings: Table
    residuals: Table
    correlations: Table
    observed: Table
    units: int
    chi2: float
    df: int
    p: float
    cfi: float
    tli: float
    rmsea: float
    srmr: float
    improper: bool

    def of(self, factor: int) -> NDArray[np.intp]:
        """Places of the items of one factor."""
        return np.flatnonzero(np.asarray(self.factor) == factor)


def fit_factors(values: Table, *, factor: Sequence[int]) -> Fit:
    """Fit the model in which item j measures factor ``factor[j]`` alone.

    Parameters
    ----------
    values : (units, items) float
        NaN where an answer is missing; rows with a gap are left out.
    factor : (items,) int
        From 0 on without holes. A factor of two items is identified only beside others.

    Raises
    ------
    Unfit
        ``shape``; ``no_spread`` (item): all answers are the same; ``few_units`` (units,
        items): not more rows than items; ``not_identified``: more parameters than
        covariances; ``dependent``: items that others determine; ``no_fit``.

    Notes
    -----
    Quasi-Newton from the centroid, then Fisher scoring to the last digits; cost about
    items³ a step, hundreds of steps at most.
    """
    table = whole_rows(values, items=len(factor))
    n, p = table.shape
    places = np.asarray(factor, dtype=np.intp)
    m = int(places.max()) + 1
    if n <= p:
        raise Unfit("few_units", units=n, items=p)
    df = p * (p + 1) // 2 - (2 * p + m * (m - 1) // 2)
    sizes = np.bincount(places, minlength=m)
    alone = m == 1 and p < 3  # noqa: PLR2004 -- three covariances carry one factor
    if df < 0 or alone or (sizes < 2).any():  # noqa: PLR2004
        raise Unfit("not_identified", items=p, factors=m)
    observed = np.cov(table, rowvar=False, bias=True)
    sign, log_observed = np.linalg.slogdet(observed)
    if sign <= 0 or np.linalg.cond(_correlation(observed)) > 1e12:  # noqa: PLR2004
        raise Unfit("dependent", items=p)
    # In correlations all parameters are of one size; the units come back at the end.
    scale = np.sqrt(np.diag(observed))
    model = _Model(_correlation(observed), places, m)
    found = model.solve()
    loadings, phi, residuals = model.parts(found)
    least = model.discrepancy(found)
    log_correlation = log_observed - 2 * float(np.log(scale).sum())
    chi2 = max(n * (least - log_correlation - p), 0.0)
    turned = np.array(
        [1.0 if loadings[places == f].sum() >= 0 else -1.0 for f in range(m)]
    )
    loadings = loadings * turned[places]
    phi = phi * np.outer(turned, turned)
    implied = phi[np.ix_(places, places)] * np.outer(loadings, loadings)
    implied[np.diag_indices(p)] += residuals
    off = np.tril_indices(p)
    srmr = float(np.sqrt(np.mean((model.observed - implied)[off] ** 2)))
    null_chi2, null_df = -n * log_correlation, p * (p - 1) // 2
    cfi, tli, rmsea = indices_of_fit(
        chi2=chi2, df=df, null_chi2=null_chi2, null_df=null_df, units=n
    )
    return Fit(
        factor=tuple(int(f) for f in places),
        loadings=loadings * scale,
        residuals=residuals * scale**2,
        correlations=phi,
        observed=observed,
        units=n,
        chi2=chi2,
        df=df,
        p=float(chi_square.sf(chi2, df)) if df else 1.0,
        cfi=cfi,
        tli=tli,
        rmsea=rmsea,
        srmr=srmr,
        improper=bool((residuals <= LEAST_RESIDUAL * 1.01).any()),
    )


def indices_of_fit(
    *, chi2: float, df: int, null_chi2: float, null_df: int, units: int, groups: int = 1
) -> tuple[float, float, float]:
    """CFI and TLI against the model without factors, and RMSEA (of ``groups`` groups).

    Bentler (1990), Psychological Bulletin 107:238; Steiger (1998), Structural Equation
    Modeling 5:411.
    """
    over, null_over = max(chi2 - df, 0.0), max(null_chi2 - null_df, chi2 - df, 0.0)
    cfi = 1 - over / null_over if null_over else 1.0
    if not df:
        return cfi, 1.0, 0.0
    null_ratio = null_chi2 / null_df
    tli = (null_ratio - chi2 / df) / (null_ratio - 1) if null_ratio != 1 else 1.0
    return cfi, tli, float(np.sqrt(groups * over / (df * units)))


def omega(fit: Fit, *, factor: int = 0) -> float:
    """The part of the variance of the items' sum that the factor makes, by the model."""
    one = fit.of(factor)
    common = float(fit.loadings[one].sum()) ** 2
    return common / (common + float(fit.residuals[one].sum()))


def omega_observed(fit: Fit, *, factor: int = 0) -> float:
    """The same over the variance that the sum was seen to have."""
    one = fit.of(factor)
    whole = float(fit.observed[np.ix_(one, one)].sum())
    return float(fit.loadings[one].sum()) ** 2 / whole


def average_variance(fit: Fit, *, factor: int = 0) -> float:
    """AVE: what the factor explains of its items' variances (in the items' units)."""
    one = fit.of(factor)
    common = float((fit.loadings[one] ** 2).sum())
    return common / (common + float(fit.residuals[one].sum()))


def _correlation(covariance: Table) -> Table:
    scale = np.sqrt(np.diag(covariance))
    found: Table = covariance / np.outer(scale, scale)
    return found


class _Model:
    """The discrepancy, its gradient and its expected curvature over free parameters.

    They are: loadings (p), correlations of factors below the diagonal, residuals (p).
    """

    def __init__(self, observed: Table, factor: NDArray[np.intp], factors: int) -> None:
        self.observed, self.factor, self.m = observed, factor, factors
        self.p = len(factor)
        self.below = np.tril_indices(factors, -1)

    def parts(self, free: Table) -> tuple[Table, Table, Table]:
        phi = np.eye(self.m)
        phi[self.below] = phi[self.below[::-1]] = free[self.p : -self.p]
        return free[: self.p], phi, free[-self.p :]

    def _implied(self, free: Table) -> tuple[Table, Table]:
        loadings, phi, residuals = self.parts(free)
        pattern = np.zeros((self.p, self.m))
        pattern[np.arange(self.p), self.factor] = loadings
        return pattern, pattern @ phi @ pattern.T + np.diag(residuals)

    def discrepancy(self, free: Table) -> float:
        return self._told(free)[0]

    def _told(self, free: Table) -> tuple[float, Table]:
        _loadings, phi, _residuals = self.parts(free)
        pattern, implied = self._implied(free)
        sign, log = np.linalg.slogdet(implied)
        if sign <= 0:
            return 1e10, np.zeros_like(free)
        inverse = np.linalg.inv(implied)
        worth = float(log) + float(np.einsum("ij,ji", self.observed, inverse))
        weight = inverse - inverse @ self.observed @ inverse
        of_pattern = 2 * (weight @ pattern @ phi)
        of_phi = 2 * (pattern.T @ weight @ pattern)
        return worth, np.concatenate(
            (
                of_pattern[np.arange(self.p), self.factor],
                of_phi[self.below],
                np.diag(weight),
            )
        )

    def _slopes(self, free: Table) -> tuple[Table, Table]:
        """Derivatives of the implied covariances, and the inverse of these."""
        _loadings, phi, _residuals = self.parts(free)
        pattern, implied = self._implied(free)
        shared = pattern @ phi
        slopes: Table = np.zeros((len(free), self.p, self.p))
        for j in range(self.p):
            column = shared[:, self.factor[j]]
            slopes[j, j, :] += column
            slopes[j, :, j] += column
            slopes[len(free) - self.p + j, j, j] = 1
        for at, (a, b) in enumerate(zip(*self.below, strict=True)):
            crossed = np.outer(pattern[:, a], pattern[:, b])
            slopes[self.p + at] = crossed + crossed.T
        inverse: Table = np.asarray(np.linalg.inv(implied), dtype=np.float64)
        return slopes, inverse

    def solve(self) -> Table:
        start = np.concatenate(
            (
                np.full(self.p, 0.7),
                np.full(len(self.below[0]), 0.3),
                np.full(self.p, 0.5),
            )
        )
        for j in range(self.p):  # an item keyed the other way round begins there
            mates = np.flatnonzero(self.factor == self.factor[j])
            if self.observed[j, mates].sum() - 1 < 0:
                start[j] = -0.7
        bounds = [
            *[(None, None)] * self.p,
            *[(-0.9999, 0.9999)] * len(self.below[0]),
            *[(LEAST_RESIDUAL, None)] * self.p,
        ]
        found = minimize(
            self._told,
            start,
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 5000, "ftol": 1e-15, "gtol": 1e-9},
        )
        if not np.isfinite(found.fun) or found.fun >= 1e9:  # noqa: PLR2004
            raise Unfit("no_fit", items=self.p)
        return self._polished(np.asarray(found.x, dtype=np.float64))

    def _polished(self, free: Table) -> Table:
        """Fisher scoring from near the optimum, within the bounds; never uphill."""
        worth, slope = self._told(free)
        for _step in range(_STEPS):
            slopes, inverse = self._slopes(free)
            held = np.zeros(len(free), dtype=bool)
            held[-self.p :] = free[-self.p :] <= LEAST_RESIDUAL * 1.01
            turned = slopes @ inverse
            curvature = np.einsum("aij,bji->ab", turned, turned)
            moving = ~held
            try:
                move = np.linalg.solve(curvature[np.ix_(moving, moving)], slope[moving])
            except np.linalg.LinAlgError:
                return free
            tried = free.copy()
            tried[moving] -= move
            tried[-self.p :] = np.maximum(tried[-self.p :], LEAST_RESIDUAL)
            tried_worth, tried_slope = self._told(tried)
            if tried_worth > worth + 1e-14:
                return free
            free, worth, slope = tried, tried_worth, tried_slope
            if float(np.abs(move).max(initial=0.0)) < _STILL:
                return free
        return free
