"""Pages for who keeps or chairs a council before its meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from opensti.domains.panels import actions, queries
from opensti.domains.panels.choices import (
    QUESTION_TONES,
    REVIEW_TONES,
    SEAT_TONES,
    Rating,
    ReviewState,
)
from opensti.kernel.access import may, require
from opensti.kernel.refusals import NotFound, Refusal
from opensti.ui import charts
from opensti.web.panels import asking
from opensti.web.panels.councils import council_crumbs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.panels.models import Council
    from opensti.web.requests import Request


@require_safe
def preparation(request: Request, public_id: str) -> HttpResponse:
    """Letters, reviews with what stands out, disagreement, questions: before the meeting."""
    return _show(request, queries.council(request.actor, public_id))


def _show(
    request: Request, council: Council, refusal: Refusal | None = None
) -> HttpResponse:
    actor = request.actor
    require(actor, "panels.read_disagreement", council)
    found = queries.preparation(actor, council, today=localdate())
    return render(
        request,
        "web/panels/preparation.html",
        {
            "title": _("Before the meeting"),
            "lead": council.title,
            "breadcrumb": council_crumbs(council, _("Before the meeting")),
            "council": council,
            "found": found,
            "chart": _chart(found),
            "keeps": bool(may(actor, "panels.keep", council)),
            "may_rate": bool(may(actor, "panels.rate_review", council)),
            "may_replace": bool(may(actor, "panels.set_up", council)),
            "mine": actor.person_id,
            "tones": REVIEW_TONES,
            "labels": dict(ReviewState.choices),
            "seat_tones": SEAT_TONES,
            "question_tones": QUESTION_TONES,
            "marks": range(1, 6),
            "refusal": refusal,
            "typed": request.POST,
        },
        status=refusal.status if refusal else 200,
    )


def _chart(found: queries.Preparation) -> Any:
    rows = [
        (_short(line.item), round(line.divided.index, 1))
        for line in found.order
        if line.divided is not None
    ]
    if not rows:
        return None
    return charts.bars(
        title=_("How far the reviews lie apart, in percent of the most"),
        head=(_("Case"), _("Mean distance of two reviews, %")),
        rows=rows,
    )


def _short(item: Any) -> str:
    thing = item.dossier or item.order
    return f"{item.number}. {thing.code}" if thing is not None else str(item.number)


@require_POST
def preparation_step(request: Request, public_id: str) -> HttpResponse:
    """One act of the keeper or the chair on what was prepared."""
    council = queries.council(request.actor, public_id)
    try:
        said = _act(request)
    except Refusal as refusal:
        return _show(request, council, refusal)
    messages.success(request, said)
    return redirect("panels:preparation", public_id=public_id)


def _act(request: Request) -> str:
    sent, actor = request.POST, request.actor
    act = sent.get("act")
    if act == "open":
        actions.reveal_reviews(
            actor=actor,
            item_id=asking.whole(sent.get("item")) or 0,
            reason=sent.get("reason", ""),
            at=now(),
        )
        return _("The reviews are open to those who may read them.")
    if act == "rate":
        actions.rate_review(
            actor=actor,
            review_id=asking.whole(sent.get("review")) or 0,
            rating=Rating(
                thorough=asking.whole(sent.get("thorough")) or 0,
                reasoned=asking.whole(sent.get("reasoned")) or 0,
                useful=asking.whole(sent.get("useful")) or 0,
                remark=sent.get("remark", ""),
            ),
            at=now(),
        )
        return _("Your rating is kept.")
    if act == "release":
        actions.release_question(
            actor=actor,
            question_id=asking.whole(sent.get("question")) or 0,
            text=sent.get("text", ""),
            due_on=asking.day(sent.get("due_on")),
            at=now(),
            expected_version=asking.whole(sent.get("version")),
        )
        return _("The question is with the author, without the asker's name.")
    if act == "withhold":
        actions.withhold_question(
            actor=actor,
            question_id=asking.whole(sent.get("question")) or 0,
            reason=sent.get("reason", ""),
            at=now(),
            expected_version=asking.whole(sent.get("version")),
        )
        return _("The question is not sent; the asker reads why.")
    raise NotFound
