"""Contracts as a program reads them by key: what its owner may know, and no more."""

from __future__ import annotations

from datetime import date  # noqa: TC003 -- read by the schemas at run time
from decimal import Decimal  # noqa: TC003
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest  # noqa: TC002
from ninja import Field, Query, Router, Schema

from opensti.api.acts import Bearer
from opensti.domains.contracts import queries

if TYPE_CHECKING:
    from opensti.domains.contracts.models import Contract

router = Router(auth=Bearer(), tags=["contracts"])


class Page(Schema):
    """Which part of the list: at most 500 from an offset, narrowed by a search text."""

    limit: int = Field(100, ge=1, le=500)
    offset: int = Field(0, ge=0, le=10_000_000)
    q: str = Field("", max_length=200)


class ContractOut(Schema):
    """One contract; ``version`` is what an act expects, ``state`` that of its case."""

    id: int
    public_id: str
    number: str
    title_vi: str
    title_en: str
    state: str = Field(alias="case.state")
    stage: str = Field(alias="case.stage")
    regime: str = Field(alias="case.regime_code")
    host: str = Field(alias="host.name_vi")
    starts_on: date | None
    ends_on: date | None
    signed_on: date | None
    state_money: Decimal
    other_money: Decimal
    version: int


class ProductOut(Schema):
    id: int
    key: str
    kind: str
    name_vi: str
    name_en: str
    quantity: Decimal | None
    unit: str
    quality: str
    due_on: date | None


class MilestoneOut(Schema):
    id: int
    position: int
    name_vi: str
    due_on: date
    reached_on: date | None


class InstalmentOut(Schema):
    id: int
    key: str
    position: int
    kind: str
    label: str
    amount: Decimal
    due_on: date | None
    milestone_id: int | None


class LineOut(Schema):
    key: str
    category: str
    description: str
    year: int
    source: str
    amount: Decimal


class BudgetOut(Schema):
    number: int
    stage: str
    state_money: Decimal
    other_money: Decimal
    sha256: str
    items: list[LineOut]


class WholeContract(ContractOut):
    """What a contract says now, with each version of its budget."""

    products: list[ProductOut]
    milestones: list[MilestoneOut]
    instalments: list[InstalmentOut]
    budgets: list[BudgetOut]


class Contracts(Schema):
    count: int
    items: list[ContractOut]


@router.get("/contracts", response=Contracts)
def contracts(request: HttpRequest, page: Query[Page]) -> dict[str, Any]:
    """Contracts that the owner of the key may know of, newest first."""
    rows = queries.contracts(request.auth, q=page.q)  # type: ignore[attr-defined]
    return {
        "count": rows.count(),
        "items": list(rows[page.offset : page.offset + page.limit]),
    }


@router.get("/contracts/{public_id}", response=WholeContract)
def contract(request: HttpRequest, public_id: str) -> Contract:
    """One contract whole; not found where the owner of the key may not know of it."""
    actor = request.auth  # type: ignore[attr-defined]
    found = queries.contract(actor, public_id)
    found.budgets = [  # type: ignore[attr-defined]
        _budget(b) for b in queries.budgets_of(actor, found.dossier_id)
    ]
    return found


def _budget(budget: Any) -> dict[str, Any]:
    names = ("number", "stage", "state_money", "other_money", "sha256")
    return {name: getattr(budget, name) for name in names} | {
        "items": list(budget.items.all())
    }
