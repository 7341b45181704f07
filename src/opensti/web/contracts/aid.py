"""Which money of a contract is aid: everybody may know, the office notes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.contracts import actions, queries
from opensti.domains.contracts.choices import (
    AidFinance,
    AidFlow,
    AidGiver,
    AidSector,
    AidTied,
    AidType,
)
from opensti.kernel.access import may, require
from opensti.kernel.refusals import Invalid
from opensti.ui.pages import Crumb
from opensti.web.calls.forms import Shown
from opensti.web.contracts.report_judging import day_field, text_field
from opensti.web.contracts.tabs import crumbs, tabs

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.domains.contracts.models import Contract
    from opensti.web.requests import Request


class AidForm(Shown):
    giver = forms.CharField(label=gettext_lazy("Who gives it"), max_length=300)
    giver_kind = forms.ChoiceField(
        label=gettext_lazy("What the giver is"), choices=AidGiver.choices
    )
    giver_ref = forms.CharField(
        label=gettext_lazy("Number of the giver at IATI"),
        help_text=gettext_lazy(
            "As the giver writes it in his own data; may stay empty."
        ),
        max_length=100,
        required=False,
    )
    amount = forms.DecimalField(
        label=gettext_lazy("Amount promised"), max_digits=20, decimal_places=2
    )
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3)
    committed_on = day_field(gettext_lazy("Promised on"))
    flow = forms.ChoiceField(label=gettext_lazy("Flow"), choices=AidFlow.choices)
    finance = forms.ChoiceField(
        label=gettext_lazy("Given or lent"), choices=AidFinance.choices
    )
    aid_type = forms.ChoiceField(
        label=gettext_lazy("Kind of aid"), choices=AidType.choices
    )
    tied = forms.ChoiceField(label=gettext_lazy("Tied or not"), choices=AidTied.choices)
    sector = forms.ChoiceField(label=gettext_lazy("Sector"), choices=AidSector.choices)


class DropForm(Shown):
    reason = text_field(gettext_lazy("Reason"))


@require_safe
def aid_page(request: Request, public_id: str) -> HttpResponse:
    """Every commitment that was noted, dropped ones with their reason."""
    contract = queries.contract(request.actor, public_id)
    may_note = contract.signed_on is not None and bool(
        may(request.actor, "contracts.note_aid", contract)
    )
    return render(
        request,
        "web/contracts/aid.html",
        {
            "title": _("Aid money"),
            "breadcrumb": crumbs(contract, Crumb(_("Aid money"))),
            "tabs": tabs(contract, "contracts:budget"),
            "contract": contract,
            "aids": queries.aids_of(contract),
            "may_note": may_note,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def aid_new(request: Request, public_id: str) -> HttpResponse:
    contract = queries.contract(request.actor, public_id)
    require(request.actor, "contracts.note_aid", contract)
    form = AidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.note_aid(
                actor=request.actor,
                contract_id=contract.pk,
                said=actions.AidSaid(**form.cleaned_data),
                at=now(),
            )
        except Invalid as refusal:
            form.show(refusal.problems)
        else:
            messages.success(request, _("The aid is noted; everybody may read it."))
            return redirect("contracts:aid", public_id)
    return _form(request, contract, form, _("Note aid money"))


@require_http_methods(["GET", "HEAD", "POST"])
def aid_drop(request: Request, public_id: str, number: int) -> HttpResponse:
    contract = queries.contract(request.actor, public_id)
    require(request.actor, "contracts.note_aid", contract)
    form = DropForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.drop_aid(
            actor=request.actor,
            contract_id=contract.pk,
            number=number,
            reason=form.cleaned_data["reason"],
            at=now(),
        )
        messages.success(request, _("The note is dropped."))
        return redirect("contracts:aid", public_id)
    return _form(request, contract, form, _("Drop the note"))


def _form(
    request: Request, contract: Contract, form: Shown, title: str
) -> HttpResponse:
    back = reverse("contracts:aid", args=[contract.public_id])
    return render(
        request,
        "web/calls/form.html",
        {
            "title": title,
            "lead": f"{contract.number} {contract.title}".strip(),
            "breadcrumb": crumbs(contract, Crumb(_("Aid money"), back), Crumb(title)),
            "form": form,
            "submit": title,
            "back": back,
        },
        status=422 if form.is_bound else 200,
    )
