"""One number of a scenario changed: who would enter and leave, found at once or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from sti_methods.portfolio import Faulty, Undecided, solve

from opensti.domains.portfolios.problem.solving import problem_of
from opensti.domains.portfolios.queries.conditions import replaced
from opensti.domains.portfolios.queries.faults import fault_words
from opensti.kernel.refusals import Invalid, Problem, StepNotAllowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opensti.domains.portfolios.problem.contents import Contents

# Above this a search may keep a page waiting; a worker takes the time it needs.
MOST_LEVELS = 3_000
MOST_NODES = 2_000
# The answer of a question may stay so far from the best; that of a scenario does not.
GAP = 1e-4
# Up to so many, sets of equal merit are told apart as the scenario does.
MOST_TOLD_APART = 400


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What would be chosen. ``objective`` is none where the conditions cannot be met."""

    objective: float | None
    proven: bool
    spent: Mapping[str, float]
    chosen: frozenset[str]
    enters: tuple[str, ...]
    leaves: tuple[str, ...]


def what_if(contents: Contents, *, path: str, value: float) -> Answer:
    """Choose again with one number of the rules changed; writes nothing.

    Raises ``StepNotAllowed`` where it would take too long, ``Invalid`` where the changed
    rules contradict themselves. Up to some seconds at ``MOST_LEVELS``.
    """
    if len(contents.levels) > MOST_LEVELS:
        raise _too_long()
    document = {
        **contents.problem,
        "rules": replaced(contents.problem["rules"], path, value),
    }
    try:
        problem, rules = problem_of(document)
        small = len(contents.levels) <= MOST_TOLD_APART
        found = solve(
            problem,
            gap=0.0 if small else GAP,
            ties=rules.order_of(problem.proposals) if small else None,
            nodes=MOST_NODES,
        )
    except Undecided as refused:
        raise _too_long() from refused
    except Faulty as fault:
        raise Invalid(
            [
                Problem(field="value", message=said, mend=mend)
                for each in (fault.all or (fault,))
                for said, mend in [fault_words(each)]
            ]
        ) from fault
    if found.status == "infeasible":
        return Answer(
            objective=None,
            proven=True,
            spent={},
            chosen=frozenset(),
            enters=(),
            leaves=(),
        )
    chosen = frozenset(
        problem.proposals[place] for place, on in enumerate(found.chosen) if on
    )
    was = set(contents.chosen)
    return Answer(
        objective=found.objective,
        proven=found.status == "optimal",
        spent=dict(found.spent),
        chosen=chosen,
        enters=tuple(code for code in contents.order if code in chosen - was),
        leaves=tuple(code for code in contents.order if code in was - chosen),
    )


def _too_long() -> StepNotAllowed:
    return StepNotAllowed(
        _("This question takes longer than a page may."),
        mend=_("Make a scenario of it: a worker computes it."),
    )
