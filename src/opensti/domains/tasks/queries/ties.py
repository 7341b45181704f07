"""Who stands behind orders: for finding who may not judge them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opensti.domains.procedures.queries import CASE_REGIME, regime_of
from opensti.domains.tasks.models import Order

if TYPE_CHECKING:
    from collections.abc import Collection

    from opensti.domains.procedures.regimes.format import ConflictRule


@dataclass(frozen=True, kw_only=True)
class OrderTies:
    """An order, the organisation it is meant for, and who may not judge by its regime."""

    order_id: int
    public_id: str
    code: str
    title_vi: str
    title_en: str
    host_id: int | None
    rules: tuple[ConflictRule, ...]


def order_ties(ids: Collection[int]) -> list[OrderTies]:
    """The organisations behind orders, whoever asks; 1 query."""
    rows = (
        Order.objects.filter(pk__in=list(ids))
        .select_related("case__regime_version")
        .defer(*CASE_REGIME)
        .order_by("pk")
    )
    return [
        OrderTies(
            order_id=row.pk,
            public_id=row.public_id,
            code=row.code,
            title_vi=row.title_vi,
            title_en=row.title_en,
            host_id=row.assigned_host_id,
            rules=regime_of(row.case).conflict_rules,
        )
        for row in rows
    ]
