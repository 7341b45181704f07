"""A person's own public page: the words of the consent, agreeing, taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from opensti.domains.publications import actions, queries
from opensti.domains.registry.queries import own_entry
from opensti.kernel.access import may
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from django.http import HttpResponse

    from opensti.web.requests import Request


class AgreeForm(forms.Form):
    text_version = forms.IntegerField(widget=forms.HiddenInput())


@require_safe
def my_page(request: Request) -> HttpResponse:
    """What is asked, and how it stands."""
    allowed = may(request.actor, "publications.consent")
    held = queries.consent_of(request.actor)
    entry = own_entry(request.actor)
    return render(
        request,
        "web/register/my_page.html",
        {
            "title": _("My public page"),
            "breadcrumb": [Crumb(_("My public page"))],
            "refused": "" if allowed else allowed.reason,
            "consent": held,
            "texts": queries.CONSENT_TEXTS[
                held.text_version if held else queries.CONSENT_NOW
            ],
            "version": queries.CONSENT_NOW,
            "page": (
                reverse("portal:person", args=[entry.public_id])
                if held and entry
                else ""
            ),
        },
    )


@require_POST
def agree(request: Request) -> HttpResponse:
    form = AgreeForm(request.POST)
    version = form.cleaned_data["text_version"] if form.is_valid() else 0
    actions.give_consent(actor=request.actor, text_version=version, at=now())
    messages.success(request, _("Your page is public now."))
    return redirect("register:my_page")


@require_POST
def withdraw(request: Request) -> HttpResponse:
    actions.withdraw_consent(actor=request.actor, at=now())
    messages.success(request, _("Your page is gone."))
    return redirect("register:my_page")
