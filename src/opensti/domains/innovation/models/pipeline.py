"""Initiatives on their way from a need to use: stages, decisions, tests, rights, partners."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from opensti.domains.innovation.choices import (
    AfterTest,
    Horizon,
    Kind,
    Outcome,
    RightKind,
    RightState,
    Risk,
    Stage,
    State,
    StopReason,
    Verdict,
)
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field

USER = settings.AUTH_USER_MODEL


def _chance() -> models.DecimalField[Any, Any]:
    return models.DecimalField(
        max_digits=4,
        decimal_places=3,
        null=True,
        blank=True,
    )


class Initiative(models.Model):
    """An opportunity, a concept, a solution: one row from the first day to the last.

    ``value`` is the present value of what it earns once it succeeds, with the chances
    and the costs to come; ``realised`` what it earned since it is in use (đồng).
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    organisation = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=5000, blank=True)
    owner_name = models.CharField(max_length=120, blank=True)
    stage = models.CharField(max_length=10, choices=Stage.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ACTIVE)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    horizon = models.PositiveSmallIntegerField(
        choices=Horizon.choices, default=Horizon.CORE
    )
    risk = models.CharField(max_length=8, choices=Risk.choices, default=Risk.MEDIUM)
    value = money_field(null=True, blank=True)
    commercial = _chance()
    launch = money_field(null=True, blank=True)
    technical = _chance()
    development = money_field(null=True, blank=True)
    realised = money_field(null=True, blank=True)
    realised_on = models.DateField(null=True, blank=True)
    objective = models.ForeignKey(
        "innovation.Objective",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="initiatives",
    )
    into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="joined"
    )
    out_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts"
    )
    begun_at = models.DateTimeField()
    since = models.DateTimeField()
    search_text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(commercial=None) | Q(commercial__gte=0, commercial__lte=1),
                name="initiative_commercial_chance",
            ),
            models.CheckConstraint(
                condition=Q(technical=None) | Q(technical__gte=0, technical__lte=1),
                name="initiative_technical_chance",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "state", "stage"], name="initiatives_of_one"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        return f"innovation.initiative:{self.public_id}"


class StageDecision(models.Model):
    """What was decided about an initiative, by whom, on what grounds; never changed."""

    initiative = models.ForeignKey(
        Initiative, on_delete=models.PROTECT, related_name="decisions"
    )
    number = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    from_stage = models.CharField(max_length=10, choices=Stage.choices, blank=True)
    to_stage = models.CharField(max_length=10, choices=Stage.choices)
    scores = models.JSONField(default=dict)
    reason = models.TextField(max_length=2000)
    stop_reason = models.CharField(
        max_length=10, choices=StopReason.choices, blank=True
    )
    lesson = models.TextField(max_length=2000, blank=True)
    decided_by = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["initiative", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "number"], name="stage_decision_once"
            ),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.STOP)
                | (~Q(stop_reason="") & ~Q(lesson="")),
                name="a_stop_has_its_reason_and_lesson",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} of initiative {self.initiative_id}"


class Assumption(models.Model):
    """What must be true for an initiative; the riskiest is tested first.

    ``weight``: how bad if it is wrong, ``doubt``: how little is known, each 1 to 5.
    """

    initiative = models.ForeignKey(
        Initiative, on_delete=models.PROTECT, related_name="assumptions"
    )
    text = models.CharField(max_length=500)
    weight = models.PositiveSmallIntegerField()
    doubt = models.PositiveSmallIntegerField()
    noted_by = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+"
    )
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=5, doubt__gte=1, doubt__lte=5),
                name="assumption_1_to_5",
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def risk(self) -> int:
        return self.weight * self.doubt


class Trial(models.Model):
    """A test of an assumption: how, when it holds; later what came out."""

    assumption = models.ForeignKey(
        Assumption, on_delete=models.PROTECT, related_name="trials"
    )
    plan = models.TextField(max_length=1000)
    holds_if = models.CharField(max_length=500)
    due_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    result = models.TextField(max_length=2000, blank=True)
    then = models.CharField(max_length=8, choices=AfterTest.choices, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"trial of assumption {self.assumption_id}"


class Right(models.Model):
    """Intellectual property that an initiative makes, needs or must not touch."""

    initiative = models.ForeignKey(
        Initiative, on_delete=models.PROTECT, related_name="rights"
    )
    kind = models.CharField(max_length=10, choices=RightKind.choices)
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=RightState.choices)
    holder = models.CharField(max_length=200, blank=True)
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class Partner(models.Model):
    """With whom an initiative works, and by which paper."""

    initiative = models.ForeignKey(
        Initiative, on_delete=models.PROTECT, related_name="partners"
    )
    name = models.CharField(max_length=200)
    part = models.CharField(max_length=300)
    agreement = models.CharField(max_length=200, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
