"""Lists of councils, of what they judge, and of one's own ballots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.panels import queries
from opensti.kernel.access import may
from opensti.kernel.searchtext import matches
from opensti.web.lists import WorkList
from opensti.web.panels.tables import (
    BallotFilter,
    BallotTable,
    CouncilFilter,
    CouncilTable,
    FormationFilter,
    FormationTable,
    ItemFilter,
    ItemTable,
    ReviewFilter,
    ReviewTable,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opensti.domains.panels.models import (
        Assignment,
        Council,
        CouncilItem,
        Formation,
    )
    from opensti.kernel.access import Actor


class Councils(WorkList):
    title = _("Councils")
    table_class = CouncilTable
    filterset_class = CouncilFilter
    permission = "panels.list_councils"
    hidden_columns = frozenset({"created_at", "secretary"})
    export_name = "councils"
    template_name = "web/panels/councils.html"

    def rows(self, actor: Actor) -> QuerySet[Council]:
        return queries.councils(actor)

    def context(self, actor: Actor) -> dict[str, Any]:
        return {
            "may_form": may(actor, "panels.form"),
            "sees_figures": may(actor, "panels.see_figures"),
            "may_plan": may(actor, "panels.plan"),
        }


class Formations(WorkList):
    title = _("Forming of councils")
    lead = _("Plans by which councils are computed for many cases at once.")
    table_class = FormationTable
    filterset_class = FormationFilter
    permission = "panels.list_formations"
    hidden_columns = frozenset({"created_by"})
    export_name = "formations"
    template_name = "web/panels/formations.html"

    def rows(self, actor: Actor) -> QuerySet[Formation]:
        return queries.formations(actor)

    def context(self, actor: Actor) -> dict[str, Any]:
        return {"may_plan": may(actor, "panels.plan")}


class _OfItems(WorkList):
    """Items are found by the words of what they are about."""

    def search(self, rows: QuerySet[CouncilItem], text: str) -> QuerySet[CouncilItem]:
        found = [
            matches(rows, text, field=f"{thing}__search_text").values("pk")
            for thing in ("dossier", "order")
        ]
        return rows.filter(Q(pk__in=found[0]) | Q(pk__in=found[1]))


class Items(_OfItems):
    title = _("On the agenda of councils")
    table_class = ItemTable
    filterset_class = ItemFilter
    permission = "panels.list_councils"
    export_name = "council-items"

    def rows(self, actor: Actor) -> QuerySet[CouncilItem]:
        return queries.items(actor)


class Ballots(_OfItems):
    title = _("My ballots")
    lead = _("What you judge, once the documents were sent.")
    table_class = BallotTable
    filterset_class = BallotFilter
    permission = "panels.list_ballots"
    export_name = "my-ballots"

    def rows(self, actor: Actor) -> QuerySet[CouncilItem]:
        return queries.my_ballots(actor)


class Reviews(WorkList):
    title = _("Reviews before the meeting")
    lead = _(
        "Who reviews what, and how far it is; what a sealed review says is not here."
    )
    table_class = ReviewTable
    filterset_class = ReviewFilter
    permission = "panels.list_reviews"
    export_name = "reviews"

    def rows(self, actor: Actor) -> QuerySet[Assignment]:
        return queries.reviews(actor)

    def search(self, rows: QuerySet[Assignment], text: str) -> QuerySet[Assignment]:
        found = [
            matches(rows, text, field=f"item__{thing}__search_text").values("pk")
            for thing in ("dossier", "order")
        ]
        return rows.filter(Q(pk__in=found[0]) | Q(pk__in=found[1]))
