"""The form of a news item or an event, and its list."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import django_filters
from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from opensti.domains.publications.actions import Content
from opensti.domains.publications.choices import (
    ArticleKind,
    ArticleState,
    EventKind,
)
from opensti.domains.publications.models import Article
from opensti.ui.tables import (
    Column,
    DayColumn,
    MomentColumn,
    PairColumn,
    StateColumn,
    Table,
)
from opensti.web.calls.forms import moment_field

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = tuple(field.name for field in fields(Content))
OF_EVENTS = ("event_kind", "starts_at", "ends_at", "place_vi", "place_en")
_PARAGRAPHS = _("Plain text; an empty line begins a paragraph.")


def _text(label: Any, rows: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        help_text=help_text,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ArticleForm(forms.Form):
    title_vi = forms.CharField(label=_("Title (Vietnamese)"), max_length=300)
    title_en = forms.CharField(
        label=_("Title (English)"), max_length=300, required=False
    )
    lead_vi = _text(_("Lead (Vietnamese)"), 3)
    lead_en = _text(_("Lead (English)"), 3)
    event_kind = forms.ChoiceField(label=_("Kind of event"), choices=EventKind.choices)
    starts_at = moment_field(_("Begins"))
    ends_at = moment_field(_("Ends"))
    place_vi = forms.CharField(
        label=_("Place (Vietnamese)"), max_length=300, required=False
    )
    place_en = forms.CharField(
        label=_("Place (English)"), max_length=300, required=False
    )
    link = forms.URLField(
        label=_("Link"),
        help_text=_("Where one registers, or reads more."),
        required=False,
        max_length=500,
        assume_scheme="https",
    )
    body_vi = _text(_("Text (Vietnamese)"), 10, _PARAGRAPHS)
    body_en = _text(_("Text (English)"), 10, _PARAGRAPHS)

    def __init__(
        self,
        kind: str,
        data: Mapping[str, Any] | None = None,
        article: Article | None = None,
    ) -> None:
        initial = {n: getattr(article, n) for n in NAMES} if article else {}
        super().__init__(data, initial=initial)
        self.fields["ends_at"].required = False
        if kind != ArticleKind.EVENT:
            for name in OF_EVENTS:
                del self.fields[name]

    def content(self) -> Content:
        return Content(**self.cleaned_data)


class ArticleTable(Table):
    title = PairColumn(
        "title",
        verbose_name=_("Title"),
        linkify=lambda record: reverse("publications:article", args=[record.public_id]),
    )
    kind = Column(
        accessor="get_kind_display", order_by=("kind",), verbose_name=_("Kind")
    )
    state = StateColumn(labels=dict(ArticleState.choices), verbose_name=_("State"))
    publish_on = DayColumn(verbose_name=_("Published"))
    changed_at = MomentColumn(verbose_name=_("Last change"))

    class Meta(Table.Meta):
        model = Article
        fields = ("title", "kind", "state", "publish_on", "changed_at")


class ArticleFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=ArticleState.choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ArticleKind.choices)

    class Meta:
        model = Article
        fields = ("state", "kind")
