"""The cells of a table: what is the same in every row is asked once, not in each.

The library that declares our columns looks up the signature of every function, the
field, its choices and the attributes anew for every cell; with fifty rows of ten
columns that was most of a list's time. The answers here are the same.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django_tables2.utils import Accessor, AttributeDict, computed_values, signature

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.safestring import SafeString
    from django_tables2 import Table
    from django_tables2.columns.base import BoundColumn
    from django_tables2.rows import BoundRow


@lru_cache(maxsize=2048)
def _asks(function: Any, *, is_method: bool) -> frozenset[str] | None:
    """The arguments that a function of a column wants; ``None``: whatever there is."""
    names, rest = signature(function)
    return None if rest else frozenset(names[1:] if is_method else names)


def _ready(function: Callable[..., Any]) -> Callable[[dict[str, Any]], Any]:
    """The function as one that takes all that may be asked for and picks its own."""
    whole = getattr(function, "__func__", None)
    wanted = _asks(whole or function, is_method=whole is not None)
    if wanted is None:
        return lambda given: function(**given)
    return lambda given: (
        function(**{name: given[name] for name in wanted})
        if wanted <= given.keys()
        else None
    )


def _linking(link: Any) -> Callable[[Any, dict[str, Any]], Any] | None:
    """What puts a cell's content into its link; ``None`` where the column has none."""
    if link is None:
        return None
    if not callable(link.url):
        return lambda content, given: link(content, **given)
    address = _ready(link.url)

    def linked(content: Any, given: dict[str, Any]) -> Any:
        url = address(given)
        if url is None:
            return content
        attributes = AttributeDict(computed_values(link.attrs or {}, kwargs=given))
        attributes["href"] = url
        return format_html("<a {}>{}</a>", attributes.as_html(), content)

    return linked


class Cell:
    """One column of one table, to be written for row after row."""

    def __init__(self, table: Table, column: BoundColumn) -> None:
        self._table, self._column = table, column
        self._render, self._export = _ready(column.render), _ready(column.value)
        self._link = _linking(column.link)
        self._default, self._empty = column.default, column.column.empty_values
        self._accessor = Accessor(column.accessor)
        path, _point, self._last = self._accessor.rpartition(self._accessor.SEPARATOR)
        self._owner = Accessor(path)
        self._has_choices: dict[type, bool] = {}
        self._displayed: dict[tuple[type, Any], Any] = {}

    def shown(self, row: BoundRow) -> Any:
        """What a reader sees in this row, linked where the column links."""
        value = self._value(row.record)
        if value in self._empty:
            return self._default
        given = self._given(row, value)
        content = self._render(given)
        return self._link(content, given) if self._link else content

    def exported(self, row: BoundRow) -> Any:
        """What stands in an export of this row."""
        value = self._value(row.record)
        return None if value in self._empty else self._export(self._given(row, value))

    def _given(self, row: BoundRow, value: Any) -> dict[str, Any]:
        return {
            "value": value,
            "record": row.record,
            "column": self._column.column,
            "bound_column": self._column,
            "bound_row": row,
            "table": self._table,
        }

    def _value(self, record: Any) -> Any:
        owner = self._owner.resolve(record, quiet=True)
        if isinstance(owner, Model) and self._is_choice(record, owner):
            raw = getattr(owner, self._last)
            key = (type(owner), raw)
            if key not in self._displayed:
                self._displayed[key] = getattr(owner, f"get_{self._last}_display")()
            return self._displayed[key]
        # As in the library: what cannot be reached in this row is an empty cell.
        return self._accessor.resolve(record, quiet=True)

    def _is_choice(self, record: Any, owner: Model) -> bool:
        kind = type(owner)
        if kind not in self._has_choices:
            try:
                field = self._accessor.get_field(record)
            except FieldDoesNotExist:
                field = None
            self._has_choices[kind] = bool(getattr(field, "choices", ())) and hasattr(
                owner, f"get_{self._last}_display"
            )
        return self._has_choices[kind]


def _attributes_of(row: BoundRow) -> str:
    """What the library says of a row; nearly always whether it is odd or even."""
    if row.table.row_attrs:
        return str(row.attrs.as_html())
    return f'class="{row.get_even_odd_css_class()}"'


def body(table: Table) -> SafeString:
    """Write the rows of a page. A column's attributes are the same in every row."""
    cells = []
    for column in table.columns:
        label = conditional_escape(column.header) if column.name != "tick" else ""
        said = f' data-label="{label}"' if label else ""
        attributes = column.attrs["td"].as_html()
        cells.append((Cell(table, column), f"<td {attributes}{said}>"))
    return mark_safe(  # noqa: S308 -- each part is escaped
        "\n".join(
            f"<tr {_attributes_of(row)}>"
            + "".join(
                f"{opening}{conditional_escape(cell.shown(row))}</td>"
                for cell, opening in cells
            )
            + "</tr>"
            for row in table.paginated_rows
        )
    )
