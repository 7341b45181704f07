"""Subjects of which everybody may not know now: acts on them are not recorded as public.

Each domain says once which of its subjects these are, by the prefix of their names; the
record and whoever lists subjects of several domains ask here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import QuerySet

_sources: dict[str, Callable[[], QuerySet[Any]]] = {}


def hold_back(prefix: str, rows: Callable[[], QuerySet[Any]]) -> None:
    """Say which rows of a kind of subject are held back; they have a ``public_id``."""
    _sources[prefix] = rows


def held_ids(prefix: str) -> Any:
    """The public ids of what is held back, as a subquery; of an unknown kind nothing."""
    source = _sources.get(prefix)
    return () if source is None else source().order_by().values("public_id")


def held_back(subjects: Iterable[str]) -> set[str]:
    """Those of the subjects that are held back; 1 query for each kind that can be."""
    keys: dict[str, set[str]] = {}
    for subject in subjects:
        prefix, _colon, key = subject.partition(":")
        if prefix in _sources:
            keys.setdefault(prefix, set()).add(key)
    found: set[str] = set()
    for prefix, some in keys.items():
        rows = _sources[prefix]().order_by().filter(public_id__in=some)
        found |= {f"{prefix}:{key}" for key in rows.values_list("public_id", flat=True)}
    return found
