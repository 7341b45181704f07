"""Whether a running meeting changed since a page was read: asked every few seconds."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery, Sum
from django.utils.timezone import now

from opensti.domains.panels.choices import PollState
from opensti.domains.panels.models import (
    Confirmation,
    Council,
    CouncilItem,
    Credential,
    Meeting,
    Override,
    Poll,
    Presence,
    Recusal,
    Seat,
    SecretBallot,
    Sitting,
    Turn,
)
from opensti.domains.panels.permissions import hidden_items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

    from opensti.kernel.access import Actor

# Names and titles change rarely: a page is read anew after so many seconds at the latest.
AT_THE_LATEST = 60
N = Count("pk")
# What the pages of a meeting are made of: the rows, how they hang on the council, and what
# of them moves.
MOVING: tuple[tuple[type[Model], str, tuple[Any, ...]], ...] = (
    (Seat, "council", (N, Count("pk", filter=Q(counts_ballots=True)))),
    (Seat, "council", (Max("answered_at"),)),
    (Meeting, "council", (Max("method_decided_at"), Max("link"), Max("method"))),
    (Override, "council", (N,)),
    (Sitting, "council", (N, Max("opened_at"), Max("ended_at"), Max("resumes_at"))),
    (
        Presence,
        "sitting__council",
        (N, Count("until"), Count("pk", filter=Q(confirmed=True)), Max("until")),
    ),
    (Turn, "sitting__council", (N, Count("ended_at"), Max("ended_at"))),
    (Recusal, "item__council", (N,)),
    (CouncilItem, "council", (N, Count("pk", filter=~Q(outcome="")))),
    (
        Poll,
        "item__council",
        (
            *(Count("pk", filter=Q(state=state)) for state in PollState),
            Sum("issued"),
            Sum("cast"),
            Sum("invalid"),
        ),
    ),
    (Credential, "poll__item__council", (N,)),
    (SecretBallot, "poll__item__council", (N,)),
    (Confirmation, "poll__item__council", (N,)),
)


def moment_of(actor: Actor, council: Council) -> str:
    """A name for the meeting at this moment, as far as its keeper's pages show it; 1 query.

    The same name as before: nothing on the page changed. Empty, so that the page is always
    read anew, for who must not know of an item: that something moved is already news.
    """
    columns = dict(_columns())
    hidden = CouncilItem.objects.filter(council=OuterRef("pk")).filter(
        hidden_items(actor)
    )
    found = (
        Council.objects.filter(pk=council.pk)
        .annotate(hides=Exists(hidden), **columns)
        .values_list("hides", "version", "state", *columns)
        .order_by()
        .first()
    )
    if found is None or found[0]:
        return ""
    said = repr((found[1:], int(now().timestamp()) // AT_THE_LATEST))
    return sha256(said.encode()).hexdigest()[:20]


def _columns() -> Iterator[tuple[str, Subquery]]:
    for number, (model, path, figures) in enumerate(MOVING):
        of_council = model._default_manager.filter(**{path: OuterRef("pk")})
        for place, figure in enumerate(figures):
            counted = of_council.order_by().values(path).annotate(figure=figure)
            yield f"moves_{number}_{place}", Subquery(counted.values("figure"))
