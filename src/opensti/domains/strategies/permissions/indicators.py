"""Who keeps cards, reports values, approves and publishes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.strategies.choices import (
    PUBLIC_PLANS,
    CampaignState,
    ObservationState,
    StocktakeState,
)
from opensti.domains.strategies.models import (
    Campaign,
    CampaignItem,
    Indicator,
    IndicatorEdition,
    Judgement,
    Observation,
    Stocktake,
    StocktakeDecision,
    Target,
)
from opensti.kernel.access import (
    EVERYTHING,
    NOTHING,
    STAFF,
    Role,
    grant,
    has_role,
    rule,
    sees,
)
from opensti.kernel.files.serving import files_access

if TYPE_CHECKING:
    from typing import Any

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

READERS = STAFF | {Role.AUDITOR}


@rule(
    _("You report for no such agency."),
    who=_("a manager of the agency, or an officer"),
)
def reports_for(actor: Actor, agency_id: Any) -> bool:
    return agency_id is not None and agency_id in actor.manages


grant("strategies.list_indicators", has_role(*READERS), reads=True)
grant("strategies.keep_indicator", has_role(Role.OFFICER, Role.LEADER))
grant("strategies.keep_target", has_role(Role.OFFICER, Role.LEADER))
# Asked with the id of the agency that reports, or none for the ministry's own values.
grant("strategies.report", has_role(Role.OFFICER) | reports_for)
grant("strategies.approve_observation", has_role(Role.OFFICER, Role.LEADER))
grant("strategies.publish_observation", has_role(Role.OFFICER, Role.LEADER))
grant("strategies.keep_campaign", has_role(Role.OFFICER))
grant("strategies.list_campaigns", has_role(*READERS, Role.MANAGER), reads=True)
grant("strategies.keep_stocktake", has_role(Role.OFFICER, Role.LEADER))
grant("strategies.hold_stocktake", has_role(Role.LEADER))
grant("strategies.list_stocktakes", has_role(*READERS), reads=True)


@rule(
    _("This decision is for another organisation to carry out."),
    who=_("a manager of the organisation that is to do it, or an officer"),
)
def does_it(actor: Actor, decision: Any) -> bool:
    return decision.owner_id is not None and decision.owner_id in actor.manages


grant(
    "strategies.finish_stocktake_decision",
    has_role(Role.OFFICER, Role.LEADER) | does_it,
)


def _decisions(actor: Actor) -> Q:
    """What a held stocktake decided is known to whoever is to do it."""
    if actor.has(*READERS):
        return EVERYTHING
    if actor.manages:
        return Q(owner_id__in=actor.manages, stocktake__state=StocktakeState.HELD)
    return NOTHING


def _observations(actor: Actor) -> Q:
    """Published ones are everybody's; an agency knows its own."""
    if actor.has(*READERS):
        return EVERYTHING
    seen = Q(state=ObservationState.PUBLISHED)
    if actor.manages:
        seen |= Q(reporter_id__in=actor.manages)
    return seen


def _campaigns(actor: Actor) -> Q:
    if actor.has(*READERS):
        return EVERYTHING
    if actor.manages:
        mine = CampaignItem.objects.filter(agency_id__in=actor.manages)
        return ~Q(state=CampaignState.DRAFT) & Q(pk__in=mine.values("campaign_id"))
    return NOTHING


def _items(actor: Actor) -> Q:
    if actor.has(*READERS):
        return EVERYTHING
    if actor.manages:
        return ~Q(campaign__state=CampaignState.DRAFT) & Q(agency_id__in=actor.manages)
    return NOTHING


def _targets(actor: Actor) -> Q:
    if actor.has(*READERS):
        return EVERYTHING
    return Q(plan__state__in=PUBLIC_PLANS)


def _staff(actor: Actor) -> Q:
    return EVERYTHING if actor.has(*READERS) else NOTHING


sees(Indicator, lambda _actor: EVERYTHING)
sees(IndicatorEdition, lambda _actor: EVERYTHING)
sees(Target, _targets)
sees(Observation, _observations)
sees(Campaign, _campaigns)
sees(CampaignItem, _items)
sees(Stocktake, _staff)
sees(Judgement, _staff)
sees(StocktakeDecision, _decisions)


def _value_file(actor: Actor, file: StoredFile) -> bool:
    """Staff, and the agency the value is of: that a value is public opens no file."""
    if actor.has(*READERS):
        return True
    public_id = file.subject.rpartition(":")[2]
    rows = Observation.objects.filter(reporter_id__in=actor.manages)
    return bool(actor.manages) and rows.filter(public_id=public_id).exists()


def _sheet_file(actor: Actor, file: StoredFile) -> bool:
    """Staff, and the agency whose sheet it is: the last part of the subject."""
    agency = file.subject.rpartition(":")[2]
    return actor.has(*READERS) or agency in {str(pk) for pk in actor.manages}


def _table_file(actor: Actor, _file: StoredFile) -> bool:
    """A table of the office holds values of many bodies."""
    return actor.has(*READERS)


files_access("strategies.observation", _value_file)
files_access("strategies.campaign", _sheet_file)
files_access("strategies.observations", _table_file)
