"""The early end of a contract, and hosts that owe money back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from opensti.domains.contracts import actions, queries
from opensti.kernel.access import may, require
from opensti.kernel.bilingual import pick
from opensti.kernel.files.serving import files_of, readable_file, serve
from opensti.kernel.refusals import Invalid, NotFound
from opensti.ui.pages import Crumb
from opensti.web.contracts.decisions import ending_decision, working_said
from opensti.web.contracts.ending_forms import (
    AskEndingForm,
    CheckForm,
    ConditionForm,
    DecideEndingForm,
    DropForm,
    ReportForm,
)
from opensti.web.contracts.tabs import crumbs, tabs
from opensti.web.papers import official
from opensti.web.tasks.cases import version_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from django.http import FileResponse, HttpResponse

    from opensti.domains.contracts.models import Contract, Ending, Finding
    from opensti.kernel.files.models import StoredFile
    from opensti.kernel.refusals import Refusal
    from opensti.web.requests import Request
    from opensti.web.tasks.forms import Telling

TONES = {
    "asked": "wait",
    "reporting": "wait",
    "reported": "wait",
    "checked": "wait",
    "decided": "good",
}


@dataclass(frozen=True, kw_only=True)
class ConditionRow:
    """One condition of accepted risk: what was found, on which evidence, and the form."""

    label: str
    finding: Finding | None
    papers: Sequence[StoredFile]
    form: ConditionForm | None


def _subject(ending: Ending) -> str:
    return f"contracts.ending:{ending.public_id}"


def _forms(
    request: Request, contract: Contract, ending: Ending | None
) -> dict[str, Any]:
    """The forms that this person may fill in now."""
    actor = request.actor
    if ending is None:
        possible = contract.case.state in ("running", "suspended", "failed")
        ask = possible and may(actor, "contracts.ask_ending", contract)
        return {"ask": AskEndingForm(prefix="ask") if ask else None}
    first = {"version": ending.version}
    rule = queries.ending_rule(contract)
    opened = {
        "report": (("reporting", "reported"), "contracts.report_ending"),
        "check": (("reported", "checked"), "contracts.check_ending"),
        "decide": (("checked",), "contracts.terminate"),
        "drop": (
            ("asked", "reporting", "reported", "checked"),
            "contracts.drop_ending",
        ),
        "begin": (("asked",), "contracts.suspend"),
    }
    open_now = {
        name
        for name, (states, permission) in opened.items()
        if ending.state in states and may(actor, permission, contract)
    }
    if ending.after_failure:
        open_now.discard("drop")
    made: dict[str, Any] = {
        "report": lambda: ReportForm(
            prefix="report",
            initial=first
            | {
                "report": ending.report,
                "plan_products": ending.plan_products,
                "plan_assets": ending.plan_assets,
                "unused": ending.reported_unused,
            },
        ),
        "check": lambda: CheckForm(
            prefix="check",
            initial=first
            | {
                "unused": ending.unused
                if ending.unused is not None
                else ending.reported_unused,
                "proper": ending.proper,
                "unproven": ending.unproven,
                "note": ending.check_note,
            },
        ),
        "decide": lambda: DecideEndingForm(
            prefix="decide", initial=first, conduct=rule.refund_by == "conduct"
        ),
        "drop": lambda: DropForm(prefix="drop", initial=first),
        "begin": lambda: True,
    }
    return {name: made[name]() for name in open_now}


def _conditions(
    request: Request,
    contract: Contract,
    ending: Ending | None,
    papers: Sequence[StoredFile],
) -> list[ConditionRow]:
    rule = queries.ending_rule(contract)
    if ending is None or not rule.conditions:
        return []
    found = queries.findings_of(ending)
    by_condition: dict[str, list[StoredFile]] = defaultdict(list)
    for paper in papers:
        by_condition[paper.kind].append(paper)
    judges = ending.state in ("reported", "checked") and may(
        request.actor, "contracts.judge_condition", contract
    )
    return [
        ConditionRow(
            label=pick(c.label_vi, c.label_en),
            finding=found.get(c.id),
            papers=by_condition[c.id],
            form=ConditionForm(
                prefix=c.id, initial={"condition": c.id, "version": ending.version}
            )
            if judges
            else None,
        )
        for c in rule.conditions
    ]


def _stop_due(contract: Contract, ending: Ending | None) -> date | None:
    if ending is None or ending.state != "asked":
        return None
    ending.contract = contract
    return queries.stop_due(ending)


def _show(
    request: Request,
    contract: Contract,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
    **forms: Any,
) -> HttpResponse:
    ending = queries.ending_of(request.actor, contract)
    papers = files_of(_subject(ending)) if ending else []
    rule = queries.ending_rule(contract)
    return render(
        request,
        "web/contracts/ending.html",
        {
            "title": _("Early end"),
            "breadcrumb": crumbs(contract, Crumb(_("Early end"))),
            "tabs": tabs(contract, "contracts:ending"),
            "contract": contract,
            "ending": ending,
            "tone": TONES.get(ending.state) if ending else "",
            "stop_due": _stop_due(contract, ending),
            "rule": rule,
            "conduct": rule.refund_by == "conduct",
            "bounds": [
                (b, pick(b.label_vi, b.label_en)) for b in queries.bounds_of(contract)
            ],
            "paid": queries.paid_to(contract),
            "working": working_said(ending) if ending else [],
            "conditions": _conditions(request, contract, ending, papers),
            "papers": papers,
            "may_see_owing": may(request.actor, "contracts.see_owing"),
            "refusal": refusal,
        }
        | _forms(request, contract, ending)
        | forms,
        status=refusal.status if refusal else status,
    )


@require_safe
def ending_page(request: Request, public_id: str) -> HttpResponse:
    """How a contract ends early: who asked, what is left, what goes back."""
    return _show(request, queries.contract(request.actor, public_id))


def _posted(
    request: Request,
    public_id: str,
    form: Telling,
    act: Callable[[Contract, Any], object],
    done: str,
) -> HttpResponse:
    """Read a form, do its act; what is refused is shown at the field with what was typed."""
    contract = queries.contract(request.actor, public_id)
    shown: dict[str, Any] = {str(form.prefix): form}
    if not form.is_valid():
        return _show(request, contract, status=422, **shown)
    try:
        act(contract, form)
    except Invalid as refusal:
        form.show(refusal.problems)
        return _show(request, contract, refusal=refusal, **shown)
    messages.success(request, done)
    return redirect("contracts:ending", public_id=public_id)


@require_POST
def ending_ask(request: Request, public_id: str) -> HttpResponse:
    return _posted(
        request,
        public_id,
        AskEndingForm(request.POST, prefix="ask"),
        lambda contract, form: actions.ask_ending(
            actor=request.actor, contract_id=contract.pk, at=now(), **form.cleaned_data
        ),
        _("The early end is asked for."),
    )


@require_POST
def ending_begin(request: Request, public_id: str) -> HttpResponse:
    contract = queries.contract(request.actor, public_id)
    actions.begin_ending(
        actor=request.actor,
        contract_id=contract.pk,
        at=now(),
        version=version_of(request),
    )
    messages.success(request, _("The contract is suspended; the host reports."))
    return redirect("contracts:ending", public_id=public_id)


@require_POST
def ending_drop(request: Request, public_id: str) -> HttpResponse:
    return _posted(
        request,
        public_id,
        DropForm(request.POST, prefix="drop"),
        lambda contract, form: actions.drop_ending(
            actor=request.actor, contract_id=contract.pk, at=now(), **form.cleaned_data
        ),
        _("The contract runs on."),
    )


@require_POST
def ending_report(request: Request, public_id: str) -> HttpResponse:
    return _posted(
        request,
        public_id,
        ReportForm(request.POST, prefix="report"),
        lambda contract, form: actions.report_ending(
            actor=request.actor, contract_id=contract.pk, at=now(), **form.cleaned_data
        ),
        _("The report is handed in."),
    )


@require_POST
def ending_check(request: Request, public_id: str) -> HttpResponse:
    return _posted(
        request,
        public_id,
        CheckForm(request.POST, prefix="check"),
        lambda contract, form: actions.check_ending(
            actor=request.actor, contract_id=contract.pk, at=now(), **form.cleaned_data
        ),
        _("The money is checked."),
    )


@require_POST
def ending_condition(request: Request, public_id: str, condition: str) -> HttpResponse:
    """Keep the finding on one condition, and its evidence where a file is chosen."""
    contract = queries.contract(request.actor, public_id)
    form = ConditionForm(request.POST, request.FILES, prefix=condition)
    refusal: Refusal | None = None
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.judge_condition(
                actor=request.actor,
                contract_id=contract.pk,
                condition=condition,
                met=data["met"] == "yes",
                text=data["text"],
                at=now(),
                version=data["version"],
            )
            if data["file"] is not None:
                actions.add_ending_paper(
                    actor=request.actor,
                    contract_id=contract.pk,
                    file=data["file"],
                    condition=condition,
                    at=now(),
                )
        except Invalid as said:
            refusal = said
            form.show(said.problems)
        else:
            messages.success(request, _("The finding is kept."))
            return redirect("contracts:ending", public_id=public_id)
    return _show(request, contract, refusal=refusal, status=422, faulty=form)


@require_POST
def ending_decide(request: Request, public_id: str) -> HttpResponse:
    contract = queries.contract(request.actor, public_id)
    conduct = queries.ending_rule(contract).refund_by == "conduct"
    return _posted(
        request,
        public_id,
        DecideEndingForm(request.POST, prefix="decide", conduct=conduct),
        lambda contract, form: actions.decide_ending(
            actor=request.actor, contract_id=contract.pk, at=now(), **form.said()
        ),
        _("The contract is ended."),
    )


@require_safe
def ending_paper(request: Request, public_id: str, file_id: str) -> FileResponse:
    contract = queries.contract(request.actor, public_id)
    ending = queries.ending_of(request.actor, contract)
    file = readable_file(request.actor, file_id)
    if ending is None or file.subject != _subject(ending):
        raise NotFound
    return serve(file)


@require_safe
def ending_document(request: Request, public_id: str, kind: str) -> HttpResponse:
    """The decision on the early end in Word or PDF."""
    contract = queries.contract(request.actor, public_id)
    ending = queries.ending_of(request.actor, contract)
    if ending is None:
        raise NotFound
    return official(
        "decision",
        ending_decision(contract, ending),
        kind=kind,
        name=f"ending-{contract.public_id}",
    )


@require_safe
def owing_page(request: Request) -> HttpResponse:
    """Hosts that owe state money back, and whether they may compete meanwhile."""
    require(request.actor, "contracts.see_owing")
    return render(
        request,
        "web/contracts/owing.html",
        {
            "title": _("Hosts that owe money back"),
            "breadcrumb": [
                Crumb(_("Contracts"), reverse("contracts:contracts")),
                Crumb(_("Hosts that owe money back")),
            ],
            "rows": [
                (o, pick(o.host_vi, o.host_en))
                for o in queries.owing_known(request.actor, localdate())
            ],
        },
    )
