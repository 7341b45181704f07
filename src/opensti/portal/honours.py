"""Honours for everybody: what is asked, who reached it, with the figures and the receipt."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.publications import queries
from opensti.ui.exports import table_response
from opensti.ui.pages import Crumb

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

MOST = 500


@require_safe
def honours(request: HttpRequest) -> HttpResponse:
    """By year, the newest first; beneath, what is asked now."""
    rows = list(queries.public_honours(localdate())[:MOST])
    return render(
        request,
        "portal/honours.html",
        {
            "title": _("Honours"),
            "lead": _(
                "Organisations and teams that reached a stated criterion, with the figures that put them there. Computed from the register and confirmed by a second person."
            ),
            "breadcrumb": [Crumb(_("Honours"))],
            "years": [
                (year, list(those))
                for year, those in groupby(rows, key=lambda row: row.run.year)
            ],
            "criteria": list(queries.public_criteria()),
        },
    )


@require_safe
def honours_csv(request: HttpRequest) -> HttpResponseBase:  # noqa: ARG001
    """All of them as a table; people are in none."""
    return table_response(
        kind="csv",
        name="honours",
        head=[
            "id", "year", "criterion", "version", "name_vi", "name_en", "measure", "least",
            "figure", "organisation_vi", "organisation_en", "task", "state", "honoured_on",
            "withdrawn_on", "reason_vi", "reason_en",
        ],
        rows=(
            [
                row.public_id, row.run.year, row.run.criterion.code, row.run.criterion.number,
                row.run.criterion.name_vi, row.run.criterion.name_en, row.run.criterion.measure,
                row.run.criterion.least, row.figure, row.organisation.name_vi,
                row.organisation.name_en, row.task.public_id if row.task else "", row.state,
                row.issued_on, row.ended_on, row.reason_vi, row.reason_en,
            ]
            for row in queries.public_honours(localdate())
        ),
    )  # fmt: skip


@require_safe
def honour(request: HttpRequest, public_id: str) -> HttpResponse:
    found = queries.public_honour(public_id, localdate())
    return render(
        request,
        "portal/honour.html",
        {
            "title": str(found.organisation.name),
            "breadcrumb": [
                Crumb(_("Honours"), reverse("portal:honours")),
                Crumb(str(found.organisation.name)),
            ],
            "honour": found,
            "named": queries.named_person(found),
        },
    )
