"""Who approved which text of a contract, and the files that the two sides signed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opensti.domains.contracts.choices import PaperKind, RoundOutcome, Side, Verdict
from opensti.domains.contracts.models.contracts import Contract
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id


class ApprovalRound(models.Model):
    """One sending of a contract to those who approve it, with the very text that was sent.

    ``content`` is what ``Terms`` would hold, ``sha256`` the digest of its canonical form:
    each level approves that text and no other. ``marks`` are the places that were marked
    when it came back: rows of ``{"place": …, "text": …}``.
    """

    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="approval_rounds"
    )
    number = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    remark = models.TextField(blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    sent_at = models.DateTimeField()
    outcome = models.CharField(
        max_length=20, choices=RoundOutcome.choices, default=RoundOutcome.OPEN
    )
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    marks = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["contract", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "number"], name="approval_round_number_once"
            ),
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(outcome="open"),
                name="one_open_approval_round",
            ),
            models.CheckConstraint(
                condition=Q(outcome="open") ^ Q(closed_at__isnull=False),
                name="approval_round_closed_when_it_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"approval round {self.number} of contract #{self.contract_id}"


class Approval(models.Model):
    """One level of a round: whose role it is, who decided, on whose behalf, of which text.

    The levels are copied from the frozen procedure when the contract is sent, in order.
    ``asked_at`` is when its turn began; ``due_on`` stays empty where no rule names a time.
    """

    round = models.ForeignKey(
        ApprovalRound, on_delete=models.PROTECT, related_name="approvals"
    )
    position = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=60)
    label_vi = models.CharField(max_length=200)
    label_en = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=20)
    asked_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    verdict = models.CharField(
        max_length=20, choices=Verdict.choices, default=Verdict.WAITING
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    remark = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    label = Pair("label")

    class Meta:
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "position"], name="approval_level_once"
            ),
            models.UniqueConstraint(
                fields=["round", "person"],
                condition=Q(person__isnull=False),
                name="one_person_approves_one_level",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="approved")
                | (
                    Q(person__isnull=False)
                    & Q(decided_at__isnull=False)
                    & ~Q(sha256="")
                ),
                name="approval_says_who_when_and_what",
            ),
        ]
        indexes = [
            models.Index(
                fields=["role", "asked_at"],
                condition=Q(verdict="waiting"),
                name="approval_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"level {self.position} of round #{self.round_id}"


class SignedPaper(models.Model):
    """A signed file of a contract: its bytes by digest, who signed, what was checked.

    ``check_result`` is what ``kernel.signatures`` found in it, as it was on the day of entry;
    ``scanned`` says that the officer took it as a scan of a paper signed by hand.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="signed_papers"
    )
    kind = models.CharField(max_length=20, choices=PaperKind.choices)
    side = models.CharField(max_length=20, choices=Side.choices)
    title = models.CharField(max_length=200, blank=True)
    file = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, related_name="+"
    )
    sha256 = models.CharField(max_length=64)
    signed_on = models.DateField()
    scanned = models.BooleanField(default=False)
    check_result = models.JSONField(default=dict)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["contract", "recorded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "kind", "sha256"],
                condition=Q(withdrawn_at=None),
                name="signed_file_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} signed by {self.side} of contract #{self.contract_id}"
