"""Pages of dossiers: the list, the case, its versions, papers and steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from opensti.domains.calls import actions, queries
from opensti.domains.calls.choices import EDITABLE, WAITING_FOR_CHECK
from opensti.domains.contracts import queries as contracts
from opensti.domains.overlaps import queries as overlaps_queries
from opensti.domains.overlaps.choices import Kind
from opensti.domains.panels import queries as panels
from opensti.domains.portfolios import queries as portfolios
from opensti.domains.portfolios.choices import REFUSED
from opensti.domains.procedures.choices import STATE_LABELS, Act, State
from opensti.kernel.access import Role, get_visible, may
from opensti.kernel.files.serving import readable_file, serve
from opensti.kernel.identifiers import row_number
from opensti.kernel.record.actions import sign_after_act
from opensti.kernel.record.queries import entry_at, receipt
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound, Refusal
from opensti.ui.lists import BulkAct
from opensti.ui.receipts import receipt_file
from opensti.web.calls.case import crumbs, name_of, place, said
from opensti.web.calls.documents import summary
from opensti.web.calls.forms import SupplementForm
from opensti.web.calls.tables import STATE_TONES, DossierFilter, DossierTable
from opensti.web.lists import WorkList
from opensti.web.papers import official
from opensti.web.tasks.cases import version_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.domains.calls.models import Dossier
    from opensti.domains.calls.queries import Content
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text
    from opensti.web.requests import Request

DONE: dict[str, Text] = {
    Act.DOSSIER_SUBMIT: gettext_lazy("The dossier is handed in. Keep the receipt."),
    Act.DOSSIER_REOPEN: gettext_lazy(
        "The dossier is open again; hand it in before closing."
    ),
    Act.DOSSIER_WITHDRAW: gettext_lazy("The dossier is withdrawn."),
    Act.DOSSIER_REQUEST_SUPPLEMENT: gettext_lazy(
        "The applicant is asked for a supplement."
    ),
    Act.DOSSIER_SUPPLEMENT: gettext_lazy("The supplement is handed in."),
    Act.DOSSIER_REVISE: gettext_lazy("The revised dossier is handed in."),
    "keep": gettext_lazy("A version is kept."),
    "restore": gettext_lazy(
        "The kept version is back; what was there is a version now."
    ),
}
HAND_IN: dict[str, Callable[..., Dossier]] = {
    Act.DOSSIER_SUBMIT: actions.submit_dossier,
    Act.DOSSIER_SUPPLEMENT: actions.supplement_dossier,
    Act.DOSSIER_REVISE: actions.revise_dossier,
}


# From when on somebody may propose, appraise or approve the budget of a dossier.
BUDGETED = frozenset(
    {State.REVIEWED, State.COST_APPRAISAL, State.REVISING, State.PROPOSED}
)


class Dossiers(WorkList):
    title = gettext_lazy("Dossiers")
    table_class = DossierTable
    filterset_class = DossierFilter
    permission = "calls.list_dossiers"
    # The code of a dossier begins with the code of its call.
    hidden_columns = frozenset({"asked_other", "months", "leader", "call"})
    export_name = "dossiers"

    def rows(self, actor: Actor) -> QuerySet[Dossier]:
        return queries.dossier_lines(actor=actor)

    def bulk_acts(self, actor: Actor) -> Sequence[BulkAct]:
        if not may(actor, "calls.check_eligibility"):
            return ()
        return [
            BulkAct(label=_("Confirm as valid"), url=reverse("calls:dossiers_bulk"))
        ]


@require_safe
def dossier_page(request: Request, public_id: str) -> HttpResponse:
    return show(request, queries.dossier(actor=request.actor, public_id=public_id))


def show(
    request: Request,
    dossier: Dossier,
    refusal: Refusal | None = None,
    typed: dict[str, str] | None = None,
    supplement: SupplementForm | None = None,
) -> HttpResponse:
    """The case page: where it stands, what it says, what may be done next."""
    actor, state = request.actor, State(dossier.case.state)
    writes = bool(may(actor, "calls.write_dossier", dossier))
    hands_in = writes and bool(may(actor, "calls.submit_dossier", dossier))
    content = queries.content(actor=actor, dossier=dossier)
    papers = list(queries.attachments(actor=actor, dossier=dossier))
    where = place(dossier, actor)
    possible = {step.act: step for step in where["next_steps"] if step.allowed}
    open_now = queries.is_open_for(dossier.call, host_id=dossier.host_id, at=now())
    refused = (
        portfolios.standing(actor, dossier)
        if state in REFUSED | {State.OBJECTED}
        else None
    )
    checks = (
        state in WAITING_FOR_CHECK
        or (
            refused is not None
            and refused.next == "check"
            and Act.DOSSIER_CONFIRM_ELIGIBLE in possible
        )
    ) and may(actor, "calls.check_eligibility", dossier)
    contract = (
        contracts.contract_of_dossier(actor, dossier.pk)
        if state is State.APPROVED
        else None
    )
    return render(
        request,
        "web/calls/dossier.html",
        {
            "title": name_of(dossier),
            "breadcrumb": crumbs(dossier),
            "dossier": dossier,
            "overlap": overlaps_queries.standing(actor, Kind.DOSSIER, dossier.pk),
            "tone": STATE_TONES.get(state, "neutral"),
            "state_label": STATE_LABELS[state],
            "writes": writes,
            "may_see_exclusions": writes or may(actor, "panels.list_conflicts"),
            "contract": contract,
            "reads_budget": contract is None
            and state in BUDGETED | {State.APPROVED}
            and may(actor, "contracts.read_trail", dossier),
            "may_edit": writes and state in EDITABLE,
            "check": queries.completeness(dossier, content)
            if writes and state in EDITABLE
            else None,
            "may_reopen": hands_in
            and Act.DOSSIER_REOPEN in possible
            and open_now
            and dossier.call.opened_at is None,
            "may_withdraw": hands_in and Act.DOSSIER_WITHDRAW in possible,
            "may_check": checks,
            "refused": refused,
            "refused_because": queries.found_invalid(dossier=dossier)
            if refused is not None and refused.decision is None
            else "",
            "rejudges": actor.has(Role.OFFICER),
            "may_request": checks and Act.DOSSIER_REQUEST_SUPPLEMENT in possible,
            "supplement_form": supplement or SupplementForm(),
            "editors": queries.editors(actor=actor, dossier=dossier) if writes else [],
            "asked": panels.questions_to_author(actor, dossier)
            if writes and state not in EDITABLE
            else [],
            "attachments": papers,
            "eligibility": [
                line
                for line in queries.eligibility(actor=actor, dossier=dossier)
                if line.verdict
            ]
            if dossier.call.opened_at
            else [],
            "refusal": refusal,
            "typed": typed or {},
            **said(actor, dossier, content, papers),
            **where,
        },
        status=refusal.status if refusal else 200,
    )


@require_POST
def dossier_step(request: Request, public_id: str) -> HttpResponse:  # noqa: C901 -- a table of acts
    """One step of the applicant or the office, then back to the dossier."""
    dossier = queries.dossier(actor=request.actor, public_id=public_id)
    act = request.POST.get("act", "")
    given: dict[str, Any] = {
        "actor": request.actor,
        "dossier_id": dossier.pk,
        "at": now(),
    }
    reason = request.POST.get("reason", "")
    supplement = None
    try:
        if act in HAND_IN:
            HAND_IN[act](expected_version=version_of(request), **given)
            sign_after_act(at=now())
        elif act == Act.DOSSIER_REOPEN:
            actions.reopen_dossier(**given)
        elif act == Act.DOSSIER_WITHDRAW:
            actions.withdraw_dossier(reason=reason, **given)
        elif act == Act.DOSSIER_REQUEST_SUPPLEMENT:
            supplement = SupplementForm(request.POST)
            if not supplement.is_valid():
                return show(request, dossier, supplement=supplement)
            actions.request_supplement(**supplement.cleaned_data, **given)
        elif act == "keep":
            actions.keep_version(**given)
        elif act == "restore":
            number = request.POST.get("number", "")
            actions.restore_version(
                number=row_number(number) or 0,
                **given,
            )
        else:
            raise NotFound  # noqa: TRY301 -- one way out for every act
    except (AccessDenied, NotFound):
        raise
    except Refusal as refusal:
        if act in HAND_IN and isinstance(refusal, Invalid):
            return redirect("calls:dossier_check", public_id=public_id)
        again = queries.dossier(actor=request.actor, public_id=public_id)
        return show(request, again, refusal, {"reason": reason}, supplement)
    messages.success(request, DONE[act])
    if act in ("keep", "restore"):
        return redirect("calls:dossier_versions", public_id=public_id)
    return redirect("calls:dossier", public_id=public_id)


@require_safe
def dossier_versions(request: Request, public_id: str) -> HttpResponse:
    dossier = queries.dossier(actor=request.actor, public_id=public_id)
    writes = bool(may(request.actor, "calls.write_dossier", dossier))
    return render(
        request,
        "web/calls/versions.html",
        {
            "title": _("Versions"),
            "breadcrumb": crumbs(dossier, _("Versions")),
            "dossier": dossier,
            "versions": queries.versions(actor=request.actor, dossier=dossier),
            "writes": writes,
            "may_edit": writes and dossier.case.state in EDITABLE,
        },
    )


@require_safe
def dossier_diff(request: Request, public_id: str) -> HttpResponse:
    """Two versions side by side; ``new=0`` is what stands now."""
    dossier = queries.dossier(actor=request.actor, public_id=public_id)
    rows = list(queries.versions(actor=request.actor, dossier=dossier))
    numbers = [row.number for row in rows]
    old = _number(request.GET.get("old"), numbers[1] if len(numbers) > 1 else 0)
    new = _number(request.GET.get("new"), numbers[0] if len(numbers) > 1 else 0)
    before = _content(request.actor, dossier, old or (numbers[0] if numbers else 0))
    after = _content(request.actor, dossier, new)
    found = queries.differences(before, after, queries.form_of(dossier))
    return render(
        request,
        "web/calls/diff.html",
        {
            "title": _("What changed"),
            "breadcrumb": crumbs(dossier, _("What changed")),
            "dossier": dossier,
            "versions": rows,
            "old": before.version,
            "new": after.version,
            "found": found,
            "parts": [
                (_("Team"), found.team),
                (_("Budget"), found.budget),
                (_("Papers"), found.attachments),
            ],
        },
    )


def _content(actor: Actor, dossier: Dossier, number: int) -> Content:
    if number == 0:
        return queries.content(actor=actor, dossier=dossier)
    return queries.version_content(
        get_visible(
            actor, queries.versions(actor=actor, dossier=dossier), number=number
        )
    )


def _number(text: str | None, otherwise: int) -> int:
    number = row_number(text)
    return otherwise if number is None else number


@require_safe
def dossier_file(request: Request, public_id: str, file_id: str) -> HttpResponse:
    dossier = queries.dossier(actor=request.actor, public_id=public_id)
    file = readable_file(request.actor, file_id)
    if file.subject != queries.dossier_subject(dossier.public_id):
        raise NotFound
    return serve(file)  # type: ignore[return-value]


@require_safe
def dossier_receipt(request: Request, public_id: str) -> HttpResponse:
    """The record's receipt of the submission, for anyone to verify offline."""
    dossier = queries.dossier(actor=request.actor, public_id=public_id)
    if dossier.entry_position is None:
        raise NotFound
    text = receipt(entry_at(dossier.entry_position), disclose=True)
    return receipt_file(text, dossier.code or public_id)


@require_safe
def dossier_document(request: Request, public_id: str, kind: str) -> HttpResponse:
    dossier = queries.dossier(actor=request.actor, public_id=public_id)
    content = queries.content(actor=request.actor, dossier=dossier)
    return official(
        "call_announcement",
        summary(dossier, content),
        kind=kind,
        name=dossier.code or dossier.public_id,
    )
