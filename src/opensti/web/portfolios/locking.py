"""A dossier is fixed by hand, with a reason, for every scenario from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from opensti.domains.portfolios import actions, queries
from opensti.domains.portfolios.choices import RoundState
from opensti.kernel.access import require
from opensti.kernel.bilingual import pick
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import Invalid, Refusal, Stale, StepNotAllowed
from opensti.ui.pages import Crumb
from opensti.web.portfolios.crumbs import round_crumbs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.portfolios.models import Decision
    from opensti.web.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
def lock(request: Request, public_id: str) -> HttpResponse:
    """Fix that a dossier is funded, or is not; or take that back."""
    decision = queries.decision(request.actor, public_id)
    queries.whole_round(request.actor, decision.round.public_id)
    require(request.actor, "portfolios.prepare", decision.round)
    if decision.round.state != RoundState.DRAFT:
        raise StepNotAllowed(
            _("The proposal is before the leader already."),
            mend=_("The leader can send it back."),
        )
    held = queries.locks_of(decision.round).get(decision.pk)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            _act(request, decision)
        except (Invalid, Stale, StepNotAllowed) as refused:
            refusal = refused
        else:
            return redirect("portfolios:scenarios", decision.round.public_id)
    return render(
        request,
        "web/portfolios/lock.html",
        {
            "title": _("Fix %(code)s by hand") % {"code": decision.dossier.code},
            "lead": pick(decision.dossier.title_vi, decision.dossier.title_en),
            "breadcrumb": round_crumbs(decision.round, Crumb(decision.dossier.code)),
            "decision": decision,
            "lock": held,
            "must": request.POST.get("must")
            if refusal
            else ("1" if held and held.must else "0" if held else ""),
            "reason": request.POST.get("reason", "")
            if refusal
            else held.reason
            if held
            else "",
            "refusal": refusal,
            "back": reverse("portfolios:scenarios", args=[decision.round.public_id]),
        },
        status=refusal.status if refusal else 200,
    )


def _act(request: Request, decision: Decision) -> None:
    version = row_number(request.POST.get("version"))
    if request.POST.get("act") == "unlock":
        actions.unlock_decision(
            actor=request.actor,
            decision_id=decision.pk,
            at=now(),
            expected_version=version,
        )
        messages.success(request, _("The dossier is no longer fixed by hand."))
        return
    if request.POST.get("must") not in ("0", "1"):
        raise Invalid([], _("Choose whether it is funded or not."))
    actions.lock_decision(
        actor=request.actor,
        decision_id=decision.pk,
        must=request.POST["must"] == "1",
        reason=request.POST.get("reason", ""),
        at=now(),
        expected_version=version,
    )
    messages.success(
        request, _("The dossier is fixed by hand in every scenario from now on.")
    )
