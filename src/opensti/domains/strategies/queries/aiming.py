"""Targets and values as the methods take them: numbers by years."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sti_methods import scorecard as method

from opensti.domains.strategies.choices import IndicatorKind, Measure

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from opensti.domains.strategies.models import Target
    from opensti.domains.strategies.queries.aggregation import Aggregated

YEAR = 4


def yearly(values: Mapping[str, Aggregated]) -> dict[int, float]:
    """The values of whole years; a year without one is absent."""
    return {
        int(period): float(found.value)
        for period, found in values.items()
        if len(period) == YEAR and found.value is not None
    }


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def posed(
    target: Target, values: Mapping[str, Aggregated]
) -> tuple[method.Target, dict[int, float]]:
    """A target and its series of levels.

    The base year is the target's, else the year before the one it starts from, else the
    year before its plan began; a target for a level has only its own. Where the card itself
    observes a rate of growth, levels are chained from its rates, with 100 in the base year.
    """
    card, series = target.indicator, yearly(values)
    rates = card.kind == IndicatorKind.GROWTH and target.measure != Measure.CHANGE
    asked = method.Target(
        comparator=target.comparator,  # type: ignore[arg-type]
        value=float(target.value),
        high=_float(target.high),
        tolerance=_float(target.tolerance),
        to_year=target.to_year,
        measure=target.measure,  # type: ignore[arg-type]
        base_year=target.base_year,
        base_value=_float(target.base_value),
        sense=card.direction,  # type: ignore[arg-type]
        path=card.path,  # type: ignore[arg-type]
    )
    if asked.base_year is None and (
        rates or asked.measure != "level" or asked.base_value is not None
    ):
        year = (target.from_year or target.plan.starts_on.year) - 1
        if year < target.to_year:
            asked = replace(asked, base_year=year)
    if rates and asked.base_year is not None:
        first = asked.base_year
        series = method.levels(
            rates={y: r for y, r in series.items() if y > first}, before=first
        )
        if len(series) == 1:
            series = {}
        asked = replace(asked, measure="growth", base_value=100.0)
    return asked, series
