"""How much of a score is merit, severity and chance: restricted maximum likelihood.

Average-information steps (Gilmour, Thompson & Cullis 1995, Biometrics 51:1440) on the
mixed-model equations, halved until the likelihood grows; a variance that falls to nothing
is left at nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sti_methods.calibration.blocks import Block, Solved

__all__ = ["Variances", "estimate", "solve_all"]

# A variance of this share of the residual one cannot be told from none.
NOTHING = 1e-8
_STEPS, _HALVES, _CLOSE = 100, 30, 1e-9


@dataclass(frozen=True, kw_only=True)
class Variances:
    """In squared points of the score; 0 where none was found."""

    merit: float
    severity: float
    residual: float
    steps: int

    @property
    def reliability(self) -> float:
        """The share of merit in the variance of one score (intraclass correlation)."""
        return self.merit / (self.merit + self.severity + self.residual)


def solve_all(
    blocks: Sequence[Block],
    y: NDArray[np.float64],
    weight: NDArray[np.float64],
    theta: NDArray[np.float64],
) -> list[Solved]:
    """Solve every panel under (merit, severity, residual) variances."""
    return [
        b.solve(y, weight, merit=theta[2] / theta[0], severity=theta[2] / theta[1])
        for b in blocks
    ]


def estimate(
    blocks: Sequence[Block], y: NDArray[np.float64], weight: NDArray[np.float64]
) -> tuple[Variances, list[Solved]]:
    """REML estimates and the equations solved under them.

    Deterministic. Cost of a step: k³ for each panel of k names on its smaller side;
    about six steps.
    """
    spread = max(float(np.var(y)), np.finfo(float).tiny)
    theta = spread * np.array([0.4, 0.2, 0.4])
    state = _state(blocks, y, weight, theta)
    for step in range(1, _STEPS + 1):
        floor = NOTHING * theta[2]
        free = (theta > floor * (1 + 1e-12)) | (state.gradient < 0)
        free[2] = True
        move = np.zeros(3)
        move[free] = np.linalg.solve(
            state.information[np.ix_(free, free)], -state.gradient[free]
        )
        gain = -float(state.gradient @ move)
        if gain < _CLOSE:
            return _told(theta, step), state.solved
        for _half in range(_HALVES):
            trial = np.maximum(theta + move, NOTHING * theta[2])
            trial[2] = max(theta[2] + move[2], theta[2] / 4)
            found = _state(blocks, y, weight, trial)
            if found.deviance <= state.deviance:
                break
            move /= 2
        else:
            return _told(theta, step), state.solved
        settled = state.deviance - found.deviance < _CLOSE and gain < 1e-6  # noqa: PLR2004
        theta, state = trial, found
        if settled:
            return _told(theta, step), state.solved
    msg = "The variances did not settle."
    raise ArithmeticError(msg)


def _told(theta: NDArray[np.float64], steps: int) -> Variances:
    merit, severity, residual = map(float, theta)
    least = 10 * NOTHING * residual
    return Variances(
        merit=merit if merit > least else 0.0,
        severity=severity if severity > least else 0.0,
        residual=residual,
        steps=steps,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _State:
    """-2 log likelihood with its gradient, and the average information twice."""

    deviance: float
    gradient: NDArray[np.float64]
    information: NDArray[np.float64]
    solved: list[Solved]


def _state(
    blocks: Sequence[Block],
    y: NDArray[np.float64],
    weight: NDArray[np.float64],
    theta: NDArray[np.float64],
) -> _State:
    merit, severity, residual = theta
    solved = solve_all(blocks, y, weight, theta)
    n = y.size - len(solved)
    deviance, gradient, information = 0.0, np.zeros(3), np.zeros((3, 3))
    for one in solved:
        own = y[one.block.rows]
        rest = own - one.fitted(one.small, one.large)
        u, s = one.merits, one.severities
        var_u, var_s = one.variances(with_level=False)
        trace_u, trace_s = var_u.sum(), var_s.sum()
        deviance += one.log_determinant + float(one.weight * rest @ own) / residual
        deviance += u.size * np.log(merit / residual)
        deviance += s.size * np.log(severity / residual)
        squares = np.array([u @ u, s @ s])
        level = np.array([u.size, s.size])
        trace = np.array([trace_u, trace_s])
        both = np.array([merit, severity])
        gradient[:2] += level / both - (trace * residual + squares) / both**2
        gradient[2] += (
            own.size - 1 - level.sum() + residual * (trace / both).sum()
        ) / residual - float(one.weight * rest @ rest) / residual**2
        directions = np.array(
            [u[one.block.p] / merit, s[one.block.r] / severity, rest / residual]
        )
        projected = np.array([one.rest(d) for d in directions]) / residual
        information += directions @ projected.T
    return _State(
        deviance=float(deviance + n * np.log(residual)),
        gradient=gradient,
        information=(information + information.T) / 2,
        solved=solved,
    )
