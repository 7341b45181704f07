"""Pages on which the office checks whether a dossier is valid, one or many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.calls import actions, queries
from opensti.domains.calls.choices import WAITING_FOR_CHECK, Verdict
from opensti.domains.contracts import queries as contracts
from opensti.domains.portfolios import queries as portfolios
from opensti.domains.procedures.choices import Act, State
from opensti.domains.procedures.queries import may_step
from opensti.kernel.access import may, require
from opensti.kernel.refusals import Invalid, Refusal
from opensti.ui.pages import BulkRow
from opensti.web.calls.case import crumbs, marked_name_of, name_of
from opensti.web.calls.documents import eligibility_sheet
from opensti.web.calls.dossiers import Dossiers
from opensti.web.papers import official
from opensti.web.tasks.cases import version_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.calls.models import Dossier
    from opensti.web.requests import Request

MOST_AT_ONCE = 500


class TickForm(forms.Form):
    """Carries from the preview to the act that open lines are stated as met."""

    tick = forms.CharField(widget=forms.HiddenInput, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def eligibility(request: Request, public_id: str) -> HttpResponse:
    """The checklist; saved line by line, then confirmed or rejected."""
    dossier = queries.dossier(actor=request.actor, public_id=public_id)
    if request.method != "POST":
        require(request.actor, "calls.read_eligibility")
        return _show(request, dossier)
    typed = {
        item.id: (
            request.POST.get(f"verdict-{item.id}", ""),
            request.POST.get(f"note-{item.id}", ""),
        )
        for item in queries.checklist_of(dossier)
    }
    act = request.POST.get("act", "save")
    try:
        actions.check_eligibility(
            actor=request.actor,
            dossier_id=dossier.pk,
            verdicts={k: v for k, v in typed.items() if v[0]},
            at=now(),
        )
        if act == "confirm":
            actions.confirm_eligible(
                actor=request.actor,
                dossier_id=dossier.pk,
                at=now(),
                expected_version=version_of(request),
                reason=request.POST.get("reason", ""),
            )
            messages.success(request, _("The dossier is confirmed as valid."))
            return redirect("calls:dossier", public_id=public_id)
        if act == "reject":
            actions.reject_ineligible(
                actor=request.actor,
                dossier_id=dossier.pk,
                at=now(),
                expected_version=version_of(request),
                reason=request.POST.get("reason", ""),
            )
            messages.success(request, _("The dossier is rejected as not valid."))
            return redirect("calls:dossier", public_id=public_id)
    except Invalid as refusal:
        return _show(request, dossier, refusal, typed)
    except Refusal as refusal:
        if refusal.status == 403:  # noqa: PLR2004
            raise
        again = queries.dossier(actor=request.actor, public_id=public_id)
        return _show(request, again, refusal, typed)
    messages.success(request, _("The checklist was saved."))
    return redirect("calls:eligibility", public_id=public_id)


def _show(
    request: Request,
    dossier: Dossier,
    refusal: Refusal | None = None,
    typed: dict[str, tuple[str, str]] | None = None,
) -> HttpResponse:
    wrong = (
        {p.field: f"{p.message} {p.mend}" for p in refusal.problems}
        if isinstance(refusal, Invalid)
        else {}
    )
    lines = queries.eligibility(actor=request.actor, dossier=dossier)
    rows = [
        {
            "line": line,
            "verdict": (typed or {}).get(line.id, (line.verdict, ""))[0],
            "note": (typed or {}).get(line.id, ("", line.note))[1],
            "error": wrong.get(line.id, ""),
        }
        for line in lines
    ]
    content = queries.content(actor=request.actor, dossier=dossier)
    objected = dossier.case.state == State.OBJECTED
    comes = portfolios.standing(request.actor, dossier).next if objected else ""
    may_check = dossier.case.state in WAITING_FOR_CHECK | {State.OBJECTED} and may(
        request.actor, "calls.check_eligibility", dossier
    )
    return render(
        request,
        "web/calls/eligibility.html",
        {
            "title": _("Is the dossier valid?"),
            "lead": marked_name_of(dossier),
            "breadcrumb": crumbs(dossier, _("Validity")),
            "dossier": dossier,
            "rows": rows,
            "verdicts": Verdict.choices,
            "owing": contracts.owing_known(
                request.actor, localdate(), host_id=dossier.host_id
            )
            if may(request.actor, "contracts.see_owing")
            else [],
            "totals": queries.totals(
                content.budget, ceiling=queries.ceiling_of(dossier)
            ),
            "may_check": may_check,
            "objection": comes,
            "may_confirm": may_check
            and comes != "answer"
            and may_step(dossier.case, Act.DOSSIER_CONFIRM_ELIGIBLE, request.actor),
            "may_reject": may_check
            and comes in ("", "check")
            and may_step(
                dossier.case,
                Act.DOSSIER_ANSWER_OBJECTION
                if objected
                else Act.DOSSIER_REJECT_INELIGIBLE,
                request.actor,
            ),
            "version": dossier.case.version,
            "reason": request.POST.get("reason", ""),
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )


@require_safe
def eligibility_document(request: Request, public_id: str, kind: str) -> HttpResponse:
    dossier = queries.dossier(actor=request.actor, public_id=public_id)
    require(request.actor, "calls.read_eligibility")
    lines = queries.eligibility(actor=request.actor, dossier=dossier)
    return official(
        "eligibility_sheet",
        eligibility_sheet(dossier, lines),
        kind=kind,
        name=f"{dossier.code or public_id}-validity",
    )


@require_POST
def dossiers_bulk(request: Request) -> HttpResponse:
    """Confirm many: first what would happen to each, then the same act for real."""
    require(request.actor, "calls.check_eligibility")
    page = Dossiers()
    page.setup(request)
    chosen = list(page.chosen(request)[: MOST_AT_ONCE + 1])
    cut, chosen = len(chosen) > MOST_AT_ONCE, chosen[:MOST_AT_ONCE]
    real = "confirmed" in request.POST
    tick = bool(request.POST.get("tick"))
    outcomes = {
        o.dossier_id: o
        for o in actions.confirm_many(
            actor=request.actor,
            dossier_ids=[d.pk for d in chosen],
            at=now(),
            dry_run=not real,
            tick_open_lines=tick,
        )
    }
    possible = sum(o.refusal is None for o in outcomes.values())
    if real:
        messages.success(
            request,
            _("%(done)d confirmed, %(left)d left as they were.")
            % {"done": possible, "left": len(chosen) - possible},
        )
        return redirect("calls:dossiers")
    return render(
        request,
        "web/calls/bulk_preview.html",
        {
            "title": _("Confirm as valid"),
            "breadcrumb": crumbs(None, _("Confirm as valid")),
            "rows": [
                BulkRow(
                    label=name_of(d),
                    text=_("will be confirmed as valid"),
                    url=reverse("calls:dossier", args=[d.public_id]),
                    refusal=outcomes[d.pk].refusal,
                )
                for d in chosen
            ],
            "possible": possible,
            "refused": len(chosen) - possible,
            "cut": cut,
            "tick": tick,
            "form": TickForm(initial={"tick": "1"}) if tick else "",
            "ids": [d.pk for d in chosen],
            "confirm_url": reverse("calls:dossiers_bulk"),
            "back_url": reverse("calls:dossiers"),
            "act_label": _("Confirm as valid"),
        },
    )
