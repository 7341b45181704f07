"""How far an indicator has come towards a target, and what it would take from here.

Years are whole numbers, rates and changes are percentages (8.5 is 8.5 % a year), values are
in the unit of the indicator. A series is a mapping of years to values; a year without a
value is absent, never guessed. Nothing is clipped here: an achievement of 130 % or of
-40 % is kept as it is.

Achievement is (A - B) / (T - B) for more and for less alike, for (B - A) / (B - T) is the
same number; it is undefined where T = B. A path goes from the base to the target in equal
steps or at a constant rate. The light compares what was achieved with what the path would
have achieved by the same year (the practice of delivery units: trajectory, rating, likelihood).
Average growth is geometric, (Y_t / Y_0)^(1/t) - 1; the growth that is still required is
(Y_T / Y_t)^(1/(N - t)) - 1. Cost: linear in the number of years.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Sense = Literal["up", "down", "range"]
PathKind = Literal["linear", "compound"]
Comparator = Literal["over", "at_least", "about", "range", "at_most", "under"]
Measure = Literal["level", "growth", "change"]
Light = Literal["on", "near", "off", "no_data"]


# Values that agree to so much of their size are the same: roots of numbers are not exact.
SAME = 1e-9


@dataclass(frozen=True, kw_only=True)
class Bands:
    """Where a light changes, as shares of the path; how wide "about" is; how many windows.

    ``about`` is in the unit of the target (points of a percentage).
    """

    on: float = 1.0
    near: float = 0.9
    about: float = 2.0
    windows: int = 3

    def __post_init__(self) -> None:
        if not 0 < self.near <= self.on:
            raise ValueError(f"bands must rise: near {self.near}, on {self.on}")
        if self.about < 0 or self.windows < 1:
            raise ValueError("about must not be negative, windows at least 1")


@dataclass(frozen=True, kw_only=True)
class Target:
    """What is wanted: a level, a growth in % a year, or a change since the base in %.

    ``sense`` is that of the indicator. A change of an indicator of which less is better is
    a fall: "at least -20 %" and "at most -20 %" both ask for a fall by 20 % or more.
    """

    comparator: Comparator
    value: float
    to_year: int
    measure: Measure = "level"
    high: float | None = None
    tolerance: float | None = None
    base_year: int | None = None
    base_value: float | None = None
    sense: Sense = "up"
    path: PathKind = "linear"


@dataclass(frozen=True, kw_only=True)
class Windows:
    """Of ``count`` past stretches of ``years`` years, ``met`` went as fast as is required now."""

    years: int
    count: int
    met: int

    @property
    def share(self) -> float:
        return self.met / self.count


@dataclass(frozen=True, kw_only=True)
class Rating:
    """A target as it stands.

    ``aim`` is the level the target comes to in its last year. ``share`` is what was achieved
    of what the path would have achieved by ``year`` (1 is on the path); ``gap`` is the value
    less the path. ``achieved`` and ``required`` are the pace: % a year on a compound path
    (``pace`` "rate"), units a year on a linear one ("step"). ``ratio`` is required over
    achieved, none where nothing was achieved. ``notes`` are codes: ``no_value``,
    ``only_base``, ``no_base``, ``target_is_base``, ``no_rate`` (values of different or no
    sign), ``no_pace``, ``ended``, ``few_windows``.
    """

    light: Light
    base_year: int | None = None
    base: float | None = None
    year: int | None = None
    value: float | None = None
    aim: float | None = None
    achievement: float | None = None
    on_path: float | None = None
    share: float | None = None
    gap: float | None = None
    met: bool | None = None
    pace: Literal["rate", "step"] = "step"
    achieved: float | None = None
    required: float | None = None
    ratio: float | None = None
    windows: Windows | None = None
    path: tuple[tuple[int, float], ...] = ()
    notes: tuple[str, ...] = field(default=())


def achievement(*, base: float, value: float, target: float) -> float | None:
    """The share of the way from ``base`` to ``target`` that ``value`` has gone; not clipped.

    None where target and base are the same: there is no way to go.
    """
    if same(target, base):
        return None
    return (value - base) / (target - base)


def same(one: float, other: float) -> bool:
    """Whether two numbers agree but for the rounding of their computation."""
    return abs(one - other) <= SAME * max(1.0, abs(one), abs(other))


def average_growth(*, first: float, last: float, years: int) -> float | None:
    """The constant growth in % a year that leads from ``first`` to ``last``; geometric.

    None where there is none: values of different sign or nought, no year between.
    """
    if years < 1 or first == 0 or last / first <= 0:
        return None
    return float(((last / first) ** (1 / years) - 1) * 100)


def required_growth(
    *, first: float, latest: float, rate: float, years: int, passed: int
) -> float | None:
    """The growth in % a year still needed for ``rate`` % a year over ``years`` in all.

    ``passed`` of the years are over, and the value went from ``first`` to ``latest`` in
    them. None where no year is left or no growth leads there.
    """
    aim = first * (1 + rate / 100) ** years
    return average_growth(first=latest, last=aim, years=years - passed)


def levels(*, rates: Mapping[int, float], before: int) -> dict[int, float]:
    """Chain yearly rates (%) to levels with 100 in the year ``before`` the first of them.

    The chain ends at the first year without a rate: a gap is not bridged.
    """
    found = {before: 100.0}
    year = before + 1
    while year in rates:
        found[year] = found[year - 1] * (1 + rates[year] / 100)
        year += 1
    return found


def aim_of(target: Target, *, base: float | None) -> float | None:
    """The level that the target comes to in its last year; none if that needs a base."""
    if target.measure == "level":
        return target.value
    if base is None or target.base_year is None:
        return None
    if target.measure == "change":
        return base * (1 + _signed(target) / 100)
    return float(base * (1 + target.value / 100) ** (target.to_year - target.base_year))


def _signed(target: Target) -> float:
    return -abs(target.value) if target.sense == "down" else target.value


def meets(target: Target, *, value: float, bands: Bands | None = None) -> bool:
    """Whether ``value``, in the measure of the target, fulfils it. "Over 8.5" is strict."""
    found = bands or Bands()
    wanted, comparator = target.value, target.comparator
    if target.measure == "change" and target.sense == "down":
        wanted = -abs(wanted)
        falls: dict[Comparator, Comparator] = {"over": "under", "at_least": "at_most"}
        comparator = falls.get(comparator, comparator)
    equal = same(value, wanted)
    if comparator == "over":
        return value > wanted and not equal
    if comparator == "under":
        return value < wanted and not equal
    if comparator == "at_least":
        return value >= wanted or equal
    if comparator == "at_most":
        return value <= wanted or equal
    if comparator == "about":
        band = found.about if target.tolerance is None else target.tolerance
        off = abs(value - wanted)
        return off <= band or same(off, band)
    if target.high is None:
        raise ValueError("a range needs its high end")
    return wanted <= value <= target.high or equal or same(value, target.high)


def path_of(
    *, kind: PathKind, base_year: int, base: float, to_year: int, aim: float
) -> dict[int, float] | None:
    """The value of every year from the base to the target; both ends are in it.

    None where a constant rate cannot lead there (values of different sign, or nought).
    """
    years = to_year - base_year
    if years < 1:
        raise ValueError(f"a path needs a year: {base_year} to {to_year}")
    if kind == "linear":
        found = {base_year + t: base + (aim - base) * t / years for t in range(years)}
    else:
        if base == 0 or aim / base <= 0:
            return None
        found = {
            base_year + t: base * (aim / base) ** (t / years) for t in range(years)
        }
    return {**found, to_year: aim}


def past_windows(
    *,
    series: Mapping[int, float],
    years: int,
    required: float,
    pace: Literal["rate", "step"],
    falls: bool,
    least: int,
) -> Windows | None:
    """How many past stretches of ``years`` years went at the required pace.

    Stretches overlap; each needs a value at both ends. ``falls``: slower is faster down.
    None where there are fewer than ``least``: so few say nothing.
    """
    paces = []
    for year in sorted(series):
        if year + years in series:
            went = (
                average_growth(
                    first=series[year], last=series[year + years], years=years
                )
                if pace == "rate"
                else (series[year + years] - series[year]) / years
            )
            if went is not None:
                paces.append(went)
    if len(paces) < least:
        return None
    met = sum(p <= required if falls else p >= required for p in paces)
    return Windows(years=years, count=len(paces), met=met)
