"""Funded tasks as plain rows, for what is worked out of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from opensti.domains.publications.queries.funded_rows import Funded, Named
from opensti.domains.results.queries import Standing
from opensti.kernel.bilingual import Words

TODAY = date(2026, 6, 1)
MECHANICS = Named(key="mechanics", name=Words("Cơ khí", "Mechanics"))
HANOI = Named(key="01", name=Words("Hà Nội", "Hanoi"))
GOAL = Named(key="goal1", name=Words("Mục tiêu", "Goal"))
ROW = Funded(
    task="t",
    year=2024,
    amount=Decimal(1_000_000_000),
    goal=GOAL,
    call=Named(key="BCT-1"),
    field=MECHANICS,
    host=Named(key="h1"),
    host_kind="institute",
    province=HANOI,
    state="running",
    signed_on=date(2024, 2, 1),
    paid=Decimal(400_000_000),
    standing=Standing(),
)
USED = Standing(
    accepted_on=date(2025, 6, 1),
    results=1,
    registered=1,
    asked=1,
    answered=1,
    used=True,
    value=Decimal(5_000_000),
)
UNUSED = replace(USED, used=False, value=None)


def rows(count: int, **changed: Any) -> list[Funded]:
    return [replace(ROW, task=f"t{n}", **changed) for n in range(count)]
