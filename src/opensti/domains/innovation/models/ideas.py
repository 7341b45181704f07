"""Campaigns that ask for ideas, the ideas, who weighs them and what came of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.innovation.choices import IdeaState
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field

if TYPE_CHECKING:
    from datetime import date

HIGHEST = 5
USER = settings.AUTH_USER_MODEL


class Campaign(models.Model):
    """A question to the staff, answered by whoever has the link until ``closes_on``.

    ``criteria``: [{code, name, weight}]; ``form``: [{code, label, kind, needed, choices}].
    ``token`` is the link: whoever has it reads the question and hands in, no more.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    organisation = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(max_length=200)
    question = models.TextField(max_length=2000)
    criteria = models.JSONField()
    form = models.JSONField(default=list)
    token = models.CharField(max_length=40, unique=True)
    opens_on = models.DateField()
    closes_on = models.DateField()
    reply_days = models.PositiveSmallIntegerField()
    anonymous = models.BooleanField(default=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="campaign_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(reply_days__gte=1), name="campaign_replies_some_day"
            ),
        ]
        indexes = [models.Index(fields=["organisation"], name="campaigns_of_one")]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        return f"innovation.campaign:{self.public_id}"

    def takes_on(self, day: date) -> bool:
        """Whether ideas are handed in on that day."""
        return self.closed_at is None and self.opens_on <= day <= self.closes_on


class Reviewer(models.Model):
    """An account that weighs the ideas of a campaign, but never its own."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="reviewers"
    )
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "user"], name="reviewer_of_a_campaign_once"
            )
        ]

    def __str__(self) -> str:
        return f"reviewer {self.user_id} of campaign {self.campaign_id}"


class Idea(models.Model):
    """What somebody proposes. ``author`` is an account, ``author_name`` what was typed.

    Without a name neither is kept. ``key_digest`` is of the secret with which it was
    handed in: the same secret again is the same idea, and shows how it fares.
    ``reply_due``: by when the author has an answer; ``answered_at`` stops that clock.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="ideas"
    )
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=5000)
    answers = models.JSONField(default=dict)
    author = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    author_name = models.CharField(max_length=120, blank=True)
    key_digest = models.CharField(max_length=64, unique=True)
    handed_in_at = models.DateTimeField()
    state = models.CharField(
        max_length=10,
        choices=IdeaState.choices,
        default=IdeaState.SUBMITTED,
    )
    reply_due = models.DateField()
    answer = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
    )
    initiative = models.ForeignKey(
        "innovation.Initiative",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ideas",
    )
    compared_at = models.DateTimeField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    search_text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-handed_in_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=IdeaState.MERGED, merged_into__isnull=False)
                | (~Q(state=IdeaState.MERGED) & Q(merged_into=None)),
                name="a_merged_idea_says_into_which",
            ),
            models.CheckConstraint(
                condition=~Q(state=IdeaState.ACCEPTED) | Q(initiative__isnull=False),
                name="an_accepted_idea_is_an_initiative",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "state"], name="ideas_of_a_campaign"),
            models.Index(
                fields=["reply_due"],
                condition=Q(answered_at=None),
                name="ideas_waiting_for_a_reply",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        return f"innovation.idea:{self.public_id}"


class Likeness(models.Model):
    """That an idea may be the same as an earlier one, or as an initiative."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(
        Idea, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    initiative = models.ForeignKey(
        "innovation.Initiative",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    probability = models.FloatField()

    class Meta:
        ordering = ["-probability", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(other=None) ^ Q(initiative=None),
                name="likeness_is_to_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"idea {self.idea_id}: {self.probability:.2f}"


class Score(models.Model):
    """What a reviewer gave an idea: 0 to 5 for each criterion of the campaign."""

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="scores")
    reviewer = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    scores = models.JSONField()
    comment = models.TextField(max_length=2000, blank=True)
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["idea", "reviewer"], name="one_score_of_a_reviewer"
            )
        ]

    def __str__(self) -> str:
        return f"score of idea {self.idea_id}"


class Reward(models.Model):
    """What the authors of an idea got for it."""

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="rewards")
    what = models.CharField(max_length=300)
    amount = money_field(null=True, blank=True)
    given_on = models.DateField()
    noted_by = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["given_on", "pk"]

    def __str__(self) -> str:
        return self.what
