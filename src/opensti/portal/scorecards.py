"""Targets of plans as everybody may read them: published values, their lights, their data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries
from opensti.domains.strategies import queries as strategies
from opensti.ui import paths
from opensti.ui.exports import table_response
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

LIGHTS = ("off", "near", "on", "no_data")


def _counts(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    return [
        (strategies.TONES[light], strategies.light_words(light), counts.get(light, 0))
        for light in LIGHTS
    ]


@require_safe
def scorecards(request: HttpRequest) -> HttpResponse:
    """Every public plan that has targets, with how they stand."""
    found = queries.scorecards(at=now())
    return render(
        request,
        "portal/scorecards.html",
        {
            "title": _("Targets"),
            "breadcrumb": [Crumb(_("Targets"))],
            "plans": [(card, _counts(card.counts)) for card in found],
        },
    )


@require_safe
def scorecard(request: HttpRequest, public_id: str) -> HttpResponse:
    """The targets of one plan: what is wanted, what was reached, the way to it."""
    card = queries.scorecard(public_id, at=now())
    return render(
        request,
        "portal/scorecard.html",
        {
            "title": card.plan,
            "breadcrumb": [
                Crumb(_("Targets"), reverse("portal:scorecards")),
                Crumb(card.plan),
            ],
            "card": card,
            "counts": _counts(card.counts),
            "lines": [
                {
                    "line": line,
                    "tone": strategies.TONES[line.light],
                    "light": strategies.light_words(line.light),
                    "wanted": strategies.wanted_words(line),
                    "value": strategies.value_words(line),
                    "achievement": strategies.percent_words(line.rating.achievement),
                    "sentence": strategies.required_words(line),
                    "notes": strategies.note_words(line),
                    "way": paths.way(
                        title=f"{line.code}: {strategies.wanted_words(line)}",
                        decimals=2,
                        **line.way(),
                    ),
                }
                for line in card.lines
            ],
        },
    )


@require_safe
def scorecard_file(
    request: HttpRequest,  # noqa: ARG001 -- as called
    public_id: str,
    kind: str,
) -> HttpResponseBase:
    """The same as data: CSV with one row a target, or JSON with every number."""
    card = queries.scorecard(public_id, at=now())
    if kind == "json":
        return JsonResponse(strategies.to_plain(card), json_dumps_params={"indent": 1})
    if kind != "csv":
        raise Http404
    return table_response(
        kind="csv",
        name=f"targets-{public_id}",
        head=strategies.scorecard_head(),
        rows=strategies.scorecard_rows(card),
    )
