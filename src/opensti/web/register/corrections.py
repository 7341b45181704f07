"""Corrections of what is published: proposed by one, confirmed or refused by another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from opensti.domains.publications import actions, queries
from opensti.kernel.access import may, require
from opensti.kernel.refusals import Invalid
from opensti.ui.pages import Crumb
from opensti.ui.tables import Column, DayColumn, Table
from opensti.web.lists import WorkList

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from opensti.kernel.access import Actor
    from opensti.web.requests import Request

PAGES = {
    "task": "portal:task",
    "order": "portal:order",
    "call": "portal:call",
    "news": "portal:news_item",
    "event": "portal:event",
}


class CorrectionTable(Table):
    title = Column(
        verbose_name=gettext_lazy("What is corrected"),
        linkify=lambda record: reverse("register:correction", args=[record.public_id]),
    )
    kind = Column(
        accessor="get_kind_display",
        order_by=("kind",),
        verbose_name=gettext_lazy("Kind"),
    )
    state = Column(
        accessor="get_state_display",
        order_by=("state",),
        verbose_name=gettext_lazy("State"),
    )
    proposed_at = DayColumn(verbose_name=gettext_lazy("Proposed"))

    class Meta(Table.Meta):
        fields = ("title", "kind", "state", "proposed_at")
        empty_text = gettext_lazy(
            "To begin one, open the task file, the order, the call, the news or the event and press “Correct what is published”."
        )


class Corrections(WorkList):
    title = gettext_lazy("Corrections")
    lead = gettext_lazy(
        "What is published is corrected by two people and in the open: the page says what it was, is now, and why."
    )
    table_class = CorrectionTable
    permission = "publications.list_corrections"
    export_name = "corrections"
    searchable = False

    def rows(self, actor: Actor) -> QuerySet[Any]:
        return queries.corrections(actor)


class CorrectionForm(forms.Form):
    field = forms.ChoiceField(label=gettext_lazy("What is wrong"))
    value = forms.CharField(
        label=gettext_lazy("What it ought to be"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Money in whole đồng, without dots; a time like 2026-12-31 09:00."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Everybody will read it: name no person."),
    )
    basis = forms.CharField(
        label=gettext_lazy("Paper in which the right fact stands"), max_length=200
    )

    def __init__(self, *args: Any, kind: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["field"].choices = queries.correctable(kind)  # type: ignore[attr-defined]

    def show(self, refused: Invalid) -> None:
        for one in refused.problems:
            self.add_error(one.field if one.field in self.fields else None, str(one))


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it stays as it is"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def correction_new(request: Request, kind: str, thing: str) -> HttpResponse:
    """Propose one correction of one public thing."""
    require(request.actor, "publications.propose_correction")
    found = queries.published_thing(kind, thing)
    form = CorrectionForm(request.POST or None, kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.propose_correction(
                actor=request.actor,
                kind=kind,
                public_id=thing,
                at=now(),
                **form.cleaned_data,
            )
        except Invalid as refused:
            form.show(refused)
        else:
            messages.success(
                request, _("Proposed. Another person must confirm it now.")
            )
            return redirect("register:correction", made.public_id)
    return render(
        request,
        "web/register/correction_new.html",
        {
            "title": _("Correct what is published"),
            "breadcrumb": [
                Crumb(_("Corrections"), reverse("register:corrections")),
                Crumb(_("New")),
            ],
            "thing": found,
            "page": reverse(PAGES[kind], args=[thing]),
            "form": form,
        },
        status=422 if form.errors else 200,
    )


@require_safe
def correction(request: Request, public_id: str) -> HttpResponse:
    found = queries.correction(request.actor, public_id)
    waits = found.state == "proposed"
    return render(
        request,
        "web/register/correction.html",
        {
            "title": found.title,
            "breadcrumb": [
                Crumb(_("Corrections"), reverse("register:corrections")),
                Crumb(found.title),
            ],
            "correction": found,
            "label": dict(queries.correctable(found.kind)).get(
                found.field, found.field
            ),
            "page": reverse(PAGES[found.kind], args=[found.subject]),
            "may_answer": waits
            and may(request.actor, "publications.refuse_correction", found),
            "waits": waits,
            "form": RefusalForm(),
        },
    )


@require_POST
def correction_confirm(request: Request, public_id: str) -> HttpResponse:
    actions.confirm_correction(actor=request.actor, public_id=public_id, at=now())
    messages.success(request, _("Corrected. Everybody reads what it was and why."))
    return redirect("register:correction", public_id)


@require_POST
def correction_refuse(request: Request, public_id: str) -> HttpResponse:
    actions.refuse_correction(
        actor=request.actor,
        public_id=public_id,
        reason=request.POST.get("reason", ""),
        at=now(),
    )
    messages.success(request, _("Refused. What is published stays as it is."))
    return redirect("register:correction", public_id)
