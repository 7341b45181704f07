"""Agreement of reviewers against published answers; signs against what they must see."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sti_methods.reviewing import (
    Bounds,
    Written,
    disagreements,
    icc,
    krippendorff_alpha,
    robust_distance,
    shared_part,
    signs,
)

# Krippendorff (2011), section C: twelve units, four observers, with gaps.
KRIPPENDORFF = [
    [1, 1, 1],
    [2, 2, 3, 2],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [2, 2, 2, 2],
    [1, 2, 3, 4],
    [4, 4, 4, 4],
    [1, 1, 2, 1],
    [2, 2, 2, 2],
    [5, 5, 5],
    [1, 1],
    [3],
]
# Shrout and Fleiss (1979), table 2: six targets, four judges.
SHROUT_FLEISS = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]


@pytest.mark.parametrize(
    ("level", "answer"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_of_krippendorffs_own_example(level, answer):
    assert round(krippendorff_alpha(units=KRIPPENDORFF, level=level), 3) == answer


def test_alpha_of_his_two_observers_with_two_values():
    # The same paper, section A: ten units, two observers, alpha .095.
    first = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    second = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    found = krippendorff_alpha(
        units=list(zip(first, second, strict=True)), level="nominal"
    )
    assert round(found, 3) == 0.095


@pytest.mark.parametrize("units", [[], [[1], [2]], [[3, 3], [3, 3]]])
def test_alpha_of_nothing_to_compare_is_nothing(units):
    assert krippendorff_alpha(units=units) is None


def test_intraclass_correlations_of_shrout_and_fleiss():
    found = icc(SHROUT_FLEISS)
    assert (
        round(found.one_way, 2),
        round(found.two_way, 2),
        round(found.consistency, 2),
    ) == (0.17, 0.29, 0.71)
    assert (round(found.between, 2), round(found.within, 2), round(found.error, 2)) == (
        11.24,
        6.26,
        1.02,
    )


@pytest.mark.parametrize("table", [[], [[1, 2]], [[1], [2]], [[1, 2], [3]]])
def test_a_table_that_is_not_full_is_refused(table):
    with pytest.raises(ValueError, match="full table"):
        icc(table)


@given(
    st.lists(
        st.lists(st.integers(0, 20), min_size=2, max_size=5), min_size=2, max_size=8
    ),
    st.integers(1, 7),
    st.integers(-5, 5),
)
def test_alpha_does_not_care_for_the_scale(units, factor, shift):
    moved = [[factor * v + shift for v in unit] for unit in units]
    one, other = krippendorff_alpha(units=units), krippendorff_alpha(units=moved)
    assert (one is None) == (other is None)
    assert one is None or math.isclose(one, other, abs_tol=1e-9)
    assert one is None or one <= 1 + 1e-12


def test_disagreements_come_widest_first_and_lonely_scores_last():
    found = disagreements(
        {"one": [0.9], "near": [0.6, 0.7], "far": [0.1, 0.9], "none": []}
    )
    assert [(d.key, d.count, round(d.index, 3)) for d in found] == [
        ("far", 2, 0.8),
        ("near", 2, 0.1),
        ("one", 1, 0.0),
        ("none", 0, 0.0),
    ]


@given(st.lists(st.floats(0, 1), min_size=2, max_size=6))
def test_the_index_is_the_mean_distance_of_two_reviewers(values):
    pairs = [abs(a - b) for i, a in enumerate(values) for b in values[i + 1 :]]
    (found,) = disagreements({"x": values})
    assert math.isclose(found.index, sum(pairs) / len(pairs), abs_tol=1e-9)


def test_a_wild_score_cannot_hide_in_its_own_spread():
    # By mean and deviation of all four it would lie 1.5 deviations off, unnoticed.
    assert robust_distance(0.2, [0.8, 0.82, 0.85], floor=0.05) == pytest.approx(-12.4)
    assert robust_distance(0.8, [0.8], floor=0.05) == 0
    assert robust_distance(0.8, [], floor=0.05) == 0


def test_shared_words_count_whole_runs_only():
    source = "Nhiệm vụ có địa chỉ ứng dụng rõ ràng tại hai nhà máy"
    assert shared_part(source, source) == 1
    assert shared_part("có địa chỉ ứng dụng nhưng còn chậm lắm", source) == 5 / 9
    assert shared_part("một hai ba bốn năm", source) == 0
    assert shared_part("ngắn", source) == 0


def review(**more):
    said = {
        "key": "a",
        "shares": {"x": 0.5, "y": 0.8, "z": 0.7, "w": 0.9},
        "total": 0.7,
        "text": " ".join(f"từ{n}" for n in range(80)),
    }
    return Written(**{**said, **more})


def test_an_ordinary_review_shows_no_sign():
    others = [review(key="b", text="khác hẳn " * 50, total=0.75)]
    assert signs(review(), others=others, work="Bản thuyết minh dài") == []


def test_every_sign_says_its_figure_and_its_bound():
    copied = "Bản thuyết minh nêu rõ mục tiêu và sản phẩm của nhiệm vụ"
    found = signs(
        review(
            text=copied,
            total=0.1,
            shares=dict.fromkeys("xyzw", 0.5),
            read_seconds=30,
            words_to_read=3000,
        ),
        others=[review(key="b", total=0.8), review(key="c", total=0.82)],
        work=f"Trước đó {copied} sau đó",
        bounds=Bounds(),
    )
    assert [(s.kind, round(s.figure, 2), round(s.bound, 2)) for s in found] == [
        ("outlying", -14.2, 3.0),
        ("short", 13.0, 60.0),
        ("same_scores", 4.0, 4.0),
        ("fast", 30.0, 180.0),
        ("copied", 1.0, 0.5),
    ]
    assert found[-1].detail == {"source": "work"}


def test_a_text_taken_from_the_own_earlier_review_is_named():
    text = " ".join(f"từ{n}" for n in range(80))
    (found,) = signs(review(text=text), earlier={"other item": text})
    assert (found.kind, found.detail) == ("copied", {"source": "own:other item"})
