from __future__ import annotations

import django_filters
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.choices import LumpSum, Tone
from opensti.domains.contracts.models import Contract
from opensti.domains.procedures.choices import STATE_LABELS, STATES, Track
from opensti.ui.tables import (
    Column,
    DayColumn,
    MoneyColumn,
    PairColumn,
    StateColumn,
    Table,
)

STATE_CHOICES = [
    (state.value, STATE_LABELS[state])
    for state in STATE_LABELS
    if state in STATES[Track.CONTRACT]
]
TONES = {
    "draft": "neutral",
    "in_approval": "wait",
    "agreed": "wait",
    "running": "info",
    "suspended": "warn",
    "completed": "good",
    "failed": "bad",
    "terminated": "bad",
    "recovering": "warn",
    "settled": "good",
    "liquidated": "neutral",
    "cancelled": "neutral",
}


LIGHT_TONES = {"green": "good", "grey": "neutral", "amber": "warn", "red": "bad"}


class ContractTable(Table):
    number = Column(
        verbose_name=_("Contract number"),
        empty_values=(),
        linkify=lambda record: reverse("contracts:contract", args=[record.public_id]),
    )
    title = PairColumn("title", verbose_name=_("Task"))
    host = PairColumn("host.name", order_by=("host__name_vi",), verbose_name=_("Host"))
    leader = Column(
        accessor="leader__full_name",
        order_by=("leader__full_name",),
        verbose_name=_("Principal investigator"),
    )
    state = StateColumn(
        accessor="case__state",
        order_by=("case__state",),
        tones=TONES,
        labels=dict(STATE_CHOICES),
        verbose_name=_("State"),
    )
    light = StateColumn(
        accessor="light__worst",
        order_by=("light__worst",),
        tones=LIGHT_TONES,
        labels=dict(Tone.choices),
        verbose_name=_("Plan and fact"),
    )
    state_money = MoneyColumn(verbose_name=_("State money"))
    ends_on = DayColumn(verbose_name=_("Ends"))

    class Meta(Table.Meta):
        model = Contract
        fields = (
            "number",
            "title",
            "host",
            "leader",
            "state",
            "light",
            "state_money",
            "ends_on",
        )

    def render_number(self, record: Contract) -> str:
        return record.number or str(_("not signed"))

    def value_number(self, record: Contract) -> str:
        return record.number


class ContractFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        field_name="case__state", label=_("State"), choices=STATE_CHOICES
    )
    lump_sum = django_filters.ChoiceFilter(label=_("Lump sum"), choices=LumpSum.choices)
    light_worst = django_filters.ChoiceFilter(
        field_name="light__worst", label=_("Plan and fact"), choices=Tone.choices
    )
    light_time = django_filters.ChoiceFilter(
        field_name="light__time", label=_("Time"), choices=Tone.choices
    )
    light_money = django_filters.ChoiceFilter(
        field_name="light__money", label=_("Money"), choices=Tone.choices
    )
    light_products = django_filters.ChoiceFilter(
        field_name="light__products", label=_("Products"), choices=Tone.choices
    )
    ends_year = django_filters.NumberFilter(
        field_name="ends_on__year", label=_("Year of the end")
    )

    class Meta:
        model = Contract
        fields = (
            "state",
            "lump_sum",
            "light_worst",
            "light_time",
            "light_money",
            "light_products",
            "ends_year",
        )
