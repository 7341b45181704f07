"""With whom an organisation shares its innovation work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensti.domains.innovation.models import Sharing
from opensti.domains.innovation.permissions import on_day
from opensti.kernel.access import visible

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor


def sharings_of(actor: Actor, *, today: date) -> QuerySet[Sharing]:
    """What the organisations that the person manages share today; 1 query."""
    rows = Sharing.objects.filter(
        on_day(today), organisation_id__in=actor.manages
    ).select_related("user", "organisation")
    return visible(actor, rows)
