"""With whom an organisation shares its assessments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.assessments.models import Sharing
from opensti.domains.assessments.permissions import compared, on_day
from opensti.kernel.access import visible

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor


def sharings(actor: Actor, *, organisation_id: int, today: date) -> QuerySet[Sharing]:
    """What of an organisation is shared today; 1 query."""
    rows = Sharing.objects.filter(on_day(today), organisation_id=organisation_id)
    return visible(actor, rows).select_related("user")


def sharings_of(actor: Actor, *, today: date) -> QuerySet[Sharing]:
    """What the organisations that the person manages share today; 1 query."""
    rows = Sharing.objects.filter(
        on_day(today), organisation_id__in=actor.manages
    ).select_related("user", "organisation")
    return visible(actor, rows)


def counted_among_peers() -> QuerySet[Sharing, int]:
    """Ids of the organisations that agreed to be counted in comparisons, as a subquery.

    For figures that name nobody; whoever shows them keeps cells under five back.
    """
    return compared()
