"""The need, the order that answers it, and the task file (nhiệm vụ)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from opensti.domains.tasks.choices import (
    Funding,
    ListState,
    Secrecy,
    TaskState,
    Way,
)
from opensti.kernel.bilingual import Pair
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.money import money_field


class Need(models.Model):
    """What an organisation or a person asks science to solve (đề xuất nhiệm vụ)."""

    case = models.OneToOneField(
        "procedures.Case", on_delete=models.PROTECT, related_name="need"
    )
    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="needs"
    )
    organisation = models.ForeignKey(
        "registry.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="needs",
    )
    title_vi = models.CharField(max_length=500, blank=True)
    title_en = models.CharField(max_length=500, blank=True)
    problem = models.TextField(blank=True)
    objectives = models.TextField(blank=True)
    expected_products = models.TextField(blank=True)
    users = models.TextField(blank=True)
    budget_estimate = money_field(null=True, blank=True)
    duration_months = models.PositiveSmallIntegerField(null=True, blank=True)
    field = models.ForeignKey(
        "registry.Code",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # The goal of a plan that it serves; chosen, or taken over from what it came from.
    goal = models.ForeignKey(
        "strategies.Goal",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="needs",
    )
    own_rank = models.PositiveSmallIntegerField(null=True, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    form_code = models.CharField(max_length=40, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    search_text = models.TextField(blank=True, default="", editable=False)

    title = Pair("title")

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(budget_estimate=None) | Q(budget_estimate__gte=0),
                name="need_budget_not_negative",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title_vi} (#{self.pk})"


class OrderList(models.Model):
    """A batch of orders that the leader approves under one decision number."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    title_vi = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)
    state = models.CharField(
        max_length=20, choices=ListState.choices, default=ListState.DRAFT
    )
    decision_number = models.CharField(max_length=100, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    entry_position = models.BigIntegerField(null=True, blank=True)

    title = Pair("title")

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ListState.APPROVED)
                | (~Q(decision_number="") & Q(decided_on__isnull=False)),
                name="approved_order_list_has_its_decision",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title_vi} (#{self.pk})"


def _has_its_day(kind: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=~Q(secrecy=Secrecy.EMBARGO) | Q(open_from__isnull=False),
        name=f"embargoed_{kind}_has_its_day",
    )


class Classed(models.Model):
    """Who may know of a row: its class, since whose act, why and on what basis.

    Of a state secret the house holds no more than a number, the year and the unit that
    keeps it elsewhere.
    """

    secrecy = models.CharField(
        max_length=20, choices=Secrecy.choices, default=Secrecy.OPEN
    )
    open_from = models.DateField(null=True, blank=True)
    classed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    classed_reason = models.TextField(blank=True, default="")
    classed_basis = models.CharField(max_length=200, blank=True, default="")
    kept_by = models.CharField(max_length=200, blank=True, default="")
    kept_year = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_classed(self) -> bool:
        """Whether everybody may not know, or may only from a day on."""
        return self.secrecy != Secrecy.OPEN


class Order(Classed):
    """What the ministry wants done, up to which cost (đặt hàng)."""

    case = models.OneToOneField(
        "procedures.Case", on_delete=models.PROTECT, related_name="order"
    )
    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    code = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    title_vi = models.CharField(max_length=500)
    title_en = models.CharField(max_length=500, blank=True)
    objectives_vi = models.TextField(blank=True)
    objectives_en = models.TextField(blank=True)
    budget_ceiling = money_field()
    duration_months = models.PositiveSmallIntegerField()
    field = models.ForeignKey(
        "registry.Code",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    # The goal of a plan that it serves; chosen, or taken over from what it came from.
    goal = models.ForeignKey(
        "strategies.Goal",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
    )
    way = models.CharField(max_length=20, choices=Way.choices, default=Way.SELECTION)
    funding = models.CharField(
        max_length=20, choices=Funding.choices, default=Funding.ORDER
    )
    grounds = models.TextField(blank=True)
    assigned_host = models.ForeignKey(
        "registry.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    needs = models.ManyToManyField(Need, blank=True, related_name="orders")
    list = models.ForeignKey(
        OrderList,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(blank=True, default="", editable=False)

    title = Pair("title")
    objectives = Pair("objectives")

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(budget_ceiling__gte=0), name="order_ceiling_not_negative"
            ),
            models.UniqueConstraint(
                fields=["code"], condition=~Q(code=""), name="order_code_once"
            ),
            models.CheckConstraint(
                condition=~Q(way=Way.DIRECT)
                | (~Q(grounds="") & Q(assigned_host__isnull=False)),
                name="direct_assignment_has_host_and_grounds",
            ),
            _has_its_day("order"),
            models.CheckConstraint(
                condition=~Q(secrecy=Secrecy.CLASSIFIED)
                | Q(objectives_vi="", objectives_en="", grounds="", list=None),
                name="classified_order_is_not_kept",
            ),
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="order_by_age"),
            models.Index(fields=["secrecy"], name="order_secrecy"),
        ]

    def __str__(self) -> str:
        return f"{self.title_vi} (#{self.pk})"


class OrderProduct(models.Model):
    """A product the order requires, with what will count as enough."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="products")
    position = models.PositiveSmallIntegerField()
    name_vi = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)
    quantity = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True
    )
    unit = models.CharField(max_length=60, blank=True)
    quality = models.TextField(blank=True)

    name = Pair("name")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "position"], name="order_product_position_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name_vi} (#{self.pk})"


class Task(Classed):
    """The task file: one funded task, ours or from an archive of earlier ones."""

    public_id = models.CharField(
        max_length=20, unique=True, default=new_public_id, editable=False
    )
    code = models.CharField(max_length=60, blank=True)
    title_vi = models.TextField(blank=True)
    title_en = models.TextField(blank=True)
    abstract_vi = models.TextField(blank=True)
    abstract_en = models.TextField(blank=True)
    state = models.CharField(max_length=20, choices=TaskState.choices)
    order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks"
    )
    # The goal of a plan that it serves; chosen, or taken over from what it came from.
    goal = models.ForeignKey(
        "strategies.Goal",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tasks",
    )
    regime_code = models.CharField(max_length=60, blank=True)
    host = models.ForeignKey(
        "registry.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tasks",
    )
    host_name = models.CharField(max_length=300, blank=True)
    leader = models.ForeignKey(
        "registry.Person",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tasks",
    )
    leader_name = models.CharField(max_length=300, blank=True)
    funder = models.CharField(max_length=300, blank=True)
    scheme = models.CharField(max_length=300, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    start = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)
    amount = models.DecimalField(max_digits=20, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, default="VND", blank=True)
    # Another class of its order becomes the task's, unless the task was given its own.
    own_class = models.BooleanField(default=False)
    # The language of an archived text as its source states it; empty: not stated.
    language = models.CharField(max_length=8, blank=True)
    source = models.CharField(max_length=60, blank=True)
    source_key = models.CharField(max_length=120, blank=True)
    source_digest = models.CharField(max_length=64, blank=True)
    search_text = models.TextField(blank=True, default="", editable=False)

    title = Pair("title")
    abstract = Pair("abstract")

    class Meta:
        ordering = ["-year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_key"],
                condition=~Q(source=""),
                name="task_once_per_source_key",
            ),
            models.CheckConstraint(
                condition=Q(state__in=TaskState.values), name="task_state_known"
            ),
            _has_its_day("task"),
            models.CheckConstraint(
                condition=~Q(secrecy=Secrecy.CLASSIFIED)
                | Q(abstract_vi="", abstract_en="", order=None, host=None, leader=None),
                name="classified_task_is_not_kept",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-year", "-id"], name="task_state_year"),
            models.Index(fields=["-year", "-id"], name="task_year_id"),
            models.Index(fields=["funder", "-year", "-id"], name="task_funder"),
            models.Index(fields=["secrecy"], name="task_secrecy"),
        ]

    def __str__(self) -> str:
        return f"{self.title_vi or self.title_en} (#{self.pk})"
