"""Amounts as people type them, and refusals that say how to mend them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from opensti.kernel.money import (
    LIMIT,
    MoneyField,
    format_million,
    format_money,
    from_million,
    in_words,
    parse_money,
    to_million,
    total,
    whole,
)
from opensti.kernel.refusals import Invalid

AMOUNTS = st.integers(0, 10**15 - 1).map(Decimal)


@pytest.mark.parametrize(
    "text",
    [
        "1.234.567",
        "1,234,567 đ",
        "1 234 567 VND",
        "1\u00a0234\u00a0567\u00a0₫",
        " 1234567 đồng",
        "+1.234.567đ",
        "1234567VNĐ",
    ],
)
def test_one_amount_typed_in_many_ways(text):
    assert parse_money(text) == Decimal(1234567)


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "“” is not an amount in whole đồng."),
        ("1.23", "“1.23” is not an amount in whole đồng."),
        ("1.234,567", "“1.234,567” is not an amount in whole đồng."),
        ("1.234.567,50", "“1.234.567,50” is not an amount in whole đồng."),
        ("1e6", "“1e6” is not an amount in whole đồng."),
        ("một triệu", "“một triệu” is not an amount in whole đồng."),
        ("٣", "“٣” is not an amount in whole đồng."),
        (Decimal("1.5"), "An amount has no fractions of a đồng: 1.5."),
        (Decimal("NaN"), "This is not an amount."),
        ("-5", "An amount here cannot be negative."),
        ("1" + "0" * 15, "The amount has more than 15 digits."),
    ],
)
def test_what_is_not_an_amount_is_refused_by_field(text, message):
    with pytest.raises(Invalid) as refused:
        parse_money(text, field="budget.3")
    assert str(refused.value) == message
    assert refused.value.field == "budget.3"
    assert str(refused.value.mend).startswith("Enter whole đồng")


def test_negative_amounts_only_where_asked():
    assert parse_money("-1.000", negative=True) == Decimal(-1000)


@given(AMOUNTS, st.sampled_from(["vi", "en"]))
def test_what_is_shown_can_be_typed_back(amount, language):
    assert parse_money(format_money(amount, language=language)) == amount


@given(st.integers(0, 10**12 - 1).map(Decimal))
def test_millions_and_back(amount):
    assert from_million(to_million(amount * 1000)) == amount * 1000


def test_millions_as_typed_and_shown():
    assert from_million("1.234,5") == Decimal(1_234_500_000)
    assert from_million("1,234.5") == Decimal(1_234_500_000)
    assert from_million("1.234") == Decimal(1_234_000_000)
    assert from_million(0.5) == Decimal(500_000)
    assert (
        format_million(Decimal(1_234_500_000), language="vi")
        == "1.234,5\u00a0triệu\u00a0đ"
    )
    assert format_million(Decimal(2_000_000), language="en") == "VND\u00a02 million"
    for wrong in ("0.0000005", "abc", "-1", "inf"):
        with pytest.raises(Invalid):
            from_million(wrong)


def test_sums_count_empty_cells_as_nothing():
    assert total([Decimal(1), None, Decimal(2)]) == Decimal(3)
    with pytest.raises(Invalid):
        total([Decimal(10**17)] * 10)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "Không đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (1005, "Một nghìn không trăm linh năm đồng"),
        (2_500_000_000, "Hai tỷ năm trăm triệu đồng"),
        (3_000_000_005, "Ba tỷ không trăm linh năm đồng"),
        (10**12, "Một nghìn tỷ đồng"),
        (-14_000, "Âm mười bốn nghìn đồng"),
    ],
)
def test_amounts_in_vietnamese_words(amount, text):
    assert in_words(Decimal(amount)) == text


@given(st.decimals(allow_nan=True, allow_infinity=True, places=None) | AMOUNTS)
def test_a_column_keeps_an_amount_to_the_dong_or_refuses_it_by_name(amount):
    column = MoneyField(max_digits=18, decimal_places=0)
    column.set_attributes_from_name("paid")
    if amount.is_finite() and amount == int(amount) and abs(amount) < LIMIT:
        assert Decimal(column.get_db_prep_save(amount, connection)) == amount
        return
    with pytest.raises(Invalid) as refused:
        column.get_db_prep_save(amount, connection)
    assert refused.value.field == "paid"


@given(st.decimals(allow_nan=True, allow_infinity=True) | AMOUNTS)
def test_a_program_hands_over_whole_dong_or_is_refused(amount):
    if amount.is_finite() and amount == int(amount) and 0 <= amount < LIMIT:
        assert whole(amount, field="amount") == amount
        return
    with pytest.raises(Invalid) as refused:
        whole(amount, field="amount")
    assert refused.value.field == "amount"


@pytest.mark.usefixtures("in_english")
def test_the_refusal_names_the_field_and_the_value():
    with pytest.raises(Invalid) as refused:
        whole(Decimal("1234567.50"), field="price")
    assert [(p.field, str(p.message)) for p in refused.value.problems] == [
        ("price", "An amount has no fractions of a đồng: 1234567.50.")
    ]


def test_nothing_and_what_the_database_works_out_are_left_to_it():
    column = MoneyField(max_digits=18, decimal_places=0, null=True)
    column.set_attributes_from_name("paid")
    more = F("paid") + 1
    assert [column.get_db_prep_save(v, connection) for v in (None, more)] == [
        None,
        more,
    ]


def test_to_migrations_it_is_the_column_of_the_database():
    _name, path, _args, options = MoneyField(
        max_digits=18, decimal_places=0, null=True
    ).deconstruct()
    assert (path, options) == (
        "django.db.models.DecimalField",
        {"max_digits": 18, "decimal_places": 0, "null": True},
    )
