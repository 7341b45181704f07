"""A frozen problem is solved and explained: the same bytes in give the same data out."""

from __future__ import annotations

import json
from collections import Counter
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
from sti_methods.portfolio import (
    Level,
    Problem,
    conflict,
    frequency,
    shadow_prices,
    solve,
    standings,
    sweep,
)
from sti_methods.portfolio import (
    explain as reason_for,
)
from sti_methods.portfolio.rules import conditions_of

from opensti.domains.portfolios.problem.freezing import STATE
from opensti.domains.portfolios.problem.ranking import draws_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sti_methods.portfolio import Selection
    from sti_methods.portfolio.rules import Rules

# Sets within this part of the best count as nearly as good.
NEAR = 0.005
# Of the stated budgets, in hundredths.
STOPS = tuple(range(50, 155, 5))


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
    """The best set with its proof, or the conditions that cannot be met together."""
    document = json.loads(content)
    problem, rules = problem_of(document)
    found = solve(problem, ties=rules.order_of(problem.proposals))
    told: dict[str, Any] = {
        "status": found.status,
        "objective": None,
        "bound": None,
        "gap": None,
        "spent": {},
        "chosen": {},
        "tied": [],
        "conflict": [],
        "totals": {},
        "versions": {name: version(name) for name in ("sti-methods", "scipy", "numpy")},
    }
    if found.status == "infeasible":
        told["conflict"] = [
            {
                "name": each.condition.name,
                "end": each.end,
                "stated": each.stated,
                "needed": each.needed,
                "enough": each.enough,
            }
            for each in conflict(problem)
        ]
        return told
    told |= {
        "objective": found.objective,
        "bound": found.bound,
        "gap": found.gap,
        "spent": dict(found.spent),
        "chosen": _chosen(problem, found),
        "tied": None if found.tied is None else [*found.tied],
    }
    told["totals"] = _totals(document, problem, found)
    return told


def _chosen(problem: Problem, found: Selection) -> dict[str, str]:
    """The level at which each is chosen, by code."""
    return {
        problem.proposals[place]: problem.names[level]
        for place, level in enumerate(found.level)
        if level >= 0
    }


def _totals(
    document: Mapping[str, Any], problem: Problem, found: Selection
) -> dict[str, dict[str, dict[str, float]]]:
    """How many and how much of the state's money, by category."""
    count: dict[str, Counter[str]] = {}
    money: dict[str, Counter[str]] = {}
    for place, level in enumerate(found.level):
        if level < 0:
            continue
        code = problem.proposals[place]
        for column, value in document["categories"][code].items():
            count.setdefault(column, Counter())[value] += 1
            money.setdefault(column, Counter())[value] += int(
                problem.amounts[STATE][level]
            )
    return {
        column: {
            value: {"count": n, STATE: money[column][value]}
            for value, n in sorted(values.items())
        }
        for column, values in count.items()
    }


def _frequency(
    document: Mapping[str, Any], problem: Problem, ranking: bytes | None
) -> dict[str, float]:
    """In which part of the draws of all merits each is chosen, by code; empty without any.

    A level's merit keeps its part of the whole; a dossier without scores its stated merit.
    """
    if ranking is None:
        return {}
    codes, drawn = draws_of(ranking)
    if not len(drawn):
        return {}
    place = {code: n for n, code in enumerate(codes)}
    whole = {
        level["proposal"]: level["merit"]
        for level in document["levels"]
        if not level["name"]
    }
    merits = np.tile(problem.merit, (len(drawn), 1))
    for column, proposal in enumerate(problem.of):
        code = problem.proposals[proposal]
        if code in place and whole[code]:
            part = problem.merit[column] / whole[code]
            merits[:, column] = drawn[:, place[code]] * part
    often = frequency(problem, merits)
    return {
        code: round(float(n), 6)
        for code, n in zip(problem.proposals, often, strict=True)
        if code not in document["barred"]
    }


def explain(
    content: bytes,
    solution: bytes,
    ranking: bytes | None,
    *,
    progress: Callable[[int, int], object],
) -> dict[str, Any]:
    """Every dossier's reason, and on what the set hangs.

    ``ranking``: the frozen scores from which merits are drawn.
    """
    document, chosen = json.loads(content), json.loads(solution)
    problem, rules = problem_of(document)
    found = solve(problem, ties=rules.order_of(problem.proposals))
    barred = set(document["barred"])
    asked = [code for code in problem.proposals if code not in barred]
    steady = dict(
        zip(
            problem.proposals,
            standings(problem, found, within=NEAR * abs(chosen["objective"])),
            strict=True,
        )
    )
    reasons = {}
    for done, code in enumerate(asked):
        progress(done, len(asked))
        reason = reason_for(problem, found, code)
        reasons[code] = {
            "chosen": reason.chosen,
            "decided": [*reason.decided],
            "possible": reason.possible,
            "price": reason.price,
            "cost_factor": reason.cost_factor,
            "lost_to": [*reason.lost_to],
            "standing": steady[code],
        }
    stops = (
        [
            {
                "percent": percent,
                "status": stop.selection.status,
                "objective": stop.selection.objective
                if stop.selection.status != "infeasible"
                else None,
                "spent": dict(stop.selection.spent),
                "chosen": _chosen(problem, stop.selection),
            }
            for percent, stop in zip(
                STOPS,
                sweep(problem, rules.budgets, [p / 100 for p in STOPS]),
                strict=True,
            )
        ]
        if rules.budgets
        else []
    )
    return {
        "frequency": _frequency(document, problem, ranking),
        "reasons": reasons,
        "prices": [
            {
                "name": price.condition,
                "end": price.end,
                "marginal": price.marginal,
                "step": price.step,
                "gain": price.gain,
            }
            for price in shadow_prices(problem, found)
        ],
        "sweep": stops,
        "near": NEAR,
    }
