"""What is changed while a contract runs, and how it ends before its time."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.contracts.choices import AmendmentState, Cause, EndingState
from opensti.domains.contracts.models.budgets import Budget
from opensti.domains.contracts.models.contracts import Contract, Terms
from opensti.domains.contracts.models.money import Claim
from opensti.kernel.access import Role
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field

# Waiting for a decision; two of a contract never touch the same thing.
OPEN = (AmendmentState.ASKED, AmendmentState.OPINIONS)


class Amendment(models.Model):
    """One change of a contract: what is asked, within which limits, and what was decided.

    ``proposed`` is the patch (see ``actions.amending.Patch``); ``before`` and ``after`` are
    whole snapshots ``{"terms": …, "lines": […]}``, ``after`` as it would be until it is in
    force, then as it is. ``limits`` are the findings of the day of asking, and then of the
    day of deciding, as they were shown. ``consents`` maps whose consent it is to the paper.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="amendments"
    )
    number = models.PositiveSmallIntegerField()
    kinds = models.JSONField()
    state = models.CharField(
        max_length=20, choices=AmendmentState.choices, default=AmendmentState.ASKED
    )
    authority = models.CharField(max_length=20, choices=[(r.value, r) for r in Role])
    reason = models.TextField()
    proposed = models.JSONField()
    before = models.JSONField()
    after = models.JSONField()
    limits = models.JSONField(default=list)
    consents = models.JSONField(default=dict)
    opinions = models.JSONField(default=list)
    council_opinion = models.TextField(blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    asked_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    decision_number = models.CharField(max_length=100, blank=True)
    decision_reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    effective_on = models.DateField(null=True, blank=True)
    terms = models.OneToOneField(
        Terms,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="amendment",
    )
    budget = models.OneToOneField(
        Budget,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="amendment",
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["contract", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "number"], name="amendment_number_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=AmendmentState.IN_FORCE)
                | (
                    Q(terms__isnull=False)
                    & Q(effective_on__isnull=False)
                    & ~Q(decision_number="")
                ),
                name="amendment_in_force_has_its_terms",
            ),
        ]
        indexes = [models.Index(fields=["state", "id"], name="amendment_by_state")]

    def __str__(self) -> str:
        return f"amendment {self.number} of contract #{self.contract_id}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class Ending(models.Model):
    """The early end of a contract, or what one that failed still owes.

    ``paid`` is what the host had been paid when its report was checked; it is the sum of
    ``unused``, ``proper`` and ``unproven``. ``working`` are the rows of the refund as they
    were shown. ``risk_accepted`` is none where the procedure knows no accepted risk.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="endings"
    )
    state = models.CharField(
        max_length=20, choices=EndingState.choices, default=EndingState.ASKED
    )
    after_failure = models.BooleanField(default=False)
    reason = models.TextField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    asked_at = models.DateTimeField()
    cause = models.CharField(max_length=20, choices=Cause.choices, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    report_due_on = models.DateField(null=True, blank=True)
    report = models.TextField(blank=True)
    plan_products = models.TextField(blank=True)
    plan_assets = models.TextField(blank=True)
    reported_unused = money_field(null=True, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reported_at = models.DateTimeField(null=True, blank=True)
    check_due_on = models.DateField(null=True, blank=True)
    paid = money_field(null=True, blank=True)
    unused = money_field(null=True, blank=True)
    proper = money_field(null=True, blank=True)
    unproven = money_field(null=True, blank=True)
    check_note = models.TextField(blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    checked_at = models.DateTimeField(null=True, blank=True)
    council_opinion = models.TextField(blank=True)
    risk_accepted = models.BooleanField(null=True, blank=True)
    working = models.JSONField(default=list)
    refund = money_field(null=True, blank=True)
    claim = models.OneToOneField(
        Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="ending"
    )
    decision_number = models.CharField(max_length=100, blank=True)
    decision_reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract"],
                condition=~Q(state=EndingState.DROPPED),
                name="ending_of_a_contract_once",
            ),
            models.CheckConstraint(
                condition=Q(paid=None)
                | Q(paid=F("unused") + F("proper") + F("unproven")),
                name="ending_money_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(refund=None)
                | (Q(refund__gte=0) & Q(refund__lte=F("paid"))),
                name="ending_refund_within_paid",
            ),
        ]

    def __str__(self) -> str:
        return f"ending of contract #{self.contract_id}"


class Finding(models.Model):
    """What was found on one condition of accepted risk, by whom, on which evidence."""

    ending = models.ForeignKey(
        Ending, on_delete=models.PROTECT, related_name="findings"
    )
    condition = models.CharField(max_length=40)
    met = models.BooleanField()
    text = models.TextField()
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    judged_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ending", "condition"], name="finding_of_condition_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.condition} of ending #{self.ending_id}"
