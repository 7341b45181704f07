"""News and events as everybody reads them, with a file for calendar programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from opensti.domains.publications import queries
from opensti.domains.publications.choices import (
    ArticleKind,
    ArticleState,
    EventKind,
)
from opensti.kernel.access import PUBLIC
from opensti.kernel.files.serving import as_download, readable_file, serve
from opensti.kernel.record.queries import log_origin
from opensti.kernel.refusals import NotFound
from opensti.portal.lists import PublicList
from opensti.portal.news_tables import EventFilter, EventTable, NewsTable
from opensti.ui.pages import Crumb
from opensti.ui.templatetags.ui import choose_language

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from opensti.domains.publications.models import Article
    from opensti.kernel.access import Actor


class News(PublicList):
    title = gettext_lazy("News")
    table_class = NewsTable
    export_name = "news"

    def rows(self, actor: Actor) -> QuerySet[Any]:  # noqa: ARG002 -- the public's view
        return queries.news()


class Events(PublicList):
    title = gettext_lazy("Events")
    lead = gettext_lazy(
        "Conferences, matching days, training and consultations, the latest first."
    )
    table_class = EventTable
    filterset_class = EventFilter
    export_name = "events"

    def rows(self, actor: Actor) -> QuerySet[Any]:  # noqa: ARG002
        return queries.events()


@require_safe
def news_item(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, queries.public_article(ArticleKind.NEWS, public_id))


@require_safe
def event(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, queries.public_article(ArticleKind.EVENT, public_id))


def _page(request: HttpRequest, found: Article) -> HttpResponse:
    """What stands; what was withdrawn says why and answers that it is gone."""
    news = found.kind == ArticleKind.NEWS
    gone = found.state == ArticleState.WITHDRAWN
    title = _("Withdrawn") if gone else str(found.title)
    above = (
        Crumb(_("News"), reverse("portal:news"))
        if news
        else Crumb(_("Events"), reverse("portal:events"))
    )
    return render(
        request,
        "portal/article.html",
        {
            "title": title,
            "breadcrumb": [above, Crumb(title)],
            "article": found,
            "gone": gone,
            "event_kind": EventKind(found.event_kind).label if found.event_kind else "",
            "files": [] if gone else queries.article_files(found),
            "body": choose_language(found, "body"),
            "versions": [
                (version, choose_language(version.content, "body"))
                for version in queries.public_versions(found)
            ],
            "follow": f"{reverse('portal:subscribe')}?of={found.kind}/{found.public_id}",
        },
        status=410 if gone else 200,
    )


@require_safe
def event_calendar(request: HttpRequest, public_id: str) -> HttpResponse:
    """One event as iCalendar (RFC 5545); the same ``UID`` and a higher ``SEQUENCE`` later."""
    found = queries.public_article(ArticleKind.EVENT, public_id)
    if found.state != ArticleState.PUBLISHED:
        raise NotFound
    calendar = Calendar()
    calendar.add("prodid", "-//OpenSTI//events//VI")
    calendar.add("version", "2.0")
    entry = Event()
    entry.add("uid", f"event-{found.public_id}@{log_origin().partition('/')[0]}")
    entry.add("sequence", found.version)
    entry.add("dtstamp", found.changed_at)
    entry.add("dtstart", found.starts_at)
    if found.ends_at:
        entry.add("dtend", found.ends_at)
    entry.add("summary", str(found.title))
    entry.add("description", str(found.lead))
    if found.place:
        entry.add("location", str(found.place))
    entry.add(
        "url", request.build_absolute_uri(reverse("portal:event", args=[public_id]))
    )
    calendar.add_component(entry)
    response = HttpResponse(
        calendar.to_ical(), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = as_download(f"event-{public_id}.ics")
    return response


@require_safe
def article_file(request: HttpRequest, file_id: str) -> HttpResponseBase:  # noqa: ARG001
    """A paper beside a news item or an event, asked as the public."""
    found = readable_file(PUBLIC, file_id)
    if not found.subject.startswith("publications.article:"):
        raise NotFound
    return serve(found)
