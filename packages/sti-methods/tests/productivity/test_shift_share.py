"""Five conventions against published and recomputed figures; what they must warn of."""

from __future__ import annotations

import json

import pytest
from sti_methods.productivity import (
    CONVENTIONS,
    Decomposition,
    Economy,
    Faulty,
    ShiftShare,
    decompose,
)

from tests.shared import needs_shared

from .published import apo_sectors, economies, table

ETD = needs_shared("indicators/etd")


def rates(economy, convention, first, last, exclude=()):
    told = decompose(
        economy=economy,
        convention=convention,
        first=first,
        last=last,
        exclude=exclude,
    )
    return (told.rate_total, told.rate_within, told.rate_between)


def codes(told):
    return [caution.code for caution in told.cautions]


@ETD
def test_mcmillan_and_rodriks_figures_of_all_51_economies():
    published = table("etd/published_mr_1990_2018.csv")

    assert len(published) == 51
    for row in published:
        found = rates(economies()[row["c"]], "mr", 1990, 2018)
        told = tuple(float(row[key]) for key in ("gp", "wi", "bw"))
        assert found == pytest.approx(told, abs=1e-12, rel=0), row["c"]


@ETD
def test_published_figures_of_seven_economies_in_two_periods():
    published = table("etd/published_mr_spells.csv")

    assert len(published) == 14
    for row in published:
        found = rates(economies()[row["c"]], "mr", int(row["a"]), int(row["b"]))
        told = tuple(float(row[key]) for key in ("gp", "wi", "bw"))
        assert found == pytest.approx(told, abs=5e-4, rel=0), row


@ETD
def test_five_conventions_of_nine_economies_with_and_without_real_estate():
    for row in table("etd/reference_shiftshare_asean.csv"):
        economy, span = economies()[row["c"]], (int(row["a"]), int(row["b"]))

        def told(*keys, row=row):
            return pytest.approx([float(row[key]) for key in keys], rel=1e-10)

        def percent(one, *names, economy=economy, span=span):
            place = economy.years.index(span[0])
            value, work = economy.value_added[place], economy.employment[place]
            kept = [i for i, s in enumerate(economy.sectors) if s not in one.exclude]
            base = value[kept].sum() / work[kept].sum()
            return [100 * getattr(one, name) / base for name in names]

        def asked(convention, exclude=(), economy=economy, span=span):
            return decompose(
                economy=economy,
                convention=convention,
                first=span[0],
                last=span[1],
                exclude=exclude,
            )

        without = ("Real estate",)
        assert [*rates(economy, "mr", *span)] == told("g", "within", "between")
        assert [*rates(economy, "mr", *span, without)] == told(
            "noRE_g", "noRE_within", "noRE_between"
        )
        assert percent(asked("midpoint"), "within", "between") == told(
            "mid_within_pct", "mid_between_pct"
        )
        assert percent(asked("midpoint", without), "within", "between") == told(
            "noRE_mid_within", "noRE_mid_between"
        )
        assert percent(asked("three"), "within", "between", "dynamic") == told(
            "st3_within", "st3_static", "st3_dyn"
        )
        if not row["cm_tot"]:
            continue
        assert [*rates(economy, "chained", *span)] == told(
            "cm_tot", "cm_within", "cm_between"
        )
        assert [*rates(economy, "tornqvist", *span)] == told(
            "tq_tot", "tq_within", "tq_realloc"
        )


@needs_shared("indicators/apo_vnm")
def test_nine_industries_of_viet_nam_and_what_manufacturing_adds():
    years, value, work = apo_sectors()
    economy = Economy.of(
        unit="VNM",
        rows=[
            (name, year, value[name][i], work[name][i], None)
            for name in value
            for i, year in enumerate(years)
        ],
    )
    for row in table("apo_vnm/reference_shiftshare_apo.csv"):
        first, last = map(int, row["period"].split("-"))
        told = decompose(economy=economy, convention="mr", first=first, last=last)
        (part,) = [one for one in told.sectors if one.sector == "manufacturing"]
        found = {
            "lp": told.rate_total,
            "within": told.rate_within,
            "between": told.rate_between,
            "mfg_within": part.rate_within,
            "mfg_between": part.rate_between,
        }
        assert found == pytest.approx({name: float(row[name]) for name in found})


@ETD
def test_value_added_without_workers_is_dropped_and_the_rest_scaled():
    india = decompose(
        economy=economies()["IND"], convention="mr", first=1990, last=2018
    )
    (real_estate,) = [one for one in india.sectors if one.sector == "Real estate"]
    (caution,) = [one for one in india.cautions if one.code == "no_workers"]

    assert caution.values["sectors"] == ["Real estate"]
    assert india.scale == caution.values["scale"] == pytest.approx(1.0613, abs=1e-4)
    assert (real_estate.within, real_estate.between) == (0, 0)
    assert real_estate.dropped
    assert real_estate.relative_first is None
    assert india.within + india.between == pytest.approx(india.total, rel=1e-12)


@ETD
@pytest.mark.parametrize("convention", ["chained", "tornqvist"])
def test_years_without_workers_end_a_chain_and_are_never_0(convention):
    question = ShiftShare(
        economies=(economies()["LAO"], economies()["VNM"]),
        convention=convention,
        first=1990,
        last=2018,
    )
    told, left = question.solve()

    assert [one.unit for one in told] == ["VNM"]
    assert [one.to_plain() for one in left] == [
        {
            "unit": "LAO",
            "why": {
                "code": "no_workers",
                "values": {"unit": "LAO", "sector": "Real estate", "year": 2005},
            },
        }
    ]
    answered, _left = ShiftShare(
        economies=question.economies,
        convention=convention,
        first=1990,
        last=2018,
        exclude=("Real estate",),
    ).solve()
    assert [one.unit for one in answered] == ["LAO", "VNM"]


@ETD
def test_viet_nam_warns_of_real_estate_and_of_a_sign_that_depends_on_the_convention():
    told = decompose(economy=economies()["VNM"], convention="mr", first=1990, last=2018)
    tiny, signs = told.cautions

    assert tiny.values["sector"] == "Real estate"
    assert tiny.values["year"] == 1990
    assert tiny.values["share"] < 0.001
    assert tiny.values["relative"] == pytest.approx(1142, abs=0.5)
    assert signs.values["part"] == "within"
    assert {name: rate > 0 for name, rate in signs.values["rates"].items()} == {
        "mr": True,
        "three": True,
        "midpoint": False,
        "tornqvist": True,
        "chained": True,
    }
    assert (
        codes(
            decompose(
                economy=economies()["VNM"],
                convention="mr",
                first=2010,
                last=2018,
                exclude=("Real estate",),
            )
        )
        == []
    )


@ETD
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_a_frozen_question_is_answered_to_the_same_bytes(convention):
    question = ShiftShare(
        economies=(economies()["VNM"], economies()["IND"]),
        convention=convention,
        first=2000,
        last=2010,
    )
    kept = json.loads(json.dumps(question.to_plain()))
    again = ShiftShare.from_plain(kept)

    assert again.answer() == question.answer()
    assert again.digest == question.digest
    for one in question.solve()[0]:
        assert Decomposition.from_plain(one.to_plain()) == one
    with pytest.raises(Faulty, match="version"):
        ShiftShare.from_plain({**kept, "version": "0"})


def small(**changed):
    rows = {
        ("farms", 2000): (100.0, 50.0, 90.0),
        ("mills", 2000): (200.0, 40.0, 210.0),
        ("farms", 2001): (105.0, 45.0, 100.0),
        ("mills", 2001): (260.0, 47.0, 270.0),
        ("farms", 2002): (110.0, 42.0, 120.0),
        ("mills", 2002): (300.0, 53.0, 330.0),
    }
    rows.update(changed.get("rows", {}))
    return Economy.of(
        unit="U",
        rows=[(s, y, *told) for (s, y), told in rows.items() if told is not None],
    )


def test_the_three_parts_by_hand():
    told = decompose(economy=small(), convention="three", first=2000, last=2002)
    y0, y1 = 300 / 90, 410 / 95

    farms = (50 / 90, 42 / 95, 2.0, 110 / 42)
    mills = (40 / 90, 53 / 95, 5.0, 300 / 53)
    within = sum(a * (z - y) for a, _b, y, z in (farms, mills))
    static = sum(y * (b - a) for a, b, y, _z in (farms, mills))
    dynamic = sum((z - y) * (b - a) for a, b, y, z in (farms, mills))
    assert (told.within, told.between, told.dynamic, told.total) == pytest.approx(
        (within, static, dynamic, y1 - y0)
    )
    growth = 100 * ((y1 / y0) ** 0.5 - 1)
    assert (told.rate_total, told.rate_within) == pytest.approx(
        (growth, growth * within / (y1 - y0))
    )
    assert told.rate_within + told.rate_between == pytest.approx(told.rate_total)
    assert told.rate_dynamic == pytest.approx(growth * dynamic / (y1 - y0))


def test_weights_in_constant_prices_and_a_single_link_are_told():
    told = decompose(
        economy=small(
            rows={
                (sector, year): None if year == 2001 else (v, e, None)
                for (sector, year), (v, e) in {
                    ("farms", 2000): (100.0, 50.0),
                    ("mills", 2000): (200.0, 40.0),
                    ("farms", 2001): (0.0, 0.0),
                    ("mills", 2001): (0.0, 0.0),
                    ("farms", 2002): (110.0, 42.0),
                    ("mills", 2002): (300.0, 53.0),
                }.items()
            }
        ),
        convention="tornqvist",
        first=2000,
        last=2002,
    )
    assert codes(told) == ["one_link", "constant_weights"]


def test_a_missing_year_is_named_and_not_bridged():
    gap = small(rows={("farms", 2001): None, ("mills", 2001): None})

    for convention, code in {"chained": "year", "mr": None, "midpoint": None}.items():
        if code is None:
            assert decompose(
                economy=gap, convention=convention, first=2000, last=2002
            ).total == pytest.approx(410 / 95 - 300 / 90)
            continue
        with pytest.raises(Faulty) as refusal:
            decompose(economy=gap, convention=convention, first=2000, last=2002)
        assert (refusal.value.code, refusal.value.values["year"]) == (code, 2001)


@pytest.mark.parametrize(
    ("rows", "convention", "code", "about"),
    [
        ({("mills", 2002): None}, "mr", "missing", ("mills", 2002)),
        ({("mills", 2001): None}, "chained", "missing", ("mills", 2001)),
        ({("mills", 2001): (1.0, 0.0, 1.0)}, "chained", "no_workers", ("mills", 2001)),
        (
            {("mills", 2001): (-1.0, 9.0, 1.0)},
            "tornqvist",
            "not_positive",
            ("mills", 2001),
        ),
    ],
)
def test_what_cannot_be_told_is_named_by_sector_and_year(rows, convention, code, about):
    with pytest.raises(Faulty) as refusal:
        decompose(
            economy=small(rows=rows), convention=convention, first=2000, last=2002
        )

    told = refusal.value.values
    assert (refusal.value.code, (told["sector"], told["year"])) == (code, about)


def test_a_total_among_the_sectors_is_suspected():
    rows = {
        (name, year): (value * (year - 1999), work, None)
        for name, value, work in (
            ("a", 10.0, 5.0), ("b", 20.0, 6.0), ("c", 30.0, 8.0), ("All", 60.0, 19.0)
        )
        for year in (2000, 2002)
    }  # fmt: skip
    economy = Economy.of(unit="U", rows=[(s, y, *c) for (s, y), c in rows.items()])

    told = decompose(economy=economy, convention="mr", first=2000, last=2002)

    assert [one.values for one in told.cautions if one.code == "total"] == [
        {"sector": "All"}
    ]


def test_a_sector_that_is_not_there_changes_nothing():
    rows = {("ghosts", year): (0.0, 0.0, 0.0) for year in (2000, 2001, 2002)}

    for convention in CONVENTIONS:
        with_it, without = (
            decompose(economy=economy, convention=convention, first=2000, last=2002)
            for economy in (small(rows=rows), small())
        )
        assert (with_it.within, with_it.between, with_it.total) == pytest.approx(
            (without.within, without.between, without.total), rel=1e-14
        )
        assert codes(with_it) == codes(without)


def test_standing_still_has_rates_of_0():
    still = small(
        rows={
            (s, y): (100.0, 50.0, 100.0)
            for s in ("farms", "mills")
            for y in (2000, 2001, 2002)
        }
    )
    for convention in CONVENTIONS:
        assert rates(still, convention, 2000, 2002) == (0, 0, 0)
