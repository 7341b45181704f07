"""Rows that come out of the database with what is withheld already empty.

So a page, a list, an export or a route that knows nothing of the policy shows nothing
that the policy withholds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db.models import JSONField
from django.db.models.query import ModelIterable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from django.db.models import Model, QuerySet

    from opensti.domains.publications.queries.fields import Field

REGIME_TEXTS = ("content", "answers")


def masked(
    rows: QuerySet[Any],
    closed: Sequence[Field],
    mask: Callable[[Any], None],
    joins: Sequence[str],
) -> QuerySet[Any]:
    """The same rows, each masked as it is read, in an order that tells nothing withheld."""
    if not closed:
        return rows
    columns = {path.replace(".", "__") for one in closed for path in one.columns}
    ordered = rows.query.order_by or tuple(rows.model._meta.ordering)
    kept = [one for one in ordered if str(one).lstrip("-") not in columns]
    if len(kept) != len(ordered):
        rows = rows.order_by(*kept, "-pk")
    joined = [path for path in joins if path]
    if joined and rows.query.select_related is not True:
        rows = rows.select_related(*joined)
        # A frozen procedure is read once by its number; with each row it would come again.
        rows = rows.defer(
            *(
                f"{path}__{column}"
                for path in joined
                if path.endswith("regime_version")
                for column in REGIME_TEXTS
            )
        )
    rows = rows.all()

    class Masked(ModelIterable):  # type: ignore[type-arg]
        def __iter__(self) -> Iterator[Model]:
            for row in super().__iter__():
                mask(row)
                yield row

    rows._iterable_class = Masked
    return rows


def emptied(row: Any, columns: Sequence[str], value: Any = None) -> None:
    """Empty attributes of a row by path, or set them to what is shown instead."""
    for path in columns:
        *way, last = path.split(".")
        holder = row
        for name in way:
            try:
                holder = getattr(holder, name)
            except ObjectDoesNotExist:
                holder = None
            if holder is None:
                break
        if holder is not None:
            _set(holder, last, value)


def _set(holder: Any, name: str, value: Any) -> None:
    try:
        known = holder._meta.get_field(name)
    except FieldDoesNotExist:  # counted along with the row
        if name in holder.__dict__:
            setattr(holder, name, value)
        return
    if known.one_to_many or known.many_to_many:
        related = getattr(holder, name)
        cache = holder.__dict__.setdefault("_prefetched_objects_cache", {})
        cache[_cache_name(known)] = related.model._default_manager.none()
        return
    if value is None and not known.is_relation and not known.null:
        value = {} if isinstance(known, JSONField) else known.get_default()
        value = None if callable(value) or isinstance(value, int) else value
    if value is None and hasattr(known, "max_length") and _is_text(known):
        value = ""
    setattr(holder, name, value)


def _is_text(known: Any) -> bool:
    return known.get_internal_type() in {"CharField", "TextField", "URLField"}


def _cache_name(known: Any) -> str:
    """Where a row keeps related rows that were read before."""
    if known.many_to_many:
        own = not known.auto_created
        return str(known.name if own else known.field.related_query_name())
    return str(known.cache_name)
