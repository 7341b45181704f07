"""Books cannot be out of balance; a statement's line is proposed to one payment at most."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sti_methods.bookkeeping import (
    EXACT,
    Movement,
    Posting,
    Sides,
    Years,
    balances,
    flow,
    likeness,
    propose,
    split,
    statement,
    trial_balance,
    within,
)

ACCOUNTS = st.sampled_from(["state", "advances", "spent", "owed", "received"])
POSTINGS = st.lists(
    st.tuples(ACCOUNTS, ACCOUNTS, st.integers(1, 10**18))
    .filter(lambda p: p[0] != p[1])
    .map(lambda p: Posting(*p)),
    max_size=30,
)


@given(POSTINGS)
def test_all_balances_add_up_to_nothing(postings):
    assert sum(balances(postings).values()) == 0


@given(POSTINGS, st.data())
def test_the_trial_balance_of_any_part_balances(postings, data):
    part = [p for p in postings if data.draw(st.booleans())]
    sides = trial_balance(part).values()
    assert sum(s.debit for s in sides) == sum(s.credit for s in sides)


@given(POSTINGS, POSTINGS)
def test_a_reversal_restores_what_was(before, wrong):
    assert balances([*before, *wrong, *(p.reversed() for p in wrong)]) == balances(
        before
    )


@given(POSTINGS, st.randoms())
def test_the_order_does_not_matter(postings, dice):
    shuffled = list(postings)
    dice.shuffle(shuffled)
    assert trial_balance(shuffled) == trial_balance(postings)


@given(POSTINGS, ACCOUNTS)
def test_a_statement_ends_with_the_balance(postings, account):
    lines = statement(postings, account)
    assert (lines[-1][1] if lines else 0) == balances(postings).get(account, 0)


@given(POSTINGS, ACCOUNTS)
def test_all_flows_into_an_account_are_its_balance(postings, account):
    flows: dict[tuple[str, str], int] = {}
    for p in postings:
        flows[p.debit, p.credit] = flows.get((p.debit, p.credit), 0) + p.amount
    others = {"state", "advances", "spent", "owed", "received"} - {account}
    assert flow(flows, account, *others) == balances(postings).get(account, 0)


@pytest.mark.parametrize(
    ("debit", "credit", "amount"),
    [("a", "a", 1), ("a", "b", 0), ("a", "b", -1), ("a", "b", 1.0), ("a", "b", True)],
)
def test_what_is_no_posting_is_refused(debit, credit, amount):
    with pytest.raises(ValueError, match=r"\."):
        Posting(debit, credit, amount)


@given(st.integers(0, 10**18), st.fractions(0, 1))
def test_a_share_and_the_rest_add_up_and_never_exceed_it(amount, share):
    part, rest = split(amount, share)
    assert part + rest == amount
    assert within(part, share, amount)
    assert not within(part + 1, share, amount) or share == 1


def test_a_share_is_rounded_down():
    assert split(101, Fraction(1, 2)) == (50, 51)
    with pytest.raises(ValueError, match="share"):
        split(1, Fraction(3, 2))


def test_an_even_account_has_no_balance_and_two_columns():
    books = [Posting("owed", "advances", 5), Posting("received", "owed", 5)]
    assert balances(books) == {"advances": -5, "received": 5}
    assert trial_balance(books)["owed"] == Sides(5, 5)


def moved(id_, amount, day, *words):
    return Movement(id=id_, amount=amount, day=day, words=frozenset(words))


def test_reference_amount_and_day_together_are_exact():
    assert likeness(moved(1, 9, 5, "ct01"), moved(2, 9, 5, "ct01")) == EXACT
    assert likeness(moved(1, 9, 5, "ct01"), moved(2, 8, 5, "ct01")) == 0
    assert likeness(moved(1, 9, 5), moved(2, 9, 40)) == 0


def test_two_that_are_equally_like_are_left_to_a_person():
    assert propose([moved(1, 9, 5)], [moved(7, 9, 5), moved(8, 9, 5)]) == {}
    assert propose([moved(1, 9, 5, "a")], [moved(7, 9, 5), moved(8, 9, 6, "a")]) == {
        1: (8, 96)
    }


MOVEMENTS = st.lists(
    st.builds(
        moved,
        st.integers(1, 50),
        st.integers(1, 3),
        st.integers(1, 5),
        st.text("ab", max_size=1),
    ),
    unique_by=lambda m: m.id,
    max_size=12,
)


@given(MOVEMENTS, MOVEMENTS)
def test_no_payment_is_proposed_twice_and_amounts_agree(lines, booked):
    found = propose(lines, booked)
    assert len({other for other, _score in found.values()}) == len(found)
    amounts = ({m.id: m.amount for m in lines}, {m.id: m.amount for m in booked})
    assert all(amounts[0][a] == amounts[1][b] for a, (b, _s) in found.items())


def test_an_unspent_allocation_moves_on_or_lapses():
    said = {"allocated": {2027: 100, 2028: 50}, "paid": {2027: 30}}
    stays, moves = Years(**said), Years(**said, carried_before=None)
    ended = Years(**said, carried_before=2028)
    assert [y.left(until=2029) for y in (stays, moves, ended)] == [
        {2027: 70, 2028: 50, 2029: 0},
        {2027: 70, 2028: 120, 2029: 120},
        {2027: 70, 2028: 120, 2029: 0},
    ]
    assert [[y.free(n) for n in (2027, 2028, 2029)] for y in (stays, moves, ended)] == [
        [70, 50, 0],
        [70, 120, 120],
        [70, 120, 0],
    ]
    assert [
        [y.unspent(today=n) for n in (2027, 2028, 2029)] for y in (stays, moves, ended)
    ] == [[120, 50, 0], [120, 120, 120], [120, 120, 0]]


def test_what_a_later_year_was_paid_of_it_is_not_free_any_more():
    years = Years(allocated={2027: 100}, paid={2028: 80}, carried_before=None)
    assert [years.free(n) for n in (2026, 2027, 2028)] == [0, 20, 20]


def test_of_nothing_nothing_is_left():
    nothing = Years(allocated={}, paid={})
    assert (nothing.left(), nothing.free(2027), nothing.unspent(today=2027)) == (
        {},
        0,
        0,
    )


@given(
    moves=st.lists(
        st.tuples(
            st.booleans(), st.integers(0, 1), st.integers(0, 2), st.integers(1, 60)
        ),
        max_size=25,
    ),
    carried_before=st.none() | st.sampled_from([0, *range(2024, 2035)]),
)
def test_no_year_is_ever_paid_more_than_it_has_and_nothing_is_promised_twice(
    moves, carried_before
):
    """As time goes on, money is allocated and paid for this year and those to come."""
    whole, today = 100, 2025
    allocated, paid = Counter(), Counter()
    for pays, later, ahead, amount in moves:
        today += later
        years = Years(allocated=allocated, paid=paid, carried_before=carried_before)
        open_ = whole - sum(paid.values()) - years.unspent(today=today)
        assert open_ >= 0
        if pays and amount <= years.free(today + ahead):
            paid[today + ahead] += amount
        elif not pays and amount <= open_:
            allocated[today + ahead] += amount
        years = Years(allocated=allocated, paid=paid, carried_before=carried_before)
        assert all(left >= 0 for left in years.left().values())
