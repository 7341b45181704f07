from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from opensti.domains.portfolios.choices import (
    Concern,
    LetterState,
    ObjectionState,
    RoundState,
)
from opensti.domains.portfolios.models import Letter, Objection, Round
from opensti.ui.tables import (
    Column,
    MomentColumn,
    NumberColumn,
    PairColumn,
    StateColumn,
    Table,
    TickColumn,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.safestring import SafeString


class RoundTable(Table):
    title = PairColumn(
        "title",
        verbose_name=_("Round"),
        linkify=lambda record: reverse("portfolios:round", args=[record.public_id]),
    )
    call = Column(
        accessor="call__code", order_by=("call__code",), verbose_name=_("Call")
    )
    dossiers = NumberColumn(verbose_name=_("Dossiers"))
    approvals = NumberColumn(verbose_name=_("Approved"))
    state = StateColumn(
        tones={
            "draft": "neutral",
            "proposed": "wait",
            "decided": "info",
            "released": "good",
        },
        labels=dict(RoundState.choices),
        verbose_name=_("State"),
    )
    decision_number = Column(verbose_name=_("Decision"))
    released_at = MomentColumn(verbose_name=_("Released"))

    class Meta(Table.Meta):
        model = Round
        fields = (
            "title",
            "call",
            "dossiers",
            "approvals",
            "state",
            "decision_number",
            "released_at",
        )


class RoundFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=RoundState.choices)

    class Meta:
        model = Round
        fields = ("state",)


class LetterTable(Table):
    tick = TickColumn(lambda letter: letter.decision.dossier.code)
    dossier = Column(
        accessor="decision__dossier__code",
        order_by=("decision__dossier__code",),
        verbose_name=_("Dossier"),
        linkify=lambda record: reverse("portfolios:letter", args=[record.public_id]),
    )
    subject = Column(verbose_name=_("Subject line"))
    host = PairColumn(
        "decision.dossier.host.name",
        order_by=("decision__dossier__host__name_vi",),
        verbose_name=_("Host"),
    )
    recipient = Column(
        accessor="recipient__full_name",
        order_by=("recipient__full_name",),
        verbose_name=_("To"),
    )
    state = StateColumn(
        tones={"prepared": "wait", "checked": "info", "released": "good"},
        labels=dict(LetterState.choices),
        verbose_name=_("State"),
    )
    released_at = MomentColumn(verbose_name=_("Released"))
    mailed_at = MomentColumn(verbose_name=_("Mailed"))

    class Meta(Table.Meta):
        model = Letter
        fields = (
            "tick",
            "dossier",
            "subject",
            "host",
            "recipient",
            "state",
            "released_at",
            "mailed_at",
        )

    def render_subject(self, record: Letter) -> SafeString:
        return format_html('<span lang="{}">{}</span>', record.language, record.subject)

    def value_subject(self, record: Letter) -> str:
        return record.subject


class LetterFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=LetterState.choices)

    class Meta:
        model = Letter
        fields = ("state",)


class ObjectionTable(Table):
    dossier = Column(
        accessor="dossier__code",
        order_by=("dossier__code",),
        verbose_name=_("Dossier"),
        linkify=lambda record: reverse("portfolios:objection", args=[record.pk]),
    )
    host = PairColumn(
        "dossier.host.name",
        order_by=("dossier__host__name_vi",),
        verbose_name=_("Host"),
    )
    concerns = StateColumn(
        labels=dict(Concern.choices),
        order_by=("decision_id",),
        verbose_name=_("Concerns"),
    )
    filed_at = MomentColumn(verbose_name=_("Filed"))
    state = StateColumn(
        tones={"open": "wait", "upheld": "good", "rejected": "neutral"},
        labels=dict(ObjectionState.choices),
        verbose_name=_("State"),
    )
    answered_at = MomentColumn(verbose_name=_("Answered"))

    class Meta(Table.Meta):
        model = Objection
        fields = ("dossier", "host", "concerns", "filed_at", "state", "answered_at")


class ObjectionFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=ObjectionState.choices
    )
    concerns = django_filters.ChoiceFilter(
        label=_("Concerns"), choices=Concern.choices, method="about"
    )

    class Meta:
        model = Objection
        fields = ("state",)

    def about(
        self, rows: QuerySet[Objection], _name: str, value: str
    ) -> QuerySet[Objection]:
        return rows.filter(decision__isnull=value == Concern.VALIDITY)
