"""What serves a goal, as a program reads it: stages with their keys, and the money.

Narrowed stage by stage to what the owner of the key may know; whoever reads no plans of the
house reads by the disclosure policy. Money is whole đồng; nothing stands for what nobody
answered, or for what is withheld.
"""

from __future__ import annotations

from decimal import Decimal  # noqa: TC003 -- read by the schemas at run time
from functools import partial
from typing import Any

from django.http import HttpRequest  # noqa: TC002
from ninja import Field, Router, Schema

from opensti.api.acts import Bearer
from opensti.api.audience import seen_by
from opensti.domains.publications import queries

MOST = 1000
router = Router(auth=Bearer(), tags=["strategies"])


class GoalOut(Schema):
    public_id: str
    plan: str = Field(alias="plan.code")
    code: str
    text_vi: str
    text_en: str


class Row(Schema):
    id: int
    public_id: str


class StageOut(Schema):
    key: str
    count: int
    rows: list[Row]


class YearOut(Schema):
    year: int
    planned: Decimal
    approved: Decimal
    paid: Decimal
    settled: Decimal


class MoneyOut(Schema):
    planned: Decimal | None
    approved: Decimal | None
    other_currency: int
    contracted: Decimal
    of_state: Decimal
    paid: Decimal
    settled: Decimal
    revenue: Decimal | None
    saving: Decimal | None
    exports: Decimal | None
    jobs: int | None
    users: list[str]
    years: list[YearOut]


class ChainOut(Schema):
    goal: GoalOut
    below: list[GoalOut]
    stages: list[StageOut]
    money: MoneyOut


@router.get("/{public_id}/chain", response=ChainOut)
def chain(request: HttpRequest, public_id: str) -> Any:
    """Needs, orders, proposals, tasks, contracts, results and uptake of a goal.

    Goals below it are counted with it; at most 1,000 rows of a stage, the count of all.
    """
    actor = request.auth  # type: ignore[attr-defined]
    by = partial(seen_by, request)
    return queries.goal_chain_known(actor, by, public_id, most=MOST)
