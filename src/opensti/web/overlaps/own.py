"""A writer's own look at the public archive, before handing in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from opensti.domains.overlaps import actions, queries
from opensti.domains.overlaps.choices import Kind
from opensti.kernel.access import require
from opensti.ui.pages import Crumb
from opensti.web.overlaps.said import aligned, kind_said, percent
from opensti.web.overlaps.screenings import work_url

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.web.requests import Request

KINDS = {"need": (Kind.NEED, "tasks:need"), "dossier": (Kind.DOSSIER, "calls:dossier")}
SHOWN_PASSAGES = 3


@require_http_methods(["GET", "HEAD", "POST"])
def own_check(request: Request, kind: str, public_id: str) -> HttpResponse:
    """Ask for the comparison of an own draft, and read its answer."""
    if kind not in KINDS:
        raise Http404
    code, page = KINDS[kind]
    if request.method == "POST":
        actions.check_own_draft(
            actor=request.actor, kind=code, public_id=public_id, at=now()
        )
        return redirect("overlaps:own", kind=kind, public_id=public_id)
    work, permission = queries.draft_of(request.actor, code, public_id)
    require(request.actor, permission, work)
    check = queries.own_check(request.actor, code, work)
    return render(
        request,
        "web/overlaps/own.html",
        {
            "title": _("Compare with the public archive"),
            "lead": _(
                "What you write is compared with task files and called orders that everybody may read. Nobody else sees the answer."
            ),
            "breadcrumb": [
                Crumb(work.title or _("(no title)"), reverse(page, args=[public_id])),
                Crumb(_("Comparison")),
            ],
            "check": check,
            "matches": [
                {
                    "document": match.document,
                    "url": work_url(match.document),
                    "probability": percent(match.probability),
                    "kind": kind_said(match.likeness),
                    "across": bool(match.evidence.get("across")),
                    "passages": aligned(match.evidence["passages"])[:SHOWN_PASSAGES],
                }
                for match in (queries.own_matches(check) if check else ())
            ],
        },
    )
