"""Contracts and budgets as plain values: snapshots with their digests, lines that add up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from opensti.domains.calls.choices import BudgetSource
from opensti.domains.contracts.queries.contracts import budget_now
from opensti.kernel.identifiers import new_public_id
from opensti.kernel.record.leaves import canonical
from opensti.kernel.searchtext import search_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from opensti.domains.contracts.models import (
        BudgetItem,
        Contract,
        Instalment,
        Milestone,
        Product,
    )


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a budget as plain values; ``key`` is empty for a new line.

    ``reason`` says why the line differs from the version before; ``abroad`` marks a
    delegation abroad, which lump-sum rules limit.
    """

    category: str
    year: int
    source: str
    amount: Decimal
    description: str = ""
    key: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    price: Decimal | None = None
    lump: bool = False
    norm: str = ""
    norm_max: Decimal | None = None
    ground: str = ""
    abroad: bool = False
    reason: str = ""

    def keyed(self) -> Line:
        return self if self.key else Line(**{**self.__dict__, "key": new_public_id()})

    def as_json(self) -> dict[str, Any]:
        """Plain values, the same however a figure was written: 24 and 24.000 are one."""
        said = dict(self.__dict__)
        if self.quantity is not None:
            said["quantity"] = self.quantity.quantize(Decimal("0.001"))
        return {
            name: f"{value:f}" if isinstance(value, Decimal) else value
            for name, value in said.items()
        }


def line_of(item: BudgetItem) -> Line:
    return Line(**{name: getattr(item, name) for name in Line.__dataclass_fields__})


def sums(lines: Iterable[Line]) -> tuple[Decimal, Decimal]:
    """State money and all other money of lines, in whole đồng."""
    state = other = Decimal(0)
    for line in lines:
        if line.source == BudgetSource.STATE:
            state += line.amount
        else:
            other += line.amount
    return state, other


def lines_digest(lines: Sequence[Line]) -> str:
    return digest([line.as_json() for line in lines])


def digest(value: Any) -> str:
    """Hex SHA-256 of the canonical JSON (RFC 8785) of plain values."""
    return sha256(canonical(value).encode()).hexdigest()


def contract_text(contract: Contract, dossier_code: str) -> str:
    """What a contract is found by: number, dossier, titles, host and leader."""
    return search_text(
        contract.number,
        dossier_code,
        contract.title_vi,
        contract.title_en,
        contract.host.name_vi,
        contract.leader.full_name if contract.leader else "",
    )


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


def terms_content(
    contract: Contract,
    *,
    products: Iterable[Product],
    milestones: Iterable[Milestone],
    instalments: Iterable[Instalment],
    budget_sha256: str,
) -> dict[str, Any]:
    """All that a contract says, as one plain value: what ``Terms`` keep."""
    plan = list(milestones)
    numbers: dict[int | None, int] = {m.pk: m.position for m in plan}
    return {
        "number": contract.number,
        "title_vi": contract.title_vi,
        "title_en": contract.title_en,
        "objectives": contract.objectives,
        "obligations": contract.obligations,
        "host": {"id": contract.host_id, "name": contract.host.name_vi},
        "leader": {
            "id": contract.leader_id,
            "name": contract.leader.full_name if contract.leader else "",
        },
        "lump_sum": contract.lump_sum,
        "starts_on": _day(contract.starts_on),
        "ends_on": _day(contract.ends_on),
        "state_money": f"{contract.state_money:f}",
        "other_money": f"{contract.other_money:f}",
        "budget": budget_sha256,
        "products": [
            {
                "key": p.key,
                "kind": p.kind,
                "name_vi": p.name_vi,
                "name_en": p.name_en,
                "quantity": None if p.quantity is None else f"{p.quantity:f}",
                "unit": p.unit,
                "quality": p.quality,
                "due_on": _day(p.due_on),
                "milestone": numbers.get(p.milestone_id),
            }
            for p in products
        ],
        "milestones": [
            {
                "position": m.position,
                "name_vi": m.name_vi,
                "name_en": m.name_en,
                "evidence": m.evidence,
                "due_on": _day(m.due_on),
            }
            for m in plan
        ],
        "instalments": [
            {
                "key": i.key,
                "kind": i.kind,
                "label": i.label,
                "amount": f"{i.amount:f}",
                "due_on": _day(i.due_on),
                "milestone": numbers.get(i.milestone_id),
                "evidence": i.evidence,
            }
            for i in instalments
        ],
    }


def text_now(contract: Contract) -> dict[str, Any]:
    """What the contract says now, whole, as ``Terms`` would keep it; 5 queries.

    The caller has decided who may know. ``digest`` of it says whether two texts are one.
    """
    budget = budget_now(contract.dossier_id)
    return terms_content(
        contract,
        products=contract.products.order_by("position"),
        milestones=contract.milestones.order_by("position"),
        instalments=contract.instalments.order_by("position"),
        budget_sha256=budget.sha256 if budget else "",
    )
