"""What is asked about a selection, answered as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sti_methods.portfolio import sensitivity
from sti_methods.portfolio.bounds import prices as row_prices
from sti_methods.portfolio.plain import condition_data
from sti_methods.portfolio.problem import DECIMALS, Must, Never, Threshold
from sti_methods.portfolio.reasons import (
    Breaks,
    explain,
    least_losses,
    standings,
)
from sti_methods.portfolio.solving import all_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import NDArray

    from sti_methods.portfolio.problem import Problem
    from sti_methods.portfolio.solving import Selection

__all__ = ["NEARLY", "frequency", "prices", "reasons_of", "sweep", "zone"]

# Sets of at least this part less of the best merit are nearly as good.
NEARLY = 0.005
FACTORS = tuple(part / 100 for part in range(50, 151, 5))
# Proposals whose standing or exact figures are asked for, at most.
QUESTIONS = 400
# Merits are told apart to the sixth decimal.
CLOSE = 2e-6


def reasons_of(
    problem: Problem,
    selection: Selection,
    ids: Collection[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    *,
    nearly: float = NEARLY,
    questions: int | None = None,
) -> dict[str, dict[str, Any]]:
    """Why each proposal is chosen or not.

    Parameters
    ----------
    ids
        Of whom; all, where None.
    progress
        Is told how many of how many were asked.
    questions
        Proposals asked exactly, at most: those nearest to the line. None: all.

    Returns
    -------
    dict
        {id: {``proposal``, ``chosen``, ``level``, ``standing`` (in ``always``, ``sometimes``,
        ``never`` of the sets nearly as good, or ``unknown``), ``tied``, ``decided`` [names],
        ``lost_to`` [names], ``exact``, ``possible``, ``price``, ``price_low``,
        ``cost_factor``, ``merit``, ``amounts`` {measure: amount of its dearest level},
        ``threshold`` (the merit asked for, where it is below), ``conditions`` {name: data of
        those named}}}. Where not ``exact``, the price is at least ``price_low``; ``price`` is
        what proves to be enough, and None, as ``possible`` and ``cost_factor`` are, where
        nobody was asked.
    """
    rows = all_rows(problem)
    price = row_prices(problem, rows)
    least = least_losses(problem, selection, price)
    wanted = [p for p in problem.proposals if ids is None or p in ids]
    asked = set(wanted)
    if questions is not None:
        nearest = sorted(wanted, key=lambda p: (least[problem.place(p)], p))
        asked = set(nearest[:questions])
    said = standings(
        problem,
        selection,
        within=nearly * abs(selection.objective),
        questions=len(asked),
        only=asked,
    )
    known = {c.name: condition_data(c) for c in problem.conditions}
    tied = set(selection.tied or ())
    breaks = Breaks(problem, selection, rows)
    found: dict[str, dict[str, Any]] = {}
    for number, name in enumerate(wanted):
        place = problem.place(name)
        one = (
            _exact(problem, selection, name, price)
            if name in asked
            else _rough(problem, selection, name, breaks)
        )
        found[name] = {
            "price_low": round(float(least[place]), DECIMALS),
            **one,
            **_facts(problem, selection, place),
            "standing": said[place],
            "tied": name in tied,
            "conditions": {n: known[n] for n in [*one["decided"], *one["lost_to"]]},
        }
        if progress is not None:
            progress(number + 1, len(wanted))
    return found


def _exact(
    problem: Problem,
    selection: Selection,
    name: str,
    price: NDArray[np.float64] | None,
) -> dict[str, Any]:
    reason = explain(problem, selection, name, price=price, exact=False)
    factor, low, high = reason.cost_factor, reason.price_low, reason.price
    sure = low is None or high is None or high - low <= CLOSE
    sure &= selection.status == "optimal"
    # Where the selection is not the best there is, turning may even win.
    high = None if high is None else max(high, 0.0)
    return {
        "decided": list(reason.decided),
        "lost_to": list(reason.lost_to),
        "exact": sure,
        "possible": reason.possible,
        "price": high,
        "price_low": high if sure else low,
        "cost_factor": None if factor is None else round(factor, DECIMALS),
    }


def _rough(
    problem: Problem, selection: Selection, name: str, breaks: Breaks
) -> dict[str, Any]:
    place = problem.place(name)
    chosen = bool(selection.chosen[place])
    decided = [
        c.name
        for c in problem.conditions
        if isinstance(c, Must | Never) and c.proposal == name
    ]
    return {
        "decided": decided,
        "lost_to": [] if chosen else list(breaks.names(problem.levels_of(place))),
        "exact": False,
        "possible": None,
        "price": None,
        "cost_factor": None,
    }


def _facts(problem: Problem, selection: Selection, place: int) -> dict[str, Any]:
    levels = problem.levels_of(place)
    level = int(selection.level[place])
    asked = [c.at_least for c in problem.conditions if isinstance(c, Threshold)]
    below = [least for least in asked if problem.best[place] < least]
    return {
        "proposal": problem.proposals[place],
        "chosen": level >= 0,
        "level": problem.names[level] if level >= 0 else None,
        "merit": float(problem.merit[level] if level >= 0 else problem.best[place]),
        "amounts": {m: float(v[levels].max()) for m, v in problem.amounts.items()},
        "threshold": max(below) if below else None,
    }


def prices(
    problem: Problem, selection: Selection, *, gains: bool = True
) -> list[dict[str, Any]]:
    """What one more unit of each limit is worth: [{name, end, marginal, step, gain, condition}].

    ``marginal`` in merit a unit, from the relaxation; ``gain`` is the merit that ``step``
    more truly brings (a selection each; None without ``gains``).
    """
    known = {c.name: c for c in problem.conditions}
    return [
        {
            "name": one.condition,
            "end": one.end,
            "marginal": one.marginal,
            "step": one.step,
            "gain": one.gain,
            "condition": condition_data(known[one.condition]),
        }
        for one in sensitivity.shadow_prices(problem, selection, gains=gains)
    ]


def sweep(
    problem: Problem,
    selection: Selection,
    budgets: Sequence[str],
    *,
    factors: Sequence[float] = FACTORS,
) -> list[dict[str, Any]]:
    """The best set with the named budgets at parts of what is stated.

    [{factor, status, objective, bound, gap, spent, chosen [ids], enters [ids], leaves
    [ids]}]: who enters and leaves in comparison with the selection given, which stands at 1.
    """
    first = {problem.proposals[p] for p in np.flatnonzero(selection.chosen)}
    found = []
    for stop in sensitivity.sweep(
        problem, budgets, factors, gap=selection.gap, stated=selection
    ):
        one = stop.selection
        there = one.status != "infeasible"
        chosen = {problem.proposals[p] for p in np.flatnonzero(one.chosen)}
        found.append(
            {
                "factor": stop.factor,
                "status": one.status,
                "objective": one.objective if there else None,
                "bound": one.bound if there else None,
                "gap": one.gap if there else None,
                "spent": {m: float(v) for m, v in sorted(one.spent.items())},
                "chosen": sorted(chosen),
                "enters": sorted(chosen - first),
                "leaves": sorted(first - chosen),
            }
        )
    return found


def zone(
    problem: Problem,
    selection: Selection,
    *,
    nearly: float = NEARLY,
    questions: int = QUESTIONS,
) -> dict[str, Any]:
    """The zone at the funding line: who is in some but not all of the sets nearly as good.

    {nearly, within (merit), always (count), never (count), sometimes [ids], unknown [ids:
    there were more than ``questions`` to ask], low, high (merits between which ``sometimes``
    lie; None where nobody does)}.
    """
    within = nearly * abs(selection.objective)
    said = standings(problem, selection, within=within, questions=questions)
    of: dict[str, list[str]] = {
        "always": [],
        "never": [],
        "sometimes": [],
        "unknown": [],
    }
    for name, standing in zip(problem.proposals, said, strict=True):
        of[standing].append(name)
    merits = [float(problem.best[problem.place(name)]) for name in of["sometimes"]]
    return {
        "nearly": nearly,
        "within": within,
        "always": len(of["always"]),
        "never": len(of["never"]),
        "sometimes": of["sometimes"],
        "unknown": of["unknown"],
        "low": min(merits, default=None),
        "high": max(merits, default=None),
    }


def frequency(
    problem: Problem,
    drawn: NDArray[np.float64],
    *,
    gap: float = 1e-4,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """How often each proposal is chosen when merits are as drawn.

    ``drawn`` is (draws, proposals): the merit of each proposal, in the order of
    ``problem.proposals``, at its best level; its other levels keep their part of it.
    Conditions stay as stated. {draws, chosen {id: share of the draws}, mean_gap, worst_gap:
    how near the sets are to what none exceeds}.
    """
    share, gaps = sensitivity.often(
        problem, _of_levels(problem, drawn), gap=gap, progress=progress
    )
    return {
        "draws": len(drawn),
        "chosen": {
            name: float(part)
            for name, part in zip(problem.proposals, share, strict=True)
        },
        "mean_gap": float(np.mean(gaps)) if len(gaps) else 0.0,
        "worst_gap": float(np.max(gaps)) if len(gaps) else 0.0,
    }


def _of_levels(problem: Problem, drawn: NDArray[np.float64]) -> NDArray[np.float64]:
    best = problem.best[problem.of]
    part = np.divide(problem.merit, best, out=np.ones(best.size), where=best != 0)
    return np.asarray(drawn[:, problem.of] * part)
