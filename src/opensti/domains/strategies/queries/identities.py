"""Targets of growth tested together: value added, productivity, employment, TFP.

Each labour goes with its own: per person with persons employed, per hour with hours worked.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from sti_methods import coherence as method
from sti_methods.scorecard import average_growth

from opensti.domains.strategies.choices import (
    AccountPart,
    IndicatorKind,
    LabourUnit,
    Measure,
    Scope,
)
from opensti.domains.strategies.queries.findings import (
    PlanFinding,
    card_about,
    plan_about,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opensti.domains.strategies.models import Indicator, Target
    from opensti.kernel.refusals import Text

# So many years back a trend is measured, as far as there are values.
TREND_YEARS, FEWEST = 10, 3
# How a labour is said of productivity, and what it counts.
PER: dict[str, Text] = {
    LabourUnit.PERSON: _("per person"),
    LabourUnit.HOUR: _("per hour"),
    LabourUnit.NONE: _("of a labour that is not stated"),
}
COUNTED: dict[str, Text] = {
    LabourUnit.PERSON: _("persons employed"),
    LabourUnit.HOUR: _("hours worked"),
    LabourUnit.NONE: _("a labour that is not stated"),
}


def _growth(target: Target) -> float | None:
    """The growth a target asks for in % a year; a target for a level asks for none."""
    rate = target.measure == Measure.GROWTH or (
        target.indicator.kind == IndicatorKind.GROWTH
        and target.measure == Measure.LEVEL
    )
    return float(target.value) if rate else None


def _trend(series: Mapping[int, float], card: Indicator) -> float | None:
    """Growth of the last ten years, or of as many as there are (three at least)."""
    years = sorted(series)
    if not years:
        return None
    if card.kind == IndicatorKind.GROWTH:
        rates = [series[y] for y in years[-TREND_YEARS:]]
        if len(rates) < FEWEST or years[-len(rates)] != years[-1] - len(rates) + 1:
            return None
        level = 1.0
        for rate in rates:
            level *= 1 + rate / 100
        return average_growth(first=1, last=level, years=len(rates))
    first = next(y for y in years if y >= years[-1] - TREND_YEARS)
    if years[-1] - first < FEWEST:
        return None
    return average_growth(
        first=series[first], last=series[years[-1]], years=years[-1] - first
    )


def identities(
    own: Sequence[Target],
    parts: Sequence[Indicator],
    series: Mapping[int, Mapping[int, float]],
) -> Iterable[PlanFinding]:
    """Targets of growth of one scope and last year in one plan, tested together."""
    groups: dict[tuple[int, str, int], list[Target]] = defaultdict(list)
    for target in own:
        if target.indicator.account_part:
            key = (target.plan_id, target.indicator.scope, target.to_year)
            groups[key].append(target)
    trends = [
        (card, trend)
        for card in parts
        if (trend := _trend(series[card.pk], card)) is not None
    ]
    for (_plan_id, scope, year), targets in groups.items():
        seen = [(card, trend) for card, trend in trends if card.scope == scope]
        for found in (*_labour(targets, seen), *_factors(targets, seen)):
            yield replace(
                found,
                figures={**found.figures, "year": year},
                texts={**found.texts, "scope": Scope(scope).label},
                about=(plan_about(targets[0].plan), *found.about),
            )


def _first(targets: Sequence[Target], part: str) -> tuple[Target, float] | None:
    for target in targets:
        rate = _growth(target)
        if target.indicator.account_part == part and rate is not None:
            return target, rate
    return None


def _labour(
    targets: Sequence[Target], trends: Sequence[tuple[Indicator, float]]
) -> Iterable[PlanFinding]:
    """Value added with productivity and employment, each labour with its own."""
    added = _first(targets, AccountPart.VALUE_ADDED)
    if added is None:
        return
    cards = {t.indicator_id: t.indicator for t in targets}
    cards |= {card.pk: card for card, _trend in trends}

    def grown(card: Indicator, rate: float) -> method.Grown:
        return method.Grown(key=card.pk, rate=rate, labour=card.labour_unit)  # type: ignore[arg-type]

    def of(part: str) -> list[method.Grown]:
        return [
            grown(t.indicator, rate)
            for t in targets
            if t.indicator.account_part == part and (rate := _growth(t)) is not None
        ]

    for pair in method.labour_identities(
        value_added=added[1],
        productivity=of(AccountPart.PRODUCTIVITY),
        employment=of(AccountPart.EMPLOYMENT),
        trends=[
            grown(card, trend)
            for card, trend in trends
            if card.account_part == AccountPart.EMPLOYMENT
        ],
    ):
        worth, other = pair.productivity, pair.employment
        texts: dict[str, Text] = {
            "card": cards[worth.key].code,
            "per": PER[worth.labour],
            "labour": COUNTED[worth.labour],
        }
        about = [added[0].indicator, cards[worth.key]]
        if other is not None:
            card = cards[other.key]
            texts |= {"other_card": card.code, "counts": COUNTED[other.labour]}
            about.append(card)
        yield PlanFinding(
            code=pair.finding.code,
            severity=pair.finding.severity,
            figures=pair.finding.figures,
            texts=texts,
            about=tuple(card_about(card) for card in about),
        )


def _factors(
    targets: Sequence[Target], trends: Sequence[tuple[Indicator, float]]
) -> Iterable[PlanFinding]:
    """The share of growth that is total factor productivity with growth itself."""
    added = _first(targets, AccountPart.VALUE_ADDED)
    share = next(
        (t for t in targets if t.indicator.account_part == AccountPart.TFP_SHARE), None
    )
    if added is None or share is None:
        return
    tfp = _first(targets, AccountPart.TFP)
    finding = method.tfp_identity(
        share=float(share.value),
        growth=added[1],
        tfp=None if tfp is None else tfp[1],
        observed=next(
            (rate for card, rate in trends if card.account_part == AccountPart.TFP),
            None,
        ),
    )
    about = [added[0], share] + ([] if tfp is None else [tfp[0]])
    yield PlanFinding(
        code=finding.code,
        severity=finding.severity,
        figures=finding.figures,
        about=tuple(card_about(t.indicator) for t in about),
    )
