"""Outliers: moved to their neighbour point by point, then logged, never dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.log import Step, digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sti_methods.composite.recipe import Treatment

__all__ = ["Treated", "moments", "treat"]

FEWEST = 4  # values, to tell a kurtosis
LOG_SHARE = 0.01  # of the range, added so that the lowest can be logged


@dataclass(frozen=True, kw_only=True)
class Treated:
    """``high``, ``low``: points moved down and up; ``logged``; ``failing``: still an outlier.

    All but ``values`` (units, indicators) are (indicators,).
    """

    values: NDArray[np.float64]
    high: NDArray[np.int64]
    low: NDArray[np.int64]
    logged: NDArray[np.bool_]
    failing: NDArray[np.bool_]
    before: NDArray[np.float64]
    after: NDArray[np.float64]

    def log(self, *, rule: Treatment, codes: Sequence[str]) -> Step:
        """The line of the run log; what still fails is a warning."""
        moved = self.high + self.low
        notes = {
            code: f"winsorised {self.high[n]} high {self.low[n]} low"
            for n, code in enumerate(codes)
            if moved[n]
        } | {code: "logged" for n, code in enumerate(codes) if self.logged[n]}
        warnings = [
            {
                "kind": "still_outlier",
                "code": code,
                "skewness": float(self.after[0, n]),
                "kurtosis": float(self.after[1, n]),
            }
            for n, code in enumerate(codes)
            if self.failing[n]
        ]
        return Step(
            name="treat",
            parameters={
                "method": rule.method,
                "skewness": rule.skewness,
                "kurtosis": rule.kurtosis,
                "winsorise": rule.winsorise,
                "log": rule.log,
                "leave": list(rule.leave),
            },
            counts={
                "winsorised": int((moved > 0).sum()),
                "points": int(moved.sum()),
                "logged": int(self.logged.sum()),
                "still_failing": int(self.failing.sum()),
            },
            codes=tuple(notes),
            notes=notes,
            warnings=tuple(warnings),
            digest=digest(self.values),
        )


def moments(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Skewness and excess kurtosis of each column as (2, columns), corrected for samples.

    The estimators G₁ and G₂ of Joanes & Gill (1998), The Statistician 47:183, as in SAS.
    NaN for fewer than four values or where all are equal.
    """
    count = (~np.isnan(values)).sum(axis=0).astype(float)
    n = np.where(count >= FEWEST, count, np.nan)
    clean = np.where(np.isnan(values), 0.0, values)
    apart = np.where(np.isnan(values), 0.0, clean - clean.sum(axis=0) / n)
    square = apart * apart
    m2 = square.sum(axis=0) / n
    # Rounding of a mean leaves a trace of spread in a column of equals.
    size = np.abs(clean).max(axis=0, initial=0.0)
    m2 = np.where(m2 > (1e-14 * size) ** 2, m2, np.nan)
    skew = (square * apart).sum(axis=0) / n / m2**1.5
    kurt = (square * square).sum(axis=0) / n / m2**2 - 3.0
    return np.array(
        [
            skew * np.sqrt(n * (n - 1)) / (n - 2),
            ((n + 1) * kurt + 6) * (n - 1) / ((n - 2) * (n - 3)),
        ]
    )


def _fails(told: NDArray[np.float64], rule: Treatment) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        return np.asarray(
            (np.abs(told[0]) >= rule.skewness) & (told[1] >= rule.kurtosis)
        )


def treat(
    *, values: NDArray[np.float64], rule: Treatment, codes: Sequence[str]
) -> Treated:
    """Treat each indicator that is an outlier by both measures.

    The extreme value on the skewed side is moved to the next one and the test repeated, at
    most ``rule.winsorise`` times; what still fails starts again from its values as
    log(x - min + 0.01 (max - min)), if the rule says so.

    ``values``: (units, indicators), NaN for missing. Cost: some 0.5 ms for 51 x 49.
    """
    before = moments(values)
    width = values.shape[1]
    high, low = np.zeros(width, dtype=np.int64), np.zeros(width, dtype=np.int64)
    logged: NDArray[np.bool_] = np.zeros(width, dtype=bool)
    left = np.array([code in rule.leave for code in codes], dtype=bool)
    failing = _fails(before, rule) & ~left
    if rule.method == "none":
        failing[:] = False
    out, after = values.copy(), before.copy()
    places = np.flatnonzero(failing)
    ordered = np.sort(values[:, places], axis=0)
    count = (~np.isnan(values[:, places])).sum(axis=0)
    for _point in range(rule.winsorise):
        active = failing[places] & (high[places] + low[places] < count - 2)
        if not active.any():
            break
        at = places[active]
        up = after[0, at] > 0
        high[at] += up
        low[at] += ~up
        columns = np.flatnonzero(active)
        floor = ordered[low[at], columns]
        ceiling = ordered[count[active] - 1 - high[at], columns]
        out[:, at] = np.clip(values[:, at], floor, ceiling)
        after[:, at] = moments(out[:, at])
        failing[at] = _fails(after[:, at], rule)
    if rule.log and failing.any():
        at = np.flatnonzero(failing)
        lowest = np.nanmin(values[:, at], axis=0)
        span = np.nanmax(values[:, at], axis=0) - lowest
        out[:, at] = np.log(values[:, at] - lowest + LOG_SHARE * span)
        high[at], low[at], logged[at] = 0, 0, True
        after[:, at] = moments(out[:, at])
        failing[at] = _fails(after[:, at], rule)
    return Treated(
        values=out,
        high=high,
        low=low,
        logged=logged,
        failing=failing,
        before=before,
        after=after,
    )
