"""Alerts without a name: the form, the code shown once, the conversation by the code.

These pages ask for no account, write no session, keep no address and say nothing to the
log of the program; the code travels in the body of a request, never in an address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import (
    sensitive_post_parameters,
    sensitive_variables,
)
from django.views.decorators.http import require_http_methods

from opensti.domains.supervision import actions, queries
from opensti.domains.supervision.choices import AlertClass
from opensti.kernel.refusals import Invalid, Refusal
from opensti.portal.limits import HOUR, limit_texts
from opensti.portal.supervision.forms import TEXT
from opensti.portal.supervision.guard import Guarded

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.http import HttpResponse

    from opensti.kernel.refusals import Problem
    from opensti.web.requests import Request

METHODS = ["GET", "HEAD", "POST"]
LONGEST = 20_000
ALERTS_AN_HOUR, CODES_AN_HOUR = 5, 30


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    """Several files, none needed; what each may be the quarantine decides."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(Files, self).clean(one, initial) for one in given if one]


class Writing(Guarded):
    text = forms.CharField(
        label=gettext_lazy("What happened"), widget=TEXT, max_length=LONGEST
    )
    papers = Files(
        label=gettext_lazy("Files"),
        required=False,
        help_text=gettext_lazy(
            "A file may name you: authors in its properties, a camera and a place in a photograph. Make a copy without them, or a PDF from a scan."
        ),
    )

    def show(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            words = " ".join(str(t) for t in (problem.message, problem.mend) if t)
            name = "papers" if problem.field in {"file", "files"} else problem.field
            self.add_error(name if name in self.fields else None, words)


class AlertForm(Writing):
    kind = forms.ChoiceField(
        label=gettext_lazy("What it is about"), choices=AlertClass.choices
    )
    concerns = forms.CharField(
        label=gettext_lazy("Whom it concerns"), required=False, max_length=2000
    )
    units = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Units that must not learn of it"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Whoever ever answered for them is shown nothing."),
    )
    inspectors = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Readers who must not learn of it"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("These are all who read alerts. Tick whom it concerns."),
    )
    field_order = ("kind", "text", "concerns", "papers", "units", "inspectors")

    def __init__(self, at: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = [(u.pk, str(u)) for u in queries.answering_units()]
        self.readers = queries.inspectors(at)
        for name, rows in (("units", units), ("inspectors", self.readers)):
            self.fields[name].choices = rows  # type: ignore[attr-defined]
            if not rows:
                del self.fields[name]


class CaseForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Code of the alert"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class FurtherForm(Writing):
    """A further message; the code stays in the form and in no address."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=60)


@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(METHODS)
def alert_new(request: Request) -> HttpResponse:
    """Write an alert; the answer shows its code, once."""
    form = AlertForm(now(), request.POST or None, request.FILES or None)
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            limit_texts(request, "alert", most=ALERTS_AN_HOUR, seconds=HOUR)
            sent = actions.receive_alert(
                kind=said["kind"],
                text=said["text"],
                concerns=said["concerns"],
                unit_ids=said.get("units", []),
                inspector_ids=said.get("inspectors", []),
                files=said["papers"],
                token=form.token,
                at=now(),
            )
        except Invalid as invalid:
            form.show(invalid.problems)
        except Refusal as refused:
            refusal = refused
        else:
            return _unseen(
                request,
                "portal/supervision/alert_sent.html",
                {"title": _("Your alert is received"), "sent": sent},
            )
    return _unseen(
        request,
        "portal/supervision/alert_new.html",
        {
            "title": _("Alert without a name"),
            "form": form,
            "refusal": refusal,
            "terms": queries.terms(),
        },
        status=refusal.status if refusal else 422 if form.is_bound else 200,
    )


@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(METHODS)
def alert_case(request: Request) -> HttpResponse:
    """Read the conversation by the code, and go on with it."""
    refusal: Refusal | None = None
    further = (
        FurtherForm(request.POST, request.FILES) if "text" in request.POST else None
    )
    form = CaseForm(request.POST or None)
    opened = None
    if request.method == "POST":
        try:
            limit_texts(request, "alert-code", most=CODES_AN_HOUR, seconds=HOUR)
            code = request.POST.get("code", "")
            alert = actions.alert_of_code(code)
            sent = further
            if sent is not None and sent.is_valid():
                try:
                    actions.continue_alert(
                        code=code,
                        text=sent.cleaned_data["text"],
                        files=sent.cleaned_data["papers"],
                        token=sent.token,
                        at=now(),
                    )
                    further = None
                except Invalid as invalid:
                    sent.show(invalid.problems)
            opened = queries.opened(alert)
            if further is None:
                further = FurtherForm(initial={"code": code})
        except Refusal as refused:
            refusal = refused
    wrong = further is not None and bool(further.errors)
    return _unseen(
        request,
        "portal/supervision/alert_case.html",
        {
            "title": _("Go on with an alert"),
            "form": form if opened is None else None,
            "further": further,
            "opened": opened,
            "refusal": refusal,
        },
        status=refusal.status if refusal else 422 if wrong else 200,
    )


def _unseen(
    request: Request, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """An answer that leaves no trace behind it: not in caches, not at other sites."""
    response = render(
        request,
        template,
        {**context, "signed_in": request.actor.is_authenticated},
        status=status,
    )
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response
