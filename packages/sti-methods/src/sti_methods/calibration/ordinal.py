"""Ballots in steps (fail, pass, good …): a cumulative probit with merit and severity.

Each ballot is a hidden score, merit + severity + chance of variance 1, cut at thresholds
that all reviewers share. Penalised quasi-likelihood (Breslow & Clayton 1993, JASA 88:9)
on the equations of the linear model; variances by Schall's rule (1991, Biometrika 78:719).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from sti_methods.calibration.variances import Variances, solve_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sti_methods.calibration.blocks import Block, Solved

__all__ = ["Steps", "estimate_steps"]

_ROUNDS, _CLOSE, _LEAST = 500, 1e-7, 1e-8
# So little still moves only where a variance creeps towards nothing.
_NEARLY = 1e-4


@dataclass(frozen=True, kw_only=True, eq=False)
class Steps:
    """The points that ballots take and the thresholds between them, on the hidden scale."""

    points: NDArray[np.float64]
    thresholds: NDArray[np.float64]

    def expected(self, hidden: NDArray[np.float64]) -> NDArray[np.float64]:
        """The mean ballot of reviewers of mean severity, for hidden merits."""
        over = ndtr(hidden[..., None] - self.thresholds)
        return np.asarray(self.points[0] + over @ np.diff(self.points))


def estimate_steps(
    blocks: Sequence[Block], y: NDArray[np.float64]
) -> tuple[Variances, list[Solved], Steps]:
    """Fit the steps; merits and severities are on the hidden scale, chance is 1.

    Raises
    ------
    ValueError
        Fewer than two different ballots.
    ArithmeticError
        The steps did not settle.
    """
    values, step = np.unique(y, return_inverse=True)
    step = np.asarray(step).ravel()
    if values.size < 2:  # noqa: PLR2004
        msg = "All ballots are the same."
        raise ValueError(msg)
    share = np.cumsum(np.bincount(step))[:-1] / y.size
    cuts = ndtri(share) * np.sqrt(1.6)
    eta = np.zeros(y.size)
    theta = np.array([0.4, 0.2, 1.0])
    for rounds in range(1, _ROUNDS + 1):
        before = np.concatenate([cuts, theta])
        slope, curve = _slopes(step, cuts, eta)
        working = eta + slope / curve
        solved = solve_all(blocks, working, curve, theta)
        eta, squares, traces, count = _gathered(blocks, solved, y.size)
        theta[:2] = np.maximum(
            squares / np.maximum(count - traces / theta[:2], _LEAST), _LEAST
        )
        cuts = _cut(step, cuts, eta)
        moved = np.abs(np.concatenate([cuts, theta]) - before).max()
        if moved < (_NEARLY if rounds == _ROUNDS else _CLOSE):
            merit, severity = (float(t) if t > 10 * _LEAST else 0.0 for t in theta[:2])
            found = Variances(
                merit=merit, severity=severity, residual=1.0, steps=rounds
            )
            return found, solved, Steps(points=values, thresholds=cuts)
    msg = "The thresholds did not settle."
    raise ArithmeticError(msg)


def _gathered(
    blocks: Sequence[Block], solved: Sequence[Solved], size: int
) -> tuple[
    NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]
]:
    eta, squares, traces, count = np.zeros(size), np.zeros(2), np.zeros(2), np.zeros(2)
    for block, one in zip(blocks, solved, strict=True):
        eta[block.rows] = one.fitted(one.small, one.large)
        u, s = one.merits, one.severities
        squares += [u @ u, s @ s]
        traces += [t.sum() for t in one.variances(with_level=False)]
        count += [u.size, s.size]
    return eta, squares, traces, count


def _density(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.exp(-x * x / 2) / np.sqrt(2 * np.pi))


def _ends(
    step: NDArray[np.int64], cuts: NDArray[np.float64], eta: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Both ends of a ballot's interval and its probability."""
    edge = np.concatenate([[-40.0], cuts, [40.0]])
    low, high = edge[step] - eta, edge[step + 1] - eta
    # The tail that keeps its digits.
    chance = np.where(low > 0, ndtr(-low) - ndtr(-high), ndtr(high) - ndtr(low))
    return low, high, np.maximum(chance, 1e-300)


def _slopes(
    step: NDArray[np.int64], cuts: NDArray[np.float64], eta: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """First derivative of the log likelihood by eta, and the negative second."""
    low, high, chance = _ends(step, cuts, eta)
    slope = (_density(low) - _density(high)) / chance
    second = (low * _density(low) - high * _density(high)) / chance
    return slope, np.maximum(np.square(slope) - second, 1e-6)


def _cut(
    step: NDArray[np.int64], cuts: NDArray[np.float64], eta: NDArray[np.float64]
) -> NDArray[np.float64]:
    """One Newton step of the thresholds, halved until they stay in order."""
    low, high, chance = _ends(step, cuts, eta)
    k = cuts.size
    up, down = _density(high) / chance, _density(low) / chance
    last, first = step < k, step > 0
    gradient = np.bincount(step[last], weights=up[last], minlength=k)
    gradient -= np.bincount(step[first] - 1, weights=down[first], minlength=k)
    own = np.bincount(
        step[last], weights=(up * (up + high))[last], minlength=k
    ) + np.bincount(step[first] - 1, weights=(down * (down - low))[first], minlength=k)
    inner = last & first
    beside = -np.bincount(step[inner], weights=(up * down)[inner], minlength=k)[1:]
    hessian = np.diag(own) + np.diag(beside, 1) + np.diag(beside, -1)
    # The level of the panels and the thresholds move together: hold their middle.
    move = np.linalg.solve(hessian + 1e-9 * np.eye(k), gradient)
    while (np.diff(cuts + move) <= 0).any():
        move /= 2
    return np.asarray(cuts + move)
