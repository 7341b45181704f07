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
class Line:
    """One question and its answer: rows of pieces, one row unless it is a table."""

    label: str
    rows: Sequence[Sequence[Piece]]


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
        if field.type == "file":
            rows = [
                [Piece(text=f.name, url=f.url, size=f.size, state=f.state)]
                for f in (files or {}).get(field.id, ())
            ]
        else:
            rows = _rows(field, answers.get(field.id), language, links)
        if rows:
            found.append(Line(label=field.label(language), rows=rows))
    return found


def _rows(
    field: FormField, value: Any, language: str, links: Links
) -> list[list[Piece]]:
    if field.type != "table":
        pieces = _pieces(field, value, language, links)
        return [pieces] if pieces else []
    rows = [row for row in value or [] if isinstance(row, Mapping)]
    found = [
        [p for c in field.columns for p in _pieces(c, row.get(c.id), language, links)]
        for row in rows
    ]
    return [row for row in found if row]


def _pieces(field: FormField, value: Any, language: str, links: Links) -> list[Piece]:
    if is_empty(value):
        return []
    if field.type not in ("person", "organisation"):
        return [Piece(text=as_text(field, value, language))]
    return [
        Piece(text=as_text(field, v, language), url=links.url(field.type, v))
        for v in (value if isinstance(value, list) else [value])
    ]
