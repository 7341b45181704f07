"""Corrections as the office reads them, and the published value that each is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opensti.domains.publications import permissions as _permissions  # noqa: F401
from opensti.domains.publications.models import Corrected, Correction
from opensti.domains.publications.queries import register
from opensti.domains.publications.queries.articles import (
    ARTICLE_FIELDS,
    NEWS_FIELDS,
    as_text,
    events,
    news,
)
from opensti.domains.publications.queries.catalogue import CATALOGUE
from opensti.domains.publications.queries.labels import fact_label, field_of
from opensti.kernel.access import get_visible, require, visible
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from opensti.kernel.access import Actor


# What may be corrected of each kind, in the order in which it is offered.
CORRECTABLE: dict[str, tuple[str, ...]] = {
    Corrected.TASK: (
        "title_vi", "title_en", "abstract_vi", "abstract_en", "host_name", "funder", "year", "amount",
    ),
    Corrected.ORDER: ("title_vi", "title_en", "objectives_vi", "objectives_en"),
    Corrected.CALL: ("title_vi", "title_en", "description_vi", "description_en"),
    Corrected.NEWS: NEWS_FIELDS,
    Corrected.EVENT: ARTICLE_FIELDS,
}  # fmt: skip


# Kinds that the policy shows whole or not at all.
WHOLE = (Corrected.NEWS, Corrected.EVENT)


def correctable(kind: str) -> list[tuple[str, str]]:
    """What may be corrected of a kind, with what each is called."""
    return [(name, fact_label(kind, name)) for name in CORRECTABLE.get(kind, ())]


def published_thing(kind: str, public_id: str) -> Any:
    """The thing as everybody reads it, else ``NotFound``; 1 query."""
    if kind == Corrected.TASK:
        return register.task(public_id)
    if kind == Corrected.ORDER:
        return register.order(public_id)
    if kind == Corrected.CALL:
        return register.call(public_id)
    rows = {Corrected.NEWS: news, Corrected.EVENT: events}.get(kind)  # type: ignore[call-overload]
    found = rows().filter(public_id=public_id).first() if rows else None
    if found is None:
        raise NotFound
    return found


def published_value(kind: str, public_id: str, field: str) -> tuple[str, str]:
    """The title of a public thing and what it says in one field, as text; 1 query."""
    found = published_thing(kind, public_id)
    if field not in CORRECTABLE[kind]:
        raise NotFound
    # What the policy withholds is not published; a correction would publish it.
    key = field_of(field)
    known = key in CATALOGUE[kind].by_key or kind not in WHOLE
    if known and not register.seen_now().shows(kind, key, found):
        raise NotFound
    title = found.title or getattr(found, "code", "")
    return title, as_text(getattr(found, field))


def corrections(actor: Actor) -> QuerySet[Correction]:
    """Corrections, those that wait first; 1 query with a list of them."""
    require(actor, "publications.list_corrections")
    rows = Correction.objects.select_related("proposed_by", "answered_by")
    return visible(actor, rows).order_by("-proposed_at", "-pk")


def correction(actor: Actor, public_id: str) -> Correction:
    """One correction, else ``NotFound``; 1 query."""
    rows = Correction.objects.select_related("proposed_by", "answered_by")
    return get_visible(actor, rows, public_id=public_id)
