"""Who may not judge which case, for many experts and cases at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.panels.queries.cases import blocked_pairs
from opensti.domains.registry.queries import staff_of
from opensti.domains.tasks.queries import order_ties

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


def host_of(item: Any) -> int | None:
    """The organisation that carries what a row is about."""
    if item.dossier is not None:
        return int(item.dossier.host_id)
    return item.order.assigned_host_id if item.order is not None else None


def barred_pairs(
    *, items: Sequence[Any], people: Sequence[int], on: date
) -> dict[tuple[int, int], str]:
    """Who may not judge which case, by (person, row): parties to it, and conflicts.

    Parties are the staff of the host; for an order also who asked for it and the staff of
    the organisations that did. ``items`` are rows with a ``dossier`` or an ``order``: of a
    plan or of an agenda.
    """
    hosts: dict[int, list[int]] = {}
    for item in items:
        if (host := host_of(item)) is not None:
            hosts.setdefault(host, []).append(item.pk)
    asked = set(people)
    found: dict[tuple[int, int], str] = {}
    rows = {item.order_id: item.pk for item in items if item.order_id is not None}
    for order in order_ties(list(rows)) if rows else ():
        row = rows[order.order_id]
        found |= {(person, row): "part" for person in order.people if person in asked}
        for house in order.partners:
            hosts.setdefault(house, []).append(row)
    for house, person in staff_of(set(hosts), on=on):
        if person in asked:
            for pk in hosts[house]:
                found.setdefault((person, pk), "host")
    for name in ("dossier", "order"):
        rows = {
            thing: item.pk
            for item in items
            if (thing := getattr(item, f"{name}_id")) is not None
        }
        if rows:
            blocked = blocked_pairs(**{f"{name}s": list(rows)}, people=asked)
            found |= {
                (person, rows[thing]): kind for (person, thing), kind in blocked.items()
            }
    return found
