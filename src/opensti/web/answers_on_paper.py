"""What was answered on a form, as the blocks of an official paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from opensti.domains.procedures.regimes.forms import (
    as_text,
    is_empty,
    visible_fields,
    visible_sections,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opensti.domains.procedures.regimes.format import Form, FormField

# How wide a column of a table of answers is, by what it holds.
_WIDTHS = {"number": 1.2, "money": 2, "date": 1.5, "choice": 2, "yesno": 1.2}
# An answer longer than this stands beneath its question, not beside it.
_LONG = 120


def answer_block(field: FormField, value: Any, lang: str) -> dict[str, Any]:
    """A question and its answer; a table stays a table, with its headings."""
    if field.type != "table":
        text = as_text(field, value, lang)
        return {"kind": "pairs", "rows": [[field.label(lang), text]] if text else []}
    rows = [r for r in value or [] if isinstance(r, Mapping) and not is_empty(r)]
    return {
        "kind": "table",
        "title": field.label(lang),
        "columns": [column.label(lang) for column in field.columns],
        "rows": [
            [as_text(column, row.get(column.id), lang) for column in field.columns]
            for row in rows
        ],
        "right": [
            number
            for number, column in enumerate(field.columns)
            if column.type in ("number", "money")
        ],
        "widths": [_WIDTHS.get(column.type, 3) for column in field.columns],
    }


def form_blocks(
    form: Form, answers: Mapping[str, Any], lang: str
) -> Iterator[dict[str, Any]]:
    """Section by section what was answered; a section without an answer is left out."""
    for number, section in enumerate(visible_sections(form, answers), start=1):
        said = [
            block
            for field in visible_fields(section, answers)
            if (block := answer_block(field, answers.get(field.id), lang))["rows"]
        ]
        if not said:
            continue
        yield {"kind": "heading", "text": f"{number}. {section.label(lang)}"}
        for block in said:
            yield from _readable(block)


def _readable(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A long answer as paragraphs beneath its question."""
    if block["kind"] == "table" or len(block["rows"][0][1]) <= _LONG:
        yield block
        return
    question, answer = block["rows"][0]
    yield {"kind": "paragraph", "text": f"{question}:"}
    for part in answer.splitlines():
        if part.strip():
            yield {"kind": "paragraph", "text": part.strip()}
