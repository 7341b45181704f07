"""Campaigns and ideas that a person may know of; what a link and a follow-up key open."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.innovation import permissions as _permissions  # noqa: F401 -- who sees what
from opensti.domains.innovation.choices import IdeaState, IdeaStep
from opensti.domains.innovation.lifecycle import RUNNING, UNANSWERED, idea_steps_from
from opensti.domains.innovation.models import (
    Campaign,
    Idea,
    Initiative,
    Likeness,
    Reviewer,
    Reward,
    Score,
)
from opensti.kernel.access import get_visible, may, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.refusals import NotFound
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor

MOST_OFFERED = 200
_ANSWER, _SCORE = _("Answer an idea"), _("Weigh an idea")


def key_digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def campaign_of(token: str) -> Campaign:
    """Whose link this is, open or not; ``NotFound`` for an unknown one. 1 query."""
    rows = Campaign.objects.select_related("organisation")
    found = rows.filter(token=token).first()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What an author sees of an idea by its key: its own fate, or that of what it joined.

    ``together``: names, as far as any was given, of all whose ideas went into one.
    """

    idea: Idea
    fate: Idea
    together: list[str]
    without_name: int


def followed(key: str) -> Followed:
    """By the secret with which it was handed in; ``NotFound`` otherwise. 2 queries."""
    rows = Idea.objects.select_related(
        "campaign__organisation", "merged_into", "merged_into__initiative", "initiative"
    )
    found = rows.filter(key_digest=key_digest(key)).first()
    if found is None:
        raise NotFound
    return _followed(found)


def _followed(found: Idea) -> Followed:
    fate = found.merged_into or found
    same = Idea.objects.filter(Q(pk=fate.pk) | Q(merged_into=fate))
    people = list(same.select_related("author").order_by("handed_in_at", "pk"))
    names = [author_of(one) for one in people]
    return Followed(
        idea=found,
        fate=fate,
        together=list(dict.fromkeys(name for name in names if name)),
        without_name=sum(not name for name in names),
    )


def author_of(idea: Idea) -> str:
    """The name that was put to an idea; empty where none was. No query with the author."""
    return str(idea.author) if idea.author is not None else idea.author_name


def campaigns(actor: Actor) -> QuerySet[Campaign]:
    """Those the person may know of, with how many ideas came and how many wait; 1 query."""
    rows = Campaign.objects.select_related("organisation").annotate(
        came=Count("ideas"),
        waiting=Count("ideas", filter=Q(ideas__answered_at=None)),
    )
    return visible(actor, rows)


@dataclass(frozen=True, kw_only=True)
class OpenedCampaign:
    """A campaign with what its page shows."""

    row: Campaign
    runs: bool
    reviewers: list[Reviewer]
    ideas: list[Idea]


def campaign(actor: Actor, public_id: str) -> Campaign:
    """One by its public id; ``NotFound`` where it is absent or hidden. 1 query."""
    return get_visible(
        actor, Campaign.objects.select_related("organisation"), public_id=public_id
    )


def opened_campaign(actor: Actor, public_id: str) -> OpenedCampaign:
    """All that the page of a campaign shows this person; at most 3 queries.

    Of the ideas the 200 that wait longest; all of them stand in the list of ideas.
    """
    row = campaign(actor, public_id)
    runs = bool(may(actor, "innovation.run", row))
    rows = visible(actor, row.ideas.filter(state__in=UNANSWERED))
    return OpenedCampaign(
        row=row,
        runs=runs,
        reviewers=list(
            visible(
                actor, row.reviewers.filter(released_at=None).select_related("user")
            )
        )
        if runs
        else [],
        ideas=list(
            rows.select_related("author").order_by("reply_due", "pk")[:MOST_OFFERED]
        ),
    )


def ideas(actor: Actor) -> QuerySet[Idea]:
    """Those the person may know of, newest first, with their campaigns; 1 query."""
    rows = Idea.objects.select_related("campaign__organisation", "author")
    return visible(actor, rows)


@dataclass(frozen=True, kw_only=True)
class Alike:
    """What an idea may be the same as, and how likely that is."""

    probability: float
    idea: Idea | None
    initiative: Initiative | None


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """What the reviewers gave by criterion: mean, lowest, highest; of how many."""

    name: str
    weight: int
    mean: float
    low: int
    high: int


@dataclass(frozen=True, kw_only=True)
class OpenedIdea:
    """An idea with what its page shows.

    ``weighs``: whether the person may decide; ``scores_it``: whether it asks for his
    score. ``total``: the weighted mean of all scores, 0 to 5.
    """

    row: Idea
    followed: Followed
    runs: bool
    scores_it: bool
    works: bool
    answers: list[tuple[str, str]]
    alike: list[Alike]
    scores: list[Score]
    weighed: list[Weighed]
    total: float | None
    own: Score | None
    rewards: list[Reward]
    steps: list[IdeaStep]
    others: list[Idea]
    initiatives: list[Initiative]


def opened_idea(actor: Actor, public_id: str) -> OpenedIdea:
    """All that the page of an idea shows this person; at most 10 queries.

    A reviewer who has not given his score sees no other's: he is not led by them.
    """
    rows = Idea.objects.select_related(
        "campaign__organisation",
        "author",
        "answered_by",
        "merged_into__initiative",
        "merged_into__author",
        "initiative",
    )
    row = get_visible(actor, rows, public_id=public_id)
    of = row.campaign.organisation_id
    runs = bool(may(actor, "innovation.run", row.campaign))
    asked = row.state == IdeaState.IN_REVIEW and bool(
        may(actor, "innovation.score", row)
    )
    works = runs or asked or bool(may(actor, "innovation.advise", row.campaign))
    given = list(row.scores.select_related("reviewer")) if works else []
    own = next((s for s in given if s.reviewer_id == actor.user_id), None)
    shown = given if not asked or own is not None else []
    labels = {one["code"]: one["label"] for one in row.campaign.form}
    offers = runs and bool(idea_steps_from(row.state))
    return OpenedIdea(
        row=row,
        followed=_followed(row),
        runs=runs,
        scores_it=asked,
        works=works,
        answers=[(labels.get(c, c), said) for c, said in row.answers.items()],
        alike=_alike(actor, row) if works else [],
        scores=shown,
        weighed=_weighed(row.campaign.criteria, shown),
        total=total_of(row.campaign.criteria, shown),
        own=own,
        rewards=list(row.rewards.all()),
        steps=idea_steps_from(row.state) if runs else [],
        others=list(
            visible(actor, Idea.objects.filter(campaign__organisation_id=of))
            .exclude(pk=row.pk)
            .exclude(state=IdeaState.MERGED)
            .order_by("-handed_in_at")[:MOST_OFFERED]
        )
        if offers
        else [],
        initiatives=list(
            visible(
                actor,
                Initiative.objects.filter(organisation_id=of, state__in=RUNNING),
            )[:MOST_OFFERED]
        )
        if offers
        else [],
    )


def _alike(actor: Actor, row: Idea) -> list[Alike]:
    rows = Likeness.objects.filter(Q(idea=row) | Q(other=row))
    found = visible(actor, rows).select_related("idea", "other", "initiative")
    return [
        Alike(
            probability=one.probability,
            idea=one.other if one.idea_id == row.pk else one.idea,
            initiative=one.initiative,
        )
        for one in found[:10]
    ]


def total_of(
    criteria: Sequence[Mapping[str, Any]], scores: Iterable[Score]
) -> float | None:
    """The weighted mean of the criteria, each the mean of the reviewers, 0 to 5."""
    given = list(scores)
    weight = sum(one["weight"] for one in criteria)
    if not given or not weight:
        return None
    total = sum(
        one["weight"] * sum(s.scores[one["code"]] for s in given) for one in criteria
    )
    return float(total / len(given) / weight)


def _weighed(
    criteria: Sequence[Mapping[str, Any]], scores: Sequence[Score]
) -> list[Weighed]:
    if not scores:
        return []
    found = []
    for one in criteria:
        values = [s.scores[one["code"]] for s in scores]
        found.append(
            Weighed(
                name=one["name"],
                weight=one["weight"],
                mean=sum(values) / len(values),
                low=min(values),
                high=max(values),
            )
        )
    return found


def work_for(actor: Actor, today: date) -> list[WorkItem]:
    """Ideas that wait for an answer or for a score of this person; at most 2 queries."""
    if not actor.is_authenticated or not actor.member_of | actor.manages:
        return []
    waiting = Idea.objects.filter(
        answered_at=None, campaign__organisation_id__in=actor.manages
    ).select_related("campaign")
    found = (
        [
            _item("innovation.answer", _ANSWER, one, today)
            for one in waiting.order_by("reply_due")[:MOST_OFFERED]
        ]
        if actor.manages
        else []
    )
    to_score = (
        Idea.objects.filter(
            state=IdeaState.IN_REVIEW,
            campaign__reviewers__user_id=actor.account_id,
            campaign__reviewers__released_at=None,
            campaign__organisation_id__in=actor.member_of | actor.manages,
        )
        .exclude(author_id=actor.account_id)
        .exclude(merged__author_id=actor.account_id)
        .exclude(scores__reviewer_id=actor.account_id)
        .select_related("campaign")
    )
    return found + [
        _item("innovation.score", _SCORE, one, today)
        for one in to_score.order_by("reply_due")[:MOST_OFFERED]
    ]


def _item(kind: str, title: Any, idea: Idea, today: date) -> WorkItem:
    return WorkItem(
        kind=kind,
        title=title,
        about=Words(vi=idea.title),
        url_name="innovation:idea",
        url_args=(idea.public_id,),
        subject=idea.subject,
        due_on=idea.reply_due,
        overdue=idea.reply_due < today,
    )
