"""Lines as an amendment would have them: sound, within their norm, inside their lump sum."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from opensti.domains.contracts.problem import Line
from opensti.domains.contracts.problem.changed_lines import (
    least_authority,
    lump_limits,
    sound,
)
from opensti.domains.procedures.queries import norms_on
from opensti.domains.procedures.regimes.loading import (
    load_file,
    regime_files,
    with_answers,
)
from opensti.domains.procedures.regimes.reading import read_regime
from opensti.kernel.access import Role

FILE = next(p for p in regime_files() if p.stem == "moit_2014")
RULES = read_regime(with_answers(load_file(FILE), {}), file="x.yaml").execution
TABLES = norms_on(RULES.norms, date(2024, 3, 1))
LABOUR = Line(
    key="a", category="labour", year=2026, source="state", amount=Decimal(900)
)
TOOLS = Line(
    key="b", category="equipment", year=2026, source="state", amount=Decimal(100)
)
MORE_TOOLS = replace(TOOLS, key="c", amount=Decimal(0))
TRAVEL = Line(key="d", category="travel", year=2026, source="state", amount=Decimal(0))
BEFORE = [LABOUR, TOOLS, MORE_TOOLS, TRAVEL]


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def said(after, *, before=None, mode="none"):
    found = sound(before or BEFORE, after, rule=RULES.lump_sum(mode), tables=TABLES)
    return [str(p.message) for p in found.problems]


def with_one(line):
    return [*BEFORE, line]


NEW = Line(category="travel", year=2026, source="state", amount=Decimal(5))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (replace(NEW, category="gifts"), "Row 5: the kind of cost is unknown."),
        (replace(NEW, source="nobody"), "Row 5: whose money it is, is unknown."),
        (replace(NEW, year=1700), "Row 5: the year is no budget year."),
        (
            replace(NEW, amount=Decimal(-5)),
            "Row 5: the amount is no whole đồng, or less than nothing.",
        ),
        (
            replace(NEW, amount=Decimal("0.5")),
            "Row 5: the amount is no whole đồng, or less than nothing.",
        ),
        (
            replace(NEW, quantity=Decimal(1), price=Decimal(3)),
            "Row 5: quantity and unit price make 3\u00a0VND, not 5\u00a0VND.",
        ),
        (
            replace(NEW, quantity=Decimal(-1), price=Decimal(-5)),
            "Row 5: quantity or unit price is less than nothing.",
        ),
        (
            replace(NEW, key="a"),
            "A line is named twice, or is none of the budget's.",
        ),
        (
            replace(NEW, key="z"),
            "A line is named twice, or is none of the budget's.",
        ),
    ],
)
def test_what_no_budget_may_hold_is_refused_by_its_row(line, message):
    assert said(with_one(line)) == [message]
    assert said(with_one(NEW)) == []


def test_a_line_is_held_to_its_norm_whatever_the_asker_says_of_it():
    paid = replace(
        NEW,
        category="labour",
        amount=Decimal(50_000_000),
        quantity=Decimal(1),
        price=Decimal(50_000_000),
        norm="remuneration_tt03/pi",
        norm_max=Decimal(90_000_000),
    )
    assert said(with_one(paid)) == [
        (
            "Row 5: 50,000,000\u00a0VND is 10,000,000\u00a0VND above the norm “Principal "
            "investigator” (40,000,000\u00a0VND)."
        )
    ]
    assert said(with_one(replace(paid, ground="QĐ 12/QĐ-BCT."))) == []


def test_a_norm_is_not_shaken_off_by_leaving_it_out():
    bound = replace(LABOUR, norm="remuneration_tt03/pi", ground="QĐ 12/QĐ-BCT.")
    free = replace(LABOUR, norm="")
    assert said([free, *BEFORE[1:]], before=[bound, *BEFORE[1:]]) == [
        "Row 1: the norm it was agreed under is left out."
    ]


def test_fixed_assets_stay_below_the_ceiling_of_the_lump_sum():
    rich = [replace(LABOUR, amount=Decimal(800)), replace(TOOLS, amount=Decimal(200))]
    after = [*rich, MORE_TOOLS, TRAVEL]
    assert said(after, mode="final_product") == [
        (
            "Fixed assets and delegations abroad are 200\u00a0VND of 1,000\u00a0VND State "
            "money: this mode allows at most 15 % of it."
        )
    ]
    assert said(after) == []


def moved(amount, *, to):
    """So much taken from labour and given to another line."""
    return [
        replace(LABOUR, amount=LABOUR.amount - amount),
        *(
            replace(line, amount=line.amount + amount) if line.key == to else line
            for line in BEFORE[1:]
        ),
    ]


def test_lines_are_marked_as_part_of_the_lump_anew():
    rule = RULES.lump_sum("partial")
    found = sound(BEFORE, moved(10, to="d"), rule=rule, tables=TABLES)
    assert [line.lump for line in found.lines] == [True, False, False, True]


@pytest.mark.parametrize(
    ("mode", "to", "verdicts", "least"),
    [
        (
            "partial",
            "d",
            {"keeps_overhead": "ok", "keeps_lump_total": "ok"},
            None,
        ),
        (
            "partial",
            "b",
            {"keeps_overhead": "ok", "keeps_lump_total": "over"},
            Role.LEADER,
        ),
        ("final_product", "b", {}, None),
        ("none", "b", {}, None),
    ],
)
def test_money_never_leaves_the_lump_and_what_is_outside_is_the_leaders(
    mode, to, verdicts, least
):
    rule, after = RULES.lump_sum(mode), moved(10, to=to)
    assert {n.code: n.verdict for n in lump_limits(rule, BEFORE, after)} == verdicts
    assert least_authority(rule, BEFORE, after) == least


def test_money_between_lines_outside_the_lump_is_decided_by_the_leader():
    rule = RULES.lump_sum("partial")
    after = [
        LABOUR,
        replace(TOOLS, amount=Decimal(40)),
        replace(MORE_TOOLS, amount=Decimal(60)),
        TRAVEL,
    ]
    assert {n.verdict for n in lump_limits(rule, BEFORE, after)} == {"ok"}
    assert least_authority(rule, BEFORE, after) == Role.LEADER
