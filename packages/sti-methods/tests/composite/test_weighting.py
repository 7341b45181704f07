"""Weights against published ones, against values by hand, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sti_methods.composite.judging import RANDOM_INDEX, ahp_weights
from sti_methods.composite.unfit import Unfit
from sti_methods.composite.weighting import (
    budget_weights,
    correlation_weights,
    equal_weights,
    pca_weights,
    pca_weights_of,
)

from .published import PILLARS, needs_asem, parents, table

near = pytest.approx


def faults(work):
    with pytest.raises(Unfit) as refused:
        work()
    return [(fault.kind, fault.about) for fault in refused.value.all]


def test_equal_weights_are_one_each():
    assert equal_weights(codes=["a", "b"]).to_plain() == {
        "method": "equal",
        "weights": {"a": 1.0, "b": 1.0},
        "negative": [],
        "facts": {},
    }
    assert faults(lambda: equal_weights(codes=[])) == [("no_codes", {})]
    assert faults(lambda: equal_weights(codes=["a", "b", "a"])) == [
        ("code_twice", {"code": "a"})
    ]


@needs_asem
def test_loadings_of_the_second_level_are_the_published_ones_with_the_sign_fixed():
    scores = table("published_asem_coin_object_aggregates")

    found = pca_weights_of(values=scores.of(*PILLARS), codes=PILLARS, parents=parents())

    assert found["Conn"].values == near(
        (0.5117970, 0.3049926, 0.3547671, 0.5081540, 0.5108455), abs=5e-8
    )
    # Printed as .6513 -.7444 .1473: the largest, Social, is made positive.
    assert found["Sust"].values == near((-0.6513188, 0.7443677, -0.1473108), abs=5e-8)
    assert found["Conn"].negative == ()
    assert found["Sust"].negative == ("Environ", "SusEcFin")


def test_two_columns_load_alike_whatever_their_units():
    values = np.array([[1.0, 30], [2, 10], [3, 40], [4, 50], [np.nan, 1]])

    found = pca_weights(values=values, codes=["a", "b"])

    r = np.corrcoef(values[:4].T)[0, 1]
    assert found.values == near((0.5**0.5, 0.5**0.5))
    assert found.facts == near({"explained": (1 + r) / 2, "units": 4.0})
    assert pca_weights(values=values * [5, 0.1], codes=["a", "b"]).values == near(
        found.values
    )


def test_a_lone_child_weighs_one_and_an_orphan_is_named():
    values = np.array([[1.0, 2, 7], [2, 1, 8], [3, 5, 9]])
    above = {"a": "P", "b": "P", "c": "Q"}

    found = pca_weights_of(values=values, codes=["a", "b", "c"], parents=above)

    assert found["Q"].values == (1.0,)
    assert faults(
        lambda: pca_weights_of(values=values, codes=["a", "b", "d"], parents=above)
    ) == [("no_parent", {"code": "d"})]


def test_a_constant_column_and_too_few_units_are_refused():
    flat = np.array([[1.0, 0.1], [2, 0.1], [3, 0.1]])
    thin = np.array([[1.0, 3], [2, np.nan], [3, 5]])

    for weigh in (pca_weights, correlation_weights):
        assert faults(lambda weigh=weigh: weigh(values=flat, codes=["a", "b"])) == [
            ("constant", {"code": "b"})
        ]
        assert faults(lambda weigh=weigh: weigh(values=thin, codes=["a", "b"])) == [
            ("few_units", {"units": 2, "needed": 3})
        ]
    assert faults(lambda: pca_weights(values=flat, codes=["a"])) == [
        ("shape", {"rows": 3, "columns": 1})
    ]


def test_experts_give_points_and_their_mean_is_the_weight():
    found = budget_weights(
        points=np.array([[50.0, 30, 20], [30, 30, 40]]),
        experts=["An", "Bình"],
        codes=["a", "b", "c"],
    )

    assert found.to_plain() == {
        "experts": ["An", "Bình"],
        "method": "budget",
        "weights": {"a": 40.0, "b": 30.0, "c": 30.0},
        "negative": [],
        "facts": {"experts": 2.0},
        "criteria": [
            {
                "code": "a",
                "mean": 40.0,
                "deviation": near(200**0.5),
                "least": 30.0,
                "most": 50.0,
            },
            {"code": "b", "mean": 30.0, "deviation": 0.0, "least": 30.0, "most": 30.0},
            {
                "code": "c",
                "mean": 30.0,
                "deviation": near(200**0.5),
                "least": 20.0,
                "most": 40.0,
            },
        ],
    }
    assert found.weights.shares == near({"a": 0.4, "b": 0.3, "c": 0.3})


def test_one_expert_has_no_deviation():
    found = budget_weights(
        points=np.array([[60.0, 40]]), experts=["An"], codes=["a", "b"]
    )

    assert found.deviation == (None, None)
    assert found.weights.values == (60.0, 40.0)


def test_every_fault_of_a_budget_is_named():
    points = np.array([[50.0, 51], [110, -10], [np.nan, 100]])

    assert faults(
        lambda: budget_weights(points=points, experts=["x", "y", "z"], codes=["a", "b"])
    ) == [
        ("sum", {"expert": "x", "sum": 101.0, "needed": 100.0}),
        ("below_nothing", {"expert": "y", "code": "b", "points": -10.0}),
        ("no_number", {"expert": "z", "code": "a"}),
    ]
    assert faults(
        lambda: budget_weights(points=points, experts=["x", "x", "z"], codes=["a", "b"])
    ) == [("expert_twice", {"expert": "x"})]
    assert faults(
        lambda: budget_weights(points=np.zeros((0, 2)), experts=[], codes=["a", "b"])
    ) == [("no_experts", {})]


def test_balanced_weights_make_every_column_correlate_alike_with_the_mean():
    values = np.random.default_rng(7).normal(size=(40, 4)) * [1, 5, 0.2, 30]
    codes = ("a", "b", "c", "d")

    found = correlation_weights(values=values, codes=codes)

    parent = values @ np.array(found.values)
    seen = [np.corrcoef(column, parent)[0, 1] for column in values.T]
    assert seen == near([found.facts["correlation"]] * 4, abs=1e-12)
    assert sum(found.values) == near(1.0)
    assert min(found.values) > 0
    assert found.facts["units"] == 40.0


@needs_asem
def test_the_pillars_of_connectivity_cannot_be_balanced_and_are_named():
    scores = table("published_asem_coin_object_aggregates")
    codes = ("Physical", "ConEcFin", "Political", "Instit", "P2P")

    assert faults(
        lambda: correlation_weights(values=scores.of(*codes), codes=codes)
    ) == [("no_balance", {"code": code}) for code in ("Physical", "Instit", "P2P")]


def test_a_column_that_follows_the_others_cannot_be_balanced():
    a = np.array([1.0, 2, 3, 4, 5, 6])
    b = np.array([2.0, 1, 4, 3, 6, 5])
    c = np.array([3.0, 1, 2, 6, 5, 4])

    def tried(*columns):
        return faults(
            lambda: correlation_weights(
                values=np.column_stack(columns), codes=["a", "c", "sum"]
            )
        )

    assert tried(a, c, a + c) == [("collinear", {"codes": 3})]
    # Nearly their sum, it correlates more than either whatever it weighs above 0.
    assert tried(a, c, a + c + b / 20) == [("no_balance", {"code": "sum"})]


# Saaty's own example of three criteria: λ = 3.0385, CR = .0332.
SAATY = np.array([[1.0, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]])


def test_comparisons_give_the_principal_eigenvector_and_its_consistency():
    found = ahp_weights(matrices={"An": SAATY}, codes=["a", "b", "c"])

    lengths, axes = np.linalg.eig(SAATY)
    vector = np.abs(axes[:, np.argmax(lengths.real)].real)
    assert found.weights.values == near(tuple(vector / vector.sum()), abs=1e-12)
    assert found.weights.values == near((0.637, 0.258, 0.105), abs=5e-4)
    assert found.together.largest == near(3.0385, abs=5e-5)
    assert found.together.index == near(0.01926, abs=5e-6)
    assert found.together.ratio == near(0.03320, abs=5e-5)
    assert found.judges == (found.together,)
    assert found.accepted == ()


@given(
    st.lists(st.floats(0.1, 9), min_size=3, max_size=9),
    st.lists(st.floats(0.1, 9), min_size=9, max_size=9),
)
def test_what_is_consistent_gives_back_its_weights(weights, others):
    w = np.array(weights)
    v = np.array(others[: len(weights)])
    codes = [f"c{k}" for k in range(len(w))]

    found = ahp_weights(
        matrices={"x": w[:, None] / w, "y": v[:, None] / v}, codes=codes
    )

    joined = np.sqrt(w * v)  # the geometric mean of two consistent judges
    assert np.allclose(found.weights.values, joined / joined.sum(), rtol=1e-9)
    assert np.allclose(found.judges[0].values, w / w.sum(), rtol=1e-9)
    assert found.together.ratio < 1e-9


def test_judges_are_joined_by_the_geometric_mean():
    one = np.array([[1.0, 4], [1 / 4, 1]])
    other = np.array([[1.0, 1], [1, 1]])

    found = ahp_weights(matrices={"x": one, "y": other}, codes=["a", "b"])

    assert found.weights.values == near((2 / 3, 1 / 3))
    assert [judge.values for judge in found.judges] == [
        near((0.8, 0.2)),
        near((0.5, 0.5)),
    ]
    assert found.together.ratio == 0.0


def test_a_judge_in_contradiction_is_refused_with_the_pair_to_ask_about():
    # a over b, b over c, c over a.
    circle = np.array([[1.0, 5, 1 / 5], [1 / 5, 1, 5], [5, 1 / 5, 1]])
    asked = {"x": SAATY, "y": circle}

    found = faults(lambda: ahp_weights(matrices=asked, codes=["a", "b", "c"]))

    assert [(kind, about["judge"]) for kind, about in found] == [
        ("inconsistent", "y"),
        ("inconsistent", ""),
    ]
    assert found[0][1]["ratio"] == near((5 + 0.2 + 1 - 3) / 2 / 0.58)
    taken = ahp_weights(matrices=asked, codes=["a", "b", "c"], accept_inconsistent=True)
    assert taken.accepted == ("y", "")


def test_the_oddest_comparison_is_named():
    w = np.array([0.5, 0.3, 0.15, 0.05])
    odd = w[:, None] / w
    odd[1, 3], odd[3, 1] = 1 / 6, 6

    [(kind, about)] = faults(
        lambda: ahp_weights(matrices={"x": odd}, codes=["a", "b", "c", "d"])
    )

    assert (kind, about["row"], about["column"]) == ("inconsistent", "b", "d")
    assert about["stated"] == near(1 / 6)
    assert about["implied"] > 4 * about["stated"]


def test_every_entry_that_cannot_stand_is_named():
    codes = ["a", "b"]

    def tried(*entries):
        return faults(
            lambda: ahp_weights(
                matrices={"x": np.array(entries).reshape(2, 2)}, codes=codes
            )
        )

    place = {"judge": "x", "row": "a", "column": "b"}
    assert tried(1.0, 3.0, 0.5, 1.0) == [
        ("reciprocal", {**place, "stated": 3, "back": 0.5})
    ]
    assert tried(1.0, -3.0, -1 / 3, 2.0) == [
        ("not_positive", {**place, "stated": -3.0}),
        ("not_positive", {**place, "row": "b", "column": "a", "stated": -1 / 3}),
        ("diagonal", {"judge": "x", "row": "b", "column": "b", "stated": 2.0}),
    ]
    assert tried(1.0, np.nan, 1.0, 1.0) == [("no_number", place)]
    assert tried(1.0, 1e4, 1e-4, 1.0) == [
        ("beyond_scale", {**place, "stated": 1e4, "most": 1e3}),
        (
            "beyond_scale",
            {"judge": "x", "row": "b", "column": "a", "stated": 1e-4, "most": 1e3},
        ),
    ]


def test_the_wildest_circle_still_has_weights():
    wild = np.array([[1.0, 900, 1 / 800], [1 / 900, 1, 700], [800, 1 / 700, 1]])

    found = ahp_weights(
        matrices={"x": wild}, codes=["a", "b", "c"], accept_inconsistent=True
    )

    weight = np.array(found.weights.values)
    assert wild @ weight == near(found.together.largest * weight, rel=1e-9)
    assert found.accepted == ("x",)


def test_a_rounded_reciprocal_is_made_exact_from_the_entry_above_one():
    rounded = np.array([[1.0, 0.14], [7.0, 1.0]])

    found = ahp_weights(matrices={"x": rounded}, codes=["a", "b"])

    assert found.weights.values == near((1 / 8, 7 / 8), abs=1e-12)


def test_more_things_than_the_index_knows_are_refused():
    codes = [f"c{k}" for k in range(16)]

    assert faults(
        lambda: ahp_weights(matrices={"x": np.ones((16, 16))}, codes=codes)
    ) == [("too_many", {"codes": 16, "most": len(RANDOM_INDEX)})]
    assert faults(lambda: ahp_weights(matrices={}, codes=["a"])) == [("no_judges", {})]
    assert faults(
        lambda: ahp_weights(matrices={"x": np.ones((2, 3))}, codes=["a", "b"])
    ) == [("shape", {"judge": "x", "rows": 2, "columns": 2})]
