"""The portfolio's map: clusters of works that are alike, and one of them near to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from opensti.domains.overlaps import queries
from opensti.domains.overlaps.choices import BARRING, Finding, Kind, VerdictState
from opensti.kernel.access import require
from opensti.ui import charts
from opensti.ui.pages import Crumb
from opensti.web.overlaps.said import percent
from opensti.web.overlaps.screenings import work_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from opensti.domains.overlaps.models import Document
    from opensti.domains.overlaps.queries import MapCluster, Pairing
    from opensti.web.requests import Request

PAIRS = 50
_YEAR = 4


@require_safe
def map_page(request: Request) -> HttpResponse:
    """Clusters, the largest first, with a heat map of those on the page."""
    require(request.actor, "overlaps.list")
    asked = _asked(request)
    page = _number(request.GET.get("page")) or 1
    start = (page - 1) * queries.MAP_CLUSTERS
    told = queries.portfolio_map(request.actor, **asked, start=start)
    drawn = [cluster for cluster in told.clusters if cluster.drawn]
    return render(
        request,
        "web/overlaps/map.html",
        {
            "title": _("Map of likenesses"),
            "breadcrumb": [
                Crumb(_("Overlap"), reverse("overlaps:screenings")),
                Crumb(_("Map of likenesses")),
            ],
            "told": told,
            "listed": percent(told.listed),
            "kinds": Kind.choices,
            "asked": asked,
            "page": Paginator(range(told.total), queries.MAP_CLUSTERS).get_page(page),
            "rows": [
                {
                    "number": start + place,
                    "url": _address(cluster, asked),
                    "work": cluster.pairs[0].first,
                    "works": cluster.works,
                    "pairs": len(cluster.pairs),
                    "probability": percent(cluster.probability),
                    "judged": _judged(cluster),
                    "open": cluster.open - cluster.proposed,
                    "proposed": cluster.proposed,
                }
                for place, cluster in enumerate(told.clusters, 1)
            ],
            "chart": _heat(drawn, start),
            "drawn": sum(len(cluster.drawn) for cluster in drawn),
            "shown": sum(cluster.works for cluster in told.clusters),
            "most": queries.MAP_CLUSTERS,
        },
    )


@require_safe
def cluster_page(request: Request, cluster_id: str) -> HttpResponse:
    """One cluster: heat map, graph, works by number, pairs with their verdicts."""
    require(request.actor, "overlaps.list")
    asked = _asked(request)
    cluster = queries.map_cluster(request.actor, cluster_id, **asked)
    number = {work.subject: place for place, work in enumerate(cluster.drawn, 1)}
    pages = Paginator(cluster.pairs, PAIRS)
    page = pages.get_page(request.GET.get("page"))
    inside = [
        pair
        for pair in cluster.pairs
        if pair.first.subject in number and pair.second.subject in number
    ]
    title = ngettext(
        "Cluster of %(n)s work", "Cluster of %(n)s works", cluster.works
    ) % {"n": cluster.works}
    back = reverse("overlaps:map") + _query(asked)
    return render(
        request,
        "web/overlaps/cluster.html",
        {
            "title": title,
            "breadcrumb": [
                Crumb(_("Overlap"), reverse("overlaps:screenings")),
                Crumb(_("Map of likenesses"), back),
                Crumb(title),
            ],
            "cluster": cluster,
            "probability": percent(cluster.probability),
            "judged": _judged(cluster),
            "open": cluster.open - cluster.proposed,
            "works": [
                {"number": place, "work": work, "url": work_url(work)}
                for place, work in enumerate(cluster.drawn, 1)
            ],
            "heat": _heat_of_works(cluster, inside),
            "graph": _graph(cluster.drawn, inside),
            "page": page,
            "pairs": [
                {
                    "pair": pair,
                    "first": number.get(pair.first.subject, ""),
                    "second": number.get(pair.second.subject, ""),
                    "probability": percent(pair.probability),
                    "finding": Finding(pair.finding).label if pair.finding else "",
                    "tone": _tone(pair),
                    "waits": pair.state == VerdictState.PROPOSED,
                    "url": f"{reverse('overlaps:screening', args=[pair.screening])}?hit={pair.hit}",
                }
                for pair in page
            ],
        },
    )


def _number(text: str | None) -> int | None:
    """A place or a year as it stands in an address; None for anything else."""
    if text and text.isascii() and text.isdigit() and len(text) <= _YEAR:
        return int(text)
    return None


def _asked(request: Request) -> dict[str, Any]:
    """The kind and year that were asked for, none where the address has others."""
    kind = request.GET.get("kind", "")
    return {
        "kind": kind if kind in Kind.values else "",
        "year": _number(request.GET.get("year")) or None,
    }


def _query(asked: dict[str, Any]) -> str:
    given = {name: value for name, value in asked.items() if value}
    return f"?{urlencode(given)}" if given else ""


def _address(cluster: MapCluster, asked: dict[str, Any]) -> str:
    return reverse("overlaps:cluster", args=[cluster.id]) + _query(asked)


def _judged(cluster: MapCluster) -> list[tuple[int, str, str]]:
    """How many pairs have which standing verdict, in the order of the verdicts."""
    return [
        (cluster.judged[finding], str(finding.label), _tone_of(finding))
        for finding in Finding
        if finding in cluster.judged
    ]


def _tone_of(finding: str) -> str:
    return "bad" if finding in BARRING else "good"


def _tone(pair: Pairing) -> str:
    return "wait" if pair.state == VerdictState.PROPOSED else _tone_of(pair.finding)


def _head() -> tuple[str, str, str]:
    return (_("Work"), _("The other work"), _("Probability"))


def _between(
    works: Sequence[Document], pairs: Sequence[Pairing]
) -> list[charts.Between]:
    place = {work.subject: n for n, work in enumerate(works)}
    return [
        charts.Between(
            first=place[pair.first.subject],
            second=place[pair.second.subject],
            share=pair.probability,
            words=percent(pair.probability),
            series=_series(pair),
        )
        for pair in pairs
        if pair.first.subject in place and pair.second.subject in place
    ]


def _series(pair: Pairing) -> int:
    """Lines of the graph: to be judged, may go on, stands in the way."""
    if pair.state != VerdictState.STANDING:
        return 0
    return 2 if pair.finding in BARRING else 1


def _heat(clusters: Sequence[MapCluster], start: int) -> charts.Chart:
    works = [work for cluster in clusters for work in cluster.drawn]
    return charts.heat(
        title=_("Heat map of the clusters"),
        head=_head(),
        blocks=[
            (f"{start + place}", [work.title for work in cluster.drawn])
            for place, cluster in enumerate(clusters, 1)
        ],
        cells=_between(works, [p for cluster in clusters for p in cluster.pairs]),
    )


def _heat_of_works(cluster: MapCluster, pairs: Sequence[Pairing]) -> charts.Chart:
    return charts.heat(
        title=_("Heat map"),
        head=_head(),
        blocks=[("", [work.title for work in cluster.drawn])],
        cells=_between(cluster.drawn, pairs),
        each=True,
    )


def _graph(works: Sequence[Document], pairs: Sequence[Pairing]) -> charts.Chart:
    return charts.graph(
        title=_("Graph"),
        head=(*_head(), _("Verdict")),
        names=[work.title for work in works],
        edges=_between(works, pairs),
        series=(
            _("still open"),
            _("no overlap, or acceptable"),
            _("to be merged or declined"),
        ),
    )
