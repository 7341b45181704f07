from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
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

from .brute import problems

PAIRS = [("a", "p", 0.5), ("b", "p", 0.25), ("a", "q", 1.0), ("b", "q", 0.75)]


@settings(max_examples=60, deadline=None)
@given(problems(rules=True))
def test_a_frozen_problem_and_its_run_repeat_to_the_byte(problem):
    again = Problem.thaw(problem.freeze())
    assert (again, again.freeze()) == (problem, problem.freeze())
    first, second = answer(problem), answer(again)
    if isinstance(first, Infeasible):
        assert (second.conflict, second.relief) == (first.conflict, first.relief)
        return
    assert second.freeze() == first.freeze()
    assert Solution.thaw(first.freeze()) == first


def answer(problem):
    try:
        return solve(problem, "fair")
    except Infeasible as refusal:
        return refusal


def test_the_order_in_which_pairs_are_told_decides_nothing():
    one = Problem.of(
        PAIRS, size=1, load_max=1, experts=["a", "b"], proposals=["p", "q"]
    )
    other = Problem.of(
        PAIRS[::-1], size=1, load_max=1, experts=["a", "b"], proposals=["p", "q"]
    )
    assert one.digest == other.digest


def test_a_conflict_takes_the_pair_out_and_is_kept():
    problem = Problem.of(PAIRS, size=1, load_max=2, conflicts=[("a", "q"), ("x", "y")])
    assert problem.pair("a", "q") is None
    assert problem.conflicts == (("a", "q"), ("x", "y"))
    assert [(c.expert, c.proposal) for c in solve(problem).pairs] == [
        ("a", "p"),
        ("b", "q"),
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"pairs": [*PAIRS, ("a", "p", 1.0)]}, "'a', 'p' is given twice"),
        ({"pairs": [("a", "p", float("nan"))]}, "'a' for 'p' is no number"),
        ({"pairs": [("a", "p", float("inf"))]}, "'a' for 'p' is no number"),
        ({"pairs": [], "proposals": []}, "no proposal"),
        ({"size": 0}, "'p': size must be 1 or more"),
        ({"size": {"p": 1}}, "given for 'q'"),
        ({"load_min": 2, "load_max": 1}, "'a': 0 ≤ minimum load"),
        ({"load_max": -1, "load_min": -1}, "'a': 0 ≤ minimum load"),
        ({"experts": ["a", "b", "a"]}, "expert 'a' is given twice"),
        ({"experts": ["a"]}, "unknown expert"),
        ({"proposals": ["p"]}, "unknown proposal"),
        ({"locked": [("c", "p")]}, "locked expert 'c' is unknown"),
        ({"locked": [("a", "r")]}, "locked proposal 'r' is unknown"),
        ({"locked": [("a", "p")], "conflicts": [("a", "p")]}, "locked but in conflict"),
        ({"pairs": PAIRS[1:], "locked": [("a", "p")]}, "locked but has no score"),
        ({"rules": [Between(name="r", experts=("z",))]}, "'r': unknown expert 'z'"),
        ({"rules": [OnePer(name="r", group_of={"z": "g"})]}, "unknown expert 'z'"),
        ({"rules": [Apart(name="r", pairs=(("a", "z"),))]}, "unknown expert 'z'"),
        ({"rules": [Seat(name="r", eligible=("z",))]}, "unknown expert 'z'"),
        ({"rules": [Seat(name="r", proposals=("z",))]}, "unknown proposal 'z'"),
        ({"rules": [Seat(name="r"), Seat(name="r")]}, "names of their own"),
        ({"rules": [Seat(name=str(i)) for i in range(9)]}, "At most 8"),
    ],
)
def test_what_is_no_problem_is_refused_with_the_place(given, said):
    stated = {"pairs": PAIRS, "size": 1, "load_max": 2, **given}
    with pytest.raises(ValueError, match=re.escape(said)):
        Problem.of(stated.pop("pairs"), **stated)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Between(name="r", experts=(), least=2, most=1), "least ≤ most"),
        (lambda: OnePer(name="r", group_of={}, most=-1), "0 or more"),
        (lambda: Apart(name="r", pairs=(("a", "a"),)), "apart from themselves"),
        (lambda: Seat(name="r", count=0), "1 or more"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_arrays_of_other_lengths_or_broken_numbers_are_refused():
    one = {
        "experts": ("a",), "proposals": ("p",), "expert": np.array([0]),
        "proposal": np.array([0]), "score": np.array([1.0]), "size": np.array([1]),
        "load_min": np.array([0]), "load_max": np.array([1]),
    }  # fmt: skip
    for name, value, said in (
        ("size", np.array([1.5]), "whole numbers"),
        ("size", np.array([1, 1]), "must have 1 numbers"),
        ("expert", np.array([1]), "points to no expert"),
        ("score", np.array([1.0, 2.0]), "one length"),
    ):
        with pytest.raises(ValueError, match=said):
            Problem(**(one | {name: value}))
    with pytest.raises(ValueError, match="no frozen problem"):
        Problem.thaw(b'{"format":"other"}')


def test_every_chosen_expert_takes_one_seat_and_every_seat_is_taken():
    problem = Problem.of(
        [(e, "p", s) for e, s in zip("abcd", (4.0, 3.0, 2.0, 1.0), strict=True)],
        size=3,
        load_max=1,
        rules=[
            Seat(name="chair", eligible=("a", "b")),
            Seat(name="critic", eligible=("a",)),
            Seat(name="secretary", eligible=("d",)),
        ],
    )
    assert [(c.expert, c.seat) for c in solve(problem).pairs] == [
        ("a", "critic"),
        ("b", "chair"),
        ("d", "secretary"),
    ]
