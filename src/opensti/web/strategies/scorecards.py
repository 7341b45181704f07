"""The leader's dashboard, and the scorecard of one plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.strategies import queries
from opensti.domains.strategies.choices import Light
from opensti.kernel.access import may, require
from opensti.kernel.refusals import NotFound
from opensti.ui import paths
from opensti.ui.exports import table_response
from opensti.ui.pages import Crumb
from opensti.ui.svgfiles import svg_response
from opensti.web.strategies.lines import all_shown, page_of

if TYPE_CHECKING:
    from django.http import HttpResponse, HttpResponseBase

    from opensti.domains.strategies.models import MethodRun
    from opensti.web.requests import Request

LIGHTS = (Light.OFF, Light.NEAR, Light.ON, Light.NO_DATA)


def counts_of(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """How many targets show each light, the worst first: tone, words, number."""
    return [
        (queries.TONES[light], queries.light_words(light), counts.get(light, 0))
        for light in LIGHTS
    ]


def _run_url(run: MethodRun) -> str:
    return reverse("strategies:account_run", args=[run.public_id])


@require_safe
def dashboard(request: Request) -> HttpResponse:
    """Every target of the running plans: its light, value, path, gap, and what drives it."""
    found = queries.dashboard(request.actor, as_of=now())
    runs = [run for run in (found.growth, found.shift_share) if run is not None]
    return render(
        request,
        "web/strategies/scorecard/dashboard.html",
        {
            "title": _("Targets at a glance"),
            "breadcrumb": [Crumb(_("Targets at a glance"))],
            "counts": counts_of(found.counts),
            "plans": [
                (card, counts_of(card.counts), all_shown(card.lines))
                for card in found.cards
            ],
            "runs": [(run, _run_url(run)) for run in runs],
        },
    )


@require_safe
def scorecard(request: Request, public_id: str) -> HttpResponse:
    """The scorecard of one plan: a table of its targets, and the way to each."""
    actor = request.actor
    require(actor, "strategies.list_plans")
    plan = queries.plan_of_scorecard(actor, public_id)
    card = queries.scorecard(actor, plan, as_of=now())
    held = queries.last_held(actor, plan)
    revised = (
        queries.revisions(queries.from_plain(held.scorecard), card)
        if held is not None and held.scorecard
        else []
    )
    return render(
        request,
        "web/strategies/scorecard/scorecard.html",
        {
            "title": _("Scorecard of %(plan)s") % {"plan": plan.code},
            "breadcrumb": [
                Crumb(_("Targets at a glance"), reverse("strategies:dashboard")),
                Crumb(plan.code),
            ],
            "plan": plan,
            "plan_url": page_of("plan", plan.public_id),
            "card": card,
            "bands": [
                queries.percent_words(card.bands.on),
                queries.percent_words(card.bands.near),
            ],
            "counts": counts_of(card.counts),
            "lines": all_shown(card.lines, picture=True),
            "others": all_shown(card.others),
            "held": held,
            "revised": revised,
            "may_keep": may(actor, "strategies.keep_stocktake", plan),
        },
    )


@require_safe
def scorecard_file(request: Request, public_id: str, kind: str) -> HttpResponseBase:
    """The scorecard as XLSX or CSV, figures as figures."""
    if kind not in ("xlsx", "csv"):
        raise Http404
    require(request.actor, "strategies.list_plans")
    plan = queries.plan_of_scorecard(request.actor, public_id)
    card = queries.scorecard(request.actor, plan, as_of=now())
    return table_response(
        kind=kind,
        name=f"scorecard-{plan.public_id}",
        head=queries.scorecard_head(),
        rows=queries.scorecard_rows(card),
    )


@require_safe
def way_file(request: Request, public_id: str, target_id: int) -> HttpResponse:
    """The way to one target as an SVG file."""
    require(request.actor, "strategies.list_plans")
    plan = queries.plan_of_scorecard(request.actor, public_id)
    card = queries.scorecard(request.actor, plan, as_of=now())
    line = next((x for x in card.lines if x.target == target_id), None)
    if line is None:
        raise NotFound
    drawn = paths.way(
        title=f"{line.code}: {queries.wanted_words(line)}", decimals=2, **line.way()
    )
    return svg_response(drawn, name=f"way-{line.code}")
