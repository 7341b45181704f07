"""An organisation's ideas and initiatives in the world of the leak test: shared with one adviser alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from opensti.domains.accounts.models import User
from opensti.domains.innovation import actions

if TYPE_CHECKING:
    from tests.leaks.world import World


def prepared(world: World) -> None:
    """Asked, proposed, accepted, tested; one idea that waits, one of a member's own."""
    cast, at, mark = world.cast, world.end, world.mark
    manager = cast.actor("applicant1")
    of = cast.hosts["NARIME"].pk
    actions.share(
        actor=manager,
        organisation_id=of,
        audience="adviser",
        email=User.objects.get(pk=world.user("expert12")).email,
        at=at,
    )
    campaign = actions.open_campaign(
        actor=manager,
        organisation_id=of,
        title=f"Đợt {mark('innovation: campaign')}",
        question="Làm sao bớt phế phẩm?",
        opens_on=at.date(),
        closes_on=at.date() + timedelta(days=30),
        criteria=[("Có lợi", 1)],
        at=at,
    )
    world.things["innovation campaign"] = campaign
    idea = actions.hand_in(
        token=campaign.token,
        key="k" * 32,
        title=f"Ý {mark('innovation: idea')}",
        text=f"Vì {mark('innovation: idea text')}",
        name=f"Chị {mark('innovation: author by name')}",
        at=at,
    )
    world.things["innovation idea"] = idea
    world.known_as("innovation: idea address", idea.public_id)
    own = actions.hand_in(
        token=campaign.token,
        key="m" * 32,
        title=f"Ý {mark('innovation: idea of the member')}",
        text="Đổi ca.",
        author=cast.actor("member"),
        at=at,
    )
    world.things["innovation own idea"] = own
    row = actions.begin_initiative(
        actor=manager,
        organisation_id=of,
        title=f"Sáng kiến {mark('innovation: initiative')}",
        text=f"Cho {mark('innovation: initiative text')}",
        reason=f"Do {mark('innovation: reason')}",
        at=at,
    )
    world.things["innovation initiative"] = row
    world.known_as("innovation: initiative address", row.public_id)
    actions.assume(
        actor=manager,
        initiative_id=row.pk,
        text=f"Giả định {mark('innovation: assumption')}",
        weight=5,
        doubt=5,
        at=at,
    )


def arguments(world: World) -> dict[str, list[dict[str, Any]]]:
    """Addresses of its pages; links and keys that somebody was given are nobody's here."""
    things = world.things
    campaign = {"public_id": things["innovation campaign"].public_id}
    initiative = {"public_id": things["innovation initiative"].public_id}
    ideas = [
        {"public_id": things[name].public_id}
        for name in ("innovation idea", "innovation own idea")
    ]
    return {
        "innovation:campaign": [campaign],
        "innovation:hand_in": [campaign],
        "innovation:idea": ideas,
        "innovation:initiative": [initiative],
        "innovation:initiative_edit": [initiative],
        "portal:idea_new": [{"token": "x" * 24}],
        "portal:idea": [{"key": "x" * 32}],
    }
