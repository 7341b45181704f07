"""Who comes first: by score, and by the tie rules in their order."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

from sti_methods.ballots.shares import Step, figure, step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RECOMMENDED = "council_recommends"
LESS_IS_BETTER = frozenset({"less_state_money"})


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A dossier with its final score, and what tie rules ask of it."""

    id: str
    final: Fraction | None
    passed: bool
    ties: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """``places``: (id, place); those tied to the end share a place and are in ``open``."""

    places: tuple[tuple[str, int], ...]
    passed: tuple[str, ...]
    open: tuple[tuple[str, ...], ...]
    steps: tuple[Step, ...]


def rank(candidates: Sequence[Candidate], *, ties: Sequence[str] = ()) -> Ranking:
    """Rank by score, those that pass before those that do not.

    The rules apply in their order. One whose figure is missing for somebody who is
    tied cannot be passed over for the next: the tie stays open, and what stays open
    the council must recommend (``council_recommends``, wherever it stands).
    """

    def key(c: Candidate) -> tuple[bool, Fraction]:
        return (c.passed, c.final if c.final is not None else Fraction(-1))

    ordered = sorted(candidates, key=lambda c: c.id)
    ordered.sort(key=key, reverse=True)
    places: list[tuple[str, int]] = []
    still_open: list[tuple[str, ...]] = []
    steps: list[Step] = []
    for _key, group in groupby(ordered, key=key):
        for tied in _broken(list(group), list(ties), steps):
            place = len(places) + 1
            places += [(c.id, place) for c in tied]
            if len(tied) > 1:
                ids = tuple(c.id for c in tied)
                still_open.append(ids)
                steps.append(
                    step("tie_open", ids=", ".join(ids), score=_score(tied[0]))
                )
    return Ranking(
        places=tuple(places),
        passed=tuple(c.id for c in ordered if c.passed),
        open=tuple(still_open),
        steps=tuple(steps),
    )


def _broken(
    tied: list[Candidate], ties: list[str], steps: list[Step]
) -> list[list[Candidate]]:
    """Split a tied group by the first rule that tells its members apart."""
    if len(tied) == 1 or not ties:
        return [tied]
    rule, *rest = ties
    values = [c.ties.get(rule) for c in tied]
    if any(v is None for v in values):
        left = [r for r in rest if r == RECOMMENDED]
        if rule != RECOMMENDED:
            steps.append(
                step(
                    "tie_figure_missing",
                    ids=", ".join(c.id for c in tied),
                    score=_score(tied[0]),
                    rule=rule,
                )
            )
        return _broken(tied, left, steps)
    if len(set(values)) == 1:
        return _broken(tied, rest, steps)
    steps.append(
        step(
            "tie_broken",
            ids=", ".join(c.id for c in tied),
            score=_score(tied[0]),
            rule=rule,
        )
    )
    by_value = sorted(
        tied, key=lambda c: c.ties[rule], reverse=rule not in LESS_IS_BETTER
    )
    groups = [list(g) for _v, g in groupby(by_value, key=lambda c: c.ties[rule])]
    return [part for group in groups for part in _broken(group, rest, steps)]


def _score(candidate: Candidate) -> str:
    return "—" if candidate.final is None else figure(candidate.final)
