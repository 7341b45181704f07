"""Values of indicators: one that nobody but the office and its agency may know of yet."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.utils.timezone import localdate

from opensti.domains.strategies import actions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.leaks.marked import Marked
    from tests.leaks.world import World


def reported(world: World, story: Marked) -> None:
    """A card, a campaign that asks the host of *won*, and its report in waiting."""
    officer = story.actor("officer")
    mark, agency = world.mark, world.things["contract won"].host_id
    year = localdate(story.now).year
    card = actions.create_indicator(
        actor=officer,
        facts=actions.CardFacts(
            code="LEAK-1",
            name_vi="Số quy trình được áp dụng",
            definition_vi="Số quy trình được áp dụng trong năm.",
            unit_vi="quy trình",
            level="output",
            direction="up",
            kind="count",
            scope="ministry",
            aggregation="sum",
        ),
        at=story.later(),
    )
    world.things["card"] = card
    campaign = actions.draft_campaign(
        actor=officer,
        facts=actions.CampaignFacts(
            title_vi=f"Đợt {mark('campaign: title')}",
            period=str(year - 1),
            opens_on=localdate(story.now),
            due_on=localdate(story.now) + timedelta(days=200),
        ),
        asked=[actions.AskedFor(agency_id=agency, indicator_id=card.pk)],
        at=story.later(),
    )
    world.things["campaign"] = actions.open_campaign(
        actor=officer, campaign_id=campaign.pk, version=1, at=story.later()
    )
    world.things["value"] = actions.enter_observation(
        actor=officer,
        indicator_id=card.pk,
        reporter_id=agency,
        facts=actions.ValueFacts(
            period=str(year - 1),
            value=Decimal(7),
            source=f"Báo cáo {mark('value: source')}",
        ),
        file=ContentFile(
            f"Số liệu {mark('value: file')}\n".encode(), name="so-lieu.txt"
        ),
        at=story.later(),
    )


def arguments(world: World, name: str, wanted: Sequence[str]) -> list[dict[str, Any]]:
    """What a page of indicators is asked with; nothing for a page of other things."""
    things = world.things
    about = "card"
    if name.startswith("strategies:observation"):
        about = "value"
    elif name.startswith(("strategies:campaign", "strategies:sheet")):
        about = "campaign"
    given = {
        "public_id": things[about].public_id,
        "agency_id": things["contract won"].host.public_id,
        "kind": "csv",
        "act": "approve",
    }
    if not given.keys() >= set(wanted):
        return []
    return [{key: given[key] for key in wanted}]
