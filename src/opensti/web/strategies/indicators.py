"""Cards of indicators: the list, and one card with targets, values and history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from opensti.domains.strategies import queries
from opensti.domains.strategies.choices import (
    IndicatorKind,
    Level,
    ObservationState,
    Scope,
)
from opensti.domains.strategies.models import Indicator, Plan
from opensti.kernel.access import may, require, visible
from opensti.kernel.refusals import NotFound
from opensti.ui.breakdowns import breakdowns
from opensti.ui.exports import table_response
from opensti.ui.pages import Crumb
from opensti.ui.tables import Column, NumberColumn, PairColumn, Table
from opensti.web.lists import WorkList
from opensti.web.strategies.values import values_chart, values_rows

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse, HttpResponseBase

    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

TONES: dict[str, str] = {
    ObservationState.ENTERED: "wait",
    ObservationState.RETURNED: "bad",
    ObservationState.APPROVED: "good",
    ObservationState.PUBLISHED: "good",
}


class IndicatorTable(Table):
    code = Column(
        linkify=lambda record: reverse("strategies:indicator", args=[record.public_id]),
        verbose_name=gettext_lazy("Code"),
    )
    name = PairColumn("name", verbose_name=gettext_lazy("Indicator"))
    unit = PairColumn("unit", verbose_name=gettext_lazy("Unit"))
    level = Column(
        accessor="get_level_display",
        order_by=("level",),
        verbose_name=gettext_lazy("Level"),
    )
    kind = Column(
        accessor="get_kind_display",
        order_by=("kind",),
        verbose_name=gettext_lazy("Kind"),
    )
    scope = Column(
        accessor="get_scope_display",
        order_by=("scope",),
        verbose_name=gettext_lazy("Scope"),
    )
    target_count = NumberColumn(verbose_name=gettext_lazy("Targets"))
    value_count = NumberColumn(verbose_name=gettext_lazy("Values that count"))

    class Meta(Table.Meta):
        model = Indicator
        fields = (
            "code",
            "name",
            "unit",
            "level",
            "kind",
            "scope",
            "target_count",
            "value_count",
        )


class IndicatorFilter(django_filters.FilterSet):
    scope = django_filters.ChoiceFilter(
        label=gettext_lazy("Scope"), choices=Scope.choices
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=IndicatorKind.choices
    )
    level = django_filters.ChoiceFilter(
        label=gettext_lazy("Level"), choices=Level.choices
    )
    plan = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Plan that has a target"),
        field_name="targets__plan",
        queryset=lambda request: Plan.objects.order_by("code"),  # noqa: ARG005
        distinct=True,
    )
    retired = django_filters.BooleanFilter(
        label=gettext_lazy("Out of use"),
        field_name="retired_on",
        lookup_expr="isnull",
        exclude=True,
    )

    class Meta:
        model = Indicator
        fields = ("scope", "kind", "level", "plan", "retired")


class Indicators(WorkList):
    title = gettext_lazy("Indicators")
    lead = gettext_lazy(
        "Each card says what exactly is measured. Two scopes or price bases are two cards."
    )
    permission = "strategies.list_indicators"
    table_class = IndicatorTable
    filterset_class = IndicatorFilter
    export_name = "indicators"
    template_name = "web/strategies/indicators.html"
    list_url = "strategies:indicators"

    def rows(self, actor: Actor) -> QuerySet[Any]:
        return queries.indicators(actor)

    def context(self, actor: Actor) -> dict[str, Any]:
        return {
            "may_keep": bool(may(actor, "strategies.keep_indicator")),
            "may_import": bool(may(actor, "strategies.report")),
        }


def crumbs(card: Indicator, *more: Crumb) -> list[Crumb]:
    here = reverse("strategies:indicator", args=[card.public_id])
    return [
        Crumb(_("Indicators"), reverse("strategies:indicators")),
        Crumb(card.code, here) if more else Crumb(card.code),
        *more,
    ]


@require_safe
def indicator_page(request: Request, public_id: str) -> HttpResponse:
    """One card: what it says, what acts want of it, what was observed."""
    actor = request.actor
    require(actor, "strategies.list_indicators")
    card = queries.indicator(actor, public_id)
    values = queries.values_of([card])[card.pk]
    told = [period for period, value in values.items() if value.value is not None]
    period = told[-1] if told else ""
    parts = (
        queries.breakdown_of(card, period=period) if period and card.dimensions else {}
    )
    return render(
        request,
        "web/strategies/indicator.html",
        {
            "title": str(card.name),
            "breadcrumb": crumbs(card),
            "card": card,
            "targets": queries.targets_of(actor, card),
            "chart": values_chart(card, values),
            "values": values_rows(card, values),
            "parts": breakdowns(
                dimensions=card.dimensions,
                values={cell: value.value for cell, value in parts.items()},
                title=f"{card.name}, {period}",
                unit=str(card.unit),
                decimals=card.decimals,
            ),
            "parts_of": period,
            "history": queries.history_of(actor, card),
            "tones": TONES,
            "editions": queries.editions_of(actor, card),
            "may_keep": card.retired_on is None
            and bool(may(actor, "strategies.keep_indicator")),
            "may_target": card.retired_on is None
            and bool(may(actor, "strategies.keep_target")),
            "may_report": card.retired_on is None
            and bool(may(actor, "strategies.report")),
        },
    )


@require_safe
def values_file(request: Request, public_id: str, kind: str) -> HttpResponseBase:
    """The values of a card with what they are made of, as CSV or XLSX."""
    actor = request.actor
    require(actor, "strategies.list_indicators")
    card = queries.indicator(actor, public_id)
    if kind not in {"csv", "xlsx"}:
        raise NotFound
    rows = values_rows(card, queries.values_of([card])[card.pk])
    return table_response(
        kind=kind,
        name=f"indicator-{card.code}",
        head=[
            "code",
            "period",
            "value",
            "numerator",
            "denominator",
            "unit",
            "reporters",
            "missing",
            "late",
            "carried",
            "provisional",
            "vintages",
        ],
        rows=[
            [
                card.code,
                row.of.period,
                row.of.value,
                row.of.numerator,
                row.of.denominator,
                card.unit_vi,
                len(row.of.reporters),
                len(row.of.missing),
                len(row.of.late),
                int(row.of.carried),
                int(row.of.provisional),
                row.vintages,
            ]
            for row in rows
        ],
    )


def plans(actor: Actor) -> QuerySet[Plan]:
    return visible(actor, Plan.objects.order_by("code"))
