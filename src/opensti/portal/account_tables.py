from __future__ import annotations

import django_filters
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from opensti.domains.strategies.choices import RunKind
from opensti.domains.strategies.models import MethodRun
from opensti.ui.tables import Column, DayColumn, PairColumn, StateColumn, Table


class AccountTable(Table):
    title = PairColumn(
        "title",
        order_by=("title_vi",),
        verbose_name=_("Title"),
        linkify=lambda record: reverse("portal:account", args=[record.public_id]),
    )
    kind = StateColumn(labels=dict(RunKind.choices), verbose_name=_("Kind"))
    sources = Column(accessor="vintages", verbose_name=_("Source"), orderable=False)
    published_at = DayColumn(verbose_name=_("Published"))

    class Meta(Table.Meta):
        model = MethodRun
        fields = ("title", "kind", "sources", "published_at")

    def render_sources(self, record: MethodRun) -> str:
        return ", ".join(f"{v.dataset.code} {v.label}" for v in record.vintages.all())

    def value_sources(self, record: MethodRun) -> str:
        return self.render_sources(record)


class AccountFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=RunKind.choices)

    class Meta:
        model = MethodRun
        fields: tuple[str, ...] = ()
