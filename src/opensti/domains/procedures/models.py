"""Regimes as they were loaded, the cases that run under them, and their deadlines."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opensti.domains.procedures.choices import (
    DEADLINE_STATE_LABELS,
    TASK_KIND_LABELS,
    TRACK_LABELS,
    DeadlineState,
    State,
    TaskKind,
    Track,
)
from opensti.kernel.access import ROLE_LABELS


class RegimeVersion(models.Model):
    """One reading of a regime file, kept for ever: cases freeze it."""

    code = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.JSONField()
    loaded_at = models.DateTimeField()
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"], name="regime_version_once"
            ),
            models.UniqueConstraint(
                fields=["code", "sha256"], name="regime_content_once"
            ),
            models.UniqueConstraint(
                fields=["code"], condition=Q(active=True), name="regime_one_active"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version} (#{self.pk})"


class Switch(models.Model):
    """What the ministry chose where the texts leave a gap."""

    regime_code = models.CharField(max_length=60)
    switch = models.CharField(max_length=80)
    value = models.CharField(max_length=200)
    reason = models.TextField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["regime_code", "switch"], name="switch_once_per_regime"
            )
        ]
        verbose_name_plural = "switches"

    def __str__(self) -> str:
        return f"{self.regime_code}.{self.switch}={self.value} (#{self.pk})"


class Case(models.Model):
    """A need, an order or a dossier on its way through its frozen regime."""

    track = models.CharField(max_length=20, choices=list(TRACK_LABELS.items()))
    kind = models.CharField(
        max_length=30,
        choices=list(TASK_KIND_LABELS.items()),
        default=TaskKind.MINISTRY,
    )
    regime_version = models.ForeignKey(
        RegimeVersion, on_delete=models.PROTECT, related_name="cases"
    )
    stage = models.CharField(max_length=60)
    state = models.CharField(max_length=30)
    subject = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=500, blank=True)
    submitted_on = models.DateField(null=True, blank=True)
    entered_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in State]), name="case_state_known"
            ),
            models.CheckConstraint(
                condition=Q(track__in=[t.value for t in Track]), name="case_track_known"
            ),
        ]
        indexes = [models.Index(fields=["track", "state"], name="case_track_state")]

    def __str__(self) -> str:
        return f"{self.subject} at {self.stage} (#{self.pk})"


class Deadline(models.Model):
    """A day by which somebody must act, with the article that says so."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines")
    code = models.CharField(max_length=80)
    due_on = models.DateField()
    started_at = models.DateTimeField()
    state = models.CharField(
        max_length=20,
        choices=list(DEADLINE_STATE_LABELS.items()),
        default=DeadlineState.RUNNING,
    )
    binding_on = models.CharField(max_length=20, choices=list(ROLE_LABELS.items()))
    article = models.CharField(max_length=200, blank=True)
    mark = models.CharField(max_length=1, blank=True)
    suspended_on = models.DateField(null=True, blank=True)
    extra_days = models.PositiveIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_on"], name="deadline_state_due")]

    def __str__(self) -> str:
        return f"{self.code} of case #{self.case_id} by {self.due_on} (#{self.pk})"
