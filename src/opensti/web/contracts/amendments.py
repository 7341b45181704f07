"""Amendments of a contract: what was changed, what is asked for, and the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.choices import AmendmentKind
from opensti.domains.contracts.queries.beside import differences
from opensti.kernel.access import ROLE_LABELS, Role, may, require
from opensti.kernel.files.serving import files_of, readable_file, serve
from opensti.kernel.refusals import Invalid, NotFound
from opensti.ui.pages import Crumb
from opensti.web.contracts.amending_forms import (
    AskForm,
    DecideForm,
    OpinionForm,
    RefuseForm,
)
from opensti.web.contracts.decisions import amendment_decision
from opensti.web.contracts.tabs import crumbs, tabs
from opensti.web.papers import official
from opensti.web.tasks.cases import version_of

if TYPE_CHECKING:
    from django.http import FileResponse, HttpResponse

    from opensti.domains.contracts.models import Amendment, Contract
    from opensti.kernel.refusals import Refusal
    from opensti.web.requests import Request

TONES = {
    "asked": "wait",
    "opinions": "wait",
    "in_force": "good",
    "refused": "bad",
    "withdrawn": "neutral",
}
VERDICTS = {
    "ok": "good",
    "over": "bad",
    "open": "warn",
    "needed": "wait",
    "unknown": "neutral",
}


def kinds_said(kinds: list[str]) -> str:
    return ", ".join(str(AmendmentKind(kind).label) for kind in kinds)


@require_safe
def amendments_page(request: Request, public_id: str) -> HttpResponse:
    """All amendments of a contract, and what may be asked for, by its procedure."""
    contract = queries.contract(request.actor, public_id)
    runs = contract.case.state == "running"
    return render(
        request,
        "web/contracts/amendments.html",
        {
            "title": _("Amendments"),
            "breadcrumb": crumbs(contract, Crumb(_("Amendments"))),
            "tabs": tabs(contract, "contracts:amendments"),
            "contract": contract,
            "rows": [
                (a, kinds_said(a.kinds), TONES[a.state])
                for a in queries.amendments_of(request.actor, contract)
            ],
            "changes": queries.changes_of(contract),
            "may_ask": runs and may(request.actor, "contracts.ask_amendment", contract),
        },
    )


def amendment_new(request: Request, public_id: str) -> HttpResponse:
    """Ask for a change of the kinds named in the address."""
    contract = queries.contract(request.actor, public_id)
    require(request.actor, "contracts.ask_amendment", contract)
    kinds = [k for k in request.GET.getlist("kind") if k in AmendmentKind.values]
    if not kinds:
        messages.error(request, _("Choose what shall change."))
        return redirect("contracts:amendments", public_id=public_id)
    form = AskForm(
        request.POST or None,
        kinds=kinds,
        now=actions.snapshot_of(contract),
        paid=queries.paid_keys(contract),
    )
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            amendment = actions.ask_amendment(
                actor=request.actor,
                contract_id=contract.pk,
                kinds=kinds,
                patch=form.patch(request.actor),
                reason=form.cleaned_data["reason"],
                at=now(),
            )
        except Invalid as said:
            refusal = said
            form.show(said.problems)
        else:
            messages.success(request, _("The change is asked for."))
            return redirect(
                "contracts:amendment", public_id=public_id, number=amendment.number
            )
    return render(
        request,
        "web/contracts/amendment_new.html",
        {
            "title": _("Ask for an amendment"),
            "lead": kinds_said(kinds),
            "breadcrumb": crumbs(
                contract,
                Crumb(
                    _("Amendments"), reverse("contracts:amendments", args=[public_id])
                ),
                Crumb(_("New")),
            ),
            "form": form,
            "refusal": refusal,
            "changes": [c for c in queries.changes_of(contract) if c.kind in kinds],
            "back": reverse("contracts:amendments", args=[public_id]),
        },
        status=422 if request.method == "POST" else 200,
    )


def _acts(request: Request, contract: Contract, amendment: Amendment) -> dict[str, Any]:
    """What this person may do with an open amendment, and the forms for it."""
    if not amendment.is_open:
        return {}
    actor = request.actor
    version = {"version": amendment.version}
    needed = {
        row["code"]: said.text
        for row, said in zip(
            amendment.limits, queries.limits_said(amendment.limits), strict=True
        )
        if row["verdict"] == "needed"
    }
    may_decide = may(actor, "contracts.decide_amendment", amendment)
    first = {**version, "effective_on": localdate()}
    return {
        "may_withdraw": may(actor, "contracts.withdraw_amendment", amendment),
        "may_decide": may_decide,
        "may_add": may(actor, "contracts.add_amendment_paper", amendment),
        "decide": DecideForm(initial=first, needed=needed, prefix="decide")
        if may_decide
        else None,
        "refuse": RefuseForm(initial=version, prefix="refuse") if may_decide else None,
        "opinion": OpinionForm(initial=version, prefix="opinion")
        if may(actor, "contracts.give_opinion", amendment)
        else None,
        "needed": needed,
        "contract": contract,
    }


def _show(
    request: Request,
    amendment: Amendment,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
    **forms: Any,
) -> HttpResponse:
    contract = amendment.contract
    subject = f"contracts.amendment:{amendment.public_id}"
    return render(
        request,
        "web/contracts/amendment.html",
        {
            "title": _("Amendment %(number)s") % {"number": amendment.number},
            "breadcrumb": crumbs(
                contract,
                Crumb(
                    _("Amendments"),
                    reverse("contracts:amendments", args=[contract.public_id]),
                ),
                Crumb(str(amendment.number)),
            ),
            "tabs": tabs(contract, "contracts:amendments"),
            "contract": contract,
            "amendment": amendment,
            "kinds": kinds_said(amendment.kinds),
            "tone": TONES[amendment.state],
            "authority": ROLE_LABELS[Role(amendment.authority)],
            "differences": differences(amendment.before, amendment.after),
            "note": amendment.proposed.get("note", ""),
            "limits": [
                (limit, VERDICTS[limit.verdict])
                for limit in queries.limits_said(amendment.limits)
            ],
            "consents": [
                (queries.consent_said(whose), paper)
                for whose, paper in amendment.consents.items()
            ],
            "papers": files_of(subject),
            "refusal": refusal,
        }
        | _acts(request, contract, amendment)
        | forms,
        status=refusal.status if refusal else status,
    )


@require_safe
def amendment_page(request: Request, public_id: str, number: int) -> HttpResponse:
    """One amendment: before and after, its limits, and what may be done with it."""
    return _show(request, queries.amendment(request.actor, public_id, number))


@require_POST
def amendment_decide(request: Request, public_id: str, number: int) -> HttpResponse:
    amendment = queries.amendment(request.actor, public_id, number)
    needed = _acts(request, amendment.contract, amendment).get("needed", {})
    form = DecideForm(request.POST, needed=needed, prefix="decide")
    if not form.is_valid():
        return _show(request, amendment, decide=form, status=422)
    try:
        actions.decide_amendment(
            actor=request.actor, amendment_id=amendment.pk, at=now(), **form.said()
        )
    except Invalid as refusal:
        form.show(refusal.problems)
        return _show(request, amendment, decide=form, refusal=refusal)
    messages.success(request, _("The amendment is in force."))
    return redirect("contracts:amendment", public_id=public_id, number=number)


@require_POST
def amendment_refuse(request: Request, public_id: str, number: int) -> HttpResponse:
    amendment = queries.amendment(request.actor, public_id, number)
    form = RefuseForm(request.POST, prefix="refuse")
    if not form.is_valid():
        return _show(request, amendment, refuse=form, status=422)
    actions.refuse_amendment(
        actor=request.actor, amendment_id=amendment.pk, at=now(), **form.cleaned_data
    )
    messages.success(request, _("The amendment is refused."))
    return redirect("contracts:amendment", public_id=public_id, number=number)


@require_POST
def amendment_opinion(request: Request, public_id: str, number: int) -> HttpResponse:
    amendment = queries.amendment(request.actor, public_id, number)
    form = OpinionForm(request.POST, prefix="opinion")
    if not form.is_valid():
        return _show(request, amendment, opinion=form, status=422)
    actions.give_opinion(
        actor=request.actor, amendment_id=amendment.pk, at=now(), **form.cleaned_data
    )
    messages.success(request, _("The opinion is kept."))
    return redirect("contracts:amendment", public_id=public_id, number=number)


@require_POST
def amendment_withdraw(request: Request, public_id: str, number: int) -> HttpResponse:
    amendment = queries.amendment(request.actor, public_id, number)
    actions.withdraw_amendment(
        actor=request.actor,
        amendment_id=amendment.pk,
        at=now(),
        version=version_of(request),
    )
    messages.success(request, _("The amendment is withdrawn."))
    return redirect("contracts:amendment", public_id=public_id, number=number)


@require_POST
def amendment_attach(request: Request, public_id: str, number: int) -> HttpResponse:
    """Keep a paper with an open amendment: a consent, an opinion, other evidence."""
    amendment = queries.amendment(request.actor, public_id, number)
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose a file first."))
    else:
        actions.add_amendment_paper(
            actor=request.actor, amendment_id=amendment.pk, file=file, at=now()
        )
        messages.success(request, _("The paper is kept."))
    return redirect("contracts:amendment", public_id=public_id, number=number)


@require_safe
def amendment_paper(
    request: Request, public_id: str, number: int, file_id: str
) -> FileResponse:
    amendment = queries.amendment(request.actor, public_id, number)
    file = readable_file(request.actor, file_id)
    if file.subject != f"contracts.amendment:{amendment.public_id}":
        raise NotFound
    return serve(file)


@require_safe
def amendment_document(
    request: Request, public_id: str, number: int, kind: str
) -> HttpResponse:
    """The decision on an amendment in Word or PDF."""
    amendment = queries.amendment(request.actor, public_id, number)
    return official(
        "decision",
        amendment_decision(amendment),
        kind=kind,
        name=f"amendment-{amendment.contract.public_id}-{number}",
    )
