"""What changed in the public register, in the order in which it was told."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Change(models.Model):
    """One change of one public thing; rows are only ever added, without gaps.

    ``act`` is empty where the register shows what came of an act, and not the act.
    ``position`` is that of the public entry of the record, if one tells of it.
    """

    seq = models.PositiveBigIntegerField(unique=True)
    kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=60)
    act = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    position = models.PositiveBigIntegerField(null=True, blank=True)
    shown = models.BooleanField()

    class Meta:
        ordering = ["seq"]
        indexes = [
            models.Index(fields=["kind", "subject_id", "seq"], name="change_of_thing")
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.subject_id}"


class ChangeHead(models.Model):
    """The one row that whoever tells changes locks: how far was read, how much told."""

    size = models.PositiveBigIntegerField(default=0)
    read = models.PositiveBigIntegerField(default=0)  # entries of the record
    compared_on = models.DateField(null=True, blank=True)
    compared_for = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="change_one_head")
        ]

    def __str__(self) -> str:
        return f"{self.size} changes"
