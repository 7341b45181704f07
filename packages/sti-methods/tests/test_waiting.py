"""What still runs is neither dropped nor taken as done."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sti_methods.waiting import Wait, left, median, quantile, worst

waits = st.lists(st.builds(Wait, st.integers(0, 40), st.booleans()), max_size=30)


def test_the_published_example_of_kaplan_and_meier():
    """Their own: deaths at 0.8, 3.1, 5.4, 9.2, losses at 1.0, 2.7, 7.0, 12.1 months (tenfold here)."""
    rows = [Wait(d, True) for d in (8, 31, 54, 92)]  # noqa: FBT003
    rows += [Wait(d, False) for d in (10, 27, 70, 121)]  # noqa: FBT003
    assert left(rows) == [
        (8, Fraction(7, 8)), (31, Fraction(7, 10)), (54, Fraction(21, 40)), (92, Fraction(21, 80)),
    ]  # fmt: skip
    assert median(rows) == 92


def test_without_anything_running_it_is_the_common_median():
    rows = [Wait(d, True) for d in (1, 2, 3, 4, 100)]  # noqa: FBT003
    assert (median(rows), quantile(rows, Fraction(9, 10))) == (3, 100)


def test_too_many_that_still_wait_have_no_median():
    rows = [Wait(1, True), Wait(50, False), Wait(60, False)]  # noqa: FBT003
    assert (median(rows), worst(rows)) == (None, Wait(60, False))  # noqa: FBT003
    assert (median([]), worst([])) == (None, None)


@given(waits)
def test_the_share_falls_from_one_and_never_below_nought(rows):
    shares = [Fraction(1), *(share for _day, share in left(rows))]
    assert all(0 <= b <= a <= 1 for a, b in itertools.pairwise(shares))


@given(waits)
def test_leaving_out_what_runs_never_makes_the_median_longer(rows):
    """The mistake that this avoids: dropping what runs makes an office look faster."""
    over = [w for w in rows if w.over]
    with_all = median(rows)
    if over and with_all is not None:
        assert median(over) <= with_all


def test_days_below_nought_are_refused():
    with pytest.raises(ValueError, match="-1 days"):
        left([Wait(-1, True)])  # noqa: FBT003
