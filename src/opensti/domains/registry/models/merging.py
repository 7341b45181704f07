"""What organisations and people share: they are searched for, and may turn out to be one."""

from __future__ import annotations

from typing import Self, cast

from django.db import models
from django.db.models import F, Q


class Mergeable(models.Model):
    """An entry that is found by its folded text and may be merged into another.

    One that was merged keeps its id and points to the entry it became part of.
    """

    search_text = models.TextField(blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="merged_from",
    )
    created_at = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="%(class)s_not_merged_into_itself",
            ),
        ]

    def survivor(self) -> Self:
        """The entry this one became part of, over all mergings; else itself."""
        row = self
        while row.merged_into is not None:
            row = cast("Self", row.merged_into)
        return row
