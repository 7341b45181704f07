"""Records for harvesters: the index brought up to date, and their words as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.timezone import localdate

from opensti.domains.publications.actions import Found, keep_harvest
from opensti.domains.publications.queries import edition, harvested_state, lives
from opensti.exports import cerif
from opensti.exports.house import house

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from opensti.domains.publications.actions import Kept
    from opensti.domains.publications.models import HarvestRecord
    from opensti.exports.cerif import Item

# Raised when the mapping changes: all records are looked at again.
FORMAT = "1"


def refresh(*, clock: Callable[[], datetime], anyway: bool = False) -> Kept | None:
    """Look at everything if anything happened since, or a new day began; else ``None``.

    A day, because an embargo or a delay ends by itself. 4 queries where nothing happened.
    """
    publisher = house()
    state = f"{FORMAT} {edition().tag} {localdate(clock()).isoformat()}"
    if not anyway and harvested_state() == state:
        return None
    found = (
        _found(life.public_id, item)
        for life in lives(acts=False)
        for item in cerif.items(publisher, life)
    )
    return keep_harvest(
        found=_with(_found("", cerif.publisher(publisher)), found),
        state=state,
        clock=clock,
    )


def _with(first: Found, others: Iterable[Found]) -> Iterator[Found]:
    yield first
    yield from others


def _found(life: str, item: Item) -> Found:
    return Found(key=item.key, kind=item.kind, life=life, digest=item.digest)


def words_of(rows: Iterable[HarvestRecord]) -> dict[str, Item]:
    """The records of these rows as the public may read them now, by their keys.

    One that left the register since the index was made is missing.
    """
    publisher = house()
    living = [row for row in rows if not row.deleted]
    wanted = {row.key for row in living}
    found = {}
    if cerif.PUBLISHER in wanted:
        found[cerif.PUBLISHER] = cerif.publisher(publisher)
    of_lives = {row.life for row in living if row.life}
    if of_lives:
        for life in lives(only=of_lives, acts=False):
            for item in cerif.items(publisher, life):
                if item.key in wanted:
                    found[item.key] = item
    return found
