"""The coherence test: what in plans cannot hold together, or hangs on nothing.

Each finding has its numbers and what it is about; ``coherence_words`` says it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Q, Sum
from django.utils import timezone
from sti_methods import coherence as method
from sti_methods.scorecard import Bands

from opensti.domains.strategies.choices import (
    ActionState,
    Comparator,
    Level,
    MoneySource,
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
from opensti.domains.strategies.queries.findings import (
    PlanFinding,
    action_about,
    card_about,
    plan_about,
)
from opensti.domains.strategies.queries.identities import identities
from opensti.domains.strategies.queries.lacking import unmeasured
from opensti.domains.strategies.queries.scorecard import line_of
from opensti.kernel.access import require, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from opensti.domains.strategies.queries.scorecard import Line
    from opensti.kernel.access import Actor

SEVERITIES = ("conflict", "warning", "note")
BANDS = Bands()


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
        *identities(own, parts, series),
        *_differing(every, {t.indicator_id for t in own}),
        *_targets(own, lines),
        *_loose(actor, plan, own),
        *_money(actor, plan),
    ]
    return sorted(found, key=lambda f: SEVERITIES.index(f.severity))


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
                about=(
                    card_about(targets[0].indicator),
                    *map(plan_about, plans.values()),
                ),
            )


# ---- targets that cannot be


def _targets(own: Sequence[Target], lines: Mapping[int, Line]) -> Iterable[PlanFinding]:
    for target in own:
        line, about = (
            lines[target.pk],
            (card_about(target.indicator), plan_about(target.plan)),
        )
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
            about=(action_about(action), plan_about(action.plan)),
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
                about=(card_about(card),),
            )
        if card.level in (Level.OUTCOME, Level.IMPACT) and card.pk not in done:
            yield PlanFinding(
                code="outcome_without_action",
                severity="warning",
                texts={"card": card.code},
                about=(card_about(card),),
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
                about=(plan_about(envelope.plan),),
            )
