"""How contracts stand against their plan, who was told of what is late, and calendars."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from opensti.domains.contracts.choices import Tone
from opensti.domains.contracts.models.contracts import Contract


class ContractLight(models.Model):
    """Three lights of a contract as last counted; ``causes`` are plain values with links.

    Kept, with the host, so that lists and dashboard count in this table alone; counted anew by every act that
    changes what they rest on, and by the clock.
    """

    contract = models.OneToOneField(
        Contract, on_delete=models.CASCADE, related_name="light"
    )
    host = models.ForeignKey(
        "registry.Organisation",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # the index below begins with it
    )
    time = models.CharField(max_length=10, choices=Tone.choices)
    money = models.CharField(max_length=10, choices=Tone.choices)
    products = models.CharField(max_length=10, choices=Tone.choices)
    worst = models.CharField(max_length=10, choices=Tone.choices)
    causes = models.JSONField(default=list)
    counted_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["host", "worst", "time", "money", "products", "contract"],
                name="light_counted",
            ),
            models.Index(fields=["worst", "contract"], name="light_by_worst"),
        ]

    def __str__(self) -> str:
        return f"lights of contract #{self.contract_id}"


class Telling(models.Model):
    """A mail about something due or late: once for each thing, day due, step and person."""

    contract = models.ForeignKey(
        Contract, on_delete=models.CASCADE, related_name="tellings"
    )
    thing = models.CharField(max_length=60)
    due_on = models.DateField()
    step = models.CharField(max_length=30)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    made_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["thing", "due_on", "step", "user"], name="told_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.thing} told by {self.step} to #{self.user_id}"


class ContractCalendar(models.Model):
    """The secret address of a person's calendar; only its digest is kept."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="contract_calendar",
    )
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar of #{self.user_id}"
