from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures.choices import STATE_LABELS
from opensti.domains.tasks.choices import ListState, TaskState, Way
from opensti.domains.tasks.models import Need, Order, OrderList, Task
from opensti.ui.tables import (
    AmountColumn,
    Column,
    DayColumn,
    DueColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    PairColumn,
    StateColumn,
    Table,
    TickColumn,
)

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

STATE_TONES = {
    "draft": "neutral",
    "submitted": "wait",
    "returned": "warn",
    "triaged": "info",
    "merged": "neutral",
    "answered": "neutral",
    "ordered": "good",
    "withdrawn": "neutral",
    "in_council": "wait",
    "determined": "info",
    "rejected": "bad",
    "approved": "good",
    "called": "good",
    "closed": "neutral",
    "cancelled": "bad",
}
LABELS = {str(state): label for state, label in STATE_LABELS.items()}
UNTITLED = _("(no title)")


class TitleColumn(PairColumn):
    """A title that links to its page; archives hold some tasks without one."""

    def __init__(self, page: str, **kwargs: Any) -> None:
        super().__init__(
            "title",
            linkify=lambda record: reverse(page, args=[record.public_id]),
            **kwargs,
        )

    def render(self, record: Need | Order | Task) -> SafeString | str:
        value, language = self._choose(record)
        if not value:
            return format_html("<em>{}</em>", UNTITLED)
        title = format_html('<span lang="{}">{}</span>', language, value)
        if not isinstance(record, Order | Task) or not record.is_classed:
            return title
        return format_html(
            '{} <span class="badge" data-tone="warn" data-state="{}">{}</span>',
            title,
            record.secrecy,
            record.get_secrecy_display(),
        )


class NeedTable(Table):
    tick = TickColumn()
    title = TitleColumn("tasks:need", verbose_name=_("Need"))
    organisation = PairColumn(
        "organisation.name",
        order_by=("organisation__name_vi",),
        verbose_name=_("Organisation"),
    )
    proposer = Column(
        accessor="created_by__full_name",
        order_by=("created_by__full_name",),
        verbose_name=_("Proposed by"),
    )
    field = PairColumn(
        "field.name", order_by=("field__name_vi",), verbose_name=_("Field")
    )
    state = StateColumn(
        accessor="case__state",
        order_by=("case__state",),
        tones=STATE_TONES,
        labels=LABELS,
        verbose_name=_("State"),
    )
    due_on = DueColumn(verbose_name=_("Answer due"))
    budget_estimate = MoneyColumn(verbose_name=_("Expected budget"))
    submitted_at = MomentColumn(verbose_name=_("Submitted"))
    created_at = MomentColumn(verbose_name=_("Begun"))

    class Meta(Table.Meta):
        model = Need
        fields = (
            "tick",
            "title",
            "organisation",
            "proposer",
            "field",
            "state",
            "due_on",
            "budget_estimate",
            "submitted_at",
            "created_at",
        )


class OrderTable(Table):
    code = Column(verbose_name=_("Code"))
    title = TitleColumn("tasks:order", verbose_name=_("Order"))
    field = PairColumn(
        "field.name", order_by=("field__name_vi",), verbose_name=_("Field")
    )
    way = StateColumn(labels=dict(Way.choices), verbose_name=_("Way"))
    budget_ceiling = MoneyColumn(verbose_name=_("Ceiling"))
    duration_months = NumberColumn(verbose_name=_("Months"))
    state = StateColumn(
        accessor="case__state",
        order_by=("case__state",),
        tones=STATE_TONES,
        labels=LABELS,
        verbose_name=_("State"),
    )
    due_on = DueColumn(verbose_name=_("Due"))
    list = PairColumn(
        "list.title", order_by=("list__title_vi",), verbose_name=_("List")
    )
    created_at = MomentColumn(verbose_name=_("Drafted"))

    class Meta(Table.Meta):
        model = Order
        fields = (
            "code",
            "title",
            "field",
            "way",
            "budget_ceiling",
            "duration_months",
            "state",
            "due_on",
            "list",
            "created_at",
        )


class OrderListTable(Table):
    title = TitleColumn("tasks:list", verbose_name=_("List"))
    count = NumberColumn(verbose_name=_("Orders"))
    ceiling = MoneyColumn(verbose_name=_("Sum of ceilings"))
    state = StateColumn(
        tones={"draft": "wait", "approved": "good"},
        labels=dict(ListState.choices),
        verbose_name=_("State"),
    )
    decision_number = Column(verbose_name=_("Decision"))
    decided_on = DayColumn(verbose_name=_("Decided on"))
    created_at = MomentColumn(verbose_name=_("Made"))

    class Meta(Table.Meta):
        model = OrderList
        fields = (
            "title",
            "count",
            "ceiling",
            "state",
            "decision_number",
            "decided_on",
            "created_at",
        )


class TaskTable(Table):
    title = TitleColumn("tasks:task", verbose_name=_("Task"))
    code = Column(verbose_name=_("Code"))
    source_key = Column(verbose_name=_("Identifier"))
    host_name = PairColumn(
        "host.name",
        plain="host_name",
        order_by=("host_name",),
        verbose_name=_("Host"),
    )
    leader_name = Column(verbose_name=_("Leader"))
    funder = Column(verbose_name=_("Funder"))
    scheme = Column(verbose_name=_("Scheme"))
    year = NumberColumn(verbose_name=_("Year"))
    amount = AmountColumn(verbose_name=_("Amount"))
    currency = Column(verbose_name=_("Currency"))
    state = StateColumn(
        tones={"archived": "neutral", "approved": "good"},
        labels=dict(TaskState.choices),
        verbose_name=_("State"),
    )

    class Meta(Table.Meta):
        model = Task
        fields = (
            "title",
            "code",
            "source_key",
            "host_name",
            "leader_name",
            "funder",
            "scheme",
            "year",
            "amount",
            "currency",
            "state",
        )
