"""Pages of a member before the meeting: the reading room, notes, the review, questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.panels import actions, queries
from opensti.domains.panels.choices import (
    REVIEW_TONES,
    SCORE_STEP,
    Confidence,
    ReviewState,
    Vote,
)
from opensti.kernel.access import require
from opensti.kernel.bilingual import pick
from opensti.kernel.refusals import Invalid, NotFound, Refusal, Stale
from opensti.web.panels import asking
from opensti.web.panels.councils import council_crumbs
from opensti.web.panels.experts import _by_field, _code, _lines, sheet_from
from opensti.web.panels.papers import review_document
from opensti.web.panels.rating import rating_context
from opensti.web.papers import official

if TYPE_CHECKING:
    from opensti.domains.panels.actions import Sheet
    from opensti.domains.panels.models import CouncilItem
    from opensti.web.requests import Request


@require_safe
def reading_room(request: Request, public_id: str) -> HttpResponse:
    """All that a member judges, in the member's own order, with what is still to do."""
    actor = request.actor
    require(actor, "panels.list_councils")
    council = queries.council(actor, public_id)
    seat = queries.own_seat(actor, council)
    if seat is None:
        raise NotFound
    return render(
        request,
        "web/panels/reading_room.html",
        {
            "title": _("Reading room"),
            "lead": council.title,
            "breadcrumb": council_crumbs(council, _("Reading room")),
            "council": council,
            "seat": seat,
            "secret": queries.rule_of(council).secrecy,
            "signed": hasattr(seat, "undertaking"),
            "lines": queries.reading_room(actor, council, seat),
            "tones": REVIEW_TONES,
            "labels": dict(ReviewState.choices),
            "today": localdate(),
        },
    )


# ---- notes


@require_POST
def note(request: Request, public_id: str) -> HttpResponse:
    """Keep one's own note; the script asks for JSON, a page without it goes back."""
    actor = request.actor
    require(actor, "panels.list_ballots")
    item = queries.item(actor, public_id)
    by_script = request.POST.get("autosave") == "1"
    try:
        kept = actions.save_note(
            actor=actor,
            item_id=item.pk,
            text=""
            if request.POST.get("act") == "delete"
            else request.POST.get("note", ""),
            at=now(),
            expected_version=asking.whole(request.POST.get("version"))
            if request.POST.get("act") != "delete"
            else None,
        )
    except Refusal as refusal:
        if not by_script:
            raise
        return _refused(refusal)
    if by_script:
        return JsonResponse({"version": kept.version if kept else 0, "problems": []})
    messages.success(
        request, _("Your note is kept.") if kept else _("Your note is deleted.")
    )
    return redirect("panels:item", public_id=public_id)


def _refused(refusal: Refusal) -> JsonResponse:
    if isinstance(refusal, Stale):
        return JsonResponse(
            {"message": str(refusal.message), "mend": str(refusal.mend), "changed": []},
            status=refusal.status,
        )
    return JsonResponse(refusal.as_dict(), status=refusal.status)


# ---- the review


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: Request, public_id: str) -> HttpResponse:
    """The written review: saved as typed, handed in sealed, taken back while sealed."""
    actor = request.actor
    require(actor, "panels.list_ballots")
    item = queries.item(actor, public_id)
    found = queries.desk(actor, item)
    if found is None or found.named is None:
        raise NotFound
    refusal: Refusal | None = None
    sheet: Sheet | None = None
    if request.method == "POST":
        sheet = sheet_from(request.POST, item)
        try:
            said = _act(request, item, sheet)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, said)
            return redirect("panels:review", public_id=public_id)
    return _show(request, item, sheet, refusal)


def _act(request: Request, item: CouncilItem, sheet: Sheet) -> str:
    actor, sent = request.actor, request.POST
    if sent.get("act") == "back":
        actions.take_review_back(actor=actor, item_id=item.pk, at=now())
        return _("You took your review back; hand it in again before the meeting.")
    act = (
        actions.hand_in_review if sent.get("act") == "hand_in" else actions.save_review
    )
    act(
        actor=actor,
        item_id=item.pk,
        sheet=sheet,
        confidence=sent.get("confidence", ""),
        at=now(),
        expected_version=asking.whole(sent.get("version")),
    )
    if sent.get("act") == "hand_in":
        return _("Your review is handed in and sealed.")
    return _("Saved.")


@require_POST
def review_autosave(request: Request, public_id: str) -> JsonResponse:
    """Keep what is being typed in a review."""
    actor = request.actor
    require(actor, "panels.list_ballots")
    item = queries.item(actor, public_id)
    try:
        kept = actions.save_review(
            actor=actor,
            item_id=item.pk,
            sheet=sheet_from(request.POST, item),
            confidence=request.POST.get("confidence", ""),
            at=now(),
            expected_version=asking.whole(request.POST.get("version")),
        )
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse(
        {
            "version": kept.version,
            "saved_at": kept.saved_at.isoformat(),
            "total": "" if kept.total is None else f"{kept.total.normalize():f}",
            "problems": [],
        }
    )


def _show(
    request: Request, item: CouncilItem, sheet: Sheet | None, refusal: Refusal | None
) -> HttpResponse:
    desk = queries.desk(request.actor, item)
    if desk is None:
        raise NotFound
    kept = desk.review
    sheet = sheet or sheet_of_review(kept)
    form, errors = queries.sheet_of(item), _by_field(refusal)
    thing = item.dossier or item.order
    typed = request.POST.get("confidence") if request.method == "POST" else None
    version = kept.version if kept is not None else 0
    if isinstance(refusal, Invalid):
        version = asking.whole(request.POST.get("version")) or version
    return render(
        request,
        "web/panels/review.html",
        {
            "title": _("Review"),
            "lead": f"{_code(item)} · {pick(thing.title_vi, thing.title_en)}"
            if thing is not None
            else "",
            "breadcrumb": council_crumbs(item.council, _("Review")),
            "item": item,
            "council": item.council,
            "form": form,
            "form_label": form.label(get_language() or "vi") if form else "",
            "lines": _lines(form, sheet, errors) if form is not None else [],
            "contents": [
                {
                    **c,
                    "vote": sheet.votes.get(c["id"], ""),
                    "error": errors.get(f"vote-{c['id']}"),
                }
                for c in item.contents
                if "sort" not in c
            ],
            **rating_context(item, sheet, errors),
            "kind": queries.ballot_kind(item.council),
            "votes": Vote.choices,
            "sheet": sheet,
            "desk": desk,
            "kept": kept,
            "is_in": kept is not None and kept.state == ReviewState.HANDED_IN,
            "sealed": kept is not None and kept.revealed_at is None,
            "confidences": Confidence.choices,
            "confidence": typed
            if typed is not None
            else (kept.confidence if kept else ""),
            "version": version,
            "step": f"{SCORE_STEP:f}",
            "total": queries.sheet_total(item, sheet.scores),
            "refusal": refusal,
            "errors": errors,
        },
        status=refusal.status if refusal else 200,
    )


def sheet_of_review(kept: Any) -> Sheet:
    if kept is None:
        return actions.Sheet()
    return actions.Sheet(
        scores=kept.scores,
        comments=kept.comments,
        votes=kept.votes,
        vote=kept.vote,
        opinion=kept.opinion,
    )


@require_safe
def review_paper(request: Request, public_id: str, kind: str) -> HttpResponse:
    """One review in Word or PDF, for who may read it."""
    require(request.actor, "panels.list_reviews")
    found = queries.review_by_id(request.actor, public_id)
    council = found.item.council
    names = queries.shown_names(request.actor, council, [found.seat])
    return official(
        "review_sheet",
        review_document(found, names[found.seat_id]),
        kind=kind,
        name=f"review-{found.public_id}",
    )


# ---- questions


@require_POST
def ask(request: Request, public_id: str) -> HttpResponse:
    actor = request.actor
    require(actor, "panels.list_ballots")
    item = queries.item(actor, public_id)
    actions.ask_author(
        actor=actor, item_id=item.pk, text=request.POST.get("text", ""), at=now()
    )
    messages.success(
        request,
        _("Your question waits for the secretary, who sends it without your name."),
    )
    return redirect("panels:item", public_id=public_id)
