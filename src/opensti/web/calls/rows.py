"""Team and budget as tables of inputs: read from the page, shown as they were typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.domains.calls import queries
from opensti.domains.calls.choices import BudgetCategory, BudgetSource, MemberRole
from opensti.kernel.identifiers import row_number
from opensti.kernel.money import format_money
from opensti.web.answers import Cell, TableField

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opensti.domains.calls.models import Dossier
    from opensti.kernel.refusals import Problem
    from opensti.web.requests import Request

SPARE_ROWS = 3
MOST_ROWS = 500
PARTS = ("team", "budget")


def typed_rows(
    request: Request, part: str, columns: Sequence[str]
) -> list[dict[str, Any]]:
    said = row_number(request.POST.get(f"{part}-TOTAL_FORMS"))
    total = min(said or 0, MOST_ROWS + 1)
    return [
        {c: request.POST.get(f"{part}-{n}-{c}", "") for c in columns}
        for n in range(total)
    ]


def part_rows(
    request: Request, dossier: Dossier, part: str, posted: Any
) -> Sequence[Mapping[str, Any]]:
    """Rows as they were typed: just now, or earlier and unreadable, or as they are kept."""
    if part not in PARTS:
        return []
    columns = queries.TEAM_COLUMNS if part == "team" else queries.BUDGET_COLUMNS
    if posted is not None:
        rows = typed_rows(request, part, columns)
        while rows and not any(
            v.strip() for k, v in rows[-1].items() if k not in ("role", "category")
        ):
            rows.pop()
        return rows
    if dossier.typed.get(part):
        kept: list[dict[str, Any]] = dossier.typed[part]
        return kept
    content = queries.working_content(dossier)
    shown = queries.as_typed(content.team if part == "team" else content.budget)
    for row in shown:
        for source in queries.SOURCES:
            if row.get(source):
                row[source] = format_money(int(row[source]), unit=False)  # type: ignore[arg-type]
    return shown


def part_table(
    part: str, rows: Sequence[Mapping[str, Any]], problems: Sequence[Problem]
) -> TableField:
    shown = [*rows, *({} for _n in range(SPARE_ROWS))]
    heads = _heads(part)
    return TableField(
        name=part,
        label=_("Team") if part == "team" else _("Budget"),
        help="",
        required=True,
        columns=[(label, False) for _c, label, _t, _o in heads],
        rows=[_cells(part, heads, str(n), row) for n, row in enumerate(shown)],
        empty=_cells(part, heads, "__prefix__", {}),
        errors=[
            f"{p.message} {p.mend}" for p in problems if p.field.split(".")[0] == part
        ],
    )


def _heads(part: str) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    if part == "team":
        return [
            ("full_name", _("Name"), "text", []),
            ("role", _("Role"), "choice", _options(MemberRole.choices)),
            ("organisation_name", _("Organisation"), "text", []),
            ("email", _("E-mail"), "text", []),
            ("months", _("Months"), "number", []),
        ]
    return [
        ("category", _("Category"), "choice", _options(BudgetCategory.choices)),
        ("description", _("Description"), "text", []),
        ("year", _("Year"), "number", []),
        *((str(s.value), str(s.label), "money", []) for s in BudgetSource),
    ]


def _options(choices: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    return [("", "—"), *((value, str(label)) for value, label in choices)]


def _cells(
    part: str,
    heads: Sequence[tuple[str, str, str, list[tuple[str, str]]]],
    number: str,
    row: Mapping[str, Any],
) -> list[Cell]:
    return [
        Cell(
            name=f"{part}-{number}-{column}",
            id=f"id_{part}-{number}-{column}",
            label=label,
            value=str(row.get(column) if row.get(column) is not None else ""),
            type=kind,
            options=options,
        )
        for column, label, kind, options in heads
    ]
