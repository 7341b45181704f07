"""Campaigns as they stand: who reported, who waits, who is late; what waits for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.strategies.choices import CampaignState, ObservationState
from opensti.domains.strategies.models import Campaign, CampaignItem, Observation
from opensti.domains.strategies.queries.observations import (
    observation_subject,
    returned_to,
    to_approve,
)
from opensti.kernel.access import Role, get_visible, may, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from opensti.domains.registry.models import Organisation
    from opensti.domains.strategies.models import Indicator
    from opensti.kernel.access import Actor

REPORTED = Q(items__observation__isnull=False) & ~Q(
    items__observation__state=ObservationState.RETURNED
)


def indicators_asked_of(actor: Actor) -> QuerySet[CampaignItem]:
    """The keys of the cards that campaigns ask of the person's own agencies; no query."""
    rows = visible(actor, CampaignItem.objects.all())
    return rows.order_by().values("indicator_id")  # type: ignore[return-value]


def campaigns(actor: Actor) -> QuerySet[Campaign]:
    """Campaigns with the number of lines and of those reported; 1 query.

    An agency's manager counts the lines of his own agencies alone.
    """
    own = Q()
    if not actor.has(
        Role.OFFICER, Role.LEADER, Role.AUDITOR, Role.SECRETARY, Role.FINANCE
    ):
        own = Q(items__agency_id__in=actor.manages)
    return (
        visible(actor, Campaign.objects.all())
        .annotate(
            asked=Count("items", filter=own, distinct=True),
            reported=Count("items", filter=own & REPORTED, distinct=True),
        )
        .order_by("-due_on", "-pk")
    )


def campaign(actor: Actor, public_id: str) -> Campaign:
    return get_visible(actor, Campaign.objects.all(), public_id=public_id)


def items_of(actor: Actor, campaign: Campaign) -> list[CampaignItem]:
    """The lines the asker may know of, each with when it was first reported; 1 query."""
    first = Observation.objects.filter(
        indicator=OuterRef("indicator"),
        reporter=OuterRef("agency"),
        period=OuterRef("campaign__period"),
        cell="",
    ).order_by("pk")
    return list(
        visible(actor, CampaignItem.objects.filter(campaign=campaign))
        .select_related("agency", "indicator", "observation")
        .annotate(first_at=Subquery(first.values("entered_at")[:1]))
        .order_by("agency__name_vi", "agency_id", "indicator__code")
    )


def standing(item: CampaignItem, today: date) -> str:
    """How a line stands: approved, published, entered, returned, late or waiting."""
    late = item.campaign.due_on < today
    if item.observation is not None:
        return item.observation.state
    return "late" if late else "waiting"


@dataclass(frozen=True, kw_only=True)
class AgencyRow:
    """One agency of a campaign with its line for each indicator (or none).

    A line comes with how it stands, and whether it was reported after the last day.
    """

    agency: Organisation
    cells: tuple[tuple[CampaignItem, str, bool] | None, ...]
    reported: int
    asked: int


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """Who reported what: agencies down, indicators across."""

    indicators: tuple[Indicator, ...]
    rows: tuple[AgencyRow, ...]

    @property
    def asked(self) -> int:
        return sum(row.asked for row in self.rows)

    @property
    def reported(self) -> int:
        return sum(row.reported for row in self.rows)


def matrix_of(actor: Actor, campaign: Campaign, today: date) -> Matrix:
    """How a campaign stands, for whoever may know of its lines; 1 query."""
    items = items_of(actor, campaign)
    for item in items:
        item.campaign = campaign
    cards = {item.indicator_id: item.indicator for item in items}
    ordered = sorted(cards.values(), key=lambda card: card.code)
    agencies = {item.agency_id: item.agency for item in items}
    by_place = {(item.agency_id, item.indicator_id): item for item in items}
    rows = []
    for pk, agency in agencies.items():
        line = [by_place.get((pk, card.pk)) for card in ordered]
        cells = tuple(
            (i, standing(i, today), _was_late(i)) if i else None for i in line
        )
        told = [cell[1] for cell in cells if cell]
        rows.append(
            AgencyRow(
                agency=agency,
                cells=cells,
                reported=sum(s not in _OPEN for s in told),
                asked=len(told),
            )
        )
    return Matrix(indicators=tuple(ordered), rows=tuple(rows))


def _was_late(item: CampaignItem) -> bool:
    """A correction of what came in time is not late."""
    first = item.first_at  # type: ignore[attr-defined]
    return first is not None and localdate(first) > item.campaign.due_on


_OPEN = frozenset({"waiting", "late", "returned"})


def indicator_work(actor: Actor, today: date) -> list[WorkItem]:
    """What waits: reports to approve, one's own to report anew, campaigns; 3 queries at most."""
    found = []
    if may(actor, "strategies.approve_observation"):
        waiting = to_approve(actor).count()
        if waiting:
            found.append(
                WorkItem(
                    kind="strategies.approve",
                    title=_("Decide on %(count)d reported values") % {"count": waiting},
                    url_name="strategies:approval",
                )
            )
    if actor.has(Role.OFFICER):
        # An agency's manager finds his in the campaign; the office reports at any time.
        found += [
            WorkItem(
                kind="strategies.report_anew",
                title=_("Report a value anew that was sent back"),
                about=Words(row.indicator.name_vi, row.indicator.name_en),
                code=f"{row.indicator.code} {row.period}",
                url_name="strategies:observation",
                url_args=(row.public_id,),
                subject=observation_subject(row),
            )
            for row in returned_to(actor)
        ]
    if not actor.manages:
        return found
    rows = (
        visible(actor, Campaign.objects.filter(state=CampaignState.OPEN))
        .filter(
            Q(items__agency_id__in=actor.manages)
            & (
                Q(items__observation=None)
                | Q(items__observation__state=ObservationState.RETURNED)
            ),
            opens_on__lte=today,
        )
        .annotate(open_lines=Count("items", distinct=True))
        .order_by("due_on", "pk")
    )
    found += [
        WorkItem(
            kind="strategies.report",
            title=_("Report %(count)d values") % {"count": row.open_lines},
            about=Words(row.title_vi, row.title_en),
            url_name="strategies:campaign",
            url_args=(row.public_id,),
            subject=f"strategies.campaign:{row.public_id}",
            due_on=row.due_on,
            overdue=row.due_on < today,
        )
        for row in rows
    ]
    return found
