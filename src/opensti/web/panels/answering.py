"""Pages for people who are asked from outside: the invited expert, the author of a dossier."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from opensti.domains.calls.queries import dossier as dossier_of
from opensti.domains.panels import actions, queries
from opensti.domains.panels.choices import QUESTION_TONES
from opensti.kernel.access import require
from opensti.kernel.bilingual import pick
from opensti.kernel.refusals import Refusal
from opensti.ui.pages import Crumb
from opensti.web.panels import asking

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.web.requests import Request


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: Request, token: str) -> HttpResponse:
    """Take a seat or decline it by the letter's link, without signing in.

    Opening the page changes nothing, whatever a mail program opens ahead of the reader.
    """
    refusal: Refusal | None = None
    sent = request.POST
    if request.method == "POST" and sent.get("answer") in {"accept", "decline"}:
        try:
            asked = actions.answer_by_link(
                token=token,
                accept=sent["answer"] == "accept",
                reason=sent.get("reason", ""),
                at=now(),
            )
        except Refusal as refused:
            refusal = refused
        else:
            return redirect("panels:answer", token=token)
    asked = actions.asked_by_link(token=token, at=now())
    response = render(
        request,
        "web/panels/answer.html",
        {
            "title": _("Invitation to a council"),
            "asked": asked,
            "token": token,
            "refusal": refusal,
            "typed": sent,
        },
        status=refusal.status if refusal else 200,
    )
    # The address is the key: no other site is to learn it.
    response["Referrer-Policy"] = "same-origin"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def dossier_questions(request: Request, public_id: str) -> HttpResponse:
    """What the council's reviewers ask the author of a dossier, and the answers."""
    actor = request.actor
    dossier = dossier_of(actor=actor, public_id=public_id)
    require(actor, "calls.write_dossier", dossier)
    refusal: Refusal | None = None
    sent = request.POST
    if request.method == "POST":
        try:
            actions.answer_question(
                actor=actor,
                question_id=asking.whole(sent.get("question")) or 0,
                text=sent.get("text", ""),
                at=now(),
                expected_version=asking.whole(sent.get("version")),
            )
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("Your answer is with the council."))
            return redirect("panels:dossier_questions", public_id=public_id)
    return render(
        request,
        "web/panels/dossier_questions.html",
        {
            "title": _("Questions of the council"),
            "lead": f"{dossier.code} · {pick(dossier.title_vi, dossier.title_en)}",
            "breadcrumb": [
                Crumb(
                    pick(dossier.title_vi, dossier.title_en),
                    reverse("calls:dossier", args=[public_id]),
                ),
                Crumb(_("Questions of the council")),
            ],
            "dossier": dossier,
            "questions": queries.questions_to_author(actor, dossier),
            "tones": QUESTION_TONES,
            "refusal": refusal,
            "typed": sent,
        },
        status=refusal.status if refusal else 200,
    )
