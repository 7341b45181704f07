from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from sti_methods.assignment import Between, Infeasible, OnePer, Problem, solve
from sti_methods.assignment.worst import bottoms

from .brute import assignments, problems


@settings(max_examples=120, deadline=None)
@given(problems(rules=True))
def test_no_assignment_has_more_in_its_worst_than_the_bound(problem):
    try:
        solution = solve(problem, "fair")
    except Infeasible:
        return
    for _panels, sums in assignments(problem):
        for share, mean in bottoms(np.array(sums)).items():
            assert mean <= solution.bottom_bound[share] + 1e-7


def test_loads_lower_the_bound_of_the_worst_below_what_each_could_have_alone():
    proposals = [f"p{i}" for i in range(20)]
    problem = Problem.of(
        [(e, p, 9.0 if e == "star" else 1.0) for e in ["star", *"abcdefghij"] for p in proposals],
        size=1,
        load_max=2,
    )  # fmt: skip
    solution = solve(problem, "fair")
    assert solution.bottom == {1: 1.0, 5: 1.0, 10: 1.0}
    assert solution.bottom_bound[1] == pytest.approx(1.0)
    assert 1.0 <= solution.bottom_bound[10] < 9.0


def test_what_a_panel_could_have_alone_meets_no_least_load_of_others():
    problem = Problem.of(
        [("b", "p", 0.25), ("c", "p", 0.0), ("c", "q", -0.25), ("d", "q", 0.0), ("b", "r", 0.0)],
        size=1,
        load_min={"b": 0, "c": 1, "d": 0},
        load_max=1,
        rules=(OnePer(name="one", group_of={}, most=1),),
    )  # fmt: skip
    solution = solve(problem, "fair")
    assert (solution.minimum, solution.bound_minimum) == (0.0, 0.0)


def test_with_rules_the_certificate_knows_the_best_panel_that_keeps_them():
    problem = Problem.of(
        [(e, "p", s) for e, s in zip("abcd", (9.0, 8.0, 2.0, 1.0), strict=True)],
        size=2,
        load_max=1,
        rules=[Between(name="new", experts=("c", "d"), least=1)],
    )
    solution = solve(problem, "fair")
    assert (solution.minimum, solution.bound_minimum) == (11.0, 11.0)
    assert solution.status == "optimal"
