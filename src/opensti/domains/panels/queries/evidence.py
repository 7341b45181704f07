"""What some evidence names elsewhere and a reader may not know of.

A tie may name another dossier, or a council that judged one. A case whose evidence does so
is no case for whoever may not know of that (``permissions.conflicts``); here the same is
asked of single ties that stand in no case any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.calls.queries import dossiers_by_id
from opensti.domains.panels.models import Seat
from opensti.domains.panels.permissions import hidden_ids
from opensti.domains.panels.queries.naming import DOSSIER, SEAT, named

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opensti.kernel.access import Actor


def hidden_of(actor: Actor, ties: Iterable[Mapping[str, Any]]) -> set[tuple[str, int]]:
    """What some ties name and the reader may not know of; at most 2 queries."""
    found = {thing for tie in ties if (thing := named(tie)) is not None}
    dossiers = {pk for kind, pk in found if kind == DOSSIER}
    seats = {pk for kind, pk in found if kind == SEAT}
    hidden: set[tuple[str, int]] = set()
    if dossiers:
        known = dossiers_by_id(actor=actor, ids=dossiers).order_by()
        hidden |= {
            (DOSSIER, pk) for pk in dossiers - set(known.values_list("pk", flat=True))
        }
    if seats:
        over = Seat.objects.filter(
            pk__in=seats, council_id__in=hidden_ids(actor, "council_id")
        )
        hidden |= {(SEAT, pk) for pk in over.values_list("pk", flat=True)}
    return hidden
