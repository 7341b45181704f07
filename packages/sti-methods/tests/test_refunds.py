"""What is paid back: the cases of Joint Circular 27/2015, and what holds for any rules."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sti_methods.refunds import (
    KINDS,
    RefundRule,
    ShareOutOfRange,
    bounds,
    part_of,
    refund,
)


def rule(name, money, least, most, **narrow):
    return RefundRule(
        id=name, money=money, least=Fraction(least), most=Fraction(most), **narrow
    )


LEGACY = (
    rule("unused", "unused", 1, 1),
    rule("objective", "proper", 0, 0, cause="objective"),
    rule(
        "final", "proper", Fraction(2, 5), 1, cause="subjective", lump="final_product"
    ),
    rule("partial", "proper", Fraction(3, 10), 1, cause="subjective", lump="partial"),
    rule("unproven", "unproven", 1, 1),
)
MONEY = {"unused": 100, "proper": 1000, "unproven": 50}


@pytest.mark.parametrize(
    ("cause", "lump", "rows", "total"),
    [
        ("subjective", "final_product", (100, 400, 50), 550),
        ("subjective", "partial", (100, 300, 50), 450),
        ("objective", "final_product", (100, 0, 50), 150),
        ("objective", "partial", (100, 0, 50), 150),
    ],
)
def test_the_least_that_is_paid_back_under_the_old_rules(cause, lump, rows, total):
    worked = refund(MONEY, rules=LEGACY, cause=cause, lump=lump)
    assert (tuple(r.refund for r in worked.rows), worked.total) == (rows, total)


def test_all_may_be_asked_back_and_less_than_the_least_may_not():
    asked = {"rules": LEGACY, "cause": "subjective", "lump": "final_product"}
    assert refund(MONEY, chosen={"proper": Fraction(1)}, **asked).total == 1150
    with pytest.raises(ShareOutOfRange) as refused:
        refund(MONEY, chosen={"proper": Fraction(39, 100)}, **asked)
    assert (refused.value.row.money, refused.value.row.least) == (
        "proper",
        Fraction(2, 5),
    )


def test_where_no_rule_is_known_anything_may_be_chosen_and_it_is_said():
    assert bounds("proper", rules=LEGACY, cause="subjective", lump="none") == (
        0,
        1,
        "",
        "not_known",
    )


def test_an_accepted_risk_frees_what_was_properly_used_and_nothing_else():
    worked = refund(
        MONEY,
        rules=LEGACY,
        cause="subjective",
        lump="final_product",
        risk_accepted=True,
    )
    assert [(r.refund, r.source) for r in worked.rows] == [
        (100, "rule"),
        (0, "accepted_risk"),
        (50, "rule"),
    ]


def test_half_a_dong_goes_to_the_even_one():
    assert [part_of(n, Fraction(1, 2)) for n in (1, 3, 5)] == [0, 2, 2]


def test_a_negative_amount_is_no_money():
    with pytest.raises(ValueError, match="negative"):
        refund({"unused": -1}, rules=LEGACY, cause="objective", lump="partial")


amounts = st.integers(min_value=0, max_value=10**15)
shares = st.fractions(min_value=0, max_value=1, max_denominator=1000)


@st.composite
def worked(draw):
    """Any rules, any money, shares chosen between what they allow."""
    rules, chosen = [], {}
    for money in KINDS:
        least, share, most = sorted((draw(shares), draw(shares), draw(shares)))
        chosen[money] = share
        rules.append(rule(money, money, least, most))
    return tuple(rules), {money: draw(amounts) for money in KINDS}, chosen


@given(worked())
def test_never_more_than_was_paid_and_always_between_least_and_most(case):
    rules, money, chosen = case
    answer = refund(money, rules=rules, cause="objective", lump="none", chosen=chosen)
    assert answer.total == sum(r.refund for r in answer.rows) <= sum(money.values())
    for row in answer.rows:
        low, high = part_of(row.amount, row.least), part_of(row.amount, row.most)
        assert 0 <= low <= row.refund <= high <= row.amount
        assert abs(row.refund - row.amount * row.chosen) <= Fraction(1, 2)


@given(worked(), amounts, shares)
def test_more_money_or_a_larger_share_never_means_less(case, more, share):
    rules, money, chosen = case
    asked = {"rules": rules, "cause": "subjective", "lump": "partial"}
    before = refund(money, chosen=chosen, **asked)
    grown = {name: amount + more for name, amount in money.items()}
    assert refund(grown, chosen=chosen, **asked).total >= before.total
    larger = {r.money: max(r.chosen, min(share, r.most)) for r in before.rows}
    assert refund(money, chosen=larger, **asked).total >= before.total
