"""Values by Excel: an agency's sheet out and in, and the office's bulk table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from opensti.domains.registry.queries import organisation
from opensti.domains.strategies import actions, queries
from opensti.domains.strategies.choices import CampaignState
from opensti.kernel.access import Role, require
from opensti.kernel.refusals import Invalid, NotFound
from opensti.ui.pages import Crumb
from opensti.web.results.fields import Telling
from opensti.web.strategies.campaigns import crumbs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from opensti.domains.registry.models import Organisation
    from opensti.domains.strategies.models import Campaign
    from opensti.kernel.refusals import Problem
    from opensti.web.requests import Request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
METHODS = ["GET", "HEAD", "POST"]


class SheetForm(Telling):
    file = forms.FileField(label=gettext_lazy("Filled table (XLSX or CSV)"))


def _of(
    request: Request, public_id: str, agency_id: str
) -> tuple[Campaign, Organisation]:
    """The campaign and an agency it asks, for whoever reports for the agency."""
    actor = request.actor
    campaign = queries.campaign(actor, public_id)
    agency = organisation(actor, agency_id)
    items = queries.items_of(actor, campaign)
    if not any(item.agency_id == agency.pk for item in items):
        raise NotFound
    return campaign, agency


@require_safe
def sheet_download(request: Request, public_id: str, agency_id: str) -> HttpResponse:
    """The workbook of an agency: codes locked, last values beside."""
    campaign, agency = _of(request, public_id, agency_id)
    if not request.actor.has(Role.AUDITOR):
        require(request.actor, "strategies.report", agency.pk)
    response = HttpResponse(
        queries.sheet_of(request.actor, campaign, agency), content_type=XLSX
    )
    name = f"{campaign.period}-{agency.public_id}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(METHODS)
def sheet_hand_in(request: Request, public_id: str, agency_id: str) -> HttpResponse:
    """Check a filled sheet, or take it: every row or none."""
    campaign, agency = _of(request, public_id, agency_id)
    require(request.actor, "strategies.report", agency.pk)
    if campaign.state != CampaignState.OPEN and request.method != "POST":
        return redirect("strategies:campaign", public_id)

    def act(file: Any, *, dry_run: bool) -> actions.SheetResult:
        return actions.hand_in_sheet(
            actor=request.actor,
            campaign_id=campaign.pk,
            agency_id=agency.pk,
            file=file,
            at=now(),
            dry_run=dry_run,
        )

    return _sheet_page(
        request,
        act,
        title=_("Hand in the sheet"),
        lead=str(agency.name),
        breadcrumb=crumbs(campaign, Crumb(_("Hand in the sheet"))),
        go=reverse("strategies:campaign", args=[public_id]),
        download=reverse("strategies:campaign_sheet", args=[public_id, agency_id]),
    )


@require_http_methods(METHODS)
def bulk_import(request: Request) -> HttpResponse:
    """Values of many cards and agencies from one table."""
    require(request.actor, "strategies.report", None)

    def act(file: Any, *, dry_run: bool) -> actions.SheetResult:
        return actions.import_observations(
            actor=request.actor, file=file, at=now(), dry_run=dry_run
        )

    return _sheet_page(
        request,
        act,
        title=_("Values from a table"),
        lead=_(
            "Columns: code, period, agency (empty for the ministry itself), part, value, numerator, denominator, state, source, note, release, reason of a correction."
        ),
        breadcrumb=[
            Crumb(_("Values"), reverse("strategies:observations")),
            Crumb(_("From a table")),
        ],
        go=reverse("strategies:observations"),
    )


def _sheet_page(
    request: Request,
    act: Callable[..., actions.SheetResult],
    *,
    title: str,
    lead: str,
    breadcrumb: Sequence[Crumb],
    go: str,
    download: str = "",
) -> HttpResponse:
    """The form of a table; faults stand below it, what it would do too."""
    form = SheetForm(request.POST or None, request.FILES or None)
    faults: Sequence[Problem] = ()
    result: Any = None
    if request.method == "POST" and form.is_valid():
        dry_run = request.POST.get("act") == "check"
        try:
            result = act(form.cleaned_data["file"], dry_run=dry_run)
        except Invalid as refused:
            faults = refused.problems
        else:
            faults = result.faults
            if not dry_run:
                messages.success(request, _told(result))
                return redirect(go)
    return render(
        request,
        "web/strategies/sheet.html",
        {
            "title": title,
            "lead": lead,
            "breadcrumb": breadcrumb,
            "form": form,
            "faults": faults[:50],
            "more": max(0, len(faults) - 50),
            "told": _told(result) if result is not None else "",
            "back": go,
            "download": download,
        },
        status=422 if faults or form.errors else 200,
    )


def _told(result: actions.SheetResult) -> str:
    return _(
        "%(entered)d entered, %(corrected)d corrected, %(unchanged)d unchanged, %(empty)d rows left empty."
    ) % {
        "entered": result.entered,
        "corrected": result.corrected,
        "unchanged": result.unchanged,
        "empty": result.empty,
    }
