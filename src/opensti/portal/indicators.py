"""Indicators for everybody: cards of which something is published, and those values alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from sti_methods.indicators import rounded

from opensti.domains.publications import queries as publications
from opensti.domains.strategies import queries
from opensti.domains.strategies.models import Indicator
from opensti.portal.lists import PublicList
from opensti.ui.breakdowns import breakdowns
from opensti.ui.charts import line
from opensti.ui.exports import table_response
from opensti.ui.pages import Crumb
from opensti.ui.tables import Column, PairColumn, Table
from opensti.ui.templatetags.ui import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse, HttpResponseBase

    from opensti.domains.strategies.queries import Aggregated
    from opensti.kernel.access import Actor


class IndicatorTable(Table):
    code = Column(
        linkify=lambda record: reverse("portal:indicator", args=[record.public_id]),
        verbose_name=gettext_lazy("Code"),
    )
    name = PairColumn("name", verbose_name=gettext_lazy("Indicator"))
    unit = PairColumn("unit", verbose_name=gettext_lazy("Unit"))
    scope = Column(
        accessor="get_scope_display",
        order_by=("scope",),
        verbose_name=gettext_lazy("Scope"),
    )

    class Meta(Table.Meta):
        model = Indicator
        fields = ("code", "name", "unit", "scope")


class Indicators(PublicList):
    title = gettext_lazy("Indicators")
    lead = gettext_lazy("What is measured, what acts want, and what was published.")
    table_class = IndicatorTable
    export_name = "indicators"

    def rows(self, actor: Actor) -> QuerySet[Any]:  # noqa: ARG002 -- the public's view
        return publications.indicators()


def _card(public_id: str) -> tuple[Indicator, Mapping[str, Aggregated]]:
    card = publications.indicator(public_id)
    return card, queries.values_of([card], published_only=True)[card.pk]


@require_safe
def indicator(request: HttpRequest, public_id: str) -> HttpResponse:
    """One card: its definition, the targets of issued acts, its published values."""
    card, values = _card(public_id)
    rows = [
        {
            "period": of,
            "value": ""
            if value.value is None
            else number(rounded(value.value, decimals=card.decimals), card.decimals),
            "provisional": value.provisional,
            "carried": value.carried,
            "releases": ", ".join(
                dict.fromkeys(s.vintage for s in value.provenance if s.vintage)
            ),
        }
        for of, value in reversed(list(values.items()))
    ]
    chart = line(
        title=f"{card.name} ({card.unit})",
        head=[_("Reporting period"), str(card.unit)],
        rows=[
            (
                period,
                None
                if value.value is None
                else rounded(value.value, decimals=card.decimals),
            )
            for period, value in values.items()
        ],
    )
    told = [period for period, value in values.items() if value.value is not None]
    period = told[-1] if told else ""
    parts = (
        queries.breakdown_of(card, period=period, published_only=True)
        if period and card.dimensions
        else {}
    )
    return render(
        request,
        "portal/indicator.html",
        {
            "title": str(card.name),
            "breadcrumb": [
                Crumb(_("Indicators"), reverse("portal:indicators")),
                Crumb(card.code),
            ],
            "card": card,
            "chart": chart,
            "rows": rows,
            "parts": breakdowns(
                dimensions=card.dimensions,
                values={cell: value.value for cell, value in parts.items()},
                title=f"{card.name}, {period}",
                unit=str(card.unit),
                decimals=card.decimals,
            ),
            "parts_of": period,
            "targets": publications.targets_of_card(card),
        },
    )


@require_safe
def indicator_csv(request: HttpRequest, public_id: str) -> HttpResponseBase:  # noqa: ARG001
    """The published values of one card as CSV."""
    card, values = _card(public_id)
    return table_response(
        kind="csv",
        name=f"indicator-{card.code}",
        head=[
            "code",
            "name_vi",
            "name_en",
            "unit",
            "period",
            "value",
            "numerator",
            "denominator",
            "provisional",
            "carried",
        ],
        rows=[
            [
                card.code,
                card.name_vi,
                card.name_en,
                card.unit_vi,
                period,
                value.value,
                value.numerator,
                value.denominator,
                int(value.provisional),
                int(value.carried),
            ]
            for period, value in values.items()
        ],
    )
