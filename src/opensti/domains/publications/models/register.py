"""Corrections of what is published, and people's consent to be shown by name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opensti.kernel.identifiers import new_public_id


class Corrected(models.TextChoices):
    """What is corrected so; contracts are amended, decisions decided anew."""

    TASK = "task", _("Task file")
    ORDER = "order", _("Order")
    CALL = "call", _("Call")
    NEWS = "news", _("News")
    EVENT = "event", _("Event")


class CorrectionState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("correction", "waits for a second person")
    CONFIRMED = "confirmed", pgettext_lazy("correction", "confirmed and published")
    REFUSED = "refused", pgettext_lazy("correction", "refused")


class Correction(models.Model):
    """One published fact that somebody found wrong, and what another decided on it.

    ``subject`` is the public id of the thing, ``was`` what stood there when it was
    proposed. ``entry_position`` is the public entry that tells everybody, once confirmed.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    kind = models.CharField(max_length=10, choices=Corrected.choices)
    subject = models.CharField(max_length=20)
    title = models.CharField(max_length=500)
    field = models.CharField(max_length=30)
    was = models.TextField(blank=True)
    now = models.TextField(blank=True)
    reason = models.TextField()
    basis = models.CharField(max_length=200)
    state = models.CharField(
        max_length=10,
        choices=CorrectionState.choices,
        default=CorrectionState.PROPOSED,
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    entry_position = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject", "field"],
                condition=Q(state=CorrectionState.PROPOSED),
                name="one_open_correction_of_a_fact",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("proposed_by")),
                name="correction_is_answered_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state=CorrectionState.CONFIRMED)
                | Q(entry_position__isnull=False),
                name="confirmed_correction_has_its_entry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.kind} {self.subject}"


class PersonConsent(models.Model):
    """A person agreed to a page of his own; hidden from the moment of withdrawal on.

    ``text_version`` names the words that were agreed to. The row goes with the person's
    data when these are erased.
    """

    person = models.ForeignKey(
        "registry.Person", on_delete=models.CASCADE, related_name="page_consents"
    )
    text_version = models.PositiveSmallIntegerField()
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(withdrawn_at=None),
                name="one_consent_of_a_person",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_after_given",
            ),
        ]

    def __str__(self) -> str:
        return f"consent of person #{self.person_id}"
