"""What state of the house a public page shows, told without drawing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils.timezone import localdate

from opensti.domains.publications.queries.register import calls
from opensti.kernel.record.queries import log_size

if TYPE_CHECKING:
    from datetime import datetime


def page_state(*, at: datetime) -> str:
    """Another text for another state of the public pages; 2 queries.

    Every change is an act with an entry in the record. Three things change without one:
    what a day ends or begins (embargoes, delays, offers), the hour at which a call opens
    and the hour at which it closes.
    """
    begun = calls().aggregate(
        opened=Count("pk", filter=Q(opens_at__lte=at)),
        closed=Count("pk", filter=Q(closes_at__lte=at)),
    )
    return f"{log_size()} {localdate(at)} {begun['opened']} {begun['closed']}"
