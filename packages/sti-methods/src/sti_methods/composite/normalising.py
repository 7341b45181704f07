"""Indicators brought to one scale, on which more is always better.

Formulae: OECD & JRC (2008), Handbook on Constructing Composite Indicators, step 5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sti_methods.composite.unfit import Unfit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sti_methods.composite.recipe import Normalisation

__all__ = ["normalise"]

SAME = 1e-12
ALLOW_CONSTANT = frozenset({"none", "goalposts"})
ON_RAW_SCALE = frozenset({"distance_to_target", "goalposts"})


def normalise(
    *,
    values: NDArray[np.float64],
    rule: Normalisation,
    directions: NDArray[np.float64],
    targets: NDArray[np.float64],
    logged: NDArray[np.bool_],
    codes: Sequence[str],
    units: Sequence[str],
) -> NDArray[np.float64]:
    """Bring (units, indicators) to one scale; NaN stays NaN.

    With x taken times its direction, and L, H the ends: ``min_max`` and ``distance_to_max``
    L + (H - L)(x - min)/(max - min), the latter always from 0 to 1; ``z`` mean + deviation ·
    (x - x̄)/s; ``rank`` from 1 for the lowest; ``borda`` how many are lower;
    ``percentile_rank`` L + (H - L)·borda/(n - 1); ``distance_to_target`` and
    ``distance_to_reference`` L + (H - L)(x - min)/(t - min); ``goalposts`` between two
    stated posts; ``none`` leaves the value.

    Raises
    ------
    Unfit
        ``no_values``, ``constant``, ``no_target``, ``target_low``, ``no_posts``,
        ``logged_scale``, ``no_reference``, ``reference_low``, ``direction_none``.
    """
    _refuse(values, rule, directions, targets, logged, codes, units)
    x = values * directions
    if rule.method == "none":
        return values.copy()
    if rule.method in {"rank", "borda", "percentile_rank"}:
        return _by_rank(x, rule)
    if rule.method == "goalposts":
        return _between_posts(values, rule, directions, codes)
    least, most = np.nanmin(x, axis=0), np.nanmax(x, axis=0)
    if rule.method == "distance_to_max":
        return np.asarray(1 - (most - x) / (most - least))
    if rule.method == "z":
        deviation = np.nanstd(x, axis=0, ddof=1)
        share = (x - np.nanmean(x, axis=0)) / deviation
        return np.asarray(share * rule.deviation + rule.mean)
    goal = most
    if rule.method == "distance_to_target":
        goal = targets * directions
    elif rule.method == "distance_to_reference":
        goal = x[list(units).index(rule.reference)]
    share = (x - least) / (goal - least)
    if rule.capped:
        share = np.minimum(share, 1.0)
    return np.asarray(rule.lowest + (rule.highest - rule.lowest) * share)


def _by_rank(x: NDArray[np.float64], rule: Normalisation) -> NDArray[np.float64]:
    lower = _lower(x)
    if rule.method == "rank":
        return lower + 1
    if rule.method == "borda":
        return lower
    count = (~np.isnan(x)).sum(axis=0)
    span = rule.highest - rule.lowest
    return np.asarray(rule.lowest + span * lower / (count - 1))


def _between_posts(
    values: NDArray[np.float64],
    rule: Normalisation,
    directions: NDArray[np.float64],
    codes: Sequence[str],
) -> NDArray[np.float64]:
    ends = np.array([rule.posts[code] for code in codes])
    share = (values - ends[:, 0]) / (ends[:, 1] - ends[:, 0])
    share = np.where(directions > 0, share, 1 - share)
    if rule.capped:
        share = np.clip(share, 0.0, 1.0)
    return np.asarray(rule.lowest + (rule.highest - rule.lowest) * share)


def _lower(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many of the column lie below each value."""
    ordered = np.sort(x, axis=0)
    found = np.empty_like(x)
    for n in range(x.shape[1]):
        found[:, n] = np.searchsorted(ordered[:, n], x[:, n], side="left")
    return np.where(np.isnan(x), np.nan, found)


def _refuse(  # noqa: PLR0917 -- what normalise was given
    values: NDArray[np.float64],
    rule: Normalisation,
    directions: NDArray[np.float64],
    targets: NDArray[np.float64],
    logged: NDArray[np.bool_],
    codes: Sequence[str],
    units: Sequence[str],
) -> None:
    if rule.method == "distance_to_reference" and rule.reference not in units:
        raise Unfit("no_reference", unit=rule.reference, code="")
    there = ~np.isnan(values)
    empty = ~there.any(axis=0)
    least = np.where(there, values, np.inf).min(axis=0)
    most = np.where(there, values, -np.inf).max(axis=0)
    # Dividing and averaging leave a trace of spread among equals; it is no difference.
    trace = SAME * np.where(empty, 0.0, np.maximum(np.abs(most), np.abs(least)))
    constant = ~empty & ~(most - least > trace)
    found = [Unfit("no_values", code=codes[n]) for n in np.flatnonzero(empty).tolist()]
    if rule.method not in ALLOW_CONSTANT:
        found += [
            Unfit("constant", code=codes[n], value=float(least[n]), method=rule.method)
            for n in np.flatnonzero(constant).tolist()
        ]
    if rule.method in ON_RAW_SCALE:
        found += [
            Unfit("logged_scale", code=codes[n], method=rule.method)
            for n in np.flatnonzero(logged).tolist()
        ]
    if rule.method == "none":
        found += [
            Unfit("direction_none", code=codes[n])
            for n in np.flatnonzero(directions < 0).tolist()
        ]
    elif rule.method == "goalposts":
        found += [Unfit("no_posts", code=c) for c in codes if c not in rule.posts]
    elif rule.method == "distance_to_target":
        found += [
            Unfit("no_target", code=codes[n])
            for n in np.flatnonzero(np.isnan(targets)).tolist()
        ]
        worst = np.where(directions > 0, least, most)
        found += [
            Unfit(
                "target_low",
                code=codes[n],
                target=float(targets[n]),
                worst=float(worst[n]),
            )
            for n in np.flatnonzero(
                ~empty & ((targets - worst) * directions <= 0)
            ).tolist()
        ]
    elif rule.method == "distance_to_reference":
        own = values[list(units).index(rule.reference)]
        worst = np.where(directions > 0, least, most)
        found += [
            Unfit("no_reference", unit=rule.reference, code=codes[n])
            for n in np.flatnonzero(np.isnan(own)).tolist()
        ]
        found += [
            Unfit("reference_low", unit=rule.reference, code=codes[n])
            for n in np.flatnonzero(
                ~constant & ((own - worst) * directions <= 0)
            ).tolist()
        ]
    Unfit.raise_all(found)
