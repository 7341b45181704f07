"""The table of files people handed in; the bytes lie beside it, named by their digest."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from opensti.kernel.identifiers import new_public_id


class FileState(models.TextChoices):
    QUARANTINED = "quarantined", _("being checked")
    CLEAN = "clean", _("checked")
    REJECTED = "rejected", _("refused")


class StoredFile(models.Model):
    """One file as handed in: whose it is, what it is called, what it really is.

    ``subject`` names the owner ("calls.dossier:12"), ``size`` is in bytes. The bytes of
    a refused or removed file are not kept; the row stays as the account of the act.
    """

    public_id = models.CharField(max_length=20, unique=True, default=new_public_id)
    subject = models.CharField(max_length=120, db_index=True)
    kind = models.CharField(max_length=60, blank=True, default="")
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    extension = models.CharField(max_length=8)
    media_type = models.CharField(max_length=100)
    state = models.CharField(max_length=12, choices=FileState.choices)
    reason = models.TextField(blank=True, default="")
    uploaded_by = models.BigIntegerField(null=True, blank=True)
    uploaded_by_name = models.CharField(max_length=200, blank=True, default="")
    uploaded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=FileState.values),
                name="files_state_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(size__gt=0), name="files_are_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_readable(self) -> bool:
        """Tell whether the bytes may be handed out at all."""
        return self.state == FileState.CLEAN and self.removed_at is None
