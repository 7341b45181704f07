"""Aid money in a contract: who gives how much of it, and what kind of aid it is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from opensti.domains.contracts.choices import (
    AidFinance,
    AidFlow,
    AidGiver,
    AidSector,
    AidTied,
    AidType,
)
from opensti.domains.contracts.models.contracts import Contract


class Aid(models.Model):
    """One commitment of a giver; ``giver_ref`` is his number in the IATI registers.

    Part of the contract's other money: nothing is added to its budget. What was noted
    wrongly is dropped with its reason, and stays.
    """

    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="aids"
    )
    number = models.PositiveSmallIntegerField()
    giver = models.CharField(max_length=300)
    giver_ref = models.CharField(max_length=100, blank=True)
    giver_kind = models.CharField(max_length=2, choices=AidGiver.choices)
    amount = models.DecimalField(max_digits=20, decimal_places=2)
    currency = models.CharField(max_length=3)
    committed_on = models.DateField()
    flow = models.CharField(max_length=2, choices=AidFlow.choices)
    finance = models.CharField(max_length=3, choices=AidFinance.choices)
    aid_type = models.CharField(max_length=3, choices=AidType.choices)
    tied = models.CharField(max_length=1, choices=AidTied.choices)
    sector = models.CharField(max_length=5, choices=AidSector.choices)
    noted_at = models.DateTimeField()
    dropped_for = models.TextField(blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["contract", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "number"], name="aid_number_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="aid_is_some_money"),
            models.CheckConstraint(
                condition=Q(dropped_at=None) | ~Q(dropped_for=""),
                name="dropped_aid_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"aid {self.number} of contract #{self.contract_id}"
