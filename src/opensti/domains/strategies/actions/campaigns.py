"""Campaigns in which agencies report: prepared, opened, followed, closed."""

from __future__ import annotations

from collections.abc import Sequence  # noqa: TC003 -- read by the addresses at run time
from dataclasses import asdict, dataclass
from datetime import date  # noqa: TC003 -- read at run time
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from sti_methods.indicators import span_of

from opensti.domains.registry.queries import organisations
from opensti.domains.strategies.actions.numbers import LENGTHS
from opensti.domains.strategies.choices import CampaignState, Rhythm
from opensti.domains.strategies.models import Campaign, CampaignItem, Indicator
from opensti.kernel.access import require, visible
from opensti.kernel.checks import (
    Faults,
    in_order,
    in_state,
    keep,
    locked_row,
    required,
)
from opensti.kernel.record.actions import record
from opensti.kernel.refusals import StepNotAllowed

if TYPE_CHECKING:
    from datetime import datetime

    from opensti.kernel.access import Actor

State = CampaignState


@dataclass(frozen=True, kw_only=True)
class CampaignFacts:
    """Of which period, from when, until when (that day counts)."""

    title_vi: str
    period: str
    opens_on: date
    due_on: date
    title_en: str = ""


@dataclass(frozen=True, kw_only=True)
class AskedFor:
    """One indicator that one agency is asked for, both by id."""

    agency_id: int
    indicator_id: int


@transaction.atomic
def draft_campaign(
    *, actor: Actor, facts: CampaignFacts, at: datetime, asked: Sequence[AskedFor] = ()
) -> Campaign:
    """Prepare a campaign; agencies know nothing of it until it is opened."""
    require(actor, "strategies.keep_campaign")
    campaign = Campaign(created_by_id=actor.account_id, created_at=at)
    _fill(campaign, facts)
    campaign.save()
    _ask(actor, campaign, asked)
    _record(actor, "draft_campaign", campaign, at, asked=len(asked))
    return campaign


@transaction.atomic
def change_campaign(
    *,
    actor: Actor,
    campaign_id: int,
    facts: CampaignFacts,
    version: int,
    at: datetime,
) -> Campaign:
    """Say a campaign anew. Once it is open, only its name and its last day, and that later."""
    campaign = _locked(actor, campaign_id, version, State.DRAFT, State.OPEN)
    if campaign.state == State.OPEN:
        faults = Faults()
        if (facts.period, facts.opens_on) != (campaign.period, campaign.opens_on):
            faults.add(
                "period", _("Agencies report already: period and first day stand.")
            )
        if facts.due_on < campaign.due_on:
            faults.add("due_on", _("An open campaign may end later, not earlier."))
        faults.refuse()
    _fill(campaign, facts)
    keep(campaign, *asdict(facts))
    _record(actor, "change_campaign", campaign, at, due_on=campaign.due_on)
    return campaign


@transaction.atomic
def set_asked(
    *,
    actor: Actor,
    campaign_id: int,
    asked: Sequence[AskedFor],
    version: int,
    at: datetime,
) -> Campaign:
    """Say which agency is asked for which indicator; what is not named is not asked.

    Raises ``StepNotAllowed`` where that would drop what was reported already.
    """
    campaign = _locked(actor, campaign_id, version, State.DRAFT, State.OPEN)
    _ask(actor, campaign, asked)
    keep(campaign)
    _record(actor, "set_asked", campaign, at, asked=len(asked))
    return campaign


@transaction.atomic
def open_campaign(
    *, actor: Actor, campaign_id: int, version: int, at: datetime
) -> Campaign:
    """Let agencies report. The daily reminder writes to their managers."""
    campaign = _locked(actor, campaign_id, version, State.DRAFT)
    if not campaign.items.exists():
        raise StepNotAllowed(
            _("Nobody is asked for anything yet."),
            mend=_("Choose agencies and indicators first."),
        )
    if campaign.due_on < localdate(at):
        raise StepNotAllowed(
            _("The last day of %(day)s has passed.")
            % {"day": f"{campaign.due_on:%d/%m/%Y}"},
            mend=_("Choose a later last day."),
        )
    campaign.state = State.OPEN
    keep(campaign, "state")
    _record(actor, "open_campaign", campaign, at)
    return campaign


@transaction.atomic
def close_campaign(
    *, actor: Actor, campaign_id: int, version: int, at: datetime
) -> Campaign:
    """End a campaign: agencies report no more until it is reopened; who is late stays late."""
    campaign = _locked(actor, campaign_id, version, State.OPEN)
    campaign.state = State.CLOSED
    keep(campaign, "state")
    waiting = campaign.items.filter(observation=None).count()
    _record(actor, "close_campaign", campaign, at, not_reported=waiting)
    return campaign


@transaction.atomic
def reopen_campaign(
    *, actor: Actor, campaign_id: int, reason: str, version: int, at: datetime
) -> Campaign:
    """Let agencies report again in a closed campaign; its last day stands.

    Who reports after it is marked late; an open campaign may be given a later day.
    Raises ``StepNotAllowed`` unless it is closed, ``Invalid`` without a reason.
    """
    campaign = _locked(actor, campaign_id, version, State.CLOSED)
    why = required(reason=reason)["reason"]
    campaign.state = State.OPEN
    keep(campaign, "state")
    waiting = campaign.items.filter(observation=None).count()
    _record(actor, "reopen_campaign", campaign, at, reason=why, not_reported=waiting)
    return campaign


def campaign_subject(campaign: Campaign) -> str:
    return f"strategies.campaign:{campaign.public_id}"


def _locked(
    actor: Actor, campaign_id: int, version: int, *states: CampaignState
) -> Campaign:
    campaign = locked_row(
        actor, Campaign.objects.all(), version=version, pk=campaign_id
    )
    require(actor, "strategies.keep_campaign", campaign)
    in_state(
        _("The campaign is: %(state)s."),
        campaign.state,
        states,
        campaign.get_state_display(),
    )
    return campaign


def _fill(campaign: Campaign, facts: CampaignFacts) -> None:
    faults = Faults()
    faults.needs("title_vi", facts.title_vi, _("Name the campaign."))
    try:
        span_of(facts.period)
    except ValueError:
        faults.add(
            "period",
            _("“%(period)s” is no period.") % {"period": facts.period},
            _("Write 2025, 2025-H1, 2025-Q3 or 2025-07."),
        )
    faults.found += in_order(("opens_on", facts.opens_on), ("due_on", facts.due_on))
    faults.refuse()
    for name, value in asdict(facts).items():
        setattr(campaign, name, value.strip() if isinstance(value, str) else value)


def _ask(actor: Actor, campaign: Campaign, asked: Sequence[AskedFor]) -> None:
    """Make the lines of a campaign those asked for; reported ones stay."""
    faults = Faults()
    wanted = {(each.agency_id, each.indicator_id) for each in asked}
    agencies = {agency for agency, _card in wanted}
    known = set(
        organisations(actor).filter(pk__in=agencies).values_list("pk", flat=True)
    )
    cards = {
        card.pk: card
        for card in visible(
            actor, Indicator.objects.filter(pk__in={card for _agency, card in wanted})
        )
    }
    if agencies - known:
        faults.add("asked", _("One of the organisations is not there (any more)."))
    months = span_of(campaign.period).months
    for pk in sorted({card for _agency, card in wanted}):
        card = cards.get(pk)
        if card is None or card.retired_on is not None:
            faults.add("asked", _("One of the indicators is out of use."))
        elif LENGTHS[Rhythm(card.rhythm)][0] != months:
            faults.add(
                "asked",
                _("%(code)s is reported %(rhythm)s: it does not fit %(period)s.")
                % {
                    "code": card.code,
                    "rhythm": card.get_rhythm_display(),
                    "period": campaign.period,
                },
            )
    faults.refuse()
    there = {(i.agency_id, i.indicator_id): i for i in campaign.items.all()}
    gone = [item for key, item in there.items() if key not in wanted]
    if any(item.observation_id for item in gone):
        raise StepNotAllowed(
            _("What was reported already cannot be dropped from the campaign."),
            mend=_("Leave those lines in."),
        )
    CampaignItem.objects.filter(pk__in=[item.pk for item in gone]).delete()
    CampaignItem.objects.bulk_create(
        CampaignItem(campaign=campaign, agency_id=agency, indicator_id=card)
        for agency, card in sorted(wanted - there.keys())
    )


def _record(
    actor: Actor, act: str, campaign: Campaign, at: datetime, **detail: Any
) -> None:
    record(
        actor=actor,
        act=f"strategies.{act}",
        subject=campaign_subject(campaign),
        at=at,
        detail={
            "period": campaign.period,
            "state": campaign.state,
            "version": campaign.version,
            **detail,
        },
    )
