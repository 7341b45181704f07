"""The probability across languages: a model of its own, that more likeness never lowers."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest
from sti_methods.similarity import (
    Index,
    Record,
    Term,
    TermList,
    explain,
    shipped_terms,
)
from sti_methods.similarity._kernels import FEATURES
from sti_methods.similarity.across import (
    BESIDE_OTHERS,
    LEAST_RIVAL,
    MEASURES,
    SOFT,
    across_chances,
    across_features,
    shipped_across,
)

SHAPES = [("full", False), ("full", True), ("title", False), ("title", True)]


def measures(*rows):
    """Rows of measures in which all that is named has the value given, else 0."""
    out = np.zeros((len(rows), len(FEATURES)))
    for n, value in enumerate(rows):
        for name in {*MEASURES, *BESIDE_OTHERS}:
            out[n, FEATURES.index(name)] = value
    return out


def test_there_is_a_model_for_each_group_with_and_without_a_title():
    assert sorted(shipped_across()) == SHAPES


@pytest.mark.parametrize("shape", SHAPES)
def test_more_likeness_never_lowers_the_probability(shape):
    assert (shipped_across()[shape].weights >= 0).all()
    group, titled = shape
    order = np.array([0, 1])
    chances = [
        across_chances(group, titled=titled, measures=measures(mine, 0.2), order=order)[
            0
        ]
        for mine in (0.05, 0.2, 0.4, 0.8)
    ]
    assert chances == sorted(chances)
    assert chances[0] < 0.05
    assert chances[-1] > 0.5


def test_the_best_is_measured_against_the_second_and_all_others_against_the_best():
    found = across_features(measures(0.5, 0.3, 0.2), np.array([0, 1, 2]))
    ratio = [
        np.log((mine + SOFT) / (other + SOFT))
        for mine, other in ((0.5, 0.3), (0.3, 0.5), (0.2, 0.5))
    ]
    assert found.shape == (3, len(MEASURES) + len(BESIDE_OTHERS))
    for column in range(len(MEASURES), found.shape[1]):
        assert found[:, column] == pytest.approx(ratio)


def test_where_a_list_has_no_other_one_is_taken_to_be_as_near_as_wrong_ones_are():
    alone = across_features(measures(0.5), np.array([0]))
    assert alone[0, -1] == pytest.approx(np.log((0.5 + SOFT) / (LEAST_RIVAL + SOFT)))


def test_the_figures_beside_the_coefficients_are_of_talks_not_seen_and_good_enough():
    text = files("sti_methods.similarity").joinpath("across.json").read_text("utf-8")
    told = {
        (row["group"], row["title"], row["terms"]): row
        for row in json.loads(text)["held out"]
    }
    assert {key[:2] for key in told} == set(SHAPES)
    for titled in (False, True):
        row = told["full", titled, "shipped and learned"]
        assert row["recall at .5"] > 0.85
        assert row["precision at .5"] > 0.95
        assert row["something at .5, right one missing"] < 0.06


OTHERS = [
    ("Drying of rice by heat pump", "A static dryer lowers losses of broken grain."),
    ("Bearings of wind turbines", "Sensors of acceleration find damage of bearings."),
    ("Trays of bagasse", "Hot pressing of bagasse for food packaging that decays."),
    ("Batteries for mine trucks", "Lithium iron phosphate cells bear vibration."),
    ("Brackish water", "Membranes of reverse osmosis for shrimp farms."),
]
ABROAD = Record(
    id="abroad",
    title="Recovery of zinc from electric arc furnace dust in a rotary kiln",
    abstract="Furnace dust holds zinc and lead. The slag is used as an additive for cement.",
)
QUERY = Record(
    id="query",
    title="Thu hồi kẽm từ bụi lò hồ quang điện trong lò quay",
    abstract="Bụi lò chứa kẽm và chì. Xỉ được dùng làm phụ gia xi măng.",
)


def test_a_right_record_of_the_other_language_is_probable_and_a_wrong_one_is_not():
    others = [Record(id=t, title=t, abstract=a) for t, a in OTHERS]
    index = Index([ABROAD, *others], terms=shipped_terms())
    first, *rest = (m for m in index.rank(QUERY) if m.across)
    assert first.id == "abroad"
    assert first.probability > 0.9
    assert all(match.probability < 0.05 for match in rest)
    told = explain(index, QUERY, ABROAD)
    assert told.probability == first.probability
    assert sum(f.contribution for f in told.features) == told.score == first.score


def test_probabilities_within_a_language_do_not_depend_on_terms():
    own = Record(id="own", title="Lọc bụi lò xi măng", abstract="Túi lọc bụi lò quay.")
    terms = TermList([Term("bụi", "dust")])
    with_terms, without = (
        [m for m in Index([ABROAD, own], terms=some).rank(QUERY) if m.id == "own"]
        for some in (terms, None)
    )
    assert [m.probability for m in with_terms] == [m.probability for m in without]
