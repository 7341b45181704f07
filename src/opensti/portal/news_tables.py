from __future__ import annotations

import django_filters
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from opensti.domains.publications.choices import EventKind
from opensti.domains.publications.models import Article
from opensti.ui.tables import Column, DayColumn, MomentColumn, PairColumn, Table


class NewsTable(Table):
    title = PairColumn(
        "title",
        verbose_name=_("Title"),
        linkify=lambda record: reverse("portal:news_item", args=[record.public_id]),
    )
    publish_on = DayColumn(verbose_name=_("Published"))

    class Meta(Table.Meta):
        model = Article
        fields = ("title", "publish_on")


class EventTable(Table):
    title = PairColumn(
        "title",
        verbose_name=_("Title"),
        linkify=lambda record: reverse("portal:event", args=[record.public_id]),
    )
    event_kind = Column(
        accessor="get_event_kind_display",
        order_by=("event_kind",),
        verbose_name=_("Kind"),
    )
    starts_at = MomentColumn(verbose_name=_("Begins"))
    place = PairColumn("place", verbose_name=_("Place"))

    class Meta(Table.Meta):
        model = Article
        fields = ("title", "event_kind", "starts_at", "place")


class EventFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(
        field_name="event_kind", label=_("Kind"), choices=EventKind.choices
    )

    class Meta:
        model = Article
        fields: tuple[str, ...] = ()
