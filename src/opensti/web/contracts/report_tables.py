"""Columns and filters of the list of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.contracts.choices import REPORT_OWED, ReportKind, ReportState
from opensti.domains.contracts.models import ReportDue
from opensti.ui.tables import (
    Column,
    DayColumn,
    DueColumn,
    PairColumn,
    StateColumn,
    Table,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.safestring import SafeString

REPORT_TONES = {
    "due": "neutral",
    "draft": "info",
    "submitted": "wait",
    "returned": "warn",
    "accepted": "good",
    "dropped": "neutral",
}


class OwedColumn(DueColumn):
    """The day a report is due; late only while it is owed."""

    def render(self, value: Any, record: Any = None) -> SafeString:
        day = getattr(record, "mend_until", None) or value
        if record is not None and record.state in REPORT_OWED:
            return super().render(day)
        return DayColumn.render(self, day)


class ReportTable(Table):
    label = PairColumn(
        "label",
        verbose_name=_("Report"),
        linkify=lambda record: reverse(
            "contracts:report", args=[record.contract.public_id, record.public_id]
        ),
    )
    period = Column(accessor="number", verbose_name=_("Period"))
    contract = Column(
        accessor="contract__number",
        order_by=("contract__number",),
        verbose_name=_("Contract"),
        linkify=lambda record: reverse(
            "contracts:reports", args=[record.contract.public_id]
        ),
    )
    host = PairColumn(
        "contract.host.name",
        order_by=("contract__host__name_vi",),
        verbose_name=_("Host"),
    )
    state = StateColumn(
        tones=REPORT_TONES,
        labels=dict(ReportState.choices),
        verbose_name=_("State"),
    )
    due_on = OwedColumn(verbose_name=_("Due"))
    submitted_at = DayColumn(verbose_name=_("Handed in"))

    class Meta(Table.Meta):
        model = ReportDue
        fields = (
            "label",
            "period",
            "contract",
            "host",
            "state",
            "due_on",
            "submitted_at",
        )


class ReportFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ReportKind.choices)
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[c for c in ReportState.choices if c[0] != ReportState.DROPPED],
    )
    late = django_filters.ChoiceFilter(
        label=_("Due day"),
        choices=[("late", _("overdue")), ("owed", _("to be handed in"))],
        method="narrow",
    )
    due = django_filters.DateFromToRangeFilter(
        field_name="due_on",
        label=_("Due"),
        widget=django_filters.widgets.DateRangeWidget(attrs={"type": "date"}),
    )

    class Meta:
        model = ReportDue
        fields = ("kind", "state", "late", "due")

    def narrow(
        self, rows: QuerySet[ReportDue], _name: str, value: str
    ) -> QuerySet[ReportDue]:
        owed = rows.filter(state__in=REPORT_OWED)
        if value == "owed":
            return owed
        today = localdate()
        return owed.filter(
            Q(mend_until__lt=today) | Q(mend_until=None, due_on__lt=today)
        )
