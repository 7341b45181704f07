"""Statistics of the register: an overview, a page for each question, files of each picture."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from opensti.domains.publications import queries
from opensti.kernel.refusals import NotFound
from opensti.portal.limits import limit_strangers
from opensti.portal.money import map_page, money_page, withheld_note
from opensti.portal.pictures import asked_of
from opensti.portal.timing import deadlines_page
from opensti.portal.uses import openness_page, use_page
from opensti.ui import charts
from opensti.ui.exports import table_response
from opensti.ui.pages import Crumb
from opensti.ui.sharing import share_card
from opensti.ui.svgfiles import svg_response

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from opensti.kernel.refusals import Text
    from opensti.portal.pictures import Asked, Page

PAGES: dict[str, Callable[[Asked], Page]] = {
    "money": money_page,
    "map": map_page,
    "deadlines": deadlines_page,
    "use": use_page,
    "openness": openness_page,
}
LINKS: dict[str, Text] = {
    "statistics": gettext_lazy("Overview"),
    "money": gettext_lazy("Money from goal to result"),
    "map": gettext_lazy("Map of tasks"),
    "deadlines": gettext_lazy("How long steps take"),
    "use": gettext_lazy("Are results used?"),
    "openness": gettext_lazy("How open the register is"),
    "councils": gettext_lazy("Councils in figures"),
    "deviations": gettext_lazy("Decisions beside the advice"),
}
MILLION = 1_000_000
CARDS_A_MINUTE = 30


def links_of(now: str) -> list[tuple[str, str, bool]]:
    """Pages of statistics: words, address, whether it is this one."""
    return [
        (str(words), reverse(f"portal:{name}"), name == now)
        for name, words in LINKS.items()
    ]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What the register holds, and the pictures most people come for."""
    asked = asked_of(request)
    found = queries.figured_statistics(asked.edition, asked.today)
    approved = found.totals
    drawn = [
        charts.bars(
            title=_("Approved money by year, million đồng"),
            head=(_("Year"), _("Million đồng")),
            rows=[
                (str(year), int(money) // MILLION)
                for year, _n, money in (approved.by_year if approved else ())
            ],
        ),
        charts.bars(
            title=_("Approved money by host, million đồng"),
            head=(_("Host"), _("Million đồng")),
            rows=[
                (str(host), int(money) // MILLION)
                for host, money in found.money_by_host
            ],
        ),
        charts.bars(
            title=_("Tasks in the archive by year"),
            head=(_("Year"), _("Tasks")),
            rows=found.tasks_by_year,
        ),
        charts.bars(
            title=_("Tasks in the archive by funder"),
            head=(_("Funder"), _("Tasks")),
            rows=found.tasks_by_funder,
        ),
    ]
    pages = [(name, PAGES[name](asked)) for name in ("money", "deadlines", "use")]
    return render(
        request,
        "portal/statistics.html",
        {
            "title": _("Statistics"),
            "links": links_of("statistics"),
            "found": found,
            "approved": approved,
            "withheld": withheld_note(approved.withheld)
            if approved and approved.withheld
            else "",
            "charts": [c for c in drawn if c.rows],
            "first": [
                (page, reverse(f"portal:{name}"), page.drawings[0].chart)
                for name, page in pages
                if page.drawings
            ],
            "source": asked.source,
        },
    )


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """One question: pictures, tables, how it was counted; what is chosen is in the address."""
    asked = asked_of(request)
    found = PAGES[name](asked)
    return render(
        request,
        "portal/picture.html",
        {
            "title": found.title,
            "lead": found.lead,
            "description": found.lead,
            "breadcrumb": [
                Crumb(_("Statistics"), reverse("portal:statistics")),
                Crumb(found.title),
            ],
            "links": links_of(name),
            "page": found,
            "source": asked.source,
            "name": name,
            "query": request.GET.urlencode(),
            "address": settings.OPENSTI_ADDRESS.rstrip("/"),
        },
    )


def _etag(request: HttpRequest, key: str, kind: str) -> str:
    """The same for the same state of the house, question and language."""
    edition = queries.figures_edition()
    said = (edition.tag, edition.at, localdate(), key, kind, get_language())
    address = repr((*said, sorted(request.GET.items())))
    return f'"{sha256(address.encode()).hexdigest()[:32]}"'


@require_safe
@condition(etag_func=_etag)
def picture_file(request: HttpRequest, key: str, kind: str) -> HttpResponseBase:
    """A picture as ``svg`` or, to be shared, as ``png``; or the figures of its page as ``csv`` or ``xlsx``."""
    make = PAGES.get(key.partition("-")[0])
    if make is None:
        raise NotFound
    found = make(asked_of(request))
    if kind in {"csv", "xlsx"} and key in PAGES:
        head, rows = found.data
        return table_response(kind=kind, name=key, head=head, rows=rows)
    chart = next((one.chart for one in found.drawings if one.key == key), None)
    if kind not in {"svg", "png"} or chart is None:
        raise NotFound
    if kind == "svg":
        return svg_response(chart, name=key)
    limit_strangers(request, "share-card", per_minute=CARDS_A_MINUTE)
    return HttpResponse(
        queries.kept(
            "card",
            queries.figures_edition(),
            localdate(),
            lambda: share_card(chart),
            key,
            get_language(),
            sorted(request.GET.items()),
        ),
        content_type="image/png",
    )
