"""Pairs of conditions that no proposal could meet, seen without a solver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sti_methods.portfolio.problem import Exclusive, Limit, Must, Never, Share

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sti_methods.portfolio.problem import Condition
    from sti_methods.portfolio.reading import Path

__all__ = ["contradictions"]

Found = tuple[str, tuple[str, ...], "Path"]


def contradictions(
    conditions: Iterable[Condition], paths: Mapping[str, Path]
) -> Iterator[Found]:
    """Yield (``contradiction``, names of both, path to the one stated last).

    Must and never of one proposal, two levels of one, more of an exclusion than it
    allows, and a least above the most of the same measure among the same proposals.
    """
    every = [*conditions]
    place = {name: n for n, name in enumerate(paths)}
    for one, other in [*_decided(every), *_ends(every)]:
        first, last = sorted([one.name, other.name], key=place.__getitem__)
        yield "contradiction", (first, last), paths[last]


def _decided(every: list[Condition]) -> Iterator[tuple[Condition, Condition]]:
    musts: dict[str, Must] = {}
    for condition in every:
        if not isinstance(condition, Must):
            continue
        before = musts.setdefault(condition.proposal, condition)
        levels = {before.level, condition.level} - {None}
        if len(levels) > 1:
            yield before, condition
    for condition in every:
        if isinstance(condition, Never) and condition.proposal in musts:
            yield musts[condition.proposal], condition
        if isinstance(condition, Exclusive):
            both = [p for p in condition.proposals if p in musts]
            if len(both) > condition.most:
                yield musts[both[condition.most]], condition


def _ends(every: list[Condition]) -> Iterator[tuple[Condition, Condition]]:
    same: dict[object, list[Limit | Share]] = {}
    for condition in every:
        if isinstance(condition, Limit | Share):
            where = frozenset(condition.where.items())
            key = (type(condition), condition.measure, where)
            same.setdefault(key, []).append(condition)
    for alike in same.values():
        for one in alike:
            for other in alike:
                low, high = one.at_least, other.at_most
                apart = one is not other
                if apart and low is not None and high is not None and low > high:
                    yield one, other
