"""Organisations, and people who agreed to it, with what they did in public."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries
from opensti.domains.registry.choices import DegreeLevel, OrganisationKind
from opensti.domains.registry.models import Organisation, Person
from opensti.domains.registry.queries import provinces
from opensti.portal import jsonld
from opensti.portal.lists import PublicList, same
from opensti.portal.told import withheld_lines
from opensti.ui.choices import NamedFilter
from opensti.ui.pages import Crumb
from opensti.ui.tables import Column, NumberColumn, PairColumn, Table

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from opensti.kernel.access import Actor


class OrganisationTable(Table):
    name = PairColumn(
        "name",
        order_by=("name_vi",),
        verbose_name=gettext_lazy("Name"),
        linkify=lambda record: reverse("portal:organisation", args=[record.public_id]),
    )
    acronym = Column(verbose_name=gettext_lazy("Acronym"))
    kind = Column(
        accessor="get_kind_display",
        order_by=("kind",),
        verbose_name=gettext_lazy("Kind"),
    )
    tasks_led = NumberColumn(verbose_name=gettext_lazy("Public tasks"))

    class Meta(Table.Meta):
        model = Organisation
        fields = ("name", "acronym", "kind", "tasks_led")


class PersonTable(Table):
    full_name = Column(
        verbose_name=gettext_lazy("Name"),
        linkify=lambda record: reverse("portal:person", args=[record.public_id]),
    )
    degree = Column(
        accessor="get_degree_display",
        order_by=("degree",),
        verbose_name=gettext_lazy("Degree"),
    )
    orcid = Column(verbose_name="ORCID")

    class Meta(Table.Meta):
        model = Person
        fields = ("full_name", "degree", "orcid")


class OrganisationFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=OrganisationKind.choices
    )
    province = NamedFilter(
        label=gettext_lazy("Province"), queryset=lambda _request: provinces()
    )

    class Meta:
        model = Organisation
        fields = ("kind", "province")


class PersonFilter(django_filters.FilterSet):
    degree = django_filters.ChoiceFilter(
        label=gettext_lazy("Degree"), choices=DegreeLevel.choices
    )

    class Meta:
        model = Person
        fields = ("degree",)


class Organisations(PublicList):
    kind = "organisation"
    shows = same("name", "acronym", "kind", "province") | {"tasks_led": "name"}
    title = gettext_lazy("Organisations")
    lead = gettext_lazy("Who leads tasks, with what they did in public.")
    table_class = OrganisationTable
    filterset_class = OrganisationFilter
    export_name = "organisations"

    def rows(self, actor: Actor) -> QuerySet[Any]:  # noqa: ARG002 -- the public's view
        return queries.organisation_list(at=now())

    def withheld(self, actor: Actor) -> frozenset[str]:
        """How many tasks each leads tells of the hosts of tasks."""
        held = super().withheld(actor)
        led = queries.seen_now().is_open("task", "host")
        return held if led else held | {"tasks_led"}


class People(PublicList):
    kind = "person"
    shows = {"full_name": "name", "degree": "degree", "orcid": "orcid"}
    title = gettext_lazy("People")
    lead = gettext_lazy(
        "Only people who agreed to a page of their own stand here; each may take it back at any time."
    )
    table_class = PersonTable
    filterset_class = PersonFilter
    export_name = "people"

    def rows(self, actor: Actor) -> QuerySet[Any]:  # noqa: ARG002 -- the public's view
        return queries.person_list(at=now())

    def unsorted(self, actor: Actor) -> frozenset[str]:
        """Everybody in the list agreed to what is shown: it sorts and filters, too."""
        return self.withheld(actor)


@require_safe
def organisation(request: HttpRequest, public_id: str) -> HttpResponse:
    page = queries.organisation_page(public_id, at=now())
    return render(
        request,
        "portal/organisation.html",
        {
            "title": page.card.name or _("Organisation"),
            "breadcrumb": [
                Crumb(_("Organisations"), reverse("portal:organisations")),
            ],
            "page": page,
            "card": page.card,
            "organisation": page.row,
            "ld": jsonld.organisation(page.row, page.card),
            "withheld": withheld_lines(page.card.withheld),
        },
    )


@require_safe
def person(request: HttpRequest, public_id: str) -> HttpResponse:
    page = queries.person_page(public_id, at=now())
    return render(
        request,
        "portal/person.html",
        {
            "title": page.card.name or _("Person"),
            "breadcrumb": [Crumb(_("People"), reverse("portal:people"))],
            "page": page,
            "card": page.card,
            "person": page.row,
        },
    )
