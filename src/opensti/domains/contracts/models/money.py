"""What was paid to the host, and what is claimed back."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opensti.domains.contracts.models.contracts import Contract, Instalment
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field


class Payment(models.Model):
    """An instalment that was paid: at most once, whoever presses when."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="payments"
    )
    instalment = models.OneToOneField(
        Instalment, on_delete=models.PROTECT, related_name="payment"
    )
    amount = money_field()
    paid_on = models.DateField()
    reference = models.CharField(max_length=100)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="payment_amount_positive"
            )
        ]
        indexes = [models.Index(fields=["paid_on", "id"], name="payment_by_day")]

    def __str__(self) -> str:
        return f"payment of instalment #{self.instalment_id}"


class Claim(models.Model):
    """State money that the host owes back, by a decision; paid when its receipts say so."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="claims"
    )
    amount = money_field()
    reason = models.TextField()
    basis = models.CharField(max_length=200, blank=True)
    decision_number = models.CharField(max_length=100)
    decided_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    # How the amount was worked out: rows of money, share and sum, as they were shown.
    working = models.JSONField(default=list)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="claim_amount_positive"
            )
        ]

    def __str__(self) -> str:
        return f"claim #{self.pk} on contract #{self.contract_id}"
