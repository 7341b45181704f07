"""Lists that anyone reads, with the columns that the disclosure policy leaves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from opensti.domains.publications import queries
from opensti.kernel.searchtext import matches
from opensti.ui.lists import ListPage
from opensti.ui.paging import KeyPaginator

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opensti.kernel.access import Actor


def same(*names: str) -> dict[str, str]:
    """Columns that are called as their fields are."""
    return {name: name for name in names}


class PublicList(ListPage):
    """A list that anyone reads, asked as the public whoever is signed in.

    ``kind`` is that of the disclosure catalogue; ``shows`` says which field each column and
    filter shows. What stands in neither is not shown: the policy cannot be asked for it.
    """

    template_name = "portal/list.html"
    paginator_class = KeyPaginator
    kind: ClassVar[str] = ""
    shows: ClassVar[dict[str, str]] = {}
    search_field: ClassVar[str] = "search_text"
    # Filters that ask the policy themselves, of more than one kind.
    beside: ClassVar[frozenset[str]] = frozenset()

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        if not self.kind:
            return matches(rows, text, field=self.search_field)
        return queries.seen_now().search(self.kind, rows, text, self.search_field)

    def withheld(self, actor: Actor) -> frozenset[str]:  # noqa: ARG002
        if not self.kind:
            return frozenset()
        return self._names() - self._shown(queries.seen_now().column_fields(self.kind))

    def unsorted(self, actor: Actor) -> frozenset[str]:  # noqa: ARG002
        if not self.kind:
            return frozenset()
        return self._names() - self._shown(queries.seen_now().open_fields(self.kind))

    def _shown(self, fields: frozenset[str]) -> frozenset[str]:
        return frozenset(name for name, key in self.shows.items() if key in fields)

    def _names(self) -> frozenset[str]:
        """Every column and filter that the list has."""
        filters = self.filterset_class.base_filters if self.filterset_class else {}
        return frozenset([*self.table_class.base_columns, *filters]) - self.beside
