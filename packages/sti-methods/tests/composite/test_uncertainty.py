"""Runs over assumptions: fast, loud, the same again, and each what a single run gives."""

from __future__ import annotations

import json
from functools import cache
from time import perf_counter

import numpy as np
import pytest
import yaml
from sti_methods.composite import Recipe, Tables, Unfit, ranked, rescore, run
from sti_methods.composite.modelling import model_of, structure_of, usual_space
from sti_methods.composite.sensitivity import leave_one_out
from sti_methods.composite.space import Factor, Space
from sti_methods.composite.uncertainty import (
    Changed,
    Model,
    analyse_sensitivity,
    analyse_uncertainty,
    one_at_a_time,
)

from .published import PILLARS, needs_asem, rows, table
from .test_rescoring import tree

near = pytest.approx
ASEM = """
name: asem
denominate: true
impute: {method: group_mean, group: EurAsia_group}
screen: {units: 0.9, counted: missing, after_imputing: true}
treat: {method: outliers, skewness: 2, kurtosis: 3.5, winsorise: 5, log: true}
normalise: {method: min_max, lowest: 0, highest: 100}
weights: given
aggregate: {method: arithmetic}
"""


@cache
def asem():
    return run(
        recipe=Recipe.of(yaml.safe_load(ASEM)),
        tables=Tables.of(data=rows("asem_idata"), meta=rows("asem_imeta")),
    )


def fault(work):
    with pytest.raises(Unfit) as refused:
        work()
    return refused.value.kind, refused.value.about


VALUES = np.array([[1.0, 5, 8], [4, 2, 2], [3, 3, 9], [2, 8, 1]])


def small(prepare=lambda _changed: VALUES):
    return Model(tree=tree(), units=("w", "x", "y", "z"), prepare=prepare, means={})


WEIGHTS = Factor(name="weights", kind="weights", levels=(1, 2), spread=0.9, sets=50)
MEANS = Factor(name="mean", kind="means", options=("arithmetic", "geometric"))
SCALE = Factor(name="scale", kind="columns", options=(1.0, 3.0))


@needs_asem
def test_the_nominal_ranks_are_those_of_the_run():
    done = asem()

    assert model_of(done).nominal.tolist() == done.ranks["Index"].tolist()


@needs_asem
def test_a_thousand_runs_of_asem_take_far_less_than_five_seconds():
    model, space = model_of(asem()), usual_space(asem())
    began = perf_counter()

    found = analyse_uncertainty(model=model, space=space, runs=1_000, seed=1)

    assert perf_counter() - began < 5
    assert space.names == ("winmax", "normalisation", "weights", "aggregation")
    assert found.ranks.shape == (1_000, 51)
    viet_nam = next(one for one in found.statistics if one.unit == "VNM")
    assert (viet_nam.nominal, viet_nam.runs) == (36, 1_000)
    assert viet_nam.low <= viet_nam.median <= viet_nam.high
    # The published hundred runs of the same assumptions: means within their own chance.
    published = table("published_ua_ranks")
    place = [published.units.index(unit) for unit in found.units]
    theirs, ours = published.values[place].T, found.ranks
    chance = np.sqrt(theirs.var(axis=0) / 100 + ours.var(axis=0) / 1_000) + 0.02
    apart = (theirs.mean(axis=0) - ours.mean(axis=0)) / chance
    assert np.abs(apart).max() < 4
    assert np.sqrt((apart**2).mean()) < 1.3


@needs_asem
def test_every_run_is_what_rescoring_one_by_one_gives():
    done = asem()
    model, space = model_of(done), usual_space(done)
    found = analyse_uncertainty(model=model, space=space, runs=40, seed=5)

    points = np.random.default_rng(5).random((40, 4))
    chosen = space.chosen(points)
    noise = np.random.default_rng([5, 1]).uniform(-0.25, 0.25, (1_000, 10))
    weights = done.prepared.weights
    by_code = done.prepared.tree.place
    moved = [by_code[c] for c in model.tree.codes if model.tree.levels[c] in (2, 3)]
    for row, (winmax, normal, weight, mean) in enumerate(chosen):
        vector = weights.copy()
        vector[moved] *= 1 + noise[weight]
        scores = rescore(
            done,
            {
                "winmax": winmax + 1,
                "normalisation": space.factors[1].options[normal],
                "weights": vector,
                "aggregation": ("arithmetic", "geometric")[mean],
            },
        )
        assert found.ranks[row].tolist() == ranked(scores[:, -1]).tolist()


@needs_asem
def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    model, space = model_of(asem()), usual_space(asem())

    def told(seed):
        done = analyse_uncertainty(model=model, space=space, runs=200, seed=seed)
        return json.dumps(done.to_plain(), sort_keys=True, allow_nan=False)

    assert told(3) == told(3)
    assert told(3) != told(4)
    plain = json.loads(told(3))
    assert (plain["runs"], plain["seed"]) == (200, 3)
    assert sorted(plain["versions"]) == ["numpy", "scipy", "sti-methods"]
    assert plain["factors"][0] == {
        "name": "winmax",
        "kind": "columns",
        "options": [1, 2, 3, 4, 5],
    }


@needs_asem
def test_sensitivity_ranks_by_the_blocks_a_and_b_only():
    model, space = model_of(asem()), usual_space(asem())

    found = analyse_sensitivity(
        model=model, space=space, points=64, seed=2, bootstrap=50
    )

    assert (len(found.outputs), found.sobol.points) == (64 * 6, 64)
    assert {one.runs for one in found.statistics} == {128}
    # As in the published runs the kind of mean moves ranks most, winsorising least.
    total = {one.factor: one.total for one in found.sobol.indices}
    assert max(total, key=total.get) == "aggregation"
    assert min(total, key=total.get) == "winmax"
    json.dumps(found.to_plain(), allow_nan=False)


@needs_asem
def test_one_at_a_time_tells_also_what_cannot_be_worked_out():
    found = one_at_a_time(model=model_of(asem()), space=usual_space(asem()))

    of = {(one.factor, str(one.option)): one for one in found}
    assert len(found) == 5 + 2 + 2
    assert of["winmax", "5"].mean_change == 0.0
    assert of["aggregation", "arithmetic"].mean_change == 0.0
    refused = of["aggregation", "geometric"]
    assert (refused.mean_change, refused.most, refused.unit) == (None, None, None)
    assert refused.refused["kind"] == "not_positive"
    assert refused.to_plain()["refused"]["value"] == 0.0


@needs_asem
def test_a_pillar_left_out_of_a_run_moves_ranks_as_published():
    model = model_of(asem())

    found = leave_one_out(
        tree=model.tree,
        values=model.prepare({}),
        units=model.units,
        means=model.means,
        codes=PILLARS,
    )

    assert [round(one.mean_change, 6) for one in found] == [
        1.529412, 2.627451, 2.901961, 1.176471, 1.686275, 3.098039, 3.960784, 2.627451,
    ]  # fmt: skip


@needs_asem
def test_a_model_changes_only_what_it_knows():
    model = model_of(asem())

    assert fault(lambda: model.prepare({"winsor": 3})) == (
        "change",
        {"key": "winsor", "known": "winmax, normalisation, imputation, screening"},
    )
    assert structure_of(asem().prepared).root == "Index"


def test_a_failing_run_says_which_unit_and_which_code_and_is_not_skipped():
    bad = VALUES.copy()
    bad[2, 1] = 0.0
    model = small(lambda changed: bad if changed.get("scale") == 3 else VALUES)
    space = Space(factors=(SCALE, MEANS))

    kind, about = fault(
        lambda: analyse_uncertainty(model=model, space=space, runs=50, seed=1)
    )

    chosen = space.chosen(np.random.default_rng(1).random((50, 2)))
    first = next(k for k, row in enumerate(chosen) if row.tolist() == [1, 1])
    assert (kind, about) == (
        "not_positive",
        {
            "run": first,
            "unit": "y",
            "code": "b",
            "parent": "P",
            "method": "geometric",
            "value": 0.0,
        },
    )
    with pytest.raises(Unfit, match="not_positive"):
        analyse_sensitivity(model=model, space=space, points=16, seed=1)


def test_a_unit_that_leaves_under_an_assumption_counts_where_it_is_ranked():
    gone = VALUES.copy()
    gone[0] = np.nan
    model = small(lambda changed: gone if changed.get("scale") == 3 else VALUES)

    found = analyse_uncertainty(
        model=model, space=Space(factors=(SCALE, WEIGHTS)), runs=40, seed=1
    )

    there = int(np.isfinite(found.ranks[:, 0]).sum())
    assert 0 < there < 40
    assert [one.runs for one in found.statistics] == [there, 40, 40, 40]


def test_columns_are_prepared_once_for_each_combination():
    asked = []

    def prepare(changed):
        asked.append(dict(changed))
        return VALUES

    analyse_uncertainty(
        model=small(prepare),
        space=Space(factors=(SCALE, MEANS, WEIGHTS)),
        runs=60,
        seed=1,
    )

    # And once for the nominal ranks.
    assert sorted(map(str, asked)) == ["{'scale': 1.0}", "{'scale': 3.0}", "{}"]


def test_copeland_is_one_of_the_means():
    space = Space(factors=(Factor(name="mean", kind="means", options=("copeland",)),))
    # y is first by its mean, 6.25 beside 6; in duels w and y win one pillar each.
    values = VALUES + np.array([[0, 0, 0], [0, 0, 0], [0, 0, 0.5], [0, 0, 0]])

    found = one_at_a_time(model=small(lambda _changed: values), space=space)

    assert found == (
        Changed(factor="mean", option="copeland", mean_change=0.25, most=1, unit="w"),
    )


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (lambda: Factor(name="f", kind="columns"), "no_options"),
        (lambda: Factor(name="f", kind="means", options=("mode",)), "unknown_mean"),
        (lambda: Factor(name="f", kind="weights"), "no_levels"),
        (lambda: Factor(name="f", kind="weights", levels=(1,), spread=1.5), "spread"),
        (lambda: Factor(name="f", kind="weights", levels=(1,), sets=0), "no_sets"),
        (lambda: Space(factors=()), "few_factors"),
        (lambda: Space(factors=(SCALE, SCALE)), "factor_twice"),
        (
            lambda: Space(
                factors=(
                    MEANS,
                    Factor(name="other", kind="means", options=("harmonic",)),
                )
            ),
            "kind_twice",
        ),
    ],
)
def test_assumptions_without_sense_are_refused(made, kind):
    assert fault(made)[0] == kind


def test_too_few_runs_wrong_columns_and_weights_of_no_level_are_refused():
    space = Space(factors=(WEIGHTS,))

    def analysed(**changed):
        told = {"model": small(), "space": space, "runs": 5, "seed": 1}
        return fault(lambda: analyse_uncertainty(**{**told, **changed}))

    assert analysed(runs=0) == ("few_runs", {"runs": 0})
    assert analysed(model=small(lambda _changed: VALUES[:2])) == (
        "shape",
        {"run": 0, "rows": 4},
    )
    nowhere = Factor(name="weights", kind="weights", levels=(7,))
    assert analysed(space=Space(factors=(nowhere,))) == (
        "no_levels",
        {"factor": "weights"},
    )
