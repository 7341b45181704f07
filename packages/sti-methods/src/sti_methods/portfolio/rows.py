"""Conditions as rows of a linear programme over the levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sti_methods.assignment.program import Block, Programme
from sti_methods.portfolio.problem import (
    Exclusive,
    Limit,
    Must,
    Never,
    Requires,
    Share,
    Threshold,
    Together,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from sti_methods.portfolio.problem import Condition, Problem

__all__ = ["Row", "programme", "rows_of"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """``least ≤ value · chosen ≤ most``, one for a condition or a part of it.

    ``unit`` divides the row, so that the solver sees numbers near 1.
    """

    condition: str
    value: NDArray[np.float64]
    least: float
    most: float

    @property
    def unit(self) -> float:
        largest = float(np.abs(self.value).max(initial=0.0))
        return largest or 1.0


def rows_of(problem: Problem, condition: Condition) -> list[Row]:
    """The rows of one condition."""
    inf = np.inf
    if isinstance(condition, Limit):
        value = problem.measure(condition.measure) * problem.inside(condition.where)
        return [
            Row(
                condition=condition.name,
                value=value,
                least=-inf if condition.at_least is None else condition.at_least,
                most=inf if condition.at_most is None else condition.at_most,
            )
        ]
    if isinstance(condition, Share):
        whole = problem.measure(condition.measure)
        part = whole * problem.inside(condition.where)
        found = []
        if condition.at_least is not None:
            value = part - condition.at_least * whole
            found.append(
                Row(condition=condition.name, value=value, least=0.0, most=inf)
            )
        if condition.at_most is not None:
            value = part - condition.at_most * whole
            found.append(
                Row(condition=condition.name, value=value, least=-inf, most=0.0)
            )
        return found
    if isinstance(condition, Threshold):
        below = (problem.best < condition.at_least).astype(np.float64)[problem.of]
        return [Row(condition=condition.name, value=below, least=-inf, most=0.0)]
    return [
        Row(condition=condition.name, value=value, least=least, most=most)
        for value, least, most in _named(problem, condition)
    ]


def _named(
    problem: Problem, condition: Condition
) -> list[tuple[NDArray[np.float64], float, float]]:
    """The rows of a condition on proposals by name."""
    chosen = {name: _chosen(problem, name) for name in _proposals(condition)}
    if isinstance(condition, Exclusive):
        whole = np.sum([*chosen.values()], axis=0)
        return [(whole, -np.inf, float(condition.most))]
    if isinstance(condition, Requires):
        return [(chosen[condition.proposal] - chosen[condition.needs], -np.inf, 0.0)]
    if isinstance(condition, Together):
        first, *others = condition.proposals
        return [(chosen[first] - chosen[other], 0.0, 0.0) for other in others]
    (value,) = chosen.values()
    if isinstance(condition, Must):
        if condition.level is not None:
            value *= np.array([n == condition.level for n in problem.names])
        return [(value, 1.0, 1.0)]
    return [(value, 0.0, 0.0)]


def _proposals(condition: Condition) -> tuple[str, ...]:
    if isinstance(condition, Exclusive | Together):
        return condition.proposals
    if isinstance(condition, Requires):
        return condition.proposal, condition.needs
    if isinstance(condition, Must | Never):
        return (condition.proposal,)
    return ()


def _chosen(problem: Problem, proposal: str) -> NDArray[np.float64]:
    return np.asarray(problem.of == problem.place(proposal), dtype=np.float64)


def programme(
    problem: Problem,
    rows: Iterable[Row],
    *,
    value: NDArray[np.float64] | None = None,
    upper: NDArray[np.float64] | None = None,
) -> Programme:
    """The whole programme: one level a proposal at most, and the rows given.

    ``value`` may have more columns than levels: the rows then have as many.
    """
    size = problem.of.size if value is None else value.size
    every = np.arange(problem.of.size)
    blocks = [
        Block(
            row=problem.of,
            column=every,
            value=np.ones(every.size),
            least=np.full(len(problem.proposals), -np.inf),
            most=np.ones(len(problem.proposals)),
        ),
        block_of([*rows]),
    ]
    whole = np.zeros(size, dtype=bool)
    whole[: every.size] = True
    return Programme(
        value=problem.merit if value is None else value,
        lower=np.zeros(size),
        upper=np.ones(size) if upper is None else upper,
        whole=whole,
        blocks=tuple(blocks),
    )


def block_of(rows: Sequence[Row]) -> Block:
    """Rows with their units taken out."""
    line, column, value = [], [], []
    for number, row in enumerate(rows):
        there = np.flatnonzero(row.value)
        line.append(np.full(there.size, number))
        column.append(there)
        value.append(row.value[there] / row.unit)
    none: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)]
    return Block(
        row=np.concatenate(line or none),
        column=np.concatenate(column or none),
        value=np.concatenate(value or [np.zeros(0)]),
        least=np.array([row.least / row.unit for row in rows]),
        most=np.array([row.most / row.unit for row in rows]),
    )
