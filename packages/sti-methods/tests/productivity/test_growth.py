"""Sources of growth against the Penn World Table's own TFP, and what is never one number."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from sti_methods.productivity import (
    SHARES,
    Accounts,
    Asset,
    Faulty,
    Growth,
    GrowthAccounting,
    account,
    perpetual_inventory,
    pwt_accounts,
    pwt_dataset,
)

from tests.shared import needs_shared

from .published import apo_accounts, pwt_rows, table

PWT = needs_shared("indicators/pwt")
APO = needs_shared("indicators/apo_vnm")
WITH_HOURS = [
    "CHN",
    "IDN",
    "IND",
    "JPN",
    "KOR",
    "LKA",
    "MYS",
    "PHL",
    "SGP",
    "THA",
    "TWN",
]


@pytest.fixture(scope="module")
def countries():
    data = pwt_dataset(rows=pwt_rows(), version="10.01")
    return data, {one.unit: one for one in pwt_accounts(dataset=data)}


@PWT
def test_yearly_tfp_growth_is_that_of_the_penn_world_table(countries):
    data, accounts = countries
    compared = 0
    for unit in WITH_HOURS:
        (told,) = account(accounts=accounts[unit])
        tfp = data.series("rtfpna", unit=unit).over(range(1970, 2020))
        for one in told.years:
            published = math.log(tfp[one.last - 1970] / tfp[one.first - 1970])
            assert one.tfp / 100 == pytest.approx(published, abs=2e-7, rel=0)
            compared += 1
    assert compared == 10 * 49 + 47


@PWT
def test_mean_sources_of_growth_2000_to_2019(countries):
    _data, accounts = countries
    for row in table("pwt/reference_growth_accounting_2000_2019.csv"):
        if row["iso"] not in WITH_HOURS or row["iso"] == "TWN":
            continue
        (told,) = account(accounts=accounts[row["iso"]], first=2000, last=2019)
        mean = told.mean
        found = {
            "gdp": mean.value_added,
            "capital": mean.capital,
            "hours": mean.labour,
            "hc": mean.quality,
            "tfp": mean.tfp,
        }
        expected = {name: float(row[name]) for name in found}
        expected["hours"] += float(row["emp"])
        assert found == pytest.approx(expected, abs=1e-11)
        assert mean.tfp == pytest.approx(float(row["tfp_published"]), abs=1e-4)


@PWT
def test_one_year_without_hours_leaves_no_mean_and_is_named(countries):
    _data, accounts = countries
    (taiwan,) = account(accounts=accounts["TWN"], first=2000, last=2019)

    assert taiwan.mean is None
    assert taiwan.missing == ((2014, ("labour",)),)
    assert [one.last for one in taiwan.years] == [
        year for year in range(2001, 2020) if year not in {2014, 2015}
    ]
    assert [one.to_plain() for one in taiwan.cautions] == [
        {"code": "missing_years", "values": {"years": [[2014, ["labour"]]]}}
    ]


@PWT
def test_viet_nam_has_no_labour_share_and_so_a_range(countries):
    _data, accounts = countries
    viet_nam = accounts["VNM"]

    told = account(accounts=viet_nam, first=2000, last=2019)

    assert [one.share for one in told] == [*SHARES]
    for one in told:
        assert [c.code for c in one.cautions] == ["assumed_share", "stock"]
    with pytest.raises(Faulty, match="one_share"):
        account(accounts=viet_nam, shares=(0.5,))


@PWT
def test_viet_nam_by_period_and_assumed_share(countries):
    data, accounts = countries
    full = accounts["VNM"]
    persons = Accounts(
        unit="VNM",
        years=full.years,
        value_added=full.value_added,
        labour=data.series("emp", unit="VNM").over(full.years),
        labour_unit="persons",
        assets=full.assets,
        capital_measure="stock",
        quality=full.quality,
    )
    for row in table("pwt/reference_vnm_growth_accounting.csv"):
        first, last = map(int, row["period"].split("-"))
        share = min(SHARES, key=lambda s, row=row: abs(s - float(row["labour_share"])))
        by_hours, by_persons = (
            one
            for of in (full, persons)
            for one in account(accounts=of, first=first, last=last)
            if one.share == share
        )
        found = {
            "gdp": by_persons.mean.value_added,
            "k_contrib": by_persons.mean.capital,
            "emp_contrib": by_persons.mean.labour,
            "hc_contrib": by_persons.mean.quality,
            "tfp_raw": by_persons.mean.tfp_raw,
            "tfp_quality": by_persons.mean.tfp,
            "tfp_hours_quality": by_hours.mean.tfp,
            "lp_growth": by_persons.mean.productivity,
            "capital_deepening": by_persons.mean.deepening,
        }
        expected = {name: float(row[name]) for name in found}
        assert found == pytest.approx(expected, abs=1e-11)


@APO
def test_viet_nam_with_observed_shares_and_two_kinds_of_capital():
    rows = table("apo_vnm/reference_growth_accounting_apo_inputs.csv")
    for row in rows:
        first, last = map(int, row[""].split("-"))
        (told,) = account(accounts=apo_accounts(), first=first, last=last)
        mean = told.mean
        found = {
            "gdp": mean.value_added,
            "labour_hours": mean.labour,
            "labour_quality": mean.quality,
            "capital": mean.capital,
            "tfp": mean.tfp,
            "tfp_share_%": 100 * mean.tfp_share,
        }
        assert found == pytest.approx(
            {name: float(row[name]) for name in found}, abs=5e-5
        )
        assert math.fsum(mean.assets.values()) == pytest.approx(mean.capital)
    assert len(rows) == 8


@APO
@pytest.mark.parametrize(
    ("span", "bounds"),
    [((2000, 2010), (-0.37, -0.76)), ((2015, 2019), (2.29, 2.04))],
)
def test_the_assumed_part_of_it_moves_tfp(span, bounds):
    found = [
        account(accounts=apo_accounts(it_share=s), first=span[0], last=span[1])[0]
        for s in (0.0, 0.05)
    ]
    assert [one.mean.tfp for one in found] == pytest.approx(list(bounds), abs=0.006)


def simple(**changed):
    told = {
        "unit": "U",
        "years": (2000, 2001, 2002),
        "value_added": [100.0, 104.0, 110.0],
        "labour": [50.0, 51.0, 51.5],
        "assets": (Asset(name="capital", volume=[300.0, 318.0, 330.0]),),
        "quality": [1.0, 1.01, 1.03],
        "labour_share": [0.5, 0.52, 0.54],
    }
    return Accounts(**{**told, **changed})


def test_parts_by_hand():
    (told,) = account(accounts=simple())
    one = told.years[0]
    s = 0.51

    assert one.labour == pytest.approx(100 * s * math.log(51 / 50))
    assert one.quality == pytest.approx(100 * s * math.log(1.01))
    assert one.capital == pytest.approx(100 * (1 - s) * math.log(318 / 300))
    assert one.tfp == pytest.approx(
        100 * math.log(1.04) - one.labour - one.quality - one.capital
    )
    assert one.productivity == pytest.approx(one.quality + one.deepening + one.tfp)


def test_without_quality_tfp_holds_it():
    (with_it,), (without,) = (
        account(accounts=simple(**changed)) for changed in ({}, {"quality": None})
    )
    assert without.mean.quality is None
    assert without.mean.tfp == pytest.approx(with_it.mean.tfp_raw)
    assert [c.code for c in without.cautions] == ["no_quality"]


def test_a_gap_in_the_years_is_missing_and_not_bridged():
    gap = simple(years=(2000, 2001, 2003))
    (told,) = account(accounts=gap)

    assert told.missing == (
        (2002, ("value_added", "labour", "quality", "labour_share", "capital")),
    )
    assert (told.mean, [one.last for one in told.years]) == (None, [2001])


def test_assets_are_weighed_by_their_income():
    two = simple(
        assets=(
            Asset(name="it", volume=[10.0, 20.0, 40.0], income=[1.0, 1.0, 3.0]),
            Asset(name="rest", volume=[90.0, 91.0, 92.0], income=[9.0, 9.0, 9.0]),
        )
    )
    (told,) = account(accounts=two)

    assert told.years[1].assets["it"] == pytest.approx(
        100 * (1 - 0.53) * (0.1 + 0.25) / 2 * math.log(2)
    )


def test_capital_from_investment_by_hand():
    found = perpetual_inventory(
        investment=[20.0, 22.0, None, 25.0], depreciation=0.06, growth=0.04
    )

    assert found[:2].tolist() == pytest.approx([200.0, 0.94 * 200 + 22])
    assert np.isnan(found[2:]).all()


@pytest.mark.parametrize(
    ("changed", "code", "column"),
    [
        ({"value_added": [1.0, 0.0, 1.0]}, "not_positive", "value_added"),
        ({"labour_share": [0.4, 45.0, 0.4]}, "too_large", "labour_share"),
        ({"labour": [1.0, 2.0]}, "lengths", "labour"),
        ({"assets": (Asset(name="labour", volume=[1.0] * 3),)}, "twice", "assets"),
    ],
)
def test_figures_that_cannot_be_are_refused(changed, code, column):
    with pytest.raises(Faulty) as refusal:
        simple(**changed)

    assert (refusal.value.code, refusal.value.values["column"]) == (code, column)


def test_a_frozen_question_is_answered_to_the_same_bytes():
    question = GrowthAccounting(
        accounts=(simple(), simple(unit="V", labour_share=None), simple(unit="W", labour=[None] * 3)),
    )  # fmt: skip
    kept = json.loads(json.dumps(question.to_plain()))
    told, left = question.solve()

    assert GrowthAccounting.from_plain(kept).answer() == question.answer()
    assert [(one.unit, one.share) for one in told] == [
        ("U", None),
        *(("V", share) for share in SHARES),
    ]
    assert [(one.unit, one.why.code, one.why.values["columns"]) for one in left] == [
        ("W", "nothing", ["labour"])
    ]
    for one in told:
        assert Growth.from_plain(one.to_plain()) == one
