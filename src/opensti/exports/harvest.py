"""Records for harvesters: the index brought up to date, and their words as they are now."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from opensti.domains.publications.actions import Found, keep_harvest
from opensti.domains.publications.queries import (
    edition,
    events_told,
    harvested_state,
    lives,
    people_told,
)
from opensti.exports import cerif
from opensti.exports.house import house

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from opensti.domains.publications.actions import Kept
    from opensti.domains.publications.models import HarvestRecord
    from opensti.exports.cerif import Item
    from opensti.exports.house import House

# Raised when the mapping changes: all records are looked at again.
FORMAT = "2"


def refresh(*, clock: Callable[[], datetime], anyway: bool = False) -> Kept | None:
    """Look at everything if anything happened since, or a new day began; else ``None``.

    A day, because an embargo or a delay ends by itself. 4 queries where nothing happened.
    """
    publisher = house()
    state = f"{FORMAT} {edition().tag} {localdate(clock()).isoformat()}"
    if not anyway and harvested_state() == state:
        return None
    return keep_harvest(
        found=(_found(life, item) for life, item in _everything(publisher)),
        state=state,
        clock=clock,
    )


def _everything(publisher: House) -> Iterator[tuple[str, Item]]:
    """Every record with the life that tells of it, if one does: what many tell comes often."""
    yield "", cerif.publisher(publisher)
    for life in lives(acts=False):
        for item in cerif.items(publisher, life):
            yield life.public_id, item
    for person in people_told():
        for item in cerif.person_items(publisher, person):
            yield "", item
    for event in events_told():
        yield "", cerif.event_item(publisher, event)


def _found(life: str, item: Item) -> Found:
    return Found(key=item.key, kind=item.kind, life=life, digest=item.digest)


def words_of(rows: Iterable[HarvestRecord]) -> dict[str, Item]:
    """The records of these rows as the public may read them now, by their keys.

    One that left the register since the index was made is missing.
    """
    publisher = house()
    living = [row for row in rows if not row.deleted]
    wanted = {row.key for row in living}
    found = {
        item.key: item for item in _of_rows(publisher, living) if item.key in wanted
    }
    if cerif.PUBLISHER in wanted:
        found[cerif.PUBLISHER] = cerif.publisher(publisher)
    return found


def _of_rows(publisher: House, rows: Iterable[HarvestRecord]) -> Iterator[Item]:
    """What the lives, people and events of these rows tell; more than was asked."""
    of_lives = {row.life for row in rows if row.life}
    if of_lives:
        for life in lives(only=of_lives, acts=False):
            yield from cerif.items(publisher, life)
    others: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if not row.life and row.key != cerif.PUBLISHER:
            others[row.kind].add(row.key.partition("/")[2])
    for kind, told in _BESIDE.items():
        if others[kind]:
            yield from told(publisher, others[kind])


def _people(publisher: House, only: set[str]) -> Iterator[Item]:
    for person in people_told(only=only):
        yield from cerif.person_items(publisher, person)


def _work_places(publisher: House, only: set[str]) -> Iterator[Item]:
    """Organisations that no life names are told of by who works there."""
    for person in people_told(working_at=only):
        yield from cerif.person_items(publisher, person)


def _events(publisher: House, only: set[str]) -> Iterator[Item]:
    for event in events_told(only=only):
        yield cerif.event_item(publisher, event)


# Records of no life: what tells of them.
_BESIDE = {"persons": _people, "orgunits": _work_places, "events": _events}
