"""What changed since the assessment before, on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from opensti.domains.assessments import queries
from opensti.kernel.refusals import NotFound
from opensti.ui.pages import Crumb
from opensti.web.assessments.pages import up
from opensti.web.assessments.reading import score_text

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.assessments.queries import Change
    from opensti.web.requests import Request

BY = {
    "peers": gettext_lazy("by %(n)d organisations that were asked the same"),
    "people": gettext_lazy("by what %(n)d of your people say"),
}


@never_cache
@require_safe
def changes(request: Request, public_id: str) -> HttpResponse:
    """Item by item, part by part, with what was done in between and what rules say no more."""
    found = queries.changes(request.actor, public_id)
    if found is None:
        raise NotFound
    row = found.row
    names = {c.number: f"{c.number}. {c}" for c in found.asked.clauses}
    return render(
        request,
        "web/assessments/changes.html",
        {
            "title": _("What changed: %(name)s") % {"name": row.title},
            "breadcrumb": [
                up(),
                Crumb(
                    row.title, reverse("assessments:assessment", args=[row.public_id])
                ),
                Crumb(_("Plan"), reverse("assessments:plan", args=[row.public_id])),
            ],
            "found": found,
            "row": row,
            "parts": [
                *((names[one.code], said(one)) for one in found.clauses),
                (_("All parts"), said(found.whole)),
            ],
            "items": [
                (f"{item.code} · {item}", said(one)) for item, one in found.items
            ],
            "done": [
                (
                    one,
                    "; ".join(
                        f"{code} {score_text(one.before.get(code))} → {score_text(value)}"
                        for code, value in one.after.items()
                    ),
                )
                for one in found.done
            ],
        },
    )


def said(one: Change) -> dict[str, Any]:
    """A change as people read it."""
    least = one.least
    return {
        "before": score_text(one.before),
        "now": score_text(one.now),
        "by": "—"
        if one.by is None
        else ("+" if one.by > 0 else "") + score_text(one.by),
        "level": f"{_level(one.level_before)} → {_level(one.level_now)}",
        "least": "—" if least is None else score_text(least.least, 2),
        "how": "" if least is None else str(BY[least.by]) % {"n": least.n},
        "real": one.real,
    }


def _level(level: int | None) -> str:
    return "—" if level is None else str(level)
