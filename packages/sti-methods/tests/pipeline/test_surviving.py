"""Time until leaving: the published curve of 1963, SciPy's, and its own laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf
from sti_methods.composite.unfit import Unfit
from sti_methods.pipeline import kaplan_meier

# Freireich and others (1963), Blood 21:699: weeks of remission, 6-mercaptopurine.
LEFT = [6, 6, 6, 7, 10, 13, 16, 22, 23]
STILL = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]


def curve(left, still):
    return kaplan_meier([*left, *still], [True] * len(left) + [False] * len(still))


def test_the_published_curve_with_its_errors_comes_out():
    found = curve(LEFT, STILL)
    assert found.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert found.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert np.round(found.part, 3).tolist() == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]  # fmt: skip
    assert np.round(found.error, 4).tolist() == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]  # fmt: skip
    assert (found.median, found.still, found.longest) == (23, 12, 35)
    # Half of the placebo group had relapsed after 8 weeks.
    placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    assert curve(placebo, []).median == 8


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 12), min_size=1, max_size=12),
    st.lists(st.integers(0, 12), max_size=12),
)
def test_the_curve_and_its_bounds_are_those_of_scipy(left, still):
    found = curve(left, still)
    theirs = ecdf(CensoredData(uncensored=left, right=still)).sf
    assert found.part == pytest.approx(theirs.evaluate(found.times))
    inner = (found.part > 1e-9) & (found.part < 1)
    if inner.any():
        bounds = theirs.confidence_interval(method="log-log")
        at = found.times[inner]
        assert found.low[inner] == pytest.approx(bounds.low.evaluate(at))
        assert found.high[inner] == pytest.approx(bounds.high.evaluate(at))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0, 100), min_size=1, max_size=20))
def test_when_all_have_left_the_mean_is_the_mean_and_the_median_the_lower_one(times):
    found = curve(times, [])
    assert found.mean_until(max(times)) == pytest.approx(np.mean(times), abs=1e-9)
    assert found.median == sorted(times)[(len(times) - 1) // 2]


def test_while_more_than_half_is_there_no_median_is_told():
    found = curve([3], [5, 6, 7])
    assert (found.median, found.median_low, found.median_high) == (None, 3.0, None)
    assert curve([], [4, 9]).median is None
    assert curve([], [4, 9]).mean_until(9) == 9


def test_times_are_held_to_what_they_must_be():
    for times, left, kind in (([], [], "few_units"), ([1, 2], [True], "shape"), ([-1.0], [True], "negative"), ([np.inf], [True], "infinite")):  # fmt: skip
        with pytest.raises(Unfit) as caught:
            kaplan_meier(times, left)
        assert caught.value.kind == kind
