from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sti_methods.assignment import Between, Infeasible, Problem, explain, solve

from .brute import assignments, problems


def weighed(problem, solution, expert, proposal, every):
    """The best total of all assignments in which the pair is as it is not now."""
    place = problem.proposals.index(proposal)
    chosen = any(c.expert == expert for c in solution.panel(proposal))
    others = [
        sum(sums)
        for panels, sums in every
        if (expert in panels[place]) != chosen
        and (solution.objective != "fair" or min(sums) >= solution.minimum - 1e-9)
    ]
    return chosen, solution.total - max(others) if others else None


@settings(max_examples=80, deadline=None)
@given(problems(rules=True), st.sampled_from(["total", "fair"]), st.data())
def test_the_price_of_a_pair_is_what_the_best_total_loses(problem, objective, data):
    try:
        solution = solve(problem, objective)
    except Infeasible:
        return
    pair = data.draw(st.integers(0, problem.score.size - 1))
    expert = problem.experts[problem.expert[pair]]
    proposal = problem.proposals[problem.proposal[pair]]
    told = explain(problem, solution, expert=expert, proposal=proposal)
    if (expert, proposal) in problem.locked:
        assert told.answer == "locked"
        return
    chosen, price = weighed(
        problem, solution, expert, proposal, list(assignments(problem))
    )
    if price is None:
        assert told.answer == "impossible"
        return
    assert told.answer == ("chosen" if chosen else "possible")
    assert (told.price, told.price_least) == pytest.approx((price, price))
    moved = sum(c.score for c in told.losses) - sum(c.score for c in told.gains)
    assert moved == pytest.approx(price)


PAIRS = [
    ("a", "p", 0.9), ("b", "p", 0.75), ("c", "p", 0.3),
    ("a", "q", 0.7), ("b", "q", 0.2), ("c", "q", 0.6),
]  # fmt: skip


def test_what_moves_is_named_and_nothing_else_moves():
    problem = Problem.of(PAIRS, size=1, load_max=1, conflicts=[("d", "q"), ("b", "q")])
    solution = solve(problem)
    told = explain(problem, solution, expert="b", proposal="p")
    assert (told.answer, told.rank, told.candidates, told.load) == ("possible", 2, 3, 0)
    assert told.price == pytest.approx(0.05)
    assert [(c.expert, c.proposal) for c in told.losses] == [("a", "p"), ("c", "q")]
    assert [(c.expert, c.proposal) for c in told.gains] == [("b", "p"), ("a", "q")]


def test_a_conflict_a_missing_score_and_a_lock_say_so():
    problem = Problem.of(
        PAIRS[:-1],
        size=1,
        load_max=2,
        conflicts=[("b", "q")],
        locked=[("c", "p")],
        rules=[Between(name="all", experts=("a", "b", "c"), most=1)],
    )
    solution = solve(problem)
    answers = [
        explain(problem, solution, expert=e, proposal=p).answer
        for e, p in (("b", "q"), ("c", "q"), ("c", "p"), ("a", "p"), ("a", "q"))
    ]
    assert answers == ["conflict", "no score", "locked", "impossible", "impossible"]


def test_a_solution_of_another_problem_is_refused():
    one = Problem.of(PAIRS, size=1, load_max=1)
    other = Problem.of(PAIRS, size=1, load_max=2)
    with pytest.raises(ValueError, match="another problem"):
        explain(other, solve(one), expert="a", proposal="p")
    with pytest.raises(ValueError, match="unknown"):
        explain(one, solve(one), expert="z", proposal="p")
