"""Figures of the whole register are worked out once for a state of it, then kept."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

from django.core.cache import caches

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from opensti.domains.publications.queries.edition import Edition

T = TypeVar("T")
A_DAY = 86_400


def kept(
    name: str, of: Edition, today: date, make: Callable[[], T], *asked: object
) -> T:
    """What was worked out of this state of the house on this day, else worked out now.

    Embargoes end and questions fall due by the calendar alone, so a day is part of the key.
    """
    said = repr((name, of.tag, of.at.isoformat(), today.isoformat(), asked))
    key = f"publications:{sha256(said.encode()).hexdigest()}"
    found: T | None = caches["pages"].get(key)
    if found is None:
        found = make()
        caches["pages"].set(key, found, A_DAY)
    return found
