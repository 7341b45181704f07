"""Cards, observations and campaigns for tests of counting, written straight to the tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

from opensti.domains.strategies.models import (
    Campaign,
    CampaignItem,
    Indicator,
    Observation,
    Plan,
)
from opensti.kernel.access import Role
from tests.factories.registry import Organisations, Users
from tests.factories.tasks import person

if TYPE_CHECKING:
    from opensti.domains.accounts.models import User
    from opensti.domains.registry.models import Organisation
    from opensti.kernel.access import Actor

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
_numbers = count(1)


def card(**changed: Any) -> Indicator:
    """A count of enterprises of the ministry, summed, unless told otherwise."""
    number = next(_numbers)
    return Indicator.objects.create(
        **{
            "code": f"IND-{number}",
            "name_vi": f"Số doanh nghiệp đổi mới {number}",
            "name_en": f"Innovating enterprises {number}",
            "definition_vi": "Số doanh nghiệp có đổi mới trong năm.",
            "definition_en": "Enterprises that innovated in the year.",
            "unit_vi": "doanh nghiệp",
            "unit_en": "enterprises",
            "level": "outcome",
            "direction": "up",
            "kind": "count",
            "scope": "ministry",
            "aggregation": "sum",
            "decimals": 0,
            "created_at": AT,
            "search_text": f"ind-{number} so doanh nghiep doi moi {number}",
        }
        | changed
    )


def percent(**changed: Any) -> Indicator:
    return card(
        **{
            "kind": "ratio",
            "aggregation": "ratio",
            "unit_vi": "%",
            "unit_en": "%",
            "decimals": 1,
        }
        | changed
    )


def agency(**changed: Any) -> Organisation:
    return Organisations.create(**{"kind": "ministry"} | changed)


def officer() -> Actor:
    return person(Role.OFFICER)


def leader() -> Actor:
    return person(Role.LEADER)


def manager(*agencies: Organisation) -> Actor:
    return person(Role.MANAGER, manages=frozenset(a.pk for a in agencies))


def account() -> User:
    return Users.create()


def approved(
    indicator: Indicator, period: str, value: Any = None, **changed: Any
) -> Observation:
    """A row that counts: entered by one account, approved by another."""
    row = {
        "indicator": indicator,
        "period": period,
        "value": None if value is None else Decimal(str(value)),
        "state": "approved",
        "entered_by": account(),
        "entered_at": AT,
        "decided_by": account(),
        "decided_at": AT,
    } | changed
    for name in ("numerator", "denominator"):
        if row.get(name) is not None:
            row[name] = Decimal(str(row[name]))
    return Observation.objects.create(**row)


def published(
    indicator: Indicator, period: str, value: Any = None, **changed: Any
) -> Observation:
    return approved(
        indicator,
        period,
        value,
        **{"state": "published", "published_at": AT} | changed,
    )


def campaign(
    *asked: tuple[Organisation, Indicator], period: str = "2025", **changed: Any
) -> Campaign:
    """An open campaign that asks agencies for cards; due in ten days."""
    made = Campaign.objects.create(
        **{
            "title_vi": f"Báo cáo năm {period}",
            "title_en": f"Report of {period}",
            "period": period,
            "opens_on": TODAY - timedelta(days=20),
            "due_on": TODAY + timedelta(days=10),
            "state": "open",
            "created_by": account(),
            "created_at": AT,
        }
        | changed
    )
    for organisation, indicator in asked:
        CampaignItem.objects.create(
            campaign=made, agency=organisation, indicator=indicator
        )
    return made


def plan(**changed: Any) -> Plan:
    number = next(_numbers)
    return Plan.objects.create(
        **{
            "code": f"PLAN-{number}",
            "kind": "strategy",
            "title_vi": f"Chiến lược số {number}",
            "title_en": f"Strategy {number}",
            "state": "in_force",
            "act_number": f"{number}/QĐ-TTg",
            "issued_on": date(2021, 1, 4),
            "starts_on": date(2021, 1, 1),
            "ends_on": date(2030, 12, 31),
            "created_at": AT,
        }
        | changed
    )
