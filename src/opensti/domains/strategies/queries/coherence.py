"""The coherence test: what in plans cannot hold together, or hangs on nothing.

Each finding has its numbers and what it is about; ``coherence_words`` says it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from sti_methods import coherence as method
from sti_methods.scorecard import Bands, average_growth

from opensti.domains.strategies.choices import (
    AccountPart,
    ActionState,
    Comparator,
    IndicatorKind,
    LabourUnit,
    Level,
    Measure,
    MoneySource,
    Scope,
)
from opensti.domains.strategies.models import (
    BudgetLine,
    Envelope,
    Indicator,
    Plan,
    PlanAction,
    Target,
)
from opensti.domains.strategies.queries.aggregation import values_of
from opensti.domains.strategies.queries.aiming import yearly
from opensti.domains.strategies.queries.lacking import unmeasured
from opensti.domains.strategies.queries.scorecard import line_of
from opensti.kernel.access import require, visible
from opensti.kernel.bilingual import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from opensti.domains.strategies.queries.scorecard import Line
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text

SEVERITIES = ("conflict", "warning", "note")
# So many years back a trend is measured, as far as there are values.
TREND_YEARS, FEWEST = 10, 3
BANDS = Bands()
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


@dataclass(frozen=True, kw_only=True)
class About:
    """A thing a finding is about: its kind (plan, card, goal, action), id, code and name."""

    kind: str
    id: str
    code: str
    name: Words
    plan: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanFinding:
    """``code`` and ``figures`` are what the words are made of, ``texts`` what they name."""

    code: str
    severity: str
    figures: Mapping[str, float | int] = field(default_factory=dict)
    texts: Mapping[str, Text] = field(default_factory=dict)
    # Where acts differ: the plan, the comparator and the value of each.
    acts: tuple[tuple[str, str, str], ...] = ()
    about: tuple[About, ...] = ()


def coherence(
    actor: Actor, plan: Plan | None = None, *, as_of: datetime | None = None
) -> list[PlanFinding]:
    """Test a plan, or all plans together, the gravest first; 9 queries at most.

    Conflicts of one card are looked for across all plans that the person may know.
    """
    require(actor, "strategies.list_plans")
    moment = as_of or timezone.now()
    every = list(
        visible(actor, Target.objects.filter(replaced_by=None))
        .select_related("indicator__owner", "plan", "goal")
        .order_by("indicator__code", "to_year", "pk")
    )
    own = [t for t in every if plan is None or t.plan_id == plan.pk]
    parts = list(visible(actor, Indicator.objects.exclude(account_part="")))
    cards = {t.indicator_id: t.indicator for t in own} | {c.pk: c for c in parts}
    values = values_of(cards.values(), as_of=moment)
    lines = {t.pk: line_of(t, values[t.indicator_id], BANDS) for t in own}
    series = {pk: yearly(values[pk]) for pk in cards}
    found = [
        *_identities(own, parts, series),
        *_differing(every, {t.indicator_id for t in own}),
        *_targets(own, lines),
        *_loose(actor, plan, own),
        *_money(actor, plan),
    ]
    return sorted(found, key=lambda f: SEVERITIES.index(f.severity))


# ---- what things are called


def _card(card: Indicator) -> About:
    return About(
        kind="card",
        id=card.public_id,
        code=card.code,
        name=Words(card.name_vi, card.name_en),
    )


def _plan(plan: Plan) -> About:
    return About(
        kind="plan",
        id=plan.public_id,
        code=plan.code,
        name=Words(plan.title_vi, plan.title_en),
    )


def _action(action: PlanAction) -> About:
    return About(
        kind="action",
        id=action.public_id,
        code=action.code,
        name=Words(action.text_vi, action.text_en),
        plan=action.plan.public_id,
    )


# ---- identities


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


def _identities(
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
                about=(_plan(targets[0].plan), *found.about),
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
            about=tuple(_card(card) for card in about),
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
        about=tuple(_card(t.indicator) for t in about),
    )


# ---- one card, several acts


def _bounds(target: Target) -> method.Act:
    value = float(target.value)
    low: float | None = None
    high: float | None = None
    if target.comparator in (Comparator.OVER, Comparator.AT_LEAST):
        low = value
    elif target.comparator in (Comparator.UNDER, Comparator.AT_MOST):
        high = value
    elif target.comparator == Comparator.RANGE:
        low, high = value, float(target.high or value)
    else:
        band = BANDS.about if target.tolerance is None else float(target.tolerance)
        low, high = value - band, value + band
    return method.Act(key=target.pk, value=value, low=low, high=high)


def _differing(every: Sequence[Target], asked: set[int]) -> Iterable[PlanFinding]:
    groups: dict[tuple[int, int, str], list[Target]] = defaultdict(list)
    for target in every:
        if target.indicator_id in asked:
            groups[target.indicator_id, target.to_year, target.measure].append(target)
    for (_card_id, year, _measure), targets in groups.items():
        finding = method.differing([_bounds(t) for t in targets])
        if finding is not None:
            plans = {t.plan_id: t.plan for t in targets}
            yield PlanFinding(
                code=finding.code,
                severity=finding.severity,
                figures={**finding.figures, "year": year},
                texts={"card": targets[0].indicator.code},
                acts=tuple(
                    (t.plan.code, t.comparator, f"{t.value.normalize():f}")
                    for t in targets
                ),
                about=(_card(targets[0].indicator), *map(_plan, plans.values())),
            )


# ---- targets that cannot be


def _targets(own: Sequence[Target], lines: Mapping[int, Line]) -> Iterable[PlanFinding]:
    for target in own:
        line, about = lines[target.pk], (_card(target.indicator), _plan(target.plan))
        rating = line.rating
        texts = {"card": target.indicator.code}
        if target.to_year > target.plan.ends_on.year:
            yield PlanFinding(
                code="target_after_plan",
                severity="warning",
                figures={"year": target.to_year, "ends": target.plan.ends_on.year},
                texts=texts,
                about=about,
            )
        if "no_rate" in rating.notes and rating.base is not None:
            yield PlanFinding(
                code="path_impossible",
                severity="conflict",
                figures={"base": rating.base, "aim": rating.aim or 0.0},
                texts=texts,
                about=about,
            )
        if "target_is_base" in rating.notes and rating.base is not None:
            yield PlanFinding(
                code="target_is_base",
                severity="warning",
                figures={"base": rating.base, "year": target.to_year},
                texts=texts,
                about=about,
            )
        windows = rating.windows
        if windows is not None and not windows.met and rating.required is not None:
            yield PlanFinding(
                code="pace_never_seen",
                severity="warning",
                figures={
                    "required": rating.required,
                    "years": windows.years,
                    "count": windows.count,
                    "year": target.to_year,
                },
                texts={**texts, "pace": rating.pace},
                about=about,
            )


# ---- what hangs on nothing


def _loose(
    actor: Actor, plan: Plan | None, own: Sequence[Target]
) -> Iterable[PlanFinding]:
    actions = visible(actor, PlanAction.objects.all())
    if plan is not None:
        actions = actions.filter(plan=plan)
    bare = unmeasured(actions)
    for action in bare.select_related("plan").order_by("plan", "position", "pk"):
        yield PlanFinding(
            code="action_without_indicator",
            severity="note",
            texts={"action": action.code},
            about=(_action(action), _plan(action.plan)),
        )
    cards = {t.indicator_id: t.indicator for t in own}
    served = set(
        visible(actor, PlanAction.objects.all())
        .filter(
            Q(indicators__in=list(cards)) | Q(goal__targets__in=[t.pk for t in own])
        )
        .exclude(state=ActionState.CANCELLED)
        .values_list("indicators", "goal__targets__indicator")
    )
    done = {pk for pair in served for pk in pair if pk is not None}
    for card in cards.values():
        if card.owner_id is None and not card.owner_name:
            yield PlanFinding(
                code="indicator_without_owner",
                severity="warning",
                texts={"card": card.code},
                about=(_card(card),),
            )
        if card.level in (Level.OUTCOME, Level.IMPACT) and card.pk not in done:
            yield PlanFinding(
                code="outcome_without_action",
                severity="warning",
                texts={"card": card.code},
                about=(_card(card),),
            )


# ---- money


def _money(actor: Actor, plan: Plan | None) -> Iterable[PlanFinding]:
    envelopes = visible(actor, Envelope.objects.select_related("plan"))
    lines = visible(actor, BudgetLine.objects.all())
    if plan is not None:
        envelopes = envelopes.filter(plan=plan)
        lines = lines.filter(action__plan=plan)
    sums: dict[tuple[int, str, int], int] = {
        (row["action__plan"], row["source"], row["year"]): int(row["planned"] or 0)
        for row in lines.order_by()
        .values("action__plan", "source", "year")
        .annotate(planned=Sum("planned"))
    }
    for envelope in envelopes:
        planned = sum(
            amount
            for (plan_id, source, year), amount in sums.items()
            if plan_id == envelope.plan_id
            and source == envelope.source
            and envelope.year in (None, year)
        )
        finding = method.over_envelope(planned=planned, envelope=int(envelope.amount))
        if finding is not None:
            figures: dict[str, Any] = dict(finding.figures)
            if envelope.year is not None:
                figures["year"] = envelope.year
            yield PlanFinding(
                code=finding.code,
                severity=finding.severity,
                figures=figures,
                texts={"source": MoneySource(envelope.source).label},
                about=(_plan(envelope.plan),),
            )
