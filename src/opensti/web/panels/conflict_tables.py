"""How the list of conflicts looks, and what it can be filtered by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opensti.domains.panels.choices import CONFLICT_TONES, ConflictState, TieKind
from opensti.domains.panels.models import Conflict
from opensti.ui.tables import (
    Column,
    MomentColumn,
    StateColumn,
    Table,
    TickColumn,
)
from opensti.ui.templatetags.ui import choose_language
from opensti.web.panels.conflict_said import percent

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.safestring import SafeString


def thing_of(case: Conflict) -> Any:
    return case.dossier or case.order


class ConflictTable(Table):
    tick = TickColumn(lambda case: case.person.full_name)
    person = Column(
        accessor="person__full_name",
        verbose_name=_("Person"),
        linkify=lambda record: reverse("panels:conflict", args=[record.public_id]),
    )
    thing = Column(
        accessor="public_id",
        verbose_name=_("Case"),
        order_by=("dossier__code", "order__code"),
    )
    kind = Column(verbose_name=_("Kind"))
    probability = Column(verbose_name=_("Probability"))
    state = StateColumn(
        tones=CONFLICT_TONES,
        labels=dict(ConflictState.choices),
        verbose_name=_("State"),
    )
    condition = Column(verbose_name=_("Condition"))
    call = Column(accessor="dossier__call__code", verbose_name=_("Call"))
    found_at = MomentColumn(verbose_name=pgettext_lazy("conflict", "Found"))

    class Meta(Table.Meta):
        fields = (
            "tick",
            "person",
            "thing",
            "kind",
            "probability",
            "state",
            "condition",
            "call",
            "found_at",
        )

    def render_thing(self, record: Conflict) -> SafeString:
        thing = thing_of(record)
        title, language = choose_language(thing, "title")
        return format_html(
            '<span>{} <span lang="{}">{}</span></span>', thing.code, language, title
        )

    def value_thing(self, record: Conflict) -> str:
        thing = thing_of(record)
        return f"{thing.code} {choose_language(thing, 'title')[0]}".strip()

    def render_kind(self, record: Conflict) -> Any:
        return record.get_kind_display()

    def value_kind(self, record: Conflict) -> str:
        return str(record.get_kind_display())

    def render_probability(self, value: float) -> str:
        return percent(value)

    def value_probability(self, value: float) -> str:
        return f"{value:.4f}"


class ConflictFilter(django_filters.FilterSet):
    call = django_filters.CharFilter(
        label=_("Call"), field_name="dossier__call__code", lookup_expr="icontains"
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=ConflictState.choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=TieKind.choices)
    probability = django_filters.ChoiceFilter(
        label=_("Probability"),
        choices=[
            ("sure", _("certain")),
            ("likely", _("one half and more")),
            ("doubtful", _("below one half")),
        ],
        method="so_probable",
    )

    class Meta:
        model = Conflict
        fields = ("call", "state", "kind")

    def so_probable(
        self, rows: QuerySet[Conflict], _name: str, value: str
    ) -> QuerySet[Conflict]:
        wanted = {
            "sure": Q(probability__gte=1),
            "likely": Q(probability__gte=0.5),
            "doubtful": Q(probability__lt=0.5),
        }
        return rows.filter(wanted[value])
