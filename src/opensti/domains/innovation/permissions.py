"""Whose innovation work it is: the organisation's, and theirs with whom it shares.

No office sees anything by its role, the auditor neither. The ministry reads measures of
organisations that share them; never an idea, an initiative or who proposed it. Members
know the campaigns and the initiatives; ideas are known to managers, advisers, the
reviewers of the campaign, and each author.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.innovation.choices import Audience
from opensti.domains.innovation.models import (
    Assumption,
    Audit,
    AuditFinding,
    Campaign,
    Document,
    Idea,
    Initiative,
    Likeness,
    Objective,
    Partner,
    Portfolio,
    Review,
    ReviewDecision,
    Reviewer,
    Reward,
    Right,
    Score,
    Sharing,
    Signal,
    StageDecision,
    Trial,
)
from opensti.kernel.access import NOTHING, Role, anyone, grant, has_role, rule, sees
from opensti.kernel.files.serving import files_access

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile

MINISTRY = (Role.OFFICER, Role.LEADER)


def _organisation_id(thing: Any) -> int:
    """The organisation itself, by its id, or that of a row."""
    return thing if isinstance(thing, int) else int(thing.organisation_id)


def on_day(day: date) -> Q:
    """Sharing that holds on a day."""
    return Q(since__lte=day) & (Q(until=None) | Q(until__gt=day))


def advised(actor: Actor) -> QuerySet[Sharing, int]:
    """Ids of the organisations that this person advises today, as a subquery."""
    rows = Sharing.objects.filter(
        on_day(localdate()), audience=Audience.ADVISER, user_id=actor.account_id
    )
    return rows.order_by().values_list("organisation_id", flat=True)


def shared_with_ministry() -> QuerySet[Sharing, int]:
    """Ids of the organisations that share measures with the ministry today."""
    rows = Sharing.objects.filter(on_day(localdate()), audience=Audience.MINISTRY)
    return rows.order_by().values_list("organisation_id", flat=True)


def of_own(actor: Actor, prefix: str = "") -> Q:
    """What belongs to an organisation that the person acts for or advises."""
    if not actor.is_authenticated:
        return NOTHING
    name = f"{prefix}organisation_id__in"
    return Q(**{name: actor.member_of | actor.manages}) | Q(**{name: advised(actor)})


def _weighed(actor: Actor, prefix: str = "") -> Q:
    """Ideas that a person weighs as manager, adviser or reviewer."""
    if not actor.is_authenticated:
        return NOTHING
    campaign = f"{prefix}campaign"
    reviewed = Reviewer.objects.filter(user_id=actor.account_id, released_at=None)
    # Who left the organisation weighs no more of its ideas.
    reviewed = reviewed.filter(
        Q(campaign__organisation_id__in=actor.member_of | actor.manages)
        | Q(campaign__organisation_id__in=advised(actor))
    )
    return (
        Q(**{f"{campaign}__organisation_id__in": actor.manages})
        | Q(**{f"{campaign}__organisation_id__in": advised(actor)})
        | Q(**{f"{campaign}_id__in": reviewed.order_by().values("campaign_id")})
    )


def _ideas(actor: Actor, prefix: str = "") -> Q:
    if not actor.is_authenticated:
        return NOTHING
    mine = f"{prefix}author_id"
    joined = f"{prefix}merged_into__author_id"
    account = actor.account_id
    return _weighed(actor, prefix) | Q(**{mine: account}) | Q(**{joined: account})


@rule(
    _("You do not manage this organisation."),
    who=_("a manager of the organisation"),
)
def manages_it(actor: Actor, thing: Any) -> bool:
    return thing is not None and _organisation_id(thing) in actor.manages


@rule(
    _("You do not act for this organisation."),
    who=_("a member of the organisation"),
)
def belongs_to_it(actor: Actor, thing: Any) -> bool:
    return thing is not None and _organisation_id(thing) in (
        actor.member_of | actor.manages
    )


@rule(
    _("You do not advise this organisation."),
    who=_("an adviser whom the organisation named"),
)
def advises_it(actor: Actor, thing: Any) -> bool:
    return (
        thing is not None
        and actor.is_authenticated
        and advised(actor).filter(organisation_id=_organisation_id(thing)).exists()
    )


@rule(
    _("You are not a reviewer of this campaign."),
    who=_("a reviewer whom a manager named"),
)
def reviews_it(actor: Actor, idea: Any) -> bool:
    return (
        idea is not None
        and actor.is_authenticated
        and Reviewer.objects.filter(
            campaign_id=idea.campaign_id, user_id=actor.account_id, released_at=None
        ).exists()
    )


@rule(
    _("You have a part in this idea yourself."),
    who=_("a reviewer who has no part in it"),
)
def has_no_part(actor: Actor, idea: Any) -> bool:
    """Neither its author, nor of an idea that was joined with it."""
    mine = Idea.objects.filter(author_id=actor.account_id)
    return not mine.filter(Q(pk=idea.pk) | Q(merged_into_id=idea.pk)).exists()


grant(
    "innovation.read",
    has_role(*MINISTRY, Role.APPLICANT, Role.MANAGER, Role.EXPERT),
    reads=True,
)
grant("innovation.hand_in", anyone)
grant("innovation.share", manages_it)
grant("innovation.run", manages_it)
grant("innovation.score", reviews_it & has_no_part)
grant("innovation.work", belongs_to_it | advises_it)
grant("innovation.advise", advises_it, reads=True)

sees(Campaign, of_own)
for model in (Objective, Portfolio, Signal, Audit, Review, Document):
    sees(model, of_own)
sees(AuditFinding, lambda actor: of_own(actor, "audit__"))
sees(ReviewDecision, lambda actor: of_own(actor, "review__"))
sees(Idea, _ideas)
for thing in (Score, Reward):
    sees(thing, lambda actor: _ideas(actor, "idea__"))
sees(Likeness, lambda actor: _weighed(actor, "idea__"))
sees(Reviewer, lambda actor: of_own(actor, "campaign__"))
sees(Initiative, of_own)
for part in (StageDecision, Assumption, Right, Partner):
    sees(part, lambda actor: of_own(actor, "initiative__"))
sees(Trial, lambda actor: of_own(actor, "assumption__initiative__"))


def _reads_record(actor: Actor, file: StoredFile) -> bool:
    _prefix, _colon, public_id = file.subject.partition(":")
    return Document.objects.filter(of_own(actor), public_id=public_id).exists()


files_access("innovation.document", _reads_record)
sees(
    Sharing,
    lambda actor: (
        Q(organisation_id__in=actor.manages) | Q(user_id=actor.account_id)
        if actor.is_authenticated
        else NOTHING
    ),
)
