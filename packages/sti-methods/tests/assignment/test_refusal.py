from __future__ import annotations

from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from sti_methods.assignment import (
    Between,
    Condition,
    Infeasible,
    OnePer,
    Problem,
    Relief,
    Seat,
    solve,
)

from .brute import fits, problems, seats_fit


def choices(problem):
    """Every set of candidate pairs, as {proposal: panel}."""
    pairs = [
        (problem.experts[e], problem.proposals[p])
        for e, p in zip(problem.expert, problem.proposal, strict=True)
    ]
    every = chain.from_iterable(combinations(pairs, n) for n in range(len(pairs) + 1))
    for some in every:
        yield {
            name: tuple(e for e, p in some if p == name) for name in problem.proposals
        }


def holds(problem, condition, panels):
    """Whether a choice meets a condition of a refusal."""
    loads = {e: sum(e in panel for panel in panels.values()) for e in problem.experts}
    size = dict(zip(problem.proposals, problem.size, strict=True))
    low = dict(zip(problem.experts, problem.load_min, strict=True))
    high = dict(zip(problem.experts, problem.load_max, strict=True))
    if condition.kind == "size":
        return all(len(panels[p]) == size[p] for p in condition.proposals)
    if condition.kind == "least load":
        return all(loads[e] >= low[e] for e in condition.experts)
    if condition.kind == "most load":
        return all(loads[e] <= high[e] for e in condition.experts)
    if condition.kind == "lock":
        locked = zip(condition.experts, condition.proposals, strict=True)
        return all(e in panels[p] for e, p in locked)
    rule = next(rule for rule in problem.rules if rule.name == condition.name)
    return all(fits(rule, p, panels[p]) for p in condition.proposals)


def seats_hold(problem, conditions, panels):
    """Seats of one panel are filled by different people: judged together."""
    named = {(c.name, p) for c in conditions if c.kind == "rule" for p in c.proposals}
    return all(
        seats_fit(
            tuple(
                rule
                for rule in problem.rules
                if isinstance(rule, Seat) and (rule.name, name) in named
            ),
            name,
            panel,
        )
        for name, panel in panels.items()
    )


def possible(problem, conditions):
    return any(
        all(holds(problem, condition, panels) for condition in conditions)
        and seats_hold(problem, conditions, panels)
        for panels in choices(problem)
    )


def refused(problem):
    try:
        solve(problem)
    except Infeasible as refusal:
        return refusal
    return None


@settings(max_examples=120, deadline=None)
@given(problems(rules=True, most=3))
def test_a_conflict_cannot_be_met_and_without_any_one_condition_it_can(problem):
    refusal = refused(problem)
    if refusal is None:
        return
    assert refusal.smallest
    assert not possible(problem, refusal.conflict)
    for left_out in refusal.conflict:
        assert possible(problem, [c for c in refusal.conflict if c is not left_out])


def test_two_seats_and_one_place_are_refused_with_the_place_named():
    problem = Problem.of(
        [("a", "p", 0.0), ("b", "p", 0.0), ("c", "p", 0.0)], size=1, load_max=1,
        rules=(Seat(name="chair", eligible=("a",)), Seat(name="clerk", eligible=("a", "b"))),
    )  # fmt: skip
    refusal = refused(problem)
    assert {(c.kind, c.name) for c in refusal.conflict} == {
        ("rule", "chair"),
        ("rule", "clerk"),
        ("size", ""),
    }


def units(problem, panels):
    """By how many units a choice misses sizes, loads and locks."""
    loads = [sum(e in panel for panel in panels.values()) for e in problem.experts]
    short = sum(
        size - len(panels[p])
        if len(panels[p]) <= size
        else 10**6  # nobody is added to a panel beyond its size
        for p, size in zip(problem.proposals, problem.size.tolist(), strict=True)
    )
    for low, n, high in zip(
        problem.load_min.tolist(), loads, problem.load_max.tolist(), strict=True
    ):
        short += max(low - n, 0) + max(n - high, 0)
    return short + sum(e not in panels[p] for e, p in problem.locked)


@settings(max_examples=120, deadline=None)
@given(problems(most=3))
def test_the_relief_is_the_fewest_units_that_must_give_way(problem):
    refusal = refused(problem)
    if refusal is None:
        return
    given_way = sum(abs(r.needed - r.stated) for r in refusal.relief)
    assert given_way == min(units(problem, panels) for panels in choices(problem))


def test_a_proposal_with_too_few_candidates_is_named_with_those_in_conflict():
    problem = Problem.of(
        [("a", "p", 1.0), ("b", "p", 1.0), ("a", "q", 1.0), ("b", "q", 1.0)],
        size=2,
        load_max=2,
        conflicts=[("b", "q")],
    )
    with pytest.raises(Infeasible) as no:
        solve(problem)
    assert no.value.conflict == (
        Condition(kind="size", proposals=("q",), candidates=1, barred=1),
    )
    assert no.value.relief == (Relief(kind="size", proposal="q", stated=2, needed=1),)


def test_rules_that_exclude_each_other_are_named_and_no_others():
    people = ("a", "b", "c", "d")
    problem = Problem.of(
        [(e, "p", 1.0) for e in people],
        size=2,
        load_max=1,
        rules=[
            Between(name="women", experts=("a",), least=1),
            Between(name="business", experts=("b",), least=1),
            OnePer(name="house", group_of={"a": "x", "b": "x", "c": "y"}),
        ],
    )
    with pytest.raises(Infeasible) as no:
        solve(problem)
    assert [(c.kind, c.name) for c in no.value.conflict] == [
        ("rule", "women"),
        ("rule", "business"),
        ("rule", "house"),
    ]
    assert [(r.kind, abs(r.needed - r.stated)) for r in no.value.relief] == [
        ("rule", 1)
    ]


def test_loads_that_cannot_carry_the_sizes_are_named_together():
    problem = Problem.of(
        [(e, p, 1.0) for e in "abc" for p in "pqr"], size=2, load_max=1, load_min=1
    )
    with pytest.raises(Infeasible) as no:
        solve(problem, "fair")
    assert {c.kind for c in no.value.conflict} == {"most load", "size"}
    assert sorted((r.expert, r.needed) for r in no.value.relief) == [
        ("a", 2),
        ("b", 2),
        ("c", 2),
    ]
