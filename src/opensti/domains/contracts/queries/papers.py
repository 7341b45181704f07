"""The signed files of a contract, as far as a person may know of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.contracts.choices import PaperKind, Side
from opensti.domains.contracts.models import Claim, SignedPaper
from opensti.kernel.access import get_visible, visible

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from opensti.domains.contracts.models import Contract
    from opensti.kernel.access import Actor


def signed_papers(actor: Actor, contract: Contract) -> QuerySet[SignedPaper]:
    """Signed files of a contract, oldest first, those taken out included; 1 query."""
    rows = SignedPaper.objects.filter(contract=contract)
    return (
        visible(actor, rows)
        .select_related("file", "recorded_by")
        .order_by("recorded_at", "pk")
    )


def signed_paper(actor: Actor, public_id: str) -> SignedPaper:
    """One signed file with its bytes' row; ``NotFound`` if it may not be known."""
    rows = SignedPaper.objects.select_related("file", "contract")
    return get_visible(actor, rows, public_id=public_id)


def last_signature(contract: Contract) -> date | None:
    """The latest day of a signature among the kept files of the contract itself; 1 query.

    The caller has decided who may know.
    """
    rows = SignedPaper.objects.filter(
        contract=contract, kind=PaperKind.CONTRACT, withdrawn_at=None
    )
    return rows.order_by("-signed_on").values_list("signed_on", flat=True).first()


def signed_by_both(contract: Contract, kind: str = PaperKind.CONTRACT) -> bool:
    """Whether files with the signatures of both sides are kept for a paper; 1 query.

    The caller has decided who may know.
    """
    sides = set(
        SignedPaper.objects.filter(
            contract=contract, kind=kind, withdrawn_at=None
        ).values_list("side", flat=True)
    )
    return Side.BOTH in sides or {Side.AGENCY, Side.HOST} <= sides


def claim_papers(actor: Actor, contract: Contract) -> QuerySet[Claim]:
    """Decisions on claiming money back, as papers are written from them; 1 query."""
    rows = Claim.objects.filter(contract=contract)
    return visible(actor, rows).order_by("decided_on", "pk")
