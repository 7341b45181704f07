"""How reports become one value, and what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sti_methods.indicators import (
    Report,
    Span,
    Total,
    Unsummable,
    aggregate,
    agrees,
    last_reports,
    rounded,
    scale_of,
    span_of,
)

D = Decimal
amounts = st.decimals(0, 10**9, places=4)
positive = st.decimals(D("0.0001"), 10**9, places=4)


def of(reporter, value=None, above=None, below=None, period="2025", **more):
    def number(said):
        return None if said is None else D(str(said))

    return Report(
        reporter=reporter,
        period=period,
        value=number(value),
        numerator=number(above),
        denominator=number(below),
        **more,
    )


def test_a_percentage_of_three_provinces_is_one_of_all_their_units():
    three = [of("a", 30, 15, 50), of("b", 30, 15, 50), of("c", 90, 90, 100)]
    assert aggregate(three, rule="ratio", scale=100) == Total(
        value=D(60), numerator=D(120), denominator=D(200), reports=tuple(three)
    )


def test_a_running_total_counts_each_reporter_once_with_the_last_report():
    rows = [
        of("a", 10, period="2023"),
        of("a", 15, period="2024"),
        of("a", 15, period="2025"),
        of("b", 4, period="2024"),
    ]
    last = last_reports(rows, period="2025")
    assert (last, aggregate(last, rule="sum").value) == ([rows[2], rows[3]], D(19))


def test_a_running_total_knows_nothing_of_later_reports():
    rows = [of("a", 10, period="2024-Q1"), of("a", 12, period="2024-Q3")]
    assert last_reports(rows, period="2024-H1") == [rows[0]]


def test_where_a_quarter_and_a_year_end_together_the_year_stands():
    rows = [of("a", 12, period="2024"), of("a", 11, period="2024-Q4")]
    assert last_reports(rows, period="2024") == [rows[0]]


def test_a_mean_is_weighed_by_what_stands_below():
    two = [of("a", 10, below=1), of("b", 20, below=3)]
    assert aggregate(two, rule="weighted").value == D("17.5")


def test_the_last_value_is_that_of_the_latest_period_and_of_one_the_last_said():
    rows = [of("a", 1, period="2024"), of("b", 2), of("c", 3)]
    assert aggregate(rows, rule="last").value == D(3)


def test_nobody_reported_is_not_nought():
    assert aggregate([], rule="sum") is None


@pytest.mark.parametrize(
    ("rows", "rule", "why", "which"),
    [
        (
            [of("a", 1, measure="%"), of("b", 2, measure="tấn")],
            "sum",
            "measures",
            ("a", "b"),
        ),
        ([of("a", 7), of("b", 9)], "none", "not_added", ("a", "b")),
        ([of("a", 30, 15, 50), of("b", 40)], "ratio", "denominators", ("b",)),
        ([of("a", 30, below=5), of("b", 40)], "weighted", "denominators", ("b",)),
        ([of("a", 1), of("a", 2)], "sum", "twice", ("a",)),
    ],
)
def test_what_does_not_add_up_is_refused_by_name(rows, rule, why, which):
    with pytest.raises(Unsummable) as refused:
        aggregate(rows, rule=rule)
    assert (refused.value.why, refused.value.which) == (why, which)


def test_one_reporter_of_what_is_not_added_speaks_for_himself():
    assert aggregate([of("a", 7)], rule="none").value == D(7)


def test_periods_are_months_from_first_to_last():
    january = 2024 * 12
    assert [span_of(p) for p in ("2024", "2024-H2", "2024-Q3", "2024-07")] == [
        Span(january + 11, january),
        Span(january + 11, january + 6),
        Span(january + 8, january + 6),
        Span(january + 6, january + 6),
    ]


@pytest.mark.parametrize(
    "period", ["24", "2024-13", "2024-Q5", "2024-H3", "2024-7", "", "٢٠٢٤"]
)
def test_what_is_no_period_is_refused(period):
    with pytest.raises(ValueError, match="no period"):
        span_of(period)


def test_per_cent_and_per_mille_are_scales_and_other_units_none():
    assert [scale_of(u) for u in ("%", "% GDP", "‰", "người")] == [100, 100, 1000, 1]


def test_numbers_agree_within_the_rounding_of_their_terms():
    said = [
        agrees(D("33.3"), D(100) / 3, decimals=1),
        agrees(D("33.4"), D(100) / 3, decimals=1),
        agrees(D("33.4"), D(100) / 3, decimals=1, terms=3),
    ]
    assert said == [True, False, True]


def test_halves_are_shown_away_from_nought():
    assert [rounded(D(v), decimals=1) for v in ("0.25", "-0.25")] == [
        D("0.3"),
        D("-0.3"),
    ]


@given(st.lists(st.tuples(amounts, positive), min_size=1, max_size=20))
def test_a_ratio_of_all_lies_between_the_least_and_the_greatest(parts):
    rows = [of(n, above=a, below=b) for n, (a, b) in enumerate(parts)]
    ratios = [a / b for a, b in parts]
    found = aggregate(rows, rule="ratio").value
    slack = D("1e-20") * max(D(1), *ratios)
    assert min(ratios) - slack <= found <= max(ratios) + slack


@given(st.lists(amounts, min_size=1, max_size=20), st.randoms())
def test_no_order_of_reports_changes_a_sum(values, chance):
    rows = [of(n, v) for n, v in enumerate(values)]
    mixed = rows[:]
    chance.shuffle(mixed)
    assert aggregate(mixed, rule="sum").value == aggregate(rows, rule="sum").value


@given(st.lists(st.tuples(amounts, positive), min_size=2, max_size=12))
def test_a_ratio_does_not_care_how_reporters_are_grouped(parts):
    rows = [of(n, above=a, below=b) for n, (a, b) in enumerate(parts)]
    half = len(rows) // 2
    groups = [
        of(f"g{n}", above=t.numerator, below=t.denominator)
        for n, t in enumerate(
            aggregate(g, rule="ratio") for g in (rows[:half], rows[half:])
        )
    ]
    assert aggregate(groups, rule="ratio").value == aggregate(rows, rule="ratio").value


@given(
    st.lists(
        st.tuples(st.integers(2015, 2030), st.sampled_from("abc"), amounts),
        min_size=1,
        unique_by=lambda row: row[:2],
    )
)
def test_a_running_total_never_sums_over_time(rows):
    reports = [of(r, v, period=str(year)) for year, r, v in rows]
    last = {r: v for _year, r, v in sorted(rows, key=lambda row: row[0])}
    total = aggregate(last_reports(reports, period="2030"), rule="sum")
    assert total.value == sum(last.values())
