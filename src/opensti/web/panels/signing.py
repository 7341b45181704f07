"""The minutes while they grow: preview, remarks, dissent, signatures, papers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.panels import actions, queries
from opensti.domains.panels.choices import CouncilState
from opensti.kernel.access import may, require
from opensti.kernel.files.serving import serve
from opensti.kernel.refusals import NotFound, Refusal, SudoNeeded
from opensti.web.panels import asking
from opensti.web.panels.councils import council_crumbs
from opensti.web.panels.course import course_document, span_words
from opensti.web.papers import official

if TYPE_CHECKING:
    from django.http import HttpResponse, HttpResponseBase

    from opensti.domains.panels.models import Council
    from opensti.web.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
def minutes_page(request: Request, public_id: str) -> HttpResponse:
    """Who was there when, what was decided, ballots, dissent; and who signed it."""
    actor = request.actor
    require(actor, "panels.list_councils")
    council = queries.council(actor, public_id)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            said = _act(request, council)
        except SudoNeeded:
            raise
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, said)
            return redirect("panels:minutes_page", public_id=public_id)
    parts = queries.minutes_parts(actor, council)
    digests = queries.part_digests(parts)
    seat = queries.own_seat(actor, council)
    signatures = queries.signatures_of(council)
    keeps = bool(may(actor, "panels.keep", council))
    open_for_words = (
        council.state in (CouncilState.MEETING, CouncilState.CONCLUDED)
        and council.minutes_adopted_at is None
    )
    return render(
        request,
        "web/panels/minutes.html",
        {
            "title": _("Minutes"),
            "lead": council.title,
            "breadcrumb": council_crumbs(council, _("Minutes")),
            "council": council,
            "parts": parts,
            "attendance": [
                (m, [(t, ", ".join(span_words(t))) for t in m["there"]])
                for m in parts["attendance"]["members"]
            ],
            "items": _items(actor, council, parts, seat),
            "digest": queries.whole_digest(digests),
            "signatures": signatures,
            "scans": queries.sheets_had(actor, council, signatures),
            "votes": queries.published(actor, council),
            "own": next(
                (s for s in signatures if seat is not None and s.seat.pk == seat.pk),
                None,
            ),
            "keeps": keeps,
            "open_for_words": open_for_words,
            "signable": council.state == CouncilState.CONCLUDED
            and council.minutes_adopted_at is None,
            "sits": seat is not None and bool(may(actor, "panels.vote", seat)),
            "refusal": refusal,
            "typed": request.POST,
        },
        status=refusal.status if refusal else 200,
    )


def _items(actor: Any, council: Council, parts: Any, seat: Any) -> list[dict[str, Any]]:
    rows = queries.words_on_items(actor, council, seat)
    return [
        {
            "item": row.item,
            "number": number,
            "part": parts[f"item:{row.item.public_id}"],
            "remark": row.remark,
            "dissent": row.dissent,
        }
        for number, row in enumerate(rows, start=1)
    ]


def _act(request: Request, council: Council) -> str:
    sent, actor = request.POST, request.actor
    item_id = asking.whole(sent.get("item")) or 0
    match sent.get("act"):
        case "remark":
            actions.write_remark(
                actor=actor,
                item_id=item_id,
                text=sent.get("remark", ""),
                expected_version=asking.whole(sent.get("version")),
                at=now(),
            )
            return _("The remark is saved.")
        case "dissent":
            actions.dissent(
                actor=actor,
                item_id=item_id,
                text=sent.get("text", ""),
                named=bool(sent.get("named")),
                at=now(),
            )
            return _("Your opinion is in the minutes.")
        case "sign":
            actions.sign_minutes(
                actor=actor,
                council_id=council.pk,
                digest=sent.get("digest", ""),
                at=now(),
            )
            return _("You signed the minutes.")
        case "paper":
            actions.enter_signature(
                actor=actor,
                council_id=council.pk,
                seat_id=asking.whole(sent.get("seat")) or 0,
                digest=sent.get("digest", ""),
                scan=request.FILES.get("scan"),
                at=now(),
            )
            return _("The signature on paper is entered.")
        case "adopt":
            actions.adopt_minutes(actor=actor, council_id=council.pk, at=now())
            return _("The minutes are adopted.")
    raise NotFound


@require_safe
def signature_scan(
    request: Request, public_id: str, signature: int
) -> HttpResponseBase:
    """The scanned sheet of a signature on paper: the signer's and the keepers'."""
    actor = request.actor
    require(actor, "panels.list_councils")
    council = queries.council(actor, public_id)
    return serve(queries.scan_of(actor, council, signature))


@require_safe
def course(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The course of the meeting in Word or PDF, with the digest that is signed."""
    actor = request.actor
    require(actor, "panels.list_councils")
    council = queries.council(actor, public_id)
    parts = queries.minutes_parts(actor, council)
    return official(
        "minutes",
        course_document(
            council,
            parts,
            queries.whole_digest(queries.part_digests(parts)),
            queries.signatures_of(council),
        ),
        kind=kind,
        name=f"meeting-{council.public_id}",
    )
