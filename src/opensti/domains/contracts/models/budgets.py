"""The budget of a task on its way: asked, proposed, appraised, approved, agreed, amended."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.calls.choices import BudgetCategory, BudgetSource
from opensti.domains.contracts.choices import BudgetStage
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field


class Budget(models.Model):
    """One whole version of a budget; never changed, the next version follows it.

    ``state_money`` and ``other_money`` are the sums of its lines (the action adds them up
    and refuses what does not agree); ``sha256`` is of the lines' canonical form.
    """

    dossier = models.ForeignKey(
        "calls.Dossier", on_delete=models.PROTECT, related_name="budgets"
    )
    number = models.PositiveIntegerField()
    stage = models.CharField(max_length=20, choices=BudgetStage.choices)
    state_money = money_field()
    other_money = money_field()
    reason = models.TextField(blank=True)
    basis = models.CharField(max_length=200, blank=True)
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
        ordering = ["dossier", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "number"], name="budget_number_once"
            ),
            models.CheckConstraint(
                condition=Q(state_money__gte=0) & Q(other_money__gte=0),
                name="budget_sums_are_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"budget {self.number} of dossier #{self.dossier_id}"


class BudgetItem(models.Model):
    """One line of a version. ``key`` follows the line through all versions.

    ``amount`` is quantity times price where both are given, rounded half-even to whole đồng.
    ``norm`` names the norm and its table (``remuneration_tt03/pi``), ``norm_max`` is the
    most it allows for this line (a share of the budget: for all lines of the norm
    together), ``ground`` why a line goes above it. ``reason`` says why the line differs
    from the version before; ``abroad`` marks a delegation abroad.
    """

    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="items")
    key = models.CharField(max_length=20, default=new_public_id, editable=False)
    position = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=20, choices=BudgetCategory.choices)
    description = models.CharField(max_length=500, blank=True)
    year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=20, choices=BudgetSource.choices)
    quantity = models.DecimalField(
        max_digits=14, decimal_places=3, null=True, blank=True
    )
    unit = models.CharField(max_length=60, blank=True)
    price = money_field(null=True, blank=True)
    amount = money_field()
    lump = models.BooleanField(default=False)
    norm = models.CharField(max_length=80, blank=True)
    norm_max = money_field(null=True, blank=True)
    ground = models.TextField(blank=True)
    abroad = models.BooleanField(default=False)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["budget", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["budget", "position"], name="budget_item_position_once"
            ),
            models.UniqueConstraint(
                fields=["budget", "key"], name="budget_item_key_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="budget_item_not_negative"
            ),
            models.CheckConstraint(
                condition=(Q(quantity=None) | Q(quantity__gte=0))
                & (Q(price=None) | Q(price__gte=0)),
                name="budget_item_factors_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(category__in=BudgetCategory.values)
                & Q(source__in=BudgetSource.values),
                name="budget_item_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(norm_max=None)
                | Q(amount__lte=F("norm_max"))
                | ~Q(ground=""),
                name="budget_item_above_its_norm_has_a_ground",
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.position} of budget #{self.budget_id}"
