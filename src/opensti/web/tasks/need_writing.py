"""Pages on which a need is written: kept as it is typed, handed in when it is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from opensti.domains.procedures import queries as procedures_queries
from opensti.domains.procedures.choices import State, TaskKind, Track
from opensti.domains.procedures.regimes.forms import as_text
from opensti.domains.tasks import actions, queries
from opensti.kernel.access import require
from opensti.kernel.refusals import Invalid, Stale
from opensti.ui.pages import Crumb
from opensti.web.answers import AnswerForm
from opensti.web.attached import KeptFile, handed_in, keep_all, taken_out
from opensti.web.chosen import Chooser
from opensti.web.tasks.cases import version_of
from opensti.web.tasks.forms import NeedHead, NeedMore

if TYPE_CHECKING:
    from django.forms import Form

    from opensti.domains.tasks.models import Need
    from opensti.kernel.refusals import Refusal
    from opensti.web.requests import Request

SUBMITTED = gettext_lazy("The need was submitted.")


@require_http_methods(["GET", "HEAD", "POST"])
def need_new(request: Request) -> HttpResponse:
    """Write a need; it is kept from the first save on, finished or not."""
    require(request.actor, "tasks.propose_need")
    posted = request.POST if request.method == "POST" else None
    head = NeedHead(request.actor, posted)
    kind = request.POST.get("kind") or request.GET.get("kind") or TaskKind.MINISTRY
    if kind not in set(TaskKind):
        kind = TaskKind.MINISTRY
    version = procedures_queries.regime_in_force(localdate(), kind)
    form = procedures_queries.regime_of(version).form_for(Track.NEED)
    answers = AnswerForm(
        form, chooser=Chooser(actor=request.actor), data=posted, files={}
    )
    if posted is not None and head.is_valid():
        organisation, field = (
            head.cleaned_data["organisation"],
            head.cleaned_data["science"],
        )
        try:
            need = actions.draft_need(
                actor=request.actor,
                at=now(),
                kind=kind,
                organisation_id=organisation.pk if organisation else None,
                field_id=field.pk if field else None,
                title_en=head.cleaned_data["title_en"],
                goal=head.cleaned_data["goal"],
                answers=answers.answers(),
            )
        except Invalid as refusal:
            answers.show(refusal.problems)
        else:
            return _after_save(request, need)
    return show_editor(request, head, answers, title=_("New need"))


@require_http_methods(["GET", "HEAD", "POST"])
def need_edit(request: Request, public_id: str) -> HttpResponse:
    """Go on writing; a text typed against an older version is shown, not lost."""
    need = _to_edit(request, public_id)
    posted = request.POST if request.method == "POST" else None
    head, answers = editors(request, need, posted)
    if posted is None:
        return show_editor(request, head, answers, need=need)
    refusal: Refusal | None = None
    if head.is_valid():
        try:
            saved = _save(request, need, head, answers)
        except Invalid as invalid:
            answers.show(invalid.problems)
        except Stale as stale:
            refusal = stale
        else:
            return _after_save(request, saved)
    return show_editor(request, head, answers, need=need, refusal=refusal)


@require_POST
def need_autosave(request: Request, public_id: str) -> JsonResponse:
    """Keep what is typed while it is typed; refusals are said as JSON."""
    need = _to_edit(request, public_id)
    head, answers = editors(request, need, request.POST)
    try:
        if not head.is_valid():
            return JsonResponse(
                {
                    "message": _("Please check what was entered"),
                    "problems": head.errors,
                },
                status=422,
            )
        saved = _save(request, need, head, answers)
    except (Invalid, Stale) as refusal:
        return JsonResponse(
            refusal.as_dict() | {"changed": _changed(need, answers)},
            status=refusal.status,
        )
    return JsonResponse(
        {"version": saved.version, "saved_at": now().isoformat(), "problems": []}
    )


def _to_edit(request: Request, public_id: str) -> Need:
    need = queries.need(request.actor, public_id)
    require(request.actor, "tasks.edit_need", need)
    return need


def editors(request: Request, need: Need, posted: Any) -> tuple[NeedMore, AnswerForm]:
    head = NeedMore(
        posted,
        initial={
            "science": need.field_id,
            "title_en": need.title_en,
            "goal": need.goal.public_id if need.goal else "",
        },
        standing=need.goal,
    )
    return head, answers_form(request, need, posted)


def answers_form(request: Request, need: Need, data: Any) -> AnswerForm:
    return AnswerForm(
        queries.form_of(need),
        chooser=Chooser(actor=request.actor),
        answers=need.answers,
        data=data,
        files=files_of(need),
    )


def _save(request: Request, need: Need, head: Form, answers: AnswerForm) -> Need:
    field = head.cleaned_data["science"]
    return actions.save_need(
        actor=request.actor,
        need_id=need.pk,
        answers=answers.answers(),
        expected_version=version_of(request) or 0,
        title_en=head.cleaned_data["title_en"],
        goal=head.cleaned_data["goal"],
        field_id=field.pk if field else None,
        at=now(),
    )


def _changed(need: Need, answers: AnswerForm) -> list[dict[str, str]]:
    """Which answers differ from what is kept now, with the kept words."""
    language = get_language() or "vi"
    mine = answers.answers()
    return [
        {
            "field": field.id,
            "label": field.label(language),
            "theirs": as_text(field, need.answers.get(field.id), language)[:500],
        }
        for field in queries.form_of(need).fields()
        if mine.get(field.id) != need.answers.get(field.id)
    ]


def _after_save(request: Request, need: Need) -> HttpResponse:
    errors = _keep_files(request, need)
    if errors:
        again = answers_form(request, need, request.POST)
        again.refuse_files(errors)
        head, _unasked = editors(request, need, None)
        return show_editor(request, head, again, need=need, saved=True)
    if "submit" in request.POST:
        try:
            actions.submit_need(actor=request.actor, need_id=need.pk, at=now())
        except Invalid as refusal:
            need = queries.need(request.actor, need.public_id)
            head, _unasked = editors(request, need, None)
            again = answers_form(request, need, request.POST)
            again.show(refusal.problems)
            return show_editor(request, head, again, need=need, saved=True)
        messages.success(request, SUBMITTED)
        return redirect("tasks:need", public_id=need.public_id)
    messages.success(request, _("Your text was saved. It is not submitted yet."))
    return redirect("tasks:need_edit", public_id=need.public_id)


def _keep_files(request: Request, need: Need) -> dict[str, list[str]]:
    """Take out and keep what the page says; what is wrong with a file, by its field."""
    kept = files_of(need)
    gone = taken_out(request, kept)
    if gone is not None:
        actions.detach_from_need(
            actor=request.actor, need_id=need.pk, file_id=gone.key, at=now()
        )
    fields = [f.id for f in queries.form_of(need).fields() if f.type == "file"]
    return keep_all(
        handed_in(request, fields, kept),
        lambda each: actions.attach_to_need(
            actor=request.actor,
            need_id=need.pk,
            field=each.field,
            file=each.file,
            replaces=each.replaces,
            at=now(),
        ),
    )


def files_of(need: Need) -> dict[str, list[KeptFile]]:
    return {
        field: [
            KeptFile.of(
                file,
                url=reverse("tasks:need_file", args=[need.public_id, file.public_id]),
            )
            for file in files
        ]
        for field, files in queries.need_files(need).items()
    }


def editable(need: Need) -> bool:
    return need.case.state in (State.DRAFT, State.RETURNED)


def show_editor(
    request: Request,
    head: Form,
    answers: AnswerForm,
    *,
    title: str = "",
    need: Need | None = None,
    refusal: Refusal | None = None,
    saved: bool = False,
) -> HttpResponse:
    wrong = refusal is not None or head.errors or (answers.is_bound and answers.errors)
    return render(
        request,
        "web/tasks/need_edit.html",
        {
            "title": title or (need.title if need else "") or _("(no title)"),
            "breadcrumb": [
                Crumb(_("Needs"), reverse("tasks:needs")),
                Crumb(title or _("Write")),
            ],
            "head": head,
            "answers": answers,
            "forms": [head, answers],
            "need": need,
            "refusal": refusal,
            "saved": saved,
            # A text that was refused as stale must not be saved over the other's.
            "version": version_of(request) if refusal else need.version if need else 0,
            "back": reverse("tasks:need", args=[need.public_id])
            if need
            else reverse("tasks:needs"),
        },
        status=(refusal.status if refusal else 422) if wrong else 200,
    )
