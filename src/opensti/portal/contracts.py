"""Contracts: the list with what they come to, and the page of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from opensti.domains.contracts.choices import AmendmentKind
from opensti.domains.contracts.models import Contract
from opensti.domains.procedures.choices import STATE_LABELS, State
from opensti.domains.publications import queries
from opensti.domains.results.choices import AssetKind
from opensti.kernel.searchtext import matches
from opensti.portal.lists import PublicList, same
from opensti.portal.told import change_lines, withheld_lines
from opensti.ui import charts
from opensti.ui.pages import Crumb
from opensti.ui.tables import Column, DayColumn, MoneyColumn, PairColumn, Table

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from opensti.kernel.access import Actor

MILLION = 1_000_000
# Where a contract may stand once everybody may know of it.
SIGNED = [
    (str(state), STATE_LABELS[state])
    for state in (
        *(State.RUNNING, State.SUSPENDED, State.COMPLETED, State.FAILED),
        *(State.LIQUIDATED, State.CANCELLED),
    )
]


class ContractTable(Table):
    number = Column(
        verbose_name=gettext_lazy("Contract"),
        linkify=lambda record: reverse("portal:contract", args=[record.public_id]),
    )
    title = PairColumn("title", verbose_name=gettext_lazy("Title"))
    host = PairColumn(
        "host.name", order_by=("host__name_vi",), verbose_name=gettext_lazy("Host")
    )
    state_money = MoneyColumn(verbose_name=gettext_lazy("State money"))
    signed_on = DayColumn(verbose_name=gettext_lazy("Signed"))
    ends_on = DayColumn(verbose_name=gettext_lazy("End"))

    class Meta(Table.Meta):
        model = Contract
        fields = ("number", "title", "host", "state_money", "signed_on", "ends_on")


class ContractFilter(django_filters.FilterSet):
    year = django_filters.NumberFilter(
        field_name="signed_on", lookup_expr="year", label=gettext_lazy("Year")
    )
    state = django_filters.ChoiceFilter(
        field_name="case__state", label=gettext_lazy("State"), choices=SIGNED
    )
    host = django_filters.CharFilter(
        field_name="host__search_text", label=gettext_lazy("Host"), method="of_host"
    )

    class Meta:
        model = Contract
        fields = ("year", "state", "host")

    def of_host(self, rows: Any, name: str, value: str) -> Any:
        return matches(rows, value, field=name)


class Contracts(PublicList):
    kind = "contract"
    shows = same("number", "title", "host", "state_money", "signed_on", "ends_on") | {
        "year": "signed_on",
        "state": "state",
    }
    title = gettext_lazy("Contracts")
    lead = gettext_lazy(
        "Every signed contract from its signing on, with what was changed in it since."
    )
    table_class = ContractTable
    filterset_class = ContractFilter
    export_name = "contracts"
    template_name = "portal/contracts.html"

    def rows(self, actor: Actor) -> QuerySet[Any]:  # noqa: ARG002 -- the public's view
        return queries.public_contracts(at=now())

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return queries.contracts_found(queries.seen_now(), rows, text)

    def context(self, actor: Actor) -> dict[str, Any]:  # noqa: ARG002
        found = queries.contract_figures(at=now())
        drawn = [
            charts.bars(
                title=_("State money by the year of signing, million đồng"),
                head=(_("Year"), _("Million đồng")),
                rows=[(one.label, int(one.amount) // MILLION) for one in found.by_year],
            ),
            charts.bars(
                title=_("State money by host, million đồng"),
                head=(_("Host"), _("Million đồng")),
                rows=[(name, int(sum_) // MILLION) for name, _n, sum_ in found.by_host],
            ),
        ]
        return {"charts": [c for c in drawn if c.rows], "paid": found.paid}


@require_safe
def contract(request: HttpRequest, public_id: str) -> HttpResponse:
    page = queries.public_contract(public_id, at=now())
    number = page.card.number or _("Contract")
    return render(
        request,
        "portal/contract.html",
        {
            "title": number,
            "description": page.card.title or "",
            "breadcrumb": [
                Crumb(_("Contracts"), reverse("portal:contracts")),
                Crumb(number),
            ],
            "page": page,
            "card": page.card,
            "contract": page.row,
            "state": STATE_LABELS[State(page.card.state)] if page.card.state else "",
            "amendments": [
                {
                    "card": one.card,
                    "kinds": [AmendmentKind(k).label for k in one.card.kinds or ()],
                    "position": one.position,
                    "changes": change_lines(one.changes),
                    "withheld": withheld_lines(one.card.withheld),
                }
                for one in page.amendments
            ],
            "products": page.products,
            "assets": [(AssetKind(kind).label, n) for kind, n in page.assets],
            "withheld": withheld_lines(page.card.withheld),
        },
    )
