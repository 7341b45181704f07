"""The office judges a report: returned with marked places, accepted; asks for more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.choices import ReportKind, ReportState
from opensti.domains.procedures.regimes.forms import as_text, visible_fields
from opensti.kernel.access import require
from opensti.kernel.refusals import Invalid, Problem, Stale, StepNotAllowed
from opensti.ui.pages import Crumb
from opensti.web.calls.forms import Shown
from opensti.web.contracts.reports import name_of, report_crumbs
from opensti.web.contracts.tabs import crumbs
from opensti.web.tasks.cases import version_of

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.contracts.models import Contract, ReportDue
    from opensti.web.requests import Request


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> Any:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def text_field(label: Any, *, required: bool = True, rows: int = 3) -> Any:
    return forms.CharField(
        label=label, required=required, widget=forms.Textarea(attrs={"rows": rows})
    )


class ExtraReport(Shown):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"))
    label_vi = forms.CharField(label=gettext_lazy("Name in Vietnamese"), max_length=300)
    label_en = forms.CharField(
        label=gettext_lazy("Name in English"), max_length=300, required=False
    )
    covers_from = day_field(gettext_lazy("Period from"))
    covers_to = day_field(
        gettext_lazy("Period until"),
        help_text=gettext_lazy("This day is no longer part of the period."),
    )
    due_on = day_field(gettext_lazy("Due on"))
    ground = text_field(gettext_lazy("Why it is asked for"))

    def __init__(self, contract: Contract, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kind"]
        kinds.choices = [
            (kind, ReportKind(kind).label)
            for kind in queries.forms_for_reports(contract)
        ]


class Reason(Shown):
    reason = text_field(gettext_lazy("Reason"))
    version = forms.IntegerField(widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
def report_add(request: Request, public_id: str) -> HttpResponse:
    """Ask for one report more than the procedure does."""
    contract = queries.contract(request.actor, public_id)
    require(request.actor, "contracts.add_report", contract)
    form = ExtraReport(contract, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            due = actions.add_report(
                actor=request.actor,
                contract_id=contract.pk,
                at=now(),
                **form.cleaned_data,
            )
        except Invalid as refusal:
            form.show(refusal.problems)
        else:
            messages.success(request, _("The host now owes this report too."))
            return redirect("contracts:report", public_id, due.public_id)
    return render(
        request,
        "web/calls/form.html",
        {
            "title": _("Ask for one more report"),
            "lead": name_of_contract(contract),
            "breadcrumb": crumbs(contract, Crumb(_("Ask for one more report"))),
            "form": form,
            "submit": _("Ask for the report"),
            "back": reverse("contracts:reports", args=[public_id]),
        },
        status=422 if form.is_bound else 200,
    )


def name_of_contract(contract: Contract) -> str:
    return f"{contract.number} {contract.title}".strip()


@require_http_methods(["GET", "HEAD", "POST"])
def report_drop(request: Request, public_id: str, report_id: str) -> HttpResponse:
    """Say that a report is not owed, and why."""
    due = queries.report_due(request.actor, public_id, report_id)
    require(request.actor, "contracts.drop_report", due.contract)
    form = Reason(request.POST or None, initial={"version": due.version})
    refusal: Stale | StepNotAllowed | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.drop_report(
                actor=request.actor,
                due_id=due.pk,
                reason=form.cleaned_data["reason"],
                at=now(),
                expected_version=form.cleaned_data["version"],
            )
        except Invalid as invalid:
            form.show(invalid.problems)
        except (Stale, StepNotAllowed) as late:
            refusal = late
        else:
            messages.success(request, _("The host does not owe this report any more."))
            return redirect("contracts:reports", public_id)
    return render(
        request,
        "web/calls/form.html",
        {
            "title": _("Not owed"),
            "lead": name_of(due),
            "breadcrumb": report_crumbs(due, _("Not owed")),
            "form": form,
            "refusal": refusal,
            "submit": _("Not owed"),
            "back": reverse("contracts:report", args=[public_id, report_id]),
        },
        status=refusal.status if refusal else 422 if form.is_bound else 200,
    )


@require_POST
def report_accept(request: Request, public_id: str, report_id: str) -> HttpResponse:
    due = queries.report_due(request.actor, public_id, report_id)
    actions.accept_report(
        actor=request.actor,
        due_id=due.pk,
        at=now(),
        expected_version=version_of(request) or 0,
    )
    messages.success(request, _("The report is accepted."))
    return redirect("contracts:report", public_id, report_id)


@require_http_methods(["GET", "HEAD", "POST"])
def report_return(request: Request, public_id: str, report_id: str) -> HttpResponse:
    """Mark what must be mended, each place at its field, and give the report back."""
    due = queries.report_due(request.actor, public_id, report_id)
    require(request.actor, _judging(due), due.contract)
    if due.state != ReportState.SUBMITTED and request.method != "POST":
        raise StepNotAllowed(
            _("This is not possible while the report is: %(state)s.")
            % {"state": due.get_state_display()}
        )
    if request.method != "POST":
        return _show_return(request, due)
    remarks = {
        name.removeprefix("remark-"): text
        for name, text in request.POST.items()
        if name.startswith("remark-") and isinstance(text, str)
    }
    said = request.POST.get("until", "").strip()
    until = _day(said)
    if said and until is None:
        problem = Problem(
            field="until",
            message=_("This is not a day."),
            mend=_("Choose a day, such as 31/12/2026."),
        )
        return _show_return(request, due, refusal=Invalid([problem]))
    try:
        actions.return_report(
            actor=request.actor,
            due_id=due.pk,
            remarks=remarks,
            until=until,
            at=now(),
            expected_version=version_of(request) or 0,
        )
    except (Invalid, Stale, StepNotAllowed) as refusal:
        return _show_return(request, due, refusal=refusal)
    messages.success(request, _("The report goes back to the host with your remarks."))
    return redirect("contracts:report", public_id, report_id)


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _judging(due: ReportDue) -> str:
    return (
        "contracts.judge_figures"
        if due.kind == ReportKind.FINANCIAL
        else "contracts.judge_report"
    )


def _show_return(
    request: Request,
    due: ReportDue,
    *,
    refusal: Invalid | Stale | StepNotAllowed | None = None,
) -> HttpResponse:
    language = get_language() or "vi"
    form = queries.form_of_report(due)
    versions = queries.versions_of(request.actor, due)
    answers = versions[-1].answers if versions else {}
    held = [f["field"] for f in versions[-1].files] if versions else []
    wrong: dict[str, list[str]] = {}
    for p in refusal.problems if isinstance(refusal, Invalid) else ():
        wrong.setdefault(p.field, []).append(f"{p.message} {p.mend}".strip())
    return render(
        request,
        "web/contracts/report_return.html",
        {
            "title": _("Return for completion"),
            "lead": name_of(due),
            "breadcrumb": report_crumbs(due, _("Return for completion")),
            "due": due,
            "contract": due.contract,
            "sections": [
                (
                    section.label(language),
                    [
                        {
                            "id": field.id,
                            "label": field.label(language),
                            "text": as_text(field, answers.get(field.id), language),
                            "files": held.count(field.id),
                            "remark": request.POST.get(f"remark-{field.id}", ""),
                            "wrong": wrong.get(field.id, ()),
                        }
                        for field in visible_fields(section, answers)
                    ],
                )
                for section in form.sections
            ],
            "whole": request.POST.get("remark-", ""),
            "whole_wrong": wrong.get("", ()),
            "until": request.POST.get("until", ""),
            "until_wrong": wrong.get("until", ()),
            "refusal": refusal,
            "version": version_of(request) if refusal else due.version,
        },
        status=refusal.status if refusal else 200,
    )
