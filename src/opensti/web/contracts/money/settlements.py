"""The year's end of all contracts: asked for, made by a worker, downloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.contracts.actions.exporting import (
    EXPORT_JOB,
    ask_export,
    export_subject,
)
from opensti.kernel.access import require
from opensti.kernel.files.serving import files_of, readable_file, serve
from opensti.kernel.identifiers import row_number
from opensti.kernel.jobs.actions import jobs_of
from opensti.kernel.jobs.models import UNFINISHED
from opensti.kernel.refusals import NotFound

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.http.response import HttpResponseBase

    from opensti.web.requests import Request

SHOWN = 10
FIRST, LAST = 2000, 2100


@require_http_methods(["GET", "HEAD", "POST"])
def settlements(request: Request) -> HttpResponse:
    """Ask for the workbook of a year; see how far it is; download what was made."""
    require(request.actor, "contracts.export_settlements")
    typed = request.POST.get("year", "")
    wrong = False
    if request.method == "POST":
        year = row_number(typed)
        if year is not None and FIRST <= year <= LAST:
            job = ask_export(actor=request.actor, year=year, at=now())
            messages.success(request, _("The workbook is being made."))
            return redirect("jobs:job", job.public_id)
        wrong = True
    return render(
        request,
        "web/contracts/money/settlements.html",
        {
            "title": _("Year-end settlement of all contracts"),
            "year": typed or localdate().year,
            "wrong": wrong,
            "under_way": jobs_of(request.actor).filter(
                kind=EXPORT_JOB, state__in=UNFINISHED
            )[:SHOWN],
            "files": files_of(export_subject(request.actor))[::-1][:SHOWN],
        },
        status=422 if wrong else 200,
    )


@require_safe
def settlements_file(request: Request, file_id: str) -> HttpResponseBase:
    file = readable_file(request.actor, file_id)
    if file.subject != export_subject(request.actor):
        raise NotFound
    return serve(file)
