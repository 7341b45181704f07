"""What class an organisation belongs to, and the tables in which it is compared with it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from opensti.domains.assessments.choices import Sector, Size
from opensti.kernel.economies import economy_name


class PeerProfile(models.Model):
    """Economy (ISO 3166-1 alpha-3), sector and size, as the organisation says."""

    organisation = models.OneToOneField(
        "registry.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    economy = models.CharField(_("economy"), max_length=3)
    sector = models.CharField(_("sector"), max_length=1, choices=Sector.choices)
    size = models.CharField(_("size"), max_length=6, choices=Size.choices)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.economy} {self.sector} {self.size}"

    @property
    def economy_name(self) -> str:
        return economy_name(self.economy)


class PeerTable(models.Model):
    """All that may be told of peers as of a day, frozen: nobody reads it as it stands.

    ``content``: framework and form → part → list of classes, each with ``class`` (economy, sector,
    size; empty does not count) and ``entries`` (organisation, result, score with evidence).
    """

    as_of = models.DateField(unique=True)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["as_of"]

    def __str__(self) -> str:
        return f"peers as of {self.as_of}"
