"""Stocktakes: their list, and the page of each with what it saw, judged and decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django_filters
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from opensti.domains.strategies import queries
from opensti.domains.strategies.choices import StocktakeState
from opensti.domains.strategies.models import Stocktake
from opensti.kernel.access import may, require
from opensti.ui.pages import Crumb
from opensti.ui.tables import Column, DayColumn, NumberColumn, PairColumn, StateColumn
from opensti.ui.tables import Table as HouseTable
from opensti.web.lists import WorkList
from opensti.web.strategies.lines import all_shown
from opensti.web.strategies.scorecards import counts_of

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

TONES = {"draft": "neutral", "held": "good"}


class StocktakeTable(HouseTable):
    title = PairColumn(
        "title",
        verbose_name=gettext_lazy("Stocktake of targets"),
        linkify=lambda record: reverse("strategies:stocktake", args=[record.public_id]),
    )
    plan = Column(
        accessor="plan__code",
        order_by=("plan__code",),
        verbose_name=gettext_lazy("Strategy or plan"),
        linkify=lambda record: reverse(
            "strategies:scorecard", args=[record.plan.public_id]
        ),
    )
    held_on = DayColumn(verbose_name=gettext_lazy("Day of the meeting"))
    state = StateColumn(
        tones=TONES,
        labels=dict(StocktakeState.choices),
        verbose_name=gettext_lazy("State"),
    )
    decided = NumberColumn(verbose_name=gettext_lazy("Decisions"))
    undone = NumberColumn(verbose_name=gettext_lazy("Not carried out"))

    class Meta(HouseTable.Meta):
        model = Stocktake
        fields = ("title", "plan", "held_on", "state", "decided", "undone")


class StocktakeFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=StocktakeState.choices
    )
    plan = django_filters.CharFilter(
        field_name="plan__code",
        lookup_expr="icontains",
        label=gettext_lazy("Strategy or plan"),
    )

    class Meta:
        model = Stocktake
        fields = ("state", "plan")


class Stocktakes(WorkList):
    title = gettext_lazy("Stocktakes of targets")
    permission = "strategies.list_stocktakes"
    table_class = StocktakeTable
    filterset_class = StocktakeFilter
    export_name = "stocktakes"

    def rows(self, actor: Actor) -> QuerySet[Stocktake]:
        return queries.stocktakes(actor)

    def search(self, rows: QuerySet[Stocktake], text: str) -> QuerySet[Stocktake]:
        return rows.filter(title_vi__icontains=text) | rows.filter(
            title_en__icontains=text
        )


def crumbs(stocktake: Stocktake, *more: Crumb) -> list[Crumb]:
    here = reverse("strategies:stocktake", args=[stocktake.public_id])
    name = str(stocktake.title)
    return [
        Crumb(_("Stocktakes of targets"), reverse("strategies:stocktakes")),
        Crumb(name, here) if more else Crumb(name),
        *more,
    ]


@require_safe
def stocktake_page(request: Request, public_id: str) -> HttpResponse:
    """One stocktake: its scorecard as it was seen, what was judged and decided, what changed."""
    actor = request.actor
    require(actor, "strategies.list_stocktakes")
    view = queries.stocktake_view(actor, public_id, as_of=now())
    found, today = view.stocktake, localdate()
    draft = found.state == StocktakeState.DRAFT
    return render(
        request,
        "web/strategies/scorecard/stocktake.html",
        {
            "title": str(found.title),
            "breadcrumb": crumbs(found),
            "stocktake": found,
            "tone": TONES[found.state],
            "draft": draft,
            "counts": counts_of(view.card.counts),
            "lines": all_shown(view.card.lines, judgements=view.judgements),
            "decisions": [
                (d, d.done_on is None and d.due_on < today) for d in view.decisions
            ],
            "revised": view.revised,
            "may_keep": draft and bool(may(actor, "strategies.keep_stocktake", found)),
            "may_hold": draft and bool(may(actor, "strategies.hold_stocktake", found)),
            "may_finish": not draft
            and bool(may(actor, "strategies.keep_stocktake", found)),
        },
    )
