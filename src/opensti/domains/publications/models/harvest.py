"""What harvesters are told of: which records there are, and when each last changed.

An index only. A record's words are mapped anew whenever it is asked for, so that what is
not public any more is told to nobody, however old the index is.
"""

from __future__ import annotations

from django.db import models


class HarvestRecord(models.Model):
    """One record; a deleted one stays for good, so that harvesters learn of it.

    ``key`` is ``Projects/…``, ``life`` the life that it is mapped from (empty: the house
    itself), ``digest`` the SHA-256 of its words, ``changed_at`` its datestamp.
    """

    key = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20)
    life = models.CharField(max_length=12, blank=True)
    digest = models.CharField(max_length=64)
    changed_at = models.DateTimeField()
    deleted = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "id"], name="harvest_by_kind"),
            models.Index(fields=["changed_at"], name="harvest_by_change"),
        ]

    def __str__(self) -> str:
        return self.key


class HarvestRun(models.Model):
    """The newest look at everything; ``state`` is the edition it saw, once it ended."""

    number = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"run {self.number}"
