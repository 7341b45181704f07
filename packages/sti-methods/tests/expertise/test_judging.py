from __future__ import annotations

import csv

import pytest
from sti_methods.expertise import (
    Pool,
    loss,
    read_experts,
    read_pairs,
    read_proposals,
)

from tests.shared import SHARED, needs_shared

RATED = {("a", "1"): 5.0, ("a", "2"): 3.0, ("a", "3"): 3.0, ("b", "1"): 1.0}


@pytest.mark.parametrize(
    ("scores", "lost"),
    [
        ([3, 2, 1], 0),  # equal ratings do not count
        ([1, 2, 3], 1),
        ([2, 2, 1], 0.25),  # one pair of two is undecided
        ([2, 3, 1], 0.5),
        ([0, 0, 0], 0.5),
    ],
)
def test_the_loss_is_the_weighted_share_of_pairs_in_the_wrong_order(scores, lost):
    guessed = dict(zip(RATED, [*map(float, scores), 9.0], strict=True))
    assert loss(guessed, RATED) == lost


def test_without_two_different_ratings_of_one_expert_there_is_no_loss():
    with pytest.raises(ValueError, match="differently"):
        loss({("b", "1"): 1.0}, {("b", "1"): 1.0})


@needs_shared("reviewer/gold")
@pytest.mark.parametrize("profiles", ["d_20_1", "d_20_4", "d_20_8"])
def test_words_order_self_rated_expertise_with_a_loss_below_245(profiles):
    gold = SHARED / "data/reviewer/gold"
    with (gold / "evaluations.csv").open(encoding="utf-8") as file:
        rated = {
            (row["ParticipantID"], row[f"Paper{n}"]): float(row[f"Expertise{n}"])
            for row in csv.DictReader(file, delimiter="\t")
            for n in range(1, 11)
            if row[f"Paper{n}"]
        }
    proposals = read_proposals(gold / profiles / "proposals.jsonl")
    experts = read_experts(gold / profiles / "experts.jsonl")
    pairs = read_pairs(
        gold / profiles / "pairs.csv",
        experts={each.id for each in experts},
        proposals={each.id for each in proposals},
    )
    assert set(rated) <= set(pairs)
    scores = Pool(experts, proposals).scores(proposals)
    assert loss({pair: scores.of(*pair) for pair in rated}, rated) <= 0.245
