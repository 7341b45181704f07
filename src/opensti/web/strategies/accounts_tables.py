from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from opensti.domains.strategies.choices import RunKind, RunState
from opensti.domains.strategies.models import Dataset, MethodRun, Series, Vintage
from opensti.ui.tables import (
    Column,
    DayColumn,
    MomentColumn,
    NumberColumn,
    PairColumn,
    StateColumn,
    Table,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet


class DatasetTable(Table):
    name = PairColumn(
        "name",
        order_by=("name_vi",),
        verbose_name=_("Data set"),
        linkify=lambda record: reverse("strategies:dataset", args=[record.code]),
    )
    code = Column(verbose_name=_("Code"))
    provider = Column(verbose_name=_("Provider"))
    licence = Column(verbose_name=_("Licence"))
    releases = NumberColumn(verbose_name=_("Releases"))

    class Meta(Table.Meta):
        model = Dataset
        fields = ("name", "code", "provider", "licence", "releases")


class VintageTable(Table):
    label = Column(
        verbose_name=_("Release"),
        linkify=lambda record: reverse("strategies:vintage", args=[record.public_id]),
    )
    published_on = DayColumn(verbose_name=_("Published"))
    retrieved_on = DayColumn(verbose_name=_("Taken on"))
    lines = NumberColumn(verbose_name=_("Series"))
    count = NumberColumn(verbose_name=_("Numbers"))
    loaded_at = MomentColumn(verbose_name=_("Loaded"))
    loaded_by = Column(verbose_name=_("By"))

    class Meta(Table.Meta):
        model = Vintage
        fields = (
            "label",
            "published_on",
            "retrieved_on",
            "lines",
            "count",
            "loaded_at",
            "loaded_by",
        )


class SeriesTable(Table):
    block = Column(verbose_name=_("Block"))
    code = Column(verbose_name=_("Code"))
    unit = Column(verbose_name=_("Unit"))
    first_year = Column(verbose_name=_("First year"))
    last_year = Column(verbose_name=_("Last year"), empty_values=(), orderable=False)
    known = NumberColumn(accessor="pk", verbose_name=_("Numbers"), orderable=False)
    gaps = NumberColumn(accessor="pk", verbose_name=_("Gaps"), orderable=False)

    class Meta(Table.Meta):
        model = Series
        fields = ("block", "code", "unit", "first_year", "last_year", "known", "gaps")

    def render_first_year(self, value: int) -> str:
        return str(value)

    def render_last_year(self, record: Series) -> str:
        return str(record.first_year + len(record.values) - 1)

    def value_last_year(self, record: Series) -> int:
        return int(record.first_year + len(record.values) - 1)

    def render_known(self, record: Series) -> str:
        return str(self.value_known(record))

    def value_known(self, record: Series) -> int:
        return sum(value is not None for value in record.values)

    def render_gaps(self, record: Series) -> str:
        return str(self.value_gaps(record))

    def value_gaps(self, record: Series) -> int:
        return sum(value is None for value in record.values)


class SeriesFilter(django_filters.FilterSet):
    block = django_filters.CharFilter(label=_("Block"), lookup_expr="iexact")
    code = django_filters.CharFilter(label=_("Code"), lookup_expr="icontains")
    unit = django_filters.CharFilter(label=_("Unit"), lookup_expr="iexact")

    class Meta:
        model = Series
        fields: tuple[str, ...] = ()


class RunTable(Table):
    title = PairColumn(
        "title",
        order_by=("title_vi",),
        verbose_name=_("Run"),
        linkify=lambda record: reverse(
            "strategies:account_run", args=[record.public_id]
        ),
    )
    kind = StateColumn(labels=dict(RunKind.choices), verbose_name=_("Kind"))
    state = StateColumn(labels=dict(RunState.choices), verbose_name=_("State"))
    sources = Column(accessor="vintages", verbose_name=_("Releases"), orderable=False)
    made_at = MomentColumn(verbose_name=_("Asked"))
    published_at = MomentColumn(verbose_name=_("Published"))

    class Meta(Table.Meta):
        model = MethodRun
        fields = ("title", "kind", "state", "sources", "made_at", "published_at")

    def render_sources(self, record: MethodRun) -> str:
        return sources_of(record)

    def value_sources(self, record: MethodRun) -> str:
        return sources_of(record)


def sources_of(run: MethodRun) -> str:
    """The releases of a run by data set and label."""
    return ", ".join(f"{one.dataset.code} {one.label}" for one in run.vintages.all())


class RunFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=RunKind.choices)
    state = django_filters.ChoiceFilter(label=_("State"), choices=RunState.choices)
    public = django_filters.BooleanFilter(
        label=_("Public"), field_name="published_at", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = MethodRun
        fields: tuple[str, ...] = ()


def searched(rows: QuerySet[Any], text: str, *names: str) -> QuerySet[Any]:
    """Rows in which any of these fields holds the text."""
    wanted = Q()
    for name in names:
        wanted |= Q(**{f"{name}__icontains": text})
    return rows.filter(wanted)
