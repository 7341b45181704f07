"""Draws with rules of composition, held against all mixtures of all assignments."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from hashlib import sha256
from itertools import accumulate
from math import ceil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from sti_methods.assignment import (
    Apart,
    Between,
    Infeasible,
    OnePer,
    Problem,
    Seat,
    Solution,
    solve,
)
from sti_methods.assignment.lottery import Chance

from .brute import assignments, problems

LIMITS = st.sampled_from(["0.3", "0.5", "0.6", "0.75", "0.9", "1"])


@st.composite
def roomy(draw):
    """Problems with rules in which most limits can be kept."""
    experts = [f"e{i}" for i in range(draw(st.integers(4, 6)))]
    proposals = [f"p{i}" for i in range(draw(st.integers(1, 2)))]
    pairs = [(e, p, draw(st.integers(-3, 9)) / 4) for e in experts for p in proposals]
    half = tuple(experts[: draw(st.integers(2, 3))])
    rules = [
        Between(name="quota", experts=half, least=1, most=draw(st.integers(1, 2))),
        OnePer(name="one", group_of=dict(zip(experts, "AABBCC", strict=False))),
        Apart(name="apart", pairs=((experts[0], experts[-1]),)),
        Seat(name="chair", eligible=tuple(experts[1:4])),
    ]
    return Problem.of(
        pairs,
        size=2,
        load_max=2,
        locked=[("e1", "p0")] if draw(st.booleans()) else [],
        rules=[rule for rule in rules if draw(st.booleans())] or rules[:1],
    )


def mixtures(problem, limit):
    """The best mean of all mixtures under a limit, and the least limit any keeps."""
    every = [panels for panels, _sums in assignments(problem)]
    score = {
        (problem.experts[e], problem.proposals[p]): s
        for e, p, s in zip(
            problem.expert, problem.proposal, problem.score.tolist(), strict=True
        )
    }
    sat = [
        {
            (e, p)
            for p, panel in zip(problem.proposals, panels, strict=True)
            for e in panel
        }
        for panels in every
    ]
    free = [pair for pair in score if pair not in problem.locked]
    if not every or not free:
        return (max((sum(map(score.get, one)) for one in sat), default=None), 0)
    rows = np.array([[pair in one for one in sat] for pair in free], dtype=float)
    one = np.ones((1, len(every)))
    gain = -np.array([sum(map(score.get, pairs)) for pairs in sat])
    best = linprog(gain, A_ub=rows, b_ub=np.full(len(free), limit), A_eq=one, b_eq=[1])
    least = linprog(
        np.append(np.zeros(len(every)), 1),
        A_ub=np.hstack([rows, -np.ones((len(free), 1))]),
        b_ub=np.zeros(len(free)),
        A_eq=np.append(one, [[0]], axis=1),
        b_eq=[1],
    )
    return (None if best.x is None else -best.fun), least.fun


def held(problem, limit):
    best, least = mixtures(problem, float(limit))
    if best is None:
        with pytest.raises(Infeasible) as refused:
            solve(problem, "random", max_probability=limit, seed="s")
        assert refused.value.proved
        told = [r for r in refused.value.relief if r.kind == "probability"]
        assert [r.needed for r in told] == [ceil(least * 1000 - 1e-6)] * len(told)
        return
    drawn = solve(problem, "random", max_probability=limit, seed="s")
    assert drawn.status == "optimal"
    assert drawn.expected == pytest.approx(best, abs=2e-5)
    assert drawn.bound_expected >= best - 1e-7
    every = {panels for panels, _sums in assignments(problem)}
    chances = Counter()
    for weight, panels in drawn.mixture:
        assert tuple(tuple(sorted(panel)) for panel in panels) in every
        for name, panel in zip(problem.proposals, panels, strict=True):
            chances.update({(e, name): weight for e in panel})
    assert {(e, p): n for e, p, n in drawn.marginals} == dict(chances)
    assert sum(weight for weight, _panels in drawn.mixture) == drawn.denominator
    assert all(
        Fraction(n, drawn.denominator) <= Fraction(limit)
        for pair, n in chances.items()
        if pair not in problem.locked
    )
    assert Solution.thaw(drawn.freeze()) == drawn


@settings(max_examples=80, deadline=None)
@given(roomy(), LIMITS)
def test_no_mixture_under_the_limit_is_better(problem, limit):
    held(problem, limit)


@settings(max_examples=60, deadline=None)
@given(problems(rules=True), LIMITS)
def test_where_none_keeps_the_limit_the_least_that_would_do_is_told(problem, limit):
    if problem.rules:
        held(problem, limit)


def ruled(experts=9):
    people = [f"e{i}" for i in range(experts)]
    return Problem.of(
        [(e, p, (7 * i * j % 10) / 10) for i, e in enumerate(people) for j, p in enumerate("pqr", 1)],
        size=3,
        load_max=2,
        rules=[
            Between(name="quota", experts=tuple(people[::2]), least=1, most=2),
            OnePer(name="house", group_of=dict(zip(people, "AABBCCDDE", strict=False))),
        ],
    )  # fmt: skip


def test_the_drawn_assignment_follows_from_the_written_mixture_and_the_seed():
    problem, seen = ruled(), set()
    for seed in map(str, range(12)):
        drawn = solve(problem, "random", max_probability="0.5", seed=seed)
        number = int.from_bytes(sha256(f"{seed}:0".encode()).digest())
        assert number < 2**256 - 2**256 % drawn.denominator
        number %= drawn.denominator
        ends = accumulate(weight for weight, _panels in drawn.mixture)
        place = next(place for place, end in enumerate(ends) if number < end)
        panels = drawn.mixture[place][1]
        assert panels == tuple(
            tuple(sorted((c.expert for c in drawn.panel(p)), key=problem.experts.index))
            for p in problem.proposals
        )
        seen.add(panels)
    assert len(seen) > 1


def test_ways_are_drawn_as_often_as_their_weights_say():
    drawn = solve(ruled(), "random", max_probability="0.5", seed="s")
    ends = np.cumsum([weight for weight, _panels in drawn.mixture])
    times, count = 2000, np.zeros(ends.size)
    for seed in range(times):
        number = Chance(str(seed)).below(drawn.denominator)
        count[np.searchsorted(ends, number, side="right")] += 1
    chances = np.diff(ends, prepend=0) / drawn.denominator
    spread = 4.5 * np.sqrt(chances * (1 - chances) / times)
    assert (np.abs(count / times - chances) <= spread).all()


def test_when_the_clock_ended_the_search_what_was_found_is_given_with_a_bound():
    drawn = solve(ruled(), "random", max_probability="0.5", seed="s", seconds=1e-9)
    assert not drawn.repeatable
    best = solve(ruled(), "random", max_probability="0.5", seed="s")
    assert drawn.bound_expected >= best.expected >= drawn.expected - 1e-5
    assert max(n for *_pair, n in drawn.marginals) <= drawn.denominator / 2


def test_when_the_clock_ended_the_search_it_is_not_said_that_there_is_no_draw():
    with pytest.raises(Infeasible) as refused:
        solve(ruled(), "random", max_probability="0.4", seed="s", seconds=1e-9)
    assert not refused.value.proved
    assert [(r.kind, r.needed) for r in refused.value.relief] == [("probability", 500)]
