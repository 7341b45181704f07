from __future__ import annotations

import numpy as np
import pytest
from sti_methods.calibration import Faulty, Reviews


def test_reviews_stand_in_the_order_of_names_whatever_their_order():
    one = Reviews.of(["b", "a", "a"], ["x", "y", "x"], [3, 1, 2])

    assert one.proposals == ("a", "b")
    assert one.reviewers == ("x", "y")
    assert one.proposal.tolist() == [0, 0, 1]
    assert one.reviewer.tolist() == [0, 1, 0]
    assert one.score.tolist() == [2, 1, 3]
    assert one.weight.tolist() == [1, 1, 1]
    assert (one.mean.tolist(), one.count.tolist()) == ([1.5, 3], [2, 1])


def test_proposals_that_no_chain_of_reviewers_joins_are_panels_apart():
    one = Reviews.of(
        ["c", "a", "a", "b", "b", "c"], ["z", "x", "y", "y", "w", "v"], [1.0] * 6
    )

    assert dict(zip(one.proposals, one.panel.tolist(), strict=True)) == {
        "a": 0,
        "b": 0,
        "c": 1,
    }
    assert dict(zip(one.reviewers, one.panel_of_reviewer.tolist(), strict=True)) == {
        "v": 1,
        "w": 0,
        "x": 0,
        "y": 0,
        "z": 1,
    }
    assert one.spare == 0


def test_criteria_are_joined_by_their_weights():
    one = Reviews.of(
        ["a"] * 4, ["x", "x", "y", "y"], [10, 5, 8, 9],
        criterion=["idea", "team"] * 2, weights={"idea": 3, "team": 1},
    )  # fmt: skip

    assert one.score.tolist() == [(3 * 10 + 5) / 4, (3 * 8 + 9) / 4]
    assert one.weight.tolist() == [1, 1]


def test_a_missing_criterion_is_no_zero_and_the_review_weighs_less():
    one = Reviews.of(
        ["a", "a", "b"], ["x", "x", "x"], [10, 4, 12],
        criterion=["idea", "team", "idea"], weights={"idea": 1, "team": 1},
    )  # fmt: skip

    # Means: idea 11, team 4. b is one above the mean of what was scored.
    assert np.allclose(one.score, [7.5 + (-1 + 0) / 2, 7.5 + 1])
    assert one.weight.tolist() == [1, 0.5]


@pytest.mark.parametrize(
    ("arguments", "row", "column", "kind"),
    [
        ((["a"], ["x", "y"], [1]), -1, "", "lengths"),
        (([], [], []), -1, "", "empty"),
        ((["a", " "], ["x", "y"], [1, 2]), 1, "proposal", "name"),
        ((["a", "b"], ["x", ""], [1, 2]), 1, "reviewer", "name"),
        ((["a", "b"], ["x", "y"], [1, float("nan")]), 1, "score", "number"),
        ((["a", "b"], ["x", "y"], [1, float("inf")]), 1, "score", "number"),
        ((["a", "b", "a"], ["x", "x", "x"], [1, 2, 3]), 2, "reviewer", "twice"),
    ],
)
def test_a_faulty_review_is_refused_by_its_row(arguments, row, column, kind):
    with pytest.raises(Faulty) as refusal:
        Reviews.of(*arguments)

    fault = refusal.value
    assert (fault.row, fault.column, fault.kind) == (row, column, kind)


@pytest.mark.parametrize(
    ("criterion", "weights", "row", "column", "kind"),
    [
        (["idea", ""], None, 1, "criterion", "name"),
        (["idea", "team"], {"idea": 1}, 1, "weight", "weight"),
        (["idea", "team"], {"idea": 0, "team": 1}, 0, "weight", "weight"),
        (["idea", "team"], {"idea": 1, "team": float("nan")}, 1, "weight", "weight"),
    ],
)
def test_a_faulty_criterion_is_refused_by_its_row(
    criterion, weights, row, column, kind
):
    with pytest.raises(Faulty) as refusal:
        Reviews.of(["a", "a"], ["x", "x"], [1, 2], criterion=criterion, weights=weights)

    fault = refusal.value
    assert (fault.row, fault.column, fault.kind) == (row, column, kind)
