"""Organisations whose programs read what the policy shows partners."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.kernel.identifiers import new_public_id


class Partner(models.Model):
    """An organisation and the account whose keys are its programs'; half-open in time."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    organisation = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    agreement = models.CharField(max_length=300)
    since = models.DateField()
    until = models.DateField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="partner_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"partner {self.public_id}"
