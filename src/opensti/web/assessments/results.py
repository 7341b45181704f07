"""What an assessment came to: a page with pictures, and the report as Word and PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from opensti.domains.assessments import queries
from opensti.kernel.bilingual import pick
from opensti.kernel.refusals import NotFound
from opensti.ui.pages import Crumb
from opensti.web.assessments.reading import Shown
from opensti.web.assessments.reports import blocks_of, plan_row
from opensti.web.papers import issued_by, language_of_paper, official

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.web.requests import Request


def _shown(request: Request, public_id: str) -> Shown:
    row = queries.assessment(request.actor, public_id)
    found = queries.result(request.actor, row)
    if found is None:
        raise NotFound
    return Shown(
        row=row,
        asked=queries.asked_of(row),
        found=found,
        earlier=queries.earlier_results(request.actor, row, found),
        peers=queries.among_peers(request.actor, row, found, today=localdate()),
    )


@never_cache
@require_safe
def result(request: Request, public_id: str) -> HttpResponse:
    """Maturity by part, conformity apart from it, what to do first, the own past."""
    shown = _shown(request, public_id)
    ready = shown.said["readiness"]
    return render(
        request,
        "web/assessments/result.html",
        {
            "title": _("Result: %(name)s") % {"name": shown.row.title},
            "breadcrumb": [
                Crumb(_("Innovation assessments"), reverse("assessments:assessments")),
                Crumb(
                    shown.row.title,
                    reverse("assessments:assessment", args=[public_id]),
                ),
            ],
            "row": shown.row,
            "shown": shown,
            "whole": shown.whole(),
            "clauses": shown.clause_rows(),
            "charts": [shown.radar(), shown.bars()],
            "plane": shown.plane(),
            "past": shown.past(),
            "peers": shown.peers,
            "ready": None if ready["ready"] is None else round(100 * ready["ready"]),
            "for_audit": ready["for_audit"],
            "agreement": shown.said["agreement"],
        },
    )


@never_cache
@require_safe
def report(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The report in the language of the page, as Word (``docx``) or PDF (``pdf``)."""
    shown = _shown(request, public_id)
    language = language_of_paper()
    host = shown.row.organisation
    context = issued_by(
        language,
        pick(host.name_vi, host.name_en).upper(),
        localdate(shown.found.scored_at),
    ) | {
        "title": _("REPORT ON INNOVATION MANAGEMENT"),
        "subtitle": shown.row.title,
        "blocks": blocks_of(
            shown,
            [plan_row(one) for one in queries.improvements(request.actor, shown.row)],
        ),
        "signatures": [{"capacity": _("FOR THE ORGANISATION"), "note": "", "name": ""}],
        "footer": _("Result %(digest)s, revision %(n)d")
        % {"digest": shown.found.sha256[:16], "n": shown.found.revision},
    }
    name = f"assessment-{public_id}"
    return official("report", context, kind=kind, name=name)
