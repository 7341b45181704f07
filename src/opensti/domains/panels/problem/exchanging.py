"""Who could come in for whom: with all others fixed, the best by the very same rules."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sti_methods import assignment

from opensti.domains.panels.problem.masking import FORGOTTEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sti_methods.assignment import Problem

MEMBER = "member"


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """Somebody who could take a place, and the score that the change loses (exactly)."""

    person_id: int
    score: float
    price: float


def role_of(seat: str) -> str:
    """The role of a seat by its rule's name: ``seat-chair`` or ``seat-chair:12``."""
    return seat.removeprefix("seat-").split(":")[0] if seat else MEMBER


class Checker:
    """Which rules a council breaks, asked many times of one problem."""

    def __init__(self, problem: Problem, proposal: str) -> None:
        self.problem = problem
        self.proposal = proposal
        rules = [
            rule
            for rule in problem.rules
            if rule.proposals is None or proposal in rule.proposals
        ]
        self._between = [
            (r.name, frozenset(r.experts), r.least, r.most)
            for r in rules
            if isinstance(r, assignment.Between)
        ]
        self._per = [
            (r.name, r.group_of, r.most)
            for r in rules
            if isinstance(r, assignment.OnePer)
        ]
        self._apart = [
            (r.name, r.pairs) for r in rules if isinstance(r, assignment.Apart)
        ]
        self._seats = [
            (r.name, r.count, None if r.eligible is None else frozenset(r.eligible))
            for r in rules
            if isinstance(r, assignment.Seat)
        ]

    def broken(self, panel: Mapping[str, str]) -> frozenset[str]:
        """The names of the rules that a council (expert → role) breaks."""
        return frozenset(
            [
                *self._between_broken(panel),
                *self._per_broken(panel),
                *(
                    name
                    for name, pairs in self._apart
                    if any(a in panel and b in panel for a, b in pairs)
                ),
                *self._seats_broken(panel),
            ]
        )

    def _between_broken(self, panel: Mapping[str, str]) -> Iterator[str]:
        for name, experts, least, most in self._between:
            count = sum(e in experts for e in panel)
            if count < least or (most is not None and count > most):
                yield name

    def _per_broken(self, panel: Mapping[str, str]) -> Iterator[str]:
        for name, group_of, most in self._per:
            counts = Counter(group_of[e] for e in panel if e in group_of)
            if max(counts.values(), default=0) > most:
                yield name

    def _seats_broken(self, panel: Mapping[str, str]) -> Iterator[str]:
        for name, count, eligible in self._seats:
            role = role_of(name)
            there = sum(
                r == role and (eligible is None or e in eligible)
                for e, r in panel.items()
            )
            if there < count:
                yield name

    def scores(self) -> dict[str, float]:
        """Every candidate of the proposal with the score, the best first."""
        p, place = self.problem, self.problem.proposal_place(self.proposal)
        inside = np.flatnonzero(p.proposal == place)
        order = inside[np.lexsort((p.expert[inside], -p.score[inside]))]
        return {p.experts[p.expert[i]]: float(p.score[i]) for i in order}

    def alternatives(
        self,
        panel: Mapping[str, str],
        out: str,
        *,
        free: Mapping[str, int] | None = None,
    ) -> Iterator[Alternative]:
        """Those who could take the place of ``out``, the best first.

        A rule that the council breaks with ``out`` may stay broken, no other may be. With
        the others fixed this is the whole optimum: one place, one candidate. ``free``
        says how many more councils an expert can take.
        """
        scores = self.scores()
        role, rest = panel[out], {e: r for e, r in panel.items() if e != out}
        allowed = self.broken(panel)
        lost = scores.get(out, 0.0)
        for expert, score in scores.items():
            if expert in panel or (free is not None and free.get(expert, 0) < 1):
                continue
            if expert.startswith(FORGOTTEN):  # erased: nobody can be asked
                continue
            if self.broken({**rest, expert: role}) <= allowed:
                yield Alternative(
                    person_id=int(expert),
                    score=score,
                    price=round(lost - score, 6),
                )
