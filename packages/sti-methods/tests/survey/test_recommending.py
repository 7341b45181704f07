"""Rules on organisations, strata, economies, gates and pairs; and what they add up to."""

from __future__ import annotations

import pytest
from sti_methods.survey import (
    Behind,
    Cause,
    Organisation,
    Price,
    Programme,
    Recommendation,
    Rule,
    Sureness,
    Wave,
    needs,
    recommend,
    words,
)

KNOWN = words(clauses=["5"], items=["S06"], barriers=["money"], roles=["mgr"])


def rule(code, level, when, programme="p"):
    return Rule.of(code=code, level=level, when=when, known=KNOWN, programme=programme)


def firm(name, score, weight, *, stratum="s", economy="vn"):
    return Organisation(
        name=name, economy=economy, stratum=stratum, weight=weight,
        items={} if score is None else {"S06": score},
    )  # fmt: skip


WAVE = Wave(
    organisations=[
        firm("a", 1.0, 2.5),
        firm("b", 1.5, 3.0),
        firm("c", 4.0, 5.0),
        firm("d", None, 50.0),
        firm("e", 1.0, 4.0, stratum="t"),
        firm("f", 3.0, 4.0, stratum="t"),
        firm("g", 4.0, 9.0, economy="la"),
    ],
    sureness=[Sureness(economy="la", clause="5", omega=0.58, n=400)],
    behind=[
        Behind(economy="la", ahead="vn", clause="5", g=0.6, p=0.01, invariant=True)
    ],
)


def test_each_rule_speaks_where_it_is_true_and_tells_what_caused_it():
    found = recommend(
        [
            rule("O", "organisation", "item(S06) < 2"),
            rule("S", "stratum", "share(item(S06) < 2) > 50"),
            rule("E", "economy", "organisations >= 6"),
            rule("G", "gate", "omega < 0.70 or n < 30", ""),
            rule("P", "pair", "g >= 0.5 and p < 0.05 and invariant == 1"),
        ],
        WAVE,
    )
    assert [(one.rule, one.economy, one.of, one.clause, one.ahead) for one in found] == [
        ("O", "vn", "a", "", ""),
        ("O", "vn", "b", "", ""),
        ("O", "vn", "e", "", ""),
        # 5.5 of the 10.5 who are known; one half of the other stratum is not above it.
        ("S", "vn", "s", "", ""),
        ("E", "vn", "vn", "", ""),
        ("G", "la", "la", "5", ""),
        ("P", "la", "la", "5", "vn"),
    ]  # fmt: skip
    assert found[3] == Recommendation(
        rule="S", level="stratum", programme="p", priority=2, economy="vn", of="s",
        causes=(Cause(asked="share(item(S06) < 2) > 50", value=pytest.approx(100 * 5.5 / 10.5)),),
    )  # fmt: skip
    assert found[-1].causes[0] == Cause(asked="g >= 0.5", value=0.6)


def test_needs_are_sums_of_weights_with_each_organisation_once():
    found = recommend(
        [
            rule("O", "organisation", "item(S06) < 2", "course"),
            rule("S", "stratum", "share(item(S06) < 2) > 50", "course"),
            rule("P", "pair", "g >= 0.5", "lift"),
            rule("G", "gate", "omega < 0.70", ""),
        ],
        WAVE,
    )
    told = needs(
        found,
        wave=WAVE,
        programmes={
            "course": Programme(code="course", seats=2, per_coach=10),
            "lift": Programme(code="lift"),
        },
        prices={"course": Price(seat=100, coach=1000, fixed=5)},
    )
    assert [
        (n.economy, n.programme, n.asked, n.organisations, n.seats, n.coaches, n.budget)
        for n in told
    ] == [("la", "lift", 1, 9.0, 9, 0, None), ("vn", "course", 5, 64.5, 129, 7, 19905.0)]  # fmt: skip
    assert [n.top for n in told] == [9.0, 50.0]
