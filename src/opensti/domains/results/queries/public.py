"""What became of a contract's work as everybody may come to know of it.

That the work was recognised, with which grade, and its certificate stand in public acts.
What else is told the disclosure policy decides; these rows only bring it along.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.timezone import localdate

from opensti.domains.results.choices import AssetKind, UptakeState
from opensti.domains.results.models import Acceptance, Asset, Offer, UptakeYear
from opensti.domains.results.queries.acceptance import level_names
from opensti.domains.results.queries.offers import public_offers
from opensti.domains.tasks.queries import closed_tasks


def recognised_cases() -> Any:
    """Cases of acceptances whose recognition is public, as a subquery of ids."""
    rows = Acceptance.objects.filter(recognised_on__isnull=False).exclude(
        contract__task__in=closed_tasks().values("pk")
    )
    return rows.order_by().values("case_id")


def acceptance_of_contract(contract_id: int) -> Acceptance | None:
    """The acceptance of a contract with its case and certificate; 1 query."""
    return (
        Acceptance.objects.filter(contract_id=contract_id)
        .select_related("case__regime_version", "registration", "contract")
        .defer(
            "case__regime_version__content",
            "case__regime_version__answers",
            "draft",
            "completion_note",
        )
        .first()
    )


def grade_of(acceptance: Acceptance) -> str:
    """The grade in the reader's language; empty while there is none."""
    if not acceptance.rating:
        return ""
    return level_names(acceptance).get(acceptance.rating, acceptance.rating)


def assets_by_kind(contract_id: int) -> list[tuple[str, int]]:
    """How many assets of each kind a contract formed, no more; 1 query."""
    rows = (
        Asset.objects.filter(contract_id=contract_id)
        .order_by()
        .values_list("kind")
        .annotate(n=Count("pk"))
    )
    found = dict(rows)
    return [(kind, found[kind]) for kind in AssetKind.values if kind in found]


@dataclass(frozen=True, kw_only=True)
class Uptake:
    """Yearly questions on the use of the results: how many, how many were answered."""

    asked: int
    answered: int


def uptake_of(contract_id: int) -> Uptake:
    """Counts of the yearly questions of one contract; 1 query."""
    given = Q(state__in=(UptakeState.ANSWERED, UptakeState.CHECKED))
    row = UptakeYear.objects.filter(contract_id=contract_id).aggregate(
        asked=Count("pk"), answered=Count("pk", filter=given)
    )
    return Uptake(asked=row["asked"], answered=row["answered"])


def offers_of_contract(contract_id: int) -> list[Offer]:
    """Open offers of what a contract brought forth, latest first; 1 query."""
    of_it = (
        Q(contract_id=contract_id)
        | Q(result__contract_id=contract_id)
        | Q(right__contract_id=contract_id)
    )
    return list(public_offers(localdate()).filter(of_it))
