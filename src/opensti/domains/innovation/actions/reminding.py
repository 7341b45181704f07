"""Managers are told of ideas whose authors wait longer than was promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from opensti.domains.accounts.queries import emails_by_id
from opensti.domains.innovation.actions.campaigns import tell
from opensti.domains.innovation.models import Campaign, Idea
from opensti.domains.registry.queries import managers_of
from opensti.kernel.access import SYSTEM

if TYPE_CHECKING:
    from datetime import datetime

logger = structlog.get_logger(__name__)


def remind_of_replies(*, at: datetime) -> int:
    """Mail the managers of each organisation whose replies are overdue, once a day.

    A mail names no idea: it passes through the hands of others. Returns how many
    campaigns were reminded of; one whose mail is not taken is tried at the next run.
    """
    today = localdate(at)
    waiting = Idea.objects.filter(answered_at=None, reply_due__lt=today)
    waiting = waiting.exclude(reminded_on=today)
    campaigns = waiting.order_by("campaign").values_list("campaign", flat=True)
    told = 0
    for campaign_id in campaigns.distinct():
        try:
            told += _remind(campaign_id, at)
        except OSError:
            logger.exception("innovation.reminder_not_mailed", campaign=campaign_id)
    return told


@transaction.atomic
def _remind(campaign_id: int, at: datetime) -> int:
    today = localdate(at)
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    late = campaign.ideas.filter(answered_at=None, reply_due__lt=today)
    count = late.exclude(reminded_on=today).update(reminded_on=today)
    managers = managers_of(campaign.organisation_id, today)
    addresses = [one for one in emails_by_id(set(managers)).values() if one]
    if not count or not addresses:
        return 0
    tell(
        SYSTEM,
        "innovation.remind",
        campaign.subject,
        at,
        detail={"ideas": count},
    )
    place = reverse("innovation:campaign", args=[campaign.public_id])
    with override("vi"):
        subject = ngettext(
            "%(n)d idea waits for its reply longer than promised",
            "%(n)d ideas wait for their replies longer than promised",
            count,
        ) % {"n": count}
        text = _(
            "Whoever proposes something and hears nothing does not propose again. Answer here:"
        )
    for address in addresses:
        EmailMessage(
            subject,
            f"{text}\n\n{settings.OPENSTI_ADDRESS.rstrip('/')}{place}",
            to=[address],
        ).send()
    return 1
