"""Arithmetic of budgets: sums agree to the đồng, whatever the lines; norms are exact."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opensti.domains.calls.choices import BudgetCategory, BudgetSource
from opensti.domains.contracts.problem import Line, lines_digest, sums
from opensti.domains.contracts.problem.lump import lump_problems, marked
from opensti.domains.contracts.problem.norms import against_norms
from opensti.domains.contracts.problem.plan import (
    InstalmentPart,
    MilestonePart,
    Plan,
    evenly,
    money_problems,
    months_between,
    part_of,
    proposed_instalments,
)
from opensti.domains.contracts.problem.rows import as_typed, read_lines
from opensti.domains.contracts.problem.trail import (
    amount_of,
    compare,
    sums_beside,
    totals,
    unexplained,
)
from opensti.domains.procedures.queries import norms_on

calm = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
MONEY = st.integers(0, 10**12).map(Decimal)
LINES = st.lists(
    st.builds(
        Line,
        key=st.integers(1, 10**6).map(str),
        category=st.sampled_from(BudgetCategory.values),
        year=st.integers(2024, 2030),
        source=st.sampled_from(BudgetSource.values),
        amount=MONEY,
        description=st.sampled_from(["", "Công lao động", "Hội thảo; 12 buổi"]),
    ),
    max_size=12,
    unique_by=lambda line: line.key,
)


@calm
@given(LINES)
def test_sums_by_source_year_and_category_are_the_same_money(lines):
    found = totals(lines)
    state, other = sums(lines)
    assert (
        found.total
        == state + other
        == sum(found.by_year.values(), Decimal(0))
        == sum(found.by_category.values(), Decimal(0))
        == sum((line.amount for line in lines), Decimal(0))
    )
    assert found.state == state


@calm
@given(LINES, LINES)
def test_the_differences_of_the_lines_are_the_difference_of_the_sums(before, after):
    mixed = [*before[: len(before) // 2], *after]
    mixed = list({line.key: line for line in mixed}.values())
    changes = compare(before, mixed)
    whole = totals(mixed).total - totals(before).total
    assert sum((c.difference for c in changes), Decimal(0)) == whole
    for rows in sums_beside(before, mixed).values():
        assert sum((s.difference for s in rows), Decimal(0)) == whole
    assert {c.key for c in changes} == {line.key for line in [*before, *mixed]}


@calm
@given(LINES)
def test_a_version_that_changes_nothing_needs_no_reason(lines):
    assert unexplained(lines, lines) == []
    assert all(c.kind == "same" for c in compare(lines, lines))


@calm
@given(LINES)
def test_what_is_shown_is_read_again_as_it_was(lines):
    shown = [row | {"description": row["description"]} for row in as_typed(lines)]
    read, problems = read_lines(shown)
    assert (read, problems) == (lines, [])
    assert lines_digest(read) == lines_digest(lines)


@calm
@given(
    st.decimals(0, 10**10, places=3, allow_nan=False),
    st.integers(0, 10**12).map(Decimal),
)
def test_quantity_times_price_is_within_half_a_dong_of_the_exact_product(
    quantity, price
):
    amount = amount_of(quantity, price)
    exact = Fraction(quantity) * Fraction(price)
    assert amount == amount.to_integral_value()
    assert abs(Fraction(amount) - exact) <= Fraction(1, 2)


def test_halves_are_rounded_to_the_even_dong():
    assert amount_of(Decimal("0.5"), Decimal(5)) == 2
    assert amount_of(Decimal("0.5"), Decimal(7)) == 4


@calm
@given(MONEY, st.integers(1, 40))
def test_even_parts_are_whole_and_sum_to_the_amount(amount, parts):
    found = evenly(amount, parts)
    assert sum(found, Decimal(0)) == amount
    assert max(found) - min(found) <= 1


@calm
@given(
    MONEY,
    st.integers(0, 5),
    st.one_of(st.none(), st.fractions(0, 1, max_denominator=20)),
)
def test_proposed_instalments_sum_to_the_state_money_within_the_first_advance(
    money, milestones, share
):
    payment = SimpleNamespace(
        mode="advances",
        first_advance_max=share,
        next_needs_cleared=None,
        basis="TL27",
        settle="overall",
    )
    plan = Plan(
        starts_on=date(2026, 1, 1),
        ends_on=date(2028, 1, 1),
        state_money=money,
        milestones=[
            MilestonePart(name_vi=f"Mốc {n}", due_on=date(2027, 1, 1))
            for n in range(milestones)
        ],
        products=[],
        instalments=[],
    )
    found = proposed_instalments(plan, payment, [])
    assert sum((i.amount for i in found), Decimal(0)) == money
    assert all(i.amount > 0 for i in found)
    assert money_problems(replace(plan, instalments=found), payment) == []


@pytest.mark.parametrize(
    ("mode", "first", "cleared", "fields"),
    [
        ("advances", Fraction(1, 2), None, ["instalments.1.kind"]),
        ("advances", None, Fraction(1, 2), ["instalments.1.kind"]),
        ("advances", None, None, []),
        ("items", None, None, []),
    ],
)
def test_an_item_does_not_go_around_what_bounds_the_advances(
    mode, first, cleared, fields
):
    payment = SimpleNamespace(
        mode=mode, first_advance_max=first, next_needs_cleared=cleared, basis="TL27"
    )
    plan = Plan(
        starts_on=None,
        ends_on=None,
        state_money=Decimal(5),
        milestones=[],
        products=[],
        instalments=[InstalmentPart(kind="item", amount=Decimal(5))],
    )
    assert [p.field for p in money_problems(plan, payment)] == fields


@calm
@given(MONEY, st.fractions(0, 1, max_denominator=100))
def test_a_share_is_never_more_than_it_says(money, share):
    part = part_of(money, share)
    assert part <= Fraction(money) * share < part + 1


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2026, 9, 1), date(2028, 9, 1), 24),
        (date(2026, 9, 1), date(2028, 8, 31), 24),
        (date(2026, 9, 1), date(2028, 9, 2), 25),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
    ],
)
def test_a_part_of_a_month_counts_as_a_whole_one(first, last, months):
    assert months_between(first, last) == months


# Norms: the tables as they are shipped.


def tables():
    ids = (
        "remuneration_tt03",
        "experts_tt03",
        "seminar_tt03",
        "self_evaluation_tt03",
        "overhead_tt03",
    )
    return norms_on(ids, date(2024, 5, 1))


def line(norm, amount, *, quantity=None, **said):
    return Line(
        category="labour",
        year=2024,
        source="state",
        amount=Decimal(amount),
        quantity=None if quantity is None else Decimal(quantity),
        price=None if quantity is None else Decimal(amount) / Decimal(quantity),
        norm=norm,
        **said,
    )


def test_a_line_is_held_to_its_norm_for_its_quantity():
    pi = "remuneration_tt03/pi"
    within, above = (
        line(pi, 180_000_000, quantity="4.5"),
        line(pi, 180_000_001, quantity="4.5"),
    )
    checked = against_norms([within, above], tables())
    assert [checked_line.norm_max for checked_line in checked.lines] == [
        Decimal(180_000_000)
    ] * 2
    assert [p.field for p in checked.problems()] == ["lines.2.ground"]
    grounded = against_norms([replace(above, ground="Chuyên gia đầu ngành.")], tables())
    assert grounded.problems() == []
    assert [f.ground for f in grounded.findings] == ["Chuyên gia đầu ngành."]


@pytest.mark.parametrize(
    ("norm", "most"),
    [
        ("remuneration_tt03/main_member", 32_000_000),
        ("remuneration_tt03/member", 16_000_000),
        ("remuneration_tt03/secretary", 12_000_000),
        ("remuneration_tt03/technician", 8_000_000),
        ("seminar_tt03/chair", 2_000_000),
        ("seminar_tt03/participant", 300_000),
        ("self_evaluation_tt03/chair", 900_000),
        ("self_evaluation_tt03/review_reviewer", 500_000),
    ],
)
def test_each_norm_is_what_its_text_says_for_one_unit(norm, most):
    checked = against_norms([line(norm, most, quantity=1)], tables())
    assert (checked.lines[0].norm_max, checked.findings) == (Decimal(most), [])
    assert against_norms([line(norm, most + 1, quantity=1)], tables()).problems()


def test_overhead_is_five_percent_of_the_state_money_and_at_most_300_million():
    rest = line("", 3_800_000_000)
    at = replace(line("overhead_tt03/management", 200_000_000), category="overhead")
    assert against_norms([rest, at], tables()).problems() == []
    above = replace(at, amount=Decimal(200_000_001))
    assert against_norms([rest, above], tables()).problems() != []
    large = line("", 20_000_000_000)
    capped = replace(at, amount=Decimal(300_000_001))
    found = against_norms([large, capped], tables())
    assert found.lines[1].norm_max == Decimal(300_000_000)
    assert [p.field for p in found.problems()] == ["lines.2.ground"]


def test_experts_are_held_to_their_share_of_all_remuneration_together():
    paid = line("remuneration_tt03/pi", 400_000_000, quantity=10)
    experts = [
        line("experts_tt03/domestic", 60_000_000),
        line("experts_tt03/domestic", 60_000_001),
    ]
    found = against_norms([paid, *experts], tables())
    assert [p.field for p in found.problems()] == ["lines.3.ground"]
    assert against_norms([paid, *experts[:1]], tables()).problems() == []


def test_a_norm_for_one_unit_needs_a_quantity_and_an_unknown_norm_is_refused():
    found = against_norms(
        [line("seminar_tt03/chair", 5), line("seminar_tt03/nobody", 5)], tables()
    )
    assert [p.field for p in found.problems()] == ["lines.1.quantity", "lines.2.norm"]


def test_a_table_holds_from_its_first_day_and_no_longer_on_its_last():
    days = [
        date(2022, 12, 31),
        date(2023, 1, 1),
        date(2025, 11, 29),
        date(2025, 11, 30),
    ]
    assert [len(norms_on(["seminar_tt03"], d)) for d in days] == [0, 1, 1, 0]
    assert norms_on(["no_such_table"], days[1]) == []


# Lump sums.

FINAL = SimpleNamespace(
    categories=(),
    categories_with_norm=(),
    assets_share_max=Fraction(15, 100),
    assets_max=Decimal(1_000_000_000),
)
PARTIAL = SimpleNamespace(
    categories=("labour", "overhead"),
    categories_with_norm=("materials",),
    assets_share_max=None,
    assets_max=None,
)


def assets(amount, total, **said):
    return [
        Line(category="equipment", year=2024, source="state", amount=Decimal(amount)),
        Line(
            category="labour",
            year=2024,
            source="state",
            amount=Decimal(total - amount),
            **said,
        ),
        # another source's assets are not limited
        Line(category="equipment", year=2024, source="host", amount=Decimal(10**12)),
    ]


@pytest.mark.parametrize(
    ("amount", "total", "refused"),
    [
        (150, 1000, 0),
        (151, 1000, 1),
        (1_000_000_000, 10_000_000_000, 0),
        (1_000_000_001, 10_000_000_000, 1),
        (2_000_000_000, 10_000_000_000, 2),
    ],
)
def test_assets_are_held_to_their_share_and_to_their_most_both(amount, total, refused):
    assert len(lump_problems(assets(amount, total), FINAL)) == refused


def test_a_delegation_abroad_counts_with_the_assets():
    lines = assets(100, 1000)
    lines[1] = replace(lines[1], amount=Decimal(100), abroad=True)
    assert len(lump_problems(lines, FINAL)) == 1


@calm
@given(LINES)
def test_marking_changes_no_money(lines):
    for rule in (None, FINAL, PARTIAL):
        found = marked(lines, rule)
        assert totals(found) == totals(lines)
        assert all(not m.lump for m in found) if rule is None else True
    assert all(m.lump for m in marked(lines, FINAL))


def test_materials_are_part_of_the_lump_only_with_a_norm():
    materials = Line(category="materials", year=2024, source="state", amount=Decimal(1))
    with_norm = replace(materials, norm="x/y")
    abroad = replace(materials, category="labour", abroad=True)
    found = marked([materials, with_norm, abroad], PARTIAL)
    assert [m.lump for m in found] == [False, True, False]
