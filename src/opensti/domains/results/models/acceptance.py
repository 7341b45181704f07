"""How the finished work of a contract is judged."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from opensti.kernel.identifiers import new_public_id


class Acceptance(models.Model):
    """The acceptance of one contract's work; its case holds where it stands.

    Opened when the contract is signed, so that its deadlines run from the first day.
    """

    case = models.OneToOneField(
        "procedures.Case", on_delete=models.PROTECT, related_name="acceptance"
    )
    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    contract = models.OneToOneField(
        "contracts.Contract", on_delete=models.PROTECT, related_name="acceptance"
    )
    rework_times = models.PositiveSmallIntegerField(default=0)
    rating = models.CharField(max_length=40, blank=True)
    # What the host has typed so far of its self-assessment; valid or not.
    draft = models.JSONField(default=dict, blank=True)
    draft_saved_at = models.DateTimeField(null=True, blank=True)
    draft_version = models.PositiveIntegerField(default=0)
    rework_until = models.DateField(null=True, blank=True)
    # The day on which the council, or the office on the evidence, accepted the work.
    accepted_on = models.DateField(null=True, blank=True)
    completion_note = models.TextField(blank=True)
    completed_on = models.DateField(null=True, blank=True)
    decision_number = models.CharField(max_length=100, blank=True)
    recognised_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(recognised_on=None) | ~Q(decision_number=""),
                name="recognition_has_its_number",
            )
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="acceptance_newest")
        ]

    def __str__(self) -> str:
        return f"acceptance of contract #{self.contract_id}"
