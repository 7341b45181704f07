from __future__ import annotations

import pytest
from hypothesis import given, settings
from sti_methods.assignment import Infeasible, Problem, Solution, solve

from .brute import assignments, problems


def panels(problem: Problem, solution: Solution) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(sorted(c.expert for c in solution.panel(p))) for p in problem.proposals
    )


@settings(max_examples=150, deadline=None)
@given(problems())
def test_the_total_is_the_largest_of_all_assignments(problem):
    every = dict(assignments(problem))
    try:
        solution = solve(problem)
    except Infeasible:
        assert not every
        return
    best = max(sum(sums) for sums in every.values())
    assert solution.total == pytest.approx(best)
    assert (solution.status, solution.gap) == ("optimal", 0)
    assert sum(every[panels(problem, solution)]) == pytest.approx(best)


@settings(max_examples=150, deadline=None)
@given(problems())
def test_fair_is_the_largest_minimum_and_then_the_largest_total(problem):
    every = dict(assignments(problem))
    try:
        solution = solve(problem, "fair")
    except Infeasible:
        assert not every
        return
    best = max((min(sums), sum(sums)) for sums in every.values())
    assert (solution.minimum, solution.total) == pytest.approx(best)
    assert (solution.bound_minimum, solution.status) == (solution.minimum, "optimal")
    assert panels(problem, solution) in every


@settings(max_examples=150, deadline=None)
@given(problems(rules=True))
def test_with_rules_the_total_is_the_largest_of_all_assignments(problem):
    every = dict(assignments(problem))
    try:
        solution = solve(problem)
    except Infeasible:
        assert not every
        return
    best = max(sum(sums) for sums in every.values())
    assert solution.total == pytest.approx(best)
    assert solution.status == "optimal"
    assert panels(problem, solution) in every


@settings(max_examples=100, deadline=None)
@given(problems(rules=True))
def test_with_rules_fair_is_the_largest_minimum_and_then_the_largest_total(problem):
    every = dict(assignments(problem))
    try:
        solution = solve(problem, "fair")
    except Infeasible:
        assert not every
        return
    best = max((min(sums), sum(sums)) for sums in every.values())
    assert (solution.minimum, solution.total) == pytest.approx(best)
    assert solution.status == "optimal"
    assert panels(problem, solution) in every
