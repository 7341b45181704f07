from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from opensti.domains.calls import queries
from opensti.domains.calls.choices import CallState
from opensti.domains.calls.models import Call, Dossier
from opensti.domains.procedures.choices import STATE_LABELS, STATES, Track
from opensti.domains.registry.choices import OrganisationKind
from opensti.domains.tasks.choices import Way
from opensti.kernel.access import PUBLIC
from opensti.ui.choices import TitledFilter
from opensti.ui.tables import (
    Column,
    DayColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    PairColumn,
    StateColumn,
    Table,
    TickColumn,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.utils.safestring import SafeString

CALL_TONES = {
    "draft": "neutral",
    "published": "info",
    "opened": "wait",
    "concluded": "good",
    "cancelled": "bad",
}
STATE_TONES = {
    "draft": "neutral",
    "submitted": "wait",
    "supplement": "warn",
    "ineligible": "bad",
    "eligible": "info",
    "in_council": "wait",
    "reviewed": "info",
    "cost_appraisal": "wait",
    "revising": "warn",
    "proposed": "wait",
    "approved": "good",
    "declined": "bad",
    "withdrawn": "neutral",
    "objected": "warn",
}
LABELS = {str(state): label for state, label in STATE_LABELS.items()}


class CallTable(Table):
    code = Column(verbose_name=_("Code"))
    title = PairColumn(
        "title",
        verbose_name=_("Call"),
        linkify=lambda record: reverse("calls:call", args=[record.public_id]),
    )
    way = StateColumn(labels=dict(Way.choices), verbose_name=_("Way"))
    state = StateColumn(
        tones=CALL_TONES, labels=dict(CallState.choices), verbose_name=_("State")
    )
    opens_at = MomentColumn(verbose_name=_("Opens"))
    closes_at = MomentColumn(verbose_name=_("Closes"))
    dossier_count = NumberColumn(verbose_name=_("Dossiers you may see"))
    regime = Column(
        accessor="regime_version__code",
        order_by=("regime_version__code",),
        verbose_name=_("Procedure"),
    )

    class Meta(Table.Meta):
        model = Call
        fields = (
            "code",
            "title",
            "way",
            "state",
            "opens_at",
            "closes_at",
            "dossier_count",
            "regime",
        )


class CallFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(
        label=_("State"), choices=CallState.choices
    )
    way = django_filters.ChoiceFilter(label=_("Way"), choices=Way.choices)
    closes = django_filters.DateFromToRangeFilter(
        field_name="closes_at",
        label=_("Closes"),
        widget=django_filters.widgets.DateRangeWidget(attrs={"type": "date"}),
    )

    class Meta:
        model = Call
        fields = ("state", "way", "closes")


class DossierTitle(PairColumn):
    def render(self, record: Dossier) -> SafeString | str:
        value, language = self._choose(record)
        if not value:
            return format_html("<em>{}</em>", _("(no title)"))
        return format_html('<span lang="{}">{}</span>', language, value)


class DossierTable(Table):
    tick = TickColumn()
    code = Column(verbose_name=_("Code"), attrs={"td": {"class": "nowrap"}})
    title = DossierTitle(
        "title",
        verbose_name=_("Dossier"),
        linkify=lambda record: reverse("calls:dossier", args=[record.public_id]),
    )
    call = Column(
        accessor="call__code", order_by=("call__code",), verbose_name=_("Call")
    )
    host = PairColumn("host.name", order_by=("host__name_vi",), verbose_name=_("Host"))
    leader = Column(
        accessor="leader__full_name",
        order_by=("leader__full_name",),
        verbose_name=_("Principal investigator"),
    )
    state = StateColumn(
        accessor="case__state",
        order_by=("case__state",),
        tones=STATE_TONES,
        labels=LABELS,
        verbose_name=_("State"),
    )
    asked_state = MoneyColumn(verbose_name=_("Asked from the State"))
    asked_other = MoneyColumn(verbose_name=_("Other money"))
    months = NumberColumn(verbose_name=_("Months"))
    submitted_at = MomentColumn(verbose_name=_("Handed in"))
    due_on = DayColumn(verbose_name=_("Next day due"))

    class Meta(Table.Meta):
        model = Dossier
        fields = (
            "tick",
            "code",
            "title",
            "call",
            "host",
            "leader",
            "state",
            "asked_state",
            "asked_other",
            "months",
            "submitted_at",
            "due_on",
        )


def _calls(request: HttpRequest | None) -> QuerySet[Any]:
    actor = getattr(request, "actor", PUBLIC)
    return queries.call_names(actor=actor)


class DossierFilter(django_filters.FilterSet):
    call = TitledFilter(label=_("Call"), queryset=_calls)
    state = django_filters.MultipleChoiceFilter(
        field_name="case__state",
        label=_("State"),
        choices=[
            (str(s), label)
            for s, label in STATE_LABELS.items()
            if s in STATES[Track.DOSSIER]
        ],
    )
    host_kind = django_filters.ChoiceFilter(
        field_name="host__kind",
        label=_("Kind of host"),
        choices=OrganisationKind.choices,
    )
    submitted = django_filters.DateFromToRangeFilter(
        field_name="submitted_at",
        label=_("Handed in"),
        widget=django_filters.widgets.DateRangeWidget(attrs={"type": "date"}),
    )

    class Meta:
        model = Dossier
        fields = ("call", "state", "host_kind", "submitted")
