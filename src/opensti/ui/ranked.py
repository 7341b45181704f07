"""A ranked list with lines drawn through it, in one table however long it is.

Thousands of rows must scroll and be marked without lag, so rows come in blocks that the
browser lays out only when they are near the screen. Blocks take away the table's own
layout: columns have fixed widths, and roles say what was taken away.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Kind = Literal["text", "name", "rank", "figure", "money", "state", "mark"]
Change = Literal["enters", "leaves"]

BLOCK = 50
_RIGHT = {"rank", "figure", "money"}
# How much room each kind needs, in rem, as in components.css; and the widths known there.
_WIDTHS: dict[Kind, float] = {
    "rank": 4,
    "figure": 5.5,
    "mark": 7,
    "state": 7.5,
    "money": 9,
    "text": 7.5,
    "name": 13,
}
_STEPS = range(40, 100, 4)


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column; its kind decides width and alignment. ``mark`` says what a row does."""

    label: Any
    kind: Kind = "text"

    @property
    def css(self) -> str:
        return f"k-{self.kind}{' numeric' if self.kind in _RIGHT else ''}"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row; ``key`` is its name to a slider, ``url`` makes a link of its ``name`` cell.

    ``tone`` (good, wait, bad …) colours its edge and says nothing the cells do not say.
    """

    key: str
    cells: Sequence[Any]
    tone: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line drawn after so many rows, with what it means."""

    after: int
    words: Any


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """The list; ``changes`` are marked as a slider would (``stops.Stops.changes``).

    Raises ``ValueError`` where cells and columns do not match, not one column is the
    ``name``, two rows have one key, or a line lies outside the rows.
    """

    id: str
    caption: Any
    columns: Sequence[Column]
    rows: Sequence[Row]
    lines: Sequence[Line] = ()
    changes: Mapping[str, Change] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row.cells) != len(self.columns):
                message = f"row {row.key} has {len(row.cells)} cells for {len(self.columns)} columns"
                raise ValueError(message)
        if sum(column.kind == "name" for column in self.columns) != 1:
            message = "one column names the rows"
            raise ValueError(message)
        if len({row.key for row in self.rows}) != len(self.rows):
            message = "two rows have one key"
            raise ValueError(message)
        for line in self.lines:
            if line.after not in range(len(self.rows) + 1):
                message = f"a line after {line.after} of {len(self.rows)} rows"
                raise ValueError(message)

    @property
    def width(self) -> int:
        """The least width at which every column has its room, in rem, rounded up."""
        room = sum(_WIDTHS[column.kind] for column in self.columns)
        return next((step for step in _STEPS if step >= room), _STEPS[-1])

    @property
    def head(self) -> SafeString:
        """The cells of the head."""
        return _joined(
            format_html(
                '<th scope="col" role="columnheader" class="k-{}">{}</th>',
                column.kind,
                column.label,
            )
            for column in self.columns
        )

    @property
    def body(self) -> SafeString:
        """The rows in blocks, lines between them. Written here: there are very many cells."""
        return _joined(self._blocks())

    def _blocks(self) -> Iterator[str]:
        cells = [self._cell(column) for column in self.columns]
        ends = sorted({0, len(self.rows), *(line.after for line in self.lines)})
        cuts = sorted({*range(0, len(self.rows), BLOCK), *ends})
        for start, end in zip(cuts, [*cuts[1:], None], strict=True):
            for line in self.lines:
                if line.after == start:
                    yield self._line(line)
            if end is not None:
                yield '<tbody role="rowgroup" class="block">'
                for row in self.rows[start:end]:
                    yield self._row(row, cells)
                yield "</tbody>"

    def _line(self, line: Line) -> str:
        return format_html(
            '<tbody role="rowgroup" class="cut"><tr role="row">'
            '<td role="cell" colspan="{}" aria-colspan="{}">{}</td></tr></tbody>',
            len(self.columns),
            len(self.columns),
            line.words,
        )

    @staticmethod
    def _cell(column: Column) -> tuple[str, str]:
        """Return how each cell of a column begins and ends."""
        if column.kind == "name":
            return f'<th scope="row" role="rowheader" class="{column.css}">', "</th>"
        start = format_html(
            '<td role="cell" class="{}" data-label="{}">', column.css, column.label
        )
        return f"{start}<span>", "</span></td>"

    def _row(self, row: Row, around: Sequence[tuple[str, str]]) -> str:
        change = self.changes.get(row.key, "")
        key = conditional_escape(row.key)
        written = [f'<tr role="row" id="{self.id}-{key}" data-row="{key}"']
        if row.tone:
            written.append(f' data-tone="{conditional_escape(row.tone)}"')
        if change:
            written.append(f' data-change="{change}"')
        written.append(">")
        for column, cell, (start, end) in zip(
            self.columns, row.cells, around, strict=True
        ):
            said = conditional_escape(cell)
            if column.kind == "mark" and change:
                said = conditional_escape(change_words()[change])
            elif column.kind == "name" and row.url:
                said = format_html('<a href="{}">{}</a>', row.url, said)
            written += (start, said, end)
        written.append("</tr>")
        return "".join(written)


def change_words() -> dict[str, str]:
    """Return what is written into the ``mark`` cell of a row."""
    return {"enters": _("enters"), "leaves": _("leaves")}


def _joined(parts: Iterator[str]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308 -- every value was escaped above
