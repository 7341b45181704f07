"""A contract, what it promises, when, and against which instalments."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from opensti.domains.contracts.choices import InstalmentKind, LumpSum, ProductKind
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field


class Contract(models.Model):
    """One funded task's contract; its case holds where it stands.

    What it says now stands here and in its products, milestones and instalments; what it
    said on another day stands in its ``Terms``.
    """

    case = models.OneToOneField(
        "procedures.Case", on_delete=models.PROTECT, related_name="contract"
    )
    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    task = models.OneToOneField(
        "tasks.Task", on_delete=models.PROTECT, related_name="contract"
    )
    dossier = models.OneToOneField(
        "calls.Dossier", on_delete=models.PROTECT, related_name="contract"
    )
    number = models.CharField(max_length=60, blank=True)
    title_vi = models.CharField(max_length=500)
    title_en = models.CharField(max_length=500, blank=True)
    objectives = models.TextField(blank=True)
    obligations = models.TextField(blank=True)
    host = models.ForeignKey(
        "registry.Organisation", on_delete=models.PROTECT, related_name="contracts"
    )
    leader = models.ForeignKey(
        "registry.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contracts",
    )
    lump_sum = models.CharField(
        max_length=20, choices=LumpSum.choices, default=LumpSum.NONE
    )
    decision_number = models.CharField(max_length=100)
    decided_on = models.DateField()
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="contracts_kept",
    )
    # Sums of the budget that counts now, kept so that lists need not add up lines.
    state_money = money_field(default=0)
    other_money = money_field(default=0)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(blank=True, default="", editable=False)

    title = Pair("title")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number"],
                condition=~Q(number=""),
                name="contract_number_once",
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None)
                | Q(ends_on=None)
                | Q(ends_on__gt=F("starts_on")),
                name="contract_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(signed_on=None)
                | (
                    ~Q(number="")
                    & Q(starts_on__isnull=False)
                    & Q(ends_on__isnull=False)
                ),
                name="signed_contract_has_number_and_days",
            ),
            models.CheckConstraint(
                condition=Q(state_money__gte=0) & Q(other_money__gte=0),
                name="contract_money_is_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="contract_newest"),
            models.Index(fields=["ends_on", "id"], name="contract_by_end"),
            models.Index(fields=["host", "id"], name="contract_of_host"),
            # The public list, newest first, and its money by day from the index alone.
            models.Index(
                fields=["signed_on", "id", "task", "state_money"],
                name="contract_by_signing",
            ),
            # What signed contracts come to by host, from the index alone.
            models.Index(
                fields=["host", "signed_on", "task", "state_money"],
                name="contract_sums_by_host",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"contract #{self.pk}"


class Terms(models.Model):
    """What the contract said from a day on: one whole snapshot, never changed.

    ``content`` holds title, people, days, products, milestones, instalments and the digest
    of the budget that counted; ``sha256`` is of its canonical form. In force on a day are
    the latest terms (by ``in_force_from``, then ``number``) not later than it.
    """

    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="terms"
    )
    number = models.PositiveIntegerField()
    in_force_from = models.DateField()
    reason = models.TextField(blank=True)
    basis = models.CharField(max_length=200, blank=True)
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
        ordering = ["contract", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "number"], name="terms_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"terms {self.number} of contract #{self.contract_id}"


class Milestone(models.Model):
    """A point of the plan: what is ready by when, and when it was."""

    contract = models.ForeignKey(
        Contract, on_delete=models.CASCADE, related_name="milestones"
    )
    position = models.PositiveSmallIntegerField()
    name_vi = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)
    evidence = models.TextField(blank=True)
    due_on = models.DateField()
    reached_on = models.DateField(null=True, blank=True)

    name = Pair("name")

    class Meta:
        ordering = ["contract", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "position"], name="milestone_position_once"
            )
        ]

    def __str__(self) -> str:
        return f"milestone {self.position} of contract #{self.contract_id}"


class Product(models.Model):
    """What is promised: how much, of which quality, by when. ``key`` never changes."""

    contract = models.ForeignKey(
        Contract, on_delete=models.CASCADE, related_name="products"
    )
    key = models.CharField(max_length=20, default=new_public_id, editable=False)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=ProductKind.choices)
    name_vi = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)
    quantity = models.DecimalField(
        max_digits=14, decimal_places=3, null=True, blank=True
    )
    unit = models.CharField(max_length=60, blank=True)
    quality = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    milestone = models.ForeignKey(
        Milestone,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="products",
    )

    name = Pair("name")

    class Meta:
        ordering = ["contract", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "position"], name="product_position_once"
            ),
            models.UniqueConstraint(fields=["key"], name="product_key_once"),
            models.CheckConstraint(
                condition=Q(quantity=None) | Q(quantity__gt=0),
                name="product_quantity_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name_vi} (#{self.pk})"


class Instalment(models.Model):
    """Part of the state money, and what must be there before it is paid.

    Whether it was paid is told by the payment that hangs on it, never by a mark here.
    """

    contract = models.ForeignKey(
        Contract, on_delete=models.PROTECT, related_name="instalments"
    )
    key = models.CharField(max_length=20, default=new_public_id, editable=False)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=InstalmentKind.choices)
    label = models.CharField(max_length=300, blank=True)
    amount = money_field()
    due_on = models.DateField(null=True, blank=True)
    milestone = models.ForeignKey(
        Milestone,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="instalments",
    )
    evidence = models.TextField(blank=True)

    class Meta:
        ordering = ["contract", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "position"], name="instalment_position_once"
            ),
            models.UniqueConstraint(fields=["key"], name="instalment_key_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="instalment_amount_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"instalment {self.position} of contract #{self.contract_id}"
