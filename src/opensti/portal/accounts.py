"""Published runs of the productivity accounts: pictures, figures, sources, how to recompute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries as publications
from opensti.domains.strategies import queries
from opensti.kernel.refusals import NotFound
from opensti.portal.account_tables import AccountFilter, AccountTable
from opensti.ui.account_pictures import picture_response, pictures_of, units_of
from opensti.ui.lists import ListPage
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from opensti.domains.strategies.models import MethodRun
    from opensti.kernel.access import Actor
    from opensti.ui.account_pictures import Picture


class Accounts(ListPage):
    """What anyone reads, asked as the public whoever is signed in."""

    title = gettext_lazy("Productivity accounts")
    lead = gettext_lazy(
        "What growth of productivity is made of: each with its source and how to compute it again."
    )
    template_name = "portal/list.html"
    table_class = AccountTable
    filterset_class = AccountFilter
    export_name = "productivity"

    def rows(self, actor: Actor) -> QuerySet[Any]:  # noqa: ARG002 -- the public's view
        return publications.accounts()

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(title_vi__icontains=text) | rows.filter(
            title_en__icontains=text
        )


def _pictures(run: MethodRun, unit: str) -> list[Picture]:
    return pictures_of(
        kind=run.kind,
        output=run.output or [],
        labels={v.public_id: v.label for v in run.vintages.all()},
        convention_words=queries.convention_words,
        unit=unit,
    )


@require_safe
def account(request: HttpRequest, public_id: str) -> HttpResponse:
    """One published run."""
    run = publications.account(public_id)
    units = units_of(run.output or [])
    unit = request.GET.get("unit", "")
    unit = unit if unit in units else (units[0] if units else "")
    return render(
        request,
        "portal/account.html",
        {
            "title": str(run.title),
            "breadcrumb": [
                Crumb(_("Productivity accounts"), reverse("portal:accounts")),
                Crumb(str(run.title)),
            ],
            "run": run,
            "pictures": _pictures(run, unit),
            "units": units if run.kind == "shift_share" and len(units) > 1 else [],
            "unit": unit,
            "warnings": queries.warnings_said(run),
            "assumed": queries.assumed_ranges(run),
            "parameters": queries.parameters_said(run),
        },
    )


@require_safe
def account_picture(
    request: HttpRequest, public_id: str, key: str, kind: str
) -> HttpResponseBase:
    """One picture as SVG, or its table as XLSX or CSV."""
    run = publications.account(public_id)
    found = picture_response(_pictures(run, request.GET.get("unit", "")), key, kind)
    if found is None:
        raise NotFound
    return found
