"""What an organisation watches and wants: signals, objectives, the portfolio's targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from opensti.domains.innovation import actions, queries
from opensti.domains.innovation.models import Signal
from opensti.kernel.access import require
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import Refusal
from opensti.ui.charts import grouped
from opensti.ui.tables import Column, DayColumn, PairColumn, Table
from opensti.web.innovation.acting import (
    METHODS,
    acted,
    chosen_organisation,
    cleaned,
    nothing,
    sent,
    up,
)
from opensti.web.innovation.forms import (
    ObjectiveForm,
    PortfolioForm,
    ReachedForm,
    SignalForm,
)
from opensti.web.lists import WorkList

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.kernel.access import Actor
    from opensti.web.requests import Request


class SignalTable(Table):
    title = Column(
        verbose_name=gettext_lazy("Signal"),
        linkify=lambda record: reverse("innovation:signal", args=[record.public_id]),
    )
    organisation = PairColumn(
        "organisation.name",
        order_by=("organisation__name_vi",),
        verbose_name=gettext_lazy("Organisation"),
    )
    source = Column(verbose_name=gettext_lazy("Source"))
    relevance = Column(verbose_name=gettext_lazy("Relevance"))
    watcher = Column(verbose_name=gettext_lazy("Watched by"))
    seen_on = DayColumn(verbose_name=gettext_lazy("Seen on"))

    class Meta(Table.Meta):
        model = Signal
        fields = (
            "title",
            "organisation",
            "source",
            "relevance",
            "watcher",
            "seen_on",
        )


class SignalFilter(django_filters.FilterSet):
    relevance = django_filters.ChoiceFilter(
        label=gettext_lazy("Relevance"), choices=[(n, str(n)) for n in range(1, 6)]
    )

    class Meta:
        model = Signal
        fields = ("relevance",)


class Signals(WorkList):
    """What was seen outside, the most relevant first."""

    title = gettext_lazy("Signals")
    permission = "innovation.read"
    table_class = SignalTable
    filterset_class = SignalFilter
    export_name = "signals"
    list_url = "innovation:signals"
    template_name = "web/innovation/signals.html"

    def rows(self, actor: Actor) -> QuerySet[Signal]:
        return queries.signals(actor)


@never_cache
@require_http_methods(METHODS)
def signal_new(request: Request) -> HttpResponse:
    """Note a signal for the chosen organisation."""
    require(request.actor, "innovation.read")
    _names, chosen = chosen_organisation(request)
    if chosen is None:
        return nothing(request, _("New signal"))
    return _signal(request, chosen, None)


@never_cache
@require_http_methods(METHODS)
def signal(request: Request, public_id: str) -> HttpResponse:
    """A signal, read and written anew at one place."""
    row = queries.signal(request.actor, public_id)
    return _signal(request, row.organisation_id, row)


def _signal(request: Request, organisation_id: int, row: Signal | None) -> HttpResponse:
    actor = request.actor
    initial: dict[str, Any] = {"seen_on": localdate()}
    if row is not None:
        names = SignalForm.base_fields
        initial = {name: getattr(row, name) for name in names} | {
            "objectives": list(row.objectives.values_list("pk", flat=True)),
            "initiatives": list(row.initiatives.values_list("pk", flat=True)),
        }
    form = SignalForm(
        queries.objectives_of(actor, organisation_id),
        queries.initiatives_of(actor, organisation_id),
        request.POST or None,
        initial=initial,
    )
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            actions.note_signal(
                actor=actor,
                organisation_id=organisation_id,
                objectives=said.pop("objectives", ()),
                initiatives=said.pop("initiatives", ()),
                facts=said,
                signal_id=row.pk if row else None,
                version=row_number(request.POST.get("version")),
                at=now(),
            )
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("innovation:signals")
    return render(
        request,
        "web/innovation/form.html",
        {
            "title": row.title if row else _("New signal"),
            "breadcrumb": [up("signals")],
            "form": form,
            "refusal": refusal,
            "submit": _("Save"),
            "back": reverse("innovation:signals"),
            "version": row.version if row else None,
        },
        status=refusal.status if refusal else 422 if form.errors else 200,
    )


@never_cache
@require_http_methods(METHODS)
def strategy(request: Request) -> HttpResponse:
    """Objectives, and the portfolio as it should lie beside how it lies."""
    actor = request.actor
    require(actor, "innovation.read")
    names, chosen = chosen_organisation(request)
    if chosen is None:
        return nothing(request, _("Innovation objectives and portfolio"))
    found = queries.strategy(actor, organisation_id=chosen, at=now())
    row = found.portfolio
    initial = (
        {name: getattr(row, name) for name in PortfolioForm.base_fields} if row else {}
    )
    objective = ObjectiveForm(sent(request, "objective"), auto_id="objective_%s")
    portfolio = PortfolioForm(sent(request, "portfolio"), initial=initial)
    reached = {
        one.pk: ReachedForm(sent(request, f"reach-{one.pk}"), auto_id=f"r{one.pk}_%s")
        for one in found.objectives
        if one.reached_on is None
    }
    refusal: Refusal | None = None
    if request.method == "POST":
        by: dict[str, Any] = {"actor": actor, "at": now()}

        def reach(pk: int) -> Callable[[], object]:
            return lambda: actions.reach_objective(
                objective_id=pk, **by, **cleaned(reached[pk])
            )

        refusal = acted(
            request,
            {
                "objective": lambda: actions.set_objective(
                    organisation_id=chosen, **by, **cleaned(objective)
                ),
                "portfolio": lambda: actions.set_portfolio(
                    organisation_id=chosen, **by, **cleaned(portfolio)
                ),
                **{f"reach-{pk}": reach(pk) for pk in reached},
            },
        )
        if refusal is None:
            return redirect(f"{request.path}?organisation={chosen}")
    return render(
        request,
        "web/innovation/strategy.html",
        {
            "title": _("Innovation objectives and portfolio"),
            "breadcrumb": [up()],
            "choices": names,
            "chosen": chosen,
            "found": found,
            "objectives": [(one, reached.get(one.pk)) for one in found.objectives],
            "today": localdate(),
            "objective_form": objective,
            "portfolio_form": portfolio,
            "chart": grouped(
                title=_("Running initiatives by horizon, percent"),
                head=[_("Horizon"), _("Wanted"), _("As it is")],
                base=None,
                rows=[
                    (one.label, one.wanted, round(one.has, 1)) for one in found.shares
                ],
            )
            if found.shares
            else None,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )
