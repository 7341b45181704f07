"""How the registry is kept: merges, likely duplicates, what files brought in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry.choices import (
    ImportKind,
    ImportStatus,
    ThingKind,
)


class Merge(models.Model):
    """Two rows found to be one: what moved, so that it can be taken back."""

    kind = models.CharField(max_length=20, choices=ThingKind.choices)
    merged_id = models.BigIntegerField()
    survivor_id = models.BigIntegerField()
    moved = models.JSONField(default=list)
    before = models.JSONField(default=dict)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "merged_id"],
                condition=Q(undone_at=None),
                name="merge_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.merged_id} into {self.survivor_id}"


class DismissedPair(models.Model):
    """Two rows that look alike and are not the same; ``first_id`` is the smaller."""

    kind = models.CharField(max_length=20, choices=ThingKind.choices)
    first_id = models.BigIntegerField()
    second_id = models.BigIntegerField()
    dismissed_at = models.DateTimeField()
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "first_id", "second_id"], name="dismissed_pair_once"
            ),
            models.CheckConstraint(
                condition=Q(first_id__lt=F("second_id")), name="dismissed_pair_ordered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.first_id} is not {self.second_id}"


class ImportRun(models.Model):
    """One file brought in: how its columns were read, how far it came."""

    kind = models.CharField(max_length=20, choices=ImportKind.choices)
    source = models.CharField(_("source"), max_length=100)
    file_name = models.CharField(_("file"), max_length=255)
    file_id = models.CharField(max_length=20, blank=True)  # StoredFile.public_id
    job_id = models.CharField(max_length=20, blank=True)  # Job.public_id
    mapping = models.JSONField(default=dict)
    dry_run = models.BooleanField(_("dry run"), default=False)
    status = models.CharField(
        max_length=10, choices=ImportStatus.choices, default=ImportStatus.WAITING
    )
    rows_done = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=list)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import")

    def __str__(self) -> str:
        return f"{self.kind} from {self.file_name} (#{self.pk})"


class ImportRow(models.Model):
    """Which row of which source became which thing: running twice doubles nothing."""

    run = models.ForeignKey(
        ImportRun, null=True, on_delete=models.SET_NULL, related_name="rows"
    )
    source = models.CharField(max_length=100)
    object_kind = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    object_id = models.BigIntegerField()
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "object_kind", "key"], name="import_row_once"
            )
        ]
        indexes = [
            models.Index(fields=["object_kind", "object_id"], name="import_row_object")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.key} is {self.object_kind}:{self.object_id}"
