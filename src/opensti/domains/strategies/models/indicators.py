"""Cards of indicators, what acts want of them, and what was observed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.strategies.choices import (
    AccountPart,
    Aggregation,
    Comparator,
    Direction,
    IndicatorKind,
    LabourUnit,
    Level,
    Measure,
    ObservationState,
    Path,
    PriceBasis,
    Quality,
    Rhythm,
    Scope,
    ValueStatus,
)
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id

# Values of indicators: 24 digits, 8 of them behind the point.
VALUE: dict[str, Any] = {"max_digits": 24, "decimal_places": 8}


class Indicator(models.Model):
    """A card: what exactly is measured. Two scopes or price bases are two cards."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    code = models.CharField(max_length=60, unique=True)
    name_vi = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)
    definition_vi = models.TextField()
    definition_en = models.TextField(blank=True)
    formula = models.TextField(blank=True)
    unit_vi = models.CharField(max_length=60)
    unit_en = models.CharField(max_length=60, blank=True)
    level = models.CharField(max_length=20, choices=Level.choices)
    direction = models.CharField(max_length=20, choices=Direction.choices)
    kind = models.CharField(max_length=20, choices=IndicatorKind.choices)
    scope = models.CharField(max_length=20, choices=Scope.choices)
    price_basis = models.CharField(
        max_length=20, choices=PriceBasis.choices, default=PriceBasis.NONE
    )
    labour_unit = models.CharField(
        max_length=20, choices=LabourUnit.choices, default=LabourUnit.NONE
    )
    # Which term of the identities of growth it is; most cards are none.
    account_part = models.CharField(
        max_length=20, choices=AccountPart.choices, blank=True, default=""
    )
    averaging = models.CharField(max_length=300, blank=True)
    aggregation = models.CharField(max_length=20, choices=Aggregation.choices)
    cumulative = models.BooleanField(default=False)
    path = models.CharField(max_length=20, choices=Path.choices, default=Path.LINEAR)
    decimals = models.PositiveSmallIntegerField(default=1)
    rhythm = models.CharField(
        max_length=20, choices=Rhythm.choices, default=Rhythm.YEAR
    )
    lag_months = models.PositiveSmallIntegerField(default=0)
    source_vi = models.CharField(max_length=300, blank=True)
    source_en = models.CharField(max_length=300, blank=True)
    quality = models.CharField(max_length=1, choices=Quality.choices, default=Quality.C)
    owner = models.ForeignKey(
        "registry.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    owner_name = models.CharField(max_length=300, blank=True)
    # What the parts are called that a value may be broken down by, and their codes;
    # a dimension with ``complete`` must add up to the whole.
    dimensions = models.JSONField(default=list, blank=True)
    goals = models.ManyToManyField(
        "strategies.Goal", blank=True, related_name="indicators"
    )
    actions = models.ManyToManyField(
        "strategies.PlanAction", blank=True, related_name="indicators"
    )
    retired_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(blank=True, default="", editable=False)

    name = Pair("name")
    definition = Pair("definition")
    unit = Pair("unit")
    source = Pair("source")

    class Meta:
        ordering = ["code"]
        constraints = [
            # A rate of growth, an index, a composite are of no sum.
            models.CheckConstraint(
                condition=~Q(kind__in=["growth", "index", "composite"])
                | ~Q(aggregation="sum"),
                name="rates_and_indices_are_not_summed",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} (#{self.pk})"


class IndicatorEdition(models.Model):
    """A card as it stood before and after each change; kept for good."""

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="editions"
    )
    number = models.PositiveIntegerField()
    card = models.JSONField()
    reason = models.TextField(blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["indicator", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "number"], name="indicator_edition_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} (#{self.pk})"


class Target(models.Model):
    """What an act wants of an indicator, in its own words and as numbers.

    ``measure`` says whether ``value`` is the level, its growth in % a year or its change in
    % since the base; ``high`` closes a range; ``tolerance`` is the band of "about" in the
    unit of the value. A target replaced by a later act keeps its row.
    """

    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="targets"
    )
    plan = models.ForeignKey(
        "strategies.Plan", on_delete=models.PROTECT, related_name="targets"
    )
    goal = models.ForeignKey(
        "strategies.Goal",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="targets",
    )
    measure = models.CharField(
        max_length=20, choices=Measure.choices, default=Measure.LEVEL
    )
    comparator = models.CharField(max_length=20, choices=Comparator.choices)
    value = models.DecimalField(**VALUE)
    high = models.DecimalField(**VALUE, null=True, blank=True)
    tolerance = models.DecimalField(**VALUE, null=True, blank=True)
    from_year = models.PositiveSmallIntegerField(null=True, blank=True)
    to_year = models.PositiveSmallIntegerField()
    base_year = models.PositiveSmallIntegerField(null=True, blank=True)
    base_value = models.DecimalField(**VALUE, null=True, blank=True)
    text_vi = models.TextField()
    text_en = models.TextField(blank=True)
    article = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=500, blank=True)
    mark = models.CharField(max_length=1, blank=True)
    replaced_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces"
    )
    created_at = models.DateTimeField()

    text = Pair("text")

    class Meta:
        ordering = ["indicator", "to_year", "plan", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(comparator=Comparator.RANGE, high__isnull=False)
                | (~Q(comparator=Comparator.RANGE) & Q(high=None)),
                name="only_a_range_has_two_ends",
            ),
            models.CheckConstraint(
                condition=Q(high=None) | Q(high__gt=F("value")),
                name="range_of_target_is_not_empty",
            ),
            models.CheckConstraint(
                condition=Q(from_year=None) | Q(to_year__gte=F("from_year")),
                name="target_years_in_order",
            ),
            models.CheckConstraint(
                condition=Q(base_year=None) | Q(to_year__gt=F("base_year")),
                name="target_after_its_base",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} (#{self.pk})"


class Observation(models.Model):
    """One value as it was reported; never changed, a correction is a new row.

    ``period`` is "2024", "2024-H1", "2024-Q3" or "2024-07". ``cell`` names the part of a
    dimension ("province=01"), empty for the whole. ``sha256`` is the digest of the file the
    value came from.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    indicator = models.ForeignKey(
        Indicator, on_delete=models.PROTECT, related_name="observations"
    )
    reporter = models.ForeignKey(
        "registry.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    period = models.CharField(max_length=8)
    cell = models.CharField(max_length=120, blank=True)
    value = models.DecimalField(**VALUE, null=True, blank=True)
    numerator = models.DecimalField(**VALUE, null=True, blank=True)
    denominator = models.DecimalField(**VALUE, null=True, blank=True)
    status = models.CharField(
        max_length=20, choices=ValueStatus.choices, default=ValueStatus.FINAL
    )
    vintage = models.ForeignKey(
        "strategies.Vintage",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    vintage_label = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=500, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    note = models.TextField(blank=True)
    state = models.CharField(
        max_length=20,
        choices=ObservationState.choices,
        default=ObservationState.ENTERED,
    )
    returned_for = models.TextField(blank=True)
    replaces = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["indicator", "-period", "cell", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__isnull=False)
                | Q(numerator__isnull=False, denominator__isnull=False),
                name="observation_says_something",
            ),
            models.CheckConstraint(
                condition=Q(denominator=None) | Q(denominator__gt=0),
                name="observation_denominator_positive",
            ),
            # Nobody approves what he entered himself.
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("entered_by")),
                name="observation_decided_by_a_second_person",
            ),
            models.UniqueConstraint(
                fields=["indicator", "reporter", "period", "cell", "vintage_label"],
                condition=Q(replaces=None, reporter__isnull=False),
                name="report_of_a_vintage_begins_once",
            ),
            models.UniqueConstraint(
                fields=["indicator", "period", "cell", "vintage_label"],
                condition=Q(replaces=None, reporter=None),
                name="own_value_of_a_vintage_begins_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["indicator", "state", "period"], name="observation_by_state"
            )
        ]

    def __str__(self) -> str:
        return f"{self.period} (#{self.pk})"
