"""Achievement, path, light and pace, against the table that was worked out before."""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sti_methods.rating import rate
from sti_methods.scorecard import (
    Bands,
    Target,
    Windows,
    achievement,
    average_growth,
    levels,
    meets,
    past_windows,
    path_of,
    required_growth,
)

APO = (
    Path(os.environ.get("OPENSTI_SHARED", Path(__file__).parents[3].parent / "shared"))
    / "data/indicators/apo_vnm"
)
needs_apo = pytest.mark.skipif(
    not APO.exists(), reason="../shared/data/indicators is not beside this checkout"
)
SCOPES = {
    "industry incl. construction (B-F)": (
        "mining", "manufacturing", "utilities", "construction",
    ),
    "industry excl. construction (B-E)": ("mining", "manufacturing", "utilities"),
    "manufacturing (C)": ("manufacturing",),
    "whole economy": (
        "agriculture", "mining", "manufacturing", "utilities", "construction",
        "trade_hotels", "transport_comm", "finance_re_business", "community_social",
    ),
}  # fmt: skip


def column_sums(name: str, columns: tuple[str, ...]) -> dict[int, float]:
    with (APO / name).open(encoding="utf-8") as file:
        return {
            int(row["year"]): sum(float(row[c]) for c in columns)
            for row in csv.DictReader(file)
        }


@needs_apo
@pytest.mark.parametrize("scope", SCOPES)
def test_the_table_of_target_arithmetic_comes_out(scope: str) -> None:
    columns = SCOPES[scope]
    value = column_sums("apo_vnm_va_ppp2023_usd_bn.csv", columns)
    jobs = column_sums("apo_vnm_employment_thousand.csv", columns)
    worth = {year: value[year] / jobs[year] for year in value}
    with (APO / "reference_target_arithmetic.csv").open(encoding="utf-8") as file:
        wanted = next(row for row in csv.DictReader(file) if row["scope"] == scope)

    def grew(series: dict[int, float], first: int) -> float | None:
        return average_growth(
            first=series[first], last=series[2023], years=2023 - first
        )

    found = {
        "va_2015_23": grew(value, 2015),
        "emp_2015_23": grew(jobs, 2015),
        "lp_2015_23": grew(worth, 2015),
        "va_2020_23": grew(value, 2020),
        "lp_2020_23": grew(worth, 2020),
        "required_va_2023_30": required_growth(
            first=value[2020], latest=value[2023], rate=8.5, years=10, passed=3
        ),
        "required_lp_2023_30": required_growth(
            first=worth[2020], latest=worth[2023], rate=7.5, years=10, passed=3
        ),
    }
    del wanted["scope"]
    assert found == {k: pytest.approx(float(v), abs=1e-9) for k, v in wanted.items()}


@needs_apo
def test_industry_is_off_its_path_and_never_went_so_fast() -> None:
    columns = SCOPES["manufacturing (C)"]
    value = column_sums("apo_vnm_va_ppp2023_usd_bn.csv", columns)
    target = Target(
        comparator="over", value=8.5, to_year=2030, measure="growth", base_year=2020
    )
    found = rate(target, series=value)
    assert found.light == "off"
    assert found.met is False
    assert found.achieved == pytest.approx(5.710382640939549, abs=1e-9)
    assert found.required == pytest.approx(9.717973660027601, abs=1e-9)
    assert found.ratio == pytest.approx(9.717973660027601 / 5.710382640939549)
    # Seven years at 9.7 %: every stretch that began by 2007, some later ones.
    assert found.windows is not None
    assert (found.windows.years, found.windows.count) == (7, 17)
    assert found.windows.met == sum(
        (value[y + 7] / value[y]) ** (1 / 7) - 1 >= found.required / 100
        for y in range(2000, 2017)
    )


def test_a_fifth_fewer_organisations_is_half_done_at_54_of_60() -> None:
    target = Target(
        comparator="at_most",
        value=-20,
        measure="change",
        sense="down",
        base_year=2024,
        base_value=60,
        to_year=2030,
    )
    found = rate(target, series={2024: 60, 2027: 54})
    assert (found.aim, found.achievement, found.on_path) == (48, 0.5, 54)
    assert (found.light, found.share, found.gap, found.met) == ("on", 1, 0, False)
    assert (found.pace, found.achieved, found.required, found.ratio) == (
        "step",
        -2,
        -2,
        1,
    )


def test_at_least_a_fall_by_20_reads_as_a_fall() -> None:
    fall = Target(
        comparator="at_least", value=-20, measure="change", sense="down", to_year=2030
    )
    assert [meets(fall, value=v) for v in (-25, -20, -10, 5)] == [
        True, True, False, False,
    ]  # fmt: skip


def test_achievement_is_not_clipped_and_undefined_without_a_way() -> None:
    assert achievement(base=10, value=25, target=20) == 1.5
    assert achievement(base=10, value=6, target=20) == -0.4
    assert achievement(base=10, value=12, target=10) is None


def test_no_data_is_never_green() -> None:
    target = Target(
        comparator="at_least", value=20, to_year=2030, base_year=2024, base_value=10
    )
    nothing = rate(target, series={})
    only_base = rate(target, series={2023: 30, 2024: 30})
    assert (nothing.light, nothing.notes) == ("no_data", ("no_value",))
    assert (only_base.light, only_base.notes) == ("no_data", ("only_base",))


@pytest.mark.parametrize(
    ("value", "light"),
    [(12.0, "on"), (15.0, "on"), (11.8, "near"), (11.79, "off"), (8.0, "off")],
)
def test_the_light_changes_at_the_path_and_at_nine_tenths_of_the_way(
    value: float, light: str
) -> None:
    target = Target(
        comparator="at_least", value=20, to_year=2029, base_year=2024, base_value=10
    )
    assert rate(target, series={2025: value}).light == light


def test_bands_are_parameters() -> None:
    target = Target(
        comparator="at_least", value=20, to_year=2029, base_year=2024, base_value=10
    )
    series = {2025: 11.5}
    assert rate(target, series=series).light == "off"
    assert rate(target, series=series, bands=Bands(near=0.7)).light == "near"
    with pytest.raises(ValueError, match="bands must rise"):
        Bands(on=0.5, near=0.9)


def test_over_is_strict_and_at_least_is_not() -> None:
    over = Target(comparator="over", value=8.5, to_year=2030)
    assert [meets(over, value=v) for v in (8.5, 8.500001)] == [False, True]
    least = replace(over, comparator="at_least")
    assert [meets(least, value=v) for v in (8.499999, 8.5)] == [False, True]
    under = replace(over, comparator="under")
    assert [meets(under, value=v) for v in (8.5, 8.4)] == [False, True]
    most = replace(over, comparator="at_most")
    assert [meets(most, value=v) for v in (8.5, 8.6)] == [True, False]


def test_growth_of_exactly_the_rate_is_not_over_it() -> None:
    target = Target(
        comparator="over", value=8.5, measure="growth", base_year=2020, to_year=2023
    )
    series = {2020: 100.0, 2023: 100 * 1.085**3}
    assert rate(target, series=series).light == "near"
    assert rate(replace(target, comparator="at_least"), series=series).light == "on"


def test_about_has_a_band_of_two_points_unless_the_target_says_another() -> None:
    about = Target(comparator="about", value=50, to_year=2030)
    assert [meets(about, value=v) for v in (47.9, 48, 52, 52.1)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert not meets(replace(about, tolerance=0.5), value=49)


def test_a_range_holds_both_ends() -> None:
    between = Target(comparator="range", value=30, high=35, to_year=2030)
    assert [meets(between, value=v) for v in (29, 30, 35, 36)] == [
        False, True, True, False,
    ]  # fmt: skip
    with pytest.raises(ValueError, match="high end"):
        meets(replace(between, high=None), value=30)


def test_a_target_without_a_base_is_compared_with_its_level() -> None:
    target = Target(comparator="at_least", value=40, to_year=2030)
    found = rate(target, series={2024: 37})
    assert (found.light, found.share, found.gap, found.notes) == (
        "near", 0.925, -3, ("no_base",),
    )  # fmt: skip


def test_a_path_through_nought_has_no_rate() -> None:
    target = Target(
        comparator="at_least", value=20, to_year=2030, base_year=2024, base_value=0,
        path="compound",
    )  # fmt: skip
    found = rate(target, series={2025: 3})
    assert (found.path, found.achievement) == ((), 0.15)
    assert found.notes == ("no_rate", "few_windows")
    assert found.light == "off"


def test_average_growth_is_geometric_and_not_the_mean_of_yearly_rates() -> None:
    series = [100.0, 150.0, 75.0]
    assert average_growth(first=100, last=75, years=2) == pytest.approx(-13.3974596)
    yearly = [series[i + 1] / series[i] * 100 - 100 for i in range(2)]
    assert sum(yearly) / 2 == 0
    assert average_growth(first=-1, last=5, years=3) is None
    assert average_growth(first=1, last=5, years=0) is None


def test_rates_are_chained_and_a_gap_is_not_bridged() -> None:
    assert levels(rates={2021: 10, 2022: 10, 2024: 50}, before=2020) == {
        2020: 100.0,
        2021: pytest.approx(110),
        2022: pytest.approx(121),
    }


def test_two_windows_say_nothing_and_three_are_counted() -> None:
    series = {2020: 10.0, 2021: 12.0, 2022: 13.0, 2023: 16.0}

    def found(least: int) -> Windows | None:
        return past_windows(
            series=series, years=1, required=2, pace="step", falls=False, least=least
        )

    assert found(3) == Windows(years=1, count=3, met=2)
    assert found(4) is None


@given(
    base=st.floats(1, 1e6),
    aim=st.floats(1, 1e6),
    years=st.integers(1, 40),
    kind=st.sampled_from(["linear", "compound"]),
)
def test_every_path_goes_from_the_base_to_the_target_without_turning(
    base: float, aim: float, years: int, kind: str
) -> None:
    path = path_of(kind=kind, base_year=2000, base=base, to_year=2000 + years, aim=aim)  # type: ignore[arg-type]
    assert path is not None
    assert (path[2000], path[2000 + years]) == (base, aim)
    steps = [path[y + 1] - path[y] for y in range(2000, 2000 + years)]
    turns = -1e-6 * max(base, aim)
    assert all(s >= turns for s in steps) or all(-s >= turns for s in steps)


@given(
    first=st.floats(1, 1e6),
    latest=st.floats(1, 1e6),
    rate_=st.floats(-20, 30),
    passed=st.integers(1, 9),
)
def test_the_required_growth_leads_to_the_target(
    first: float, latest: float, rate_: float, passed: int
) -> None:
    need = required_growth(
        first=first, latest=latest, rate=rate_, years=10, passed=passed
    )
    assert need is not None
    assert latest * (1 + need / 100) ** (10 - passed) == pytest.approx(
        first * (1 + rate_ / 100) ** 10
    )


@given(
    base=st.floats(-1e4, 1e4),
    value=st.floats(-1e4, 1e4),
    target=st.floats(-1e4, 1e4),
)
def test_achievement_is_the_same_whether_more_or_less_is_better(
    base: float, value: float, target: float
) -> None:
    up = achievement(base=base, value=value, target=target)
    down = achievement(base=-base, value=-value, target=-target)
    assert up == down
