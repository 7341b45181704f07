"""Work nobody waits for: what was asked, by whom, how far it is, what came of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from opensti.kernel.identifiers import new_public_id


class JobState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


UNFINISHED = (JobState.WAITING, JobState.RUNNING)


class Job(models.Model):
    """One piece of background work and its progress.

    ``done`` of ``total`` are pieces of work (``total`` 0: not known yet);
    ``checkpoint`` is what the work needs to go on where it stopped.
    """

    public_id = models.CharField(max_length=20, unique=True, default=new_public_id)
    kind = models.CharField(max_length=80)
    subject = models.CharField(max_length=120, blank=True, default="")
    unique_key = models.CharField(max_length=200, blank=True, default="")
    payload = models.JSONField(default=dict)
    actor_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    actor_name = models.CharField(max_length=200, blank=True, default="")

    state = models.CharField(
        max_length=10, choices=JobState.choices, default=JobState.WAITING
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True, default="")
    mend = models.TextField(blank=True, default="")
    result = models.JSONField(default=dict)
    checkpoint = models.JSONField(default=dict)
    fault = models.TextField(blank=True, default="")

    cancel_requested = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=64, blank=True, default="")
    task_id = models.CharField(max_length=64, blank=True, default="")
    asked_at = models.DateTimeField()
    not_before = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["state"],
                condition=models.Q(state__in=UNFINISHED),
                name="jobs_unfinished",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=JobState.values),
                name="jobs_state_is_known",
            ),
            models.UniqueConstraint(
                fields=["unique_key"],
                condition=models.Q(state__in=UNFINISHED) & ~models.Q(unique_key=""),
                name="jobs_one_at_a_time_per_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED

    @property
    def percent(self) -> int | None:
        """Return 0 to 100, or ``None`` while the total is not known."""
        if self.state == JobState.DONE:
            return 100
        return min(100, 100 * self.done // self.total) if self.total else None


class Tick(models.Model):
    """When a regular act was last begun, so that of many workers one does it."""

    name = models.CharField(max_length=120, unique=True)
    begun_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
