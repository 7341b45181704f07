from __future__ import annotations

from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from sti_methods.assignment import Infeasible, Problem, solve
from sti_methods.assignment.lottery import Chance, probabilities, rounded

from .brute import assignments, problems

LIMITS = st.sampled_from(["0.5", "0.6", "0.75", "0.9", "1"])


def mean(problem, limit):
    """The best expected total by a linear programme; None when there is none."""
    pairs, n, m = problem.score.size, len(problem.experts), len(problem.proposals)
    if not pairs:
        return None
    by_expert, by_proposal = np.zeros((n, pairs)), np.zeros((m, pairs))
    by_expert[problem.expert, np.arange(pairs)] = 1
    by_proposal[problem.proposal, np.arange(pairs)] = 1
    locked = np.isin(np.arange(pairs), problem.locks)
    result = linprog(
        -problem.score,
        A_ub=np.concatenate([by_expert, -by_expert]),
        b_ub=np.concatenate([problem.load_max, -problem.load_min]),
        A_eq=by_proposal,
        b_eq=problem.size,
        bounds=[(1, 1) if lock else (0, limit) for lock in locked],
    )
    return None if result.x is None else -result.fun


@settings(max_examples=100, deadline=None)
@given(problems(), LIMITS, st.text(min_size=1, max_size=3))
def test_a_draw_is_an_assignment_and_its_chances_are_the_best_under_the_limit(
    problem, limit, seed
):
    best = mean(problem, float(limit))
    try:
        drawn = solve(problem, "random", max_probability=limit, seed=seed)
    except Infeasible:
        assert best is None
        return
    assert drawn.expected == pytest.approx(best, abs=1e-7)
    panels = tuple(
        tuple(sorted(c.expert for c in drawn.panel(p))) for p in problem.proposals
    )
    assert panels in dict(assignments(problem))
    chances = {
        (e, p): Fraction(part, drawn.denominator) for e, p, part in drawn.marginals
    }
    assert all(
        chance <= Fraction(limit)
        for pair, chance in chances.items()
        if pair not in problem.locked
    )
    for name, size in zip(problem.proposals, problem.size.tolist(), strict=True):
        assert sum(c for (_e, p), c in chances.items() if p == name) == size
    assert all((c.expert, c.proposal) in chances for c in drawn.pairs)


def test_pairs_are_drawn_as_often_as_their_chances_say():
    problem = Problem.of(
        [(e, p, s) for (e, p), s in zip(
            [(e, p) for e in "abcde" for p in "pqr"],
            [9, 2, 3, 8, 7, 1, 4, 6, 5, 3, 8, 8, 1, 1, 2], strict=True)],
        size=2, load_max=2, load_min=1,
    )  # fmt: skip
    shares, parts = probabilities(problem, Fraction("0.6"))
    times, count = 4000, np.zeros(shares.size)
    for seed in range(times):
        count += rounded(problem, shares, parts, Chance(str(seed)).below)
    chances = shares / parts
    spread = 4.5 * np.sqrt(chances * (1 - chances) / times)
    assert (np.abs(count / times - chances) <= spread).all()


def test_the_least_limit_that_can_be_kept_is_told():
    problem = Problem.of([(e, "p", 1.0) for e in "abc"], size=2, load_max=1)
    with pytest.raises(Infeasible) as refused:
        solve(problem, "random", max_probability=0.5, seed="s")
    assert [(r.kind, r.stated, r.needed) for r in refused.value.relief] == [
        ("probability", 500, 667)
    ]


def test_a_draw_without_seed_is_refused():
    problem = Problem.of([(e, "p", 1.0) for e in "abc"], size=2, load_max=1)
    with pytest.raises(ValueError, match="seed"):
        solve(problem, "random", max_probability=0.9)
    with pytest.raises(ValueError, match="above 0"):
        solve(problem, "random", max_probability=0, seed="s")
    with pytest.raises(ValueError, match="belong to a draw"):
        solve(problem, "total", seed="s")


def test_chance_is_even_and_repeats():
    one, other = Chance("seed"), Chance("seed")
    drawn = [one.below(3) for _ in range(3000)]
    assert drawn == [other.below(3) for _ in range(3000)]
    assert all(abs(count - 1000) < 120 for count in Counter(drawn).values())
