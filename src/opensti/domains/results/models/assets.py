"""Assets that a task formed, the book of each, and which rules of ownership govern it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opensti.domains.results.choices import (
    OF_RESULT,
    AssetEventKind,
    AssetKind,
    AssetState,
    HandlingForm,
)
from opensti.domains.results.models.results import Result
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field

WHOLE = 10_000


class Asset(models.Model):
    """One thing, or several alike, that the money of a task paid for.

    ``original_value`` is of all pieces together, in whole đồng; ``state_share`` is the
    State's part of it, in parts of 10,000. ``formed_on`` decides who owns it; where the
    day of acceptance falls under other rules, an ``OwnershipChoice`` says which govern.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.PROTECT, related_name="assets"
    )
    result = models.ForeignKey(
        Result,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assets",
    )
    kind = models.CharField(max_length=20, choices=AssetKind.choices)
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=300)
    formed_on = models.DateField()
    accepted_on = models.DateField(null=True, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=3, default=1)
    unit = models.CharField(max_length=60, blank=True)
    original_value = money_field()
    state_share = models.PositiveIntegerField(default=WHOLE)
    is_car = models.BooleanField(default=False)
    serial = models.CharField(max_length=100, blank=True)
    place = models.CharField(max_length=300, blank=True)
    custodian = models.CharField(max_length=300, blank=True)
    # Where the custodian is an organisation of the registry.
    custodian_organisation = models.ForeignKey(
        "registry.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assets_kept",
    )
    state = models.CharField(
        max_length=20, choices=AssetState.choices, default=AssetState.HELD
    )
    form = models.CharField(max_length=20, choices=HandlingForm.choices, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(blank=True, default="", editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "code"], name="asset_code_once_in_a_contract"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="asset_quantity_positive"
            ),
            models.CheckConstraint(
                condition=Q(original_value__gte=0), name="asset_value_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(state_share__range=(1, WHOLE)),
                name="asset_state_share_in_range",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=(AssetKind.EQUIPMENT_FULL, AssetKind.RESULT_FULL),
                    state_share=WHOLE,
                )
                | Q(
                    kind__in=(AssetKind.EQUIPMENT_PART, AssetKind.RESULT_PART),
                    state_share__lt=WHOLE,
                ),
                name="asset_kind_fits_its_state_share",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="asset_newest"),
            models.Index(fields=["state", "id"], name="asset_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def is_result(self) -> bool:
        return self.kind in OF_RESULT


class AssetEvent(models.Model):
    """One line in the book of an asset; written once. ``amount`` is in whole đồng."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=20, choices=AssetEventKind.choices)
    on = models.DateField()
    text = models.TextField(blank=True)
    party = models.CharField(max_length=300, blank=True)
    number = models.CharField(max_length=100, blank=True)
    form = models.CharField(max_length=20, choices=HandlingForm.choices, blank=True)
    amount = money_field(null=True, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["asset", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0),
                name="asset_event_amount_not_negative",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of asset #{self.asset_id}"


class Stocktake(models.Model):
    """The stocktake of one contract's assets in one year; its lines are events."""

    contract = models.ForeignKey(
        "contracts.Contract", on_delete=models.PROTECT, related_name="stocktakes"
    )
    year = models.PositiveSmallIntegerField()
    on = models.DateField()
    found = models.PositiveIntegerField()
    missing = models.PositiveIntegerField()
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
        ordering = ["contract", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "year"], name="stocktake_once_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"stocktake {self.year} of contract #{self.contract_id}"


class OwnershipChoice(models.Model):
    """Which rules of ownership govern where formation and acceptance fall under two.

    The latest choice counts; an asset without its own takes that of its result.
    """

    asset = models.ForeignKey(
        Asset,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="choices_made",
    )
    result = models.ForeignKey(
        Result,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="choices_made",
    )
    rule = models.CharField(max_length=60)
    reason = models.TextField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(asset__isnull=False, result=None)
                | Q(asset=None, result__isnull=False),
                name="ownership_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="ownership_choice_has_its_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"choice of {self.rule}"
