"""People who agreed, and events of the house, as plain values for harvesters.

Only who agreed in words that name harvesters is told of here: a page that everybody reads
is less than a copy that others keep. The policy narrows both further.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from opensti.domains.publications.queries.articles import events
from opensti.domains.publications.queries.consenting import harvested_ids, with_consent
from opensti.domains.publications.queries.lives import Body
from opensti.domains.publications.queries.register import seen_now
from opensti.domains.registry.queries import people_who_agreed, posts_now

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from opensti.domains.publications.queries.sight import Sight

AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """A person with present work places; ``orcid`` is empty where it is not shown."""

    public_id: str
    name: str
    orcid: str
    bodies: tuple[Body, ...]


@dataclass(frozen=True, kw_only=True)
class Announced:
    """An event; ``ends`` is its first day where it lasts one."""

    public_id: str
    title_vi: str
    title_en: str
    about_vi: str
    about_en: str
    place: str
    starts: date
    ends: date


def people_told(
    *, only: Collection[str] | None = None, working_at: Collection[str] | None = None
) -> Iterator[Agreed]:
    """Who agreed to be harvested, by key; 2 queries for each 200, 1 for the policy.

    With ``only`` the people of these addresses, with ``working_at`` those of these
    organisations.
    """
    by = seen_now()
    rows = by.rows("person", with_consent(people_who_agreed(harvested_ids())))
    if only is not None:
        rows = rows.filter(public_id__in=only)
    if working_at is not None:
        rows = rows.filter(positions__organisation__public_id__in=working_at).distinct()
    after = 0
    while part := list(rows.order_by("pk").filter(pk__gt=after)[:AT_ONCE]):
        after = part[-1].pk
        posts = posts_now([row.pk for row in part])
        for row in part:
            card = by.card("person", row)
            if not card.name:
                continue
            shown = card.shows("organisation")
            yield Agreed(
                public_id=row.public_id,
                name=card.name,
                orcid=card.orcid or "",
                bodies=tuple(_bodies(by, posts.get(row.pk, ()))) if shown else (),
            )


def _bodies(by: Sight, posts: Iterable[Any]) -> Iterator[Body]:
    """The organisations of these posts, each once, as far as they are shown."""
    for row in {post.organisation_id: post.organisation for post in posts}.values():
        if by.shows_row("organisation", row) and by.shows("organisation", "name", row):
            yield Body(
                public_id=row.public_id,
                name_vi=row.name_vi,
                name_en=row.name_en,
                ror=row.ror if by.shows("organisation", "ror", row) else "",
            )


def events_told(*, only: Collection[str] | None = None) -> Iterator[Announced]:
    """Events that were announced and not withdrawn, by key; 1 query, 1 for the policy."""
    rows = events() if only is None else events().filter(public_id__in=only)
    for row in rows.order_by("pk").iterator(chunk_size=AT_ONCE):
        starts = localdate(row.starts_at)
        yield Announced(
            public_id=row.public_id,
            title_vi=row.title_vi,
            title_en=row.title_en,
            about_vi=row.lead_vi,
            about_en=row.lead_en,
            place=row.place_vi,
            starts=starts,
            ends=localdate(row.ends_at) if row.ends_at else starts,
        )
