"""What answers stand for, and means of many columns by one drawing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sti_methods.composite.unfit import Unfit
from sti_methods.reliability import weighted_mean
from sti_methods.survey import design_weights, draws, means


def test_what_is_cut_goes_to_the_others_and_nobody_is_above_the_limit():
    strata = ["a"] * 6 + ["b"] * 9 + ["c"]
    found = design_weights(strata, sizes={"a": 60, "b": 180, "c": 190, "d": 7})
    assert (found.limit, found.cut) == (100.0, 1)
    assert found.values.tolist() == pytest.approx(
        [10 * 330 / 240] * 6 + [20 * 330 / 240] * 9 + [100]
    )
    assert (found.covered, found.uncovered) == (430, {"d": 7})


def test_a_cut_that_cannot_fit_raises_all_in_proportion():
    strata = ["a"] * 6 + ["b"] * 2 + ["c"]
    found = design_weights(strata, sizes={"a": 60, "b": 40, "c": 1000})
    assert found.values.tolist() == pytest.approx(
        [one * 1100 / 150 for one in (10, 10, 10, 10, 10, 10, 20, 20, 50)]
    )
    assert found.effective == pytest.approx(150**2 / (600 + 800 + 2500))


def test_a_cut_that_fits_keeps_the_proportions_of_those_below():
    strata = ["a"] * 50 + ["b"] * 20 + ["c"]
    found = design_weights(strata, sizes={"a": 500, "b": 400, "c": 100})
    assert (found.cut, found.values[-1]) == (1, 50.0)
    assert found.values.sum() == pytest.approx(1000)
    assert found.values[60] / found.values[0] == pytest.approx(2)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.integers(1, 6), st.integers(0, 200)), min_size=1, max_size=6)
)
def test_the_whole_stays_the_same_whatever_is_cut(strata):
    names = [str(k) for k, (n, _more) in enumerate(strata) for _one in range(n)]
    sizes = {str(k): n + more for k, (n, more) in enumerate(strata)}
    found = design_weights(names, sizes=sizes)
    assert found.values.sum() == pytest.approx(sum(sizes.values()))
    assert 0 < found.effective <= len(names) + 1e-9


def test_strata_are_held_to_the_frame():
    for strata, kind in ((["z"], "unknown_stratum"), (["a", "a"], "too_many"), ([], "few_units")):  # fmt: skip
        with pytest.raises(Unfit) as caught:
            design_weights(strata, sizes={"a": 1})
        assert caught.value.kind == kind


def test_a_column_without_gaps_is_the_mean_that_is_drawn_alone():
    chance = np.random.default_rng(3)
    strata = ["a"] * 12 + ["b"] * 8 + ["c"]
    x, w = chance.uniform(0, 5, 21), chance.uniform(1, 4, 21)
    sizes = {"a": 40, "b": 8, "c": 3}
    alone = weighted_mean(x, weights=w, strata=strata, sizes=sizes, runs=300, seed=11)
    factors = draws(strata, sizes=sizes, runs=300, chance=np.random.default_rng(11))
    both = means(np.column_stack((x, x + 1)), weights=w, factors=factors)
    assert (both.mean[0], both.low[0], both.high[0], both.error[0]) == pytest.approx(
        (alone.mean, alone.low, alone.high, alone.error)
    )
    assert both.mean[1] - both.mean[0] == pytest.approx(1)
    assert (both.units.tolist(), both.effective[0]) == ([21, 21], pytest.approx(alone.effective))  # fmt: skip


def test_a_population_that_was_asked_whole_leaves_no_doubt_and_no_answer_no_mean():
    factors = draws(["a"] * 4, sizes={"a": 4}, runs=50, chance=np.random.default_rng(0))
    found = means(
        np.array([[1.0, np.nan], [2, np.nan], [3, np.nan], [6, np.nan]]),
        weights=np.ones(4),
        factors=factors,
    )
    assert (found.low[0], found.mean[0], found.high[0]) == pytest.approx((3, 3, 3))
    assert (np.isnan(found.mean[1]), found.units[1], found.effective[1]) == (True, 0, 0)
    assert found.top[0] == 0.25


def test_intervals_hold_the_mean_of_the_population_as_often_as_they_say():
    chance = np.random.default_rng(8)
    people = {"a": chance.normal(2, 1, 400), "b": chance.normal(3.5, 0.6, 100)}
    truth = np.concatenate(list(people.values())).mean()
    held = 0
    for _run in range(100):
        x = np.concatenate([chance.choice(one, 40, replace=False) for one in people.values()])  # fmt: skip
        strata = ["a"] * 40 + ["b"] * 40
        w = design_weights(strata, sizes={"a": 400, "b": 100}, trim=None).values
        factors = draws(strata, sizes={"a": 400, "b": 100}, runs=100, chance=chance)
        found = means(x[:, None], weights=w, factors=factors)
        held += found.low[0] <= truth <= found.high[0]
    assert 0.87 <= held / 100 <= 0.99
