"""What can be funded and under which conditions, as numbers.

A proposal is funded at one of its levels or not at all; each level has its merit and its
amount of every measure (money of a year, of a source). Conditions are data with a name, so
that a refusal and a reason can say which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

__all__ = [
    "Condition",
    "Exclusive",
    "Faulty",
    "Level",
    "Limit",
    "Must",
    "Never",
    "Problem",
    "Requires",
    "Share",
    "Threshold",
    "Together",
]

# Merits are told apart to the sixth decimal.
DECIMALS = 6
LARGEST = 1e15
COUNT, MERIT = "count", "merit"
Where = Mapping[str, frozenset[str]]


class Faulty(ValueError):  # noqa: N818 -- a refusal of the input
    """The problem makes no sense: ``kind``, and what it is about."""

    def __init__(
        self, kind: str, *about: str, path: tuple[str | int, ...] = ()
    ) -> None:
        """``path``: keys and places that lead to what is wrong, from the top."""
        super().__init__(f"{kind}: {', '.join(about)}")
        self.kind, self.about, self.path = kind, about, path
        self.all: tuple[Faulty, ...] = (self,)


@dataclass(frozen=True, kw_only=True)
class Level:
    """A proposal at one level of funding; ``name`` tells levels of one proposal apart."""

    proposal: str
    merit: float
    name: str = ""
    amounts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """So much of a measure (or ``count``, ``merit``) among those in ``where``."""

    name: str
    measure: str
    where: Where = field(default_factory=dict)
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, kw_only=True)
class Share:
    """Such a part (0 to 1) of a measure of all that is chosen goes to those in ``where``."""

    name: str
    measure: str
    where: Where
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, kw_only=True)
class Exclusive:
    """At most so many of these."""

    name: str
    proposals: tuple[str, ...]
    most: int = 1


@dataclass(frozen=True, kw_only=True)
class Requires:
    """The first only with the second."""

    name: str
    proposal: str
    needs: str


@dataclass(frozen=True, kw_only=True)
class Together:
    """All of these or none."""

    name: str
    proposals: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Must:
    """Decided before: it is chosen (at ``level``, where one is named)."""

    name: str
    proposal: str
    level: str | None = None


@dataclass(frozen=True, kw_only=True)
class Never:
    """Decided before: it is not chosen."""

    name: str
    proposal: str


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """Nothing is chosen whose merit, at its best level, is below this."""

    name: str
    at_least: float


Condition = Limit | Share | Exclusive | Requires | Together | Must | Never | Threshold


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """Levels in the order of proposals and names, conditions in the order of their names.

    Attributes
    ----------
    proposals
        Sorted; the order of the input changes nothing.
    of : (levels,) int
        The proposal of each level.
    merit : (levels,) float, rounded to six decimals
    amounts : {measure: (levels,) float}
    categories : {column: (proposals,) of str}
    """

    proposals: tuple[str, ...]
    of: NDArray[np.int64]
    names: tuple[str, ...]
    merit: NDArray[np.float64]
    amounts: Mapping[str, NDArray[np.float64]]
    categories: Mapping[str, tuple[str, ...]]
    conditions: tuple[Condition, ...]

    @classmethod
    def of_levels(
        cls,
        levels: Iterable[Level],
        conditions: Iterable[Condition] = (),
        *,
        categories: Mapping[str, Mapping[str, str]] | None = None,
    ) -> Problem:
        """Build a problem; ``categories`` is {column: {proposal: value}}.

        Raises
        ------
        Faulty
            ``twice``, ``number``, ``negative``, ``unknown_proposal``, ``unknown_measure``,
            ``unknown_column``, ``limit`` (a condition without numbers, or the least above
            the most), ``same_name``.
        """
        ordered = sorted(levels, key=lambda one: (one.proposal, one.name))
        keys = [(one.proposal, one.name) for one in ordered]
        for a, b in pairwise(keys):
            if a == b:
                raise Faulty("twice", *a)
        measures = sorted({m for one in ordered for m in one.amounts})
        for one in ordered:
            _number("merit", one.proposal, one.merit)
            for measure, amount in one.amounts.items():
                _number(measure, one.proposal, amount)
                if amount < 0:
                    raise Faulty("negative", one.proposal, measure)
        proposals = sorted({one.proposal for one in ordered})
        place = {name: n for n, name in enumerate(proposals)}
        told = categories or {}
        problem = cls(
            proposals=tuple(proposals),
            of=np.array([place[one.proposal] for one in ordered], dtype=np.int64),
            names=tuple(one.name for one in ordered),
            merit=np.round(
                np.array([one.merit for one in ordered], dtype=float), DECIMALS
            ),
            amounts={
                m: np.array([one.amounts.get(m, 0.0) for one in ordered], dtype=float)
                for m in measures
            },
            categories={
                column: tuple(values.get(p, "") for p in proposals)
                for column, values in sorted(told.items())
            },
            conditions=tuple(sorted(conditions, key=lambda c: c.name)),
        )
        _check(problem)
        return problem

    def with_conditions(self, conditions: Iterable[Condition]) -> Problem:
        """The same levels under other conditions."""
        return Problem(
            proposals=self.proposals,
            of=self.of,
            names=self.names,
            merit=self.merit,
            amounts=self.amounts,
            categories=self.categories,
            conditions=tuple(sorted(conditions, key=lambda c: c.name)),
        )

    def measure(self, name: str) -> NDArray[np.float64]:
        """What each level has of a measure, ``count`` or ``merit``."""
        if name == COUNT:
            return np.ones(self.merit.size)
        return self.merit if name == MERIT else self.amounts[name]

    def inside(self, where: Where) -> NDArray[np.bool_]:
        """Which levels belong to proposals with these values in these columns."""
        found = np.ones(len(self.proposals), dtype=bool)
        for column, values in where.items():
            found &= np.array([v in values for v in self.categories[column]])
        return np.asarray(found[self.of])

    def place(self, proposal: str) -> int:
        return self._places[proposal]

    def levels_of(self, place: int) -> NDArray[np.int64]:
        """The places of a proposal's levels; levels stand in the order of proposals."""
        return np.arange(self._starts[place], self._starts[place + 1])

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        return np.searchsorted(self.of, np.arange(len(self.proposals) + 1))

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.proposals)}

    @cached_property
    def best(self) -> NDArray[np.float64]:
        """The merit of each proposal at its best level."""
        best = np.full(len(self.proposals), -np.inf)
        np.maximum.at(best, self.of, self.merit)
        return best


def _number(measure: str, proposal: str, value: float) -> None:
    if not abs(value) <= LARGEST:
        raise Faulty("number", proposal, measure)


def _check(problem: Problem) -> None:
    names: Sequence[str] = [c.name for c in problem.conditions]
    if twice := [a for a, b in pairwise(names) if a == b]:
        raise Faulty("same_name", *twice)
    known, measures = set(problem.proposals), {COUNT, MERIT, *problem.amounts}
    for condition in problem.conditions:
        for proposal in _named(condition):
            if proposal not in known:
                raise Faulty("unknown_proposal", condition.name, proposal)
        if isinstance(condition, Limit | Share):
            if condition.measure not in measures:
                raise Faulty("unknown_measure", condition.name, condition.measure)
            for column in condition.where:
                if column not in problem.categories:
                    raise Faulty("unknown_column", condition.name, column)
        if isinstance(condition, Limit | Share | Threshold):
            _ends(condition)


def _named(condition: Condition) -> tuple[str, ...]:
    if isinstance(condition, Exclusive | Together):
        return condition.proposals
    if isinstance(condition, Requires):
        return condition.proposal, condition.needs
    if isinstance(condition, Must | Never):
        return (condition.proposal,)
    return ()


def _ends(condition: Limit | Share | Threshold) -> None:
    low = condition.at_least
    high = None if isinstance(condition, Threshold) else condition.at_most
    said = [end for end in (low, high) if end is not None]
    if not said or not all(abs(end) <= LARGEST for end in said):
        raise Faulty("limit", condition.name)
    if low is not None and high is not None and low > high:
        raise Faulty("limit", condition.name)
