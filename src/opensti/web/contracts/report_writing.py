"""The host writes a report: kept as it is typed, handed in when it is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.choices import ReportState
from opensti.domains.procedures.regimes.forms import as_text
from opensti.kernel.access import require
from opensti.kernel.refusals import Invalid, Refusal, Stale, StepNotAllowed
from opensti.web.answers import AnswerForm
from opensti.web.attached import handed_in, keep_all, taken_out
from opensti.web.chosen import Chooser
from opensti.web.contracts.reports import kept_files, name_of, report_crumbs
from opensti.web.tasks.cases import version_of

if TYPE_CHECKING:
    from opensti.domains.contracts.models import Report, ReportDue
    from opensti.web.attached import KeptFile
    from opensti.web.requests import Request


@require_POST
def report_start(request: Request, public_id: str, report_id: str) -> HttpResponse:
    """Begin to write; pressed twice, the page of what is there."""
    due = queries.report_due(request.actor, public_id, report_id)
    actions.start_report(actor=request.actor, due_id=due.pk, at=now())
    messages.success(request, _("The report is begun. It is saved while you write."))
    return redirect("contracts:report_edit", public_id, report_id)


@require_http_methods(["GET", "HEAD", "POST"])
def report_edit(request: Request, public_id: str, report_id: str) -> HttpResponse:
    """The whole report on one page, with what must be mended beside each field."""
    due, report = _to_write(request, public_id, report_id)
    if request.method != "POST":
        return _show(request, due, report, _answers(request, due, report))
    answers = _answers(request, due, report, request.POST)
    try:
        saved = _save(request, due, answers)
    except Stale as stale:
        return _show(request, due, report, answers, refusal=stale)
    except Invalid as refusal:
        answers.show(refusal.problems)
        return _show(request, due, report, answers)
    refused = _keep_files(request, due, report)
    if refused:
        again = _answers(request, due, saved, request.POST)
        again.refuse_files(refused)
        return _show(request, due, saved, again, saved=True)
    if "submit" in request.POST and "detach" not in request.POST:
        return _hand_in(request, due, saved)
    messages.success(request, _("Saved. The report is not handed in yet."))
    return redirect("contracts:report_edit", public_id, report_id)


def _hand_in(request: Request, due: ReportDue, saved: Report) -> HttpResponse:
    try:
        actions.submit_report(
            actor=request.actor,
            due_id=due.pk,
            at=now(),
            expected_version=saved.version,
        )
    except Invalid as refusal:
        again = _answers(request, due, saved, request.POST)
        again.show(refusal.problems)
        return _show(request, due, saved, again, saved=True)
    except StepNotAllowed as early:
        again = _answers(request, due, saved)
        return _show(request, due, saved, again, refusal=early, saved=True)
    messages.success(request, _("The report was handed in."))
    return redirect("contracts:report", due.contract.public_id, due.public_id)


@require_POST
def report_autosave(request: Request, public_id: str, report_id: str) -> JsonResponse:
    """Keep what is typed while it is typed; every answer is JSON, refusals too."""
    if not request.actor.is_authenticated:
        return JsonResponse(
            {
                "refusal": "AccessDenied",
                "message": _("Your sign-in has expired."),
                "mend": _("Sign in again; your text is kept on this page."),
            },
            status=401,
        )
    try:
        due, report = _to_write(request, public_id, report_id)
        answers = _answers(request, due, report, request.POST)
        try:
            saved = _save(request, due, answers)
        except Stale as stale:
            return JsonResponse(
                stale.as_dict() | {"changed": _changed(due, report, answers)},
                status=stale.status,
            )
    except Refusal as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    return JsonResponse(
        {
            "version": saved.version,
            "saved_at": saved.saved_at.isoformat(),
            "problems": [],
        }
    )


def _to_write(
    request: Request, public_id: str, report_id: str
) -> tuple[ReportDue, Report]:
    due = queries.report_due(request.actor, public_id, report_id)
    require(request.actor, "contracts.write_report", due.contract)
    report = queries.writing_of(request.actor, due)
    if report is None or due.state not in (ReportState.DRAFT, ReportState.RETURNED):
        raise StepNotAllowed(
            _("This report cannot be written in now."),
            mend=_("Look at its page: it says what can be done."),
        )
    return due, report


def _files(due: ReportDue, report: Report) -> dict[str, list[KeptFile]]:
    return kept_files(due, queries.report_files(due, report))


def _answers(
    request: Request, due: ReportDue, report: Report, data: Any = None
) -> AnswerForm:
    return AnswerForm(
        queries.form_of_report(due),
        chooser=Chooser(actor=request.actor),
        answers=report.answers,
        data=data,
        files=_files(due, report),
        remarks=queries.remarks_now(due),
    )


def _save(request: Request, due: ReportDue, answers: AnswerForm) -> Report:
    return actions.save_report(
        actor=request.actor,
        due_id=due.pk,
        answers=answers.answers(),
        expected_version=version_of(request) or 0,
        at=now(),
    )


def _changed(
    due: ReportDue, report: Report, answers: AnswerForm
) -> list[dict[str, str]]:
    """Which answers differ from what is kept now, with the kept words."""
    language, mine = get_language() or "vi", answers.answers()
    return [
        {
            "field": field.id,
            "label": field.label(language),
            "theirs": as_text(field, report.answers.get(field.id), language)[:500],
        }
        for field in queries.form_of_report(due).fields()
        if mine.get(field.id) != report.answers.get(field.id)
    ]


def _keep_files(
    request: Request, due: ReportDue, report: Report
) -> dict[str, list[str]]:
    """Take out and keep what the page says; what is wrong with a file, by its field."""
    kept = _files(due, report)
    gone = taken_out(request, kept)
    said: dict[str, Any] = {"actor": request.actor, "due_id": due.pk, "at": now()}
    if gone is not None:
        actions.detach_from_report(file_id=gone.key, **said)
    fields = [f.id for f in queries.form_of_report(due).fields() if f.type == "file"]
    return keep_all(
        handed_in(request, fields, kept),
        lambda each: actions.attach_to_report(
            field=each.field, file=each.file, replaces=each.replaces, **said
        ),
    )


def _show(
    request: Request,
    due: ReportDue,
    report: Report,
    answers: AnswerForm,
    *,
    refusal: Refusal | None = None,
    saved: bool = False,
) -> HttpResponse:
    remarks = answers.remarks
    wrong = refusal is not None or (answers.is_bound and bool(answers.errors))
    stale = isinstance(refusal, Stale)
    return render(
        request,
        "web/contracts/report_edit.html",
        {
            "title": name_of(due),
            "breadcrumb": report_crumbs(due, _("Write")),
            "due": due,
            "contract": due.contract,
            "answers": answers,
            "whole": remarks.get("", ()),
            "marked": [
                (field, answers.labels[field].label(answers.language))
                for field in remarks
                if field in answers.labels
            ],
            "refusal": refusal,
            "changed": _changed(due, report, answers) if stale else (),
            "saved": saved,
            "early": due.opens_on is not None and localdate() < due.opens_on,
            # A text that was refused as stale must not be saved over the other's.
            "version": version_of(request) if stale else report.version,
            "back": reverse(
                "contracts:report", args=[due.contract.public_id, due.public_id]
            ),
        },
        status=(refusal.status if refusal else 422) if wrong else 200,
    )
