"""What the method of composite indices refuses, as the problems of an act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opensti.domains.strategies.queries import analysis_words, index_words
from opensti.domains.strategies.queries.index_words import COLUMNS, RECIPE_PATHS
from opensti.kernel.refusals import Problem

if TYPE_CHECKING:
    from sti_methods.composite import Tables, Unfit

    from opensti.kernel.refusals import Text

NAMES: dict[str, Text] = {
    "data": _("Table of units"),
    "meta": _("Table of indicators"),
}


def faults_of(unfit: Unfit, tables: Tables | None = None) -> list[Problem]:
    """Every fault found together, at its table, row and column or its place in the recipe.

    With ``tables`` also a fault that names a unit or a code is led to its row.
    """
    return [_problem(fault, tables) for fault in unfit.all]


def _words(fault: Unfit) -> str:
    """In words; a fault of one of many draws says which."""
    drawn = f"{fault.kind}_run"
    if "run" in fault.about and drawn in analysis_words.FAULTS:
        return analysis_words.words_of(fault, kind=drawn)
    if fault.kind in index_words.FAULTS:
        return index_words.words_of(fault)
    return analysis_words.words_of(fault)


def _problem(fault: Unfit, tables: Tables | None) -> Problem:
    about, said = fault.about, _words(fault)
    code, unit = str(about.get("code", "")), str(about.get("unit", ""))
    element = tables.elements.get(code) if tables else None
    if "path" in about or (fault.kind in RECIPE_PATHS and not element):
        path = str(about.get("path", RECIPE_PATHS.get(fault.kind, "")))
        return Problem(field="recipe", message=f"{path}: {said}" if path else said)
    if "table" in about:
        return _at(str(about["table"]), int(about["row"]), str(about["column"]), said)
    if tables and unit in tables.units:
        return _at("data", tables.rows[tables.units.index(unit)], code, said)
    if element:
        return _at("meta", element.row, COLUMNS.get(fault.kind, "iCode"), said)
    return Problem(field="recipe", message=said)


def _at(table: str, row: int, column: str, said: str) -> Problem:
    return Problem(
        field=table,
        message=_("%(table)s, row %(row)s, column %(column)s: %(what)s")
        % {"table": NAMES[table], "row": row, "column": column, "what": said},
    )
