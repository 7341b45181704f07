"""What was assigned, how good it is, and how good anything could be."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sti_methods.assignment.rows import seat_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from sti_methods.assignment.problem import Problem

__all__ = [
    "Chosen",
    "Objective",
    "Solution",
    "Status",
    "panel_bounds",
    "panels_of",
    "totals",
]

Objective = Literal["total", "fair", "random"]
Status = Literal["optimal", "within gap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One expert for one proposal; ``seat`` is empty for a plain member."""

    expert: str
    proposal: str
    score: float
    seat: str = ""


@dataclass(frozen=True, kw_only=True)
class Solution:
    """An assignment that meets every condition.

    Parameters
    ----------
    problem : str
        The digest of the problem it answers.
    pairs : tuple of Chosen
        By proposal, the best score first.
    total, minimum : float
        Sum of all chosen scores; the least sum of any one proposal.
    bound_total, bound_minimum : float
        No assignment that meets the conditions (and the floor of ``fair``) has a larger
        total; none has a larger minimum.
    gap : float
        (bound_total - total) / |bound_total|; of a draw the same of the expected totals.
    status : "optimal" or "within gap"
        Optimal: nothing is better, in what was asked for. Within gap: the bounds say how much
        better anything could be.
    bottom, bottom_bound : mapping of int to float
        Mean sum of the worst 1, 5 and 10 % of proposals, and what no assignment has more than.
    seed, limit : str, float
        Of a random draw, and the largest probability in it; else empty and 1.
    expected, bound_expected : float
        The mean total of all draws with these probabilities, and what no draw under the limit has
        more than; without a draw the total and its bound.
    marginals : tuple of (expert, proposal, numerator), denominator
        The exact probabilities of a random draw.
    mixture : tuple of (weight, panels)
        With rules of composition: the assignments that the draw chose from, each with its weight in
        parts of ``denominator`` and, for every proposal in order, the experts. Drawn is the first
        whose weights so far exceed `Chance(seed).below(denominator)`.
    settled : int
        So many of the worst proposals have what they have in every leximin assignment; 0 when this
        was not asked for.
    repeatable : bool
        Whether the same question gives the same bytes: not when a limit by the clock was reached.
    seconds : float
        Clock time; no part of what is frozen.
    """

    problem: str
    objective: Objective
    pairs: tuple[Chosen, ...]
    total: float
    minimum: float
    bound_total: float
    bound_minimum: float
    gap: float
    status: Status
    bottom: dict[int, float]
    bottom_bound: dict[int, float]
    versions: dict[str, str]
    seed: str = ""
    limit: float = 1.0
    expected: float = 0.0
    bound_expected: float = 0.0
    marginals: tuple[tuple[str, str, int], ...] = ()
    mixture: tuple[tuple[int, tuple[tuple[str, ...], ...]], ...] = ()
    denominator: int = 1
    repeatable: bool = True
    settled: int = 0
    seconds: float = field(default=0.0, compare=False)

    @property
    def bound(self) -> float:
        """The bound of what was asked for: the minimum if fair, the mean if drawn, else the total."""
        if self.objective == "random":
            return self.bound_expected
        return self.bound_minimum if self.objective == "fair" else self.bound_total

    def panel(self, proposal: str) -> tuple[Chosen, ...]:
        """Return who was chosen for a proposal."""
        return tuple(pair for pair in self.pairs if pair.proposal == proposal)

    def freeze(self) -> bytes:
        """Return all but the time as canonical JSON: equal runs give equal bytes."""
        document: dict[str, Any] = {
            name: getattr(self, name)
            for name in self.__dataclass_fields__
            if name not in {"pairs", "seconds", "settled", "mixture"}
        }
        for name in ("settled", "mixture"):
            if getattr(self, name):
                document[name] = getattr(self, name)
        document["pairs"] = [
            [c.expert, c.proposal, c.score, c.seat] for c in self.pairs
        ]
        return json.dumps(
            document, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode()

    @classmethod
    def thaw(cls, frozen: bytes) -> Solution:
        """Return the solution that was frozen."""
        document = json.loads(frozen)
        document["pairs"] = tuple(
            Chosen(expert=e, proposal=p, score=s, seat=seat)
            for e, p, s, seat in document["pairs"]
        )
        for name in ("bottom", "bottom_bound"):
            document[name] = {int(k): v for k, v in document[name].items()}
        document["marginals"] = tuple((e, p, n) for e, p, n in document["marginals"])
        document["mixture"] = tuple(
            (weight, tuple(map(tuple, panels)))
            for weight, panels in document.get("mixture", ())
        )
        return cls(**document)

    @property
    def digest(self) -> str:
        """SHA-256 of the frozen solution, in hexadecimal."""
        return sha256(self.freeze()).hexdigest()


def totals(problem: Problem, chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the sum of the chosen scores of every proposal."""
    return np.bincount(
        problem.proposal[chosen],
        problem.score[chosen],
        minlength=len(problem.proposals),
    ).astype(np.float64)


def panel_bounds(problem: Problem, score: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each proposal the sum of its best allowed scores (and its locks).

    The least of them bounds the minimum of any assignment: the certificate of fairness. A
    proposal with too few candidates counts what there are.
    """
    lifted = score.copy()
    lifted[problem.locks] = np.iinfo(np.int64).max // 2
    order = np.lexsort((-lifted, problem.proposal))
    rank = np.arange(order.size) - problem.start[problem.proposal[order]]
    best = order[rank < problem.size[problem.proposal[order]]]
    sums = np.zeros(len(problem.proposals), dtype=np.int64)
    np.add.at(sums, problem.proposal[best], score[best])
    return sums


def panels_of(
    problem: Problem, chosen: NDArray[np.bool_]
) -> tuple[tuple[str, ...], ...]:
    """Return the experts of every proposal, in the order of the problem."""
    picked = np.flatnonzero(chosen)
    begin = np.searchsorted(
        problem.proposal[picked], np.arange(len(problem.proposals) + 1)
    )
    people = [problem.experts[e] for e in problem.expert[picked]]
    return tuple(
        tuple(people[begin[p] : begin[p + 1]]) for p in range(len(problem.proposals))
    )


def listed(problem: Problem, chosen: NDArray[np.bool_]) -> tuple[Chosen, ...]:
    """Return the chosen pairs by proposal, the best first, with their seats."""
    found: list[Chosen] = []
    picked = np.flatnonzero(chosen)
    order = np.lexsort(
        (problem.expert[picked], -problem.score[picked], problem.proposal[picked])
    )
    picked = picked[order]
    begin = np.searchsorted(
        problem.proposal[picked], np.arange(len(problem.proposals) + 1)
    )
    for p, name in enumerate(problem.proposals):
        panel = picked[begin[p] : begin[p + 1]]
        people = [problem.experts[e] for e in problem.expert[panel]]
        seats = seated(problem, name, people)
        found += [
            Chosen(
                expert=who,
                proposal=name,
                score=float(problem.score[i]),
                seat=seats.get(who, ""),
            )
            for i, who in zip(panel, people, strict=True)
        ]
    return tuple(found)


def seated(problem: Problem, proposal: str, people: Sequence[str]) -> dict[str, str]:
    """Give every seat of a proposal to one of its people: a matching by augmenting paths."""
    places = [
        (rule.name, None if rule.eligible is None else frozenset(rule.eligible))
        for rule in seat_rules(problem, proposal)
        for _ in range(rule.count)
    ]
    taken: dict[str, int] = {}

    def give(place: int, seen: set[str]) -> bool:
        allowed = places[place][1]
        for who in people:
            if who in seen or (allowed is not None and who not in allowed):
                continue
            seen.add(who)
            if who not in taken or give(taken[who], seen):
                taken[who] = place
                return True
        return False

    for place in range(len(places)):
        if not give(place, set()):
            raise ValueError(f"The seats of {proposal!r} cannot be filled.")
    return {who: places[place][0] for who, place in taken.items()}
