"""A frozen plan is solved: councils with their proof, or why there are none."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sti_methods import assignment

from opensti.domains.panels.choices import FormationMode, Objective, SeatRole
from opensti.domains.panels.problem.exchanging import role_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sti_methods.assignment import Condition, Infeasible, Relief, Solution

    from opensti.domains.panels.problem.forming import Frozen

# How long a job looks for better councils; what it ends says so, and keeps its bound.
SECONDS = 300.0
# What the method calls its own conditions, and what the plan calls them.
KINDS = {
    "size": "size",
    "least load": "least_load",
    "most load": "most_load",
    "lock": "locked",
    "probability": "cap",
}


@dataclass(frozen=True, kw_only=True)
class Placed:
    proposal: str
    expert: str
    role: str
    score: float


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Councils that meet every condition, the bytes of the solution, and its proof."""

    solution: bytes
    total: float
    minimum: float
    proof: Mapping[str, Any]
    places: tuple[Placed, ...]


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """Conditions that cannot be met together, and the least that would have to give way."""

    rules: tuple[dict[str, Any], ...]
    relax: tuple[dict[str, Any], ...]
    smallest: bool
    proved: bool

    def as_json(self) -> dict[str, Any]:
        return {
            "rules": [*self.rules],
            "relax": [*self.relax],
            "smallest": self.smallest,
            "proved": self.proved,
        }


def solve_frozen(frozen: Frozen) -> Answer | Contradiction:
    """Solve from the frozen problem alone: the same bytes in give the same bytes out.

    Unless the limit of ``SECONDS`` was reached: the proof then says that the answer is the
    best until then and cannot be repeated to the byte.
    """
    objective = frozen.conditions.objective
    try:
        if objective == Objective.RANDOM:
            found = assignment.solve(
                frozen.assignment,
                "random",
                max_probability=str(frozen.conditions.cap),
                seed=frozen.seed,
                seconds=SECONDS,
            )
        else:
            found = assignment.solve(
                frozen.assignment,
                "fair" if objective == Objective.FAIR else "total",
                seconds=SECONDS,
                leximin=frozen.conditions.leximin,
            )
    except assignment.Infeasible as infeasible:
        return _contradiction(infeasible)
    return Answer(
        solution=found.freeze(),
        total=found.total,
        minimum=found.minimum,
        proof=_proof(found, frozen.assignment.locked),
        places=tuple(_places(frozen, found)),
    )


def _proof(found: Solution, locked: Iterable[tuple[str, str]]) -> dict[str, Any]:
    fixed = set(locked)
    highest = max((n for e, p, n in found.marginals if (e, p) not in fixed), default=0)
    return {
        "status": found.status,
        "bound": found.bound,
        "bound_total": found.bound_total,
        "bound_minimum": found.bound_minimum,
        "gap": found.gap,
        "repeatable": found.repeatable,
        "bottom": {str(share): mean for share, mean in found.bottom.items()},
        "bottom_bound": {str(share): m for share, m in found.bottom_bound.items()},
        "versions": dict(found.versions),
        "problem": found.problem,
        **({"settled": found.settled} if found.settled else {}),
        **(
            {
                "seed": found.seed,
                "limit": found.limit,
                "highest": highest / found.denominator,
                "expected": found.expected,
                "bound_expected": found.bound_expected,
                "parts": found.denominator,
                "mixture": len(found.mixture),
            }
            if found.seed
            else {}
        ),
    }


def _places(frozen: Frozen, found: Solution) -> Iterator[Placed]:
    """Every chosen expert with a seat, council by council in the order of the cases."""
    reviewers = frozen.mode == FormationMode.REVIEWERS
    panels: dict[str, list[Any]] = {}
    for chosen in found.pairs:
        panels.setdefault(chosen.proposal, []).append(chosen)
    for proposal in frozen.assignment.proposals:
        for chosen in panels.get(proposal, []):
            role = SeatRole.REVIEWER.value if reviewers else role_of(chosen.seat)
            yield Placed(
                proposal=proposal,
                expert=chosen.expert,
                role=role,
                score=chosen.score,
            )


def _contradiction(infeasible: Infeasible) -> Contradiction:
    return Contradiction(
        rules=tuple(_stated(condition) for condition in infeasible.conflict),
        relax=_relief(infeasible.relief),
        smallest=infeasible.smallest,
        proved=infeasible.proved,
    )


def _stated(condition: Condition) -> dict[str, Any]:
    return {
        "rule": condition.name or KINDS[condition.kind],
        "cases": [*condition.proposals],
        "experts": [*condition.experts],
        "candidates": condition.candidates,
        "barred": condition.barred,
    }


def _relief(reliefs: tuple[Relief, ...]) -> tuple[dict[str, Any], ...]:
    """What gives way, one line for each condition: by how much at most, in how many."""
    steps: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for relief in reliefs:
        name = relief.name or KINDS[relief.kind]
        steps[name] = max(steps.get(name, 0), abs(relief.stated - relief.needed))
        counts[name] += 1
    return tuple(
        {"rule": name, "least": least, "times": counts[name]}
        for name, least in sorted(steps.items())
    )


def price_of(
    frozen: Frozen, *, expert: str, proposal: str
) -> tuple[float, float] | None:
    """Total and weakest council if this expert must sit in this one, all others free.

    By the same optimiser with the pair locked; ``None`` where no councils remain.
    """
    problem = frozen.assignment
    locked = assignment.Problem(
        experts=problem.experts,
        proposals=problem.proposals,
        expert=problem.expert,
        proposal=problem.proposal,
        score=problem.score,
        size=problem.size,
        load_min=problem.load_min,
        load_max=problem.load_max,
        locked=tuple({*problem.locked, (expert, proposal)}),
        conflicts=problem.conflicts,
        rules=problem.rules,
    )
    fair = frozen.conditions.objective == Objective.FAIR
    try:
        found = assignment.solve(locked, "fair" if fair else "total")
    except assignment.Infeasible:
        return None
    return found.total, found.minimum
