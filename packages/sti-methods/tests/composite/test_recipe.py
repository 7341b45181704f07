"""Recipes: every key checked, the fault named by its path, no step skipped in silence."""

from __future__ import annotations

import numpy as np
import pytest
from sti_methods.composite import Band, Recipe, Unfit, band_of, prepare, rescore, run

from .small import recipe, tables

EVALUATION = [
    {"code": "kem", "low": 1, "high": 1.5, "closed_low": True},
    {"code": "trung_binh", "low": 1.5, "high": 2.5},
    {"code": "kha", "low": 2.5, "high": 3.5},
    {"code": "tot", "low": 3.5, "high": 4.5},
    {"code": "xuat_sac", "low": 4.5, "high": 5},
]


def faults(said):
    with pytest.raises(Unfit) as refusal:
        Recipe.of(said)
    return [(f.kind, f.about["path"]) for f in refusal.value.all]


def test_an_unknown_key_is_refused_with_the_nearest_known():
    with pytest.raises(Unfit) as refusal:
        Recipe.of({"normalize": "z", "treat": {"winsorize": 3}})

    assert [(f.kind, f.about["path"], f.about["near"]) for f in refusal.value.all] == [
        ("recipe_key", "normalize", "normalise"),
        ("recipe_key", "treat.winsorize", "winsorise"),
    ]


def test_a_step_that_is_named_but_says_nothing_is_refused():
    assert faults({"impute": None, "treat": {"method": None}}) == [
        ("recipe_empty", "impute"),
        ("recipe_empty", "treat.method"),
    ]
    assert faults({"impute": {"group": "region"}})[0] == (
        "recipe_needs",
        "impute.method",
    )


def test_all_faults_are_said_at_once():
    assert faults(
        {
            "year": 2024.5,
            "leave_out": "w",
            "screen": {"units": 90, "counted": "gaps"},
            "impute": {"method": "group_mean"},
            "treat": {"skewness": "two", "log": "yes"},
            "normalise": {"lowest": 100},
            "weights": "mine",
            "weight_sets": {"other": {"w": -1}},
            "aggregate": {"levels": {1: "geometric", 2: "mean"}},
        }
    ) == [
        ("recipe_whole", "year"),
        ("recipe_range", "weight_sets.other.w"),
        ("recipe_choice", "weights"),
        ("recipe_list", "leave_out"),
        ("recipe_range", "screen.units"),
        ("recipe_choice", "screen.counted"),
        ("recipe_needs", "impute.group"),
        ("recipe_number", "treat.skewness"),
        ("recipe_flag", "treat.log"),
        ("recipe_ends", "normalise.highest"),
        ("recipe_level", "aggregate.levels.1"),
        ("recipe_choice", "aggregate.levels.2"),
    ]


@pytest.mark.parametrize("said", [None, [], "asem", 3])
def test_a_recipe_is_names_with_values(said):
    assert faults(said) == [("recipe_mapping", ".")]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"leave_out": ["v"]}, "recipe_unknown_code"),
        ({"treat": {"leave": ["v"]}}, "recipe_unknown_code"),
        ({"weight_sets": {"mine": {"v": 1}}}, "recipe_unknown_code"),
        ({"denominate": {"w": "people"}}, "recipe_unknown_denominator"),
        ({"impute": {"method": "group_mean", "group": "zone"}}, "recipe_unknown_group"),
        ({"normalise": {"method": "distance_to_reference", "reference": "Z"}},
         "recipe_unknown_unit"),
    ],
)  # fmt: skip
def test_what_the_recipe_names_must_be_in_the_tables(said, kind):
    with pytest.raises(Unfit) as refusal:
        run(recipe=recipe(**said), tables=tables())

    assert refusal.value.kind == kind


def test_leaving_all_children_out_is_refused_and_leaving_the_parent_too_is_not():
    with pytest.raises(Unfit) as refusal:
        run(recipe=recipe(leave_out=["w", "x"]), tables=tables())

    assert (refusal.value.kind, refusal.value.about["code"]) == ("nothing_left", "p")
    made = run(recipe=recipe(leave_out=["p"]), tables=tables())
    assert made.prepared.tree.codes == ("y", "z", "q", "index")
    assert made.scores["index"].tolist() == made.scores["q"].tolist()


def test_every_step_stands_in_the_log_also_when_it_did_nothing():
    made = run(recipe=recipe(), tables=tables())

    assert [step.name for step in made.log] == [
        "leave_out", "denominate", "screen", "impute", "weigh", "treat", "normalise",
        "aggregate", "aggregate", "rank",
    ]  # fmt: skip
    assert all(len(step.digest) == 64 for step in made.log)


def test_rescoring_refuses_what_it_does_not_know():
    prepared, _kept, _log = prepare(recipe=recipe(), tables=tables())

    for changes, kind in (
        ({"winsorise": 3}, "change"),
        ({"weights": {"v": 1.0}}, "weight_unknown"),
        ({"weights": {2: [1.0]}}, "weight_shape"),
        ({"weights": [1.0, 2.0]}, "weight_shape"),
        ({"aggregation": "median"}, "recipe_choice"),
        ({"normalisation": "minmax"}, "recipe_choice"),
        ({"leave_out": ["w", "x"]}, "weight_sum"),
        ({"aggregation": "geometric"}, "not_positive"),
    ):
        with pytest.raises(Unfit) as refusal:
            rescore(prepared, changes)
        assert refusal.value.kind == kind, changes


def test_bands_hold_their_upper_end_and_the_first_its_lower():
    bands = Recipe.of({"bands": EVALUATION}).bands

    assert [
        band_of(bands=bands, score=s)
        for s in (1, 1.5, 1.5001, 2.5, 2.51, 3.5, 4.5, 4.5000001, 5, float("nan"))
    ] == [
        "kem", "kem", "trung_binh", "trung_binh", "kha", "kha", "tot", "xuat_sac",
        "xuat_sac", "",
    ]  # fmt: skip


def test_a_border_missed_by_rounding_is_the_border():
    bands = Recipe.of({"bands": EVALUATION}).bands

    assert band_of(bands=bands, score=0.1 * 1 + 0.3 * 1 + 0.6 * (11 / 6)) == "kem"


def test_a_score_outside_all_bands_is_refused():
    bands = (Band(code="a", low=0, high=1, closed_low=True, closed_high=True),)

    for score in (-0.1, 1.1):
        with pytest.raises(Unfit, match="outside_bands"):
            band_of(bands=bands, score=score)


def test_bands_with_gaps_overlaps_or_shared_borders_are_refused():
    first = {"code": "a", "low": 0, "high": 1}

    for second in (
        {"code": "b", "low": 1.5, "high": 2},
        {"code": "b", "low": 0.5, "high": 2},
        {"code": "b", "low": 1, "high": 2, "closed_low": True},
    ):
        assert faults({"bands": [first, second]}) == [("bands_join", "bands.1.low")]
    assert faults({"bands": [first, {"code": "a", "low": 1, "high": 2}]}) == [
        ("bands_twice", "bands.1.code")
    ]
    assert faults({"bands": [{"code": "a", "low": 2}]})[0] == (
        "recipe_needs",
        "bands.0.high",
    )


# ------------------------------------------------------------------ weights from the data


def test_weights_may_come_from_the_first_component_at_some_levels():
    made = run(recipe=recipe(weights={"method": "pca", "levels": [1]}), tables=tables())
    given = run(recipe=recipe(), tables=tables())
    line = [step for step in made.log if step.name == "weigh"][-1]

    # Of two columns the first component of their correlation weighs both alike.
    assert line.parameters["values"] == pytest.approx(
        dict.fromkeys("wxyz", 0.5**0.5) | {"p": 1, "q": 1, "index": 1}
    )
    assert sorted(line.parameters["facts"]) == ["p", "q"]
    assert made.scores["index"] == pytest.approx(given.scores["index"])


def test_balanced_weights_make_children_correlate_alike_with_their_parent():
    cells = {"w": (1.0, 9.0, 2.0, 4.0, 3.0, 5.0)}
    said = {"method": "correlation", "levels": [1, 2]}
    made = run(recipe=recipe(weights=said), tables=tables(cells))
    apart = [
        np.corrcoef(made.scores[child], made.scores[parent])[0, 1]
        for child, parent in (("w", "p"), ("x", "p"), ("p", "index"), ("q", "index"))
    ]

    assert apart[0] == pytest.approx(apart[1])
    assert apart[2] == pytest.approx(apart[3])
    assert made.effective_weights["w"] != pytest.approx(0.25)


def test_a_group_that_does_not_measure_one_thing_is_refused():
    against = {"w": (7.0, 5.0, 4.0, 3.0, 2.0, 1.0)}
    with pytest.raises(Unfit) as refusal:
        run(
            recipe=recipe(weights={"method": "pca", "levels": [1]}),
            tables=tables(against),
        )

    assert refusal.value.kind == "weights_negative"
    assert refusal.value.about["parent"] == "p"


@pytest.mark.parametrize(
    ("cells", "said", "kind"),
    [
        ({}, {"method": "pca", "levels": [3]}, "weights_level"),
        ({}, {"method": "pca", "levels": [7]}, "weights_level"),
        ({"w": (float("nan"),) * 4 + (1.0, 2.0)}, {"method": "pca", "levels": [1]},
         "weights_few"),
        ({"w": (10.0, 30.0, 20.0, 50.0, 40.0, 60.0)},
         {"method": "correlation", "levels": [1]}, "weights_collinear"),
    ],
)  # fmt: skip
def test_weights_that_cannot_be_found_are_refused(cells, said, kind):
    with pytest.raises(Unfit) as refusal:
        run(recipe=recipe(weights=said), tables=tables(cells))

    assert refusal.value.kind == kind


def test_how_weights_are_found_is_checked():
    assert faults({"weights": {"method": "ahp", "levels": 2, "others": "mine"}}) == [
        ("recipe_levels", "weights.levels"),
        ("recipe_choice", "weights.others"),
        ("recipe_choice", "weights.method"),
    ]


def test_what_judges_said_must_be_whole_and_agree_with_the_set_that_counts():
    entry = {
        "method": "ahp",
        "weights": {"p": 75.0, "q": 25.0},
        "judges": [{"judge": "1", "consistency_ratio": 0.0, "odd": ["p", "q"]}],
    }
    said = {
        "weights": "judged",
        "weight_sets": {"judged": {"p": 75.0, "q": 25.0}},
        "judged": {"index": entry},
    }
    assert Recipe.of(said).judged == {"index": entry}
    moved = {**said, "weight_sets": {"judged": {"p": 75.0, "q": 30.0}}}
    assert faults(moved) == [("recipe_judged", "weight_sets.judged.q")]
    broken = {
        "method": "vote",
        "judges": "1",
        "criteria": [{"mean": 3}],
        "together": {"odd": 3},
    }
    assert faults({**said, "judged": {"index": broken}}) == [
        ("recipe_choice", "judged.index.method"),
        ("recipe_needs", "judged.index.weights"),
        ("recipe_list", "judged.index.judges"),
        ("recipe_needs", "judged.index.criteria.0.code"),
        ("recipe_list", "judged.index.together.0.odd"),
    ]
