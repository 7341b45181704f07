"""Answers as readers see them: in words, entries of the registry and files as links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opensti.domains.procedures.regimes.forms import as_text, is_empty

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opensti.domains.procedures.regimes.format import FormField
    from opensti.web.attached import KeptFile
    from opensti.web.chosen import Links


@dataclass(frozen=True, kw_only=True)
class Piece:
    text: str
    url: str = ""
    size: int | None = None
    state: Any = ""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What stands in one column of a table; on a phone the heading stands beside it."""

    heading: str
    numeric: bool
    pieces: Sequence[Piece]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One question and its answer: rows of pieces, or the rows of a table."""

    label: str
    rows: Sequence[Sequence[Piece]] = ()
    table: Sequence[Sequence[Cell]] = ()


def lines(
    fields: Iterable[FormField],
    answers: Mapping[str, Any],
    language: str,
    links: Links,
    files: Mapping[str, Sequence[KeptFile]] | None = None,
) -> list[Line]:
    """What was answered, in the order of the form; what was not is left out."""
    found = []
    for field in fields:
        label = field.label(language)
        if field.type == "table":
            table = _table(field, answers.get(field.id), language, links)
            if table:
                found.append(Line(label=label, table=table))
            continue
        if field.type == "file":
            rows = [
                [Piece(text=f.name, url=f.url, size=f.size, state=f.state)]
                for f in (files or {}).get(field.id, ())
            ]
        else:
            pieces = _pieces(field, answers.get(field.id), language, links)
            rows = [pieces] if pieces else []
        if rows:
            found.append(Line(label=label, rows=rows))
    return found


def _table(
    field: FormField, value: Any, language: str, links: Links
) -> list[list[Cell]]:
    """Rows with a cell for every column; rows in which nothing stands are left out."""
    return [
        [
            Cell(
                heading=column.label(language),
                numeric=column.type in ("number", "money"),
                pieces=_pieces(column, row.get(column.id), language, links),
            )
            for column in field.columns
        ]
        for row in value or []
        if isinstance(row, Mapping) and not is_empty(row)
    ]


def _pieces(field: FormField, value: Any, language: str, links: Links) -> list[Piece]:
    if is_empty(value):
        return []
    if field.type not in ("person", "organisation"):
        return [Piece(text=as_text(field, value, language))]
    return [
        Piece(text=as_text(field, v, language), url=links.url(field.type, v))
        for v in (value if isinstance(value, list) else [value])
    ]
