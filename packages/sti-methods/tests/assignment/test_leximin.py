from __future__ import annotations

import pytest
from hypothesis import given, settings
from sti_methods.assignment import (
    Between,
    Infeasible,
    Problem,
    Solution,
    explain,
    solve,
)

from .brute import assignments, problems


def sums(problem: Problem, solution: Solution) -> list[float]:
    return sorted(
        round(sum(c.score for c in solution.panel(p)), 6) for p in problem.proposals
    )


@settings(max_examples=200, deadline=None)
@given(problems(most=5))
def test_what_is_settled_is_what_leximin_gives_of_all_assignments(problem):
    every = [sorted(each) for _panels, each in assignments(problem)]
    try:
        solution = solve(problem, "fair", leximin=True)
    except Infeasible:
        assert not every
        return
    best, had = max(every), sums(problem, solution)
    settled = solution.settled
    assert had[: max(settled, 1)] == pytest.approx(best[: max(settled, 1)])
    if settled == len(had):
        assert had == pytest.approx(best)
    if settled == 0:
        assert solution.total == pytest.approx(
            max(sum(each) for each in every if each[0] == best[0])
        )


def test_the_next_worst_is_raised_though_the_total_falls():
    problem = Problem.of(
        [
            ("a", "p1", 0.1),
            ("b", "p2", 0.5),
            ("b", "p3", 0.9),
            ("c", "p2", 0.2),
            ("c", "p3", 0.4),
        ],
        size=1,
        load_max=1,
    )
    plain = solve(problem, "fair")
    raised = solve(problem, "fair", leximin=True)
    assert sums(problem, plain) == [0.1, 0.2, 0.9]
    assert (sums(problem, raised), raised.settled) == ([0.1, 0.4, 0.5], 3)
    assert Solution.thaw(raised.freeze()) == raised
    with pytest.raises(ValueError, match="leximin"):
        explain(problem, raised, expert="a", proposal="p1")


def test_it_belongs_to_fair_panels_without_rules():
    problem = Problem.of([("a", "p", 0.1)], size=1, load_max=1)
    with pytest.raises(ValueError, match="Leximin"):
        solve(problem, "total", leximin=True)
    ruled = Problem.of(
        [("a", "p", 0.1)],
        size=1,
        load_max=1,
        rules=[Between(name="one", experts=("a",), least=1)],
    )
    with pytest.raises(ValueError, match="Leximin"):
        solve(ruled, "fair", leximin=True)
