"""The disclosure policy in plain words: what is public, to whom, when, on what basis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries
from opensti.kernel.access import PUBLIC
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """The policy in force, kind by kind, with what is kept back as a count and its versions."""
    found = queries.policy_page(at=now())
    return render(
        request,
        "portal/disclosure.html",
        {
            "title": _("What is made public"),
            "lead": _(
                "One policy decides what every page, list, file and interface of this site shows: which fact, to whom, after how long, in which form, on what basis. What no rule names is not shown."
            ),
            "breadcrumb": [Crumb(_("What is made public"))],
            "found": found,
        },
    )


@require_safe
def version(request: HttpRequest, public_id: str) -> HttpResponse:
    """An issued version: its rules, and how they differ from those before it."""
    found = queries.version_page(PUBLIC, public_id)
    return render(
        request,
        "portal/disclosure_version.html",
        {
            "title": _("Version %(number)d of the disclosure policy")
            % {"number": found.version.number},
            "breadcrumb": [
                Crumb(_("What is made public"), reverse("portal:disclosure")),
                Crumb(_("Version %(number)d") % {"number": found.version.number}),
            ],
            "found": found,
        },
    )
