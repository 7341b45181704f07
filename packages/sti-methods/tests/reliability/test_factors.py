"""Factor models against published fits and against what made the data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sti_methods.composite.unfit import Unfit
from sti_methods.reliability import (
    average_variance,
    fit_factors,
    invariance,
    omega,
    omega_observed,
)

from .published import FACTOR, needs_published, pupils


@needs_published
def test_three_factors_of_nine_tests_fit_as_published():
    fit = fit_factors(pupils()[0], factor=FACTOR)
    told = (fit.chi2, fit.df, fit.cfi, fit.tli, fit.rmsea, fit.srmr)
    assert [round(x, 3) for x in told] == [85.306, 24, 0.931, 0.896, 0.092, 0.065]
    assert (fit.units, fit.improper) == (301, False)
    assert fit.correlations[np.tril_indices(3, -1)] == pytest.approx(
        [0.458509, 0.470535, 0.282985], abs=1e-6
    )


@needs_published
def test_omega_and_the_variance_extracted_are_the_published_ones():
    fit = fit_factors(pupils()[0], factor=FACTOR)
    of = range(3)
    assert [omega(fit, factor=k) for k in of] == pytest.approx(
        [0.6253180, 0.8851754, 0.6877600], abs=1e-6
    )
    assert [omega_observed(fit, factor=k) for k in of] == pytest.approx(
        [0.6120052, 0.8850608, 0.6858417], abs=1e-6
    )
    assert [average_variance(fit, factor=k) for k in of] == pytest.approx(
        [0.3705589, 0.7210163, 0.4244883], abs=1e-6
    )


@needs_published
def test_the_published_test_of_two_schools_stops_at_the_intercepts():
    values, school = pupils()
    groups = {name: values[school == name] for name in ("Pasteur", "Grant-White")}
    found = invariance(groups, factor=FACTOR)
    told = [
        (s.stage, round(s.chi2, 3), s.df, round(s.cfi, 3), round(s.rmsea, 3), s.holds)
        for s in found.steps
    ]
    assert told == [
        ("configural", 115.851, 48, 0.923, 0.097, True),
        ("metric", 124.044, 54, 0.921, 0.093, True),
        ("scalar", 164.103, 60, 0.882, 0.107, False),
    ]
    assert (found.level, found.units) == ("metric", (156, 145))


def planted(chance, *, units, loadings, shift=0.0):
    """Answers of one factor with residual variance 1."""
    behind = chance.normal(size=(units, 1)) + shift
    return behind * np.asarray(loadings) + chance.normal(size=(units, len(loadings)))


def test_what_was_planted_is_found_and_units_change_nothing_but_loadings():
    chance = np.random.default_rng(7)
    values = planted(chance, units=20_000, loadings=[1.0, 2.0, -1.5, 0.5])
    fit = fit_factors(values, factor=[0] * 4)
    assert np.abs(fit.loadings) == pytest.approx([1.0, 2.0, 1.5, 0.5], abs=0.05)
    assert fit.residuals == pytest.approx(np.ones(4), abs=0.1)
    scaled = fit_factors(values * [1, 10, 100, 1000] + 5, factor=[0] * 4)
    assert scaled.chi2 == pytest.approx(fit.chi2, abs=1e-6)
    assert scaled.loadings / [1, 10, 100, 1000] == pytest.approx(fit.loadings, abs=1e-6)


def test_three_items_are_fitted_exactly_and_gaps_are_left_out():
    chance = np.random.default_rng(3)
    values = planted(chance, units=200, loadings=[1.0, 1.0, 1.0])
    fit = fit_factors(values, factor=[0, 0, 0])
    assert (fit.df, fit.p, fit.cfi, fit.rmsea) == (0, 1.0, 1.0, 0.0)
    assert fit.chi2 == pytest.approx(0, abs=1e-8)
    implied = np.outer(fit.loadings, fit.loadings)
    apart = implied - fit.observed
    assert apart[np.triu_indices(3, 1)] == pytest.approx(np.zeros(3), abs=1e-8)
    holed = np.vstack((values, [[np.nan, 1.0, 1.0]]))
    assert omega(fit_factors(holed, factor=[0] * 3)) == omega(fit)


def test_groups_that_differ_only_in_their_mean_are_comparable():
    chance = np.random.default_rng(5)
    groups = {
        "a": planted(chance, units=800, loadings=[1.0, 0.8, 0.9, 1.1]),
        "b": planted(chance, units=600, loadings=[1.0, 0.8, 0.9, 1.1], shift=1.0),
    }
    assert invariance(groups, factor=[0] * 4).level == "scalar"
    easier = groups["b"] + [0, 0, 1.5, 0]  # one question is read another way there
    found = invariance({"a": groups["a"], "b": easier}, factor=[0] * 4)
    assert found.level == "metric"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_groups_may_come_in_any_order(seed):
    chance = np.random.default_rng(seed)
    a = planted(chance, units=60, loadings=[1.0, 1.0, 1.2])
    b = planted(chance, units=80, loadings=[1.0, 0.7, 1.0])
    there = invariance({"a": a, "b": b}, factor=[0] * 3)
    back = invariance({"b": b, "a": a}, factor=[0] * 3)
    assert [s.chi2 for s in there.steps] == pytest.approx(
        [s.chi2 for s in back.steps], abs=1e-3
    )


def kind(work, *given_, **named):
    with pytest.raises(Unfit) as refused:
        work(*given_, **named)
    return refused.value.kind


def test_what_cannot_be_fitted_is_refused_with_a_reason():
    chance = np.random.default_rng(1)
    values = planted(chance, units=50, loadings=[1.0, 1.0, 1.0])
    alike = np.column_stack((values, np.ones(50)))
    twice = np.column_stack((values, values[:, 0]))
    endless = values.copy()
    endless[0, 0] = np.inf
    assert [
        kind(fit_factors, values, factor=[0, 0]),
        kind(fit_factors, values[:, :2], factor=[0, 0]),
        kind(fit_factors, values[:3], factor=[0] * 3),
        kind(fit_factors, alike, factor=[0] * 4),
        kind(fit_factors, twice, factor=[0] * 4),
        kind(fit_factors, endless, factor=[0] * 3),
        kind(invariance, {"a": values}, factor=[0] * 3),
        kind(invariance, {"a": values, "b": values[:3]}, factor=[0] * 3),
        kind(invariance, {"a": values, "b": values}, factor=[0, 0, 1]),
    ] == [
        "shape", "not_identified", "few_units", "no_spread", "dependent", "infinite",
        "few_groups", "few_units", "not_identified",
    ]  # fmt: skip
