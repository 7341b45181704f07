"""Plans as everybody may read them: the list, and one with its targets and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries as public
from opensti.domains.strategies import queries
from opensti.domains.strategies.choices import PUBLIC_PLANS, PlanKind, PlanState
from opensti.domains.strategies.models import Plan
from opensti.kernel.access import PUBLIC
from opensti.portal import jsonld
from opensti.portal.lists import PublicList, same
from opensti.ui.pages import Crumb
from opensti.ui.tables import Column, DayColumn, NumberColumn, PairColumn, Table

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from opensti.kernel.access import Actor

STATES = [(s, w) for s, w in PlanState.choices if s in PUBLIC_PLANS]


class PlanTable(Table):
    code = Column(
        verbose_name=gettext_lazy("Code"),
        linkify=lambda record: reverse("portal:plan", args=[record.public_id]),
    )
    title = PairColumn("title", verbose_name=gettext_lazy("Title"))
    state = Column(
        accessor="get_state_display",
        order_by=("state",),
        verbose_name=gettext_lazy("State"),
    )
    issued_on = DayColumn(verbose_name=gettext_lazy("Issued"))
    ends_on = DayColumn(verbose_name=gettext_lazy("Last day"))
    target_count = NumberColumn(verbose_name=gettext_lazy("Targets"))

    class Meta(Table.Meta):
        model = Plan
        fields = ("code", "title", "state", "issued_on", "ends_on", "target_count")


class PlanFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=gettext_lazy("State"), choices=STATES)
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=PlanKind.choices
    )

    class Meta:
        model = Plan
        fields = ("state", "kind")


class Plans(PublicList):
    kind = "plan"
    shows = same("code", "title", "state", "issued_on", "ends_on", "kind") | {
        "target_count": "tree"
    }
    title = gettext_lazy("Plans")
    lead = gettext_lazy("Strategies, programmes and plans with what they aim at.")
    table_class = PlanTable
    filterset_class = PlanFilter
    export_name = "plans"

    def rows(self, actor: Actor) -> QuerySet[Any]:  # noqa: ARG002 -- the public's view
        return public.plans()


@require_safe
def plan(request: HttpRequest, public_id: str) -> HttpResponse:
    found = public.plan(public_id)
    by = public.seen_now()
    card, parts = by.card("plan", found), public.plan_parts_shown(by, found)
    return render(
        request,
        "portal/plan.html",
        {
            "title": str(found.title),
            "breadcrumb": [
                Crumb(_("Plans"), reverse("portal:plans")),
                Crumb(found.code),
            ],
            "plan": found,
            "ld": jsonld.plan(found),
            "card": card,
            "sight": queries.sight(PUBLIC, found) if "tree" in parts else None,
            "comments": queries.plan_comments(PUBLIC, found)
            if "comments" in parts
            else (),
            "editions": queries.editions(PUBLIC, found) if "editions" in parts else (),
        },
    )
