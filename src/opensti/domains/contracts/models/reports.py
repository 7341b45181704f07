"""Reports the host owes: when each is due, what is written, every version handed in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.contracts.choices import ReportKind, ReportState
from opensti.domains.contracts.models.contracts import Contract
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field


class ReportDue(models.Model):
    """One report that is owed for a period ``[covers_from, covers_to)``.

    ``rule`` names the rule of the procedure; empty for one the officer asked for besides.
    ``provisional``: a year it was counted over has no holidays announced yet.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="reports"
    )
    rule = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=20, choices=ReportKind.choices)
    form_code = models.CharField(max_length=60)
    number = models.PositiveSmallIntegerField()
    label_vi = models.CharField(max_length=300)
    label_en = models.CharField(max_length=300)
    ground = models.CharField(max_length=1000, blank=True)
    article = models.CharField(max_length=120, blank=True)
    covers_from = models.DateField()
    covers_to = models.DateField()
    opens_on = models.DateField(null=True, blank=True)
    due_on = models.DateField()
    provisional = models.BooleanField(default=False)
    state = models.CharField(
        max_length=20, choices=ReportState.choices, default=ReportState.DUE
    )
    # Why it is no longer owed; the plan itself says so with an empty text.
    dropped_for = models.CharField(max_length=1000, blank=True)
    mend_until = models.DateField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # Figures of the last version handed in, so that lights need not read answers.
    spent_state = money_field(null=True, blank=True)
    cleared_state = money_field(null=True, blank=True)
    product_states = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)

    label = Pair("label")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "rule", "number"],
                condition=~Q(rule=""),
                name="report_of_rule_once_a_period",
            ),
            models.CheckConstraint(
                condition=Q(covers_to__gt=F("covers_from")),
                name="report_covers_some_time",
            ),
            models.CheckConstraint(
                condition=Q(opens_on=None) | Q(due_on__gte=F("opens_on")),
                name="report_due_after_it_opens",
            ),
            models.CheckConstraint(
                condition=(Q(spent_state=None) | Q(spent_state__gte=0))
                & (Q(cleared_state=None) | Q(cleared_state__gte=0)),
                name="report_money_is_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on", "id"], name="report_queue"),
            models.Index(fields=["due_on", "id"], name="report_by_day"),
            models.Index(fields=["contract", "due_on"], name="report_of_contract"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} report {self.number} of contract #{self.contract_id}"


class Report(models.Model):
    """What the host is writing; what was handed in stands in its versions.

    ``left_out`` are ids of files that stay for a version handed in and are no longer part.
    """

    due = models.OneToOneField(
        ReportDue, on_delete=models.PROTECT, related_name="report"
    )
    answers = models.JSONField(default=dict)
    left_out = models.JSONField(default=list)
    begun_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"report #{self.due_id}"


class ReportVersion(models.Model):
    """A report as it was handed in, whole; never changed.

    ``files`` lists ``{field, id, name, sha256}``; ``sha256`` is of answers and files.
    """

    due = models.ForeignKey(
        ReportDue, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField()
    answers = models.JSONField()
    files = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["due", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["due", "number"], name="report_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number} of report #{self.due_id}"


class ReportRemark(models.Model):
    """What must be mended in a version: at a field of the form, or in all (no field)."""

    version = models.ForeignKey(
        ReportVersion, on_delete=models.PROTECT, related_name="remarks"
    )
    field = models.CharField(max_length=100, blank=True)
    text = models.CharField(max_length=2000)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["version", "id"]

    def __str__(self) -> str:
        return f"remark #{self.pk} on {self.field or 'the whole'}"
