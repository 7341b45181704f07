"""Pages of needs: the list, one need with its steps, answers to many, merging."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_POST,
    require_safe,
)

from opensti.domains.overlaps import queries as overlaps_queries
from opensti.domains.overlaps.choices import Kind
from opensti.domains.procedures.choices import NEED_REPLY, Act, State
from opensti.domains.procedures.regimes.forms import completeness
from opensti.domains.tasks import actions, queries
from opensti.kernel.access import may, require
from opensti.kernel.files.serving import readable_file, serve
from opensti.kernel.refusals import Invalid, NotFound, Problem, Stale
from opensti.ui.lists import BulkAct
from opensti.ui.pages import BulkRow, Crumb
from opensti.web.chosen import links
from opensti.web.lists import WorkList
from opensti.web.said import lines
from opensti.web.tasks.cases import case_context, version_of
from opensti.web.tasks.filters import NeedFilter
from opensti.web.tasks.forms import ReplyForm
from opensti.web.tasks.need_writing import (
    SUBMITTED,
    answers_form,
    editable,
    editors,
    files_of,
    show_editor,
)
from opensti.web.tasks.tables import STATE_TONES, NeedTable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django.db.models import QuerySet
    from django.http import HttpResponse, HttpResponseBase

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
    Act.NEED_SUBMIT: SUBMITTED,
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
    files = files_of(need)
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
            "overlap": overlaps_queries.standing(actor, Kind.NEED, need.pk),
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
            "may_link": may(actor, "tasks.link_goal", need),
            "may_edit": editable(need) and may(actor, "tasks.edit_need", need),
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


@require_safe
def need_file(request: Request, public_id: str, file_id: str) -> HttpResponseBase:
    need = queries.need(request.actor, public_id)
    file = readable_file(request.actor, file_id)
    if file.subject != queries.need_subject(need.public_id):
        raise NotFound
    return serve(file)


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
            head, answers = editors(request, need, None)
            again = answers_form(request, need, answers.as_data())
            again.show(refusal.problems)
            return show_editor(request, head, again, need=need, saved=True)
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
