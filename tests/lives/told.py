"""What is left of a life: its steps, its books, its money, its ratings, its uptake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.contracts.models import Payment
from opensti.domains.contracts.queries import balances_of
from opensti.domains.procedures.choices import Act
from opensti.domains.results.models import Asset, Payout, ProductVerdict, UptakeYear
from opensti.kernel.record.models import Entry

if TYPE_CHECKING:
    from opensti.domains.contracts.models import Contract

STEPS = {act.value for act in Act}


def whole(contract: Contract) -> dict[str, Any]:
    """Everything as plain values; amounts in whole đồng."""
    subjects = (
        f"contracts.contract:{contract.public_id}",
        f"results.acceptance:{contract.acceptance.public_id}",
    )
    acts = Entry.objects.filter(subject__in=subjects).order_by("position")
    held = balances_of([contract.pk])[contract.pk]
    verdicts = ProductVerdict.objects.filter(acceptance=contract.acceptance)
    return {
        "steps": [a for a in acts.values_list("act", flat=True) if a in STEPS],
        "books": {str(k): int(v) for k, v in sorted(held.items()) if v},
        "payments": [
            (p.instalment.label, int(p.amount))
            for p in Payment.objects.filter(contract=contract).order_by("pk")
        ],
        "claims": [
            (int(claim.amount), [int(r.amount) for r in claim.receipts.order_by("pk")])
            for claim in contract.claims.order_by("pk")
        ],
        "ratings": [
            (v.round, v.judge, v.level) for v in verdicts.order_by("round", "pk")
        ],
        "rated": contract.acceptance.rating,
        "amendments": [a.kinds for a in contract.amendments.order_by("number")],
        "assets": [(a.state, a.form) for a in Asset.objects.filter(contract=contract)],
        "shared": [(p.who, int(p.amount)) for p in Payout.objects.order_by("pk")],
        "uptake": [
            (
                y.due_on.isoformat(),
                y.state,
                [int(a.revenue or 0) for a in y.answers.order_by("number")],
            )
            for y in UptakeYear.objects.filter(contract=contract).order_by("number")
        ],
    }
