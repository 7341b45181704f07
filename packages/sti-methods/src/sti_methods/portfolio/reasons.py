"""Why a proposal is chosen or not, and what would have changed it: asked, not guessed.

Every figure is the answer of the same solver to another question: the best set *with* the
proposal, or *without* it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from sti_methods.portfolio.bounds import bounds, prices
from sti_methods.portfolio.holding import meets
from sti_methods.portfolio.problem import DECIMALS, Limit, Must, Never, Share
from sti_methods.portfolio.rows import rows_of
from sti_methods.portfolio.searching import (
    FEW_LEVELS,
    QUICK_NODES,
    Undecided,
    core_of,
    near_to,
    solved,
)
from sti_methods.portfolio.solving import all_rows, as_good, contested, total
from sti_methods.portfolio.ties import Ties

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from sti_methods.portfolio.bounds import Bounds
    from sti_methods.portfolio.problem import Condition, Problem
    from sti_methods.portfolio.rows import Row
    from sti_methods.portfolio.solving import Selection

__all__ = ["Reason", "Standing", "explain", "least_losses", "lost_by", "standings"]

# Of each question, so that it ends, and ends alike on every machine.
NODES = 2_000

Standing = Literal["always", "sometimes", "never", "unknown"]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One proposal in one selection.

    Attributes
    ----------
    chosen
    decided
        Names of conditions that alone decide it: it must be, or must never be, chosen.
    possible
        Whether any set that meets every condition has it (or, chosen, lacks it).
    price
        The merit lost by turning it round, all others free to move; None where not
        ``possible``, and where it was not asked exactly, what proves to be enough. A chosen proposal could have had so much less merit and be in a best
        set; one that is not chosen needed so much more.
    price_low
        What the price is at least: the same, where it was asked exactly.
    cost_factor
        Of one not chosen: the largest part of its own amounts at which a best set has it;
        None where no saving is enough.
    lost_to
        Of one not chosen: conditions that the selection with it added would break; each
        alone is reason enough that something else must leave.
    """

    proposal: str
    chosen: bool
    decided: tuple[str, ...]
    possible: bool
    price: float | None
    price_low: float | None
    cost_factor: float | None
    lost_to: tuple[str, ...]


def explain(
    problem: Problem,
    selection: Selection,
    proposal: str,
    *,
    price: NDArray[np.float64] | None = None,
    exact: bool = True,
) -> Reason:
    """Say why; two or three questions to the solver.

    ``selection`` is an optimal one of the same problem; ``price`` that of ``bounds.prices``,
    where several proposals are asked for. Not ``exact``: fast, and the reason says between
    which ends the price lies.
    """
    rows = all_rows(problem)
    place = problem.place(proposal)
    if price is None:
        price = prices(problem, rows)
    chosen = bool(selection.chosen[place])
    decided = tuple(
        c.name
        for c in problem.conditions
        if isinstance(c, Must | Never) and c.proposal == proposal
    )
    forced = {place: not chosen}
    other = None
    if not exact and price is not None and problem.of.size > FEW_LEVELS:
        other = near_to(problem, rows, price, forced=forced)
    if other is None:
        other = solved(problem, rows, forced=forced, price=price)
    turned = least = None
    if other is not None:
        turned = round(selection.objective - total(problem, other[0]), DECIMALS)
        least = max(0.0, round(selection.objective - other[1], DECIMALS))
    return Reason(
        proposal=proposal,
        chosen=chosen,
        decided=decided,
        possible=other is not None,
        price=turned,
        price_low=least,
        cost_factor=None
        if chosen or other is None
        else _cost_factor(
            problem,
            rows,
            place,
            objective=selection.objective,
            price=price,
            exact=exact,
        ),
        lost_to=() if chosen else broken_with(problem, selection, place, rows),
    )


def least_losses(
    problem: Problem, selection: Selection, price: NDArray[np.float64] | None
) -> NDArray[np.float64]:
    """Below what turning each proposal round cannot cost."""
    if price is None:
        return np.zeros(len(problem.proposals))
    known = bounds(problem, all_rows(problem), price)
    turning = np.where(selection.chosen, known.without, known.within(problem))
    return np.maximum(turning - (known.total - selection.objective), 0.0)


def lost_by(
    problem: Problem,
    selection: Selection,
    place: int,
    price: NDArray[np.float64] | None,
) -> float | None:
    """The merit lost by turning a proposal round; None: it cannot be, or nobody can tell.

    Of more than a few levels a quick search tells it: no more is lost.
    """
    if price is not None and problem.of.size > FEW_LEVELS:
        forced = {place: not selection.chosen[place]}
        found = near_to(problem, all_rows(problem), price, forced=forced)
        if found is None:
            return None
        return round(selection.objective - total(problem, found[0]), DECIMALS)
    try:
        other = solved(
            problem,
            all_rows(problem),
            forced={place: not selection.chosen[place]},
            price=price,
            gap=selection.gap,
            nodes=NODES,
        )
    except Undecided:
        return None
    if other is None:
        return None
    return round(selection.objective - total(problem, other[0]), DECIMALS)


def broken_with(
    problem: Problem, selection: Selection, place: int, rows: Sequence[Row]
) -> tuple[str, ...]:
    """Conditions that break whichever of its levels is added to what is chosen."""
    x = np.zeros(problem.of.size, dtype=bool)
    x[selection.level[selection.chosen]] = True
    broken: set[str] | None = None
    for level in problem.levels_of(place):
        # Conditions that say nothing of this level hold as before.
        x[level] = True
        names = {
            row.condition
            for row in rows
            if (row.column == level).any() and not meets(row, x)
        }
        x[level] = False
        broken = names if broken is None else broken & names
    return tuple(sorted(broken or ()))


class Breaks:
    """``broken_with`` for many proposals: rows are looked up by level."""

    def __init__(
        self, problem: Problem, selection: Selection, rows: Sequence[Row]
    ) -> None:
        x = np.zeros(problem.of.size, dtype=bool)
        x[selection.level[selection.chosen]] = True
        self.rows = [(row, row.total(x), 1e-9 * row.unit) for row in rows]
        self.of: dict[int, list[tuple[int, float]]] = {}
        for number, row in enumerate(rows):
            for level, value in zip(
                row.column.tolist(), row.value.tolist(), strict=True
            ):
                self.of.setdefault(level, []).append((number, value))

    def names(self, levels: Iterable[int]) -> tuple[str, ...]:
        """Conditions that break whichever of these is added."""
        broken: set[str] | None = None
        for level in levels:
            names = set()
            for number, value in self.of.get(int(level), []):
                row, used, slack = self.rows[number]
                if not row.least - slack <= used + value <= row.most + slack:
                    names.add(row.condition)
            broken = names if broken is None else broken & names
        return tuple(sorted(broken or ()))


def holds(problem: Problem, condition: Condition, x: NDArray[np.bool_]) -> bool:
    """Whether a set meets a condition, by exact sums."""
    return all(meets(row, x) for row in rows_of(problem, condition))


def _cost_factor(
    problem: Problem,
    rows: Sequence[Row],
    place: int,
    *,
    objective: float,
    price: NDArray[np.float64] | None,
    exact: bool,
) -> float | None:
    """The largest part of its own amounts at which a set of this merit has it."""
    paid = {
        c.name
        for c in problem.conditions
        if isinstance(c, Limit | Share) and c.measure in problem.amounts
    }
    least = [
        saving
        for level in problem.levels_of(place)
        if (
            saving := _saving(
                problem,
                rows,
                level,
                objective=objective,
                price=price,
                paid=paid,
                exact=exact,
            )
        )
        is not None
    ]
    return 1.0 - min(least) if paid and least else None


def _saving(
    problem: Problem,
    rows: Sequence[Row],
    level: int,
    *,
    objective: float,
    price: NDArray[np.float64] | None,
    paid: Collection[str],
    exact: bool,
) -> float | None:
    """The least part of this level's amounts to be saved; None: all is not enough.

    Not ``exact``: a part that is enough, None where none was found fast.

    One more column takes off a part of the amounts. A saving of s makes at most s times
    the priced amounts good, so that what other choices may lose is known for every s, and
    with it the core in which the least saving must lie.
    """
    saved = np.array(
        [_own(row, level) if row.condition in paid else 0.0 for row in rows]
    )
    held = [*rows, as_good(problem, objective)]
    none = np.zeros(0) if price is None else price
    known = bounds(problem, rows, none, forced={int(problem.of[level]): True})
    worth = float(none @ saved[: none.size])
    # All that is lost beside this level, at a saving of nothing.
    lost = known.loss.copy()
    lost[problem.levels_of(int(problem.of[level]))] = np.inf
    lost[level] = 0.0
    room = known.total - float(known.loss[level]) - objective
    known = replace(known, loss=lost)
    guesses = [*_guesses(known, problem, room, worth)]
    if exact or problem.of.size <= FEW_LEVELS:
        guesses.append(1.0)
    for saving in guesses:
        allowed = room + saving * max(worth, 0.0) + 10.0**-DECIMALS
        core = core_of(
            problem,
            held,
            known,
            np.inf if price is None else allowed,
            value=problem.merit,
        )
        if core is None:
            continue
        question = core.with_column(np.append(saved, 0.0), most=saving)
        answer = question.solve(nodes=NODES if exact else QUICK_NODES)
        if answer.x is not None:
            return float(answer.x[-1])
    return None


def _guesses(
    known: Bounds, problem: Problem, room: float, worth: float
) -> Iterator[float]:
    """Savings to try first: those with so many proposals open."""
    if worth <= 0:
        return
    turning = np.sort(np.maximum(known.without, known.within(problem)))
    for open_ in (25, 80):
        if open_ < turning.size and np.isfinite(turning[open_]):
            saving = (float(turning[open_]) - room) / worth
            if 0 < saving < 1:
                yield saving


def _own(row: Row, level: int) -> float:
    """What this level has of a row."""
    return float(row.value[row.column == level].sum())


def standings(
    problem: Problem,
    selection: Selection,
    *,
    within: float,
    questions: int = 1_000,
    only: Collection[str] | None = None,
) -> tuple[Standing, ...]:
    """Whether each proposal is in all, some or none of the sets nearly as good.

    Nearly: at most ``within`` (merit) below the best. Most are proved by prices of the
    relaxation; the others (of ``only``, where given) are asked one by one, as long as
    ``questions`` last.
    """
    rows = all_rows(problem)
    price = prices(problem, rows)
    x = np.zeros(problem.of.size, dtype=bool)
    x[selection.level[selection.chosen]] = True
    floor = selection.objective - within
    open_ = contested(problem, rows, x, floor, price=price)
    near = [*rows, as_good(problem, floor)]
    found: list[Standing] = []
    for place, name in enumerate(problem.proposals):
        chosen = bool(selection.chosen[place])
        if name not in open_:
            found.append("always" if chosen else "never")
        elif questions <= 0 or (only is not None and name not in only):
            found.append("unknown")
        else:
            questions -= 1
            turns = _turns(problem, near, place, not chosen, floor=floor, price=price)
            steady: Standing = "always" if chosen else "never"
            found.append(
                "unknown" if turns is None else "sometimes" if turns else steady
            )
    return tuple(found)


def _turns(
    problem: Problem,
    near: Sequence[Row],
    place: int,
    there: bool,  # noqa: FBT001
    *,
    floor: float,
    price: NDArray[np.float64] | None,
) -> bool | None:
    """Whether a set of at least ``floor`` turns this proposal; None: the search ended first."""
    forced = {place: there}
    price = np.zeros(0) if price is None else price
    if problem.of.size > FEW_LEVELS:
        found = near_to(problem, near[:-1], price, forced=forced)
        if found is not None and total(problem, found[0]) >= floor:
            return True
        if found is not None and found[1] < floor - 10.0**-DECIMALS:
            return False
    ties = Ties(problem, near, price, floor)
    try:
        return ties.other(np.zeros(problem.of.size), forced) is not None
    except (TimeoutError, Undecided):
        return None
