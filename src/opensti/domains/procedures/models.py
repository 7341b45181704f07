"""Frozen procedures, the cases that run under them, and what is due when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures.choices import (
    CONSEQUENCE_LABELS,
    DEADLINE_STATE_LABELS,
    STATE_LABELS,
    TASK_KIND_LABELS,
    TRACK_LABELS,
    DeadlineState,
    State,
    TaskKind,
    Track,
)


class RegimeVersion(models.Model):
    """A regime file as it was loaded, with the switches' answers: never changed."""

    code = models.CharField(max_length=50)
    version = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, unique=True)
    label_vi = models.CharField(max_length=300)
    label_en = models.CharField(max_length=300)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    content = models.JSONField()
    answers = models.JSONField(default=dict)
    loaded_at = models.DateTimeField()
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"], name="regime_version_once"
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(active=True),
                name="one_active_version_of_a_regime",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} #{self.version}"


class Switch(models.Model):
    """An answer to a named gap, with who gave it and why; the latest one counts."""

    regime_code = models.CharField(max_length=50)
    switch = models.CharField(max_length=100)
    value = models.CharField(max_length=300)
    reason = models.CharField(max_length=1000)
    set_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["regime_code", "switch"], name="switch_of_regime")
        ]

    def __str__(self) -> str:
        return f"{self.regime_code}.{self.switch} = {self.value} (#{self.pk})"


class AnnouncedYear(models.Model):
    """The rest days of a year, from its announcement: the latest one counts.

    ``content`` is what a calendar file says of a year, with days as text; it is never
    changed. ``sha256`` is of year and content.
    """

    year = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.JSONField()
    set_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["year"], name="announcements_of_year")]

    def __str__(self) -> str:
        return f"rest days of {self.year} (#{self.pk})"


class Case(models.Model):
    """A need, an order or a dossier on its way; the regime is frozen in it.

    ``subject`` is the record's name of the thing, ``"calls.dossier:12"``. ``version``
    grows with every step, so that two officers cannot both act on the same sight.
    ``event_days`` keeps the days of events that deadlines still wait to be counted from.
    """

    track = models.CharField(max_length=10, choices=list(TRACK_LABELS.items()))
    kind = models.CharField(
        max_length=30,
        choices=list(TASK_KIND_LABELS.items()),
        default=TaskKind.MINISTRY.value,
    )
    regime_version = models.ForeignKey(
        RegimeVersion, on_delete=models.PROTECT, related_name="cases"
    )
    regime_code = models.CharField(max_length=50)
    regime_sha256 = models.CharField(max_length=64)
    stage = models.CharField(max_length=60)
    state = models.CharField(max_length=20, choices=list(STATE_LABELS.items()))
    subject = models.CharField(max_length=100, unique=True)
    title = models.CharField(max_length=500, blank=True)
    opened_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    submitted_on = models.DateField(null=True, blank=True)
    entered_at = models.DateTimeField()
    last_act = models.CharField(max_length=60, blank=True)
    last_by = models.CharField(max_length=200, blank=True)
    event_days = models.JSONField(default=dict, blank=True)
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
        indexes = [
            models.Index(fields=["track", "state"], name="case_by_state"),
            models.Index(fields=["track", "stage"], name="case_by_stage"),
        ]

    def __str__(self) -> str:
        return self.title or self.subject


class Deadline(models.Model):
    """Something due in a case: by when, by whom, and by which article."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="deadlines")
    code = models.CharField(max_length=60)
    label_vi = models.CharField(max_length=300)
    label_en = models.CharField(max_length=300)
    started_on = models.DateField()
    started_at = models.DateTimeField()
    due_on = models.DateField()
    unit = models.CharField(max_length=20)
    state = models.CharField(
        max_length=10,
        choices=list(DEADLINE_STATE_LABELS.items()),
        default=DeadlineState.RUNNING.value,
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    binding_on = models.CharField(max_length=20)
    consequence = models.CharField(
        max_length=20, choices=list(CONSEQUENCE_LABELS.items())
    )
    article = models.CharField(max_length=120, blank=True)
    mark = models.CharField(max_length=1)
    provisional = models.BooleanField(
        _("counted over years whose holidays are not known yet"), default=False
    )
    suspended_on = models.DateField(null=True, blank=True)
    left = models.PositiveIntegerField(null=True, blank=True)
    extra_days = models.PositiveIntegerField(default=0)
    # From which day to which it stood still, so that it can be counted anew.
    pauses = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "code"],
                condition=Q(state__in=["running", "suspended"]),
                name="a_deadline_runs_once_in_a_case",
            ),
            models.CheckConstraint(
                condition=~Q(state="suspended") | Q(suspended_on__isnull=False),
                name="a_suspended_deadline_says_since_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "binding_on", "due_on"], name="deadline_queue"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} until {self.due_on} (#{self.pk})"

    def label(self, lang: str = "vi") -> str:
        return self.label_en if lang.startswith("en") else self.label_vi
