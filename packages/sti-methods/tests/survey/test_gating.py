"""What may be said of a clause, and whether groups differ in it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from sti_methods.reliability import fit_factors, holm, omega
from sti_methods.survey import Gates, compare, gate, sameness


def answers(n, *, loading, items=4, seed=1, shift=0.0):
    chance = np.random.default_rng(seed)
    f = chance.normal(0, 1, (n, 1))
    return 2.5 + shift + loading * f + chance.normal(0, 1, (n, items))


CODES = ["a", "b", "c", "d"]


def test_an_economy_of_omega_58_has_items_and_no_rank():
    table = answers(400, loading=0.59, seed=1)
    found = gate(table, codes=CODES, units=400, group="la", clause="5")
    assert round(found.omega, 2) == 0.58
    assert (found.verdict, found.why) == ("items", ("low_omega",))
    assert found.omega == omega(fit_factors(table, factor=[0] * 4))
    assert found.alpha_low < found.alpha < found.alpha_high


def test_the_gate_opens_at_its_thresholds_and_says_why_it_does_not():
    table = answers(200, loading=1.2)
    said = gate(table, codes=CODES, units=200)
    assert (said.verdict, said.why) == ("compared", ())
    exact = Gates(omega=said.omega, units=200)
    assert gate(table, codes=CODES, units=200, gates=exact).verdict == "compared"
    assert gate(table, codes=CODES, units=199, gates=exact).why == ("few_units",)
    few = gate(table[:3], codes=CODES, units=3)
    assert (few.verdict, few.why, few.omega) == ("indicative", ("few_units",), None)
    two = gate(table[:, :2], codes=CODES[:2], units=200)
    assert (two.verdict, two.why, two.omega) == ("items", ("not_identified",), None)


def test_a_scale_that_means_another_thing_elsewhere_leaves_its_items():
    here, there = answers(200, loading=1.2), answers(200, loading=1.2, seed=2)
    same = sameness({"x": here, "y": there + 0.6})
    assert (same.holds, same.tested.level, same.why) == (True, "scalar", "")
    there[:, 0] += 1.5
    other = sameness({"x": here, "y": there})
    assert (other.holds, other.tested.level, other.why) == (False, "metric", "not_invariant")  # fmt: skip
    assert sameness({"x": here, "y": there}, gates=Gates(stage="metric")).holds
    assert (sameness({"x": here}).holds, sameness({"x": here}).why) == (True, "few_groups")  # fmt: skip
    two = sameness({"x": here[:, :2], "y": there[:, :2]})
    assert (two.holds, two.why) == (False, "not_identified")


def test_clauses_are_tested_with_all_clauses_taken_in():
    chance = np.random.default_rng(7)
    clauses = {
        "4": {name: chance.normal(m, 1, 60) for name, m in zip("xyz", (2, 2.1, 3), strict=True)},
        "5": {name: chance.normal(2.5, 1, 60) for name in "xyz"},
        "6": {name: chance.exponential(1, 60) + (name == "z") for name in "xyz"},
    }  # fmt: skip
    found, refused = compare(clauses | {"7": {"x": np.ones(4), "y": np.ones(4)}})
    assert refused == {"7": "no_spread"}
    assert [found[c].way for c in "456"] == ["means", "means", "ranks"]
    ps = [
        stats.f_oneway(*clauses["4"].values(), equal_var=False).pvalue,
        stats.f_oneway(*clauses["5"].values(), equal_var=False).pvalue,
        stats.kruskal(*clauses["6"].values()).pvalue,
    ]
    assert [found[c].p_holm for c in "456"] == pytest.approx(holm(ps))
    howell = stats.tukey_hsd(*clauses["4"].values(), equal_var=False).pvalue
    first = found["4"].pairs[1]
    assert (first.pair.first, first.pair.second) == ("x", "z")
    assert first.pair.p == pytest.approx(howell[0, 2], abs=1e-9)
    assert first.p_holm >= first.pair.p
    assert first.pair.g < 0 and first.pair.g_high < 0  # noqa: PT018 -- one thing: behind
    assert [found["4"].place(name) for name in "xyz"] == [(2, 3), (2, 3), (1, 1)]
    assert [found["5"].place(name) for name in "xyz"] == [(1, 3)] * 3
