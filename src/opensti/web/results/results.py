"""The list of results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from opensti.domains.results import queries
from opensti.kernel.searchtext import matches
from opensti.web.lists import WorkList
from opensti.web.results.tables import ResultFilter, ResultTable

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opensti.domains.results.models import Result
    from opensti.kernel.access import Actor


class Results(WorkList):
    title = gettext_lazy("Results")
    permission = "results.list"
    table_class = ResultTable
    filterset_class = ResultFilter
    export_name = "results"

    def rows(self, actor: Actor) -> QuerySet[Result]:
        return queries.results(actor)

    def search(self, rows: QuerySet[Result], text: str) -> QuerySet[Result]:
        return matches(rows, text)
