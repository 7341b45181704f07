"""Expectation-maximisation for missing values under a multivariate normal.

Dempster, Laird & Rubin (1977), Journal of the Royal Statistical Society B 39:1; the
equations of Little & Rubin (2019), Statistical Analysis with Missing Data, section 11.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["fill_normal"]

CLOSE, MOST_STEPS = 1e-9, 10_000
WORST_CONDITION = 1e12


def fill_normal(*, values: NDArray[np.float64], parent: str) -> NDArray[np.float64]:
    """Fill NaN by what the row's other values lead one to expect.

    ``values``: (units, indicators) of one ``parent``. Columns are brought to one scale first.
    A row without any value is filled with the means.

    Raises
    ------
    Unfit
        ``em_few`` (no more units than indicators + 1, or a column with fewer than two
        values), ``em_singular`` (columns that repeat each other), ``em_steps``.
    """
    rows, width = values.shape
    counts = (~np.isnan(values)).sum(axis=0)
    if rows <= width + 1 or counts.min() < 2:  # noqa: PLR2004
        raise Unfit("em_few", parent=parent, units=rows, indicators=width)
    shift, scale = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
    if not scale.min() > 0:
        raise Unfit("em_singular", parent=parent)
    x = (values - shift) / scale
    gaps = np.isnan(x)
    patterns, which = np.unique(gaps, axis=0, return_inverse=True)
    which = which.ravel()
    filled = np.where(gaps, 0.0, x)
    mean, covariance = np.zeros(width), np.eye(width)
    for _step in range(MOST_STEPS):
        extra = np.zeros((width, width))
        before = (filled.copy(), mean, covariance)
        for n, gap in enumerate(patterns):
            if not gap.any():
                continue
            members = which == n
            there = ~gap
            if there.any():
                known = covariance[np.ix_(there, there)]
                if np.linalg.cond(known) > WORST_CONDITION:
                    raise Unfit("em_singular", parent=parent)
                slope = np.linalg.solve(known, covariance[np.ix_(there, gap)])
                filled[np.ix_(members, gap)] = (
                    mean[gap] + (x[np.ix_(members, there)] - mean[there]) @ slope
                )
                rest = (
                    covariance[np.ix_(gap, gap)]
                    - covariance[np.ix_(gap, there)] @ slope
                )
            else:
                filled[np.ix_(members, gap)] = mean[gap]
                rest = covariance[np.ix_(gap, gap)]
            extra[np.ix_(gap, gap)] += members.sum() * rest
        mean = filled.mean(axis=0)
        apart = filled - mean
        covariance = (apart.T @ apart + extra) / rows
        moved = max(
            float(np.abs(now - then).max())
            for now, then in zip((filled, mean, covariance), before, strict=True)
        )
        if moved < CLOSE:
            return np.where(gaps, filled * scale + shift, values)
    raise Unfit("em_steps", parent=parent, steps=MOST_STEPS)
