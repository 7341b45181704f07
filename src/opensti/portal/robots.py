"""What programs that walk the web are told: where the public pages are, where not to go."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from django.conf import settings
from django.core.paginator import EmptyPage, Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from django.http import HttpRequest

SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
ADDRESSES = 10_000
LISTS = (
    "home",
    "plans",
    "calls",
    "orders",
    "decisions",
    "tasks",
    "results",
    "offers",
    "indicators",
    "scorecards",
    "indices",
    "news",
    "events",
    "statistics",
    "open_data",
    "verify",
)
_ANY = "anything"
ET.register_namespace("", SPACE)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be walked; the work of the house and endless searches not."""
    lines = ["User-agent: *"]
    if settings.OPENSTI_INDEXED:
        lines += [
            f"Disallow: {place}"
            for place in (reverse("home"), "/accounts/", "/search/")
        ]
        where = request.build_absolute_uri(reverse("portal:sitemap"))
        lines += ["", f"Sitemap: {where}"]
    else:
        lines.append("Disallow: /")
    return HttpResponse(
        "\n".join(lines) + "\n", content_type="text/plain; charset=utf-8"
    )


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The parts of the map, each of 10,000 addresses at most."""
    pages = Paginator(queries.mapped(), ADDRESSES)
    root = ET.Element(f"{{{SPACE}}}sitemapindex")
    for number in pages.page_range:
        part = ET.SubElement(root, f"{{{SPACE}}}sitemap")
        where = reverse("portal:sitemap_part", args=[number])
        ET.SubElement(part, f"{{{SPACE}}}loc").text = request.build_absolute_uri(where)
    return _xml(root)


@require_safe
def sitemap_part(request: HttpRequest, number: str) -> HttpResponse:
    """Addresses of public pages with when each last changed; the lists in the first part."""
    asked = row_number(number) or 0
    try:
        page = Paginator(queries.mapped(), ADDRESSES).page(asked)
    except EmptyPage:
        raise NotFound from None
    root = ET.Element(f"{{{SPACE}}}urlset")
    if asked == 1:
        for name in LISTS:
            _address(root, request.build_absolute_uri(reverse(f"portal:{name}")))
    places = {kind: _place(request, kind) for kind in queries.PAGES}
    for kind, public_id, changed in page.object_list:
        before, after = places[kind]
        _address(root, f"{before}{public_id}{after}", changed.date().isoformat())
    return _xml(root)


def _place(request: HttpRequest, kind: str) -> tuple[str, str]:
    """What stands before and after the number of a thing in the address of its page."""
    where = request.build_absolute_uri(reverse(queries.PAGES[kind], args=[_ANY]))
    before, _any, after = where.rpartition(_ANY)
    return before, after


def _address(root: ET.Element, where: str, changed: str = "") -> None:
    entry = ET.SubElement(root, f"{{{SPACE}}}url")
    ET.SubElement(entry, f"{{{SPACE}}}loc").text = where
    if changed:
        ET.SubElement(entry, f"{{{SPACE}}}lastmod").text = changed


def _xml(root: ET.Element) -> HttpResponse:
    content = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(content, content_type="application/xml; charset=utf-8")
