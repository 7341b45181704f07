"""The editor of a dossier: section by section, saved as typed, nothing ever lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.calls import actions, queries
from opensti.domains.calls.choices import (
    EDITABLE,
    BudgetSource,
)
from opensti.domains.procedures.queries import regime_of
from opensti.domains.procedures.regimes.forms import visible_sections
from opensti.kernel.access import get_visible, may, require
from opensti.kernel.bilingual import pick
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import Invalid, NotFound, Refusal, StepNotAllowed
from opensti.ui.exports import table_response
from opensti.web.answers import AnswerForm
from opensti.web.attached import HandedIn, handed_in, keep_all, taken_out
from opensti.web.calls.budget_sheet import read_sheet, template_head, template_rows
from opensti.web.calls.case import crumbs, kept_files, marked_name_of, tabs
from opensti.web.calls.forms import DossierStart, EditorForm, FileForm
from opensti.web.calls.rows import (
    PARTS,
    linked_team,
    part_rows,
    part_table,
    typed_rows,
)
from opensti.web.chosen import Chooser
from opensti.web.tasks.cases import version_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.http import HttpResponseBase

    from opensti.domains.calls.models import Dossier
    from opensti.domains.procedures.regimes.format import FormField, Section
    from opensti.kernel.refusals import Problem
    from opensti.web.attached import KeptFile
    from opensti.web.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
def dossier_new(request: Request, public_id: str) -> HttpResponse:
    """Begin a dossier that answers a call."""
    call = queries.call(actor=request.actor, public_id=public_id)
    require(request.actor, "calls.start_dossier")
    form = DossierStart(request.actor, call, request.POST or None)
    back = reverse("calls:call", args=[public_id])
    if request.method == "POST" and form.is_valid():
        order = form.cleaned_data.get("order")
        try:
            dossier = actions.start_dossier(
                actor=request.actor,
                call_id=call.pk,
                host_id=form.cleaned_data["host"].pk,
                order_id=order.pk if order else None,
                title_vi=form.cleaned_data["title_vi"],
                at=now(),
            )
        except Invalid as refusal:
            form.show(refusal.problems)
        else:
            messages.success(
                request, _("The dossier is begun. It is saved while you write.")
            )
            first = queries.form_of(dossier).sections[0].id
            return redirect("calls:dossier_edit", dossier.public_id, first)
    return render(
        request,
        "web/calls/form.html",
        {
            "title": _("New dossier"),
            "lead": f"{call.code} {pick(call.title_vi, call.title_en)}",
            "breadcrumb": crumbs(None, _("New dossier")),
            "form": form,
            "submit": _("Begin"),
            "back": back,
        },
        status=422 if form.is_bound and form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def dossier_edit(request: Request, public_id: str, section: str) -> HttpResponse:
    """One section: shown, or saved and shown again with what is still wrong."""
    dossier = _to_write(request, public_id)
    found = _section(dossier, section)
    if request.method != "POST":
        return _show(request, dossier, found)
    typed = _typed(request, dossier, found)
    try:
        saved = actions.save_dossier(
            actor=request.actor,
            dossier_id=dossier.pk,
            at=now(),
            expected_version=version_of(request),
            **typed,
        )
    except (Invalid, actions.SavedMeanwhile) as refusal:
        return _show(request, dossier, found, refusal=refusal)
    refused = _keep_files(request, dossier, found)
    if saved.problems or refused:
        again = queries.dossier(actor=request.actor, public_id=public_id)
        return _show(
            request,
            again,
            found,
            problems=saved.problems,
            saved=True,
            refused_files=refused,
        )
    messages.success(request, _("Saved. The dossier is not handed in yet."))
    if "next" in request.POST and "detach" not in request.POST:
        return redirect(_next(saved.dossier, section))
    return redirect("calls:dossier_edit", public_id, section)


@require_POST
def dossier_autosave(request: Request, public_id: str, section: str) -> JsonResponse:
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
        dossier = _to_write(request, public_id)
        found = _section(dossier, section)
        saved = actions.save_dossier(
            actor=request.actor,
            dossier_id=dossier.pk,
            at=now(),
            expected_version=version_of(request),
            **_typed(request, dossier, found),
        )
    except Refusal as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
    return JsonResponse(
        {
            "version": saved.dossier.version,
            "saved_at": saved.dossier.saved_at.isoformat(),
            "problems": [
                {"field": p.field, "message": str(p.message), "mend": str(p.mend)}
                for p in saved.problems
            ],
        }
    )


def dossier_team(request: Request, public_id: str) -> HttpResponse:
    return _part(request, public_id, "team")


def dossier_budget(request: Request, public_id: str) -> HttpResponse:
    return _part(request, public_id, "budget")


@require_POST
def budget_import(request: Request, public_id: str) -> HttpResponse:
    """Take the budget over from a spreadsheet; what cannot be read is shown as typed."""
    dossier = _to_write(request, public_id)
    section = _section_of(dossier, "budget")
    file = request.FILES.get("sheet")
    if file is None:
        messages.error(request, _("Choose a spreadsheet first."))
        return redirect("calls:dossier_budget", public_id)
    try:
        rows = read_sheet(file)
        saved = actions.save_dossier(
            actor=request.actor, dossier_id=dossier.pk, at=now(), budget=rows
        )
    except Invalid as refusal:
        return _show(request, dossier, section, refusal=refusal, fresh=True)
    messages.success(request, _("%(n)d rows were read.") % {"n": len(rows)})
    if saved.problems:
        again = queries.dossier(actor=request.actor, public_id=public_id)
        return _show(
            request, again, section, problems=saved.problems, saved=True, fresh=True
        )
    return redirect("calls:dossier_budget", public_id)


@require_safe
def budget_template(request: Request, public_id: str) -> HttpResponseBase:
    queries.dossier(actor=request.actor, public_id=public_id)
    return table_response(
        kind="xlsx", name="budget", head=template_head(), rows=template_rows()
    )


@require_http_methods(["GET", "HEAD", "POST"])
def dossier_files(request: Request, public_id: str) -> HttpResponse:
    """Papers of the dossier: attach, take out."""
    dossier = _to_write(request, public_id)
    section = _section_of(dossier, "attachments")
    if request.method != "POST":
        return _show(request, dossier, section)
    form = FileForm(_kinds(dossier), request.POST, request.FILES)
    if "detach" in request.POST:
        number = request.POST["detach"]
        attachment = get_visible(
            request.actor,
            queries.attachments(actor=request.actor, dossier=dossier),
            pk=row_number(number) or 0,
        )
        actions.detach_file(actor=request.actor, attachment_id=attachment.pk, at=now())
        messages.success(request, _("The paper was taken out."))
        return redirect("calls:dossier_files", public_id)
    if form.is_valid():
        try:
            actions.attach_file(
                actor=request.actor,
                dossier_id=dossier.pk,
                at=now(),
                file=form.cleaned_data["file"],
                kind=form.cleaned_data["kind"],
                title=form.cleaned_data["title"],
            )
        except Invalid as refusal:
            form.show(refusal.problems)
        else:
            messages.success(request, _("The paper was attached."))
            return redirect("calls:dossier_files", public_id)
    return _show(request, dossier, section, file_form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def dossier_people(request: Request, public_id: str) -> HttpResponse:
    """Who writes: colleagues are let in and taken out."""
    dossier = queries.dossier(actor=request.actor, public_id=public_id)
    require(request.actor, "calls.write_dossier", dossier)
    form = EditorForm(request.POST if "email" in request.POST else None)
    if request.method == "POST":
        if "remove" in request.POST:
            number = request.POST["remove"]
            editor = get_visible(
                request.actor,
                queries.editors(actor=request.actor, dossier=dossier),
                pk=row_number(number) or 0,
            )
            actions.remove_editor(actor=request.actor, editor_id=editor.pk, at=now())
            messages.success(request, _("The colleague no longer writes here."))
            return redirect("calls:dossier_people", public_id)
        if form.is_valid():
            try:
                actions.add_editor(
                    actor=request.actor,
                    dossier_id=dossier.pk,
                    at=now(),
                    **form.cleaned_data,
                )
            except Invalid as refusal:
                form.show(refusal.problems)
            else:
                messages.success(request, _("The colleague can write here now."))
                return redirect("calls:dossier_people", public_id)
    return render(
        request,
        "web/calls/people.html",
        {
            "title": _("Who writes"),
            "breadcrumb": crumbs(dossier, _("Who writes")),
            "dossier": dossier,
            "editors": queries.editors(actor=request.actor, dossier=dossier),
            "form": form,
            "may_manage": may(request.actor, "calls.manage_editors", dossier),
        },
        status=422 if form.is_bound and form.errors else 200,
    )


@require_safe
def dossier_check(request: Request, public_id: str) -> HttpResponse:
    """What is missing and where; then the button that hands in."""
    dossier = queries.dossier(actor=request.actor, public_id=public_id)
    require(request.actor, "calls.write_dossier", dossier)
    if dossier.case.state not in EDITABLE:
        return redirect("calls:dossier", public_id)
    check = queries.completeness(dossier)
    state = dossier.case.state
    open_now = state != "draft" or queries.is_open_for(
        dossier.call, host_id=dossier.host_id, at=now()
    )
    labels = {section: label for section, label, _part_, _n in check.sections}
    return render(
        request,
        "web/calls/check.html",
        {
            "title": _("Check and hand in"),
            "lead": marked_name_of(dossier),
            "breadcrumb": crumbs(dossier, _("Check and hand in")),
            "dossier": dossier,
            "tabs": tabs(dossier, check, "check"),
            "check": check,
            "missing": [(m, labels.get(m.section, "")) for m in check.missing],
            "act": {
                "draft": "dossiers.submit",
                "supplement": "dossiers.supplement",
                "revising": "dossiers.revise",
            }[state],
            "open_now": open_now,
            "may_submit": may(request.actor, "calls.submit_dossier", dossier),
        },
    )


def _asks_files(section: Section) -> bool:
    """Sections ask for their own files, but for the one that is the list of papers."""
    return section.part != "attachments" and any(
        f.type == "file" for f in section.fields
    )


def _kept(request: Request, dossier: Dossier) -> dict[str, list[KeptFile]]:
    return kept_files(
        dossier, queries.attachments(actor=request.actor, dossier=dossier)
    )


def _keep_files(
    request: Request, dossier: Dossier, section: Section
) -> dict[str, list[str]]:
    """Take out and keep the section's files; what is wrong with one, by its field."""
    if not _asks_files(section):
        return {}
    fields = [f.id for f in section.fields if f.type == "file"]
    kept = _kept(request, dossier)
    gone = taken_out(request, {field: kept.get(field, []) for field in fields})
    said: dict[str, Any] = {"actor": request.actor, "at": now()}
    if gone is not None:
        actions.detach_file(attachment_id=int(gone.key), **said)

    def keep(each: HandedIn) -> object:
        if each.replaces:
            return actions.replace_file(
                attachment_id=int(each.replaces), file=each.file, **said
            )
        return actions.attach_file(
            dossier_id=dossier.pk, file=each.file, kind=each.field, **said
        )

    return keep_all(handed_in(request, fields, kept), keep)


def _to_write(request: Request, public_id: str) -> Dossier:
    dossier = queries.dossier(actor=request.actor, public_id=public_id)
    require(request.actor, "calls.write_dossier", dossier)
    if dossier.case.state not in EDITABLE:
        raise StepNotAllowed(
            _("The dossier is handed in and cannot be written in now."),
            mend=_("Before closing it can be reopened on its page."),
        )
    return dossier


def _section(dossier: Dossier, section_id: str) -> Section:
    found = next(
        (s for s in queries.form_of(dossier).sections if s.id == section_id), None
    )
    if found is None:
        raise NotFound
    return found


def _section_of(dossier: Dossier, part: str) -> Section:
    found = next((s for s in queries.form_of(dossier).sections if s.part == part), None)
    if found is None:
        raise NotFound
    return found


def _part(request: Request, public_id: str, part: str) -> HttpResponse:
    section = _section_of(_to_write(request, public_id), part)
    return dossier_edit(request, public_id, section.id)


def _next(dossier: Dossier, section_id: str) -> str:
    order = [s.id for s in visible_sections(queries.form_of(dossier), dossier.answers)]
    at = order.index(section_id) + 1 if section_id in order else 0
    if at < len(order):
        return reverse("calls:dossier_edit", args=[dossier.public_id, order[at]])
    return reverse("calls:dossier_check", args=[dossier.public_id])


# ---- from the page to the action


def _typed(request: Request, dossier: Dossier, section: Section) -> dict[str, Any]:
    """What the page sent, as the action takes it."""
    given: dict[str, Any] = {}
    fields = [f for f in section.fields if f.type != "file" and f.id != "host"]
    if fields:
        form = AnswerForm(
            queries.form_of(dossier),
            chooser=Chooser(actor=request.actor, by_name=True),
            answers=dossier.answers,
            data=request.POST,
            sections=[section.id],
        )
        answers = form.answers()
        given["answers"] = {
            f.id: answers.get(f.id) for f in fields if _was_sent(request, f)
        }
    if "title_en" in request.POST:
        given["title_en"] = request.POST["title_en"]
    if section.part == "team":
        rows = typed_rows(request, "team", queries.TEAM_COLUMNS)
        given["team"] = linked_team(request.actor, dossier, rows)
    if section.part == "budget":
        given["budget"] = typed_rows(request, "budget", queries.BUDGET_COLUMNS)
    return given


def _was_sent(request: Request, field: FormField) -> bool:
    """A field that the page did not send is left alone: half a page clears nothing."""
    if field.type == "table":
        return f"{field.id}-TOTAL_FORMS" in request.POST
    if field.type == "multichoice":
        return "version" in request.POST
    return field.id in request.POST


# ---- from the dossier to the page


def _show(
    request: Request,
    dossier: Dossier,
    section: Section,
    *,
    refusal: Refusal | None = None,
    problems: Sequence[Problem] = (),
    saved: bool = False,
    fresh: bool = False,
    file_form: FileForm | None = None,
    refused_files: Mapping[str, Sequence[str]] | None = None,
) -> HttpResponse:
    language = get_language() or "vi"
    posted = request.POST if request.method == "POST" and not fresh else None
    if file_form is not None:
        posted = None
    told = [*problems, *(refusal.problems if isinstance(refusal, Invalid) else ())]
    check = queries.completeness(dossier)
    asks_files = _asks_files(section)
    fields = [f for f in section.fields if f.type != "file" or asks_files]
    answers = None
    if fields:
        answers = AnswerForm(
            queries.form_of(dossier),
            chooser=Chooser(actor=request.actor, by_name=True),
            answers=dossier.answers,
            data=posted,
            sections=[section.id],
            files=_kept(request, dossier) if asks_files else None,
        )
        if posted is not None:
            answers.show([p for p in told if p.field.split(".")[0] not in PARTS])
            answers.refuse_files(refused_files or {})
        if "host" in answers.fields:
            answers.fields["host"].disabled = True
            answers.fields["host"].help_text = _("Fixed when the dossier was begun.")
    rows = part_rows(request, dossier, section.part, posted)
    wrong = bool(refused_files) or (file_form is not None and bool(file_form.errors))
    return render(
        request,
        "web/calls/edit.html",
        {
            "title": section.label(language),
            "lead": marked_name_of(dossier),
            "breadcrumb": crumbs(dossier, section.label(language)),
            "dossier": dossier,
            "section": section,
            "section_help": section.help(language),
            "tabs": tabs(dossier, check, section.id),
            "check": check,
            "answers": answers,
            "asks_files": asks_files,
            "table": part_table(section.part, rows, told)
            if section.part in PARTS
            else None,
            "totals": queries.totals(
                queries.working_content(dossier).budget,
                ceiling=queries.ceiling_of(dossier),
            )
            if section.part == "budget"
            else None,
            "source_labels": [str(s.label) for s in BudgetSource],
            "part_problems": [
                p for p in told if p.field.split(".")[0] in (*PARTS, "sheet")
            ],
            "has_title": any(f.id == "title" for f in fields),
            "title_en": posted.get("title_en", "") if posted else dossier.title_en,
            "files": queries.attachments(actor=request.actor, dossier=dossier)
            if section.part == "attachments"
            else None,
            "file_form": file_form or FileForm(_kinds(dossier))
            if section.part == "attachments"
            else None,
            "version": dossier.version,
            "refusal": refusal,
            "changed": getattr(refusal, "changed", ()),
            "saved": saved,
        },
        status=refusal.status if refusal else 422 if wrong else 200,
    )


def _kinds(dossier: Dossier) -> list[tuple[str, str]]:
    """Papers that the procedure names for handing in, and files the form asks for."""
    language = get_language() or "vi"
    regime = regime_of(dossier.case)
    step = next(
        (t for t in regime.dossier.transitions if t.act == "dossiers.submit"), None
    )
    wanted = {
        *(step.documents if step else ()),
        *(p.code for p in regime.signed_papers),
    }
    papers = [
        (p.code, f"{p.code} {p.title(language)}")
        for p in regime.papers
        if p.code in wanted
    ]
    asked = [
        (f.id, f.label(language))
        for f in queries.form_of(dossier).fields()
        if f.type == "file"
    ]
    return [*papers, *asked]
