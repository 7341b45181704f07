from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.choices import (
    InstalmentKind,
    RequestState,
    StatementState,
)
from opensti.domains.contracts.models import Payment, PaymentRequest, Statement
from opensti.kernel.searchtext import fold
from opensti.ui.tables import (
    Column,
    DayColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    PairColumn,
    StateColumn,
    Table,
)
from opensti.web.contracts.tables import STATE_CHOICES

if TYPE_CHECKING:
    from django.db.models import QuerySet

YES_NO = [("yes", _("yes")), ("no", _("no"))]


def _money_page(record: Payment | PaymentRequest) -> str:
    return reverse("contracts:money", args=[record.contract.public_id])


class PaymentTable(Table):
    paid_on = DayColumn(verbose_name=_("Paid on"))
    contract = Column(
        accessor="contract__number",
        order_by=("contract__number",),
        verbose_name=_("Contract"),
        linkify=_money_page,
    )
    host = PairColumn(
        "contract.host.name",
        order_by=("contract__host__name_vi",),
        verbose_name=_("Host"),
    )
    instalment = Column(
        accessor="instalment__label",
        order_by=("instalment__position",),
        verbose_name=_("Instalment"),
    )
    amount = MoneyColumn(verbose_name=_("Amount"))
    reference = Column(verbose_name=_("Reference"))
    matched = Column(
        accessor="match",
        order_by=("match",),
        verbose_name=_("In a statement"),
        empty_values=(),
    )

    class Meta(Table.Meta):
        model = Payment
        fields = (
            "paid_on",
            "contract",
            "host",
            "instalment",
            "amount",
            "reference",
            "matched",
        )

    def render_instalment(self, record: Payment) -> str:
        part = record.instalment
        return f"{part.position}. {part.label}"

    def render_matched(self, record: Payment) -> str:
        return str(_("yes") if getattr(record, "match", None) else _("no"))

    def value_matched(self, record: Payment) -> str:
        return self.render_matched(record)


def of_host(rows: QuerySet, _name: str, value: str) -> QuerySet:  # type: ignore[type-arg]
    return rows.filter(contract__host__search_text__contains=fold(value))


class PaymentFilter(django_filters.FilterSet):
    year = django_filters.NumberFilter(
        field_name="paid_on", lookup_expr="year", label=_("Year")
    )
    state = django_filters.ChoiceFilter(
        field_name="contract__case__state",
        label=_("State of the contract"),
        choices=STATE_CHOICES,
    )
    host = django_filters.CharFilter(label=_("Host"), method=of_host)
    kind = django_filters.ChoiceFilter(
        field_name="instalment__kind", label=_("Kind"), choices=InstalmentKind.choices
    )
    matched = django_filters.ChoiceFilter(
        label=_("In a statement"), choices=YES_NO, method="by_match"
    )

    class Meta:
        model = Payment
        fields = ("year", "state", "host", "kind", "matched")

    def by_match(
        self,
        rows: QuerySet[Payment],
        _name: str,
        value: str,
    ) -> QuerySet[Payment]:
        return rows.filter(match__isnull=value == "no")


class RequestTable(Table):
    asked_at = MomentColumn(
        verbose_name=_("Asked for"),
        linkify=lambda record: reverse(
            "contracts:payment_request", args=[record.public_id]
        ),
    )
    contract = Column(
        accessor="contract__number",
        order_by=("contract__number",),
        verbose_name=_("Contract"),
        linkify=_money_page,
    )
    host = PairColumn(
        "contract.host.name",
        order_by=("contract__host__name_vi",),
        verbose_name=_("Host"),
    )
    instalment = Column(accessor="instalment__label", verbose_name=_("Instalment"))
    amount = MoneyColumn(accessor="instalment__amount", verbose_name=_("Amount"))
    state = StateColumn(
        tones={"asked": "wait", "accepted": "info", "returned": "warn", "paid": "good"},
        labels=dict(RequestState.choices),
        verbose_name=_("State"),
    )

    class Meta(Table.Meta):
        model = PaymentRequest
        fields = ("asked_at", "contract", "host", "instalment", "amount", "state")

    def render_instalment(self, record: PaymentRequest) -> str:
        part = record.instalment
        return f"{part.position}. {part.label}"


class RequestFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=RequestState.choices)
    year = django_filters.NumberFilter(
        field_name="asked_at", lookup_expr="year", label=_("Year")
    )
    host = django_filters.CharFilter(label=_("Host"), method=of_host)

    class Meta:
        model = PaymentRequest
        fields = ("state", "year", "host")


class StatementTable(Table):
    name = Column(
        verbose_name=_("Statement"),
        linkify=lambda record: reverse("contracts:statement", args=[record.public_id]),
    )
    account = Column(verbose_name=_("Account"))
    first_on = DayColumn(verbose_name=_("From"))
    last_on = DayColumn(verbose_name=_("Until"))
    state = StateColumn(
        tones={"received": "wait", "entered": "good"},
        labels=dict(StatementState.choices),
        verbose_name=_("State"),
    )
    entered = NumberColumn(verbose_name=_("Lines entered"))
    open_lines = NumberColumn(verbose_name=_("Lines without a match"))

    class Meta(Table.Meta):
        model = Statement
        fields = (
            "name",
            "account",
            "first_on",
            "last_on",
            "state",
            "entered",
            "open_lines",
        )


class StatementFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=StatementState.choices
    )

    class Meta:
        model = Statement
        fields = ("state",)
