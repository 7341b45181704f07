"""What became of the work in the years after it was closed, as its host says."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opensti.domains.results.choices import UptakeState
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field


class UptakeYear(models.Model):
    """One year's question to the host. Past its day without answer it is *no answer*."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.PROTECT, related_name="uptake_years"
    )
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    state = models.CharField(
        max_length=20, choices=UptakeState.choices, default=UptakeState.DUE
    )
    reminded_on = models.DateField(null=True, blank=True)
    check_note = models.TextField(blank=True)
    # Said only where it is another than that of the results.
    goal = models.ForeignKey(
        "strategies.Goal",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="uptake_years",
    )
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["contract", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "number"], name="uptake_year_once"
            )
        ]
        indexes = [
            models.Index(fields=["state", "due_on"], name="uptake_by_state_and_day")
        ]

    def __str__(self) -> str:
        return f"uptake year {self.number} of contract #{self.contract_id}"


class UptakeAnswer(models.Model):
    """One version of an answer. Empty figures were not answered, which is not zero.

    Money in whole đồng; ``foreign_amount`` in ``foreign_currency`` became part of
    ``exports`` at ``foreign_rate`` đồng for one unit, rounded half to even.
    """

    year = models.ForeignKey(
        UptakeYear, on_delete=models.PROTECT, related_name="answers"
    )
    number = models.PositiveIntegerField()
    current = models.BooleanField(default=True)
    users = models.JSONField(default=list)
    revenue = money_field(null=True, blank=True)
    saving = money_field(null=True, blank=True)
    exports = money_field(null=True, blank=True)
    foreign_currency = models.CharField(max_length=3, blank=True)
    foreign_amount = models.DecimalField(
        max_digits=18, decimal_places=2, null=True, blank=True
    )
    foreign_rate = models.DecimalField(
        max_digits=18, decimal_places=4, null=True, blank=True
    )
    jobs = models.PositiveIntegerField(null=True, blank=True)
    standards = models.TextField(blank=True)
    policies = models.TextField(blank=True)
    note = models.TextField(blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["year", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "number"], name="uptake_answer_number_once"
            ),
            models.UniqueConstraint(
                fields=["year"],
                condition=Q(current=True),
                name="uptake_answer_current_once",
            ),
            models.CheckConstraint(
                condition=(Q(revenue=None) | Q(revenue__gte=0))
                & (Q(saving=None) | Q(saving__gte=0))
                & (Q(exports=None) | Q(exports__gte=0)),
                name="uptake_money_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(foreign_currency="", foreign_amount=None, foreign_rate=None)
                | (
                    ~Q(foreign_currency="")
                    & Q(foreign_amount__gt=0)
                    & Q(foreign_rate__gt=0)
                ),
                name="uptake_foreign_money_has_its_rate",
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.number} to uptake year #{self.year_id}"
