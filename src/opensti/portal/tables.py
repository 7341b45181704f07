from __future__ import annotations

from typing import Any

import django_filters
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls.models import Call
from opensti.domains.portfolios.models import Decision
from opensti.domains.publications import queries
from opensti.domains.registry.queries import fields, provinces
from opensti.domains.results.choices import ResultKind
from opensti.domains.results.models import Result
from opensti.domains.tasks.models import Order, Task
from opensti.kernel.searchtext import matches
from opensti.ui.choices import NamedFilter
from opensti.ui.tables import (
    Column,
    DayColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    PairColumn,
    Table,
)


class CallTable(Table):
    code = Column(
        verbose_name=_("Code"),
        linkify=lambda record: reverse("portal:call", args=[record.public_id]),
    )
    title = PairColumn("title", verbose_name=_("Title"))
    opens_at = MomentColumn(verbose_name=_("Opens"))
    closes_at = MomentColumn(verbose_name=_("Closes"))
    state = Column(
        accessor="get_state_display", order_by=("state",), verbose_name=_("State")
    )

    class Meta(Table.Meta):
        model = Call
        fields = ("code", "title", "opens_at", "closes_at", "state")


class OrderTable(Table):
    code = Column(
        verbose_name=_("Code"),
        linkify=lambda record: reverse("portal:order", args=[record.public_id]),
    )
    title = PairColumn("title", verbose_name=_("Title"))
    budget_ceiling = MoneyColumn(verbose_name=_("Budget ceiling"))
    duration_months = NumberColumn(verbose_name=_("Months"))

    class Meta(Table.Meta):
        model = Order
        fields = ("code", "title", "budget_ceiling", "duration_months")


class OrderFilter(django_filters.FilterSet):
    call = django_filters.CharFilter(label=_("Code of the call"), method="of_call")

    class Meta:
        model = Order
        fields = ("call",)

    def of_call(self, rows: Any, name: str, value: str) -> Any:  # noqa: ARG002
        return queries.in_call(rows, "order", value.strip())


class DecisionTable(Table):
    dossier = Column(
        accessor="dossier__code",
        order_by=("dossier__code",),
        verbose_name=_("Code"),
        linkify=lambda record: reverse("portal:decision", args=[record.public_id]),
    )
    title = PairColumn(
        "dossier.title", order_by=("dossier__title_vi",), verbose_name=_("Title")
    )
    order = Column(
        accessor="dossier__order__code",
        order_by=("dossier__order__code",),
        verbose_name=_("Order"),
    )
    host = PairColumn(
        "dossier.host.name",
        order_by=("dossier__host__name_vi",),
        verbose_name=_("Host"),
    )
    amount = MoneyColumn(verbose_name=_("Amount"))
    number = Column(
        accessor="round__decision_number",
        order_by=("round__decision_number",),
        verbose_name=_("Decision"),
    )
    released = DayColumn(
        accessor="round__released_at",
        order_by=("round__released_at",),
        verbose_name=_("Released"),
    )

    class Meta(Table.Meta):
        model = Decision
        fields = ("dossier", "title", "order", "host", "amount", "number", "released")


class DecisionFilter(django_filters.FilterSet):
    year = django_filters.NumberFilter(
        field_name="round__released_at", lookup_expr="year", label=_("Year")
    )
    province = NamedFilter(
        field_name="dossier__host__province",
        label=_("Province"),
        to_field_name="code",
        queryset=lambda _request: provinces(),
    )
    field = NamedFilter(
        field_name="dossier__order__field",
        label=_("Field"),
        to_field_name="code",
        queryset=lambda _request: fields(),
    )

    call = django_filters.CharFilter(label=_("Code of the call"), method="of_call")

    class Meta:
        model = Decision
        fields = ("year", "province", "field", "call")

    def of_call(self, rows: Any, name: str, value: str) -> Any:  # noqa: ARG002
        return queries.in_call(rows, "decision", value.strip())


class TaskTable(Table):
    title = PairColumn(
        "title",
        verbose_name=_("Title"),
        linkify=lambda record: reverse("portal:task", args=[record.public_id]),
    )
    host_name = PairColumn(
        "host.name",
        plain="host_name",
        order_by=("host_name",),
        verbose_name=_("Host"),
    )
    funder = Column(verbose_name=_("Funder"))
    year = Column(verbose_name=_("Year"))

    class Meta(Table.Meta):
        model = Task
        fields = ("title", "host_name", "funder", "year")


class TaskFilter(django_filters.FilterSet):
    year = django_filters.NumberFilter(label=_("Year"))
    funder = django_filters.CharFilter(label=_("Funder"))

    class Meta:
        model = Task
        fields = ("year", "funder")


class ResultTable(Table):
    title = PairColumn(
        "title",
        verbose_name=_("Result"),
        linkify=lambda record: reverse("portal:result", args=[record.public_id]),
    )
    kind = Column(
        accessor="get_kind_display", order_by=("kind",), verbose_name=_("Kind")
    )
    field = PairColumn(
        "contract.dossier.order.field.name",
        order_by=("contract__dossier__order__field__name_vi",),
        verbose_name=_("Field"),
    )
    host = PairColumn(
        "contract.host.name",
        order_by=("contract__host__name_vi",),
        verbose_name=_("Host"),
    )
    trl_end = NumberColumn(verbose_name=_("Readiness"))
    formed_on = DayColumn(verbose_name=_("Formed on"))

    class Meta(Table.Meta):
        model = Result
        fields = ("title", "kind", "field", "host", "trl_end", "formed_on")


class ResultFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ResultKind.choices)
    field = NamedFilter(
        field_name="contract__dossier__order__field",
        label=_("Field"),
        queryset=lambda _request: fields(),
    )
    year = django_filters.NumberFilter(
        field_name="formed_on", lookup_expr="year", label=_("Year")
    )
    host = django_filters.CharFilter(
        field_name="contract__host__search_text",
        label=_("Host"),
        method="of_host",
    )

    class Meta:
        model = Result
        fields = ("kind", "field", "year", "host")

    def of_host(self, rows: Any, name: str, value: str) -> Any:
        return matches(rows, value, field=name)
