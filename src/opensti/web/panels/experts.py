"""Pages of a member: the invitation, the reading room, the ballot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.overlaps.choices import Kind
from opensti.domains.overlaps.queries import told
from opensti.domains.panels import actions, queries
from opensti.domains.panels.actions import Sheet
from opensti.domains.panels.choices import (
    DECLARABLE,
    QUESTION_TONES,
    SCORE_STEP,
    BallotState,
    CouncilState,
    SeatState,
    TieKind,
    Vote,
)
from opensti.kernel.access import may, require
from opensti.kernel.bilingual import pick
from opensti.kernel.refusals import Invalid, NotFound, Problem, Refusal, Stale
from opensti.web.panels import asking
from opensti.web.panels.councils import council_crumbs
from opensti.web.panels.rating import rating_context, remark_keys
from opensti.web.panels.taking import take_paper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse, HttpResponseBase, QueryDict

    from opensti.domains.overlaps.queries import Told
    from opensti.domains.panels.models import Council, CouncilItem
    from opensti.kernel.refusals import Text
    from opensti.web.requests import Request


# ---- the invitation


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: Request, public_id: str) -> HttpResponse:
    """Take the seat or decline it, and name what one may not judge: on one page."""
    actor = request.actor
    council = queries.council(actor, public_id)
    seat = queries.own_seat(actor, council)
    if seat is None:
        raise NotFound
    refusal: Refusal | None = None
    if request.method == "POST":
        sent = request.POST
        accept = sent.get("answer") == "accept"
        reasons = asking.by_item(sent, "conflict")
        try:
            if sent.get("answer") not in ("accept", "decline"):
                _unanswered()
            actions.answer_invitation(
                actor=actor,
                seat_id=seat.pk,
                accept=accept,
                conflicts={
                    pk: reasons.get(pk, "")
                    for pk in asking.numbers(sent, "has_conflict")
                },
                kinds=asking.by_item(sent, "tie"),
                rule_code=sent.get("rule", ""),
                declaration=sent.get("declaration", ""),
                undertaking=_signed(sent, accept=accept),
                at=now(),
            )
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(
                request,
                _("Thank you: you take part in the council.")
                if accept
                else _("Thank you: your seat is free for somebody else."),
            )
            if accept:
                return redirect("panels:council", public_id=public_id)
            return redirect("panels:councils")
    return _show_invitation(request, council, seat, refusal)


def _signed(sent: QueryDict, *, accept: bool) -> str | None:
    """The digest of the undertaking that was ticked; accepting without it is refused."""
    if not accept:
        return None
    if not sent.get("undertaking"):
        raise Invalid(
            [
                Problem(
                    field="undertaking",
                    message=_("You have not signed the undertaking of secrecy."),
                    mend=_("Read it and tick it, or decline the seat."),
                )
            ]
        )
    return str(sent["undertaking"])


def _unanswered() -> None:
    raise Invalid(
        [
            Problem(
                field="answer",
                message=_("Say whether you take the seat."),
                mend=_("Choose one of the two."),
            )
        ]
    )


def _show_invitation(
    request: Request, council: Council, seat: Any, refusal: Refusal | None
) -> HttpResponse:
    language = get_language() or "vi"
    sent = request.POST
    agenda = queries.agenda(request.actor, council)
    reasons = asking.by_item(sent, "conflict")
    ticked = set(asking.numbers(sent, "has_conflict"))
    ties = asking.by_item(sent, "tie")
    errors = _by_field(refusal)
    for item in agenda:
        item.reason = reasons.get(item.pk, "")  # type: ignore[attr-defined]
        item.ticked = item.pk in ticked  # type: ignore[attr-defined]
        item.tie = ties.get(item.pk, TieKind.DECLARED)  # type: ignore[attr-defined]
        item.error = errors.get(f"conflict-{item.pk}", "")  # type: ignore[attr-defined]
    return render(
        request,
        "web/panels/invitation.html",
        {
            "title": _("Invitation to a council"),
            "lead": council.title,
            "breadcrumb": council_crumbs(council, _("Invitation")),
            "council": council,
            "seat": seat,
            "agenda": agenda,
            "tie_kinds": [(kind.value, kind.label) for kind in DECLARABLE],
            "rules": [
                {
                    "text": rule.text_en if language.startswith("en") else rule.text_vi,
                    "basis": rule.basis,
                }
                for rule in queries.conflict_rules(council)
            ],
            "rule": queries.rule_of(council),
            "undertaking": queries.undertaking_text(),
            "signed": getattr(seat, "undertaking", None),
            "may_answer": council.state in (CouncilState.SET_UP, CouncilState.MEETING)
            and may(request.actor, "panels.answer", seat),
            "answered": seat.state != SeatState.INVITED,
            "refusal": refusal,
            "errors": errors,
            "typed": sent,
        },
        status=refusal.status if refusal else 200,
    )


def _by_field(refusal: Refusal | None) -> dict[str, Text]:
    return {p.field: p.message for p in getattr(refusal, "problems", ())}


# ---- the reading room


@require_safe
def item_page(request: Request, public_id: str) -> HttpResponse:
    """The dossier or the order as it was handed in, for those who judge it."""
    actor = request.actor
    require(actor, "panels.list_councils")
    item = queries.item(actor, public_id)
    paper = queries.my_paper(actor, item)
    reading = queries.reading(actor, item)
    thing = item.dossier or item.order
    desk = queries.desk(actor, item)
    if reading is not None and desk is not None and request.method == "GET":
        actions.note_opening(actor=actor, item_id=item.pk, at=now())
    return render(
        request,
        "web/panels/item.html",
        {
            "title": pick(thing.title_vi, thing.title_en) if thing is not None else "",
            "thing": thing,
            "breadcrumb": council_crumbs(item.council, _code(item)),
            "item": item,
            "council": item.council,
            "reading": reading,
            "told": _overlap(item) if reading else None,
            "paper": paper,
            "votes": queries.own_seat(actor, item.council) is not None,
            "keeps": may(actor, "panels.keep", item.council),
            "ballots": _ballots(request, item),
            "desk": desk,
            "reviews": queries.opened_reviews(actor, item),
            "questions": queries.questions_of(actor, item),
            "question_tones": QUESTION_TONES,
            "may_prepare": may(actor, "panels.read_disagreement", item.council),
            "sheet_kind": queries.ballot_kind(item.council),
        },
    )


def _overlap(item: CouncilItem) -> Told | None:
    """What a member is told of the screening of what he judges."""
    kind = Kind.DOSSIER if item.dossier_id is not None else Kind.ORDER
    work = item.dossier_id if item.dossier_id is not None else item.order_id
    return None if work is None else told(kind, work)


def _code(item: CouncilItem) -> str:
    thing = item.dossier or item.order
    return thing.code or pick(thing.title_vi, thing.title_en) if thing else ""


def _ballots(request: Request, item: CouncilItem) -> list[Any]:
    """Ballots that the keepers may read; a member finds his own on its own page."""
    if not may(request.actor, "panels.read_seats", item.council):
        return []
    return list(queries.ballots_of(request.actor, item))


@require_safe
def item_paper(request: Request, public_id: str, file: str) -> HttpResponseBase:
    require(request.actor, "panels.list_councils")
    item = queries.item(request.actor, public_id)
    return take_paper(request, item, queries.readable_paper(request.actor, item, file))


# ---- the ballot


@require_http_methods(["GET", "HEAD", "POST"])
def ballot(request: Request, public_id: str) -> HttpResponse:
    """The sheet: saved as typed, handed in when whole, taken back until it is counted."""
    actor = request.actor
    require(actor, "panels.list_ballots")
    item = queries.item(actor, public_id)
    seat = queries.own_seat(actor, item.council)
    if seat is None or not may(actor, "panels.vote", seat):
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
            return redirect("panels:ballot", public_id=public_id)
    return _show_ballot(request, item, sheet, refusal)


def _act(request: Request, item: CouncilItem, sheet: Sheet) -> str:
    actor, version = request.actor, asking.whole(request.POST.get("version"))
    act = request.POST.get("act")
    if act == "cast":
        actions.cast_ballot(
            actor=actor,
            item_id=item.pk,
            sheet=sheet,
            at=now(),
            expected_version=version,
        )
        return _("Your ballot is handed in.")
    if act == "withdraw":
        actions.withdraw_ballot(actor=actor, item_id=item.pk, at=now())
        return _("You took your ballot back; hand it in again before the count.")
    actions.save_ballot(
        actor=actor, item_id=item.pk, sheet=sheet, at=now(), expected_version=version
    )
    return _("Saved.")


@require_POST
def ballot_autosave(request: Request, public_id: str) -> JsonResponse:
    """Keep what is being typed; the answer says the version and what is still missing."""
    actor = request.actor
    require(actor, "panels.list_ballots")
    item = queries.item(actor, public_id)
    try:
        kept = actions.save_ballot(
            actor=actor,
            item_id=item.pk,
            sheet=sheet_from(request.POST, item),
            at=now(),
            expected_version=asking.whole(request.POST.get("version")),
        )
    except Stale as stale:
        return JsonResponse(
            {"message": str(stale.message), "mend": str(stale.mend), "changed": []},
            status=stale.status,
        )
    except Refusal as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    return JsonResponse(
        {
            "version": kept.version,
            "saved_at": kept.saved_at.isoformat(),
            "total": "" if kept.total is None else f"{kept.total.normalize():f}",
            "problems": [],
        }
    )


def sheet_from(sent: QueryDict, item: CouncilItem) -> Sheet:
    sheet = queries.sheet_of(item)
    leaves = [leaf.id for leaf in sheet.leaves()] if sheet is not None else []
    return Sheet(
        scores={name: sent.get(f"score-{name}", "") for name in leaves},
        comments={
            name: sent.get(f"comment-{name}", "")
            for name in (*leaves, *remark_keys(item))
        },
        votes={c["id"]: sent.get(f"vote-{c['id']}", "") for c in item.contents},
        vote=sent.get("vote", ""),
        opinion=sent.get("opinion", ""),
    )


def _show_ballot(
    request: Request, item: CouncilItem, sheet: Sheet | None, refusal: Refusal | None
) -> HttpResponse:
    paper = queries.my_paper(request.actor, item)
    kept = paper.ballot
    review = (
        queries.own_review(request.actor, item)
        if kept is None and sheet is None and paper.editable
        else None
    )
    if sheet is None:
        kept_or_review = kept or review
        sheet = (
            Sheet(
                scores=kept_or_review.scores,
                comments=kept_or_review.comments,
                votes=kept_or_review.votes,
                vote=kept_or_review.vote,
                opinion=kept_or_review.opinion,
            )
            if kept_or_review is not None
            else Sheet()
        )
    form, errors = queries.sheet_of(item), _by_field(refusal)
    thing = item.dossier or item.order
    return render(
        request,
        "web/panels/ballot.html",
        {
            "title": _("Ballot"),
            "lead": f"{_code(item)} · {pick(thing.title_vi, thing.title_en)}"
            if thing is not None
            else "",
            "breadcrumb": council_crumbs(item.council, _("Ballot")),
            "item": item,
            "council": item.council,
            "thing": thing,
            "form": form,
            "form_label": form.label(get_language() or "vi")
            if form is not None
            else "",
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
            "paper": paper,
            "from_review": review is not None,
            "is_cast": kept is not None and kept.state == BallotState.CAST,
            "may_withdraw": item.council.state
            in (CouncilState.SET_UP, CouncilState.MEETING),
            "version": _version(request, paper, refusal),
            "step": f"{SCORE_STEP:f}",
            "total": queries.sheet_total(item, sheet.scores),
            "refusal": refusal,
            "errors": errors,
            "problems": getattr(refusal, "problems", ()),
        },
        status=refusal.status if refusal else 200,
    )


def _version(request: Request, paper: queries.Paper, refusal: Refusal | None) -> int:
    """After a refusal for other faults the version stays the one the page was shown with."""
    kept = paper.ballot.version if paper.ballot is not None else 0
    if refusal is not None and isinstance(refusal, Invalid):
        return asking.whole(request.POST.get("version")) or kept
    return int(kept)


def _lines(form: Any, sheet: Sheet, errors: Mapping[str, Text]) -> list[dict[str, Any]]:
    rows = []
    for line in queries.lines_of(form, sheet.scores, sheet.comments):
        shown = replace(line, max=line.max.normalize())
        rows.append(
            {
                "line": shown,
                "max": f"{shown.max:f}",
                "score_error": errors.get(f"score-{line.id}", ""),
                "comment_error": errors.get(f"comment-{line.id}", ""),
            }
        )
    return rows
