"""What a contract said on a day, and its budget lines, from what is kept for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.contracts import permissions as _permissions  # noqa: F401
from opensti.domains.contracts.models import BudgetItem
from opensti.domains.contracts.queries.contracts import terms_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opensti.domains.contracts.models import Contract, Terms
    from opensti.kernel.access import Actor


def all_terms(actor: Actor, contract: Contract) -> list[Terms]:
    """Everything the contract ever said, oldest first, with who wrote it down; 1 query."""
    return list(terms_of(actor, contract).select_related("made_by"))


def snapshots(contract: Contract, terms: Sequence[Terms]) -> dict[int, dict[str, Any]]:
    """Terms with the budget lines that counted under them, by their number; 1 query.

    The budget is found again by its digest, so that a line is what it was to the đồng.
    """
    digests = {t.content["budget"] for t in terms}
    rows = (
        BudgetItem.objects.filter(
            budget__dossier_id=contract.dossier_id, budget__sha256__in=digests
        )
        .select_related("budget")
        .order_by("budget__number", "position")
    )
    lines: dict[str, dict[int, list[dict[str, Any]]]] = {}
    for item in rows:
        same = lines.setdefault(item.budget.sha256, {})
        same.setdefault(item.budget_id, []).append(
            {
                "key": item.key,
                "category": item.category,
                "description": item.description,
                "year": item.year,
                "source": item.source,
                "amount": f"{item.amount:f}",
            }
        )
    # Versions with one digest say the same: any of them will do.
    return {
        t.number: {
            "terms": t.content,
            "lines": next(iter(lines.get(t.content["budget"], {}).values()), []),
        }
        for t in terms
    }
