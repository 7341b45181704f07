"""The coherence test as a page: each finding in words, with what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.strategies import queries
from opensti.kernel.access import require
from opensti.ui.pages import Crumb
from opensti.web.strategies.lines import page_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.web.requests import Request

TONES = {"conflict": "bad", "warning": "warn", "note": "neutral"}


@require_safe
def coherence(request: Request, public_id: str = "") -> HttpResponse:
    """All findings, of one plan or of all plans together, the gravest first."""
    require(request.actor, "strategies.list_plans")
    plan = queries.plan_of_scorecard(request.actor, public_id) if public_id else None
    found = queries.coherence(request.actor, plan, as_of=now())
    crumbs = [Crumb(_("Coherence of targets"))]
    if plan is not None:
        crumbs = [
            Crumb(_("Coherence of targets"), reverse("strategies:coherence")),
            Crumb(plan.code),
        ]
    return render(
        request,
        "web/strategies/scorecard/coherence.html",
        {
            "title": _("Coherence of targets"),
            "breadcrumb": crumbs,
            "plan": plan,
            "counts": [
                (
                    tone,
                    queries.severity_word(code),
                    sum(f.severity == code for f in found),
                )
                for code, tone in TONES.items()
            ],
            "findings": [
                (
                    TONES[f.severity],
                    queries.severity_words(f),
                    queries.coherence_words(f),
                    [(thing, page_of(thing.kind, thing.id)) for thing in f.about],
                )
                for f in found
            ],
        },
    )
