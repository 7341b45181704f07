"""Measures of even spreading against values worked out by hand, and their properties."""

from __future__ import annotations

from itertools import product
from math import log

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sti_methods.portfolio import Level, Limit, Problem, solve
from sti_methods.portfolio.equity import (
    equity,
    gini,
    herfindahl,
    shares,
    theil,
    theil_parts,
)

amounts = st.lists(st.integers(0, 1000).map(float), min_size=1, max_size=8)
near = pytest.approx


def test_by_hand():
    assert shares({"b": 3.0, "a": 1.0}) == {"a": 0.25, "b": 0.75}
    assert herfindahl([1.0, 3.0]) == near(1 / 16 + 9 / 16)
    # Pairs of 1, 3, 5: |differences| twice 2, 2, 4, of 9 with mean 3.
    assert gini([5.0, 1.0, 3.0]) == near(16 / (2 * 9 * 3))
    assert theil([1.0, 3.0]) == near((0.5 * log(0.5) + 1.5 * log(1.5)) / 2)
    # Groups (2, 2) and (4): shares 1/2 each, means 2 and 4 beside 8/3.
    assert theil_parts([[2.0, 2.0], [4.0]]) == near(
        (0.5 * log(2 / (8 / 3)) + 0.5 * log(4 / (8 / 3)), 0.0)
    )


def test_nothing_has_no_measure():
    for nothing in ([], [0.0], [0.0, 0.0]):
        assert (herfindahl(nothing), gini(nothing), theil(nothing)) == (
            None,
            None,
            None,
        )
        assert theil_parts([nothing]) is None


@given(amounts)
def test_gini_is_the_mean_difference_of_all_pairs(values):
    assume(sum(values))
    n, mean = len(values), sum(values) / len(values)
    pairs = sum(abs(a - b) for a, b in product(values, values))

    assert gini(values) == near(pairs / (2 * n * n * mean), abs=1e-12)


@given(amounts, st.floats(0.01, 100), st.randoms(use_true_random=False))
def test_another_unit_or_order_changes_nothing(values, unit, shuffle):
    assume(sum(values))
    other = [unit * v for v in values]
    shuffle.shuffle(other)

    for measure in (gini, herfindahl, theil):
        assert measure(other) == near(measure(values), abs=1e-9)


@given(amounts)
def test_each_lies_between_even_and_all_in_one(values):
    assume(sum(values))
    n = len(values)

    assert -1e-12 <= gini(values) <= 1 - 1 / n + 1e-12
    assert 1 / n - 1e-12 <= herfindahl(values) <= 1 + 1e-12
    assert -1e-12 <= theil(values) <= log(n) + 1e-12


@given(st.lists(st.integers(1, 50).map(float), min_size=2, max_size=6), st.data())
def test_from_the_richer_to_the_poorer_lowers_each(values, data):
    a, b = max(values), min(values)
    assume(a - b > 1)
    given_ = data.draw(st.floats(0.01, (a - b) / 2))
    after = [*values]
    after[values.index(a)] -= given_
    after[values.index(b)] += given_

    for measure in (gini, herfindahl, theil):
        assert measure(after) < measure(values)


@given(st.lists(amounts, min_size=1, max_size=4))
def test_between_and_within_make_the_whole(groups):
    values = [v for group in groups for v in group]
    assume(sum(values))
    between, within = theil_parts(groups)

    assert between + within == near(theil(values), abs=1e-9)
    assert between >= -1e-9
    assert within >= -1e-9


def test_a_selection_is_told_value_by_value():
    money = {"a": 10.0, "b": 30.0, "c": 20.0, "d": 90.0}
    problem = Problem.of_levels(
        [Level(proposal=p, merit=5, amounts={"y": v}) for p, v in money.items()],
        [Limit(name="budget:y", measure="y", at_most=60)],
        categories={"field": {"a": "x", "b": "x", "c": "w", "d": "v"}},
    )
    told = equity(problem, solve(problem), "field", "y")

    def one(value, proposed, chosen, amount, *own):
        least, middle = own
        return {
            "value": value,
            "proposed": proposed,
            "chosen": chosen,
            "amount": amount,
            "share": near(amount / 60),
            "least": least,
            "median": middle,
        }

    between, within = theil_parts([[10.0, 30.0], [20.0]])
    assert told == {
        "column": "field",
        "measure": "y",
        "of": [
            one("v", 1, 0, 0.0, None, None),
            one("w", 1, 1, 20.0, 20.0, 20.0),
            one("x", 2, 2, 40.0, 10.0, 20.0),
        ],
        "largest": near(2 / 3),
        "herfindahl": near(5 / 9),
        "gini": gini([0.0, 20.0, 40.0]),
        "between": near(between),
        "within": near(within),
    }


def test_where_nothing_is_chosen_there_is_no_measure():
    problem = Problem.of_levels(
        [Level(proposal="a", merit=-1)], categories={"field": {"a": "x"}}
    )
    told = equity(problem, solve(problem), "field", "count")

    assert [told[k] for k in ("largest", "herfindahl", "gini", "between")] == [None] * 4
