"""Where changes are sent to, what became of each sending, and who is a partner."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from opensti.domains.publications import actions, queries
from opensti.kernel.access import may, require
from opensti.kernel.identifiers import row_number
from opensti.kernel.refusals import Invalid
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from opensti.domains.publications.models import Endpoint
    from opensti.kernel.access import Actor

    class Request(HttpRequest):
        actor: Actor


A_PAGE = 50
KIND_LABELS = {
    "call": gettext_lazy("Calls"),
    "order": gettext_lazy("Orders"),
    "decision": gettext_lazy("Decisions"),
    "task": gettext_lazy("Tasks"),
    "result": gettext_lazy("Results"),
    "offer": gettext_lazy("Offers"),
    "council": gettext_lazy("Councils"),
    "payment": gettext_lazy("Payments"),
    "plan": gettext_lazy("Plans"),
    "organisation": gettext_lazy("Organisations"),
}


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget)


class WebhookForm(forms.Form):
    url = forms.CharField(
        label=gettext_lazy("Address of the program"),
        max_length=500,
        help_text=gettext_lazy(
            "Begins with https:// and can be reached from the internet."
        ),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Changes of what"),
        required=False,
        choices=[(kind.name, KIND_LABELS[kind.name]) for kind in queries.CHANGE_KINDS],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nothing ticked: of everything."),
    )


class PartnerForm(forms.Form):
    organisation_id = forms.CharField(
        label=gettext_lazy("Public id of the organisation"),
        max_length=20,
        help_text=gettext_lazy("The twelve characters in the address of its page."),
    )
    email = forms.EmailField(label=gettext_lazy("Account of its program"))
    agreement = forms.CharField(
        label=gettext_lazy("Number and day of the agreement"), max_length=300
    )
    until = _day(gettext_lazy("Until (not included)"))


def webhooks(request: Request) -> HttpResponse:
    """Have changes sent to a program; its secret is shown this once."""
    require(request.actor, "publications.list_webhooks")
    form, made, secret = WebhookForm(request.POST or None), None, ""
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = actions.register_webhook(
                actor=request.actor, at=now(), **form.cleaned_data
            )
        except Invalid as refusal:
            _with_problems(form, refusal)
        else:
            form = WebhookForm()
    return _unkept(
        render(
            request,
            "web/partners/webhooks.html",
            {
                "title": _("Changes sent to programs"),
                "form": form,
                "made": made,
                "secret": secret,
                "webhooks": queries.endpoints(request.actor),
                "others": bool(may(request.actor, "publications.list_partners")),
            },
            status=422 if form.errors else 200,
        )
    )


@require_safe
def webhook(request: Request, public_id: str) -> HttpResponse:
    """What was sent to one address, and what became of it."""
    found = queries.endpoint(request.actor, public_id)
    return _webhook(request, found)


def _webhook(request: Request, found: Endpoint, secret: str = "") -> HttpResponse:
    pages = Paginator(queries.deliveries(request.actor, found), A_PAGE)
    page = pages.get_page(row_number(request.GET.get("page")) or 1)
    rows: list[Any] = list(page.object_list)
    for row in rows:
        row.what = KIND_LABELS.get(row.change.kind, _("Other public acts"))
        row.said = [(datetime.fromisoformat(a["at"]), a) for a in row.attempts]
    title = _("Deliveries")
    return _unkept(
        render(
            request,
            "web/partners/webhook.html",
            {
                "title": title,
                "breadcrumb": [
                    Crumb(_("Changes sent to programs"), reverse("webhooks:webhooks")),
                    Crumb(title),
                ],
                "webhook": found,
                "kinds": [KIND_LABELS[kind] for kind in found.kinds],
                "page": page,
                "own": found.owner_id == request.actor.user_id,
                "secret": secret,
            },
        )
    )


@require_POST
def webhook_end(request: Request, public_id: str) -> HttpResponse:
    actions.end_webhook(actor=request.actor, public_id=public_id, at=now())
    messages.success(request, _("Nothing is sent there any more."))
    return redirect("webhooks:webhooks")


@require_POST
def webhook_wake(request: Request, public_id: str) -> HttpResponse:
    actions.wake_webhook(actor=request.actor, public_id=public_id, at=now())
    messages.success(request, _("Changes are sent there again."))
    return redirect("webhooks:webhook", public_id)


@require_POST
def webhook_renew(request: Request, public_id: str) -> HttpResponse:
    """Another secret, shown this once, so the page itself answers."""
    found, secret = actions.renew_webhook(
        actor=request.actor, public_id=public_id, at=now()
    )
    return _webhook(request, found, secret)


@require_POST
def resend(request: Request, public_id: str) -> HttpResponse:
    sent = actions.resend_delivery(actor=request.actor, public_id=public_id, at=now())
    messages.success(request, _("It is sent once more."))
    return redirect("webhooks:webhook", sent.endpoint.public_id)


def partners(request: Request) -> HttpResponse:
    """Which organisations' programs are shown what the policy shows partners."""
    require(request.actor, "publications.list_partners")
    manages = bool(may(request.actor, "publications.manage_partners"))
    form = PartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.admit_partner(actor=request.actor, at=now(), **form.cleaned_data)
        except Invalid as refusal:
            _with_problems(form, refusal)
        else:
            messages.success(request, _("The partner is admitted."))
            return redirect("webhooks:partners")
    return render(
        request,
        "web/partners/partners.html",
        {
            "title": _("Partners"),
            "breadcrumb": [
                Crumb(_("Changes sent to programs"), reverse("webhooks:webhooks")),
                Crumb(_("Partners")),
            ],
            "form": form,
            "manages": manages,
            "partners": queries.partners(request.actor),
            "today": localdate(),
        },
        status=422 if form.errors else 200,
    )


@require_POST
def partner_end(request: Request, public_id: str) -> HttpResponse:
    actions.end_partner(actor=request.actor, public_id=public_id, at=now())
    messages.success(request, _("The partner is shown what everybody is, and no more."))
    return redirect("webhooks:partners")


def _with_problems(form: forms.Form, refusal: Invalid) -> None:
    for problem in refusal.problems:
        name = problem.field if problem.field in form.fields else None
        form.add_error(name, f"{problem.message} {problem.mend}".strip())


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"  # a secret is shown this once
    return response
