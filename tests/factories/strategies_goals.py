"""Plans with goals, cards and budget lines for tests of what serves them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import factory

from opensti.domains.strategies.models import (
    BudgetLine,
    Goal,
    Indicator,
    Plan,
    PlanAction,
)

AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)


class Plans(factory.django.DjangoModelFactory[Plan]):
    class Meta:
        model = Plan

    code = factory.Sequence(lambda n: f"{n + 100}/QĐ-BCT")
    kind = "strategy"
    title_vi = "Chiến lược khoa học và công nghệ"
    title_en = "Strategy for science and technology"
    act_number = factory.LazyAttribute(lambda o: o.code)
    issued_on = date(2025, 12, 1)
    starts_on = date(2026, 1, 1)
    ends_on = date(2035, 12, 31)
    state = "in_force"
    created_by = None
    created_at = AT


class Goals(factory.django.DjangoModelFactory[Goal]):
    class Meta:
        model = Goal

    plan = factory.SubFactory(Plans)
    code = factory.Sequence(lambda n: f"MT-{n}")
    kind = "goal"
    position = factory.Sequence(lambda n: n)
    text_vi = "Nâng năng suất lao động ngành công nghiệp"
    text_en = "Raise the labour productivity of industry"


class Indicators(factory.django.DjangoModelFactory[Indicator]):
    class Meta:
        model = Indicator

    code = factory.Sequence(lambda n: f"CT-{n}")
    name_vi = "Năng suất lao động"
    name_en = "Labour productivity"
    definition_vi = "Giá trị tăng thêm trên một lao động."
    unit_vi = "triệu đồng"
    level = "outcome"
    direction = "up"
    kind = "ratio"
    scope = "industry_be"
    aggregation = "ratio"
    created_by = None
    created_at = AT


class Actions(factory.django.DjangoModelFactory[PlanAction]):
    class Meta:
        model = PlanAction

    plan = factory.LazyAttribute(lambda o: o.goal.plan)
    goal = factory.SubFactory(Goals)
    code = factory.Sequence(lambda n: f"NV-{n}")
    kind = "programme"
    text_vi = "Chương trình đổi mới công nghệ"
    text_en = "Programme for new technology"


def planned(goal: Goal, year: int, amount: int, **more: Any) -> BudgetLine:
    return BudgetLine.objects.create(
        action=Actions.create(goal=goal),
        year=year,
        source=more.pop("source", "state"),
        planned=Decimal(amount),
        **more,
    )
