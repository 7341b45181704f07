"""A whole wave: what is compared, what is kept back, what follows for whom."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sti_methods.composite.unfit import Unfit
from sti_methods.survey import (
    Gates,
    Given,
    Profile,
    Programme,
    Question,
    Responses,
    Rule,
    Settings,
    analyse,
    words,
)

NAN = float("nan")
CODES = ("a1", "a2", "a3", "a4")
QUICK = Settings(runs=100, gates=Gates(units=20))
ECONOMIES = {"la": 0.4, "th": 1.3, "vn": 1.3}
KNOWN = words(clauses=["5"], items=CODES, barriers=["money"], roles=["mgr"])
RULES = [
    Rule.of(code="R13", level="organisation", when="overall < 1.5", known=KNOWN, programme="starter"),
    Rule.of(code="R15", level="pair", when="g >= 0.5 and p < 0.05 and invariant == 1", known=KNOWN, programme="lift"),
    Rule.of(code="R16", level="gate", when="omega < 0.70 or n < 30", known=KNOWN),
]  # fmt: skip
PROGRAMMES = {code: Programme(code=code) for code in ("starter", "lift")}


def wave(*, loadings=ECONOMIES, n=60, four=False, seed=4):
    """Economies of n organisations, one respondent each; ``four``: so many are large in vn."""
    chance = np.random.default_rng(seed)
    values, names, profiles = [], [], {}
    for economy, loading in loadings.items():
        f = chance.normal(0, 1, (n, 1)) * loading
        values.append(2.5 + f + chance.normal(0, 1, (n, 4)) + (economy == "th"))
        for k in range(n):
            name = f"{economy}{k}"
            large = four and economy == "vn" and k < 4
            names.append(name)
            size = "large" if large else ("small", "medium")[k % 2]
            profiles[name] = Profile(economy=economy, size=size, sector=("x", "y")[k // 2 % 2])  # fmt: skip
    table = np.clip(np.round(np.concatenate(values), 1), 0, 5)
    rows = len(names)
    nothing = np.full(rows, NAN)
    return Given(
        questions=[Question(code=code, clause="5") for code in CODES],
        responses=Responses(
            organisation=names,
            respondent=["r"] * rows,
            values=table,
            skipped=np.zeros(table.shape, dtype=bool),
            minutes=nothing,
            consent=np.ones(rows, dtype=bool),
        ),
        role=["mgr"] * rows,
        importance=np.full(table.shape, NAN),
        barriers={"money": nothing},
        results=nothing,
        knowledge=nothing,
        wish=nothing,
        profiles=profiles,
        frame=dict.fromkeys(set(profiles.values()), 200)
        | {Profile(economy="mn", size="small", sector="x"): 9},
    )


def cells(told, **wanted):
    return [
        one
        for one in told.told
        if all(getattr(one, key) == value for key, value in wanted.items())
    ]


def test_an_economy_measured_too_loosely_has_no_rank_and_its_items_alone():
    told = analyse(wave(), rules=RULES, programmes=PROGRAMMES, settings=QUICK)
    gate = next(one for one in told.gates if one.group == "la")
    assert gate.omega < 0.70
    assert (gate.verdict, gate.why) == ("items", ("low_omega",))
    assert {one.kept_back for one in cells(told, economy="la", measure="clause")} == {"items"}  # fmt: skip
    assert all(one.mean is None for one in cells(told, economy="la", measure="clause"))
    assert all(one.mean for one in cells(told, economy="la", measure="item"))
    # The two that are measured well are compared with each other, and with nobody else.
    (apart,) = told.compared["5"].pairs
    assert (apart.pair.first, apart.pair.second) == ("th", "vn")
    assert [told.compared["5"].place(name) for name in ("th", "vn")] == [(1, 1), (2, 2)]
    said = [(one.rule, one.economy, one.ahead) for one in told.recommendations if one.level != "organisation"]  # fmt: skip
    assert said == [("R15", "vn", "th"), ("R16", "la", "")]
    assert told.silent == ("mn",)


def test_four_large_organisations_are_kept_back_in_every_table_and_do_not_follow():
    told = analyse(wave(four=True), settings=QUICK)
    sizes = {one.group: one for one in cells(told, economy="vn", by="size", measure="clause")}  # fmt: skip
    assert {group: one.kept_back for group, one in sizes.items()} == {
        "large": "few",
        "medium": "protects",
        "small": "",
    }
    assert (sizes["large"].units, sizes["large"].mean) == (None, None)
    (whole,) = cells(told, economy="vn", by="", measure="clause")
    # The total less what is told leaves two cells together, never the one.
    assert whole.units - sizes["small"].units > 4
    assert not [one for one in cells(told, economy="th") if one.kept_back]


def test_a_scale_that_is_not_the_same_leaves_items_everywhere():
    given = wave(loadings={"th": 1.3, "vn": 1.3}, n=90)
    of_vn = np.array([name.startswith("vn") for name in given.responses.organisation])
    given.responses.values[of_vn, 0] += 2.5
    told = analyse(given, settings=QUICK)
    assert {(one.verdict, one.why) for one in told.gates} == {("items", ("not_invariant",))}  # fmt: skip
    assert (told.compared, told.refused) == ({}, {"5": "few_groups"})
    assert {one.kept_back for one in cells(told, measure="clause")} == {"items"}


def test_an_economy_is_told_the_same_when_another_joins_and_by_the_same_seed():
    both, alone = wave(), wave(loadings={"la": 0.4})
    assert np.array_equal(both.responses.values[:60], alone.responses.values)
    here = cells(analyse(both, settings=QUICK), economy="la", measure="item")
    assert here == cells(analyse(alone, settings=QUICK), economy="la", measure="item")
    other = analyse(alone, settings=replace(QUICK, seed=1))
    again = cells(other, economy="la", measure="item")
    assert [one.mean for one in again] == [one.mean for one in here]
    assert [one.low for one in again] != [one.low for one in here]


def test_needs_are_weights_and_small_ones_are_marked():
    told = analyse(wave(), rules=RULES, programmes=PROGRAMMES, settings=QUICK)
    starter = {one.economy: one for one in told.needs if one.programme == "starter"}
    for economy, need in starter.items():
        by = {o.name: o for o in told.wave.organisations if o.economy == economy}
        weak = [o for o in by.values() if o.overall < 1.5]
        assert (need.asked, need.seats) == (len(weak), int(np.ceil(sum(o.weight for o in weak) - 1e-9)))  # fmt: skip
        assert ((economy, "starter") in told.needs_kept_back) == (len(weak) < 5)


def test_a_wave_of_nothing_and_a_stranger_are_refused():
    given = wave(loadings={"vn": 1.0}, n=5)
    for responses, kind in (
        (replace(given.responses, consent=np.zeros(5, dtype=bool)), "few_units"),
        (replace(given.responses, organisation=["x"] * 5), "no_profile"),
    ):
        with pytest.raises(Unfit) as caught:
            analyse(replace(given, responses=replace(responses, respondent=list("abcde"))))  # fmt: skip
        assert caught.value.kind == kind
