"""Statistics, correlations, alpha and effective weights against published values."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kurtosis, skew
from sti_methods.composite.analysis import (
    Link,
    Standing,
    ancestors,
    correlation,
    cronbach_alpha,
    effective_weights,
    inside_groups,
    negative,
    standings,
    statistics,
    with_parents,
)
from sti_methods.composite.unfit import Unfit

from tests.shared import SHARED, needs_shared

from .published import PILLARS, children, needs_asem, parents, table, weights

near = pytest.approx


def fault(work):
    with pytest.raises(Unfit) as refused:
        work()
    return refused.value.kind, refused.value.about


@needs_asem
def test_effective_weights_are_the_published_ones():
    found = effective_weights(parents=parents(), weights=weights())

    assert (found["Goods"], found["Renew"]) == near((0.02, 1 / 30), rel=1e-12)
    assert found["Index"] == 1.0
    assert (found["Conn"], found["Sust"]) == (0.5, 0.5)
    lowest = [code for code in parents() if not children(code)]
    assert sum(found[code] for code in lowest) == near(1.0)


def test_a_tree_without_sense_has_no_weights():
    good = {"a": "P", "b": "P", "P": None}

    assert effective_weights(parents=good, weights={"a": 1, "b": 3}) == {
        "a": 0.25,
        "b": 0.75,
        "P": 1.0,
    }
    assert fault(lambda: effective_weights(parents=good, weights={"a": 1})) == (
        "no_weight",
        {"code": "b"},
    )
    assert fault(lambda: effective_weights(parents=good, weights={"a": 0, "b": 0})) == (
        "no_sum",
        {"parent": "P"},
    )
    assert fault(
        lambda: effective_weights(parents={**good, "Q": None}, weights={"a": 1, "b": 1})
    ) == ("several_roots", {"roots": 2})
    assert fault(
        lambda: effective_weights(parents={"a": "Z", "P": None}, weights={"a": 1})
    ) == (
        "unknown_parent",
        {"code": "a", "parent": "Z"},
    )
    circle = {"a": "b", "b": "a", "P": None}
    assert fault(
        lambda: effective_weights(parents=circle, weights={"a": 1, "b": 1})
    ) == (
        "circle",
        {"code": "a"},
    )
    assert ancestors(code="a", parents={"a": "P", "P": "R", "R": None}) == ("P", "R")


@needs_asem
def test_the_index_correlates_with_its_halves_as_published():
    scores = table("published_asem_coin_object_aggregates")

    found = with_parents(values=scores.values, codes=scores.codes, parents=parents())

    of = {(link.first, link.second): link for link in found}
    assert of["Conn", "Index"].value == near(0.9397805, abs=5e-8)
    assert of["Sust", "Index"].value == near(0.8382873, abs=5e-8)
    assert of["Conn", "Index"].units == 51
    # Each pillar with its half and with the index, each half with the index.
    assert len(found) == 8 * 2 + 2


@needs_asem
def test_pairs_that_pull_apart_inside_a_pillar_are_listed_lowest_first():
    scores = table("published_asem_coin_object_aggregates")

    found = inside_groups(values=scores.of(*PILLARS), codes=PILLARS, parents=parents())

    assert len(found) == 10 + 3
    against = negative(links=found)
    corners = np.corrcoef(scores.of(*PILLARS).T)
    below = {
        (PILLARS[i], PILLARS[j]): corners[i, j]
        for i in range(8)
        for j in range(i + 1, 8)
        if parents()[PILLARS[i]] == parents()[PILLARS[j]] and corners[i, j] < 0
    }
    assert {(link.first, link.second): link.value for link in against} == near(below)
    assert ("Environ", "Social") in below
    assert [link.value for link in against] == sorted(link.value for link in against)
    assert negative(links=found, below=-0.99) == ()


def test_a_correlation_needs_three_units_and_some_spread():
    x = np.array([1.0, 2, np.nan, 4, 5])
    y = np.array([2.0, 1, 9, 8, np.nan])

    value, count = correlation(first=x, second=y)

    assert (value, count) == (near(np.corrcoef([1, 2, 4], [2, 1, 8])[0, 1]), 3)
    assert correlation(first=x[:2], second=y[:2]) == (None, 2)
    assert correlation(first=x, second=np.full(5, 0.1)) == (None, 4)
    with pytest.raises(Unfit) as refused:
        with_parents(values=np.ones((3, 1)), codes=["a"], parents={"a": "P", "P": None})
    assert (refused.value.kind, refused.value.about) == ("no_column", {"code": "P"})


@given(
    st.lists(
        st.tuples(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)), min_size=3, max_size=9
    )
)
def test_a_correlation_lies_between_the_ends_and_does_not_care_which_comes_first(pairs):
    x, y = np.array(pairs).T
    value, count = correlation(first=x, second=y)

    assert count == len(pairs)
    if value is not None:
        assert -1 <= value <= 1
        assert correlation(first=y, second=x)[0] == near(value, abs=1e-9)


@needs_asem
def test_alpha_of_the_raw_people_to_people_indicators_is_the_published_one():
    raw = table("asem_idata")
    codes = children("P2P")

    pairwise = cronbach_alpha(values=raw.of(*codes), codes=codes, gaps="pairwise")
    listwise = cronbach_alpha(values=raw.of(*codes), codes=codes, gaps="listwise")

    assert pairwise.value == near(0.05126659, abs=5e-9)
    assert (pairwise.units, pairwise.gaps) == (51, "pairwise")
    whole = raw.of(*codes)[np.isfinite(raw.of(*codes)).all(axis=1)]
    k, spread = len(codes), np.cov(whole.T)
    assert listwise.value == near(k / (k - 1) * (1 - np.trace(spread) / spread.sum()))
    assert listwise.units == len(whole) < 51
    assert listwise.value != near(pairwise.value, rel=1e-3)


@needs_shared("indicators/reliability")
def test_alpha_of_the_pupils_of_1939_is_the_published_one():
    place = SHARED / "data" / "indicators" / "reliability"
    with (place / "holzinger_swineford_1939.csv").open(encoding="utf-8") as file:
        read = list(csv.DictReader(file))
    codes = [f"x{k}" for k in range(1, 10)]
    values = np.array([[float(row[code]) for code in codes] for row in read])

    found = [
        cronbach_alpha(values=values[:, of], codes=codes[of], gaps="listwise").value
        for of in (slice(0, 3), slice(3, 6), slice(6, 9), slice(0, 9))
    ]

    assert found == near([0.6261171, 0.8827069, 0.6884550, 0.7604886], abs=5e-8)


def test_alpha_refuses_what_has_none():
    values = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 0.0]])

    assert fault(
        lambda: cronbach_alpha(values=values[:, :1], codes=["a"], gaps="listwise")
    ) == (
        "few_codes",
        {"codes": 1},
    )
    kind, about = fault(
        lambda: cronbach_alpha(values=values, codes=["a", "b"], gaps="pairwise")
    )
    assert (kind, about["covariances"]) == ("no_sum", near(0.0))
    apart = np.array([[1.0, np.nan], [2.0, np.nan], [np.nan, 1.0], [np.nan, 2.0]])
    assert fault(
        lambda: cronbach_alpha(values=apart, codes=["a", "b"], gaps="pairwise")
    ) == ("few_units", {"first": "a", "second": "b", "units": 0})


def test_statistics_tell_what_is_there():
    values = np.array(
        [[0.0, np.nan], [0, np.nan], [1, np.nan], [2, np.nan], [9, np.nan]]
    )

    full, none = statistics(values=values, codes=["a", "b"])

    assert full.to_plain() == {
        "code": "a",
        "count": 5,
        "coverage": 1.0,
        "least": 0.0,
        "most": 9.0,
        "mean": near(2.4),
        "median": 1.0,
        "deviation": near(np.std([0, 0, 1, 2, 9], ddof=1)),
        "skew": near(skew([0, 0, 1, 2, 9], bias=False)),
        "kurtosis": near(kurtosis([0, 0, 1, 2, 9], bias=False)),
        "zeros": 0.4,
        "unique": 4,
        "same": 0.4,
    }
    nothing = dict.fromkeys(full.to_plain())
    assert none.to_plain() == {
        **nothing,
        "code": "b",
        "count": 0,
        "coverage": 0.0,
        "unique": 0,
    }


@needs_asem
def test_skew_and_kurtosis_of_every_indicator_agree_with_scipy():
    raw = table("asem_idata")
    codes = tuple(code for code in parents() if not children(code))

    for found in statistics(values=raw.of(*codes), codes=codes):
        column = raw.of(found.code)[:, 0]
        there = column[np.isfinite(column)]
        assert found.skew == near(skew(there, bias=False), rel=1e-9)
        assert found.kurtosis == near(kurtosis(there, bias=False), rel=1e-9, abs=1e-12)


def test_a_constant_column_has_no_shape():
    [found] = statistics(values=np.full((4, 1), 0.1), codes=["a"])

    assert (found.skew, found.kurtosis, found.same, found.unique) == (
        None,
        None,
        1.0,
        1,
    )


def test_a_unit_is_strong_where_it_stands_higher_than_in_the_index():
    values = np.array([[9.0, 1, np.nan], [5, 5, 5], [1, 9, 7]])
    told = {
        "values": values,
        "units": ["x", "y", "z"],
        "codes": ["a", "b", "c"],
        "index": np.array([3.0, 5.0, 4.0]),
    }

    assert standings(**told, unit="x") == (
        Standing(code="a", rank=1, of=3, value=9.0, lead=2),
        Standing(code="b", rank=3, of=3, value=1.0, lead=0),
    )
    assert fault(lambda: standings(**told, unit="w")) == ("unknown_unit", {"unit": "w"})
    told["index"] = np.array([np.nan, 5.0, 4.0])
    assert fault(lambda: standings(**told, unit="x")) == ("no_score", {"unit": "x"})


def test_links_are_plain_data():
    link = Link(first="a", second="b", value=None, units=2)

    assert link.to_plain() == {"first": "a", "second": "b", "value": None, "units": 2}
