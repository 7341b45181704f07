"""Groups beside each other, and samples: against SciPy, published figures and their laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sti_methods.composite.unfit import Unfit
from sti_methods.reliability import (
    allocation,
    dunn_holm,
    games_howell,
    hedges_g,
    holm,
    kish,
    kruskal_wallis,
    weighted_mean,
    weights,
    welch,
    welch_anova,
)

from .published import needs_published, pupils

THREE = {"x": [1, 2, 2, 3, 5], "y": [4, 5, 5, 7], "z": [1, 1, 9, 12, 13, 15]}


@needs_published
def test_two_schools_differ_as_was_computed_elsewhere():
    values, school = pupils()
    score = values[:, 3:6].mean(axis=1)
    first, second = score[school == "Pasteur"], score[school == "Grant-White"]
    found = welch(first, second)
    assert (found.t, found.df) == pytest.approx((-4.943396, 297.7867), rel=1e-6)
    assert hedges_g(first, second).g == pytest.approx(-0.568615, abs=1e-6)
    ranked = kruskal_wallis({"a": first, "b": second})
    assert ranked.statistic == pytest.approx(20.43849, abs=1e-5)


def test_the_tests_are_those_of_scipy_where_it_has_them():
    found = welch(THREE["x"], THREE["y"])
    same = stats.ttest_ind(THREE["x"], THREE["y"], equal_var=False)
    assert (found.t, found.df, found.p) == pytest.approx(
        (same.statistic, same.df, same.pvalue)
    )
    interval = same.confidence_interval()
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    ranked = kruskal_wallis(THREE)
    assert (ranked.statistic, ranked.p) == pytest.approx(
        tuple(stats.kruskal(*THREE.values()))
    )
    means = welch_anova(THREE)
    again = stats.f_oneway(*THREE.values(), equal_var=False)
    assert (means.statistic, means.p) == pytest.approx((again.statistic, again.pvalue))
    pairs = stats.tukey_hsd(*THREE.values(), equal_var=False)
    mine = games_howell(THREE)
    bounds = pairs.confidence_interval()
    at = ((0, 1), (0, 2), (1, 2))
    assert [p.p for p in mine] == pytest.approx([pairs.pvalue[i] for i in at])
    assert [p.difference for p in mine] == pytest.approx(
        [pairs.statistic[i] for i in at]
    )
    assert [p.low for p in mine] == pytest.approx([bounds.low[i] for i in at])


def test_two_groups_give_one_answer_by_either_way():
    two = {name: THREE[name] for name in ("x", "z")}
    (pair,) = games_howell(two)
    alone = welch(two["x"], two["z"])
    assert (pair.p, pair.low, pair.high) == pytest.approx(
        (alone.p, alone.low, alone.high), rel=1e-5
    )
    (ranked,) = dunn_holm(two)
    assert ranked.p == pytest.approx(kruskal_wallis(two).p)


def test_the_interval_of_an_effect_holds_the_truth_as_often_as_it_says():
    chance, held = np.random.default_rng(11), 0
    for _run in range(400):
        found = hedges_g(chance.normal(0.5, 1, 20), chance.normal(0, 1, 25))
        held += found.low <= 0.5 <= found.high
    assert 0.92 <= held / 400 <= 0.98


def test_probabilities_are_adjusted_for_how_many_there_are():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.6, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


@given(st.permutations(list(THREE)))
def test_groups_may_come_in_any_order(order):
    turned = {name: THREE[name] for name in order}
    assert welch_anova(turned).statistic == pytest.approx(welch_anova(THREE).statistic)
    assert kruskal_wallis(turned).statistic == pytest.approx(
        kruskal_wallis(THREE).statistic
    )


SIZES = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 500), min_size=1)


@given(SIZES, st.integers(6, 800), st.sampled_from(["equal", "proportional"]))
def test_an_allocation_asks_as_many_as_was_said_and_nobody_twice(sizes, sample, way):
    found = allocation(sizes=sizes, sample=sample, way=way)
    assert sum(found.values()) == min(sample, sum(sizes.values()))
    assert all(1 <= found[name] <= sizes[name] for name in sizes)


def test_more_are_asked_where_answers_vary_more():
    sizes = {"few": 100, "many": 1000, "tiny": 10, "none": 0}
    assert allocation(sizes=sizes, sample=60, way="equal") == {
        "few": 25, "many": 25, "tiny": 10, "none": 0,
    }  # fmt: skip
    assert allocation(sizes=sizes, sample=111, way="proportional") == {
        "few": 10, "many": 100, "tiny": 1, "none": 0,
    }  # fmt: skip
    neyman = allocation(
        sizes=sizes,
        sample=60,
        way="neyman",
        deviations={"few": 5, "many": 1, "tiny": 0},
        least=2,
    )
    assert neyman == {"few": 19, "many": 39, "tiny": 2, "none": 0}


def test_an_answer_stands_for_as_many_as_were_not_asked_and_none_for_all():
    strata = ["a"] * 20 + ["b"] * 20
    found = weights(strata, sizes={"a": 1000, "b": 100})
    assert (found.values[0], found.values[-1], found.cut) == (50.0, 5.0, 0)
    assert found.effective == pytest.approx(1100**2 / (20 * 50**2 + 20 * 5**2))
    cut = weights(["a"] * 9 + ["b"], sizes={"a": 9, "b": 1000})
    assert (cut.cut, cut.values.sum()) == (1, pytest.approx(1009))
    assert cut.values[-1] / cut.values[0] == pytest.approx(5)
    assert kish([1, 1, 1, 1]) == 4


def test_a_mean_is_sure_as_its_sample_and_the_same_every_time():
    chance = np.random.default_rng(2)
    values = chance.normal(3, 1, 200)
    strata = ["a"] * 100 + ["b"] * 100
    found = weighted_mean(values, weights=np.ones(200), strata=strata)
    assert found.mean == pytest.approx(values.mean())
    inside = np.concatenate([half - half.mean() for half in np.split(values, 2)])
    assert found.error == pytest.approx(
        np.sqrt((inside**2).sum() / 198 / 200), rel=0.05
    )
    assert found.low < found.mean < found.high
    assert found == weighted_mean(values, weights=np.ones(200), strata=strata)
    asked_all = weighted_mean(
        values, weights=np.ones(200), strata=strata, sizes={"a": 100, "b": 100}
    )
    assert (asked_all.low, asked_all.high) == pytest.approx((found.mean, found.mean))
    holed = weighted_mean([1, np.nan, 3], weights=[1, 1, 3], strata=["a"] * 3)
    assert (holed.mean, holed.units) == (2.5, 2)


def test_what_cannot_be_compared_is_refused_with_a_reason():
    def kind(work, *given_, **named):
        with pytest.raises(Unfit) as refused:
            work(*given_, **named)
        return refused.value.kind

    assert [
        kind(welch, [1], [1, 2]),
        kind(welch, [1, 1], [1, 1]),
        kind(hedges_g, [2, 2], [1, 1]),
        kind(welch_anova, {"a": [1, 2]}),
        kind(welch_anova, {"a": [1, 2], "b": [1, 1]}),
        kind(kruskal_wallis, {"a": [1, 1], "b": [1, 1]}),
        kind(allocation, sizes={"a": 5, "b": 5}, sample=1, way="equal"),
        kind(allocation, sizes={"a": 5}, sample=2, way="neyman"),
        kind(weights, [], sizes={}),
        kind(weights, ["a"], sizes={}),
        kind(weights, ["a", "a"], sizes={"a": 1}),
        kind(weighted_mean, [1.0], weights=[1.0, 1.0], strata=["a"]),
        kind(weighted_mean, [np.nan], weights=[1.0], strata=["a"]),
    ] == [
        "few_units", "no_spread", "no_spread", "few_groups", "no_spread", "no_spread",
        "few_units", "shape", "few_units", "unknown_stratum", "too_many", "shape",
        "few_units",
    ]  # fmt: skip
