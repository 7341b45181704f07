"""The books of a contract: postings, and the papers that they rest on.

Nothing here is changed or deleted: a mistake is undone by a posting the other way round.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.contracts.choices import Account, PostingKind, RequestState
from opensti.domains.contracts.models.contracts import Contract, Instalment
from opensti.domains.contracts.models.money import Claim
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field


def by_whom() -> models.ForeignKey[Any, Any]:
    """Who did it; nobody where the system did."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )


class Posting(models.Model):
    """So much from one account to another: books cannot be out of balance.

    ``year`` is the budget year it counts to, ``source`` the thing it rests on
    (``payment:<id>``), ``key`` what may be posted once only. A reversal names what it
    reverses; nothing is reversed twice.
    """

    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="postings"
    )
    kind = models.CharField(max_length=20, choices=PostingKind.choices)
    day = models.DateField()
    year = models.PositiveSmallIntegerField()
    debit = models.CharField(max_length=20, choices=Account.choices)
    credit = models.CharField(max_length=20, choices=Account.choices)
    amount = money_field()
    memo = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=80)
    key = models.CharField(max_length=120, unique=True)
    reverses = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reversal",
    )
    made_by = by_whom()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["contract", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="posting_amount_positive"
            ),
            models.CheckConstraint(
                condition=~Q(debit=F("credit")), name="posting_has_two_accounts"
            ),
            models.CheckConstraint(
                condition=Q(debit__in=Account.values) & Q(credit__in=Account.values),
                name="posting_accounts_are_known",
            ),
            models.CheckConstraint(
                condition=Q(reverses=None) | ~Q(reverses=F("id")),
                name="posting_reverses_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.debit} from {self.credit}: {self.amount}"


class Allocation(models.Model):
    """State money set aside for a contract in a budget year, by a decision."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="allocations"
    )
    year = models.PositiveSmallIntegerField()
    amount = money_field()
    decision_number = models.CharField(max_length=100)
    decided_on = models.DateField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.TextField(blank=True)
    made_by = by_whom()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["contract", "year", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="allocation_amount_positive"
            ),
            models.UniqueConstraint(
                fields=["contract", "year", "decision_number"],
                condition=Q(cancelled_at=None),
                name="allocation_once_per_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"allocation {self.year} of contract #{self.contract_id}"


class PaymentRequest(models.Model):
    """The host asks for an instalment; its evidence lies under the request's subject."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="payment_requests"
    )
    instalment = models.ForeignKey(
        Instalment, on_delete=models.PROTECT, related_name="requests"
    )
    state = models.CharField(
        max_length=20, choices=RequestState.choices, default=RequestState.ASKED
    )
    text = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    asked_by = by_whom()
    asked_at = models.DateTimeField()
    answered_by = by_whom()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["instalment"],
                condition=Q(state__in=("asked", "accepted", "paid")),
                name="payment_request_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.RETURNED) | ~Q(answer=""),
                name="returned_request_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "-asked_at", "-id"], name="payment_request_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"request for instalment #{self.instalment_id}"


class PaymentOverride(models.Model):
    """The leader's decision that an instalment is paid though a rule speaks against it."""

    instalment = models.OneToOneField(
        Instalment, on_delete=models.PROTECT, related_name="override"
    )
    rules = models.JSONField()
    reason = models.TextField()
    decision_number = models.CharField(max_length=100)
    made_by = by_whom()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(decision_number=""),
                name="payment_override_has_reason_and_decision",
            )
        ]

    def __str__(self) -> str:
        return f"override for instalment #{self.instalment_id}"


class Clearance(models.Model):
    """A list of finished work that was confirmed: how much of the advances it clears.

    ``taken_back_at``: it was entered by mistake; its number may be entered anew.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="clearances"
    )
    document_number = models.CharField(max_length=100)
    cleared_on = models.DateField()
    amount = money_field()
    other_amount = money_field(default=0)
    work = models.TextField()
    taken_back_at = models.DateTimeField(null=True, blank=True)
    made_by = by_whom()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["contract", "cleared_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0)
                & Q(other_amount__gte=0)
                & (Q(amount__gt=0) | Q(other_amount__gt=0)),
                name="clearance_is_of_something",
            ),
            models.UniqueConstraint(
                fields=["contract", "document_number"],
                condition=Q(taken_back_at=None),
                name="clearance_document_once",
            ),
        ]

    def __str__(self) -> str:
        return f"clearance {self.document_number} of contract #{self.contract_id}"


class ClaimReceipt(models.Model):
    """Part of a claim that came back; ``taken_back_at``: it was entered by mistake."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="receipts")
    amount = money_field()
    received_on = models.DateField()
    reference = models.CharField(max_length=100)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    made_by = by_whom()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["claim", "received_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="claim_receipt_amount_positive"
            ),
            models.UniqueConstraint(
                fields=["claim", "reference"],
                condition=Q(taken_back_at=None),
                name="claim_receipt_reference_once",
            ),
        ]

    def __str__(self) -> str:
        return f"receipt of claim #{self.claim_id}"


class ClaimWaiver(models.Model):
    """Part of a claim that is given up, by a decision."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="waivers")
    amount = money_field()
    reason = models.TextField()
    decision_number = models.CharField(max_length=100)
    decided_on = models.DateField()
    made_by = by_whom()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["claim", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="claim_waiver_amount_positive"
            ),
            models.UniqueConstraint(
                fields=["claim", "decision_number"], name="claim_waiver_decision_once"
            ),
        ]

    def __str__(self) -> str:
        return f"waiver of claim #{self.claim_id}"


class Settlement(models.Model):
    """The final account of a contract, with its figures as they stood; never changed."""

    contract = models.OneToOneField(
        Contract, on_delete=models.PROTECT, related_name="settlement"
    )
    document_number = models.CharField(max_length=100)
    settled_on = models.DateField()
    paid = money_field()
    cleared = money_field()
    saved = money_field(default=0)
    claimed = money_field(default=0)
    figures = models.JSONField()
    made_by = by_whom()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(paid__gte=0) & Q(cleared__gte=0) & Q(saved__gte=0),
                name="settlement_is_not_negative",
            )
        ]

    def __str__(self) -> str:
        return f"settlement of contract #{self.contract_id}"
