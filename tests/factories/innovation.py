"""Campaigns, ideas and initiatives for tests, brought where they stand by the actions."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from opensti.domains.accounts.models import User
from opensti.domains.innovation import actions
from opensti.domains.registry.models import Membership
from opensti.kernel.access import PUBLIC, Actor, Role
from tests.factories.accounts import LONG_AGO
from tests.factories.assessments import AT, factory_owner, house, member
from tests.factories.tasks import person

if TYPE_CHECKING:
    from opensti.domains.innovation.models import Campaign, Idea, Initiative

__all__ = [
    "AT",
    "accepted",
    "advised",
    "campaign",
    "email_of",
    "factory_owner",
    "house",
    "idea",
    "initiative",
    "member",
    "reviewer",
    "step",
]


def email_of(actor: Actor) -> str:
    return User.objects.get(pk=actor.user_id).email


def campaign(owner: Actor, *, at: Any = AT, **said: Any) -> Campaign:
    """A campaign of two criteria (weights 1 and 3) that lasts a month."""
    today = localdate(at)
    given: dict[str, Any] = {
        "title": "Bớt phế phẩm",
        "question": "Làm sao bớt phế phẩm?",
        "opens_on": today,
        "closes_on": today + timedelta(days=30),
        "criteria": [("Dễ làm", 1), ("Có lợi", 3)],
    }
    return actions.open_campaign(
        actor=owner, organisation_id=house(owner), at=at, **(given | said)
    )


def idea(
    of: Campaign, title: str = "Gia nhiệt khuôn", *, at: Any = AT, **said: Any
) -> Idea:
    given: dict[str, Any] = {
        "key": secrets.token_urlsafe(24),
        "text": "Gia nhiệt khuôn trước khi rót để giảm rỗ khí.",
        "author": PUBLIC,
    }
    return actions.hand_in(token=of.token, title=title, at=at, **(given | said))


def step(owner: Actor, row: Idea, *acts: str, at: Any = AT, **said: Any) -> Idea:
    for act in acts:
        row = actions.step_idea(
            actor=owner, idea_id=row.pk, act=act, at=at, **({"answer": "Vì."} | said)
        )
    return row


def reviewer(owner: Actor, of: Campaign, at: Any = AT) -> Actor:
    """A member of the organisation whom the owner named to weigh ideas.

    His membership is written down: the act of naming looks for it.
    """
    found = enrolled(owner)
    actions.name_reviewer(actor=owner, campaign_id=of.pk, email=email_of(found), at=at)
    return found


def enrolled(owner: Actor) -> Actor:
    """A member of the owner's organisation, of whom the registry knows."""
    found = person(Role.APPLICANT, member_of=frozenset({house(owner)}))
    Membership.objects.create(
        user_id=found.user_id,
        organisation_id=house(owner),
        since=LONG_AGO,
        manager=False,
    )
    return found


def accepted(owner: Actor, row: Idea, at: Any = AT) -> Initiative:
    found = step(owner, row, "triage", "accept", at=at).initiative
    assert found is not None
    return found


def initiative(owner: Actor, title: str = "Đúc khuôn nhựa", *, at: Any = AT, **said: Any) -> Initiative:  # fmt: skip
    return actions.begin_initiative(
        actor=owner, organisation_id=house(owner), title=title, at=at, **said
    )


def advised(owner: Actor, at: Any = AT) -> Actor:
    """An adviser with whom the owner's organisation shares its innovation work."""
    adviser = person(Role.EXPERT)
    actions.share(
        actor=owner,
        organisation_id=house(owner),
        audience="adviser",
        email=email_of(adviser),
        at=at,
    )
    return adviser
