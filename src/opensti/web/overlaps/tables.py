from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from opensti.domains.overlaps import queries
from opensti.domains.overlaps.choices import SCREENED, Reason
from opensti.domains.overlaps.models import Screening
from opensti.ui.tables import (
    Column,
    MomentColumn,
    NumberColumn,
    PairColumn,
    StateColumn,
    Table,
)
from opensti.web.overlaps.said import percent

if TYPE_CHECKING:
    from django.db.models import QuerySet


class ScreeningTable(Table):
    title = PairColumn(
        "document.title",
        order_by=("document__title_vi",),
        verbose_name=_("Work"),
        linkify=lambda record: reverse("overlaps:screening", args=[record.public_id]),
    )
    code = Column(
        accessor="document__code",
        order_by=("document__code",),
        verbose_name=_("Code"),
    )
    kind = StateColumn(
        labels={str(kind): kind.label for kind in SCREENED}, verbose_name=_("Kind")
    )
    top = Column(verbose_name=_("Highest probability"))
    listed = NumberColumn(verbose_name=_("Likenesses"))
    judged = NumberColumn(verbose_name=_("Judged"))
    reason = StateColumn(
        labels=dict(Reason.choices), verbose_name=_("Compared because")
    )
    done_at = MomentColumn(verbose_name=_("Compared"))

    class Meta(Table.Meta):
        model = Screening
        fields = (
            "title",
            "code",
            "kind",
            "top",
            "listed",
            "judged",
            "reason",
            "done_at",
        )

    def render_top(self, value: float) -> str:
        return percent(value)

    def value_top(self, value: float) -> str:
        return f"{value:.4f}"


class ScreeningFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(
        label=_("Kind"), choices=[(str(kind), kind.label) for kind in SCREENED]
    )
    open = django_filters.ChoiceFilter(
        label=_("To be judged"),
        choices=[("yes", _("still open")), ("no", _("nothing open"))],
        method="still_open",
    )

    class Meta:
        model = Screening
        fields = ("kind",)

    def still_open(
        self, rows: QuerySet[Screening], _name: str, value: str
    ) -> QuerySet[Screening]:
        return queries.still_open(rows, yes=value == "yes")
