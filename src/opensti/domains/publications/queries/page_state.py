"""What state of the house a public page shows, told without drawing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Max, Q, Subquery
from django.utils.timezone import localdate

from opensti.domains.publications.models import Figures, SearchState
from opensti.domains.publications.queries.figures import FUNDS
from opensti.domains.publications.queries.policies import issued_versions
from opensti.domains.publications.queries.register import calls
from opensti.kernel.record.models import Checkpoint, LogHead

if TYPE_CHECKING:
    from datetime import datetime


def last_hour(*, at: datetime) -> datetime | None:
    """The last hour at which a call that is shown opened or closed by the clock; 1 query."""
    told = calls().aggregate(
        opened=Max("opens_at", filter=Q(opens_at__lte=at)),
        closed=Max("closes_at", filter=Q(closes_at__lte=at)),
    )
    return max((hour for hour in told.values() if hour is not None), default=None)


def page_state(*, at: datetime) -> str:
    """Another text for another state of the public pages; 3 queries.

    Every change is an act with an entry in the record. What changes without one: what a day
    ends or begins (embargoes, delays, offers, answers that are due, news and events), the
    hour at which a call opens and the hour at which it closes, the checkpoint that a receipt
    rests on, the index of the search and the figures, which follow the acts. The disclosure
    policy in force is told beside the acts that issue it: no page of another one is kept.
    """
    begun = calls().aggregate(
        opened=Count("pk", filter=Q(opens_at__lte=at)),
        closed=Count("pk", filter=Q(closes_at__lte=at)),
    )
    index = SearchState.objects.order_by("pk")
    told = LogHead.objects.values_list(
        "size",
        Subquery(Checkpoint.objects.order_by("-size").values("size")[:1]),
        Subquery(index.values("seed")[:1]),
        Subquery(index.values("version")[:1]),
        Subquery(Figures.objects.filter(name=FUNDS).values("token")[:1]),
        Subquery(issued_versions(localdate(at)).values("digest")[:1]),
    ).first()
    return f"{told} {localdate(at)} {begun['opened']} {begun['closed']}"
