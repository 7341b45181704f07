"""Pages of needs: write, hand in, answer one or many, merge."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.procedures import queries as procedures_queries
from opensti.domains.procedures.choices import NEED_REPLY, Act, State, TaskKind, Track
from opensti.domains.procedures.regimes.forms import as_text, completeness
from opensti.domains.tasks import actions, queries
from opensti.kernel.access import may, require
from opensti.kernel.files.serving import readable_file, serve
from opensti.kernel.refusals import Invalid, NotFound, Problem, Stale
from opensti.ui.lists import BulkAct
from opensti.ui.pages import BulkRow, Crumb
from opensti.web.answers import AnswerForm
from opensti.web.attached import KeptFile, handed_in, keep_all, taken_out
from opensti.web.chosen import Chooser, links
from opensti.web.lists import WorkList
from opensti.web.said import lines
from opensti.web.tasks.cases import case_context, version_of
from opensti.web.tasks.filters import NeedFilter
from opensti.web.tasks.forms import NeedHead, NeedMore, ReplyForm
from opensti.web.tasks.tables import STATE_TONES, NeedTable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.db.models import QuerySet
    from django.forms import Form
    from django.http import HttpResponseBase

    from opensti.domains.tasks.models import Need
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Refusal, Text
    from opensti.web.requests import Request

# Steps the proposer takes, steps the ministry answers with; merging has its own page.
STEPS: dict[Act, Callable[..., Need]] = {
    Act.NEED_SUBMIT: actions.submit_need,
    Act.NEED_WITHDRAW: actions.withdraw_need,
    Act.NEED_RETURN: actions.return_need,
    Act.NEED_ACCEPT: actions.accept_need,
    Act.NEED_DECLINE: actions.decline_need,
}
# What leads on stands first, what ends the case last.
SHOWN = (
    Act.NEED_SUBMIT,
    Act.NEED_ACCEPT,
    Act.NEED_RETURN,
    Act.NEED_DECLINE,
    Act.NEED_WITHDRAW,
)
OWN_STEPS: dict[str, str] = {
    Act.NEED_SUBMIT: "tasks.submit_need",
    Act.NEED_WITHDRAW: "tasks.withdraw_need",
}
DONE: dict[str, Text] = {
    Act.NEED_SUBMIT: gettext_lazy("The need was submitted."),
    Act.NEED_WITHDRAW: gettext_lazy("The need was withdrawn."),
    Act.NEED_RETURN: gettext_lazy(
        "The need was returned; the proposer sees your reply."
    ),
    Act.NEED_ACCEPT: gettext_lazy("The need was accepted for consideration."),
    Act.NEED_DECLINE: gettext_lazy(
        "The need was answered; the proposer sees your reply."
    ),
}
MOST_AT_ONCE = 500


class Needs(WorkList):
    title = gettext_lazy("Needs")
    table_class = NeedTable
    filterset_class = NeedFilter
    permission = "tasks.list_needs"
    hidden_columns = frozenset({"proposer", "budget_estimate", "created_at"})
    export_name = "needs"
    template_name = "web/tasks/needs.html"

    def rows(self, actor: Actor) -> QuerySet[Need]:
        return queries.needs(actor)

    def search(self, _rows: QuerySet[Need], text: str) -> QuerySet[Need]:
        return queries.needs(self.request.actor, text)  # type: ignore[attr-defined]

    def bulk_acts(self, actor: Actor) -> Sequence[BulkAct]:
        if not may(actor, "tasks.triage_need"):
            return ()
        return [
            BulkAct(
                label=_("Accept"), url=reverse("tasks:needs_bulk", args=["accept"])
            ),
            BulkAct(
                label=_("Decline"), url=reverse("tasks:needs_bulk", args=["decline"])
            ),
            BulkAct(label=_("Merge"), url=reverse("tasks:need_merge")),
        ]

    def context(self, actor: Actor) -> dict[str, Any]:
        return {"may_propose": may(actor, "tasks.propose_need")}


@require_safe
def need_page(request: Request, public_id: str) -> HttpResponse:
    return _show(request, queries.need(request.actor, public_id))


def _show(
    request: Request,
    need: Need,
    refusal: Refusal | None = None,
    reply: str = "",
    typed_day: Mapping[str, str] | None = None,
) -> HttpResponse:
    actor = request.actor
    language = get_language() or "vi"
    form = queries.form_of(need)
    files = _files(need)
    known = links(actor, form, need.answers)
    return render(
        request,
        "web/tasks/need.html",
        {
            "title": need.title or _("(no title)"),
            "breadcrumb": [
                Crumb(_("Needs"), reverse("tasks:needs")),
                Crumb(need.title),
            ],
            "need": need,
            "tone": STATE_TONES.get(need.case.state, "neutral"),
            "answers": [
                (
                    section.label(language),
                    lines(section.fields, need.answers, language, known, files),
                )
                for section in form.sections
            ],
            "percent": completeness(form, need.answers, files=files).percent,
            "merged": queries.merged_needs(actor, need.pk),
            "refusal": refusal,
            "reply": reply,
            "typed_day": typed_day,
            "may_edit": _editable(need) and may(actor, "tasks.edit_need", need),
            "takeable": may(actor, "tasks.draft_order")
            and need.case.state == State.TRIAGED,
            **(
                case := case_context(
                    need.case, actor, queries.need_subject(need.public_id)
                )
            ),
            "reply_due": next(
                (d for d in case["deadlines"] if d.code == NEED_REPLY and not d.done),
                None,
            ),
            "sets_day": need.case.state == State.SUBMITTED
            and may(actor, "tasks.triage_need", need),
            "today": localdate(),
            "steps": sorted(
                (
                    step
                    for step in case["next_steps"]
                    if step.allowed
                    and step.act in STEPS
                    and (
                        step.act not in OWN_STEPS
                        or may(actor, OWN_STEPS[step.act], need)
                    )
                ),
                key=lambda step: SHOWN.index(step.act),
            ),
        },
        status=refusal.status if refusal else 200,
    )


def _files(need: Need) -> dict[str, list[KeptFile]]:
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


@require_safe
def need_file(request: Request, public_id: str, file_id: str) -> HttpResponseBase:
    need = queries.need(request.actor, public_id)
    file = readable_file(request.actor, file_id)
    if file.subject != queries.need_subject(need.public_id):
        raise NotFound
    return serve(file)


def _editable(need: Need) -> bool:
    return need.case.state in (State.DRAFT, State.RETURNED)


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
                answers=answers.answers(),
            )
        except Invalid as refusal:
            answers.show(refusal.problems)
        else:
            return _after_save(request, need)
    return _show_editor(request, head, answers, title=_("New need"))


@require_http_methods(["GET", "HEAD", "POST"])
def need_edit(request: Request, public_id: str) -> HttpResponse:
    """Go on writing; a text typed against an older version is shown, not lost."""
    need = _to_edit(request, public_id)
    posted = request.POST if request.method == "POST" else None
    head, answers = _editors(request, need, posted)
    if posted is None:
        return _show_editor(request, head, answers, need=need)
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
    return _show_editor(request, head, answers, need=need, refusal=refusal)


@require_POST
def need_autosave(request: Request, public_id: str) -> JsonResponse:
    """Keep what is typed while it is typed; refusals are said as JSON."""
    need = _to_edit(request, public_id)
    head, answers = _editors(request, need, request.POST)
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


def _editors(request: Request, need: Need, posted: Any) -> tuple[NeedMore, AnswerForm]:
    head = NeedMore(
        posted, initial={"science": need.field_id, "title_en": need.title_en}
    )
    return head, _answers(request, need, posted)


def _answers(request: Request, need: Need, data: Any) -> AnswerForm:
    return AnswerForm(
        queries.form_of(need),
        chooser=Chooser(actor=request.actor),
        answers=need.answers,
        data=data,
        files=_files(need),
    )


def _save(request: Request, need: Need, head: Form, answers: AnswerForm) -> Need:
    field = head.cleaned_data["science"]
    return actions.save_need(
        actor=request.actor,
        need_id=need.pk,
        answers=answers.answers(),
        expected_version=version_of(request) or 0,
        title_en=head.cleaned_data["title_en"],
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
        again = _answers(request, need, request.POST)
        again.refuse_files(errors)
        head, _unasked = _editors(request, need, None)
        return _show_editor(request, head, again, need=need, saved=True)
    if "submit" in request.POST:
        try:
            actions.submit_need(actor=request.actor, need_id=need.pk, at=now())
        except Invalid as refusal:
            need = queries.need(request.actor, need.public_id)
            head, _unasked = _editors(request, need, None)
            again = _answers(request, need, request.POST)
            again.show(refusal.problems)
            return _show_editor(request, head, again, need=need, saved=True)
        messages.success(request, DONE[Act.NEED_SUBMIT])
        return redirect("tasks:need", public_id=need.public_id)
    messages.success(request, _("Your text was saved. It is not submitted yet."))
    return redirect("tasks:need_edit", public_id=need.public_id)


def _keep_files(request: Request, need: Need) -> dict[str, list[str]]:
    """Take out and keep what the page says; what is wrong with a file, by its field."""
    kept = _files(need)
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


def _show_editor(
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


@require_POST
def need_step(request: Request, public_id: str) -> HttpResponse:
    """Take one step with one need: submit, withdraw, return, accept, decline."""
    need = queries.need(request.actor, public_id)
    act = request.POST.get("act", "")
    if act not in STEPS:
        raise NotFound
    text = request.POST.get("reply", "")
    said: dict[str, Any] = {"actor": request.actor, "need_id": need.pk, "at": now()}
    if act != Act.NEED_SUBMIT:
        said["expected_version"] = version_of(request)
        said["reason" if act == Act.NEED_WITHDRAW else "reply"] = text
    try:
        STEPS[Act(act)](**said)
    except Invalid as refusal:
        if act == Act.NEED_SUBMIT:
            head, answers = _editors(request, need, None)
            again = _answers(request, need, answers.as_data())
            again.show(refusal.problems)
            return _show_editor(request, head, again, need=need, saved=True)
        return _show(request, need, refusal, text)
    except Stale as refusal:
        return _show(request, queries.need(request.actor, public_id), refusal, text)
    messages.success(request, DONE[act])
    return redirect("tasks:need", public_id=need.public_id)


@require_POST
def need_reply_day(request: Request, public_id: str) -> HttpResponse:
    """Set the day by which the need is answered; an empty one takes it away."""
    need = queries.need(request.actor, public_id)
    typed = request.POST.get("day", "").strip()
    try:
        actions.set_reply_day(
            actor=request.actor,
            need_id=need.pk,
            day=_day(typed) if typed else None,
            reason=request.POST.get("reason", ""),
            at=now(),
            expected_version=version_of(request),
        )
    except (Invalid, Stale) as refusal:
        typed_again = {"day": typed, "reason": request.POST.get("reason", "")}
        return _show(
            request,
            queries.need(request.actor, public_id),
            refusal,
            typed_day=typed_again,
        )
    messages.success(
        request,
        _("The day of the reply was set; whoever made the need sees it.")
        if typed
        else _("The day of the reply was taken away."),
    )
    return redirect("tasks:need", public_id=need.public_id)


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Invalid(
            [
                Problem(
                    field="day",
                    message=_("“%(typed)s” is not a day.") % {"typed": typed[:40]},
                    mend=_("Write it as year-month-day, such as 2026-05-14."),
                )
            ]
        ) from None


@require_POST
def needs_bulk(request: Request, act: str) -> HttpResponse:
    """Accept or decline the chosen needs: first what would happen, then all of it."""
    acts = {"accept": Act.NEED_ACCEPT, "decline": Act.NEED_DECLINE}
    if act not in acts:
        raise NotFound
    page = Needs()
    page.request = request
    needs = list(page.chosen(request)[:MOST_AT_ONCE])
    form = ReplyForm(request.POST if "reply" in request.POST else None)
    reply = request.POST.get("reply", "")
    confirmed = request.POST.get("confirmed") == "1"
    # Before a reply is typed, a stand-in shows which needs can be answered at all.
    tried = reply or ("…" if not confirmed else "")
    if confirmed:
        try:
            done = actions.triage_in_bulk(
                actor=request.actor,
                act=acts[act],
                need_ids=[n.pk for n in needs],
                reply=reply,
                at=now(),
                dry_run=False,
            )
        except (Invalid, Stale) as refusal:
            form.is_valid()
            form.add_error(None, f"{refusal.message} {refusal.mend}".strip())
            tried = "…"
        else:
            messages.success(
                request, _("%(count)d needs were answered.") % {"count": len(done)}
            )
            return redirect("tasks:needs")
    lines = actions.triage_in_bulk(
        actor=request.actor,
        act=acts[act],
        need_ids=[n.pk for n in needs],
        reply=tried,
        at=now(),
        dry_run=True,
    )
    possible = [line for line in lines if line.refusal is None]
    label = _("Accept") if act == "accept" else _("Decline")
    return render(
        request,
        "ui/bulk_preview.html",
        {
            "title": _("%(act)s: what would happen") % {"act": label},
            "breadcrumb": [Crumb(_("Needs"), reverse("tasks:needs")), Crumb(label)],
            "rows": [
                BulkRow(
                    label=line.thing.title or _("(no title)"),
                    text=label,
                    url=reverse("tasks:need", args=[line.thing.public_id]),
                    refusal=line.refusal,
                )
                for line in lines
            ],
            "possible": len(possible),
            "refused": len(lines) - len(possible),
            "ids": [line.thing.pk for line in possible],
            "form": form,
            "confirm_url": request.path,
            "back_url": reverse("tasks:needs"),
            "act_label": label,
        },
        status=422 if form.errors else 200,
    )


@require_POST
def need_merge(request: Request) -> HttpResponse:
    """Merge the chosen needs into one of them: choose which stays, and tell the others."""
    require(request.actor, "tasks.triage_need")
    page = Needs()
    page.request = request
    needs = list(page.chosen(request)[:MOST_AT_ONCE])
    reply = request.POST.get("reply", "")
    into = request.POST.get("into", "")
    refusal: Refusal | None = None
    if request.POST.get("confirmed") == "1":
        try:
            kept = actions.merge_needs(
                actor=request.actor,
                need_ids=[n.pk for n in needs],
                into_id=int(into) if into.isascii() and into.isdigit() else 0,
                reply=reply,
                at=now(),
            )
        except (Invalid, NotFound) as error:
            refusal = error
        else:
            messages.success(
                request, _("The needs were merged; all proposers are told.")
            )
            return redirect("tasks:need", public_id=kept.public_id)
    return render(
        request,
        "web/tasks/need_merge.html",
        {
            "title": _("Merge needs"),
            "breadcrumb": [
                Crumb(_("Needs"), reverse("tasks:needs")),
                Crumb(_("Merge")),
            ],
            "needs": needs,
            "open": [
                n for n in needs if n.case.state in (State.SUBMITTED, State.TRIAGED)
            ],
            "reply": reply,
            "into": into,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 200,
    )
