"""The studentised range beside SciPy's own, which is slower by three hundred times."""

from __future__ import annotations

import pytest
from scipy.stats import studentized_range
from sti_methods.reliability.ranges import range_ppf, range_sf


@pytest.mark.parametrize(
    ("q", "groups", "df"),
    [(0.4, 2, 2.0), (3.5, 3, 4.7), (4.2, 10, 60.0), (2.9, 10, 1800.0), (6.0, 4, 12.5)],
)
def test_the_chance_is_that_of_scipy(q, groups, df):
    assert range_sf(q, groups, df) == pytest.approx(
        studentized_range.sf(q, groups, df), abs=1e-9
    )


def test_the_quantile_is_that_of_the_printed_table_and_turns_back_into_its_chance():
    # Upper 5 % points for 3 groups: 10 and 20 degrees of freedom, as tables print them.
    assert [round(range_ppf(0.95, 3, df), 2) for df in (10, 20)] == [3.88, 3.58]
    assert range_sf(range_ppf(0.99, 6, 33.3), 6, 33.3) == pytest.approx(0.01, abs=1e-10)


def test_no_range_at_all_is_always_passed():
    assert range_sf(0.0, 3, 10) == 1.0
