"""What a wave came to, frozen; and which of its recommendations the organiser declined."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from opensti.domains.surveys.models.waves import Wave


class Outcome(models.Model):
    """``public``: tables by name, as text, of what may be told; ``summary``: for the organiser.

    Nothing in it names an organisation. ``sha256`` is over the tables, as the command's.
    """

    wave = models.OneToOneField(Wave, on_delete=models.PROTECT, related_name="outcome")
    public = models.JSONField()
    summary = models.JSONField()
    sha256 = models.CharField(max_length=64)
    analysed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"outcome of wave {self.wave_id}"


class Declined(models.Model):
    """A programme for an economy that the organiser will not follow, and why."""

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="declined")
    economy = models.CharField(max_length=20)
    programme = models.CharField(max_length=40)
    reason = models.TextField(max_length=1000)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    declined_at = models.DateTimeField()

    class Meta:
        ordering = ["economy", "programme"]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "economy", "programme"], name="declined_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme} for {self.economy}"
