"""A frozen problem is solved and explained: the same bytes in give the same data out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
from sti_methods.portfolio import Level, Problem
from sti_methods.portfolio.answer import (
    answer_of,
    frequency,
    prices,
    reasons_of,
    selection_of,
    sweep,
    zone,
)
from sti_methods.portfolio.rules import conditions_of

from opensti.domains.portfolios.problem.freezing import STATE
from opensti.domains.portfolios.problem.ranking import draws_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray
    from sti_methods.portfolio.rules import Rules

# Dossiers whose price is sought exactly, those nearest to the line first; of others the
# least that it can be is told.
EXACT = 500


def problem_of(document: Mapping[str, Any]) -> tuple[Problem, Rules]:
    """Numbers and conditions from plain data."""
    columns: dict[str, dict[str, str]] = {}
    for code, told in document["categories"].items():
        for column, value in told.items():
            columns.setdefault(column, {})[code] = value
    names: dict[str, list[str]] = {}
    for level in document["levels"]:
        names.setdefault(level["proposal"], []).append(level["name"])
    rules = conditions_of(
        document["rules"],
        measures=document["measures"],
        columns={column: {*values.values()} for column, values in columns.items()},
        proposals=names,
    )
    measures = document["measures"]
    problem = Problem.of_levels(
        [
            Level(
                proposal=level["proposal"],
                name=level["name"],
                merit=level["merit"],
                amounts={m: level["amounts"].get(m, 0) for m in measures},
            )
            for level in document["levels"]
        ],
        rules.conditions,
        categories=columns,
    )
    return problem, rules


def select(content: bytes) -> dict[str, Any]:
    """The best set with its proof, or the conditions that cannot be met together.

    What ``sti_methods.portfolio.answer.answer_of`` tells, with ``totals`` {column: {value:
    {count, state}}}.
    """
    document = json.loads(content)
    problem, rules = problem_of(document)
    answer = answer_of(problem, rules)
    return {**answer, "totals": _totals(document, answer["chosen"])}


def _totals(
    document: Mapping[str, Any], chosen: Mapping[str, str]
) -> dict[str, dict[str, dict[str, int]]]:
    """How many and how much of the state's money, by category."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for level in document["levels"]:
        code = level["proposal"]
        if chosen.get(code) != level["name"]:
            continue
        for column, value in document["categories"][code].items():
            line = found.setdefault(column, {}).setdefault(
                value, {"count": 0, STATE: 0}
            )
            line["count"] += 1
            line[STATE] += level["amounts"][STATE]
    return found


def explain(
    content: bytes,
    solution: bytes,
    ranking: bytes | None,
    *,
    progress: Callable[[int, int], None],
) -> dict[str, Any]:
    """Every dossier's reason, and on what the set hangs.

    ``ranking``: the frozen scores from which merits are drawn. ``reasons`` by code,
    ``prices``, ``sweep`` (budgets at 50 to 150 ``percent``), ``zone``, ``frequency`` by code
    and ``draws`` as ``sti_methods.portfolio.answer`` tells them.
    """
    document, answer = json.loads(content), json.loads(solution)
    problem, rules = problem_of(document)
    selection = selection_of(problem, answer)
    barred = set(document["barred"])
    told: dict[str, Any] = {
        "reasons": reasons_of(
            problem,
            selection,
            [code for code in problem.proposals if code not in barred],
            progress,
            questions=EXACT,
        ),
        "prices": prices(problem, selection),
        "sweep": [
            {**stop, "percent": round(100 * stop["factor"])}
            for stop in sweep(problem, selection, rules.budgets)
        ]
        if rules.budgets
        else [],
        "zone": zone(problem, selection),
        "frequency": {},
        "draws": None,
    }
    drawn = None if ranking is None else _drawn(problem, ranking)
    if drawn is not None:
        often = frequency(problem, drawn)
        told["frequency"] = {
            code: round(share, 6)
            for code, share in often.pop("chosen").items()
            if code not in barred
        }
        told["draws"] = often
    return told


def _drawn(problem: Problem, ranking: bytes) -> NDArray[np.float64] | None:
    """Merits of all proposals drawn together; a dossier without scores keeps its stated one."""
    codes, drawn = draws_of(ranking)
    if not len(drawn):
        return None
    place = {code: n for n, code in enumerate(codes)}
    merits = np.tile(problem.best, (len(drawn), 1))
    for column, code in enumerate(problem.proposals):
        if code in place:
            merits[:, column] = drawn[:, place[code]]
    return merits
