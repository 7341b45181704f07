"""The whole answer as plain JSON data: what a command prints and a page keeps.

The same problem and rules give the same bytes (``json.dumps(..., sort_keys=True)``) under
the same versions, which the answer names.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from sti_methods.portfolio.analyses import frequency, prices, reasons_of, sweep, zone
from sti_methods.portfolio.bounds import prices as row_prices
from sti_methods.portfolio.conflict import conflict
from sti_methods.portfolio.plain import condition_data, place_of
from sti_methods.portfolio.problem import DECIMALS, Limit, Never, Share, Threshold
from sti_methods.portfolio.reasons import least_losses, lost_by
from sti_methods.portfolio.searching import FEW_LEVELS
from sti_methods.portfolio.solving import Selection, all_rows, solve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sti_methods.portfolio.problem import Problem
    from sti_methods.portfolio.rules import Rules

__all__ = [
    "answer_of",
    "frequency",
    "prices",
    "reasons_of",
    "selection_of",
    "sweep",
    "zone",
]

# Of the search for the best set: so that it ends, and ends alike on every machine.
NODES, NODES_OF_MANY, MANY = 20_000, 2_000, 1_000

# Beyond the size of the reserve, so many are asked in larger problems.
NEAREST = 20


def answer_of(
    problem: Problem,
    rules: Rules,
    *,
    gap: float = 0.0,
    nodes: int | None = None,
) -> dict[str, Any]:
    """Choose and tell all of it.

    ``nodes``: of each search, at most; by the size of the problem where None.

    Returns
    -------
    dict
        ``status`` (``optimal``, ``within_gap``, ``infeasible``), ``objective``, ``bound``,
        ``gap``; ``spent`` {measure: amount}; ``limits`` [{name, kind, measure, where,
        at_least, at_most, used}] (of a share, ``used`` is the share); ``chosen`` {id: name
        of the level}; ``tied`` [ids] or None where nobody could ask; ``ties`` {rule, seed};
        ``reserve`` [ids in their order] and ``reserve_price`` {id: merit lost by taking
        it}; ``conflict`` [{name, end, stated, needed, enough, condition}]; ``versions``.
        Without a set: ``objective``, ``bound`` and ``gap`` are None, ``chosen`` is empty.

    Raises
    ------
    Undecided
        The search ended before it found anything.

    Notes
    -----
    ``problem.conditions`` count, not those of ``rules``: a page may have changed some.
    """
    if nodes is None:
        nodes = NODES if problem.of.size <= MANY else NODES_OF_MANY
    order = rules.order_of(problem.proposals)
    selection = solve(problem, gap=gap, nodes=nodes, ties=order)
    found = selection.status != "infeasible"
    return {
        "status": selection.status,
        "objective": selection.objective if found else None,
        "bound": selection.bound if found else None,
        "gap": selection.gap if found else None,
        "spent": {name: float(v) for name, v in sorted(selection.spent.items())},
        "limits": _limits(problem, selection) if found else [],
        "chosen": {
            problem.proposals[place]: problem.names[level]
            for place, level in enumerate(selection.level)
            if level >= 0
        },
        "tied": None if selection.tied is None else sorted(selection.tied),
        "ties": _ties(rules),
        **_reserve(problem, selection, order, rules.reserve if found else 0),
        "conflict": [] if found else _conflict(problem),
        "versions": {name: version(name) for name in ("numpy", "scipy", "sti-methods")},
    }


def selection_of(problem: Problem, answer: Mapping[str, Any]) -> Selection:
    """The selection that an answer kept, for further questions about it."""
    level = np.full(len(problem.proposals), -1, dtype=np.int64)
    for proposal, name in answer["chosen"].items():
        level[problem.place(proposal)] = place_of(problem, proposal, name)
    found = answer["status"] != "infeasible"
    tied = answer["tied"]
    return Selection(
        status=answer["status"],
        level=level,
        objective=answer["objective"] if found else -np.inf,
        bound=answer["bound"] if found else -np.inf,
        gap=answer["gap"] if found else 0.0,
        spent=dict(answer["spent"]),
        tied=None if tied is None else tuple(tied),
    )


def _ties(rules: Rules) -> dict[str, Any]:
    if rules.seed is not None:
        return {"rule": "draw", "seed": rules.seed}
    return {"rule": "order", "order": list(rules.order)}


def _limits(problem: Problem, selection: Selection) -> list[dict[str, Any]]:
    """Every limit and share with what was used of it."""
    there = selection.level[selection.chosen]
    found = []
    for condition in problem.conditions:
        if not isinstance(condition, Limit | Share):
            continue
        inside = problem.inside(condition.where)[there]
        measure = problem.measure(condition.measure)[there]
        used = float(measure[inside].sum())
        if isinstance(condition, Share):
            whole = float(measure.sum())
            used = used / whole if whole else 0.0
        found.append({**condition_data(condition), "used": round(used, DECIMALS)})
    return found


def _conflict(problem: Problem) -> list[dict[str, Any]]:
    return [
        {
            "name": one.condition.name,
            "end": one.end,
            "stated": one.stated,
            "needed": one.needed,
            "enough": one.enough,
            "condition": condition_data(one.condition),
        }
        for one in conflict(problem)
    ]


def _reserve(
    problem: Problem, selection: Selection, order: Sequence[str], size: int
) -> dict[str, Any]:
    """Of those not chosen but possible: those for whom the least merit would be lost.

    Prices of the relaxation bound every loss from below; as long as the next bound is not
    above the last of the list, the loss is found exactly; beyond a few levels that of those
    with the least bounds is found fast.
    """
    if not size:
        return {"reserve": [], "reserve_price": {}}
    rows = all_rows(problem)
    price = row_prices(problem, rows)
    least = least_losses(problem, selection, price)
    rank = {name: n for n, name in enumerate(order)}
    names = sorted(
        _open(problem, selection),
        key=lambda p: (least[problem.place(p)], rank[p]),
    )
    if problem.of.size > FEW_LEVELS:
        names = names[: size + NEAREST]
    found: list[tuple[float, int, str]] = []
    for name in names:
        place = problem.place(name)
        if len(found) >= size and least[place] > found[size - 1][0]:
            break
        lost = lost_by(problem, selection, place, price)
        if lost is not None:
            found = sorted([*found, (max(lost, 0.0), rank[name], name)])
    return {
        "reserve": [name for _lost, _rank, name in found[:size]],
        "reserve_price": {name: lost for lost, _rank, name in found[:size]},
    }


def _open(problem: Problem, selection: Selection) -> list[str]:
    """Proposals that are not chosen, and that no condition alone keeps out."""
    out = {c.proposal for c in problem.conditions if isinstance(c, Never)}
    least = max(
        (c.at_least for c in problem.conditions if isinstance(c, Threshold)),
        default=-np.inf,
    )
    return [
        name
        for place, name in enumerate(problem.proposals)
        if not selection.chosen[place]
        and name not in out
        and problem.best[place] >= least
    ]
