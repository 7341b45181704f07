"""Checks on the spot: planned, told, held, and what was found."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.contracts.choices import CheckState, FindingState, Severity
from opensti.domains.contracts.models.contracts import Contract
from opensti.kernel.identifiers import new_public_id


class SiteCheck(models.Model):
    """One check of a contract's work on the spot.

    ``team`` lists ``{name, capacity}``. ``confirm_volume_by`` and ``confirm_spending_by``
    are counted from the day it was held, where the procedure knows how long.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="checks"
    )
    number = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=20, choices=CheckState.choices, default=CheckState.PLANNED
    )
    planned_on = models.DateField()
    told_on = models.DateField()
    reason = models.TextField(blank=True)
    place = models.CharField(max_length=300, blank=True)
    team = models.JSONField(default=list)
    held_on = models.DateField(null=True, blank=True)
    host_side = models.TextField(blank=True)
    content = models.TextField(blank=True)
    opinion = models.TextField(blank=True)
    conclusion = models.TextField(blank=True)
    confirm_volume_by = models.DateField(null=True, blank=True)
    confirm_spending_by = models.DateField(null=True, blank=True)
    volume_confirmed_on = models.DateField(null=True, blank=True)
    spending_confirmed_on = models.DateField(null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["contract", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "number"], name="check_number_once"
            ),
            models.CheckConstraint(
                condition=Q(planned_on__gte=F("told_on")),
                name="check_is_told_before_it_is_held",
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | Q(held_on__isnull=False),
                name="held_check_has_its_day",
            ),
        ]
        indexes = [models.Index(fields=["state", "planned_on"], name="check_queue")]

    def __str__(self) -> str:
        return f"check {self.number} of contract #{self.contract_id}"


class CheckFinding(models.Model):
    """What a check found, and what became of it."""

    check_of = models.ForeignKey(
        SiteCheck, on_delete=models.PROTECT, related_name="findings"
    )
    position = models.PositiveSmallIntegerField()
    severity = models.CharField(max_length=20, choices=Severity.choices)
    text = models.TextField()
    mend_by = models.DateField(null=True, blank=True)
    state = models.CharField(
        max_length=20, choices=FindingState.choices, default=FindingState.OPEN
    )
    mended_on = models.DateField(null=True, blank=True)
    mending = models.TextField(blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    judged_for = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["check_of", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["check_of", "position"], name="finding_position_once"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["mended", "accepted"])
                | Q(mended_on__isnull=False),
                name="mended_finding_has_its_day",
            ),
        ]
        indexes = [models.Index(fields=["state", "mend_by"], name="finding_queue")]

    def __str__(self) -> str:
        return f"finding {self.position} of check #{self.check_of_id}"
