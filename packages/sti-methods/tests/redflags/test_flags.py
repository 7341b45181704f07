"""The flags of open contracting over releases of our own: these run everywhere."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sti_methods.redflags import (
    FLAGS,
    BadSettings,
    Fault,
    Fences,
    Settings,
    SeveralCurrencies,
    flags_of,
    quantile,
    read_releases,
    release_of,
    settings_of,
)

EVERY = Settings()


def bid(tenderer, amount=None, status="valid", currency="VND", date=None):
    found = {"status": status, "tenderers": [{"id": tenderer}]}
    if amount is not None:
        found["value"] = {"amount": amount, "currency": currency}
    return found if date is None else {**found, "date": date}


def process(ocid, bids=(), winner=None, **more):
    awards = [{"status": "active", "suppliers": [{"id": winner}]}] if winner else []
    return {"ocid": ocid, "bids": {"details": list(bids)}, "awards": awards, **more}


def ask(rows, flags, **top):
    asked = settings_of({**dict.fromkeys(flags.split()), **top})
    return flags_of([release_of(row) for row in rows], asked).results()


def test_a_quantile_lies_between_two_values_in_proportion():
    values = [Fraction(v) for v in (0, 0, 100, 100, 100, 100, 100, 100, 100)]

    assert quantile(values, Fraction(1, 4)) == Fraction(200, 3)
    assert Fences.of(values).lower == Fraction(50, 3)
    assert quantile(values[:1], Fraction(1, 2)) == 0
    assert Fences.of([]) is None
    with pytest.raises(ValueError, match="needs values"):
        quantile([], Fraction(1, 2))


def test_a_period_is_short_below_the_whole_days_asked():
    period = {"startDate": "2026-01-01T00:00:00+07:00"}
    rows = [
        {"ocid": day, "tender": {"tenderPeriod": {**period, "endDate": f"{day}Z"}}}
        for day in ("2026-01-15T16:59:59", "2026-01-15T17:00:00")
    ]

    assert ask(rows, "R003") == {
        "OCID": {"2026-01-15T16:59:59": {"R003": 1}},
    }


def test_a_bid_is_late_by_the_clock_not_by_its_spelling():
    """23:00 in Hanoi is 16:00 in London, though the text is the larger."""
    closed = {"tenderPeriod": {"endDate": "2026-03-15T17:00:00Z"}}
    rows = [
        process(name, [bid("W", date=f"2026-03-15T{at}")], "W", tender=closed)
        for name, at in (("in time", "23:00:00+07:00"), ("late", "17:00:01Z"))
    ]

    assert ask(rows, "R030") == {
        "OCID": {"late": {"R030": 1}},
        "Tenderer": {"W": {"R030": 1}},
    }


def test_money_is_compared_to_the_last_digit():
    """As binary fractions the two amounts would be one number."""
    rows = [
        process("equal", [bid("A", Decimal("0.1")), bid("B", Decimal("0.10"))]),
        process("apart", [
            bid("A", Decimal("90071992547409930.1")),
            bid("B", Decimal("90071992547409930.2")),
        ]),
    ]  # fmt: skip

    assert ask(rows, "R028") == {
        "OCID": {"equal": {"R028": 1}},
        "Tenderer": {"A": {"R028": 1}, "B": {"R028": 1}},
    }


def test_a_disqualified_bid_is_lowest_in_whatever_order_it_stands():
    out, valid = bid("D", 5, "disqualified"), bid("V", 5)
    rows = [process("1", [out, valid], "V"), process("2", [valid, out], "V")]

    assert ask(rows, "R036") == {"OCID": {"1": {"R036": 1}, "2": {"R036": 1}}}


def test_several_currencies_need_a_word_which_is_compared():
    rows = [
        process("1", [bid("W", 1), bid("L", 3)], "W"),
        process("2", [bid("W", 1, currency="USD"), bid("L", 2, currency="USD")], "W"),
    ]
    with pytest.raises(SeveralCurrencies) as refused:
        ask(rows, "R058")

    assert refused.value.currencies == ("USD", "VND")
    assert ask(rows, "R058", currency="USD")["OCID"] == {"2": {"R058": 1}}
    assert ask(rows, "R018") == {}


def test_each_finding_names_its_processes_and_each_fence_its_figures():
    rows = [
        process("1", [bid("W", 1), bid("L", 3)], "W"),
        process("2", [bid("W", 1), bid("L", 5)], "W"),
    ]
    asked = settings_of({"R058": {"threshold": "1.5"}})
    report = flags_of([release_of(row) for row in rows], asked)

    assert [(f.group, f.id, f.value, f.ocids) for f in report.findings] == [
        ("OCID", "1", 2, ("1",)),
        ("OCID", "2", 4, ("2",)),
        ("Tenderer", "W", 0, ("1", "2")),
    ]
    assert report.figures == (("R058", (("upper_fence", Fraction(3, 2)),)),)


def test_a_fence_of_nothing_flags_nobody():
    """Three quarters without a difference: the fence is 0, and all would be flagged."""
    rows = [process(str(n), [bid("W", 1), bid("L", 1)], "W") for n in range(4)]

    assert ask(rows, "R024 R058") == {}


def test_what_cannot_be_read_is_named_and_not_guessed():
    odd = process("1", [bid("W", "12")], "W", tender={"tenderPeriod": {"endDate": "2026-03-15"}})  # fmt: skip
    release = release_of(odd)

    assert release.unread == (
        "tender/tenderPeriod/endDate",
        "bids/details/0/value/amount",
    )
    assert flags_of([release], EVERY).unread == tuple(("1", p) for p in release.unread)
    assert release_of(process("1", [bid("W", Decimal("1e999999"))])).unread == (
        "bids/details/0/value/amount",
    )


def test_two_releases_of_one_process_are_refused():
    with pytest.raises(ValueError, match="Several releases"):
        flags_of([release_of({"ocid": "a"})] * 2, EVERY)


def test_faults_of_a_file_are_told_by_line():
    lines = [
        '{"ocid": "a"}', "", "{", "[]", '{"releases": []}', '{"ocid": 5}',
        '{"ocid": "a"}', '{"ocid": "b", "x": NaN}', '{"ocid": "c"}',
    ]  # fmt: skip
    releases, faults = read_releases(lines)

    assert sorted(releases) == [1, 9]
    assert [(f.line, f.code) for f in faults] == [
        (3, "json"), (4, "object"), (5, "package"), (6, "ocid"), (7, "twice"), (8, "json"),
    ]  # fmt: skip
    assert faults[4].values == (("ocid", "a"), ("line", 1))
    assert read_releases([" "]) == ({}, [Fault(1, "empty")])


def test_settings_are_read_whole_or_refused_with_every_problem():
    with pytest.raises(BadSettings) as refused:
        settings_of({
            "R999": {}, "R003": {"threshold": "-1", "days": 3},
            "R018": {"procurement_methods": 5}, "R025": {"percentile": 101},
            "R024": {"threshold": "much"}, "R035": {"threshold": 0}, "R036": "yes",
            "exclusions": {"buyer": "x"}, "currency": 5, "defaults": {"currency": "x"},
            "price_comparison_procurement_methods": "a",
            "no_price_comparison_procurement_methods": "b",
        })  # fmt: skip

    assert [(".".join(p.place), p.code) for p in refused.value.problems] == [
        ("R999", "unknown"),
        ("R003.threshold", "whole"),
        ("R003.days", "unknown"),
        ("R018.procurement_methods", "text"),
        ("R025.percentile", "percentile"),
        ("R024.threshold", "share"),
        ("R035.threshold", "positive"),
        ("R036", "section"),
        ("exclusions.buyer", "unknown"),
        ("currency", "text"),
        ("no_price_comparison_procurement_methods", "both"),
    ]
    asked = settings_of({"R058": {"threshold": "0.50"}, "R003": {"threshold": "10"}})
    assert list(asked.flags) == ["R003", "R058"]
    assert asked.flags["R058"].threshold == Fraction(1, 2)
    assert list(EVERY.flags) == list(FLAGS)


NAMES = st.sampled_from("ABCDEF")
BIDS = st.lists(
    st.builds(
        bid,
        NAMES,
        st.integers(1, 12),
        st.sampled_from(["valid", "valid", "disqualified", "withdrawn", "pending"]),
    ),
    max_size=5,
)
ROWS = st.lists(st.tuples(BIDS, st.none() | NAMES, NAMES), max_size=12).map(
    lambda rows: [
        process(str(n), bids, winner, buyer={"id": buyer})
        for n, (bids, winner, buyer) in enumerate(rows)
    ]
)


@settings(max_examples=60)
@given(ROWS, st.randoms())
def test_the_order_of_releases_changes_nothing(rows, dice):
    before = flags_of([release_of(row) for row in rows], EVERY)
    dice.shuffle(rows)

    assert flags_of([release_of(row) for row in rows], EVERY) == before


@settings(max_examples=60)
@given(ROWS, st.decimals("0.001", 10**12, allow_nan=False, allow_infinity=False))
def test_the_unit_of_money_changes_nothing(rows, unit):
    """Every price flag rests on shares, on order or on equality."""
    before = flags_of([release_of(row) for row in rows], EVERY)
    scaled = json.loads(json.dumps(rows), parse_int=Decimal)
    for row in scaled:
        for one in row["bids"]["details"]:
            one["value"]["amount"] *= unit.quantize(Decimal("0.001"))

    assert flags_of([release_of(row) for row in scaled], EVERY) == before
