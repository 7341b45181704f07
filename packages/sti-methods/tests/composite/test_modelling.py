"""Imputation and screening as doubted assumptions: each option is what its recipe gives."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sti_methods.composite import Recipe, Unfit, run
from sti_methods.composite.modelling import model_of, usual_space
from sti_methods.composite.space import Factor, Space
from sti_methods.composite.uncertainty import (
    analyse_sensitivity,
    analyse_uncertainty,
    one_at_a_time,
)

from .small import CELLS, UNITS, tables

IMPUTATIONS = ("mean", {"method": "group_median", "group": "region"}, "none")
SCREENINGS = (
    {"units": 0.0},
    {"units": 0.7, "indicators": 0.6},
    {"units": 0.5, "indicators": 0.7, "after_imputing": True},
)
NORMAL = {"method": "min_max", "lowest": 1, "highest": 100}


@st.composite
def holed(draw):
    """The small table with up to five gaps, at most one in a unit of a group."""
    gaps = draw(
        st.sets(st.tuples(st.sampled_from(list(CELLS)), st.integers(0, 5)), max_size=5)
    )
    return {
        code: tuple(
            math.nan if (code, n) in gaps else value for n, value in enumerate(column)
        )
        for code, column in CELLS.items()
    }


def of(cells, imputation="mean", screening=SCREENINGS[0], **more):
    said = {"impute": imputation, "screen": screening, "normalise": NORMAL} | more
    return run(recipe=Recipe.of({"name": "small", **said}), tables=tables(cells))


def factor(name, *options):
    return Factor(name=name, kind="columns", options=options)


def answer(work, model, space):
    """What is told, or what is refused."""
    try:
        document = work(model, space).to_plain()
    except Unfit as refused:
        return refused.kind, refused.about
    return json.dumps({k: v for k, v in document.items() if k != "factors"})


@settings(max_examples=25, deadline=None)
@given(
    cells=holed(),
    imputation=st.sampled_from(IMPUTATIONS),
    screening=st.sampled_from(SCREENINGS),
)
def test_with_the_recipes_own_option_alone_nothing_changes(
    cells, imputation, screening
):
    try:
        done = of(cells, imputation, screening)
    except Unfit:
        return
    usual = usual_space(done)
    more = Space(
        factors=(
            factor("imputation", imputation),
            *usual.factors,
            factor("screening", screening),
        )
    )
    plain, doubted = model_of(done), model_of(done, more)
    assert doubted.units == plain.units
    for work in (
        lambda m, s: analyse_uncertainty(model=m, space=s, runs=30, seed=4),
        lambda m, s: analyse_sensitivity(
            model=m, space=s, points=8, seed=4, bootstrap=5
        ),
    ):
        assert answer(work, doubted, more) == answer(work, plain, usual)


@settings(max_examples=25, deadline=None)
@given(cells=holed(), least=st.sampled_from([0.0, 0.6]), seed=st.integers(0, 9))
def test_each_run_has_the_ranks_of_the_recipe_with_its_options(cells, least, seed):
    aggregate = {"method": "arithmetic", "least_data": least}
    space = Space(
        factors=(factor("imputation", *IMPUTATIONS), factor("screening", *SCREENINGS))
    )
    try:
        model = model_of(of(cells, aggregate=aggregate), space)
        found = analyse_uncertainty(model=model, space=space, runs=12, seed=seed)
    except Unfit:
        return
    points = np.random.default_rng(seed).random((12, 2))
    for row, (imputation, screening) in enumerate(space.chosen(points)):
        own = of(
            cells, IMPUTATIONS[imputation], SCREENINGS[screening], aggregate=aggregate
        )
        wanted = [own.ranks["index"][UNITS.index(unit)] for unit in found.units]
        np.testing.assert_array_equal(found.ranks[row], wanted)


GAPS = {"w": (math.nan, 2.0, 3.0, 4.0, 5.0, 7.0), "x": (math.nan, *CELLS["x"][1:])}


def test_who_is_screened_out_by_the_recipe_alone_is_ranked_where_an_option_keeps_it():
    done = of(GAPS, screening={"units": 0.9})
    space = Space(factors=(factor("screening", {"units": 0.9}, {"units": 0.5}),))

    found = analyse_uncertainty(
        model=model_of(done, space), space=space, runs=40, seed=1
    )

    assert done.kept.tolist() == [False, *[True] * 5]
    first = found.statistics[0]
    kept = int((space.chosen(np.random.default_rng(1).random((40, 1))) == 1).sum())
    assert (first.unit, first.nominal, first.runs) == ("A", None, kept)
    assert {one.runs for one in found.statistics[1:]} == {40}


def test_an_option_that_is_refused_says_which_and_is_told_beside_the_others():
    done = of(GAPS)
    space = Space(factors=(factor("imputation", "mean", "latest_year"),))
    model = model_of(done, space)

    with pytest.raises(Unfit) as refused:
        analyse_uncertainty(model=model, space=space, runs=30, seed=1)

    assert refused.value.about["factor"] == "imputation"
    assert refused.value.about["option"] == "latest_year"
    alone = one_at_a_time(model=model, space=space)
    assert [one.option for one in alone if one.refused is None] == ["mean"]
    assert alone[1].refused["kind"] == "impute_no_years"


def test_a_weight_found_from_data_is_not_found_anew_for_who_comes_back():
    cells = {"w": (math.nan, math.nan, math.nan, 4.0, 5.0, 7.0)}
    done = of(
        cells,
        screening={"indicators": 0.8},
        weights={"method": "pca", "levels": [1], "others": "given"},
    )
    space = Space(factors=(factor("screening", {"indicators": 0.2}),))
    with pytest.raises(Unfit, match="screening_found"):
        model_of(done, space)
