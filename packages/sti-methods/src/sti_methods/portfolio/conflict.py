"""Why nothing can be chosen: a smallest set of conditions, and the least that mends each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.portfolio.problem import Limit, Share, Threshold
from sti_methods.portfolio.rows import rows_of
from sti_methods.portfolio.searching import solved

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sti_methods.portfolio.problem import Condition, Problem
    from sti_methods.portfolio.rows import Row

_STEPS, _CLOSE = 50, 1e-12

__all__ = ["Contradiction", "conflict"]


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """A condition that is in the way.

    ``end`` is the end that is (``at_least``, ``at_most``; empty where there is one way to
    hold it). ``needed`` is the nearest number at which all others can be met; for a
    condition without a number, ``enough`` says whether leaving it out would do.
    """

    condition: Condition
    end: str = ""
    stated: float | None = None
    needed: float | None = None
    enough: bool = False


def conflict(problem: Problem) -> tuple[Contradiction, ...]:
    """Conditions that cannot be met together, none of which could be left out.

    By deletion (Chinneck & Dravnieks 1991, ORSA J. Computing 3:157): one question for each
    condition and end, and one more for what would mend it. Empty when they can be met.
    """
    parts = [part for condition in problem.conditions for part in _parts(condition)]
    if _possible(problem, parts):
        return ()
    left = parts[:]
    for part in parts:
        rest = [other for other in left if other is not part]
        if not _possible(problem, rest):
            left = rest
    return tuple(_mended(problem, part, parts) for part in left)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Part:
    whole: Condition
    condition: Condition
    end: str = ""


def _parts(condition: Condition) -> list[_Part]:
    if isinstance(condition, Limit | Share):
        least = replace(condition, at_most=None)
        most = replace(condition, at_least=None)
        return [
            _Part(whole=condition, condition=part, end=end)
            for end, part in (("at_least", least), ("at_most", most))
            if getattr(condition, end) is not None
        ]
    end = "at_least" if isinstance(condition, Threshold) else ""
    return [_Part(whole=condition, condition=condition, end=end)]


def _possible(problem: Problem, parts: Sequence[_Part]) -> bool:
    rows = [row for part in parts for row in rows_of(problem, part.condition)]
    return solved(problem, rows, value=np.zeros(problem.of.size)) is not None


def _mended(problem: Problem, part: _Part, parts: Sequence[_Part]) -> Contradiction:
    others = [other for other in parts if other is not part]
    enough = _possible(problem, others)
    if not part.end:
        return Contradiction(condition=part.whole, enough=enough)
    return Contradiction(
        condition=part.whole,
        end=part.end,
        stated=getattr(part.whole, part.end),
        needed=_nearest(problem, part, others) if enough else None,
        enough=enough,
    )


def _nearest(problem: Problem, part: _Part, others: Sequence[_Part]) -> float | None:
    """The end nearest to the stated one at which all others can be met."""
    condition = part.condition
    rows = [row for other in others for row in rows_of(problem, other.condition)]
    if isinstance(condition, Share):
        return _nearest_share(problem, condition, rows)
    if isinstance(condition, Threshold):
        return _highest_threshold(problem, condition, rows)
    (row,) = rows_of(problem, condition)
    sign = 1.0 if part.end == "at_least" else -1.0
    value = np.zeros(problem.of.size)
    value[row.column] = sign * row.value
    answer = solved(problem, rows, value=value)
    return None if answer is None else row.total(answer[0])


def _nearest_share(
    problem: Problem, condition: Share, rows: Sequence[Row]
) -> float | None:
    """The best share by Dinkelbach's steps (1967, Management Science 13:492)."""
    whole = problem.measure(condition.measure)
    part = whole * problem.inside(condition.where)
    sign = 1.0 if condition.at_least is not None else -1.0
    share: float | None = None
    for _step in range(_STEPS):
        value = sign * (part - (0.0 if share is None else share) * whole)
        answer = solved(problem, rows, value=value)
        if answer is None or not whole[answer[0]].sum():
            return share
        now = float(part[answer[0]].sum() / whole[answer[0]].sum())
        if share is not None and sign * (now - share) <= _CLOSE:
            return share
        share = now
    return share


def _highest_threshold(
    problem: Problem, condition: Threshold, rows: Sequence[Row]
) -> float:
    """The highest merit that may be asked, by halving; asking the lowest asks nothing."""
    merits = np.unique(problem.best)
    able, beyond = 0, int(np.searchsorted(merits, condition.at_least))
    while beyond - able > 1:
        middle = (able + beyond) // 2
        asked = rows_of(problem, replace(condition, at_least=float(merits[middle])))
        found = solved(problem, [*rows, *asked], value=np.zeros(problem.of.size))
        able, beyond = (able, middle) if found is None else (middle, beyond)
    return float(merits[able])
