"""Labour productivity, average and required growth, and whether targets fit together.

All rates are fractions a year (0.075 is 7.5 %). Growth over several years is geometric:
the mean of yearly rates is another number, and the gap grows with the swings.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sti_methods.productivity.plain import VERSION, Faulty, digest_of, numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sti_methods.productivity.plain import Numbers

__all__ = [
    "Coherence",
    "Progress",
    "average_growth",
    "coherence",
    "labour_productivity",
    "progress",
    "required_growth",
]

CLOSE = 1e-9


def labour_productivity(
    *, value_added: Sequence[float | None], labour: Sequence[float | None]
) -> Numbers:
    """Value added for each unit of labour (persons, or hours), by year.

    Shapes (n) and (n); not known where either is not known or labour is 0. Raises
    ``Faulty`` ``lengths`` or ``negative``.
    """
    value, work = numbers(value_added), numbers(labour)
    if value.shape != work.shape:
        raise Faulty("lengths", value_added=value.size, labour=work.size)
    if (work < 0).any():
        raise Faulty("negative", place=int(np.flatnonzero(work < 0)[0]))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(work > 0, value / work, np.nan)
    found.setflags(write=False)
    return found


def average_growth(*, first: float, last: float, years: float) -> float:
    """The yearly rate that leads from ``first`` to ``last``: (last/first)^(1/years) - 1.

    Raises ``Faulty`` ``not_positive`` (a rate needs positive ends) or ``no_years``.
    """
    _positive(first=first, last=last)
    if not (math.isfinite(years) and years > 0):
        raise Faulty("no_years", years=years)
    return math.expm1(math.log(last / first) / years)


def required_growth(
    *, base: float, growth: float, years: float, now: float, passed: float
) -> float:
    """The yearly rate from now on that still meets a target of average growth.

    ``base`` is the value at the start, ``growth`` the promised yearly rate over ``years``,
    ``now`` the value after ``passed`` of them: ((base (1+growth)^years / now)^(1/(years -
    passed))) - 1. Raises ``Faulty`` ``not_positive`` or ``no_years`` (none are left).
    """
    _positive(first=base, last=now)
    _rate("growth", growth)
    if not (math.isfinite(years) and 0 <= passed < years):
        raise Faulty("no_years", years=years - passed)
    aim = math.log(base) + years * math.log1p(growth)
    return math.expm1((aim - math.log(now)) / (years - passed))


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A promise of growth, what was reached, and what is left to do; rates a year."""

    promised: float
    achieved: float
    required: float
    years_left: float
    method: str = "progress"
    version: str = VERSION

    @property
    def ratio(self) -> float | None:
        """Required over achieved; None where nothing positive was achieved."""
        return self.required / self.achieved if self.achieved > 0 else None

    def to_plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**asdict(self), "ratio": self.ratio}


def progress(
    *, base: float, growth: float, years: float, now: float, passed: float
) -> Progress:
    """Average growth so far beside what the target asks for from here; see the two rates."""
    return Progress(
        promised=growth,
        achieved=average_growth(first=base, last=now, years=passed),
        required=required_growth(
            base=base, growth=growth, years=years, now=now, passed=passed
        ),
        years_left=years - passed,
    )


@dataclass(frozen=True, kw_only=True)
class Coherence:
    """Whether growth of value added, productivity and employment fit: (1+v) = (1+p)(1+e).

    The implied rates are what each must be if the other two hold (None where one of these
    is not told). ``residual`` is (1+v)/((1+p)(1+e)) - 1, None unless all three are told.
    """

    value_added: float | None
    productivity: float | None
    employment: float | None
    implied_value_added: float | None
    implied_productivity: float | None
    implied_employment: float | None
    residual: float | None
    inputs: str
    method: str = "coherence"
    version: str = VERSION

    @property
    def holds(self) -> bool | None:
        """Whether the three fit to 10⁻⁹; None unless all are told."""
        return None if self.residual is None else abs(self.residual) < CLOSE

    def to_plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**asdict(self), "holds": self.holds}


def coherence(
    *,
    value_added: float | None = None,
    productivity: float | None = None,
    employment: float | None = None,
) -> Coherence:
    """What two targets imply for the third, and how far three are apart.

    Rates a year, above -1; at least two are told. Raises ``Faulty`` ``too_few`` or ``rate``.
    """
    told = {
        "value_added": value_added,
        "productivity": productivity,
        "employment": employment,
    }
    known = {name: rate for name, rate in told.items() if rate is not None}
    if len(known) < 2:  # noqa: PLR2004 -- two imply the third
        raise Faulty("too_few", told=sorted(known))
    for name, rate in known.items():
        _rate(name, rate)
    v, p, e = (
        None if r is None else 1 + r for r in (value_added, productivity, employment)
    )
    return Coherence(
        value_added=value_added,
        productivity=productivity,
        employment=employment,
        implied_value_added=None if p is None or e is None else p * e - 1,
        implied_productivity=None if v is None or e is None else v / e - 1,
        implied_employment=None if v is None or p is None else v / p - 1,
        residual=None if v is None or p is None or e is None else v / (p * e) - 1,
        inputs=digest_of(told),
    )


def _positive(*, first: float, last: float) -> None:
    for name, value in (("first", first), ("last", last)):
        if not (math.isfinite(value) and value > 0):
            raise Faulty("not_positive", which=name, value=value)


def _rate(name: str, rate: float) -> None:
    if not (math.isfinite(rate) and rate > -1):
        raise Faulty("rate", which=name, value=rate)
