"""Open results of accepted tasks: what public money brought forth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries
from opensti.portal import jsonld
from opensti.portal.lists import PublicList, same
from opensti.portal.tables import ResultFilter, ResultTable
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from opensti.kernel.access import Actor


class Results(PublicList):
    kind = "result"
    shows = same("title", "kind", "field", "host", "formed_on") | {
        "trl_end": "readiness",
        "year": "formed_on",
    }
    title = gettext_lazy("Results of tasks")
    lead = gettext_lazy(
        "Results of accepted tasks that are open. What is under embargo appears on its day."
    )
    table_class = ResultTable
    filterset_class = ResultFilter
    export_name = "results"

    def rows(self, actor: Actor) -> QuerySet[Any]:  # noqa: ARG002 -- the public's view
        return queries.results()


@require_safe
def result(request: HttpRequest, public_id: str) -> HttpResponse:
    """One open result: what it is, by whom, and what it was promised for."""
    found = queries.result(public_id)
    contract = found.contract
    authors = [author.person.full_name for author in found.authors.all()]
    return render(
        request,
        "portal/result.html",
        {
            "title": found.title,
            "breadcrumb": [
                Crumb(_("Results of tasks"), reverse("portal:results")),
                Crumb(found.title),
            ],
            "result": found,
            "card": queries.seen_now().card("result", found),
            "contract": contract,
            "order": queries.order_of(found),
            "task": queries.task_of(found),
            "details": queries.result_details(found),
            "authors": authors,
            "ld": jsonld.result(found, authors),
        },
    )
