"""The published ASEM index, reproduced step by step (Becker et al. 2022, MIT data)."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from sti_methods.composite import Recipe, Tables, Unfit, rescore, run, score

from tests.shared import SHARED, needs_shared

pytestmark = needs_shared("indicators/coinr_asem")
FOLDER = SHARED / "data" / "indicators" / "coinr_asem"
EXACT = 1e-7
BASE = {
    "name": "asem",
    "impute": {"method": "group_mean", "group": "EurAsia_group"},
    "screen": {"units": 0.9, "after_imputing": True},
    "treat": {"method": "outliers"},
}
TREATED = {
    "Services": "4 high 0 low", "Bord": "3 high 0 low", "Gas": "3 high 0 low",
    "ForPort": "3 high 0 low", "Tariff": "3 high 0 low", "CultServ": "3 high 0 low",
    "Poverty": "3 high 0 low", "NGOs": "3 high 0 low", "FDI": "2 high 0 low",
    "StMob": "2 high 0 low", "Forest": "2 high 0 low", "Flights": "1 high 0 low",
    "CostImpEx": "1 high 0 low", "FemLab": "0 high 1 low", "PubDebt": "1 high 0 low",
}  # fmt: skip


def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def tables():
    return Tables.of(data=rows("asem_idata.csv"), meta=rows("asem_imeta.csv"))


@cache
def done():
    return run(recipe=Recipe.of(BASE), tables=tables())


def other(**changes):
    return run(recipe=Recipe.of(BASE | changes), tables=tables())


def published(stage, codes):
    read = {
        row["UnitCode"]: row for row in rows(f"published_asem_coin_object_{stage}.csv")
    }
    return np.array([[float(read[u][c]) for c in codes] for u in tables().units])


def near(values):
    """Within the tolerance relative to each value, or to 1e-9 where it is next to nothing."""
    return pytest.approx(values, rel=EXACT, abs=1e-9)


def step(made, name):
    return next(line for line in made.log if line.name == name)


def test_sixty_five_cells_are_filled_as_published():
    made = done()

    assert step(made, "impute").counts == {
        "missing": 65,
        "imputed": 65,
        "left_missing": 0,
    }
    assert sum(len(units) for units in step(made, "impute").cells.values()) == 65
    assert made.prepared.raw == near(
        published("imputed", made.prepared.tree.indicators)
    )


def test_fifteen_indicators_are_treated_and_none_is_logged():
    made = done()

    assert step(made, "treat").notes == {
        code: f"winsorised {said}" for code, said in TREATED.items()
    }
    assert step(made, "treat").counts == {
        "winsorised": 15, "points": 35, "logged": 0, "still_failing": 0,
    }  # fmt: skip
    assert made.treated == near(published("treated", made.prepared.tree.indicators))


def test_all_normalised_indicators_and_aggregates_are_those_published():
    made, tree = done(), done().prepared.tree
    normalised = np.array([made.scores[c] for c in tree.indicators]).T
    aggregates = np.array([made.scores[c] for c in tree.aggregates]).T

    assert (normalised.shape, aggregates.shape) == ((51, 49), (51, 11))
    assert normalised == near(published("normalised", tree.indicators))
    assert np.abs(aggregates - published("aggregates", tree.aggregates)).max() < EXACT


def test_from_the_published_imputed_data_nothing_differs():
    """What differs above is that the published object was fed data of nine decimals."""
    prepared = done().prepared
    tree = prepared.tree
    fed = replace(prepared, raw=published("imputed", tree.indicators), _treated={})
    answer = score(fed)

    for found, stage, codes in (
        (answer.treated, "treated", tree.indicators),
        (answer.normalised, "normalised", tree.indicators),
        (answer.aggregates, "aggregates", tree.aggregates),
    ):
        assert np.abs(found - published(stage, codes)).max() < 1e-10


def test_the_first_six_and_india_stand_as_printed():
    made = done()
    place = {unit: n for n, unit in enumerate(made.units)}
    index, rank = made.scores["Index"], made.ranks["Index"]

    assert {
        u: (round(index[place[u]], 2), int(rank[place[u]]))
        for u in ("CHE", "NLD", "DNK", "NOR", "BEL", "SWE", "IND")
    } == {
        "CHE": (68.38, 1), "NLD": (64.82, 2), "DNK": (64.80, 3), "NOR": (64.47, 4),
        "BEL": (63.54, 5), "SWE": (63.00, 6), "IND": (39.79, 45),
    }  # fmt: skip


def test_viet_nam_stands_as_published():
    made = done()
    n = made.units.index("VNM")

    assert [round(made.scores[c][n], 4) for c in ("Index", "Conn", "Sust")] == [
        43.2089,
        31.4005,
        55.0173,
    ]
    assert made.ranks["Index"][n] == 36


@pytest.mark.parametrize(
    ("column", "changes", "kept", "viet_nam"),
    [
        ("Nominal", {}, 51, 36),
        ("Prank", {"normalise": "percentile_rank"}, 51, 37),
        ("NoLPIFor", {"leave_out": ["LPI", "Forest"]}, 51, 36),
        ("Screen90", {"impute": "none", "screen": {"units": 0.9}}, 46, 36),
    ],
)
def test_ranks_under_four_methods_have_no_difference(column, changes, kept, viet_nam):
    made = other(**changes)
    read = {row["uCode"]: row[column] for row in rows("published_rank_variants.csv")}
    expected = [
        int(float(read[u])) if read[u] not in {"", "NA"} else None for u in made.units
    ]

    assert [None if np.isnan(r) else int(r) for r in made.ranks["Index"]] == expected
    assert int(made.kept.sum()) == kept
    assert made.ranks["Index"][made.units.index("VNM")] == viet_nam


def test_a_unit_that_left_has_no_rank_and_no_score():
    made = other(impute="none", screen={"units": 0.9})
    gone = step(made, "screen").units

    assert len(gone) == 5
    for unit in gone:
        n = made.units.index(unit)
        assert all(np.isnan(column[n]) for column in made.scores.values())
        assert all(np.isnan(column[n]) for column in made.ranks.values())
    assert sorted(r for r in made.ranks["Index"] if not np.isnan(r)) == list(
        range(1, 47)
    )


def test_effective_weights_are_products_up_the_tree():
    weights = done().effective_weights

    assert (round(weights["Goods"], 12), round(weights["Renew"], 4)) == (0.02, 0.0333)
    assert sum(weights[c] for c in done().prepared.tree.indicators) == pytest.approx(1)


def test_rescoring_without_changes_is_the_run_itself():
    made = done()
    again = rescore(made, {})

    assert again.tolist() == [
        [made.scores[c][n] for c in made.prepared.aggregates] for n in range(51)
    ]


@pytest.mark.parametrize(
    ("changes", "recipe"),
    [
        ({"winmax": 1}, {"treat": {"method": "outliers", "winsorise": 1}}),
        ({"normalisation": {"method": "z", "mean": 10, "deviation": 2}},
         {"normalise": {"method": "z", "mean": 10, "deviation": 2}}),
        ({"normalisation": {"lowest": 1}, "aggregation": "geometric"},
         {"normalise": {"lowest": 1}, "aggregate": "geometric"}),
        ({"weights": {3: [1, 3]}},
         {"weights": "mine", "weight_sets": {"mine": "all but Sust"}}),
        ({"leave_out": ["Physical"]}, {"leave_out": ["Physical"]}),
    ],
)  # fmt: skip
def test_rescoring_is_what_a_run_with_that_recipe_gives(changes, recipe):
    if "weight_sets" in recipe:
        codes = done().prepared.tree.codes
        recipe = recipe | {
            "weight_sets": {"mine": dict.fromkeys(codes, 1.0) | {"Sust": 3.0}}
        }
    made = other(**recipe)
    again = rescore(done(), changes)

    assert again[:, -1] == pytest.approx(made.scores["Index"], abs=1e-12)
    assert not np.allclose(again[:, -1], done().scores["Index"])


def test_the_same_inputs_give_the_same_log():
    assert done().to_plain() == other().to_plain()


def test_weights_by_the_first_component_are_those_published():
    said = {"method": "pca", "levels": [2]}
    made = other(weights=said, leave_out=["Sust"])
    weights = [line for line in made.log if line.name == "weigh"][-1].parameters[
        "values"
    ]

    assert [
        round(weights[c], 7)
        for c in ("Physical", "ConEcFin", "Political", "Instit", "P2P")
    ] == [0.5117970, 0.3049926, 0.3547671, 0.5081540, 0.5108455]


def test_the_published_weights_of_sustainability_are_of_two_signs_and_refused():
    with pytest.raises(Unfit) as refusal:
        other(weights={"method": "pca", "levels": [2]})

    assert {(f.kind, f.about["parent"]) for f in refusal.value.all} == {
        ("weights_negative", "Sust")
    }
