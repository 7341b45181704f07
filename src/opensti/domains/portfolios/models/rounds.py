"""From the council's results to the leader's decision, its letters and objections."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.portfolios.choices import (
    Concern,
    LetterState,
    ObjectionState,
    RoundState,
    Ruling,
)
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field


class Round(models.Model):
    """What is laid before the leader at one time, and what he decided."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    call = models.ForeignKey(
        "calls.Call", on_delete=models.PROTECT, related_name="rounds"
    )
    title_vi = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    state = models.CharField(
        max_length=20, choices=RoundState.choices, default=RoundState.DRAFT
    )
    proposal = models.TextField(blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    proposed_at = models.DateTimeField(null=True, blank=True)
    decision_number = models.CharField(max_length=100, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    entry_position = models.BigIntegerField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    title = Pair("title")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=[RoundState.DECIDED, RoundState.RELEASED])
                | (~Q(decision_number="") & Q(decided_at__isnull=False)),
                name="decided_round_has_its_decision",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title_vi} (#{self.pk})"


class Decision(models.Model):
    """What was decided on one dossier, and why."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="decisions")
    dossier = models.ForeignKey(
        "calls.Dossier", on_delete=models.PROTECT, related_name="decisions"
    )
    found = models.CharField(  # what the council found; never changed
        max_length=20, choices=Ruling.choices
    )
    proposed = models.CharField(max_length=20, choices=Ruling.choices)
    ruling = models.CharField(max_length=20, choices=Ruling.choices, blank=True)
    amount = money_field(null=True, blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    mean = models.DecimalField(max_digits=8, decimal_places=4, null=True, blank=True)
    reason_vi = models.TextField(blank=True)
    reason_en = models.TextField(blank=True)
    departs_from_council = models.BooleanField(default=False)
    # What the adopted scenario advised, and why something else was proposed or decided.
    advised = models.CharField(max_length=20, choices=Ruling.choices, blank=True)
    advised_amount = money_field(null=True, blank=True)
    deviation = models.TextField(blank=True)
    task = models.OneToOneField(
        "tasks.Task",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decision",
    )
    entry_position = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            # The public list, newest first, without sorting what a join leaves.
            models.Index(fields=["entry_position", "id"], name="decision_by_entry"),
            # Sums by round, read from the index alone.
            models.Index(fields=["round", "ruling", "amount"], name="decision_sums"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "dossier"], name="decision_once_per_round"
            ),
            models.CheckConstraint(
                condition=Q(ruling="") | ~Q(reason_vi=""),
                name="decision_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(ruling="")
                | Q(advised="")
                | Q(ruling=F("advised"))
                | ~Q(deviation=""),
                name="deviation_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"decision #{self.pk} on dossier #{self.dossier_id}"

    @property
    def departs_from_advice(self) -> bool:
        """Another ruling, or another amount, than the adopted scenario advised."""
        stands = self.ruling or self.proposed
        given = self.amount if stands == Ruling.APPROVE else None
        return bool(self.advised) and (stands, given) != (
            self.advised,
            self.advised_amount,
        )


class Letter(models.Model):
    """A letter in the outbox: prepared, checked, and released with all the others."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, related_name="letter"
    )
    state = models.CharField(
        max_length=20, choices=LetterState.choices, default=LetterState.PREPARED
    )
    language = models.CharField(max_length=5, default="vi")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="letters"
    )
    subject = models.CharField(max_length=300)
    body = models.TextField()
    edited_by = models.ForeignKey(  # whoever changed the prepared words last
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    # Noted before a mail goes out; taken back when the server surely did not take it.
    mail_tried_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    # Sent again after an attempt whose end nobody knows: it may have arrived twice.
    mail_repeated = models.BooleanField(default=False)
    mail_error = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(body="") & ~Q(subject=""), name="letter_is_never_empty"
            ),
            models.CheckConstraint(
                condition=~Q(state=LetterState.RELEASED) | Q(checked_by__isnull=False),
                name="released_letter_was_checked",
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None)
                | Q(edited_by=None)
                | ~Q(checked_by=F("edited_by")),
                name="letter_is_checked_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"letter #{self.pk} on decision #{self.decision_id}"

    @property
    def mail_is_unsure(self) -> bool:
        """A mail was tried and nobody knows whether the server took it."""
        return self.mailed_at is None and self.mail_tried_at is not None


class Objection(models.Model):
    """An applicant's objection to the refusal of a dossier, and its answer.

    It concerns the decision that refused, or, without one, that the dossier was found
    not valid.
    """

    dossier = models.ForeignKey(
        "calls.Dossier", on_delete=models.PROTECT, related_name="objections"
    )
    decision = models.ForeignKey(
        Decision,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="objections",
    )
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    filed_at = models.DateTimeField()
    text = models.TextField()
    state = models.CharField(
        max_length=20, choices=ObjectionState.choices, default=ObjectionState.OPEN
    )
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ObjectionState.OPEN) | ~Q(answer=""),
                name="closed_objection_has_its_answer",
            ),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(state=ObjectionState.OPEN),
                name="one_open_objection_for_a_dossier",
            ),
        ]

    def __str__(self) -> str:
        return f"objection #{self.pk} on dossier #{self.dossier_id}"

    @property
    def concerns(self) -> str:
        """What is objected to: the leader's decision, or that it is not valid."""
        return Concern.VALIDITY if self.decision_id is None else Concern.DECISION
