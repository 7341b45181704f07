"""Campaigns in which agencies report, and stocktakes of what was reached."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.strategies.choices import (
    CampaignState,
    Likelihood,
    StocktakeState,
)
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id


class Campaign(models.Model):
    """A round of reports: which indicators, of which period, until when."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    title_vi = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    period = models.CharField(max_length=8)
    opens_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(
        max_length=20, choices=CampaignState.choices, default=CampaignState.DRAFT
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    title = Pair("title")

    class Meta:
        ordering = ["-due_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("opens_on")), name="campaign_due_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title_vi} (#{self.pk})"


class CampaignItem(models.Model):
    """One indicator that one agency is asked for in a campaign."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="items"
    )
    agency = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    indicator = models.ForeignKey(
        "strategies.Indicator", on_delete=models.PROTECT, related_name="+"
    )
    # The newest report; earlier ones hang from it.
    observation = models.ForeignKey(
        "strategies.Observation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reported_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["campaign", "agency", "indicator"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "agency", "indicator"], name="campaign_item_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} (#{self.pk})"


class Stocktake(models.Model):
    """A meeting that looks at a scorecard; ``scorecard`` is what it looked at, frozen."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    plan = models.ForeignKey(
        "strategies.Plan", on_delete=models.PROTECT, related_name="stocktakes"
    )
    title_vi = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    held_on = models.DateField()
    state = models.CharField(
        max_length=20, choices=StocktakeState.choices, default=StocktakeState.DRAFT
    )
    scorecard = models.JSONField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    minutes = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    title = Pair("title")

    class Meta:
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=StocktakeState.DRAFT)
                | (Q(scorecard__isnull=False) & ~Q(digest="")),
                name="held_stocktake_keeps_its_scorecard",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title_vi} (#{self.pk})"


class Judgement(models.Model):
    """How likely a target is to be met, in the judgement of a stocktake."""

    stocktake = models.ForeignKey(
        Stocktake, on_delete=models.PROTECT, related_name="judgements"
    )
    target = models.ForeignKey(
        "strategies.Target", on_delete=models.PROTECT, related_name="judgements"
    )
    likelihood = models.CharField(max_length=20, choices=Likelihood.choices)
    reason = models.TextField()

    class Meta:
        ordering = ["stocktake", "target"]
        constraints = [
            models.UniqueConstraint(
                fields=["stocktake", "target"], name="judgement_once_a_stocktake"
            )
        ]

    def __str__(self) -> str:
        return f"{self.likelihood} (#{self.pk})"


class StocktakeDecision(models.Model):
    """What a stocktake decided, who does it, until when."""

    stocktake = models.ForeignKey(
        Stocktake, on_delete=models.PROTECT, related_name="decisions"
    )
    target = models.ForeignKey(
        "strategies.Target",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    text = models.TextField()
    owner = models.ForeignKey(
        "registry.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    owner_name = models.CharField(max_length=300, blank=True)
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    outcome = models.TextField(blank=True)

    class Meta:
        ordering = ["stocktake", "due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | ~Q(owner_name=""),
                name="stocktake_decision_has_an_owner",
            )
        ]

    def __str__(self) -> str:
        return f"{self.text[:40]} (#{self.pk})"
