"""Plans as the acts state them: goals, actions, who does what, with which money."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.strategies.choices import (
    ActionKind,
    ActionState,
    GoalKind,
    MoneySource,
    Part,
    PlanKind,
    PlanState,
    Rhythm,
)
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field


class Plan(models.Model):
    """A strategy, programme or plan with the legal act behind it.

    ``code`` is the number of the act as it is spoken of ("2795/QD-BCT"); ``mark`` says how
    far the facts were verified, as in the regimes (V, X, S, R, I); ``issued_mark`` of the day.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    code = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=20, choices=PlanKind.choices)
    title_vi = models.CharField(max_length=500)
    title_en = models.CharField(max_length=500, blank=True)
    summary_vi = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)
    act_number = models.CharField(max_length=100, blank=True)
    issuer_vi = models.CharField(max_length=300, blank=True)
    issuer_en = models.CharField(max_length=300, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    issued_mark = models.CharField(max_length=1, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    state = models.CharField(
        max_length=20, choices=PlanState.choices, default=PlanState.DRAFT
    )
    comments_until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=500, blank=True)
    mark = models.CharField(max_length=1, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(blank=True, default="", editable=False)

    title = Pair("title")
    summary = Pair("summary")
    issuer = Pair("issuer")

    class Meta:
        ordering = ["-issued_on", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="plan_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[PlanState.DRAFT, PlanState.CONSULTED])
                | (~Q(act_number="") & Q(issued_on__isnull=False)),
                name="issued_plan_has_its_act",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} (#{self.pk})"


class PlanEdition(models.Model):
    """The whole tree of a plan as an act made it; kept for good, never changed."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    act_number = models.CharField(max_length=100, blank=True)
    acted_on = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True)
    tree = models.JSONField()
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["plan", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"], name="plan_edition_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} (#{self.pk})"


class Goal(models.Model):
    """A goal, a solution group or a line of strategy of a plan.

    ``article`` is the place in the act. The theory of change says: if (``condition``) then
    (``outcome``) because (``reason``), at the ``risk``.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="goals")
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=GoalKind.choices)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    position = models.PositiveIntegerField(default=0)
    text_vi = models.TextField()
    text_en = models.TextField(blank=True)
    owner = models.ForeignKey(
        "registry.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    owner_name = models.CharField(max_length=300, blank=True)
    condition = models.TextField(blank=True)
    outcome = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    risk = models.TextField(blank=True)
    article = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=500, blank=True)
    mark = models.CharField(max_length=1, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    text = Pair("text")

    class Meta:
        ordering = ["plan", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="goal_code_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} (#{self.pk})"


class PlanAction(models.Model):
    """What is to be done for a goal, by when, with what as its product."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="actions")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="actions")
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=ActionKind.choices)
    position = models.PositiveIntegerField(default=0)
    text_vi = models.TextField()
    text_en = models.TextField(blank=True)
    deliverable_vi = models.TextField(blank=True)
    deliverable_en = models.TextField(blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    state = models.CharField(
        max_length=20, choices=ActionState.choices, default=ActionState.PLANNED
    )
    state_reason = models.TextField(blank=True)
    article = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=500, blank=True)
    mark = models.CharField(max_length=1, blank=True)
    depends_on = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="followers"
    )
    version = models.PositiveIntegerField(default=1)

    text = Pair("text")
    deliverable = Pair("deliverable")

    class Meta:
        ordering = ["plan", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"], name="plan_action_code_once"
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None)
                | Q(ends_on=None)
                | Q(ends_on__gte=F("starts_on")),
                name="plan_action_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} (#{self.pk})"


class Milestone(models.Model):
    action = models.ForeignKey(
        PlanAction, on_delete=models.PROTECT, related_name="milestones"
    )
    position = models.PositiveIntegerField(default=0)
    name_vi = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)

    name = Pair("name")

    class Meta:
        ordering = ["action", "due_on", "position"]

    def __str__(self) -> str:
        return f"{self.name_vi} (#{self.pk})"


class Risk(models.Model):
    """What may go wrong with an action; likelihood and impact from 1 to 5."""

    action = models.ForeignKey(
        PlanAction, on_delete=models.PROTECT, related_name="risks"
    )
    text = models.TextField()
    likelihood = models.PositiveSmallIntegerField()
    impact = models.PositiveSmallIntegerField()
    response = models.TextField(blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["action", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(likelihood__range=(1, 5)) & Q(impact__range=(1, 5)),
                name="plan_risk_in_range",
            )
        ]

    def __str__(self) -> str:
        return f"{self.text[:40]} (#{self.pk})"


class Assignment(models.Model):
    """What an agency does for an action; by name where the registry does not know it."""

    action = models.ForeignKey(
        PlanAction, on_delete=models.PROTECT, related_name="assignments"
    )
    agency = models.ForeignKey(
        "registry.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="plan_assignments",
    )
    agency_name = models.CharField(max_length=300, blank=True)
    part = models.CharField(max_length=20, choices=Part.choices)
    rhythm = models.CharField(max_length=20, choices=Rhythm.choices, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["action", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agency__isnull=False) | ~Q(agency_name=""),
                name="assignment_names_an_agency",
            )
        ]

    def __str__(self) -> str:
        return f"{self.part} (#{self.pk})"


class BudgetLine(models.Model):
    """Money of an action in one year from one source, from plan to payment (đồng)."""

    action = models.ForeignKey(
        PlanAction, on_delete=models.PROTECT, related_name="budget_lines"
    )
    year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=20, choices=MoneySource.choices)
    planned = money_field()
    approved = money_field(null=True, blank=True)
    committed = money_field(null=True, blank=True)
    disbursed = money_field(null=True, blank=True)
    price_year = models.PositiveSmallIntegerField(null=True, blank=True)
    article = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["action", "year", "source"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "year", "source"], name="budget_line_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.year} (#{self.pk})"


class Envelope(models.Model):
    """The most a plan may spend from a source, in a year or (no year) in all."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="envelopes")
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=20, choices=MoneySource.choices)
    amount = money_field()
    article = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["plan", "year", "source"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "year", "source"], name="envelope_of_a_year_once"
            ),
            models.UniqueConstraint(
                fields=["plan", "source"],
                condition=Q(year=None),
                name="envelope_in_all_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} (#{self.pk})"


class PlanComment(models.Model):
    """What somebody said of a plan while it was open for comments, and the answer."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="comments")
    goal = models.ForeignKey(
        Goal, null=True, blank=True, on_delete=models.PROTECT, related_name="comments"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    organisation = models.ForeignKey(
        "registry.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    text = models.TextField()
    made_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    taken_up = models.BooleanField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.text[:40]} (#{self.pk})"
