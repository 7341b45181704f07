"""The whole answer as plain data, and what is asked about it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sti_methods.portfolio import Level, Problem, answer, conditions_of
from sti_methods.portfolio.solving import solve

LEVELS = [
    Level(proposal="a", merit=9, amounts={"y": 60.0}),
    Level(proposal="b", merit=8, amounts={"y": 50.0}),
    Level(proposal="c", name="full", merit=6, amounts={"y": 40.0}),
    Level(proposal="c", name="half", merit=4, amounts={"y": 20.0}),
    Level(proposal="d", merit=2, amounts={"y": 30.0}),
]
FIELDS = {"field": {"a": "x", "b": "x", "c": "w", "d": "w"}}


def posed(document, levels=LEVELS):
    rules = conditions_of(
        document,
        measures=["y"],
        columns={"field": ["w", "x"]},
        proposals={"a": [""], "b": [""], "c": ["full", "half"], "d": [""]},
    )
    return Problem.of_levels(levels, rules.conditions, categories=FIELDS), rules


def test_an_answer_says_all_of_it():
    problem, rules = posed(
        {
            "budgets": {"y": 100},
            "shares": [{"where": {"field": "w"}, "measure": "y", "at_least": 0.2}],
            "reserve": 2,
        }
    )
    said = answer.answer_of(problem, rules)

    assert {k: v for k, v in said.items() if k not in {"versions", "limits"}} == {
        "status": "optimal",
        "objective": 15.0,
        "bound": 15.0,
        "gap": 0.0,
        "spent": {"y": 100.0},
        "chosen": {"a": "", "c": "full"},
        "tied": [],
        "ties": {"rule": "order", "order": []},
        "reserve": ["b", "d"],
        "reserve_price": {"b": 1.0, "d": 1.0},
        "conflict": [],
    }
    assert [(one["name"], one["kind"], one["used"]) for one in said["limits"]] == [
        ("budget:y", "limit", 100.0),
        ("share:field=w:y", "share", 0.4),
    ]
    assert said["versions"].keys() == {"numpy", "scipy", "sti-methods"}


def test_what_cannot_be_met_is_answered_by_the_conflict():
    problem, rules = posed(
        {"budgets": {"y": 100}, "must": ["a", "b"], "threshold": {"merit": 1}}
    )
    said = answer.answer_of(problem, rules)

    assert (said["status"], said["objective"], said["chosen"]) == (
        "infeasible",
        None,
        {},
    )
    assert [
        (one["name"], one["end"], one["stated"], one["needed"], one["enough"])
        for one in said["conflict"]
    ] == [
        ("budget:y", "at_most", 100.0, 110.0, True),
        ("must:a", "", None, None, True),
        ("must:b", "", None, None, True),
    ]
    assert said["conflict"][1]["condition"] == {
        "kind": "must",
        "name": "must:a",
        "proposal": "a",
        "level": None,
    }


def test_a_threshold_in_the_way_says_how_low_it_would_have_to_be():
    problem, rules = posed({"threshold": {"merit": 8.5}, "must": ["c"]})
    said = answer.answer_of(problem, rules)["conflict"]

    assert [(one["name"], one["stated"], one["needed"]) for one in said] == [
        ("must:c", None, None),
        ("threshold:merit", 8.5, 6.0),
    ]


def test_reasons_say_what_a_proposal_lost_to_and_what_it_lacked():
    problem, rules = posed({"budgets": {"y": 100}, "threshold": {"merit": 3}})
    said = answer.answer_of(problem, rules)
    selection = answer.selection_of(problem, said)
    reasons = answer.reasons_of(problem, selection, nearly=0.1)

    assert said["chosen"] == {"a": "", "c": "full"}
    assert reasons["b"] == {
        "proposal": "b",
        "chosen": False,
        "level": None,
        "standing": "sometimes",
        "tied": False,
        "decided": [],
        "lost_to": ["budget:y"],
        "exact": True,
        "possible": True,
        "price": 1.0,
        "price_low": pytest.approx(0.0, abs=1.0),
        "cost_factor": 0.8,
        "merit": 8.0,
        "amounts": {"y": 50.0},
        "threshold": None,
        "conditions": {
            "budget:y": {
                "kind": "limit",
                "name": "budget:y",
                "measure": "y",
                "where": {},
                "at_least": None,
                "at_most": 100.0,
            }
        },
    }
    assert reasons["d"]["threshold"] == 3
    assert (reasons["d"]["possible"], reasons["d"]["price"]) == (False, None)
    assert "threshold:merit" in reasons["d"]["lost_to"]


def test_those_not_asked_exactly_have_a_price_from_below():
    problem, rules = posed({"budgets": {"y": 100}})
    selection = answer.selection_of(problem, answer.answer_of(problem, rules))
    exact = answer.reasons_of(problem, selection)
    rough = answer.reasons_of(problem, selection, questions=0)

    assert [one["exact"] for one in rough.values()] == [False] * 4
    for name, one in rough.items():
        assert one["price"] is None
        assert one["lost_to"] == exact[name]["lost_to"]
        assert one["price_low"] <= exact[name]["price"] + 1e-6


def test_a_sweep_says_who_enters_and_leaves():
    problem, rules = posed({"budgets": {"y": 100}})
    selection = answer.selection_of(problem, answer.answer_of(problem, rules))
    stops = answer.sweep(problem, selection, rules.budgets, factors=(0.5, 1, 1.1))

    assert [(s["factor"], s["objective"], s["enters"], s["leaves"]) for s in stops] == [
        (0.5, 8.0, ["b"], ["a", "c"]),
        (1, 15.0, [], []),
        (1.1, 17.0, ["b"], ["c"]),
    ]


def test_the_zone_holds_who_is_in_some_of_the_nearly_best():
    problem, rules = posed({"budgets": {"y": 100}})
    selection = answer.selection_of(problem, answer.answer_of(problem, rules))
    zone = answer.zone(problem, selection, nearly=0.1)

    # a and c: 15; b and c: 14; b, d and half of c: 14; no other set above 13.5.
    assert zone == {
        "nearly": 0.1,
        "within": pytest.approx(1.5),
        "always": 1,
        "never": 0,
        "sometimes": ["a", "b", "d"],
        "unknown": [],
        "low": 2.0,
        "high": 9.0,
    }


def test_how_often_each_is_chosen_when_merits_are_drawn():
    problem, _rules = posed({"budgets": {"y": 100}})
    drawn = np.array([[9.0, 8, 6, 2], [5, 8, 6, 2]])
    said = answer.frequency(problem, drawn, gap=0.0)

    assert said["chosen"] == {"a": 0.5, "b": 0.5, "c": 1.0, "d": 0.0}
    assert (said["draws"], said["worst_gap"]) == (2, pytest.approx(0, abs=1e-6))


def test_prices_name_the_limit_and_what_more_of_it_brings():
    problem, rules = posed({"budgets": {"y": 100}})
    selection = answer.selection_of(problem, answer.answer_of(problem, rules))
    (price,) = answer.prices(problem, selection)

    assert (price["name"], price["end"], price["step"]) == ("budget:y", "at_most", 1.0)
    assert price["gain"] == 0.0
    assert price["marginal"] > 0


@settings(max_examples=60, deadline=None)
@given(st.permutations(LEVELS), st.permutations(range(4)), st.integers(0, 200))
def test_the_order_of_the_input_changes_no_byte(levels, order, money):
    parts = [
        ("budgets", {"y": money}),
        ("floors", [{"where": {"field": "w"}, "at_least": 1}]),
        ("exclusive", [["b", "d"]]),
        ("reserve", 1),
    ]
    texts = []
    for some, at in ((LEVELS, range(4)), (levels, order)):
        problem, rules = posed(dict(parts[n] for n in at), some)
        texts.append(json.dumps(answer.answer_of(problem, rules), sort_keys=True))

    assert texts[0] == texts[1]


def test_an_answer_read_back_is_the_same_selection():
    problem, rules = posed({"budgets": {"y": 75}})
    said = json.loads(json.dumps(answer.answer_of(problem, rules)))
    back, first = answer.selection_of(problem, said), solve(problem)

    assert back.level.tolist() == first.level.tolist()
    assert (back.objective, back.bound) == (first.objective, first.bound)
