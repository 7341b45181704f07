"""Classes of peers: what may be told, and what an attacker would have worked out without it."""

from __future__ import annotations

import itertools
import random

import pytest
from sti_methods.composite.unfit import Unfit
from sti_methods.survey import classes_of, percentile, singled_out, told_classes

SMALL = ("VNM", "C", "small")
EVERYBODY = ("", "", "")


def world(**counts: int) -> dict[str, tuple[str, str, str]]:
    """``VNM_C_small=5``: so many organisations of a class."""
    return {
        f"{kind}{n}": tuple(kind.split("_"))
        for kind, many in counts.items()
        for n in range(many)
    }


def results(traits, revision="1"):
    return dict.fromkeys(traits, revision)


def told(traits, earlier=(), found=None):
    return told_classes(traits, found or results(traits), earlier)


def naive(traits, found=None):
    """What would be told if five organisations were all that is asked."""
    found = found or results(traits)
    members: dict = {}
    for name, given in traits.items():
        for kind in classes_of(given):
            members.setdefault(kind, set()).add((name, found[name]))
    return {k: frozenset(of) for k, of in members.items() if len(of) >= 5}


def isolated(sets):
    """What an attacker subtracts: groups of one to four that two sets differ by."""
    pairs = itertools.combinations(sets, 2)
    found = ({name for name, _result in a ^ b} for a, b in pairs)
    return [sorted(few) for few in found if 0 < len(few) < 5]


def below(own, scores):
    """The number behind a percentile, as anybody works it out who knows how many there are."""
    return percentile(own, scores) * len(scores) / 100


def test_a_place_counts_those_below_and_half_of_those_equal():
    assert percentile(3.0, [1.0, 2.0, 3.0, 3.0, 5.0]) == 60.0
    assert percentile(0.1 + 0.2, [0.3, 0.3, 0.3, 0.3, 0.3]) == 50.0
    with pytest.raises(Unfit, match="no_peers"):
        percentile(3.0, [])


def test_one_who_joins_would_be_found_by_subtraction_and_is_not():
    before = world(VNM_C_small=9)
    first = told(before)
    assert first[SMALL] == frozenset(results(before).items())
    after = before | {"newcomer": SMALL}
    # Without the rule: the attacker stays, and what moves is the newcomer alone.
    (kind,) = {k for k, of in naive(after).items() if k == SMALL}
    assert isolated([first[SMALL], naive(after)[kind]]) == [["newcomer"]]
    scores = [1.0, 2.0, 2.5, 2.7, 2.9, 3.0, 3.5, 4.0, 4.2]
    assert below(2.9, [*scores, 1.5]) - below(2.9, scores) == 1.0  # below the attacker
    assert below(2.9, [*scores, 3.3]) - below(2.9, scores) == 0.0  # above
    assert told(after, list(first.values())) == {}
    five = before | {f"new{n}": SMALL for n in range(5)}
    assert SMALL in told(five, list(first.values()))


def test_one_who_leaves_or_answers_anew_is_not_found_either():
    before = world(VNM_C_small=9)
    first = told(before)
    fewer = {name: of for name, of in before.items() if name != "VNM_C_small0"}
    anew = results(before) | {"VNM_C_small0": "2"}
    sets = [*first.values(), naive(fewer)[SMALL], naive(before, anew)[SMALL]]
    assert ["VNM_C_small0"] in isolated(sets)
    assert told(fewer, list(first.values())) == {}
    assert told(before, list(first.values()), anew) == {}
    assert (
        told(before, list(first.values())) == first
    )  # the same again says nothing new


def test_four_in_the_shadow_of_a_total_are_not_found():
    traits = world(VNM_C_small=5, VNM_G_small=4)
    shadow = sorted(name for name in traits if "_G_" in name)
    assert shadow in isolated(set(naive(traits).values()))
    assert isolated(set(told(traits).values())) == []
    assert told(traits)[EVERYBODY] == frozenset(results(traits).items())


def test_nobody_is_told_of_fewer_than_five():
    assert told(world(VNM_C_small=4)) == {}
    assert told({}) == {}
    with pytest.raises(Unfit, match="no_trait"):
        told({"a": ("VNM", "", "small")})


def test_whoever_follows_only_from_several_tables_together_is_found_out():
    a, b, c = ({f"{k}{n}" for n in range(5)} for k in "abc")
    x = {"x"}
    sets = [
        frozenset((n, "1") for n in of) for of in (a | b | x, b | c, a | c, a | b | c)
    ]
    # Two by two they differ by five and more; a + b + c from three, then x.
    assert isolated(sets[:3]) == []
    assert singled_out(sets[:3]) == []
    halves = [*sets[:3], frozenset((n, "1") for n in a | b)]
    assert singled_out(halves) == [("x", "1")]


def test_over_years_of_coming_and_going_no_few_are_ever_apart():
    dice = random.Random(9)  # noqa: S311 -- a plan of a test
    traits = world(VNM_C_small=7, VNM_G_small=6, THA_C_small=8, VNM_C_large=5)
    found = results(traits)
    ever: list = []
    naively: list = []
    for quarter in range(8):
        for name in dice.sample(sorted(traits), 2):
            del traits[name]
        for n in range(dice.randint(1, 6)):
            name = f"q{quarter}-{n}"
            traits[name] = (dice.choice(["VNM", "THA"]), dice.choice("CG"), "small")
        found = {name: found.get(name, "1") for name in traits}
        found[dice.choice(sorted(traits))] = f"r{quarter}"
        naively += naive(traits, found).values()
        now = told(traits, ever, found)
        assert all(len(of) >= 5 for of in now.values())
        ever += now.values()
    assert isolated(naively)
    assert singled_out(naively)
    assert isolated(ever) == []
    assert singled_out(ever) == []
    assert len(set(ever)) > 3
