from __future__ import annotations

from typing import Any

import django_filters
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from opensti.domains.registry import queries
from opensti.domains.registry.choices import (
    AcademicTitle,
    DegreeLevel,
    ImportKind,
    ImportStatus,
    OrganisationKind,
    OrganisationStatus,
)
from opensti.ui.choices import NamedFilter
from opensti.ui.tables import (
    Column,
    MomentColumn,
    NumberColumn,
    PairColumn,
    StateColumn,
    Table,
    TickColumn,
)

STATUS_TONES = {
    "active": "good",
    "merged": "neutral",
    "dissolved": "bad",
    "inactive": "warn",
}


class OrganisationTable(Table):
    tick = TickColumn()
    name = PairColumn(
        "name",
        verbose_name=_("Name"),
        linkify=lambda record: reverse(
            "registry:organisation", args=[record.public_id]
        ),
    )
    acronym = Column(verbose_name=_("Acronym"))
    kind = StateColumn(labels=dict(OrganisationKind.choices), verbose_name=_("Kind"))
    province = PairColumn("province.name", verbose_name=_("Province"))
    parent = PairColumn("parent.name", verbose_name=_("Belongs to"))
    tax_code = Column(verbose_name=_("Tax code"))
    ror = Column(verbose_name="ROR")
    status = StateColumn(
        tones=STATUS_TONES,
        labels=dict(OrganisationStatus.choices),
        verbose_name=_("Status"),
    )

    class Meta(Table.Meta):
        fields = (
            "tick",
            "name",
            "acronym",
            "kind",
            "province",
            "parent",
            "tax_code",
            "ror",
            "status",
        )


class OrganisationFilter(django_filters.FilterSet):
    kind = django_filters.MultipleChoiceFilter(
        label=_("Kind"), choices=OrganisationKind.choices
    )
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=OrganisationStatus.choices
    )
    province = NamedFilter(
        label=_("Province"), queryset=lambda _request: queries.provinces()
    )
    field = NamedFilter(
        label=_("Field"),
        field_name="fields",
        queryset=lambda _request: queries.fields(),
    )
    ministry_owned = django_filters.BooleanFilter(label=_("Belongs to the ministry"))


class PersonTable(Table):
    tick = TickColumn()
    full_name = Column(
        verbose_name=_("Full name"),
        linkify=lambda record: reverse("registry:person", args=[record.public_id]),
    )
    academic_title = StateColumn(
        labels=dict(AcademicTitle.choices), verbose_name=_("Academic title")
    )
    degree = StateColumn(
        labels=dict(DegreeLevel.choices), verbose_name=_("Highest degree")
    )
    employer = Column(empty_values=(), orderable=False, verbose_name=_("Organisation"))
    orcid = Column(verbose_name="ORCID")
    is_expert = Column(verbose_name=_("Expert"))
    keywords = Column(
        accessor="keywords", orderable=False, verbose_name=_("Keywords of expertise")
    )

    class Meta(Table.Meta):
        fields = (
            "tick",
            "full_name",
            "academic_title",
            "degree",
            "employer",
            "orcid",
            "is_expert",
            "keywords",
        )

    def render_employer(self, record: Any) -> str:
        return "; ".join(str(p.organisation) for p in record.running) or "\u2013"

    def value_employer(self, record: Any) -> str:
        return "; ".join(str(p.organisation) for p in record.running)

    def render_is_expert(self, value: bool) -> Any:  # noqa: FBT001 -- as the table calls it
        return _("yes") if value else "\u2013"


class PersonFilter(django_filters.FilterSet):
    is_expert = django_filters.BooleanFilter(label=_("Available as an expert"))
    degree = django_filters.MultipleChoiceFilter(
        label=_("Highest degree"), choices=DegreeLevel.choices
    )
    academic_title = django_filters.MultipleChoiceFilter(
        label=_("Academic title"), choices=AcademicTitle.choices
    )
    field = NamedFilter(
        label=_("Field of expertise"),
        field_name="fields",
        queryset=lambda _request: queries.fields(),
    )


class ImportTable(Table):
    file_name = Column(
        verbose_name=_("File"),
        linkify=lambda record: reverse("registry:import", args=[record.pk]),
    )
    kind = StateColumn(labels=dict(ImportKind.choices), verbose_name=_("Holds"))
    source = Column(verbose_name=_("Source"))
    status = StateColumn(
        tones={"done": "good", "failed": "bad", "running": "info", "waiting": "wait"},
        labels=dict(ImportStatus.choices),
        verbose_name=_("Status"),
    )
    dry_run = Column(verbose_name=_("Dry run"))
    created = NumberColumn(verbose_name=_("Created"))
    changed = NumberColumn(verbose_name=_("Changed"))
    unchanged = NumberColumn(verbose_name=_("As before"))
    refused = NumberColumn(verbose_name=_("Refused rows"))
    started_at = MomentColumn(verbose_name=_("Begun"))

    class Meta(Table.Meta):
        fields = (
            "file_name",
            "kind",
            "source",
            "status",
            "dry_run",
            "created",
            "changed",
            "unchanged",
            "refused",
            "started_at",
        )

    def render_dry_run(self, value: bool) -> Any:  # noqa: FBT001 -- as the table calls it
        return _("yes") if value else "\u2013"


class ImportFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label=_("Holds"), choices=ImportKind.choices)
    status = django_filters.ChoiceFilter(
        label=_("Status"), choices=ImportStatus.choices
    )
