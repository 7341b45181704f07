"""Conflicts of interest as each person may know them, and whom they bar from what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.panels.choices import ASKED, BARRING, CouncilState
from opensti.domains.panels.models import Conflict, CouncilItem, Recusal

if TYPE_CHECKING:
    from collections.abc import Collection

OVER = (CouncilState.CONCLUDED, CouncilState.DISSOLVED)


def blocked_pairs(
    *,
    dossiers: Collection[int] = (),
    orders: Collection[int] = (),
    people: Collection[int] | None = None,
) -> dict[tuple[int, int], str]:
    """Who may not judge which of some dossiers, or of some orders: the kind of tie.

    The keys are (person, dossier) or (person, order); give one of the two. Cases not yet
    judged bar like real ones, and so does what a member was excluded from. For the forming
    of councils, whoever asks: it is shown to nobody as it is. 2 queries.
    """
    if bool(dossiers) == bool(orders):
        if not dossiers:
            return {}
        raise ValueError("Ask for dossiers or for orders, not for both.")
    name, ids = ("dossier_id", dossiers) if dossiers else ("order_id", orders)
    wanted = None if people is None else set(people)
    found: dict[tuple[int, int], str] = {
        (person, thing): rule
        for person, thing, rule in Recusal.objects.filter(
            **{f"item__{name}__in": list(ids)}
        )
        .order_by("pk")
        .values_list("seat__person_id", f"item__{name}", "rule_code")
        if wanted is None or person in wanted
    }
    rows = Conflict.objects.filter(state__in=BARRING, **{f"{name}__in": list(ids)})
    if wanted is not None and len(wanted) <= MOST_NAMED:
        rows = rows.filter(person_id__in=wanted)
    found |= {
        (person, thing): kind
        for person, thing, kind in rows.order_by().values_list(
            "person_id", name, "kind"
        )
        if wanted is None or person in wanted
    }
    return found


def person_subject(person_id: int) -> str:
    """The record's name for what concerns one person's ties: by number, never by name."""
    return f"panels.ties:{person_id}"


def conflict_subject(public_id: str) -> str:
    return f"panels.conflict:{public_id}"


def exclusions_subject(dossier: str) -> str:
    return f"panels.exclusions:{dossier}"


def search_subject(public_id: str) -> str:
    return f"panels.search:{public_id}"


def things_to_declare(person_id: int) -> set[tuple[str, int]]:
    """What the invitations of a person name and he is not barred from; 2 queries."""
    gone = Recusal.objects.filter(seat__person_id=person_id)
    items = (
        CouncilItem.objects.filter(
            council__seats__person_id=person_id, council__seats__state__in=ASKED
        )
        .exclude(pk__in=gone.values("item_id"))
        .exclude(council__state__in=OVER)
    )
    barred = set(
        Conflict.objects.filter(person_id=person_id, state__in=BARRING).values_list(
            "dossier_id", "order_id"
        )
    )
    return {
        ("dossier", dossier) if dossier else ("order", order)
        for dossier, order in items.values_list("dossier_id", "order_id")
        if (dossier, order) not in barred
    }


# With more people than this the database is asked for all, and they are sorted out here.
MOST_NAMED = 200


def barred_ids(person_id: int, name: str) -> Any:
    """Ids of the dossiers or orders that a person is barred from, as a subquery."""
    rows = Conflict.objects.filter(
        person_id=person_id, state__in=BARRING, **{f"{name}__isnull": False}
    )
    return rows.order_by().values(name)
