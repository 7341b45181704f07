"""Whether targets can hold together: identities of growth, money against its limits.

Rates are percentages (8.5 is 8.5 % a year), shares percentages of the whole. Value added is
productivity times employment, so (1 + g_VA) = (1 + g_LP) (1 + g_E), per person with persons
employed and per hour with hours worked, never across; what total factor productivity adds to
growth is its share of it. Each finding carries its numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Severity = Literal["conflict", "warning", "note"]
# What labour is counted in; "none" where it is not said.
Labour = Literal["person", "hour", "none"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """``code`` says what was found, ``figures`` with which numbers."""

    code: str
    severity: Severity
    figures: Mapping[str, float | int] = field(default_factory=dict)


def implied_employment(*, value_added: float, productivity: float) -> float:
    """The growth of employment that goes with the other two: 8.5 and 7.5 leave 0.93."""
    if productivity <= -100:  # noqa: PLR2004 -- nothing is left
        raise ValueError(f"productivity cannot fall by {-productivity} %")
    return ((1 + value_added / 100) / (1 + productivity / 100) - 1) * 100


def implied_value_added(*, productivity: float, employment: float) -> float:
    """The growth of value added that productivity and employment come to."""
    return ((1 + productivity / 100) * (1 + employment / 100) - 1) * 100


def labour_identity(
    *,
    value_added: float,
    productivity: float,
    employment: float | None = None,
    trend: float | None = None,
    tolerance: float = 0.25,
    far: float = 1.0,
) -> Finding:
    """Judge a target of value added and one of productivity of the same scope together.

    With a target of ``employment`` the three must agree to ``tolerance`` points, else they
    conflict. Without, what they imply is told, and warned of where it is more than ``far``
    points from the ``trend`` that was observed.
    """
    implied = implied_employment(value_added=value_added, productivity=productivity)
    figures = {
        "value_added": value_added,
        "productivity": productivity,
        "implied": implied,
    }
    if employment is not None:
        comes_to = implied_value_added(productivity=productivity, employment=employment)
        off = abs(comes_to - value_added) > tolerance
        return Finding(
            code="labour_identity_broken" if off else "labour_identity_holds",
            severity="conflict" if off else "note",
            figures={**figures, "employment": employment, "comes_to": comes_to},
        )
    if trend is None:
        return Finding(code="employment_implied", severity="note", figures=figures)
    off = abs(implied - trend) > far
    return Finding(
        code="employment_against_trend" if off else "employment_near_trend",
        severity="warning" if off else "note",
        figures={**figures, "trend": trend},
    )


@dataclass(frozen=True, kw_only=True)
class Grown:
    """A growth in % a year and the labour it speaks of; ``key`` is whose it is."""

    key: int
    rate: float
    labour: Labour


@dataclass(frozen=True, kw_only=True)
class Paired:
    """A finding on one productivity, and what stood against it (none where nothing did)."""

    finding: Finding
    productivity: Grown
    employment: Grown | None = None


def labour_identities(
    *,
    value_added: float,
    productivity: Sequence[Grown],
    employment: Sequence[Grown] = (),
    trends: Sequence[Grown] = (),
) -> list[Paired]:
    """Judge value added with every productivity, like with like alone.

    Productivity per person goes with persons employed, per hour with hours worked. What is
    said of one labour only meets the other in a finding in words: ``labour_unstated`` where
    the productivity does not say its labour, ``labour_unlike`` where only employment of
    another labour (or of none stated) has a target, ``trend_unlike`` where only such a trend
    was observed. A rate of one labour is never worked with one of the other.
    """
    found = []
    stated = [worth for worth in productivity if worth.labour != "none"]
    for worth in productivity:
        if worth not in stated:
            finding = Finding(
                code="labour_unstated",
                severity="warning",
                figures={"value_added": value_added, "productivity": worth.rate},
            )
            found.append(Paired(finding=finding, productivity=worth))
    per = {worth.labour for worth in stated}
    counted = {one.labour for one in employment}
    for worth in stated:
        if worth.labour not in counted:
            found.append(_alone(value_added, worth, trends))
        for one in employment:
            if one.labour == worth.labour:
                finding = labour_identity(
                    value_added=value_added,
                    productivity=worth.rate,
                    employment=one.rate,
                )
                found.append(
                    Paired(finding=finding, productivity=worth, employment=one)
                )
            elif worth.labour not in counted or one.labour not in per:
                found.append(
                    _unlike("labour_unlike", "warning", value_added, worth, one)
                )
    return found


def _alone(value_added: float, worth: Grown, trends: Sequence[Grown]) -> Paired:
    """A productivity without a target of employment of its own labour."""
    alike = next((one for one in trends if one.labour == worth.labour), None)
    if alike is None and trends:
        return _unlike("trend_unlike", "note", value_added, worth, trends[0])
    finding = labour_identity(
        value_added=value_added,
        productivity=worth.rate,
        trend=None if alike is None else alike.rate,
    )
    return Paired(finding=finding, productivity=worth, employment=alike)


def _unlike(
    code: str, severity: Severity, value_added: float, worth: Grown, other: Grown
) -> Paired:
    figures = {
        "value_added": value_added,
        "productivity": worth.rate,
        "implied": implied_employment(value_added=value_added, productivity=worth.rate),
        "other": other.rate,
    }
    return Paired(
        finding=Finding(code=code, severity=severity, figures=figures),
        productivity=worth,
        employment=other,
    )


def tfp_identity(
    *,
    share: float,
    growth: float,
    tfp: float | None = None,
    observed: float | None = None,
    tolerance: float = 0.25,
) -> Finding:
    """Judge a target for the share of growth that is TFP with one for growth itself.

    Share times growth is the growth of TFP: against its own target it must agree to
    ``tolerance`` points; against what was ``observed`` it is told.
    """
    implied = share / 100 * growth
    figures = {"share": share, "growth": growth, "implied": implied}
    if tfp is not None:
        off = abs(implied - tfp) > tolerance
        return Finding(
            code="tfp_identity_broken" if off else "tfp_identity_holds",
            severity="conflict" if off else "note",
            figures={**figures, "tfp": tfp},
        )
    if observed is None:
        return Finding(code="tfp_implied", severity="note", figures=figures)
    return Finding(
        code="tfp_against_observed" if implied > observed + tolerance else "tfp_near",
        severity="warning" if implied > observed + tolerance else "note",
        figures={**figures, "observed": observed},
    )


@dataclass(frozen=True, kw_only=True)
class Share:
    """A part of the whole and its growth, for ``parts_of_growth``."""

    share: float
    growth: float


def parts_of_growth(
    *, whole: float, parts: Sequence[Share], tolerance: float = 0.25
) -> Finding:
    """Judge targets of the parts of a whole by the sum of their weighted growth.

    ``share`` of a part is its percentage of the whole in the base year; shares must not
    exceed 100 (``ValueError``). The rest would have to grow at ``rest``.
    """
    weight = sum(part.share for part in parts)
    if weight > 100 + 1e-9:
        raise ValueError(f"the parts are {weight} % of the whole")
    comes = sum(part.share * part.growth for part in parts) / 100
    left = 100 - weight
    figures = {"whole": whole, "comes_to": comes, "weight": weight}
    if left < SMALL:
        off = abs(comes - whole) > tolerance
        return Finding(
            code="parts_broken" if off else "parts_hold",
            severity="conflict" if off else "note",
            figures=figures,
        )
    rest = (whole - comes) * 100 / left
    return Finding(
        code="rest_implied",
        severity="warning" if rest < 0 else "note",
        figures={**figures, "rest": rest},
    )


SMALL = 1e-6


@dataclass(frozen=True, kw_only=True)
class Act:
    """The target of one act for one card and year; ``key`` is whose it is.

    ``low`` and ``high`` are what the target allows, none where it is open.
    """

    key: int
    value: float
    low: float | None = None
    high: float | None = None


def differing(acts: Sequence[Act]) -> Finding | None:
    """Acts that want different values of one card in one year; none if they agree.

    ``targets_exclude`` where no value fulfils all of them, else ``targets_differ``: whoever
    meets the strictest meets all. Both are conflicts: two acts speak of the same thing.
    """
    values = sorted({act.value for act in acts})
    bounds = {(act.low, act.high) for act in acts}
    if len(acts) < 2 or (len(values) == 1 and len(bounds) == 1):  # noqa: PLR2004 -- two differ
        return None
    lows = [act.low for act in acts if act.low is not None]
    highs = [act.high for act in acts if act.high is not None]
    empty = bool(lows and highs and max(lows) > min(highs))
    return Finding(
        code="targets_exclude" if empty else "targets_differ",
        severity="conflict",
        figures={"least": values[0], "most": values[-1], "acts": len(acts)},
    )


def over_envelope(*, planned: int, envelope: int) -> Finding | None:
    """Budget lines against their limit, in whole đồng; none where they keep it."""
    if planned <= envelope:
        return None
    return Finding(
        code="over_envelope",
        severity="conflict",
        figures={
            "planned": planned,
            "envelope": envelope,
            "over": planned - envelope,
        },
    )
