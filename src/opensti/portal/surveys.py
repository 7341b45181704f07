"""Waves that were published: everybody reads the same figures as the organiser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opensti.domains.surveys import queries
from opensti.kernel.access import PUBLIC
from opensti.ui.pages import Crumb
from opensti.ui.survey_results import Results

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def surveys(request: HttpRequest) -> HttpResponse:
    """Every published wave, the newest first."""
    return render(
        request,
        "portal/surveys.html",
        {
            "title": _("Surveys of organisations"),
            "breadcrumb": [Crumb(_("Surveys"))],
            "waves": list(queries.published_waves()),
        },
    )


@require_safe
def results(request: HttpRequest, public_id: str) -> HttpResponse:
    """What one published wave came to."""
    told = queries.told_wave(PUBLIC, public_id)
    row = told.wave
    return render(
        request,
        "portal/survey.html",
        {
            "title": row.title,
            "lead": row.purpose,
            "breadcrumb": [
                Crumb(_("Surveys"), reverse("portal:surveys")),
                Crumb(row.title),
            ],
            "wave": row,
            "results": Results(told, request.GET.get("economy", "")),
        },
    )
