"""What councils concluded on a call, for those who lay it before the leader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opensti.domains.panels.choices import CouncilKind, CouncilState, Outcome
from opensti.domains.panels.models import CouncilItem

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class CallResult:
    """One dossier as its selection council left it; money in whole đồng."""

    dossier_id: int
    code: str
    passed: bool
    mean: Decimal | None
    rank: int | None
    asked: Decimal
    proposed_amount: Decimal | None
    months: int | None


def results_of_call(call_id: int) -> list[CallResult]:
    """Return the concluded dossiers of a call, best first; the caller asks who may know.

    The amount of a concluded cost appraisal goes before the council's own. 2 queries.
    """
    items = list(
        CouncilItem.objects.filter(
            council__call_id=call_id,
            council__state=CouncilState.CONCLUDED,
            dossier__isnull=False,
        )
        .exclude(outcome="")
        .select_related("dossier", "council")
        .order_by("rank", "pk")
    )
    appraised = {
        item.dossier_id: item.proposed_amount
        for item in items
        if item.council.kind == CouncilKind.COST
    }
    return [
        CallResult(
            dossier_id=item.dossier.pk,
            code=item.dossier.code,
            passed=item.outcome == Outcome.PROPOSED,
            mean=item.mean,
            rank=item.rank,
            asked=item.dossier.asked_state,
            proposed_amount=appraised.get(item.dossier_id) or item.proposed_amount,
            months=item.dossier.months,
        )
        for item in items
        if item.council.kind == CouncilKind.SELECTION and item.dossier is not None
    ]
