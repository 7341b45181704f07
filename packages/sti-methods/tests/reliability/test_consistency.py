"""Alpha, items, scales that tell apart, agreement: published answers."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from scipy.stats import multivariate_normal
from sti_methods.composite.unfit import Unfit
from sti_methods.reliability import (
    agreement_of_groups,
    agreement_within,
    consistency,
    htmt,
    items_of,
    ordinal_alpha,
    polychoric,
    raters,
)
from sti_methods.reliability.ordered import _below
from sti_methods.reviewing import krippendorff_alpha

from .published import (
    FACTOR,
    FOLDER,
    ITEMS,
    SHROUT_FLEISS,
    needs_published,
    pupils,
    scale,
)


@needs_published
def test_alpha_of_three_scales_and_of_all_nine_tests():
    found = [
        consistency(values, codes=codes).alpha for values, codes in map(scale, range(3))
    ]
    assert found == pytest.approx([0.6261171319, 0.8827069129, 0.6884550230], abs=1e-9)
    whole = consistency(pupils()[0], codes=ITEMS)
    assert whole.alpha == pytest.approx(0.7604886, abs=1e-7)
    assert (whole.units, whole.items) == (301, 9)


@needs_published
def test_alpha_with_feldts_interval_of_the_published_example():
    with (FOLDER / "pingouin_cronbach_alpha.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    codes = [name for name in rows[0] if name.startswith("Q")]
    values = np.array([[float(row[code]) for code in codes] for row in rows])
    found = consistency(values, codes=codes)
    assert found.alpha == pytest.approx(0.5917188, abs=1e-7)
    assert [round(found.low, 3), round(found.high, 3)] == [0.195, 0.840]


@needs_published
def test_how_far_scales_are_one_by_name_of_the_variant():
    values, _school = pupils()
    below = np.tril_indices(3, -1)
    squared = htmt(values, factor=FACTOR)[below]
    assert squared == pytest.approx([0.384088564, 0.386772931, 0.279683551], abs=1e-8)
    plain = htmt(values, factor=FACTOR, geometric=False, absolute=False)[below]
    assert [round(x, 4) for x in plain] == [0.4243, 0.4235, 0.2896]


def test_each_item_beside_the_rest():
    values = np.array([[1, 1, 5], [2, 2, 1], [3, 3, 4], [4, 5, 2], [np.nan, 5, 2.0]])
    one, two, three = items_of(values, codes=["a", "b", "c"])
    assert (one.count, two.count, one.mean, two.mean) == (4, 5, 2.5, 3.2)
    assert [one.weak, two.weak, three.weak] == [False, True, True]
    assert three.alpha_without == pytest.approx(
        consistency(values[:, :2], codes=["a", "b"]).alpha
    )
    assert one.item_rest == pytest.approx(np.corrcoef([1, 2, 3, 4], [6, 3, 7, 7])[0, 1])
    assert (two.lowest, two.highest) == (0.2, 0.4)
    pair = items_of(values[:, :2], codes=["a", "b"])
    assert [item.alpha_without for item in pair] == [None, None]


def test_six_correlations_of_the_published_table_with_their_bounds():
    found = raters(SHROUT_FLEISS)
    assert {r.kind: (round(r.value, 2), round(r.low, 2), round(r.high, 2)) for r in found} == {
        "ICC(1,1)": (0.17, -0.13, 0.72),
        "ICC(2,1)": (0.29, 0.02, 0.76),
        "ICC(3,1)": (0.71, 0.34, 0.95),
        "ICC(1,k)": (0.44, -0.88, 0.91),
        "ICC(2,k)": (0.62, 0.07, 0.93),
        "ICC(3,k)": (0.91, 0.68, 0.99),
    }  # fmt: skip


def test_groups_of_one_size_agree_as_judges_that_differ_for_each_target():
    found = agreement_of_groups({str(n): row for n, row in enumerate(SHROUT_FLEISS)})
    by_kind = {r.kind: r.value for r in raters(SHROUT_FLEISS)}
    assert (found.icc1, found.icc2) == pytest.approx(
        (by_kind["ICC(1,1)"], by_kind["ICC(1,k)"])
    )
    assert (found.groups, found.answers, found.size) == (6, 24, 4.0)
    uneven = agreement_of_groups({"a": [1, 2], "b": [5, 6, 6], "c": [3], "d": []})
    assert (uneven.groups, uneven.answers) == (3, 6)
    assert uneven.icc1 > 0.8


@needs_published
def test_the_published_ratings_agree_at_every_level():
    with (FOLDER / "krippendorff_2011.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    units = [[float(v) for v in unit if v] for unit in zip(*rows, strict=True)]
    assert [
        round(krippendorff_alpha(units=units, level=level), 3)
        for level in ("nominal", "ordinal", "interval", "ratio")
    ] == [0.743, 0.815, 0.849, 0.797]


def test_agreement_inside_one_organisation_and_when_to_talk_first():
    same, near, far = (agreement_within(s) for s in ([3, 3, 3], [2, 3, 4], [0, 5, 2]))
    assert [same.r_wg, round(near.r_wg, 3), far.r_wg] == [1.0, 0.657, 0.0]
    assert [same.talk_first, near.talk_first, far.talk_first] == [False, False, True]
    opposite = agreement_within([0, 5])
    assert (opposite.r_wg, round(opposite.raw, 2)) == (0.0, -3.29)
    alone = agreement_within([4])
    assert (alone.r_wg, alone.talk_first) == (None, False)
    assert agreement_within([1, 4]).talk_first  # three steps apart


def test_scales_behind_few_steps_correlate_as_they_were_made():
    chance = np.random.default_rng(1)
    behind = [[1, 0.6, 0.3], [0.6, 1, -0.4], [0.3, -0.4, 1]]
    values = np.digitize(
        chance.multivariate_normal(np.zeros(3), behind, size=20_000), [-0.8, 0.2, 1.0]
    ).astype(float)
    found = polychoric(values)
    assert found == pytest.approx(np.array(behind), abs=0.02)
    r = found[0, 1]
    assert ordinal_alpha(values[:, :2]) == pytest.approx(2 * r / (1 + r))


@pytest.mark.parametrize(("h", "k", "r"), [(0.3, -0.5, 0.7), (1, 2, -0.9), (0, 0, 0.5)])
def test_volumes_of_the_normal_are_those_of_scipy(h, k, r):
    whole = multivariate_normal.cdf([h, k], cov=[[1, r], [r, 1]])
    assert _below(np.array([h]), np.array([k]), r) == pytest.approx([whole], abs=1e-9)


def test_nothing_is_told_of_what_tells_nothing():
    def kind(work, *given, **named):
        with pytest.raises(Unfit) as refused:
            work(*given, **named)
        return refused.value.kind

    assert [
        kind(agreement_within, []),
        kind(agreement_within, [1, 2], options=1),
        kind(agreement_of_groups, {"a": [1, 2]}),
        kind(agreement_of_groups, {"a": [1], "b": [2]}),
        kind(agreement_of_groups, {"a": [1, 1], "b": [1]}),
        kind(raters, [[1, 1], [1, 1]]),
        kind(items_of, np.array([[1.0, np.nan]]), codes=["a", "b"]),
        kind(polychoric, np.ones((5, 2))),
    ] == [
        "few_units", "few_options", "few_groups", "few_units", "no_spread", "no_spread",
        "few_units", "no_spread",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="absolute"):
        htmt(np.eye(4), factor=[0, 0, 1, 1], absolute=False)
