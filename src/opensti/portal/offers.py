"""What research holds out to enterprises: the public list of offers, and each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries
from opensti.domains.results.choices import OfferForm
from opensti.domains.results.models import Offer
from opensti.portal import jsonld
from opensti.portal.lists import PublicList, same
from opensti.ui.pages import Crumb
from opensti.ui.tables import Column, DayColumn, NumberColumn, PairColumn, Table

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from opensti.kernel.access import Actor


class OfferTable(Table):
    title = PairColumn(
        "title",
        verbose_name=gettext_lazy("Offer"),
        linkify=lambda record: reverse("portal:offer", args=[record.public_id]),
    )
    host = PairColumn(
        "host.name", order_by=("host__name_vi",), verbose_name=gettext_lazy("Host")
    )
    form = Column(
        accessor="get_form_display",
        order_by=("form",),
        verbose_name=gettext_lazy("What is looked for"),
    )
    trl = NumberColumn(verbose_name=gettext_lazy("Readiness"))
    opens_on = DayColumn(verbose_name=gettext_lazy("Open from"))
    closes_on = DayColumn(verbose_name=gettext_lazy("Closed from"))
    asked = NumberColumn(verbose_name=gettext_lazy("Interests"))

    class Meta(Table.Meta):
        model = Offer
        fields = ("title", "host", "form", "trl", "opens_on", "closes_on", "asked")


class OfferFilter(django_filters.FilterSet):
    form = django_filters.ChoiceFilter(
        label=gettext_lazy("What is looked for"), choices=OfferForm.choices
    )
    trl = django_filters.NumberFilter(
        label=gettext_lazy("Readiness, at least"), lookup_expr="gte"
    )

    class Meta:
        model = Offer
        fields = ("form", "trl")


class Offers(PublicList):
    kind = "offer"
    shows = same("title", "host", "form", "opens_on", "closes_on", "asked") | {
        "trl": "readiness"
    }
    title = gettext_lazy("Offers to enterprises")
    lead = gettext_lazy("Rights and results that their owners want to see in use.")
    table_class = OfferTable
    filterset_class = OfferFilter
    export_name = "offers"

    def rows(self, actor: Actor) -> QuerySet[Any]:  # noqa: ARG002 -- the public's view
        return queries.offers(localdate())


@require_safe
def offer(request: HttpRequest, public_id: str) -> HttpResponse:
    """One offer; of one that is over, what it was and what was said of it."""
    found, is_open = queries.offer(public_id, localdate())
    return render(
        request,
        "portal/offer.html",
        {
            "title": str(found.title),
            "breadcrumb": [
                Crumb(_("Offers"), reverse("portal:offers")),
                Crumb(str(found.title)),
            ],
            "offer": found,
            "open": is_open,
            "card": queries.seen_now().card("offer", found),
            "ld": jsonld.offer(found) if is_open else "",
        },
    )
