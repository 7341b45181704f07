"""Whether a scale measures the same in every group, before the groups' means are compared.

Four nested models by maximum likelihood with means: the same pattern (configural), also
the same loadings (metric), also the same intercepts (scalar). Each step holds when the
CFI falls by no more than .01. Cheung & Rensvold (2002), Structural Equation Modeling
9:233; Chen (2007), ibid. 14:464; Meredith (1993), Psychometrika 58:525.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from sti_methods.composite.unfit import Unfit
from sti_methods.late import Late
from sti_methods.reliability.factors import LEAST_RESIDUAL, indices_of_fit
from sti_methods.reliability.whole import whole_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Table = NDArray[np.float64]

minimize = Late("scipy.optimize", "minimize")
chi_square = Late("scipy.stats", "chi2")

Stage = Literal["configural", "metric", "scalar"]
STAGES: tuple[Stage, ...] = ("configural", "metric", "scalar")
LARGEST_FALL = 0.01


@dataclass(frozen=True, kw_only=True)
class Step:
    """One model; ``fall`` is how much its CFI is below that of the model before."""

    stage: Stage
    chi2: float
    df: int
    p: float
    cfi: float
    rmsea: float
    fall: float
    holds: bool


@dataclass(frozen=True, kw_only=True)
class Invariance:
    """The steps in their order, up to the scalar one.

    ``level``: the last stage up to which every step holds; empty where not even the
    pattern fits (CFI below ``least_cfi``). Means may be compared at ``scalar``,
    correlations with other things at ``metric``.
    """

    steps: tuple[Step, ...]
    level: Stage | Literal[""]
    groups: tuple[str, ...]
    units: tuple[int, ...]
    least_cfi: float


def invariance(
    groups: Mapping[str, Table],
    *,
    factor: Sequence[int],
    largest_fall: float = LARGEST_FALL,
    least_cfi: float = 0.90,
) -> Invariance:
    """Fit the three models to the groups' answers.

    ``groups``: (units, items) each, the same items, NaN where an answer is missing; rows
    with a gap are left out. Raises ``Unfit``: ``few_groups`` (fewer than two),
    ``no_spread``, ``dependent``; ``few_units`` (group, units, items): not more rows than
    items; ``not_identified``: a factor of fewer than three items. Cost about
    groups · items³ a step, some hundreds of steps a model.
    """
    if len(groups) < 2:  # noqa: PLR2004
        raise Unfit("few_groups", groups=len(groups))
    places = np.asarray(factor, dtype=np.intp)
    if (np.bincount(places) < 3).any():  # noqa: PLR2004
        raise Unfit("not_identified", items=len(places), factors=int(places.max()) + 1)
    tables = [whole_rows(one, items=len(factor)) for one in groups.values()]
    for name, table in zip(groups, tables, strict=True):
        if len(table) <= len(factor):
            raise Unfit("few_units", group=name, units=len(table), items=len(factor))
    model = _Groups(tables, places)
    null_chi2, null_df = model.without_factors()
    steps: list[Step] = []
    start: Table | None = None
    for stage in STAGES:
        least, free = model.fit(stage, start)
        start = free if stage == "configural" else start
        df = model.freedom(stage)
        cfi, _tli, rmsea = indices_of_fit(
            chi2=least,
            df=df,
            null_chi2=null_chi2,
            null_df=null_df,
            units=model.units,
            groups=len(tables),
        )
        fall = steps[-1].cfi - cfi if steps else 0.0
        steps.append(
            Step(
                stage=stage,
                chi2=least,
                df=df,
                p=float(chi_square.sf(least, df)) if df else 1.0,
                cfi=cfi,
                rmsea=rmsea,
                fall=fall,
                holds=fall <= largest_fall if steps else cfi >= least_cfi,
            )
        )
    level: Stage | Literal[""] = ""
    for step in steps:
        if not step.holds:
            break
        level = step.stage
    return Invariance(
        steps=tuple(steps),
        level=level,
        groups=tuple(groups),
        units=tuple(len(table) for table in tables),
        least_cfi=least_cfi,
    )


class _Groups:
    """All groups at once. The first item of each factor has loading 1 (any scaling gives the
    same fit); covariances of factors go by their Cholesky factors.

    Free are, in this order: loadings (shared or for each group), then for each group the
    Cholesky factor, the residuals and, in the scalar model, the means of the factors
    (nothing in the first group); intercepts shared in the scalar model come last. Before
    it every group's means are its own and fit exactly.
    """

    def __init__(self, tables: Sequence[Table], factor: NDArray[np.intp]) -> None:
        # One scale for all groups, so that loadings and intercepts stay comparable.
        scale = np.concatenate(tables).std(axis=0)
        self.means = [table.mean(axis=0) / scale for table in tables]
        self.observed = [
            np.cov(table, rowvar=False, bias=True) / np.outer(scale, scale)
            for table in tables
        ]
        self.sizes = [len(table) for table in tables]
        self.units = sum(self.sizes)
        self.factor, self.p, self.m = factor, len(factor), int(factor.max()) + 1
        first = [int(np.flatnonzero(factor == f)[0]) for f in range(self.m)]
        self.freed = np.array([j for j in range(self.p) if j not in first])
        self.low = np.tril_indices(self.m)
        self.logs = []
        for one in self.observed:
            sign, log = np.linalg.slogdet(one)
            if sign <= 0 or np.linalg.cond(one) > 1e12:  # noqa: PLR2004
                raise Unfit("dependent", items=self.p)
            self.logs.append(float(log))

    def without_factors(self) -> tuple[float, int]:
        """Chi-square and its freedom where items go with nothing."""
        worth = sum(
            n * (float(np.log(np.diag(s)).sum()) - log)
            for n, s, log in zip(self.sizes, self.observed, self.logs, strict=True)
        )
        return worth, len(self.sizes) * self.p * (self.p - 1) // 2

    def freedom(self, stage: Stage) -> int:
        g, p, m = len(self.sizes), self.p, self.m
        loadings = (p - m) * (g if stage == "configural" else 1)
        free = loadings + g * (m * (m + 1) // 2 + p)
        free += p + (g - 1) * m if stage == "scalar" else g * p
        return g * (p * (p + 1) // 2 + p) - free

    def fit(self, stage: Stage, start: Table | None) -> tuple[float, Table]:
        begin = self._begin(stage) if start is None else self._from(stage, start)
        found = minimize(
            self._told,
            begin,
            args=(stage,),
            jac=True,
            method="L-BFGS-B",
            bounds=self._bounds(stage),
            options={"maxiter": 20_000, "maxfun": 50_000, "ftol": 1e-14, "gtol": 1e-8},
        )
        if not np.isfinite(found.fun) or found.fun >= 1e9:  # noqa: PLR2004
            raise Unfit("no_fit", items=self.p)
        return max(float(found.fun) * self.units, 0.0), np.asarray(found.x)

    def _begin(self, stage: Stage) -> Table:
        g = len(self.sizes)
        loadings = np.ones(len(self.freed) * (g if stage == "configural" else 1))
        cholesky = (0.7 * np.eye(self.m) + 0.0)[self.low]
        each = np.concatenate((cholesky, np.full(self.p, 0.5)))
        return np.concatenate((loadings, *[each] * g))

    def _from(self, stage: Stage, configural: Table) -> Table:
        """The groups' own solution, loadings averaged, as where the next model begins."""
        g, k = len(self.sizes), len(self.freed)
        loadings = np.average(
            configural[: g * k].reshape(g, k), axis=0, weights=self.sizes
        )
        parts = [loadings]
        size = len(self.low[0]) + self.p
        for at in range(g):
            begun = g * k + at * size
            parts.append(configural[begun : begun + size])
            if stage == "scalar" and at:
                parts.append(np.zeros(self.m))
        if stage == "scalar":
            parts.append(self.means[0])
        return np.concatenate(parts)

    def _bounds(self, stage: Stage) -> list[tuple[float | None, float | None]]:
        g = len(self.sizes)
        free: tuple[None, None] = (None, None)
        diagonal = self.low[0] == self.low[1]
        bounds: list[tuple[float | None, float | None]] = [free] * (
            len(self.freed) * (g if stage == "configural" else 1)
        )
        for at in range(g):
            bounds += [(1e-4, None) if d else free for d in diagonal]
            bounds += [(LEAST_RESIDUAL, None)] * self.p
            if stage == "scalar" and at:
                bounds += [free] * self.m
        if stage == "scalar":
            bounds += [free] * self.p
        return bounds

    def _told(self, free: Table, stage: Stage) -> tuple[float, Table]:
        """The discrepancy per unit and its gradient."""
        g, k, c = len(self.sizes), len(self.freed), len(self.low[0])
        shared = stage != "configural"
        slope = np.zeros_like(free)
        at = k if shared else g * k
        tail = len(free) - self.p
        rows = np.arange(self.p)
        worth = 0.0
        for group, n in enumerate(self.sizes):
            begun = 0 if shared else group * k
            pattern = np.zeros((self.p, self.m))
            pattern[rows, self.factor] = 1
            pattern[self.freed, self.factor[self.freed]] = free[begun : begun + k]
            root = np.zeros((self.m, self.m))
            root[self.low] = free[at : at + c]
            residuals = free[at + c : at + c + self.p]
            implied = pattern @ root @ root.T @ pattern.T + np.diag(residuals)
            sign, log = np.linalg.slogdet(implied)
            if sign <= 0:
                return 1e10, slope
            inverse = np.linalg.inv(implied)
            seen = self.observed[group]
            apart = np.zeros(self.p)
            means = np.zeros(self.m)
            if stage == "scalar":
                if group:
                    means = free[at + c + self.p : at + c + self.p + self.m]
                apart = self.means[group] - free[tail:] - pattern @ means
                seen = seen + np.outer(apart, apart)
            part = n / self.units
            worth += part * (
                float(log)
                + float(np.einsum("ij,ji", seen, inverse))
                - self.logs[group]
                - self.p
            )
            weight = part * (inverse - inverse @ seen @ inverse)
            pulled = part * (inverse @ apart)
            of_pattern = 2 * (weight @ pattern @ root @ root.T)
            of_pattern -= 2 * np.outer(pulled, means)
            slope[begun : begun + k] += of_pattern[self.freed, self.factor[self.freed]]
            slope[at : at + c] = (2 * (pattern.T @ weight @ pattern) @ root)[self.low]
            slope[at + c : at + c + self.p] = np.diag(weight)
            at += c + self.p
            if stage == "scalar":
                slope[tail:] -= 2 * pulled
                if group:
                    slope[at : at + self.m] = -2 * (pattern.T @ pulled)
                    at += self.m
        return worth, slope
