"""Deals with their parties, yearly incomes, splits and payouts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch, Sum

from opensti.domains.results import permissions as _permissions  # noqa: F401
from opensti.domains.results.models import (
    Deal,
    DealIncome,
    DealParty,
    Payout,
)
from opensti.kernel.access import get_visible, visible
from opensti.kernel.files.serving import files_of
from opensti.kernel.searchtext import matches

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile


def deal_subject(public_id: str) -> str:
    return f"results.deal:{public_id}"


def deals(actor: Actor, *, q: str = "") -> QuerySet[Deal]:
    """Deals the person may know of, latest signed first, with ``earned`` in whole đồng."""
    rows = visible(actor, Deal.objects.select_related("right", "result", "host"))
    rows = rows.annotate(earned=Sum("incomes__profit"))
    return matches(rows, q).order_by("-signed_on", "-id")


def deal(actor: Actor, public_id: str) -> Deal:
    """One deal with parties and incomes; 3 queries. ``NotFound`` if it may not be known."""
    rows = Deal.objects.select_related(
        "right", "result", "host", "contract__case"
    ).prefetch_related(
        Prefetch(
            "parties",
            DealParty.objects.select_related("organisation").order_by("position"),
        ),
        Prefetch(
            "incomes",
            DealIncome.objects.select_related("split").order_by("-year"),
        ),
    )
    return get_visible(actor, rows, public_id=public_id)


def deal_files(row: Deal) -> list[StoredFile]:
    """Files kept with a deal; the caller has decided who may know."""
    return files_of(deal_subject(row.public_id))


def payouts(actor: Actor) -> QuerySet[Payout]:
    """Amounts the person may know of, newest first, with what was paid of them."""
    rows = Payout.objects.select_related(
        "payment", "split__income__deal__right", "split__income__deal__result"
    )
    return visible(actor, rows).order_by("-split__made_at", "split_id", "position")


def payout(actor: Actor, public_id: str) -> Payout:
    """One amount with all that its statement says; 1 query."""
    rows = Payout.objects.select_related(
        "payment",
        "split__income__deal__right",
        "split__income__deal__result",
        "split__income__deal__host",
    )
    return get_visible(actor, rows, public_id=public_id)


def payouts_of(actor: Actor, income: DealIncome) -> QuerySet[Payout]:
    """Who gets how much of one year's profit; 1 query."""
    rows = Payout.objects.filter(split__income=income).select_related("payment")
    return visible(actor, rows).order_by("position")


def incomes(actor: Actor) -> QuerySet[DealIncome]:
    """What each deal brought in each year, latest first, with its deal and split."""
    rows = DealIncome.objects.select_related("deal__host", "split")
    return visible(actor, rows).order_by("-year", "deal__number", "id")
