"""Atom feeds (RFC 4287, paged by RFC 5005): of every list, of any search, of one thing."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_http_date_safe, quote_etag
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries
from opensti.domains.publications.choices import PUBLIC_ACTS, EntryKind
from opensti.exports.xml import under
from opensti.kernel.identifiers import row_number
from opensti.kernel.record.queries import log_origin
from opensti.kernel.refusals import NotFound
from opensti.portal.search import address_of, snippet
from opensti.portal.subscriptions import words_for

if TYPE_CHECKING:
    from django.http import HttpRequest

    from opensti.domains.publications.queries import Question, Shown

ATOM = "http://www.w3.org/2005/Atom"
SINCE = 2026
ENTRIES = 50
# Of a feed without entries: it changed when time began.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
ET.register_namespace("", ATOM)


@require_safe
def search_feed(request: HttpRequest) -> HttpResponse:
    """What was listed last of what a search finds."""
    question = queries.Question.of(request.GET.dict())
    return _of_question(
        request,
        question,
        title=words_for(question),
        own=f"search:{question.address}",
        page=f"{reverse('portal:search')}?{question.address}",
    )


@require_safe
def kind_feed(request: HttpRequest, kind: str) -> HttpResponse:
    """What was listed last of one kind."""
    if kind not in EntryKind.values:
        raise NotFound
    question = queries.Question(kind=kind)
    return _of_question(
        request,
        question,
        title=EntryKind(kind).label,
        own=f"list:{kind}",
        page=f"{reverse('portal:search')}?{question.address}",
    )


@require_safe
def thing_feed(request: HttpRequest, kind: str, public_id: str) -> HttpResponse:
    """The public acts on one thing, as the record has them."""
    thing = queries.followed(kind, public_id)
    acts = queries.public_acts(thing)
    page = _page_number(request)
    pages = Paginator(acts, ENTRIES)
    feed = _Feed(
        request,
        title=str(thing.facts.title),
        own=f"{kind}/{public_id}",
        page=address_of(thing),
        updated=acts[0].recorded_at if acts else NEVER,
        modified=acts[0].recorded_at if acts else NEVER,
        number=min(page, pages.num_pages),
        last=pages.num_pages,
    )
    for act in pages.get_page(page):
        label = str(PUBLIC_ACTS.get(act.act, act.act))
        feed.entry(
            own=f"act/{act.position}",
            title=label[:1].upper() + label[1:],
            page=address_of(thing),
            updated=act.recorded_at,
            published=act.recorded_at,
            summary=str(thing.facts.title),
        )
    return feed.answer(tag=f"{len(acts)}")


def _of_question(
    request: HttpRequest, question: Question, *, title: Any, own: str, page: str
) -> HttpResponse:
    version = queries.index_version()
    rows = queries.newest(question)
    pages = Paginator(rows, ENTRIES)
    number = min(_page_number(request), pages.num_pages)
    entries = list(pages.page(number).object_list)
    last_changed = queries.last_changed(question)
    feed = _Feed(
        request,
        title=str(title),
        own=own,
        page=page,
        updated=last_changed or NEVER,
        modified=queries.index_changed_at() or NEVER,
        number=number,
        last=pages.num_pages,
    )
    for each in queries.shown_entries(entries):
        _add(feed, each)
    return feed.answer(tag=f"{version}")


def _add(feed: _Feed, each: Shown) -> None:
    entry, facts = each.entry, each.facts
    about = snippet(str(facts.about), "")
    feed.entry(
        own=f"{entry.kind}/{entry.public_id}",
        title=f"{facts.code}: {facts.title}" if facts.code else str(facts.title),
        page=address_of(each),
        updated=entry.changed_at,
        published=entry.listed_at,
        summary=about or str(facts.title),
        category=entry.kind,
        label=str(EntryKind(entry.kind).label),
        author=str(facts.host),
    )


def _page_number(request: HttpRequest) -> int:
    return max(1, row_number(request.GET.get("page")) or 1)


class _Feed:
    """One page of a feed, put together and answered with what lets readers ask again."""

    def __init__(
        self,
        request: HttpRequest,
        *,
        title: str,
        own: str,
        page: str,
        updated: datetime,
        modified: datetime,
        number: int,
        last: int,
    ) -> None:
        self.request, self.modified = request, modified
        self.root = ET.Element(f"{{{ATOM}}}feed")
        language = get_language() or "vi"
        self.root.set("{http://www.w3.org/XML/1998/namespace}lang", language)
        _text(self.root, "id", _tag(own))
        _text(self.root, "title", f"{title} · OpenSTI")
        _text(self.root, "updated", _moment(updated))
        author = ET.SubElement(self.root, f"{{{ATOM}}}author")
        _text(author, "name", "OpenSTI")
        _text(self.root, "rights", str(settings.OPENSTI_DATA_LICENCE))
        self._link("self", self._own(number), "application/atom+xml")
        self._link("alternate", request.build_absolute_uri(page), "text/html")
        if last > 1:
            self._link("first", self._own(1))
            self._link("last", self._own(last))
        if number > 1:
            self._link("previous", self._own(number - 1))
        if number < last:
            self._link("next", self._own(number + 1))

    def _own(self, number: int) -> str:
        query = self.request.GET.copy()
        query.pop("page", None)
        if number > 1:
            query["page"] = str(number)
        said = f"?{query.urlencode()}" if query else ""
        return self.request.build_absolute_uri(f"{self.request.path}{said}")

    def _link(self, rel: str, href: str, kind: str = "") -> None:
        link = ET.SubElement(self.root, f"{{{ATOM}}}link", rel=rel, href=href)
        if kind:
            link.set("type", kind)

    def entry(
        self,
        *,
        own: str,
        title: str,
        page: str,
        updated: datetime,
        published: datetime,
        summary: str,
        category: str = "",
        label: str = "",
        author: str = "",
    ) -> None:
        entry = ET.SubElement(self.root, f"{{{ATOM}}}entry")
        _text(entry, "id", _tag(own))
        _text(entry, "title", title)
        _text(entry, "updated", _moment(updated))
        _text(entry, "published", _moment(published))
        if author:
            _text(ET.SubElement(entry, f"{{{ATOM}}}author"), "name", author)
        address = self.request.build_absolute_uri(page)
        ET.SubElement(
            entry, f"{{{ATOM}}}link", rel="alternate", href=address, type="text/html"
        )
        if category:
            ET.SubElement(entry, f"{{{ATOM}}}category", term=category, label=label)
        _text(entry, "summary", summary)

    def answer(self, *, tag: str) -> HttpResponse:
        """The feed, or 304 where the reader has it already."""
        content = ET.tostring(self.root, encoding="utf-8", xml_declaration=True)
        digest = hashlib.sha256(content + tag.encode()).hexdigest()[:32]
        etag = quote_etag(digest)
        response: HttpResponse
        if self._has_it(etag):
            response = HttpResponseNotModified()
        else:
            response = HttpResponse(
                content, content_type="application/atom+xml; charset=utf-8"
            )
        response["ETag"] = etag
        response["Last-Modified"] = http_date(self.modified.timestamp())
        response["Cache-Control"] = "public, max-age=300"
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    def _has_it(self, etag: str) -> bool:
        known = self.request.headers.get("If-None-Match", "")
        if known:
            return etag in {
                part.strip().removeprefix("W/") for part in known.split(",")
            }
        since = parse_http_date_safe(self.request.headers.get("If-Modified-Since", ""))
        return since is not None and int(self.modified.timestamp()) <= since


def _tag(own: str) -> str:
    """An identifier that stays whatever address the house has (RFC 4151)."""
    house = log_origin().partition("/")[0]
    return f"tag:{house},{SINCE}:opensti/{own}"


def _text(parent: ET.Element, name: str, text: str) -> None:
    under(parent, f"{{{ATOM}}}{name}", text)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
