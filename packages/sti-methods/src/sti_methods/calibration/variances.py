"""How much of a score is merit, severity and chance: restricted maximum likelihood.

Average-information steps (Gilmour, Thompson & Cullis 1995, Biometrics 51:1440) on the
mixed-model equations, halved until the likelihood grows, or a round of expectation and maximisation
(Dempster, Laird & Rubin 1977, J. R. Stat. Soc. B 39:1) where none of the halves does; a variance that falls to nothing
is left at nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from sti_methods.calibration.blocks import Block, Solved

__all__ = ["Variances", "estimate", "solve_all"]

# A variance of this share of the residual one cannot be told from none.
NOTHING = 1e-8
_STEPS, _HALVES, _CLOSE = 100, 30, 1e-9
# Below this share of all variance chance is told from none by nothing but rounding.
_EXACT = 1e-7


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

    Where merit and severity explain every score, the likelihood grows without end as chance
    goes to nothing; chance is then that of rounding to the least step between scores, a
    twelfth of its square.

    Deterministic. Cost of a step: k³ for each panel of k names on its smaller side;
    about six steps.
    """
    spread = max(float(np.var(y)), np.finfo(float).tiny)
    least = _EXACT * spread
    start = spread * np.array([0.4, 0.2, 0.4])
    theta, state, steps = _climbed(blocks, y, weight, start, least)
    if theta[2] <= least * (1 + _EXACT):
        least = max(_step_of(y) ** 2 / 12, least)
        start[2] = least
        theta, state, more = _climbed(blocks, y, weight, start, least, chance=False)
        steps += more
    return _told(theta, steps), state.solved


def _step_of(y: NDArray[np.float64]) -> float:
    """The least difference between two scores that are not the same."""
    gaps = np.diff(np.unique(y))
    noise = np.finfo(float).eps * 16 * float(np.abs(y).max())
    return float(gaps[gaps > noise].min())


def _climbed(
    blocks: Sequence[Block],
    y: NDArray[np.float64],
    weight: NDArray[np.float64],
    theta: NDArray[np.float64],
    least: float,
    *,
    chance: bool = True,
) -> tuple[NDArray[np.float64], _State, int]:
    """Climb the likelihood from ``theta``; without ``chance`` the residual stays."""
    state = _state(blocks, y, weight, theta)
    for step in range(1, _STEPS + 1):
        floor = NOTHING * theta[2]
        free = (theta > 10 * floor) | (state.gradient < 0)
        free[2] = chance
        if not free.any():
            return theta, state, step
        newton = _newton(state, free)
        gain = np.inf if newton is None else -float(state.gradient @ newton)
        if 0 <= gain < _CLOSE:
            return theta, state, step
        found = None
        for way in _ways(state, free, newton):
            found = _further(blocks, y, weight, way, state, least)
            if found is not None:
                break
        if found is None:
            return theta, state, step
        before = state.deviance
        theta, state = found
        at_the_end = chance and theta[2] <= least * (1 + _EXACT)
        if at_the_end or (before - state.deviance < _CLOSE and gain < 1e-6):  # noqa: PLR2004
            return theta, state, step
    msg = "The variances did not settle."
    raise ArithmeticError(msg)


def _newton(state: _State, free: NDArray[np.bool_]) -> NDArray[np.float64] | None:
    """The average-information step; none where the information is singular."""
    move = np.zeros(3)
    try:
        move[free] = np.linalg.solve(
            state.information[np.ix_(free, free)], -state.gradient[free]
        )
    except np.linalg.LinAlgError:
        return None
    return move


def _ways(
    state: _State, free: NDArray[np.bool_], newton: NDArray[np.float64] | None
) -> Iterator[NDArray[np.float64]]:
    """The Newton step; a variance to nothing, where less is likelier; a round of EM."""
    if newton is not None:
        yield newton
    less = free & (state.gradient > 0)
    for gone in ([True, True, False], [False, True, False], [True, False, False]):
        if less[gone].all():
            yield np.where(gone, -state.theta, 0.0)
    yield np.where(free, state.fixed - state.theta, 0.0)


def _further(  # noqa: PLR0917
    blocks: Sequence[Block],
    y: NDArray[np.float64],
    weight: NDArray[np.float64],
    move: NDArray[np.float64],
    state: _State,
    least: float,
) -> tuple[NDArray[np.float64], _State] | None:
    """The first of the step and its halves at which the likelihood is no smaller."""
    theta = state.theta
    for _half in range(_HALVES):
        trial = np.maximum(theta + move, NOTHING * theta[2])
        trial[2] = max(theta[2] + move[2], theta[2] / 4, least)
        try:
            found = _state(blocks, y, weight, trial)
        except np.linalg.LinAlgError:
            found = None
        if found is not None and found.deviance <= state.deviance:
            return trial, found
        move = move / 2
    return None


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
    """-2 log likelihood with its gradient, and the average information twice.

    ``fixed``: where one round of expectation and maximisation would go from ``theta``.
    """

    theta: NDArray[np.float64]
    fixed: NDArray[np.float64]
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
    fixed, names = np.zeros(3), np.zeros(2)
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
        names += level
        fixed += [*(squares + trace * residual), float(one.weight * rest @ own)]
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
        theta=theta,
        fixed=fixed / [*names, max(n, 1)],
        deviance=float(deviance + n * np.log(residual)),
        gradient=gradient,
        information=(information + information.T) / 2,
        solved=solved,
    )
