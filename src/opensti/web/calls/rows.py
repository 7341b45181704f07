"""Team and budget as tables of inputs: read from the page, shown as they were typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.domains.calls import queries
from opensti.domains.calls.choices import BudgetCategory, BudgetSource, MemberRole
from opensti.domains.registry import queries as registry
from opensti.kernel.identifiers import row_number
from opensti.kernel.money import format_money
from opensti.web.answers import Cell, TableField
from opensti.web.chosen import Chooser, note, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opensti.domains.calls.models import Dossier
    from opensti.domains.calls.queries import TeamRow
    from opensti.kernel.access import Actor
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


def linked_team(
    actor: Actor, dossier: Dossier, rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Typed rows, each with the person it is linked to; one left as it was stays so."""
    kept = {
        row["full_name"]: (row["person_id"], row["name"])
        for row in _team_shown(actor, queries.working_content(dossier).team)
        if row["person_id"]
    }
    chooser = Chooser(actor=actor, by_name=True)
    typed = [str(row.get("full_name", "")).strip() for row in rows]
    chooser.look_up(("person", text) for text in typed if text not in kept)
    found = []
    for row, text in zip(rows, typed, strict=True):
        person_id, name = kept.get(text, (None, text))
        if text and text not in kept and (entry := chooser.entry("person", text)):
            person_id, name = entry.pk, entry.name
        found.append({**row, "full_name": name, "person_id": person_id})
    return found


def _team_shown(actor: Actor, team: Sequence[TeamRow]) -> list[dict[str, Any]]:
    """Kept rows as the editor shows them: a linked person carries his public id."""
    ids = {row.person_id for row in team if row.person_id}
    known = registry.entries(actor, "person", ids)
    found = []
    for row, shown in zip(team, queries.as_typed(team), strict=True):
        entry = known.get(row.person_id) if row.person_id else None
        answer: dict[str, Any] = {"name": row.full_name}
        if row.person_id:
            answer["id"] = entry.public_id if entry else row.person_id
        shown |= {
            "name": row.full_name,
            "full_name": text_of(answer),
            "note": note(answer),
        }
        found.append(shown)
    return found


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
    if part == "team":
        return _team_shown(request.actor, content.team)
    shown = queries.as_typed(content.budget)
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
            ("full_name", _("Name"), "person", []),
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
            note=str(row.get("note", "")) if kind == "person" else "",
        )
        for column, label, kind, options in heads
    ]
