"""Profit is shared to the đồng, and each rule is tested in its own direction."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sti_methods.sharing import (
    PARTIES,
    Portion,
    Problem,
    Rule,
    by_shares,
    least,
    share_profit,
)

TENTH, THIRTY, HALF = Fraction(1, 10), Fraction(3, 10), Fraction(1, 2)
OLD = (
    Rule(
        id="authors_old",
        who="authors",
        test="at_least",
        share=THIRTY,
        base="after_tax_profit",
    ),
    Rule(
        id="broker_old",
        who="broker",
        test="at_most",
        share=TENTH,
        base="after_tax_profit",
    ),
    Rule(
        id="state_old",
        who="state",
        test="at_most",
        share=TENTH,
        base="rest",
        owned_by="user",
    ),
    Rule(id="research_old", who="research", test="equal", share=HALF, base="rest"),
    Rule(id="welfare_old", who="welfare", test="equal", share=HALF, base="rest"),
)
NEW = (
    Rule(
        id="authors_new",
        who="authors",
        test="at_least",
        share=THIRTY,
        base="state_part_of_profit",
    ),
    Rule(
        id="broker_new",
        who="broker",
        test="at_least",
        share=TENTH,
        base="after_tax_profit",
        unless_agreed=True,
    ),
)
MILLION = 1_000_000


def shared(profit, rules, portions=None, *, state_part=Fraction(1), **more):
    return share_profit(
        Problem(
            profit=profit,
            state_part=state_part,
            rules=rules,
            portions=least(
                rules,
                owned_by=more.get("owned_by", "owner"),
                has_broker=more.get("has_broker", False),
            )
            if portions is None
            else portions,
            **more,
        )
    )


def amounts(answer):
    return {who: amount for who, amount in answer.amounts.items() if amount}


def test_an_owner_under_the_old_law_halves_the_rest():
    answer = shared(1000 * MILLION, OLD, has_broker=True)
    assert amounts(answer) == {
        "authors": 300 * MILLION,
        "broker": 100 * MILLION,
        "research": 300 * MILLION,
        "welfare": 300 * MILLION,
    }
    assert answer.lawful


def test_a_user_under_the_old_law_pays_the_state_before_halving():
    answer = shared(1000 * MILLION, OLD, has_broker=True, owned_by="user")
    assert amounts(answer) == {
        "authors": 300 * MILLION,
        "broker": 100 * MILLION,
        "state": 60 * MILLION,
        "research": 270 * MILLION,
        "welfare": 270 * MILLION,
    }
    assert answer.lawful


def test_the_new_law_counts_authors_on_the_state_part_and_leaves_the_rest_to_the_owner():
    answer = shared(1000 * MILLION, NEW, state_part=Fraction(6, 10), has_broker=True)
    assert amounts(answer) == {
        "authors": 180 * MILLION,
        "broker": 100 * MILLION,
        "owner": 720 * MILLION,
    }
    assert answer.lawful


@pytest.mark.parametrize(
    ("rules", "share", "lawful"),
    [
        (OLD, Fraction(5, 100), True),
        (OLD, Fraction(15, 100), False),
        (NEW, Fraction(5, 100), False),
        (NEW, Fraction(15, 100), True),
        (OLD, TENTH, True),
        (NEW, TENTH, True),
    ],
)
def test_the_broker_is_held_from_above_by_the_old_law_and_from_below_by_the_new(
    rules, share, lawful
):
    portions = tuple(
        Portion(who=p.who, share=share if p.who == "broker" else p.share, base=p.base)
        for p in least(rules, has_broker=True)
    )
    answer = shared(1000 * MILLION, rules, portions, has_broker=True)
    assert answer.lawful is lawful
    if not lawful:
        (check,) = answer.violations
        assert (check.who, check.needed, check.given) == (
            "broker",
            100 * MILLION,
            share * 1000 * MILLION,
        )


def test_what_the_parties_agreed_sets_aside_only_what_the_law_leaves_to_them():
    none = (
        Portion(who="authors", share=Fraction(2, 10), base="state_part_of_profit"),
        Portion(who="broker", share=Fraction(5, 100), base="after_tax_profit"),
    )
    answer = shared(1000, NEW, none, has_broker=True, agreed_otherwise=True)
    assert [c.rule for c in answer.violations] == ["authors_new"]
    assert [c.rule for c in answer.checks if c.waived] == ["broker_new"]


def test_without_a_broker_no_rule_speaks_of_one():
    answer = shared(1000, NEW)
    assert [c.rule for c in answer.checks] == ["authors_new"]
    assert answer.lawful


def test_more_than_there_is_cannot_be_given():
    greedy = (
        Portion(who="authors", share=Fraction(8, 10), base="after_tax_profit"),
        Portion(who="broker", share=Fraction(3, 10), base="after_tax_profit"),
    )
    answer = shared(1000, (), greedy, has_broker=True)
    assert (answer.excess, answer.lawful, amounts(answer)) == (100, False, {})


def test_the_odd_dong_goes_to_the_authors_first():
    # 30 % of 1,001 is 300.3: the authors are protected from below.
    assert amounts(shared(1001, OLD)) == {
        "authors": 301,
        "research": 350,
        "welfare": 350,
    }


def test_shares_of_authors_sum_and_ties_do_not_hang_on_their_order():
    assert by_shares(100, {"b": 3333, "a": 3333, "c": 3334}) == {
        "a": 33,
        "b": 33,
        "c": 34,
    }
    assert by_shares(1, {"b": 5000, "a": 5000}) == {"a": 1, "b": 0}


@pytest.mark.parametrize(
    "shares", [{"a": 9999}, {"a": 10001}, {"a": 0, "b": 10000}, {}]
)
def test_shares_that_are_no_whole_are_refused(shares):
    with pytest.raises(ValueError, match="10,000"):
        by_shares(10, shares)


@pytest.mark.parametrize(
    "wrong",
    [
        {"profit": -1},
        {"state_part": Fraction(11, 10)},
        {"portions": (Portion(who="owner", share=HALF, base="rest"),)},
        {"portions": (Portion(who="state", share=-HALF, base="rest"),)},
    ],
)
def test_what_cannot_be_meant_is_refused(wrong):
    plain = {"profit": 1, "state_part": HALF, "portions": ()}
    with pytest.raises(ValueError, match=r"\w"):
        Problem(**plain | wrong)


profits = st.integers(0, 10**17)
parts = st.integers(0, 10_000).map(lambda n: Fraction(n, 10_000))
few = st.integers(0, 4_000).map(lambda n: Fraction(n, 10_000))


@st.composite
def problems(draw):
    rules = draw(st.sampled_from([OLD, NEW, ()]))
    bases = {
        "authors": draw(st.sampled_from(["after_tax_profit", "state_part_of_profit"])),
        "broker": "after_tax_profit",
        "state": "rest",
        "research": "rest",
        "welfare": "rest",
    }
    return Problem(
        profit=draw(profits),
        state_part=draw(parts),
        portions=tuple(
            Portion(who=who, share=draw(few), base=base) for who, base in bases.items()
        ),
        rules=rules,
        owned_by=draw(st.sampled_from(["owner", "user"])),
        has_broker=draw(st.booleans()),
        agreed_otherwise=draw(st.booleans()),
    )


def again(problem, **changed):
    return Problem(**problem.__dict__ | changed)


@given(problems())
def test_amounts_sum_to_the_profit_and_none_is_negative_or_far_off(problem):
    answer = share_profit(problem)
    assert answer.excess == 0
    assert sum(answer.amounts.values()) == problem.profit
    assert set(answer.amounts) == set(PARTIES)
    for who, amount in answer.amounts.items():
        assert amount >= 0
        assert abs(amount - answer.exact[who]) < 1


@given(problems(), st.integers(1, 10**12))
def test_more_profit_gives_nobody_less(problem, more):
    before = share_profit(problem)
    after = share_profit(again(problem, profit=problem.profit + more))
    for who in PARTIES:
        assert after.exact[who] >= before.exact[who]
        # the odd đồng may change hands
        assert after.amounts[who] >= before.amounts[who] - 1


@given(problems(), st.integers(1, 1_000))
def test_a_larger_portion_of_the_authors_never_gives_them_less(problem, more):
    larger = tuple(
        Portion(
            who=p.who,
            share=p.share + (Fraction(more, 10_000) if p.who == "authors" else 0),
            base=p.base,
        )
        for p in problem.portions
    )
    before, after = share_profit(problem), share_profit(again(problem, portions=larger))
    assert after.exact["authors"] >= before.exact["authors"]


@given(problems(), st.randoms())
def test_the_order_of_portions_and_rules_changes_nothing(problem, chance):
    portions, rules = list(problem.portions), list(problem.rules)
    chance.shuffle(portions)
    chance.shuffle(rules)
    before = share_profit(problem)
    after = share_profit(again(problem, portions=tuple(portions), rules=tuple(rules)))
    assert after.amounts == before.amounts
    assert {c.rule: c for c in after.checks} == {c.rule: c for c in before.checks}


@given(profits, parts, st.booleans(), st.sampled_from(["owner", "user"]))
def test_what_is_proposed_as_least_is_always_lawful(profit, part, has_broker, owned_by):
    for rules in (OLD, NEW):
        answer = shared(
            profit, rules, state_part=part, has_broker=has_broker, owned_by=owned_by
        )
        assert answer.lawful


@given(profits, parts)
def test_protected_authors_have_their_whole_dong(profit, part):
    for rules in (OLD, NEW):
        answer = shared(profit, rules, state_part=part)
        (check,) = (c for c in answer.checks if c.who == "authors")
        assert answer.amounts["authors"] >= check.needed


@st.composite
def author_shares(draw):
    cuts = draw(st.sets(st.integers(1, 9_999), max_size=8))
    marks = [0, *sorted(cuts), 10_000]
    return {
        f"author-{n}": after - before
        for n, (before, after) in enumerate(pairwise(marks))
    }


@given(profits, author_shares(), st.randoms())
def test_authors_have_it_all_whatever_their_order(amount, shares, chance):
    divided = by_shares(amount, shares)
    names = list(shares)
    chance.shuffle(names)
    assert by_shares(amount, {n: shares[n] for n in names}) == divided
    assert sum(divided.values()) == amount
    for name, share in shares.items():
        assert abs(divided[name] - Fraction(amount * share, 10_000)) < 1
