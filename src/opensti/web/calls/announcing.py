"""Pages of calls: the list, the call, its steps, its exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime, now
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.calls import actions, queries
from opensti.domains.calls.choices import CallState
from opensti.domains.procedures import queries as procedures
from opensti.domains.tasks.choices import Way
from opensti.kernel.access import Role, get_visible, may, require
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import AccessDenied, Invalid, NotFound, Refusal
from opensti.ui.charts import bars
from opensti.ui.pages import Crumb, Step
from opensti.web.calls.case import timeline
from opensti.web.calls.documents import announcement
from opensti.web.calls.forms import CallForm, LateExceptionForm, Shown, moment_field
from opensti.web.calls.tables import CALL_TONES, CallFilter, CallTable
from opensti.web.lists import WorkList
from opensti.web.papers import official
from opensti.web.tasks.cases import version_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.domains.calls.models import Call
    from opensti.kernel.access import Actor
    from opensti.kernel.refusals import Text
    from opensti.web.requests import Request

DONE: dict[str, Text] = {
    "publish": gettext_lazy("The call is published; everybody reads it."),
    "extend": gettext_lazy("The call is extended."),
    "cancel": gettext_lazy("The call is cancelled."),
    "open": gettext_lazy("The dossiers are opened."),
    "conclude": gettext_lazy("The call is concluded."),
}


class Calls(WorkList):
    title = gettext_lazy("Calls")
    table_class = CallTable
    filterset_class = CallFilter
    permission = "calls.list_calls"
    hidden_columns = frozenset({"regime"})
    export_name = "calls"
    template_name = "web/calls/calls.html"

    def rows(self, actor: Actor) -> QuerySet[Call]:
        return queries.calls(actor=actor)

    def context(self, actor: Actor) -> dict[str, Any]:
        return {"may_draft": may(actor, "calls.draft")}


class MomentForm(Shown):
    closes_at = moment_field(gettext_lazy("New closing"))


@require_safe
def call_page(request: Request, public_id: str) -> HttpResponse:
    return _show(request, queries.call(actor=request.actor, public_id=public_id))


def _show(
    request: Request,
    call: Call,
    refusal: Refusal | None = None,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    actor, at = request.actor, now()
    office = actor.has(
        Role.OFFICER, Role.SECRETARY, Role.LEADER, Role.FINANCE, Role.AUDITOR
    )
    statistics = queries.call_statistics(actor=actor, call=call)
    return render(
        request,
        "web/calls/call.html",
        {
            "title": call.title,
            "breadcrumb": [Crumb(_("Calls"), reverse("calls:calls")), Crumb(call.code)],
            "call": call,
            "tone": CALL_TONES[call.state],
            "way": Way(call.way).label,
            "regime_label": procedures.regime_of(call.regime_version).label(
                get_language() or "vi"
            ),
            "orders": call.orders.all(),
            "steps": _steps(call, at),
            "sealed": office and call.opened_at is None,
            "statistics": statistics,
            "chart": bars(
                title=_("Dossiers by state"),
                head=(_("State"), _("Dossiers")),
                rows=[(str(label), n) for _state, label, n in statistics.by_state],
            )
            if statistics.total
            else None,
            "exceptions": queries.late_exceptions(actor=actor, call=call),
            "openings": queries.early_openings(actor=actor, call=call),
            "refusal": refusal,
            "typed": typed or {},
            "closed": at >= call.closes_at,
            "may_lay_out": call.state == CallState.OPENED and actor.has(Role.OFFICER),
            "timeline": timeline(
                queries.timeline(
                    actor=actor, subject=queries.call_subject(call.public_id)
                )
            )
            if office
            else [],
            **_offers(call, actor, at),
        },
        status=refusal.status if refusal else 200,
    )


def _offers(call: Call, actor: Actor, at: datetime) -> dict[str, Any]:
    """What the person may do with the call just now."""
    published = call.state == CallState.PUBLISHED
    running = published and call.opens_at <= at < call.closes_at
    return {
        "may_edit": call.state == CallState.DRAFT and may(actor, "calls.draft", call),
        "may_publish": call.state == CallState.DRAFT
        and may(actor, "calls.publish", call),
        "may_extend": published
        and at < call.closes_at
        and may(actor, "calls.extend", call),
        "may_cancel": call.state in (CallState.DRAFT, CallState.PUBLISHED)
        and may(actor, "calls.cancel", call),
        "may_open": published
        and at >= call.closes_at
        and may(actor, "calls.open_dossiers", call),
        "may_open_early": running and may(actor, "calls.ask_early_opening", call),
        "may_except": call.state in (CallState.PUBLISHED, CallState.OPENED)
        and may(actor, "calls.grant_late_exception", call),
        "may_conclude": call.state == CallState.OPENED
        and may(actor, "calls.conclude", call),
        "may_start": any(
            queries.is_open_for(call, host_id=host, at=at)
            for host in sorted(actor.member_of | actor.manages)
        )
        and may(actor, "calls.start_dossier"),
    }


def _steps(call: Call, at: datetime) -> list[Step]:
    if call.state == CallState.CANCELLED:
        return [
            Step(
                label=CallState.CANCELLED.label,
                state="current",
                note=call.cancel_reason,
            )
        ]
    done: list[tuple[Any, datetime | None, bool]] = [
        (CallState.DRAFT.label, None, call.state != CallState.DRAFT),
        (
            CallState.PUBLISHED.label,
            call.published_at,
            call.published_at is not None,
        ),
        (
            _("closed for dossiers"),
            call.closes_at,
            call.published_at is not None and at >= call.closes_at,
        ),
        (CallState.OPENED.label, call.opened_at, call.opened_at is not None),
        (CallState.CONCLUDED.label, None, call.state == CallState.CONCLUDED),
    ]
    reached = max((i for i, (_l, _n, d) in enumerate(done) if d), default=0)
    return [
        Step(
            label=label,
            state="done" if i < reached else "current" if i == reached else "next",
            note=f"{localtime(note):%H:%M %d/%m/%Y}" if note else "",
        )
        for i, (label, note, _done) in enumerate(done)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def call_new(request: Request) -> HttpResponse:
    require(request.actor, "calls.draft")
    form = CallForm(request.actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            call = actions.draft_call(actor=request.actor, at=now(), **form.said())
        except Invalid as refusal:
            form.show(refusal.problems)
        else:
            messages.success(request, _("The call is drafted; only officials see it."))
            return redirect("calls:call", public_id=call.public_id)
    return _form(request, form, _("New call"), reverse("calls:calls"))


@require_http_methods(["GET", "HEAD", "POST"])
def call_edit(request: Request, public_id: str) -> HttpResponse:
    call = queries.call(actor=request.actor, public_id=public_id)
    require(request.actor, "calls.draft", call)
    initial = {
        name: getattr(call, name)
        for name in (
            "code",
            "title_vi",
            "title_en",
            "description_vi",
            "description_en",
            "way",
            "kind",
            "opens_at",
            "closes_at",
            "regime_version",
        )
    }
    form = CallForm(
        request.actor,
        request.POST or None,
        call=call,
        initial={**initial, "orders": list(call.orders.all())},
    )
    back = reverse("calls:call", args=[public_id])
    refused: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_call(
                actor=request.actor,
                call_id=call.pk,
                at=now(),
                expected_version=version_of(request),
                **form.said(),
            )
        except Invalid as refusal:
            form.show(refusal.problems)
        except Refusal as refusal:
            refused = refusal
        else:
            messages.success(request, _("The call was changed."))
            return redirect(back)
    return _form(
        request, form, _("Change the call"), back, version=call.version, refusal=refused
    )


@require_POST
def call_step(request: Request, public_id: str) -> HttpResponse:
    """Publish, extend, cancel, open, conclude: one act, then back to the call."""
    call = queries.call(actor=request.actor, public_id=public_id)
    act = request.POST.get("act", "")
    given: dict[str, Any] = {"actor": request.actor, "call_id": call.pk, "at": now()}
    reason = request.POST.get("reason", "")
    try:
        if act == "publish":
            actions.publish_call(expected_version=version_of(request), **given)
        elif act == "extend":
            form = MomentForm(request.POST)
            if not form.is_valid():
                messages.error(
                    request, " ".join(str(e) for e in form.errors["closes_at"])
                )
                return _show(request, call, typed={"reason": reason})
            actions.extend_call(
                closes_at=form.cleaned_data["closes_at"], reason=reason, **given
            )
        elif act == "cancel":
            actions.cancel_call(reason=reason, **given)
        elif act == "open":
            actions.open_dossiers(**given)
        elif act == "conclude":
            actions.conclude_call(**given)
        else:
            raise NotFound  # noqa: TRY301 -- one way out for every act
    except (AccessDenied, NotFound):
        raise
    except Refusal as refusal:
        again = queries.call(actor=request.actor, public_id=public_id)
        return _show(request, again, refusal, {"reason": reason})
    messages.success(request, DONE[act])
    return redirect("calls:call", public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def late_exception(request: Request, public_id: str) -> HttpResponse:
    call = queries.call(actor=request.actor, public_id=public_id)
    require(request.actor, "calls.grant_late_exception", call)
    form = LateExceptionForm(request.actor, request.POST or None)
    back = reverse("calls:call", args=[public_id])
    if request.method == "POST" and form.is_valid():
        try:
            actions.grant_late_exception(
                actor=request.actor,
                call_id=call.pk,
                organisation_id=form.cleaned_data["organisation"].pk,
                until=form.cleaned_data["until"],
                reason=form.cleaned_data["reason"],
                at=now(),
            )
        except Invalid as refusal:
            form.show(refusal.problems)
        else:
            messages.success(request, _("The exception is granted and recorded."))
            return redirect(back)
    return _form(request, form, _("Late exception"), back)


@require_http_methods(["GET", "HEAD", "POST"])
def early_opening(request: Request, public_id: str) -> HttpResponse:
    """Ask for an early opening, or agree as the second person."""
    call = queries.call(actor=request.actor, public_id=public_id)
    openings = list(queries.early_openings(actor=request.actor, call=call))
    require(
        request.actor,
        "calls.ask_early_opening" if not openings else "calls.list_dossiers",
    )
    refused: Refusal | None = None
    if request.method == "POST":
        try:
            if wish_id := request.POST.get("wish"):
                wish = get_visible(
                    request.actor,
                    queries.early_openings(actor=request.actor, call=call),
                    pk=row_number(wish_id) or 0,
                )
                actions.agree_early_opening(
                    actor=request.actor, early_opening_id=wish.pk, at=now()
                )
                messages.success(request, _("Agreed. The dossiers can be opened now."))
            elif request.POST.get("act") == "open":
                actions.open_dossiers(actor=request.actor, call_id=call.pk, at=now())
                messages.success(request, DONE["open"])
                return redirect("calls:call", public_id=public_id)
            else:
                actions.ask_early_opening(
                    actor=request.actor,
                    call_id=call.pk,
                    reason=request.POST.get("reason", ""),
                    at=now(),
                )
                messages.success(request, _("Asked. A second person must agree."))
        except AccessDenied:
            raise
        except Refusal as refusal:
            refused = refusal
        else:
            return redirect("calls:early_opening", public_id=public_id)
    return render(
        request,
        "web/calls/early_opening.html",
        {
            "title": _("Early opening"),
            "breadcrumb": [
                Crumb(_("Calls"), reverse("calls:calls")),
                Crumb(call.code, reverse("calls:call", args=[public_id])),
            ],
            "call": call,
            "rows": [
                (wish, may(request.actor, "calls.agree_early_opening", wish))
                for wish in openings
            ],
            "agreed": any(w.agreed_by_id for w in openings),
            "may_ask": may(request.actor, "calls.ask_early_opening", call)
            and not any(w.agreed_by_id is None for w in openings)
            and call.state == CallState.PUBLISHED,
            "may_open": may(request.actor, "calls.open_dossiers", call)
            and call.state == CallState.PUBLISHED,
            "typed": request.POST.get("reason", ""),
            "refusal": refused,
        },
        status=refused.status if refused else 200,
    )


@require_safe
def call_document(request: Request, public_id: str, kind: str) -> HttpResponse:
    call = queries.call(actor=request.actor, public_id=public_id)
    return official("call_announcement", announcement(call), kind=kind, name=call.code)


def _form(
    request: Request,
    form: Shown,
    title: str,
    back: str,
    *,
    version: int | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    wrong = refusal is not None or (form.is_bound and bool(form.errors))
    return render(
        request,
        "web/calls/form.html",
        {
            "title": title,
            "breadcrumb": [Crumb(_("Calls"), reverse("calls:calls")), Crumb(title)],
            "form": form,
            "submit": _("Save"),
            "back": back,
            "version": version,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 422 if wrong else 200,
    )
