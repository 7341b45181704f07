"""How long things stay, when some have not left yet.

Kaplan & Meier (1958), JASA 53:457; Greenwood (1926), Reports on Public Health 33;
Brookmeyer & Crowley (1982), Biometrics 38:29 (bounds of the median); Kalbfleisch & Prentice
(1980), The Statistical Analysis of Failure Time Data (log-log bounds).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.unfit import Unfit
from sti_methods.late import Late

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Values = Sequence[float] | NDArray[np.float64]

norm = Late("scipy.stats", "norm")


@dataclass(frozen=True, kw_only=True)
class Survival:
    """The part that is still there after each time at which something left.

    All arrays are (times,). ``at_risk``: there until then; ``left``: left just then; ``part``
    with ``low`` and ``high``, and ``error`` by Greenwood (NaN where nothing is left of it).
    ``median`` is None while more than half is still there, and so are its bounds; ``still``:
    how many had not left when they were last seen.
    """

    times: NDArray[np.float64]
    at_risk: NDArray[np.int_]
    left: NDArray[np.int_]
    part: NDArray[np.float64]
    error: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    count: int
    still: int
    longest: float
    median: float | None
    median_low: float | None
    median_high: float | None

    def mean_until(self, end: float) -> float:
        """The mean time there, of at most ``end`` (0 or more), which makes it one for all."""
        inside = self.times < end
        edges = np.concatenate(([0.0], self.times[inside], [end]))
        return float(np.diff(edges) @ np.concatenate(([1.0], self.part[inside])))


def kaplan_meier(times: Values, left: Sequence[bool] | NDArray[np.bool_], *, level: float = 0.95) -> Survival:  # fmt: skip
    """Estimate the curve from times, and whether each left then or was still there.

    Who leaves at a time is counted before who was last seen at it. Bounds are log-log: they
    stay between 0 and 1. Raises ``Unfit``: ``few_units`` without a time, ``shape``,
    ``infinite``, ``negative`` (place). Cost: sorting.
    """
    t, gone = np.asarray(times, dtype=np.float64), np.asarray(left, dtype=bool)
    if t.ndim != 1 or t.shape != gone.shape:
        raise Unfit("shape", dimensions=t.ndim)
    if not len(t):
        raise Unfit("few_units", units=0)
    if not np.isfinite(t).all():
        raise Unfit("infinite")
    if (t < 0).any():
        raise Unfit("negative", place=int(np.flatnonzero(t < 0)[0]))
    at = np.unique(t[gone])
    at_risk = len(t) - np.searchsorted(np.sort(t), at, side="left")
    events = np.array([int((t[gone] == one).sum()) for one in at], dtype=np.int_)
    part: NDArray[np.float64] = np.cumprod(1 - events / at_risk, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        summed = np.cumsum(events / (at_risk * (at_risk - events)))
        error = part * np.sqrt(summed)
        wide = float(norm.ppf((1 + level) / 2)) * np.sqrt(summed) / np.log(part)
        low: NDArray[np.float64] = part ** np.exp(-wide)
        high: NDArray[np.float64] = part ** np.exp(wide)
    return Survival(
        times=at,
        at_risk=at_risk,
        left=events,
        part=part,
        error=np.where(part > 0, error, np.nan),
        low=np.where(part > 0, low, np.nan),
        high=np.where(part > 0, high, np.nan),
        count=len(t),
        still=int((~gone).sum()),
        longest=float(t.max()),
        median=_first(at, part),
        median_low=_first(at, np.where(part > 0, low, 0.0)),
        median_high=_first(at, np.where(part > 0, high, np.inf)),
    )


def _first(times: NDArray[np.float64], curve: NDArray[np.float64]) -> float | None:
    """When the curve first falls to one half or below."""
    below = np.flatnonzero(curve <= 0.5 + 1e-12)
    return float(times[below[0]]) if len(below) else None
