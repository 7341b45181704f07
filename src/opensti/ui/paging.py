"""Turn to a page of a long list: sort keys alone, then read the rows of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.db.models.sql.datastructures import Join
from django.db.models.sql.where import WhereNode

if TYPE_CHECKING:
    from django_tables2.rows import BoundRows


class KeyPaginator(Paginator[Any]):
    """Of 100,000 rows the database sorts numbers instead of texts, joins and sums.

    Still one query for the count and one for the page; the order is the list's own.
    """

    object_list: BoundRows

    def page(self, number: int | str) -> Page[Any]:
        wanted = self.validate_number(number)
        found = getattr(self.object_list.data, "data", None)
        if not isinstance(found, QuerySet) or found.query.combinator:
            return super().page(number)
        first = (wanted - 1) * self.per_page
        keys = found.values("pk")[first : first + self.per_page]
        rows = type(self.object_list)(
            data=_unasked(found).filter(pk__in=keys),
            table=self.object_list.table,
            pinned_data=self.object_list.pinned_data,
        )
        return Page(rows, wanted, self)


def _unasked(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows without what they were narrowed by: the keys were, it need not be asked twice.

    As they are where that could make another row of one: grouped, distinct, or joined to many.
    """
    query = rows.query
    fields: list[Any] = [
        join.join_field
        for alias, join in query.alias_map.items()
        if isinstance(join, Join) and query.alias_refcount[alias]
    ]
    many = any(field.one_to_many or field.many_to_many for field in fields)
    if many or query.group_by is not None or query.distinct:
        return rows
    bare = rows.all()
    bare.query.where = WhereNode()
    return bare
