"""The call, the dossiers that answer it, and their eligibility."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.calls.choices import (
    BudgetCategory,
    BudgetSource,
    CallState,
    MemberRole,
    Verdict,
    VersionReason,
)
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field


class Call(models.Model):
    """An invitation to answer orders, or a direct assignment, under one regime."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    code = models.CharField(max_length=60, unique=True)
    title_vi = models.CharField(max_length=500)
    title_en = models.CharField(max_length=500, blank=True)
    description_vi = models.TextField(blank=True)
    description_en = models.TextField(blank=True)
    regime_version = models.ForeignKey(
        "procedures.RegimeVersion", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=30, default="ministry_task")
    way = models.CharField(max_length=20, default="selection")
    orders = models.ManyToManyField("tasks.Order", related_name="calls", blank=True)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    state = models.CharField(
        max_length=20, choices=CallState.choices, default=CallState.DRAFT
    )
    published_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    entry_position = models.BigIntegerField(null=True, blank=True)
    search_text = models.TextField(blank=True, default="", editable=False)

    title = Pair("title")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="call_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CallState.values), name="call_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[CallState.OPENED, CallState.CONCLUDED])
                | Q(opened_at__isnull=False),
                name="opened_call_has_its_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "closes_at"], name="call_state_close")]

    def __str__(self) -> str:
        return f"{self.code} {self.title_vi} (#{self.pk})"


class EarlyOpening(models.Model):
    """A wish to open sealed dossiers before closing: it takes two people."""

    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, related_name="early_openings"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    reason = models.TextField()
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by=None) | ~Q(agreed_by=F("asked_by")),
                name="early_opening_takes_two_people",
            )
        ]

    def __str__(self) -> str:
        return f"early opening #{self.pk} of call #{self.call_id}"


class Dossier(models.Model):
    """What an applicant hands in: answers, team, budget, papers (hồ sơ)."""

    case = models.OneToOneField(
        "procedures.Case", on_delete=models.PROTECT, related_name="dossier"
    )
    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    code = models.CharField(max_length=60, blank=True)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="dossiers")
    order = models.ForeignKey(
        "tasks.Order",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="dossiers",
    )
    host = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, related_name="dossiers"
    )
    leader = models.ForeignKey(
        "registry.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="led_dossiers",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    title_vi = models.CharField(max_length=500, blank=True)
    title_en = models.CharField(max_length=500, blank=True)
    abstract_vi = models.TextField(blank=True)
    abstract_en = models.TextField(blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    form_code = models.CharField(max_length=60)
    asked_state = money_field(default=0)
    asked_other = money_field(default=0)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    entry_position = models.BigIntegerField(null=True, blank=True)
    supplement_request = models.TextField(blank=True)
    supplement_until = models.DateField(null=True, blank=True)
    # Rows of team or budget that cannot be read yet, kept as they were typed.
    typed = models.JSONField(default=dict, blank=True)
    # At which version each answer was last saved: two writers clash only over one field.
    touched = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    search_text = models.TextField(blank=True, default="", editable=False)

    title = Pair("title")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=~Q(code=""), name="dossier_code_once"
            )
        ]
        indexes = [
            models.Index(fields=["call", "code"], name="dossier_call_code"),
            models.Index(fields=["-submitted_at", "-id"], name="dossier_submitted"),
            # Who may know of it is answered from here, without the wide row.
            models.Index(
                fields=["call", "submitted_at", "created_by", "host", "case"],
                name="dossier_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code or 'draft'} {self.title_vi} (#{self.pk})"


class LateException(models.Model):
    """One applicant organisation may submit until later, for a stated reason."""

    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, related_name="late_exceptions"
    )
    organisation = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    until = models.DateTimeField()
    reason = models.TextField()
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call", "organisation"], name="late_exception_once"
            )
        ]

    def __str__(self) -> str:
        return f"late exception #{self.pk} in call #{self.call_id}"


class DossierEditor(models.Model):
    """A colleague who may write in the dossier together with its maker."""

    dossier = models.ForeignKey(
        Dossier, on_delete=models.CASCADE, related_name="editors"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="edits"
    )
    may_submit = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "user"], name="dossier_editor_once"
            )
        ]

    def __str__(self) -> str:
        return f"editor {self.user_id} of dossier #{self.dossier_id}"


class TeamMember(models.Model):
    """Who works on the task, as what, for how many converted months."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="team")
    position = models.PositiveSmallIntegerField()
    person = models.ForeignKey(
        "registry.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="teams",
    )
    full_name = models.CharField(max_length=200)
    organisation_name = models.CharField(max_length=300, blank=True)
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=20, choices=MemberRole.choices)
    months = models.DecimalField(max_digits=5, decimal_places=1, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "position"], name="team_position_once"
            ),
            models.CheckConstraint(
                condition=Q(months__gte=0), name="team_months_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} (#{self.pk})"


class BudgetLine(models.Model):
    """One amount: for what, in which year, from which source; whole đồng."""

    dossier = models.ForeignKey(
        Dossier, on_delete=models.CASCADE, related_name="budget"
    )
    position = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=20, choices=BudgetCategory.choices)
    description = models.CharField(max_length=500, blank=True)
    year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=20, choices=BudgetSource.choices)
    amount = money_field()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "position", "year", "source"],
                name="budget_cell_once",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="budget_amount_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"budget line #{self.pk}"


class Attachment(models.Model):
    """A paper in the dossier, under the code the form asks for."""

    dossier = models.ForeignKey(
        Dossier, on_delete=models.CASCADE, related_name="attachments"
    )
    file = models.ForeignKey(
        "files.StoredFile", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=300, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"attachment #{self.pk} of dossier #{self.dossier_id}"


class DossierVersion(models.Model):
    """The dossier as it stood at an act, whole and unchangeable."""

    dossier = models.ForeignKey(
        Dossier, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveIntegerField()
    reason = models.CharField(max_length=20, choices=VersionReason.choices)
    snapshot = models.JSONField()
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "number"], name="dossier_version_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number} of dossier #{self.dossier_id}"


class EligibilityCheck(models.Model):
    """One condition of the regime, and whether this dossier meets it."""

    dossier = models.ForeignKey(
        Dossier, on_delete=models.PROTECT, related_name="eligibility"
    )
    item = models.CharField(max_length=80)
    verdict = models.CharField(max_length=20, choices=Verdict.choices)
    note = models.TextField(blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    checked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "item"], name="eligibility_item_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.verdict} (#{self.pk})"
