"""What holds of any economy, by any convention."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sti_methods.productivity import CONVENTIONS, Economy, decompose

FIGURES = st.floats(1.0, 1e4)


@st.composite
def worlds(draw):
    years, sectors = draw(st.integers(2, 5)), draw(st.integers(2, 5))

    def cells():
        return np.array(
            draw(
                st.lists(
                    st.lists(FIGURES, min_size=sectors, max_size=sectors),
                    min_size=years,
                    max_size=years,
                )
            )
        )

    return Economy(
        unit="U",
        sectors=tuple(f"s{i}" for i in range(sectors)),
        years=tuple(range(2000, 2000 + years)),
        value_added=cells(),
        employment=cells(),
        value_added_current=cells(),
    )


def asked(economy, convention, exclude=()):
    return decompose(
        economy=economy,
        convention=convention,
        first=economy.years[0],
        last=economy.years[-1],
        exclude=exclude,
    )


@pytest.mark.parametrize("convention", CONVENTIONS)
@settings(max_examples=60)
@given(economy=worlds())
def test_parts_add_up_to_the_whole(convention, economy):
    told = asked(economy, convention)
    scale = max(1.0, abs(told.within), abs(told.between))

    assert told.within + told.between + (told.dynamic or 0) == pytest.approx(
        told.total, abs=1e-9 * scale
    )
    assert told.rate_within + told.rate_between == pytest.approx(
        told.rate_total, rel=1e-7, abs=1e-7 * scale
    )
    assert sum(one.within for one in told.sectors) == pytest.approx(
        told.within, abs=1e-9 * scale
    )
    assert told.scale == 1
    # Tiny changes between large levels lose digits of the level, no more.
    level = economy.value_added.sum(axis=1) / economy.employment.sum(axis=1)
    assert abs(told.residual) < 1e-9 * max(1.0, *level)


@pytest.mark.parametrize("convention", CONVENTIONS)
@settings(max_examples=40)
@given(economy=worlds(), money=st.floats(1e-3, 1e3), heads=st.floats(1e-3, 1e3))
def test_rates_do_not_know_the_units(convention, economy, money, heads):
    scaled = Economy(
        unit="U",
        sectors=economy.sectors,
        years=economy.years,
        value_added=economy.value_added * money,
        employment=economy.employment * heads,
        value_added_current=economy.value_added_current * money,
    )
    one, other = asked(economy, convention), asked(scaled, convention)
    large = max(1.0, abs(one.rate_within), abs(one.rate_between))

    assert [one.rate_within, one.rate_between, one.rate_total] == pytest.approx(
        [other.rate_within, other.rate_between, other.rate_total],
        rel=1e-6,
        abs=1e-6 * large,
    )


@pytest.mark.parametrize("convention", CONVENTIONS)
@settings(max_examples=40)
@given(economy=worlds())
def test_without_a_sector_is_as_if_it_had_never_been(convention, economy):
    kept = Economy(
        unit="U",
        sectors=economy.sectors[1:],
        years=economy.years,
        value_added=economy.value_added[:, 1:],
        employment=economy.employment[:, 1:],
        value_added_current=economy.value_added_current[:, 1:],
    )
    left_out, never = asked(economy, convention, ("s0",)), asked(kept, convention)

    assert left_out.exclude == ("s0",)
    assert left_out.inputs == never.inputs
    assert left_out.sectors == never.sectors
    assert (left_out.within, left_out.between, left_out.total) == (
        never.within,
        never.between,
        never.total,
    )


@settings(max_examples=40)
@given(economy=worlds())
def test_three_terms_are_the_two_of_mcmillan_and_rodrik_and_their_mean_the_midpoint(
    economy,
):
    two, three, mid = (asked(economy, c) for c in ("mr", "three", "midpoint"))
    near = {"abs": 1e-9 * max(1.0, abs(three.between), abs(three.dynamic)), "rel": 1e-9}

    assert three.within == pytest.approx(two.within, **near)
    assert three.between + three.dynamic == pytest.approx(two.between, **near)
    assert mid.within == pytest.approx(three.within + three.dynamic / 2, **near)
