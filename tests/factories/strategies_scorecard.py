"""Targets, stocktakes and decisions for tests of scorecards, brought about by the actions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opensti.domains.strategies import actions
from opensti.domains.strategies.models import Indicator, Plan, Stocktake, Target
from tests.factories.strategies_indicators import (
    AT,
    TODAY,
    approved,
    card,
    leader,
    officer,
    plan,
    published,
)

if TYPE_CHECKING:
    from opensti.domains.strategies.models import StocktakeDecision

__all__ = ["AT", "TODAY", "approved", "card", "leader", "officer", "plan", "published"]
LATER = AT + timedelta(days=90)


def target(of: Plan, indicator: Indicator, value: Any, **changed: Any) -> Target:
    """At least this level by 2030, from 10 in 2020, unless told otherwise."""
    row = {
        "comparator": "at_least",
        "to_year": 2030,
        "base_year": 2020,
        "base_value": Decimal(10),
        "text_vi": "Mục tiêu đến năm 2030.",
        "text_en": "The target to 2030.",
        "created_at": AT,
    } | changed
    return Target.objects.create(
        plan=of, indicator=indicator, value=Decimal(str(value)), **row
    )


def rates(code: str, part: str, **changed: Any) -> Indicator:
    """A card that observes a rate of growth in % a year."""
    return card(
        **{
            "code": code,
            "name_vi": f"Tốc độ tăng {code}",
            "name_en": f"Growth {code}",
            "unit_vi": "%",
            "unit_en": "%",
            "kind": "growth",
            "scope": "industry_bf",
            "aggregation": "none",
            "decimals": 2,
            "account_part": part,
        }
        | changed
    )


def stocktake(of: Plan, **changed: Any) -> Stocktake:
    given = {
        "title_vi": "Kiểm điểm năm 2025",
        "title_en": "Stocktake of 2025",
        "held_on": date(2026, 3, 1),
        "at": AT,
    } | changed
    return actions.draft_stocktake(actor=officer(), plan_id=of.pk, **given)


def held(of: Plan, **changed: Any) -> Stocktake:
    drafted = stocktake(of)
    return actions.hold_stocktake(
        actor=leader(),
        stocktake_id=drafted.pk,
        **{"minutes": "Đã xem bảng điểm.", "at": AT} | changed,
    )


def decision(of: Stocktake, **changed: Any) -> StocktakeDecision:
    given = {
        "text": "Rà soát nguồn lực.",
        "owner_name": "Vụ Khoa học và Công nghệ",
        "due_on": date(2026, 3, 20),
        "at": AT,
    } | changed
    return actions.decide_at_stocktake(actor=officer(), stocktake_id=of.pk, **given)
