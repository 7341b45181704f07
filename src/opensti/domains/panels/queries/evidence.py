"""What a case's evidence tells each reader: nothing of what is hidden from him.

A tie may name another dossier, or a council that judged one. Whoever may not know of
that reads that there is a tie of this kind, and no more. Everything that shows or
hands out evidence asks here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from opensti.domains.calls.queries import dossiers_by_id
from opensti.domains.panels.models import CouncilItem, Seat
from opensti.domains.panels.permissions import hidden_items

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opensti.domains.panels.models import Conflict
    from opensti.kernel.access import Actor

    Tie = Mapping[str, Any]

DOSSIER, SEAT = "dossier", "seat"
# The methods' own keys of ties: "competitor:12", "project:12:7", and the row of a seat.
NAMING = frozenset({"competitor", "project"})
JUDGING = "reciprocal"


def told_evidence(
    actor: Actor, cases: Iterable[Conflict]
) -> dict[int, list[dict[str, Any]]]:
    """The evidence of each case as the reader may know it; 2 queries, none if nothing is named."""
    rows = list(cases)
    hidden = hidden_of(actor, [tie for case in rows for tie in case.evidence])
    return {
        case.pk: [
            _covered(tie) if named(tie) in hidden else dict(tie)
            for tie in case.evidence
        ]
        for case in rows
    }


def told_tie(actor: Actor, tie: Tie) -> dict[str, Any]:
    return _covered(tie) if hidden_of(actor, [tie]) else dict(tie)


def named(tie: Tie) -> tuple[str, int] | None:
    """The other dossier that a tie names, or the seat from which one was judged.

    A competitor whom somebody declared is named by the declaration: by no dossier.
    """
    head, _colon, rest = str(tie.get("tie", "")).partition(":")
    first, last = rest.split(":")[0], rest.rpartition("#")[2]
    if head in NAMING and first.isdecimal():
        return DOSSIER, int(first)
    if head == JUDGING and last.isdecimal():
        return SEAT, int(last)
    return None


def hidden_of(actor: Actor, ties: Iterable[Tie]) -> set[tuple[str, int]]:
    """What some ties name and the reader may not know of."""
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
        items = CouncilItem.objects.filter(hidden_items(actor)).values("council_id")
        over = Seat.objects.filter(pk__in=seats, council_id__in=items)
        hidden |= {(SEAT, pk) for pk in over.values_list("pk", flat=True)}
    return hidden


def _covered(tie: Tie) -> dict[str, Any]:
    """That there is a tie, of which kind and how sure: no name, no title, no day."""
    return {
        "kind": tie["kind"],
        "tie": "",
        "identity": "",
        "probability": tie["probability"],
        "other": None,
        "other_name": "",
        "organisation": None,
        "about": _("what it rests on is hidden from you"),
        "since": None,
        "until": None,
        "source": "",
        "clues": [],
    }
