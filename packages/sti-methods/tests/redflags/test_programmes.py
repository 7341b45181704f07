"""The flags of research funding, each over records of its own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sti_methods.redflags import (
    Course,
    Duty,
    Extended,
    Late,
    Mark,
    Near,
    Overlap,
    OwnTopic,
    Price,
    Repeated,
    Swing,
    Text,
    Topic,
    Win,
    late_registrations,
    many_extensions,
    near_prices,
    overlapping_texts,
    own_topics,
    repeated_winners,
    shingles,
    swinging_reviewers,
)

TODAY = date(2026, 6, 30)


def test_late_is_what_was_registered_after_its_day_or_still_waits():
    due = date(2026, 6, 1)
    duties = [
        Duty(id="on the day", due=due, done=due),
        Duty(id="a day late", due=due, done=date(2026, 6, 2)),
        Duty(id="waits", due=due),
        Duty(id="not due", due=TODAY),
    ]

    assert late_registrations(duties, today=TODAY) == [
        Late(id="waits", days=29, waits=True),
        Late(id="a day late", days=1, waits=False),
    ]
    assert late_registrations(duties, today=TODAY, more_than=29) == []


def test_a_winner_is_repeated_within_one_programme_and_period_alone():
    wins = [
        *(Win(id=str(n), programme="P", period="2026", winner="H") for n in (1, 2, 3)),
        Win(id="3", programme="P", period="2026", winner="H"),
        Win(id="4", programme="P", period="2026", winner="G"),
        Win(id="5", programme="P", period="2025", winner="H"),
        Win(id="6", programme="Q", period="2026", winner="H"),
    ]

    assert repeated_winners(wins) == [
        Repeated(winner="H", programme="P", period="2026", ids=("1", "2", "3"), of=4)
    ]
    assert repeated_winners(wins, more_than=3) == []


def marks(reviewer, *scores):
    return [
        Mark(reviewer=reviewer, item=str(n), score=Fraction(score, 100))
        for n, score in enumerate(scores)
    ]


def test_a_reviewer_swings_against_the_colleagues_not_by_being_strict():
    fair = [50, 60, 70, 80]
    given_ = [
        *marks("a", *fair), *marks("b", *fair), *marks("c", *fair), *marks("d", *fair),
        *marks("strict", *(s - 30 for s in fair)),
        *marks("swings", 100, 10, 100, 30),
    ]  # fmt: skip
    found = swinging_reviewers(given_, least_items=4)

    (one,) = found
    # Colleagues' means: 44, 54, 64, 74; differences +56, -44, +36, -44.
    assert one == Swing(
        reviewer="swings",
        items=4,
        spread=Fraction(45, 100),
        bias=Fraction(1, 100),
        fence=one.fence,
    )
    # The five others spread by 9/100: Q1 9/100, Q3 12/100.
    assert one.fence == Fraction(12, 100) + Fraction(3, 2) * Fraction(3, 100)
    assert swinging_reviewers(given_, least_items=5) == []
    assert swinging_reviewers(given_, least_items=4, least_reviewers=7) == []
    assert swinging_reviewers(given_, least_items=4, threshold=Fraction(1, 2)) == []
    with pytest.raises(ValueError, match="two scores"):
        swinging_reviewers([*given_, given_[0]])


def test_an_item_that_one_judged_says_nothing_of_colleagues():
    alone = [Mark(reviewer="a", item=str(n), score=Fraction(n % 2)) for n in range(9)]
    assert swinging_reviewers(alone, threshold=Fraction(0)) == []


def price(name, amount, bidder=None, competition="C"):
    return Price(
        id=name,
        competition=competition,
        bidder=bidder or name,
        amount=Decimal(amount),
    )


def test_prices_are_near_by_their_share_and_between_different_bidders():
    prices = [
        price("a", 1000), price("b", 1001), price("c", 1003), price("d", 2000, "x"),
        price("e", 2000, "x"), price("f", 0), price("g", 0), price("h", 1000, competition="D"),
    ]  # fmt: skip

    assert near_prices(prices) == [
        Near(competition="C", ids=("a", "b"), share=Fraction(1, 1001))
    ]
    assert near_prices(prices, fixed=[("C", Decimal(1000))]) == []
    assert len(near_prices(prices, within=Fraction(1, 500))) == 2


def test_a_work_is_extended_often_or_by_much():
    courses = [
        Course(id="once", planned=100, extensions=(50,)),
        Course(id="long", planned=100, extensions=(51,)),
        Course(id="twice", planned=100, extensions=(5, 5)),
    ]

    assert many_extensions(courses) == [
        Extended(id="twice", times=2, days=10, share=Fraction(1, 10)),
        Extended(id="long", times=1, days=51, share=Fraction(51, 100)),
    ]
    with pytest.raises(ValueError, match="less than a day"):
        many_extensions([Course(id="x", planned=0, extensions=())])


def test_a_topic_comes_back_to_who_proposed_it():
    topics = [
        Topic(id="rivals", proposers=frozenset("AB"), hosts=frozenset("B"), rivals=3),
        Topic(id="alone", proposers=frozenset("A"), hosts=frozenset("A")),
        Topic(id="other", proposers=frozenset("A"), hosts=frozenset("C")),
    ]

    assert own_topics(topics) == [
        OwnTopic(id="alone", both=frozenset("A"), rivals=0),
        OwnTopic(id="rivals", both=frozenset("B"), rivals=3),
    ]
    assert [own.id for own in own_topics(topics, most_rivals=0)] == ["alone"]


def text(name, words, author=None):
    return Text(id=name, author=author or name, text=words)


def test_texts_overlap_by_runs_of_words_however_they_are_written():
    assert shingles("Máy SẤY lúa, mới!", words=3) == {
        ("máy", "sấy", "lúa"),
        ("sấy", "lúa", "mới"),
    }
    assert shingles("two words", words=3) == frozenset()
    texts = [
        text("a", "one two three four five six"),
        text("b", "One two, three four five seven"),
        text("c", "one two three four five six", author="a"),
        text("d", "nothing of this kind stands here"),
    ]

    assert overlapping_texts(texts, words=3) == [
        Overlap(ids=("a", "b"), jaccard=Fraction(3, 5), contained=Fraction(3, 4), shared=3),
        Overlap(ids=("b", "c"), jaccard=Fraction(3, 5), contained=Fraction(3, 4), shared=3),
    ]  # fmt: skip
    assert overlapping_texts(texts, words=3, most_common=2) == []
    with pytest.raises(ValueError, match="one id"):
        overlapping_texts([texts[0], texts[0]])
    with pytest.raises(ValueError, match="at least one word"):
        shingles("a", words=0)


TEXTS = st.lists(
    st.lists(st.sampled_from("abcd"), max_size=8).map(" ".join), max_size=6
).map(lambda found: [text(str(n), words) for n, words in enumerate(found)])


@settings(max_examples=60)
@given(TEXTS, st.randoms())
def test_overlaps_are_those_of_every_pair_compared(texts, dice):
    runs = {one.id: shingles(one.text, words=2) for one in texts}
    expected = {}
    for (a, one), (b, other) in combinations(sorted(runs.items()), 2):
        if (either := one | other) and len(one & other) * 4 >= len(either):
            expected[a, b] = Fraction(len(one & other), len(either))
    dice.shuffle(texts)
    found = overlapping_texts(texts, words=2, at_least=Fraction(1, 4))

    assert {one.ids: one.jaccard for one in found} == expected


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from("CD"), st.integers(1, 50)), max_size=12),
    st.integers(1, 10**9),
    st.randoms(),
)
def test_neither_order_nor_unit_of_money_changes_what_is_near(bids, unit, dice):
    share = Fraction(1, 20)
    prices = [price(str(n), amount, competition=c) for n, (c, amount) in enumerate(bids)]  # fmt: skip
    before = near_prices(prices, within=share)
    scaled = [price(p.id, p.amount * unit, competition=p.competition) for p in prices]
    dice.shuffle(scaled)

    assert near_prices(scaled, within=share) == before
