from __future__ import annotations

import django_filters
from django.urls import reverse
from django.utils.translation import gettext_lazy

from opensti.domains.results.choices import RightKind, RightState
from opensti.domains.results.models import Right
from opensti.ui.tables import Column, DayColumn, PairColumn, StateColumn, Table

TONES = {
    "idea": "neutral",
    "disclosed": "neutral",
    "filed": "wait",
    "formal": "wait",
    "published": "wait",
    "examined": "wait",
    "granted": "good",
    "refused": "bad",
    "withdrawn": "neutral",
    "lapsed": "bad",
    "expired": "neutral",
}


class RightTable(Table):
    title = PairColumn(
        "title",
        verbose_name=gettext_lazy("Right"),
        linkify=lambda record: reverse("results:right", args=[record.public_id]),
    )
    kind = Column(
        accessor="get_kind_display",
        order_by=("kind",),
        verbose_name=gettext_lazy("Kind"),
    )
    state = StateColumn(
        tones=TONES,
        labels=dict(RightState.choices),
        verbose_name=gettext_lazy("State"),
    )
    host = PairColumn(
        "host.name", order_by=("host__name_vi",), verbose_name=gettext_lazy("Host")
    )
    application_number = Column(verbose_name=gettext_lazy("Application"))
    filed_on = DayColumn(verbose_name=gettext_lazy("Filed"))
    granted_number = Column(verbose_name=gettext_lazy("Title of protection"))
    expires_on = DayColumn(verbose_name=gettext_lazy("Protected until"))

    class Meta(Table.Meta):
        model = Right
        fields = (
            "title",
            "kind",
            "state",
            "host",
            "application_number",
            "filed_on",
            "granted_number",
            "expires_on",
        )


class RightFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=RightKind.choices
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=RightState.choices
    )
    country = django_filters.CharFilter(
        label=gettext_lazy("Country"), lookup_expr="iexact"
    )

    class Meta:
        model = Right
        fields = ("kind", "state", "country")
