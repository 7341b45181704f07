"""What the treasury or a bank says has moved, line by line, and which line is what."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from opensti.domains.contracts.choices import StatementState
from opensti.domains.contracts.models.books import ClaimReceipt, by_whom
from opensti.domains.contracts.models.money import Payment
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field


class Statement(models.Model):
    """One file of an account; the same bytes are taken once for each account."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    account = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(
        max_length=20, choices=StatementState.choices, default=StatementState.RECEIVED
    )
    lines_read = models.PositiveIntegerField()
    lines_known = models.PositiveIntegerField(default=0)
    first_on = models.DateField()
    last_on = models.DateField()
    received_by = by_whom()
    received_at = models.DateTimeField()
    entered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "sha256"], name="statement_file_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.account})"


class StatementLine(models.Model):
    """One movement of an account, entered once whichever statement brings it.

    ``fingerprint`` is of account, day, amounts, reference and text, and of which of equal
    lines of one file it is, so that statements may overlap.
    """

    statement = models.ForeignKey(
        Statement, on_delete=models.PROTECT, related_name="lines"
    )
    number = models.PositiveIntegerField()
    day = models.DateField()
    out = money_field(default=0)
    came = money_field(default=0)
    reference = models.CharField(max_length=100, blank=True)
    party = models.CharField(max_length=300, blank=True)
    text = models.CharField(max_length=1000, blank=True)
    fingerprint = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["statement", "number"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(out__gt=0) & Q(came=0)) | (Q(came__gt=0) & Q(out=0)),
                name="statement_line_goes_one_way",
            )
        ]
        indexes = [models.Index(fields=["day", "id"], name="statement_line_by_day")]

    def __str__(self) -> str:
        return f"line {self.number} of statement #{self.statement_id}"


class StatementMatch(models.Model):
    """A person confirmed that a line is a payment, or money of a claim that came back."""

    line = models.OneToOneField(
        StatementLine, on_delete=models.PROTECT, related_name="match"
    )
    payment = models.OneToOneField(
        Payment,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="match",
    )
    receipt = models.OneToOneField(
        ClaimReceipt,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="match",
    )
    score = models.PositiveSmallIntegerField()
    # The receipt was entered by this match, and goes with it.
    booked = models.BooleanField(default=False)
    made_by = by_whom()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(payment__isnull=True) ^ Q(receipt__isnull=True),
                name="statement_match_is_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"match of line #{self.line_id}"
