"""The certificate of registration, and what was handed over to the national system."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opensti.kernel.identifiers import new_public_id


class Registration(models.Model):
    """The certificate that the national system gave for the results of a task."""

    acceptance = models.OneToOneField(
        "results.Acceptance", on_delete=models.PROTECT, related_name="registration"
    )
    number = models.CharField(max_length=100, unique=True)
    registered_on = models.DateField()
    system_vi = models.CharField(max_length=300)
    system_en = models.CharField(max_length=300, blank=True)
    file = models.CharField(max_length=40, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(number=""), name="registration_has_its_number"
            )
        ]

    def __str__(self) -> str:
        return self.number


class Handover(models.Model):
    """One dossier for the national system, as it was made; that system is the master.

    ``sheet`` is the registration sheet as plain values, ``sha256`` of its canonical form.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    acceptance = models.ForeignKey(
        "results.Acceptance", on_delete=models.PROTECT, related_name="handovers"
    )
    number = models.PositiveSmallIntegerField()
    sheet = models.JSONField()
    sha256 = models.CharField(max_length=64)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    prepared_at = models.DateTimeField()
    sent_on = models.DateField(null=True, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    acknowledged_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["acceptance", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["acceptance", "number"], name="handover_number_once"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_on=None) | Q(sent_on__isnull=False),
                name="handover_acknowledged_after_it_was_sent",
            ),
        ]
        indexes = [models.Index(fields=["prepared_at", "id"], name="handover_by_time")]

    def __str__(self) -> str:
        return f"handover {self.number} of acceptance #{self.acceptance_id}"
