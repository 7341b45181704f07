"""Assets and the book of each, as far as a person knows their contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.timezone import localdate

from opensti.domains.contracts.queries import early_end
from opensti.domains.results import permissions as _permissions  # noqa: F401
from opensti.domains.results.models import (
    Asset,
    AssetEvent,
    OwnershipChoice,
    Stocktake,
)
from opensti.domains.results.queries.ownership import ownership, ownership_rules
from opensti.kernel.access import get_visible, visible

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from opensti.domains.contracts.models import Contract
    from opensti.domains.results.queries.ownership import Ownership
    from opensti.kernel.access import Actor


def asset_subject(public_id: str) -> str:
    return f"results.asset:{public_id}"


def _rows() -> QuerySet[Asset]:
    return (
        Asset.objects.select_related(
            "contract__case__regime_version",
            "contract__host",
            "custodian_organisation",
            "result",
        )
        .defer("contract__case__regime_version__content")
        .annotate(
            stopped_at=Subquery(
                early_end(OuterRef("contract_id")).values("decided_at")[:1]
            )
        )
    )


def assets(actor: Actor) -> QuerySet[Asset]:
    """Assets of the contracts that the person may know of, newest first."""
    return visible(actor, _rows()).order_by("-created_at", "-id")


def assets_of(actor: Actor, contract: Contract) -> QuerySet[Asset]:
    """The inventory of one contract, by code."""
    return visible(actor, _rows()).filter(contract=contract).order_by("code")


def with_book(rows: QuerySet[Asset]) -> QuerySet[Asset]:
    """The same assets with their events and choices at hand; 3 more queries."""
    return rows.prefetch_related(
        Prefetch("events", AssetEvent.objects.order_by("id")),
        Prefetch("choices_made", OwnershipChoice.objects.order_by("id")),
        Prefetch("result__choices_made", OwnershipChoice.objects.order_by("id")),
    )


def asset(actor: Actor, public_id: str) -> Asset:
    """One asset with its contract, book and choices; ``NotFound`` if hidden."""
    return get_visible(actor, with_book(_rows()), public_id=public_id)


def events_of(actor: Actor, found: Asset) -> QuerySet[AssetEvent]:
    """The book of an asset, oldest first, with who wrote each line."""
    rows = AssetEvent.objects.filter(asset=found).select_related("made_by")
    return visible(actor, rows).order_by("id")


def stocktakes_of(actor: Actor, contract: Contract) -> QuerySet[Stocktake]:
    rows = Stocktake.objects.filter(contract=contract).select_related("made_by")
    return visible(actor, rows).order_by("-year")


def choice_of(found: Asset) -> OwnershipChoice | None:
    """The latest choice of the asset, else that of its result."""
    own = list(found.choices_made.all())
    if not own and found.result is not None:
        own = list(found.result.choices_made.all())
    return max(own, key=lambda choice: choice.pk, default=None)


def ownership_of(found: Asset) -> Ownership:
    """Which rule governs an asset; no query if its book is at hand (``with_book``)."""
    return ownership(
        ownership_rules(found.contract),
        formed_on=found.formed_on,
        accepted_on=found.accepted_on,
        choice=choice_of(found),
    )


def task_ended(found: Asset) -> date | None:
    """The day the task ends, or on which a decision ended it before its time.

    No query for assets of these queries; 1 for others.
    """
    if hasattr(found, "stopped_at"):
        stopped = found.stopped_at
    else:
        rows = early_end(found.contract_id)
        stopped = rows.values_list("decided_at", flat=True).first()
    return localdate(stopped) if stopped else found.contract.ends_on


def asset_codes(contract: Contract, codes: Iterable[str]) -> set[str]:
    """Which codes the inventory of a contract holds already; 1 query."""
    rows = Asset.objects.filter(contract=contract, code__in=list(codes))
    return set(rows.values_list("code", flat=True))
