"""The lines of a budget as a table of inputs: read from the page, shown as they were typed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from opensti.domains.calls.choices import BudgetCategory, BudgetSource
from opensti.domains.contracts.problem.norms import cap_of, percent
from opensti.domains.contracts.problem.rows import COLUMNS, GIVEN, MOST_ROWS
from opensti.kernel.identifiers import row_number
from opensti.kernel.money import format_money
from opensti.web.contracts.edit_rows import EditTable, Head, edit_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opensti.domains.contracts.problem import Line
    from opensti.domains.procedures.regimes.norms import Norm, NormTable
    from opensti.kernel.refusals import Problem
    from opensti.web.requests import Request

PART = "lines"


def headings() -> dict[str, str]:
    """What the columns are called on the page and in the workbook."""
    return {
        "key": _("Line"),
        "category": _("Category"),
        "description": _("Description"),
        "year": _("Year"),
        "source": _("Source"),
        "quantity": _("Quantity"),
        "unit": _("Unit"),
        "price": _("Unit price"),
        "amount": _("Amount"),
        "norm": _("Norm"),
        "ground": _("Ground above the norm"),
        "abroad": _("Delegation abroad"),
        "reason": _("Reason of the change"),
    }


def typed_rows(request: Request) -> list[dict[str, Any]]:
    """The rows as they were typed, without those that say nothing."""
    said = row_number(request.POST.get(f"{PART}-TOTAL_FORMS"))
    total = min(said or 0, MOST_ROWS + 1)
    rows = [
        {c: request.POST.get(f"{PART}-{n}-{c}", "") for c in COLUMNS}
        for n in range(total)
    ]
    return [row for row in rows if any(row[c].strip() for c in row if c not in GIVEN)]


def budget_table(
    rows: Sequence[Mapping[str, Any]],
    *,
    basis: Sequence[Line],
    tables: Sequence[NormTable],
    problems: Sequence[Problem],
) -> EditTable:
    """The table: what was typed or stands now, beside each row what it was before."""
    was = {line.key: format_money(line.amount, unit=False) for line in basis}
    choices = _choices(tables)
    heads = [
        Head(
            name=column,
            label=label,
            type=_TYPES.get(column, "text"),
            options=choices.get(column, ()),
        )
        for column, label in ((c, headings()[c]) for c in _SHOWN)
        if column not in _OF_NORMS or tables
    ]
    return edit_table(
        PART,
        _("Lines of the budget"),
        heads,
        rows,
        problems,
        was=lambda said, column: (
            was.get(str(said.get("key") or ""), "") if column == "amount" else ""
        ),
    )


# What is changed most often stands first; a workbook has its own order.
_SHOWN = (
    "category",
    "description",
    "year",
    "source",
    "amount",
    "reason",
    "quantity",
    "unit",
    "price",
    "norm",
    "ground",
    "abroad",
)
_OF_NORMS = ("norm", "ground")
_TYPES = {
    "year": "year",
    "quantity": "decimal",
    "price": "number",
    "amount": "number",
    "abroad": "check",
    "description": "long",
    "ground": "long",
    "reason": "long",
}


def _choices(tables: Sequence[NormTable]) -> dict[str, list[tuple[str, str]]]:
    lang = get_language() or "vi"
    return {
        "category": [("", "—"), *_pairs(BudgetCategory.choices)],
        "source": [("", "—"), *_pairs(BudgetSource.choices)],
        "norm": [
            ("", "—"),
            *(
                (f"{table.id}/{norm.id}", f"{norm.label(lang)}: {most_of(norm)}")
                for table in tables
                for norm in table.rows
            ),
        ],
    }


def _pairs(choices: Sequence[tuple[Any, Any]]) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in choices]


def most_of(norm: Norm) -> str:
    """How much a norm allows, in words: ``40.000.000 đ / converted month`` or a share."""
    if norm.share is not None:
        return f"{percent(norm)}{cap_of(norm)}"
    unit = norm.unit(get_language() or "vi")
    most = format_money(norm.most_for(Decimal(1)))
    return f"{most} / {unit}" if unit else most
