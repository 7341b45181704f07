"""Rules as plain data become named conditions, or are refused with the path."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sti_methods.portfolio import (
    Exclusive,
    Faulty,
    Limit,
    Must,
    Never,
    Requires,
    Rules,
    Share,
    Threshold,
    Together,
    conditions_of,
    drawn_order,
)
from sti_methods.portfolio.rules import KEYS

KNOWN = {
    "measures": ["y1", "y2"],
    "columns": {"field": ["energy", "water"], "young": ["yes", ""]},
    "proposals": {"a": ["full", "half"], "b": [""], "c": [""]},
}
ENERGY = {"field": frozenset(["energy"])}


def named(*conditions):
    return tuple(sorted(conditions, key=lambda one: one.name))


def refused(document):
    with pytest.raises(Faulty) as refusal:
        conditions_of(document, **KNOWN)
    return [(fault.kind, fault.path) for fault in refusal.value.all]


def test_every_key_becomes_a_condition_with_a_readable_name():
    rules = conditions_of(
        {
            "budgets": {"y1": "1000", "y2": 800.5},
            "floors": [{"where": {"field": "energy"}, "at_least": 1}],
            "ceilings": [
                {
                    "where": {"field": ["water", "energy"], "young": "yes"},
                    "measure": "y1",
                    "at_most": 10,
                },
                {"per": "field", "at_most": 2},
                {"name": "few", "measure": "merit", "at_least": 1, "at_most": 9},
            ],
            "shares": [{"where": {"young": "yes"}, "measure": "y2", "at_least": 0.2}],
            "exclusive": [["b", "a"]],
            "together": [["a", "c"]],
            "requires": [["a", "c"]],
            "must": ["b", {"id": "a", "level": "half"}],
            "never": ["c"],
            "threshold": {"merit": 50},
            "at_least": 1,
            "at_most": 3,
            "reserve": 2,
            "ties": {"order": ["c", "a"]},
        }
        | {"exclusive": [["c", "a"]]},
        **KNOWN,
    )
    young = {"young": frozenset(["yes"])}

    def per(value):
        return Limit(
            name=f"ceiling:field={value}:count",
            measure="count",
            where={"field": frozenset([value])},
            at_most=2,
        )

    assert rules == Rules(
        conditions=named(
            Limit(name="at_least:count", measure="count", at_least=1),
            Limit(name="at_most:count", measure="count", at_most=3),
            Limit(name="budget:y1", measure="y1", at_most=1000),
            Limit(name="budget:y2", measure="y2", at_most=800.5),
            Limit(
                name="ceiling:field=energy|water,young=yes:y1",
                measure="y1",
                where={"field": frozenset(["energy", "water"]), **young},
                at_most=10,
            ),
            per("energy"),
            per("water"),
            Exclusive(name="exclusive:a+c", proposals=("a", "c")),
            Limit(name="few", measure="merit", at_least=1, at_most=9),
            Limit(
                name="floor:field=energy:count",
                measure="count",
                where=ENERGY,
                at_least=1,
            ),
            Must(name="must:a@half", proposal="a", level="half"),
            Must(name="must:b", proposal="b"),
            Never(name="never:c", proposal="c"),
            Requires(name="requires:a>c", proposal="a", needs="c"),
            Share(name="share:young=yes:y2", measure="y2", where=young, at_least=0.2),
            Threshold(name="threshold:merit", at_least=50),
            Together(name="together:a+c", proposals=("a", "c")),
        ),
        threshold=50,
        reserve=2,
        budgets=("budget:y1", "budget:y2"),
        order=("c", "a"),
        seed=None,
    )
    assert rules.order_of(["a", "b", "c"]) == ["c", "a", "b"]


def test_no_rules_are_no_conditions_and_a_draw_orders_by_its_seed():
    assert conditions_of({}, **KNOWN) == Rules()
    assert conditions_of(dict.fromkeys(("budgets", "must", "ties")), **KNOWN) == Rules()
    drawn = conditions_of({"ties": {"draw": 7}}, **KNOWN)
    assert drawn == Rules(seed="7")
    assert drawn.order_of(["a", "b", "c"]) == drawn_order(["a", "b", "c"], "7")


@pytest.mark.parametrize(
    ("document", "kind", "path"),
    [
        ({"budget": {}}, "unknown_key", ("budget",)),
        ({"budgets": [1]}, "mapping", ("budgets",)),
        ({"budgets": {"z": 1}}, "unknown_measure", ("budgets", "z")),
        ({"budgets": {"merit": 1}}, "unknown_measure", ("budgets", "merit")),
        ({"budgets": {"y1": -1}}, "negative", ("budgets", "y1")),
        ({"budgets": {"y1": "1_000"}}, "number", ("budgets", "y1")),
        ({"budgets": {"y1": float("nan")}}, "number", ("budgets", "y1")),
        ({"budgets": {"y1": "inf"}}, "number", ("budgets", "y1")),
        ({"budgets": {"y1": True}}, "number", ("budgets", "y1")),
        ({"budgets": {"y1": 10**400}}, "number", ("budgets", "y1")),
        ({"floors": {"a": 1}}, "list", ("floors",)),
        ({"floors": ["a"]}, "mapping", ("floors", 0)),
        ({"floors": [{"where": {"z": "x"}, "at_least": 1}]}, "unknown_column", ("floors", 0, "where", "z")),
        ({"floors": [{"where": {"field": []}, "at_least": 1}]}, "few", ("floors", 0, "where", "field")),
        ({"floors": [{"where": {"field": {}}, "at_least": 1}]}, "text", ("floors", 0, "where", "field")),
        ({"floors": [{"measure": "z", "at_least": 1}]}, "unknown_measure", ("floors", 0, "measure")),
        ({"floors": [{"where": {}}]}, "limit", ("floors", 0)),
        ({"floors": [{"at_least": 2, "at_most": 1}]}, "limit", ("floors", 0, "at_most")),
        ({"floors": [{"least": 2, "at_least": 1}]}, "unknown_key", ("floors", 0, "least")),
        ({"floors": [{"at_least": 1}, {"at_least": 2}]}, "twice", ("floors", 1)),
        ({"ceilings": [{"per": "z", "at_most": 1}]}, "unknown_column", ("ceilings", 0, "per")),
        ({"shares": [{"at_least": 0.5}]}, "missing", ("shares", 0)),
        ({"shares": [{"where": {"young": "yes"}, "at_least": 20}]}, "share", ("shares", 0, "at_least")),
        ({"exclusive": [["a"]]}, "few", ("exclusive", 0)),
        ({"exclusive": [["a", "a"]]}, "twice", ("exclusive", 0)),
        ({"exclusive": [["a", "z"]]}, "unknown_proposal", ("exclusive", 0, 1)),
        ({"exclusive": [["a", "b"], ["b", "a"]]}, "twice", ("exclusive", 1)),
        ({"exclusive": ["ab"]}, "list", ("exclusive", 0)),
        ({"requires": [["a", "b", "c"]]}, "two", ("requires", 0)),
        ({"must": ["z"]}, "unknown_proposal", ("must", 0)),
        ({"must": [None]}, "text", ("must", 0)),
        ({"must": [{"level": "x"}]}, "missing", ("must", 0)),
        ({"must": [{"id": "a", "level": "x"}]}, "unknown_level", ("must", 0, "level")),
        ({"threshold": 5}, "mapping", ("threshold",)),
        ({"threshold": {"y1": 5}}, "unknown_key", ("threshold", "y1")),
        ({"threshold": {}}, "missing", ("threshold",)),
        ({"at_most": 1.5}, "whole", ("at_most",)),
        ({"reserve": -1}, "negative", ("reserve",)),
        ({"ties": {}}, "one_of", ("ties",)),
        ({"ties": {"draw": "x", "order": []}}, "one_of", ("ties",)),
        ({"ties": {"order": ["a", "a"]}}, "twice", ("ties", "order")),
        ({"must": ["a"], "never": ["b", "a"]}, "contradiction", ("never", 1)),
        ({"must": ["a", "b"], "exclusive": [["c", "a", "b"]]}, "contradiction", ("must", 1)),
        ({"must": [{"id": "a", "level": "half"}, {"id": "a", "level": "full"}]}, "contradiction", ("must", 1)),
        ({"at_least": 3, "at_most": 2}, "contradiction", ("at_most",)),
        ({"budgets": {"y1": 5}, "floors": [{"measure": "y1", "at_least": 6}]}, "contradiction", ("floors", 0)),
        (
            {
                "floors": [{"where": {"field": "energy"}, "at_least": 3}],
                "ceilings": [{"where": {"field": ["energy"]}, "at_most": 2}],
            },
            "contradiction",
            ("ceilings", 0),
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_the_path_to_it(document, kind, path):
    assert refused(document) == [(kind, path)]


def test_all_faults_are_found_at_once():
    document = {
        "budgets": {"z": 1, "y1": -1},
        "never": ["q"],
        "floors": [{"at_least": "x"}],
    }

    assert refused(document) == [
        ("unknown_measure", ("budgets", "z")),
        ("negative", ("budgets", "y1")),
        ("number", ("floors", 0, "at_least")),
        ("unknown_proposal", ("never", 0)),
    ]


PARTS = (
    "where", "per", "measure", "at_least", "at_most", "name", "id", "level", "field",
    "y1", "merit", "order", "draw",
)  # fmt: skip
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["a", "b", "field", "energy", "y1", "full", "", "1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(PARTS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), plain, max_size=4))
def test_whatever_is_said_is_either_rules_or_a_refusal_that_leads_there(document):
    try:
        rules = conditions_of(document, **KNOWN)
    except Faulty as refusal:
        for fault in refusal.all:
            place = document
            for key in fault.path:
                place = place[key]
        return
    assert len({c.name for c in rules.conditions}) == len(rules.conditions)
