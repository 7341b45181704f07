"""What steers the innovation system: signals, objectives, audits, reviews, records."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from opensti.domains.innovation.choices import FindingState, Grade
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field

USER = settings.AUTH_USER_MODEL
WHOLE = 100


def _public_id() -> models.CharField[Any, Any]:
    return models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )


def _organisation() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, related_name="+"
    )


def _by() -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        USER, null=True, on_delete=models.PROTECT, related_name="+"
    )


class Objective(models.Model):
    """What innovation is to bring, how it is seen, by when, who answers for it."""

    public_id = _public_id()
    organisation = _organisation()
    title = models.CharField(max_length=200)
    measure = models.CharField(max_length=300)
    target = models.CharField(max_length=200)
    due_on = models.DateField()
    owner_name = models.CharField(max_length=120)
    reached_on = models.DateField(null=True, blank=True)
    result = models.CharField(max_length=500, blank=True)
    set_by = _by()

    class Meta:
        ordering = ["reached_on", "due_on", "pk"]

    def __str__(self) -> str:
        return self.title


class Portfolio(models.Model):
    """How much is to be spent, on which horizons (percent), and when that is looked at."""

    organisation = models.OneToOneField(
        "registry.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    envelope = money_field(null=True, blank=True)
    core = models.PositiveSmallIntegerField()
    next = models.PositiveSmallIntegerField()
    new = models.PositiveSmallIntegerField()
    review_months = models.PositiveSmallIntegerField(default=3)
    review_on = models.DateField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(core=WHOLE - models.F("next") - models.F("new")),
                name="portfolio_horizons_are_a_whole",
            )
        ]

    def __str__(self) -> str:
        return f"portfolio of organisation {self.organisation_id}"


class Signal(models.Model):
    """Something seen outside: where, what it means here, who watches it."""

    public_id = _public_id()
    organisation = _organisation()
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=200)
    link = models.URLField(max_length=500, blank=True)
    meaning = models.TextField(max_length=2000)
    watcher = models.CharField(max_length=120)
    relevance = models.PositiveSmallIntegerField()
    seen_on = models.DateField()
    objectives = models.ManyToManyField(Objective, related_name="signals", blank=True)
    initiatives = models.ManyToManyField(
        "innovation.Initiative", related_name="signals", blank=True
    )
    search_text = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-relevance", "-seen_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(relevance__gte=1, relevance__lte=5),
                name="signal_relevance_1_to_5",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Audit(models.Model):
    """An internal audit of the programme; its auditor is of another area."""

    public_id = _public_id()
    organisation = _organisation()
    title = models.CharField(max_length=200)
    scope = models.TextField(max_length=2000)
    area = models.CharField(max_length=120)
    auditor = models.CharField(max_length=120)
    auditor_area = models.CharField(max_length=120)
    planned_on = models.DateField()
    held_on = models.DateField(null=True, blank=True)
    conclusion = models.TextField(max_length=4000, blank=True)
    planned_by = _by()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-planned_on", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        return f"innovation.audit:{self.public_id}"


class AuditFinding(models.Model):
    """What an audit found, from its cause over the action to the check of its effect."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="findings")
    grade = models.CharField(max_length=12, choices=Grade.choices)
    text = models.TextField(max_length=2000)
    state = models.CharField(
        max_length=10, choices=FindingState.choices, default=FindingState.OPEN
    )
    cause = models.TextField(max_length=2000, blank=True)
    action = models.TextField(max_length=2000, blank=True)
    owner_name = models.CharField(max_length=120, blank=True)
    due_on = models.DateField(null=True, blank=True)
    effect = models.TextField(max_length=2000, blank=True)
    acted_by = _by()
    verified_by = _by()
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.grade} of audit {self.audit_id}"


class Review(models.Model):
    """A management review: what the house laid before it, frozen, and what it concluded."""

    public_id = _public_id()
    organisation = _organisation()
    held_on = models.DateField()
    people = models.CharField(max_length=500)
    inputs = models.JSONField()
    conclusion = models.TextField(max_length=4000)
    noted_by = _by()

    class Meta:
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return f"review of {self.held_on}"

    @property
    def subject(self) -> str:
        return f"innovation.review:{self.public_id}"


class ReviewDecision(models.Model):
    """What a review decided, who carries it out, by when."""

    review = models.ForeignKey(
        Review, on_delete=models.PROTECT, related_name="decisions"
    )
    text = models.CharField(max_length=500)
    owner_name = models.CharField(max_length=120)
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.text


class Document(models.Model):
    """A record of the system, one row for each revision; the file is the kernel's."""

    public_id = _public_id()
    organisation = _organisation()
    code = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    owner_name = models.CharField(max_length=120)
    approved_by = models.CharField(max_length=120, blank=True)
    approved_on = models.DateField(null=True, blank=True)
    keep_years = models.PositiveSmallIntegerField()
    review_on = models.DateField(null=True, blank=True)
    file_id = models.CharField(max_length=20, blank=True)
    filed_by = _by()
    filed_at = models.DateTimeField()

    class Meta:
        ordering = ["code", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code", "number"],
                name="revision_of_a_record_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} #{self.number}"

    @property
    def subject(self) -> str:
        return f"innovation.document:{self.public_id}"
