"""Pages of one decision: what it says, what is proposed, its receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.portfolios import actions, queries
from opensti.domains.portfolios.choices import RoundState, Ruling
from opensti.kernel.access import may, require
from opensti.kernel.bilingual import pick
from opensti.kernel.money import format_money
from opensti.kernel.record.queries import entry_at, receipt
from opensti.kernel.refusals import Invalid, Refusal, Stale, StepNotAllowed
from opensti.ui.pages import Crumb
from opensti.ui.receipts import receipt_file
from opensti.web.portfolios.forms import DecisionForm

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.portfolios.models import Decision
    from opensti.web.requests import Request


def prefix(decision: Decision) -> str:
    return f"decision-{decision.pk}"


def initial(decision: Decision) -> dict[str, Any]:
    return {
        "proposed": decision.proposed,
        "amount": ""
        if decision.amount is None
        else format_money(decision.amount, unit=False),
        "reason_vi": decision.reason_vi,
        "reason_en": decision.reason_en,
        "deviation": decision.deviation,
    }


def crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("Selection rounds"), reverse("portfolios:rounds")), *more]


@require_safe
def decision_page(request: Request, public_id: str) -> HttpResponse:
    """One decision, with its reason, its letter and its receipt."""
    decision = queries.decision(request.actor, public_id)
    letter = queries.letters(request.actor).filter(decision=decision).first()
    inside = queries.knows_round(request.actor, decision.round)
    whole = inside and queries.knows_whole_round(request.actor, decision.round)
    return render(
        request,
        "web/portfolios/decision.html",
        {
            "title": decision.dossier.code,
            "breadcrumb": crumbs(
                Crumb(
                    pick(decision.round.title_vi, decision.round.title_en),
                    reverse("portfolios:round", args=[decision.round.public_id]),
                ),
                Crumb(decision.dossier.code),
            )
            if inside
            else [Crumb(decision.dossier.code)],
            "inside": inside,
            "whole": whole,
            # Before the release it may say how the council ranked it for its order.
            "reasoned": whole
            or not inside
            or decision.dossier.order is None
            or decision.round.state == RoundState.RELEASED,
            "decision": decision,
            "letter": letter,
            "may_edit": decision.round.state == RoundState.DRAFT
            and may(request.actor, "portfolios.prepare", decision.round),
            "may_object": decision.round.state == RoundState.RELEASED
            and decision.ruling == Ruling.DECLINE
            and queries.may_object(request.actor, decision.dossier),
            "objections": queries.objections(request.actor).filter(decision=decision),
        },
    )


def decision_edit(request: Request, public_id: str) -> HttpResponse:
    """Change what is proposed on one dossier."""
    decision = queries.decision(request.actor, public_id)
    require(request.actor, "portfolios.prepare", decision.round)
    form = DecisionForm(
        request.POST or None,
        initial=initial(decision) | {"version": decision.round.version},
        advised=bool(decision.advised),
    )
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_decision(
                actor=request.actor,
                decision_id=decision.pk,
                proposed=Ruling(form.cleaned_data["proposed"]),
                amount=form.cleaned_data["amount"],
                reason_vi=form.cleaned_data["reason_vi"],
                reason_en=form.cleaned_data["reason_en"],
                deviation=form.cleaned_data.get("deviation", ""),
                at=now(),
                expected_version=form.cleaned_data["version"],
            )
        except Invalid as invalid:
            for problem in invalid.problems:
                form.add_error(problem.field.rsplit("-", 1)[-1], str(problem.message))
        except Stale as stale:
            refusal = stale
        else:
            messages.success(request, _("The proposed ruling is saved."))
            return redirect("portfolios:round", public_id=decision.round.public_id)
    return render(
        request,
        "web/form.html",
        {
            "title": _("Proposed ruling on %(code)s") % {"code": decision.dossier.code},
            "lead": pick(decision.dossier.title_vi, decision.dossier.title_en),
            "breadcrumb": crumbs(Crumb(decision.dossier.code)),
            "form": form,
            "refusal": refusal,
            "submit": _("Save"),
            "back": reverse("portfolios:round", args=[decision.round.public_id]),
        },
        status=_status(request, refusal),
    )


def _status(request: Request, refusal: Refusal | None) -> int:
    if refusal is not None:
        return refusal.status
    return 422 if request.method == "POST" else 200


@require_safe
def decision_receipt(request: Request, public_id: str) -> HttpResponse:
    """The receipt of a released decision, which anyone can verify offline."""
    decision = queries.decision(request.actor, public_id)
    if decision.entry_position is None:
        raise StepNotAllowed(_("The decision has not been released yet."))
    text = receipt(entry_at(decision.entry_position), disclose=True)
    return receipt_file(text, decision.dossier.code or public_id)
