"""With whom an organisation shares its innovation work: with nobody unless a row says so."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.innovation.choices import Audience
from opensti.kernel.identifiers import new_public_id


class Sharing(models.Model):
    """From ``since`` until ``until`` (not on it) an audience may know.

    Apart from the sharing of assessments: who showed an adviser how it answered has not
    shown him its ideas.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    organisation = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    audience = models.CharField(max_length=10, choices=Audience.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    shared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(until=None, user__isnull=False),
                name="innovation_adviser_once_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["organisation", "audience"],
                condition=Q(until=None, user=None),
                name="innovation_shared_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(audience=Audience.ADVISER, user__isnull=False)
                | (~Q(audience=Audience.ADVISER) & Q(user=None)),
                name="innovation_adviser_is_an_account",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="innovation_sharing_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audience} of organisation {self.organisation_id}"
