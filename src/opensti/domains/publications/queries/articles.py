"""News and events: what the office writes, and what everybody reads."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.timezone import localdate, localtime

from opensti.domains.publications import permissions as _permissions  # noqa: F401
from opensti.domains.publications.choices import ANNOUNCED, ArticleKind, ArticleState
from opensti.domains.publications.models import Article, ArticleVersion
from opensti.domains.publications.queries.days import midnight
from opensti.domains.publications.queries.register import seen_now
from opensti.kernel.access import PUBLIC, get_visible, require, visible
from opensti.kernel.files.serving import files_of
from opensti.kernel.searchtext import matches

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

    from opensti.kernel.access import Actor
    from opensti.kernel.files.models import StoredFile


# What may be corrected of news, and of an event beside that; and which of it are times.
NEWS_FIELDS = (
    *("title_vi", "title_en", "lead_vi", "lead_en", "body_vi", "body_en", "link"),
)
ARTICLE_FIELDS = (*NEWS_FIELDS, "starts_at", "ends_at", "place_vi", "place_en")
ARTICLE_TIMES = ("starts_at", "ends_at")
MINUTES = "%Y-%m-%d %H:%M"


def as_text(value: Any) -> str:
    """A published value as people type it: numbers without dots, times by the house's clock."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return localtime(value).strftime(MINUTES)
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def article_subject(public_id: str) -> str:
    return f"publications.article:{public_id}"


def all_articles(actor: Actor, q: str = "") -> QuerySet[Article]:
    """All that the office writes and wrote, latest change first; 1 query."""
    require(actor, "publications.list_articles")
    rows = visible(actor, Article.objects.select_related("written_by", "approved_by"))
    return matches(rows.order_by("-changed_at", "-pk"), q)


def article(actor: Actor, public_id: str) -> Article:
    """One of them, also a draft; 1 query."""
    require(actor, "publications.list_articles")
    rows = Article.objects.select_related("written_by", "approved_by")
    return get_visible(actor, rows, public_id=public_id)


def public_articles(q: str = "") -> QuerySet[Article]:
    """News and events that stand, newest first: always asked as the public."""
    rows = visible(PUBLIC, Article.objects.filter(state=ArticleState.PUBLISHED))
    return matches(rows.order_by("-publish_on", "-pk"), q)


def news(q: str = "") -> QuerySet[Article]:
    rows = public_articles(q).filter(kind=ArticleKind.NEWS)
    return seen_now().rows("news", rows)


def events(q: str = "") -> QuerySet[Article]:
    """Events, the latest to begin first."""
    rows = seen_now().rows("event", public_articles(q).filter(kind=ArticleKind.EVENT))
    return rows.order_by("-starts_at", "-pk")


def coming_events(at: datetime) -> QuerySet[Article]:
    """Events of this day and later, the next to begin first.

    By the day, not the hour: pages are kept while no day ends.
    """
    today = midnight(localdate(at))
    ahead = Q(ends_at__gte=today) | Q(ends_at=None, starts_at__gte=today)
    return events().filter(ahead).order_by("starts_at", "pk")


def public_article(kind: str, public_id: str) -> Article:
    """One that was announced; a withdrawn one says why it is gone; 1 query."""
    rows = Article.objects.filter(kind=kind)
    return get_visible(PUBLIC, rows, public_id=public_id)


def versions_of(found: Article) -> list[ArticleVersion]:
    """How it read before, latest correction first; 1 query."""
    return list(ArticleVersion.objects.filter(article=found).select_related("made_by"))


def public_versions(found: Article) -> list[ArticleVersion]:
    """What everybody could read before a correction; nothing of a withdrawn one."""
    if found.state != ArticleState.PUBLISHED or found.publish_on is None:
        return []
    rows = versions_of(found)
    return [row for row in rows if localdate(row.made_at) >= found.publish_on]


def article_files(found: Article) -> list[StoredFile]:
    """The papers beside it; the caller has decided who may know of it; 1 query."""
    return list(files_of(article_subject(found.public_id)))


def is_read_by_all(found: Article, day: date) -> bool:
    """Whether everybody may read it on a day; a later day is only announced in the house."""
    return (
        found.state == ArticleState.PUBLISHED
        and found.publish_on is not None
        and found.publish_on <= day
    )


def is_announced(found: Article) -> bool:
    return found.state in ANNOUNCED
