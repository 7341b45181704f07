"""The list page: search, filter, sort, columns, saved views, bulk acts, export.

Everything that a list shows is in its address, so it can be sent to a colleague.
A page hands in what only it knows: the rows, the columns, who may, where to post.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.paginator import EmptyPage, Paginator
from django.http import QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views import View
from django_tables2.rows import BoundRow

from opensti.kernel.access import require
from opensti.kernel.identifiers import row_number
from opensti.kernel.searchtext import matches
from opensti.ui.cells import Cell
from opensti.ui.exports import table_response
from opensti.ui.tables import MoneyColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponseBase
    from django_filters import FilterSet
    from django_tables2 import Table
    from django_tables2.columns import BoundColumn

    from opensti.kernel.access import Actor

PAGE_SIZES = (25, 50, 100, 200)
EXPORTS = ("xlsx", "csv")
_CHUNK = 1000
_NOT_A_FILTER = frozenset({"sort", "cols", "page", "per_page", "export", "all"})


@dataclass(frozen=True, kw_only=True)
class SavedView:
    """A list's address that a person kept under a name."""

    name: str
    query: str
    delete_url: str = ""
    current: bool = False


@dataclass(frozen=True, kw_only=True)
class BulkAct:
    """An act on many rows: posts ``ids`` (or ``all`` and ``query``) to its preview."""

    label: Any
    url: str
    kind: str = ""


@dataclass(frozen=True)
class Choice:
    """A column that may be shown or not."""

    name: str
    label: Any
    shown: bool


class ListPage(View):
    """One list. Set the class attributes, write ``rows``; override the hooks at need."""

    title: ClassVar[Any] = ""
    lead: ClassVar[Any] = ""
    table_class: ClassVar[type[Table]]
    filterset_class: ClassVar[type[FilterSet] | None] = None
    permission: ClassVar[str] = ""
    searchable: ClassVar[bool] = True
    page_size: ClassVar[int] = 50
    hidden_columns: ClassVar[frozenset[str]] = frozenset()
    export_name: ClassVar[str] = ""
    template_name: ClassVar[str] = "ui/list.html"
    results_template: ClassVar[str] = "ui/list_results.html"
    paginator_class: ClassVar[type[Paginator[Any]]] = Paginator

    # ---- hooks: what only the page knows

    def rows(self, actor: Actor) -> QuerySet[Any]:
        """Return all rows this person may see, with what the columns need joined in."""
        raise NotImplementedError

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Narrow the rows to a search text; by default folded over ``search_text``."""
        return matches(rows, text)

    def bulk_acts(self, actor: Actor) -> Sequence[BulkAct]:  # noqa: ARG002
        return ()

    def saved_views(self, actor: Actor) -> Sequence[SavedView]:  # noqa: ARG002
        return ()

    def save_view_url(self, actor: Actor) -> str:  # noqa: ARG002
        """Return where a view is saved: POST ``name`` and ``query``; empty: not offered."""
        return ""

    def table_arguments(self, actor: Actor) -> dict[str, Any]:  # noqa: ARG002
        """Return what else the table needs to know of this reader."""
        return {}

    def withheld(self, actor: Actor) -> frozenset[str]:  # noqa: ARG002
        """Return the columns and filters that this reader has not; their names."""
        return frozenset()

    def unsorted(self, actor: Actor) -> frozenset[str]:  # noqa: ARG002
        """Return the columns and filters whose order would tell more than they show."""
        return frozenset()

    def context(self, actor: Actor) -> dict[str, Any]:  # noqa: ARG002
        """Return what else the page's own template needs."""
        return {}

    # ---- the list itself

    def get(
        self, request: HttpRequest, *_args: Any, **_kwargs: Any
    ) -> HttpResponseBase:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if self.permission:
            require(actor, self.permission)
        rows, filterset = self.narrowed(request.GET, actor)
        table, choices = self._table(request, rows, actor)
        kind = request.GET.get("export", "")
        if kind in EXPORTS:
            return self._export(kind, table, rows, request)
        context = {
            "title": self.title,
            "lead": self.lead,
            "table": table,
            "page": table.page,
            "total": table.paginator.count,
            "filterset": filterset,
            "active_filters": _active(filterset),
            "q": request.GET.get("q", ""),
            "searchable": self.searchable,
            "columns": choices,
            "page_sizes": PAGE_SIZES,
            "page_size": table.paginator.per_page,
            "bulk_acts": self.bulk_acts(actor),
            "saved_views": self.saved_views(actor),
            "save_view_url": self.save_view_url(actor),
            "query": _kept(request.GET).urlencode(),
            "sort": request.GET.get("sort", ""),
            "cols": ",".join(request.GET.getlist("cols")),
            **self.context(actor),
        }
        partial = getattr(request, "htmx", False) and not request.htmx.boosted  # type: ignore[attr-defined]
        name = self.results_template if partial else self.template_name
        response = render(request, name, context)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def narrowed(
        self, query: QueryDict, actor: Actor
    ) -> tuple[QuerySet[Any], FilterSet | None]:
        """Return the rows that the query's search and filters leave, and the filters."""
        rows = self.rows(actor)
        text = query.get("q", "").strip()
        if self.searchable and text:
            rows = self.search(rows, text)
        if self.filterset_class is None:
            return rows, None
        filterset = self.filterset_class(query, queryset=rows)
        for name in self.withheld(actor) | self.unsorted(actor):
            filterset.filters.pop(name, None)
        return (filterset.qs if filterset.is_valid() else rows.none()), filterset

    def chosen(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the rows of a bulk POST: the ticked ones, or all that the list matched."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if request.POST.get("all"):
            return self.narrowed(QueryDict(request.POST.get("query", "")), actor)[0]
        ids = {row_number(text) for text in request.POST.getlist("ids")} - {None}
        return self.rows(actor).filter(pk__in=ids)

    def _table(
        self, request: HttpRequest, rows: QuerySet[Any], actor: Actor
    ) -> tuple[Table, list[Choice]]:
        wanted = ",".join(request.GET.getlist("cols")).split(",")
        declared = self.table_class.base_columns
        closed = self.withheld(actor)
        names = [name for name in declared if name != "tick" and name not in closed]
        if wanted := [name for name in wanted if name in names]:
            hidden = {name for name in names if name not in wanted}
        else:
            hidden = set(self.hidden_columns)
        exclude = [*hidden, *closed]
        if "tick" in declared and not self.bulk_acts(actor):
            exclude.append("tick")
        # Not handed the request here: it would take any page size from the address.
        table = self.table_class(rows, exclude=exclude, **self.table_arguments(actor))
        table.request, table.title = request, self.title
        for column in table.columns:
            if column.name in self.unsorted(actor):
                column.column.orderable = False
        if sort := request.GET.getlist(table.prefixed_order_by_field):
            table.order_by = sort
        self._turn_to_page(table, request.GET)
        choices = [
            Choice(
                name,
                declared[name].verbose_name or name.replace("_", " "),
                name not in hidden,
            )
            for name in names
        ]
        return table, choices

    def _turn_to_page(self, table: Table, query: QueryDict) -> None:
        """Show the page asked for, the last one beyond it, in a size that we offer."""
        size = query.get("per_page", "")
        per_page = int(size) if size in map(str, PAGE_SIZES) else self.page_size
        page = row_number(query.get("page")) or 1
        how = {"paginator_class": self.paginator_class, "per_page": per_page}
        try:
            table.paginate(page=page, **how)
        except EmptyPage:
            table.paginate(page=table.paginator.num_pages, **how)

    def _export(
        self, kind: str, table: Table, rows: QuerySet[Any], request: HttpRequest
    ) -> HttpResponseBase:
        columns = [
            column for column in table.columns if not column.column.exclude_from_export
        ]
        heads, cells = _exported(table, columns)
        ordered = table.data.data if hasattr(table.data, "data") else rows

        def lines() -> Iterator[list[Any]]:
            for record in _one_by_one(ordered):
                row = BoundRow(record, table=table)
                yield [cell(row) for cell in cells]

        name = self.export_name or slugify(request.path.strip("/").replace("/", "-"))
        return table_response(
            kind=kind,
            name=name or "opensti",
            head=heads,
            rows=lines(),
        )


def _one_by_one(rows: Any) -> Iterator[Any]:
    """Rows of the database in parts; rows that a page computed as they are."""
    if isinstance(rows, list):
        return iter(rows)
    return iter(rows.iterator(chunk_size=_CHUNK))


def _exported(
    table: Table, columns: Sequence[BoundColumn]
) -> tuple[list[str], list[Callable[[BoundRow], Any]]]:
    """The heads and cells of a file: no sum of money stands without its currency."""
    heads: list[str] = []
    cells: list[Callable[[BoundRow], Any]] = []
    chosen = {column.name for column in columns}
    for column in columns:
        own, head = column.column, str(column.header)
        money = isinstance(own, MoneyColumn)
        heads.append(own.exported_head(head) if money else head)
        cells.append(Cell(table, column).exported)
        if money and own.currency and own.currency not in chosen:
            heads.append(_("Currency"))
            cells.append(partial(_read, own.currency))
    return heads, cells


def _read(name: str, row: BoundRow) -> Any:
    return getattr(row.record, name)


def _kept(query: QueryDict) -> QueryDict:
    """Return the query that describes the list, without page and export."""
    copy = query.copy()
    for key in ("page", "export"):
        copy.pop(key, None)
    for key in [k for k in copy if not any(copy.getlist(k))]:
        copy.pop(key)
    return copy


def _active(filterset: FilterSet | None) -> int:
    """Count the filters that are set, so that the box opens when there are any."""
    if filterset is None or not filterset.form.is_bound:
        return 0
    data = filterset.form.data
    return sum(
        any(
            value
            for key, values in data.lists()
            if _is_of(key, name)
            for value in values
        )
        for name in filterset.form.fields
        if name not in _NOT_A_FILTER
    )


def _is_of(key: str, name: str) -> bool:
    return key == name or key.startswith(
        (f"{name}_min", f"{name}_max", f"{name}_after", f"{name}_before")
    )
