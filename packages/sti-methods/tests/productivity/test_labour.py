"""Growth is geometric, and targets are tested against each other."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sti_methods.productivity import (
    Faulty,
    average_growth,
    coherence,
    labour_productivity,
    progress,
    required_growth,
)

from tests.shared import needs_shared

from .published import apo_sectors, table

RATES = st.floats(-0.5, 1.0)
LEVELS = st.floats(1.0, 1e3)
INDUSTRY = ("mining", "manufacturing", "utilities", "construction")


@needs_shared("indicators/apo_vnm")
@pytest.mark.parametrize(
    ("scope", "parts"),
    [
        ("industry incl. construction (B-F)", INDUSTRY),
        ("industry excl. construction (B-E)", INDUSTRY[:3]),
        ("manufacturing (C)", INDUSTRY[1:2]),
        ("whole economy", None),
    ],
)
def test_the_arithmetic_of_the_targets_of_viet_nam(scope, parts):
    years, value, work = apo_sectors()
    sums = [
        np.sum([cells[name] for name in parts or cells], axis=0)
        for cells in (value, work)
    ]
    va, emp = (dict(zip(years, cells.tolist(), strict=True)) for cells in sums)
    lp = {year: va[year] / emp[year] for year in years}

    def grown(cells, first, last):
        return 100 * average_growth(
            first=cells[first], last=cells[last], years=last - first
        )

    def required(cells, growth):
        return 100 * required_growth(
            base=cells[2020], growth=growth, years=10, now=cells[2023], passed=3
        )

    (told,) = [
        row
        for row in table("apo_vnm/reference_target_arithmetic.csv")
        if row["scope"] == scope
    ]
    found = {
        "va_2015_23": grown(va, 2015, 2023),
        "emp_2015_23": grown(emp, 2015, 2023),
        "lp_2015_23": grown(lp, 2015, 2023),
        "va_2020_23": grown(va, 2020, 2023),
        "lp_2020_23": grown(lp, 2020, 2023),
        "required_va_2023_30": required(va, 0.085),
        "required_lp_2023_30": required(lp, 0.075),
    }
    assert found == pytest.approx(
        {name: float(told[name]) for name in found}, abs=1e-11
    )


def test_average_growth_is_geometric_and_not_the_mean_of_yearly_rates():
    levels = [100.0, 150.0, 75.0, 121.0]
    yearly = [b / a - 1 for a, b in pairwise(levels)]

    found = average_growth(first=levels[0], last=levels[-1], years=3)

    assert found == pytest.approx(1.21 ** (1 / 3) - 1, abs=1e-15)
    assert sum(yearly) / 3 - found > 0.1


def test_two_targets_of_industry_imply_the_growth_of_employment():
    told = coherence(value_added=0.085, productivity=0.075)

    assert told.implied_employment == pytest.approx(0.00930, abs=5e-6)
    assert (told.implied_value_added, told.implied_productivity) == (None, None)
    assert (told.residual, told.holds) == (None, None)


def test_three_rates_that_do_not_fit_say_by_how_much():
    told = coherence(value_added=0.085, productivity=0.075, employment=0.053)

    assert told.holds is False
    assert told.residual == pytest.approx(1.085 / (1.075 * 1.053) - 1)
    assert told.implied_value_added == pytest.approx(1.075 * 1.053 - 1)


@given(RATES, RATES)
def test_each_of_three_rates_follows_from_the_other_two(p, e):
    whole = coherence(value_added=(1 + p) * (1 + e) - 1, productivity=p, employment=e)

    assert whole.holds is True
    assert whole.implied_productivity == pytest.approx(p, abs=1e-12)
    assert whole.implied_employment == pytest.approx(e, abs=1e-12)


@given(LEVELS, RATES, st.integers(2, 30), st.data())
def test_who_grows_as_required_meets_the_target(base, growth, years, data):
    passed = data.draw(st.integers(1, years - 1))
    now = data.draw(LEVELS)

    told = progress(base=base, growth=growth, years=years, now=now, passed=passed)

    reached = math.log(now) + (years - passed) * math.log1p(told.required)
    assert reached == pytest.approx(
        math.log(base) + years * math.log1p(growth), abs=1e-9
    )
    assert told.years_left == years - passed


def test_nothing_achieved_has_no_ratio():
    assert progress(base=100, growth=0.05, years=4, now=90, passed=2).ratio is None


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"base": 0, "growth": 0.1, "years": 3, "now": 1, "passed": 1}, "not_positive"),
        ({"base": 1, "growth": -1, "years": 3, "now": 1, "passed": 1}, "rate"),
        ({"base": 1, "growth": 0.1, "years": 3, "now": 1, "passed": 3}, "no_years"),
        (
            {"base": 1, "growth": 0.1, "years": 3, "now": math.nan, "passed": 1},
            "not_positive",
        ),
    ],
)
def test_a_target_without_an_answer_is_refused(asked, code):
    with pytest.raises(Faulty) as refusal:
        required_growth(**asked)

    assert refusal.value.code == code


def test_one_rate_implies_nothing():
    with pytest.raises(Faulty) as refusal:
        coherence(value_added=0.085)

    assert (refusal.value.code, refusal.value.values) == (
        "too_few",
        {"told": ["value_added"]},
    )


def test_productivity_is_not_known_where_nobody_works():
    found = labour_productivity(value_added=[6, 6, None], labour=[2, 0, 2])

    assert found.tolist()[0] == 3
    assert np.isnan(found[1:]).all()
