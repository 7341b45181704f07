"""What dossiers ask for, by source and year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Sum

from opensti.domains.calls.models import BudgetLine

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal


def budgets_of(ids: Iterable[int]) -> dict[int, dict[tuple[str, int], Decimal]]:
    """Whole đồng by (source, year) of each dossier that has a budget; 1 query.

    The caller has decided who may know.
    """
    found: dict[int, dict[tuple[str, int], Decimal]] = {}
    rows = (
        BudgetLine.objects.filter(dossier_id__in=list(ids))
        .order_by("dossier_id", "source", "year")
        .values_list("dossier_id", "source", "year")
        .annotate(Sum("amount"))
    )
    for dossier_id, source, year, amount in rows:
        found.setdefault(dossier_id, {})[source, year] = amount
    return found
