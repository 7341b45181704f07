"""With whom an organisation shares its assessments: with nobody unless a row says so."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.assessments.choices import Audience
from opensti.kernel.identifiers import new_public_id


class Sharing(models.Model):
    """From ``since`` until ``until`` (not on it) an audience may know.

    An adviser is one account and works in the assessment; the ministry reads results;
    peers are compared with figures that name nobody.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    organisation = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    audience = models.CharField(_("with whom"), max_length=10, choices=Audience.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True, blank=True)
    shared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(until=None, user__isnull=False),
                name="adviser_once_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["organisation", "audience"],
                condition=Q(until=None, user=None),
                name="shared_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(audience=Audience.ADVISER, user__isnull=False)
                | (~Q(audience=Audience.ADVISER) & Q(user=None)),
                name="an_adviser_is_an_account",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="sharing_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audience} of organisation {self.organisation_id}"
