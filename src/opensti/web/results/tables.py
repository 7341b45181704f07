from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures.choices import STATE_LABELS, STATES, Track
from opensti.domains.procedures.queries import working_calendar
from opensti.domains.results.choices import (
    AssetKind,
    AssetState,
    HandlingForm,
    ResultKind,
    Secrecy,
    UptakeState,
)
from opensti.domains.results.models import Acceptance, Asset, Result, UptakeYear
from opensti.domains.results.queries import next_due, ownership_of
from opensti.kernel.bilingual import pick
from opensti.ui.tables import (
    Column,
    DayColumn,
    MoneyColumn,
    NumberColumn,
    PairColumn,
    StateColumn,
    Table,
)
from opensti.ui.templatetags.ui import day, percent
from opensti.web.goals import GoalFilter
from opensti.web.results.fields import percent_text

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.safestring import SafeString

ACCEPTANCE_STATES = [
    (state.value, STATE_LABELS[state])
    for state in STATE_LABELS
    if state in STATES[Track.ACCEPTANCE]
]
ACCEPTANCE_TONES = {
    "awaited": "neutral",
    "at_base": "info",
    "submitted": "wait",
    "returned": "warn",
    "in_council": "wait",
    "rework": "warn",
    "accepted": "good",
    "confirmed": "good",
    "recognised": "good",
    "registered": "good",
    "failed": "bad",
    "cancelled": "neutral",
}


class ResultTable(Table):
    title = PairColumn(
        "title",
        verbose_name=_("Result"),
        linkify=lambda record: reverse("results:result", args=[record.public_id]),
    )
    kind = Column(
        accessor="get_kind_display", order_by=("kind",), verbose_name=_("Kind")
    )
    host = PairColumn(
        "contract.host.name",
        order_by=("contract__host__name_vi",),
        verbose_name=_("Host"),
    )
    trl_end = NumberColumn(verbose_name=_("Readiness"))
    formed_on = DayColumn(verbose_name=_("Formed"))
    registered_on = DayColumn(verbose_name=_("Registered"))

    class Meta(Table.Meta):
        model = Result
        fields = ("title", "kind", "host", "trl_end", "formed_on", "registered_on")


class ResultFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ResultKind.choices)
    secrecy = django_filters.ChoiceFilter(label=_("Secrecy"), choices=Secrecy.choices)
    goal = GoalFilter()

    class Meta:
        model = Result
        fields = ("kind", "secrecy", "goal")


class AcceptanceTable(Table):
    number = Column(
        accessor="contract__number",
        verbose_name=_("Contract"),
        linkify=lambda record: reverse("results:acceptance", args=[record.public_id]),
    )
    title = PairColumn("contract.title", verbose_name=_("Task"))
    host = PairColumn(
        "contract.host.name",
        order_by=("contract__host__name_vi",),
        verbose_name=_("Host"),
    )
    state = StateColumn(
        accessor="case__state",
        order_by=("case__state",),
        tones=ACCEPTANCE_TONES,
        labels=dict(ACCEPTANCE_STATES),
        verbose_name=_("State"),
    )
    ends_on = DayColumn(accessor="contract__ends_on", verbose_name=_("Contract ends"))
    rework_until = DayColumn(verbose_name=_("Rework until"))
    recognised_on = DayColumn(verbose_name=_("Recognised"))

    class Meta(Table.Meta):
        model = Acceptance
        fields = (
            "number",
            "title",
            "host",
            "state",
            "ends_on",
            "rework_until",
            "recognised_on",
        )


class AcceptanceFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        field_name="case__state", label=_("State"), choices=ACCEPTANCE_STATES
    )

    class Meta:
        model = Acceptance
        fields = ("state",)


ASSET_TONES = {
    "held": "neutral",
    "planned": "wait",
    "forwarded": "wait",
    "decided": "info",
    "declined": "warn",
    "offered": "info",
    "handed_over": "good",
    "gone": "neutral",
    "recalled": "warn",
}


NO_ANSWER = "no_answer"


UPTAKE_TONES = {
    "due": "neutral",
    "answered": "wait",
    "returned": "warn",
    "checked": "good",
    NO_ANSWER: "bad",
}


UPTAKE_LABELS: dict[str, Any] = {
    **dict(UptakeState.choices),
    NO_ANSWER: _("no answer"),
}


def uptake_state(year: UptakeYear) -> str:
    """Where a year stands for a reader: past its day without answer it says so."""
    open_ = year.state in {UptakeState.DUE, UptakeState.RETURNED}
    return NO_ANSWER if open_ and year.due_on < localdate() else year.state


class AssetTable(Table):
    """The inventory; owner and next step are counted from each asset's own book."""

    code = Column(
        verbose_name=_("Inventory number"),
        linkify=lambda record: reverse("results:asset", args=[record.public_id]),
    )
    name = Column(verbose_name=_("Name of the asset"))
    kind = Column(
        accessor="get_kind_display", order_by=("kind",), verbose_name=_("Kind of asset")
    )
    contract = Column(
        accessor="contract__number",
        order_by=("contract__number",),
        verbose_name=_("Contract"),
    )
    host = PairColumn(
        "contract.host.name",
        order_by=("contract__host__name_vi",),
        verbose_name=_("Host"),
    )
    formed_on = DayColumn(verbose_name=_("Formed on"))
    quantity = NumberColumn(verbose_name=_("Quantity"))
    original_value = MoneyColumn(verbose_name=_("Original value"))
    state_share = NumberColumn(verbose_name=_("State's share (%)"))
    owner = Column(empty_values=(), orderable=False, verbose_name=_("Owner"))
    state = StateColumn(
        tones=ASSET_TONES,
        labels=dict(AssetState.choices),
        verbose_name=_("State"),
    )
    due = Column(empty_values=(), orderable=False, verbose_name=_("Next step"))
    place = Column(verbose_name=_("Place"))
    custodian = Column(verbose_name=_("Custodian"))

    class Meta(Table.Meta):
        model = Asset
        fields = (
            "code",
            "name",
            "kind",
            "contract",
            "host",
            "formed_on",
            "quantity",
            "original_value",
            "state_share",
            "owner",
            "state",
            "due",
            "place",
            "custodian",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calendar = working_calendar()

    def render_quantity(self, record: Asset) -> str:
        return f"{record.quantity.normalize():f} {record.unit}".strip()

    def value_quantity(self, record: Asset) -> Any:
        return record.quantity

    def render_state_share(self, record: Asset) -> str:
        return percent(record.state_share)

    def value_state_share(self, record: Asset) -> str:
        return percent_text(record.state_share)

    def render_owner(self, record: Asset) -> str:
        return str(owner_words(record))

    def render_due(self, record: Asset) -> SafeString | str:
        owed = next_due(record, calendar=self.calendar)
        if owed is None:
            return ""
        label = pick(owed.step.label_vi, owed.step.label_en)
        if owed.due_on is None:
            return label
        late = owed.late(localdate())
        return format_html(
            '{}<br><span class="deadline" data-tone="{}">{}{}</span>',
            label,
            "bad" if late else "neutral",
            day(owed.due_on),
            format_html(" ({})", _("overdue")) if late else "",
        )

    def value_due(self, record: Asset) -> str:
        owed = next_due(record, calendar=self.calendar)
        if owed is None:
            return ""
        label = pick(owed.step.label_vi, owed.step.label_en)
        return f"{label} {day(owed.due_on)}" if owed.due_on else label


def owner_words(asset: Asset) -> Any:
    """Who owns it now, in words; or that it must be chosen, or is not known."""
    if asset.state == AssetState.GONE:
        return "-"
    found = ownership_of(asset)
    if found.must_choose:
        return _("to be chosen")
    if found.rule is None:
        return _("not known")
    if asset.state == AssetState.HANDED_OVER and asset.form != HandlingForm.USE_RIGHT:
        return _("the host, by decision")
    return _("the State") if found.rule.owner == "state" else _("the host")


class AssetFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(
        label=_("Kind of asset"), choices=AssetKind.choices
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=AssetState.choices)

    class Meta:
        model = Asset
        fields = ("kind", "state")


class UptakeTable(Table):
    contract = Column(
        accessor="contract__number",
        order_by=("contract__number",),
        verbose_name=_("Contract"),
        linkify=lambda record: reverse("results:uptake_year", args=[record.public_id]),
    )
    title = PairColumn(
        "contract.title", order_by=("contract__title_vi",), verbose_name=_("Task")
    )
    host = PairColumn(
        "contract.host.name",
        order_by=("contract__host__name_vi",),
        verbose_name=_("Host"),
    )
    number = NumberColumn(verbose_name=_("Year after the end"))
    due_on = DayColumn(verbose_name=_("Due"))
    state = Column(empty_values=(), order_by=("state",), verbose_name=_("Answer"))

    class Meta(Table.Meta):
        model = UptakeYear
        fields = ("contract", "title", "host", "number", "due_on", "state")

    def render_state(self, record: UptakeYear) -> SafeString:
        code = uptake_state(record)
        return format_html(
            '<span class="badge" data-tone="{}" data-state="{}">{}</span>',
            UPTAKE_TONES[code],
            code,
            UPTAKE_LABELS[code],
        )

    def value_state(self, record: UptakeYear) -> str:
        return str(UPTAKE_LABELS[uptake_state(record)])


class UptakeFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("Answer"), choices=list(UPTAKE_LABELS.items()), method="narrowed"
    )
    number = django_filters.NumberFilter(label=_("Year after the end"))

    class Meta:
        model = UptakeYear
        fields = ("state", "number")

    def narrowed(
        self, rows: QuerySet[UptakeYear], _name: str, value: str
    ) -> QuerySet[UptakeYear]:
        today = localdate()
        if value == NO_ANSWER:
            return rows.filter(
                state__in=(UptakeState.DUE, UptakeState.RETURNED), due_on__lt=today
            )
        if value in {UptakeState.DUE, UptakeState.RETURNED}:
            return rows.filter(state=value, due_on__gte=today)
        return rows.filter(state=value)
