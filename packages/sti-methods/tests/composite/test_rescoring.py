"""Many scorings at once give what the aggregation of one run gives, and refuse the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sti_methods.composite.aggregating import aggregate
from sti_methods.composite.ranks import ranks_of
from sti_methods.composite.rescoring import MEANS, Structure, score_runs
from sti_methods.composite.unfit import Unfit

from .published import needs_asem, structure, table

PARENTS = {"a": "P", "b": "P", "c": "Q", "P": "I", "Q": "I", "I": None}
LEVELS = {"a": 1, "b": 1, "c": 1, "P": 2, "Q": 2, "I": 3}
WEIGHTS = {"a": 1.0, "b": 3.0, "c": 1.0, "P": 1.0, "Q": 1.0}


def tree(**changed):
    told = {
        "columns": ("a", "b", "c"),
        "parents": PARENTS,
        "levels": LEVELS,
        "weights": WEIGHTS,
    }
    return Structure(**{**told, **changed})  # fmt: skip


def fault(work):
    with pytest.raises(Unfit) as refused:
        work()
    return refused.value.kind, refused.value.about


@needs_asem
def test_published_normalised_indicators_give_the_published_aggregates():
    normal = table("published_asem_coin_object_normalised")
    published = table("published_asem_coin_object_aggregates")

    found = score_runs(tree=structure(), values=normal.values, only_root=False)

    assert set(found) == set(published.codes)
    for code, scores in found.items():
        assert np.allclose(scores[0], published.of(code)[:, 0], rtol=0, atol=1e-7)


def test_means_by_hand():
    values = np.array([[1.0, 5, 8], [4, np.nan, 2], [np.nan, np.nan, 6]])

    def index(mean, least=0.0):
        means = dict.fromkeys(("P", "Q", "I"), mean)
        found = score_runs(tree=tree(), values=values, means=means, least_data=least)
        return found["I"][0].tolist()

    assert index("arithmetic") == [6.0, 3.0, 6.0]
    assert index("geometric") == pytest.approx(
        [(5**0.75 * 8) ** 0.5, 8**0.5, 6.0], rel=1e-12
    )
    assert index("harmonic") == pytest.approx(
        [2 / ((1 + 3 / 5) / 4 + 1 / 8), 2 / (1 / 4 + 1 / 2), 6.0], rel=1e-12
    )
    # All of the children must be there: the second has no P, so no index.
    assert index("arithmetic", 1.0) == pytest.approx([6.0, np.nan, np.nan], nan_ok=True)


cells = st.one_of(st.floats(1, 100), st.just(np.nan))


@given(
    arrays(np.float64, (4, 3), elements=cells),
    arrays(np.float64, (3, 5), elements=st.floats(0.1, 2)),
    st.sampled_from(MEANS),
    st.sampled_from(MEANS),
    st.sampled_from([0.0, 0.5, 1.0]),
)
def test_every_run_is_what_one_aggregation_after_the_other_gives(
    values, weights, low, high, least
):
    # Copeland may give 0 and less: then no other mean stands above it.
    high = high if low != "copeland" else "arithmetic"
    means = {"P": low, "Q": low, "I": high}
    expected = []
    for row in weights:
        below = aggregate(
            values=values,
            weights=row[:3],
            join=np.array([[1.0, 0], [1, 0], [0, 1]]),
            method=low,
            least_data=least,
            codes=("a", "b", "c"),
            parents=("P", "Q"),
            units=tuple("wxyz"),
        )
        expected.append(
            aggregate(
                values=below,
                weights=row[3:],
                join=np.ones((2, 1)),
                method=high,
                least_data=least,
                codes=("P", "Q"),
                parents=("I",),
                units=tuple("wxyz"),
            )[:, 0]
        )

    def work():
        return score_runs(
            tree=tree(), values=values, weights=weights, means=means, least_data=least
        )["I"]

    if np.isnan(expected).all(axis=1).any():
        assert fault(work)[0] == "nothing_left"
    else:
        np.testing.assert_allclose(work(), expected, rtol=1e-9)


def test_what_is_not_above_nothing_is_refused_by_run_unit_and_code():
    values = np.array([[1.0, 5, 8], [4, 0, 2]])
    weights = np.array([[1.0, 0, 1, 1, 1], [1, 1, 1, 1, 1]])

    # Without weight, a zero does no harm.
    found = score_runs(
        tree=tree(), values=values, weights=weights[:1], means={"P": "geometric"}
    )
    assert found["I"].tolist() == [[4.5, 3.0]]
    for mean in ("geometric", "harmonic"):
        assert fault(
            lambda mean=mean: score_runs(
                tree=tree(), values=values, weights=weights, means={"P": mean}
            )
        ) == (
            "not_positive",
            {
                "run": 1,
                "row": 1,
                "code": "b",
                "parent": "P",
                "method": mean,
                "value": 0.0,
            },
        )


def test_shapes_and_unknown_means_are_refused():
    values = np.ones((2, 3))

    assert fault(lambda: score_runs(tree=tree(), values=values[:, :2])) == (
        "shape",
        {"rows": 2, "columns": 3},
    )
    assert fault(
        lambda: score_runs(tree=tree(), values=values, weights=np.ones((1, 4)))
    ) == (
        "shape",
        {"rows": 1, "columns": 5},
    )
    assert fault(
        lambda: score_runs(tree=tree(), values=values, means={"P": "mode"})
    ) == (
        "unknown_mean",
        {"code": "P", "mean": "mode"},
    )
    assert fault(lambda: score_runs(tree=tree(), values=values * np.nan)) == (
        "nothing_left",
        {"run": 0},
    )


@pytest.mark.parametrize(
    ("changed", "kind", "code"),
    [
        ({"weights": {**WEIGHTS, "b": np.nan}}, "no_weight", "b"),
        ({"weights": {**WEIGHTS, "b": -1.0}}, "below_nothing", "b"),
        ({"levels": {k: v for k, v in LEVELS.items() if k != "P"}}, "no_level", "P"),
        ({"parents": {**PARENTS, "b": "Z"}}, "unknown_parent", "b"),
        ({"columns": ("a", "b")}, "no_column", "c"),
        ({"columns": ("a", "b", "c", "P")}, "not_lowest", "P"),
        ({"columns": ("a", "b", "c", "z")}, "unknown_code", "z"),
        ({"parents": {**PARENTS, "P": "Q", "Q": "P"}}, "circle", "a"),
    ],
)
def test_a_tree_that_is_none_is_refused_by_code(changed, kind, code):
    found, about = fault(lambda: tree(**changed))

    assert (found, about["code"]) == (kind, code)


def test_a_tree_has_one_root():
    assert fault(lambda: tree(parents={**PARENTS, "Q": None})) == (
        "several_roots",
        {"roots": 2},
    )
    assert fault(lambda: tree(parents={**PARENTS, "I": "P"})) == (
        "no_root",
        {"roots": 0},
    )


def test_equals_share_the_better_rank_and_rounding_parts_nobody():
    scores = np.array([[0.1 + 0.2, 0.3, 0.5, np.nan], [1.0, 2.0, 3.0, 4.0]])

    found = ranks_of(scores=scores)

    assert found[0, :3].tolist() == [2.0, 2.0, 1.0]
    assert np.isnan(found[0, 3])
    assert found[1].tolist() == [4.0, 3.0, 2.0, 1.0]
    assert ranks_of(scores=np.zeros(3)).tolist() == [1.0, 1.0, 1.0]
    assert ranks_of(scores=np.full(3, 2.3e-313)).tolist() == [1.0, 1.0, 1.0]
