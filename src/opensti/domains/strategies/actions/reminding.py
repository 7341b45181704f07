"""Letters to agencies that are asked, or late: at most one a week."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext, override

from opensti.domains.accounts.queries import emails_by_id
from opensti.domains.registry.queries import managers_of
from opensti.domains.strategies.actions.campaigns import campaign_subject
from opensti.domains.strategies.choices import CampaignState, ObservationState
from opensti.domains.strategies.models import Campaign, CampaignItem
from opensti.kernel.access import SYSTEM, require
from opensti.kernel.checks import in_state, locked_row
from opensti.kernel.record.actions import record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from opensti.kernel.access import Actor

AGAIN = timedelta(days=7)
WAITING = Q(observation=None) | Q(observation__state=ObservationState.RETURNED)


def remind_agencies(*, at: datetime) -> int:
    """Write to managers when a campaign opens, a week before its last day, and when late.

    One letter an agency and campaign, at most one in seven days; returns how many. It is
    noted before it is mailed: a worker that dies in between writes a week later.
    """
    today = localdate(at)
    asked = Q(reminded_at=None, campaign__opens_on__lte=today) | Q(
        reminded_at__lte=at - AGAIN, campaign__due_on__lte=today + AGAIN
    )
    rows = CampaignItem.objects.filter(
        WAITING, asked, campaign__state=CampaignState.OPEN
    )
    groups = sorted(set(rows.order_by().values_list("campaign_id", "agency_id")))
    sent = 0
    for campaign_id, agency_id in groups:
        with transaction.atomic():
            campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
            told = _note(campaign, [agency_id], at, actor=SYSTEM)
        sent += _mail(campaign, told, today)
    return sent


@transaction.atomic
def remind_campaign(
    *, actor: Actor, campaign_id: int, version: int, at: datetime
) -> Campaign:
    """Write now to all agencies of a campaign that have not reported everything."""
    campaign = locked_row(
        actor, Campaign.objects.all(), version=version, pk=campaign_id
    )
    require(actor, "strategies.keep_campaign", campaign)
    in_state(
        gettext("The campaign is: %(state)s."),
        campaign.state,
        {CampaignState.OPEN},
        campaign.get_state_display(),
    )
    rows = campaign.items.filter(WAITING).order_by()
    agencies = sorted(set(rows.values_list("agency_id", flat=True)))
    told = _note(campaign, agencies, at, actor=actor)
    transaction.on_commit(lambda: _mail(campaign, told, localdate(at)))
    return campaign


def _note(
    campaign: Campaign, agencies: Iterable[int], at: datetime, *, actor: Actor
) -> dict[int, tuple[list[str], int]]:
    """Note who is written to; returns addresses and open lines of each agency."""
    told: dict[int, tuple[list[str], int]] = {}
    counts: dict[int, int] = defaultdict(int)
    items = campaign.items.filter(WAITING, agency_id__in=list(agencies))
    for agency_id in items.order_by().values_list("agency_id", flat=True):
        counts[agency_id] += 1
    CampaignItem.objects.filter(
        pk__in=list(items.order_by().values_list("pk", flat=True))
    ).update(reminded_at=at)
    for agency_id, count in sorted(counts.items()):
        managers = managers_of(agency_id, localdate(at))
        addresses = sorted(emails_by_id(set(managers)).values())
        told[agency_id] = (addresses, count)
    record(
        actor=actor,
        act="strategies.remind",
        subject=campaign_subject(campaign),
        at=at,
        detail={
            "agencies": sorted(counts),
            "mailed to": sum(len(addresses) for addresses, _count in told.values()),
        },
    )
    return told


def _mail(
    campaign: Campaign, told: dict[int, tuple[list[str], int]], today: date
) -> int:
    sent = 0
    for addresses, count in told.values():
        if not addresses:
            continue
        with override("vi"):
            values = {
                "campaign": campaign.title_vi,
                "period": campaign.period,
                "day": date_format(campaign.due_on, "d/m/Y"),
                "count": count,
            }
            if campaign.due_on < today:
                subject = gettext("Late: report on indicators of %(period)s")
            else:
                subject = gettext("Report on indicators of %(period)s")
            body = gettext(
                "Your agency is asked in “%(campaign)s” for values of %(count)d indicators for %(period)s, by %(day)s. Sign in and open “Campaigns”, or fill in the Excel sheet that stands there."
            )
            EmailMessage(subject % values, body % values, to=addresses).send(
                fail_silently=True
            )
        sent += 1
    return sent
