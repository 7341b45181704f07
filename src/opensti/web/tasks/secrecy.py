"""Pages on who may know of an order or a task: another class, or a state secret entered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from opensti.domains.tasks import actions, queries
from opensti.domains.tasks.choices import Secrecy
from opensti.kernel.access import require
from opensti.kernel.refusals import Invalid, NotFound
from opensti.ui.pages import Crumb
from opensti.web.registry.forms import DayInput

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.kernel.refusals import Text
    from opensti.web.requests import Request

FIND = {"order": queries.order, "task": queries.task}
CLASSIFY = {"order": actions.classify_order, "task": actions.classify_task}
ENTER = {
    "order": actions.enter_classified_order,
    "task": actions.enter_classified_task,
}
LISTS: dict[str, tuple[Text, str]] = {
    "order": (gettext_lazy("Orders"), "tasks:orders"),
    "task": (gettext_lazy("Task archive"), "tasks:archive"),
}
HEADS: dict[str, Text] = {
    "order": gettext_lazy("Enter an order that is a state secret"),
    "task": gettext_lazy("Enter a task that is a state secret"),
}
CHOICES = [one for one in Secrecy.choices if one[0] != Secrecy.CLASSIFIED]


class _Reasoned(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Kept in the house; the public log shows a seal alone."),
    )
    basis = forms.CharField(label=gettext_lazy("Legal basis"), max_length=200)

    def show(self, refused: Invalid) -> None:
        for one in refused.problems:
            self.add_error(one.field if one.field in self.fields else None, str(one))


class ClassForm(_Reasoned):
    secrecy = forms.ChoiceField(
        label=gettext_lazy("Secrecy"), choices=CHOICES, widget=forms.RadioSelect
    )
    open_from = forms.DateField(
        label=gettext_lazy("Open from"), required=False, widget=DayInput()
    )
    field_order = ("secrecy", "open_from", "reason", "basis")


class SecretForm(_Reasoned):
    number = forms.CharField(
        label=gettext_lazy("Number under which it is kept"),
        max_length=60,
        help_text=gettext_lazy("The number alone, no word of what it is about."),
    )
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=1945)
    unit = forms.CharField(
        label=gettext_lazy("Unit that keeps it"),
        max_length=200,
    )
    field_order = ("number", "year", "unit", "reason", "basis")


@require_http_methods(["GET", "HEAD", "POST"])
def classify(request: Request, kind: str, public_id: str) -> HttpResponse:
    """Give an order or a task another class."""
    if kind not in FIND:
        raise NotFound
    require(request.actor, "tasks.see_class")
    found: Any = FIND[kind](request.actor, public_id)
    form = ClassForm(
        request.POST or None,
        initial={"secrecy": found.secrecy, "open_from": found.open_from},
    )
    if request.method == "POST" and form.is_valid():
        try:
            CLASSIFY[kind](
                actor=request.actor, public_id=public_id, at=now(), **form.cleaned_data
            )
        except Invalid as refused:
            form.show(refused)
        else:
            messages.success(request, _("The class was changed."))
            return redirect(f"tasks:{kind}", public_id)
    return render(
        request,
        "web/tasks/secrecy.html",
        {
            "title": _("Who may know of it"),
            "breadcrumb": [
                Crumb(str(LISTS[kind][0]), reverse(LISTS[kind][1])),
                Crumb(
                    found.code or found.title,
                    reverse(f"tasks:{kind}", args=[public_id]),
                ),
                Crumb(_("Secrecy")),
            ],
            "thing": found,
            "kind": kind,
            "form": form,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: Request, kind: str) -> HttpResponse:
    """Enter number, year and unit of a state secret, and nothing else."""
    if kind not in ENTER:
        raise NotFound
    require(request.actor, "tasks.enter_classified")
    form = SecretForm(request.POST or None, initial={"year": localdate().year})
    if request.method == "POST" and form.is_valid():
        try:
            made: Any = ENTER[kind](actor=request.actor, at=now(), **form.cleaned_data)
        except Invalid as refused:
            form.show(refused)
        else:
            messages.success(request, _("Entered: it is counted, and told to nobody."))
            return redirect(f"tasks:{kind}", made.public_id)
    return render(
        request,
        "web/tasks/secrecy.html",
        {
            "title": HEADS[kind],
            "breadcrumb": [
                Crumb(str(LISTS[kind][0]), reverse(LISTS[kind][1])),
                Crumb(_("Secrecy")),
            ],
            "form": form,
        },
    )
