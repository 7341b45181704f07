"""Pages of deals: the list, one deal with its years, how a year is shared and paid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.results import actions, queries
from opensti.domains.results.choices import DealKind
from opensti.domains.results.models import Deal, DealIncome
from opensti.kernel.access import get_visible, may, require
from opensti.kernel.files.serving import readable_file, serve
from opensti.kernel.refusals import NotFound
from opensti.kernel.searchtext import matches
from opensti.ui.pages import Crumb
from opensti.ui.tables import (
    Column,
    DayColumn,
    MoneyColumn,
    NumberColumn,
    PairColumn,
    Table,
)
from opensti.web.chosen import Chooser
from opensti.web.lists import WorkList
from opensti.web.results.acting import act_page
from opensti.web.results.deals_forms import DealForm, IncomeForm
from opensti.web.results.named_rows import Parties, named, shown
from opensti.web.results.rights_forms import PaperForm

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse, HttpResponseBase

    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

METHODS = ["GET", "HEAD", "POST"]


class DealTable(Table):
    number = Column(
        verbose_name=gettext_lazy("Number of the deal"),
        linkify=lambda record: reverse("results:deal", args=[record.public_id]),
    )
    kind = Column(
        accessor="get_kind_display",
        order_by=("kind",),
        verbose_name=gettext_lazy("Kind"),
    )
    host = PairColumn(
        "host.name", order_by=("host__name_vi",), verbose_name=gettext_lazy("Host")
    )
    signed_on = DayColumn(verbose_name=gettext_lazy("Signed"))
    until = DayColumn(verbose_name=gettext_lazy("Until"))
    price = MoneyColumn(verbose_name=gettext_lazy("Price"))
    earned = MoneyColumn(verbose_name=gettext_lazy("Profit so far"))

    class Meta(Table.Meta):
        model = Deal
        fields = ("number", "kind", "host", "signed_on", "until", "price", "earned")


class DealFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Kind"), choices=DealKind.choices
    )
    exclusive = django_filters.BooleanFilter(label=gettext_lazy("Exclusive"))

    class Meta:
        model = Deal
        fields = ("kind", "exclusive")


class IncomeTable(Table):
    year = NumberColumn(verbose_name=gettext_lazy("Year"))
    deal = Column(
        accessor="deal__number",
        order_by=("deal__number",),
        verbose_name=gettext_lazy("Deal"),
        linkify=lambda record: reverse("results:deal", args=[record.deal.public_id]),
    )
    host = PairColumn(
        "deal.host.name",
        order_by=("deal__host__name_vi",),
        verbose_name=gettext_lazy("Host"),
    )
    revenue = MoneyColumn(verbose_name=gettext_lazy("Revenue"))
    cost = MoneyColumn(verbose_name=gettext_lazy("Cost"))
    tax = MoneyColumn(verbose_name=gettext_lazy("Tax"))
    profit = MoneyColumn(verbose_name=gettext_lazy("Profit after tax"))
    shared = DayColumn(
        accessor="split__made_at",
        order_by=("split__made_at",),
        verbose_name=gettext_lazy("Shared"),
    )

    class Meta(Table.Meta):
        model = DealIncome
        fields = (
            "year",
            "deal",
            "host",
            "revenue",
            "cost",
            "tax",
            "profit",
            "shared",
        )

    def value_shared(self, value: Any) -> Any:
        return localtime(value).date()


class IncomeFilter(django_filters.FilterSet):
    year = django_filters.NumberFilter(label=gettext_lazy("Year"))
    unshared = django_filters.BooleanFilter(
        field_name="split",
        lookup_expr="isnull",
        label=gettext_lazy("Not shared yet"),
    )

    class Meta:
        model = DealIncome
        fields = ("year", "unshared")


class Incomes(WorkList):
    title = gettext_lazy("What deals brought, year by year")
    permission = "results.list_deals"
    table_class = IncomeTable
    filterset_class = IncomeFilter
    export_name = "incomes"

    def rows(self, actor: Actor) -> QuerySet[DealIncome]:
        return queries.incomes(actor)

    def search(self, rows: QuerySet[DealIncome], text: str) -> QuerySet[DealIncome]:
        return matches(rows, text, field="deal__search_text")


class Deals(WorkList):
    title = gettext_lazy("Deals")
    template_name = "web/results/deals.html"
    permission = "results.list_deals"
    table_class = DealTable
    filterset_class = DealFilter
    export_name = "deals"

    def rows(self, actor: Actor) -> QuerySet[Deal]:
        return queries.deals(actor)

    def search(self, rows: QuerySet[Deal], text: str) -> QuerySet[Deal]:
        return matches(rows, text)


def crumbs(deal: Deal, *more: Crumb) -> list[Crumb]:
    here = reverse("results:deal", args=[deal.public_id])
    return [
        Crumb(_("Deals"), reverse("results:deals")),
        Crumb(deal.number, here) if more else Crumb(deal.number),
        *more,
    ]


@require_safe
def deal_page(request: Request, public_id: str) -> HttpResponse:
    """One deal: who gives and takes, what each year brought, what became of it."""
    actor = request.actor
    deal = queries.deal(actor, public_id)
    may_keep = bool(may(actor, "results.keep_deal", deal))
    incomes = list(deal.incomes.all())
    return render(
        request,
        "web/results/deal.html",
        {
            "title": deal.number,
            "breadcrumb": crumbs(deal),
            "deal": deal,
            "parties": deal.parties.all(),
            "incomes": incomes,
            "files": queries.deal_files(deal),
            "may_keep": may_keep,
            "may_change": may_keep and not any(hasattr(i, "split") for i in incomes),
        },
    )


def _about(request: Request) -> tuple[dict[str, int], Deal, str]:
    """What a new deal is about, by ``right`` or ``result`` in the address; its page."""
    actor = request.actor
    if public_id := request.GET.get("right", ""):
        right = queries.right(actor, public_id)
        deal = Deal(right=right, contract=right.contract, host=right.host)
        page = reverse("results:right", args=[public_id])
        return {"right_id": right.pk}, deal, page
    result = get_visible(
        actor,
        queries.results(actor).select_related("contract__host"),
        public_id=request.GET.get("result", ""),
    )
    contract = result.contract
    deal = Deal(result=result, contract=contract, host=contract.host)
    page = reverse("results:result", args=[result.public_id])
    return {"result_id": result.pk}, deal, page


@require_http_methods(METHODS)
def deal_new(request: Request) -> HttpResponse:
    """Keep a signed deal on a right or a result."""
    actor = request.actor
    about, probe, back = _about(request)
    require(actor, "results.keep_deal", probe)
    form = DealForm(request.POST or None)
    parties = Parties(request.POST or None, prefix="parties")

    def act() -> None:
        actions.sign_deal(
            actor=actor,
            facts=form.facts(),
            parties=named(parties, Chooser(actor=actor), kind=""),
            at=now(),
            **about,
        )

    thing = probe.right or probe.result
    return act_page(
        request,
        form,
        act,
        title=_("Keep a deal"),
        lead=str(thing.title) if thing else "",
        done=_("The deal is kept."),
        go=back,
        breadcrumb=[Crumb(_("Deals"), reverse("results:deals")), Crumb(_("New"))],
        submit=_("Keep the deal"),
        rows={_("Parties"): parties},
    )


@require_http_methods(METHODS)
def deal_edit(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    deal = queries.deal(actor, public_id)
    require(actor, "results.keep_deal", deal)
    start = {n: getattr(deal, n) for n in actions.DealFacts.__dataclass_fields__}
    if deal.price is not None:
        start["price"] = f"{deal.price:f}"
    data = request.POST or None
    form = DealForm(data, changing=True, initial=start | {"version": deal.version})
    parties = Parties(
        data,
        prefix="parties",
        initial=None if data else shown(deal.parties.all(), "role"),
    )

    def act() -> None:
        actions.change_deal(
            actor=actor,
            deal_id=deal.pk,
            facts=form.facts(),
            parties=named(parties, Chooser(actor=actor)),
            version=form.cleaned_data["version"],
            at=now(),
        )

    return act_page(
        request,
        form,
        act,
        title=_("Change the deal"),
        done=_("The deal is changed."),
        go=reverse("results:deal", args=[public_id]),
        breadcrumb=crumbs(deal, Crumb(_("Change"))),
        submit=_("Save"),
        rows={_("Parties"): parties},
    )


@require_http_methods(METHODS)
def deal_paper(request: Request, public_id: str) -> HttpResponse:
    """Keep a paper with a deal."""
    actor = request.actor
    deal = queries.deal(actor, public_id)
    require(actor, "results.keep_deal", deal)
    form = PaperForm(request.POST or None, request.FILES or None)

    def act() -> None:
        actions.attach_deal_file(
            actor=actor, deal_id=deal.pk, file=form.cleaned_data["file"], at=now()
        )

    return act_page(
        request,
        form,
        act,
        title=_("Keep a paper"),
        done=_("The paper is kept."),
        go=reverse("results:deal", args=[public_id]),
        breadcrumb=crumbs(deal, Crumb(_("Papers"))),
        submit=_("Keep it"),
    )


@require_safe
def deal_file(request: Request, public_id: str, file_id: str) -> HttpResponseBase:
    deal = queries.deal(request.actor, public_id)
    file = readable_file(request.actor, file_id)
    if file.subject != queries.deal_subject(deal.public_id):
        raise NotFound
    return serve(file)


def income_of(deal: Deal, year: int) -> DealIncome:
    """The report of a year, from the rows that the deal came with."""
    found = next((i for i in deal.incomes.all() if i.year == year), None)
    if found is None:
        raise Http404
    found.deal = deal
    return found


@require_http_methods(METHODS)
def income_edit(request: Request, public_id: str) -> HttpResponse:
    """Report a year, or with ``year`` in the address mend its report."""
    actor = request.actor
    deal = queries.deal(actor, public_id)
    require(actor, "results.report_income", deal)
    start: dict[str, Any] = {}
    asked = request.GET.get("year", "")
    if asked.isascii() and asked.isdigit() and len(asked) == len("2026"):
        income = income_of(deal, int(asked))
        start = {
            "year": income.year,
            "evidence": income.evidence,
            "version": income.version,
        } | {n: f"{getattr(income, n):f}" for n in ("revenue", "cost", "tax")}
    form = IncomeForm(request.POST or None, initial=start)

    def act() -> None:
        actions.report_income(
            actor=actor, deal_id=deal.pk, at=now(), **form.cleaned_data
        )

    return act_page(
        request,
        form,
        act,
        title=_("Report a year"),
        lead=_("Profit after tax is revenue less cost less tax."),
        done=_("The year is reported."),
        go=reverse("results:deal", args=[public_id]),
        breadcrumb=crumbs(deal, Crumb(_("Year"))),
        submit=_("Report"),
    )
