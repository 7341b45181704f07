"""Cards, what acts want of them, how they stood before; for lists and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from opensti.domains.strategies.choices import ObservationState
from opensti.domains.strategies.models import (
    Indicator,
    IndicatorEdition,
    Observation,
    Target,
)
from opensti.kernel.access import PUBLIC, get_visible, visible

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opensti.kernel.access import Actor


def indicators(actor: Actor) -> QuerySet[Indicator]:
    """Cards with how many targets stand and values count; 1 query."""
    return (
        visible(actor, Indicator.objects.all())
        .select_related("owner")
        .annotate(
            target_count=Count(
                "targets", filter=Q(targets__replaced_by=None), distinct=True
            ),
            value_count=Count(
                "observations",
                filter=Q(
                    observations__cell="",
                    observations__state__in=[
                        ObservationState.APPROVED,
                        ObservationState.PUBLISHED,
                    ],
                ),
                distinct=True,
            ),
        )
        .order_by("code")
    )


def public_indicators() -> QuerySet[Indicator]:
    """Cards of which something is published; 1 query."""
    published = Observation.objects.filter(state=ObservationState.PUBLISHED, cell="")
    return Indicator.objects.filter(pk__in=published.values("indicator_id")).order_by(
        "code"
    )


def public_indicator(public_id: str) -> Indicator:
    """One card of which something is published; 1 query."""
    return get_visible(PUBLIC, public_indicators(), public_id=public_id)


def indicator(actor: Actor, public_id: str) -> Indicator:
    """One card with its goals and actions; 3 queries."""
    rows = Indicator.objects.select_related("owner").prefetch_related(
        "goals__plan", "actions__plan"
    )
    return get_visible(actor, rows, public_id=public_id)


def targets_of(actor: Actor, card: Indicator) -> list[Target]:
    """All targets of all acts, those that stand first; 1 query."""
    rows = visible(actor, Target.objects.filter(indicator=card)).select_related(
        "plan", "goal"
    )
    return sorted(rows, key=lambda t: (t.replaced_by_id is not None, t.to_year, t.pk))


def editions_of(actor: Actor, card: Indicator) -> list[IndicatorEdition]:
    """How a card stood, newest first; 1 query."""
    return list(
        visible(actor, IndicatorEdition.objects.filter(indicator=card)).select_related(
            "made_by"
        )
    )
