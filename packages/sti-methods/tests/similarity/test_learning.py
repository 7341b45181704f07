from __future__ import annotations

from math import log

import numpy as np
import pytest
from sti_methods.similarity import Term, learned
from sti_methods.similarity.learning import halves, log_likelihood

THINGS = {
    "xi măng": "cement",
    "máy nghiền": "mills",
    "lò hơi": "boilers",
    "nước thải": "wastewater",
    "cà phê": "coffee",
    "thép": "steel",
}
ACTS = {
    "kiểm soát": "controlling",
    "mô phỏng": "simulating",
    "sản xuất": "producing",
    "thiết kế": "designing",
}
PAIRS = [
    (f"{act_vi} {thing_vi}", f"{act_en} {thing_en}")
    for act_vi, act_en in ACTS.items()
    for thing_vi, thing_en in THINGS.items()
]


def test_phrases_that_always_come_together_are_translations():
    terms = {term.vi: term.en for term in learned(PAIRS)}
    assert terms == THINGS | ACTS


def test_the_order_and_number_of_equal_pairs_make_no_difference():
    assert learned([*reversed(PAIRS), *PAIRS]) == learned(PAIRS)


def test_a_learned_term_weighs_half_of_how_exclusive_it_is():
    assert Term("xi măng", "cement", 0.5) in learned(PAIRS)


@pytest.mark.parametrize("pairs", [[], PAIRS[:1], [("", "")], [("a", "b"), ("c", "d")]])
def test_too_few_texts_teach_nothing(pairs):
    assert learned(pairs) == []


def test_the_ratio_is_that_of_the_definition():
    """Twice the sum of seen · ln(seen / expected) over the four cells."""
    a, b, n, both = 12, 9, 40, 8
    cells = [
        (both, a * b),
        (a - both, a * (n - b)),
        (b - both, (n - a) * b),
        (n - a - b + both, (n - a) * (n - b)),
    ]
    want = 2 * sum(seen * log(seen * n / product) for seen, product in cells if seen)
    told = log_likelihood(np.array([both]), np.array([a]), np.array([b]), n)
    assert told == pytest.approx([want])


VI = "Bụi lò hồ quang chứa kẽm. Xỉ làm phụ gia xi măng."
EN = "Arc furnace dust holds zinc. The slag is an additive."


def test_a_text_in_both_languages_is_paired_sentence_by_sentence():
    assert halves(f"{VI}\n{EN}") == [
        ("Bụi lò hồ quang chứa kẽm.", "Arc furnace dust holds zinc."),
        ("Xỉ làm phụ gia xi măng.", "The slag is an additive."),
    ]


def test_halves_with_more_sentences_on_one_side_are_one_pair():
    longer = f"{EN} It is cheap."
    assert halves(f"{longer}\n{VI}") == [(VI, longer)]


def test_a_text_in_one_language_teaches_nothing():
    assert halves(VI) == halves(f"{EN}\n{EN}") == halves("") == []
