"""Alerts by people whom nobody is to know: sealed texts, days instead of moments.

No account, no address and no device stands in these tables; what was written can be
read only with the key that lies outside the database (``kernel/sealing.py``).
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.supervision.choices import AlertClass, AlertState, Outcome
from opensti.kernel.identifiers import new_public_id


class Inspector(models.Model):
    """An auditor named to read alerts from a day on, half-open."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="supervision_inspector_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(until=None),
                name="supervision_inspector_named_once",
            ),
        ]

    def __str__(self) -> str:
        return f"inspector {self.user_id}"


class Alert(models.Model):
    """One alert: its class, where it stands, and the sealed text."""

    public_id = models.CharField(max_length=20, unique=True, default=new_public_id)
    token = models.CharField(max_length=64, unique=True)
    code_digest = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=12, choices=AlertClass.choices)
    state = models.CharField(
        max_length=12, choices=AlertState.choices, default=AlertState.RECEIVED
    )
    sealed = models.BinaryField()
    received_on = models.DateField()
    acknowledge_by = models.DateField()
    outcome_by = models.DateField()
    acknowledged_on = models.DateField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    closed_on = models.DateField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=AlertState.CLOSED) | ~Q(outcome=""),
                name="supervision_closed_alert_has_an_outcome",
            )
        ]

    def __str__(self) -> str:
        return f"alert {self.public_id}"

    @property
    def subject(self) -> str:
        return f"supervision.alert:{self.public_id}"


class AlertExclusion(models.Model):
    """Somebody whom the alert concerns and who therefore never learns of it."""

    alert = models.ForeignKey(
        Alert, on_delete=models.PROTECT, related_name="exclusions"
    )
    user_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "user_id"], name="supervision_excluded_once"
            )
        ]

    def __str__(self) -> str:
        return f"exclusion {self.pk}"


class AlertMessage(models.Model):
    """One sealed message, from the author or to him."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="messages")
    token = models.CharField(max_length=64, unique=True)
    from_author = models.BooleanField()
    sealed = models.BinaryField()
    on = models.DateField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"message {self.pk}"


class AlertFile(models.Model):
    """One sealed file: its name and kind are sealed with it."""

    public_id = models.CharField(max_length=20, unique=True, default=new_public_id)
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="files")
    sealed = models.BinaryField()
    scanned = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"file {self.pk}"


class AlertEntry(models.Model):
    """What the record is to tell of an author's act, once its day is over.

    Written then with all others of that day, in no order: the moment of an entry and its
    place among the acts of others tell nobody when somebody wrote.
    """

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=100)
    basis = models.TextField(blank=True)
    detail = models.JSONField()
    on = models.DateField()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["on"], name="supervision_alert_entry_day")]

    def __str__(self) -> str:
        return f"entry of {self.on}"
