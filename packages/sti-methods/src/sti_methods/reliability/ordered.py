"""Correlations of answers in few steps, as of the scales that lie behind them.

An answer of 1 to 4 is taken as a normal scale cut at thresholds: thresholds from the
margins, then the correlation by maximum likelihood (two steps). Olsson (1979),
Psychometrika 44:443. Volumes of the normal: Drezner & Wesolowsky (1990), J. Statistical
Computation and Simulation 35:101.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.unfit import Unfit
from sti_methods.late import Late
from sti_methods.reliability.whole import whole_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Table = NDArray[np.float64]

minimize_scalar = Late("scipy.optimize", "minimize_scalar")
norm = Late("scipy.stats", "norm")

# From this many steps on answers are taken as they are.
STEPS = 5
_NODES, _SHARES = np.polynomial.legendre.leggauss(96)
_LARGEST = 0.999


def polychoric(values: Table) -> Table:
    """(items, items) correlations of the scales behind ordered answers.

    Rows with a gap are left out. Made positive definite by the smallest shift of its
    eigenvalues where pairs contradict each other. Raises ``Unfit`` (``few_units``,
    ``no_spread``). Cost: items² searches of some 30 steps.
    """
    table = whole_rows(values)
    p = table.shape[1]
    found = np.eye(p)
    for i in range(p):
        for j in range(i):
            found[i, j] = found[j, i] = _pair(table[:, i], table[:, j])
    least, vectors = np.linalg.eigh(found)
    if least[0] < 1e-8:  # noqa: PLR2004
        found = (vectors * np.maximum(least, 1e-6)) @ vectors.T
        scale = np.sqrt(np.diag(found))
        found = found / np.outer(scale, scale)
    return found


def ordinal_alpha(values: Table) -> float:
    """Alpha of the scales behind the answers (Zumbo, Gadermann & Zeisser 2007)."""
    r = polychoric(values)
    k = len(r)
    if k < 2:  # noqa: PLR2004
        raise Unfit("few_codes", codes=k)
    return float(k / (k - 1) * (1 - k / r.sum()))


def _pair(x: Table, y: Table) -> float:
    _xs, rows = np.unique(x, return_inverse=True)
    _ys, columns = np.unique(y, return_inverse=True)
    counts = np.zeros((len(_xs), len(_ys)))
    np.add.at(counts, (rows, columns), 1)
    upper = _cuts(counts.sum(axis=1))
    right = _cuts(counts.sum(axis=0))

    def worth(r: float) -> float:
        below = _below(upper[:, None], right[None, :], r)
        cells = np.diff(np.diff(below, axis=0), axis=1)
        return -float((counts * np.log(np.maximum(cells, 1e-300))).sum())

    found = minimize_scalar(
        worth, bounds=(-_LARGEST, _LARGEST), method="bounded", options={"xatol": 1e-9}
    )
    return float(found.x)


def _cuts(counts: Table) -> Table:
    """Where the steps end on the normal scale, both infinities included."""
    shares = np.concatenate(([0.0], np.cumsum(counts) / counts.sum()))
    shares[-1] = 1.0
    return np.asarray(norm.ppf(shares))


def _below(h: Table, k: Table, r: float) -> Table:
    """P(X < h, Y < k) of two normals with correlation r, infinities at their limits."""
    h, k = np.broadcast_arrays(h, k)
    whole = norm.cdf(h) * norm.cdf(k)
    inside = np.isfinite(h) & np.isfinite(k)
    a, b = h[inside], k[inside]
    turn = np.arcsin(r)
    angles = turn * (_NODES + 1) / 2
    sines, squares = np.sin(angles), np.cos(angles) ** 2
    power = (a[:, None] ** 2 + b[:, None] ** 2 - 2 * np.outer(a * b, sines)) / (
        2 * squares
    )
    whole[inside] += turn / 2 * (np.exp(-power) @ _SHARES) / (2 * np.pi)
    return np.asarray(whole)
