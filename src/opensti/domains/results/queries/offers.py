"""Offers of rights and results to enterprises, and who wrote on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from opensti.domains.results import permissions as _permissions  # noqa: F401
from opensti.domains.results.choices import OfferState
from opensti.domains.results.models import Interest, Offer, Result
from opensti.domains.results.permissions.results import open_on
from opensti.domains.results.permissions.rights import kept_where
from opensti.kernel.access import PUBLIC, get_visible, visible
from opensti.kernel.bilingual import Words
from opensti.kernel.record.holding import held_ids
from opensti.kernel.searchtext import matches
from opensti.kernel.work import WorkItem

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor


def offer_subject(public_id: str) -> str:
    return f"results.offer:{public_id}"


def offers(actor: Actor, *, q: str = "") -> QuerySet[Offer]:
    """Offers one's own side keeps or the office oversees, newest first, with interests."""
    rows = Offer.objects.filter(kept_where(actor)).select_related("host")
    rows = rows.annotate(
        asked=Count("interests"),
        unanswered=Count("interests", filter=Q(interests__answer="")),
    )
    return matches(rows, q).order_by("-created_at", "-id")


def offer(actor: Actor, public_id: str) -> Offer:
    """One offer; ``NotFound`` if it may not be known, or is a draft of others."""
    rows = Offer.objects.select_related("host", "right", "result", "contract")
    return get_visible(actor, rows, public_id=public_id)


def public_offers(today: date, *, q: str = "") -> QuerySet[Offer]:
    """What is open to everybody on a day, latest opened first: asked as the public.

    Gone are those whose result may not be known: secrecy may be raised later.
    """
    rows = told_offers(today).filter(
        Q(closes_on=None) | Q(closes_on__gt=today), state=OfferState.PUBLIC
    )
    return matches(rows, q)


def told_offers(today: date) -> QuerySet[Offer]:
    """What is open to everybody on a day, or once was: over since, or taken back.

    An offer taken back before its first day was never open and is not told.
    """
    rows = visible(PUBLIC, Offer.objects.select_related("host")).filter(
        Q(state=OfferState.PUBLIC)
        | Q(state=OfferState.CLOSED, closed_on__gte=F("opens_on")),
        opens_on__lte=today,
    )
    # Ids, so that the joins of what is public do not weigh on the list.
    known = Result.objects.filter(open_on(today)).values("pk")
    for path in ("result", "right__result"):
        rows = rows.filter(Q(**{path: None}) | Q(**{f"{path}__in": known}))
    rows = rows.exclude(public_id__in=held_ids("results.offer"))
    return rows.annotate(asked=Count("interests")).order_by("-opens_on", "-id")


def told_offer(public_id: str, today: date) -> Offer:
    """One offer that is or was open to everybody, else ``NotFound``; 1 query."""
    return get_visible(PUBLIC, told_offers(today), public_id=public_id)


def interests(actor: Actor, offer: Offer) -> QuerySet[Interest]:
    """Who wrote on an offer, as far as the person may know; 1 query."""
    rows = Interest.objects.filter(offer=offer).select_related("organisation")
    return visible(actor, rows).order_by("sent_at")


def own_interests(actor: Actor) -> QuerySet[Interest]:
    """What the person's own organisations wrote, newest first."""
    rows = Interest.objects.filter(
        organisation_id__in=actor.member_of | actor.manages
    ).select_related("offer__host", "organisation")
    return visible(actor, rows).order_by("-sent_at")


def offers_work(actor: Actor, today: date) -> list[WorkItem]:
    """Interests that a manager of the host has not answered; 1 query."""
    del today
    if not actor.manages:
        return []
    rows = Interest.objects.filter(
        answer="", offer__host_id__in=actor.manages
    ).select_related("offer")
    return [
        WorkItem(
            kind="offers.answer",
            title=_("Answer an interest in an offer"),
            about=Words.titled(each.offer),
            url_name="results:offer",
            url_args=(each.offer.public_id,),
            subject=offer_subject(each.offer.public_id),
        )
        for each in visible(actor, rows).order_by("sent_at")[:50]
    ]
