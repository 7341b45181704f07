"""Sobol indices against published and analytic ones; leaving out against published ranks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sti_methods.composite.ranks import mean_rank_change, rank_statistics
from sti_methods.composite.sensitivity import (
    base_points,
    design,
    leave_one_out,
    sobol_indices,
)
from sti_methods.composite.unfit import Unfit

from .published import PILLARS, needs_asem, rows, structure, table

near = pytest.approx


def fault(work):
    with pytest.raises(Unfit) as refused:
        work()
    return [(one.kind, one.about) for one in refused.value.all]


def published_runs(name):
    """(runs, units) of ranks in the order of the nominal ranks."""
    ranks = table(f"published_{name}_ranks")
    nominal = {
        row["uCode"]: float(row["Nominal"])
        for row in rows(f"published_{name}_rankstats")
    }
    return (
        ranks.units,
        ranks.values.T,
        np.array([nominal[unit] for unit in ranks.units]),
    )


@needs_asem
def test_the_published_runs_give_the_published_indices():
    _units, ranks, nominal = published_runs("sa")
    published = rows("published_sobol")

    found = sobol_indices(
        outputs=mean_rank_change(ranks=ranks, nominal=nominal),
        factors=[row["Variable"] for row in published],
        seed=1,
    )

    assert (found.points, len(ranks)) == (100, 600)
    for index, row in zip(found.indices, published, strict=True):
        assert index.factor == row["Variable"]
        assert index.first == near(float(row["Si"]), abs=1e-12)
        assert index.total == near(float(row["STi"]), abs=1e-12)
        # Another generator drew the published intervals: they agree to a few hundredths.
        ends = (index.first_low, index.first_high, index.total_low, index.total_high)
        told = [float(row[key]) for key in ("Si_q5", "Si_q95", "STi_q5", "STi_q95")]
        assert ends == near(tuple(told), abs=0.12)


@needs_asem
@pytest.mark.parametrize("name", ["ua", "sa"])
def test_rank_statistics_of_published_runs(name):
    units, ranks, nominal = published_runs(name)
    if name == "sa":  # of A and B only
        ranks, _mixed = base_points(outputs=ranks, factors=4)
        assert len(ranks) == 200

    found = rank_statistics(ranks=ranks, units=units, nominal=nominal)

    told = {row["uCode"]: row for row in rows(f"published_{name}_rankstats")}
    assert [
        (one.unit, one.nominal, one.mean, one.median, one.low, one.high) for one in found
    ] == [
        (
            unit,
            int(told[unit]["Nominal"]),
            *(near(float(told[unit][key]), abs=1e-12) for key in ("Mean", "Median", "Q5", "Q95")),
        )
        for unit in units
    ]  # fmt: skip


def test_a_unit_may_miss_in_some_runs_or_in_all():
    ranks = np.array([[1.0, 2], [1, np.nan]])
    nominal = np.array([1.0, np.nan])

    found = rank_statistics(ranks=ranks, units=["x", "y"], nominal=nominal)

    assert [(one.nominal, one.mean, one.runs) for one in found] == [
        (1, 1.0, 2),
        (None, 2.0, 1),
    ]
    never = rank_statistics(
        ranks=ranks * [1, np.nan], units=["x", "y"], nominal=nominal
    )
    assert never[1].to_plain() == {
        **dict.fromkeys(("nominal", "mean", "median", "low", "high")),
        "unit": "y",
        "runs": 0,
    }
    assert mean_rank_change(ranks=ranks, nominal=np.array([2.0, 2])).tolist() == [
        0.5,
        1.0,
    ]
    assert fault(lambda: mean_rank_change(ranks=ranks, nominal=nominal * np.nan)) == [
        ("nothing_ranked", {"run": 0})
    ]


def ishigami(x):
    a, b, c = (2 * np.pi * x - np.pi).T
    return np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


ISHIGAMI_FIRST = (0.31390519, 0.44241114, 0.0)
ISHIGAMI_TOTAL = (0.55758886, 0.44241114, 0.24368367)
G = np.array([0.0, 1, 4.5, 9])


def g_function(x):
    return np.prod((np.abs(4 * x - 2) + G) / (1 + G), axis=1)


def g_indices():
    alone = 1 / (3 * (1 + G) ** 2)
    variance = np.prod(1 + alone) - 1
    others = np.array([np.prod(np.delete(1 + alone, k)) for k in range(G.size)])
    return alone / variance, alone * others / variance


@pytest.mark.parametrize("sequence", ["random", "sobol"])
@pytest.mark.parametrize(
    ("model", "first", "total"),
    [
        (ishigami, ISHIGAMI_FIRST, ISHIGAMI_TOTAL),
        (g_function, *g_indices()),
    ],
    ids=["ishigami", "g"],
)
def test_known_functions_lie_within_the_intervals(model, first, total, sequence):
    factors = [f"x{k}" for k in range(len(first))]
    places = design(points=1024, factors=len(factors), seed=4, sequence=sequence)

    found = sobol_indices(outputs=model(places), factors=factors, seed=4, bootstrap=500)

    for index, alone, whole in zip(found.indices, first, total, strict=True):
        # 90 % intervals miss now and then: half a width more is what 12 + 16 of them need.
        slack = 0.5 * (index.first_high - index.first_low)
        assert index.first_low - slack <= alone <= index.first_high + slack
        slack = 0.5 * (index.total_high - index.total_low)
        assert index.total_low - slack <= whole <= index.total_high + slack
    if sequence == "sobol":
        assert [one.first for one in found.indices] == near(list(first), abs=0.08)
        assert [one.total for one in found.indices] == near(list(total), abs=0.03)


@given(st.lists(st.floats(0.5, 5), min_size=2, max_size=5), st.integers(0, 99))
def test_of_a_sum_the_total_order_is_the_share_of_variance_and_there_is_no_interaction(
    slopes, seed
):
    slope = np.array(slopes)
    places = design(points=512, factors=slope.size, seed=seed, sequence="sobol")
    found = sobol_indices(
        outputs=places @ slope,
        factors=[str(k) for k in range(slope.size)],
        seed=seed,
        bootstrap=2,
    )

    shares = slope**2 / (slope**2).sum()
    assert [one.total for one in found.indices] == near(shares.tolist(), abs=0.05)


def test_the_same_seed_gives_the_same_indices_and_another_other_intervals():
    outputs = g_function(design(points=64, factors=4, seed=1))
    factors = list("abcd")

    one = sobol_indices(outputs=outputs, factors=factors, seed=1)

    assert sobol_indices(outputs=outputs, factors=factors, seed=1) == one
    other = sobol_indices(outputs=outputs, factors=factors, seed=2)
    assert [i.first for i in other.indices] == [i.first for i in one.indices]
    assert other.indices != one.indices
    assert one.to_plain()["indices"][0]["factor"] == "a"


def test_each_block_takes_one_column_from_b():
    places = design(points=5, factors=3, seed=2)
    a, b = places[:5], places[5:10]

    assert places.shape == (25, 3)
    for k in range(3):
        expected = a.copy()
        expected[:, k] = b[:, k]
        assert (places[10 + 5 * k : 15 + 5 * k] == expected).all()
    both, mixed = base_points(outputs=places, factors=3)
    assert both.shape, mixed.shape == ((10, 3), (3, 5, 3))


def test_no_run_is_left_out_in_silence():
    outputs = np.arange(12.0)
    outputs[[3, 7]] = np.nan

    assert fault(lambda: sobol_indices(outputs=outputs, factors=["a"], seed=1)) == [
        ("no_output", {"run": 3}),
        ("no_output", {"run": 7}),
    ]
    assert fault(
        lambda: sobol_indices(outputs=np.arange(13.0), factors=["a"], seed=1)
    ) == [("runs", {"runs": 13, "blocks": 3})]
    assert fault(
        lambda: sobol_indices(outputs=np.full(12, 0.1), factors=["a"], seed=1)
    ) == [("no_variance", {"runs": 12})]
    assert fault(
        lambda: sobol_indices(outputs=np.arange(12.0), factors=[], seed=1)
    ) == [("few_factors", {"factors": 0})]
    assert fault(lambda: design(points=12, factors=2, seed=1, sequence="sobol")) == [
        ("no_power_of_two", {"points": 12})
    ]
    assert fault(lambda: design(points=1, factors=2, seed=1)) == [
        ("few_points", {"points": 1, "needed": 2})
    ]


@needs_asem
def test_without_a_pillar_ranks_move_as_published():
    normal = table("published_asem_coin_object_normalised")

    found = leave_one_out(
        tree=structure(), values=normal.values, units=normal.units, codes=PILLARS
    )

    assert [(one.code, round(one.mean_change, 6)) for one in found] == [
        ("Physical", 1.529412),
        ("ConEcFin", 2.627451),
        ("Political", 2.901961),
        ("Instit", 1.176471),
        ("P2P", 1.686275),
        ("Environ", 3.098039),
        ("Social", 3.960784),
        ("SusEcFin", 2.627451),
    ]
    social = found[6]
    assert (social.unit, social.most) == ("LUX", 13)
    assert sorted(social.ranks) == list(range(1, 52))


@needs_asem
def test_every_code_but_the_index_is_left_out_in_turn():
    normal = table("published_asem_coin_object_normalised")

    found = leave_one_out(tree=structure(), values=normal.values, units=normal.units)

    assert len(found) == 49 + 8 + 2
    assert min(one.mean_change for one in found) >= 0


def test_a_lone_child_takes_its_parent_with_it_and_the_last_code_is_refused():
    from .test_rescoring import tree  # noqa: PLC0415

    values = np.array([[1.0, 5, 0], [4, 2, 2], [3, 3, 9]])
    units = ["x", "y", "z"]

    # With least_data a missing Q would cost every unit its index; without Q nothing misses.
    found = leave_one_out(
        tree=tree(), values=values, units=units, codes=["c", "Q"], least_data=1.0
    )

    assert [one.ranks for one in found] == [(1, 3, 2), (1, 3, 2)]
    alone = tree(
        columns=("c",), parents={"c": "Q", "Q": "I", "I": None}, levels={"c": 1, "Q": 2, "I": 3}
    )  # fmt: skip
    assert fault(
        lambda: leave_one_out(tree=alone, values=values[:, 2:], units=units)
    ) == [("nothing_left", {"code": "c"})]
    assert fault(
        lambda: leave_one_out(tree=tree(), values=values, units=units, codes=["zz"])
    ) == [("unknown_code", {"code": "zz"})]
