from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from opensti.domains.procedures.choices import STATE_LABELS, STATES, Track
from opensti.domains.registry import queries as registry_queries
from opensti.domains.tasks import queries
from opensti.domains.tasks.choices import ListState, TaskState, Way
from opensti.domains.tasks.models import Need, Order, OrderList, Task
from opensti.kernel.access import PUBLIC
from opensti.ui.choices import NamedFilter
from opensti.web.goals import GoalFilter

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


def _states(track: Track) -> list[tuple[str, Any]]:
    return [(str(s), label) for s, label in STATE_LABELS.items() if s in STATES[track]]


def _fields(_request: HttpRequest | None) -> QuerySet[Any]:
    return registry_queries.fields()


ANSWERS_DUE = [
    ("overdue", _("overdue")),
    ("dated", _("with a day")),
    ("none", _("without a day")),
]


class NeedFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(
        field_name="case__state", label=_("State"), choices=_states(Track.NEED)
    )
    field = NamedFilter(label=_("Field"), queryset=_fields)
    goal = GoalFilter()
    answer = django_filters.ChoiceFilter(
        label=_("Answer due"), choices=ANSWERS_DUE, method="by_answer"
    )
    submitted = django_filters.DateFromToRangeFilter(
        field_name="submitted_at",
        label=_("Submitted"),
        widget=django_filters.widgets.DateRangeWidget(attrs={"type": "date"}),
    )

    class Meta:
        model = Need
        fields = ("state", "field", "goal", "answer", "submitted")

    def by_answer(self, rows: QuerySet[Any], _name: str, chosen: str) -> QuerySet[Any]:
        """``rows`` bring the nearest day due, as ``queries.needs`` gives them."""
        if chosen == "overdue":
            return rows.filter(due_on__lt=localdate())
        return rows.filter(due_on__isnull=chosen == "none")


class OrderFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(
        field_name="case__state", label=_("State"), choices=_states(Track.ORDER)
    )
    way = django_filters.ChoiceFilter(label=_("Way"), choices=Way.choices)
    field = NamedFilter(label=_("Field"), queryset=_fields)
    goal = GoalFilter()

    class Meta:
        model = Order
        fields = ("state", "way", "field", "goal")


class OrderListFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=ListState.choices)

    class Meta:
        model = OrderList
        fields = ("state",)


class TaskFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=TaskState.choices)
    year = django_filters.NumberFilter(label=_("Year"))
    funder = django_filters.ChoiceFilter(
        label=_("Funder"), choices=lambda: [(f, f) for f in queries.funders(PUBLIC)]
    )
    goal = GoalFilter()

    class Meta:
        model = Task
        fields = ("state", "year", "funder", "goal")
