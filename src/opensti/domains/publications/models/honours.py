"""Honours by stated criteria: what was asked, what was computed, who confirmed it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.publications.choices import (
    HonourState,
    Measure,
    Whom,
)
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id


class HonourCriterion(models.Model):
    """One version of what earns an honour: never changed, another version follows it.

    Whoever reaches ``least`` of ``measure`` within ``years`` years up to the year of the run.
    """

    code = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    name_vi = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)
    reason_vi = models.TextField()
    reason_en = models.TextField(blank=True)
    whom = models.CharField(max_length=20, choices=Whom.choices)
    measure = models.CharField(max_length=20, choices=Measure.choices)
    least = models.PositiveIntegerField()
    years = models.PositiveSmallIntegerField(default=1)
    active = models.BooleanField(default=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()

    name = Pair("name")
    reason = Pair("reason")

    class Meta:
        ordering = ["code", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "number"], name="honour_criterion_version_once"
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(active=True),
                name="one_active_version_of_a_criterion",
            ),
            models.CheckConstraint(
                condition=Q(least__gt=0) & Q(years__range=(1, 20)),
                name="honour_criterion_asks_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} #{self.number}"


class HonourRun(models.Model):
    """A criterion asked of one year: every figure it looked at, frozen."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    criterion = models.ForeignKey(
        HonourCriterion, on_delete=models.PROTECT, related_name="runs"
    )
    year = models.PositiveSmallIntegerField()
    inputs = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.criterion_id} of {self.year} (#{self.pk})"


class Honour(models.Model):
    """One who reached a criterion: a candidate until a second person confirms it.

    ``task`` is set for a team. ``person`` is who leads it, named only once he agreed;
    the honour is the team's, and stays when the person is erased.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    run = models.ForeignKey(HonourRun, on_delete=models.PROTECT, related_name="honours")
    organisation = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    task = models.ForeignKey(
        "tasks.Task",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    person = models.ForeignKey(
        "registry.Person",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    figure = models.PositiveIntegerField()
    state = models.CharField(
        max_length=20, choices=HonourState.choices, default=HonourState.CANDIDATE
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    issued_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    reason_vi = models.TextField(blank=True)
    reason_en = models.TextField(blank=True)
    entry_position = models.BigIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    reason = Pair("reason")

    class Meta:
        ordering = ["-issued_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "organisation"],
                condition=Q(task=None),
                name="organisation_honoured_once_in_a_run",
            ),
            models.UniqueConstraint(
                fields=["run", "task"],
                condition=Q(task__isnull=False),
                name="team_honoured_once_in_a_run",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                name="honour_is_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("confirmed", "withdrawn"))
                | (Q(confirmed_by__isnull=False) & Q(issued_on__isnull=False)),
                name="confirmed_honour_says_by_whom_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("withdrawn", "declined")) | ~Q(reason_vi=""),
                name="ended_honour_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"honour #{self.pk} of run #{self.run_id}"
