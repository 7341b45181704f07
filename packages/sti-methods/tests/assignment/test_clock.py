from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sti_methods.assignment import Between, Infeasible, OnePer, Problem, solve

from .brute import assignments, problems

AT_ONCE = 1e-6


@settings(max_examples=100, deadline=None)
@given(problems(rules=True), st.sampled_from(["total", "fair"]))
def test_a_limit_reached_at_once_still_gives_an_assignment_and_bounds_that_hold(
    problem, objective
):
    every = dict(assignments(problem))
    try:
        solution = solve(problem, objective, seconds=AT_ONCE)
    except Infeasible:
        assert not every
        return
    panels = tuple(
        tuple(sorted(c.expert for c in solution.panel(p))) for p in problem.proposals
    )
    assert sum(every[panels]) == pytest.approx(solution.total)
    floor = solution.minimum if objective == "fair" else -1e9
    best = max(sum(sums) for sums in every.values() if min(sums) >= floor - 1e-9)
    assert solution.total <= best + 1e-9
    assert best <= solution.bound_total + 1e-9
    highest = max(min(sums) for sums in every.values())
    assert highest <= solution.bound_minimum + 1e-9
    if solution.status == "optimal":
        assert solution.total == pytest.approx(best)
        if objective == "fair":
            assert solution.minimum == pytest.approx(highest)


def call(size: int) -> Problem:
    people, asked = [f"e{i}" for i in range(size)], [f"p{i}" for i in range(size)]
    return Problem.of(
        [
            (e, p, (7919 * i * i + 104729 * j * j + 31 * i * j) % 1009 / 1009)
            for i, e in enumerate(people)
            for j, p in enumerate(asked)
        ],
        size=4,
        load_max=5,
        rules=[
            Between(name="senior", experts=tuple(people[::3]), least=1),
            Between(name="women", experts=tuple(people[1::2]), least=1, most=3),
            OnePer(
                name="house", group_of={e: str(i % 11) for i, e in enumerate(people)}
            ),
        ],
    )


def test_what_the_clock_ended_says_that_it_cannot_be_repeated():
    problem = call(40)
    ended, whole = solve(problem, "fair", seconds=AT_ONCE), solve(problem, "fair")
    assert (ended.repeatable, ended.status) == (False, "within gap")
    assert (whole.repeatable, len(ended.pairs)) == (True, len(whole.pairs))
    assert ended.minimum <= whole.minimum <= ended.bound_minimum


def test_a_limit_that_is_not_reached_changes_no_byte():
    problem = call(12)
    assert (
        solve(problem, "fair", seconds=300).freeze() == solve(problem, "fair").freeze()
    )


def test_a_limit_of_no_time_is_refused():
    with pytest.raises(ValueError, match="above 0 seconds"):
        solve(call(5), seconds=0)
