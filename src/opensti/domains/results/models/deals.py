"""What results and rights earn: deals, yearly income, who gets how much; and offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.results.choices import (
    DealKind,
    OfferForm,
    OfferState,
    PartyRole,
    Payee,
)
from opensti.domains.results.models.results import Result
from opensti.domains.results.models.rights import WHOLE, Right
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field

if TYPE_CHECKING:
    from datetime import date


class Deal(models.Model):
    """A signed contract by which others may use, or get, a right or a result.

    ``price`` and the income are whole đồng; a price in another ``currency`` is words in
    ``terms``. ``host`` is who gives and reports.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    right = models.ForeignKey(
        Right, null=True, blank=True, on_delete=models.PROTECT, related_name="deals"
    )
    result = models.ForeignKey(
        Result, null=True, blank=True, on_delete=models.PROTECT, related_name="deals"
    )
    contract = models.ForeignKey(
        "contracts.Contract",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="deals",
    )
    host = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, related_name="deals"
    )
    kind = models.CharField(max_length=20, choices=DealKind.choices)
    number = models.CharField(max_length=100)
    signed_on = models.DateField()
    exclusive = models.BooleanField(default=False)
    territory = models.CharField(max_length=200, blank=True)
    until = models.DateField(null=True, blank=True)
    currency = models.CharField(max_length=3, default="VND")
    price = money_field(null=True, blank=True)
    terms = models.TextField(blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(blank=True, default="", editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(right__isnull=False) | Q(result__isnull=False),
                name="deal_is_about_something",
            ),
            models.UniqueConstraint(
                fields=["host", "number"], name="deal_number_once_at_host"
            ),
            models.CheckConstraint(
                condition=Q(price=None) | (Q(price__gte=0) & Q(currency="VND")),
                name="deal_price_is_dong",
            ),
        ]
        indexes = [models.Index(fields=["-signed_on", "-id"], name="deal_newest")]

    def __str__(self) -> str:
        return self.number


class DealParty(models.Model):
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="parties")
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=10, choices=PartyRole.choices)
    organisation = models.ForeignKey(
        "registry.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    name = models.CharField(max_length=400)

    class Meta:
        ordering = ["deal", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "position"], name="deal_party_position_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class DealIncome(models.Model):
    """What a deal brought in one year; a loss is a negative profit. Whole đồng."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="incomes")
    year = models.PositiveSmallIntegerField()
    revenue = money_field()
    cost = money_field()
    tax = money_field()
    profit = money_field()
    evidence = models.TextField(blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reported_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["deal", "-year"]
        constraints = [
            models.UniqueConstraint(fields=["deal", "year"], name="deal_income_once"),
            models.CheckConstraint(
                condition=Q(profit=F("revenue") - F("cost") - F("tax")),
                name="deal_profit_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(revenue__gte=0) & Q(cost__gte=0) & Q(tax__gte=0),
                name="deal_income_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} of deal #{self.deal_id}"


class Split(models.Model):
    """How one year's profit was shared, for good: its rules, its figures, its choice.

    ``ruled_on`` is the day whose rules were applied; where the days of the case fall
    under different rules, ``choice`` is the reason given for that one. ``content`` keeps
    portions, checks and what was asked, as plain values.
    """

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    income = models.OneToOneField(
        DealIncome, on_delete=models.PROTECT, related_name="split"
    )
    profit = money_field()
    state_part = models.PositiveIntegerField()
    ruled_on = models.DateField()
    choice = models.TextField(blank=True)
    agreement = models.TextField(blank=True)
    content = models.JSONField()
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
        constraints = [
            models.CheckConstraint(
                condition=Q(state_part__lte=WHOLE), name="split_state_part_in_whole"
            ),
            models.CheckConstraint(
                condition=Q(profit__gt=0), name="split_profit_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"split of income #{self.income_id}"


class Payout(models.Model):
    """One amount of a split and whom it is for; ``person`` sees it, others' not."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    split = models.ForeignKey(Split, on_delete=models.PROTECT, related_name="payouts")
    position = models.PositiveSmallIntegerField()
    who = models.CharField(max_length=20, choices=Payee.choices)
    person = models.ForeignKey(
        "registry.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    name = models.CharField(max_length=400)
    share = models.PositiveIntegerField(default=WHOLE)
    amount = money_field()

    class Meta:
        ordering = ["split", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["split", "position"], name="payout_position_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="payout_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"payout {self.position} of split #{self.split_id}"


class PayoutPayment(models.Model):
    """That a payout was paid: at most once, whoever presses when."""

    payout = models.OneToOneField(
        Payout, on_delete=models.PROTECT, related_name="payment"
    )
    paid_on = models.DateField()
    reference = models.CharField(max_length=100)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"payment of payout #{self.payout_id}"


class Offer(models.Model):
    """A right or result held out to enterprises; public in its half-open period."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    right = models.ForeignKey(
        Right, null=True, blank=True, on_delete=models.PROTECT, related_name="offers"
    )
    result = models.ForeignKey(
        Result, null=True, blank=True, on_delete=models.PROTECT, related_name="offers"
    )
    contract = models.ForeignKey(
        "contracts.Contract",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="offers",
    )
    host = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, related_name="offers"
    )
    title_vi = models.CharField(max_length=500)
    title_en = models.CharField(max_length=500, blank=True)
    does_vi = models.TextField()
    does_en = models.TextField(blank=True)
    trl = models.PositiveSmallIntegerField(null=True, blank=True)
    form = models.CharField(max_length=20, choices=OfferForm.choices)
    conditions_vi = models.TextField(blank=True)
    conditions_en = models.TextField(blank=True)
    contact = models.CharField(max_length=300)
    state = models.CharField(
        max_length=10, choices=OfferState.choices, default=OfferState.DRAFT
    )
    opens_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)
    # The day the owner took it back, be its period over or not.
    closed_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(blank=True, default="", editable=False)

    title = Pair("title")
    does = Pair("does")
    conditions = Pair("conditions")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(right__isnull=False) | Q(result__isnull=False),
                name="offer_is_about_something",
            ),
            models.CheckConstraint(
                condition=Q(state=OfferState.DRAFT) | Q(opens_on__isnull=False),
                name="public_offer_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(opens_on=None)
                | Q(closes_on=None)
                | Q(closes_on__gt=F("opens_on")),
                name="offer_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(trl=None) | Q(trl__range=(1, 9)),
                name="offer_readiness_in_range",
            ),
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="offer_newest")]

    def __str__(self) -> str:
        return f"{self.title_vi} (#{self.pk})"

    def is_open(self, day: date) -> bool:
        """Whether one may write on it on a day: published, begun, and neither over nor taken back."""
        return (
            self.state == OfferState.PUBLIC
            and self.opens_on is not None
            and self.opens_on <= day
            and (self.closes_on is None or day < self.closes_on)
        )

    @property
    def ended_on(self) -> date | None:
        """The first day on which it was no longer open: taken back, or over."""
        days = [day for day in (self.closed_on, self.closes_on) if day is not None]
        return min(days, default=None)


class Interest(models.Model):
    """What an organisation wrote on an offer, once, and what the owner answered."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="interests")
    organisation = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    message = models.TextField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField()
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
        ordering = ["offer", "sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["offer", "organisation"], name="offer_interest_once"
            ),
            models.CheckConstraint(
                condition=(Q(answer="") & Q(answered_at=None))
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="interest_answer_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"interest in offer #{self.offer_id}"
